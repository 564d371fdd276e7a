import type { Organisation, OrganisationKind } from '../care-record/catalogue.ts'
import type { SectionId } from '../care-record/section.ts'

/** London's five exchanges, then those outside it. */
export const EXCHANGES = ['SEL', 'NCL', 'NEL', 'SWL', 'NWL', 'MK', 'HWE'] as const
export type ExchangeName = (typeof EXCHANGES)[number]

export const exchangeTitles: Readonly<Record<ExchangeName, string>> = {
  SEL: 'South East London',
  NCL: 'North Central London',
  NEL: 'North East London',
  SWL: 'South West London',
  NWL: 'North West London',
  MK: 'Milton Keynes',
  HWE: 'Hertfordshire and West Essex',
}

/** What a record system speaks. `group`: FHIR shared by several organisations; `pacs`: DICOMweb. */
export type SystemKind = 'gp' | 'fhir' | 'group' | 'social-care' | 'pacs'

/** How long a system takes to answer, milliseconds: half of its answers, and nineteen in twenty. */
export interface Latency {
  readonly p50: number
  readonly p95: number
}

/** One record system of the city: whose it is, which exchange is home to it, how it is read. */
export interface Place {
  readonly id: SystemId
  readonly odsCode: string
  readonly exchange: ExchangeName
  readonly kind: SystemKind
  readonly system: string
  readonly latency: Latency
  readonly read?: 'search' | 'everything'
  readonly format?: 'xml'
  /** Also answers who is in its care now. */
  readonly evidence?: true
  readonly hedge?: true
  readonly sections?: readonly SectionId[]
  /** Asked by each viewer's own exchange; stands in every catalogue. */
  readonly askedBy?: 'viewer'
  /** ODS codes of those who share it. */
  readonly members?: readonly string[]
}

let phones = 200
const organisation = (odsCode: string, name: string, short: string, kind: OrganisationKind): Organisation => ({
  odsCode,
  name,
  short,
  kind,
  phone: `020 7946 0${phones++}`,
})

export const CAMBERWELL_SURGERY = 'G85997'
/** A practice of the city that no exchange has connected. */
export const OTHER_PRACTICE = 'G85998'
export const LEEDS_PRACTICE = 'B86998'
export const SOUTHWARK = '710'
export const LAMBETH = '708'
export const CARE_HOME = 'VN998'
/** The board of South East London's organisations keeps the Local Care Record for its members. */
export const LOCAL_CARE_RECORD = 'QKK'

/** Trusts and councils are public facts; practices, the care home, and the services whose code begins with Y, are made up. */
export const cityOrganisations: readonly Organisation[] = [
  organisation(CAMBERWELL_SURGERY, 'The Camberwell Surgery', 'GP', 'gp-practice'),
  organisation('RJZ', "King's College Hospital", 'KCH', 'acute'),
  organisation('RJ1', "Guy's and St Thomas'", 'GSTT', 'acute'),
  organisation('RAL', 'Royal Free London', 'RFL', 'acute'),
  organisation('RRV', 'University College London Hospitals', 'UCLH', 'acute'),
  organisation(SOUTHWARK, 'Southwark Council', 'SC', 'social-care'),
  organisation(OTHER_PRACTICE, 'The Kentish Town Practice', 'GP', 'gp-practice'),
  organisation('RPG', 'Oxleas community nursing', 'OXL', 'community'),
  organisation('RV5', 'South London and Maudsley', 'SLaM', 'mental-health'),
  organisation('RRU', 'London Ambulance Service', 'LAS', 'ambulance'),
  organisation('YGM97', 'NHS 111 South East London', 'NHS 111', 'nhs-111'),
  organisation('YUC97', 'Universal Care Plan', 'UCP', 'national'),
  organisation('X26', 'National Record Locator', 'NRL', 'national'),
  organisation('G85996', 'The Bromley Road Practice', 'GP', 'gp-practice'),
  organisation('RJ2', 'Lewisham and Greenwich', 'LGT', 'acute'),
  organisation(LAMBETH, 'Lambeth Council', 'LBL', 'social-care'),
  organisation(LOCAL_CARE_RECORD, 'Local Care Record', 'LCR', 'other'),
  organisation('F83998', 'The Holloway Practice', 'GP', 'gp-practice'),
  organisation('RKE', 'Whittington Health', 'WH', 'acute'),
  organisation('RP4', 'Great Ormond Street Hospital for Children', 'GOSH', 'acute'),
  organisation('RP6', 'Moorfields Eye Hospital', 'MEH', 'acute'),
  organisation('RRP', 'Barnet, Enfield and Haringey Mental Health', 'BEH', 'mental-health'),
  organisation('706', 'Islington Council', 'IC', 'social-care'),
  organisation('YDD97', 'North Central London out-of-hours GP service', 'OOH', 'out-of-hours'),
  organisation('F84998', 'The Bow Practice', 'GP', 'gp-practice'),
  organisation('R1H', 'Barts Health', 'BH', 'acute'),
  organisation('RQX', 'Homerton Healthcare', 'HH', 'acute'),
  organisation('RF4', 'Barking, Havering and Redbridge hospitals', 'BHRUT', 'acute'),
  organisation('RWK', 'East London mental health and community', 'ELFT', 'mental-health'),
  organisation('RAT', 'North East London community services', 'NELFT', 'community'),
  organisation('704', 'Hackney Council', 'LBH', 'social-care'),
  organisation('H85998', 'The Balham Practice', 'GP', 'gp-practice'),
  organisation('RJ7', "St George's University Hospitals", 'SGH', 'acute'),
  organisation('RJ6', 'Croydon Health Services', 'CHS', 'acute'),
  organisation('RVR', 'Epsom and St Helier', 'ESTH', 'acute'),
  organisation('RPY', 'The Royal Marsden', 'RMH', 'acute'),
  organisation('RQY', "South West London and St George's Mental Health", 'SWLStG', 'mental-health'),
  organisation('E85998', 'The Ealing Green Practice', 'GP', 'gp-practice'),
  organisation('RYJ', 'Imperial College Healthcare', 'ICHT', 'acute'),
  organisation('RQM', 'Chelsea and Westminster', 'CWH', 'acute'),
  organisation('RYX', 'Central London Community Healthcare', 'CLCH', 'community'),
  organisation('RKL', 'West London mental health', 'WLT', 'mental-health'),
  organisation('705', 'Hammersmith and Fulham Council', 'LBHF', 'social-care'),
  organisation('K82998', 'The Bletchley Practice', 'GP', 'gp-practice'),
  organisation('RD8', 'Milton Keynes University Hospital', 'MKUH', 'acute'),
  organisation('E82998', 'The Watford Practice', 'GP', 'gp-practice'),
  organisation('RWG', 'West Hertfordshire hospitals', 'WHTH', 'acute'),
  organisation('RQW', 'The Princess Alexandra Hospital', 'PAH', 'acute'),
  organisation('RY4', 'Hertfordshire Community', 'HCT', 'community'),
  organisation(CARE_HOME, 'Peckham Rye House', 'PRH', 'care-home'),
  organisation(LEEDS_PRACTICE, 'The Headingley Practice, Leeds', 'GP', 'gp-practice'),
]

