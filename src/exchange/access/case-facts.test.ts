import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EpisodeOfCare } from '@medplum/fhirtypes'
import { factsFromCases } from './case-facts.ts'

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
