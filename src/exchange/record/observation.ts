import type { CodeableConcept, Observation, ObservationComponent } from '@medplum/fhirtypes'
import { numberWords, reportedWords, term } from './reading.ts'

/** Systolic and diastolic pressure, LOINC and SNOMED CT. */
const SYSTOLIC: ReadonlySet<string> = new Set(['8480-6', '72313002', '271649006'])
const DIASTOLIC: ReadonlySet<string> = new Set(['8462-4', '1091811000000102', '271650006'])

/** A value as it was reported. */
export interface Reading {
  readonly value: string
  readonly unit?: string | undefined
  /** UCUM code where the source gave one. */
  readonly ucum?: string | undefined
  /** Absent for `<5` and text: never plotted as a number (D59). Systolic of a pair. */
  readonly number?: number | undefined
  /** Diastolic of a pair (D61). */
  readonly second?: number | undefined
  /** `<5` stands at 5. */
  readonly limit?: number | undefined
}

const hasCode = (concept: CodeableConcept | undefined, codes: ReadonlySet<string>): boolean => {
  for (const coding of concept?.coding ?? []) if (codes.has(coding.code ?? '')) return true
  return false
}

/** Which half of a blood pressure an observation is that a source sends as two. */
export const pressureOf = (observation: Observation): 'systolic' | 'diastolic' | undefined =>
  observation.valueQuantity === undefined || observation.component
    ? undefined
    : hasCode(observation.code, SYSTOLIC)
      ? 'systolic'
      : hasCode(observation.code, DIASTOLIC)
        ? 'diastolic'
        : undefined

/**
 * The value of an observation with its parts; a blood pressure is one pair (D61).
 * @param always words also where nothing was measured, for a result that must not look empty.
 */
export function readingOf(observation: Observation, always: true): Reading
export function readingOf(observation: Observation, always: boolean): Reading | undefined
export function readingOf(observation: Observation, always: boolean): Reading | undefined {
  const own = valueOf(observation)
  const components = observation.component
  if (own && !components) return own
  if (components) {
    const pair = pressurePair(components)
    if (pair) return pair
    const said = componentsOf(observation).map(([label, words]) => `${label} ${words}`)
    if (own) return said.length === 0 ? own : { ...own, value: [withUnit(own), ...said].join(', '), unit: undefined, number: undefined }
    if (said.length > 0) return always ? { value: said.join(', ') } : undefined
  }
  if (!always) return undefined
  return { value: term(observation.dataAbsentReason) ?? (observation.note?.[0]?.text?.trim() || 'Not recorded') }
}

function pressurePair(components: readonly ObservationComponent[]): Reading | undefined {
  const upper = half(components, SYSTOLIC)
  const lower = half(components, DIASTOLIC)
  const unit = upper?.unit ?? lower?.unit
  if (!upper || !lower || (upper.unit ?? unit) !== (lower.unit ?? unit)) return undefined
  return { value: `${upper.value}/${lower.value}`, unit, ucum: upper.ucum, number: upper.number, second: lower.number }
}

function half(components: readonly ObservationComponent[], codes: ReadonlySet<string>): Reading | undefined {
  const found = components.find(c => hasCode(c.code, codes))
  return found && valueOf(found)
}

/** Each part of an observation that has a value, in the source's order. */
export function componentsOf(observation: Observation): readonly (readonly [label: string, words: string])[] {
  const said: [string, string][] = []
  for (const component of observation.component ?? []) {
    const value = valueOf(component)
    if (value) said.push([term(component.code) ?? 'Part', withUnit(value)])
  }
  return said
}

/** The same for values that differ only in the zeros they were reported with. */
export const comparable = ({ value, number, second, limit }: Reading): string =>
  number !== undefined
    ? `${number}${second === undefined ? '' : `/${second}`}`
    : limit === undefined
      ? value
      : `${/^[^\d]*/.exec(value)?.[0].trim() ?? ''}${limit}`

export const withUnit = ({ value, unit }: Reading): string => (unit ? `${value} ${unit}` : value)

const LIMIT = /^\s*(?:<=?|>=?|≤|≥)\s*(\d+(?:\.\d+)?)\s*$/

/** The value of an observation or of a part of one, without its parts. */
export function valueOf(from: Observation | ObservationComponent): Reading | undefined {
  const quantity = from.valueQuantity
  if (quantity) {
    if (quantity.value === undefined) return undefined
    const unit = quantity.unit ?? quantity.code
    if (typeof quantity.value !== 'number') return { value: String(quantity.value), unit, ucum: quantity.code }
    const value = reportedWords(quantity)
    return quantity.comparator
      ? { value: `${quantity.comparator}${value}`, unit, ucum: quantity.code, limit: quantity.value }
      : { value, unit, ucum: quantity.code, number: quantity.value }
  }
  const words = from.valueString ?? term(from.valueCodeableConcept)
  if (words !== undefined) {
    const limit = LIMIT.exec(words)?.[1]
    return limit === undefined ? { value: words } : { value: words.trim(), limit: Number(limit) }
  }
  if (from.valueInteger !== undefined) return { value: numberWords(from.valueInteger), number: from.valueInteger }
  if (from.valueBoolean !== undefined) return { value: from.valueBoolean ? 'Yes' : 'No' }
  const range = from.valueRange
  if (range)
    return {
      value: [range.low, range.high]
        .filter(end => end?.value !== undefined)
        .map(reportedWords)
        .join(' to '),
      unit: range.high?.unit ?? range.low?.unit,
    }
  const ratio = from.valueRatio
  if (ratio) return { value: `${reportedWords(ratio.numerator)} in ${reportedWords(ratio.denominator)}` }
  const date = from.valueDateTime ?? from.valueTime ?? from.valuePeriod?.start
  if (date !== undefined) return { value: date }
  const absent = 'component' in from ? undefined : term(from.dataAbsentReason)
  return absent === undefined ? undefined : { value: absent }
}
