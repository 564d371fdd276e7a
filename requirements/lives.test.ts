import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { cardOf as card, formsOf, rowsOf, wordsOf } from './support/reading.ts'
import { stage } from './support/london.ts'
import type { Page, Visitor } from './support/visitor.ts'

const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

/** Opens by number; where no relationship is known, with the everyday reason given. */
async function opened(
  visitor: Visitor,
  nhsNumber: string,
  reason = 'claim-referred',
): Promise<{ id: string; whole: Page; claimed: boolean }> {
  const { id, page } = await visitor.open(nhsNumber)
  const decided = page.url.pathname.endsWith('/reason') ? page : await visitor.whole(id)
  const form = formsOf(decided.html).find(f => f.action.endsWith('/reason'))
  if (form !== undefined) await visitor.submit(form, { reason })
  await visitor.settled(id)
  return { id, whole: await visitor.whole(id), claimed: form !== undefined }
}

test('R003 R010 R012 R015 R016 R017 R019 R021 R054 R097 R098 R099 R104: Mrs Okafor, as the doctor in A&E needs her', async () => {
  const shah = await at().signedIn('Shah')
  const { whole, claimed } = await opened(shah, told.amara)
  assert.equal(claimed, false, 'she is in this department now: nobody asks for a reason')
  const of = (section: string) => card(whole.html, section)
  // R012: both sides of the disagreement, the positive first.
  assert.match(of('allergies'), /penicillin.*Anaphylaxis.*No known allergy/s)
  assert.match(whole.words, /Known allergies.*penicillin \(anaphylaxis/)
  // R015: value, unit, flag, range of that laboratory, the value before.
  assert.match(of('results'), /Potassium.*5\.6 mmol\/L.*High.*was 4\.9, .*range 3\.5 to 5\.3/s)
  // R016, R105: where she is now, and the stay before.
  assert.match(of('encounters'), /Now: .*Emergency department.*from .*Inpatient stay, hip fracture/s)
  // R003: encounters of both areas in one order, newest first after now.
  const order = ['hip fracture', 'GP consultation', 'Cardiology outpatient', 'Kidney clinic', 'Heart rhythm clinic'].map(words =>
    of('encounters').indexOf(words),
  )
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
  assert.ok(
    order.every(place => place > 0),
    'organisations of both areas',
  )
  // R010: what is booked.
  assert.match(of('appointments'), /14:10.*Booked/s)
  // R097, R098: needs and plans above the cards.
  assert.match(whole.words, /ReSPECT recommendations.*read wording.*Yoruba interpreter.*and \d+ more alerts.*Current medicines/s)
  assert.match(of('plans'), /ReSPECT recommendations.*Reablement plan, 2 visits a day.*Crisis and safety plan/s)
  const more = await Promise.all(
    ['imaging', 'referrals', 'vaccinations', 'procedures'].map(section => shah.get(`/r/${whole.url.pathname.split('/')[2]}/${section}`)),
  )
  assert.match(more[0]?.words ?? '', /X-ray right hip.*Echocardiogram/s, 'R019')
  assert.match(more[1]?.words ?? '', /fracture clinic/i, 'R099')
  assert.match(more[2]?.words ?? '', /influenza/i, 'R013')
})

test('R011 R020 R100 D38: GP, discharge and clinic in one list of medicines; the doses that differ stand side by side', async () => {
  const shah = await at().signedIn('Shah')
  const { whole } = await opened(shah, told.amara)
  const medicines = card(whole.html, 'medicines')
  assert.match(medicines, /apixaban.*Differs between sources.*2\.5 mg.*GSTT.*5 mg.*GP/s)
  assert.match(medicines, /ramipril.*Suspended/s)
  assert.match(medicines, /last issued/i)
  assert.equal(medicines.match(/bisoprolol/g)?.length !== undefined, true)
  for (const name of ['apixaban', 'bisoprolol', 'metformin', 'atorvastatin', 'paracetamol', 'omeprazole', 'ramipril'])
    assert.match(medicines, new RegExp(name), name)
})

test('R020 D118: the overdose at 3 a.m.: what he may have taken was prescribed elsewhere, and the practice’s warning is said', async () => {
  const shah = await at().signedIn('Shah')
  const { whole } = await opened(shah, told.overdose, 'claim-treating')
  const medicines = card(whole.html, 'medicines')
  for (const name of ['propranolol', 'sertraline', 'amitriptyline']) assert.match(medicines, new RegExp(name), name)
})

test('R105 R106 R108: a child in intensive care is seen by the team she is coming to, after a call and with no message', async () => {
  const goldberg = await at().signedIn('Goldberg')
  const { whole, claimed } = await opened(goldberg, told.child, 'claim-referred')
  assert.ok(claimed, 'nothing but the call says so')
  assert.match(card(whole.html, 'encounters'), /Now: .*Children's intensive care.*(?:from|since) /s)
  assert.match(whole.words, /Known allergies.*penicillin/)
  const [asked] = await at().ledger.ofKind('claimed', 'ncl')
  assert.ok(asked !== undefined)
  assert.ok((await at().ledger.ofKind('peer-disclosed')).length > 0, 'the other exchange decided and wrote it down itself (R033)')
})

test('R037 R022: the registered practice’s GP needs no reason; R040: a social worker sees the council’s sections and no laboratory results', async () => {
  const lindqvist = await at().signedIn('Lindqvist')
  const { claimed } = await opened(lindqvist, told.amara)
  assert.equal(claimed, false)
  const cole = await at().signedIn('Cole')
  const seen = await opened(cole, told.amara, 'claim-discharge')
  assert.match(card(seen.whole.html, 'medicines'), /apixaban/)
  assert.doesNotMatch(seen.whole.words, /Potassium/, 'R034')
  assert.match(seen.whole.words, /Not part of your role/)
})

test('R005: the same person opened from either exchange is the same record', async () => {
  const shah = await opened(await at().signedIn('Shah'), told.amara)
  const goldberg = await opened(await at().signedIn('Goldberg'), told.amara, 'claim-treating')
  for (const section of ['allergies', 'medicines', 'problems']) {
    const agents = (html: string) =>
      Array.from(
        card(html, section).matchAll(
          /apixaban|bisoprolol|ramipril|metformin|penicillin|latex|trimethoprim|Atrial fibrillation|Hypertension/gi,
        ),
        m => m[0].toLowerCase(),
      )
    assert.deepEqual([...new Set(agents(shah.whole.html))].toSorted(), [...new Set(agents(goldberg.whole.html))].toSorted(), section)
  }
})

test('D100 D104 R014: an entry of several sources opens all its statements, newest first, each with who, when, system and why they are one', async () => {
  const shah = await at().signedIn('Shah')
  const { id, whole } = await opened(shah, told.amara)
  let several = 0
  for (const row of rowsOf(whole.html).slice(0, 40)) {
    const panel = await shah.get(`/r/${id}/item/${row}`, { 'x-fragment': '1' })
    assert.equal(panel.status, 200)
    assert.match(panel.words, /Retrieved/i)
    if (/Why|same/i.test(panel.words) && /GSTT|Guy's/.test(panel.words) && /Camberwell/.test(panel.words)) several += 1
  }
  assert.ok(several > 0)
})

test('D89 D102: a person with over a thousand items: at most 100 rows a list, the total said, and the page still whole', async () => {
  const shah = await at().signedIn('Shah')
  const { id, whole } = await opened(shah, told.long, 'claim-treating')
  assert.ok(rowsOf(whole.html).length > 20)
  const section = await shah.get(`/r/${id}/results`)
  assert.ok(rowsOf(section.html).length <= 100)
  assert.match(wordsOf(section.html), /\d+/)
})

/** Words of a section's own page. */
const page = async (visitor: Visitor, id: string, section: string): Promise<string> => (await visitor.get(`/r/${id}/${section}`)).words

test('R017 R018 R095 R096 R101 R103: Mrs Okafor outside the hospitals: visits, package, contacts, crisis plan, pointers of the national locator', async () => {
  const mensah = await at().signedIn('Mensah')
  const { id, claimed } = await opened(mensah, told.amara)
  assert.equal(claimed, false, 'she is on the caseload')
  assert.match(await page(mensah, id, 'appointments'), /District nursing Booked.*Grace Mensah, district nurse/s)
  assert.match(await page(mensah, id, 'plans'), /ReSPECT.*Wound care plan, right hip.*Care and support plan.*Mental health crisis plan/s)
  assert.match(await page(mensah, id, 'contacts'), /Mrs Ngozi Adebayo.*Next of kin.*07700 900118.*Tunde Balogun, Care coordinator/s)
  assert.match(await page(mensah, id, 'social-care'), /Pendant alarm.*Commode/s)
  assert.match(await page(mensah, id, 'about-me'), /I like to be called Amy.*Yoruba interpreter/s)
  assert.match(await page(mensah, id, 'legal'), /Lasting power of attorney/)
  assert.match(await page(mensah, id, 'social-context'), /Lives alone/)
})

test('D21 D59 D60 D53 R015: results as laboratories send them: less than, haemolysed, corrected, cancelled, found and not found, other units', async () => {
  const shah = await at().signedIn('Shah')
  const { id } = await opened(shah, told.amara)
  const results = await page(shah, id, 'results')
  for (const words of [
    /<5/,
    /Haemolysed, not processed/,
    /Corrected/,
    /Cancelled: wrong tube/,
    /Positive/,
    /Negative/,
    /Void/,
    /174 mg\/dL/,
    /4\.3 mmol\/L/,
  ])
    assert.match(results, words)
  assert.match(await page(shah, id, 'observations'), /104\/58 mmHg.*NEWS2 total score/s)
  assert.match(await page(shah, id, 'vaccinations'), /influenza.*AF5521B.*Left upper arm/is)
})

test('R017 D130 D132 D133 D135 care rules 3.2: documents of every source open, hostile ones without harm, another person’s not at all', async () => {
  const shah = await at().signedIn('Shah')
  const { id } = await opened(shah, told.amara)
  const list = await shah.get(`/r/${id}/documents`)
  assert.match(list.words, /Emergency department letter Draft.*Discharge summary, orthopaedics Superseded/s)
  const paths = [...new Set(Array.from(list.html.matchAll(/href="(\/r\/[^"/]+\/documents\/[^"/]+)"/g), ([, path = '']) => path))]
  assert.ok(paths.length >= 13)
  const said: string[] = []
  for (const path of paths) {
    const { status, html, words } = await shah.get(path)
    assert.equal(status, 200, words)
    said.push(words)
    const body = await shah.get(`${path}/body`)
    assert.doesNotMatch(html + body.html, /<script>document|elsewhere\.example|app\.alert|<iframe src="https?:/)
  }
  const all = said.join('\n')
  assert.match(all, /Check: this document names another person/)
  assert.doesNotMatch(all, /Pacemaker check satisfactory|ADAEZE|999 123 4691/)
  assert.match(all, /Medicines changed: apixaban reduced from 5 mg to 2\.5 mg twice a day/, 'a PDF, searched')
  assert.match(all, /Conveyed to the emergency department/, 'of the ambulance service')
  const opens = await at().ledger.ofKind('document-opened')
  assert.ok(opens.length >= paths.length, 'each is written down')
})

test('R018 care rules 2.2: a mental health trust is read by A&E: depot, clozapine, order, care team, crisis plan', async () => {
  const shah = await at().signedIn('Shah')
  const { id, whole } = await opened(shah, told.mind, 'claim-treating')
  assert.match(card(whole.html, 'medicines'), /paliperidone.*100 mg/is)
  assert.match(card(whole.html, 'medicines'), /clozapine/i)
  assert.match(await page(shah, id, 'alerts'), /Community treatment order.*On clozapine/s)
  assert.match(await page(shah, id, 'contacts'), /Abena Osei.*Marcia Campbell/s)
  assert.match(await page(shah, id, 'plans'), /Crisis and safety plan.*020 7946 0210/s)
})

for (const [who, nhsNumber] of [
  ['20,000', told.big],
  ['131,000', told.huge],
] as const)
  test(`R102: a person of ${who} items: what matters now stands on the summary, and no list draws more than 100 rows`, async () => {
    const shah = await at().signedIn('Shah')
    const { id, whole } = await opened(shah, nhsNumber, 'claim-treating')
    assert.match(card(whole.html, 'allergies'), /penicillin.*Anaphylaxis/is)
    assert.match(card(whole.html, 'problems'), /heart failure/i)
    for (const section of ['results', 'encounters', 'documents'])
      assert.ok(rowsOf((await shah.get(`/r/${id}/${section}`)).html).length <= 100)
  })
