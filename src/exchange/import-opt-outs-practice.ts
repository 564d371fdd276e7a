import type { ClientBase } from 'pg'
import type { OrganisationKind } from '../care-record/catalogue.ts'
import { londonDay } from '../care-record/days.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import type { Asker } from './agreements/objection-case/asker.ts'
import type { ObjectionCase } from './agreements/objection-case/case.ts'
import type { Happening } from './agreements/objection-case/events.ts'
import { ageOn } from './agreements/objection-case/rules.ts'
import { casesOf, lastEnded } from './agreements/objection-case/store.ts'
import { GP_CODES } from './agreements/opt-outs/gp-codes.ts'
import {
  consentedOn,
  decideWish,
  isAfter,
  keepWish,
  unheard,
  waitingWishes,
  wishById,
  wishesIn,
  type Entry,
  type PracticeDissent,
  type Wish,
  type WishesOf,
} from './agreements/opt-outs/practice-dissent.ts'
import type { Audit } from './audit/audit.ts'
import { numbersOf, type CaseSteps } from './decide-objection.ts'
import type { Identity } from './identity/identity.ts'
import { transact } from './import-opt-outs.ts'
import type { ViewPorts } from './view-ports.ts'

type Who = Pick<Person, 'nhsNumber' | 'formerNumbers' | 'birthDate' | 'deceased'>

export interface HeedPorts {
  readonly pool: Pool
  readonly exchange: string
  /** What kind of organisation answers; `undefined`: nobody knows it. */
  readonly kindOf: (odsCode: string) => OrganisationKind | undefined
  readonly cases: Pick<CaseSteps, 'begin' | 'rules'>
  readonly now: () => Date
  readonly newId: () => string
  readonly log: ViewPorts['log']
}

/** The practice's own word for a parent's refusal. */
const PARENT_DECLINED = '9Ndb.'
const meaningOf = (code: string): string => GP_CODES.find(({ readV2 }) => readV2[0] === code)?.meaning ?? code

/** Whose word the entry is: a parent's of a young child, or where it says so. */
function askerOf(
  ports: Pick<HeedPorts, 'now'> & { readonly cases: Pick<CaseSteps, 'rules'> },
  person: Who,
  code: string,
): Extract<Asker, 'self' | 'parent'> {
  const { competenceFrom, ownFrom } = ports.cases.rules
  const age = ageOn(person.birthDate, ports.now().toISOString()) ?? ownFrom
  return age < competenceFrom || (code === PARENT_DECLINED && age < ownFrom) ? 'parent' : 'self'
}

/** First steps of a case of what a practice has written: of its own data, by whoever may say it at that age. */
function begun(
  ports: Pick<HeedPorts, 'exchange' | 'newId' | 'now'> & { readonly cases: Pick<CaseSteps, 'rules'> },
  person: Who,
  { odsCode, code, saidOn }: Pick<PracticeDissent, 'odsCode' | 'code' | 'saidOn'>,
): readonly Happening[] {
  const asker = askerOf(ports, person, code)
  return [
    {
      type: 'received',
      id: ports.newId(),
      exchange: ports.exchange,
      channel: 'practice',
      asker,
      scope: { kind: 'organisation', odsCode },
      words: `The practice has written: ${meaningOf(code)}${saidOn === '' ? '' : `, ${saidOn}`}.`,
    },
    {
      type: 'identity-checked',
      seen: 'practice-record',
      nhsNumbers: numbersOf(person),
      birthDate: person.birthDate,
      ...(person.deceased === undefined ? {} : { deceased: person.deceased }),
    },
  ]
}

/**
 * An open case that keeps this practice's data apart, or asks that it be, by the same person's word. What somebody else asks for
 * them may come to nothing, and spares safeguarding.
 */
async function standing(pool: Pool, numbers: readonly string[], odsCode: string, asker: Asker): Promise<ObjectionCase | undefined> {
  return (await casesOf(pool, numbers))
    .map(stored => stored.case)
    .find(
      ({ state, scope, asker: by }) =>
        (by === asker ? ['received', 'held', 'upheld'] : by === 'self' ? ['held', 'upheld'] : []).includes(state) &&
        (scope.kind === 'everything' || (scope.kind === 'organisation' && scope.odsCode === odsCode)),
    )
}

