import { RELATIONSHIPS } from '../care-record/person.ts'
import type {
  Agreement,
  Organisation,
  PeerConfig,
  RoleGroup,
  RoleRow,
  SectionLimits,
  ServiceRegisterRow,
  SourceConfig,
} from '../care-record/catalogue.ts'
import { SECTION_IDS, type SectionId } from '../care-record/section.ts'
import { createCity, type City } from './people/city.ts'
import { CAMBERWELL_SURGERY, OTHER_PRACTICE, told } from './people/population.ts'
import { services } from './people/services.ts'
import { SYSTEM_IDS, type HospitalId, type SystemId } from './people/told.ts'

export const EXCHANGES = ['SEL', 'NCL'] as const
export type ExchangeName = (typeof EXCHANGES)[number]

/** Addresses that are known only once the city has started. */
export interface CityUrls {
  /** Where each record system listens, without a path: `http://127.0.0.1:4101`. */
  readonly systems: Readonly<Record<SystemId, string>>
  /** Where the national locator of documents listens, without a path. */
  readonly nrl: string
  /** Where each exchange answers its peers. */
  readonly peers: Readonly<Record<ExchangeName, string>>
}

export interface Registration {
  readonly sourceId: string
  readonly nhsNumber: string
  readonly family: string
  readonly given: readonly string[]
  readonly birthDate: string
  readonly gender: string
  readonly postcode?: string
  readonly preferredName?: string
}

/** What an exchange is given to apply: who takes part, and who is known where. */
export interface ApplyDocument {
  readonly exchange: ExchangeName
  readonly title: string
  readonly organisations: readonly Organisation[]
  readonly sources: readonly SourceConfig[]
  readonly peers: readonly PeerConfig[]
  readonly agreements: readonly Agreement[]
  readonly roles: readonly RoleRow[]
  readonly services: readonly ServiceRegisterRow[]
  readonly pointers: readonly { readonly nhsNumber: string; readonly sourceId: string }[]
  readonly registrations: readonly Registration[]
  readonly objections: readonly { readonly nhsNumber: string; readonly scope: 'everything'; readonly since: string }[]
}

const SOUTHWARK = '318'
/** The national locator is one for all; it is asked by the exchange that has it in its catalogue, of everybody. */
export const NRL = { id: 'nrl', odsCode: 'X26', exchange: 'SEL' } as const
/** Accredited system ids of the practice's system and of the exchanges that ask it. */
export const PRACTICE_ASID = '918999198101'
export const PRACTICE_DOCUMENTS_ASID = '918999198102'
/** Client id of an exchange at every FHIR source and at the national register. */
export const clientIdOf = (exchange: ExchangeName): string => `lcr-${exchange.toLowerCase()}`

export const cityOrganisations: readonly Organisation[] = [
  { odsCode: CAMBERWELL_SURGERY, name: 'The Camberwell Surgery', short: 'GP', kind: 'gp-practice', phone: '020 7946 0200' },
  { odsCode: 'RJZ', name: "King's College Hospital", short: 'KCH', kind: 'acute', phone: '020 7946 0201' },
  { odsCode: 'RJ1', name: "Guy's and St Thomas'", short: 'GSTT', kind: 'acute', phone: '020 7946 0202' },
  { odsCode: 'RAL', name: 'Royal Free London', short: 'RFL', kind: 'acute', phone: '020 7946 0203' },
  { odsCode: 'RRV', name: 'University College London Hospitals', short: 'UCLH', kind: 'acute', phone: '020 7946 0204' },
  { odsCode: SOUTHWARK, name: 'Southwark Council', short: 'SC', kind: 'social-care', phone: '020 7946 0205' },
  { odsCode: 'RV5', name: 'South London and Maudsley', short: 'SLaM', kind: 'mental-health', phone: '020 7946 0209' },
  { odsCode: 'RPG', name: 'Oxleas community nursing', short: 'OXL', kind: 'community', phone: '020 7946 0207' },
  { odsCode: 'RRU', name: 'London Ambulance Service', short: 'LAS', kind: 'ambulance', phone: '020 7946 0212' },
  { odsCode: 'YGM97', name: 'NHS 111 South East London', short: 'NHS 111', kind: 'nhs-111', phone: '020 7946 0213' },
  { odsCode: 'YUC97', name: 'Universal Care Plan', short: 'UCP', kind: 'national', phone: '020 7946 0214' },
  { odsCode: NRL.odsCode, name: 'National Record Locator', short: 'NRL', kind: 'national', phone: '020 7946 0215' },
  { odsCode: OTHER_PRACTICE, name: 'The Kentish Town Practice', short: 'GP', kind: 'gp-practice', phone: '020 7946 0206' },
]

