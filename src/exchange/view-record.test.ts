import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { everyConnector, type Catalogue, type PeerConfig, type SourceConfig } from '../care-record/catalogue.ts'
import type { DocumentContent } from '../care-record/document.ts'
import type { Part } from '../care-record/entry.ts'
import type { Disclosed, Item, PeerLine, SectionAnswer } from '../care-record/item.ts'
import { parseNhsNumber } from '../care-record/nhs-number.ts'
import type { Pass, Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import { completenessOf } from '../care-record/snapshot.ts'
import type { AuditDraft } from './audit/draft.ts'
import { createHeld } from './held.ts'
import { createRecord } from './record/record.ts'
import { sourceName } from '../care-record/source-name.ts'
import { createAsker, type Ask } from './sources/asker.ts'
import type { View } from './view.ts'
import type { Admission, Look, Report, ViewPorts, ViewRequest } from './view-ports.ts'
import { createViews } from './view-record.ts'

const number = parseNhsNumber('9990000018')
assert.ok(number.ok)
const viewer: Viewer = {
  sdsUserId: '1',
  name: 'Dr',
  sdsRoleProfileId: '2',
  roleCode: 'S8000:G8000:R8000',
  roleName: 'Doctor',
  odsCode: 'RJZ',
  organisationName: 'Hospital',
  assurance: 'AAL2',
}
const person: Person = {
  nhsNumber: number.value,
  name: { family: 'TEST', given: ['A'] },
  otherNames: [],
  birthDate: '1956-03-08',
  gender: 'female',
  restricted: 'no',
  basis: 'pds',
  asOf: '2026-11-21T10:00:00Z',
}
const pass: Pass = {
  viewer,
  purpose: 'direct-care',
  relationship: { type: 'inpatient', evidenceId: 'e', assertedBy: 'RJZ', seenAt: '2026-11-21T10:00:00Z', until: '2026-11-22T10:00:00Z' },
  role: { jobRole: 'R8000', group: 'doctor' },
  maySee: new Set(['allergies', 'medicines']),
  maskPlaces: false,
  decidedAt: '2026-11-21T10:00:00Z',
  rulesVersion: '1',
}
const source = (id: string): SourceConfig => ({
  id,
  odsCode: 'RJZ',
  exchange: 'SEL',
  connector: 'fhir',
  baseUrl: '',
  system: 'EHR',
  sections: ['allergies'],
  hedge: false,
  maxConcurrent: 4,
  feed: 'live',
  indexLoadedAt: null,
  givesEvidence: false,
  state: 'live',
})
const organisation = { odsCode: 'RJZ', name: 'Hospital', short: 'KCH', kind: 'acute' } as const
const peer: PeerConfig = { exchange: 'NCL', title: 'North Central London', baseUrl: '', state: 'live', trustedEvidence: [] }
const catalogue: Catalogue = {
  version: '1',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map([['RJZ', organisation]]),
  sources: [source('kch'), source('gstt')],
  peers: [peer],
  agreements: [],
  roles: new Map(),
  services: [],
}
const item = (sourceId: string, id: string): Item => ({
  id: `${sourceId}/AllergyIntolerance/${id}`,
  version: '1',
  section: 'allergies',
  resource: { resourceType: 'AllergyIntolerance', id, patient: { reference: 'Patient/1' } },
  provenance: {
    sourceId,
    odsCode: 'RJZ',
    organisationName: 'Hospital',
    short: 'KCH',
    system: 'EHR',
    originalIdentifier: id,
    retrievedAt: '2026-11-21T10:00:00Z',
    feed: 'live',
    matchedBy: 'nhs-number',
  },
  marks: [],
  contained: [],
  links: [],
  parents: [],
  unresolved: [],
})
const answer = (id: string, items: readonly Item[], exchange = 'SEL'): SectionAnswer => ({
  source: { ...sourceName(source(id), organisation), exchange },
  group: 'essentials',
  sections: ['allergies'],
  complete: true,
  asOf: '2026-11-21T10:00:00Z',
  outcome: items.length > 0 ? 'answered' : 'nothing-held',
  cause: 'none',
  items,
  warnings: [],
  unreadable: 0,
  tookMs: 1,
})

const letter = ok({ bytes: Buffer.from('Dear doctor'), contentType: 'text/plain' })
const content: DocumentContent = {
  format: 'text',
  contentType: 'text/plain',
  text: '',
  html: '<p>Dear doctor</p>',
  pages: 1,
  printed: {},
  names: 'this-person',
}

interface Over {
  readonly admission?: Admission | 'unreadable'
  readonly identify?: ViewPorts['identify']
  readonly ask?: Ask
  readonly peerLines?: () => AsyncIterable<PeerLine>
  readonly peers?: readonly PeerConfig[]
  readonly writes?: (draft: AuditDraft) => boolean
  readonly asks?: false
  readonly known?: false
  readonly sessionEnded?: () => boolean
  readonly revoked?: ViewPorts['revoked']
  readonly recordClaim?: ViewPorts['recordClaim']
  readonly raiseAlerts?: ViewPorts['raiseAlerts']
  /** Read at each decision, in place of `admission`. */
  readonly admissions?: () => Admission
  readonly mayLeave?: ViewPorts['mayLeave']
  readonly maskEntry?: ViewPorts['maskEntry']
  readonly disclose?: (sourceId: string) => 'discloses' | 'throws-once'
  readonly look?: Look
  readonly documents?: Partial<ViewPorts['documents']>
  readonly report?: Partial<ViewPorts['report']>
  readonly groups?: readonly Group[]
}

/** The corridor with plain ports; the rooms behind them have their own tests. Keeps the order of what happened. */
function corridor(over: Over = {}) {
  const happened: string[] = []
  const events: AuditDraft[] = []
  const faulted = new Set<string>()
  const reports: Report[] = []
  const held = createHeld({ exchange: 'SEL', readOwn: async () => [], peers: () => [], readPeer: async () => [] })
  let id = 0
  const write = async (draft: AuditDraft): Promise<Result<{ id: string; at: string; spooled: boolean }>> => {
    await wait(1)
    if (over.writes && !over.writes(draft)) return fail('unavailable', 'no')
    events.push(draft)
    happened.push(`written ${draft.kind}`)
    id += 1
    return ok({ id: `event-${id}`, at: '2026-11-21T10:00:00Z', spooled: false })
  }
  const ask: Ask = over.ask ?? (async ({ ask: { source: asked } }) => [answer(asked.id, [item(asked.id, '1')])])
  const ports: ViewPorts = {
    processTag: 'p1',
    newId: () => `id-${(id += 1)}`,
    now: () => new Date('2026-11-21T10:00:00Z'),
    nowMs: () => performance.now(),
    catalogue: () => catalogue,
    asker: createAsker({ connectors: everyConnector(ask), nowMs: () => performance.now() }),
    askPeer: over.peerLines ?? async function* () {},
    sieve: () => new Set(),
    checkDemographics: () => ({ verdict: 'same' }),
    disclose: async answers => {
      const sourceId = answers[0]?.source.id ?? ''
      if (over.disclose?.(sourceId) === 'throws-once' && !faulted.has(sourceId)) {
        faulted.add(sourceId)
        throw new Error('a bug')
      }
      return { answers: answers as readonly SectionAnswer<Disclosed<Item>>[] }
    },
    audit: { write, writeOpenView: write, keepAlive: async () => ok([]) },
    identify: over.identify ?? (async () => ok(person)),
    evidence: async () => ({ facts: [], unavailable: ['King’s'], asked: ['RJZ'] }),
    admit: async () =>
      over.admission === 'unreadable'
        ? fail('unavailable', 'no')
        : ok(over.admissions?.() ?? over.admission ?? { verdict: 'permit', pass, reasons: [] }),
    recordClaim: over.recordClaim ?? (async () => ok(undefined)),
    raiseAlerts: over.raiseAlerts ?? (async () => ok(undefined)),
    locate: async (_person, _pass, groups) => ({
      asks: (over.asks === false ? [] : catalogue.sources).flatMap(s =>
        groups
          .filter(group => (over.groups ?? ['essentials']).includes(group))
          .map(group => ({ source: s, group, sections: ['allergies' as const] })),
      ),
      named: [],
      peers: over.peers ?? [],
      known: over.asks !== false && over.known !== false,
    }),
    createRecord: () => createRecord({ mintId: () => `entry-${(id += 1)}`, today: () => '2026-11-21' }),
    raiseTask: async ({ kind, sourceId }) => void happened.push(`task ${sourceId} ${kind}`),
    describe: () => [],
    mayLeave: over.mayLeave ?? (() => true),
    maskEntry: over.maskEntry ?? (entry => entry),
    maskSource: (from, alias) => ({ ...from, id: alias, odsCode: '', name: 'Organisation not shown', short: 'Not shown', exchange: '' }),
    lastLook: async () => over.look,
    isHeld: held.isHeld,
    held,
    documents: {
      fetch: { fhir: async () => letter, 'gp-connect': async () => letter, nrl: async () => letter },
      askPeer: async () => letter,
      read: async ({ bytes }) => ({ ...content, text: bytes.toString('utf8') }),
      draw: async (_raw, page) => ok(Buffer.from(`page ${page}`)),
      isAgreed: () => true,
      mayShow: (_item, { text }) => !text.includes('secret'),
      ...over.documents,
    },
    report: {
      own: async report => {
        reports.push(report)
        return ok(undefined)
      },
      peer: async () => ok(undefined),
      ...over.report,
    },
    revoked: over.revoked ?? (async () => new Map()),
    sessions: async () => ({ ended: new Set(over.sessionEnded?.() ? ['s'] : []), locked: new Set() }),
    log: { warn: () => {}, error: () => {} },
  }
  return { views: createViews(ports), events, happened, held, reports }
}
const request: ViewRequest = { viewer, sessionId: 's', purpose: 'direct-care', nhsNumber: person.nhsNumber }
const opened = async (made: ReturnType<typeof corridor>) => {
  const view = await made.views.open(request)
  assert.ok(view.ok)
  await view.value.settled(5_000)
  return view.value
}
/** Until its last part is there. */
const over = async (view: View): Promise<void> => {
  while (view.parts.at(-1)?.closed === undefined) await wait(1)
}
const kinds = (events: readonly AuditDraft[]) => events.map(e => e.kind)

test('R084: every part has its own durable event, written before the part can be read', async () => {
  const made = corridor()
  const view = await made.views.open(request)
  assert.ok(view.ok)
  const reading = new AbortController()
  const seen: Part[] = []
  for await (const part of view.value.read(0, reading.signal)) {
    made.happened.push(`read ${part.n}`)
    seen.push(part)
    if (seen.flatMap(p => p.eventIds).length === 3) reading.abort()
  }
  assert.deepEqual(
    seen.map(p => p.n),
    seen.map((_, i) => i + 1),
  )
  assert.equal(new Set(seen.flatMap(p => p.eventIds)).size, 3)
  assert.deepEqual(kinds(made.events).toSorted(), ['admitted', 'evidence-checked', 'shown', 'shown', 'view-opened'])
  assert.ok(made.happened.indexOf('written admitted') < made.happened.indexOf('read 1'))
  assert.ok(made.happened.indexOf('written shown') < made.happened.indexOf('read 2'))
})

test('R084: a view whose opening cannot be written is refused in words and asks nobody', async () => {
  let asked = 0
  const made = corridor({ writes: () => false, ask: async () => ((asked += 1), []) })
  const view = await made.views.open(request)
  assert.ok(!view.ok && view.fault.kind === 'unavailable')
  assert.deepEqual([asked, made.views.count()], [0, 0])
})

test('R084: when a shown event can be written nowhere, nothing of that answer is shown, and open pages are told that it ended', async () => {
  const view = await opened(corridor({ writes: draft => draft.kind !== 'shown' }))
  await over(view)
  assert.deepEqual(
    view.parts.map(p => [p.kind, p.closed]),
    [
      ['plan', undefined],
      ['closed', 'unwritable'],
    ],
  )
})

test('rule 3: a fault of ours over one source’s data leaves the others whole and is never read as nothing held', async () => {
  const made = corridor({ disclose: sourceId => (sourceId === 'gstt' ? 'throws-once' : 'discloses') })
  const view = await opened(made)
  assert.equal(view.status, 'open')
  const { answered, missing } = completenessOf(view.snapshot, 'allergies')
  assert.deepEqual([answered.map(s => s.source.id), missing.map(s => [s.source.id, s.outcome])], [['kch'], [['gstt', 'unavailable']]])
})

test('R084: answers that come close together are merged together, each with its own event, and a settled view has them all', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `far${n}`)
  const made = corridor({
    peers: [peer],
    async *peerLines() {
      yield {
        protocol: 1,
        type: 'plan',
        asks: names.map(id => ({ source: answer(id, [], 'NCL').source, group: 'essentials', sections: ['allergies'] })),
      }
      for (const id of names) yield { protocol: 1, type: 'answer', answer: answer(id, [item(id, '1')], 'NCL') }
      yield { protocol: 1, type: 'end' }
    },
  })
  const view = await opened(made)
  const shown = view.parts.filter(part => part.changes.length > 0)
  const [entry] = view.snapshot.entries.get('allergies')?.values() ?? []
  assert.equal(entry?.statements, 14, 'all say the same')
  assert.equal(new Set(shown.flatMap(part => part.eventIds)).size, 14, 'twelve of the peer, two of ours')
  assert.ok(completenessOf(view.snapshot, 'allergies').waiting.length === 0)
})

