import type { Bundle, OperationOutcome } from '@medplum/fhirtypes'
import type { Catalogue, ConnectorKind, Organisation, ServiceRegisterRow, SourceConfig } from '../care-record/catalogue.ts'
import { CONNECTORS } from '../care-record/catalogue.ts'
import type { DocumentContent } from '../care-record/document.ts'
import type { Item, SectionAnswer } from '../care-record/item.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { ok } from '../care-record/result.ts'
import { SECTION_IDS, sectionsOf } from '../care-record/section.ts'
import { sourceName } from '../care-record/source-name.ts'
import { staffDate } from '../viewer/format.ts'
import type { AuditDraft } from './audit/draft.ts'
import { disclosureInForce } from './disclosure-in-force.ts'
import { maskSource } from './disclosure/mask.ts'
import { createHouse, okafor, shah, type House } from './doors/for-tests.ts'
import { bearer, createTokens, type Tokens } from './doors/fhir/for-tests.ts'
import { createHeld } from './held.ts'
import { describe } from './record/describe.ts'
import { createRecord } from './record/record.ts'
import { createAsker, type Ask } from './sources/asker.ts'
import { hoistContained, translateGpConnect } from './sources/gp-connect/translate.ts'
import { atOnce, type JsonObject } from './sources/reading/json.ts'
import { sourceOf } from './sources/reading/fixtures.ts'
import { sift, takeIn } from './sources/reading/take-in.ts'
import { translate } from './sources/reading/translate.ts'
import type { Admission, ViewPorts } from './view-ports.ts'
import { createViews, type Views } from './view-record.ts'

export const NOW = new Date('2026-11-21T10:00:00Z')
const YEAR_AGO = '2025-11-21'

/** One record system of these tests: what it holds, or how it fails. */
export interface Held {
  readonly odsCode: string
  readonly resources: readonly JsonObject[]
  /** GP Connect's FHIR STU3. */
  readonly stu3?: true
  readonly fails?: true
}

export interface FhirHouse {
  readonly house: House
  readonly tokens: Tokens
  readonly views: Views
  readonly events: AuditDraft[]
  /** Source and group of everything that was asked. */
  readonly asked: string[]
  readonly get: (
    path: string,
    headers?: Record<string, string>,
  ) => Promise<{ readonly status: number; readonly text: string; readonly json: () => Bundle }>
  /** Finds the person and gives their opaque id. */
  readonly patient: () => Promise<string>
  readonly headers: () => Promise<Record<string, string>>
  readonly close: () => Promise<void>
  admission: Admission | undefined
  /** Lets milliseconds go by. */
  readonly pass: (ms: number) => void
  /** What was said to be somebody else's. */
  readonly hold: (itemId: string) => Promise<void>
}

/**
 * The FHIR door over the real walk: translation, disclosure, merging and views are what an exchange runs; who is asked, the
 * decision and the audit are plain.
 */
