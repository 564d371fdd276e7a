import type { Calendar } from '../calendar.ts'
import { measures, words } from '../terms.ts'
import type {
  LabTest,
  Term,
  ToldAllergy,
  ToldAppointment,
  ToldDocument,
  ToldEncounter,
  ToldImaging,
  ToldMeasure,
  ToldMedicine,
  ToldProblem,
  ToldResult,
  ToldStudy,
} from '../told.ts'

type Given<T, K extends keyof T> = Partial<Omit<T, K>>
type Points = readonly (readonly [daysAgo: number, value: number])[]

/** Short ways to tell what lives are made of, in days before today. Every clock time is London's. */
export interface Teller {
  /** A visit to a clinic, done. */
  readonly clinic: (id: string, title: string, service: string, daysAgo: number, more?: Given<ToldEncounter, 'id'>) => ToldEncounter
  /** A stay in hospital; without its last day it goes on. */
  readonly stay: (
    id: string,
    title: string,
    service: string,
    from: number,
    until?: number,
    more?: Given<ToldEncounter, 'id'>,
  ) => ToldEncounter
  /** A visit to an emergency department that is over. */
  readonly emergency: (id: string, daysAgo: number, reason?: Term, more?: Given<ToldEncounter, 'id'>) => ToldEncounter
  /** On a team's list since then, and still. */
  readonly caseload: (id: string, title: string, service: string, since: number, more?: Given<ToldEncounter, 'id'>) => ToldEncounter
  /** A visit at home, done. */
  readonly home: (id: string, title: string, service: string, daysAgo: number, more?: Given<ToldEncounter, 'id'>) => ToldEncounter
  /** A consultation at the practice. */
  readonly consultation: (id: string, title: string, daysAgo: number, headings: NonNullable<ToldEncounter['headings']>) => ToldEncounter
  readonly appointment: (id: string, title: string, service: string, daysAhead: number, withWhom?: string) => ToldAppointment
  readonly problem: (id: string, term: Term, recorded: string, more?: Given<ToldProblem, 'id'>) => ToldProblem
  readonly allergy: (id: string, term: Term, recorded: string, more?: Given<ToldAllergy, 'id'>) => ToldAllergy
  /** Repeat prescription of a practice, issued every four weeks and last so many days ago. */
  readonly repeat: (
    id: string,
    term: Term,
    dose: string,
    startedAgo: number,
    more?: Given<ToldMedicine, 'id'> & { readonly last?: number; readonly times?: number; readonly quantity?: number },
  ) => ToldMedicine
  readonly discharged: (id: string, term: Term, dose: string, daysAgo: number, more?: Given<ToldMedicine, 'id'>) => ToldMedicine
  readonly results: (
    test: LabTest,
    range: ToldResult['range'],
    points: Points,
    more?: Given<ToldResult, 'id' | 'test'>,
  ) => readonly ToldResult[]
  readonly pressures: (points: readonly (readonly [daysAgo: number, systolic: number, diastolic: number])[]) => readonly ToldMeasure[]
  readonly measure: (
    id: string,
    of: 'pulse' | 'oxygen' | 'weight' | 'news2' | 'temperature',
    at: string,
    value: number,
    encounter?: string,
  ) => ToldMeasure
  readonly letter: (
    id: string,
    title: string,
    daysAgo: number,
    paragraphs: readonly string[],
    more?: Given<ToldDocument, 'id'>,
  ) => ToldDocument
  readonly picture: (
    id: string,
    title: string,
    daysAgo: number,
    report: string,
    more?: Given<ToldImaging, 'id'> & { readonly clock?: string },
  ) => ToldImaging
}

const UNITS = {
  pulse: ['beats/min', '/min'],
  oxygen: ['%', '%'],
  weight: ['kg', 'kg'],
  news2: ['score', '{score}'],
  temperature: ['°C', 'Cel'],
} as const

