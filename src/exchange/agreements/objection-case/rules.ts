import type { RoleGroup } from '../../../care-record/catalogue.ts'

/** Why an objection may not be upheld; the words are those of the case page. `publicInterest`: the Caldicott Guardian advises first. */
export interface Ground {
  readonly id:
    'safeguarding-child' | 'safeguarding-adult' | 'risk-to-self' | 'risk-to-others' | 'service-cannot-be-provided' | 'required-by-law'
  readonly words: string
  readonly publicInterest: boolean
  /** What the person may do instead has to be recorded: not to attend, another service (R074). */
  readonly alternative: boolean
}

/** What an objection case is worked by. Dated and versioned; one owner signs. */
export interface CaseRules {
  readonly version: string
  /** FHIR date. */
  readonly inForceFrom: string
  readonly owner: string
  readonly reason: string
  readonly grounds: readonly Ground[]
  /** Calendar months from the request to the decision. */
  readonly decideWithinMonths: number
  /** Days a request waits for its identity check before it may be ended. */
  readonly identityWaitDays: number
  /** Working days until a call back is due. */
  readonly callBackWorkingDays: number
  /** Days between posting a letter and taking it as read. */
  readonly postDays: number
  /** Hours a narrowing of a hold by one clinician, and one decided by two people, may last at most. */
  readonly narrowedByOneHours: number
  readonly narrowedByTwoHours: number
  /** Role groups whose professionals narrow a hold alone: clinicians (care rules 4.2). */
  readonly narrowedAloneBy: readonly RoleGroup[]
  /** People a narrowing may name at most. */
  readonly narrowedPeople: number
  /** Requests by the public form that one exchange takes in an hour; then it says to call. */
  readonly formsPerHour: number
  /** Ages in years: from here a child's word counts where competent, from here it is their own decision. */
  readonly competenceFrom: number
  readonly ownFrom: number
}

export const CASE_RULES: CaseRules = {
  version: '2026-11-21',
  inForceFrom: '2026-11-21',
  owner: 'Information governance lead of the exchange',
  reason: 'Care rules 4; questions 13 to 15 of the public questions and answers.',
  grounds: [
    { id: 'safeguarding-child', words: 'A child has to be kept safe', publicInterest: true, alternative: false },
    { id: 'safeguarding-adult', words: 'An adult at risk has to be kept safe', publicInterest: true, alternative: false },
    { id: 'risk-to-self', words: 'The person might seriously harm themselves', publicInterest: true, alternative: false },
    { id: 'risk-to-others', words: 'Somebody else might be seriously harmed', publicInterest: true, alternative: false },
    {
      id: 'service-cannot-be-provided',
      words: 'A service cannot be given safely without the record',
      publicInterest: false,
      alternative: true,
    },
    { id: 'required-by-law', words: 'The law requires that it is shared', publicInterest: false, alternative: false },
  ],
  decideWithinMonths: 1,
  identityWaitDays: 28,
  callBackWorkingDays: 2,
  postDays: 3,
  narrowedByOneHours: 24,
  narrowedByTwoHours: 72,
  narrowedAloneBy: [
    'emergency-doctor',
    'doctor',
    'gp',
    'nurse',
    'community-nurse',
    'mental-health',
    'nhs-111',
    'pharmacist',
    'paramedic',
    'midwife',
    'allied-health',
  ],
  narrowedPeople: 10,
  formsPerHour: 30,
  competenceFrom: 13,
  ownFrom: 16,
}

export const groundOf = (rules: CaseRules, id: string): Ground | undefined => rules.grounds.find(ground => ground.id === id)

const DAY_MS = 86_400_000
export const daysAfter = (at: string, days: number): string => new Date(Date.parse(at) + days * DAY_MS).toISOString()
export const hoursAfter = (at: string, hours: number): string => new Date(Date.parse(at) + hours * 3_600_000).toISOString()

/** The same day of a later month, or its last day. ISO instant. */
export function monthsAfter(at: string, months: number): string {
  const from = new Date(at)
  const target = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1))
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate()
  target.setUTCDate(Math.min(from.getUTCDate(), last))
  return new Date(target.getTime() + (from.getTime() % DAY_MS)).toISOString()
}

/** At the same time so many working days (Monday to Friday) later. ISO instant. */
export function workingDaysAfter(at: string, days: number): string {
  const when = new Date(at)
  for (let left = days; left > 0;) {
    when.setUTCDate(when.getUTCDate() + 1)
    if (when.getUTCDay() % 6 !== 0) left -= 1
  }
  return when.toISOString()
}

/** Whole years on a day; of a partial birth date the fewest it can be. `undefined` for no date. */
export function ageOn(birthDate: string, at: string): number | undefined {
  if (!/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/.test(birthDate)) return undefined
  const [year = 0, month = 12, day = 31] = birthDate.split('-').map(Number)
  const on = new Date(at)
  const had = on.getUTCMonth() + 1 > month || (on.getUTCMonth() + 1 === month && on.getUTCDate() >= day)
  return on.getUTCFullYear() - year - (had ? 0 : 1)
}
