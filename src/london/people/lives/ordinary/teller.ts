import type { SystemId } from '../../../places.ts'
import { calendarOf, type Calendar } from '../../calendar.ts'
import { createRandom, type Random } from '../../random.ts'
import type { CityPerson, ToldDocument, ToldResult } from '../../told.ts'
import { tellerOf, type Teller } from '../tell.ts'
import { alarms, ranges, type Ailment, type Prescribed } from './ailments.ts'
import type { Profile } from './profile.ts'

const DAY_MS = 86_400_000

/** One visit to a clinic that several systems tell of: the clinic's own, the practice that had the letter. */
export interface ClinicVisit {
  readonly system: SystemId
  readonly ailment: Ailment
  readonly service: string
  readonly title: string
  /** Days ago. */
  readonly on: number
}

/** A life being told: who, when, and what all its systems agree on. */
export interface Telling {
  readonly person: CityPerson
  /** Its today is the day of death of somebody who has died. */
  readonly c: Calendar
  readonly t: Teller
  readonly profile: Profile
  readonly random: Random
  readonly alive: boolean
  /** So many days ago, never before birth. */
  readonly since: (daysAgo: number) => number
  /** Any day of so many, never before birth. */
  readonly ago: (most: number) => number
  readonly clinics: readonly ClinicVisit[]
  readonly stay:
    { readonly system: SystemId; readonly from: number; readonly nights: number; readonly reason: (typeof alarms)[number][2] } | undefined
  readonly accession: (system: SystemId) => string
}

/** @param part of the life to be told: each has its own stream, so that one system never depends on another's telling. */
export function telling(person: CityPerson, calendar: Calendar, profile: Profile, part: string): Telling {
  const c = person.deceased === undefined ? calendar : calendarOf(new Date(Date.parse(person.deceased) - DAY_MS / 2))
  const since = (daysAgo: number): number => Math.max(1, Math.min(daysAgo, profile.ageDays - 20))
  const shared = createRandom(Number(person.nhsNumber) ^ 0x5eed)
  const random = createRandom(Number(person.nhsNumber) ^ hash(part))
  const ago = (most: number): number => 1 + random.below(Math.max(1, Math.min(most, profile.ageDays - 30)))
  const [main] = profile.hospitals
  const clinics = profile.ailments.flatMap((ailment): readonly ClinicVisit[] => {
    const on = since(25 + shared.below(330))
    const [service, title] = ailment.clinic ?? []
    if (main === undefined || service === undefined || title === undefined || shared.chance(35)) return []
    return [{ system: shared.pick(profile.hospitals), ailment, service, title, on }]
  })
  const fitting = alarms.filter(([from, until]) => from <= profile.age && profile.age <= until)
  const from = since(15 + shared.below(480))
  const stay = profile.stayed && {
    system: profile.stayed,
    from,
    nights: Math.min(from - 1, 1 + shared.below(profile.frail ? 14 : 5)),
    reason: shared.pick(fitting)[2],
  }
  return {
    person,
    c,
    t: tellerOf(c),
    profile,
    random,
    alive: person.deceased === undefined,
    since,
    ago,
    clinics,
    stay,
    accession: system => `${system.toUpperCase()}${String(Number(person.nhsNumber) % 1_000_000).padStart(6, '0')}`,
  }
}

function hash(text: string): number {
  let value = 2_166_136_261
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16_777_619)
  return value >>> 0
}

/** What the person takes, each medicine once though several ailments ask for it. */
export const medicinesOf = ({ profile }: Telling): readonly Prescribed[] => [
  ...new Map(profile.ailments.flatMap(a => a.medicines).map(m => [m.id, m])).values(),
]

/** The results that an ailment is followed by, drifting from one to the next. */
export function seriesOf(
  { random, since, t }: Telling,
  ailment: Ailment,
  { from, every, times, encounter }: { readonly from: number; readonly every: number; readonly times: number; readonly encounter?: string },
): readonly ToldResult[] {
  return ailment.tests.flatMap(([test, usual, spread]) => {
    let value = usual + ((random.below(200) - 100) / 100) * spread
    const points = new Map<number, number>()
    for (let i = 0; i < times; i++) {
      value += ((random.below(200) - 100) / 100) * spread * 0.3
      points.set(
        since(from + i * every + random.below(9)),
        Math.max(0.1, Math.round(value * (usual < 10 ? 10 : 1)) / (usual < 10 ? 10 : 1)),
      )
    }
    return t
      .results(test, ranges.get(test), [...points], encounter === undefined ? undefined : { encounter })
      .map(result => ({ ...result, id: `${ailment.id}-${result.id}` }))
  })
}

/** The summary of the stay, as the hospital wrote it and the practice filed it: one document, two holders. */
export function summaryOf({
  stay,
  t,
  person,
  profile,
  since,
}: Telling): { readonly document: ToldDocument; readonly shared: string } | undefined {
  if (stay === undefined) return undefined
  const shared = `${stay.system}-${person.nhsNumber.slice(4)}-summary`
  const reason = stay.reason.text ?? stay.reason.display
  const taken = profile.ailments.flatMap(a => a.medicines).slice(0, 3)
  return {
    shared,
    document: t.letter(
      'summary',
      'Discharge summary',
      since(Math.max(1, stay.from - stay.nights)),
      [
        `Admitted with: ${reason.toLowerCase()}. ${stay.nights} ${stay.nights === 1 ? 'night' : 'nights'} in hospital.`,
        taken.length > 0
          ? `Medicines at discharge: ${taken.map(m => (m.term.text ?? m.term.display).toLowerCase()).join('; ')}.`
          : 'No regular medicines.',
        profile.allergy
          ? `Allergy: ${(profile.allergy.term.text ?? profile.allergy.term.display).toLowerCase()}.`
          : 'Allergies: none known.',
        'For the practice: please review in two weeks.',
      ],
      { shared },
    ),
  }
}

/** Letters of clinics, as the practice keeps them. */
export const clinicLetters = ({ clinics, t, since }: Telling, most: number): readonly ToldDocument[] =>
  clinics.slice(0, most).flatMap(({ ailment, title, on, system }) =>
    ailment.letter === undefined
      ? []
      : [
          t.letter(`letter-${ailment.id}`, `Letter, ${title.toLowerCase()}`, since(on - 3), [ailment.letter], {
            shared: `${system}-${ailment.id}-letter`,
          }),
        ],
  )
