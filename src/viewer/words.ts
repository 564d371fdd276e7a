import { FLAG_RANKS, type Entry, type SourceState } from '../care-record/entry.ts'
import type { SourceName } from '../care-record/item.ts'
import { outcomeWords } from '../care-record/outcome.ts'
import { findSection, type SectionId } from '../care-record/section.ts'
import { completenessOf, entriesOf, type Snapshot } from '../care-record/snapshot.ts'
import { clockTime, counted } from './format.ts'

export const sectionTitle = (id: SectionId): string => findSection(id)?.title ?? id

const shortTitles: Partial<Record<SectionId, string>> = {
  allergies: 'Allergies',
  contacts: 'Contacts',
  'about-me': 'About me',
}

/** The title where one line is all there is. */
export const shortTitle = (id: SectionId): string => shortTitles[id] ?? sectionTitle(id)

/**
 * A report that only gathers results that stand as entries of their own: it has no words, no facts and no document, and is
 * not one more result.
 */
export const isBareReport = (entry: Entry): boolean =>
  entry.section === 'results' &&
  entry.kind === 'plain' &&
  entry.words === undefined &&
  entry.opens === undefined &&
  (entry.facts ?? []).length === 0 &&
  entry.conflicts.length === 0

// A snapshot is folded on in place: what was put in order for one part stands until the next.
const inOrder = new WeakMap<Snapshot, { n: number; readonly lists: Map<string, readonly Entry[]> }>()

function ordered(snapshot: Snapshot, name: string, make: () => readonly Entry[]): readonly Entry[] {
  let held = inOrder.get(snapshot)
  if (held?.n !== snapshot.n) inOrder.set(snapshot, (held = { n: snapshot.n, lists: new Map() }))
  const known = held.lists.get(name)
  if (known) return known
  const made = make()
  held.lists.set(name, made)
  return made
}

/** Entries that a section counts, in order. */
export const listedOf = (snapshot: Snapshot, section: SectionId, list: Entry['list'] = 'current'): readonly Entry[] =>
  ordered(snapshot, `${section}/${list}`, () => entriesOf(snapshot, section, list).filter(entry => !isBareReport(entry)))

/** Stands in the line of a newer result of the same series, which carries all its points (D53). */
export const isEarlierOfSeries = (entry: Entry): boolean =>
  entry.kind === 'result' && entry.list === 'current' && entry.series.length === 0 && entry.status !== 'Cancelled'

/** Entries that the summary lists: of each series of results its newest. */
export const latestOf = (snapshot: Snapshot, section: SectionId, list: Entry['list'] = 'current'): readonly Entry[] =>
  section === 'results' || section === 'observations'
    ? ordered(snapshot, `${section}/${list}/latest`, () => listedOf(snapshot, section, list).filter(entry => !isEarlierOfSeries(entry)))
    : listedOf(snapshot, section, list)

const sourceKey = (state: SourceState): string => `${state.source.exchange}/${state.source.id}`

const sourcesOf = (states: readonly SourceState[]): readonly SourceName[] => [
  ...new Map(states.map(s => [sourceKey(s), s.source])).values(),
]

/** Nobody has been asked yet, or somebody has still to answer. */
export const isWaiting = (snapshot: Snapshot): boolean =>
  snapshot.states.size === 0 || [...snapshot.states.values()].some(state => state.waiting)

/** Sources named in a sentence before `and N more`. */
export const NAMED = 3

export const countOf = (states: readonly SourceState[]): number => new Set(states.map(sourceKey)).size

/** Time of the try of a state: when it was true at the source, else opening plus what it took. */
export const timeOf = (state: SourceState, openedAt: string): string =>
  clockTime(state.asOf ?? new Date(Date.parse(openedAt) + (state.tookMs ?? 0)).toISOString())

// Answers that say nothing about what the source holds.
const saysNothing = (state: SourceState): boolean => state.cause === 'not-for-role' || state.cause === 'area-disabled'

/** `so far` while anyone able to hold this section has not answered (D22, D86). */
export const isSoFar = (snapshot: Snapshot, section: SectionId): boolean => {
  const { waiting, missing } = completenessOf(snapshot, section)
  return waiting.length > 0 || missing.length > 0
}

/** Asked for the last 12 months; what is older was not asked, and silence about it is not emptiness (HAZ-001). */
export const isOfRecentMonths = (snapshot: Snapshot, section: SectionId): boolean => {
  const groups = findSection(section)?.groups ?? []
  if (!groups.includes('recent') || !groups.includes('older')) return false
  for (const state of snapshot.states.values()) if (state.group === 'older' && state.sections.includes(section)) return false
  return true
}

/** Somebody who could know has said something of this section. */
export const isSpokenOf = (snapshot: Snapshot, section: SectionId): boolean =>
  completenessOf(snapshot, section).answered.some(state => !saysNothing(state))

