import type { CodeableConcept, Observation, ObservationComponent, ObservationReferenceRange } from '@medplum/fhirtypes'
import type { ResultEntry, ResultPoint } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import { type Agreement, differing, NONE, origin, type ResultDraft, saidAt, sortKey, type Writable } from './draft.ts'
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
  resolve,
  SNOMED,
  statedPerson,
  term,
} from './reading.ts'

const LOINC = 'http://loinc.org'
/** Systolic and diastolic, LOINC and SNOMED CT. */
const SYSTOLIC = new Set(['8480-6', '72313002', '271649006'])
const DIASTOLIC = new Set(['8462-4', '1091811000000102', '271650006'])

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

/** How one result reads: the value as reported, that laboratory's range, its flag in words (D50 to D62). */
export function draftResult(item: Item, observation: Observation): ResultDraft {
  const title = term(observation.code) ?? 'Test not stated'
  const reading = readingOf(observation)
  const specimen = specimenOf(item, observation)
  const collected =
    specimen.collected ?? observation.effectiveDateTime ?? observation.effectivePeriod?.start ?? observation.effectiveInstant
  const date = collected ?? observation.issued
  const flag = flagOf(observation.interpretation)
  const reference = observation.referenceRange?.[0]
  const range = reference && rangeWords(reference)
  const status = STATUS[observation.status ?? '']
  const voided = observation.status === 'entered-in-error'
  const unit = reading.unit ?? ''
  const entry: Writable<ResultEntry> = {
    ...origin(item, title, date, isCoded(observation.code)),
    kind: 'result',
    value: reading.value,
    collectedNotStated: collected === undefined,
    series: NONE,
  }
  if (voided) entry.list = 'past'
  if (unit) entry.unit = unit
  if (flag) entry.flag = flag
  if (range) entry.range = range
  if (specimen.words) entry.specimen = specimen.words
  if (status) entry.status = status
  const tie = hashed(item.id)
  const words = normal(title)
  entry.sort = sortKey(sortResult(entry, words), tie)
  const identifiers = identifiersOf(observation)
  const analytes = codesOf(observation.code)
  const side = laterality(title, observation.bodySite ? [observation.bodySite] : [])
  const guard = `${unit}|${normal(specimen.words)}|${side}|${voided ? 'error' : ''}|${statedPerson(observation)}`
  const day = collected?.slice(0, 10) ?? ''
  const keys = identifiers.map(i => `${item.section}/i/${i}`)
  if (day.length === 10)
    for (const analyte of analytes.length > 0 ? analytes : [words]) keys.push(`${item.section}/v/${analyte}|${day}|${reading.value}`)
  if (keys.length === 0) keys.push(`${item.section}/o/${item.id}`)
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
    identifiers,
    analyte: primary(observation.code, words),
    series: voided || status === 'Cancelled' ? '' : `${item.section}/${primary(observation.code, words)}|${guard}`,
    point: pointOf(item, date, reading, flag, reference),
  }
}

interface Reading {
  readonly value: string
  readonly unit?: string | undefined
  /** Absent for `<5` and text: never plotted as a number (D59). */
  readonly number?: number | undefined
}

function readingOf(observation: Observation): Reading {
  const own = valueOf(observation)
  const components = observation.component ?? []
  if (own && components.length === 0) return own
  const systolic = components.find(c => hasCode(c.code, SYSTOLIC))
  const diastolic = components.find(c => hasCode(c.code, DIASTOLIC))
  if (systolic && diastolic) {
    const upper = valueOf(systolic)
    const lower = valueOf(diastolic)
    const unit = upper?.unit ?? lower?.unit
    if (upper && lower && (upper.unit ?? unit) === (lower.unit ?? unit)) return { value: `${upper.value}/${lower.value}`, unit }
  }
  const said = components.flatMap(c => {
    const value = valueOf(c)
    return value ? [`${term(c.code) ?? 'Part'} ${value.value}${value.unit ? ` ${value.unit}` : ''}`] : []
  })
  if (own) return { ...own, value: [own.value, ...said].join(', '), number: said.length > 0 ? undefined : own.number }
  if (said.length > 0) return { value: said.join(', ') }
  return { value: term(observation.dataAbsentReason) ?? (observation.note?.[0]?.text || 'Not recorded') }
}

