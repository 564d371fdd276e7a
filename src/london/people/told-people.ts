import { checkDigit, parseNhsNumber, type NhsNumber } from '../../care-record/nhs-number.ts'
import { CAMBERWELL_SURGERY, LEEDS_PRACTICE, OTHER_PRACTICE } from '../places.ts'
import type { Calendar } from './calendar.ts'
import type { CityPerson } from './told.ts'

/** Completes nine digits of the test range with their check digit; `undefined` when that range has none for them. */
export function numberFrom(firstNine: string): NhsNumber | undefined {
  const parsed = parseNhsNumber(`${firstNine}${checkDigit(firstNine) ?? 'x'}`)
  return parsed.ok ? parsed.value : undefined
}

const fixed = (nhsNumber: string): NhsNumber => {
  const parsed = parseNhsNumber(nhsNumber)
  if (!parsed.ok) throw new Error('a told life needs a valid number')
  return parsed.value
}

/** NHS numbers of the people whose lives are told by hand. */
export const told = {
  amara: fixed('9991234519'),
  overdose: fixed('9991234527'),
  child: fixed('9991234535'),
  restricted: fixed('9991234543'),
  flagged: fixed('9991234551'),
  objector: fixed('9991234578'),
  superseded: fixed('9991234586'),
  supersededOld: fixed('9991234594'),
  long: fixed('9991234608'),
  dead: fixed('9991234616'),
  /** Her record is that of `restricted` without what the law keeps apart: their pages may not differ. */
  restrictedTwin: fixed('9991234640'),
  mind: fixed('9991234659'),
  /** 20,000 items. */
  big: fixed('9991234667'),
  /** 131,000 items. */
  huge: fixed('9991234675'),
  donorChild: fixed('9991234683'),
  /** Known to nine organisations of five exchanges, which do not agree about her. */
  nine: fixed('9991234705'),
  twinMother: fixed('9991234713'),
  /** Born ten minutes apart; their numbers were given one after the other. */
  twinGirl: fixed('9991234748'),
  twinBoy: fixed('9991234756'),
  /** Her mother is `flagged`. */
  flaggedBaby: fixed('9991234764'),
  /** He objected to Connect Care, years ago. */
  formerObjector: fixed('9991234772'),
  /** She refused the Summary Care Record, which says nothing of this one. */
  summaryObjector: fixed('9991234780'),
  married: fixed('9991234799'),
  leeds: fixed('9991234802'),
  miltonKeynes: fixed('9991234810'),
  southEastOnly: fixed('9991234829'),
  oxleas: fixed('9991234837'),
  beforeTheCase: fixed('9991234853'),
  kidneyBoy: fixed('9991234861'),
  transfer: fixed('9991234845'),
  weekendHub: fixed('9991234888'),
  staffRelative: fixed('9991234896'),
  careHome: fixed('9991234918'),
  homeless: fixed('9991234926'),
  /** One hospital holds him without an NHS number. */
  unnumbered: fixed('9991234934'),
  safeguarded: fixed('9991234942'),
  wrongBirth: fixed('9991234950'),
  dialysis: fixed('9991234969'),
  councilOnly: fixed('9991234977'),
  cancer: fixed('9991234985'),
  stroke: fixed('9991234993'),
  serviceUser: fixed('9991235000'),
  /** He objects; his objection cannot be upheld. */
  refused: fixed('9991235019'),
  /** Her practice has coded that she refused the local shared record; nobody took it down. */
  practiceObjector: fixed('9991235027'),
  /** She lives in the care home of South East London. */
  resident: fixed('9991235035'),
} as const

type Brief = Pick<CityPerson, 'nhsNumber' | 'name' | 'birthDate' | 'gender'> & Partial<CityPerson>

const resident = (brief: Brief): CityPerson => ({
  previousNames: [],
  address: { lines: ['1 Sample Road', 'London'], postcode: 'SE5 0ZZ' },
  phone: '020 7946 0000',
  practice: CAMBERWELL_SURGERY,
  restricted: false,
  ...brief,
})

