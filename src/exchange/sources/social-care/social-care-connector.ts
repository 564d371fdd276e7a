import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { AnsweredDemographics, SourceWarning } from '../../../care-record/item.ts'
import { limits } from '../../../care-record/limits.ts'
import type { Group, SectionId } from '../../../care-record/section.ts'
import type { Ask, AskContext } from '../asker.ts'
import { answersOf, recentFrom, wholeAnswer, type SectionState } from '../reading/answers.ts'
import { ID, isFhirDate, cleanText } from '../reading/clean.ts'
import { matchEach, nobodyMatched } from '../reading/demographics.ts'
import { requestHeaders } from '../reading/headers.ts'
import { readJson, stopped, type ByteBudget, type Failed, type Read } from '../reading/http-read.ts'
import { inSlices, objectOf, textOf, type JsonObject } from '../reading/json.ts'
import { keyOf } from '../reading/references.ts'
import { emptyTakenIn, sift, type Refusal, type TakenIn } from '../reading/take-in.ts'
import { translate, type Placing } from '../reading/translate.ts'
import { withoutToken, type TokenSource } from '../reading/tokens.ts'
import { isAlleged, translateRow } from './translate.ts'
import { COLLECTION_NAMES, COLLECTIONS, readPerson, readRow, type Collection, type PersonRow } from './wire.ts'

const PAGE = 200
/** Pages of one collection; more than this is a source that never ends. */
const MAX_PAGES = 50
const CURSOR = /^[\x21-\x7e]{1,500}$/
/** A clock may be a little ahead of ours, milliseconds. */
const AHEAD_MS = 5 * 60_000

interface Ports {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
  /** Told what could not be read of an answer, for the owner of the source: codes only. */
  readonly unreadable?: (source: SourceConfig, refused: readonly Refusal[]) => void
}
/** What requests to one system share. */
export interface SocialCareWire {
  readonly dispatcher: Dispatcher
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly budget: ByteBudget
  readonly now: () => Date
  /** The oldest instant the system has given for what it answered. */
  asOf?: string
}

/**
 * Asks a council's case management system (docs/wires/social-care.md): who it knows under the number, then each collection that can
 * hold something of the sections asked. Never rejects.
 */
export const createSocialCareConnector =
  (ports: Ports): Ask =>
  async context => {
    const startedMs = performance.now()
    try {
      return await ask(ports, context, startedMs)
    } catch {
      const failed = context.signal.aborted ? stopped(context.signal) : { outcome: 'unavailable' as const, cause: 'unreadable' as const }
      return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
    }
  }

async function ask(ports: Ports, context: AskContext, startedMs: number): ReturnType<Ask> {
  const { source, group, sections } = context.ask
  const token = await ports.tokens.token(source, context.signal)
  if (!token.ok) {
    const { outcome, cause } = withoutToken(token.fault, context.signal)
    return wholeAnswer(context, startedMs, outcome, cause)
  }
  const wire: SocialCareWire = {
    dispatcher: ports.dispatcher,
    base: baseOf(source),
    headers: { ...requestHeaders(context, token.value), accept: 'application/json' },
    signal: context.signal,
    budget: { left: limits.groupBytes },
    now: context.now,
  }
  const persons = await searchPersons(wire, context.person.nhsNumber)
  if ('outcome' in persons) return wholeAnswer(context, startedMs, persons.outcome, persons.cause)
  const matched = matchEach(
    persons.map(person => ({ id: person.personId, answered: answeredBy(person) })),
    answered => context.checkDemographics(context.person, answered),
  )
  const { ids, differing, doubt } = matched
  if (ids.length === 0) {
    const { outcome, cause } = nobodyMatched(matched)
    return wholeAnswer(context, startedMs, outcome, cause)
  }

  const asked = collectionsOf(group, sections)
  // Whatever is asked is judged with the team of the case it hangs on.
  const read = new Set<Collection>(asked.length === 0 ? [] : [...asked, 'cases'])
  const heard = await Promise.all(ids.flatMap(id => [...read].map(async name => ({ name, id, ...(await readCollection(wire, id, name)) }))))
  if (context.signal.aborted && heard.every(one => one.failed)) {
    const late = stopped(context.signal)
    return wholeAnswer(context, startedMs, late.outcome, late.cause)
  }

  const from = recentFrom(context.now(), limits.recentMonths)
  const taken = emptyTakenIn()
  const placing = new Map<string, Placing>()
  for (const { name, id, rows } of heard) takeRows(name, `Patient/${id}`, rows, { source, group, asked, from }, taken, placing)
  await inSlices(
    sift(taken, new Set(ids.map(id => `Patient/${id}`)), facts => context.sieve(source, facts)),
    undefined,
    'next',
  )
  if (taken.refused.length > 0) ports.unreadable?.(source, taken.refused)
  const translation = await inSlices(
    translate({
      resources: taken.resources,
      placing,
      source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(sections),
      inGroup: () => true,
    }),
    undefined,
    'next',
  )
  const all = translation?.items ?? []
  const items = all.slice(0, limits.groupItems)
  const states = sections.map((section): SectionState => {
    const own = heard.filter(({ name }) => asked.includes(name) && COLLECTIONS[name].sections.includes(section))
    const failed = own.map(one => one.failed).find(one => one !== undefined)
    const tooLarge = all.length > items.length || own.some(one => one.tooLarge)
    const unreadable = taken.unreadable.get(section) ?? 0
    return {
      section,
      items: items.filter(item => item.section === section),
      ...(failed ? { failed } : {}),
      areaDisabled: !isHeldAtAll(section) || (own.length > 0 && own.every(one => one.absent)),
      tooLarge,
      doubt,
      unreadable,
      warnings: warningsOf(section, unreadable, tooLarge, differing),
    }
  })
  const asOf = wire.asOf === undefined ? context.now() : new Date(wire.asOf)
  return answersOf({ ...context, now: () => asOf }, startedMs, states, group === 'recent' ? from : undefined)
}

