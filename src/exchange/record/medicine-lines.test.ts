import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MedicineEntry } from '../../care-record/entry.ts'
import { item } from './for-tests.ts'
import { draftEntry } from './read-item.ts'

/** What a line says, in the order of D30; whatever is not named here must not be said. */
type Line = Partial<
  Pick<MedicineEntry, 'title' | 'brand' | 'strengthAndForm' | 'dose' | 'route' | 'frequency' | 'reasonOrDuration' | 'instruction'>
>
interface Said {
  readonly term: string
  /** Display of the code beside the term; by default the term itself. */
  readonly code?: string
  readonly dosage?: readonly object[]
  readonly reason?: string
}

const qty = (value: number, unit: string) => [{ doseQuantity: { value, unit } }]
const timing = (repeat: object) => ({ timing: { repeat } })
const daily = (frequency: number) => timing({ frequency, period: 1, periodUnit: 'd' })
const oral = { route: { text: 'oral' } }
const free = (text: string) => [{ text }]

const lines: readonly (readonly [name: string, said: Said, line: Line])[] = [
  [
    'all parts in structure',
    { term: 'Apixaban 5mg tablets', dosage: [{ text: 'as written', ...oral, doseAndRate: qty(5, 'mg'), ...daily(2) }] },
    { title: 'apixaban', strengthAndForm: '5 mg tablets', dose: '5 mg', route: 'oral', frequency: 'twice a day' },
  ],
  [
    'a brand beside its generic',
    { term: 'Eliquis 5mg tablets', code: 'Apixaban 5mg tablets', dosage: [{ doseAndRate: qty(1, 'tablet'), ...daily(2) }] },
    { title: 'apixaban', brand: 'ELIQUIS', strengthAndForm: '5 mg tablets', dose: '1 tablet', frequency: 'twice a day' },
  ],
  [
    'a code of another strength never renames the term',
    { term: 'Eliquis 5mg tablets', code: 'Apixaban 2.5mg tablets' },
    { title: 'eliquis', strengthAndForm: '5 mg tablets' },
  ],
  [
    'D32: micrograms in full',
    { term: 'Levothyroxine 50mcg tablets' },
    { title: 'levothyroxine', strengthAndForm: '50 micrograms tablets' },
  ],
  ['D33: a comma from a thousand', { term: 'Metformin 1000mg tablets' }, { title: 'metformin', strengthAndForm: '1,000 mg tablets' }],
  [
    'a strength in a volume',
    { term: 'Morphine 10mg/5ml oral solution' },
    { title: 'morphine', strengthAndForm: '10 mg per 5 ml oral solution' },
  ],
  [
    'a strength a dose',
    { term: 'Salbutamol 100micrograms/dose inhaler' },
    { title: 'salbutamol', strengthAndForm: '100 micrograms per dose inhaler' },
  ],
  ['a percentage', { term: 'Hydrocortisone 1% cream' }, { title: 'hydrocortisone', strengthAndForm: '1% cream' }],
  [
    'a manufacturer is no part of the name',
    { term: 'Ramipril 5mg capsules (Teva UK Ltd)' },
    { title: 'ramipril', strengthAndForm: '5 mg capsules' },
  ],
  [
    'units in full',
    { term: 'Insulin glargine 100units/ml solution', dosage: [{ doseAndRate: qty(14, 'iu'), ...timing({ when: ['HS'] }) }] },
    { title: 'insulin glargine', strengthAndForm: '100 units per ml solution', dose: '14 units', frequency: 'at bedtime' },
  ],
  [
    'once a week on a day',
    {
      term: 'Methotrexate 2.5mg tablets',
      dosage: [{ doseAndRate: qty(10, 'mg'), ...timing({ frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: ['mon'] }) }],
    },
    { title: 'methotrexate', strengthAndForm: '2.5 mg tablets', dose: '10 mg', frequency: 'once a week on Monday' },
  ],
  [
    'every so many hours',
    { term: 'Codeine 30mg tablets', dosage: [{ doseAndRate: qty(30, 'mg'), ...timing({ frequency: 1, period: 6, periodUnit: 'h' }) }] },
    { title: 'codeine', strengthAndForm: '30 mg tablets', dose: '30 mg', frequency: 'every 6 hours' },
  ],
  [
    'a range of doses and of times',
    {
      term: 'Paracetamol 500mg tablets',
      dosage: [
        {
          doseAndRate: [{ doseRange: { low: { value: 1, unit: 'tablet' }, high: { value: 2, unit: 'tablet' } } }],
          ...timing({ frequency: 3, frequencyMax: 4, period: 1, periodUnit: 'd' }),
        },
      ],
    },
    { title: 'paracetamol', strengthAndForm: '500 mg tablets', dose: '1 to 2 tablets', frequency: '3 to 4 times a day' },
  ],
  [
    'when required, and for what',
    { term: 'Codeine 30mg tablets', dosage: [{ doseAndRate: qty(30, 'mg'), ...daily(4), asNeededCodeableConcept: { text: 'pain' } }] },
    { title: 'codeine', strengthAndForm: '30 mg tablets', dose: '30 mg', frequency: '4 times a day when required for pain' },
  ],
  [
    'when required',
    { term: 'Codeine 30mg tablets', dosage: [{ doseAndRate: qty(30, 'mg'), ...daily(1), asNeededBoolean: true }] },
    { title: 'codeine', strengthAndForm: '30 mg tablets', dose: '30 mg', frequency: 'once a day when required' },
  ],
  [
    'at stated times',
    {
      term: 'Lithium 400mg tablets',
      dosage: [{ doseAndRate: qty(400, 'mg'), ...timing({ frequency: 1, period: 1, periodUnit: 'd', timeOfDay: ['21:00:00'] }) }],
    },
    { title: 'lithium', strengthAndForm: '400 mg tablets', dose: '400 mg', frequency: 'once a day at 21:00' },
  ],
  [
    'a length of treatment',
    {
      term: 'Trimethoprim 200mg tablets',
      dosage: [
        { doseAndRate: qty(200, 'mg'), ...timing({ frequency: 2, period: 1, periodUnit: 'd', boundsDuration: { value: 3, code: 'd' } }) },
      ],
    },
    { title: 'trimethoprim', strengthAndForm: '200 mg tablets', dose: '200 mg', frequency: 'twice a day', reasonOrDuration: 'for 3 days' },
  ],
  [
    'until a day, with an instruction and a reason',
    {
      term: 'Prednisolone 5mg tablets',
      reason: 'asthma',
      dosage: [
        {
          doseAndRate: qty(30, 'mg'),
          additionalInstruction: [{ text: 'with food' }],
          ...timing({ frequency: 1, period: 1, periodUnit: 'd', boundsPeriod: { end: '2026-11-30' } }),
        },
      ],
    },
    {
      title: 'prednisolone',
      strengthAndForm: '5 mg tablets',
      dose: '30 mg',
      frequency: 'once a day',
      reasonOrDuration: 'until 2026-11-30, with food, asthma',
    },
  ],
  [
    'a reason alone',
    { term: 'Amitriptyline 10mg tablets', reason: 'pain' },
    { title: 'amitriptyline', strengthAndForm: '10 mg tablets', reasonOrDuration: 'pain' },
  ],
  ['nothing but the name', { term: 'Emollient' }, { title: 'emollient' }],
  // From here on nothing may be read into the words: they stay as written.
  [
    'free text stays as written',
    { term: 'Apixaban 5mg tablets', dosage: free('One to be taken twice a day') },
    { title: 'apixaban', strengthAndForm: '5 mg tablets', instruction: 'One to be taken twice a day' },
  ],
  [
    'as directed says nothing more',
    { term: 'Warfarin 1mg tablets', dosage: free('As directed by the anticoagulant clinic') },
    { title: 'warfarin', strengthAndForm: '1 mg tablets', instruction: 'As directed by the anticoagulant clinic' },
  ],
  [
    'a reducing course is never a dose',
    { term: 'Prednisolone 5mg tablets', dosage: free('6 tablets daily for 5 days then reduce by 1 tablet every 3 days') },
    {
      title: 'prednisolone',
      strengthAndForm: '5 mg tablets',
      instruction: '6 tablets daily for 5 days then reduce by 1 tablet every 3 days',
    },
  ],
  [
    'capitals and abbreviations stay',
    { term: 'Furosemide 40mg tablets', dosage: free('TWO MANE, ONE AT 2PM') },
    { title: 'furosemide', strengthAndForm: '40 mg tablets', instruction: 'TWO MANE, ONE AT 2PM' },
  ],
  [
    'a dose without a time keeps the words',
    { term: 'Codeine 30mg tablets', dosage: [{ text: 'One or two at night', doseAndRate: qty(30, 'mg') }] },
    { title: 'codeine', strengthAndForm: '30 mg tablets', dose: '30 mg', instruction: 'One or two at night' },
  ],
  [
    'a time without a dose keeps the words',
    { term: 'Codeine 30mg tablets', dosage: [{ text: 'One twice a day', ...daily(2) }] },
    { title: 'codeine', strengthAndForm: '30 mg tablets', frequency: 'twice a day', instruction: 'One twice a day' },
  ],
  [
    'several steps stay one instruction',
    { term: 'Insulin lispro', dosage: [{ text: '10 units with breakfast' }, { text: '8 units with tea' }] },
    { title: 'insulin lispro', instruction: '10 units with breakfast; 8 units with tea' },
  ],
  [
    'several steps in structure are told one after the other',
    {
      term: 'Sertraline 50mg tablets',
      dosage: [
        { doseAndRate: qty(50, 'mg'), ...daily(1) },
        { doseAndRate: qty(100, 'mg'), ...daily(1) },
      ],
    },
    { title: 'sertraline', strengthAndForm: '50 mg tablets', instruction: '50 mg once a day, then 100 mg once a day' },
  ],
  ['two strengths in one name are not split', { term: 'Co-amoxiclav 500mg/125mg tablets' }, { title: 'co-amoxiclav 500mg/125mg tablets' }],
  ['a product code alone is no strength', { term: 'Vitamin B12' }, { title: 'vitamin B12' }],
]

for (const [name, said, line] of lines)
  test(`D30: ${name}`, () => {
    const { entry } = draftEntry(
      item('GP', 'm', 'medicines', {
        resourceType: 'MedicationStatement',
        status: 'active',
        medicationCodeableConcept: {
          text: said.term,
          coding: [{ system: 'http://snomed.info/sct', code: '1', display: said.code ?? said.term }],
        },
        ...(said.dosage ? { dosage: said.dosage } : {}),
        ...(said.reason ? { reasonCode: [{ text: said.reason }] } : {}),
      }),
    )
    assert.equal(entry.kind, 'medicine')
    const { title, brand, strengthAndForm, dose, route, frequency, reasonOrDuration, instruction } = entry
    const read = { title, brand, strengthAndForm, dose, route, frequency, reasonOrDuration, instruction }
    assert.deepEqual(Object.fromEntries(Object.entries(read).filter(([, words]) => words !== undefined)), line)
  })
