import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { services } from '../src/london/people/services.ts'
import { cityOrganisations, places, SYSTEM_IDS, type SystemId } from '../src/london/places.ts'
import { readManifest } from '../src/exchange/audit/record.ts'
import { LAW_LINE } from '../src/viewer/components/section-card.ts'
import { LAW_NOTICE } from '../src/viewer/pages/layout.ts'
import { OTHER_OPT_OUTS } from '../src/viewer/pages/sharing-words.ts'
import { factOf, sourceOf } from './support/ledger.ts'
import { cardOf, stage, stagedSystems } from './support/london.ts'
import { asPeer } from './support/peer.ts'
import { cardOf as card, formsOf, pagesOf, rowsOf, stripOf } from './support/reading.ts'
import { createVisitor, type Visitor } from './support/visitor.ts'

const at = stage()
afterEach(() => at().ledger.sound())

const callsOf = (ids: readonly SystemId[] = stagedSystems): Record<string, number> =>
  Object.fromEntries(ids.map(id => [id, at().london.city.calls(id)]))

/** Everything a professional can open of one view. */
async function readAll(visitor: Visitor, viewId: string): Promise<void> {
  const stop = new AbortController()
  const parts = await visitor.settled(viewId)
  for await (const event of visitor.stream(viewId, { after: 0, signal: stop.signal })) {
    if (event.id === parts.length) break
  }
  stop.abort()
  const whole = await visitor.whole(viewId)
  await visitor.get(`/r/${viewId}/`)
  await visitor.get(`/r/${viewId}/sources`)
  const paths = new Set(pagesOf(whole.html))
  const rows = new Set(rowsOf(whole.html))
  for (const path of paths) for (const row of rowsOf((await visitor.get(path)).html)) rows.add(row)
  for (const row of rows) {
    await visitor.get(`/r/${viewId}/item/${row}`)
    await visitor.get(`/r/${viewId}/item/${row}`, { 'x-fragment': '1' })
  }
}