const isHeldAtAll = (section: SectionId): boolean => COLLECTION_NAMES.some(name => COLLECTIONS[name].sections.includes(section))

/** Collections that can bring something of these sections in this group. Open cases stand with the essentials. */
const collectionsOf = (group: Group, sections: readonly SectionId[]): readonly Collection[] =>
  COLLECTION_NAMES.filter(name => {
    const { sections: brings, group: at } = COLLECTIONS[name]
    const isAsked = at === 'dated' ? group !== 'essentials' || name === 'cases' : at === group
    return isAsked && brings.some(section => sections.includes(section))
  })

function warningsOf(section: SectionId, unreadable: number, tooLarge: boolean, differing: readonly string[]): readonly SourceWarning[] {
  const warnings: SourceWarning[] = []
  if (unreadable > 0) warnings.push({ code: 'unreadable-items', section, words: 'Some of what was sent could not be read.' })
  if (tooLarge) warnings.push({ code: 'too-many-items', section, words: 'More is held than is shown here.' })
  for (const field of differing)
    warnings.push({ code: 'demographics-differ', section, words: `The ${field} held there differs from the national register.` })
  return warnings
}

interface Asked {
  readonly source: SourceConfig
  readonly group: Group
  readonly asked: readonly Collection[]
  readonly from: string
}

function takeRows(
  name: Collection,
  patient: string,
  rows: readonly unknown[],
  { source, group, asked, from }: Asked,
  taken: TakenIn,
  placing: Map<string, Placing>,
): void {
  for (const given of rows) {
    // Whoever is said to have done it is not told of on their own record, in whatever form the row came (care rules 1.1).
    if (name === 'safeguarding' && isAlleged(objectOf(given)['role'])) continue
    const row = readRow(name, given)
    const made = row && translateRow(name, row, patient, source.odsCode)
    if (!made) {
      refuse(name, given, taken)
      continue
    }
    const key = keyOf(made.resource)
    const isOpen = made.resource['status'] === 'in-progress' || made.resource['status'] === 'planned'
    const isWanted =
      asked.includes(name) &&
      (COLLECTIONS[name].group !== 'dated' ||
        (group === 'essentials' ? isOpen : (group === 'recent') === (made.last === undefined || made.last.slice(0, 10) >= from)))
    if (taken.resources.has(key)) taken.duplicates += 1
    else {
      taken.resources.set(key, made.resource)
      placing.set(key, isWanted ? made.placing : { as: 'not-asked' })
    }
  }
}

/** Counted for the first section it could have stood in, and told to its owner by its id. */
function refuse(name: Collection, given: unknown, taken: TakenIn): void {
  const section = COLLECTIONS[name].sections[0] ?? 'social-care'
  taken.unreadable.set(section, (taken.unreadable.get(section) ?? 0) + 1)
  const { id } = objectOf(given)
  if (taken.refused.length < MAX_REFUSALS)
    taken.refused.push({ type: name, ...(typeof id === 'string' && ID.test(id) ? { id } : {}), section, reason: 'form' })
}
const MAX_REFUSALS = 200

