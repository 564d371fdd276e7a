import assert from 'node:assert/strict'
import type { Resource } from '@medplum/fhirtypes'
import type { ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import { answering, bundleOf, json, patientOf } from '../reading/answering.ts'
import { contextOf, personOf } from '../reading/fixtures.ts'
import { createEvidenceReader } from './evidence.ts'

const subject = { reference: 'Patient/p1' }
const held: Readonly<Record<string, readonly unknown[]>> = {
  Patient: [patientOf()],
  Encounter: [
    {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'in-progress',
      class: { code: 'EMER' },
      period: { start: '2026-11-21T09:00:00Z' },
      subject,
      reasonCode: [{ text: 'Chest pain' }],
    },
    { resourceType: 'Encounter', id: 'e2', status: 'in-progress', class: { code: 'IMP' }, subject: { reference: 'Patient/other' } },
  ],
  Appointment: [
    {
      resourceType: 'Appointment',
      id: 'a1',
      status: 'booked',
      start: '2026-11-22T09:00:00Z',
      description: 'Fracture clinic',
      participant: [{ actor: subject, status: 'accepted' }],
    },
    { resourceType: 'Appointment', id: 'a2', status: 'booked', participant: [{ actor: { reference: 'Location/x' } }] },
  ],
  ServiceRequest: [
    { resourceType: 'ServiceRequest', id: 's1', status: 'active', authoredOn: '2026-11-20', subject, code: { text: 'Cardiology' } },
  ],
}
type Answer = (type: string, response: ServerResponse) => boolean | void

async function read(t: TestContext, instead: Answer = () => false, enough?: (encounters: readonly Resource[]) => Promise<boolean>) {
  const system = await answering((url, response) => {
    const type = url.pathname.split('/').at(-1) ?? ''
    if (instead(type, response) !== true) json(response, bundleOf(...(held[type] ?? [])))
  })
  t.after(() => system.close())
  const { ask } = contextOf('essentials', { baseUrl: system.url })
  const reader = createEvidenceReader({ dispatcher: system.dispatcher, tokens: { token: async () => ({ ok: true, value: 'x' }) } })
  const said = await reader(ask.source, personOf().nhsNumber, AbortSignal.timeout(5_000), enough)
  return { said, seen: system.seen }
}
const failing =
  (failed: string, status: number): Answer =>
  (type, response) => {
    if (type !== failed) return false
    json(response, { resourceType: 'OperationOutcome' }, status)
    return true
  }

test('evidence: encounters, episodes, bookings and requests are asked for, and status fields alone come in', async t => {
  const { said, seen } = await read(t)
  assert.ok(said.ok)
  assert.deepEqual(
    said.value.resources.map(r => `${r.resourceType}/${r.id}`),
    ['Encounter/e1', 'Appointment/a1', 'ServiceRequest/s1'],
  )
  assert.doesNotMatch(JSON.stringify(said.value), /Chest pain|Fracture|Cardiology/)
  assert.ok(
    seen.every(({ url }) => url.includes('_elements=')),
    'nothing is asked for whole',
  )
  assert.ok(seen.every(({ headers }) => headers['x-purpose-of-use'] === 'authorisation-check'))
})
for (const status of [400, 403, 404, 501])
  test(`evidence: a system that has no bookings (${status}) says nothing of them`, async t => {
    const { said } = await read(t, failing('Appointment', status))
    assert.deepEqual(said.ok && [said.value.resources.length, said.value.unread], [2, []])
  })
test('care rules 1.2: bookings that could not be read are named, so that what they gave before stands', async t => {
  const { said } = await read(t, failing('Appointment', 503))
  assert.deepEqual(said.ok && [said.value.resources.length, said.value.unread], [2, ['Appointment']])
})
test('care rules 1.2: who is in care at all could not be read: not known, which is never no', async t => {
  const { said } = await read(t, failing('Encounter', 503))
  assert.equal(!said.ok && said.fault.kind, 'unavailable')
})
test('evidence: somebody the system does not know is nobody’s', async t => {
  const { said, seen } = await read(t, failing('Patient', 404))
  assert.deepEqual([said.ok && said.value, seen.length], [{ resources: [], unread: [] }, 1])
})

const typesOf = (seen: readonly { readonly url: string }[]): readonly string[] =>
  seen.map(({ url }) => /\/([A-Za-z]+)\?/.exec(url)?.[1] ?? '').toSorted()
const ALL = ['Appointment', 'Encounter', 'EpisodeOfCare', 'Patient', 'ServiceRequest']

test('evidence: where encounters alone do, nothing else is asked for, and that is said', async t => {
  const given: string[] = []
  const { said, seen } = await read(t, undefined, async encounters => {
    given.push(...encounters.map(one => `${one.resourceType}/${one.id}`))
    return true
  })
  assert.deepEqual(given, ['Encounter/e1'])
  assert.deepEqual(typesOf(seen), ['Encounter', 'Patient'])
  assert.deepEqual(said.ok && [said.value.resources.length, said.value.unread, said.value.unasked], [
    1,
    [],
    ['EpisodeOfCare', 'Appointment', 'ServiceRequest'],
  ])
})
test('evidence: where they do not, everything is', async t => {
  const { said, seen } = await read(t, undefined, async () => false)
  assert.deepEqual(typesOf(seen), ALL)
  assert.deepEqual(said.ok && [said.value.resources.length, said.value.unasked], [3, []])
})
test('evidence: encounters that take long hold nothing up: the rest is asked for meanwhile', async t => {
  let late: ServerResponse | undefined
  const { said, seen } = await read(
    t,
    (type, response) => {
      if (type === 'Encounter') late = response
      // Encounters are not answered before bookings were asked for.
      if (type === 'Appointment' && late !== undefined) json(late, bundleOf(...(held['Encounter'] ?? [])))
      return type === 'Encounter'
    },
    async () => true,
  )
  assert.deepEqual(typesOf(seen), ALL)
  assert.deepEqual(said.ok && said.value.resources.length, 3)
})
test('evidence: of a system whose encounters cannot be read no more is asked', async t => {
  const { said, seen } = await read(t, failing('Encounter', 503), async () => assert.fail('nothing was said'))
  assert.equal(!said.ok && said.fault.kind, 'unavailable')
  assert.deepEqual(typesOf(seen), ['Encounter', 'Patient'])
})
