import { createHash } from 'node:crypto'
import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import {
  BESIDE_GROUPS,
  CONNECTORS,
  ITEM_CLASSES,
  OFFICES,
  ORGANISATION_STATES,
  ROLE_GROUPS,
  type Agreement,
  type Organisation,
  type PeerConfig,
  type RoleRow,
  type ServiceRegisterRow,
  type SourceConfig,
} from '../../care-record/catalogue.ts'
import { RELATIONSHIPS } from '../../care-record/person.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import { SECTION_IDS } from '../../care-record/section.ts'

const oneOf = <const T extends readonly string[]>(values: T) => Type.Union(values.map(value => Type.Literal(value as T[number])))
const words = Type.String({ minLength: 1, maxLength: 200 })
const id = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' })
const odsCode = Type.String({ pattern: '^[A-Z0-9]{3,12}$' })
const url = Type.String({ pattern: '^https?://[^\\s#]+$', maxLength: 500 })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$' })
const sections = Type.Array(oneOf(SECTION_IDS), { uniqueItems: true })
const limits = Type.Partial(Type.Record(oneOf(SECTION_IDS), oneOf(ITEM_CLASSES)), { additionalProperties: false })
const state = oneOf(['live', 'planned', 'suspended'])
const listOf = <T extends TSchema>(row: T) => Type.Array(row, { maxItems: 20_000 })

/** Whatever else the file holds is for other rooms; inside a row of ours an unknown member is refused as a slip of the pen. */
const closed = { additionalProperties: false } as const

const Document = Type.Object({
  exchange: id,
  title: words,
  deliveryTeam: Type.Optional(Type.Array(odsCode, { maxItems: 50, uniqueItems: true })),
  organisations: listOf(
    Type.Object(
      {
        odsCode,
        name: words,
        short: words,
        kind: Type.String({ maxLength: 40 }),
        phone: Type.Optional(words),
        web: Type.Optional(Type.String({ pattern: '^https://[^\\s]+$', maxLength: 200 })),
        state: Type.Optional(oneOf(ORGANISATION_STATES)),
        dspToolkit: Type.Optional(
          Type.Object({ status: oneOf(['exceeded', 'met', 'approaching', 'not-met', 'not-published']), until: day }, closed),
        ),
      },
      closed,
    ),
  ),
  sources: listOf(
    Type.Object(
      {
        id,
        odsCode,
        exchange: id,
        connector: oneOf(CONNECTORS),
        askedBy: Type.Optional(oneOf(['home', 'viewer'])),
        members: Type.Optional(Type.Array(odsCode, { minItems: 1, maxItems: 100, uniqueItems: true })),
        baseUrl: url,
        system: words,
        sections,
        fhirRead: Type.Optional(oneOf(['search', 'everything'])),
        fhirFormat: Type.Optional(oneOf(['json', 'xml'])),
        documentsUrl: Type.Optional(url),
        documentsAsid: Type.Optional(words),
        tokenUrl: Type.Optional(url),
        clientId: Type.Optional(words),
        asidTo: Type.Optional(words),
        hedge: Type.Boolean(),
        maxConcurrent: Type.Integer({ minimum: 1, maximum: 1_000 }),
        feed: oneOf(['live', 'message', 'batch']),
        indexLoadedAt: Type.Union([instant, Type.Null()]),
        givesEvidence: Type.Boolean(),
        state,
      },
      closed,
    ),
  ),
  peers: listOf(
    Type.Object({ exchange: id, title: words, baseUrl: url, state, trustedEvidence: Type.Array(oneOf(RELATIONSHIPS)) }, closed),
  ),
  agreements: listOf(
    Type.Object(
      {
        id,
        provider: odsCode,
        consumer: Type.Union([odsCode, Type.Literal('*')]),
        sections: Type.Union([sections, Type.Literal('*')]),
        from: day,
        until: Type.Union([day, Type.Null()]),
      },
      closed,
    ),
  ),
  roles: listOf(
    Type.Object(
      {
        jobRole: Type.String({ pattern: '^R\\d{4}$' }),
        title: words,
        group: oneOf(ROLE_GROUPS),
        sections,
        limits: Type.Optional(limits),
        mayClaim: Type.Boolean(),
        register: Type.Optional(Type.Literal('needed')),
        offices: Type.Optional(Type.Array(oneOf(OFFICES), { minItems: 1, uniqueItems: true })),
      },
      closed,
    ),
  ),
  services: listOf(
    Type.Object(
      {
        odsCode,
        localCode: Type.String({ minLength: 1, maxLength: 64 }),
        treatmentFunction: Type.Union([words, Type.Null()]),
        name: words,
        legalClass: Type.Union([words, Type.Null()]),
      },
      closed,
    ),
  ),
})
const document = Compile(Document)