export const baseOf = ({ baseUrl }: Pick<SourceConfig, 'baseUrl'>): string => baseUrl.replace(/\/+$/, '')

/** Who the system knows under this number. The number goes in the body: an address is written down on its way. */
export async function searchPersons(wire: SocialCareWire, nhsNumber: string): Promise<readonly PersonRow[] | Failed> {
  const answer = await readJson({
    ...wire,
    url: `${wire.base}/v1/persons/search`,
    method: 'POST',
    headers: { ...wire.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ nhsNumber }),
  })
  if (!answer.ok) return answer.status === 404 ? [] : answer
  const rows = rowsOf(answer)
  const persons = rows?.map(readPerson)
  noteAsOf(wire, answer.body)
  return persons?.every(person => person !== undefined) === true ? persons : { ok: false, outcome: 'unavailable', cause: 'unreadable' }
}

const rowsOf = ({ body }: Read): readonly unknown[] | undefined => (Array.isArray(body['data']) ? body['data'] : undefined)

/** When the system says that what it answers was true: never later than now. */
function noteAsOf(wire: SocialCareWire, body: JsonObject): void {
  const said = textOf(body['asOf'])
  if (said === undefined || !isFhirDate(said) || said.length <= 10) return
  const at = Date.parse(said)
  const nowMs = wire.now().getTime()
  if (Number.isNaN(at) || at > nowMs + AHEAD_MS) return
  const instant = new Date(Math.min(at, nowMs)).toISOString()
  if (wire.asOf === undefined || instant < wire.asOf) wire.asOf = instant
}

export interface Heard {
  readonly rows: readonly unknown[]
  readonly failed?: Failed
  readonly tooLarge?: boolean
  /** The system has no such collection. */
  readonly absent?: boolean
}

/** All pages of one collection. What was read before a page failed is kept as a part. */
export async function readCollection(wire: SocialCareWire, personId: string, collection: Collection): Promise<Heard> {
  const rows: unknown[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  do {
    const params = new URLSearchParams({ limit: String(PAGE), ...(cursor === undefined ? {} : { cursor }) })
    const answer = await readJson({
      ...wire,
      url: `${wire.base}/v1/persons/${encodeURIComponent(personId)}/${collection}?${params.toString()}`,
      method: 'GET',
    })
    if (!answer.ok) {
      if (cursor === undefined && (answer.status === 404 || answer.status === 501)) return { rows, absent: true }
      return { rows, failed: answer, ...(answer.cause === 'too-large' ? { tooLarge: true } : {}) }
    }
    const page = rowsOf(answer)
    if (!page) return { rows, failed: { ok: false, outcome: 'unavailable', cause: 'unreadable' } }
    noteAsOf(wire, answer.body)
    for (const row of page) rows.push(row)
    if (rows.length > limits.groupItems) return { rows, tooLarge: true }
    const { next } = answer.body
    if (next === null || next === undefined) return { rows }
    if (typeof next !== 'string' || !CURSOR.test(next) || seen.has(next) || seen.size >= MAX_PAGES)
      return { rows, failed: { ok: false, outcome: 'unavailable', cause: 'unreadable' } }
    seen.add(next)
    cursor = next
  } while (!wire.signal.aborted)
  return { rows, failed: stopped(wire.signal) }
}

const GENDERS: Readonly<Record<string, string>> = { '1': 'male', '2': 'female', '9': 'other', '0': 'unknown', X: 'unknown' }

export function answeredBy({ nhsNumber, title, familyName, givenNames, birthDate, genderCode }: PersonRow): AnsweredDemographics {
  const gender = GENDERS[genderCode ?? '']
  return {
    ...(nhsNumber == null ? {} : { nhsNumber: nhsNumber.replaceAll(/[\s-]/g, '') }),
    names: [
      {
        ...(familyName == null ? {} : { family: cleanText(familyName) }),
        given: (givenNames ?? []).map(cleanText),
        ...(title == null ? {} : { prefix: title }),
      },
    ],
    ...(birthDate == null ? {} : { birthDate }),
    ...(gender === undefined ? {} : { gender }),
  }
}
