import { RELATIONSHIPS } from '../../src/care-record/person.ts'
import type { RelationshipType } from '../../src/care-record/person.ts'
import type { RoleGroup } from '../../src/care-record/catalogue.ts'

/** Groups that care rules 1.1 calls clinicians and pharmacists. */
const CLINICIANS: readonly RoleGroup[] = [
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
]

const WHO = {
  everyone: { groups: '*', teamOnly: false, claimantOnly: false },
  clinicians: { groups: CLINICIANS, teamOnly: false, claimantOnly: false },
  'social workers': { groups: ['social-worker'], teamOnly: false, claimantOnly: false },
  'the team': { groups: '*', teamOnly: true, claimantOnly: false },
  'the claimant': { groups: '*', teamOnly: false, claimantOnly: true },
} as const satisfies Record<string, { groups: readonly RoleGroup[] | '*'; teamOnly: boolean; claimantOnly: boolean }>

/**
 * Care rules 1.1 to 1.3, typed out once more. A relationship closes at the earliest of what its row says: so long after its end,
 * so long after the last word about it while it has no end, so long after its start, so long after it is looked at while it has
 * no end. `midnight`: the next one in London after its start.
 */
const TABLE = `
  kind                 | after its end | after silence | after its start | after a look | for
  emergency-attendance | 72 h          | 48 h          | -               | -            | everyone
  inpatient            | 30 d          | 7 d           | -               | -            | everyone
  outpatient           | 30 d          | -             | 365 d           | -            | everyone
  community-caseload   | 28 d          | -             | 365 d           | -            | everyone
  social-care-case     | 28 d          | -             | 365 d           | -            | everyone
  registered-practice  | 0 h           | -             | -               | 24 h         | clinicians
  incident             | 24 h          | 24 h          | -               | -            | everyone
  transfer-accepted    | 72 h          | -             | 72 h            | -            | everyone
  practice-task        | 48 h          | -             | midnight        | -            | everyone
  care-home-residency  | 0 h           | -             | -               | 24 h         | everyone
  social-care-notice   | 28 d          | -             | 28 d            | -            | social workers
  safeguarding-enquiry | 28 d          | -             | -               | 24 h         | the team
  claim-treating       | 0 h           | -             | 24 h            | -            | the claimant
  claim-referred       | 0 h           | -             | 24 h            | -            | the claimant
  claim-advice         | 0 h           | -             | 24 h            | -            | the claimant
  claim-discharge      | 0 h           | -             | 24 h            | -            | the claimant
  claim-night          | 0 h           | -             | 24 h            | -            | the claimant
  emergency-access     | 0 h           | -             | 4 h             | -            | the claimant
`

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export interface Kind {
  readonly type: RelationshipType
  /** Milliseconds; `null`: does not close by this. */
  readonly afterEnd: number | null
  readonly afterSilence: number | null
  readonly afterStart: number | 'midnight' | null
  readonly afterLook: number | null
  readonly groups: readonly RoleGroup[] | '*'
  readonly teamOnly: boolean
  readonly claimantOnly: boolean
}

const UNITS = { h: HOUR_MS, d: DAY_MS } as const
function length(cell: string): number | null {
  if (cell === '-') return null
  const [count, unit] = cell.split(' ')
  if (unit !== 'h' && unit !== 'd') throw new Error(`not a length: ${cell}`)
  return Number(count) * UNITS[unit]
}

function kindOf(row: string): Kind {
  const [name = '', end = '', silence = '', start = '', look = '', who = ''] = row.split('|').map(cell => cell.trim())
  const type = RELATIONSHIPS.find(one => one === name)
  const [, whom] = Object.entries(WHO).find(([words]) => words === who) ?? []
  if (!type || !whom) throw new Error(`not a row: ${row}`)
  return {
    type,
    afterEnd: length(end),
    afterSilence: length(silence),
    afterStart: start === 'midnight' ? start : length(start),
    afterLook: length(look),
    ...whom,
  }
}

/** Every kind of relationship by its type. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(
  TABLE.trim()
    .split('\n')
    .slice(1)
    .map(kindOf)
    .map(kind => [kind.type, kind]),
)
