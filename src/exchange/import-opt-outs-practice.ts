import type { Facts } from '../care-record/item.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import { decideWish, keepWishes, waitingWishes, wishById, wishesIn, type PracticeDissent } from './agreements/opt-outs/practice-dissent.ts'
import type { Audit } from './audit/audit.ts'
import type { Identity } from './identity/identity.ts'
import { transact } from './import-opt-outs.ts'
import type { ViewPorts } from './view-ports.ts'

export interface PracticeDissentPorts {
  readonly pool: Pool
  readonly audit: Pick<Audit, 'writeWith'>
  readonly identity: Pick<Identity, 'identify'>
  readonly now: () => Date
  readonly newId: () => string
}

/**
 * Hears what a source's answer says of the person's wish about sharing. Nobody waits for it, and what is shown does not depend on
 * it (R077): entries with such codes are kept for somebody to look at.
 */
export const heedPracticeDissent =
  (ports: { readonly pool: Pool; readonly now: () => Date; readonly log: ViewPorts['log'] }) =>
  (
    person: Pick<Person, 'nhsNumber'>,
    source: { readonly id: string; readonly odsCode: string },
    facts: readonly Pick<Facts, 'codings'>[],
  ): void => {
    const wishes = wishesIn(facts)
    if (wishes.length === 0) return
    const of = { nhsNumber: person.nhsNumber, sourceId: source.id, odsCode: source.odsCode }
    keepWishes(ports.pool, of, wishes, ports.now()).catch((error: unknown) =>
      ports.log.warn({ code: 'practice-dissent-unwritten', source: source.id, err: error }, 'what a source says of sharing was not kept'),
    )
  }

const AWAY = fail('unavailable', 'This could not be read or written. Nothing was changed. Try again in a minute.')
const REGISTER_MS = 3_000

/** Work on what GP systems say: a case is opened at Objections, or it is none. */
export function createPracticeDissent(ports: PracticeDissentPorts) {
  const { pool, audit, identity, now, newId } = ports
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
        const person = await identity.identify(wish.nhsNumber as Person['nhsNumber'], {
          transaction,
          sdsRoleProfileId: viewer.sdsRoleProfileId,
          odsCode: viewer.odsCode,
          signal: AbortSignal.timeout(REGISTER_MS),
        })
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

    async decide(id: string, word: string, viewer: Viewer): Promise<Result<PracticeDissent>> {
      if (word !== 'case' && word !== 'nothing') return fail('invalid', 'Choose one.')
      try {
        return await transact(pool, async client => {
          const done = await decideWish(client, id, word, viewer.sdsUserId, now())
          if (!done.ok) return done
          await audit.writeWith(client, {
            kind: 'opt-out-worked',
            outcome: 'success',
            transaction: newId(),
            viewer,
            nhsNumber: done.value.nhsNumber,
            detail: { entry: id, word, effect: done.value.effect },
          })
          return done
        })
      } catch {
        return AWAY
      }
    },
  }
}
export type PracticeDissentOffice = ReturnType<typeof createPracticeDissent>
