import type { Office } from '../../src/care-record/catalogue.ts'
import { SECTION_IDS, type SectionId } from '../../src/care-record/section.ts'
import { catalogue } from '../../src/exchange/access/for-tests.ts'
import { createTokens } from '../../src/exchange/doors/fhir/for-tests.ts'
import { createHouse } from '../../src/exchange/doors/for-tests.ts'
import type { Route } from '../../src/exchange/doors/routes.ts'
import { createOffices, type OfficePorts } from '../../src/exchange/offices.ts'

/** What is answered where everything may be seen. `entry`: of one item, where the view has such an item; `drawn`: where that has pages. */
export type Serves = 'page' | 'parts' | 'stream' | 'entry' | 'drawn' | 'moved' | 'again' | 'form' | 'leaving'

/**
 * One row for each route, written from care rules 1 to 5 and not from the guards. `anyone`: says nothing of anybody.
 * `session`: of one's own sign-in only. `finding`: for who may open something. `record`: the person of a view of this very
 * session, decided as open. `reason`: the page of a view that waits for a reason. `sharing`: of one's own view, for whoever has
 * the person in their care, also where an objection shows nothing. `use`: who has a role, before the rules of use are accepted.
 * `office`: work beside the record, for the roles that do it. `public form`: may be sent by anyone, and shows nothing of anybody.
 * `software`: as `record`, a token that names its user for a session. `exchange`: another exchange's certificate.
 */
export type Row =
  | { readonly needs: 'anyone' | 'session' | 'finding' | 'reason' | 'sharing' | 'use' | 'public form' | 'software' | 'exchange' }
  | { readonly needs: 'office'; readonly offices: readonly Office[] }
  | {
      readonly needs: 'record'
      readonly serves: Serves
      /** Part of the roles that may see one of these sections. */
      readonly of?: readonly SectionId[]
      /** What links to an item that this route can open. */
      readonly link?: RegExp
    }

const sections = Object.fromEntries(
  SECTION_IDS.map(section => [`GET /r/:view/${section}`, { needs: 'record', serves: 'page', of: [section] } as const]),
)
const page = { needs: 'record', serves: 'page' } as const
const entry = (link: RegExp) => ({ needs: 'record', serves: 'entry', link }) as const
const anyone = { needs: 'anyone' } as const
const session = { needs: 'session' } as const
const finding = { needs: 'finding' } as const
const software = { needs: 'software' } as const
const exchange = { needs: 'exchange' } as const
const office = (...offices: readonly Office[]) => ({ needs: 'office', offices }) as const
const sharing = { needs: 'sharing' } as const
const ITEM = /\/r\/[^/"]+\/item\/([^/"?]+)"/
const DOCUMENT = /\/r\/[^/"]+\/documents\/([^/"?]+)"/
const IMAGES = /\/r\/[^/"]+\/images\/([^/"?]+)"/

const rowsOf = (row: Row, ...names: readonly string[]): Readonly<Record<string, Row>> => Object.fromEntries(names.map(name => [name, row]))

