import type { EvidenceFact } from '../../care-record/decision.ts'
import type { ObjectionState } from '../../care-record/objection.ts'
import type { Person, RelationshipType, Viewer } from '../../care-record/person.ts'
import type { Standing } from '../../care-record/standing.ts'
import { theirNumbers, wishNumbers, type Db } from './access.ts'
import { claimFact } from './claims.ts'
import { IN_FORCE, objectionOf } from './objections.ts'
import { STANDING, standingFrom } from './standing.ts'

/** What a decision rests on besides evidence, as it stands at one moment. */
export interface Grounds {
  /** This user's own claims on this person, in this organisation, that may still be open. */
  readonly claims: readonly EvidenceFact[]
  readonly standing: Standing
  readonly objections: ObjectionState
}
export type ReadGrounds = (person: Person, viewer: Viewer) => Promise<Grounds>

const LONGEST_CLAIM_MS = 24 * 3_600_000

/** One statement, as each decision waits for it. $1 the user, $2 their organisation, $3 numbers of claims, $4 of wishes, $5 claims since. */
const READ = `select
  (select to_jsonb(s) from (${STANDING('$1', '$2')}) s) as standing,
  (select coalesce(jsonb_agg(to_jsonb(o)), '[]') from (${IN_FORCE('$4')}) o) as objections,
  (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from (
     select id, nhs_number, type, at from claim where nhs_number = any($3) and sds_user_id = $1 and ods_code = $2 and at > $5
   ) c) as claims`

/**
 * Reads all of it at once. Rejects with the driver's error: then nothing is decided.
 *
 * @param ports.listsKnown whether every list of objections that counts can be relied on now; asked once for all who ask at a time.
 */
export function createGrounds(ports: {
  readonly db: Db
  readonly listsKnown: () => Promise<boolean>
  readonly now: () => Date
}): ReadGrounds {
  let asking: Promise<boolean> | undefined
  const listsKnown = (): Promise<boolean> => (asking ??= ports.listsKnown().finally(() => (asking = undefined)))
  return async (person, viewer) => {
    const since = new Date(ports.now().getTime() - LONGEST_CLAIM_MS)
    const [{ rows }, known] = await Promise.all([
      ports.db.query(READ, [viewer.sdsUserId, viewer.odsCode, theirNumbers(person), wishNumbers(person), since]),
      listsKnown(),
    ])
    const [row] = rows as readonly Record<'standing' | 'objections' | 'claims', unknown>[]
    const all = (name: 'objections' | 'claims') => row?.[name] as readonly Record<string, unknown>[]
    return {
      standing: standingFrom(row?.standing as Record<string, unknown>),
      objections: { state: known ? 'known' : 'unknown', inForce: all('objections').map(objectionOf) },
      claims: all('claims').map(claim => {
        const at = new Date(String(claim['at'])).toISOString()
        return claimFact(String(claim['id']), claim['type'] as RelationshipType, String(claim['nhs_number']), viewer, at)
      }),
    }
  }
}