test('R084: an answer that waits to be written down with others is not, once its view is closed', async () => {
  const made = corridor({
    groups: ['essentials', 'recent'],
    ask: async ({ ask: { source: asked, group }, signal }) => {
      if (asked.id === 'gstt' && group === 'recent') await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
      return [{ ...answer(asked.id, [item(asked.id, group)]), group }]
    },
  })
  const view = await made.views.open(request)
  assert.ok(view.ok)
  while (!made.events.some(event => event.kind === 'shown')) await wait(1)
  await view.value.close('ended')
  await view.value.settled(5_000)
  await wait(50)
  assert.equal(kinds(made.events).at(-1), 'closed')
})

test('R084: a very large answer is shown in several parts; its source has answered with the last', async () => {
  const many = (section: 'allergies' | 'medicines') =>
    Array.from({ length: 1_000 }, (_, n): Item => ({ ...item('kch', `${section}-${n}`), section }))
  const view = await opened(
    corridor({
      ask: async ({ ask: { source: s } }) => [
        { ...answer(s.id, s.id === 'kch' ? [...many('allergies'), ...many('medicines')] : []), sections: ['allergies', 'medicines'] },
      ],
    }),
  )
  const parts = view.parts.filter(part => part.changes.length > 0)
  assert.deepEqual(
    parts.map(part => part.changes.map(change => change.section)),
    [['allergies'], ['medicines']],
  )
  assert.deepEqual(
    parts.map(part => part.states.some(state => state.source.id === 'kch')),
    [false, true],
  )
})

