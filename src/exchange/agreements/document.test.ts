import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { documentHash, parseDocument } from './document.ts'
import { catalogueDocument } from './for-tests.ts'

const whole = catalogueDocument()

test('a document is read whole; members of other rooms are left to them', () => {
  const parsed = parseDocument({ ...whole, pointers: [{ any: 'thing' }], registrations: 1, objections: null })
  assert.deepEqual(parsed, { ok: true, value: whole })
})

const [organisation] = whole.organisations
const [source] = whole.sources
const [agreement] = whole.agreements
const refused: [name: string, document: unknown][] = [
  ['nothing', undefined],
  ['a list', []],
  ['no lists', { exchange: 'SEL', title: 'x' }],
  ['an organisation code that is none', { ...whole, organisations: [{ ...organisation, odsCode: "R'; drop" }] }],
  ['an organisation twice', { ...whole, organisations: [...whole.organisations, organisation] }],
  ['a slip of the pen in a row', { ...whole, sources: [{ ...source, hegde: true }] }],
  ['a section that is none', { ...whole, sources: [{ ...source, sections: ['allergy'] }] }],
  ['an address that is none', { ...whole, sources: [{ ...source, baseUrl: 'javascript:alert(1)' }] }],
  ['a source of nobody', { ...whole, sources: [{ ...source, odsCode: 'XYZ' }] }],
  ['a source that all ask under another exchange', { ...whole, sources: [{ ...source, askedBy: 'viewer', exchange: 'NEL' }] }],
  ['a member that nobody knows', { ...whole, sources: [{ ...source, members: ['XYZ'] }] }],
  ['no room for a single request', { ...whole, sources: [{ ...source, maxConcurrent: 0 }] }],
  ['an index loaded yesterday', { ...whole, sources: [{ ...source, indexLoadedAt: 'yesterday' }] }],
  ['a state that is none', { ...whole, sources: [{ ...source, state: 'on' }] }],
  ['an agreement of nobody', { ...whole, agreements: [{ ...agreement, provider: 'XYZ' }] }],
  ['an agreement that ends before it begins', { ...whole, agreements: [{ ...agreement, until: '2025-12-31' }] }],
  ['a thirtieth of February', { ...whole, agreements: [{ ...agreement, from: '2026-02-30' }] }],
  ['evidence of a kind nobody knows', { ...whole, peers: [{ ...whole.peers[0], trustedEvidence: ['trust-me'] }] }],
  ['a peer that is oneself', { ...whole, peers: [{ ...whole.peers[0], exchange: 'SEL' }] }],
  ['a role of an unknown group', { ...whole, roles: [{ ...whole.roles[0], group: 'admin' }] }],
  ['a role code of the long form', { ...whole, roles: [{ ...whole.roles[0], jobRole: 'S8000:G8000:R8000' }] }],
  ['a limit in a section that the role does not see', { ...whole, roles: [{ ...whole.roles[0], limits: { plans: 'virus' } }] }],
  ['a limit to a class of items that is none', { ...whole, roles: [{ ...whole.roles[0], limits: { allergies: 'germ' } }] }],
  ['a limit in a section that is none', { ...whole, roles: [{ ...whole.roles[0], limits: { labs: 'virus' } }] }],
  ['support that sees a section (R050)', { ...whole, roles: [{ ...whole.roles[0], group: 'support', mayClaim: false }] }],
  ['support that may claim (R050)', { ...whole, roles: [{ ...whole.roles[0], group: 'support', sections: [] }] }],
  ['a privacy officer who sees a section (R050)', { ...whole, roles: [{ ...whole.roles[0], group: 'privacy-officer', mayClaim: false }] }],
  ['a local code twice', { ...whole, services: [whole.services[0], whole.services[0]] }],
]
for (const [name, document] of refused) {
  test(`a document with ${name} is refused`, () => {
    const parsed = parseDocument(document)
    assert.equal(!parsed.ok && parsed.fault.kind, 'invalid')
  })
}

test('whatever is read, it is a fault or a document, never a throw', () => {
  fc.assert(fc.property(fc.anything(), value => void parseDocument(value)))
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(whole)), fc.jsonValue(), (key, value) => void parseDocument({ ...whole, [key]: value })),
  )
})

test('the hash is of the content: order of members does not matter, order and words of rows do', () => {
  const turned = catalogueDocument({
    organisations: whole.organisations.map(o => Object.fromEntries(Object.entries(o).reverse()) as unknown as typeof o),
  })
  assert.equal(documentHash(turned), documentHash(whole))
  assert.notEqual(documentHash(catalogueDocument({ sources: [...whole.sources].reverse() })), documentHash(whole))
  assert.notEqual(documentHash(catalogueDocument({ title: 'x' })), documentHash(whole))
})
