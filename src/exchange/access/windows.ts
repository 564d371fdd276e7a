import type { RoleGroup } from '../../care-record/catalogue.ts'
import type { RelationshipType } from '../../care-record/person.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How long one kind of evidence or claim grants, and to whom. Milliseconds. */
export interface Window {
  readonly type: RelationshipType
  /** After the recorded end. */
  readonly afterEndMs: number
  /** Since the last message about something with no end; longer silence grants nothing. `null`: an open one needs none. */
  readonly silenceMs: number | null
  /** From the start at most; `null`: no limit. */
  readonly longestMs: number | null
  /** Who it grants to; `*`: every listed role. */
  readonly groups: readonly RoleGroup[] | '*'
  readonly reason: string
}

export interface WindowTable {
  readonly id: string
  readonly version: string
  /** FHIR date. */
  readonly inForceFrom: string
  readonly owner: string
  readonly rows: readonly Window[]
}

const clinicians: readonly RoleGroup[] = [
  'emergency-doctor',
  'doctor',
  'gp',
  'nurse',
  'community-nurse',
  'mental-health',
  'nhs-111',
  'pharmacist',
  'paramedic',
]
const row = (
  type: RelationshipType,
  afterEndMs: number,
  silenceMs: number | null,
  longestMs: number | null,
  groups: readonly RoleGroup[] | '*',
  reason: string,
): Window => ({ type, afterEndMs, silenceMs, longestMs, groups, reason })
const claim = (type: RelationshipType, longestMs: number, reason: string): Window => row(type, 0, null, longestMs, '*', reason)

/** The windows in force. Each figure belongs to the owner named here; a new set is a new table with its own date. */
export const windows: WindowTable = {
  id: 'relationship-windows',
  version: '1',
  inForceFrom: '2026-11-01',
  owner: 'Information governance lead of the exchange',
  rows: [
    row('emergency-attendance', 72 * HOUR, 48 * HOUR, null, '*', 'arrival or pre-alert to departure and 72 hours'),
    row('inpatient', 30 * DAY, 7 * DAY, null, '*', 'decision to admit to discharge and 30 days'),
    row('outpatient', 30 * DAY, null, 365 * DAY, '*', 'booked to 30 days after the last contact, 12 months at most'),
    row('community-caseload', 28 * DAY, null, 365 * DAY, '*', 'open to closed and 28 days'),
    row('social-care-case', 28 * DAY, null, 365 * DAY, '*', 'open to closed and 28 days'),
    row('incident', 24 * HOUR, 24 * HOUR, null, '*', 'incident and 24 hours'),
    row('registered-practice', 0, null, null, clinicians, 'clinicians and pharmacists while registered'),
    claim('claim-treating', 24 * HOUR, 'treating now, 24 hours'),
    claim('claim-referred', 24 * HOUR, 'referred to me, 24 hours'),
    claim('claim-advice', 24 * HOUR, 'advice asked of me, 24 hours'),
    claim('claim-discharge', 24 * HOUR, 'preparing discharge, 24 hours'),
    claim('claim-night', 24 * HOUR, 'night duty, 24 hours'),
    claim('emergency-access', 4 * HOUR, 'emergency access, 4 hours'),
  ],
}

export const windowOf = (table: WindowTable, type: RelationshipType): Window | undefined => table.rows.find(row => row.type === type)

/** Claims and emergency access: said by the professional, not by a system. */
export const isClaim = (type: RelationshipType): boolean => type.startsWith('claim-') || type === 'emergency-access'