const name = (prefix: string, given: string, family: string) => ({ name: { family, given: [given], prefix } })

/** Everyone whose life is told by hand, and two who are easily taken for each other. */
export const toldPeople = (calendar: Calendar): readonly CityPerson[] => [...toldInTwoAreas(calendar), ...toldBeyond(calendar)]

function toldInTwoAreas(calendar: Calendar): readonly CityPerson[] {
  const kwame = { name: { family: 'Mensah', given: ['Kwame'], prefix: 'Mr' }, birthDate: '1948-11-02', gender: 'male' } as const
  return [
    resident({
      nhsNumber: told.amara,
      name: { family: 'Okafor', given: ['Amara'], prefix: 'Mrs' },
      preferredName: 'Amy',
      previousNames: [{ family: 'Adeyemi', given: ['Amara'], prefix: 'Miss' }],
      birthDate: '1956-03-08',
      gender: 'female',
      address: { lines: ['14 Sample Road', 'London'], postcode: 'SE5 0ZZ' },
      phone: '020 7946 0018',
      interpreter: 'Yoruba',
    }),
    resident({
      nhsNumber: told.overdose,
      name: { family: 'Hughes', given: ['Daniel', 'Rhys'], prefix: 'Mr' },
      birthDate: '1991-06-19',
      gender: 'male',
      address: { lines: ['Flat 2', '8 Figment Square', 'London'], postcode: 'NW3 0ZZ' },
      phone: '020 7946 0021',
    }),
    resident({
      nhsNumber: told.child,
      name: { family: 'Hussain', given: ['Zainab'], prefix: 'Miss' },
      birthDate: calendar.day(3 * 365),
      gender: 'female',
      address: { lines: ['31 Pattern Walk', 'London'], postcode: 'SE15 0ZZ' },
      phone: '020 7946 0033',
    }),
    resident({
      nhsNumber: told.restricted,
      name: { family: 'Marino', given: ['Sofia'], prefix: 'Ms' },
      birthDate: '1988-09-14',
      gender: 'female',
      address: { lines: ['5 Model Terrace', 'London'], postcode: 'SE1 0ZZ' },
      phone: '020 7946 0045',
    }),
    resident({
      nhsNumber: told.flagged,
      name: { family: 'Haddad', given: ['Leila'], prefix: 'Ms' },
      birthDate: '1985-02-27',
      gender: 'female',
      address: { lines: ['Address kept by the national register'], postcode: 'N1 0ZZ' },
      phone: '020 7946 0057',
      restricted: true,
    }),
    resident({
      nhsNumber: told.objector,
      name: { family: 'Byrne', given: ['Thomas', 'Patrick'], prefix: 'Mr' },
      birthDate: '1962-12-30',
      gender: 'male',
      address: { lines: ['77 Fable Close', 'London'], postcode: 'SE24 0ZZ' },
      phone: '020 7946 0062',
    }),
    resident({
      nhsNumber: told.superseded,
      ...kwame,
      address: { lines: ['3 Specimen Lane', 'London'], postcode: 'SW9 0ZZ' },
      phone: '020 7946 0074',
    }),
    resident({ nhsNumber: told.supersededOld, ...kwame, supersededBy: told.superseded }),
    resident({
      nhsNumber: told.long,
      name: { family: 'Papadopoulos', given: ['George'], prefix: 'Mr' },
      birthDate: '1939-05-23',
      gender: 'male',
      address: { lines: ['120 Example Street', 'London'], postcode: 'SE5 0ZY' },
      phone: '020 7946 0089',
    }),
    resident({
      nhsNumber: told.dead,
      name: { family: 'Winterbourne', given: ['Edith'], prefix: 'Mrs' },
      birthDate: '1931-01-15',
      gender: 'female',
      deceased: calendar.day(12),
      phone: '020 7946 0093',
    }),
    resident({
      nhsNumber: told.restrictedTwin,
      name: { family: 'Marino', given: ['Lucia'], prefix: 'Ms' },
      birthDate: '1988-09-14',
      gender: 'female',
      address: { lines: ['5 Model Terrace', 'London'], postcode: 'SE1 0ZZ' },
      phone: '020 7946 0045',
    }),
    resident({
      nhsNumber: told.donorChild,
      name: { family: 'Ferrari', given: ['Leo'], prefix: 'Master' },
      birthDate: calendar.day(2 * 365 + 40),
      gender: 'male',
      address: { lines: ['9 Model Terrace', 'London'], postcode: 'SE1 0ZZ' },
      phone: '020 7946 0046',
    }),
    resident({
      nhsNumber: told.mind,
      name: { family: 'Campbell', given: ['Delroy'], prefix: 'Mr' },
      birthDate: '1982-05-06',
      gender: 'male',
      address: { lines: ['41 Example Street', 'London'], postcode: 'SE15 0ZW' },
      phone: '020 7946 0047',
    }),
    ...([told.big, told.huge] as const).map((nhsNumber, i) =>
      resident({
        nhsNumber,
        name: { family: i === 0 ? 'Vandenberg' : 'Zielinski', given: [i === 0 ? 'Hugo' : 'Marek'], prefix: 'Mr' },
        birthDate: i === 0 ? '1951-07-19' : '1944-02-03',
        gender: 'male',
        address: { lines: [`${60 + i} Pattern Walk`, 'London'], postcode: 'SE5 0ZV' },
        phone: `020 7946 004${8 + i}`,
      }),
    ),
    // Two who are easily taken for each other: finding one must show both.
    ...(['9991234624', '9991234632'] as const).map((nhsNumber, i) =>
      resident({
        nhsNumber: fixed(nhsNumber),
        name: { family: i === 0 ? 'Rahman' : 'Rehman', given: [i === 0 ? 'Mohammed' : 'Mohammad'], prefix: 'Mr' },
        birthDate: '1979-04-11',
        gender: 'male',
        address: { lines: [`${i + 20} Pattern Walk`, 'London'], postcode: 'SE15 0ZX' },
        phone: `020 7946 01${i}1`,
      }),
    ),
  ]
}