/** What GP Connect Access Record Structured brings; of the rest nothing is asked of a practice. */
const GP_SECTIONS: readonly SectionId[] = [
  'allergies',
  'medicines',
  'problems',
  'encounters',
  'results',
  'referrals',
  'procedures',
  'vaccinations',
  'observations',
  'family-history',
  'social-context',
  'documents',
  'other',
]
const HOSPITAL_SECTIONS: readonly SectionId[] = [
  'alerts',
  'about-me',
  'allergies',
  'medicines',
  'problems',
  'encounters',
  'results',
  'imaging',
  'appointments',
  'referrals',
  'documents',
  'plans',
  'procedures',
  'vaccinations',
  'observations',
  'contacts',
  'family-history',
  'social-context',
]

const MENTAL_HEALTH_SECTIONS: readonly SectionId[] = [
  'alerts',
  'allergies',
  'medicines',
  'problems',
  'encounters',
  'appointments',
  'documents',
  'plans',
  'observations',
  'contacts',
  'legal',
]
const COMMUNITY_SECTIONS: readonly SectionId[] = [
  'alerts',
  'allergies',
  'encounters',
  'appointments',
  'referrals',
  'documents',
  'plans',
  'observations',
  'contacts',
  'about-me',
]
const SOCIAL_SECTIONS: readonly SectionId[] = [
  'alerts',
  'encounters',
  'appointments',
  'referrals',
  'plans',
  'social-care',
  'contacts',
  'about-me',
  'legal',
  'social-context',
]
const INCIDENT_SECTIONS: readonly SectionId[] = ['encounters', 'medicines', 'observations', 'documents', 'procedures', 'alerts']
const PLAN_SECTIONS: readonly SectionId[] = ['alerts', 'plans', 'documents', 'contacts', 'about-me']