/**
 * What an empty section says, in one of four forms (D114): waiting and could not be reached are said by `sectionLines`;
 * here none recorded by those who answered, or nothing to show. `undefined` while nobody has answered yet.
 */
export function emptySentence(snapshot: Snapshot, section: SectionId): string | undefined {
  const { waiting, missing, answered } = completenessOf(snapshot, section)
  const spoke = countOf(answered.filter(state => !saysNothing(state)))
  if (spoke > 0)
    return `None recorded${isOfRecentMonths(snapshot, section) ? ' in the last 12 months' : ''} by the ${spoke === 1 ? '1 source' : `${spoke} sources`} that answered.`
  return waiting.length + missing.length + answered.length === 0 ? 'Nothing to show.' : undefined
}

/** Words about some sources: text, and where the sources stand in it. */
export type SourceWords = readonly (string | readonly SourceName[])[]

export interface SectionLine {
  readonly kind: 'waiting' | 'missing' | 'said' | 'warning'
  readonly icon: ReturnType<typeof outcomeWords>['icon']
  readonly words: SourceWords
}

const filled = (words: string, sources: readonly SourceName[], values: Readonly<Record<string, string>>): SourceWords =>
  words
    .split(/(\{source\})/)
    .filter(piece => piece !== '')
    .map(piece => (piece === '{source}' ? sources : piece.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)))

/** What a section says of sources still to answer, those that could not, and what sources warn of (D113, D118). */
export function sectionLines(snapshot: Snapshot, section: SectionId, openedAt: string): readonly SectionLine[] {
  const title = sectionTitle(section)
  const lines = new Map<string, SectionLine>()
  const say = (line: SectionLine): void => void lines.set(JSON.stringify(line.words), line)
  const { waiting, missing, answered } = completenessOf(snapshot, section)
  if (waiting.length > 0) {
    const words = outcomeWords('late', 'asking')
    say({ kind: 'waiting', icon: words.icon, words: filled(words.section, sourcesOf(waiting), { section: title }) })
  }
  const same = new Map<
    string,
    { icon: SectionLine['icon']; template: string; time: string; sources: SourceName[]; kind: SectionLine['kind'] }
  >()
  for (const state of [...missing, ...answered]) {
    const words = outcomeWords(state.outcome, state.cause)
    if (words.section === '' || !words.mayBeNamed) continue
    const time = timeOf(state, openedAt)
    const key = `${words.section} ${time}`
    const held = same.get(key) ?? {
      icon: words.icon,
      template: words.section,
      time,
      sources: [],
      kind: words.countsAsAnswered ? 'said' : 'missing',
    }
    if (held.sources.every(({ name }) => name !== state.source.name)) held.sources.push(state.source)
    same.set(key, held)
  }
  for (const { icon, template, time, sources, kind } of same.values())
    say({ kind, icon, words: filled(template, sources, { section: title, time }) })
  const warned = new Map<string, SourceName[]>()
  for (const state of [...missing, ...answered])
    if (outcomeWords(state.outcome, state.cause).mayBeNamed)
      for (const warning of state.warnings)
        if (warning.section === section) {
          const who = warned.get(warning.words) ?? []
          if (who.every(({ name }) => name !== state.source.name)) who.push(state.source)
          warned.set(warning.words, who)
        }
  for (const [words, sources] of warned) say({ kind: 'warning', icon: 'warning', words: [sources, `: ${words}`] })
  return [...lines.values()]
}

export interface StripException {
  readonly state: SourceState
  readonly icon: SectionLine['icon']
  readonly words: string
  /** One per group that may be asked again. */
  readonly again: readonly SourceState[]
  readonly late: boolean
}

export const groupWords = { essentials: 'summary', recent: 'last 12 months', older: 'older' } as const

/** Older than this is said as `Not updated since`, hours (D105). */
export const STALE_HOURS = 24
const WAITING_NAMED = 3
const FRESH_MS = 5 * 60_000

export interface StripSummary {
  readonly answered: number
  readonly total: number
  /** How long the slowest of those that answered took, milliseconds; unknown where no source says. */
  readonly answeredMs: number | undefined
  /** Sources still asked where they are too many to name in the strip; their sections and All sources name them. */
  readonly asking: number
  readonly exceptions: readonly StripException[]
}

