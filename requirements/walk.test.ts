import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { NRL } from '../src/london/catalogue.ts'
import { told } from '../src/london/people/population.ts'
import { factOf, itemsOf, sourceOf } from './support/ledger.ts'
import { answeredBut, askedAbout, askUntilAnswered, cardOf, stage, systemsAbout } from './support/london.ts'
import { cardOf as card, formsOf, pagesOf, rowsOf, sourceRowsOf, stripOf, wordsOf } from './support/reading.ts'
import { createVisitor } from './support/visitor.ts'

const AMARA = askedAbout(told.amara)
const at = stage()
afterEach(() => at().ledger.sound())

test('R001 R002 R022 R023 D110 D113: one record of a practice, two hospitals and another exchange, each with its event', async () => {
  const { ledger, signedIn } = at()
  const shah = await signedIn('Shah')
  const { id, page } = await shah.open(told.amara)
  assert.equal(page.status, 200)
  assert.match(page.words, /OKAFOR, Amara \(Mrs\)/)
  const parts = await shah.settled(id)
  assert.deepEqual(
    parts.map(part => part.n),
    parts.map((_, i) => i + 1),
  )
  const whole = await shah.whole(id)
  assert.match(stripOf(whole.html), answeredBut(0, AMARA))
  assert.match(stripOf(whole.html), /answered in \d+\.\d seconds/)
  assert.match(card(whole.html, 'allergies'), /penicillin/i)
  assert.match(card(whole.html, 'medicines'), /apixaban/)
  const sources = await shah.get(`/r/${id}/sources`)
  assert.deepEqual([...new Set(sourceRowsOf(sources.html).flatMap(row => (row.state === 'answered' ? [row.name] : [])))].toSorted(), [
    "Guy's and St Thomas'",
    "King's College Hospital",
    'London Ambulance Service',
    'NHS 111 South East London',
    'National Record Locator',
    'Oxleas community nursing',
    'Royal Free London',
    'South London and Maudsley',
    'Southwark Council',
    'The Camberwell Surgery',
    'Universal Care Plan',
    'University College London Hospitals',
  ])
  await ledger.agrees(id, sources.html)
})

test('R004: searches are by number or by name and birth date; each is written down with who it found, sealed', async () => {
  const { ledger, signedIn } = at()
  const shah = await signedIn('Shah')
  const byName = await shah.find({ family: 'Okafor', day: '8', month: '3', year: '1956', given: 'Amara' })
  assert.match(byName.words, /OKAFOR, Amara \(Mrs\) 08-Mar-1956/)
  const { page, id } = { page: await shah.submit(formsOf(byName.html).find(form => form.action === '/open')), id: '' }
  assert.equal(id, '')
  assert.match(page.words, /OKAFOR, Amara \(Mrs\)/)
  const tooLittle = await shah.find({ family: 'Okafor', day: '8', month: '3', year: '1956' })
  assert.match(tooLittle.words, /Enter a given name, gender or postcode as well\./)
  const nobody = await shah.find({ family: 'Nobody', day: '8', month: '3', year: '1956', given: 'Amara' })
  assert.match(nobody.words, /Nobody found/)
  const searches = (await ledger.ofKind('search')).filter(event => event.outcome === 'success')
  assert.deepEqual(
    searches.slice(-2).map(event => factOf(event, 'found')),
    [['1'], ['0']],
  )
  for (const { event } of searches) assert.doesNotMatch(JSON.stringify(event), /Okafor|1956-03-08|9991234519/)
})

test('HAZ-001 D111 D113 D116 D117: a slow source is waited for in words, a dead one is named, Try again brings it back', async () => {
  const { ledger, london, signedIn } = at()
  await london.faults.get('gstt')?.set({ mode: 'delay', ms: 700 })
  await london.faults.get('uclh')?.set({ mode: 'refuse' })
  const shah = await signedIn('Shah')
  const { id, page } = await shah.open(told.amara)
  assert.match(card(page.html, 'allergies'), /Waiting for .*Guy's and St Thomas'.* Allergies and adverse reactions may not be complete\./)
  const parts = await shah.settled(id)
  const slow = parts.find(part => part.sections.some(section => section.upserts.some(row => /GSTT/.test(row.html))))
  assert.ok(slow && slow.n > 2, 'what came late came as a part of its own')
  const whole = await shah.whole(id)
  assert.match(stripOf(whole.html), answeredBut(1, AMARA))
  assert.match(stripOf(whole.html), /University College London Hospitals could not be reached Try again/)
  assert.match(
    card(whole.html, 'problems'),
    /University College London Hospitals could not be reached at \d\d:\d\d\. Information may be missing\./,
  )
  assert.match(whole.words, /Known allergies so far/, 'D22: never a bare statement while one is missing')
  assert.doesNotMatch(whole.words, /Waiting for/)

  const still = await shah.tryAgain(id, { source: 'uclh', exchange: 'NCL', group: 'essentials' })
  assert.equal(still.status, 200)
  const again = await shah.settled(id)
  assert.match(
    wordsOf(again.at(-1)?.strip ?? ''),
    /University College London Hospitals (could not be reached|not answering|failed) .*\(tried 2 times\)/,
  )

  await london.faults.get('uclh')?.set({ mode: 'pass' })
  await london.faults.get('gstt')?.set({ mode: 'pass' })
  const back = await askUntilAnswered(shah, id, { source: 'uclh', exchange: 'NCL' })
  assert.match(stripOf(back), answeredBut(0, AMARA))
  const events = await ledger.events(id)
  assert.ok(events.filter(event => event.kind === 'section-opened' && factOf(event, 'again').includes('uclh')).length >= 3)
  await ledger.agrees(id, (await shah.get(`/r/${id}/sources`)).html)
})