const FAST: Latency = { p50: 40, p95: 120 }
const USUAL: Latency = { p50: 150, p95: 700 }
const SLOW: Latency = { p50: 350, p95: 1_300 }
/** A system on its last legs: most answers come, some after four seconds. */
const AILING: Latency = { p50: 1_400, p95: 4_000 }

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
const CARE_HOME_SECTIONS: readonly SectionId[] = ['alerts', 'encounters', 'observations', 'plans', 'about-me']
const PLAN_SECTIONS: readonly SectionId[] = ['alerts', 'plans', 'documents', 'contacts', 'about-me']
const GROUP_SECTIONS: readonly SectionId[] = [...new Set([...SOCIAL_SECTIONS, 'documents' as const, 'imaging' as const])]
const PACS_SECTIONS: readonly SectionId[] = ['imaging']

const gp = (odsCode: string, latency: Latency, more: { readonly askedBy?: 'viewer' } = {}) =>
  ({ odsCode, kind: 'gp', system: 'GP record', latency, ...more }) as const
const trust = (odsCode: string, system: string, latency: Latency, more: Partial<Omit<Place, 'id' | 'exchange' | 'kind'>> = {}) =>
  ({ odsCode, kind: 'fhir', system, latency, read: 'search', evidence: true, ...more }) as const satisfies Omit<Place, 'id' | 'exchange'>
const mentalHealth = (odsCode: string, latency: Latency) =>
  trust(odsCode, 'Mental health record', latency, { sections: MENTAL_HEALTH_SECTIONS })
const community = (odsCode: string, latency: Latency) =>
  trust(odsCode, 'Community nursing record', latency, { sections: COMMUNITY_SECTIONS })
const council = (odsCode: string, latency: Latency) =>
  ({ odsCode, kind: 'social-care', system: 'Social care case record', latency, evidence: true, sections: SOCIAL_SECTIONS }) as const
const pacs = (odsCode: string, latency: Latency) =>
  ({ odsCode, kind: 'pacs', system: 'Imaging archive', latency, sections: PACS_SECTIONS }) as const

