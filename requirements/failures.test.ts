import assert from 'node:assert/strict'
import { createHash, createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createAudit } from '../src/exchange/audit/audit.ts'
import { told } from '../src/london/people/population.ts'
import type { London } from '../src/london/london.ts'
import { factOf, sourceOf, type Ledger } from './support/ledger.ts'
import { answeredBut, askedAbout, askUntilAnswered, stage, until } from './support/london.ts'
import { cardOf as card, formsOf, stripOf } from './support/reading.ts'
import { createVisitor, type Visitor } from './support/visitor.ts'

const at = stage()
afterEach(async () => {
  for (const proxy of at().london.faults.values()) if (proxy.fault().mode !== 'pass') await proxy.set({ mode: 'pass' })
  for (const process of at().london.sel.processes) if (process.pid() === undefined) await process.restart()
  await at().ledger.sound()
})

/** The same browser, past the balancer, at one process of SEL: what it opens there is that process's own. */
const atProcess = (london: London, n: number, visitor: Visitor): Visitor =>
  createVisitor(`http://127.0.0.1:${london.sel.processes[n]?.port ?? 0}`, visitor.cookies)

/** Waits until every running process of SEL has said that it lives, and so knows of the others. */
async function heartbeats(ledger: Ledger): Promise<void> {
  const { rows } = await ledger.pool('sel').query<{ now: Date }>('select now()')
  await until(async () => {
    const beat = await ledger.pool('sel').query('select 1 from live_process where seen_at > $1', [rows[0]?.now])
    return (beat.rowCount ?? 0) >= at().london.sel.processes.length
  })
}

const pendingIn = (dir: string): number =>
  readdirSync(join(dir, 'spool'), { recursive: true, withFileTypes: true }).filter(
    file => file.isFile() && statSync(join(file.parentPath, file.name)).size > 0 && !file.name.startsWith('.') && !/lock/.test(file.name),
  ).length

test('R102 HAZ-009 D119: a process killed mid-view: another says so and opens a fresh view; the lost one is closed as lost', async () => {
  const { dir, ledger, london } = at()
  const shah = await at().signedIn('Shah')
  await london.faults.get('gstt')?.set({ mode: 'hang' })
  const own = atProcess(london, 0, shah)
  const { id, page } = await own.open(told.amara)
  assert.match(page.words, /OKAFOR/)
  await own.settled(id, parts => parts.length >= 3)
  await london.sel.processes[0]?.kill()
  const gone = await shah.get(`/r/${id}/`)
  assert.equal(gone.status, 410)
  // A supervisor starts it again at the same address: its views are not there.
  await london.sel.processes[0]?.restart()
  const lost = await shah.get(`/r/${id}/`)
  assert.equal(lost.status, 410)
  assert.match(lost.words, /This view ended because a part of the service stopped\. Nothing was lost from the record\./)
  await assert.rejects(shah.poll(id), /410/)
  const fresh = await shah.submit(formsOf(lost.html).find(form => form.action === '/open'))
  assert.equal(fresh.status, 200)
  const freshId = fresh.url.pathname.split('/')[2] ?? ''
  assert.notEqual(freshId, id)
  assert.match(fresh.words, /OKAFOR, Amara/)
  assert.equal((await ledger.events(freshId))[0]?.kind, 'view-opened', 'a view of its own, with its own event')
  await shah.post(`/r/${freshId}/close`, { csrf: formsOf(fresh.html)[0]?.fields['csrf'] ?? '' })

  const { rows } = await ledger.pool('sel').query('select view_id from audit_open_view where view_id = $1', [id])
  assert.equal(rows.length, 1, 'until it is reaped the lost view stands open')
  const file = (name: string): Buffer => readFileSync(join(dir, 'pki', name))
  const reaper = createAudit({
    pool: ledger.pool('sel'),
    exchange: 'SEL',
    processTag: 'reaper',
    signingKey: createPrivateKey(file('sel-signing.pem')),
    keyId: createHash('sha256').update(file('sel-1.pem').toString('utf8')).digest('hex').slice(0, 16),
    sealKey: file('seal.key'.replace('seal', 'sel-seal')),
    spoolDir: mkdtempSync(join(dir, 'reaper-')),
    now: () => new Date(),
    log: { warn: () => undefined, info: () => undefined },
    lostMs: 8_000,
  })
  await until(async () => (await reaper.reap()) > 0)
  await reaper.stop()
  const last = (await ledger.events(id)).at(-1)
  assert.equal(last?.kind, 'closed')
  assert.deepEqual(factOf(last ?? assert.fail(), 'reason'), ['lost'])
})

