import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import * as fc from 'fast-check'
import type { Entry } from '../../care-record/entry.ts'
import { createRules, disclose } from './disclose.ts'
import { answerOf, itemOf, observation, pass, services } from './for-tests.ts'
import { createMask, shallMaskPlaces } from './mask.ts'
import { firstSet } from './rules/first-set.ts'

const organisations = [
  { name: "King's College Hospital", short: 'KCH', odsCode: 'RJZ' },
  { name: 'The Whittington Hospital', short: 'WHIT', odsCode: 'RKE' },
  { name: 'Camberwell Green Surgery', short: 'CGS', odsCode: 'G85001' },
  { name: 'Lewisham and Greenwich NHS Trust', short: 'LGT', odsCode: 'RJ2' },
  { name: 'Guy’s and St Thomas’', short: 'GSTT', odsCode: 'RJ1' },
  { name: 'Health Centre', short: 'HC1', odsCode: 'Y00001' },
]
const mask = createMask({ organisations, services })

const hidden: readonly [words: string, gone: RegExp][] = [
  ["Seen at King's College Hospital in May", /King/],
  ['seen at kings college hospital in May', /kings/],
  ['transferred from KCH to GSTT', /KCH|GSTT/],
  ['Whittington Hospital A&E', /Whittington/],
  ['repeat from Camberwell Green Surgery, G85001', /Camberwell|G85001/],
  ["referred to Guy's and St Thomas' vascular team", /Guy/],
  ['lives at 14 Coldharbour Lane SE5 9RS', /SE5|9RS|Coldharbour/],
  ['home postcode se59rs', /se59rs/],
  ['rings 020 7946 0018 if worse', /7946/],
  ['mobile 07700 900123', /07700/],
  ['mobile +44 (0)7700 900 123', /7700/],
  ['write to ward.clerk@kch.nhs.uk', /kch|clerk/],
  ['see https://www.kch.nhs.uk/ward4', /kch/],
  ['moved to Marjory Warren Ward', /Marjory/],
  ['on ward 7B, bed 12', /7B|12/],
  ['St Christopher Hospice involved', /Christopher/],
  ['Caldecot Wing', /Caldecot/],
  ['Oak Suite on Monday', /Oak/],
  ['registered at Peckham Park Road Medical Centre', /Peckham/],
]
for (const [words, gone] of hidden)
  test(`HAZ-013: no place is left of "${words}"`, () => {
    assert.doesNotMatch(mask.text(words), gone)
    assert.match(mask.text(words), /Organisation not shown/)
  })
const kept = [
  'Potassium 4.1 mmol/L on 21-Nov-2026',
  'Vitamin B12 4ng/L',
  'Coronary Artery Bypass Surgery',
  'Elective Surgery planned',
  'Apixaban 5 mg twice a day',
  'Ward round',
  'heart failure clinic',
  'Blood pressure 138/82, pulse 72',
  'Emergency department',
  '943 476 5919',
  'Health Centre',
  'the green surgery drape',
  'Room temperature 21',
  'Lumbar spine L4 5',
  '',
]
for (const words of kept) test(`HAZ-013: the mask leaves "${words}" as it is`, () => assert.equal(mask.text(words), words))
test('HAZ-013: masking twice is masking once, and names no place of the catalogue whatever stands around it', () => {
  const around = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '.', '-', '(', ')', '\n', '9') })
  fc.assert(
    fc.property(around, fc.constantFrom(...organisations.slice(0, 5)), around, (before, { name }, after) => {
      const once = mask.text(`${before} ${name} ${after}`)
      assert.equal(once.includes(name), false)
      assert.equal(mask.text(once), once)
    }),
  )
})

test('HAZ-013: what one source says of another is masked in its items, and nothing of it is left in any field', () => {
  const resource = {
    ...observation('o', 'Potassium'),
    note: [{ text: "Repeat at King's College Hospital, SE5 9RS, 020 7946 0018; copy to Camberwell Green Surgery" }],
    extension: [
      { url: 'https://rfl.nhs.uk/x', valueString: 'Marjory Warren Ward' },
      { url: 'https://rfl.nhs.uk/y', valueAddress: { text: 'Denmark Hill' } },
      { url: 'https://rfl.nhs.uk/z', valueContactPoint: { value: '07700 900123' } },
    ],
  } as Resource
  const rules = createRules(firstSet, services, { places: organisations })
  const [answer] = disclose([answerOf([itemOf({ resource, section: 'results' })])], pass({ maskPlaces: true }), rules).answers
  const [item] = answer?.items ?? []
  const {
    id: _id,
    provenance: { sourceId: _sourceId, ...provenance },
    ...rest
  } = item!
  assert.doesNotMatch(JSON.stringify([rest.resource, rest.contained, provenance]), /King|Camberwell|Marjory|Denmark|SE5|7946|07700|KCH/)
  assert.match(JSON.stringify(rest.resource), /Potassium/)
})