/** Care rules 4: the office decides, the Guardian advises and decides where it is urgent; nobody else sees a case. */
const objections = rowsOf(
  office('objections', 'guardian'),
  'GET /office/objections',
  'GET /office/objections/contact',
  'POST /office/objections/contact',
  'GET /office/objections/calls',
  'GET /office/objections/calls/new',
  'POST /office/objections/calls/new',
  'GET /office/objections/calls/:call',
  'POST /office/objections/calls/:call',
  'GET /office/objections/called',
  'GET /office/objections/:case',
  'POST /office/objections/:case/:step',
  'GET /office/objections/:case/letters/:letter',
  'GET /office/objections/:case/letters/:letter/pdf',
)
/** Care rules 6: an officer sees the looks of their own organisation's staff. */
const privacy = rowsOf(
  office('privacy'),
  'GET /office/privacy',
  'GET /office/privacy/claims',
  'POST /office/privacy/claims',
  'POST /office/privacy/claims/:id',
  'GET /office/privacy/alerts/:id',
  'GET /office/privacy/decisions/:id',
  'POST /office/privacy/decisions/:id/again',
)
/** Care rules 5.6: governance changes who takes part; who runs the systems reads it, and either cuts off at once. */
const takingPart = {
  ...rowsOf(
    office('agreements', 'operations'),
    'GET /office/organisations',
    'GET /office/organisations/:ods',
    'GET /office/agreements',
    'GET /office/agreements/:id',
    'GET /office/isolation',
    'POST /office/isolation',
    'POST /office/isolation/:id/release',
  ),
  ...rowsOf(
    office('agreements'),
    'GET /office/organisations/new',
    'POST /office/organisations/new',
    'POST /office/organisations/:ods/step',
    'POST /office/organisations/:ods/dsp-toolkit',
    'POST /office/organisations/:ods/check',
    'POST /office/organisations/:ods/dsp-toolkit/overdue',
    'GET /office/connections/:id',
    'POST /office/connections/:id',
    'GET /office/connections/:id/:task',
    'POST /office/connections/:id/:task',
    'GET /office/agreements/new',
    'POST /office/agreements/new',
    'POST /office/agreements/:id/step',
  ),
}
/** Care rules 1 and 5.1: rules have an owner in governance; the Guardian, and whoever has to explain or sign them, read. */
const rules = {
  ...rowsOf(office('rules', 'guardian'), 'GET /office/rules', 'GET /office/rules/services', 'GET /office/rules/changes/:id'),
  ...rowsOf(
    office('rules'),
    'POST /office/rules/changes/:id',
    'GET /office/rules/propose/:kind/:subject',
    'POST /office/rules/propose/:kind/:subject',
  ),
  'GET /office/role-map': office('rules', 'agreements', 'guardian', 'privacy'),
  'GET /office/processing': office('agreements', 'rules', 'guardian', 'operations', 'privacy'),
}
/** Care rules 4.5: stewards decide who a former objector is; the office works with them, and at night the Guardian on call. */
const optOuts = {
  ...rowsOf(
    office('stewarding', 'objections'),
    'GET /office/opt-outs',
    'POST /office/opt-outs',
    'GET /office/practice-codes',
    'GET /office/practice-codes/:id',
    'POST /office/practice-codes/:id',
  ),
  ...rowsOf(
    office('stewarding', 'objections', 'guardian'),
    'GET /office/opt-outs/called',
    'GET /office/opt-outs/:id',
    'POST /office/opt-outs/:id',
    'POST /office/opt-outs/:id/register',
  ),
}