test('rule 3: a fault of ours in merging ends that view alone', async () => {
  const view = await opened(
    corridor({ mayLeave: () => assert.fail('a bug'), ask: async ({ ask: { source: s } }) => [answer(s.id, [item(s.id, '1')])] }),
  )
  await over(view)
  assert.equal(view.parts.at(-1)?.closed, 'ended')
})

for (const [name, admission, status, asks] of [
  ['a role outside the table', { verdict: 'refuse', code: 'role', reasons: [] }, 'denied', 0],
  ['an objection in force', { verdict: 'refuse', code: 'objection', reasons: [] }, 'no-information', 0],
  ['no known relationship', { verdict: 'claim', unavailable: [], reasons: [] }, 'claim', 0],
  ['objections that cannot be read', 'unreadable', 'unavailable', 0],
  ['a relationship', { verdict: 'permit', pass, reasons: [] }, 'open', 2],
] as const) {
  test(`R038: ${name}: ${status}, ${asks} sources asked`, async () => {
    let asked = 0
    const made = corridor({ admission, ask: async ({ ask: { source: s } }) => ((asked += 1), [answer(s.id, [])]) })
    const view = await opened(made)
    assert.deepEqual([view.status, asked], [status, asks])
    if (status === 'denied' || status === 'no-information') assert.ok(kinds(made.events).includes('refused'))
  })
}

test('nobody traced by that number: no information, and the refusal is written', async () => {
  const made = corridor({ identify: async () => fail('not-found', 'no') })
  assert.equal((await opened(made)).status, 'no-information')
  assert.ok(kinds(made.events).includes('refused'))
})

test('a claim is taken once, opens the record, and is not offered to a view that needs none', async () => {
  let admission: Admission = { verdict: 'claim', unavailable: [], reasons: [] }
  const made = corridor({
    get admission() {
      return admission
    },
  })
  const view = await opened(made)
  assert.equal(view.status, 'claim')
  admission = { verdict: 'permit', pass, reasons: [] }
  assert.ok((await view.claim({})).ok)
  await view.settled(5_000)
  assert.equal(view.status, 'open')
  assert.ok(!(await view.claim({})).ok)
})

test('R006: a peer that breaks off leaves its sources named as unreachable and the others whole', async () => {
  const far = { ...answer('rfl', [], 'NCL').source }
  const made = corridor({
    peers: [peer],
    async *peerLines() {
      yield { protocol: 1, type: 'plan', asks: [{ source: far, group: 'essentials', sections: ['allergies', 'medicines'] }] }
      yield { protocol: 1, type: 'answer', answer: answer('rfl', [item('rfl', '1')], 'NCL') }
      throw new Error('cut')
    },
  })
  const view = await opened(made)
  const allergies = completenessOf(view.snapshot, 'allergies')
  assert.deepEqual([allergies.waiting.length, allergies.missing.length, allergies.answered.length], [0, 0, 3])
  assert.deepEqual(
    completenessOf(view.snapshot, 'medicines').missing.map(s => [s.source.id, s.cause]),
    [['rfl', 'connection-failed']],
  )
})

test('a peer that knows nothing leaves no waiting behind; one that cannot be reached is named itself', async () => {
  for (const [line, cause, answered] of [
    [undefined, 'connection-failed', false],
    [{ protocol: 1, type: 'plan', asks: [] }, 'none', true],
  ] as const) {
    const made = corridor({
      peers: [peer],
      async *peerLines() {
        if (line) yield line
        if (line) yield { protocol: 1, type: 'end' }
      },
    })
    const view = await opened(made)
    const states = [...view.snapshot.states.values()].filter(s => s.source.exchange === 'NCL')
    assert.ok(states.every(s => !s.waiting && s.cause === cause))
    assert.equal(states.length, answered ? 0 : 2)
  }
})

test('HAZ-001: a source asked again while its peer’s first round ends is still waited for, and one planned but never answered is missing', async () => {
  const far = (id: string) => ({ ...answer(id, [], 'NCL').source })
  let endFirst: () => void = () => {}
  let rounds = 0
  const made = corridor({
    peers: [peer],
    async *peerLines() {
      rounds += 1
      if (rounds > 1) {
        yield { protocol: 1, type: 'plan', asks: [{ source: far('rfl'), group: 'essentials', sections: ['allergies'] }] }
        await new Promise(() => {})
      }
      yield {
        protocol: 1,
        type: 'plan',
        asks: [far('rfl'), far('uclh')].map(source => ({ source, group: 'essentials' as const, sections: ['allergies' as const] })),
      }
      yield {
        protocol: 1,
        type: 'answer',
        answer: { ...answer('rfl', [], 'NCL'), outcome: 'unavailable', cause: 'server-error', complete: false },
      }
      await new Promise<void>(resolve => (endFirst = resolve))
      yield { protocol: 1, type: 'end' }
    },
  })
  const view = await made.views.open(request)
  assert.ok(view.ok)
  const stateOf = (id: string) => [...view.value.snapshot.states.values()].find(s => s.source.id === id)
  while (stateOf('rfl')?.outcome !== 'unavailable') await wait(2)
  assert.ok((await view.value.tryAgain('rfl', 'NCL', 'essentials')).ok)
  endFirst()
  while (stateOf('uclh')?.waiting !== false) await wait(2)
  assert.deepEqual([stateOf('uclh')?.outcome, stateOf('uclh')?.complete], ['unavailable', false])
  assert.deepEqual([stateOf('rfl')?.waiting, stateOf('rfl')?.outcome], [true, 'late'])
  await made.views.stop()
})

