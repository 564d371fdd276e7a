import type { Dispatcher } from 'undici'
import { limits } from '../../../care-record/limits.ts'
import type { Organisation, SourceConfig } from '../../../care-record/catalogue.ts'
import type { Item, SourceWarning } from '../../../care-record/item.ts'
import { findSection, type Group, type SectionId } from '../../../care-record/section.ts'
import type { Ask, AskContext } from '../asker.ts'
import { shareOut } from '../members.ts'
import { answersOf, recentFrom, wholeAnswer, type SectionState } from '../reading/answers.ts'
import { demographicsOf, matchEach, NHS_NUMBER_SYSTEM, nobodyMatched, type Matched } from '../reading/demographics.ts'
import { documentsIn } from '../reading/documents.ts'
import { acceptOf, requestHeaders } from '../reading/headers.ts'
import { readFhir, stopped, type ByteBudget, type Failed } from '../reading/http-read.ts'
import { inSlices, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { cleanResource, refsOf } from '../reading/reading.ts'
import { keyOf, keyOfReference } from '../reading/references.ts'
import { emptyTakenIn, sift, takeIn, type Refusal, type TakenIn } from '../reading/take-in.ts'
import { translate, type Placing } from '../reading/translate.ts'
import { withoutToken, type TokenSource } from '../reading/tokens.ts'
import { createCapabilityReader, type CapabilityReader } from './capability.ts'
import { askedElsewhere, everythingTypes, searchesOf, type Search } from './searches.ts'
import { joinExaminations } from './examinations.ts'
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

interface Ports {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
  /** Who shares a system that is shared, as the catalogue names them. */
  readonly organisation?: (odsCode: string) => Organisation | undefined
  /** Told what could not be read of an answer, for the owner of the source: codes only. */
  readonly unreadable?: (source: SourceConfig, refused: readonly Refusal[]) => void
}

interface Wire {
  readonly dispatcher: Dispatcher
  readonly context: AskContext
  readonly token: string | undefined
  readonly base: string
  readonly budget: ByteBudget
  entries: number
}

/** What a connector has learnt of its sources, for as long as its process runs; nothing of anybody but ids of statements. */
interface Memory {
  readonly sharedSearch: SharedSearch
  readonly capabilities: CapabilityReader
  /** Types a source cannot be searched for statements without a date. */
  readonly notByAbsence: Map<string, Set<string>>
  /** Undated statements told with the recent ones of a view, so that they are not told again with the older ones. */
  readonly undatedTold: Map<string, ReadonlySet<string>>
}
const MAX_TOLD = 500

/** Asks a FHIR R4 system: who it knows under the number, then each type by search, or all through `$everything`. */
export function createFhirConnector(ports: Ports): Ask {
  const memory: Memory = {
    sharedSearch: createSharedSearch(),
    capabilities: createCapabilityReader(ports.dispatcher),
    notByAbsence: new Map(),
    undatedTold: new Map(),
  }
  return async context => {
    const startedMs = performance.now()
    try {
      return await ask({ ...ports, memory }, context, startedMs)
    } catch {
      const failed = context.signal.aborted ? stopped(context.signal) : { outcome: 'unavailable' as const, cause: 'unreadable' as const }
      return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
    }
  }
}

async function ask(ports: Ports & { readonly memory: Memory }, context: AskContext, startedMs: number): ReturnType<Ask> {
  const { source, group, sections } = context.ask
  const { memory } = ports
  const token = await ports.tokens.token(source, context.signal)
  if (!token.ok) {
    const { outcome, cause } = withoutToken(token.fault, context.signal)
    return wholeAnswer(context, startedMs, outcome, cause)
  }
  const wire: Wire = {
    dispatcher: ports.dispatcher,
    context,
    token: token.value,
    base: source.baseUrl.replace(/\/+$/, ''),
    budget: { left: limits.groupBytes },
    entries: 0,
  }
  const known = await findPatients(wire, memory.sharedSearch)
  if ('outcome' in known) return wholeAnswer(context, startedMs, known.outcome, known.cause)
  if (known.ids.length === 0) {
    const { outcome, cause } = nobodyMatched(known)
    return wholeAnswer(context, startedMs, outcome, cause)
  }

  const from = recentFrom(context.now(), limits.recentMonths)
  const searches = searchesOf(group, sections)
  const taken = emptyTakenIn()
  const outcomes =
    source.fhirRead === 'everything'
      ? await readEverything(wire, known.ids, searches, group === 'recent' ? from : undefined, taken)
      : await readSearches(wire, known.ids, searches, from, taken, memory)
  await fetchNamed(wire, taken)
  if (context.signal.aborted && outcomes.every(o => o.failed)) {
    const late = stopped(context.signal)
    return wholeAnswer(context, startedMs, late.outcome, late.cause)
  }

  joinExaminations(taken.resources, source.members === undefined)
  const personKeys = new Set(known.ids.map(id => `Patient/${id}`))
  const shares = source.members && shareOut(taken, context.ask, odsCode => ports.organisation?.(odsCode))
  const asked = new Map(searches.map(search => [search.type, search]))
  const viewOfSource = `${context.transaction} ${source.id}`
  const told = memory.undatedTold.get(viewOfSource)
  const undated = new Set<string>()
  const inGroup = (resource: JsonObject): boolean => {
    const search = asked.get(String(resource['resourceType']))
    if (!search) return false
    if (group === 'essentials') return search.type !== 'Encounter' || CURRENT.has(String(resource['status']))
    const when = whenOf(resource, search, from)
    if (when !== 'undated') return when === group
    if (group === 'recent' && search.dated) undated.add(keyOf(resource))
    return group === 'recent' || !search.dated || told?.has(keyOf(resource)) !== true
  }
  let textOnly: ReadonlySet<SectionId> = new Set()
  function* made(): Generator<void, readonly Item[]> {
    yield* sift(taken, personKeys, facts =>
      shares ? shares.sieve(facts, (odsCode, of) => context.sieve({ id: source.id, odsCode }, of)) : context.sieve(source, facts),
    )
    if (taken.refused.length > 0) ports.unreadable?.(source, taken.refused)
    const documents = documentsIn(taken.resources)
    textOnly = documents.textOnly
    const placing = new Map<string, Placing>(documents.placing)
    for (const key of taken.included) placing.set(key, { as: 'not-asked' })
    const { items } = yield* translate({
      resources: taken.resources,
      placing,
      source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(sections),
      inGroup: (_, __, resource) => inGroup(resource),
    })
    return items
  }
  const translated = (await inSlices(made(), undefined, 'next')) ?? []
  if (group === 'recent') remember(memory.undatedTold, viewOfSource, undated)
  const all = shares?.itemsOf(translated) ?? translated
  const items = all.slice(0, limits.groupItems)
  const bySection = Map.groupBy(items, item => item.section)
  const tooLarge = all.length > items.length || outcomes.some(o => o.tooLarge)
  const states = sections.map(section =>
    stateOf(section, section === sections[0], bySection.get(section) ?? [], group, searches, outcomes, taken, tooLarge, known, textOnly),
  )
  return answersOf(context, startedMs, states, group === 'recent' ? from : undefined)
}

function remember(told: Memory['undatedTold'], key: string, keys: ReadonlySet<string>): void {
  told.delete(key)
  if (keys.size > 0) told.set(key, keys)
  for (const oldest of told.keys()) {
    if (told.size <= MAX_TOLD) return
    told.delete(oldest)
  }
}

/**
 * In which of the two windows a statement stands, by the elements the server's own search looks at: what is not over
 * before the first day of the recent one is recent. One that is asked once and whole, or has no date, is `undated`.
 *
 * @param from first day of the recent window, FHIR date.
 */
function whenOf(resource: JsonObject, search: Search, from: string): 'recent' | 'older' | 'undated' {
  for (const element of search.dated?.elements ?? []) {
    const value = resource[element]
    if (value === undefined) continue
    const period = objectOf(value)
    const last = textOf(value) ?? textOf(period['end'])
    if (last !== undefined) return last.slice(0, 10) >= from.slice(0, last.length) ? 'recent' : 'older'
    if (textOf(period['start']) !== undefined) return 'recent'
  }
  return 'undated'
}

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
  group: Group,
  searches: readonly Search[],
  outcomes: readonly SearchOutcome[],
  taken: TakenIn,
  tooLarge: boolean,
  { differing, doubt }: Matched,
  textOnly: ReadonlySet<SectionId>,
): SectionState {
  const own = outcomes.filter(o => o.search.sections.includes(section))
  const failed = own.map(o => o.failed).find(f => f !== undefined)
  const nothingAsked = !searches.some(s => s.sections.includes(section)) && !askedElsewhere(group, section)
  // What was no resource at all could have been of any section that was asked.
  const unreadable = (taken.unreadable.get(section) ?? 0) + (first ? taken.unknown : 0)
  const warnings: SourceWarning[] = []
  if (unreadable > 0) warnings.push({ code: 'unreadable-items', section, words: 'Some of what was sent could not be read.' })
  if (tooLarge) warnings.push({ code: 'too-many-items', section, words: 'More is held than is shown here.' })
  for (const field of differing)
    warnings.push({ code: 'demographics-differ', section, words: `The ${field} held there differs from the national register.` })
  if (section === 'documents')
    for (const told of textOnly)
      warnings.push({ code: 'other', section, words: `${findSection(told)?.title ?? ''}: some is told as text in a document only.` })
  return {
    section,
    items,
    ...(failed ? { failed } : {}),
    areaDisabled: nothingAsked || (own.length > 0 && own.every(o => o.areaDisabled)),
    tooLarge,
    doubt,
    unreadable,
    warnings,
  }
}

