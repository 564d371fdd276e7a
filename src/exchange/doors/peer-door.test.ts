import assert from 'node:assert/strict'
import test from 'node:test'
import { exportJWK, generateKeyPair, SignJWT, type JWTHeaderParameters } from 'jose'
import type { Item, PeerLine, SectionAnswer } from '../../care-record/item.ts'
import { lineForPeer, linesOfPage, readBudget, readDocumentAsk, readListAsk, readPeerSubject, readReport } from './peer-door.ts'
import { checkPeerToken } from './peer-token.ts'

const now = new Date('2026-11-21T10:00:00Z')
const seconds = now.getTime() / 1000
const own = await generateKeyPair('ES256', { extractable: true })
const strange = await generateKeyPair('ES256')
const keys = [await exportJWK(own.publicKey)]
const thumbprint = 'a'.repeat(43)
const claims = {
  user: { sdsUserId: '555000000001', name: 'Dr Priya Shah' },
  role: { sdsRoleProfileId: '555021935107', roleCode: 'S8000:G8000:R8000', roleName: 'Clinical Practitioner' },
  organisation: { odsCode: 'RAL', name: 'Royal Free London' },
  assurance: 'AAL2',
  purpose: 'direct-care',
  transaction: 'transaction-1',
  attempt: 'attempt-1',
  relationship: {
    type: 'emergency-attendance',
    evidenceId: 'rfl/Encounter/1',
    assertedBy: 'RAL',
    seenAt: '2026-11-21T09:59:00.000Z',
    until: '2026-11-24T09:59:00.000Z',
  },
}
const good = {
  ...claims,
  iss: 'NCL',
  aud: 'SEL',
  iat: seconds,
  exp: seconds + 60,
  jti: 'j'.repeat(32),
  cnf: { 'x5t#S256': thumbprint },
}
const sign = (payload: object, header: Partial<JWTHeaderParameters> = {}, key = own.privateKey): Promise<string> =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: 'ES256', typ: 'lcr-peer+jwt', ...header }).sign(key)
const check = (token: string) => checkPeerToken(token, { from: 'NCL', exchange: 'SEL', thumbprint, keys, now })
const without = (name: string): object => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))

test('R006: a token of the exchange that holds the certificate says who asks, for whom and why', async () => {
  const checked = await check(await sign(good))
  assert.ok(checked.ok)
  assert.deepEqual(checked.value.claims, claims)
  assert.equal(checked.value.tokenId, good.jti)
})

test('R076: what the asker leaves out because of an objection travels with the question', async () => {
  const keptApart = { organisations: ['RJ1'], organisationKinds: ['mental-health'], sections: ['results'], policyClasses: ['termination'] }
  const checked = await check(await sign({ ...good, keptApart }))
  assert.deepEqual(checked.ok && checked.value.claims.keptApart, keptApart)
})

const hmac = new TextEncoder().encode(JSON.stringify(keys[0]))
const denials: [why: string, token: () => Promise<string>][] = [
  ['nothing', async () => ''],
  ['not a token', async () => 'a.b.c'],
  ['no signature', async () => `${(await sign(good)).split('.').slice(0, 2).join('.')}.`],
  [
    'algorithm none',
    async () =>
      `${Buffer.from('{"alg":"none","typ":"lcr-peer+jwt"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`,
  ],
  [
    'the public key used as a shared secret',
    () => new SignJWT({ ...good }).setProtectedHeader({ alg: 'HS256', typ: 'lcr-peer+jwt' }).sign(hmac),
  ],
  ["a stranger's key", () => sign(good, {}, strange.privateKey)],
  ["a stranger's key carried in the header", async () => sign(good, { jwk: await exportJWK(strange.publicKey) }, strange.privateKey)],
  ['another kind of token', () => sign(good, { typ: 'JWT' })],
  ['another issuer than the certificate', () => sign({ ...good, iss: 'NWL' })],
  ['ourselves as issuer', () => sign({ ...good, iss: 'SEL' })],
  ['another audience', () => sign({ ...good, aud: 'NWL' })],
  ['that leaves out what cannot be read', () => sign({ ...good, keptApart: { organisations: 'RJ1' } })],
  ['expired', () => sign({ ...good, iat: seconds - 120, exp: seconds - 60 })],
  ['from the future', () => sign({ ...good, iat: seconds + 60, exp: seconds + 90 })],
  ['living for more than 60 s', () => sign({ ...good, exp: seconds + 61 })],
  ['ending before it begins', () => sign({ ...good, exp: seconds })],
  ['old though not expired', () => sign({ ...good, iat: seconds - 90, exp: seconds + 10 })],
  ['bound to another certificate', () => sign({ ...good, cnf: { 'x5t#S256': 'b'.repeat(43) } })],
  ['bound to no certificate', () => sign(without('cnf'))],
  ['too long', () => sign({ ...good, pad: 'x'.repeat(9_000) })],
  ...['jti', 'iat', 'exp', 'iss', 'aud', ...Object.keys(claims)].map((name): [string, () => Promise<string>] => [
    `without ${name}`,
    () => sign(without(name)),
  ]),
  ['without a user id', () => sign({ ...good, user: { sdsUserId: '', name: 'A system' } })],
  ['for research', () => sign({ ...good, purpose: 'research' })],
  ['for insurance', () => sign({ ...good, purpose: 'insurance' })],
  ['with a relationship nobody knows', () => sign({ ...good, relationship: { ...claims.relationship, type: 'curiosity' } })],
]
for (const [why, token] of denials)
  test(`R006: a peer's token, ${why}: refused`, async () => {
    const checked = await check(await token())
    assert.equal(checked.ok, false)
    assert.equal(!checked.ok && checked.fault.kind, 'unauthenticated')
  })

