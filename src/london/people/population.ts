import { EXCHANGES, type ExchangeName } from '../places.ts'
import { areas } from './areas.ts'
import type { Calendar } from './calendar.ts'
import { olderNames, origins, streets, youngerNames, type Origin } from './names.ts'
import { createRandom, type Random } from './random.ts'
import { numberFrom, toldPeople } from './told-people.ts'
import type { CityPerson } from './told.ts'

export { CAMBERWELL_SURGERY, OTHER_PRACTICE } from '../places.ts'
export { numberFrom, told } from './told-people.ts'

export const CITY_SIZE = 2_000
/** Ages are counted from here, so that the same seed gives the same birth dates whenever the city starts. */
const COUNTED_FROM = 2026

const RESTRICTED_PERCENT = 1.5
const DEAD_PERCENT = 1
const SUPERSEDED_PERCENT = 0.5
const HOMONYM_PERCENT = 1.2

const areaShares = EXCHANGES.map(name => [areas[name].share, name] as const)
const originShares = origins.map(origin => [origin.share, origin] as const)

interface Household {
  readonly area: ExchangeName
  readonly origin: Origin
  readonly family: string
  readonly line: string
  readonly postcode: string
  readonly phone: string
  readonly practice: string
}
interface Member {
  readonly gender: 'female' | 'male'
  readonly age: number
  readonly family?: string
  /** Born on the same day as the one before. */
  readonly twin?: true
}

/** The people of the city: those told by hand first, then families drawn from the seed until there are `CITY_SIZE`. */
export function populate(seed: number, calendar: Calendar): readonly CityPerson[] {
  const random = createRandom(seed)
  const people = [...toldPeople(calendar)]
  const taken = new Set<string>(people.map(p => p.nhsNumber))
  const number = (): CityPerson['nhsNumber'] => {
    for (;;) {
      const drawn = numberFrom(`999${200_000 + random.below(799_999)}`)
      if (drawn === undefined || taken.has(drawn)) continue
      taken.add(drawn)
      return drawn
    }
  }
  while (people.length < CITY_SIZE) {
    const home = household(random)
    let before: CityPerson | undefined
    for (const member of membersOf(home, random)) {
      const namesake = random.chance(HOMONYM_PERCENT) ? random.pick(people) : undefined
      const person = personOf({ nhsNumber: number(), home, member, before, namesake, random, calendar })
      people.push(person)
      before = person
      if (random.chance(SUPERSEDED_PERCENT)) people.push({ ...person, nhsNumber: number(), supersededBy: person.nhsNumber })
    }
  }
  return people.slice(0, CITY_SIZE)
}

const pad = (n: number, digits = 2): string => String(n).padStart(digits, '0')

function household(random: Random): Household {
  const area = random.weighted(areaShares)
  const { outward, practices, phone } = areas[area]
  const origin = random.weighted(originShares)
  const flat = random.chance(40) ? `Flat ${1 + random.below(40)}, ` : ''
  return {
    area,
    origin,
    family: random.pick(origin.family),
    line: `${flat}${1 + random.below(180)} ${random.pick(streets)}`,
    postcode: `${random.pick(outward)} ${random.below(10)}Z${random.pick(['A', 'B', 'D', 'E', 'Z'])}`,
    phone: `${phone}${pad(100 + random.below(900), 3)}`,
    practice: random.weighted(practices),
  }
}

function membersOf(home: Household, random: Random): readonly Member[] {
  const gender = (): Member['gender'] => random.pick(['female', 'male'] as const)
  const kind = random.weighted([
    [26, 'alone'],
    [14, 'old and alone'],
    [24, 'couple'],
    [25, 'children'],
    [8, 'three generations'],
  ] as const)
  if (kind === 'alone') return [{ gender: gender(), age: 19 + random.below(48) }]
  if (kind === 'old and alone') return [{ gender: random.chance(64) ? 'female' : 'male', age: 66 + random.below(33) }]
  const age = kind === 'couple' ? 22 + random.below(66) : 24 + random.below(24)
  const own = random.chance(30) ? { family: random.pick(home.origin.family) } : {}
  const first: Member = { gender: 'female', age }
  const second: Member = { gender: 'male', age: Math.max(19, age - 3 + random.below(9)), ...own }
  if (kind === 'couple') return [first, second]
  const children: Member[] = []
  const most = Math.min(age - 17, 17)
  const twins = random.chance(4)
  for (let left = 1 + random.below(3) + (twins ? 1 : 0); left > 0; left--) {
    const previous = children.at(-1)
    if (twins && children.length === 1) children.push({ gender: gender(), age: previous!.age, twin: true })
    else children.push({ gender: gender(), age: 1 + random.below(most) })
  }
  const parents = random.chance(22) ? [first] : [first, second]
  const old: Member[] = kind === 'three generations' ? [{ gender: gender(), age: Math.min(97, age + 24 + random.below(14)) }] : []
  return [...parents, ...children, ...old]
}

function personOf({
  nhsNumber,
  home,
  member: { gender, age, family: own, twin },
  before,
  namesake,
  random,
  calendar,
}: {
  readonly nhsNumber: CityPerson['nhsNumber']
  readonly home: Household
  readonly member: Member
  readonly before: CityPerson | undefined
  readonly namesake: CityPerson | undefined
  readonly random: Random
  readonly calendar: Calendar
}): CityPerson {
  const { origin } = home
  const spelt = own ?? home.family
  const sameName = namesake?.gender === gender && namesake.practice !== home.practice ? namesake.name : undefined
  const family = sameName?.family ?? (gender === 'female' && origin.feminine !== undefined ? origin.feminine(spelt) : spelt)
  const given = sameName?.given[0] ?? givenName(origin, gender, age, random)
  const middle = givenName(origin, gender, age, random)
  const birthDate =
    twin && before ? before.birthDate : `${COUNTED_FROM - age}-${pad(1 + random.below(age < 2 ? 10 : 12))}-${pad(1 + random.below(28))}`
  const married = gender === 'female' && age > 24 && random.chance(35)
  const restricted = random.chance(RESTRICTED_PERCENT)
  const dead = age > 50 && random.chance(DEAD_PERCENT * 3)
  const speaks = origin.language
  return {
    nhsNumber,
    name: {
      family,
      given: random.chance(30) && middle !== given ? [given, middle] : [given],
      prefix: titleOf(gender, age, married, random),
    },
    previousNames: married && random.chance(55) ? [{ family: random.pick(origin.family), given: [given], prefix: 'Miss' }] : [],
    birthDate,
    gender,
    address: {
      lines: restricted ? ['Address kept by the national register'] : [home.line, areas[home.area].town],
      postcode: home.postcode,
    },
    phone: age > 15 && random.chance(55) ? `07700 900${pad(random.below(1000), 3)}` : home.phone,
    practice: home.practice,
    restricted,
    ...(dead && { deceased: calendar.day(6 + random.below(700)) }),
    ...(speaks !== undefined && age > 45 && random.chance(25) && { interpreter: speaks }),
  }
}

function givenName(origin: Origin, gender: 'female' | 'male', age: number, random: Random): string {
  const fashions = origin === origins[0] ? (age > 62 ? olderNames : age < 22 ? youngerNames : origin) : origin
  return random.pick(fashions[gender])
}

function titleOf(gender: 'female' | 'male', age: number, married: boolean, random: Random): string {
  if (age < 16) return gender === 'female' ? 'Miss' : 'Master'
  if (random.chance(2)) return 'Dr'
  if (gender === 'male') return 'Mr'
  return married ? 'Mrs' : random.chance(30) ? 'Miss' : 'Ms'
}
