import { SECTION_IDS, type SectionId } from '../../src/care-record/section.ts'
import { createTokens } from '../../src/exchange/doors/fhir/for-tests.ts'
import { createHouse } from '../../src/exchange/doors/for-tests.ts'
import type { Route } from '../../src/exchange/doors/routes.ts'

/** What is answered where everything may be seen. `entry`: of one item, where the view has such an item; `drawn`: where that has pages. */
export type Serves = 'page' | 'parts' | 'stream' | 'entry' | 'drawn' | 'moved' | 'again' | 'form' | 'leaving'

/**
 * One row for each route, written from care rules 1 to 5 and not from the guards. `anyone`: says nothing of anybody.
 * `session`: of one's own sign-in only. `finding`: for who may open something. `record`: the person of a view of this very
 * session, decided as open. `reason`: the page of a view that waits for a reason. `software`: as `record`, a token that names its
 * user for a session. `exchange`: another exchange's certificate.
 */
export type Row =
  | { readonly needs: 'anyone' | 'session' | 'finding' | 'reason' | 'software' | 'exchange' }
  | {
      readonly needs: 'record'
      readonly serves: Serves
      /** Part of the roles that may see this section. */
      readonly section?: SectionId
      /** What links to an item that this route can open. */
      readonly link?: RegExp
    }

const sections = Object.fromEntries(
  SECTION_IDS.map(section => [`GET /r/:view/${section}`, { needs: 'record', serves: 'page', section } as const]),
)
const page = { needs: 'record', serves: 'page' } as const
const entry = (link: RegExp) => ({ needs: 'record', serves: 'entry', link }) as const
const anyone = { needs: 'anyone' } as const
const session = { needs: 'session' } as const
const finding = { needs: 'finding' } as const
const software = { needs: 'software' } as const
const exchange = { needs: 'exchange' } as const
const ITEM = /\/r\/[^/"]+\/item\/([^/"?]+)"/
const DOCUMENT = /\/r\/[^/"]+\/documents\/([^/"?]+)"/
const IMAGES = /\/r\/[^/"]+\/images\/([^/"?]+)"/

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
  'GET /r/:view/timeline': page,
  'GET /r/:view/changes': page,
  'GET /r/:view/medicines/compare': { ...page, section: 'medicines' },
  'GET /r/:view/problems/threads': { ...page, section: 'problems' },
  'GET /r/:view/encounters/threads': { ...page, section: 'encounters' },
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

/** The routes of both doors as `createServers` makes them for every process, with all that settings can add. */
export async function servedRoutes(): Promise<{ readonly public: readonly Route[]; readonly mtls: readonly Route[] }> {
  const tokens = await createTokens(() => new Date())
  const nowhere = async (): Promise<never> => Promise.reject(new Error('nobody goes there'))
  const bridges = { offered: () => [], leave: nowhere, arrive: nowhere, admit: nowhere }
  const { servers } = await createHouse({ settings: { fhir: tokens.settings }, ports: { bridges } })
  await servers.close()
  return servers.routes
}

export const nameOf = (route: Pick<Route, 'method' | 'path'>): string => `${route.method} ${route.path}`