const subject = {
  nhsNumber: '9991234578',
  name: { family: 'OKAFOR', given: ['Amara'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  groups: ['essentials'],
}
test('a peer asks about one person with a verified number', () => assert.ok(readPeerSubject(subject).ok))
for (const [why, body] of [
  ['no body', undefined],
  ['no number', { ...subject, nhsNumber: undefined }],
  ['a number whose check digit is wrong', { ...subject, nhsNumber: '9991234579' }],
  ['a placeholder', { ...subject, nhsNumber: '9999999999' }],
  ['no name', { ...subject, name: undefined }],
  ['no birth date', { ...subject, birthDate: '' }],
  ['two people', [subject, subject]],
  ['a list of numbers', { ...subject, nhsNumber: ['9991234578'] }],
  ['a group nobody knows', { ...subject, groups: ['all'] }],
  ['no group', { ...subject, groups: [] }],
  ['something more', { ...subject, criteria: { postcode: 'SE5' } }],
] as const)
  test(`a peer that asks with ${why} is refused`, () => assert.equal(readPeerSubject(body).ok, false))

for (const [given, expected] of [
  ['3000', 3000],
  ['900000', 5000],
  ['0', undefined],
  ['-1', undefined],
  ['2026-11-21T10:00:00Z', undefined],
  ['1e3', undefined],
  [undefined, undefined],
] as const)
  test(`a budget of ${given} ms is ${expected ?? 'refused'}`, () => {
    const budget = readBudget(given)
    assert.equal(budget.ok ? budget.value : undefined, expected)
  })

const source = { id: 'rfl', odsCode: 'RAL', name: 'Royal Free', short: 'RFL', kind: 'acute', exchange: 'NCL' }
const answer = (over: Partial<SectionAnswer>): Extract<PeerLine, { type: 'answer' }> => ({
  protocol: 1,
  type: 'answer',
  answer: {
    source,
    group: 'essentials',
    sections: ['allergies'],
    complete: true,
    asOf: '2026-11-21T10:00:00Z',
    outcome: 'answered',
    cause: 'none',
    items: [],
    warnings: [],
    unreadable: 0,
    tookMs: 5,
    ...over,
  },
})
const item = { id: 'rfl/AllergyIntolerance/1', parents: [{ resourceType: 'Encounter' }] } as unknown as Item

test('parents never leave', () => {
  const line = JSON.stringify(lineForPeer(answer({ items: [item] })))
  assert.match(line, /rfl\/AllergyIntolerance\/1/)
  assert.doesNotMatch(line, /parents|Encounter/)
})
for (const cause of ['restricted-by-law', 'restricted-person', 'objection'] as const)
  test(`D112: withheld for ${cause} crosses as the same bytes as nothing held`, () => {
    const withheld = lineForPeer(answer({ outcome: 'withheld', cause, items: [item], unreadable: 3 }))
    assert.equal(JSON.stringify(withheld), JSON.stringify(lineForPeer(answer({ outcome: 'nothing-held' }))))
  })

const document = { sourceId: 'kch', group: 'recent', itemId: 'kch/DocumentReference/1', attachment: 0 }
test('a peer asks for one document of one item, and reports items, about one person', () => {
  const asked = readDocumentAsk({ subject, document })
  assert.deepEqual(asked.ok && asked.value.beside, document)
  const image = readDocumentAsk({ subject, document: { ...document, image: '1.2.3/1.2.3.4' } })
  assert.equal(image.ok && image.value.beside.image, '1.2.3/1.2.3.4')
  const told = readReport({ subject, report: { itemIds: [document.itemId], words: 'another name in it' } })
  assert.deepEqual(told.ok && [told.value.beside.itemIds, told.value.subject.nhsNumber], [[document.itemId], subject.nhsNumber])
})
for (const [why, over] of [
  ['an item of another source', { itemId: 'gstt/DocumentReference/1' }],
  ['no item', { itemId: '' }],
  ['an item that is a path', { itemId: 'kch/DocumentReference/1/../2' }],
  ['an address', { itemId: 'https://evil.example/1' }],
  ['a group nobody knows', { group: 'all' }],
  ['an attachment before the first', { attachment: -1 }],
  ['an image that is an address', { image: 'https://evil.example/1' }],
  ['an image that is a path', { image: '../1.2' }],
  ['an image of three parts', { image: '1.2/1.3/1.4' }],
  ['a very long image', { image: '1'.repeat(130) }],
  ['something more', { url: 'https://evil.example' }],
] as const)
  test(`a peer that asks for a document with ${why} is refused`, () =>
    assert.equal(readDocumentAsk({ subject, document: { ...document, ...over } }).ok, false))
for (const [why, body] of [
  ['no items', { subject, report: { itemIds: [] } }],
  ['too many', { subject, report: { itemIds: Array.from({ length: 501 }, (_, n) => `kch/Observation/${n}`) } }],
  ['too many words', { subject, report: { itemIds: ['kch/Observation/1'], words: 'a'.repeat(501) } }],
  ['nobody it is about', { report: { itemIds: ['kch/Observation/1'] } }],
  ['a number that is none', { subject: { ...subject, nhsNumber: '9991234579' }, report: { itemIds: ['kch/Observation/1'] } }],
] as const)
  test(`a peer’s report with ${why} is refused`, () => assert.equal(readReport(body).ok, false))

const ask = { list: 'objections', holds: { sequence: 3, hash: 'a'.repeat(64), inForce: 2 }, nonce: 'n'.repeat(24) }
const listAsks: [what: string, body: unknown, isRead: boolean][] = [
  ['of what is held', ask, true],
  ['of a list that there is not', { ...ask, list: 'people' }, false],
  ['with a number below nought', { ...ask, holds: { ...ask.holds, sequence: -1 } }, false],
  ['with a number beyond all counting', { ...ask, holds: { ...ask.holds, sequence: 1e300 } }, false],
  ['with more in force than there are people', { ...ask, holds: { ...ask.holds, inForce: 2 ** 31 } }, false],
  ['with a hash that is none', { ...ask, holds: { ...ask.holds, hash: 'a' } }, false],
  ['without a nonce', { list: ask.list, holds: ask.holds }, false],
  ['with a nonce that could be guessed', { ...ask, nonce: '1' }, false],
  ['with more than there is to say', { ...ask, nhsNumber: '9990000018' }, false],
  ['of nothing', undefined, false],
]
for (const [what, body, isRead] of listAsks)
  test(`R080: a question ${what} is ${isRead ? 'read' : 'refused'}`, () => {
    assert.equal(readListAsk(body).ok, isRead)
  })

test('R080: a page of a list goes out a line an entry, its signed head last', () => {
  const entry = { sequence: 4, at: '2026-11-21T10:00:00.000Z', body: '{"kind":"canary","id":"c"}' }
  const place = { sequence: 4, hash: 'b'.repeat(64) }
  const head = { exchange: 'NCL', list: 'objections', nonce: ask.nonce, after: place, upTo: place, ...place, inForce: 2 } as const
  const lines = linesOfPage({ entries: [entry], signed: { head, keyId: 'k', signature: 's' } })
    .trimEnd()
    .split('\n')
  assert.deepEqual(
    lines.map(line => JSON.parse(line) as unknown),
    [
      { protocol: 1, type: 'entry', ...entry },
      { protocol: 1, type: 'head', head, keyId: 'k', signature: 's' },
    ],
  )
})
