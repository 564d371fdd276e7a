import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EpisodeOfCare } from '@medplum/fhirtypes'
import type { Catalogue, RoleRow } from '../../care-record/catalogue.ts'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import { factsFromCases } from './case-facts.ts'
import { decide } from './decide.ts'

const about = { nhsNumber: '9990000018', odsCode: '710', sourceId: 'southwark' }
const now = new Date('2026-11-21T10:00:00Z')
const episode = (over: Partial<EpisodeOfCare>): EpisodeOfCare => ({
  resourceType: 'EpisodeOfCare',
  id: 'c1',
  status: 'active',
  patient: {},
  period: { start: '2026-10-25' },
  ...over,
})

const cases: readonly (readonly [name: string, episode: EpisodeOfCare, from: string | undefined, ended?: string | null])[] = [
  ['an open case', episode({}), '2026-10-25T00:00:00.000Z', null],
  [
    'a closed case',
    episode({ status: 'finished', period: { start: '2026-10-25', end: '2026-11-01' } }),
    '2026-10-25T00:00:00.000Z',
    '2026-11-01T00:00:00.000Z',
  ],
  ['a closed case without a day', episode({ status: 'finished' }), '2026-10-25T00:00:00.000Z', '2026-10-25T00:00:00.000Z'],
  ['a notice to the council before a case opens', episode({ status: 'planned', period: {} }), '2026-11-21T10:00:00.000Z', null],
  ['a case opened by mistake', episode({ status: 'entered-in-error' }), undefined],
  ['a cancelled case', episode({ status: 'cancelled' }), undefined],
  ['a case without an id', { ...episode({}), id: undefined } as unknown as EpisodeOfCare, undefined],
  ['an open case of no day', episode({ period: {} }), undefined],
]
for (const [name, given, from, ended] of cases)
  test(`R051 care rules 1.1: ${name} is ${from === undefined ? 'no evidence' : 'evidence'}`, () => {
    const [fact] = factsFromCases([given], about, now)
    assert.deepEqual(
      [fact?.type, fact?.from, fact?.ended],
      from === undefined ? [undefined, undefined, undefined] : ['social-care-case', from, ended],
    )
  })

const socialWorker: RoleRow = {
  jobRole: 'R8014',
  title: 'Social worker',
  group: 'social-worker',
  sections: ['social-care'],
  mayClaim: false,
}
const catalogue: Catalogue = {
  version: '1',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map([['710', { odsCode: '710', name: 'Southwark Council', short: 'SC', kind: 'social-care' }]]),
  sources: [],
  peers: [],
  agreements: [{ id: 'a', provider: 'RJZ', consumer: '*', sections: '*', from: '2026-01-01', until: null }],
  roles: new Map([['R8014', socialWorker]]),
  services: [],
}
const staff: readonly (readonly [name: string, roleCode: string, open: readonly EpisodeOfCare[], verdict: string])[] = [
  ["a council's social worker with an open case", 'S8000:G8000:R8014', [episode({})], 'permit'],
  ['the same with a notice from a ward', 'S8000:G8000:R8014', [episode({ status: 'planned', period: {} })], 'permit'],
  [
    'the same, three weeks after it was closed',
    'S8000:G8000:R8014',
    [episode({ status: 'finished', period: { start: '2026-01-05', end: '2026-10-31' } })],
    'permit',
  ],
  [
    'the same, five weeks after',
    'S8000:G8000:R8014',
    [episode({ status: 'finished', period: { start: '2026-01-05', end: '2026-10-16' } })],
    'not',
  ],
  ['the same without a case', 'S8000:G8000:R8014', [], 'not'],
  ["the same council's benefits officer, whatever case is open", 'S8001:G8003:R8010', [episode({})], 'not'],
  ['its finance assistant', 'S8001:G8003:R8009', [episode({})], 'not'],
]
for (const [name, roleCode, open, verdict] of staff)
  test(`R051: ${name}: ${verdict === 'permit' ? 'may look' : 'may not'}`, () => {
    const decision = decide({
      viewer: {
        sdsUserId: '1',
        name: 'B Cole',
        sdsRoleProfileId: '2',
        roleCode,
        roleName: 'of the council',
        odsCode: '710',
        organisationName: 'Southwark Council',
        assurance: 'AAL2',
      },
      purpose: 'direct-care',
      now: now.toISOString(),
      person: {
        nhsNumber: about.nhsNumber as NhsNumber,
        name: { family: 'Okafor', given: ['Amara'] },
        otherNames: [],
        birthDate: '1956-03-08',
        gender: 'female',
        restricted: 'no',
        basis: 'pds',
        asOf: now.toISOString(),
      },
      facts: factsFromCases(open, about, now),
      unavailable: [],
      objections: { state: 'known', inForce: false },
      catalogue,
    })
    assert.equal(decision.verdict === 'permit' ? 'permit' : 'not', verdict)
  })
