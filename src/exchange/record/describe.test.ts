import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import type { Item } from '../../care-record/item.ts'
import { describe } from './describe.ts'

const item = (resource: Resource, over: Partial<Item> = {}): Item => ({
  id: 'kch/X/1',
  version: '1',
  section: 'medicines',
  resource,
  provenance: {
    sourceId: 'kch',
    odsCode: 'RJZ',
    organisationName: 'King’s',
    short: 'KCH',
    system: 'EHR',
    originalIdentifier: '1',
    retrievedAt: '2026-11-21T10:00:00Z',
    feed: 'live',
    matchedBy: 'nhs-number',
  },
  marks: [],
  contained: [],
  links: [],
  parents: [],
  unresolved: [],
  ...over,
})
const rows = (given: Item) => Object.fromEntries(describe(given, date => `«${date}»`))

test('D100: the panel says what the source said, in the source’s own terms, with its codes', () => {
  const said = rows(
    item(
      {
        resourceType: 'MedicationRequest',
        id: '1',
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/1' },
        authoredOn: '2026-10-28',
        medicationReference: { reference: 'Medication/m' },
        requester: { reference: 'Practitioner/p' },
        dosageInstruction: [
          {
            text: 'ONE twice a day',
            route: { coding: [{ system: 'http://snomed.info/sct', code: '26643006', display: 'Oral' }] },
            doseAndRate: [{ doseQuantity: { value: 2.5, unit: 'mg' } }],
          },
        ],
      },
      {
        contained: [
          { resourceType: 'Medication', id: 'm', code: { text: 'Apixaban 2.5 mg tablets' } },
          { resourceType: 'Practitioner', id: 'p', name: [{ family: 'Shah', given: ['Priya'], prefix: ['Dr'] }] },
        ],
      },
    ),
  )
  assert.equal(said['Written'], '«2026-10-28»')
  assert.equal(said['Requested by'], 'Dr Priya Shah')
  assert.equal(said['Dosage: text'] ?? said['Dosage'], 'ONE twice a day')
  assert.ok(Object.values(said).includes('Apixaban 2.5 mg tablets'))
  assert.ok(Object.values(said).includes('Oral (26643006)'))
  assert.ok(Object.values(said).includes('2.5 mg'))
})

test('R009: no reference, system address or number of the person stands in the panel', () => {
  const words = JSON.stringify(
    describe(
      item({
        resourceType: 'Condition',
        id: '1',
        subject: { reference: 'Patient/9990000018' },
        code: { coding: [{ system: 'http://snomed.info/sct', code: '38341003', display: 'Hypertension' }] },
        encounter: { reference: 'Encounter/77' },
      }),
      d => d,
    ),
  )
  assert.doesNotMatch(words, /Patient\/|Encounter\/|http:/)
  assert.match(words, /Hypertension \(38341003\)/)
})

test('partial dates stay partial, an element we do not know is still said', () => {
  const said = rows(
    item({ resourceType: 'Condition', id: '1', subject: {}, onsetDateTime: '2019', strange: { depth: 'kept' } } as unknown as Resource),
  )
  assert.equal(said['Onset'], '«2019»')
  assert.equal(said['Strange: depth'], 'kept')
})

test('a code that looks like a year is not a date', () => {
  assert.equal(rows(item({ resourceType: 'Condition', id: '1', subject: {}, code: { text: '2019' } }))['Recorded as'], '2019')
})

test('a timing reads as words, and what they do not say is said', () => {
  const said = rows(
    item({
      resourceType: 'MedicationRequest',
      id: '1',
      status: 'active',
      intent: 'order',
      subject: {},
      dosageInstruction: [
        {
          timing: {
            repeat: {
              frequency: 2,
              period: 1,
              periodUnit: 'd',
              when: ['MORN', 'EVE'],
              boundsDuration: { value: 7, code: 'd' },
              countMax: 14,
              offset: 30,
            },
          },
          doseAndRate: [{ doseQuantity: { value: 2, unit: 'tablet' } }],
          maxDosePerPeriod: { numerator: { value: 8, unit: 'tablet' }, denominator: { value: 1, unit: 'd' } },
        },
      ],
    } as unknown as Resource),
  )
  assert.equal(said['Dosage'], 'twice a day in the morning in the evening for 7 days')
  assert.equal(said['Dosage: dose'], '2 tablet')
  assert.equal(said['Dosage: count max'], '14')
  assert.equal(said['Dosage: offset'], '30')
  assert.equal(said['Dosage: most in a time'], '8 tablet in 1 d')
  assert.ok(Object.keys(said).every(label => !/timing|repeat|dose and rate/i.test(label)))
})

test('an identifier stands once, and not again where the panel says it already', () => {
  const said = describe(
    item({
      resourceType: 'DocumentReference',
      id: '1',
      status: 'current',
      masterIdentifier: { system: 'urn:oid', value: 'A-7' },
      identifier: [
        { system: 'x', value: '1' },
        { system: 'y', value: 'A-7' },
        { use: 'usual', value: 'B-8' },
      ],
      content: [{ attachment: { contentType: 'text/plain', data: Buffer.from('x'.repeat(3000)).toString('base64'), title: 'Letter' } }],
    } as unknown as Resource),
    date => date,
  )
  assert.deepEqual(
    said.filter(([label]) => label === 'Identifier').map(([, words]) => words),
    ['A-7', 'B-8'],
  )
  assert.ok(said.some(([label, words]) => label === 'Attached: attached' && words === '3 KB'))
  assert.ok(
    said.every(([, words]) => words.length < 100),
    'no bytes among the words',
  )
})

test('each question of a form is a label, an extension is named by what it is', () => {
  const said = rows(
    item({
      resourceType: 'QuestionnaireResponse',
      id: '1',
      status: 'completed',
      extension: [{ url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation', valueString: 'kept' }],
      item: [{ linkId: '1', text: 'Group', item: [{ linkId: '2', text: 'Lives alone', answer: [{ valueBoolean: true }] }] }],
    } as unknown as Resource),
  )
  assert.equal(said['Lives alone'], 'Yes')
  assert.equal(said['Medication repeat information'], 'kept')
})

test('what is not listed is counted', () => {
  const many = { resourceType: 'Basic', id: '1', code: {}, note: Array.from({ length: 250 }, (_x, n) => ({ text: `note ${n}` })) }
  const said = describe(item(many as unknown as Resource), date => date)
  assert.deepEqual([said.length, said.at(-1)], [201, ['More', '50 further elements are held and not listed here']])
})

test('D52 D100: an amount in the panel has the zeros it was sent with, and the format’s own word for them is not said', () => {
  const quantity = (over: object) => ({
    value: 5.6,
    _value: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/quantity-precision', valueInteger: 2 }] },
    ...over,
  })
  const said = (valueQuantity: object) =>
    rows(item({ resourceType: 'Observation', id: '1', status: 'final', code: { text: 'Potassium' }, valueQuantity }))
  assert.deepEqual(said(quantity({ unit: 'mmol/L' })), { Status: 'final', 'Recorded as': 'Potassium', Value: '5.60 mmol/L' })
  assert.deepEqual(said(quantity({})), { Status: 'final', 'Recorded as': 'Potassium', Value: '5.60' })
})
