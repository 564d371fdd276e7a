import type { CodeableConcept, Observation, ObservationReferenceRange } from '@medplum/fhirtypes'
import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import { converted, isConvertible, isVirusTest, listed, saidByName, twinOf, unitKey } from './analytes.ts'
import { type Agreement, differing, NONE, origin, type ResultDraft, saidAt, sortKey, type Writable } from './draft.ts'
import { comparable, pressureOf, type Reading, readingOf, withUnit } from './observation.ts'
import {
  codesOf,
  hashed,
  identifiersOf,
  isCoded,
  laterality,
  newestFirst,
  normal,
  numberWords,
  orderable,
  reportedWords,
  resolve,
  SNOMED,
  statedPerson,
  term,
} from './reading.ts'

const LOINC = 'http://loinc.org|'
/** A blood pressure by whatever general name. */
const PRESSURE: ReadonlySet<string> = new Set(['75367002', '85354-9', '55284-4'])

const FLAGS: Readonly<Record<string, ResultEntry['flag']>> = {
  H: 'High',
  HU: 'High',
  L: 'Low',
  LU: 'Low',
  HH: 'Critical high',
  LL: 'Critical low',
  A: 'Abnormal',
  AA: 'Abnormal',
  HX: 'High',
  LX: 'Low',
  POS: undefined,
  high: 'High',
  low: 'Low',
  abnormal: 'Abnormal',
  'critical high': 'Critical high',
  'critical low': 'Critical low',
}
const STATUS: Readonly<Record<string, ResultEntry['status']>> = {
  registered: 'Provisional',
  preliminary: 'Provisional',
  corrected: 'Corrected',
  amended: 'Corrected',
  cancelled: 'Cancelled',
  'entered-in-error': 'Cancelled',
}

/** How one result or measurement reads: the value as reported, that laboratory's range, its flag in words (D50 to D62). */
export function draftResult(item: Item, observation: Observation): ResultDraft {
  const title = term(observation.code) ?? 'Test not stated'
  const virus = item.section === 'results' && isVirusTest(observation, title)
  const reading = (virus ? virusReading(observation, title) : undefined) ?? readingOf(observation, true)
  const specimen = specimenOf(item, observation)
  const collected =
    specimen.collected ?? observation.effectiveDateTime ?? observation.effectivePeriod?.start ?? observation.effectiveInstant
  const date = collected ?? observation.issued
  const flag = flagOf(observation.interpretation)
  const reference = observation.referenceRange?.[0]
  const range = reference && rangeWords(reference)
  const status = STATUS[observation.status ?? '']
  const voided = observation.status === 'entered-in-error'
  const unit = unitKey(reading.unit, reading.ucum)
  const entry: Writable<ResultEntry> = {
    ...origin(item, title, date, isCoded(observation.code)),
    kind: 'result',
    value: reading.value,
    collectedNotStated: collected === undefined,
    series: NONE,
  }
  if (voided) entry.list = 'past'
  if (reading.unit) entry.unit = reading.unit
  if (flag) entry.flag = flag
  if (range) entry.range = range
  if (specimen.words) entry.specimen = specimen.words
  if (status) entry.status = status
  if (virus) entry.virus = true
  const tie = hashed(item.id)
  const words = normal(title)
  entry.sort = sortKey(sortResult(entry, words), tie)
  const identifiers = identifiersOf(observation)
  const codes = codesOf(observation.code)
  const analyte = primary(codes, words)
  const side = laterality(title, observation.bodySite ? [observation.bodySite] : NONE)
  const person = statedPerson(observation)
  const of = normal(specimen.words)
  const apart = `${of}|${side}|${person}`
  const guard = `${unit}|${voided ? 'error' : ''}|${apart}`
  const day = collected?.slice(0, 10) ?? ''
  const keys = identifiers.map(i => `${item.section}/i/${i}`)
  const valueKey = comparable(reading)
  if (day.length === 10) {
    for (const code of codes.length > 0 ? codes : [words]) keys.push(`${item.section}/v/${code}|${day}|${valueKey}`)
  }
  const { substance, test } = listed(observation.code, title)
  const pressure = voided || status === 'Cancelled' ? undefined : pressureOf(observation)
  const pairKey = pressure && date ? `${item.section}/bp/${item.provenance.sourceId}|${orderable(date)}` : ''
  if (pairKey !== '') keys.push(pairKey)
  if (keys.length === 0) keys.push(`${item.section}/o/${item.id}`)
  const name = reading.second === undefined ? analyte : pressureName(observation, analyte)
  const inUnit = isConvertible(substance, unit) ? `~${substance}` : unit
  return {
    kind: 'result',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys,
    guard,
    at: saidAt(item, observation.issued ?? date),
    links: item.links,
    identifiers,
    valueKey,
    analyte,
    series: voided || status === 'Cancelled' ? '' : `${item.section}/${name}|${inUnit}|${apart}`,
    point: pointOf(item, date, reading, flag, reference, term(observation.method)),
    unit,
    substance,
    test: voided || status === 'Cancelled' || item.section !== 'results' ? '' : test,
    pressure,
    pairKey,
  }
}

