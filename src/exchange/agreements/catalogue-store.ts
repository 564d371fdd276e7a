import type { ClientBase, Pool } from 'pg'
import type {
  Agreement,
  Catalogue,
  Organisation,
  PeerConfig,
  RoleRow,
  ServiceRegisterRow,
  SourceConfig,
} from '../../care-record/catalogue.ts'
import type { Isolated } from '../../care-record/lists.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import { whatCounts } from './what-counts.ts'
import { documentHash, parseDocument, type CatalogueDocument } from './document.ts'

const LISTS = [
  [
    'organisations',
    `insert into organisation (ods_code, name, short, kind, phone, web, state, dsp_status, dsp_until)
     select "odsCode", name, short, kind, phone, web, state, "dspToolkit" ->> 'status', ("dspToolkit" ->> 'until')::date from jsonb_to_recordset($1)
     as r ("odsCode" text, name text, short text, kind text, phone text, web text, state text, "dspToolkit" jsonb)
     on conflict (ods_code) do update set name = excluded.name, short = excluded.short, kind = excluded.kind, phone = excluded.phone,
       web = excluded.web, state = excluded.state, dsp_status = excluded.dsp_status, dsp_until = excluded.dsp_until,
       dsp_said_at = case when (organisation.dsp_status, organisation.dsp_until) is distinct from (excluded.dsp_status, excluded.dsp_until)
         then now() else organisation.dsp_said_at end`,
  ],
  [
    'sources',
    `insert into source select id, place, "odsCode", exchange, connector, "baseUrl", system,
       array(select jsonb_array_elements_text(sections)), "fhirRead", "tokenUrl", "clientId", "asidTo", hedge, "maxConcurrent", feed,
       "indexLoadedAt", "givesEvidence", state, "fhirFormat", "documentsUrl", "documentsAsid", "askedBy",
       case jsonb_typeof(members) when 'array' then array(select jsonb_array_elements_text(members)) end
     from jsonb_to_recordset($1) as r (id text, place int, "odsCode" text, exchange text, connector text, "baseUrl" text, system text,
       sections jsonb, "fhirRead" text, "tokenUrl" text, "clientId" text, "asidTo" text, hedge boolean, "maxConcurrent" int, feed text,
       "indexLoadedAt" timestamptz, "givesEvidence" boolean, state text, "fhirFormat" text, "documentsUrl" text, "documentsAsid" text,
       "askedBy" text, members jsonb)`,
  ],
  [
    'peers',
    `insert into peer select exchange, place, title, "baseUrl", state, array(select jsonb_array_elements_text("trustedEvidence"))
     from jsonb_to_recordset($1) as r (exchange text, place int, title text, "baseUrl" text, state text, "trustedEvidence" jsonb)`,
  ],
  [
    'agreements',
    `insert into agreement select id, place, provider, consumer,
       case jsonb_typeof(sections) when 'array' then array(select jsonb_array_elements_text(sections)) end, "from", until
     from jsonb_to_recordset($1) as r (id text, place int, provider text, consumer text, sections jsonb, "from" date, until date)
     on conflict (id) do update set place = excluded.place, provider = excluded.provider, consumer = excluded.consumer,
       sections = excluded.sections, from_day = excluded.from_day, until_day = excluded.until_day`,
  ],
  [
    'roles',
    `insert into role_map select "jobRole", place, title, "group", array(select jsonb_array_elements_text(sections)), "mayClaim",
       coalesce(limits, '{}'), register, case jsonb_typeof(offices) when 'array' then array(select jsonb_array_elements_text(offices)) end
     from jsonb_to_recordset($1) as r ("jobRole" text, place int, title text, "group" text, sections jsonb, "mayClaim" boolean,
       limits jsonb, register text, offices jsonb)`,
  ],
  [
    'services',
    `insert into service_register select "odsCode", "localCode", place, "treatmentFunction", name, "legalClass"
     from jsonb_to_recordset($1)
     as r ("odsCode" text, "localCode" text, place int, "treatmentFunction" text, name text, "legalClass" text)`,
  ],
] as const

