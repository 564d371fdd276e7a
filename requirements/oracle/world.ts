import type { Agreement, Catalogue, Organisation, PeerConfig, RoleGroup, RoleRow } from '../../src/care-record/catalogue.ts'
import type { AccessRules } from '../../src/care-record/decision.ts'
import type { NhsNumber } from '../../src/care-record/nhs-number.ts'
import type { Person, Viewer } from '../../src/care-record/person.ts'

/** A number that fails the check digit of the NHS: nobody's. */
const nobody = (digits: string): NhsNumber => digits as NhsNumber
export const PERSON_NUMBER = nobody('9990000001')
export const FORMER_NUMBER = nobody('9990000002')
export const OTHER_NUMBER = nobody('9990000003')

export const HERE = 'AAA'
export const THERE = 'BBB'

const organisation = (odsCode: string, kind: Organisation['kind']): Organisation => ({
  odsCode,
  name: `Organisation ${odsCode}`,
  short: odsCode,
  kind,
})
export const HOSPITAL = 'X01'
export const OTHER_HOSPITAL = 'X02'
export const PRACTICE = 'X03'
export const OTHER_PRACTICE = 'X04'
export const COUNCIL = 'X05'
export const MENTAL_HEALTH = 'X06'
export const INSURER = 'X12'
/** Takes part nowhere. */
export const STRANGER = 'X99'
export const ORGANISATIONS: readonly Organisation[] = [
  organisation(HOSPITAL, 'acute'),
  organisation(OTHER_HOSPITAL, 'acute'),
  organisation(PRACTICE, 'gp-practice'),
  organisation(OTHER_PRACTICE, 'gp-practice'),
  organisation(COUNCIL, 'social-care'),
  organisation(MENTAL_HEALTH, 'mental-health'),
  organisation('X07', 'ambulance'),
  organisation('X08', 'nhs-111'),
  organisation('X09', 'care-home'),
  organisation('X10', 'pharmacy'),
  organisation('X11', 'community'),
  organisation(INSURER, 'other'),
]

const role = (jobRole: string, group: RoleGroup, over: Partial<RoleRow> = {}): RoleRow => ({
  jobRole,
  title: group,
  group,
  sections: ['alerts', 'allergies', 'medicines'],
  mayClaim: true,
  register: 'needed',
  ...over,
})
const office = (jobRole: string, group: RoleGroup, offices: NonNullable<RoleRow['offices']>): RoleRow => ({
  jobRole,
  title: group,
  group,
  sections: [],
  mayClaim: false,
  offices,
})
/** One role of each group and how it stands with claims, registers and limits. Codes are ours: none is a national one. */
export const ROLES: readonly RoleRow[] = [
  role('T0001', 'emergency-doctor'),
  role('T0002', 'doctor'),
  role('T0003', 'gp'),
  role('T0004', 'nurse'),
  role('T0005', 'community-nurse'),
  role('T0006', 'mental-health'),
  role('T0007', 'nhs-111'),
  role('T0008', 'pharmacist'),
  role('T0009', 'paramedic'),
  role('T0010', 'social-worker', { sections: ['alerts', 'referrals', 'results'], limits: { results: 'virus' } }),
  role('T0011', 'midwife'),
  role('T0012', 'allied-health'),
  { jobRole: 'T0013', title: 'care home', group: 'care-home', sections: ['about-me', 'plans'], mayClaim: false },
  { jobRole: 'T0014', title: 'student', group: 'student', sections: ['problems'], mayClaim: false },
  {
    jobRole: 'T0015',
    title: 'clerk',
    group: 'clerk',
    sections: ['appointments', 'referrals'],
    limits: { appointments: 'administrative', referrals: 'administrative' },
    mayClaim: false,
  },
  office('T0016', 'privacy-officer', ['privacy']),
  office('T0017', 'guardian', ['guardian']),
  office('T0018', 'governance', ['objections', 'agreements', 'rules']),
  office('T0019', 'steward', ['stewarding']),
  office('T0020', 'support', ['operations']),
]
export const roleOf = (group: RoleGroup): RoleRow => {
  const found = ROLES.find(one => one.group === group)
  if (!found) throw new Error(`no role of group ${group}`)
  return found
}

/** Rules without windows: the oracle has its own. */
export const RULES: AccessRules = {
  id: 'access',
  version: 'oracle',
  inForceFrom: '2020-01-01',
  owner: 'information governance',
  approvedBy: ['one', 'two'],
  reason: 'care rules',
  windows: [],
  purposes: ['direct-care'],
  acceptedUseDays: 365,
  feeUnpaidDays: 28,
  overdueDays: 30,
  shareClasses: [
    {
      id: 'mental-health',
      title: 'Mental health',
      organisationKinds: ['mental-health'],
      sections: [],
      policyClasses: ['therapy'],
      owner: 'board',
    },
    {
      id: 'social',
      title: 'Social care',
      organisationKinds: ['social-care', 'care-home'],
      sections: ['social-care'],
      policyClasses: [],
      owner: 'board',
    },
    { id: 'plans', title: 'Plans', organisationKinds: [], sections: ['plans', 'about-me'], policyClasses: ['third-party'], owner: 'board' },
  ],
}

export const AGREEMENT: Agreement = {
  id: 'agreement-1',
  provider: OTHER_HOSPITAL,
  consumer: '*',
  sections: '*',
  from: '2020-01-01',
  until: null,
}
export const PEER: PeerConfig = {
  exchange: THERE,
  title: 'There',
  baseUrl: 'https://there.example',
  state: 'live',
  trustedEvidence: ['emergency-attendance', 'inpatient', 'registered-practice'],
}

export const CATALOGUE: Catalogue = {
  version: 'catalogue-1',
  exchange: HERE,
  title: 'Here',
  organisations: new Map(ORGANISATIONS.map(one => [one.odsCode, one])),
  sources: [],
  peers: [PEER],
  agreements: [AGREEMENT],
  roles: new Map(ROLES.map(one => [one.jobRole, one])),
  services: [],
}

export const viewerOf = (jobRole: string, odsCode: string): Viewer => ({
  sdsUserId: '111111111111',
  name: 'A Professional',
  sdsRoleProfileId: '222222222222',
  roleCode: `S0000:G0000:${jobRole}`,
  roleName: 'Role',
  odsCode,
  organisationName: `Organisation ${odsCode}`,
  assurance: 'AAL2',
})

export const PERSON: Person = {
  nhsNumber: PERSON_NUMBER,
  replacedNumbers: [FORMER_NUMBER],
  name: { family: 'Person', given: ['Test'] },
  otherNames: [],
  birthDate: '1970-01-01',
  gender: 'unknown',
  restricted: 'no',
  basis: 'pds',
  asOf: '2026-11-21T00:00:00Z',
}