test('R057: Try again decides anew: what may no longer be asked is not, and a relationship that ended ends the view', async () => {
  let admission: Admission = { verdict: 'permit', pass, reasons: [] }
  const down: Ask = async ({ ask: { source: s } }) => [
    { ...answer(s.id, []), outcome: 'unavailable', cause: 'server-error', complete: false },
  ]
  const made = corridor({
    ask: down,
    get admission() {
      return admission
    },
  })
  const view = await opened(made)
  admission = { verdict: 'refuse', code: 'objection', reasons: [] }
  assert.ok(!(await view.tryAgain('kch', 'SEL', 'essentials')).ok)
  assert.equal(view.parts.at(-1)?.closed, 'revoked')
})

test('a session that ended elsewhere takes its views with it', async () => {
  let signedOut = false
  const made = corridor({ sessionEnded: () => signedOut })
  const view = await opened(made)
  await made.views.tend()
  assert.equal(view.status, 'open')
  signedOut = true
  await made.views.tend()
  assert.equal(view.parts.at(-1)?.closed, 'ended')
})

test('R083: nobody holds anything reads as an objection does: no information', async () => {
  const made = corridor({ asks: false })
  assert.equal((await opened(made)).status, 'no-information')
})

test('one reason given twice is one claim', async () => {
  let admission: Admission = { verdict: 'claim', unavailable: [], reasons: [] }
  const made = corridor({
    get admission() {
      return admission
    },
  })
  const view = await opened(made)
  admission = { verdict: 'permit', pass, reasons: [] }
  const [first, second] = await Promise.all([view.claim({}), view.claim({})])
  assert.deepEqual([first.ok, second.ok], [true, false])
})

test('D116: try again asks that source and group only, and nothing that has already answered', async () => {
  const calls: string[] = []
  let well = false
  const made = corridor({
    ask: async ({ ask: { source: s } }) => {
      calls.push(s.id)
      return s.id === 'gstt' && !well
        ? [{ ...answer(s.id, []), outcome: 'unavailable', cause: 'server-error', complete: false }]
        : [answer(s.id, [item(s.id, '1')])]
    },
  })
  const view = await opened(made)
  well = true
  assert.ok(!(await view.tryAgain('kch', 'SEL', 'essentials')).ok)
  assert.ok(!(await view.tryAgain('nobody', 'SEL', 'essentials')).ok)
  assert.ok((await view.tryAgain('gstt', 'SEL', 'essentials')).ok)
  await view.settled(5_000)
  assert.deepEqual(calls.toSorted(), ['gstt', 'gstt', 'kch'])
  const [state] = completenessOf(view.snapshot, 'allergies').answered.filter(s => s.source.id === 'gstt')
  assert.equal(state?.attempts, 2)
})

test('a view is another user’s or another session’s: it does not exist', async () => {
  const made = corridor()
  const view = await opened(made)
  assert.ok(made.views.find(view.id, 's', '1'))
  for (const [session, user] of [
    ['x', '1'],
    ['s', '2'],
  ] as const)
    assert.equal(made.views.find(view.id, session, user), undefined)
})

for (const maskPlaces of [true, false])
  test(`HAZ-013: entries of a view ${maskPlaces ? 'with' : 'without'} masked places are ${maskPlaces ? '' : 'not '}looked over once more, and judged as they leave`, async () => {
    const judged: string[] = []
    const made = corridor({
      admission: { verdict: 'permit', pass: { ...pass, maskPlaces }, reasons: [] },
      ask: async ({ ask: { source: s } }) => [answer(s.id, [item(s.id, '1')])],
      maskEntry: entry => ({ ...entry, title: 'Masked' }),
      mayLeave: entry => judged.push(entry.title) > 0,
    })
    const view = await opened(made)
    await view.settled(5_000)
    const titles = Array.from(view.snapshot.entries.values()).flatMap(rows => Array.from(rows.values(), ({ title }) => title))
    assert.ok(titles.length > 0)
    for (const title of [...titles, ...judged]) assert.equal(title === 'Masked', maskPlaces)
  })

test('HAZ-013: where places may not be shown no source is named in any part, and Try again still finds it', async () => {
  const calls: string[] = []
  const made = corridor({
    admission: { verdict: 'permit', pass: { ...pass, maskPlaces: true }, reasons: [] },
    peers: [peer],
    async *peerLines() {
      yield {
        protocol: 1,
        type: 'plan',
        asks: [{ source: { ...answer('rfl', [], 'NCL').source, name: 'Far' }, group: 'essentials', sections: ['allergies'] }],
      }
    },
    ask: async ({ ask: { source: s } }) => (
      calls.push(s.id),
      [{ ...answer(s.id, []), outcome: 'unavailable', cause: 'server-error', complete: false }]
    ),
  })
  const view = await opened(made)
  assert.doesNotMatch(JSON.stringify(view.parts), /RJZ|Hospital|KCH|kch|gstt|rfl|Far|NCL|London/)
  assert.deepEqual(
    [...view.snapshot.states.values()].filter(s => s.waiting),
    [],
  )
  for (const { source: masked } of Array.from(view.snapshot.states.values()))
    assert.ok((await view.tryAgain(masked.id, masked.exchange, 'essentials')).ok)
  await view.settled(5_000)
  assert.deepEqual(calls.toSorted(), ['gstt', 'gstt', 'kch', 'kch'])
})

test('R007: an answer that could not be matched shows nothing and asks a steward to look', async () => {
  const made = corridor({
    ask: async ({ ask: { source: s } }) => [
      { ...answer(s.id, []), outcome: 'mismatch', cause: s.id === 'kch' ? 'number-differs' : 'demographics-differ', complete: false },
    ],
  })
  await opened(made)
  assert.deepEqual(made.happened.filter(h => h.startsWith('task')).toSorted(), ['task gstt demographics-differ', 'task kch number-differs'])
})

test('R080: a revoked view is cut: readers get its last part and it is gone', async () => {
  const made = corridor({ revoked: async views => new Map(views.map(v => [v.id, 'objection' as const])) })
  const view = await opened(made)
  await made.views.tend()
  assert.equal(view.parts.at(-1)?.closed, 'revoked')
  assert.equal(made.views.find(view.id, 's', '1'), undefined)
  assert.deepEqual(kinds(made.events).slice(-2), ['revoked', 'closed'])
})