const headersOf = (wire: Wire): Record<string, string> => ({
  ...requestHeaders(wire.context, wire.token),
  ...acceptOf(wire.context.ask.source),
})

/** Who the source knows under this number, and whether they are the person (requirement: demographics before anything is used). */
async function findPatients(wire: Wire, sharedSearch: SharedSearch): Promise<Failed | Matched> {
  const { person, ask, pass, transaction, signal } = wire.context
  const url = `${wire.base}/Patient?${new URLSearchParams({ identifier: `${NHS_NUMBER_SYSTEM}|${person.nhsNumber}` }).toString()}`
  const { viewer } = pass
  const sharedBy = [transaction, ask.source.id, person.nhsNumber, viewer.sdsUserId, viewer.sdsRoleProfileId, pass.relationship.type]
  const answer = await sharedSearch(JSON.stringify(sharedBy), ask.group, signal, shared =>
    readFhir({ ...common(wire), url, signal: shared }),
  )
  if (!answer.ok) return answer.status === 404 ? { ids: [], differing: [] } : answer
  if (answer.body['resourceType'] !== 'Bundle') return { ok: false, outcome: 'unavailable', cause: 'unreadable' }
  const known = objectsOf(answer.body['entry'])
    .filter(entry => objectOf(entry['search'])['mode'] !== 'outcome' && objectOf(entry['resource'])['resourceType'] === 'Patient')
    .map(entry => {
      const patient = cleanResource(objectOf(entry['resource']))
      return patient && { id: String(patient['id']), answered: demographicsOf(patient) }
    })
  return matchEach(known, answered => wire.context.checkDemographics(person, answered))
}