/** The strip: how many sources answered, then each exception by name where it may be named (D110, D123). */
export function stripOf(snapshot: Snapshot, openedAt: string): StripSummary {
  const bySource = new Map<string, SourceState[]>()
  for (const state of snapshot.states.values()) {
    const key = sourceKey(state)
    bySource.set(key, [...(bySource.get(key) ?? []), state])
  }
  let answered = 0
  let answeredMs: number | undefined
  const exceptions: StripException[] = []
  let total = 0
  for (const states of bySource.values()) {
    // The viewer's role is no source: said among the exceptions, counted nowhere.
    const isSource = states.some(s => s.source.kind !== 'role')
    if (isSource) total += 1
    const open = states.filter(s => s.waiting || !outcomeWords(s.outcome, s.cause).countsAsAnswered)
    if (open.length === 0 && isSource) {
      answered += 1
      for (const { tookMs } of states) if (tookMs !== undefined) answeredMs = Math.max(answeredMs ?? 0, tookMs)
    }
    exceptions.push(...exceptionsOf(states, open, openedAt))
  }
  const waiting = exceptions.filter(e => e.state.waiting)
  const few = waiting.length <= WAITING_NAMED
  return {
    answered,
    answeredMs,
    total,
    asking: few ? 0 : waiting.length,
    exceptions: exceptions.filter(e => few || !e.state.waiting).sort((a, b) => rank(a) - rank(b)),
  }
}

const rank = (e: StripException): number => (e.state.waiting ? 1 : e.again.length > 0 ? 0 : e.icon === 'clock' ? 2 : 3)

function exceptionsOf(states: readonly SourceState[], open: readonly SourceState[], openedAt: string): readonly StripException[] {
  const said = new Map<string, StripException & { readonly again: SourceState[] }>()
  for (const state of open.length > 0 ? open : states) {
    const words = state.waiting ? outcomeWords('late', 'asking') : outcomeWords(state.outcome, state.cause)
    if (!words.mayBeNamed || words.strip === 'answered') continue
    const held = said.get(words.strip) ?? { state, words: words.strip, icon: words.icon, again: [], late: false }
    if (words.mayRetry && held.again.every(other => other.group !== state.group)) held.again.push(state)
    said.set(words.strip, held)
  }
  const found: readonly StripException[] = [...said.values()]
  if (found.length > 0) return found
  const oldest = states
    .filter(
      s => s.asOf !== undefined && outcomeWords(s.outcome, s.cause).mayBeNamed && Date.parse(openedAt) - Date.parse(s.asOf) > FRESH_MS,
    )
    .sort((a, b) => ((a.asOf ?? '') < (b.asOf ?? '') ? -1 : 1))[0]
  if (oldest === undefined) return []
  const late = Date.parse(openedAt) - Date.parse(oldest.asOf ?? '') > STALE_HOURS * 3_600_000
  return [{ state: oldest, icon: 'clock', words: late ? 'not updated since' : 'as at', again: [], late }]
}

/** `11 of 13 sources answered in 1.4 seconds`: those that answered, not those that were waited for. */
export const stripCount = ({ answered, answeredMs, total }: StripSummary, elapsedMs: number): string =>
  total === 0
    ? 'Asking who holds a record'
    : `${answered} of ${counted(total, 'source')} answered${answered > 0 ? ` in ${(Math.max(answeredMs ?? elapsedMs, 0) / 1000).toFixed(1)} seconds` : ''}`

/** Where a flag stands among the flags: by what it is about, then alerts about anything else (D150). */
export function flagRank(entry: Entry): number {
  const rank = entry.kind === 'plain' && entry.rank !== undefined ? FLAG_RANKS.indexOf(entry.rank) : -1
  return rank < 0 ? FLAG_RANKS.length : rank
}

export type AllergyState = 'known' | 'none-known' | 'not-recorded' | 'unavailable'

/** The four states of D20 and what qualifies each (D21 to D23). */
export interface AllergySummary {
  readonly state: AllergyState
  readonly words: 'Known allergies' | 'No known allergies' | 'Allergies not recorded' | 'Allergies unavailable'
  readonly soFar: string | undefined
}

/** @param positives and `negatives`: how many current entries say each. @param mayShow the section is part of the role. */
export function allergySummary(snapshot: Snapshot, positives: number, negatives: number, mayShow: boolean): AllergySummary {
  if (!mayShow) return { state: 'unavailable', words: 'Allergies unavailable', soFar: 'not part of your role' }
  const { waiting, missing, answered } = completenessOf(snapshot, 'allergies')
  const still = [
    ...(waiting.length > 0 ? [`${counted(countOf(waiting), 'source')} still to answer`] : []),
    ...(missing.length > 0 ? [`${counted(countOf(missing), 'source')} could not be reached`] : []),
  ]
  const soFar = still.length > 0 ? `so far, ${still.join(', ')}` : undefined
  if (positives > 0) return { state: 'known', words: 'Known allergies', soFar }
  if (negatives > 0) return { state: 'none-known', words: 'No known allergies', soFar }
  if (answered.some(state => !saysNothing(state))) return { state: 'not-recorded', words: 'Allergies not recorded', soFar }
  return { state: 'unavailable', words: 'Allergies unavailable', soFar: waiting.length > 0 ? soFar : still.join(', ') || undefined }
}
