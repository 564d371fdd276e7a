import { createHash } from 'node:crypto'
import type { Agreement, Catalogue, Organisation, PeerConfig, RoleRow } from '../../../care-record/catalogue.ts'
import type { AccessRules } from '../../../care-record/decision.ts'
import type { Db } from '../access.ts'

/** Names of the two documents that a decision was taken by: SHA-256 of their text. */
export interface DocumentNames {
  readonly rules: string
  readonly catalogue: string
}

export interface RuleHistory {
  /** Their names, once both are stored. Rejects with the driver's error: then nothing is decided. */
  readonly keep: (rules: AccessRules, catalogue: Catalogue) => Promise<DocumentNames>
  /** The rules and the catalogue of that day, the latter without what no decision rests on; `undefined`: one is not there. */
  readonly read: (names: DocumentNames) => Promise<{ readonly rules: AccessRules; readonly catalogue: Catalogue } | undefined>
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** @param ports.now wall clock. */
export function createRuleHistory(ports: { readonly db: Db; readonly now: () => Date }): RuleHistory {
  const { db, now } = ports
  /** What this process stored last; a change of either makes a new one. */
  let last: { readonly rules: AccessRules; readonly catalogue: Catalogue; readonly names: Promise<DocumentNames> } | undefined

  const store = async (rules: AccessRules, catalogue: Catalogue): Promise<DocumentNames> => {
    const documents = [
      { kind: 'access-rules', version: `${rules.id}/${rules.version}`, body: JSON.stringify(rules) },
      { kind: 'catalogue', version: catalogue.version, body: JSON.stringify(whatDecides(catalogue)) },
    ].map(one => ({ ...one, sha256: hashOf(one.body) }))
    await db.query(
      `insert into decision_document (sha256, kind, version, body, first_used)
       select sha256, kind, version, body, $2 from jsonb_to_recordset($1::jsonb) as d (sha256 text, kind text, version text, body text)
       on conflict do nothing`,
      [JSON.stringify(documents), now()],
    )
    return { rules: documents[0]!.sha256, catalogue: documents[1]!.sha256 }
  }
  const one = async (sha256: string, kind: string): Promise<unknown> => {
    const { rows } = await db.query('select body from decision_document where sha256 = $1 and kind = $2', [sha256, kind])
    const body = String(rows[0]?.['body'])
    // Its name is what it says: one that was changed is not the one that decided.
    return hashOf(body) === sha256 ? JSON.parse(body) : undefined
  }
  return {
    keep(rules, catalogue) {
      if (last?.rules === rules && last.catalogue === catalogue) return last.names
      const names = store(rules, catalogue)
      const mine = { rules, catalogue, names }
      last = mine
      names.catch(() => {
        if (last === mine) last = undefined
      })
      return names
    },
    async read(names) {
      const [rules, catalogue] = await Promise.all([one(names.rules, 'access-rules'), one(names.catalogue, 'catalogue')])
      if (rules === undefined || catalogue === undefined) return undefined
      return { rules: rules as AccessRules, catalogue: catalogueOf(catalogue as Deciding) }
    },
  }
}

/** The part of a catalogue that a decision rests on. */
interface Deciding extends Pick<Catalogue, 'version' | 'exchange' | 'isolations'> {
  readonly organisations: readonly Omit<Organisation, 'name' | 'short' | 'phone'>[]
  readonly agreements: readonly Agreement[]
  readonly peers: readonly Omit<PeerConfig, 'title' | 'baseUrl'>[]
  readonly roles: readonly RoleRow[]
}

const whatDecides = ({ version, exchange, organisations, agreements, peers, roles, isolations }: Catalogue): Deciding => ({
  version,
  exchange,
  organisations: [...organisations.values()].map(({ name: _name, short: _short, phone: _phone, ...rest }) => rest),
  agreements,
  peers: peers.map(({ title: _title, baseUrl: _baseUrl, ...rest }) => rest),
  roles: [...roles.values()],
  ...(isolations === undefined ? {} : { isolations }),
})

const catalogueOf = ({ organisations, roles, peers, ...rest }: Deciding): Catalogue => ({
  ...rest,
  title: rest.exchange,
  organisations: new Map(organisations.map(one => [one.odsCode, { ...one, name: one.odsCode, short: one.odsCode }])),
  peers: peers.map(one => ({ ...one, title: one.exchange, baseUrl: '' })),
  roles: new Map(roles.map(row => [row.jobRole, row])),
  sources: [],
  services: [],
})