for (const [what, admission, status] of [
  ['a reason is waited for', { verdict: 'claim', unavailable: [], reasons: [] }, 'claim'],
  ['nothing is to be shown', { verdict: 'refuse', code: 'objection', reasons: [] }, 'no-information'],
  ['the role does not allow it', { verdict: 'refuse', code: 'relationship', reasons: [] }, 'denied'],
] as const)
  test(`D124: while ${what}, an objection changes nothing of the page that somebody without one would not see`, async () => {
    const made = corridor({ admission, revoked: async views => new Map(views.map(v => [v.id, 'objection' as const])) })
    const view = await opened(made)
    assert.equal(view.status, status)
    await made.views.tend()
    assert.equal(made.views.find(view.id, 's', '1')?.status, status)
  })

test('parts after the last read come once each, in order, to a reader that comes back', async () => {
  const view = await opened(corridor())
  const rest: number[] = []
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 20)
  for await (const part of view.read(1, stop.signal)) rest.push(part.n)
  assert.deepEqual(
    rest,
    view.parts.slice(1).map(p => p.n),
  )
  assert.ok(rest.length > 0)
})

test('R084: a view closed while a peer is still asked has nothing written after its end', async () => {
  const left = Promise.withResolvers<void>()
  const made = corridor({
    peers: [peer],
    async *peerLines() {
      await left.promise
      yield { protocol: 1, type: 'plan', asks: [] }
    },
  })
  const started = await made.views.open(request)
  assert.ok(started.ok)
  await started.value.decided(5_000)
  await made.views.stop()
  left.resolve()
  await started.value.settled(5_000)
  await wait(0)
  assert.equal(kinds(made.events).at(-1), 'closed')
})

const entryIn = (view: View) => [...(view.snapshot.entries.get('allergies')?.values() ?? [])][0] ?? assert.fail('no entry')
const reference = (sourceId: string, id: string): Item => ({
  ...item(sourceId, id),
  id: `${sourceId}/DocumentReference/${id}`,
  resource: { resourceType: 'DocumentReference', id, status: 'current', content: [{ attachment: { title: 'Letter' } }] },
})
const withLetter: Over = { ask: async ({ ask: { source: s } }) => [answer(s.id, s.id === 'kch' ? [reference('kch', '1')] : [])] }

test('R002: older is asked of all sources and peers once, written down, said to be waited for, and streams in', async () => {
  const asked: string[] = []
  const made = corridor({
    groups: ['essentials', 'older'],
    peers: [peer],
    async *peerLines() {
      yield { protocol: 1, type: 'plan', asks: [] }
      yield { protocol: 1, type: 'end' }
    },
    ask: async ({ ask: { source: s, group } }) => {
      asked.push(`${s.id}/${group}`)
      return [{ ...answer(s.id, [item(s.id, group)]), group }]
    },
  })
  const view = await opened(made)
  assert.equal(view.olderAsked, false)
  const [first, second] = await Promise.all([view.askOlder(), view.askOlder()])
  assert.ok(first.ok && second.ok && view.olderAsked)
  assert.ok([...view.snapshot.states.values()].some(s => s.group === 'older' && s.waiting))
  await view.settled(5_000)
  assert.deepEqual(asked.toSorted(), ['gstt/essentials', 'gstt/older', 'kch/essentials', 'kch/older'])
  assert.ok([...view.snapshot.states.values()].every(s => !s.waiting))
  assert.equal(view.parts.filter(p => p.kind === 'plan').length >= 2, true)
  assert.equal(made.events.filter(e => e.kind === 'section-opened').length, 1)
})

test('older is decided anew: unwritten it is not asked and may be asked again; a relationship that ended ends the view', async () => {
  let asked = 0
  let takes = false
  let admission: Admission = { verdict: 'permit', pass, reasons: [] }
  const made = corridor({
    groups: ['essentials', 'older'],
    writes: draft => takes || draft.kind !== 'section-opened',
    ask: async ({ ask: { source: s } }) => ((asked += 1), [answer(s.id, [item(s.id, '1')])]),
    get admission() {
      return admission
    },
  })
  const view = await opened(made)
  assert.ok(!(await view.askOlder()).ok)
  assert.deepEqual([asked, view.olderAsked], [2, false])
  takes = true
  admission = { verdict: 'refuse', code: 'objection', reasons: [] }
  assert.ok(!(await view.askOlder()).ok)
  assert.deepEqual([asked, view.parts.at(-1)?.closed], [2, 'revoked'])
})

test('what is new since the last look: items that were not shown then, or not in this version; never looked: nothing said', async () => {
  assert.equal((await opened(corridor())).lastLook, undefined)
  const versions = new Map([
    ['kch/AllergyIntolerance/1', '1'],
    ['gstt/AllergyIntolerance/1', '0'],
  ])
  const coded = (id: string): Item => ({
    ...item(id, '1'),
    resource: { resourceType: 'AllergyIntolerance', id: '1', patient: { reference: 'Patient/1' }, code: { text: id } },
  })
  const made = corridor({
    look: { at: '2026-11-20T09:00:00Z', versions },
    ask: async ({ ask: { source: s } }) => [answer(s.id, [coded(s.id)])],
  })
  const view = await opened(made)
  const titles = [...(view.lastLook?.changed ?? [])].map(id => view.snapshot.entries.get('allergies')?.get(id)?.title)
  assert.deepEqual([view.lastLook?.at, titles], ['2026-11-20T09:00:00Z', ['gstt']])
  assert.equal(view.lastLook, view.lastLook, 'worked out once for the same parts')
})

test('D131: a document is decided again, fetched, judged and written down before it is shown; kept while the view lasts', async () => {
  let fetched = 0
  const made = corridor({
    ...withLetter,
    documents: { fetch: { fhir: async () => ((fetched += 1), letter), 'gp-connect': async () => letter, nrl: async () => letter } },
  })
  const view = await opened(made)
  const { id } = entryIn(view)
  const one = await view.document(id)
  assert.ok(one.ok)
  assert.deepEqual([one.value.entry.id, one.value.content.text], [id, 'Dear doctor'])
  const page = await view.documentPage(id, 2, 800)
  assert.ok(page.ok && page.value.toString() === 'page 2')
  const original = await view.documentOriginal(id)
  assert.ok(original.ok && original.value.bytes.toString() === 'Dear doctor')
  assert.equal(fetched, 1)
  assert.deepEqual(
    made.events.filter(e => e.kind === 'document-opened').map(e => [e.outcome, e.detail?.['what'], e.detail?.['items']]),
    ['read', 'page', 'original'].map(what => ['success', what, ['kch/DocumentReference/1']]),
  )
})

