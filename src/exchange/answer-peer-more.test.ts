import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyConnector, type Catalogue, type PeerConfig, type SourceConfig } from '../care-record/catalogue.ts'
import type { Item, SectionAnswer } from '../care-record/item.ts'
import { parseNhsNumber } from '../care-record/nhs-number.ts'
import type { PeerRequest } from '../care-record/peer.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { fail, ok } from '../care-record/result.ts'
import { documentForPeer, reportFromPeer } from './answer-peer-more.ts'
import type { AuditDraft } from './audit/draft.ts'
import { createAsker, type Ask } from './sources/asker.ts'
import type { Admission, Report } from './view-ports.ts'

const number = parseNhsNumber('9990000018')
assert.ok(number.ok)
const at = '2026-11-21T10:00:00Z'
const relationship = { type: 'inpatient', evidenceId: 'e', assertedBy: 'RAL', seenAt: at, until: '2026-11-22T10:00:00Z' } as const
const person: Person = {
  nhsNumber: number.value,
  name: { family: 'TEST', given: ['A'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: at,
}
const request: PeerRequest = {
  from: 'NCL',
  claims: {
    user: { sdsUserId: '7', name: 'Dr' },
    role: { sdsRoleProfileId: '2', roleCode: 'S8000:G8000:R8000', roleName: 'Doctor' },
    organisation: { odsCode: 'RAL', name: 'Royal Free' },
    assurance: 'AAL2',
    purpose: 'direct-care',
    transaction: 't',
    attempt: 'a',
    relationship,
  },
  subject: {
    nhsNumber: number.value,
    name: person.name,
    otherNames: [],
    birthDate: person.birthDate,
    gender: 'female',
    groups: ['recent'],
  },
  budgetMs: 5_000,
  tokenId: 'j',
}
const pass: Pass = {
  viewer: { ...request.claims.user, ...request.claims.role, odsCode: 'RAL', organisationName: 'Royal Free', assurance: 'AAL2' },
  purpose: 'direct-care',
  relationship,
  role: { jobRole: 'R8000', group: 'doctor' },
  maySee: new Set(['documents']),
  maskPlaces: false,
  decidedAt: at,
  rulesVersion: '1',
}
const kch: SourceConfig = {
  id: 'kch',
  odsCode: 'RJZ',
  exchange: 'SEL',
  connector: 'fhir',
  baseUrl: '',
  system: 'EHR',
  sections: ['documents'],
  hedge: false,
  maxConcurrent: 4,
  feed: 'live',
  indexLoadedAt: null,
  givesEvidence: false,
  state: 'live',
}
const peer: PeerConfig = { exchange: 'NCL', title: '', baseUrl: '', state: 'live', trustedEvidence: [] }
const catalogue: Catalogue = {
  version: '1',
  exchange: 'SEL',
  title: '',
  organisations: new Map(),
  sources: [kch],
  peers: [peer],
  agreements: [],
  roles: new Map(),
  services: [],
}
const letter: Item = {
  id: 'kch/DocumentReference/1',
  version: '1',
  section: 'documents',
  resource: { resourceType: 'DocumentReference', id: '1', status: 'current', content: [{ attachment: {} }] },
  provenance: {
    sourceId: 'kch',
    odsCode: 'RJZ',
    organisationName: 'Hospital',
    short: 'KCH',
    system: 'EHR',
    originalIdentifier: '1',
    retrievedAt: at,
    feed: 'live',
    matchedBy: 'nhs-number',
  },
  marks: [],
  contained: [],
  links: [],
  parents: [],
  unresolved: [],
}
const wanted = { sourceId: 'kch', group: 'recent', itemId: letter.id, attachment: 0 } as const

interface Over {
  readonly identifies?: false
  readonly admission?: Admission
  readonly located?: false
  readonly discloses?: false
  readonly held?: true
  readonly silent?: true
  readonly names?: 'another-person' | 'held'
  readonly isAgreed?: false
  readonly mayShow?: false
  readonly writes?: (draft: AuditDraft) => boolean
}
function peerCorridor(over: Over = {}) {
  const events: AuditDraft[] = []
  const reports: Report[] = []
  let fetched = 0
  const write = async (draft: AuditDraft) => {
    if (over.writes?.(draft) === false) return fail('unavailable', 'no')
    events.push(draft)
    return ok({ id: 'e', at, spooled: false })
  }
  const ask: Ask = async ({ ask: { source, group, sections } }): Promise<readonly SectionAnswer[]> => [
    {
      source: { id: source.id, odsCode: 'RJZ', name: 'Hospital', short: 'KCH', kind: 'acute', exchange: 'SEL' },
      group,
      sections,
      complete: true,
      asOf: at,
      outcome: over.silent ? 'unavailable' : 'answered',
      cause: over.silent ? 'server-error' : 'none',
      items: over.silent ? [] : [letter],
      warnings: [],
      unreadable: 0,
      tookMs: 1,
    },
  ]
  const fetch = async () => {
    fetched += 1
    return ok({ bytes: Buffer.from('Dear doctor'), contentType: 'text/plain' })
  }
  const ports = {
    catalogue: () => catalogue,
    asker: createAsker({ connectors: everyConnector(ask), nowMs: () => performance.now() }),
    askPeer: async function* () {},
    sieve: () => new Set<string>(),
    checkDemographics: () => ({ verdict: 'same' }) as const,
    isHeld: () => over.held === true,
    disclose: async (answers: readonly SectionAnswer[]) => ({
      answers: answers.map(a => ({ ...a, items: over.discloses === false ? [] : a.items })) as never,
    }),
    now: () => new Date(at),
    nowMs: () => performance.now(),
    log: { warn: () => {}, error: () => {} },
    audit: { write, writeOpenView: write },
    identify: async () => (over.identifies === false ? fail('not-found', 'no') : ok(person)),
    admit: async () => ok(over.admission ?? ({ verdict: 'permit', pass, reasons: [] } as const)),
    locate: async () => ({
      asks: over.located === false ? [] : [{ source: kch, group: 'recent' as const, sections: ['documents' as const] }],
      named: [],
      peers: [],
      known: over.located !== false,
    }),
    documents: {
      fetch: { fhir: fetch, 'gp-connect': fetch, nrl: fetch },
      read: async () => ({
        format: 'text' as const,
        contentType: 'text/plain',
        text: 'Dear doctor',
        pages: 1,
        printed: {},
        names: over.names ?? ('this-person' as const),
      }),
      draw: async () => fail('not-found', 'no'),
      isAgreed: () => over.isAgreed !== false,
      mayShow: () => over.mayShow !== false,
    },
    disclosedTo: async () => new Set([letter.id]),
    report: async (report: Report) => {
      reports.push(report)
      return ok(undefined)
    },
  }
  return { ports, events, reports, fetched: () => fetched }
}
const signal = new AbortController().signal

test('R006: a document for a peer: person, professional and item are decided again, and its event is durable before it leaves', async () => {
  const made = peerCorridor()
  const document = await documentForPeer(request, wanted, made.ports, signal)
  assert.ok(document.ok && document.value.bytes.toString() === 'Dear doctor')
  assert.deepEqual(
    made.events.map(e => [e.kind, e.assertingExchange]),
    [
      ['evidence-checked', 'NCL'],
      ['peer-disclosed', 'NCL'],
    ],
  )
})

for (const [why, over, kind, fetches] of [
  ['the person is not known here', { identifies: false }, 'not-found', 0],
  ['an objection is in force', { admission: { verdict: 'refuse', code: 'objection', reasons: [] } }, 'not-found', 0],
  ['there is no relationship we accept', { admission: { verdict: 'claim', unavailable: [], reasons: [] } }, 'not-found', 0],
  ['the source holds nothing of this person', { located: false }, 'not-found', 0],
  ['the item is not disclosed', { discloses: false }, 'not-found', 0],
  ['the item is held', { held: true }, 'not-found', 0],
  ['the source is silent', { silent: true }, 'unavailable', 0],
  ['the agreement has ended', { isAgreed: false }, 'not-found', 0],
  ['its words may not leave', { mayShow: false }, 'not-found', 1],
  ['it is held in silence', { names: 'held' }, 'not-found', 1],
  ['it names another person', { names: 'another-person' }, 'conflict', 1],
  ['its event cannot be written', { writes: draft => draft.kind !== 'peer-disclosed' }, 'unavailable', 1],
  ['nothing can be written', { writes: () => false }, 'unavailable', 0],
] as const satisfies readonly (readonly [string, Over, string, number])[])
  test(`R006: no document for a peer when ${why}: ${kind}`, async () => {
    const made = peerCorridor(over)
    const document = await documentForPeer(request, wanted, made.ports, signal)
    assert.deepEqual([document.ok ? 'sent' : document.fault.kind, made.fetched()], [kind, fetches])
  })

test('a peer’s report holds what was disclosed to that user in that transaction, on that exchange’s word', async () => {
  const made = peerCorridor()
  assert.ok((await reportFromPeer(request, { itemIds: [letter.id], words: 'another name' }, made.ports, signal)).ok)
  assert.deepEqual(
    made.reports.map(r => [r.items, r.assertingExchange, r.words]),
    [[[{ itemId: letter.id, sourceId: 'kch' }], 'NCL', 'another name']],
  )
})
for (const [why, itemIds, over] of [
  ['an item it was never shown', ['kch/Observation/9'], {}],
  ['one of these among others', [letter.id, 'kch/Observation/9'], {}],
  ['an item of a source that is not ours', ['rfl/DocumentReference/1'], {}],
  ['anything without a relationship', [letter.id], { admission: { verdict: 'claim', unavailable: [], reasons: [] } }],
] as const satisfies readonly (readonly [string, readonly string[], Over])[])
  test(`a peer cannot hide ${why}`, async () => {
    const made = peerCorridor(over)
    const told = await reportFromPeer(request, { itemIds }, made.ports, signal)
    assert.deepEqual([told.ok, made.reports.length], [false, 0])
  })