const common = (wire: Wire) => ({
  dispatcher: wire.dispatcher,
  method: 'GET' as const,
  headers: headersOf(wire),
  signal: wire.context.signal,
  budget: wire.budget,
})

// oxlint-disable-next-line require-yield
function* nothing(): Generator<void, void> {}

/** Common types at once; those that few systems hold when the server has said, or failed to say, whether it has them. */
async function readSearches(
  wire: Wire,
  ids: readonly string[],
  searches: readonly Search[],
  from: string,
  into: TakenIn,
  memory: Memory,
): Promise<readonly SearchOutcome[]> {
  const place = wire.context.ask.group === 'essentials' ? 'next' : 'last'
  const read = async (search: Search): Promise<SearchOutcome> => {
    // A view by search is a thousand requests: what is needed first is sent first, and answers are read in between.
    await inSlices(nothing(), wire.context.signal, place)
    return readSearch(wire, ids, search, from, into, memory)
  }
  const seldom = searches.filter(s => s.seldom)
  const readSeldom = async (): Promise<readonly SearchOutcome[]> => {
    const capability = seldom.length > 0 ? await memory.capabilities(wire.base, headersOf(wire)) : undefined
    return Promise.all(
      seldom.map(async (search): Promise<SearchOutcome> =>
        capability && !capability.has(search.type) ? { search, areaDisabled: true } : read(search),
      ),
    )
  }
  const all = await Promise.all([Promise.all(searches.filter(s => !s.seldom).map(read)), readSeldom()])
  return all.flat()
}

/**
 * One search of a type; of one that is dated two, as a search by date never finds what has none. A server that cannot
 * be asked for the undated is asked for all of them with the older ones.
 */
