import type { SystemId } from '../../../places.ts'
import { allergens, tests, words } from '../../terms.ts'
import type {
  Held,
  ToldAppointment,
  ToldDocument,
  ToldEncounter,
  ToldImaging,
  ToldMeasure,
  ToldMedicine,
  ToldProblem,
  ToldResult,
} from '../../told.ts'
import { archived, study } from '../tell.ts'
import { alarms, ranges } from './ailments.ts'
import { ARCHIVES } from './profile.ts'
import { medicinesOf, seriesOf, summaryOf, type Telling } from './teller.ts'

const PICTURES = [
  ['CR', 'Chest X-ray', 'CHEST', 2, 'Heart size normal. Lungs clear.'],
  ['CR', 'X-ray left knee', 'KNEE', 2, 'Loss of joint space on the inner side. No fracture.'],
  ['CT', 'CT head', 'HEAD', 40, 'No bleed and no skull fracture. Changes in keeping with age.'],
  ['US', 'Ultrasound abdomen', 'ABDOMEN', 12, 'Liver and kidneys normal. No gallstones seen.'],
  ['MR', 'MRI lumbar spine', 'LSPINE', 60, 'Disc bulge at L4/5 without pressure on a nerve.'],
  ['CT', 'CT chest, abdomen and pelvis', 'CHEST', 120, 'No new lesion. Small cyst in the right kidney, as before.'],
] as const

/** What a general hospital keeps: visits to its clinics and emergency department, a stay, blood tests, pictures, letters, what is booked. */
export function hospitalRecord(life: Telling, system: SystemId): Held {
  const { c, t, profile, random, ago, since, alive, clinics, stay } = life
  const { age, allergy } = profile
  const encounters: ToldEncounter[] = []
  const results: ToldResult[] = []
  const documents: ToldDocument[] = []
  const appointments: ToldAppointment[] = []
  const problems: ToldProblem[] = []
  const medicines: ToldMedicine[] = []
  const readings: ToldMeasure[] = []
  const imaging: ToldImaging[] = []
  const fitting = alarms.filter(([from, until]) => from <= age && age <= until)

  for (const { ailment, service, title, on } of clinics.filter(visit => visit.system === system)) {
    const id = `clinic-${ailment.id}`
    encounters.push(t.clinic(id, title, service, on, { reason: ailment.term }))
    if (random.chance(60)) encounters.push(t.clinic(`${id}-before`, title, service, since(on + 180), { reason: ailment.term }))
    problems.push(t.problem(ailment.id, ailment.term, c.day(on), { encounter: id }))
    results.push(...seriesOf(life, ailment, { from: on, every: 60, times: 1, encounter: id }))
    if (ailment.letter !== undefined)
      documents.push(
        t.letter(`letter-${ailment.id}`, `Letter, ${title.toLowerCase()}`, since(on - 3), [ailment.letter], {
          encounter: id,
          service,
          shared: `${system}-${ailment.id}-letter`,
        }),
      )
    if (alive && random.chance(55)) appointments.push(t.appointment(`next-${ailment.id}`, title, service, 6 + random.below(150)))
  }

  const attendances = random.below(profile.frail ? 4 : 3)
  for (let i = 0; i < attendances; i++) {
    const [, , reason] = random.pick(fitting)
    const on = ago(900)
    const id = `ed-${i}`
    encounters.push(t.emergency(id, on, reason))
    if (age > 12)
      results.push(
        ...t.results(tests.haemoglobin, ranges.get(tests.haemoglobin), [[on, 108 + random.below(48)]], { encounter: id }),
        ...t.results(tests.crp, ranges.get(tests.crp), [[on, random.below(60)]], { encounter: id }),
        ...t.results(tests.creatinine, ranges.get(tests.creatinine), [[on, 60 + random.below(60)]], { encounter: id }),
      )
    if (age > 12) readings.push(t.measure(`news-${i}`, 'news2', c.at(on, '17:20'), random.below(6), id))
  }

  if (stay?.system === system) {
    const until = stay.from - stay.nights
    const ward = age < 16 ? 'PAED' : profile.frail ? 'GERI' : 'AMU'
    encounters.push(
      t.stay('stay', `Inpatient stay, ${(stay.reason.text ?? stay.reason.display).toLowerCase()}`, ward, stay.from, until, {
        reason: stay.reason,
      }),
    )
    problems.push(
      t.problem('stay-reason', stay.reason, c.day(stay.from), {
        encounter: 'stay',
        kind: 'encounter-diagnosis',
        status: 'inactive',
        ended: c.day(until),
        significance: 'minor',
      }),
    )
    for (const { id, term, dose } of medicinesOf(life).slice(0, 5))
      medicines.push(t.discharged(id, term, dose, until, { encounter: 'stay' }))
    for (const test of [tests.potassium, tests.sodium, tests.creatinine, tests.haemoglobin, tests.whiteCells, tests.crp]) {
      const [low = 0, high = 100] = ranges.get(test) ?? []
      const days = [...new Set([stay.from, Math.max(until, stay.from - 1), until])].filter(day => day >= 1)
      results.push(
        ...t.results(
          test,
          [low, high],
          days.map(day => [day, Math.round((low + ((high - low) * (20 + random.below(95))) / 100) * 10) / 10] as const),
          { encounter: 'stay' },
        ),
      )
    }
    const summary = summaryOf(life)
    if (summary) documents.push({ ...summary.document, encounter: 'stay', service: ward })
  }

  if (profile.attending === system) {
    const [, , reason] = random.pick(fitting)
    const arrived = 15 + random.below(200)
    encounters.push({
      id: 'now',
      class: 'EMER',
      status: 'in-progress',
      title: 'Emergency department',
      start: c.minutesAgo(arrived),
      service: 'ED',
      reason,
    })
    readings.push(t.measure('news-now', 'news2', c.minutesAgo(Math.max(2, arrived - 12)), random.below(7), 'now'))
  }

  if (profile.pictured.has(system)) {
    const shots = 1 + random.below(age > 60 ? 3 : 2)
    for (let i = 0; i < shots; i++) {
      const [modality, title, part, images, report] = random.pick(PICTURES)
      const kept = ARCHIVES.has(system) ? study(modality, `${life.accession(system)}-${i + 1}`, part, images) : {}
      imaging.push(t.picture(`picture-${i}`, title, ago(700), report, kept))
    }
  }

  if (encounters.length === 0) encounters.push(t.clinic('first', 'Outpatient visit', 'AMU', ago(500)))
  return {
    encounters,
    problems,
    medicines,
    results: [...new Map(results.map(r => [r.id, r])).values()],
    documents,
    measures: readings,
    ...(imaging.length > 0 && { imaging }),
    ...(appointments.length > 0 && { appointments }),
    ...(allergy !== undefined && random.chance(65)
      ? {
          allergies: [
            t.allergy('allergy', allergy.term, c.day(ago(1500)), { ...allergy, ...(random.chance(12) && { severity: 'moderate' }) }),
          ],
        }
      : random.chance(55) && { allergies: [{ id: 'nka', term: allergens.noneKnown, recorded: c.day(ago(900)), status: 'none-known' }] }),
    ...(profile.frail &&
      random.chance(50) && {
        flags: [
          {
            id: 'frail',
            term: words(random.pick(['Falls risk', 'Hearing aids', 'Needs two to transfer', 'May wander'])),
            on: c.day(ago(500)),
          },
        ],
      }),
  }
}

/** The same examinations as their archive keeps them: the pictures, without the report. */
export const archiveRecord = (life: Telling, hospital: SystemId): Held => ({ imaging: archived(hospitalRecord(life, hospital).imaging) })