test('R084 R102 HAZ-009: the database stopped mid-view: the view goes on, new ones are refused in words, every event arrives once', async t => {
  const { dir, ledger, london, signedIn } = at()
  const shah = await signedIn('Shah')
  await london.faults.get('gstt')?.set({ mode: 'delay', ms: 600 })
  const both = [0, 1].map(n => atProcess(london, n, shah))
  for (const one of both) assert.equal((await one.get('/find')).status, 200)
  const found = await shah.find({ nhsNumber: told.amara })
  await heartbeats(ledger)
  const { id, page } = await shah.open(told.amara)
  assert.match(page.words, /Waiting for/)
  await london.database.stop()
  t.after(() =>
    at()
      .london.database.start()
      .catch(() => undefined),
  )
  const parts = await shah.settled(id)
  assert.ok(
    parts.some(part => part.sections.some(section => section.upserts.some(row => /GSTT/.test(row.html)))),
    'the view goes on',
  )
  for (const one of both) {
    const whole = await one.whole(id)
    assert.match(stripOf(whole.html), /^\d+ of \d+ sources answered/, 'at its own process and through the other')
    assert.match(card(whole.html, 'allergies'), /penicillin/i)
  }
  const [row = ''] = Array.from((await shah.whole(id)).html.matchAll(/href="(\/r\/[^"]+\/item\/[^"]+)"/g), ([, path = '']) => path)
  assert.match((await shah.get(row)).words, /identifier/)

  const refused = await shah.submit(formsOf(found.html).find(form => form.action === '/open'))
  assert.equal(refused.status, 503)
  assert.match(
    refused.words,
    /Records cannot be opened just now\..*Records already open stay open\..*King's College Hospital, 020 7946 0201/,
  )
  const unsearched = await shah.find({ nhsNumber: told.child })
  assert.equal(unsearched.status, 503)
  assert.match(unsearched.words, /cannot be looked up now/)
  assert.doesNotMatch(unsearched.words, /HUSSAIN/)

  await london.database.start()
  await until(async () => (await ledger.events(id).catch(() => [])).some(event => event.kind === 'item-opened'))
  await until(() => pendingIn(dir) === 0)
  const sources = await shah.get(`/r/${id}/sources`)
  await ledger.agrees(id, sources.html)
  const events = await ledger.events(id)
  const shown = events.filter(event => event.kind === 'shown' && sourceOf(event) !== undefined)
  // A peer says each outcome of a group in a line of its own, so the sections belong to the key.
  const keys = shown.map(event =>
    [sourceOf(event), factOf(event, 'group').join(), factOf(event, 'section').join('+'), event.attempt].join(' '),
  )
  assert.equal(new Set(keys).size, shown.length)
  await until(() =>
    shah.open(told.superseded).then(
      opened => opened.page.status === 200,
      () => false,
    ),
  )
})