/** A virus test whose outcome stands in its name only, as practices record it. */
function virusReading(observation: Observation, title: string): Reading | undefined {
  if (readingOf(observation, false)) return undefined
  const value = saidByName(title)
  return value === undefined ? undefined : { value }
}

const pressureName = (observation: Observation, analyte: string): string =>
  observation.code?.coding?.some(c => PRESSURE.has(c.code ?? '')) ? 'blood-pressure' : analyte

/** One name of the analyte for its series: SNOMED CT, else LOINC, else any code, else its words. */
function primary(codes: readonly string[], words: string): string {
  const snomed = codes.find(code => code.startsWith(SNOMED))
  if (snomed !== undefined) return snomed
  const loinc = codes.find(code => code.startsWith(LOINC))
  return loinc === undefined ? (codes[0] ?? words) : twinOf(loinc)
}

function specimenOf(item: Item, observation: Observation): { words: string; collected?: string | undefined } {
  if (!observation.specimen) return { words: '' }
  const found = resolve(item, observation.specimen)
  if (found?.resourceType !== 'Specimen') return { words: observation.specimen.display ?? '' }
  return { words: term(found.type) ?? '', collected: found.collection?.collectedDateTime ?? found.collection?.collectedPeriod?.start }
}

function flagOf(interpretation: readonly CodeableConcept[] | undefined): ResultEntry['flag'] {
  for (const concept of interpretation ?? []) {
    for (const c of concept.coding ?? []) if (FLAGS[c.code ?? '']) return FLAGS[c.code ?? '']
    const said = FLAGS[concept.text?.trim().toLowerCase() ?? ''] ?? FLAGS[concept.text?.trim().toUpperCase() ?? '']
    if (said) return said
  }
  return undefined
}

function rangeWords(range: ObservationReferenceRange): string | undefined {
  const low = range.low?.value === undefined ? undefined : reportedWords(range.low)
  const high = range.high?.value === undefined ? undefined : reportedWords(range.high)
  if (low !== undefined && high !== undefined) return `${low} to ${high}`
  if (range.text) return range.text
  return high !== undefined ? `up to ${high}` : low !== undefined ? `from ${low}` : undefined
}

function pointOf(
  item: Item,
  date: string | undefined,
  reading: Reading,
  flag: ResultEntry['flag'],
  range: ObservationReferenceRange | undefined,
  method: string | undefined,
): ResultPoint {
  const point: Writable<ResultPoint> = { at: date ?? '', words: withUnit(reading), short: item.provenance.short }
  if (reading.number !== undefined) point.number = reading.number
  if (reading.second !== undefined) point.second = reading.second
  if (reading.limit !== undefined) point.limit = reading.limit
  if (method !== undefined) point.method = method
  if (flag) point.flag = flag
  if (range?.low?.value !== undefined) point.low = range.low.value
  if (range?.high?.value !== undefined) point.high = range.high.value
  return point
}

/** The same report by two ways: same identifier, or same code, time, value and unit; or the two halves of one blood pressure. */
export function sameResult(a: ResultDraft, b: ResultDraft): Agreement | undefined {
  if (a.guard !== b.guard) return undefined
  if (a.pressure && b.pressure && a.pressure !== b.pressure)
    return a.pairKey !== '' && a.pairKey === b.pairKey ? { score: 1, why: 'the two values of one blood pressure' } : undefined
  if (a.identifiers.some(i => b.identifiers.includes(i)) && (a.analyte === b.analyte || normal(a.entry.title) === normal(b.entry.title)))
    return { score: 2, why: 'same identifier' }
  if (a.sourceId === b.sourceId || a.valueKey !== b.valueKey || a.entry.collectedNotStated || b.entry.collectedNotStated) return undefined
  if (!a.keys.some(k => b.keys.includes(k))) return undefined
  const x = orderable(a.entry.date).slice(0, 16)
  const y = orderable(b.entry.date).slice(0, 16)
  if (x === y) return { score: 2, why: x.length > 10 ? 'same code, same time, same value' : 'same code, same day, same value' }
  // One source kept the day only; two different times stay two results.
  return x.length === 10 || y.length === 10 ? { score: 1, why: 'same code, same day, same value' } : undefined
}