interface CitySource {
  readonly odsCode: string
  readonly exchange: ExchangeName
  readonly system: string
  readonly read: SourceConfig['fhirRead'] | null
  readonly evidence: boolean
  readonly hedge: boolean
  readonly sections?: readonly SectionId[]
  readonly format?: 'xml'
}
/** The record systems: which exchange is home to each, how it reads. */
export const citySources: Readonly<Record<SystemId, CitySource>> = {
  'camberwell-gp': { odsCode: CAMBERWELL_SURGERY, exchange: 'SEL', system: 'GP record', read: null, evidence: false, hedge: false },
  kch: { odsCode: 'RJZ', exchange: 'SEL', system: "King's hospital record", read: 'search', evidence: true, hedge: true },
  gstt: {
    odsCode: 'RJ1',
    exchange: 'SEL',
    system: "Guy's and St Thomas' hospital record",
    read: 'everything',
    evidence: false,
    hedge: false,
  },
  rfl: {
    odsCode: 'RAL',
    exchange: 'NCL',
    system: 'Royal Free hospital record',
    read: 'search',
    evidence: true,
    hedge: false,
    format: 'xml',
  },
  uclh: { odsCode: 'RRV', exchange: 'NCL', system: 'UCLH hospital record', read: 'everything', evidence: false, hedge: false },
  slam: {
    odsCode: 'RV5',
    exchange: 'SEL',
    system: 'Mental health record',
    read: 'search',
    evidence: true,
    hedge: false,
    sections: MENTAL_HEALTH_SECTIONS,
  },
  oxleas: {
    odsCode: 'RPG',
    exchange: 'SEL',
    system: 'Community nursing record',
    read: 'search',
    evidence: true,
    hedge: false,
    sections: COMMUNITY_SECTIONS,
  },
  southwark: {
    odsCode: SOUTHWARK,
    exchange: 'SEL',
    system: 'Social care case record',
    read: 'search',
    evidence: true,
    hedge: false,
    sections: SOCIAL_SECTIONS,
  },
  las: {
    odsCode: 'RRU',
    exchange: 'SEL',
    system: 'Ambulance electronic patient record',
    read: 'search',
    evidence: true,
    hedge: false,
    sections: INCIDENT_SECTIONS,
  },
  nhs111: {
    odsCode: 'YGM97',
    exchange: 'SEL',
    system: 'NHS 111 call record',
    read: 'search',
    evidence: false,
    hedge: false,
    sections: INCIDENT_SECTIONS,
  },
  ucp: {
    odsCode: 'YUC97',
    exchange: 'SEL',
    system: 'Universal Care Plan',
    read: 'search',
    evidence: false,
    hedge: false,
    sections: PLAN_SECTIONS,
  },
}
const titles: Readonly<Record<ExchangeName, string>> = { SEL: 'South East London', NCL: 'North Central London' }
const source = (id: SystemId, urls: CityUrls, now: Date): SourceConfig => {
  const { odsCode, exchange, system, read, evidence, hedge, sections, format } = citySources[id]
  const url = urls.systems[id]
  return {
    id,
    odsCode,
    exchange,
    connector: read ? 'fhir' : 'gp-connect',
    baseUrl: read ? `${url}/fhir` : `${url}/${odsCode}/STU3/1/gpconnect/structured/fhir`,
    system,
    sections: sections ?? (read ? HOSPITAL_SECTIONS : GP_SECTIONS),
    ...(read
      ? { fhirRead: read, tokenUrl: `${url}/oauth2/token`, clientId: clientIdOf(exchange) }
      : {
          asidTo: PRACTICE_ASID,
          documentsUrl: `${url}/${odsCode}/STU3/1/gpconnect/documents/fhir`,
          documentsAsid: PRACTICE_DOCUMENTS_ASID,
        }),
    ...(format && { fhirFormat: format }),
    hedge,
    maxConcurrent: read ? 16 : 4,
    feed: 'live',
    indexLoadedAt: new Date(now.getTime() - 3_600_000).toISOString(),
    givesEvidence: evidence,
    state: 'live',
  }
}

const locator = (urls: CityUrls): SourceConfig => ({
  ...NRL,
  connector: 'nrl',
  baseUrl: `${urls.nrl}/record-locator/consumer/FHIR/R4`,
  system: 'National Record Locator',
  sections: ['plans', 'documents'],
  tokenUrl: `${urls.nrl}/oauth2/token`,
  clientId: clientIdOf(NRL.exchange),
  hedge: false,
  maxConcurrent: 16,
  feed: 'live',
  // It has no index of people: it is asked about everybody.
  indexLoadedAt: null,
  givesEvidence: false,
  state: 'live',
})

const clinical: readonly SectionId[] = SECTION_IDS
/** Care rules 2.1: no laboratory results but COVID-19, no consultations, no letters. */
const SOCIAL_CARE: readonly SectionId[] = [
  'alerts',
  'allergies',
  'medicines',
  'problems',
  'encounters',
  'appointments',
  'referrals',
  'results',
  'plans',
  'vaccinations',
  'social-care',
  'contacts',
  'about-me',
  'legal',
]
const PHARMACY: readonly SectionId[] = SECTION_IDS.filter(s => !['social-care', 'legal', 'family-history'].includes(s))
const role = (
  jobRole: string,
  title: string,
  group: RoleGroup,
  sections: readonly SectionId[],
  mayClaim = true,
  limits?: SectionLimits,
): RoleRow => ({
  jobRole,
  title,
  group,
  sections,
  ...(limits && { limits }),
  mayClaim,
})
/**
 * National job-role codes and what they see. A code that is not here sees nothing: Receptionist (R8009) and
 * Clerical (R8010) are left out on purpose (care rules 1.5).
 */
