import { systemOfPractice, type ExchangeName, type SystemId } from '../../../places.ts'
import { areaOfPractice, areas } from '../../areas.ts'
import type { Calendar } from '../../calendar.ts'
import { createRandom, type Random } from '../../random.ts'
import { allergens, reactions } from '../../terms.ts'
import type { CityPerson, Term, ToldAllergy } from '../../told.ts'
import { ailments, type Ailment } from './ailments.ts'

const DAY_MS = 86_400_000
const FRAIL_FROM = 82

export interface Profile {
  readonly area: ExchangeName
  readonly age: number
  readonly ageDays: number
  readonly ailments: readonly Ailment[]
  readonly frail: boolean
  readonly allergy: Pick<ToldAllergy, 'term' | 'reactions' | 'severity' | 'category'> | undefined
  /** General hospitals that know the person, the one they mostly go to first. */
  readonly hospitals: readonly SystemId[]
  /** Where they have had a stay of some days. */
  readonly stayed: SystemId | undefined
  /** Where they are in the emergency department at this moment. */
  readonly attending: SystemId | undefined
  /** Hospitals that took pictures. */
  readonly pictured: ReadonlySet<SystemId>
  /** Every system that holds something. */
  readonly systems: ReadonlySet<SystemId>
}

const FEW: readonly (readonly [weight: number, allergy: readonly [Term, Term, ToldAllergy['severity'], ToldAllergy['category']]])[] = [
  [10, [allergens.penicillin, reactions.rash, 'mild', 'medication']],
  [3, [allergens.penicillin, reactions.anaphylaxis, 'severe', 'medication']],
  [2, [allergens.trimethoprim, reactions.rash, 'mild', 'medication']],
  [2, [allergens.codeine, reactions.vomiting, 'moderate', 'medication']],
  [2, [allergens.aspirin, reactions.wheeze, 'moderate', 'medication']],
  [2, [allergens.latex, reactions.dermatitis, 'moderate', 'environment']],
  [2, [allergens.peanut, reactions.anaphylaxis, 'severe', 'food']],
  [1, [allergens.contrast, reactions.rash, 'moderate', 'medication']],
  [1, [allergens.egg, reactions.rash, 'mild', 'food']],
]
const ALLERGIC_PERCENT = 17

/** Archives of pictures, and whose pictures they keep. */
export const ARCHIVES: ReadonlyMap<SystemId, SystemId> = new Map<SystemId, SystemId>([
  ['kch', 'kch-imaging'],
  ['uclh', 'uclh-imaging'],
])

/** Years lived, counted in days of 365.25. */
const YEAR_DAYS = 365.25

/**
 * What decides the life that the seed gives somebody: cheap, and told from their own number alone, so that who is known
 * where is found without telling any life.
 */
export function profileOf(person: CityPerson, c: Calendar): Profile {
  const random = createRandom(Number(person.nhsNumber))
  const ageDays = Math.floor((Date.parse(person.deceased ?? c.day(0)) - Date.parse(person.birthDate)) / DAY_MS)
  const age = Math.floor(ageDays / YEAR_DAYS)
  const area = areaOfPractice(person.practice)
  const has = ailments.filter(ailment => met(ailment, person, age, random))
  const ids = new Set(has.map(({ id }) => id))
  const frail = age >= FRAIL_FROM || (age > 60 && has.some(a => a.frail))
  const illness = Math.min(100, 18 + has.length * 13 + (age > 70 ? 15 : 0) + (age < 5 ? 15 : 0))

  const { acute, beyond, mentalHealth, community, council, outOfHours, ambulance } = areas[area]
  const hospitals: SystemId[] = []
  if (random.chance(illness + 25)) hospitals.push(random.weighted(acute))
  if (random.chance(illness / 3)) add(hospitals, random.weighted(acute))
  if (random.chance(illness / 4)) add(hospitals, random.pick(beyond.filter(isGeneral)))
  const practice = systemOfPractice.get(person.practice)
  if (practice === undefined && hospitals.length === 0) hospitals.push(random.weighted(acute))
  const main = hospitals[0]
  const pictured = new Set(hospitals.filter(() => random.chance(45)))
  const stayed = main !== undefined && random.chance(illness / 2) ? main : undefined
  const attending = main !== undefined && person.deceased === undefined && random.chance(0.8) ? main : undefined

  const systems = new Set<SystemId>(hospitals)
  const join = (id: SystemId | undefined, percent: number): void => {
    if (id !== undefined && random.chance(percent)) systems.add(id)
  }
  join(practice, 100)
  for (const hospital of pictured) join(ARCHIVES.get(hospital), 100)
  join(mentalHealth, ids.has('psychosis') || ids.has('bipolar') ? 100 : ids.has('depression') ? 22 : ids.has('dementia') ? 40 : 0.6)
  join(community, frail ? 60 : age < 3 ? 50 : ids.has('diabetes') ? 12 : 2)
  join(council, frail ? 45 : age > 70 ? 12 : age < 18 ? 2.5 : 2)
  join(outOfHours, age < 6 || frail ? 22 : 9)
  join(ambulance ? 'las' : undefined, frail ? 38 : 6)
  join(ambulance ? 'ucp' : undefined, frail ? 34 : 0.4)
  // Lambeth's social care, and what King's Health Partners share among themselves.
  join(area === 'SEL' && ['kch', 'gstt'].some(id => systems.has(id as SystemId)) ? 'local-care-record' : undefined, 24)
  join('gosh', age < 18 ? (has.length > 1 ? 30 : 3) : 0)
  join('moorfields', ids.has('glaucoma') ? 70 : ids.has('diabetes') ? 18 : age > 70 ? 9 : 1)
  join('marsden', ids.has('breast-cancer') || ids.has('prostate-cancer') ? (area === 'SWL' ? 75 : 25) : 0)
  return {
    area,
    age,
    ageDays,
    ailments: has,
    frail,
    allergy: allergyOf(random),
    hospitals,
    stayed,
    attending,
    pictured,
    systems,
  }
}

const isGeneral = (id: SystemId): boolean => id !== 'gosh' && id !== 'moorfields'
const add = (to: SystemId[], id: SystemId): void => {
  if (!to.includes(id)) to.push(id)
}

function met({ from, until = 200, young, old, only }: Ailment, { gender }: CityPerson, age: number, random: Random): boolean {
  const share = Math.min(1, Math.max(0, (age - from) / Math.max(1, 80 - from)))
  const drawn = random.chance(young + (old - young) * share)
  return drawn && age >= from && age <= until && (only === undefined || only === gender)
}

function allergyOf(random: Random): Profile['allergy'] {
  const [term, reaction, severity, category] = random.weighted(FEW)
  if (!random.chance(ALLERGIC_PERCENT)) return undefined
  return { term, reactions: [reaction], ...(severity && { severity }), ...(category && { category }) }
}