const table = {
  SEL: {
    'camberwell-gp': gp(CAMBERWELL_SURGERY, FAST),
    'bromley-gp': gp('G85996', USUAL),
    kch: trust('RJZ', "King's hospital record", USUAL, { hedge: true }),
    gstt: trust('RJ1', "Guy's and St Thomas' hospital record", USUAL, { read: 'everything' }),
    lewisham: trust('RJ2', 'Lewisham and Greenwich hospital record', SLOW),
    slam: mentalHealth('RV5', USUAL),
    oxleas: community('RPG', USUAL),
    southwark: council(SOUTHWARK, USUAL),
    'peckham-rye': trust(CARE_HOME, 'Care home record', FAST, { sections: CARE_HOME_SECTIONS }),
    'local-care-record': {
      odsCode: LOCAL_CARE_RECORD,
      kind: 'group',
      system: 'Local Care Record',
      latency: USUAL,
      read: 'search',
      sections: GROUP_SECTIONS,
      members: ['RJZ', 'RJ1', 'RV5', SOUTHWARK, LAMBETH],
    },
    'kch-imaging': pacs('RJZ', USUAL),
    las: trust('RRU', 'Ambulance electronic patient record', USUAL, { sections: INCIDENT_SECTIONS }),
    nhs111: trust('YGM97', 'NHS 111 call record', FAST, { sections: INCIDENT_SECTIONS }),
    ucp: trust('YUC97', 'Universal Care Plan', FAST, { sections: PLAN_SECTIONS, askedBy: 'viewer' }),
    'leeds-gp': gp(LEEDS_PRACTICE, SLOW, { askedBy: 'viewer' }),
  },
  NCL: {
    'holloway-gp': gp('F83998', FAST),
    rfl: trust('RAL', 'Royal Free hospital record', SLOW, { format: 'xml' }),
    uclh: trust('RRV', 'UCLH hospital record', USUAL, { read: 'everything' }),
    whittington: trust('RKE', 'Whittington hospital record', USUAL),
    gosh: trust('RP4', "Children's hospital record", USUAL, { hedge: true }),
    moorfields: trust('RP6', 'Eye hospital record', USUAL, { read: 'everything' }),
    beh: mentalHealth('RRP', SLOW),
    islington: council('706', USUAL),
    'ncl-out-of-hours': trust('YDD97', 'Out-of-hours GP record', FAST, { sections: INCIDENT_SECTIONS }),
    'uclh-imaging': pacs('RRV', SLOW),
  },
  NEL: {
    'bow-gp': gp('F84998', USUAL),
    barts: trust('R1H', 'Barts hospital record', USUAL, { hedge: true }),
    homerton: trust('RQX', 'Homerton hospital record', USUAL),
    bhrut: trust('RF4', "Queen's and King George hospital record", AILING),
    elft: mentalHealth('RWK', USUAL),
    nelft: community('RAT', USUAL),
    hackney: council('704', SLOW),
  },
  SWL: {
    'balham-gp': gp('H85998', FAST),
    'st-georges': trust('RJ7', "St George's hospital record", USUAL, { hedge: true }),
    croydon: trust('RJ6', 'Croydon hospital record', USUAL, { format: 'xml' }),
    'epsom-st-helier': trust('RVR', 'Epsom and St Helier hospital record', SLOW),
    marsden: trust('RPY', 'Cancer hospital record', USUAL, { read: 'everything' }),
    swlstg: mentalHealth('RQY', USUAL),
  },
  NWL: {
    'ealing-gp': gp('E85998', FAST),
    imperial: trust('RYJ', 'Imperial hospital record', USUAL, { hedge: true }),
    chelwest: trust('RQM', 'Chelsea and Westminster hospital record', USUAL),
    clch: community('RYX', USUAL),
    wlt: mentalHealth('RKL', USUAL),
    'hammersmith-fulham': council('705', USUAL),
  },
  MK: {
    'bletchley-gp': gp('K82998', USUAL),
    mkuh: trust('RD8', 'Milton Keynes hospital record', USUAL, { read: 'everything' }),
  },
  HWE: {
    'watford-gp': gp('E82998', USUAL),
    'west-herts': trust('RWG', 'West Hertfordshire hospital record', SLOW),
    'princess-alexandra': trust('RQW', 'Princess Alexandra hospital record', USUAL),
    'herts-community': community('RY4', USUAL),
  },
} as const satisfies Readonly<Record<ExchangeName, Readonly<Record<string, Omit<Place, 'id' | 'exchange'>>>>>

type Table = typeof table
export type SystemId = { [E in ExchangeName]: keyof Table[E] & string }[ExchangeName]
/** Ids of the systems of some kinds. */
export type SystemIdOf<K extends SystemKind> = {
  [E in ExchangeName]: { [I in keyof Table[E] & string]: Table[E][I] extends { readonly kind: K } ? I : never }[keyof Table[E] & string]
}[ExchangeName]

/** Every record system of the city, in the order in which the switchboard lists them. */
export const places: Readonly<Record<SystemId, Place>> = Object.fromEntries(
  EXCHANGES.flatMap(exchange =>
    Object.entries<Omit<Place, 'id' | 'exchange'>>(table[exchange]).map(([id, place]) => [id, { id, exchange, ...place }]),
  ),
) as Record<SystemId, Place>

export const SYSTEM_IDS = Object.keys(places) as readonly SystemId[]

/** The practice's own system, where the city has connected one. */
export const systemOfPractice: ReadonlyMap<string, SystemId> = new Map(
  SYSTEM_IDS.filter(id => places[id].kind === 'gp').map(id => [places[id].odsCode, id]),
)

/** The systems of a city of some exchanges: those at home there, and those that every viewer's own exchange asks. */
export const systemsOf = (exchanges: readonly ExchangeName[]): readonly SystemId[] =>
  SYSTEM_IDS.filter(id => places[id].askedBy === 'viewer' || exchanges.includes(places[id].exchange))