test('R006 HAZ-001 D110 D111: the way to another exchange cut before its plan: it is named as silent, and Try again brings it', async () => {
  const { ledger, london, signedIn } = at()
  const shah = await signedIn('Shah')
  for (const [fault, words] of [
    [{ mode: 'refuse' }, /North Central London could not be reached Try again/],
    [{ mode: 'hang' }, /North Central London could not be reached Try again/],
    [{ mode: 'garbage' }, /North Central London could not be reached Try again/],
  ] as const) {
    await london.faults.get('peer-ncl')?.set(fault)
    const { id } = await shah.open(told.amara)
    await shah.settled(id)
    const whole = await shah.whole(id)
    assert.match(stripOf(whole.html), words, fault.mode)
    assert.match(stripOf(whole.html), answeredBut(1, askedAbout(told.amara, 'SEL') + 1), fault.mode)
    assert.match(
      card(whole.html, 'medicines'),
      /North Central London could not be reached at \d\d:\d\d\. Information may be missing\./,
      fault.mode,
    )
    await london.faults.get('peer-ncl')?.set({ mode: 'pass' })
    const healed = await askUntilAnswered(shah, id, { source: 'peer:NCL', exchange: 'NCL' })
    assert.match(stripOf(healed), answeredBut(0, askedAbout(told.amara)), fault.mode)
    await ledger.agrees(id, (await shah.get(`/r/${id}/sources`)).html)
  }
})

test('R006 HAZ-001: the way cut after the plan: the hospitals it named are said to be missing, and come back', async () => {
  const { ledger, london, signedIn } = at()
  const shah = await signedIn('Shah')
  await london.faults.get('rfl')?.set({ mode: 'delay', ms: 900 })
  const { id } = await shah.open(told.amara)
  await shah.settled(id, parts => parts.some(part => part.strip.includes('Royal Free London')))
  await london.faults.get('peer-ncl')?.set({ mode: 'pass' })
  await shah.settled(id)
  const whole = await shah.whole(id)
  assert.match(stripOf(whole.html), /Royal Free London could not be reached/)
  assert.match(card(whole.html, 'problems'), /Royal Free London.* could not be reached at \d\d:\d\d\. Information may be missing\./)
  await london.faults.get('rfl')?.set({ mode: 'pass' })
  let healed = await askUntilAnswered(shah, id, { source: 'rfl', exchange: 'NCL' })
  healed = await askUntilAnswered(shah, id, { source: 'uclh', exchange: 'NCL' })
  assert.match(stripOf(healed), answeredBut(0, askedAbout(told.amara)))
  await ledger.agrees(id, (await shah.get(`/r/${id}/sources`)).html)
})

test('R006 HAZ-001 D110: a hospital of another area that says nothing has timed out; nobody says that it failed', async () => {
  const { ledger, london, signedIn } = at()
  const shah = await signedIn('Shah')
  await london.faults.get('rfl')?.set({ mode: 'hang' })
  const { id } = await shah.open(told.amara)
  await shah.settled(id)
  const strip = stripOf((await shah.whole(id)).html)
  assert.match(strip, /Royal Free London timed out Try again/)
  assert.doesNotMatch(strip, /Royal Free London (?:failed|could not be reached)/)
  await ledger.agrees(id, (await shah.get(`/r/${id}/sources`)).html)
  await london.faults.get('rfl')?.set({ mode: 'pass' })
})