async function readSearch(
  wire: Wire,
  ids: readonly string[],
  search: Search,
  from: string,
  into: TakenIn,
  memory: Memory,
): Promise<SearchOutcome> {
  const { source, group } = wire.context.ask
  const { type, dated } = search
  const person = search.by === 'patient' ? ids.join(',') : ids.map(id => `Patient/${id}`).join(',')
  const read = (more: readonly (readonly [string, string])[], isWrong?: (resource: JsonObject) => boolean): Promise<Pages> => {
    const params = new URLSearchParams([[search.by, person], ...[...search.params, ...more].map(([n, v]): [string, string] => [n, v])])
    return readPages(wire, `${wire.base}/${type}?${params.toString()}`, into, isWrong)
  }
  const outcome = (pages: Pages): SearchOutcome =>
    search.seldom && pages.failed && isNotFor(pages.failed) ? { search, areaDisabled: true } : { search, ...pages }
  if (group === 'essentials' || !dated) return outcome(await read([]))
  let notByAbsence = memory.notByAbsence.get(source.id)
  if (!notByAbsence) memory.notByAbsence.set(source.id, (notByAbsence = new Set()))
  const window: readonly [string, string] = [dated.param, group === 'recent' ? `ge${from}` : `lt${from}`]
  if (notByAbsence.has(type)) return outcome(await read(group === 'recent' ? [window] : []))
  const hasDate = (resource: JsonObject): boolean => resource['resourceType'] === type && whenOf(resource, search, from) !== 'undated'
  const [within, undated] = await Promise.all([read([window]), read([[`${dated.param}:missing`, 'true']], hasDate)])
  if (within.areaDisabled || within.failed) return outcome(within)
  if (undated.ignored || undated.areaDisabled || (undated.failed && isNotFor(undated.failed))) {
    notByAbsence.add(type)
    return group === 'recent' ? outcome(within) : outcome(await read([]))
  }
  return outcome(undated.failed || !within.tooLarge ? { ...within, ...undated } : within)
}

/** The server understood and will not: no failure of its own, and none that trying again would mend. */
const isNotFor = ({ status }: Failed): boolean => status !== undefined && status >= 400 && status < 500 && ![401, 408, 429].includes(status)

/** A server leaves out what is older than `start`, of types that are asked once and whole too: those are asked without it. */
async function readEverything(
  wire: Wire,
  ids: readonly string[],
  searches: readonly Search[],
  from: string | undefined,
  into: TakenIn,
): Promise<readonly SearchOutcome[]> {
  const read = async (some: readonly Search[], start: string | undefined): Promise<readonly SearchOutcome[]> => {
    const pages = await Promise.all(
      ids.map(id => {
        const params = new URLSearchParams({ _type: everythingTypes(some).join(','), _count: '500' })
        if (start !== undefined) params.set('start', start)
        return readPages(wire, `${wire.base}/Patient/${encodeURIComponent(id)}/$everything?${params.toString()}`, into)
      }),
    )
    const failed = pages.find(p => p.failed) ?? pages.find(p => p.tooLarge) ?? pages[0] ?? {}
    return some.map(search => ({ search, ...failed }))
  }
  if (from === undefined) return read(searches, undefined)
  const [dated, whole] = [searches.filter(search => search.dated), searches.filter(search => !search.dated)]
  const outcomes = await Promise.all([dated.length > 0 ? read(dated, from) : [], whole.length > 0 ? read(whole, undefined) : []])
  return outcomes.flat()
}

type Pages = Omit<SearchOutcome, 'search'> & {
  /** The server sent what was not asked for: it does not know the parameter. Nothing of it was taken in. */
  readonly ignored?: boolean
}

/**
 * Follows `link.next` inside the source's own base only; a link that leads elsewhere is refused and what was read is
 * kept as a part.
 */
async function readPages(wire: Wire, first: string, into: TakenIn, isWrong?: (resource: JsonObject) => boolean): Promise<Pages> {
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
    const { entry } = answer.body
    const entries = objectsOf(entry)
    if (isWrong && entries.some(entry => isWrong(objectOf(entry['resource'])))) return { ignored: true }
    if (Array.isArray(entry)) into.unknown += entry.length - entries.length
    wire.entries += entries.length
    await inSlices(takeIn(entries, wire.base, into, answer.plain), wire.context.signal, 'next')
    if (wire.context.signal.aborted) return { failed: stopped(wire.context.signal) }
    const next: string | undefined = objectsOf(answer.body['link'])
      .filter(l => l['relation'] === 'next')
      .map(l => textOf(l['url']))[0]
    if (next === undefined) return {}
    // Parents and words travel with items: three of them to one is the most a group is let have.
    if (wire.entries > limits.groupItems * 4) return { tooLarge: true }
    const page = pageWithin(wire.base, next, url)
    if (page === undefined) return { failed: { ok: false, outcome: 'unavailable', cause: 'unreadable' } }
    url = page
  }
  return {}
}

/** The address of a next page, if it is the source's own. */
function pageWithin(base: string, next: string, from: string): string | undefined {
  if (!URL.canParse(next, from)) return undefined
  const [own, url] = [new URL(base), new URL(next, from)]
  const path = own.pathname.replace(/\/+$/, '')
  const inside = url.pathname === path || url.pathname.startsWith(`${path}/`)
  return url.origin === own.origin && url.username === '' && url.password === '' && inside ? url.href : undefined
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