/**
 * Makes the tables say what the document says, all or nothing, in one transaction. The same document again changes
 * nothing and keeps the version.
 *
 * @param input outside data: the parsed JSON of a file. Members that other rooms own are ignored.
 * @returns fault `invalid` when it cannot be read, `forbidden` when it names a kind of organisation that may never view
 *   (R047), `conflict` when the tables belong to another exchange, contradict what was made on pages, or nothing may go live
 *   now, `unavailable` when the database does not answer,
 *   `internal` when it refuses what we wrote.
 */
export async function applyCatalogue(
  pool: Pool,
  input: unknown,
  goLiveAllowed: GoLiveAllowed = async () => true,
): Promise<Result<{ readonly version: string; readonly changed: boolean }>> {
  const parsed = parseDocument(input)
  if (!parsed.ok) return parsed
  let client
  try {
    client = await pool.connect()
  } catch (cause) {
    return fail('unavailable', 'The catalogue cannot be written at the moment.', cause)
  }
  try {
    await client.query('begin')
    const done = await applyWith(client, parsed.value, goLiveAllowed)
    await client.query(done.ok ? 'commit' : 'rollback')
    client.release()
    return done
  } catch (cause) {
    client.release(true)
    return isRefusal(cause)
      ? fail('internal', 'The catalogue could not be written.', cause)
      : fail('unavailable', 'The catalogue cannot be written at the moment.', cause)
  }
}

/** The database understood and said no (SQLSTATE class 22, 23, 42): asking again changes nothing. */
const isRefusal = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(22|23|42)...$/.test(cause.code)

/** Why a document cannot follow what stands, in our own words; `undefined` when it can. */
async function clashOf(client: ClientBase, document: CatalogueDocument, goLiveAllowed: GoLiveAllowed): Promise<string | undefined> {
  const listed = document.organisations.map(o => o.odsCode)
  const { rows } = await client.query<{ what: string }>(
    `select 'id' as what from agreement where from_page and id = any($1)
     union all select 'provider' from agreement where from_page and provider <> all($2)
       and provider not in (select ods_code from organisation where from_page)`,
    [document.agreements.map(a => a.id), listed],
  )
  if (rows.some(row => row.what === 'id')) return 'The catalogue names an agreement that was made on a page.'
  if (rows.length > 0) return 'The catalogue leaves out an organisation that an agreement made on a page is with.'
  const live = document.sources.filter(source => source.state === 'live').map(source => source.id)
  const { rows: fresh } = await client.query(
    `select from unnest($1::text[]) as added (id) where id not in (select id from source where state = 'live') limit 1`,
    [live],
  )
  return fresh.length > 0 && !(await goLiveAllowed(client))
    ? 'An opt-out that could not be matched waits for a data steward. No source is added before that.'
    : undefined
}

/** Whether anything may go live: not while an opt-out that could not be matched is unworked (care rules 4.5). */
export type GoLiveAllowed = (client: Pick<ClientBase, 'query'>) => Promise<boolean>

