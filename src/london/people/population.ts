import { checkDigit, parseNhsNumber, type NhsNumber } from '../../care-record/nhs-number.ts'
import type { Calendar } from './calendar.ts'
import { familyNames, femaleNames, maleNames, outwardCodes, streets } from './names.ts'
import { createRandom, type Random } from './random.ts'
import type { CityPerson } from './told.ts'

export const CAMBERWELL_SURGERY = 'G85997'
/** A practice of the city that no exchange has connected. */
export const OTHER_PRACTICE = 'G85998'
export const CITY_SIZE = 200

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

function toldPeople(calendar: Calendar): readonly CityPerson[] {
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

function draw(random: Random, taken: ReadonlySet<string>, i: number): CityPerson {
  let nhsNumber: NhsNumber | undefined
  while (nhsNumber === undefined || taken.has(nhsNumber)) nhsNumber = numberFrom(`999${200_000 + random.below(799_999)}`)
  const gender = random.below(2) === 0 ? 'female' : 'male'
  const middle = random.pick(gender === 'female' ? femaleNames : maleNames)
  const given = random.pick(gender === 'female' ? femaleNames : maleNames)
  const family = random.pick(familyNames)
  const pad = (n: number): string => String(n).padStart(2, '0')
  return {
    nhsNumber,
    name: {
      family,
      given: random.below(3) === 0 && middle !== given ? [given, middle] : [given],
      prefix: gender === 'female' ? 'Ms' : 'Mr',
    },
    previousNames: gender === 'female' && random.below(5) === 0 ? [{ family: random.pick(familyNames), given: [given] }] : [],
    birthDate: `${1935 + random.below(87)}-${pad(1 + random.below(12))}-${pad(1 + random.below(28))}`,
    gender,
    address: {
      lines: [`${1 + random.below(180)} ${random.pick(streets)}`, 'London'],
      postcode: `${random.pick(outwardCodes)} ${random.below(10)}Z${random.pick(['A', 'B', 'D', 'E', 'Z'])}`,
    },
    phone: `020 7946 0${100 + (i % 900)}`,
    practice: random.below(4) === 0 ? OTHER_PRACTICE : CAMBERWELL_SURGERY,
    restricted: i % 67 === 66,
  }
}

/** The people of the city: those told by hand first, then as many drawn from the seed as make `CITY_SIZE`. */
export function populate(seed: number, calendar: Calendar): readonly CityPerson[] {
  const random = createRandom(seed)
  const people = [...toldPeople(calendar)]
  const taken = new Set<string>(people.map(p => p.nhsNumber))
  for (let i = people.length; i < CITY_SIZE; i++) {
    const person = draw(random, taken, i)
    taken.add(person.nhsNumber)
    people.push(person)
  }
  return people
}
