import { CAMBERWELL_SURGERY, OTHER_PRACTICE, type ExchangeName, type SystemId } from '../places.ts'

type Weighted<T> = readonly (readonly [weight: number, value: T])[]

/** One exchange's area as people live in it: where, with which practice, and whom they go to when they are ill. */
export interface Area {
  /** People in a hundred of the city. */
  readonly share: number
  readonly town: string
  readonly outward: readonly string[]
  /** `020 7946 0` and the like: what a number there begins with, of the range kept for drama. */
  readonly phone: string
  readonly practices: Weighted<string>
  readonly acute: Weighted<SystemId>
  /** Nearest hospitals of other areas. */
  readonly beyond: readonly SystemId[]
  readonly mentalHealth?: SystemId
  readonly community?: SystemId
  readonly council?: SystemId
  readonly outOfHours?: SystemId
  readonly ambulance: boolean
}

const LONDON_PHONE = '020 7946 0'
/** Ofcom keeps 01632 960000 to 960999 for places that do not exist. */
const ELSEWHERE_PHONE = '01632 960'

export const areas: Readonly<Record<ExchangeName, Area>> = {
  SEL: {
    share: 25,
    town: 'London',
    outward: ['SE5', 'SE15', 'SE24', 'SE1', 'SW9', 'SE6', 'SE13', 'BR1', 'DA7', 'SE18'],
    phone: LONDON_PHONE,
    practices: [
      [6, CAMBERWELL_SURGERY],
      [4, 'G85996'],
    ],
    acute: [
      [5, 'kch'],
      [4, 'gstt'],
      [3, 'lewisham'],
    ],
    beyond: ['st-georges', 'uclh', 'croydon'],
    mentalHealth: 'slam',
    community: 'oxleas',
    council: 'southwark',
    outOfHours: 'nhs111',
    ambulance: true,
  },
  NCL: {
    share: 19,
    town: 'London',
    outward: ['N1', 'N7', 'N19', 'NW3', 'NW5', 'N15', 'EN1', 'WC1N'],
    phone: LONDON_PHONE,
    practices: [
      [8, 'F83998'],
      [2, OTHER_PRACTICE],
    ],
    acute: [
      [4, 'uclh'],
      [3, 'rfl'],
      [4, 'whittington'],
    ],
    beyond: ['homerton', 'imperial', 'west-herts'],
    mentalHealth: 'beh',
    council: 'islington',
    outOfHours: 'ncl-out-of-hours',
    ambulance: true,
  },
  NEL: {
    share: 19,
    town: 'London',
    outward: ['E3', 'E1', 'E8', 'E5', 'E17', 'IG1', 'RM7'],
    phone: LONDON_PHONE,
    practices: [[1, 'F84998']],
    acute: [
      [5, 'barts'],
      [3, 'homerton'],
      [3, 'bhrut'],
    ],
    beyond: ['uclh', 'princess-alexandra', 'lewisham'],
    mentalHealth: 'elft',
    community: 'nelft',
    council: 'hackney',
    ambulance: true,
  },
  SWL: {
    share: 14,
    town: 'London',
    outward: ['SW12', 'SW17', 'SW18', 'CR0', 'SM1', 'KT1'],
    phone: LONDON_PHONE,
    practices: [[1, 'H85998']],
    acute: [
      [4, 'st-georges'],
      [3, 'croydon'],
      [2, 'epsom-st-helier'],
    ],
    beyond: ['kch', 'chelwest', 'gstt'],
    mentalHealth: 'swlstg',
    ambulance: true,
  },
  NWL: {
    share: 15,
    town: 'London',
    outward: ['W5', 'W6', 'W12', 'UB1', 'HA1', 'TW3', 'W2'],
    phone: LONDON_PHONE,
    practices: [[1, 'E85998']],
    acute: [
      [5, 'imperial'],
      [4, 'chelwest'],
    ],
    beyond: ['rfl', 'uclh', 'west-herts'],
    mentalHealth: 'wlt',
    community: 'clch',
    council: 'hammersmith-fulham',
    ambulance: true,
  },
  MK: {
    share: 4,
    town: 'Milton Keynes',
    outward: ['MK1', 'MK3', 'MK9'],
    phone: ELSEWHERE_PHONE,
    practices: [[1, 'K82998']],
    acute: [[1, 'mkuh']],
    beyond: ['uclh', 'rfl', 'gosh', 'moorfields'],
    ambulance: false,
  },
  HWE: {
    share: 4,
    town: 'Watford',
    outward: ['WD17', 'WD24', 'AL1', 'CM20'],
    phone: ELSEWHERE_PHONE,
    practices: [[1, 'E82998']],
    acute: [
      [3, 'west-herts'],
      [2, 'princess-alexandra'],
    ],
    beyond: ['rfl', 'uclh', 'imperial'],
    community: 'herts-community',
    ambulance: false,
  },
}

/** Home area of a practice of the city; SEL for any other. */
export const areaOfPractice = (practice: string): ExchangeName => {
  for (const [name, area] of Object.entries(areas) as [ExchangeName, Area][])
    if (area.practices.some(([, odsCode]) => odsCode === practice)) return name
  return 'SEL'
}
