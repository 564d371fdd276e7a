import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { StoredEvent } from '../src/exchange/audit/verify.ts'
import { told } from '../src/london/people/population.ts'
import { tests } from '../src/london/people/terms.ts'
import { itemsOf } from './support/ledger.ts'
import { stage } from './support/london.ts'
import { formsOf, pagesOf, rowsOf, wordsOf } from './support/reading.ts'
import type { Page, Visitor } from './support/visitor.ts'

const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

/** Every page of a view, each of its items, what it streams and prints: all that somebody can read of it. */
async function readAll(visitor: Visitor, id: string): Promise<Map<string, Page>> {
  const read = new Map<string, Page>()
  const open = async (path: string, headers?: Readonly<Record<string, string>>): Promise<Page> => {
    const page = await visitor.get(path, headers)
    read.set(path, page)
    return page
  }
  await visitor.settled(id)
  const whole = await visitor.whole(id)
  read.set('summary', whole)
  const rows = new Set(rowsOf(whole.html))
  for (const path of [...pagesOf(whole.html), `/r/${id}/results`, `/r/${id}/timeline`, `/r/${id}/encounters/threads`, `/r/${id}/print`])
    for (const row of rowsOf((await open(path)).html)) rows.add(row)
  for (const row of rows) await open(`/r/${id}/item/${row}`, { 'x-fragment': '1' })
  return read
}

/** Names of laboratory tests of the city that are not of this virus. */
const OTHER_TESTS = new RegExp(
  [...Object.values(tests).flatMap(({ term, panel }) => [term.text ?? term.display, term.display, panel]), 'Influenza', 'syncytial']
    .filter(words => !/SARS|COVID/.test(words))
    // A short name is a word of its own: `ALT` stands in `health`.
    .map(words => `\\b${words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
    .join('|'),
  'i',
)

test('R018 R034 R040 care rules 2.1: a social worker with an open case reads COVID-19 results of both areas and referrals, and of no other result a trace', async () => {
  const { signedIn, ledger } = at()
  const cole = await signedIn('Cole')
  const { id } = await cole.open(told.amara)
  const read = await readAll(cole, id)
  const results = read.get(`/r/${id}/results`)?.words ?? ''
  // R018: positive, negative and void, each with its date and laboratory, the old one marked by its date.
  assert.match(results, /COVID-19 PCR/)
  for (const outcome of [/Positive/, /Negative/, /Void/]) assert.match(results, outcome)
  for (const laboratory of ['KCH', 'GSTT', 'RFL', 'GP'])
    assert.match(results, new RegExp(`\\d\\d-[A-Z][a-z]{2}-\\d{4} \\d+ [A-Za-z]+ \\d{4} ${laboratory} `), laboratory)
  assert.match(results, /SARS-CoV-2 RNA/, 'one of a panel of the other exchange')
  assert.match(results, /Only COVID-19 results are part of your role\./)
  assert.match(read.get(`/r/${id}/referrals`)?.words ?? '', /fracture clinic/i)
  for (const [path, page] of read) {
    assert.equal(page.status, 200, path)
    assert.doesNotMatch(page.words, /Potassium|HbA1c|Influenza A\b|syncytial|Creatinine|Respiratory virus panel/i, path)
  }
  assert.doesNotMatch(wordsOf(cole.received()), /Influenza A RNA|syncytial|Potassium \d|HbA1c \d/i)
  assert.doesNotMatch(results, OTHER_TESTS)

  // What each exchange disclosed, and wrote down that it did: the tests of this virus that its sources hold, one by one.
  const laboratory = (events: readonly StoredEvent[]): number =>
    new Set(itemsOf(events).filter(item => /\/(?:Observation|DiagnosticReport|Specimen)\//.test(item))).size
  assert.equal(laboratory(await ledger.ofKind('peer-disclosed', 'ncl')), 1)
  assert.equal(laboratory(await ledger.ofKind('shown')), 5)
})

test('R034 D122: of somebody with laboratory results and no COVID-19 test, the page reads as that of somebody with none', async () => {
  const cole = await at().signedIn('Cole')
  const { id, page } = await cole.open(told.child)
  const form = formsOf((page.url.pathname.endsWith('/reason') ? page : await cole.whole(id)).html).find(f => f.action.endsWith('/reason'))
  if (form !== undefined) await cole.submit(form, { reason: 'claim-treating' })
  await cole.settled(id)
  const results = await cole.get(`/r/${id}/results`)
  assert.equal(rowsOf(results.html).length, 0)
  assert.match(
    results.words,
    /Only COVID-19 results are part of your role\. None recorded in the last 12 months by the \d+ sources? that answered/,
  )
})

test('R034: another role sees the whole panel, with the note that says what else was found', async () => {
  const shah = await at().signedIn('Shah')
  const { id } = await shah.open(told.amara)
  await shah.settled(id)
  const results = await shah.get(`/r/${id}/results`)
  assert.match(results.words, /Influenza A RNA/)
  assert.match(results.words, /HbA1c/)
  assert.doesNotMatch(results.words, /part of your role/)
})

test('R038 R039 R040 care rules 1.1: a care worker reads of who lives in their home what the PRSB care home view has, and no diagnosis; of nobody else anything', async () => {
  const { signedIn, ledger } = at()
  const adeyemi = await signedIn('Adeyemi')
  const { id } = await adeyemi.open(told.resident)
  const read = await readAll(adeyemi, id)
  const shown = [...read.values()].map(({ words }) => words).join('\n')
  for (const words of [
    /Lives at Peckham Rye House/,
    /furosemide/,
    /Codeine/i,
    /Daily care plan/,
    /Two to help her stand/,
    /Thickened drinks, level 2/,
    /CPR attempts NOT recommended/,
    /Discharge summary/,
    /Heart failure clinic/,
    /Serum potassium|Potassium/i,
    /61\.5 kg/,
    /Fairbrother-Mills/,
    /Deprivation of Liberty Safeguards/,
    /Not part of your role: .*Problems.*Vaccinations.*Social care/,
  ])
    assert.match(shown, words)
  for (const [path, page] of read) assert.equal(page.status, 200, path)
  // Diagnoses, vaccinations and what the council pays for are not in that view: they never came.
  assert.doesNotMatch(wordsOf(adeyemi.received()), /Bipolar|Dementia|Left upper arm|Care home place/i)
  const because = (await ledger.events(id)).flatMap(event => (event.kind === 'admitted' ? JSON.stringify(event) : []))
  assert.match(because.join(), /care-home-residency/)

  const other = await adeyemi.open(told.serviceUser)
  const refused = other.page.words.includes('your role') ? other.page : await adeyemi.whole(other.id)
  assert.match(
    refused.words,
    /You are not shown as caring for this person, and your role may not say so itself\. Contact Peckham Rye House/,
  )
  assert.doesNotMatch(refused.words, /CASTLE|Why do you need their record/)
})
