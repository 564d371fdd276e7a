import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import type { AuditEvent } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { canonicalJson } from './canonical.ts'
import { AUDIT_KINDS, type AuditDraft, type AuditKind } from './draft.ts'
import { auditEvent, columnsOf, columnsOfDraft, eventBody, sealedOf } from './event.ts'
import { draft, publicKey, sealKey, signingKey } from './for-tests.ts'
import { makeRecord, readManifest, tamperingOf, type EventRecord, type Tampering } from './record.ts'
import { openSealed } from './seal.ts'

const frame = {
  uuid: '01997c5e-0000-7000-8000-000000000001',
  at: new Date('2026-11-21T10:00:00.123Z'),
  exchange: 'SEL',
  nodeId: 'SEL/a1',
  processTag: 'a1',
  sealKey,
  signingKey,
  keyId: 'sel-1',
}
const make = (over: Partial<AuditDraft> = {}): Promise<EventRecord> => makeRecord(draft(over), frame)
const stored = ({ stored: _stored, opens: _opens, closes: _closes, ...r }: EventRecord) => ({
  ...r,
  at: new Date(r.at),
  salt: Buffer.from(r.salt, 'base64'),
  commitment: Buffer.from(r.commitment, 'base64'),
  signature: Buffer.from(r.signature, 'base64'),
})
const eventOf = (record: EventRecord): AuditEvent => JSON.parse(record.body) as AuditEvent

test('canonical JSON does not depend on the order of members, and reads back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
      const turned = Object.fromEntries(Object.entries(value).reverse())
      assert.equal(canonicalJson(value), canonicalJson(turned))
      assert.equal(canonicalJson(JSON.parse(canonicalJson(value))), canonicalJson(value))
    }),
  )
  assert.equal(canonicalJson({ b: [1, false, 1e21], a: 'é\n', c: undefined }), '{"a":"é\\n","b":[1,false,1e+21]}')
  assert.throws(() => canonicalJson({ a: Number.NaN }), TypeError)
})

// DICOM roles of reader and server: a reader is the destination, a searcher the source.
const shapes: [kind: AuditKind, type: string, subtype: string, action: string, client: string, server: string][] = [
  ['search', 'rest', 'search', 'E', '110153', '110152'],
  ['view-opened', 'rest', 'search', 'E', '110153', '110152'],
  ['shown', 'rest', 'read', 'R', '110152', '110153'],
  ['item-opened', 'rest', 'read', 'R', '110152', '110153'],
  ['peer-disclosed', '110106', 'disclose', 'R', '110152', '110153'],
  ['refused', '110113', 'AuthZ-Role', 'E', '110153', '110152'],
  ['signed-in', '110114', '110122', 'E', '110153', '110152'],
  ['signed-out', '110114', '110123', 'E', '110153', '110152'],
]
for (const [kind, type, subtype, action, client, server] of shapes) {
  test(`R084: a '${kind}' event is a BALP AuditEvent of type ${type}, ${subtype}`, async () => {
    const event = eventOf(await make({ kind }))
    assert.equal(event.type?.code, type)
    assert.equal(event.subtype?.[0]?.code, subtype)
    assert.equal(event.action, action)
    const roles = event.agent?.map(agent => agent.type?.coding?.[0]?.code)
    assert.deepEqual(roles, ['IRCP', client, server])
    assert.equal(event.agent?.[0]?.requestor, true)
    assert.equal(event.agent?.[0]?.purposeOfUse?.[0]?.coding?.[0]?.code, 'TREAT')
  })
}

