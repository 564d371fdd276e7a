import type { Chip, Entry } from '../care-record/entry.ts'
import { SECTION_IDS } from '../care-record/section.ts'
import type { Snapshot } from '../care-record/snapshot.ts'
import { readMoment } from './format.ts'
import { isBareReport, sectionTitle } from './words.ts'

/** What is looked for within one record. It never stands in a URL. */
export interface SearchQuery {
  readonly words: string
  /** ODS code. */
  readonly organisation?: string
  /** Only what is dated within so many months before opening, or to come, or not dated. */
  readonly months?: 12
}

export interface Found {
  /** Newest first. */
  readonly entries: readonly Entry[]
  /** How many entries were looked through. */
  readonly of: number
}

/** Longest words that are looked for, characters. */
export const SEARCH_LENGTH = 200

const plainWords = (words: string): string =>
  words
    .normalize('NFKD')
    .replace(/[\u0300-\u036F]/g, '')
    .replace(/[’‘]/g, "'")
    .toLocaleLowerCase('en-GB')

const chipWords = (chip: Chip): string => `${chip.name} ${chip.short}`

type Words = readonly (string | undefined)[]

const ownWords: { readonly [K in Entry['kind']]: (entry: Extract<Entry, { kind: K }>) => Words } = {
  allergy: e => [e.label, ...e.reactions.flat(), e.severity, e.certainty],
  medicine: e =>
    [e.brand, e.strengthAndForm, e.dose, e.route, e.frequency, e.reasonOrDuration, e.instruction].concat(e.status, e.statement),
  problem: e => [e.significance, e.status, ...e.qualifiers],
  result: e => [e.value, e.unit, e.flag, e.specimen, e.status],
  encounter: e => [e.status, e.encounterClass, e.place],
  plain: e => [e.words, e.status, ...(e.facts ?? []).flat()],
}

const wordsOf = (entry: Entry): string =>
  plainWords(
    [
      entry.title,
      sectionTitle(entry.section),
      chipWords(entry.recordedBy),
      ...entry.alsoRecordedBy.map(chipWords),
      ...ownWords[entry.kind](entry as never),
    ]
      .filter(words => words !== undefined)
      .join('\n'),
  )

// Entries do not change: what one is searched by is made once, and goes when it goes.
const haystacks = new WeakMap<Entry, string>()

const haystack = (entry: Entry): string => {
  const held = haystacks.get(entry)
  if (held !== undefined) return held
  const made = wordsOf(entry)
  haystacks.set(entry, made)
  return made
}

export const dateOf = (entry: Entry): string | undefined =>
  (entry.kind === 'encounter' ? entry.start : undefined) ?? entry.date ?? entry.recordedBy.date

/** Newest first; what has no date stands last. */
export const newestFirst = (a: Entry, b: Entry): number => {
  const [left, right] = [dateOf(a) ?? '', dateOf(b) ?? '']
  return left < right ? 1 : left > right ? -1 : 0
}

/** Every entry of the role, reports that only gather results left out. */
export const everyEntry = (snapshot: Snapshot, maySee: ReadonlySet<string>): readonly Entry[] =>
  SECTION_IDS.filter(id => maySee.has(id)).flatMap(id => [...(snapshot.entries.get(id)?.values() ?? [])].filter(e => !isBareReport(e)))

const byOrganisation = (entry: Entry, odsCode: string): boolean =>
  entry.recordedBy.odsCode === odsCode || entry.alsoRecordedBy.some(chip => chip.odsCode === odsCode)

/** The day so many months before, `YYYY-MM-DD`. */
function monthsBefore(instant: string, months: number): string {
  const day = new Date(instant)
  day.setUTCMonth(day.getUTCMonth() - months)
  return day.toISOString().slice(0, 10)
}

/**
 * Looks within what the page already has: every word must stand somewhere in the title, words, facts or organisation of an
 * entry. Sections outside the role are not looked through, nor counted.
 *
 * @param openedAt ISO instant from which months are counted back.
 */
export function searchEntries(snapshot: Snapshot, query: SearchQuery, openedAt: string, maySee: ReadonlySet<string>): Found {
  const all = everyEntry(snapshot, maySee)
  const words = plainWords(query.words.slice(0, SEARCH_LENGTH))
    .split(/\s+/)
    .filter(word => word !== '')
  const since = query.months === undefined ? undefined : monthsBefore(openedAt, query.months)
  const isSince = (entry: Entry): boolean => {
    const date = dateOf(entry)
    return since === undefined || date === undefined || readMoment(date) === undefined || date >= since.slice(0, date.length)
  }
  const { organisation } = query
  const entries = all
    .filter(
      entry =>
        (organisation === undefined || byOrganisation(entry, organisation)) &&
        isSince(entry) &&
        words.every(word => haystack(entry).includes(word)),
    )
    .sort(newestFirst)
  return { entries, of: all.length }
}

/** Organisations that recorded something of this record, by name. */
export function organisationsOf(snapshot: Snapshot, maySee: ReadonlySet<string>): readonly Chip[] {
  const found = new Map<string, Chip>()
  for (const entry of everyEntry(snapshot, maySee))
    for (const chip of [entry.recordedBy, ...entry.alsoRecordedBy]) if (!found.has(chip.odsCode)) found.set(chip.odsCode, chip)
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en-GB'))
}
