import { isDeepStrictEqual } from 'node:util'
import type { ObjectionInForce, ObjectionState } from '../care-record/objection.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Asker, Findings } from './agreements/objection-case/asker.ts'
import type { ObjectionCase } from './agreements/objection-case/case.ts'
import type { ExplainedHow, Happening, IdentitySeen } from './agreements/objection-case/events.ts'
import { caseOfObjection, casesOf } from './agreements/objection-case/store.ts'
import { numbersOf, registerSays, UNWRITTEN, type ObjectionCases, type ObjectionPorts } from './decide-objection.ts'
import type { ObjectionScope, Narrowing } from '../care-record/objection.ts'

/** The person's sharing as one professional may read it. */
export interface Sharing {
  readonly state: ObjectionState['state']
  readonly inForce: readonly (ObjectionInForce & {
    /** Ours to change here; else by whom. */
    readonly ours: boolean
    readonly ownerTitle: string
    /** What the person quotes, where it has a case of ours. */
    readonly reference?: string
  })[]
  /** Requests of ours that are not in force: received, or being looked at. */
  readonly waiting: readonly { readonly reference: string; readonly openedAt: string }[]
}

export interface TakenDown {
  readonly scope: ObjectionScope
  readonly asker: Asker
  readonly words: string
  readonly seen: IdentitySeen
  readonly findings: Findings
  /** Absent: not explained yet; the office calls the person. */
  readonly explained?: { readonly how: ExplainedHow; readonly script: string }
}

interface Here {
  readonly person: Person
  readonly viewer: Viewer
  readonly viewId: string
  /** Of the view. */
  readonly transaction: string
}

export type ObjectionSharing = ReturnType<typeof createSharing>

