import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue, OrganisationState } from '../care-record/catalogue.ts'
import type { Viewer } from '../care-record/person.ts'
import type { Standing } from '../care-record/standing.ts'
import { createWhoMayLook } from './who-may-look.ts'

const viewer = (jobRole: string, odsCode = 'RJZ'): Viewer => ({
  sdsUserId: '555000000001',
  name: 'TESTER, Ada (Dr)',
  sdsRoleProfileId: '555000000002',
  roleCode: `S8000:G8000:${jobRole}`,
  roleName: 'Doctor',
  odsCode,
  organisationName: 'Hospital',
  assurance: 'AAL2',
})
const good: Standing = { employment: 'active', register: 'registered', acceptedUse: null, teams: [] }
const lookWith = (standing: Standing | undefined, state: OrganisationState = 'connected') =>
  createWhoMayLook({
    catalogue: () =>
      ({
        organisations: new Map([['RJZ', { odsCode: 'RJZ', name: 'Hospital', short: 'H', kind: 'acute', state }]]),
        roles: new Map([
          ['R8000', { jobRole: 'R8000', title: 'Doctor', group: 'doctor', sections: ['alerts'], mayClaim: true, register: 'needed' }],
          ['R8008', { jobRole: 'R8008', title: 'Clerk', group: 'clerk', sections: ['appointments'], mayClaim: false }],
          ['R0001', { jobRole: 'R0001', title: 'Privacy officer', group: 'privacy-officer', sections: [], mayClaim: false }],
        ]),
      }) as unknown as Catalogue,
    standing: { standingOf: async () => standing ?? Promise.reject(new Error('away')) },
  })

const cases: readonly (readonly [string, ReturnType<typeof lookWith>, Viewer, boolean])[] = [
  ['a doctor in post', lookWith(good), viewer('R8000'), true],
  ['while standing cannot be read', lookWith(undefined), viewer('R8000'), true],
  ['nobody has said anything of them', lookWith({ ...good, employment: 'unknown', register: 'unknown' }), viewer('R8000'), true],
  ['a fee is due', lookWith({ ...good, register: 'fee-unpaid' }), viewer('R8000'), true],
  ['a clerk, whom no register keeps', lookWith({ ...good, register: 'lapsed' }), viewer('R8008'), true],
  ['they have left', lookWith({ ...good, employment: 'ended' }), viewer('R8000'), false],
  ['their register has suspended them', lookWith({ ...good, register: 'suspended' }), viewer('R8000'), false],
  ['their registration has lapsed', lookWith({ ...good, register: 'lapsed' }), viewer('R8000'), false],
  ['the organisation is suspended', lookWith(good, 'suspended'), viewer('R8000'), false],
  ['the organisation has left', lookWith(good, 'left'), viewer('R8000'), false],
  ['the organisation is not known', lookWith(good), viewer('R8000', 'RXX'), false],
  ['the role opens no record', lookWith(good), viewer('R0001'), false],
  ['the role is not listed', lookWith(good), viewer('R9999'), false],
]
for (const [name, look, who, may] of cases)
  test(`R044 R045: search: ${name}: ${may ? 'may' : 'may not'}`, async () => {
    assert.equal(await look.mayFind(who), may)
  })

test('R045: who has left is not in post; whoever cannot be read, or was never spoken of, is', async () => {
  const inPost = (standing: Standing | undefined) => lookWith(standing).inPost(viewer('R0001'))
  assert.deepEqual(
    await Promise.all(
      [good, { ...good, employment: 'unknown' } as const, { ...good, employment: 'ended' } as const, undefined].map(inPost),
    ),
    [true, true, false, true],
  )
})