for (const [name, over, kind] of [
  ['whose event cannot be written', { writes: (draft: AuditDraft) => draft.kind !== 'document-opened' }, 'unavailable'],
  ['whose words may not leave', { documents: { read: async () => ({ ...content, text: 'a secret' }) } }, 'not-found'],
  ['that could not be read now, whatever it says', { documents: { read: async () => ({ ...content, unread: true }) } }, 'unavailable'],
  ['too long to be judged', { documents: { read: async () => ({ ...content, problem: 'too-large' as const }) } }, 'too-large'],
  ['that is held in silence', { documents: { read: async () => ({ ...content, names: 'held' as const }) } }, 'not-found'],
  ['that is too large', { documents: { read: async () => content }, size: 21 }, 'too-large'],
  [
    'of a person whose places are masked',
    { admission: { verdict: 'permit', pass: { ...pass, maskPlaces: true }, reasons: [] } as Admission },
    'not-found',
  ],
] as const)
  test(`D120: a document ${name} is not shown: ${kind}`, async () => {
    const bytes = 'size' in over ? Buffer.alloc(21 * 1024 * 1024) : Buffer.from('x')
    const fetch = async () => ok({ bytes, contentType: 'text/plain' })
    const made = corridor({
      ...withLetter,
      ...over,
      documents: { fetch: { fhir: fetch, 'gp-connect': fetch, nrl: fetch }, ...('documents' in over ? over.documents : {}) },
    })
    const view = await opened(made)
    for (const open of [view.document, view.documentOriginal, (id: string) => view.documentPage(id, 1, 800)]) {
      const result = await open(entryIn(view).id)
      assert.equal(result.ok ? 'shown' : result.fault.kind, kind)
    }
  })

test('D124: a document that is gone, here or at a peer, is told in the words of one that may not be shown', async () => {
  const gone = async () => fail('not-found', 'There is no such document at the source.')
  const far = answer('rfl', [reference('rfl', '1')], 'NCL')
  const elsewhere: Over = {
    asks: false,
    peers: [peer],
    async *peerLines() {
      yield { protocol: 1, type: 'plan', asks: [{ source: far.source, group: 'essentials', sections: ['allergies'] }] }
      yield { protocol: 1, type: 'answer', answer: far }
      yield { protocol: 1, type: 'end' }
    },
  }
  const secret = async () => ({ ...content, text: 'a secret' })
  const told = []
  for (const over of [
    { ...withLetter, documents: { read: secret } },
    { ...withLetter, documents: { fetch: { fhir: gone, 'gp-connect': gone, nrl: gone } } },
    { ...elsewhere, documents: { read: secret } },
    { ...elsewhere, documents: { askPeer: gone } },
  ]) {
    const view = await opened(corridor(over))
    const { id } = entryIn(view)
    told.push(await view.document(id), await view.documentPage(id, 1, 800), await view.documentOriginal(id))
  }
  for (const one of told) assert.deepEqual(one, told[0])
  assert.equal(told[0]?.ok, false)
})

test('D133: a document that names another person shows whom it names and nothing of its body', async () => {
  const named = { ...content, text: 'Dear other', names: 'another-person' as const, printed: { nhsNumber: '9990000026' } }
  const view = await opened(corridor({ ...withLetter, documents: { read: async () => named } }))
  const { id } = entryIn(view)
  const one = await view.document(id)
  assert.ok(one.ok)
  assert.deepEqual([one.value.content.names, one.value.content.text, one.value.content.html], ['another-person', '', undefined])
  assert.ok(!(await view.documentOriginal(id)).ok && !(await view.documentPage(id, 1, 800)).ok)
})

test('a document of an entry without one, of no entry, and of a view that is over is not there', async () => {
  const made = corridor()
  const view = await opened(made)
  const { id } = entryIn(view)
  for (const entryId of [id, 'entry-x']) assert.ok(!(await view.document(entryId)).ok)
  await view.close('ended')
  assert.ok(!(await view.document(id)).ok)
  assert.ok(!(await view.printed()).ok)
})

test('R007: not this person’s: every statement is held for all, and leaves this view and its documents at once', async () => {
  const made = corridor(withLetter)
  const view = await opened(made)
  const { id } = entryIn(view)
  assert.ok((await view.document(id)).ok)
  for (const words of ['short', 'a'.repeat(501)]) {
    const refused = await view.reportNotTheirs(id, { words })
    assert.equal(!refused.ok && refused.fault.kind, 'invalid')
  }
  assert.ok((await view.reportNotTheirs(id, { words: 'another name in the letter' })).ok)
  assert.deepEqual(
    made.reports.map(r => [r.items, r.words, r.viewId]),
    [[[{ itemId: 'kch/DocumentReference/1', sourceId: 'kch' }], 'another name in the letter', view.id]],
  )
  assert.equal(view.snapshot.entries.get('allergies')?.size, 0)
  for (const gone of [view.entry(id), view.document(id), view.documentOriginal(id)]) assert.ok(!(await gone).ok)
  assert.deepEqual(made.events.find(e => e.kind === 'withdrawn')?.detail?.['items'], ['kch/DocumentReference/1'])
  assert.ok([...view.snapshot.states.values()].every(s => s.outcome !== 'unavailable'))
})

test('R007: a document whose item is held while it is on its way is not shown, though its entry stands on another', async () => {
  const onItsWay = Promise.withResolvers<string>()
  const held = Promise.withResolvers<void>()
  const fetched = async ({ source }: { readonly source: { readonly id: string } }) => {
    onItsWay.resolve(source.id)
    await held.promise
    return letter
  }
  const copied = (sourceId: string): Item => {
    const one = reference(sourceId, '1')
    return { ...one, resource: { ...one.resource, identifier: [{ system: 'urn:letters', value: '7' }] } as Item['resource'] }
  }
  const made = corridor({
    ask: async ({ ask: { source: s } }) => [answer(s.id, [copied(s.id)])],
    documents: { fetch: { fhir: fetched, 'gp-connect': fetched, nrl: fetched } },
  })
  const view = await opened(made)
  const { id, statements } = entryIn(view)
  assert.ok(statements > 1, 'one entry, a twin at another source')
  const opening = view.document(id)
  made.held.add('SEL', [`${await onItsWay.promise}/DocumentReference/1`])
  await made.views.withdraw()
  assert.equal(entryIn(view).statements, statements - 1, 'it stands on the other')
  held.resolve()
  assert.equal((await opening).ok, false)
})