/** Who belongs to the stories that span the city's other areas. */
function toldBeyond(calendar: Calendar): readonly CityPerson[] {
  const at = (line: string, postcode: string, practice: string, phone: string, town = 'London') => ({
    address: { lines: [line, town], postcode },
    practice,
    phone,
  })
  return [
    {
      ...name('Ms', 'Philippa', 'Ashworth-Bell'),
      nhsNumber: told.nine,
      previousNames: [{ family: 'Ashworth', given: ['Philippa'], prefix: 'Miss' }],
      birthDate: '1961-10-17',
      gender: 'female' as const,
      ...at('2 Allegory Avenue', 'SW12 0ZZ', 'H85998', '020 7946 0300'),
    },
    {
      ...name('Mrs', 'Nasrin', 'Choudhury'),
      nhsNumber: told.twinMother,
      birthDate: '1994-02-11',
      gender: 'female' as const,
      interpreter: 'Bengali',
      ...at('19 Proverb Place', 'E1 0ZZ', 'F84998', '020 7946 0301'),
    },
    ...(['Amina', 'Yusuf'] as const).map((given, i) => ({
      ...name(i === 0 ? 'Miss' : 'Master', given, 'Choudhury'),
      nhsNumber: [told.twinGirl, told.twinBoy][i]!,
      birthDate: calendar.day(9),
      gender: (['female', 'male'] as const)[i]!,
      ...at('19 Proverb Place', 'E1 0ZZ', 'F84998', '020 7946 0301'),
    })),
    {
      ...name('Miss', 'Noor', 'Haddad'),
      nhsNumber: told.flaggedBaby,
      birthDate: calendar.day(61),
      gender: 'female' as const,
      restricted: true,
      ...at('Address kept by the national register', 'N1 0ZZ', CAMBERWELL_SURGERY, '020 7946 0057'),
    },
    {
      ...name('Mr', 'Colin', 'Prentice'),
      nhsNumber: told.formerObjector,
      birthDate: '1957-08-30',
      gender: 'male' as const,
      ...at('58 Parable Gardens', 'SE18 0ZZ', 'G85996', '020 7946 0303'),
    },
    {
      ...name('Mrs', 'Sylvia', 'Drake'),
      nhsNumber: told.summaryObjector,
      birthDate: '1949-12-05',
      gender: 'female' as const,
      ...at('7 Fiction Grove', 'SE24 0ZY', CAMBERWELL_SURGERY, '020 7946 0304'),
    },
    {
      ...name('Mrs', 'Chloe', 'Fernandes'),
      nhsNumber: told.married,
      previousNames: [{ family: 'Whitmore', given: ['Chloe'], prefix: 'Miss' }],
      birthDate: '1995-05-21',
      gender: 'female' as const,
      ...at('Flat 5, 90 Legend Mews', 'W6 0ZZ', 'E85998', '020 7946 0305'),
    },
    {
      ...name('Mr', 'Alan', 'Thackray'),
      nhsNumber: told.leeds,
      birthDate: '1953-03-14',
      gender: 'male' as const,
      ...at('11 Fable Close', 'LS6 0ZZ', LEEDS_PRACTICE, '0113 496 0306', 'Leeds'),
    },
    {
      ...name('Mr', 'Graham', 'Pollard'),
      nhsNumber: told.miltonKeynes,
      birthDate: '1966-09-02',
      gender: 'male' as const,
      ...at('34 Model Terrace', 'MK3 0ZZ', 'K82998', '01632 960307', 'Milton Keynes'),
    },
    {
      ...name('Mr', 'Olumide', 'Adeleke'),
      nhsNumber: told.southEastOnly,
      birthDate: '1988-01-26',
      gender: 'male' as const,
      ...at('210 Specimen Lane', 'SE15 0ZV', CAMBERWELL_SURGERY, '020 7946 0308'),
    },
    {
      ...name('Mrs', 'Jean', 'Whitaker'),
      nhsNumber: told.oxleas,
      birthDate: '1944-04-19',
      gender: 'female' as const,
      ...at('3 Allegory Avenue', 'DA7 0ZZ', 'G85996', '020 7946 0309'),
    },
    {
      ...name('Mr', 'Leonard', 'Baptiste'),
      nhsNumber: told.beforeTheCase,
      birthDate: '1940-06-08',
      gender: 'male' as const,
      ...at('Flat 12, Figment Court', 'SE15 0ZU', CAMBERWELL_SURGERY, '020 7946 0310'),
    },
    {
      ...name('Master', 'Daniel', 'Okonkwo'),
      nhsNumber: told.kidneyBoy,
      birthDate: calendar.day(8 * 365 + 100),
      gender: 'male' as const,
      ...at('16 Pattern Walk', 'SE5 0ZT', CAMBERWELL_SURGERY, '020 7946 0311'),
    },
    {
      ...name('Miss', 'Ella', 'Novak'),
      nhsNumber: told.transfer,
      birthDate: calendar.day(5 * 365 + 30),
      gender: 'female' as const,
      ...at('8 Model Terrace', 'SE13 0ZZ', 'G85996', '020 7946 0312'),
    },
    {
      ...name('Mr', 'Costas', 'Nicolaou'),
      nhsNumber: told.weekendHub,
      birthDate: '1971-11-11',
      gender: 'male' as const,
      ...at('44 Sample Road', 'N19 0ZZ', 'F83998', '020 7946 0313'),
    },
    {
      ...name('Mrs', 'Nalini', 'Shah'),
      nhsNumber: told.staffRelative,
      birthDate: '1959-07-07',
      gender: 'female' as const,
      ...at('27 Parable Gardens', 'SE24 0ZX', CAMBERWELL_SURGERY, '020 7946 0314'),
    },
    {
      ...name('Mrs', 'Doris', 'Penfold'),
      nhsNumber: told.careHome,
      birthDate: '1933-02-22',
      gender: 'female' as const,
      ...at('Fable House Care Home, 1 Fable Close', 'W5 0ZZ', 'E85998', '020 7946 0315'),
    },
    {
      ...name('Mr', 'Darius', 'Petrauskas'),
      nhsNumber: told.homeless,
      birthDate: '1978-08-15',
      gender: 'male' as const,
      interpreter: 'Lithuanian',
      address: { lines: ['No fixed abode'], postcode: 'ZZ99 3VZ' },
      practice: 'F84998',
      phone: '07700 900316',
    },
    {
      ...name('Mr', 'Jerome', 'Pinnock'),
      nhsNumber: told.unnumbered,
      birthDate: '1984-10-03',
      gender: 'male' as const,
      ...at('61 Example Street', 'N7 0ZZ', 'F83998', '020 7946 0317'),
    },
    {
      ...name('Miss', 'Tia', 'Marsh'),
      nhsNumber: told.safeguarded,
      birthDate: calendar.day(6 * 365 + 200),
      gender: 'female' as const,
      ...at('Flat 3, 14 Pattern Walk', 'E8 0ZZ', 'F84998', '020 7946 0318'),
    },
    {
      ...name('Mr', 'Rohan', 'Fernando'),
      nhsNumber: told.wrongBirth,
      birthDate: '1972-04-06',
      gender: 'male' as const,
      ...at('5 Fiction Grove', 'CR0 0ZZ', 'H85998', '020 7946 0319'),
    },
    {
      ...name('Mrs', 'Shanthi', 'Sivakumar'),
      nhsNumber: told.dialysis,
      birthDate: '1963-03-29',
      gender: 'female' as const,
      interpreter: 'Tamil',
      ...at('70 Legend Mews', 'SM1 0ZZ', 'H85998', '020 7946 0320'),
    },
    {
      ...name('Mr', 'Frederick', 'Lowe'),
      nhsNumber: told.councilOnly,
      birthDate: '1947-09-09',
      gender: 'male' as const,
      ...at('9 Proverb Place', 'W6 0ZX', OTHER_PRACTICE, '020 7946 0321'),
    },
    {
      ...name('Ms', 'Karen', 'Hollis'),
      nhsNumber: told.cancer,
      birthDate: '1970-05-18',
      gender: 'female' as const,
      ...at('33 Sample Road', 'KT1 0ZZ', 'H85998', '020 7946 0322'),
    },
    {
      ...name('Mr', 'Abdul', 'Rahim'),
      nhsNumber: told.stroke,
      birthDate: '1955-01-01',
      gender: 'male' as const,
      interpreter: 'Bengali',
      ...at('22 Specimen Lane', 'SE1 0ZY', CAMBERWELL_SURGERY, '020 7946 0323'),
    },
    {
      ...name('Mrs', 'Ivy', 'Castle'),
      nhsNumber: told.serviceUser,
      birthDate: '1950-11-28',
      gender: 'female' as const,
      ...at('6 Figment Square', 'SE15 0ZS', CAMBERWELL_SURGERY, '020 7946 0324'),
    },
    {
      ...name('Mr', 'Stephen', 'Garrity'),
      nhsNumber: told.refused,
      birthDate: '1981-12-12',
      gender: 'male' as const,
      ...at('40 Fable Close', 'W12 0ZZ', 'E85998', '020 7946 0325'),
    },
    {
      ...name('Mrs', 'Winifred', 'Salter'),
      nhsNumber: told.practiceObjector,
      birthDate: '1946-02-11',
      gender: 'female' as const,
      ...at('3 Anecdote Row', 'SE5 0ZX', CAMBERWELL_SURGERY, '020 7946 0326'),
    },
    {
      ...name('Mrs', 'Eleanor', 'Fairbrother'),
      nhsNumber: told.resident,
      birthDate: '1937-06-19',
      gender: 'female' as const,
      ...at('Peckham Rye House, 80 Parable Gardens', 'SE15 0ZR', CAMBERWELL_SURGERY, '020 7946 0327'),
    },
  ].map(resident)
}