export async function fhirHouse(options: {
  readonly sources: Readonly<Record<string, Held>>
  readonly person?: Partial<Person>
  readonly maySee?: readonly string[]
  readonly services?: readonly ServiceRegisterRow[]
  readonly document?: DocumentContent
}): Promise<FhirHouse> {
  const person: Person = { ...okafor, ...options.person }
  const sources: SourceConfig[] = Object.entries(options.sources).map(([id, { odsCode }]) =>
    sourceOf({ id, odsCode, system: `System ${id}` }),
  )
  const organisations = new Map<string, Organisation>(
    sources.map(({ odsCode, id }) => [odsCode, { odsCode, name: `Hospital ${id}`, short: id.toUpperCase(), kind: 'acute' }]),
  )
  const catalogue: Catalogue = {
    version: '1',
    exchange: 'SEL',
    title: 'South East London',
    organisations,
    sources,
    peers: [],
    agreements: [],
    roles: new Map(),
    services: options.services ?? [],
  }
  const pass: Pass = {
    viewer: { ...shah, ...(shah.roles[0] ?? { sdsRoleProfileId: '', roleCode: '', roleName: '', odsCode: '', organisationName: '' }) },
    purpose: 'direct-care',
    relationship: { type: 'inpatient', evidenceId: 'e', assertedBy: 'RJZ', seenAt: NOW.toISOString(), until: '2026-11-22T10:00:00Z' },
    role: { jobRole: 'R8000', group: 'doctor' },
    maySee: new Set(options.maySee ?? SECTION_IDS),
    maskPlaces: person.restricted !== 'no',
    decidedAt: NOW.toISOString(),
    rulesVersion: '1',
  }
  const events: AuditDraft[] = []
  const asked: string[] = []
  const clock = { now: NOW }
  const tokens = await createTokens(() => clock.now)
  const made: { admission: Admission | undefined } = { admission: undefined }
  let id = 0
  const write = async (draft: AuditDraft) => {
    events.push(draft)
    return ok({ id: `event-${events.length}`, at: NOW.toISOString(), spooled: false })
  }
  const ask: Ask = async ({ ask: { source, group, sections }, organisation }) => {
    asked.push(`${source.id} ${group}`)
    const said = options.sources[source.id]
    const base = {
      source: sourceName(source, organisation),
      group,
      asOf: NOW.toISOString(),
      warnings: [],
      unreadable: 0,
      tookMs: 1,
    }
    if (said === undefined || said.fails)
      return [{ ...base, sections, complete: false, outcome: 'unavailable', cause: 'server-error', items: [] }] satisfies SectionAnswer[]
    const items = itemsOf(source, organisation, said, sections, group)
    return sections.map(section => {
      const mine = items.filter(item => item.section === section)
      return {
        ...base,
        sections: [section],
        complete: true,
        outcome: mine.length > 0 ? 'answered' : 'nothing-held',
        cause: 'none',
        items: mine,
      }
    }) satisfies SectionAnswer[]
  }
  const held = new Set<string>()
  const list = createHeld({ exchange: 'SEL', readOwn: async () => [...held], peers: () => [], readPeer: async () => [] })
  const inForce = disclosureInForce({ catalogue: () => catalogue, loaded: [], now: () => NOW })
  const everyConnector = <T>(value: T) => Object.fromEntries(CONNECTORS.map(kind => [kind, value])) as Record<ConnectorKind, T>
  const letter = ok({ bytes: Buffer.from('Dear doctor'), contentType: 'text/plain' })
  const ports: ViewPorts = {
    processTag: 'own1',
    newId: () => `id-${(id += 1)}`,
    now: () => clock.now,
    nowMs: () => performance.now(),
    catalogue: () => catalogue,
    asker: createAsker({ connectors: everyConnector(ask), nowMs: () => performance.now() }),
    askPeer: async function* () {},
    sieve: () => new Set(),
    checkDemographics: () => ({ verdict: 'same' }),
    disclose: inForce.disclose,
    audit: { write, writeOpenView: write, keepAlive: async () => ok([]) },
    identify: async () => ok(person),
    evidence: async () => ({ facts: [], unavailable: ['Admission system'], asked: [] }),
    admit: async () => ok(made.admission ?? { verdict: 'permit', pass, reasons: [] }),
    recordClaim: async () => ok(undefined),
    raiseAlerts: async () => ok(undefined),
    locate: async (_person, _pass, groups) => ({
      asks: sources.flatMap(source =>
        groups.map(group => ({ source, group, sections: sectionsOf(group).filter(section => pass.maySee.has(section)) })),
      ),
      named: [],
      peers: [],
      known: Object.values(options.sources).some(one => one.resources.length > 0),
    }),
    createRecord: () => createRecord({ mintId: () => `entry-${(id += 1)}`, today: () => '2026-11-21' }),
    raiseTask: async () => {},
    describe: item => describe(item, staffDate),
    mayLeave: inForce.mayLeave,
    maskEntry: inForce.maskEntry,
    maskSource,
    lastLook: async () => undefined,
    isHeld: list.isHeld,
    held: list,
    documents: {
      fetch: everyConnector(async () => letter),
      askPeer: async () => letter,
      read: async ({ bytes, contentType }) =>
        options.document ?? {
          format: 'text',
          contentType,
          text: bytes.toString('utf8'),
          pages: 1,
          printed: {},
          names: 'this-person',
        },
      draw: async () => ok(Buffer.from('')),
      isAgreed: () => true,
      mayShow: () => true,
    },
    report: { own: async () => ok(undefined), peer: async () => ok(undefined) },
    revoked: async () => new Map(),
    sessions: async () => ({ ended: new Set(), locked: new Set() }),
    log: { warn: () => {}, error: (fields, words) => process.stderr.write(`${words} ${JSON.stringify(fields)}\n`) },
  }
  const views = createViews(ports)
  const house = await createHouse({ settings: { fhir: tokens.settings }, ports: { views, now: () => clock.now } })
  const headers = async (): Promise<Record<string, string>> => bearer(await tokens.userToken())
  const get: FhirHouse['get'] = async (path, own) => {
    const answer = await house.servers.public.inject({ url: `/fhir/R4${path}`, headers: own ?? (await headers()) })
    return { status: answer.statusCode, text: answer.body, json: () => answer.json<Bundle>() }
  }
  return Object.assign(made, {
    house,
    tokens,
    views,
    events,
    asked,
    get,
    headers,
    async patient() {
      const answer = await house.servers.public.inject({
        method: 'POST',
        url: '/fhir/R4/Patient/$match',
        headers: { ...(await headers()), 'content-type': 'application/fhir+json' },
        payload: JSON.stringify({
          resourceType: 'Parameters',
          parameter: [
            {
              name: 'resource',
              resource: {
                resourceType: 'Patient',
                identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: person.nhsNumber }],
                birthDate: person.birthDate,
              },
            },
          ],
        }),
      })
      return answer.json<Bundle>().entry?.[0]?.resource?.id ?? ''
    },
    pass(ms: number) {
      clock.now = new Date(clock.now.getTime() + ms)
    },
    async hold(itemId: string) {
      held.add(itemId)
      await list.refresh()
      await views.withdraw()
    },
    async close() {
      await views.stop()
      await house.servers.close()
    },
  })
}

/** What a source's resources read as, through the real translators. */
function itemsOf(
  source: SourceConfig,
  organisation: Organisation,
  said: Held,
  sections: readonly string[],
  group: string,
): readonly Item[] {
  const resources = structuredClone(said.resources)
  const taken = atOnce(
    takeIn(
      resources.map(resource => ({ resource })),
      source.baseUrl,
    ),
  )
  if (said.stu3) hoistContained(taken)
  atOnce(sift(taken, new Set(), () => new Set()))
  const input = {
    source,
    organisation,
    retrievedAt: NOW.toISOString(),
    sections: new Set(SECTION_IDS.filter(section => sections.includes(section))),
    inGroup: (_section: string, date: string | undefined): boolean =>
      group === 'essentials' || (group === 'older' ? date !== undefined && date < YEAR_AGO : date === undefined || date >= YEAR_AGO),
  }
  return atOnce(
    said.stu3
      ? translateGpConnect({ ...input, stu3: taken.resources })
      : translate({ ...input, resources: taken.resources, placing: new Map() }),
  ).items
}

export const outcomeIn = (bundle: Bundle): OperationOutcome | undefined =>
  bundle.entry?.map(entry => entry.resource).find(resource => resource?.resourceType === 'OperationOutcome')
