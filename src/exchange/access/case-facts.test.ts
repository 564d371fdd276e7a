import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EpisodeOfCare } from '@medplum/fhirtypes'
import { factsFromCases } from './case-facts.ts'
import { CASE_KIND, type FactsAbout } from './facts-about.ts'

const about: FactsAbout = {
  nhsNumber: '9990000018',
  odsCode: '710',
  kind: 'social-care',
  sourceId: 'southwark',
  feed: 'live',
  registered: false,
}
const now = new Date('2026-11-21T10:00:00Z')
const episode = (over: Partial<EpisodeOfCare>): EpisodeOfCare => ({
  resourceType: 'EpisodeOfCare',
  id: 'c1',
  status: 'active',
  patient: {},
  period: { start: '2026-10-25' },
  ...over,
})
const enquiry = (over: Partial<EpisodeOfCare> = {}): EpisodeOfCare =>
  episode({ type: [{ coding: [{ system: CASE_KIND, code: 'safeguarding' }] }], team: [{ identifier: { value: 'mash' } }], ...over })

/** Type, from, end, team, and when it was taken back. */
type Said = readonly [type: string, from: string, ended: string, team?: string | undefined, takenBack?: string]
const cases: readonly (readonly [name: string, episode: EpisodeOfCare, said: Said | undefined, over?: Partial<FactsAbout>])[] = [
  ['an open case', episode({}), ['social-care-case', '2026-10-25', 'open']],
  ['a case of a team', episode({ team: [{ identifier: { value: 'adults' } }] }), ['social-care-case', '2026-10-25', 'open', 'adults']],
  [
    'a closed case',
    episode({ status: 'finished', period: { start: '2026-10-25', end: '2026-11-01' } }),
    ['social-care-case', '2026-10-25', '2026-11-01'],
  ],
  [
    'a closed case with a year mistyped',
    episode({ status: 'finished', period: { start: '2026-10-25', end: '2062-11-01' }, meta: { lastUpdated: '2026-11-01T09:00:00Z' } }),
    ['social-care-case', '2026-10-25', '2026-11-01'],
  ],
  [
    'an enquiry closed ahead of us, said on no day',
    enquiry({ status: 'finished', period: { start: '2026-10-25', end: '2062-11-01' } }),
    ['safeguarding-enquiry', '2026-10-25', '2026-10-25', 'mash'],
  ],
  ['a closed case without a day', episode({ status: 'finished' }), ['social-care-case', '2026-10-25', '2026-10-25']],
  [
    'a notice to the council before a case opens, of whatever team',
    episode({ status: 'planned', period: { start: '2026-11-20' }, team: [{ identifier: { value: 'adults' } }] }),
    ['social-care-notice', '2026-11-20', 'open'],
  ],
  [
    'a case that is to open next week',
    episode({ status: 'planned', period: { start: '2026-11-28' }, meta: { lastUpdated: '2026-11-19T09:00:00Z' } }),
    ['social-care-notice', '2026-11-19', 'open'],
  ],
  ['a case that is to open next week, said on no day', episode({ status: 'planned', period: { start: '2026-11-28' } }), undefined],
  [
    'a case opened by mistake',
    episode({ status: 'entered-in-error', meta: { lastUpdated: '2026-11-02T09:00:00Z' } }),
    ['social-care-case', '2026-10-25', 'open', undefined, '2026-11-02'],
  ],
  ['a cancelled case', episode({ status: 'cancelled' }), ['social-care-case', '2026-10-25', 'open', undefined, '2026-11-21']],
  ['a case without an id', { ...episode({}), id: undefined } as unknown as EpisodeOfCare, undefined],
  ['an open case of no day', episode({ period: {} }), undefined],
  [
    "another organisation's case",
    episode({ managingOrganization: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: '708' } } }),
    undefined,
  ],
  ['an enquiry', enquiry(), ['safeguarding-enquiry', '2026-10-25', 'open', 'mash']],
  ['an enquiry that names no team', enquiry({ team: [] }), undefined],
  ['an enquiry that is only planned', enquiry({ status: 'planned' }), undefined],
  [
    'a closed enquiry',
    enquiry({ status: 'finished', period: { start: '2026-10-25', end: '2026-11-03' } }),
    ['safeguarding-enquiry', '2026-10-25', '2026-11-03', 'mash'],
  ],
  [
    'a community caseload with its team',
    episode({ team: [{ reference: 'CareTeam/district-nursing' }] }),
    ['community-caseload', '2026-10-25', 'open', 'district-nursing'],
    { kind: 'community', odsCode: 'RPG' },
  ],
]
for (const [name, given, said, over] of cases)
  test(`R037 R051 care rules 1.1: ${name} is ${said === undefined ? 'no evidence' : said[0]}`, () => {
    const [fact] = factsFromCases([given], { ...about, ...over }, now)
    const found = fact && [fact.type, fact.from.slice(0, 10), fact.ended?.slice(0, 10) ?? 'open', fact.team, fact.revokedAt?.slice(0, 10)]
    assert.deepEqual(found, said && Array.from({ length: 5 }, (_, i) => said[i]))
  })