/**
 * Halves that may be joined: a source that measured twice in one moment does not say which belongs to which, and doubt
 * means rows of their own (D102).
 */
export function unpaired(drafts: readonly ResultDraft[]): ReadonlySet<ResultDraft> {
  const halves = new Map<string, ResultDraft[]>()
  for (const draft of drafts) {
    if (draft.pairKey === '') continue
    const of = halves.get(`${draft.pairKey}|${draft.guard}`)
    if (of) of.push(draft)
    else halves.set(`${draft.pairKey}|${draft.guard}`, [draft])
  }
  const doubtful = [...halves.values()].filter(of => of.length > 2 || (of.length === 2 && of[0]?.pressure === of[1]?.pressure))
  return new Set(doubtful.flat())
}

const halvesOf = (group: readonly ResultDraft[]): readonly [ResultDraft, ResultDraft] | undefined => {
  if (group[0]?.pressure === undefined) return undefined
  const systolic = group.find(d => d.pressure === 'systolic')
  const diastolic = group.find(d => d.pressure === 'diastolic')
  return systolic && diastolic ? [systolic, diastolic] : undefined
}

/** Statements of one result: the newest reads first, a former value stays beside it (D60). */
export function foldResults(group: readonly ResultDraft[], newest: ResultEntry): ResultEntry {
  const pair = halvesOf(group)
  if (pair) {
    const [upper, lower] = pair
    const flags = pair.flatMap(half => half.entry.flag ?? [])
    const entry: Writable<ResultEntry> = {
      ...upper.entry,
      title: 'Blood pressure',
      value: `${upper.entry.value}/${lower.entry.value}`,
    }
    const flag = flags.find(f => f.startsWith('Critical')) ?? flags[0]
    if (flag) entry.flag = flag
    if (entry.range !== undefined) delete entry.range
    return entry
  }
  return {
    ...newest,
    conflicts: differing(
      'value',
      group,
      d => d.valueKey,
      d => d.point.words,
    ),
  }
}

/** The line a group of statements belongs to; empty: none. */
export function lineOf(group: readonly ResultDraft[]): string {
  const pair = halvesOf(group)
  if (!pair) return group[0]?.series ?? ''
  const [section = ''] = pair[0].series.split('/')
  const [, of, side, person] = pair[0].series
    .slice(section.length + 1)
    .split('|')
    .slice(-4)
  return `${section}/blood-pressure|${pair[0].unit}|${of ?? ''}|${side ?? ''}|${person ?? ''}`
}

/** The point of a group in the unit of its line; one that was converted says what was reported (D53). */
export function pointIn(group: readonly ResultDraft[], unit: string, unitWords: string | undefined): ResultPoint | undefined {
  const pair = halvesOf(group)
  if (pair) {
    const [upper, lower] = pair
    const point: Writable<ResultPoint> = { ...upper.point, words: `${upper.entry.value}/${lower.point.words}` }
    if (lower.point.number !== undefined) point.second = lower.point.number
    return point
  }
  const [draft] = group
  if (!draft) return undefined
  const { point, substance } = draft
  if (draft.unit === unit || substance === '') return point
  const inUnit = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : converted(substance, value, draft.unit, unit)
  const number = inUnit(point.number)
  const limit = inUnit(point.limit)
  const sign = /^[<>≤≥]=?/.exec(point.words)?.[0] ?? ''
  const shown = number ?? limit
  if (shown === undefined) return point
  const read: Writable<ResultPoint> = {
    ...point,
    words: withUnit({ value: `${sign}${numberWords(shown)}`, unit: unitWords ?? unit }),
    converted: point.words,
  }
  if (number !== undefined) read.number = number
  if (limit !== undefined) read.limit = limit
  const low = inUnit(point.low)
  const high = inUnit(point.high)
  if (low !== undefined) read.low = low
  if (high !== undefined) read.high = high
  return read
}

export const sortResult = (entry: ResultEntry, words = normal(entry.title)): string => `${newestFirst(entry.date)} ${words}`
