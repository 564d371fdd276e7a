import type { Dispatcher } from 'undici'
import type { Organisation, SourceConfig } from '../../../care-record/catalogue.ts'
import type { SourceWarning } from '../../../care-record/item.ts'
import { limits } from '../../../care-record/limits.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { Ask, AskContext } from '../asker.ts'
import { createSharedSearch, type SharedSearch } from '../fhir/shared-search.ts'
import { answersOf, recentFrom, wholeAnswer, type SectionState } from '../reading/answers.ts'
import { NHS_NUMBER_SYSTEM } from '../reading/demographics.ts'
import { requestHeaders } from '../reading/headers.ts'
import { readJson, stopped, type ByteBudget, type Failed, type Read } from '../reading/http-read.ts'
import { inSlices, objectsOf, textOf } from '../reading/json.ts'
import { emptyTakenIn, sift, takeIn, type Refusal, type TakenIn } from '../reading/take-in.ts'
import { withoutToken, type TokenSource } from '../reading/tokens.ts'
import { sectionOfPointer, subjectOf, translatePointers, withOdsSystems } from './pointers.ts'

/** Pages of one search; more than this is a locator that never ends. */
const MAX_PAGES = 50
/** What says that a server takes the search only in its other form. */
const NOT_BY_POST: ReadonlySet<number> = new Set([400, 404, 405, 415, 422, 501])
const NOT_HELD: ReadonlySet<string> = new Set(['NO_RECORD_FOUND', 'RESOURCE_NOT_FOUND'])

export interface NrlPorts {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
  /** How an organisation of the catalogue is called; a custodian outside it goes by its code. */
  readonly organisation: (odsCode: string) => Organisation | undefined
  /** Told what could not be read of an answer, for the owner of the source: codes only. */
  readonly unreadable?: (source: SourceConfig, refused: readonly Refusal[]) => void
}

/**
 * Asks the National Record Locator (v3, consumer) which plans and documents about the person others hold. Pointers only: the
 * documents are fetched when somebody opens them.
 */
export function createNrlConnector(ports: NrlPorts): Ask {
  const sharedSearch = createSharedSearch()
  const byAddress: ByAddress = new Set()
  return async context => {
    const startedMs = performance.now()
    try {
      return await ask(ports, sharedSearch, byAddress, context, startedMs)
    } catch {
      const failed = context.signal.aborted ? stopped(context.signal) : { outcome: 'unavailable' as const, cause: 'unreadable' as const }
      return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
    }
  }
}

/** Ids of the sources that take a search only as an address. */
type ByAddress = Set<string>

async function ask(
  ports: NrlPorts,
  sharedSearch: SharedSearch,
  byAddress: ByAddress,
  context: AskContext,
  startedMs: number,
): ReturnType<Ask> {
  const { source, group, sections } = context.ask
  const token = await ports.tokens.token(source, context.signal)
  if (!token.ok) {
    const { outcome, cause } = withoutToken(token.fault, context.signal)
    return wholeAnswer(context, startedMs, outcome, cause)
  }
  const taken = emptyTakenIn()
  const failed = await readPages(
    { ports, sharedSearch, byAddress, context, token: token.value, budget: { left: limits.groupBytes } },
    taken,
  )
  if (failed && taken.resources.size === 0) return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
  const others = dropOthers(taken, context.person.nhsNumber)
  if (others > 0 && taken.resources.size === 0) return wholeAnswer(context, startedMs, 'mismatch', 'number-differs')

  await inSlices(
    sift(taken, new Set(), facts => context.sieve(source, facts)),
    undefined,
    'next',
  )
  if (taken.refused.length > 0) ports.unreadable?.(source, taken.refused)
  const from = recentFrom(context.now(), limits.recentMonths)
  const translation = await inSlices(
    translatePointers({
      resources: taken.resources,
      source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(sections),
      custodian: ports.organisation,
      inGroup: (section, date) => {
        if (section === 'plans') return group === 'essentials'
        const dated = date !== undefined && date.slice(0, 10) >= from.slice(0, date.length)
        return group !== 'essentials' && (group === 'recent') === dated
      },
    }),
    context.signal,
    'next',
  )
  if (!translation) {
    const late = stopped(context.signal)
    return wholeAnswer(context, startedMs, late.outcome, late.cause)
  }
  const all = translation.items
  const items = all.slice(0, limits.groupItems)
  return answersOf(
    context,
    startedMs,
    sections.map(section => stateOf(section, section === sections[0], items, taken, failed, all.length > items.length)),
    group === 'recent' ? from : undefined,
  )
}

function stateOf(
  section: SectionId,
  first: boolean,
  items: SectionState['items'],
  taken: TakenIn,
  failed: Failed | undefined,
  tooMany: boolean,
): SectionState {
  const unreadable = (taken.unreadable.get(section) ?? 0) + (first ? taken.unknown : 0)
  const tooLarge = tooMany || failed?.cause === 'too-large'
  const warnings: SourceWarning[] = []
  if (unreadable > 0) warnings.push({ code: 'unreadable-items', section, words: 'Some of what was sent could not be read.' })
  if (tooLarge) warnings.push({ code: 'too-many-items', section, words: 'More is held than is shown here.' })
  return {
    section,
    items: items.filter(item => item.section === section),
    ...(failed ? { failed } : {}),
    tooLarge,
    unreadable,
    warnings,
  }
}