for (const kind of AUDIT_KINDS) {
  test(`R084: a '${kind}' event says who, where from, whom, why, what and with what outcome`, async () => {
    const record = await make({ kind, outcome: 'refused', assertingExchange: 'NEL' })
    assert.deepEqual(
      { ...record, uuid: undefined, salt: undefined, commitment: undefined, signature: undefined, body: undefined, stored: undefined },
      {
        uuid: undefined,
        at: '2026-11-21T10:00:00.123Z',
        nodeId: 'SEL/a1',
        transaction: 'transaction-1',
        viewId: 'view-1',
        attempt: 'attempt-1',
        kind,
        outcome: 'refused',
        nhsNumber: '9990000018',
        sdsUserId: '555000000001',
        odsCode: 'RJZ',
        manifests: record.stored.map(m => m.sha256),
        salt: undefined,
        commitment: undefined,
        signature: undefined,
        keyId: 'sel-1',
        body: undefined,
        stored: undefined,
        opens: record.opens,
        closes: kind === 'closed' ? 'view-1' : null,
      },
    )
    assert.equal(record.opens !== null, kind === 'view-opened')
    for (const fact of ['ED-07', 'emergency-attendance', 'Encounter/1', '2026-11-01', 'allergies', 'NEL', 'S8000:G8000:R8000'])
      assert.ok(record.body.includes(fact), fact)
    assert.ok(!record.body.includes('AllergyIntolerance'), 'item ids stand in the manifest alone')
  })
}

test('a manifest has one address whatever the order of its items, and reads back', async () => {
  const items = [
    { id: 'b', version: '1' },
    { id: 'a', version: '2' },
  ]
  const [one, two, other] = await Promise.all([
    make({ manifests: [{ sourceId: 'kch', sections: ['allergies'], items }] }),
    make({ manifests: [{ sourceId: 'kch', sections: ['allergies'], items: [...items].reverse() }] }),
    make({ manifests: [{ sourceId: 'kch', sections: ['allergies'], items: items.slice(1) }] }),
  ])
  assert.deepEqual(one.manifests, two.manifests)
  assert.notDeepEqual(one.manifests, other.manifests)
  const read = readManifest(Buffer.from(one.stored[0]!.zstd, 'base64'))
  assert.equal(read.sha256, one.manifests[0])
  assert.deepEqual(read.manifest.items, [items[1], items[0]])
})

test('search criteria and withheld counts are sealed: not in the body, one length, opened by the key alone', async () => {
  const counts = await Promise.all([0, 1, 12_345].map(withheld => make({ kind: 'search', sealed: { family: 'SECRETNAME', withheld } })))
  const lengths = new Set(counts.map(record => record.body.length))
  assert.equal(lengths.size, 1, 'the length says nothing of the count')
  for (const record of counts) assert.ok(!Buffer.from(record.body).includes('SECRETNAME'))
  const sealed = sealedOf(eventOf(counts[2]!))!
  const opened = openSealed(sealKey, frame.uuid, sealed)
  assert.deepEqual(opened, { ok: true, value: { family: 'SECRETNAME', withheld: 12_345 } })

  const refused: [name: string, key: Buffer, id: string, text: string, kind: string][] = [
    ['another key', Buffer.alloc(32, 8), frame.uuid, sealed, 'forbidden'],
    ['another event', sealKey, '01997c5e-0000-7000-8000-000000000002', sealed, 'invalid'],
    ['changed bytes', sealKey, frame.uuid, `${sealed.slice(0, -8)}AAAAAAA=`, 'invalid'],
    ['cut bytes', sealKey, frame.uuid, sealed.slice(0, 30), 'invalid'],
    ['nothing', sealKey, frame.uuid, '', 'forbidden'],
  ]
  for (const [name, key, id, text, kind] of refused) {
    const answer = openSealed(key, id, text)
    assert.equal(!answer.ok && answer.fault.kind, kind, name)
  }
  assert.equal(sealedOf(eventOf(await make())), undefined)
})

type Stored = ReturnType<typeof stored>
const tampered: [name: string, change: (row: Stored) => Stored, found: Tampering | undefined][] = [
  ['nothing changed', row => row, undefined],
  ['one word of the body', row => ({ ...row, body: row.body.replace('direct-care', 'research') }), 'commitment'],
  ['the salt', row => ({ ...row, salt: Buffer.alloc(32) }), 'commitment'],
  ['the signature', row => ({ ...row, signature: Buffer.alloc(64) }), 'signature'],
  ['the key id', row => ({ ...row, keyId: 'ours?' }), 'unknown-key'],
  ['the person in the column', row => ({ ...row, nhsNumber: '9990000026' }), 'columns'],
  ['the user in the column', row => ({ ...row, sdsUserId: null }), 'columns'],
  ['the time', row => ({ ...row, at: new Date(row.at.getTime() + 1) }), 'columns'],
  ['the outcome', row => ({ ...row, outcome: 'success' }), 'columns'],
  ['the list of manifests', row => ({ ...row, manifests: [] }), 'columns'],
  ['the event id', row => ({ ...row, uuid: '01997c5e-0000-7000-8000-000000000002' }), 'columns'],
]
for (const [name, change, found] of tampered) {
  test(`R090: tampering with ${name} is ${found ?? 'no tampering'}`, async () => {
    const row = stored(await make({ outcome: 'refused' }))
    assert.equal(tamperingOf(change(row), publicKey), found)
  })
}

