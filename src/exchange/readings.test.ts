import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../care-record/entry.ts'
import type { Disclosed, Item } from '../care-record/item.ts'
import { createCity } from '../london/people/city.ts'
import { told } from '../london/people/population.ts'
import { services } from '../london/people/services.ts'
import type { Held, HospitalId } from '../london/people/told.ts'
import { places, SYSTEM_IDS, type SystemId } from '../london/places.ts'
import { type AskedAreas, gpRecord } from '../london/systems/gp-record.ts'
import { hospitalRecord } from '../london/systems/hospital-record.ts'
import { collectionsOf } from '../london/systems/social-care.ts'
import { createRecord } from './record/record.ts'
import type { JsonObject } from './sources/reading/json.ts'
import { keyOf } from './sources/reading/references.ts'
import { translateRow } from './sources/social-care/translate.ts'
import { COLLECTION_NAMES, readRow, type Collection } from './sources/social-care/wire.ts'
import { answerOf, entriesOf, filesUnder, itemsOf, noCorpora, TODAY } from './translated.for-tests.ts'

const NOW = new Date('2026-11-21T12:17:00Z')

/** What a council's rows read as, each by the real translator of its wire. */
function caseItemsOf(source: string, held: Held): readonly Disclosed<Item>[] {
  const rows = JSON.parse(JSON.stringify(collectionsOf(held))) as Readonly<Record<Collection, readonly unknown[]>>
  const made = COLLECTION_NAMES.flatMap(name =>
    rows[name].map(given => {
      const row = readRow(name, given)
      const translated = row && translateRow(name, row, 'Patient/p', '211')
      assert.ok(translated, `${source} ${name}`)
      return translated
    }),
  )
  return itemsOf(
    source,
    made.map(({ resource }) => ({ resource })),
    false,
    new Map(made.map(({ resource, placing }) => [keyOf(resource), placing])),
  )
}

function recordOf(answers: ReadonlyMap<string, readonly Disclosed<Item>[]>): readonly Entry[] {
  let n = 0
  const record = createRecord({ mintId: () => `e${++n}`, today: () => TODAY })
  record.add([...answers].map(([source, items]) => answerOf(source, items)))
  return [...record.snapshot().values()].flat()
}

const EVERYTHING: AskedAreas = {
  allergies: { resolved: true },
  medication: { issues: true },
  problems: {},
  consultations: {},
  investigations: {},
  immunisations: { notGiven: true },
  uncategorised: {},
  referrals: {},
  diary: {},
}
const city = createCity({ now: NOW })
const speaksResources = (id: SystemId): id is HospitalId => id in services
/** The one record of a person of the city, as all its systems tell it at once. */
function lifeOf(nhsNumber: string): readonly Entry[] {
  const person = city.person(nhsNumber)
  assert.ok(person)
  const answers = new Map<string, readonly Disclosed<Item>[]>()
  for (const id of SYSTEM_IDS) {
    const held = city.held(id, nhsNumber)
    if (!held) continue
    const { odsCode, kind } = places[id]
    if (kind === 'social-care') {
      answers.set(id, caseItemsOf(id, held))
      continue
    }
    const json = !speaksResources(id)
      ? gpRecord({ odsCode, name: id, phone: '020 7946 0200' }, person, held, EVERYTHING, NOW)
      : hospitalRecord({ id, odsCode, name: id }, person, held)
    const entries = (JSON.parse(JSON.stringify(json)) as JsonObject[]).map(resource => ({ resource }))
    answers.set(id, itemsOf(id, entries, !speaksResources(id)))
  }
  return recordOf(answers)
}

/** All that an entry says in words; its dates are formatted by the page. */
const wordsOf = (entry: Entry): readonly string[] => [
  entry.title,
  ...(entry.kind === 'plain' ? [entry.words ?? '', entry.status ?? '', ...(entry.facts ?? []).flat()] : []),
  ...(entry.kind === 'medicine'
    ? [entry.dose ?? '', entry.frequency ?? '', entry.reasonOrDuration ?? '', entry.instruction ?? '', entry.stopped ?? '']
    : []),
  ...(entry.kind === 'problem' ? entry.qualifiers : []),
  ...(entry.kind === 'result' ? [entry.value, entry.range ?? '', entry.elsewhere?.words ?? ''] : []),
  ...(entry.kind === 'encounter' ? [entry.status, entry.place ?? '', entry.ward ?? ''] : []),
]
const RAW_DATE = /\d{4}-\d{2}-\d{2}/
const rawDates = (entries: readonly Entry[]): readonly string[] =>
  entries.flatMap(entry => wordsOf(entry).filter(words => RAW_DATE.test(words)))

