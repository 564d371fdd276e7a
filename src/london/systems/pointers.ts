import { told } from '../people/population.ts'
import type { City } from '../people/city.ts'
import type { HospitalId } from '../people/told.ts'
import type { Pointer } from './nrl.ts'
import { opaqueId } from './tidy.ts'

const RESPECT = { code: '1382601000000107', display: 'ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) form' } as const
const CRISIS = { code: '736253002', display: 'Mental health crisis plan' } as const

interface ToldPointer {
  readonly system: HospitalId
  readonly custodian: string
  readonly nhsNumber: string
  /** `id` of the document at the custodian's system. */
  readonly document: string
  readonly type: Pointer['type']
  readonly contentType: string
  readonly daysAgo: number
  readonly more?: Partial<Pointer>
}
const TOLD: readonly ToldPointer[] = [
  {
    system: 'ucp',
    custodian: 'YUC97',
    nhsNumber: told.amara,
    document: 'respect',
    type: RESPECT,
    contentType: 'application/pdf',
    daysAgo: 75,
  },
  {
    system: 'ucp',
    custodian: 'YUC97',
    nhsNumber: told.careHome,
    document: 'respect',
    type: RESPECT,
    contentType: 'application/pdf',
    daysAgo: 120,
  },
  {
    system: 'slam',
    custodian: 'RV5',
    nhsNumber: told.amara,
    document: 'crisis',
    type: CRISIS,
    contentType: 'text/plain',
    daysAgo: 48,
    more: { practiceSetting: { code: '788002001', display: 'Adult mental health service' } },
  },
  {
    // Her practice and her letters are not shown; that there is a plan is.
    system: 'ucp',
    custodian: 'YUC97',
    nhsNumber: told.flagged,
    document: 'respect',
    type: RESPECT,
    contentType: 'application/pdf',
    daysAgo: 30,
  },
  {
    // A plan of a clinic that the law keeps apart, under a type that says nothing of it.
    system: 'gstt',
    custodian: 'RJ1',
    nhsNumber: told.restricted,
    document: 'acu-pdf',
    type: { code: '2181441000000107', display: 'Personalised care and support plan' },
    contentType: 'application/pdf',
    daysAgo: 23,
    more: { practiceSetting: { code: '408449004', display: 'Assisted conception service' }, label: 'R' },
  },
]

/** What the national locator knows of the city: where each plan is, at the address its custodian's system listens on. */
export const pointersOf = (city: City, urls: (system: HospitalId) => string): readonly Pointer[] =>
  TOLD.map(({ system, custodian, nhsNumber, document, type, contentType, daysAgo, more }) => {
    const documentId = opaqueId(system, nhsNumber, 'DocumentReference', document)
    return {
      id: documentId,
      nhsNumber,
      custodian,
      type,
      contentType,
      date: city.calendar.at(daysAgo, '12:00'),
      url: `${urls(system)}/fhir/Binary/${documentId}`,
      ...more,
    }
  })
