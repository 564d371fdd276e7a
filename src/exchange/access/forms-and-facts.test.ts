import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encounter } from '@medplum/fhirtypes'
import type { EvidenceFact } from '../../care-record/decision.ts'
import { parseClaim } from './claim-form.ts'
import { factsFromEncounters } from './encounter-facts.ts'
import type { FactsAbout } from './facts-about.ts'

const taken: [name: string, form: unknown, expected: unknown][] = [
  ['treating now', { reason: 'claim-treating' }, { type: 'claim-treating' }],
  ['the short name of a reason', { reason: 'referred' }, { type: 'claim-referred' }],
  [
    'emergency with words',
    { reason: 'emergency-access', words: 'Unconscious, no relatives' },
    { type: 'emergency-access', words: 'Unconscious, no relatives' },
  ],
  [
    'words in another script',
    { reason: 'emergency', words: 'بیهوش، بدون همراه، تنها' },
    { type: 'emergency-access', words: 'بیهوش، بدون همراه، تنها' },
  ],
  [
    'exactly ten characters',
    { reason: 'emergency', words: '没有意识需要紧急用药' },
    { type: 'emergency-access', words: '没有意识需要紧急用药' },
  ],
  ['lines made one', { reason: 'night', words: ' a \r\n b ' }, { type: 'claim-night', words: 'a b' }],
]
for (const [name, form, expected] of taken)
  test(`R106 a claim takes ${name}`, () => {
    const parsed = parseClaim(form)
    assert.deepEqual(parsed.ok && parsed.value, expected)
  })
const refused: [name: string, form: unknown][] = [
  ['nothing', undefined],
  ['no reason', {}],
  ['a reason that is none', { reason: 'curious' }],
  ['an evidence type as a reason', { reason: 'inpatient' }],
  ['two reasons', { reason: ['claim-night', 'emergency-access'] }],
  ['emergency without words', { reason: 'emergency-access' }],
  ['emergency with nine characters', { reason: 'emergency-access', words: '123456abc' }],
  ['emergency with spaces only', { reason: 'emergency-access', words: ' '.repeat(40) }],
  ['emergency with dots only', { reason: 'emergency-access', words: '.'.repeat(40) }],
  ['501 characters', { reason: 'emergency-access', words: 'a'.repeat(501) }],
  ['a control character', { reason: 'emergency-access', words: 'unconscious\u0000 now' }],
  ['text that turns its direction', { reason: 'emergency-access', words: 'unconscious \u202e now' }],
]
for (const [name, form] of refused) test(`R106 a claim refuses ${name}`, () => assert.equal(parseClaim(form).ok, false))

const NOW = new Date('2026-11-21T11:00:00Z')
const about: FactsAbout = { nhsNumber: '9990000018', odsCode: 'RJZ', kind: 'acute', sourceId: 'kch', feed: 'live', registered: false }
const encounter = (over: Partial<Encounter> = {}): Encounter => ({
  resourceType: 'Encounter',
  id: '1',
  status: 'in-progress',
  class: { code: 'EMER' },
  period: { start: '2026-11-21T09:00:00Z' },
  ...over,
})
const hour = (at: string): string => at.slice(0, 13)
const said = (fact: EvidenceFact): string =>
  [
    fact.type,
    hour(fact.from),
    fact.ended === null ? 'open' : hour(fact.ended),
    hour(fact.lastMessageAt),
    ...(fact.revokedAt === undefined ? [] : [`taken back ${hour(fact.revokedAt)}`]),
  ].join(' ')
