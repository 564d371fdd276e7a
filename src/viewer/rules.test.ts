import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomePairs, outcomeWords } from '../care-record/outcome.ts'
import { assetPath, assets } from './assets.ts'
import { personBanner } from './components/banner.ts'
import { organisation } from './components/chip.ts'
import { entryRow, medicineLine } from './components/rows.ts'
import { sourcesStrip } from './components/sources.ts'
import { allergy, medicine, okafor, okaforModel, snapshotAfter, snapshotOf, state } from './fixtures/okafor.ts'
import { read, seen } from './fixtures/reading.ts'
import { text, whole } from './html.ts'
import { notTheirsPage } from './pages/not-theirs.ts'
import { printPage } from './pages/print.ts'
import { recordPage } from './pages/record.ts'
import { sectionPage, sourcesPage } from './pages/record-tools.ts'
import { reasonPage } from './pages/refusals.ts'

const model = okaforModel({ snapshot: snapshotAfter(6) })
const css = ['viewer.css', 'charts.css', 'print.css']
  .map(name => assets.get(assetPath(name as 'viewer.css'))?.body.toString() ?? '')
  .join('\n')

test('D04 labels are exact, without colons, and lighter than what they label', () => {
  const dead = text(personBanner(okaforModel({ person: { ...okafor, deceased: '2026-02-01' } })))
  const labels = [...dead.matchAll(/lcr-pair__label">([^<]+)</g)].map(m => m[1])
  assert.deepEqual(labels.slice(0, 5), ['Born', 'Died', 'Age at death', 'Gender', 'NHS No.'])
  assert.ok(labels.every(label => !label?.includes(':')))
  assert.match(css, /\.lcr-pair__label\{[^}]*font-weight:400/)
  assert.match(css, /\.lcr-pair__value\{font-weight:700/)
})
test('D25 an allergy is one row: agent, reactions, severity and certainty in words, no dose, form or route', () => {
  const row = seen(
    entryRow(allergy('Penicillin', 'GP', '2011', { reactions: [['Rash']], severity: 'severe', certainty: 'Confirmed' }), model),
  )
  assert.match(row, /^penicillin Rash, severe confirmed GP 2011$/)
})
test('D31 a line breaks after a dash, never before it, and never between label and value', () => {
  const line = text(medicineLine(medicine('Apixaban', 'GP', '2026', { strengthAndForm: '5 mg tablets', dose: '5 mg', route: 'oral' })))
  assert.match(line, /<span class="lcr-dash"> —<\/span><\/span> /)
  assert.match(line, /<span class="lcr-part"><span class="lcr-dose">DOSE<\/span> <b>5 mg<\/b>/)
  assert.match(css, /\.lcr-part[^{]*\{[^}]*display:inline-block/)
})
test('D34 what we write around a medicine has no sign that reads as a digit', () => {
  for (const entry of model.snapshot.entries.get('medicines')?.values() ?? [])
    assert.doesNotMatch(seen(entryRow(entry, model)).replaceAll(/“[^”]*”/g, ''), /[@|<>+]|\d\/|\(\d/)
})
test('D75 no date is only relative: today and ago stand nowhere without a date', () => {
  for (const markup of [
    whole(recordPage(model)),
    text(sectionPage(model, 'encounters')),
    text(sourcesPage(model)),
    text(printPage(model, { by: model.viewer, at: model.openedAt })),
  ])
    assert.doesNotMatch(
      read(markup).replaceAll(/Emergency access.*/g, ''),
      /\b(?:yesterday|tomorrow|\d+ (?:days?|weeks?|months?|years?) ago)\b/i,
    )
})
test('D87 an organisation’s short name is heard whole, seen on hover, and once in All sources', () => {
  const chip = text(organisation({ short: 'KCH', name: 'King’s College Hospital' }))
  assert.match(chip, /title="King’s College Hospital"/)
  assert.match(read(chip), /KCHKing’s College Hospital/)
  assert.match(seen(sourcesPage(model)), /King’s College Hospital/)
})
test('D123 a source whose silence depends on the person is named nowhere, whatever became of it', () => {
  for (const [outcome, cause] of outcomePairs().filter(pair => !outcomeWords(...pair).mayBeNamed)) {
    const hidden = okaforModel({ snapshot: snapshotOf([], [state('x', { name: 'Clinic X', outcome, cause })]) })
    for (const markup of [
      whole(recordPage(hidden)),
      text(sourcesPage(hidden)),
      text(sourcesStrip(hidden)),
      text(printPage(hidden, { by: hidden.viewer, at: hidden.openedAt })),
    ])
      assert.doesNotMatch(markup, /Clinic X/, `${outcome} ${cause}`)
  }
})
test('D125 emergency access: one page, a reason in free text of 10 to 500 characters, what follows from it', () => {
  const page = text(reasonPage({ ...model, unavailableEvidence: [] }))
  assert.match(
    seen(page),
    /Emergency access.*10 to 500 characters\. The privacy officer is told today\..*Lasts 4 hours\. Each one is reviewed\. It never opens what the law or the person’s objection keeps apart\./,
  )
  assert.match(page, /name="reason" value="emergency-access"/)
})
test('D152 nothing blinks, moves or sounds; at most one notice', () => {
  assert.doesNotMatch(css, /@keyframes|animation:|blink|text-decoration:\s*blink/)
  for (const markup of [whole(recordPage(model)), text(sectionPage(model, 'plans'))]) {
    assert.equal(markup.match(/id="notices"/g)?.length, 1)
    assert.doesNotMatch(markup, /<audio|<video|<marquee|autofocus/)
  }
})
test('D14 D100 the page to say that an item is not theirs shows whose statement it is', () => {
  const [entry] = model.snapshot.entries.get('medicines')?.values() ?? []
  assert.ok(entry)
  assert.match(seen(notTheirsPage(model, { entry, statements: [], explain: [] })), /Medicines: Apixaban GP 02-Nov-2026/)
})