/** Hears as `hearPracticeDissent` does; nobody waits for it, and what could not be kept is logged. */
export const heedPracticeDissent =
  (ports: HeedPorts) =>
  (...answer: Parameters<ReturnType<typeof hearPracticeDissent>>): void => {
    hearPracticeDissent(ports)(...answer).catch((error: unknown) =>
      ports.log.warn(
        { code: 'practice-dissent-unwritten', source: answer[1].id, err: error },
        'what a source says of sharing was not kept',
      ),
    )
  }

/**
 * Hears what a source's answer says of the person's wish about sharing. A practice that wrote that its patient refuses the local
 * shared record opens a case, and its data are held from that moment until the case is decided; once for each time it wrote so,
 * and only where no later word is known: a yes that it wrote since, an objection ended since. That, and every other code that asks
 * something of us, waits for somebody to look (R076). All others do nothing (R077). Rejects when the database is away: the next
 * answer says it again.
 */
export const hearPracticeDissent =
  (ports: HeedPorts) =>
  async (person: Who, source: { readonly id: string; readonly odsCode: string }, entries: readonly Entry[]): Promise<void> => {
    const wishes = wishesIn(entries, londonDay(ports.now().getTime()))
    if (wishes.length === 0) return
    const of: WishesOf = {
      nhsNumbers: [person.nhsNumber, ...(person.formerNumbers ?? [])],
      sourceId: source.id,
      odsCode: source.odsCode,
    }
    for (const wish of await unheard(ports.pool, of, wishes)) await take(ports, person, of, wish, wishes)
  }

async function take(ports: HeedPorts, person: Who, of: WishesOf, wish: Wish, wishes: readonly Wish[]): Promise<void> {
  const { pool, now } = ports
  if (wish.effect !== 'local-objection-case' || !(await isLastWord(ports, of, wish, wishes))) {
    await keepWish(pool, of, wish, now())
    return
  }
  const open = await standing(pool, of.nhsNumbers, of.odsCode, askerOf(ports, person, wish.code))
  if (open !== undefined) {
    await keepWish(pool, of, wish, now(), open.id)
    return
  }
  const opened = await ports.cases.begin(
    begun(ports, person, { ...wish, odsCode: of.odsCode }),
    { as: 'import', odsCode: of.odsCode },
    {
      inSame: async (tx, caseId) =>
        (await keepWish(tx, of, wish, now(), caseId)) ? ok(undefined) : fail('conflict', 'This was heard already.'),
    },
  )
  // What no case can be made of is somebody's to look at; what could not be written is heard again with the next answer.
  if (!opened.ok && opened.fault.kind === 'conflict') await keepWish(pool, of, wish, now())
  else if (!opened.ok) throw new Error(opened.fault.detail, { cause: opened.fault.cause })
}

async function isLastWord(ports: HeedPorts, of: WishesOf, { saidOn }: Wish, wishes: readonly Wish[]): Promise<boolean> {
  if (ports.kindOf(of.odsCode) !== 'gp-practice') return false
  const consents = wishes.flatMap(one => (one.effect === 'closes-after-review' ? one.saidOn : []))
  if ([...consents, await consentedOn(ports.pool, of)].some(consent => isAfter(consent, saidOn))) return false
  const ended = await lastEnded(ports.pool, of.nhsNumbers, of.odsCode)
  return ended === undefined || isAfter(saidOn, ended.slice(0, 10))
}

export interface PracticeDissentPorts {
  readonly pool: Pool
  readonly exchange: string
  readonly audit: Pick<Audit, 'writeWith'>
  readonly identity: Pick<Identity, 'identify'>
  readonly cases: Pick<CaseSteps, 'begin' | 'rules'>
  readonly now: () => Date
  readonly newId: () => string
}

const AWAY = fail('unavailable', 'This could not be read or written. Nothing was changed. Try again in a minute.')
const REGISTER_MS = 3_000