const read: [name: string, encounter: Encounter, expected: string, over?: Partial<FactsAbout>][] = [
  [
    'a stay that began at no time: when it was last changed',
    encounter({ class: { code: 'IMP' }, period: { start: '1' }, meta: { lastUpdated: '2026-11-21T10:00:00Z' } }),
    'inpatient 2026-11-21T10 open 2026-11-21T11',
  ],
  [
    'a stay that began at a time of nowhere: when it was last changed',
    encounter({ class: { code: 'IMP' }, period: { start: '2026-11-20T09:00:00' }, meta: { lastUpdated: '2026-11-21T10:00:00Z' } }),
    'inpatient 2026-11-21T10 open 2026-11-21T11',
  ],
  [
    'a discharge with a year mistyped: it was over when that was said',
    encounter({
      class: { code: 'IMP' },
      status: 'finished',
      period: { start: '2026-11-01T09:00:00Z', end: '2062-11-05T09:00:00Z' },
      meta: { lastUpdated: '2026-11-05T10:00:00Z' },
    }),
    'inpatient 2026-11-01T09 2026-11-05T10 2026-11-21T11',
  ],
  [
    'a discharge ahead of us, said on no day: it was over as it began',
    encounter({ class: { code: 'IMP' }, status: 'finished', period: { start: '2026-11-01T09:00:00Z', end: '2062-11-05T09:00:00Z' } }),
    'inpatient 2026-11-01T09 2026-11-01T09 2026-11-21T11',
  ],
  ['an open attendance', encounter(), 'emergency-attendance 2026-11-21T09 open 2026-11-21T09'],
  [
    'an open attendance changed since',
    encounter({ meta: { lastUpdated: '2026-11-21T10:00:00Z' } }),
    'emergency-attendance 2026-11-21T09 open 2026-11-21T10',
  ],
  [
    'an open stay',
    encounter({ class: { code: 'IMP' }, period: { start: '2026-11-01T09:00:00Z' } }),
    'inpatient 2026-11-01T09 open 2026-11-21T11',
  ],
  [
    'a discharge',
    encounter({ class: { code: 'IMP' }, status: 'finished', period: { start: '2026-11-01T09:00:00Z', end: '2026-11-05T09:00:00Z' } }),
    'inpatient 2026-11-01T09 2026-11-05T09 2026-11-21T11',
  ],
  [
    'a booking',
    encounter({
      class: { code: 'AMB' },
      status: 'planned',
      period: { start: '2026-12-05T09:00:00Z' },
      meta: { lastUpdated: '2026-11-20T09:00:00Z' },
    }),
    'outpatient 2026-11-20T09 open 2026-11-20T09',
  ],
  [
    'a site of the organisation',
    encounter({ serviceProvider: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-site-code', value: 'RJZ01' } } }),
    'emergency-attendance 2026-11-21T09 open 2026-11-21T09',
  ],
  [
    'an open stay whose last message is of the tenth, from a message feed',
    encounter({ class: { code: 'IMP' }, period: { start: '2026-11-01T09:00:00Z' }, meta: { lastUpdated: '2026-11-10T08:00:00Z' } }),
    'inpatient 2026-11-01T09 open 2026-11-10T08',
    { feed: 'message' },
  ],
  [
    'a message from a clock that is ahead',
    encounter({ meta: { lastUpdated: '2026-11-21T15:00:00Z' } }),
    'emergency-attendance 2026-11-21T09 open 2026-11-21T11',
  ],
  [
    'a pre-alert by ambulance',
    encounter({ status: 'planned', period: {}, meta: { lastUpdated: '2026-11-21T10:40:00Z' } }),
    'emergency-attendance 2026-11-21T10 open 2026-11-21T10',
  ],
  [
    'a decision to admit',
    encounter({
      class: { code: 'PRENC' },
      status: 'planned',
      period: { start: '2026-12-01T09:00:00Z' },
      meta: { lastUpdated: '2026-11-20T09:00:00Z' },
    }),
    'inpatient 2026-11-20T09 open 2026-11-21T11',
  ],
  ['a call to 111', encounter({ class: { code: 'VR' } }), 'incident 2026-11-21T09 open 2026-11-21T09', { kind: 'nhs-111' }],
  ['an ambulance on its way', encounter({ class: { code: 'FLD' } }), 'incident 2026-11-21T09 open 2026-11-21T09', { kind: 'ambulance' }],
  [
    'a resident of a care home',
    encounter({ class: { code: 'NONAC' }, period: { start: '2025-03-01' } }),
    'care-home-residency 2025-03-01T00 open 2026-11-21T11',
    { kind: 'care-home' },
  ],
  ['a caseload', encounter({ class: { code: 'HH' } }), 'community-caseload 2026-11-21T09 open 2026-11-21T09', { kind: 'community' }],
  ['one cancelled', encounter({ status: 'cancelled' }), 'emergency-attendance 2026-11-21T09 open 2026-11-21T09 taken back 2026-11-21T11'],
  [
    'one entered in error',
    encounter({ status: 'entered-in-error', period: {}, meta: { lastUpdated: '2026-11-21T10:30:00Z' } }),
    'emergency-attendance 2026-11-21T10 open 2026-11-21T10 taken back 2026-11-21T10',
  ],
  ['one of unknown status', encounter({ status: 'unknown' }), ''],
  [
    'one of another organisation',
    encounter({ serviceProvider: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RAL' } } }),
    '',
  ],
  ['one without dates', encounter({ period: {} }), ''],
  ['one of no class we know', encounter({ class: { code: 'XX' } }), ''],
]
for (const [name, given, expected, over] of read)
  test(`R039 care rules 1.1: evidence from ${name}`, () => {
    const [fact] = factsFromEncounters([given], { ...about, ...over }, NOW)
    assert.equal(fact === undefined ? '' : said(fact), expected)
  })