function valueOf(from: Observation | ObservationComponent): Reading | undefined {
  const quantity = from.valueQuantity
  if (quantity) {
    if (quantity.value === undefined) return undefined
    const unit = quantity.unit ?? quantity.code
    return quantity.comparator
      ? { value: `${quantity.comparator}${numberWords(quantity.value)}`, unit }
      : { value: numberWords(quantity.value), unit, number: quantity.value }
  }
  const words = from.valueString ?? term(from.valueCodeableConcept)
  if (words !== undefined) return { value: words }
  if (from.valueInteger !== undefined) return { value: numberWords(from.valueInteger), number: from.valueInteger }
  if (from.valueBoolean !== undefined) return { value: from.valueBoolean ? 'Yes' : 'No' }
  const range = from.valueRange
  if (range)
    return {
      value: [range.low?.value, range.high?.value].filter(v => v !== undefined).join(' to '),
      unit: range.high?.unit ?? range.low?.unit,
    }
  const ratio = from.valueRatio
  if (ratio) return { value: `${ratio.numerator?.value ?? ''} in ${ratio.denominator?.value ?? ''}` }
  const date = from.valueDateTime ?? from.valueTime ?? from.valuePeriod?.start
  if (date !== undefined) return { value: date }
  const absent = 'component' in from ? undefined : term(from.dataAbsentReason)
  return absent === undefined ? undefined : { value: absent }
}

const hasCode = (concept: CodeableConcept | undefined, codes: ReadonlySet<string>): boolean =>
  concept?.coding?.some(c => codes.has(c.code ?? '')) ?? false

/** One name of the analyte for its series: SNOMED CT, else LOINC, else any code, else its words. */
function primary(concept: CodeableConcept | undefined, words: string): string {
  const codings = concept?.coding ?? []
  const chosen =
    codings.find(c => c.system === SNOMED && c.code) ??
    codings.find(c => c.system === LOINC && c.code) ??
    codings.find(c => c.system && c.code)
  return chosen ? `${chosen.system ?? ''}|${chosen.code ?? ''}` : words
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
  const low = range.low?.value
  const high = range.high?.value
  if (low !== undefined && high !== undefined) return `${numberWords(low)} to ${numberWords(high)}`
  if (range.text) return range.text
  return high !== undefined ? `up to ${numberWords(high)}` : low !== undefined ? `from ${numberWords(low)}` : undefined
}

function pointOf(
  item: Item,
  date: string | undefined,
  reading: Reading,
  flag: ResultEntry['flag'],
  range: ObservationReferenceRange | undefined,
): ResultPoint {
  const point: Writable<ResultPoint> = {
    at: date ?? '',
    words: reading.unit ? `${reading.value} ${reading.unit}` : reading.value,
    short: item.provenance.short,
  }
  if (reading.number !== undefined) point.number = reading.number
  if (flag) point.flag = flag
  if (range?.low?.value !== undefined) point.low = range.low.value
  if (range?.high?.value !== undefined) point.high = range.high.value
  return point
}

/** The same report by two ways: same identifier, or same code, time, value and unit. */
export function sameResult(a: ResultDraft, b: ResultDraft): Agreement | undefined {
  if (a.guard !== b.guard) return undefined
  if (a.identifiers.some(i => b.identifiers.includes(i)) && (a.analyte === b.analyte || normal(a.entry.title) === normal(b.entry.title)))
    return { score: 2, why: 'same identifier' }
  if (a.sourceId === b.sourceId || a.entry.value !== b.entry.value || a.entry.collectedNotStated || b.entry.collectedNotStated)
    return undefined
  if (!a.keys.some(k => b.keys.includes(k))) return undefined
  const x = orderable(a.entry.date).slice(0, 16)
  const y = orderable(b.entry.date).slice(0, 16)
  if (x === y) return { score: 2, why: x.length > 10 ? 'same code, same time, same value' : 'same code, same day, same value' }
  // One source kept the day only; two different times stay two results.
  return x.length === 10 || y.length === 10 ? { score: 1, why: 'same code, same day, same value' } : undefined
}

/** Statements of one result: the newest reads first, a former value stays beside it (D60). */
export function foldResults(group: readonly ResultDraft[], newest: ResultEntry): ResultEntry {
  return {
    ...newest,
    conflicts: differing(
      'value',
      group,
      d => d.entry.value,
      d => d.point.words,
    ),
  }
}

export const sortResult = (entry: ResultEntry, words = normal(entry.title)): string => `${newestFirst(entry.date)} ${words}`