/** What professionals do about sharing in the record (care rules 4.1): read it, take an objection down, take a change of mind. */
export function createSharing(cases: ObjectionCases, ports: ObjectionPorts) {
  const exchange = (): string => ports.catalogue().exchange

  /** An objection about this very user or where they work is not told to them: not even that there is one. */
  const mayKnow = ({ scope }: Pick<ObjectionInForce, 'scope'>, viewer: Viewer): boolean =>
    !(scope.kind === 'staff' && scope.sdsUserId === viewer.sdsUserId) && !(scope.kind === 'workplace' && scope.odsCode === viewer.odsCode)

  const inForceFor = async ({ person, viewer }: Here): Promise<ObjectionState> => {
    const state = await ports.stateFor(numbersOf(person))
    return { ...state, inForce: state.inForce.filter(one => mayKnow(one, viewer)) }
  }

  /** The case of an objection of ours; one that came by import gets its case now. */
  async function caseFor(objectionId: string, here: Here): Promise<Result<ObjectionCase>> {
    // Ids are an exchange's own: two may have given the same.
    const called = (await inForceFor(here)).inForce.filter(each => each.id === objectionId)
    const one = called.find(each => each.exchange === exchange()) ?? called[0]
    if (!one) return fail('not-found', 'This objection is not in force.')
    // It may be somebody else’s, and names everyone it may be: only a steward takes it from one of them (care rules 4.5).
    if (one.basis === 'unmatched') return fail('conflict', 'A data steward has to decide first whether it is this person’s.')
    if (one.exchange !== exchange()) return fail('conflict', 'Another area keeps this objection. Its office can change it.')
    const known = await caseOfObjection(ports.pool, objectionId)
    if (known) return ok(known.case)
    const imported: Happening = {
      type: 'imported',
      id: ports.newId(),
      exchange: exchange(),
      scope: one.scope,
      nhsNumbers: numbersOf(here.person),
      objectionId,
      since: one.since,
      words: '',
    }
    return cases.begin([imported], { as: 'import', viewer: here.viewer }).then(begun => (begun.ok ? ok(begun.value.case) : begun))
  }
  const safely = async <T>(work: () => Promise<Result<T>>): Promise<Result<T>> => {
    try {
      return await work()
    } catch (cause) {
      return fail('unavailable', UNWRITTEN.fault.detail, cause)
    }
  }

  return {
    /** What is in force, for this professional to tell the person. Written down before it is shown. */
    read: (here: Here): Promise<Result<Sharing>> =>
      safely(async () => {
        const written = await ports.audit.write({
          kind: 'sharing-read',
          outcome: 'success',
          transaction: here.transaction,
          viewId: here.viewId,
          viewer: here.viewer,
          nhsNumber: here.person.nhsNumber,
          purpose: 'direct-care',
        })
        if (!written.ok) return UNWRITTEN
        const [state, ours] = await Promise.all([inForceFor(here), casesOf(ports.pool, numbersOf(here.person))])
        const peers = ports.catalogue().peers
        const referenceOf = (one: ObjectionInForce): { readonly reference?: string } => {
          const stored = one.exchange === exchange() ? ours.find(({ case: c }) => c.objectionId === one.id) : undefined
          return stored === undefined ? {} : { reference: stored.reference }
        }
        return ok({
          state: state.state,
          inForce: state.inForce.map(one => ({
            ...one,
            ...referenceOf(one),
            ours: one.exchange === exchange() && one.basis !== 'unmatched',
            ownerTitle: peers.find(peer => peer.exchange === one.exchange)?.title ?? ports.catalogue().title,
          })),
          waiting: ours
            .filter(({ case: c }) => c.state === 'received' && mayKnow(c, here.viewer))
            .map(({ reference, case: c }) => ({ reference, openedAt: c.openedAt })),
        })
      }),

    /** Takes an objection down at the point of care. The professional has the person, traced, before them. */
    receive: (said: TakenDown, here: Here): Promise<Result<{ readonly reference: string; readonly held: boolean }>> =>
      safely(async () => {
        const { person, viewer } = here
        // What may be somebody else's, or was said for the person and spares safeguarding, is less than their own word.
        const asMuch = (one: ObjectionInForce): boolean =>
          one.basis !== 'unmatched' && !(one.sparesSafeguarding === true && said.asker === 'self')
        const same = (await inForceFor(here)).inForce.some(one => asMuch(one) && isDeepStrictEqual(one.scope, said.scope))
        if (same) return fail('conflict', 'An objection about this is in force already.')
        const steps: readonly Happening[] = [
          {
            type: 'received',
            id: ports.newId(),
            exchange: exchange(),
            channel: 'record',
            asker: said.asker,
            scope: said.scope,
            words: said.words,
          },
          ...(Object.keys(said.findings).length > 0 ? [{ type: 'authority-checked' as const, findings: said.findings }] : []),
          {
            type: 'identity-checked',
            seen: said.seen,
            nhsNumbers: numbersOf(person),
            birthDate: person.birthDate,
            ...(person.deceased === undefined ? {} : { deceased: person.deceased }),
          },
          ...(said.explained ? [{ type: 'explained' as const, understood: true, ...said.explained }] : []),
        ]
        const begun = await cases.begin(steps, { as: 'professional', viewer })
        return begun.ok ? ok({ reference: begun.value.reference, held: begun.value.case.inForce !== undefined }) : begun
      }),

    /** The person changed their mind: what they take back is shared again at once, and a letter says so. */
    withdraw: (
      said: { readonly objectionId: string; readonly who: 'person' | 'asker'; readonly seen: IdentitySeen; readonly words: string },
      here: Here,
    ): Promise<Result<void>> =>
      safely(async () => {
        const { objectionId, ...rest } = said
        const found = await caseFor(objectionId, here)
        if (!found.ok) return found
        const { birthDate } = here.person
        const died = registerSays(found.value, here.person)
        const done = await cases.step(found.value.id, [...died, { type: 'withdrawn', ...rest, birthDate }], {
          as: 'professional',
          viewer: here.viewer,
        })
        return done.ok ? ok(undefined) : done
      }),

    /** Asks to see in spite of it (care rules 4.2). @returns whether it opens now, or waits for a Caldicott Guardian. */
    narrow: (
      said: {
        readonly objectionId: string
        readonly reason: Narrowing['reason']
        readonly words: string
        readonly sdsUserIds: readonly string[]
        readonly hours: number
      },
      here: Here,
    ): Promise<Result<{ readonly opens: boolean }>> =>
      safely(async () => {
        const { objectionId, ...rest } = said
        const found = await caseFor(objectionId, here)
        if (!found.ok) return found
        const id = ports.newId()
        const row = ports.catalogue().roles.get(here.viewer.roleCode.split(':').at(-1) ?? '')
        const role = row?.mayClaim === true ? { role: row.group } : {}
        const done = await cases.step(found.value.id, [{ type: 'narrowing-asked', id, ...rest, ...role }], {
          as: 'professional',
          viewer: here.viewer,
        })
        return done.ok ? ok({ opens: done.value.narrowings.some(each => each.id === id) }) : done
      }),
  }
}
