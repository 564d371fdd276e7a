import type { Organisation, SourceConfig } from '../../../care-record/catalogue.ts'
import type { AnsweredDemographics, DemographicCheck } from '../../../care-record/item.ts'
import { parseNhsNumber } from '../../../care-record/nhs-number.ts'
import type { Pass, Person } from '../../../care-record/person.ts'
import { SECTION_IDS, sectionsOf, type Group } from '../../../care-record/section.ts'
import type { AskContext } from '../asker.ts'

/** Made-up parts of a question, for the tests of connectors. Numbers are of the test range. */
export const organisationOf = (over: Partial<Organisation> = {}): Organisation => ({
  odsCode: 'RJZ',
  name: 'Test Hospital',
  short: 'TH',
  kind: 'acute',
  ...over,
})

export const sourceOf = (over: Partial<SourceConfig> = {}): SourceConfig => ({
  id: 'th',
  odsCode: 'RJZ',
  exchange: 'SEL',
  connector: 'fhir',
  baseUrl: 'https://source.example/fhir',
  system: 'Test EHR',
  sections: SECTION_IDS,
  hedge: false,
  maxConcurrent: 4,
  feed: 'live',
  indexLoadedAt: null,
  givesEvidence: false,
  state: 'live',
  ...over,
})

const number = parseNhsNumber('9990000018')
if (!number.ok) throw new Error('the number of the tests is not valid')

export const personOf = (over: Partial<Person> = {}): Person => ({
  nhsNumber: number.value,
  name: { family: 'TEST', given: ['Ada'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: '2026-11-21T10:00:00Z',
  ...over,
})

const pass: Pass = {
  viewer: {
    sdsUserId: '111111111111',
    name: 'Priya SHAH',
    sdsRoleProfileId: '222222222222',
    roleCode: 'S8000:G8000:R8000',
    roleName: 'Doctor',
    odsCode: 'RJ1',
    organisationName: 'Other Hospital',
    assurance: 'AAL2',
  },
  purpose: 'direct-care',
  relationship: { type: 'inpatient', evidenceId: 'e', assertedBy: 'RJ1', seenAt: '2026-11-21T10:00:00Z', until: '2026-11-22T10:00:00Z' },
  role: { jobRole: 'R8000', group: 'doctor' },
  maySee: new Set(SECTION_IDS),
  maskPlaces: false,
  decidedAt: '2026-11-21T10:00:00Z',
  rulesVersion: '1',
}

/** Number differs: refused. Birth date and family name differ: held. One of them: named. */
export function checkDemographics(person: Person, answered: AnsweredDemographics): DemographicCheck {
  if (answered.nhsNumber !== person.nhsNumber) return { verdict: 'refused' }
  const fields = [
    ...(answered.birthDate === person.birthDate ? [] : ['birth date']),
    ...(answered.names.some(n => n.family?.toUpperCase() === person.name.family) ? [] : ['name']),
  ]
  return fields.length === 0
    ? { verdict: 'same' }
    : fields.length === 1
      ? { verdict: 'shown-with-difference', fields }
      : { verdict: 'held', stewardTask: true }
}

export const contextOf = (group: Group, source: Partial<SourceConfig>, over: Partial<AskContext> = {}): AskContext => ({
  ask: { source: sourceOf(source), group, sections: sectionsOf(group) },
  person: personOf(),
  pass,
  transaction: 'transaction-1',
  organisation: organisationOf(),
  viewerOrganisation: organisationOf({ odsCode: 'RJ1', name: 'Other Hospital', short: 'OH' }),
  now: () => new Date('2026-11-21T10:00:00Z'),
  sieve: () => new Set(),
  checkDemographics,
  signal: new AbortController().signal,
  ...over,
})