test('what is held elsewhere leaves open views with the next reading, though its event can be written nowhere, and takes nothing else along', async () => {
  let takes = true
  const made = corridor({
    writes: () => takes,
    ask: async ({ ask: { source: s } }) => [answer(s.id, [reference(s.id, '1'), reference(s.id, '2')])],
  })
  const view = await opened(made)
  const before = view.snapshot.entries.get('allergies')?.size ?? 0
  made.held.add('SEL', ['kch/DocumentReference/1'])
  takes = false
  await made.views.withdraw()
  assert.equal(view.snapshot.entries.get('allergies')?.size, before - 1)
  await made.views.withdraw()
  assert.equal(view.status, 'open')
  const again = await opened(made).catch(() => undefined)
  assert.equal(again, undefined, 'no new view while nothing can be written')
})

test('an item that is held is in no new view, nor is one of a peer that holds it', async () => {
  const far = { ...answer('rfl', [item('rfl', '1')], 'NCL') }
  const made = corridor({
    peers: [peer],
    async *peerLines() {
      yield { protocol: 1, type: 'plan', asks: [{ source: far.source, group: 'essentials', sections: ['allergies'] }] }
      yield { protocol: 1, type: 'answer', answer: far }
      yield { protocol: 1, type: 'end' }
    },
  })
  made.held.add('SEL', ['kch/AllergyIntolerance/1', 'gstt/AllergyIntolerance/1', 'rfl/AllergyIntolerance/1'])
  assert.equal(entryIn(await opened(made)).statements, 1, 'only the exchange that owns a source holds its items')
  made.held.add('NCL', ['rfl/AllergyIntolerance/1'])
  assert.equal((await opened(made)).snapshot.entries.get('allergies')?.size ?? 0, 0)
})

test('R007: a report of more items than one message takes is sent whole, in several', async () => {
  const results = Array.from({ length: 600 }, (_, n): Item => {
    const id = `rfl/Observation/${n}`
    return { ...item('rfl', id), id, resource: { resourceType: 'Observation', id: `${n}`, status: 'final', code: { text: `Test ${n}` } } }
  })
  const report: Item = { ...reference('rfl', 'r'), id: 'rfl/DiagnosticReport/r', links: results.map(({ id }) => id) }
  const resource: Item['resource'] = { resourceType: 'DiagnosticReport', id: 'r', status: 'final', code: { text: 'Profile' } }
  const far = answer('rfl', [{ ...report, resource }, ...results], 'NCL')
  const sent: (readonly string[])[] = []
  const made = corridor({
    asks: false,
    peers: [peer],
    async *peerLines() {
      yield { protocol: 1, type: 'plan', asks: [{ source: far.source, group: 'essentials', sections: ['allergies'] }] }
      yield { protocol: 1, type: 'answer', answer: far }
      yield { protocol: 1, type: 'end' }
    },
    report: {
      peer: async ({ reported }) => {
        sent.push(reported.itemIds)
        return ok(undefined)
      },
    },
  })
  const view = await opened(made)
  const entries = [...(view.snapshot.entries.get('allergies')?.values() ?? [])]
  const profile = entries.find(entry => entry.title === 'Profile') ?? assert.fail(entries[0]?.title)
  assert.ok((await view.reportNotTheirs(profile.id, { words: 'another name in the report' })).ok)
  assert.deepEqual([sent.map(ids => ids.length), new Set(sent.flat()).size], [[500, 101], 601])
})

test('a report that an owner cannot take is said to have failed, and may be sent again', async () => {
  const made = corridor({ ...withLetter, report: { own: async () => fail('unavailable', 'no') } })
  const view = await opened(made)
  const told = await view.reportNotTheirs(entryIn(view).id, { words: 'another name in the letter' })
  assert.equal(!told.ok && told.fault.kind, 'unavailable')
  assert.equal(view.snapshot.entries.get('allergies')?.size, 1)
})

test('D171: a print is written down; unwritten it is refused', async () => {
  const made = corridor()
  assert.ok((await (await opened(made)).printed()).ok)
  assert.equal(made.events.at(-1)?.kind, 'printed')
  assert.ok(!(await (await opened(corridor({ writes: d => d.kind !== 'printed' }))).printed()).ok)
})

test('D124: nobody of ours holds anything: no record is shown before somebody says something, and then none where nobody does', async () => {
  const named = Promise.withResolvers<void>()
  const knows = { ...answer('rfl', [], 'NCL').source }
  const made = corridor({
    asks: false,
    peers: [peer],
    async *peerLines() {
      await named.promise
      yield { protocol: 1, type: 'plan', asks: [{ source: knows, group: 'essentials', sections: ['allergies'] }] }
      yield { protocol: 1, type: 'answer', answer: answer('rfl', [item('rfl', '1')], 'NCL') }
      yield { protocol: 1, type: 'end' }
    },
  })
  const view = await made.views.open(request)
  assert.ok(view.ok)
  while (view.value.parts.length === 0) await wait(1)
  assert.equal(view.value.status, 'deciding')
  named.resolve()
  await view.value.settled(5_000)
  assert.equal(view.value.status, 'open')
  const nobody = await opened(
    corridor({
      asks: false,
      peers: [peer],
      async *peerLines() {
        yield { protocol: 1, type: 'plan', asks: [] }
        yield { protocol: 1, type: 'end' }
      },
    }),
  )
  const askedAllTheSame = await opened(corridor({ known: false, ask: async ({ ask: { source: s } }) => [answer(s.id, [])] }))
  assert.equal(askedAllTheSame.status, 'no-information')
  assert.equal((await opened(corridor({ known: false }))).status, 'open', 'who was asked all the same and holds something is shown')
  const down: Ask = async ({ ask: { source: s } }) => [
    { ...answer(s.id, []), outcome: 'unavailable', cause: 'server-error', complete: false },
  ]
  assert.equal((await opened(corridor({ known: false, ask: down }))).status, 'open', 'silence is not emptiness')
  const objects = await opened(corridor({ admission: { verdict: 'refuse', code: 'objection', reasons: [] } }))
  assert.deepEqual([nobody.status, objects.status], ['no-information', 'no-information'])
})