for (const [name, nhsNumber] of Object.entries(told).filter(([who]) => who !== 'supersededOld'))
  test(`D70 the record of ${name} says no date as the wire writes it`, () => {
    assert.deepEqual(rawDates(lifeOf(nhsNumber)), [])
  })

const ofAmara = lifeOf(told.amara)

test('D142 one line says where Mrs Okafor is; who else has her in their care stands apart', () => {
  const encounters = ofAmara.filter(entry => entry.kind === 'encounter')
  assert.deepEqual(
    encounters.filter(e => e.when === 'now').map(e => e.title),
    ['Emergency department, Fall, collapsed at home'],
  )
  assert.deepEqual(
    encounters.filter(e => e.when === 'open').map(e => `${e.recordedBy.short} ${e.status}`),
    ['oxleas Open', 'southwark Open', 'slam Open'],
  )
})

test('R103 her daughter, told by four systems, is one contact; her teams stay apart', () => {
  const contacts = ofAmara.filter(entry => entry.section === 'contacts')
  assert.deepEqual(contacts.map(entry => `${entry.title}, also ${entry.alsoRecordedBy.length}`).sort(), [
    'Adult social care, Camberwell, also 0',
    'Community nursing, Camberwell, also 0',
    'Mrs Ngozi Adebayo, also 3',
    'Older adults community team, Southwark, also 0',
  ])
})

test('R099 D150 her plans: resuscitation first, goals within them', () => {
  const plans = ofAmara.filter(entry => entry.section === 'plans').sort((a, b) => (a.sort < b.sort ? -1 : 1))
  assert.equal(plans[0]?.title, 'Universal Care Plan with ReSPECT recommendations')
  assert.equal(plans[0].rank, 'resuscitation')
  assert.deepEqual(
    plans.slice(1).filter(entry => entry.rank !== undefined),
    [],
  )
  assert.deepEqual(
    plans.map(entry => entry.title).filter(title => /^(?:To go on living|Wound healed|Washes and dresses)/.test(title)),
    [],
  )
  const wound = plans.find(entry => entry.title === 'Wound care plan, right hip')
  assert.deepEqual(wound?.kind === 'plain' ? wound.facts?.slice(0, 4) : undefined, [
    ['Kind', 'District nursing care plan'],
    ['Goal', 'Wound healed and clips out by four weeks'],
    ['Recommendation', 'Redress the wound, Every third day, Grace Mensah, district nurse'],
    ['Recommendation 2', 'Remove clips, 22-Nov-2026'],
  ])
})

test('D130 each of her documents says what kind it is, who wrote it and of which specialty', () => {
  const documents = ofAmara.filter(entry => entry.kind === 'plain' && entry.section === 'documents')
  assert.ok(documents.length > 10)
  for (const entry of documents) {
    const facts = new Map(entry.kind === 'plain' ? entry.facts : [])
    assert.ok(facts.has('Type') && facts.has('Specialty') && (facts.has('Author role') || facts.has('Author')), entry.title)
  }
})

/** Words of a source are left as they are: what their authors typed may hold such a date. */
const typed = (resources: string, words: string): boolean => resources.includes(JSON.stringify(words).slice(1, -1))

for (const [folder, stu3] of [
  ['gpconnect-structured-stu3', true],
  ['synthea-r4-bundles', false],
  ['ips-r4', false],
  ['ukcore-r4-examples', false],
  ['immunisation-r4', false],
  ['nrl-pointers-r4', false],
  ['summary-care-record', false],
] as const)
  test(`D70 ${folder}: no reader writes a date as the wire does`, { skip: noCorpora }, async () => {
    for (const file of filesUnder(folder)) {
      const entries = await entriesOf(file)
      const said = rawDates(recordOf(new Map([['KCH', itemsOf('KCH', entries, stu3)]])))
      assert.deepEqual(
        said.filter(words => !typed(JSON.stringify(entries), words)),
        [],
        file,
      )
    }
  })