test('R090: a public key verifies, so a verifier needs no secret', async () => {
  assert.equal(
    tamperingOf(stored(await make()), () => createPublicKey(signingKey)),
    undefined,
  )
})

test('R090: an event signed at once is as one signed by another thread', async () => {
  assert.equal(tamperingOf(stored(await makeRecord(draft(), frame, true)), publicKey), undefined)
})

const words = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('RJZ', '"', '\\', 'é'))
const anyDraft: fc.Arbitrary<AuditDraft> = fc.record(
  {
    kind: fc.constantFrom(...AUDIT_KINDS),
    outcome: fc.constantFrom('success', 'refused', 'failed'),
    transaction: words,
    attempt: words,
    viewId: words,
    viewer: fc.record({
      sdsUserId: words,
      name: words,
      sdsRoleProfileId: words,
      roleCode: words,
      roleName: words,
      odsCode: words,
      organisationName: words,
      assurance: words,
    }),
    assertingExchange: words,
    workstation: words,
    nhsNumber: words,
    purpose: fc.constantFrom('direct-care', 'research', 'other'),
    relationship: fc.record({
      type: fc.constantFrom('inpatient', 'claim-advice'),
      evidenceId: words,
      assertedBy: words,
      seenAt: words,
      until: words,
    }),
    rulesVersion: words,
    source: fc.record({ id: words, odsCode: words, exchange: words }),
    sections: fc.array(fc.constantFrom('allergies', 'results'), { maxLength: 3 }),
    detail: fc.dictionary(words, fc.oneof(words, fc.integer(), fc.boolean(), fc.array(words, { maxLength: 3 })), { maxKeys: 4 }),
    manifests: fc.array(
      fc.record({
        sourceId: words,
        sections: fc.array(fc.constantFrom('allergies', 'results'), { maxLength: 2 }),
        items: fc.array(fc.record({ id: words, version: words }), { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['kind', 'outcome', 'transaction'] },
)
test('R084: the body written fast is the canonical AuditEvent byte for byte, and the columns are what it says', () => {
  fc.assert(
    fc.property(anyDraft, fc.option(words, { nil: undefined }), (given, sealed) => {
      const names = (given.manifests ?? []).map(({ sourceId, sections, items }, n) => ({
        sourceId,
        sections,
        items: items.length,
        sha256: `${n}`.repeat(64),
      }))
      const body = eventBody(given, frame, names, sealed)
      assert.equal(body, canonicalJson(auditEvent(given, frame, names, sealed)))
      assert.deepEqual(columnsOfDraft(given, frame, names), columnsOf(JSON.parse(body) as AuditEvent))
      // Once more: what is remembered is what was made.
      assert.equal(eventBody(structuredClone(given), frame, names, sealed), body)
    }),
    { numRuns: 1000 },
  )
})

test('a viewer changed in place is written as they are now', async () => {
  const viewer = { ...draft().viewer! }
  await make({ viewer })
  viewer.odsCode = 'RJ1'
  assert.equal(eventOf(await make({ viewer })).agent?.[1]?.who?.identifier?.value, 'RJ1')
})

test('a list of any length is a Zstandard frame that any reader reads back', async () => {
  for (const length of [0, 1, 150, 180, 190, 195, 200, 950, 1100, 5_000, 70_000]) {
    const items = [{ id: 'é'.repeat(3) + 'x'.repeat(length), version: '1' }]
    const record = await make({ manifests: [{ sourceId: 'kch', sections: ['allergies'], items }] })
    const read = readManifest(Buffer.from(record.stored[0]!.zstd, 'base64'))
    assert.equal(read.sha256, record.manifests[0])
    assert.deepEqual(read.manifest.items, items)
  }
})
