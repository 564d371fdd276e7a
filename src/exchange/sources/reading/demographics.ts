import type { AnsweredDemographics, Cause, DemographicCheck, Outcome } from '../../../care-record/item.ts'
import { objectsOf, textOf, textsOf, type JsonObject } from './json.ts'

export const NHS_NUMBER_SYSTEM = 'https://fhir.nhs.uk/Id/nhs-number'

/** What a Patient resource (STU3 or R4) says of who it is about. */
export function demographicsOf(patient: JsonObject): AnsweredDemographics {
  const nhsNumber = objectsOf(patient['identifier'])
    .filter(i => i['system'] === NHS_NUMBER_SYSTEM)
    .map(i => textOf(i['value'])?.replaceAll(/[\s-]/g, ''))
    .find(v => v !== undefined)
  const birthDate = textOf(patient['birthDate'])
  const gender = textOf(patient['gender'])
  return {
    ...(nhsNumber === undefined ? {} : { nhsNumber }),
    names: objectsOf(patient['name']).map(name => {
      const family = textOf(name['family']) ?? textsOf(name['family'])[0]
      const prefix = textsOf(name['prefix'])[0]
      return { ...(family === undefined ? {} : { family }), given: textsOf(name['given']), ...(prefix === undefined ? {} : { prefix }) }
    }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(gender === undefined ? {} : { gender }),
  }
}

/** Which of those that a source knows under one number are the person. */
export interface Matched {
  readonly ids: readonly string[]
  /** What differs at any of them and does not stand against it. */
  readonly differing: readonly string[]
  /** Somebody there could not be matched or read: of them nothing is shown. */
  readonly doubt?: Cause
}

/**
 * Looks at each by itself (care rules 3.1): who matches is shown, whoever else is held under the same number never is, and it is
 * said that there is one. Perhaps an identity the person has left: held without a word, as if it were not known here (3.2).
 *
 * @param known id and demographics of each; `undefined`: one that could not be read.
 */
export function matchEach(
  known: readonly ({ readonly id: string; readonly answered: AnsweredDemographics } | undefined)[],
  check: (answered: AnsweredDemographics) => DemographicCheck,
): Matched {
  const ids = new Set<string>()
  const differing = new Set<string>()
  let doubt: Cause | undefined
  for (const one of known) {
    const checked = one && check(one.answered)
    if (!checked) doubt ??= 'unreadable'
    else if (checked.verdict === 'refused') doubt ??= 'number-differs'
    else if (checked.verdict === 'held') {
      if (checked.stewardTask) doubt ??= 'demographics-differ'
    } else {
      ids.add(one.id)
      if (checked.verdict === 'shown-with-difference') for (const field of checked.fields) differing.add(field)
    }
  }
  return { ids: [...ids], differing: [...differing], ...(doubt === undefined ? {} : { doubt }) }
}

/** What there is to say where nobody matched. */
export const nobodyMatched = ({ doubt }: Matched): { readonly outcome: Outcome; readonly cause: Cause } =>
  doubt === undefined
    ? { outcome: 'nothing-held', cause: 'none' }
    : { outcome: doubt === 'unreadable' ? 'unavailable' : 'mismatch', cause: doubt }