test('HAZ-008 HAZ-013 R102: the national register down: a partial record that says so, places masked while the flag is not known', async () => {
  const { london, signedIn } = at()
  const lindqvist = await signedIn('Lindqvist')
  await london.faults.get('pds')?.set({ mode: 'refuse' })
  const shah = await signedIn('Shah')
  const found = await shah.find({ nhsNumber: told.child })
  assert.match(
    found.words,
    /The national register did not answer\. These are people known at organisations of this area; check each detail\./,
  )
  const opened = await shah.submit(formsOf(found.html).find(form => form.action === '/open'))
  const id = opened.url.pathname.split('/')[2] ?? ''
  await shah.settled(id)
  const whole = await shah.whole(id)
  assert.match(whole.words, /HUSSAIN, Zainab/)
  assert.match(whole.words, /not checked with the national register/)
  assert.match(whole.words, /Address not shown/)
  assert.match(whole.words, /Organisation not shown/)
  assert.doesNotMatch(whole.words, /Children's intensive care unit|SE15/)
  assert.match(card(whole.html, 'allergies'), /penicillin/i, 'not blank')

  // Known within a day: her flag is remembered, her places are shown.
  const amara = await shah.open(told.amara)
  await shah.settled(amara.id)
  const known = await shah.whole(amara.id)
  assert.match(known.words, /not checked with the national register/)
  assert.match(stripOf(known.html), /sources answered/)
  assert.match(card(known.html, 'allergies'), /penicillin/i)
  assert.doesNotMatch(known.words, /Organisation not shown/)

  await london.faults.get('pds')?.set({ mode: 'pass' })
  const back = await shah.open(told.child)
  await shah.settled(back.id)
  const normal = await shah.whole(back.id)
  assert.doesNotMatch(normal.words, /not checked with the national register|Organisation not shown/)
  assert.match(normal.words, /Address 31 Pattern Walk/)
  assert.ok(lindqvist)
})

test("HAZ-008 R038 R106: the hospital's own system down: the claim page says so, a claim opens, an emergency opens", async () => {
  const { ledger, london, signedIn } = at()
  await london.faults.get('kch')?.set({ mode: 'hang' })
  const zhang = await signedIn('Zhang')
  const { id, page } = await zhang.open(told.overdose)
  const asked = page.words.includes('Why do you need') ? page : await zhang.get(`/r/${id}/reason`)
  assert.match(asked.words, /You are not shown as caring for this person\. Why do you need their record\?/)
  assert.match(asked.words, /King's College Hospital did not answer, so your care for this person could not be checked\./)
  assert.doesNotMatch(asked.words, /propranolol|amitriptyline/i)
  const everyday = formsOf(asked.html).find(form => form.action.endsWith('/reason') && form.words.includes('Your reason is recorded'))
  const none = await zhang.submit(everyday)
  assert.equal(none.status, 400)
  assert.match(none.words, /Choose a reason\./)
  const claimed = await zhang.submit(everyday, { reason: 'claim-treating' })
  assert.equal(claimed.status, 200)
  await zhang.settled(id)
  const whole = await zhang.whole(id)
  assert.match(card(whole.html, 'medicines'), /propranolol/i)
  assert.match(stripOf(whole.html), /King's College Hospital (timed out|not answering|could not be reached)/)
  const events = await ledger.events(id)
  assert.deepEqual(
    events
      .slice(0, 4)
      .map(event => event.kind)
      .filter(kind => kind !== 'evidence-checked'),
    ['view-opened', 'claim-asked', 'claimed'],
  )
  const claim = events.find(event => event.kind === 'claimed') ?? assert.fail()
  const { rows } = await ledger
    .pool('sel')
    .query<{ together: boolean }>(
      `select (select xmin::text from audit_event where uuid = $1) = (select xmin::text from audit_queue where uuid = $1) as together`,
      [claim.uuid],
    )
  assert.deepEqual(rows, [{ together: true }])

  const shah = await signedIn('Shah')
  const emergency = await shah.open(told.restricted)
  const form = formsOf((await shah.get(`/r/${emergency.id}/reason`)).html).find(each => each.fields['reason'] === 'emergency-access')
  const short = await shah.submit(form, { words: 'help' })
  assert.equal(short.status, 400)
  assert.match(short.words, /Say why in at least 10 characters\./)
  const words = 'Found on the floor, wheezing, nobody with her'
  assert.equal((await shah.submit(form, { words })).status, 200)
  await shah.settled(emergency.id)
  assert.match(card((await shah.whole(emergency.id)).html, 'problems'), /asthma/i)
  const sealed = (await ledger.events(emergency.id)).find(event => event.kind === 'claimed') ?? assert.fail()
  assert.deepEqual(factOf(sealed, 'claim'), ['emergency-access'])
  assert.doesNotMatch(JSON.stringify(sealed), /wheezing/, "the professional's words are sealed")
  await pause(0)
})