/** A pointer that is about somebody else, or does not say about whom, is not read. The number is all there is to check (R4 NRL: no Patient). */
function dropOthers(taken: TakenIn, nhsNumber: string): number {
  let others = 0
  for (const [key, pointer] of taken.resources) {
    if (pointer['resourceType'] === 'DocumentReference' && subjectOf(pointer) === nhsNumber) continue
    taken.resources.delete(key)
    const section = sectionOfPointer(pointer)
    taken.unreadable.set(section, (taken.unreadable.get(section) ?? 0) + 1)
    const named = subjectOf(pointer) !== undefined
    if (named) others += 1
    taken.refused.push({
      type: String(pointer['resourceType']),
      id: String(pointer['id']),
      section,
      reason: named ? 'another-person' : 'form',
    })
  }
  return others
}

interface Wire {
  readonly ports: NrlPorts
  readonly sharedSearch: SharedSearch
  readonly byAddress: ByAddress
  readonly context: AskContext
  readonly token: string | undefined
  readonly budget: ByteBudget
}

async function readPages(wire: Wire, into: TakenIn): Promise<Failed | undefined> {
  const { context } = wire
  const base = context.ask.source.baseUrl.replace(/\/+$/, '')
  const seen = new Set<string>()
  let page: string | undefined
  for (;;) {
    const answer = await readPage(wire, base, page)
    if (!answer.ok) return page === undefined && holdsNothing(answer) ? undefined : answer
    if (answer.body['resourceType'] !== 'Bundle') return { ok: false, outcome: 'unavailable', cause: 'unreadable' }
    const { entry } = answer.body
    const sent = objectsOf(entry)
    if (Array.isArray(entry)) into.unknown += entry.length - sent.length
    const entries = sent.filter(one => one['resource'] !== undefined).map(one => ({ ...one, resource: pointerOf(one['resource']) }))
    await inSlices(takeIn(entries, base, into), context.signal, 'next')
    if (context.signal.aborted) return stopped(context.signal)
    page = nextPage(answer.body['link'], base)
    if (page === undefined) return undefined
    if (seen.has(page) || seen.size >= MAX_PAGES) return { ok: false, outcome: 'unavailable', cause: 'unreadable' }
    if (into.resources.size > limits.groupItems) return { ok: false, outcome: 'unavailable', cause: 'too-large' }
    seen.add(page)
  }
}

/** A copy: groups that share one request read each their own. */
const pointerOf = (resource: unknown): unknown => {
  const [pointer] = objectsOf(resource)
  return pointer && pointer['resourceType'] === 'DocumentReference' ? withOdsSystems(structuredClone(pointer)) : resource
}

/** The token of the next page is all that is taken of a link: wherever it leads, we ask the locator itself. */
function nextPage(links: unknown, base: string): string | undefined {
  const url = objectsOf(links)
    .filter(link => link['relation'] === 'next')
    .map(link => textOf(link['url']))[0]
  if (url === undefined || !URL.canParse(url, `${base}/`)) return undefined
  return textOf(new URL(url, `${base}/`).searchParams.get('next-page-token'))
}

/** The first page is one request for all groups that begin together. */
function readPage(wire: Wire, base: string, page: string | undefined): Promise<Read | Failed> {
  const { context } = wire
  const { person, ask: asked, pass, transaction } = context
  if (page !== undefined) return search(wire, base, page, context.signal)
  const key = [transaction, asked.source.id, person.nhsNumber, pass.viewer.sdsUserId, pass.viewer.sdsRoleProfileId, pass.relationship.type]
  return wire.sharedSearch(JSON.stringify(key), asked.group, context.signal, shared => search(wire, base, undefined, shared))
}

/** The number goes in the body, not in an address, wherever the locator takes it so. */
async function search(wire: Wire, base: string, page: string | undefined, signal: AbortSignal): Promise<Read | Failed> {
  const { context, token, budget, byAddress } = wire
  const { dispatcher } = wire.ports
  const params = {
    'subject:identifier': `${NHS_NUMBER_SYSTEM}|${context.person.nhsNumber}`,
    ...(page === undefined ? {} : { 'next-page-token': page }),
  }
  const headers = requestHeaders(context, token)
  const common = { dispatcher, signal, budget }
  const { id } = context.ask.source
  if (!byAddress.has(id)) {
    const answer = await readJson({
      ...common,
      url: `${base}/DocumentReference/_search`,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(params),
    })
    if (answer.ok || answer.status === undefined || !NOT_BY_POST.has(answer.status) || holdsNothing(answer)) return answer
  }
  const url = `${base}/DocumentReference?${new URLSearchParams(params).toString()}`
  const answer = await readJson({ ...common, url, method: 'GET', headers })
  if (answer.ok) byAddress.add(id)
  return answer
}

const holdsNothing = (failed: Failed): boolean =>
  failed.status === 404 &&
  objectsOf(failed.body?.['issue']).some(issue =>
    objectsOf(issue['details']).some(details => objectsOf(details['coding']).some(coding => NOT_HELD.has(String(coding['code'])))),
  )