test('R084 D100 D101: every item that was shown is in an event, every panel says who, when, from which system', async () => {
  const { ledger, signedIn } = at()
  const shah = await signedIn('Shah')
  const { id } = await shah.open(told.amara)
  await shah.settled(id)
  const sections = pagesOf((await shah.whole(id)).html)
  const rows = new Set<string>()
  for (const path of new Set(sections)) for (const row of rowsOf((await shah.get(path)).html)) rows.add(row)
  assert.ok(rows.size > 40)
  let statements = 0
  for (const row of rows) {
    const panel = await shah.get(`/r/${id}/item/${row}`, { 'x-fragment': '1' })
    assert.equal(panel.status, 200)
    const said = panel.html.split('class="lcr-statement"').slice(1)
    assert.ok(said.length > 0)
    for (const one of said) assert.match(wordsOf(`<p ${one}`), /identifier \S+ · retrieved \d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d/)
    statements += said.length
  }
  const events = await ledger.events(id)
  const shown = itemsOf(events.filter(event => event.kind === 'shown'))
  const opened = events.filter(event => event.kind === 'item-opened').flatMap(event => factOf(event, 'items'))
  const once = [...new Set(shown)]
  assert.deepEqual(
    shown.filter((id, i) => shown.indexOf(id) !== i && !id.includes('/Encounter/')),
    [],
    'an open encounter is of the summary and of the last 12 months; nothing else comes twice',
  )
  assert.deepEqual(opened.toSorted(), once.toSorted(), 'what can be opened is what was written down, item by item')
  assert.equal(statements, opened.length)
  assert.equal(events.filter(event => event.kind === 'item-opened').length, rows.size)
  assert.deepEqual(
    new Set(events.flatMap(event => (event.kind === 'shown' ? [sourceOf(event)] : []))),
    new Set([...systemsAbout(told.amara), NRL.id]),
  )
})

test('D162 R045: a locked session shows nothing; the same user comes back to the same place, another gets none of it', async () => {
  const { london, signedIn } = at()
  const shah = await signedIn('Shah')
  const { id, page } = await shah.open(told.amara)
  await shah.settled(id)
  const locked = await shah.submit(formsOf(page.html).find(form => form.action === '/lock'))
  assert.match(locked.words, /Locked\. Dr Priya Shah, unlock to continue\./)
  assert.doesNotMatch(locked.html, /OKAFOR|Okafor/)
  for (const path of [`/r/${id}/`, `/r/${id}/sources`, `/r/${id}/medicines`]) {
    const shut = await shah.get(path)
    assert.match(shut.words, /Locked/)
    assert.doesNotMatch(shut.html, /OKAFOR|apixaban/i)
  }
  await assert.rejects(shah.poll(id), /401/)

  const other = createVisitor(london.sel.url, shah.cookies)
  const same = createVisitor(london.sel.url, shah.cookies)
  const cards = await same.submit(formsOf(locked.html).find(form => form.action === '/unlock'))
  assert.match(cards.words, /Choose your smartcard/, 'unlocking asks for the card again')
  const back = await same.post(cards.url.href, { card: cardOf(london, 'Shah').card })
  assert.equal(back.url.pathname, `/r/${id}/`, 'the same place')
  assert.match(back.words, /OKAFOR, Amara \(Mrs\)/)

  const relocked = await same.submit(formsOf(back.html).find(form => form.action === '/lock'))
  const theirCards = await same.submit(formsOf(relocked.html).find(form => form.action === '/unlock'))
  const theirs = await same.post(theirCards.url.href, { card: cardOf(london, 'Lindqvist').card })
  assert.equal(theirs.url.pathname, '/find')
  assert.doesNotMatch(theirs.html, /OKAFOR/)
  const foreign = await same.get(`/r/${id}/`)
  assert.equal(foreign.status, 404)
  assert.match(foreign.words, /This view is closed\./)
  assert.doesNotMatch(foreign.html, /OKAFOR/)
  assert.match((await other.get(`/r/${id}/`)).words, /For people who care for Londoners/, 'the old cookie is worth nothing')
})

test('R084: logging out closes the views of the session, and the log says so', async () => {
  const { ledger, signedIn } = at()
  const shah = await signedIn('Shah')
  const { id, page } = await shah.open(told.superseded)
  assert.ok(page)

  const out = await shah.submit(formsOf((await shah.get('/find')).html).find(form => form.action === '/log-out'))
  assert.match(out.words, /For people who care for Londoners/)
  const events = await ledger.until(id, 'closed')
  assert.deepEqual(factOf(events.at(-1) ?? assert.fail(), 'why'), ['ended'])
  assert.match((await shah.get(`/r/${id}/`)).words, /For people who care for Londoners/)
  assert.ok((await ledger.ofKind('signed-out')).length > 0)
})