export interface CatalogueDocument {
  readonly exchange: string
  readonly title: string
  /** ODS codes of organisations that deliver the record: their people approve no use of it (R058). */
  readonly deliveryTeam?: readonly string[]
  readonly organisations: readonly Organisation[]
  readonly sources: readonly SourceConfig[]
  readonly peers: readonly PeerConfig[]
  readonly agreements: readonly Agreement[]
  readonly roles: readonly RoleRow[]
  readonly services: readonly ServiceRegisterRow[]
}

/**
 * Reads a document of who takes part. Whole or not at all.
 *
 * @returns fault `invalid` saying where it is wrong (path and rule, never the value), `too-large` above 20,000 rows a list.
 */
export function parseDocument(value: unknown): Result<CatalogueDocument> {
  if (!document.Check(value)) {
    const [first] = document.Errors(value)
    return fail('invalid', `The catalogue cannot be read at ${first?.instancePath || '/'}: ${first?.message ?? 'wrong form'}.`)
  }
  const whole: Static<typeof Document> = value
  const { exchange, title, deliveryTeam, organisations, sources, peers, agreements, roles, services } = whole
  const twice = [
    ['organisation', organisations.map(o => o.odsCode)],
    ['source', sources.map(s => s.id)],
    ['peer', peers.map(p => p.exchange)],
    ['agreement', agreements.map(a => a.id)],
    ['role', roles.map(r => r.jobRole)],
    ['service', services.map(s => `${s.odsCode} ${s.localCode}`)],
  ] as const
  for (const [what, keys] of twice) if (new Set(keys).size < keys.length) return fail('invalid', `The catalogue lists one ${what} twice.`)
  const known = new Set(organisations.map(o => o.odsCode))
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['source', sources.flatMap(s => [s.odsCode, ...(s.members ?? [])])],
    ['agreement', agreements.map(a => a.provider)],
    ['service', services.map(s => s.odsCode)],
  ]
  for (const [what, codes] of named)
    if (codes.some(code => !known.has(code))) return fail('invalid', `A ${what} names an organisation that is not in the catalogue.`)
  for (const { sections, limits = {} } of roles)
    if (Object.keys(limits).some(section => !sections.some(one => one === section)))
      return fail('invalid', 'A role has a limit in a section that it does not see.')
  if (roles.some(({ group, sections, mayClaim }) => SEES_NOTHING.has(group) && (sections.length > 0 || mayClaim)))
    return fail('invalid', 'Who works beside the record sees no section of it and claims nothing.')
  for (const { from, until } of agreements)
    if (!isDay(from) || (until !== null && (!isDay(until) || until < from)))
      return fail('invalid', 'An agreement has dates that cannot be.')
  if (sources.some(source => source.askedBy === 'viewer' && source.exchange !== exchange))
    return fail('invalid', "A source that each viewer's exchange asks must be this exchange's own.")
  if (peers.some(peer => peer.exchange === exchange)) return fail('invalid', 'An exchange cannot be its own peer.')
  return ok({
    exchange,
    title,
    ...(deliveryTeam && { deliveryTeam }),
    organisations,
    sources,
    peers,
    agreements,
    roles,
    services,
  } as CatalogueDocument)
}

/** Groups of roles that work beside the record: to the tables too, by a constraint (R050). */
const SEES_NOTHING: ReadonlySet<RoleRow['group']> = new Set(BESIDE_GROUPS)

const isDay = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** One hash for one content: member order in the file does not matter, order of rows does. */
export function documentHash(document: CatalogueDocument): string {
  const text = JSON.stringify(document, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(text).digest('hex')
}