export const cityRoles: readonly RoleRow[] = [
  role('R8000', 'Clinical practitioner', 'emergency-doctor', clinical),
  role('R0050', 'Consultant', 'doctor', clinical),
  role('R0110', 'Specialist registrar', 'emergency-doctor', clinical),
  role('R0260', 'General medical practitioner', 'gp', clinical),
  role('R8001', 'Nurse', 'nurse', clinical),
  role('R8003', 'Health professional', 'nurse', clinical),
  role('R8016', 'Midwife', 'nurse', clinical),
  role('R0700', 'Community nurse', 'community-nurse', clinical),
  role('R1975', 'Community mental health nurse', 'mental-health', clinical),
  role('R0600', 'Specialist nurse practitioner, NHS 111', 'nhs-111', clinical),
  role('R8008', 'Ward clerk', 'clerk', ['appointments', 'contacts'], false, {
    appointments: 'administrative',
    contacts: 'administrative',
  }),
  role('R1290', 'Pharmacist', 'pharmacist', PHARMACY),
  role('R1070', 'Paramedic', 'paramedic', clinical),
  role('R8014', 'Social worker', 'social-worker', SOCIAL_CARE, true, { results: 'virus' }),
  role('R0001', 'Privacy officer', 'privacy-officer', [], false),
]

/** The documents that bring each exchange of the city into force: apply them once it listens. */
export function londonCatalogue({
  now,
  urls,
  city = createCity({ now }),
}: {
  readonly now: Date
  readonly urls: CityUrls
  readonly city?: City
}): Readonly<Record<ExchangeName, ApplyDocument>> {
  const of = (exchange: ExchangeName): ApplyDocument => {
    const ids = SYSTEM_IDS.filter(id => citySources[id].exchange === exchange)
    const known = ids.flatMap(id => city.people.filter(p => city.held(id, p.nhsNumber)).map(person => ({ id, person })))
    return {
      exchange,
      title: titles[exchange],
      organisations: cityOrganisations,
      sources: [...ids.map(id => source(id, urls, now)), ...(exchange === NRL.exchange ? [locator(urls)] : [])],
      peers: EXCHANGES.filter(other => other !== exchange).map(other => ({
        exchange: other,
        title: titles[other],
        baseUrl: urls.peers[other],
        state: 'live',
        trustedEvidence: RELATIONSHIPS,
      })),
      agreements: [...ids.map(id => [id, citySources[id].odsCode] as const), [NRL.id, NRL.odsCode] as const].map(([id, provider]) => ({
        id: `${id}-all`,
        provider,
        consumer: '*',
        sections: '*',
        from: '2026-01-01',
        until: null,
      })),
      roles: cityRoles,
      services: ids
        .filter((id): id is HospitalId => id !== 'camberwell-gp')
        .flatMap(id =>
          services[id].map(({ localCode, treatmentFunction, name, legalClass }) => ({
            odsCode: citySources[id].odsCode,
            localCode,
            treatmentFunction,
            name,
            legalClass,
          })),
        ),
      pointers: known.map(({ id, person }) => ({ nhsNumber: person.nhsNumber, sourceId: id })),
      registrations: known.map(({ id, person }) => {
        const believed = { ...person, ...city.held(id, person.nhsNumber)?.demographics }
        return {
          sourceId: id,
          nhsNumber: person.nhsNumber,
          family: believed.name.family,
          given: believed.name.given,
          birthDate: believed.birthDate,
          gender: believed.gender,
          ...(!person.restricted && { postcode: person.address.postcode }),
          ...(person.preferredName !== undefined && { preferredName: person.preferredName }),
        }
      }),
      objections: [{ nhsNumber: told.objector, scope: 'everything', since: new Date(now.getTime() - 90 * 86_400_000).toISOString() }],
    }
  }
  return { SEL: of('SEL'), NCL: of('NCL') }
}

