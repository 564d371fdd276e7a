import type { RoleGroup } from '../../../care-record/catalogue.ts'
import type { AccessRules, Window } from '../../../care-record/decision.ts'
import type { ShareClass } from '../../../care-record/objection.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Who a registration is enough for (care rules 1.1): a practice's other staff need a booking or a task of that day. */
const CLINICIANS: readonly RoleGroup[] = [
  'emergency-doctor',
  'doctor',
  'gp',
  'nurse',
  'community-nurse',
  'midwife',
  'allied-health',
  'mental-health',
  'nhs-111',
  'pharmacist',
  'paramedic',
]

type Grants = Pick<Window, 'afterEndMs'> & Partial<Omit<Window, 'type' | 'reason'>>
const window = (type: Window['type'], reason: string, grants: Grants): Window => ({
  type,
  silenceMs: null,
  longestMs: null,
  groups: '*',
  teamOnly: false,
  ...grants,
  reason,
})
const claim = (type: Window['type'], hours: number, reason: string): Window =>
  window(type, `${reason}, ${hours} hours`, { afterEndMs: 0, longestMs: hours * HOUR })

const shareClass = (id: string, title: string, made: Partial<Omit<ShareClass, 'id' | 'title' | 'owner'>>): ShareClass => ({
  id,
  title,
  organisationKinds: [],
  sections: [],
  policyClasses: [],
  ...made,
  owner: 'Caldicott Guardians of the area',
})

/**
 * The rules that every exchange begins with: care rules 1 as figures. Each belongs to the owner named here; a change is a new set
 * with its own version and date (`load-rules.ts`). What the law keeps apart is no choice of anybody's and stands in no class here.
 */
export const firstRules: AccessRules = {
  id: 'access-rules',
  version: '1',
  inForceFrom: '2026-11-01',
  owner: 'Information governance lead of the exchange',
  approvedBy: ['Caldicott Guardian, RJ1', 'Information governance lead, RJ2'],
  reason: 'Care rules 1, 4 and 5: a relationship at the point of care, from evidence, for a time',
  windows: [
    window('emergency-attendance', 'arrival or pre-alert to departure and 72 hours', { afterEndMs: 72 * HOUR, silenceMs: 48 * HOUR }),
    window('inpatient', 'decision to admit to discharge and 30 days', { afterEndMs: 30 * DAY, silenceMs: 7 * DAY }),
    window('outpatient', 'booked to 30 days after the last contact, 12 months at most', { afterEndMs: 30 * DAY, longestMs: 365 * DAY }),
    window('community-caseload', 'open to closed and 28 days', { afterEndMs: 28 * DAY, longestMs: 365 * DAY }),
    window('social-care-case', 'open to closed and 28 days', { afterEndMs: 28 * DAY, longestMs: 365 * DAY }),
    window('incident', 'incident and 24 hours', { afterEndMs: DAY, silenceMs: DAY }),
    window('registered-practice', 'clinicians and pharmacists while registered', { afterEndMs: 0, againMs: DAY, groups: CLINICIANS }),
    window('transfer-accepted', 'accepted to 72 hours after', { afterEndMs: 72 * HOUR, longestMs: 72 * HOUR }),
    window('practice-task', 'a booking or task, that day', { afterEndMs: 2 * DAY, thatDay: true }),
    window('care-home-residency', 'while resident', { afterEndMs: 0, againMs: DAY }),
    window('social-care-notice', '28 days from the notice to the council', {
      afterEndMs: 28 * DAY,
      longestMs: 28 * DAY,
      groups: ['social-worker'],
    }),
    window('safeguarding-enquiry', 'open to closed and 28 days, its team only', { afterEndMs: 28 * DAY, againMs: DAY, teamOnly: true }),
    claim('claim-treating', 24, 'treating now'),
    claim('claim-referred', 24, 'referred to me'),
    claim('claim-advice', 24, 'advice asked of me'),
    claim('claim-discharge', 24, 'preparing discharge'),
    claim('claim-night', 24, 'night duty'),
    claim('emergency-access', 4, 'emergency access'),
  ],
  purposes: ['direct-care'],
  acceptedUseDays: 365,
  feeUnpaidDays: 28,
  overdueDays: 30,
  shareClasses: [
    shareClass('mental-health', 'What mental health services hold', { organisationKinds: ['mental-health'] }),
    shareClass('social-care', 'What councils and care homes hold', {
      organisationKinds: ['social-care', 'care-home'],
      sections: ['social-care'],
    }),
    shareClass('documents', 'Letters, reports and other documents', { sections: ['documents'] }),
    shareClass('home-life', 'Family history, and how you live', { sections: ['family-history', 'social-context'] }),
    shareClass('pregnancy-ended', 'That a pregnancy was ended', { policyClasses: ['termination-of-pregnancy'] }),
  ],
}
