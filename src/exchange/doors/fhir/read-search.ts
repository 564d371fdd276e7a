import { limits } from '../../../care-record/limits.ts'
import { findSection } from '../../../care-record/section.ts'
import type { Taken } from '../../view.ts'
import { refusalOf, type Refusal } from './outcome.ts'
import type { Parameters } from './parameters.ts'
import { isSince, readParameter } from './search-values.ts'
import type { Searchable } from './searches.ts'
import { isPatientRef } from './views.ts'

/** Parameters that are not known here, by name. */
export const notKnown = (unknown: readonly string[]): Refusal => ({
  status: 400,
  // Only what has the form of a name is said back.
  words: `Not known here: ${unknown.map(name => (/^[A-Za-z_:.-]{1,40}$/.test(name) ? name : 'a parameter')).join(', ')}.`,
})

/** A medicine that is named in a resource of its own is searched for by its code all the same. */
export function withMedication({ resource, contained }: Taken): unknown {
  if (!('medicationReference' in resource) || resource.medicationReference?.reference === undefined) return resource
  const { reference } = resource.medicationReference
  const named = contained.find(one => `${one.resourceType}/${one.id ?? ''}` === reference)
  return named !== undefined && 'code' in named ? { ...resource, medicationCodeableConcept: named.code } : resource
}

export interface ReadSearch {
  readonly ref: string
  readonly tests: readonly ((resource: unknown) => boolean)[]
  /** Parameters that were passed over because the asker said so. */
  readonly lenient: readonly string[]
  /** What is older than the view asks at once must be asked for. */
  readonly older: (now: Date) => boolean
}

const COMMON: ReadonlySet<string> = new Set(['patient', 'subject', '_format', '_pretty', '_count', '_page', '_summary', '_revinclude'])

/** Reads a search of one type about one person. A refusal for one about nobody, and for what is not known here. */
export function readSearch(asked: Searchable, parameters: Parameters, base: string, mayPassOver: boolean): ReadSearch | Refusal {
  const person = parameters.get('patient') ?? parameters.get('subject') ?? []
  const ref = person.length === 1 ? (person[0] ?? '').replace(`${base}/`, '').replace(/^Patient\//, '') : ''
  if (!isPatientRef(ref)) return { status: 400, words: 'A search names one patient by the id that $match gave: patient=…' }
  const tests: ((resource: unknown) => boolean)[] = []
  const lenient: string[] = []
  const dates: string[] = []
  for (const [name, values] of parameters) {
    if (COMMON.has(name)) continue
    if (!Object.hasOwn(asked.parameters, name)) {
      lenient.push(name)
      continue
    }
    for (const value of values) {
      const test = readParameter(asked, name, value)
      if (!test.ok) return refusalOf(test.fault)
      tests.push(test.value)
      if (asked.parameters[name]?.kind === 'date') dates.push(value)
    }
  }
  const revinclude = parameters.get('_revinclude') ?? []
  if (revinclude.some(value => value !== 'Provenance:target')) lenient.push('_revinclude')
  if ((parameters.get('_summary') ?? []).some(value => value !== 'count' && value !== 'false')) lenient.push('_summary')
  if (lenient.length > 0 && !mayPassOver) return notKnown(lenient)
  const older = (now: Date): boolean => {
    if (!asked.sections.some(section => findSection(section)?.groups.includes('older'))) return false
    const since = new Date(now)
    since.setUTCMonth(since.getUTCMonth() - limits.recentMonths)
    // A day to spare: what a source calls recent begins with a day, not with an instant.
    since.setUTCDate(since.getUTCDate() + 1)
    return !dates.some(value => isSince(value, since))
  }
  return { ref, tests, lenient, older }
}
