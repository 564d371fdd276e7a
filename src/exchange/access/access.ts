import { limits } from '../../care-record/limits.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import type { EvidenceFact } from '../../care-record/decision.ts'
import type { Person, RelationshipType, Viewer } from '../../care-record/person.ts'

/** A pool, or one connection inside a transaction. */
export interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

export interface Access {
  /** Facts on this person and the viewer's organisation, under every number that is theirs. `fresh`: those seen less than 15 minutes ago, which need no asking. */
  readonly storedFacts: (
    person: Person,
    viewer: Viewer,
  ) => Promise<{ readonly facts: readonly EvidenceFact[]; readonly fresh: readonly EvidenceFact[] }>
  /** Puts what one source says now in the place of what it said before of this person and organisation. */
  readonly storeFacts: (
    tx: Db,
    about: { readonly nhsNumber: NhsNumber; readonly odsCode: string; readonly sourceId: string },
    facts: readonly EvidenceFact[],
  ) => Promise<void>
}

/** The numbers under which what is known of a person may open their record: of others the register must say so still. */
export const theirNumbers = ({ nhsNumber, replacedNumbers = [] }: Person): readonly NhsNumber[] => [nhsNumber, ...replacedNumbers]

/** Every number a wish may have been said under. */
export const wishNumbers = ({ nhsNumber, formerNumbers = [] }: Person): readonly NhsNumber[] => [nhsNumber, ...formerNumbers]

const iso = (value: unknown): string => (value as Date).toISOString()

/** @param ports.now wall clock. */
export function createAccess(ports: { readonly db: Db; readonly now: () => Date }): Access {
  const { db, now } = ports
  return {
    async storedFacts(person, viewer) {
      const { rows } = await db.query('select * from relationship_fact where nhs_number = any($1) and ods_code = $2', [
        theirNumbers(person),
        viewer.odsCode,
      ])
      const facts = rows.map((row): EvidenceFact => ({
        evidenceId: String(row['evidence_id']),
        nhsNumber: String(row['nhs_number']),
        odsCode: String(row['ods_code']),
        type: row['type'] as RelationshipType,
        from: iso(row['from_at']),
        ended: row['ended_at'] === null ? null : iso(row['ended_at']),
        lastMessageAt: iso(row['last_message_at']),
        assertedBy: String(row['asserted_by']),
        seenAt: iso(row['seen_at']),
        ...(row['team'] === null ? {} : { team: row['team'] as string }),
        ...(row['revoked_at'] === null ? {} : { revokedAt: iso(row['revoked_at']) }),
      }))
      const since = now().getTime() - limits.evidenceFreshMs
      return { facts, fresh: facts.filter(fact => Date.parse(fact.seenAt) > since) }
    },

    async storeFacts(tx, about, facts) {
      await tx.query(
        `with said as (
           select * from jsonb_to_recordset($4::jsonb) as s (evidence_id text, type text, from_at timestamptz, ended_at timestamptz,
             last_message_at timestamptz, seen_at timestamptz, team text, revoked_at timestamptz)
         ), dropped as (
           delete from relationship_fact where nhs_number = $1 and ods_code = $2 and asserted_by = $3
             and evidence_id not in (select evidence_id from said)
         )
         insert into relationship_fact (nhs_number, ods_code, asserted_by, evidence_id, type, from_at, ended_at, last_message_at, seen_at,
           team, revoked_at)
         select $1, $2, $3, evidence_id, type, from_at, ended_at, last_message_at, seen_at, team, revoked_at from said
         on conflict (nhs_number, ods_code, evidence_id) do update set type = excluded.type, from_at = excluded.from_at,
           ended_at = excluded.ended_at, last_message_at = excluded.last_message_at, seen_at = excluded.seen_at,
           asserted_by = excluded.asserted_by, team = excluded.team, revoked_at = excluded.revoked_at
         where relationship_fact.seen_at <= excluded.seen_at`,
        [
          about.nhsNumber,
          about.odsCode,
          about.sourceId,
          JSON.stringify(
            facts.map(f => ({
              evidence_id: f.evidenceId,
              type: f.type,
              from_at: f.from,
              ended_at: f.ended,
              last_message_at: f.lastMessageAt,
              seen_at: f.seenAt,
              team: f.team,
              revoked_at: f.revokedAt,
            })),
          ),
        ],
      )
    },
  }
}
