import type { Calendar } from '../calendar.ts'
import { createRandom } from '../random.ts'
import { allergens, conditions, drugs, reactions, tests, vaccines } from '../terms.ts'
import type { CityPerson, Held, HospitalId, Life } from '../told.ts'
import { CAMBERWELL_SURGERY } from '../population.ts'

const HOSPITALS: readonly HospitalId[] = ['kch', 'gstt', 'rfl', 'uclh']

/** A small life drawn from the person's own number: the same each time it is told. */
export function ordinary(person: CityPerson, c: Calendar): Life {
  const random = createRandom(Number(person.nhsNumber))
  const hospital = (): Held => {
    const ago = 20 + random.below(600)
    return {
      encounters: [
        {
          id: 'visit',
          class: 'AMB',
          status: 'finished',
          title: 'Outpatient visit',
          start: c.at(ago, '11:00'),
          end: c.at(ago, '11:20'),
          service: random.pick(['CARD', 'DIAB', 'ORTH']),
        },
      ],
      results: [
        { id: 'hb', test: tests.haemoglobin, at: c.at(ago, '11:05'), value: 110 + random.below(50), range: [115, 165], encounter: 'visit' },
      ],
      ...(random.below(3) === 0 && {
        allergies: [{ id: 'nka', term: allergens.noneKnown, recorded: c.day(ago), status: 'none-known' as const }],
      }),
    }
  }
  const life: Life = {}
  if (person.practice === CAMBERWELL_SURGERY)
    life['camberwell-gp'] = {
      problems: [
        {
          id: 'p',
          term: random.pick([conditions.asthma, conditions.hypertension, conditions.diabetes, conditions.osteoarthritis]),
          recorded: c.year(1 + random.below(20)),
          status: 'active',
          significance: 'major',
        },
      ],
      medicines: [
        {
          id: 'm',
          term: random.pick([drugs.metformin, drugs.omeprazole, drugs.salbutamol, drugs.atorvastatin]),
          kind: 'repeat',
          status: 'active',
          dose: 'As directed',
          start: c.day(300 + random.below(900)),
          issues: [{ on: c.day(5 + random.below(40)), quantity: 28 }],
        },
      ],
      vaccinations: [{ id: 'flu', term: vaccines.influenza, on: c.day(20 + random.below(60)) }],
      ...(random.below(4) === 0 && {
        allergies: [
          {
            id: 'a',
            term: allergens.penicillin,
            recorded: c.year(random.below(30)),
            status: 'active' as const,
            reactions: [reactions.rash],
            category: 'medication' as const,
          },
        ],
      }),
    }
  for (const id of HOSPITALS) if (random.below(4) === 0) life[id] = hospital()
  return life
}
