import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Appointment, ServiceRequest } from '@medplum/fhirtypes'
import { factsFromAppointments, factsFromRequests } from './appointment-facts.ts'
import type { FactsAbout } from './facts-about.ts'

const NOW = new Date('2026-11-21T11:00:00Z')
const hub: FactsAbout = {
  nhsNumber: '9990000018',
  odsCode: 'G85996',
  kind: 'gp-practice',
  sourceId: 'hub',
  feed: 'live',
  registered: false,
}
const booking = (over: Partial<Appointment> = {}): Appointment => ({
  resourceType: 'Appointment',
  id: '1',
  status: 'booked',
  created: '2026-11-19T16:00:00Z',
  start: '2026-11-21T14:20:00Z',
  end: '2026-11-21T14:35:00Z',
  participant: [],
  ...over,
})
const hour = (at: string | null): string => at?.slice(0, 13) ?? 'open'
const own = { registered: true }
const hospital: Partial<FactsAbout> = { kind: 'acute', odsCode: 'RJZ' }

const { id: _id, ...withoutId } = booking()
const bookings: readonly (readonly [name: string, appointment: Appointment, said: string, over?: Partial<FactsAbout>])[] = [
  ['this afternoon at the weekend hub', booking(), 'outpatient 2026-11-19T16 open'],
  [
    'this morning at the hub, and nobody has said how it went',
    booking({ start: '2026-11-21T09:00:00Z', end: '2026-11-21T09:15:00Z' }),
    'outpatient 2026-11-19T16 2026-11-21T09',
  ],
  [
    'a fortnight ago, fulfilled',
    booking({ status: 'fulfilled', created: '2026-11-01', start: '2026-11-07T09:00:00Z', end: '2026-11-07T09:15:00Z' }),
    'outpatient 2026-11-01T00 2026-11-07T09',
  ],
  [
    'a fortnight ago, fulfilled, with a year mistyped',
    booking({ status: 'fulfilled', created: '2026-11-01', start: '2026-11-07T09:00:00Z', end: '2062-11-07T09:15:00Z' }),
    'outpatient 2026-11-01T00 2026-11-07T09',
  ],
  [
    'next year in a clinic',
    booking({ start: '2027-03-01T09:00:00Z', end: '2027-03-01T09:20:00Z' }),
    'outpatient 2026-11-19T16 open',
    hospital,
  ],
  [
    'whose booking has no time of its own',
    booking({ created: '', meta: { lastUpdated: '2026-11-18T10:00:00Z' } }),
    'outpatient 2026-11-18T10 open',
    hospital,
  ],
  ['today at their own practice', booking(), 'practice-task 2026-11-21T00 open', own],
  ['a day of summer at their own practice', booking({ start: '2026-07-01T08:00:00Z' }), 'practice-task 2026-06-30T23 open', own],
  ['at their own practice without a time', booking({ start: '' }), '', own],
  [
    'cancelled',
    booking({ status: 'cancelled', meta: { lastUpdated: '2026-11-20T10:00:00Z' } }),
    'outpatient 2026-11-19T16 open taken back 2026-11-20T10',
  ],
  ['entered in error', booking({ status: 'entered-in-error' }), 'outpatient 2026-11-19T16 open taken back 2026-11-21T11'],
  ['they did not come to', booking({ status: 'noshow', start: '2026-11-20T09:00:00Z' }), ''],
  ['only proposed', booking({ status: 'proposed' }), ''],
  ['on a waiting list', booking({ status: 'waitlist' }), ''],
  ['without an id', withoutId, ''],
]
for (const [name, given, expected, over] of bookings)
  test(`R107 care rules 1.1: an appointment ${name}`, () => {
    const [fact] = factsFromAppointments([given], { ...hub, ...over }, NOW)
    const takenBack = fact?.revokedAt === undefined ? [] : [`taken back ${hour(fact.revokedAt)}`]
    assert.equal(fact === undefined ? '' : [fact.type, hour(fact.from), hour(fact.ended), ...takenBack].join(' '), expected)
  })

const at = (odsCode: string): NonNullable<ServiceRequest['performer']> => [
  { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: odsCode } },
]
const REFERRAL: NonNullable<ServiceRequest['category']> = [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }]
const TRANSFER: NonNullable<ServiceRequest['category']> = [{ coding: [{ system: 'http://snomed.info/sct', code: '107724000' }] }]
const request = (over: Partial<ServiceRequest> = {}): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id: '1',
  status: 'active',
  intent: 'order',
  subject: {},
  category: REFERRAL,
  performer: at('RJ1'),
  authoredOn: '2026-11-10T09:00:00Z',
  meta: { lastUpdated: '2026-11-12T10:00:00Z' },
  ...over,
})
const evelina: FactsAbout = { nhsNumber: '9990000018', odsCode: 'RJ1', kind: 'acute', sourceId: 'gstt', feed: 'live', registered: false }
const requests: readonly (readonly [name: string, request: ServiceRequest, said: string, over?: Partial<FactsAbout>])[] = [
  ['a referral accepted here', request(), 'outpatient 2026-11-10T09 open'],
  ['a transfer accepted here, before arrival', request({ category: TRANSFER }), 'transfer-accepted 2026-11-12T10 open'],
  ['a transfer that was called off', request({ category: TRANSFER, status: 'revoked' }), 'transfer-accepted 2026-11-12T10 open taken back'],
  ['a referral of ours to another hospital', request({ performer: at('RJZ') }), ''],
  ['a transfer away to another hospital', request({ category: TRANSFER, performer: at('RJZ') }), ''],
  ['a referral that says nobody', request({ performer: [] }), ''],
  ['a blood test ordered here', request({ category: [{ coding: [{ system: 'http://snomed.info/sct', code: '108252007' }] }] }), ''],
  ['a referral in draft', request({ status: 'draft' }), ''],
  ['a referral that was completed', request({ status: 'completed' }), ''],
  ['a referral without a day', request({ authoredOn: '', meta: {} }), ''],
  [
    'a referral of a ward to the council',
    request({ performer: at('710') }),
    'social-care-notice 2026-11-10T09 open',
    { kind: 'social-care', odsCode: '710' },
  ],
]
for (const [name, given, expected, over] of requests)
  test(`R106 care rules 1.1: ${name}`, () => {
    const [fact] = factsFromRequests([given], { ...evelina, ...over }, NOW)
    const takenBack = fact?.revokedAt === undefined ? [] : ['taken back']
    assert.equal(fact === undefined ? '' : [fact.type, hour(fact.from), hour(fact.ended), ...takenBack].join(' '), expected)
  })
