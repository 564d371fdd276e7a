import { measures, vaccines, words } from '../../terms.ts'
import type { Held, ToldDocument, ToldEncounter, ToldMeasure, ToldMedicine, ToldResult, ToldVaccination } from '../../told.ts'
import { troubles } from './ailments.ts'
import { clinicLetters, medicinesOf, seriesOf, summaryOf, type Telling } from './teller.ts'

/** What the person's practice keeps: problems, medicines with their issues, results over years, visits, vaccinations, letters. */
export function practiceRecord(life: Telling): Held {
  const { c, t, profile, random, ago, since } = life
  const { ailments, age, allergy } = profile
  const encounters: ToldEncounter[] = []
  const medicines: ToldMedicine[] = medicinesOf(life).map(({ id, term, dose }) =>
    t.repeat(id, term, dose, since(200 + random.below(2600)), { last: 3 + random.below(25), times: 3 + random.below(10) }),
  )
  const results: ToldResult[] = []
  const readings: ToldMeasure[] = []
  for (const ailment of ailments) {
    const years = 2 + random.below(5)
    for (let year = 0; year < years; year++) {
      const on = since(12 + year * 365 + random.below(90))
      encounters.push(
        t.consultation(`${ailment.id}-${year}`, ailment.review[0], on, [
          ['Examination', ailment.review[1]],
          ['Plan', 'Continue. Review in a year, or sooner if worse.'],
        ]),
      )
      if (age > 17) readings.push(...pressure(on, `${ailment.id}-${year}`))
    }
    results.push(...seriesOf(life, ailment, { from: 20, every: 90, times: 3 + random.below(9) }))
  }
  const fitting = troubles.filter(([from]) => from <= age)
  const visits = 4 + random.below(5 + Math.floor(age / 6))
  for (let i = 0; i < visits; i++) {
    const [, title, history, plan, drug] = random.pick(fitting)
    const on = since(4 + ago(1800))
    const id = `visit-${i}`
    const byPhone = random.chance(30)
    encounters.push(
      t.consultation(id, byPhone ? `Telephone consultation, ${title.toLowerCase()}` : title, on, [
        ['History', history],
        ['Plan', plan],
      ]),
    )
    if (drug !== undefined && !medicines.some(m => m.id === `${drug.id}-${i}`))
      medicines.push({
        id: `${drug.id}-${i}`,
        term: drug.term,
        kind: 'acute',
        status: on > 30 ? 'completed' : 'active',
        dose: drug.dose,
        start: c.day(on),
        ...(on > 30 && { end: c.day(on - 7) }),
        issues: [{ on: c.day(on), quantity: 21 }],
      })
  }
  return {
    problems: [
      ...ailments.map(({ id, term, from }) => {
        const began = since(Math.min(300 + random.below(4500), Math.max(60, (age - from) * 365 + 60)))
        return t.problem(id, term, c.day(began), {
          ...(random.chance(50) && { onset: c.day(began).slice(0, 7) }),
          significance: id === 'hay-fever' || id === 'eczema' ? 'minor' : 'major',
        })
      }),
      ...(random.chance(40) && fitting.length > 3
        ? [
            t.problem('past', words(random.pick(fitting)[1]), c.day(since(700 + random.below(900))), {
              status: 'inactive',
              significance: 'minor',
            }),
          ]
        : []),
    ],
    medicines,
    results,
    encounters,
    measures: dedupe([...readings, ...weights()]),
    vaccinations: vaccinationsOf(life),
    documents: lettersKept(),
    ...(allergy
      ? { allergies: [t.allergy('allergy', allergy.term, c.day(since(200 + random.below(7000))), allergy)] }
      : random.chance(30)
        ? { allergies: [] }
        : {}),
    ...(life.clinics.length > 0 &&
      random.chance(60) && {
        referrals: life.clinics.slice(0, 2).map(({ ailment, title, on }) => ({
          id: `referral-${ailment.id}`,
          term: words(`Referral to ${title.toLowerCase()}`),
          on: c.day(since(on + 40)),
          words: ailment.term.text ?? ailment.term.display,
        })),
      }),
  }

  function pressure(on: number, encounter: string): readonly ToldMeasure[] {
    const high = profile.ailments.some(a => a.id === 'hypertension') ? 18 : 0
    return [
      {
        id: `bp-${encounter}`,
        term: measures.bloodPressure,
        at: c.at(on, '09:25'),
        value: 112 + high + random.below(24),
        second: 66 + Math.floor(high / 2) + random.below(16),
        unit: 'mmHg',
        ucum: 'mm[Hg]',
        encounter,
      },
    ]
  }
  function weights(): readonly ToldMeasure[] {
    const usual = age < 16 ? 4 + age * 3.3 : 58 + random.below(36)
    return Array.from({ length: 1 + random.below(4) }, (_, i) => {
      const on = since(30 + i * 300 + random.below(60))
      const then = age < 16 ? Math.max(3.5, usual - (on / 365) * 2.6) : usual + random.below(5) - 2
      return { id: `weight-${i}`, term: measures.weight, at: c.at(on, '09:10'), value: Math.round(then * 10) / 10, unit: 'kg', ucum: 'kg' }
    })
  }
  function lettersKept(): readonly ToldDocument[] {
    const summary = summaryOf(life)
    return [...(summary ? [summary.document] : []), ...clinicLetters(life, 2)]
  }
}