/** Work on what GP systems say: a case is opened, or it is none. */
export function createPracticeDissent(ports: PracticeDissentPorts) {
  const { pool, audit, identity, cases, now, newId } = ports
  const trace = (nhsNumber: string, viewer: Viewer, transaction: string) =>
    identity.identify(nhsNumber as Person['nhsNumber'], {
      transaction,
      sdsRoleProfileId: viewer.sdsRoleProfileId,
      odsCode: viewer.odsCode,
      signal: AbortSignal.timeout(REGISTER_MS),
    })
  const worked = (tx: ClientBase, wish: PracticeDissent, viewer: Viewer) =>
    audit.writeWith(tx, {
      kind: 'opt-out-worked',
      outcome: 'success',
      transaction: newId(),
      viewer,
      nhsNumber: wish.nhsNumber,
      detail: { entry: wish.id, word: wish.state, effect: wish.effect, ...(wish.caseId === undefined ? {} : { case: wish.caseId }) },
    })
  return {
    async list(): Promise<Result<readonly PracticeDissent[]>> {
      return waitingWishes(pool).then(ok, () => AWAY)
    },

    /** Written down before it is shown. `name` is left out where the register is silent. */
    async open(id: string, viewer: Viewer): Promise<Result<{ readonly wish: PracticeDissent; readonly name?: Person['name'] }>> {
      const transaction = newId()
      try {
        const wish = await wishById(pool, id)
        if (wish === undefined) return fail('not-found', 'There is no such entry.')
        const person = await trace(wish.nhsNumber, viewer, transaction)
        await transact(pool, client =>
          audit.writeWith(client, {
            kind: 'office-opened',
            outcome: 'success',
            transaction,
            viewer,
            nhsNumber: wish.nhsNumber,
            detail: { page: 'practice-dissent', entry: id },
          }),
        )
        return ok({ wish, ...(person.ok ? { name: person.value.person.name } : {}) })
      } catch {
        return AWAY
      }
    },

    /** Nothing is to be done. */
    async leave(id: string, viewer: Viewer): Promise<Result<PracticeDissent>> {
      try {
        return await transact(pool, async client => {
          const done = await decideWish(client, id, { state: 'nothing' }, viewer.sdsUserId, now())
          if (done.ok) await worked(client, done.value, viewer)
          return done
        })
      } catch {
        return AWAY
      }
    },

    /**
     * Opens a case of it, which holds the practice's data from now on; the open case that does already, where there is one. Faults
     * `not-found`, `conflict`, and `unavailable` while the national register is silent: nothing is opened for a number alone.
     */
    async openCase(id: string, viewer: Viewer): Promise<Result<PracticeDissent>> {
      try {
        const wish = await wishById(pool, id)
        if (wish === undefined) return fail('not-found', 'There is no such entry.')
        if (wish.effect !== 'review' && wish.effect !== 'local-objection-case') return fail('conflict', 'No case is opened of this.')
        const traced = await trace(wish.nhsNumber, viewer, newId())
        if (!traced.ok) return fail('unavailable', 'The national register does not answer. Nothing was opened. Try again in a minute.')
        const { person, formerNumbers } = traced.value
        const who: Who = formerNumbers.length === 0 ? person : { ...person, formerNumbers }
        const decide = async (tx: ClientBase, caseId: string): Promise<Result<PracticeDissent>> => {
          const done = await decideWish(tx, id, { state: 'case', caseId }, viewer.sdsUserId, now())
          if (done.ok) await worked(tx, done.value, viewer)
          return done
        }
        const open = await standing(pool, numbersOf(who), wish.odsCode, askerOf(ports, who, wish.code))
        if (open !== undefined) return await transact(pool, client => decide(client, open.id))
        const opened = await cases.begin(
          begun(ports, who, wish),
          { as: 'office', viewer },
          {
            inSame: async (tx, caseId) => {
              const done = await decide(tx, caseId)
              return done.ok ? ok(undefined) : done
            },
          },
        )
        return opened.ok ? ok({ ...wish, state: 'case', caseId: opened.value.id }) : opened
      } catch {
        return AWAY
      }
    },
  }
}
export type { PracticeDissent }
export type PracticeDissentOffice = ReturnType<typeof createPracticeDissent>