const line = (reference: string, display: string) => ({ reference, display })
const consultation = (): readonly Item[] => {
  const visit = item('kch', 'v')
  const finding = (id: string, text: string): Item => ({
    ...item('kch', id),
    id: `kch/Observation/${id}`,
    section: 'observations',
    resource: { resourceType: 'Observation', id, status: 'final', code: { text }, valueString: 'seen' },
  })
  return [
    {
      ...visit,
      id: 'kch/Encounter/v',
      section: 'encounters',
      resource: { resourceType: 'Encounter', id: 'v', status: 'finished', class: { code: 'AMB' } },
      contained: [
        {
          resourceType: 'Composition',
          status: 'final',
          section: [
            {
              title: 'Asthma review',
              focus: line('Condition/withheld', 'Never told problem'),
              section: [
                { title: 'History', entry: [line('Observation/a', 'Wheeze at night')] },
                { title: 'Examination', entry: [line('Observation/b', 'Peak flow falling')] },
                { title: 'Plan', entry: [line('MedicationStatement/withheld', 'Never told medicine')] },
              ],
            },
          ],
        } as unknown as Item['resource'],
      ],
    },
    finding('a', 'Wheeze'),
    finding('b', 'Peak flow'),
  ]
}
const heard: Ask = async ({ ask: { source: s } }) => [answer(s.id, s.id === 'kch' ? consultation() : [])]
const written = async (view: View): Promise<unknown> => {
  const [visit] = [...(view.snapshot.entries.get('encounters')?.values() ?? [])]
  const opened = await view.entry(visit?.id ?? '')
  assert.ok(opened.ok)
  return opened.value.statements[0]?.consultation
}
const entryIdOf = (view: View, title: string): string =>
  [...(view.snapshot.entries.get('observations')?.values() ?? [])].find(e => e.title === title)?.id ?? ''

test('R016: the panel of a visit has its consultation as written; each line leads to its entry, and one without is not there', async () => {
  const view = await opened(corridor({ ask: heard }))
  const said = await written(view)
  assert.deepEqual(said, [
    {
      title: 'Asthma review',
      lines: [],
      headings: [
        { title: 'History', lines: [{ words: 'Wheeze at night', entryId: entryIdOf(view, 'Wheeze') }], headings: [] },
        { title: 'Examination', lines: [{ words: 'Peak flow falling', entryId: entryIdOf(view, 'Peak flow') }], headings: [] },
      ],
    },
  ])
  assert.doesNotMatch(JSON.stringify([said, view.parts]), /Never told/)
})
test('HAZ-012: what the exit holds back takes its line of the consultation with it', async () => {
  const view = await opened(corridor({ ask: heard, mayLeave: entry => entry.title !== 'Wheeze' }))
  const said = JSON.stringify(await written(view))
  assert.match(said, /Peak flow falling/)
  assert.doesNotMatch(said, /Wheeze|History/)
})
test('R007: not this person’s: its line of the consultation leaves too, in the panel and in the list', async () => {
  const view = await opened(corridor({ ask: heard }))
  assert.match(JSON.stringify(view.snapshot.entries.get('encounters')?.values().next().value), /Wheeze at night/)
  assert.ok((await view.reportNotTheirs(entryIdOf(view, 'Wheeze'), { words: 'said of her sister in the same visit' })).ok)
  const said = JSON.stringify([await written(view), [...(view.snapshot.entries.get('encounters')?.values() ?? [])]])
  assert.match(said, /Peak flow falling/)
  assert.doesNotMatch(said, /Wheeze|History/)
})

test('R039: a view whose evidence was taken back ends, its page may say so to that session and user, and to nobody else', async () => {
  let gone = false
  const made = corridor({ revoked: async views => new Map(gone ? views.map(v => [v.id, 'not-in-care']) : []) })
  const view = await opened(made)
  await made.views.tend()
  assert.equal(view.status, 'open')
  gone = true
  await made.views.tend()
  assert.equal(view.parts.at(-1)?.closed, 'revoked')
  assert.deepEqual(made.events.find(e => e.kind === 'revoked')?.detail, { because: 'not-in-care' })
  assert.equal(made.views.leftCare(view.id, 's', viewer.sdsUserId), true)
  assert.equal(made.views.leftCare(view.id, 'another', viewer.sdsUserId), false)
  assert.equal(made.views.leftCare(view.id, 's', 'another'), false)
})
test('R083: a view that ended for an objection does not say that the person has left anybody’s care', async () => {
  const made = corridor({ revoked: async views => new Map(views.map(v => [v.id, 'objection'])) })
  const view = await opened(made)
  await made.views.tend()
  assert.equal(view.parts.at(-1)?.closed, 'revoked')
  assert.equal(made.views.leftCare(view.id, 's', viewer.sdsUserId), false)
})

const until = (hour: number): string => `2026-11-21T${hour}:00:00.000Z`
const emergency = (hour: number, evidenceId: string): Admission => ({
  verdict: 'permit',
  pass: { ...pass, relationship: { ...pass.relationship, type: 'emergency-access', evidenceId, until: until(hour) } },
  reasons: ['relationship: yes, emergency access'],
})
test('care rules 1.3: emergency access says when it ends and is renewed by a claim linked to it, decided anew', async () => {
  const renewed: unknown[] = []
  const made = corridor({
    admissions: () => (renewed.length === 0 ? emergency(14, 'claim/first') : emergency(18, 'claim/second')),
    recordClaim: async (_request, _person, form, { renews }) => {
      renewed.push([form, renews])
      return ok(undefined)
    },
  })
  const view = await opened(made)
  assert.equal(view.emergencyUntil, until(14))
  assert.equal((await view.renewEmergency()).ok, true)
  assert.deepEqual(renewed, [[undefined, 'first']])
  assert.equal(view.emergencyUntil, until(18))
  assert.equal(made.events.filter(e => e.kind === 'evidence-checked').length, 2)
})
test('care rules 1.3: nothing is renewed of a view that rests on evidence, or when it cannot be written down', async () => {
  const plain = await opened(corridor())
  assert.equal(plain.emergencyUntil, undefined)
  assert.equal((await plain.renewEmergency()).ok, false)
  const away = await opened(
    corridor({ admissions: () => emergency(14, 'claim/first'), recordClaim: async () => fail('unavailable', 'away') }),
  )
  assert.equal((await away.renewEmergency()).ok, false)
  assert.equal(away.emergencyUntil, until(14))
})
test('R083 care rules 1.3: a renewal never reaches past an objection: the view ends', async () => {
  let decisions = 0
  const made = corridor({
    admissions: () => (decisions++ === 0 ? emergency(14, 'claim/first') : { verdict: 'refuse', code: 'objection', reasons: [] }),
  })
  const view = await opened(made)
  await view.renewEmergency()
  assert.equal(view.parts.at(-1)?.closed, 'revoked')
})
test('R056: an alert that cannot be kept opens nothing', async () => {
  const told: unknown[] = []
  const admission: Admission = {
    verdict: 'permit',
    pass,
    reasons: [],
    alerts: [{ kind: 'narrowing', national: { type: '2', reason: '1' } }],
  }
  const kept = corridor({
    admission,
    raiseAlerts: async (_request, _person, alerts) => {
      told.push(...alerts)
      return ok(undefined)
    },
  })
  assert.equal((await opened(kept)).status, 'open')
  assert.deepEqual(told, admission.alerts)
  const away = await opened(corridor({ admission, raiseAlerts: async () => fail('unavailable', 'away') }))
  assert.equal(away.status, 'unavailable')
})