export interface CityUser {
  /** 12 digits. */
  readonly sdsUserId: string
  readonly name: string
  readonly given: string
  readonly family: string
  /** Exchange whose viewer this person signs in to. */
  readonly exchange: ExchangeName
  readonly roles: readonly {
    /** 12 digits. */
    readonly roleProfileId: string
    readonly orgCode: string
    readonly orgName: string
    /** `S8000:G8000:R8000` */
    readonly roleCode: string
    readonly roleName: string
  }[]
}

const nameOfOrganisation = new Map(cityOrganisations.map(o => [o.odsCode, o.name]))
const user = (
  n: number,
  title: string,
  given: string,
  family: string,
  exchange: ExchangeName,
  ...roles: readonly (readonly [orgCode: string, roleCode: string, roleName: string])[]
): CityUser => ({
  sdsUserId: `5550000001${String(n).padStart(2, '0')}`,
  name: `${title} ${given} ${family}`,
  given,
  family,
  exchange,
  roles: roles.map(([orgCode, roleCode, roleName], i) => ({
    roleProfileId: `55500001${String(n).padStart(2, '0')}${String(i + 1).padStart(2, '0')}`,
    orgCode,
    orgName: nameOfOrganisation.get(orgCode) ?? orgCode,
    roleCode,
    roleName,
  })),
})
const CLINICIAN = 'S8000:G8000:'
const ADMIN = 'S8001:G8003:'
/** The staff who can sign in to the city. Two of them may see nothing: a receptionist, and a role the table does not know. */
export const londonUsers: readonly CityUser[] = [
  user(1, 'Dr', 'Priya', 'Shah', 'SEL', ['RJZ', `${CLINICIAN}R8000`, 'Emergency medicine registrar']),
  user(2, 'Dr', 'Karin', 'Lindqvist', 'SEL', [CAMBERWELL_SURGERY, `${CLINICIAN}R0260`, 'General practitioner']),
  user(
    3,
    'Dr',
    'Emmanuel',
    'Asante',
    'SEL',
    ['RJ1', `${CLINICIAN}R0050`, 'Consultant, orthopaedics'],
    ['RJZ', `${CLINICIAN}R0050`, 'Visiting consultant, orthopaedics'],
  ),
  user(4, 'Dr', 'Rachel', 'Goldberg', 'NCL', ['RAL', `${CLINICIAN}R8000`, 'Emergency medicine doctor']),
  user(5, 'Ms', 'Hui', 'Zhang', 'SEL', ['RJZ', `${CLINICIAN}R1290`, 'Pharmacist']),
  user(6, 'Ms', 'Bernadette', 'Cole', 'SEL', [SOUTHWARK, `${CLINICIAN}R8014`, 'Social worker']),
  user(7, 'Mr', 'Jason', 'Reid', 'SEL', ['RJZ', `${ADMIN}R8009`, 'Receptionist']),
  user(9, 'Ms', 'Grace', 'Mensah', 'SEL', ['RPG', `${CLINICIAN}R0700`, 'District nurse']),
  user(10, 'Mr', 'Tunde', 'Balogun', 'SEL', ['RV5', `${CLINICIAN}R1975`, 'Community mental health nurse']),
  user(11, 'Ms', 'Sunita', 'Rao', 'SEL', ['YGM97', `${CLINICIAN}R0600`, 'NHS 111 clinician']),
  user(12, 'Mr', 'Owen', 'Pritchard', 'SEL', ['RRU', `${CLINICIAN}R1070`, 'Paramedic']),
  user(13, 'Mrs', 'Maureen', 'Kelly', 'SEL', ['RJZ', `${ADMIN}R8008`, 'Ward clerk']),
  user(8, 'Dr', 'Felix', 'Baumann', 'SEL', ['RJZ', `${CLINICIAN}R1860`, 'Research fellow']),
]