async function applyWith(
  client: ClientBase,
  document: CatalogueDocument,
  goLiveAllowed: GoLiveAllowed,
): Promise<Result<{ version: string; changed: boolean }>> {
  // One at a time; readers go on with the version before.
  await client.query('lock table catalogue_version in share row exclusive mode')
  const { rows: kinds } = await client.query<{ kind: string; may_view: boolean }>('select kind, may_view from organisation_kind')
  const mayView = new Map(kinds.map(row => [row.kind, row.may_view]))
  for (const { kind } of document.organisations) {
    if (mayView.get(kind) === undefined) return fail('invalid', 'The catalogue names a kind of organisation that is not known.')
    if (mayView.get(kind) === false) return fail('forbidden', `An organisation of kind '${kind}' can never take part.`)
  }
  const sha256 = documentHash(document)
  const { rows } = await client.query<{ version: string; exchange: string; sha256: string }>(
    'select version, exchange, sha256 from catalogue_version',
  )
  const before = rows[0]
  if (before && before.exchange !== document.exchange) return fail('conflict', 'These tables belong to another exchange.')
  if (before?.sha256 === sha256) return ok({ version: before.version, changed: false })
  const clash = before && (await clashOf(client, document, goLiveAllowed))
  if (clash !== undefined) return fail('conflict', clash)

  await client.query('delete from service_register; delete from source; delete from peer; delete from role_map')
  await client.query('set constraints all deferred')
  await client.query('delete from agreement where id <> all($1) and not from_page', [document.agreements.map(a => a.id)])
  await client.query('delete from organisation where ods_code <> all($1) and not from_page', [document.organisations.map(o => o.odsCode)])
  await client.query('delete from delivery_team')
  await client.query('insert into delivery_team select unnest($1::text[])', [document.deliveryTeam ?? []])
  for (const [list, insert] of LISTS)
    await client.query(insert, [JSON.stringify(document[list].map((row, place) => Object.assign({ place }, row)))])
  const { rows: after } = await client.query<{ version: string }>(
    `insert into catalogue_version (version, exchange, title, sha256) values (1, $1, $2, $3)
     on conflict (single) do update set version = catalogue_version.version + 1, title = excluded.title, sha256 = excluded.sha256, applied_at = now()
     returning version`,
    [document.exchange, document.title, sha256],
  )
  return ok({ version: after[0]!.version, changed: true })
}

interface Tables {
  readonly version: string
  readonly exchange: string
  readonly title: string
  readonly organisations: Organisation[]
  readonly sources: SourceConfig[]
  readonly peers: PeerConfig[]
  readonly agreements: Agreement[]
  readonly roles: RoleRow[]
  readonly services: ServiceRegisterRow[]
  readonly isolations: { readonly what: Isolated; readonly which: string }[]
}

