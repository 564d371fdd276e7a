import type { AnsweredDemographics } from '../../../care-record/item.ts'
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
