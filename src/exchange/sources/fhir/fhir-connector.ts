import type { Dispatcher } from 'undici'
import { limits } from '../../../care-record/limits.ts'
import type { AnsweredDemographics, Item, SourceWarning } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { Ask, AskContext } from '../asker.ts'
import { answersOf, recentFrom, wholeAnswer, type SectionState } from '../reading/answers.ts'
import { demographicsOf, NHS_NUMBER_SYSTEM } from '../reading/demographics.ts'
import { acceptOf, requestHeaders } from '../reading/headers.ts'
import { readFhir, stopped, type ByteBudget, type Failed } from '../reading/http-read.ts'
import { inSlices, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { refsOf } from '../reading/reading.ts'
import { keyOfReference } from '../reading/references.ts'
import { cleanResource } from '../reading/clean.ts'
import { emptyTakenIn, sift, takeIn, type TakenIn } from '../reading/take-in.ts'
import { translate, type Placing } from '../reading/translate.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { everythingTypes, searchesOf, type Search } from './searches.ts'
import { createSharedSearch, type SharedSearch } from './shared-search.ts'

/** Types of parents and words fetched by id when an answer names them without sending them. */
const FETCHED: ReadonlySet<string> = new Set([
  'Encounter',
  'Location',
  'HealthcareService',
  'Organization',
  'EpisodeOfCare',
  'Medication',
  'Practitioner',
  'PractitionerRole',
])
/** Encounters name places, places name organisations: one more look for each. */
const FETCH_ROUNDS = 2
const IDS_A_REQUEST = 50
/** Pages of one search; more than this is a source that never ends. */
const MAX_PAGES = 200
/** Encounters that still go on or are still to come. */
const CURRENT: ReadonlySet<string> = new Set(['planned', 'arrived', 'triaged', 'in-progress', 'onleave'])

interface Wire {
  readonly dispatcher: Dispatcher
  readonly context: AskContext
  readonly token: string | undefined
  readonly base: string
  readonly budget: ByteBudget
  entries: number
}

/** Asks a FHIR R4 system: who it knows under the number, then each type by search, or all through `$everything`. */
export function createFhirConnector(ports: { readonly dispatcher: Dispatcher; readonly tokens: TokenSource }): Ask {
  const sharedSearch = createSharedSearch()
  return async context => {
    const startedMs = performance.now()
    try {
      return await ask({ ...ports, sharedSearch }, context, startedMs)
    } catch {
      const failed = context.signal.aborted ? stopped(context.signal) : { outcome: 'unavailable' as const, cause: 'unreadable' as const }
      return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
    }
  }
}

async function ask(
  ports: { readonly dispatcher: Dispatcher; readonly tokens: TokenSource; readonly sharedSearch: SharedSearch },
  context: AskContext,
  startedMs: number,
): ReturnType<Ask> {
  const { source, group, sections } = context.ask
  const token = await ports.tokens.token(source, context.signal)
  if (!token.ok) {
    const refused = token.fault.kind === 'forbidden'
    const failed = context.signal.aborted ? stopped(context.signal) : undefined
    return wholeAnswer(
      context,
      startedMs,
      failed?.outcome ?? (refused ? 'refused' : 'unavailable'),
      failed?.cause ?? (refused ? 'source-refused' : 'connection-failed'),
    )
  }
  const wire: Wire = {
    dispatcher: ports.dispatcher,
    context,
    token: token.value,
    base: source.baseUrl.replace(/\/+$/, ''),
    budget: { left: limits.groupBytes },
    entries: 0,
  }
  const known = await findPatients(wire, ports.sharedSearch)
  if ('outcome' in known) return wholeAnswer(context, startedMs, known.outcome, known.cause)
  if (known.ids.length === 0) return wholeAnswer(context, startedMs, 'nothing-held', 'none')

  const from = recentFrom(context.now(), limits.recentMonths)
  const searches = searchesOf(group, sections)
  const taken = emptyTakenIn()
  const outcomes =
    source.fhirRead === 'everything'
      ? await readEverything(wire, known.ids, searches, group === 'recent' ? from : undefined, taken)
      : await Promise.all(searches.map(search => readSearch(wire, known.ids, search, group === 'recent' ? from : undefined, taken)))
  await fetchNamed(wire, taken)
  if (context.signal.aborted && outcomes.every(o => o.failed)) {
    const late = stopped(context.signal)
    return wholeAnswer(context, startedMs, late.outcome, late.cause)
  }

  const personKeys = new Set(known.ids.map(id => `Patient/${id}`))
  await inSlices(
    sift(taken, personKeys, facts => context.sieve(source, facts)),
    undefined,
    'next',
  )
  const asked = new Set(searches.map(s => s.type))
  const placing = new Map<string, Placing>()
  for (const key of taken.included) placing.set(key, { as: 'not-asked' })
  const translation = await inSlices(
    translate({
      resources: taken.resources,
      placing,
      source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(sections),
      inGroup: (_, date, resource) =>
        asked.has(String(resource['resourceType'])) && belongs(group, date, resource, from, source.fhirRead === 'everything'),
    }),
    undefined,
    'next',
  )
  const all = translation?.items ?? []
  const items = all.slice(0, limits.groupItems)
  const tooLarge = all.length > items.length || outcomes.some(o => o.tooLarge)
  const states = sections.map(section =>
    stateOf(section, section === sections[0], items, searches, outcomes, taken, tooLarge, known.differing),
  )
  return answersOf(context, startedMs, states, group === 'recent' ? from : undefined)
}

/** A statement without a date, or one that started before the window, belongs to `older`; sent by a search it stays where it was asked. */
function belongs(
  group: AskContext['ask']['group'],
  date: string | undefined,
  resource: JsonObject,
  from: string,
  everything: boolean,
): boolean {
  const dated = date !== undefined && date.slice(0, 10) >= from.slice(0, date.length)
  if (group === 'older') return !dated
  if (group === 'recent') return !everything || dated || UNDATED.has(String(resource['resourceType']))
  return resource['resourceType'] !== 'Encounter' || CURRENT.has(String(resource['status']))
}
const UNDATED: ReadonlySet<string> = new Set(['CareTeam', 'RelatedPerson', 'FamilyMemberHistory', 'DeviceUseStatement'])

interface SearchOutcome {
  readonly search: Search
  readonly failed?: Failed
  readonly areaDisabled?: boolean
  readonly tooLarge?: boolean
}

function stateOf(
  section: SectionId,
  first: boolean,
  items: readonly Item[],
  searches: readonly Search[],
  outcomes: readonly SearchOutcome[],
  taken: TakenIn,
  tooLarge: boolean,
  differing: readonly string[],
): SectionState {
  const own = outcomes.filter(o => o.search.sections.includes(section))
  const failed = own.map(o => o.failed).find(f => f !== undefined)
  const nothingAsked = !searches.some(s => s.sections.includes(section))
  // What was no resource at all could have been of any section that was asked.
  const unreadable = (taken.unreadable.get(section) ?? 0) + (first ? taken.unknown : 0)
  const warnings: SourceWarning[] = []
  if (unreadable > 0) warnings.push({ code: 'unreadable-items', section, words: 'Some of what was sent could not be read.' })
  if (tooLarge) warnings.push({ code: 'too-many-items', section, words: 'More is held than is shown here.' })
  for (const field of differing)
    warnings.push({ code: 'demographics-differ', section, words: `The ${field} held there differs from the national register.` })
  return {
    section,
    items: items.filter(item => item.section === section),
    ...(failed ? { failed } : {}),
    areaDisabled: nothingAsked || (own.length > 0 && own.every(o => o.areaDisabled)),
    tooLarge,
    unreadable,
    warnings,
  }
}

const headersOf = (wire: Wire): Record<string, string> => ({
  ...requestHeaders(wire.context, wire.token),
  ...acceptOf(wire.context.ask.source),
})

/** Who the source knows under this number, and whether they are the person (requirement: demographics before anything is used). */
async function findPatients(
  wire: Wire,
  sharedSearch: SharedSearch,
): Promise<Failed | { readonly ids: readonly string[]; readonly differing: readonly string[] }> {
  const { person, ask, pass, transaction, signal } = wire.context
  const url = `${wire.base}/Patient?${new URLSearchParams({ identifier: `${NHS_NUMBER_SYSTEM}|${person.nhsNumber}` }).toString()}`
  const { viewer } = pass
  const sharedBy = [transaction, ask.source.id, person.nhsNumber, viewer.sdsUserId, viewer.sdsRoleProfileId, pass.relationship.type]
  const answer = await sharedSearch(JSON.stringify(sharedBy), ask.group, signal, shared =>
    readFhir({ ...common(wire), url, signal: shared }),
  )
  if (!answer.ok) return answer.status === 404 ? { ids: [], differing: [] } : answer
  if (answer.body['resourceType'] !== 'Bundle') return { ok: false, outcome: 'unavailable', cause: 'unreadable' }
  const ids: string[] = []
  const differing = new Set<string>()
  for (const entry of objectsOf(answer.body['entry'])) {
    const raw = objectOf(entry['resource'])
    if (raw['resourceType'] !== 'Patient' || objectOf(entry['search'])['mode'] === 'outcome') continue
    const patient = cleanResource(raw)
    if (!patient) return { ok: false, outcome: 'unavailable', cause: 'unreadable' }
    const answered: AnsweredDemographics = demographicsOf(patient)
    const check = wire.context.checkDemographics(person, answered)
    if (check.verdict === 'refused') return { ok: false, outcome: 'mismatch', cause: 'number-differs' }
    // Perhaps an identity the person has left: held without a word, as if it were not known here (care rules 3.1, 3.2).
    if (check.verdict === 'held' && !check.stewardTask) continue
    if (check.verdict === 'held') return { ok: false, outcome: 'mismatch', cause: 'demographics-differ' }
    if (check.verdict === 'shown-with-difference') for (const field of check.fields) differing.add(field)
    ids.push(String(patient['id']))
  }
  return { ids: [...new Set(ids)], differing: [...differing] }
}

const common = (wire: Wire) => ({
  dispatcher: wire.dispatcher,
  method: 'GET' as const,
  headers: headersOf(wire),
  signal: wire.context.signal,
  budget: wire.budget,
})

async function readSearch(
  wire: Wire,
  ids: readonly string[],
  search: Search,
  from: string | undefined,
  into: TakenIn,
): Promise<SearchOutcome> {
  const params = new URLSearchParams([['patient', ids.join(',')], ...search.params.map(([n, v]) => [n, v] as [string, string])])
  if (search.type === 'RelatedPerson' || search.date === undefined) params.delete('date')
  if (from !== undefined && search.date !== undefined) params.append(search.date, `ge${from}`)
  return { search, ...(await readPages(wire, `${wire.base}/${search.type}?${params.toString()}`, into)) }
}

async function readEverything(
  wire: Wire,
  ids: readonly string[],
  searches: readonly Search[],
  from: string | undefined,
  into: TakenIn,
): Promise<readonly SearchOutcome[]> {
  const pages = await Promise.all(
    ids.map(id => {
      const params = new URLSearchParams({ _type: everythingTypes(searches).join(','), _count: '500' })
      if (from !== undefined) params.set('start', from)
      return readPages(wire, `${wire.base}/Patient/${encodeURIComponent(id)}/$everything?${params.toString()}`, into)
    }),
  )
  const failed = pages.find(p => p.failed) ?? pages.find(p => p.tooLarge) ?? pages[0] ?? {}
  return searches.map(search => ({ search, ...failed }))
}

/** Follows `link.next` at the same origin only; a link that leads elsewhere is refused and what was read is kept as a part. */
async function readPages(wire: Wire, first: string, into: TakenIn): Promise<Omit<SearchOutcome, 'search'>> {
  const origin = new URL(first).origin
  const visited = new Set<string>()
  let url: string | undefined = first
  while (url !== undefined) {
    if (visited.has(url) || visited.size >= MAX_PAGES) return { failed: { ok: false, outcome: 'unavailable', cause: 'unreadable' } }
    visited.add(url)
    const answer = await readFhir({ ...common(wire), url })
    if (!answer.ok) {
      // A server that does not know the type says so; it holds nothing of that kind that could be asked for.
      if (visited.size === 1 && (answer.status === 404 || answer.status === 501 || notSupported(answer))) return { areaDisabled: true }
      return answer.cause === 'too-large' ? { failed: answer, tooLarge: true } : { failed: answer }
    }
    if (answer.body['resourceType'] !== 'Bundle') return { failed: { ok: false, outcome: 'unavailable', cause: 'unreadable' } }
    const entries = objectsOf(answer.body['entry'])
    wire.entries += entries.length
    await inSlices(takeIn(entries, wire.base, into), wire.context.signal, 'next')
    if (wire.context.signal.aborted) return { failed: stopped(wire.context.signal) }
    const next: string | undefined = objectsOf(answer.body['link'])
      .filter(l => l['relation'] === 'next')
      .map(l => textOf(l['url']))[0]
    if (next === undefined) return {}
    // Parents and words travel with items: three of them to one is the most a group is let have.
    if (wire.entries > limits.groupItems * 4) return { tooLarge: true }
    if (!URL.canParse(next, url) || new URL(next, url).origin !== origin)
      return { failed: { ok: false, outcome: 'unavailable', cause: 'unreadable' } }
    url = new URL(next, url).href
  }
  return {}
}

const notSupported = (failed: Failed): boolean =>
  failed.status === 400 && objectsOf(failed.body?.['issue']).some(issue => issue['code'] === 'not-supported')

/** Fetches what items name and the answer left out, so that nothing is judged without its parents. */
async function fetchNamed(wire: Wire, taken: TakenIn): Promise<void> {
  const tried = new Set<string>()
  let fresh: ReadonlyMap<string, JsonObject> = taken.resources
  for (let round = 0; round < FETCH_ROUNDS; round++) {
    const missing = new Map<string, string[]>()
    for (const resource of fresh.values())
      for (const { reference, display } of refsOf(resource)) {
        if (reference === undefined || taken.resources.has(reference)) continue
        const key = keyOfReference(reference, wire.base)
        if (key === undefined || taken.resources.has(key) || tried.has(key)) continue
        const [type = '', id = ''] = key.split('/')
        // Of a person only the name is shown, and the reference says it; roles and departments are fetched, as they are judged.
        if (!FETCHED.has(type) || (type === 'Practitioner' && display !== undefined)) continue
        tried.add(key)
        const ids = missing.get(type)
        if (ids) ids.push(id)
        else missing.set(type, [id])
      }
    if (missing.size === 0 || wire.context.signal.aborted) return
    const found = emptyTakenIn()
    await Promise.all(
      [...missing].flatMap(([type, ids]) =>
        Array.from({ length: Math.ceil(ids.length / IDS_A_REQUEST) }, (_, n) => {
          const some = ids.slice(n * IDS_A_REQUEST, (n + 1) * IDS_A_REQUEST)
          const params = new URLSearchParams({ _id: some.join(','), _count: String(IDS_A_REQUEST) })
          return readPages(wire, `${wire.base}/${type}?${params.toString()}`, found)
        }),
      ),
    )
    for (const [key, resource] of found.resources)
      if (!taken.resources.has(key)) {
        taken.resources.set(key, resource)
        taken.included.add(key)
      }
    fresh = found.resources
  }
}