/** A pointer as the national locator sends it, with all that may say where. */
const pointer = (id: string, section: 'plans' | 'documents') =>
  itemOf({
    section,
    resource: {
      resourceType: 'DocumentReference',
      id,
      status: 'current',
      masterIdentifier: { value: 'RJZ-1' },
      type: { coding: [{ system: 'http://snomed.info/sct', code: '1382601000000107', display: 'ReSPECT form' }] },
      date: '2026-09-07T12:00:00Z',
      custodian: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RJZ' } },
      author: [{ identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RJZ' } }],
      description: "Recommendations made at King's College Hospital",
      relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/RJZ-0' } }],
      content: [{ attachment: { contentType: 'application/pdf', url: 'https://kch.example/RJZ/respect.pdf' } }],
      context: {
        practiceSetting: { coding: [{ system: 'http://snomed.info/sct', code: '788002001', display: 'Adult mental health service' }] },
        related: [{ identifier: { system: 'https://fhir.nhs.uk/Id/nhsSpineASID', value: '999' } }],
      },
    },
  })
test('HAZ-013 care rules 3.4: of a plan that the locator points at, kind and date are left; of a letter, nothing', () => {
  const rules = createRules(firstSet, services, { places: organisations })
  const items = disclose([answerOf([pointer('p', 'plans'), pointer('d', 'documents')])], pass({ maskPlaces: true }), rules).answers.flatMap(
    answer => answer.items,
  )
  assert.deepEqual(
    items.map(({ section }) => section),
    ['plans'],
  )
  const said = JSON.stringify([items[0]?.resource, items[0]?.contained, items[0]?.links])
  assert.match(said, /ReSPECT form.*2026-09-07/)
  assert.doesNotMatch(said, /RJZ|King|KCH|kch|pdf|mental health|999/)
})

test('HAZ-013: what means something at one organisation only is masked with its place', () => {
  const system = 'urn:london-care-record:organisation:211:teams'
  const { resource } = mask.item(
    itemOf({
      resource: {
        resourceType: 'Observation',
        id: 'o',
        status: 'final',
        identifier: [{ system, value: '77' }],
        code: { coding: [{ system, code: 'Adult-South' }], text: 'Housing' },
      },
    }),
  )
  assert.match(JSON.stringify(resource), /Housing/)
  assert.doesNotMatch(JSON.stringify(resource), /211|Adult-South|77/)
})

const chip = { odsCode: 'RJZ', name: "King's College Hospital", short: 'KCH', date: '2026-11-21' }
const base = {
  id: 'e',
  section: 'appointments',
  list: 'current',
  sort: '1',
  title: "Clinic at King's College Hospital",
  coded: true,
  recordedBy: chip,
  alsoRecordedBy: [chip],
  conflicts: [{ kind: 'date', values: [{ words: 'in KCH', by: chip }] }],
  marks: [],
  matchedByDemographics: false,
  statements: 1,
} as const
const entries: readonly [kind: string, entry: Entry][] = [
  [
    'plain',
    {
      ...base,
      kind: 'plain',
      words: 'Bring this letter to KCH',
      facts: [
        ['Place', 'Denmark Hill'],
        ['With', 'Dr Denmark'],
        ['Phone', '1'],
        ['Reason', 'Follow-up from KCH'],
        ['Site', 'Left arm'],
      ],
      opens: { format: 'application/pdf', pages: 2 },
      images: { count: 4 },
    },
  ],
  ['encounter', { ...base, kind: 'encounter', when: 'now', status: 'in progress', place: 'Denmark Hill', noEndRecorded: false }],
  [
    'medicine',
    {
      ...base,
      kind: 'medicine',
      status: 'Started',
      statement: 'Prescribed',
      lastIssued: { date: '2026-10-01', by: 'KCH' },
      instruction: 'Collect at KCH',
    },
  ],
  ['result', { ...base, kind: 'result', value: '4', collectedNotStated: false, series: [], elsewhere: { words: '4.2 at KCH', by: chip } }],
  [
    'stay',
    {
      ...base,
      kind: 'encounter',
      when: 'now',
      status: 'in progress at KCH',
      ward: "King's College Hospital, Marjory Denmark Ward",
      placeSince: '2026-11-21T04:10:00Z',
      noEndRecorded: false,
    },
  ],
]
for (const [kind, entry] of entries)
  test(`HAZ-013: a masked ${kind} entry names no place, opens no letter and no images, and keeps its dates`, () => {
    const out = JSON.stringify(mask.entry(entry))
    assert.doesNotMatch(out, /King|KCH|RJZ|Denmark|pdf|Phone|images/)
    assert.match(out, /2026-11-21.*Organisation not shown|Organisation not shown.*2026-11-21/)
    if (kind === 'plain') assert.match(out, /Left arm.*|Reason/)
  })

test('HAZ-013: a masked stay keeps since when, and what kind of ward where that is all it says', () => {
  const stay = entries.find(([kind]) => kind === 'stay')?.[1]
  assert.ok(stay?.kind === 'encounter')
  const out = mask.entry({ ...stay, ward: 'Paediatric intensive care', start: '2026-11-20T09:00:00Z' })
  assert.deepEqual([out.ward, out.placeSince, out.start], ['Paediatric intensive care', '2026-11-21T04:10:00Z', '2026-11-20T09:00:00Z'])
})

test('HAZ-012: the exit reads what facts, ward and a result elsewhere say, of a masked entry too', () => {
  const { exit } = createRules(firstSet, services)
  const said = 'Chlamydia clinic'
  const [plain, , , result, stay] = entries.map(([, entry]) => entry)
  assert.ok(plain?.kind === 'plain' && result?.kind === 'result' && stay?.kind === 'encounter')
  const restricted: readonly Entry[] = [
    { ...plain, facts: [['Reason', said]] },
    { ...plain, facts: [[said, 'yes']] },
    { ...stay, ward: said },
    { ...result, elsewhere: { words: said, by: chip } },
    { ...result, elsewhere: { words: '4', by: { ...chip, name: said } } },
  ]
  for (const entry of restricted) {
    assert.equal(exit.entry(entry), undefined, JSON.stringify(entry))
    const masked = mask.entry(entry)
    assert.ok(exit.entry(masked) === undefined || !JSON.stringify(masked).includes('Chlamydia'))
  }
  for (const [, entry] of entries) assert.ok(exit.entry(mask.entry(entry)))
})

const flags: readonly [who: string, masked: boolean, own: Parameters<typeof shallMaskPlaces>[0], mother?: 'no' | 'yes' | 'unknown'][] = [
  ['a person without a flag', false, { restricted: 'no', basis: 'pds' }],
  ['a person with one', true, { restricted: 'yes', basis: 'pds' }],
  ['a person whose flag cannot be checked', true, { restricted: 'unknown', basis: 'local-registration' }],
  ['a newborn whose mother is flagged', true, { restricted: 'no', basis: 'local-registration' }, 'yes'],
  ["a newborn whose mother's flag cannot be checked", true, { restricted: 'no', basis: 'local-registration' }, 'unknown'],
  ['a newborn whose mother is not', false, { restricted: 'no', basis: 'local-registration' }, 'no'],
  ['a baby whose own flag is known', false, { restricted: 'no', basis: 'pds' }, 'yes'],
]
for (const [who, expected, own, mother] of flags)
  test(`HAZ-013: places of ${who} are ${expected ? '' : 'not '}masked`, () => assert.equal(shallMaskPlaces(own, mother), expected))

test('HAZ-013: the roots of a study’s ids and the member of a shared system name who made it', () => {
  const study = {
    resourceType: 'ImagingStudy',
    id: 's',
    status: 'available',
    subject: {},
    description: 'CT head',
    series: [{ uid: '1.2.826.0.1.99', number: 1, modality: { code: 'CT' }, instance: [{ uid: '1.2.826.0.1.99.7', sopClass: {} }] }],
  } as unknown as Resource
  const one = itemOf({ resource: study })
  const said = JSON.stringify(mask.item({ ...one, provenance: { ...one.provenance, member: 'RJZ' } }))
  assert.doesNotMatch(said, /1\.2\.826|RJZ/)
  assert.match(said, /CT head/)
})