export function tellerOf(c: Calendar): Teller {
  return {
    clinic: (id, title, service, daysAgo, more) => ({
      id,
      class: 'AMB',
      status: 'finished',
      title,
      start: c.at(daysAgo, '10:00'),
      end: c.at(daysAgo, '10:25'),
      service,
      ...more,
    }),
    stay: (id, title, service, from, until, more) => ({
      id,
      class: 'IMP',
      status: until === undefined ? 'in-progress' : 'finished',
      title,
      start: c.at(from, '16:20'),
      ...(until !== undefined && { end: c.at(until, '17:45') }),
      service,
      ...more,
    }),
    emergency: (id, daysAgo, reason, more) => ({
      id,
      class: 'EMER',
      status: 'finished',
      title: 'Emergency department',
      start: c.at(daysAgo, '17:05'),
      end: c.at(daysAgo, '21:40'),
      service: 'ED',
      ...(reason && { reason }),
      ...more,
    }),
    caseload: (id, title, service, since, more) => ({
      id,
      class: 'HH',
      status: 'in-progress',
      title,
      start: c.at(since, '09:00'),
      service,
      ...more,
    }),
    home: (id, title, service, daysAgo, more) => ({
      id,
      class: 'HH',
      status: 'finished',
      title,
      start: c.at(daysAgo, '09:40'),
      end: c.at(daysAgo, '10:15'),
      service,
      ...more,
    }),
    consultation: (id, title, daysAgo, headings) => ({
      id,
      class: 'GP',
      status: 'finished',
      title,
      start: c.at(daysAgo, '09:20'),
      service: 'GP',
      headings,
    }),
    appointment: (id, title, service, daysAhead, withWhom) => ({
      id,
      title,
      start: c.at(-daysAhead, '10:30'),
      service,
      status: 'booked',
      ...(withWhom !== undefined && { with: withWhom }),
    }),
    problem: (id, term, recorded, more) => ({ id, term, recorded, status: 'active', significance: 'major', ...more }),
    allergy: (id, term, recorded, more) => ({ id, term, recorded, status: 'active', category: 'medication', ...more }),
    repeat: (id, term, dose, startedAgo, { last = 16, times = 3, quantity = 28, ...more } = {}) => ({
      id,
      term,
      kind: 'repeat',
      status: 'active',
      dose,
      start: c.day(startedAgo),
      issues: Array.from({ length: times }, (_, i) => last + 28 * (times - 1 - i))
        .filter(ago => ago <= startedAgo)
        .map(ago => ({ on: c.day(ago), quantity })),
      ...more,
    }),
    discharged: (id, term, dose, daysAgo, more) => ({
      id,
      term,
      kind: 'discharge',
      status: 'active',
      dose,
      start: c.day(daysAgo),
      ...more,
    }),
    results: (test, range, points, more) =>
      points.map(([ago, value]) => ({
        id: `${(test.term.text ?? test.term.display).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${ago}`,
        test,
        at: c.at(ago, '09:15'),
        value,
        ...(range && { range }),
        ...more,
      })),
    pressures: points =>
      points.map(([ago, value, second]) => ({
        id: `bp-${ago}`,
        term: measures.bloodPressure,
        at: c.at(ago, '09:25'),
        value,
        second,
        unit: 'mmHg',
        ucum: 'mm[Hg]',
      })),
    measure: (id, of, at, value, encounter) => ({
      id,
      term: measures[of],
      at,
      value,
      unit: UNITS[of][0],
      ucum: UNITS[of][1],
      ...(encounter !== undefined && { encounter }),
    }),
    letter: (id, title, daysAgo, paragraphs, more) => ({
      id,
      term: words(title),
      on: c.day(daysAgo),
      file: { kind: 'pdf', paragraphs },
      ...more,
    }),
    picture: (id, title, daysAgo, report, { clock = '11:10', ...more } = {}) => ({
      id,
      term: words(title),
      on: c.at(daysAgo, clock),
      words: report,
      ...more,
    }),
  }
}

/** What an imaging archive keeps of the same examinations that the hospital reports. */
export const archived = (imaging: readonly ToldImaging[] | undefined): readonly ToldImaging[] =>
  (imaging ?? []).flatMap(({ id, term, on, study, status }) => (study && status !== 'registered' ? [{ id, term, on, study }] : []))

export const study = (
  modality: ToldStudy['modality'],
  accession: string,
  bodyPart: string,
  images: number,
): { readonly study: ToldStudy } => ({
  study: { modality, accession, bodyPart, images },
})