for (const [family, title] of [
  ['Reid', 'receptionist'],
  ['Baumann', 'research fellow'],
] as const)
  test(`R038 R040 R046: a ${title} is told whom to call, nothing is asked of anyone, and it is written down`, async () => {
    const { ledger, london } = at()
    const before = callsOf()
    const { card: number, url } = cardOf(london, family)
    const visitor = createVisitor(url)
    const page = await visitor.signIn(number)
    assert.equal(page.status, 403)
    assert.match(page.words, /Your role is not set up None of .* Contact King's College Hospital on 020 7946 0201\./)
    for (const path of ['/find', '/', '/find/unknown']) assert.equal((await visitor.get(path)).url.pathname, '/roles', path)
    const csrf = formsOf(page.html).find(form => form.action === '/log-out')?.fields['csrf'] ?? ''
    for (const [path, fields] of [
      ['/find', { nhsNumber: told.amara }],
      ['/open', { ref: 'x'.repeat(43) }],
      ['/roles', { role: '555000010101' }],
    ] as const)
      assert.doesNotMatch((await visitor.post(path, { csrf, ...fields })).html, /OKAFOR/, path)
    assert.deepEqual(callsOf(), before)
    const mine = (await ledger.ofKind('refused')).filter(event => factOf(event, 'user').includes(number))
    assert.ok(mine.length > 0, 'a refusal is in the audit')
  })

test('R076 D112 D124: who objected: no information, nothing asked beyond the relationship, also after a claim', async () => {
  const { ledger, london, signedIn } = at()
  const others = ['camberwell-gp', 'gstt', 'rfl', 'uclh'] as const
  const before = callsOf(others)
  for (const family of ['Shah', 'Lindqvist']) {
    const doctor = await signedIn(family)
    const { id, page } = await doctor.open(told.objector)
    const shown = page.words.includes('No information') ? page : await doctor.whole(id)
    assert.equal(shown.status, 200)
    assert.match(shown.words, /No information is available to show for this person\./)
    assert.doesNotMatch(shown.html, /BYRNE|Byrne|salbutamol|penicillin|objection/i)
    const events = await ledger.events(id)
    assert.deepEqual(
      events.flatMap(event => (event.kind === 'refused' ? factOf(event, 'because') : [])),
      ['objection'],
    )
    assert.deepEqual(
      await ledger
        .pool('ncl')
        .query('select 1 from audit_event where transaction_id = $1', [events[0]?.transaction])
        .then(r => r.rowCount),
      0,
    )
  }
  const cole = await signedIn('Cole')
  const { id } = await cole.open(told.objector)
  const reason = await cole.get(`/r/${id}/`)
  const claimed = await cole.submit(
    formsOf(reason.html).find(form => form.words.includes('Reason') && form.action.endsWith('/reason')),
    {
      reason: 'claim-treating',
    },
  )
  const after = claimed.words.includes('No information') ? claimed : await cole.whole(id)
  assert.match(after.words, /No information is available to show for this person\./)
  const afresh = await cole.open(told.objector)
  const again = await cole.whole(afresh.id)
  assert.match(again.words, /No information is available to show for this person\./)
  assert.deepEqual(callsOf(others), before, 'no source was asked')
  assert.ok(london)
})

/** Without the words that are the same for everyone (D121), and what pages about sharing say of former records (R077). */
const lawful = (text: string): string => [LAW_LINE, LAW_NOTICE, OTHER_OPT_OUTS].reduce((rest, words) => rest.replaceAll(words, ''), text)

/** Short names that are words or prefixes of every page, or too short not to stand in some opaque id. */
const UNTELLING = new Set(['GP', 'LCR', ...cityOrganisations.map(o => o.short).filter(short => short.length < 3)])
const PLACES = [
  ...cityOrganisations.flatMap(o => [o.name, o.odsCode, ...(UNTELLING.has(o.short) ? [] : [o.short]), o.phone ?? '']),
  ...Object.values(services).flatMap(all => all.flatMap(s => [s.place, s.name])),
  ...Object.values(places).map(s => s.system),
  ...SYSTEM_IDS,
  'Address kept by the national register',
  'N1 0ZZ',
  '020 7946 0057',
].filter(place => place !== '')

test('D09 R009 HAZ-013: of a flagged person no place is anywhere in any byte, and nothing is asked of GP Connect', async () => {
  const { ledger, signedIn } = at()
  const before = callsOf(['camberwell-gp'])
  const shah = await signedIn('Shah')
  const found = await shah.find({ nhsNumber: told.flagged })
  assert.doesNotMatch(found.words, /N1/)
  const { id } = await shah.open(told.flagged)
  const from = shah.received().length
  await readAll(shah, id)
  const whole = await shah.whole(id)
  assert.match(whole.words, /HADDAD, Leila \(Ms\)/)
  assert.match(whole.words, /Address not shown/)
  assert.match(card(whole.html, 'allergies'), /latex/i)
  assert.match(whole.words, /Organisation not shown/)
  // That there is a plan may matter at night: what kind and from when, not from where, and it does not open.
  assert.match(card(whole.html, 'plans'), /ReSPECT/)
  assert.doesNotMatch(whole.html, /documents\/[^"]+">[^<]*ReSPECT/)
  const bytes = lawful(shah.received().slice(from)).replaceAll(/<header class="nhsuk-header[^]*?<\/header>/g, '')
  assert.ok(bytes.length > 50_000)
  for (const place of PLACES) {
    const found = new RegExp(`(?<![A-Za-z0-9])${place.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9])`, 'i').exec(
      bytes.replaceAll('&#39;', "'"),
    )
    assert.equal(found, null, `${place}: …${bytes.slice(Math.max(0, (found?.index ?? 0) - 150), (found?.index ?? 0) + 80)}…`)
  }
  assert.deepEqual(callsOf(['camberwell-gp']), before)
  assert.ok(
    (await ledger.events(id)).some(event => sourceOf(event) === 'kch'),
    'the audit knows the source by its own name',
  )
})

test('R008: a replaced number opens the record of the number that replaced it', async () => {
  const { signedIn } = at()
  const lindqvist = await signedIn('Lindqvist')
  const { id } = await lindqvist.open(told.supersededOld)
  await lindqvist.settled(id)
  const whole = await lindqvist.whole(id)
  assert.match(whole.words, /MENSAH, Kwame \(Mr\)/)
  assert.match(whole.words, /NHS No\. 999 123 4586/)
  assert.doesNotMatch(whole.html, /9991234594|999 123 4594/)
  assert.match(card(whole.html, 'medicines'), /amlodipine/i)
})

/** What would betray Ms Marino's clinics: names, places, codes, what they prescribed. */
const BETRAYING = [
  /chlamydia/i,
  /428015005/,
  /393132003/,
  /genito-?urinary/i,
  /bridge street/i,
  /assisted conception/i,
  /clomifene/i,
  /doxycycline/i,
  /in vitro/i,
  /fertili[sz]ation/i,
  /sexual/i,
  /fertility/i,
  /next cycle/i,
  /\bBSC\b/,
  /\bACU\b/,
]
const scan = (what: string, text: string): void => {
  const plain = lawful(text)
  for (const trace of BETRAYING) {
    const found = trace.exec(plain)
    assert.equal(
      found,
      null,
      `${what}: ${String(trace)} in …${plain.slice(Math.max(0, (found?.index ?? 0) - 100), (found?.index ?? 0) + 60)}…`,
    )
  }
}

test('R062 R063 R064 R067 D120 HAZ-012: nothing of sexual health or fertility in any byte, log or table of either exchange', async () => {
  const { dir, ledger, london, logs, signedIn } = at()
  const held = JSON.stringify(london.city.people.held('gstt', told.restricted))
  for (const planted of ['428015005', '393132003', 'Clomifene', 'Assisted conception']) assert.ok(held.includes(planted), 'planted')

  const lindqvist = await signedIn('Lindqvist')
  const { id } = await lindqvist.open(told.restricted)
  await readAll(lindqvist, id)
  const whole = await lindqvist.whole(id)
  assert.match(stripOf(whole.html), /^(\d+) of \1 sources answered/)
  assert.match(card(whole.html, 'problems'), /asthma/i)
  assert.match(card(whole.html, 'results'), /haemoglobin/i)
  assert.match(card(whole.html, 'documents'), /Letter, acute medicine/)

  const goldberg = await signedIn('Goldberg')
  const theirs = await goldberg.open(told.restricted)
  const reason = await goldberg.get(`/r/${theirs.id}/`)
  await goldberg.submit(
    formsOf(reason.html).find(form => form.action.endsWith('/reason')),
    { reason: 'claim-treating' },
  )
  await readAll(goldberg, theirs.id)
  assert.match(card((await goldberg.whole(theirs.id)).html, 'problems'), /asthma/i)

  const lines = await asPeer(london, dir, { nhsNumber: told.restricted })
  assert.ok(
    lines.some(line => line.type === 'answer' && line.answer.items.length > 0),
    'a peer that asks is answered',
  )

  scan('SEL pages', lindqvist.received())
  scan('NCL pages', goldberg.received())
  scan('the wire to a peer', JSON.stringify(lines))
  scan('logs', logs())
  for (const side of ['sel', 'ncl'] as const) {
    const pool = ledger.pool(side)
    const { rows: events } = await pool.query<{ body: string }>('select body from audit_event where nhs_number = $1', [told.restricted])
    assert.ok(events.length > 0)
    // What is sealed is noise to whoever has no key.
    for (const { body } of events) scan(`audit of ${side}`, body.replaceAll(/"query":"[^"]*"/g, ''))
    const { rows: manifests } = await pool.query<{ zstd: Buffer }>('select zstd from audit_manifest')
    for (const { zstd } of manifests) scan(`manifests of ${side}`, JSON.stringify(readManifest(zstd).manifest))
    // Whatever is kept of a person or of a session; the register of services is about no person.
    const { rows: tables } = await pool.query<{ name: string }>(
      `select distinct table_name as name from information_schema.columns
       where table_schema = 'public' and column_name in ('nhs_number', 'session_id', 'csrf') and table_name not like 'audit_event%'`,
    )
    assert.ok(tables.length >= 5)
    for (const { name } of tables) {
      const { rows } = await pool.query<{ text: string }>(`select row_to_json(t)::text as text from "${name}" t`)
      for (const { text } of rows) scan(`${name} of ${side}`, text)
    }
  }
  const shown = (await ledger.events(id)).filter(event => event.kind === 'shown' && sourceOf(event) === 'gstt')
  assert.ok(shown.length > 0 && shown.every(event => event.outcome === 'success'), 'wholly or partly withheld counts as answered')
})

test('HAZ-003 D12: a source that answers about somebody else is held back, and said not to match', async () => {
  const { signedIn } = at()
  const lindqvist = await signedIn('Lindqvist')
  const { id } = await lindqvist.open(told.long)
  await lindqvist.settled(id)
  const whole = await lindqvist.whole(id)
  assert.match(stripOf(whole.html), /University College London Hospitals could not be matched/)
  assert.match(card(whole.html, 'allergies'), /A record at (UCLH )?University College London Hospitals could not be matched\./)
  assert.doesNotMatch(whole.html, /Papadakis|Ioannis/i)
  assert.doesNotMatch(card(whole.html, 'allergies'), /latex/i)
})

test('R006: the door for peers speaks TLS only', async () => {
  const { dir, london } = at()
  assert.match(readFileSync(join(dir, 'pki', 'ca.pem'), 'utf8'), /BEGIN CERTIFICATE/)
  for (const way of ['peer-sel', 'peer-ncl']) {
    const socket = connect(london.faults.get(way)?.port ?? 0, '127.0.0.1')
    socket.write('POST /peer/v1/record HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}')
    let said = ''
    socket.on('data', chunk => void (said += String(chunk)))
    socket.on('error', () => undefined)
    await once(socket, 'close')
    assert.doesNotMatch(said, /HTTP\/1\.[01] [1-5]/, way)
  }
})