export const routeTable: Readonly<Record<string, Row>> = {
  'GET /health': anyone,
  'GET /ready': anyone,
  'GET /assets/*': anyone,
  'GET /sign-in': anyone,
  'GET /sign-in/start': anyone,
  'GET /sign-in/return': anyone,
  'GET /locked': anyone,
  'POST /bridge/open': anyone,
  'GET /fhir/R4/metadata': anyone,
  'GET /fhir/R4/.well-known/smart-configuration': anyone,
  'GET /.well-known/smart-configuration': anyone,
  'GET /roles': session,
  'POST /roles': session,
  'POST /lock': session,
  'POST /unlock': session,
  'POST /log-out': session,
  'GET /': finding,
  'GET /find': finding,
  'GET /find/unknown': finding,
  'POST /find': finding,
  'GET /find/:list': finding,
  'POST /open': finding,
  'GET /bridge/arrived': finding,
  ...sections,
  'GET /r/:view/': page,
  'GET /r/:view/sources': page,
  'GET /r/:view/timeline': { ...page, of: ['encounters', 'appointments', 'referrals', 'procedures', 'documents'] },
  'GET /r/:view/changes': page,
  'GET /r/:view/medicines/compare': { ...page, of: ['medicines'] },
  'GET /r/:view/problems/threads': { ...page, of: ['problems'] },
  'GET /r/:view/encounters/threads': { ...page, of: ['encounters'] },
  'GET /r/:view/results/:entry': entry(/\/r\/[^/"]+\/results\/([^/"?]+)"/),
  'GET /r/:view/search': page,
  'POST /r/:view/search': page,
  'GET /r/:view/print': page,
  'POST /r/:view/older': { needs: 'record', serves: 'moved' },
  'GET /r/:view/item/:entry': entry(ITEM),
  'POST /r/:view/item/:entry': entry(ITEM),
  'GET /r/:view/item/:entry/not-theirs': entry(ITEM),
  'POST /r/:view/item/:entry/not-theirs': { needs: 'record', serves: 'form', link: ITEM },
  'GET /r/:view/documents/:entry': entry(DOCUMENT),
  'GET /r/:view/documents/:entry/body': entry(DOCUMENT),
  'GET /r/:view/documents/:entry/pages/:page': { needs: 'record', serves: 'drawn', link: DOCUMENT },
  'GET /r/:view/documents/:entry/original': entry(DOCUMENT),
  'GET /r/:view/images/:entry': entry(IMAGES),
  'GET /r/:view/images/:entry/:series/:place': entry(IMAGES),
  'GET /r/:view/images/:entry/:series/:place/small': entry(IMAGES),
  'POST /r/:view/bridge/:id': { needs: 'record', serves: 'leaving' },
  'GET /r/:view/events': { needs: 'record', serves: 'stream' },
  'GET /r/:view/parts': { needs: 'record', serves: 'parts' },
  'POST /r/:view/try-again': { needs: 'record', serves: 'again' },
  'GET /r/:view/reason': { needs: 'reason' },
  'POST /r/:view/reason': { needs: 'reason' },
  'POST /r/:view/renew': { needs: 'record', serves: 'moved' },
  'POST /r/:view/close': { needs: 'record', serves: 'moved' },
  'GET /r/:view/sharing': sharing,
  'GET /r/:view/sharing/object': sharing,
  'POST /r/:view/sharing/object': sharing,
  'GET /r/:view/sharing/change': sharing,
  'POST /r/:view/sharing/change': sharing,
  'GET /r/:view/sharing/narrow': sharing,
  'POST /r/:view/sharing/narrow': sharing,
  'GET /acceptable-use': { needs: 'use' },
  'POST /acceptable-use': { needs: 'use' },
  'GET /object': anyone,
  'GET /privacy': anyone,
  'POST /object': { needs: 'public form' },
  'GET /office': office('objections', 'guardian', 'privacy', 'stewarding', 'operations', 'agreements', 'rules'),
  ...objections,
  ...privacy,
  ...takingPart,
  ...rules,
  ...optOuts,
  'POST /fhir/R4/Patient/$match': software,
  'GET /fhir/R4/Patient/:id': software,
  'GET /fhir/R4/Patient/:id/$everything': software,
  'POST /fhir/R4/Patient/:id/$everything': software,
  'GET /fhir/R4/Patient/:id/$summary': software,
  'POST /fhir/R4/Patient/:id/$summary': software,
  'GET /fhir/R4/Binary/:id': software,
  'GET /fhir/R4/:type': software,
  'POST /fhir/R4/:type/_search': software,
  'GET /fhir/R4/:type/:id': software,
  'GET /peer/v1/keys': exchange,
  'GET /peer/v1/held': exchange,
  'POST /peer/v1/lists': exchange,
  'POST /peer/v1/record': exchange,
  'POST /peer/v1/document': exchange,
  'POST /peer/v1/report': exchange,
}

/** Offices are made, and nothing that they rest on is asked. */
const unasked: unknown = { catalogue, objections: {} }

/** Routes that no row speaks of, and rows without a route: neither may be. */
export function unspoken(routes: readonly Pick<Route, 'method' | 'path'>[]): {
  readonly routes: readonly string[]
  readonly rows: readonly string[]
} {
  const names = new Set(routes.map(nameOf))
  return {
    routes: [...names].filter(name => !Object.hasOwn(routeTable, name)),
    rows: Object.keys(routeTable).filter(name => !names.has(name)),
  }
}

/** The routes of both doors as `createServers` makes them for every process, with all that settings can add. */
export async function servedRoutes(): Promise<{ readonly public: readonly Route[]; readonly mtls: readonly Route[] }> {
  const tokens = await createTokens(() => new Date())
  const nowhere = async (): Promise<never> => Promise.reject(new Error('nobody goes there'))
  const bridges = { offered: () => [], leave: nowhere, arrive: nowhere, admit: nowhere }
  const use = { accepted: nowhere, accept: nowhere }
  const { servers } = await createHouse({
    settings: { fhir: tokens.settings },
    ports: { bridges, use },
    offices: createOffices(unasked as OfficePorts),
  })
  await servers.close()
  return servers.routes
}

export const nameOf = (route: Pick<Route, 'method' | 'path'>): string => `${route.method} ${route.path}`

/** @throws for a route without a row. */
export function rowOf(route: Pick<Route, 'method' | 'path'>): Row {
  const row = routeTable[nameOf(route)]
  if (row === undefined) throw new Error(`${nameOf(route)} has no row`)
  return row
}
