import type { Patient } from '@medplum/fhirtypes'
import type { HumanName, Person } from '../../../care-record/person.ts'
import type { Candidate } from '../../find-person.ts'
import { OURS } from './outcome.ts'

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'
const UK = 'https://fhir.hl7.org.uk'
const verified = {
  url: `${UK}/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus`,
  valueCodeableConcept: {
    coding: [{ system: `${UK}/CodeSystem/UKCore-NHSNumberVerificationStatus`, code: 'number-present-and-verified' }],
  },
}

const nameOf = (name: HumanName) => ({
  use: 'official' as const,
  family: name.family,
  ...(name.given.length === 0 ? {} : { given: [...name.given] }),
  ...(name.prefix === undefined ? {} : { prefix: [name.prefix] }),
})

/** Demographics of somebody whose record this professional may open. Where places are masked, nothing says where. */
export const patientResource = (person: Person, maskPlaces: boolean, id: string): Patient => ({
  resourceType: 'Patient',
  id,
  meta: { lastUpdated: person.asOf, source: `${OURS}:source:${person.basis}` },
  identifier: [{ ...(person.basis === 'pds' ? { extension: [verified] } : {}), system: NHS_NUMBER, value: person.nhsNumber }],
  name: [nameOf(person.name), ...(person.preferredName === undefined ? [] : [{ use: 'usual' as const, text: person.preferredName }])],
  gender: person.gender,
  birthDate: person.birthDate,
  ...(person.deceased === undefined ? {} : { deceasedDateTime: person.deceased }),
  ...(maskPlaces
    ? {}
    : {
        ...(person.phone === undefined ? {} : { telecom: [{ system: 'phone' as const, value: person.phone }] }),
        ...(person.address === undefined && person.postcode === undefined
          ? {}
          : {
              address: [
                {
                  ...(person.address === undefined ? {} : { text: person.address }),
                  ...(person.postcode === undefined ? {} : { postalCode: person.postcode }),
                },
              ],
            }),
        ...(person.practice === undefined
          ? {}
          : { generalPractitioner: [{ identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: person.practice } }] }),
      }),
})

/** What a list of people found says of one: as on the page, the last digits of the number and the first half of the postcode. */
export const candidateResource = (candidate: Candidate, id: string): Patient => ({
  resourceType: 'Patient',
  id,
  identifier: [{ use: 'secondary', system: `${OURS}:nhs-number-ending`, value: candidate.nhsNumber.slice(-3) }],
  name: [nameOf(candidate.name)],
  gender: candidate.gender,
  birthDate: candidate.birthDate,
  ...(candidate.outwardCode === undefined ? {} : { address: [{ postalCode: candidate.outwardCode }] }),
})