const dedupe = <T extends { readonly id: string }>(things: readonly T[]): readonly T[] => [...new Map(things.map(t => [t.id, t])).values()]

const CHILDHOOD: readonly (readonly [days: number, id: string, what: (typeof vaccines)[keyof typeof vaccines], dose: number])[] = [
  [58, 'six-1', vaccines.sixInOne, 1],
  [58, 'rota-1', vaccines.rotavirus, 1],
  [88, 'six-2', vaccines.sixInOne, 2],
  [88, 'rota-2', vaccines.rotavirus, 2],
  [118, 'six-3', vaccines.sixInOne, 3],
  [372, 'mmr-1', vaccines.measlesMumpsRubella, 1],
  [1240, 'mmr-2', vaccines.measlesMumpsRubella, 2],
]

function vaccinationsOf({ c, profile: { age, ageDays, ailments }, random }: Telling): readonly ToldVaccination[] {
  const given: ToldVaccination[] = []
  if (age < 18)
    for (const [days, id, term, dose] of CHILDHOOD)
      if (days < ageDays && random.chance(92))
        given.push({ id, term, on: c.day(ageDays - days), dose, batch: `C${10_000 + random.below(9_000)}` })
  const called = age >= 65 || ailments.length > 1
  if (called)
    for (let year = 0; year < 3; year++)
      if (random.chance(75))
        given.push({
          id: `flu-${year}`,
          term: vaccines.influenza,
          on: c.day(35 + year * 365 + random.below(30)),
          dose: 1,
          batch: `AF${1000 + random.below(9000)}B`,
          site: random.pick(['Left upper arm', 'Right upper arm']),
        })
  if (age > 66 && random.chance(70))
    given.push({ id: 'pneumococcal', term: vaccines.pneumococcal, on: c.day(400 + random.below(200)), dose: 1 })
  if (age > 71 && random.chance(60)) given.push({ id: 'shingles', term: vaccines.shingles, on: c.day(90 + random.below(200)), dose: 1 })
  if (age > 74)
    given.push(
      random.chance(70)
        ? { id: 'covid', term: vaccines.covid, on: c.day(40 + random.below(40)), dose: 1, batch: `NV${100 + random.below(900)}` }
        : { id: 'covid', term: vaccines.covid, on: c.day(40 + random.below(40)), status: 'not-done', words: 'Declined' },
    )
  if (age < 18 && given.length === 0 && ageDays > 80)
    given.push({ id: 'flu', term: vaccines.influenza, on: c.day(Math.min(ageDays - 60, 40)), dose: 1 })
  return given
}