/** One statement, so one snapshot: rows of two versions are never mixed. */
const READ = `
select v.version::text, v.exchange, v.title,
  (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('odsCode', o.ods_code, 'name', name, 'short', short, 'kind', kind,
     'phone', phone, 'web', web,
     'state', case when coalesce(o.state, 'connected') = 'connected' then coalesce(l.state, case when o.from_page then 'left' end, o.state) else o.state end,
     'dspToolkit', case when coalesce(d.status, dsp_status) is not null then jsonb_build_object('status', coalesce(d.status, dsp_status),
       'until', coalesce(d.until_day, dsp_until)::text, 'served', (select until_day::text from dsp_decision where ods_code = o.ods_code
         and lapsed_on = coalesce(d.until_day, dsp_until) order by id desc limit 1)) end)) order by o.ods_code), '[]')
     from organisation o left join organisation_life l on l.ods_code = o.ods_code
     left join lateral (select status, until_day from dsp_toolkit where ods_code = o.ods_code and at >= o.dsp_said_at
       order by id desc limit 1) d on true) as organisations,
  (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', id, 'odsCode', ods_code, 'exchange', exchange,
     'connector', connector, 'baseUrl', base_url, 'system', system, 'sections', to_jsonb(sections), 'fhirRead', fhir_read,
     'tokenUrl', token_url, 'clientId', client_id, 'asidTo', asid_to, 'hedge', hedge, 'maxConcurrent', max_concurrent, 'feed', feed,
     'givesEvidence', gives_evidence, 'state', state, 'fhirFormat', fhir_format, 'documentsUrl', documents_url,
     'documentsAsid', documents_asid, 'askedBy', asked_by, 'members', to_jsonb(members)))
     || jsonb_build_object('indexLoadedAt', to_char(index_loaded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
     order by place), '[]') from source) as sources,
  (select coalesce(jsonb_agg(jsonb_build_object('exchange', exchange, 'title', title, 'baseUrl', base_url, 'state', state,
     'trustedEvidence', to_jsonb(trusted_evidence)) order by place), '[]') from peer) as peers,
  (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'provider', provider, 'consumer', consumer,
     'sections', coalesce(to_jsonb(sections), '"*"'), 'from', a.from_day::text, 'until', a.until_day::text)
     || case when r.state is null or r.state = 'in-force' then '{}'::jsonb else jsonb_strip_nulls(jsonb_build_object('state', r.state, 'served', r.overdue ->> 'until')) end order by place), '[]')
     from agreement a left join agreement_review r on r.agreement_id = a.id where coalesce(r.state, case when a.from_page then 'applied' else 'in-force' end) in ('in-force', 'overdue')) as agreements,
  (select coalesce(jsonb_agg(jsonb_build_object('jobRole', job_role, 'title', title, 'group', role_group,
     'sections', to_jsonb(sections), 'mayClaim', may_claim)
     || case limits when '{}' then '{}'::jsonb else jsonb_build_object('limits', limits) end
     || jsonb_strip_nulls(jsonb_build_object('register', register, 'offices', to_jsonb(offices))) order by place), '[]') from role_map) as roles,
  (select coalesce(jsonb_agg(jsonb_build_object('odsCode', ods_code, 'localCode', local_code,
     'treatmentFunction', treatment_function, 'name', name, 'legalClass', legal_class) order by place), '[]')
     from service_register) as services,
  (select coalesce(jsonb_agg(distinct jsonb_build_object('what', what, 'which', which)), '[]') from isolation_in_force
     where exchange not in (select exchange from isolation_disregard where agreed_at is not null)) as isolations
from catalogue_version v`

/**
 * One immutable snapshot of who takes part.
 *
 * @throws the driver's error when the database does not answer, and when no catalogue was ever applied: a process must
 *   not serve without one.
 */
export async function readCatalogue(pool: Pool): Promise<Catalogue> {
  const { rows } = await pool.query<Tables>(READ)
  const [read] = rows
  if (!read) throw new Error('no catalogue was applied to this database')
  const tables = whatCounts(read)
  return {
    ...tables,
    organisations: new Map(tables.organisations.map(o => [o.odsCode, o])),
    roles: new Map(tables.roles.map(r => [r.jobRole, r])),
  }
}

/**
 * The catalogue as it is now, read again when its version changes: a change bites within `everyMs` and one read, so
 * well within 5 s. While the database is away the last one stands.
 *
 * @param everyMs milliseconds between looks at the version.
 * @param onError told the driver's error each time a look failed.
 * @param onChange told what stands now and what stood before, once for each version this process takes up.
 * @throws what `readCatalogue` throws, at the start only.
 */
export async function followCatalogue(
  pool: Pool,
  {
    everyMs = 2_000,
    onError = () => {},
    onChange = () => {},
  }: {
    readonly everyMs?: number
    readonly onError?: (cause: unknown) => void
    readonly onChange?: (now: Catalogue, before: Catalogue) => void
  } = {},
): Promise<{ current(): Catalogue; stop(): void }> {
  let catalogue = await readCatalogue(pool)
  let stopped = false
  let timer: NodeJS.Timeout
  const look = async (): Promise<void> => {
    try {
      const { rows } = await pool.query<{ version: string }>('select version::text from catalogue_version')
      if (rows[0] && rows[0].version !== catalogue.version) {
        const before = catalogue
        catalogue = await readCatalogue(pool)
        onChange(catalogue, before)
      }
    } catch (cause) {
      onError(cause)
    }
    if (!stopped) later()
  }
  const later = (): void => {
    timer = setTimeout(() => void look(), everyMs).unref()
  }
  later()
  return {
    current: () => catalogue,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
