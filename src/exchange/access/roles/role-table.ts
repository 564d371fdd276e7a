import type { RoleRow } from '../../../care-record/catalogue.ts'
import { groupRows } from './groups.ts'
import { jobRoles, type JobRole, type WhyNothing } from './job-roles.ts'

/** Who signs the table, and which one it is. */
export const roleTable = {
  id: 'role-table',
  version: '1',
  /** FHIR date. */
  inForceFrom: '2026-11-01',
  owner: 'Information governance lead of the exchange',
} as const

/** Why a role sees nothing, in words for whoever signs. */
export const whyNothing: Readonly<Record<WhyNothing, string>> = {
  manages: 'Manages. Whoever also gives care has a clinical role for it.',
  administers: 'Office work. It needs nothing clinical of other organisations.',
  'runs-systems': 'Runs systems or identities. It needs no clinical field.',
  helps: 'Helps a registered professional, who opens the record.',
  unclear: 'Does not say which profession. The employer gives a role that does.',
  'not-yet': 'Its services do not take part yet.',
  specimens: 'Works on specimens or equipment, not with the person.',
  'no-care': 'Gives no care that needs the record.',
}

const isNothing = (role: JobRole): role is Extract<JobRole, readonly [string, string, 'none', WhyNothing]> => role[2] === 'none'

/**
 * National job roles and what each sees, as a catalogue document takes them. A code that is not here sees nothing; neither does a
 * lapsed one.
 */
export function roleRows(): readonly RoleRow[] {
  const byGroup = new Map(groupRows.map(row => [row.group, row]))
  return jobRoles.flatMap((role): readonly RoleRow[] => {
    if (isNothing(role)) return []
    const [jobRole, title, group, as] = role
    const row = byGroup.get(group)
    if (row === undefined) return []
    const { sections, limits, mayClaim, register, offices } = row
    return [
      {
        jobRole,
        title,
        group,
        sections,
        ...(limits === undefined ? {} : { limits }),
        mayClaim: mayClaim && as === undefined,
        ...(register === undefined || as !== undefined ? {} : { register }),
        ...(offices === undefined ? {} : { offices }),
      },
    ]
  })
}
