import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '@medplum/fhirtypes'
import * as fc from 'fast-check'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Item } from '../../care-record/item.ts'
import { createRules, disclose, discloseInSlices } from './disclose.ts'
import { createExit } from './exit.ts'
import {
  answerOf,
  condition,
  encounter,
  factsOf,
  factsOfPlace,
  itemOf,
  letter,
  location,
  medicine,
  observation,
  pass,
  services,
  source,
  subject,
  walk,
  type Sent,
} from './for-tests.ts'
import { createMask } from './mask.ts'
import { firstSet } from './rules/first-set.ts'
import type { LegalClass, RuleSet } from './rules/rule-set.ts'
import { createSieve } from './sieve.ts'

const gum = encounter('e-gum', '360', 'Genitourinary medicine')
const oak = encounter('e-oak', '502', 'Assisted conception unit')
const gic = encounter('e-gic', '326', 'Gender identity clinic')
/** A planted id starts `secret-`, so that any trace of it is seen in the output. */
const planted: [name: string, sent: readonly Sent[]][] = [
  [
    'sexual health: the visit by treatment function',
    [{ resource: { ...gum, id: 'secret-1' }, section: 'encounters', facts: factsOfPlace(gum) }],
  ],
  ['sexual health: an ordinary antibiotic of such a visit', [{ resource: medicine('secret-2', 'Doxycycline 100 mg'), parents: [gum] }]],
  [
    'sexual health: an ordinary result of a clinic with a quiet name',
    [{ resource: observation('secret-3', 'Full blood count'), parents: [location('l-c', 'CALD', 'Caldecot Wing')] }],
  ],
  [
    'sexual health: a clinic known by its name alone',
    [{ resource: observation('secret-4', 'Blood pressure'), parents: [location('l-x', 'NEW1', 'GUM clinic 2')] }],
  ],
  [
    'sexual health: a result two links from the visit',
    [
      { resource: observation('secret-5', 'Swab'), to: ['DiagnosticReport/secret-6'] },
      {
        resource: { resourceType: 'DiagnosticReport', id: 'secret-6', status: 'final', subject, code: { text: 'Swab report' } },
        parents: [gum],
      },
    ],
  ],
  ['fertility: an injection of such a visit', [{ resource: medicine('secret-7', 'Progesterone 400 mg pessaries'), parents: [oak] }]],
  [
    'fertility: an appointment at a suite with a quiet name',
    [
      {
        resource: { resourceType: 'Appointment', id: 'secret-8', status: 'booked', participant: [] },
        parents: [location('l-o', 'ACU', 'Oak Suite')],
      },
    ],
  ],
  ['gender: a hormone of such a visit', [{ resource: medicine('secret-9', 'Estradiol 2 mg'), parents: [gic] }]],
  [
    'gender: a letter of rooms with a quiet name',
    [{ resource: letter('secret-10', 'Clinic letter'), section: 'documents', parents: [location('l-l', 'LAV', 'Lavender Rooms')] }],
  ],
  [
    'sexual health: a problem in an ordinary clinic',
    [{ resource: condition('secret-11', 'Human immunodeficiency virus infection', '86406008') }],
  ],
  [
    'sexual health: ICD-10 with its words',
    [{ resource: condition('secret-12', 'Early syphilis, unspecified', 'A51.9', 'http://hl7.org/fhir/sid/icd-10') }],
  ],
  [
    'sexual health: the words of a letter',
    [{ resource: letter('secret-13', 'Seen in the sexual health clinic in May'), section: 'documents' }],
  ],
  ['sexual health: a drug that says it', [{ resource: medicine('secret-14', 'Dolutegravir 50 mg tablets') }]],
  [
    'sexual health: words cut by markup',
    [
      {
        resource: {
          ...observation('secret-15', 'Note'),
          text: { status: 'generated', div: '<div>treated for <b>gonorrhoea</b></div>' },
        } as Resource,
      },
    ],
  ],
  [
    'sexual health: a contained practitioner role',
    [
      {
        resource: observation('secret-16', 'Weight'),
        contained: [{ resourceType: 'PractitionerRole', id: 'r', specialty: [{ text: 'Genitourinary medicine' }] }],
      },
    ],
  ],
  [
    'fertility: a procedure',
    [
      {
        resource: {
          resourceType: 'Procedure',
          id: 'secret-17',
          status: 'completed',
          subject,
          code: { coding: [{ system: 'http://snomed.info/sct', code: '393132003', display: 'In vitro fertilisation procedure' }] },
        },
      },
    ],
  ],
  [
    'fertility: an order that says why',
    [{ resource: { ...medicine('secret-18', 'Cetrorelix 250 micrograms'), reasonCode: [{ text: 'IVF cycle' }] } as Resource }],
  ],
  ['gender: a problem', [{ resource: condition('secret-19', 'Gender dysphoria', '93461009') }]],
  [
    'gender: a referral',
    [
      {
        resource: {
          resourceType: 'ServiceRequest',
          id: 'secret-20',
          status: 'active',
          intent: 'order',
          subject,
          code: { text: 'Referral to gender identity clinic' },
        },
      },
    ],
  ],
  [
    'a label of a class',
    [
      {
        resource: {
          ...observation('secret-21', 'Result'),
          meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'STD' }] },
        },
      },
    ],
  ],
  [
    'a label nobody knows',
    [
      {
        resource: {
          ...observation('secret-22', 'Result'),
          meta: { security: [{ system: 'https://kch.nhs.uk/label', code: 'SPECIAL-9' }] },
        },
      },
    ],
  ],
  [
    'a medicine for a restricted problem',
    [
      { resource: condition('secret-23', 'Genital herpes simplex', '33839006') },
      { resource: medicine('secret-24', 'Aciclovir 400 mg'), to: ['Condition/secret-23'] },
    ],
  ],
]
const ordinaryVisit = encounter('e-card', '320', 'Cardiology')
const ordinary: readonly Sent[] = [
  { resource: ordinaryVisit, section: 'encounters', facts: factsOfPlace(ordinaryVisit) },
  { resource: observation('k', 'Potassium'), section: 'results', to: ['Encounter/e-card'] },
  { resource: medicine('apix', 'Apixaban 5 mg tablets'), section: 'medicines', parents: [ordinaryVisit] },
  { resource: condition('af', 'Atrial fibrillation', '49436004'), section: 'problems', to: ['Encounter/e-card'] },
]
const bytes = (d: ReturnType<typeof disclose>): string => JSON.stringify(d.answers)

for (const missing of ['none', 'sieve', 'exchange', 'exit'] as const)
  for (const [name, sent] of planted)
    test(`R062 R063 R064 R065 R067 HAZ-012 without ${missing}: ${name} leaves no byte`, () => {
      const out = bytes(walk([...ordinary, ...sent], missing))
      assert.equal(out.includes('secret-'), false)
      assert.equal(out, bytes(walk(ordinary, missing)), 'the same bytes as if it had never been held')
    })

/** What stands in a list of the rules is lost or wrong: each list on its own, in all mechanisms at once. */
const eachClass = (change: (c: LegalClass) => LegalClass): RuleSet => ({ ...firstSet, classes: firstSet.classes.map(change) })
const eachRow = (change: Partial<ServiceRegisterRow>): readonly ServiceRegisterRow[] => services.map(row => ({ ...row, ...change }))
const broken: [name: string, set: RuleSet, registers: readonly ServiceRegisterRow[]][] = [
  ['the labels of the sieve', eachClass(c => ({ ...c, service: { ...c.service, labels: [] } })), services],
  ['the labels of the exchange', eachClass(c => ({ ...c, content: { ...c.content, labels: [] } })), services],
  ['the labels of the exit', eachClass(c => ({ ...c, outgoing: { ...c.outgoing, labels: [] } })), services],
  [
    'all labels',
    eachClass(c => ({
      ...c,
      service: { ...c.service, labels: [] },
      content: { ...c.content, labels: [] },
      outgoing: { ...c.outgoing, labels: [] },
    })),
    services,
  ],
  ['the ordinary labels, which let all pass', { ...firstSet, ordinaryLabels: [...firstSet.ordinaryLabels, 'STD', 'SPECIAL-9'] }, services],
  [
    'the ordinary labels of the exit, which let all pass',
    { ...firstSet, ordinaryAtTheExit: [...firstSet.ordinaryAtTheExit, 'STD', 'SPECIAL-9'] },
    services,
  ],
  ['the codes of the exchange', eachClass(c => ({ ...c, content: { ...c.content, snomed: [], icd10: [], opcs4: [] } })), services],
  ['the seeds of the sieve', eachClass(c => ({ ...c, service: { ...c.service, seeds: [] } })), services],
  ['the treatment functions of the sieve', eachClass(c => ({ ...c, service: { ...c.service, treatmentFunctions: [] } })), services],
  ['the codes of services at the exchange', eachClass(c => ({ ...c, content: { ...c.content, services: [] } })), services],
  ['the names of services', eachClass(c => ({ ...c, service: { ...c.service, names: [] } })), services],
  ['the wording', eachClass(c => ({ ...c, content: { ...c.content, wording: [] } })), services],
  ['the terms', eachClass(c => ({ ...c, outgoing: { ...c.outgoing, terms: [] } })), services],
  ['the names in the registers', firstSet, eachRow({ name: '' })],
  ['the codes in the registers', firstSet, eachRow({ localCode: '' })],
]
for (const [name, set, registers] of broken)
  test(`R067 HAZ-012 with ${name} broken, nothing planted leaves a byte`, () => {
    for (const [what, sent] of planted)
      assert.equal(bytes(walk([...ordinary, ...sent], 'none', pass(), set, registers)).includes('secret-'), false, what)
  })

test('HAZ-012: any planted facts in any order change no byte of what is shown', () => {
  const without = bytes(walk(ordinary, 'none'))
  fc.assert(
    fc.property(fc.shuffledSubarray(planted.map(([, sent]) => sent)), fc.nat(4), (some, at) => {
      const mixed = [...ordinary.slice(0, at), ...some.flat(), ...ordinary.slice(at)]
      assert.equal(bytes(walk(mixed, 'none')), without)
    }),
    { numRuns: 60 },
  )
})

test('HAZ-012: a visit that lists a restricted diagnosis keeps its place and loses the trace', () => {
  const visit: Resource = {
    ...ordinaryVisit,
    diagnosis: [
      { condition: { reference: 'Condition/secret-1' }, rank: 2 },
      { condition: { reference: 'Condition/af' }, rank: 1 },
    ],
  } as Resource
  const hidden: Sent = { resource: condition('secret-1', 'Gender dysphoria', '93461009') }
  const out = bytes(
    walk(
      [
        { resource: visit, to: ['Condition/secret-1', 'Condition/af'] },
        { resource: condition('af', 'Atrial fibrillation', '49436004') },
        hidden,
      ],
      'none',
    ),
  )
  assert.ok(out.includes('Encounter/e-card') && out.includes('Condition/af'))
  assert.equal(/secret-1|"rank":2/.test(out), false)
})

test('HAZ-012: an item whose parent is not known is held where a restricted service is run, and shown elsewhere', () => {
  const item = itemOf({ resource: observation('o', 'Weight'), unresolved: ['Encounter/lost'] })
  const held = disclose([answerOf([item])], pass(), createRules(firstSet, services)).answers[0]
  assert.deepEqual([held?.items.length, held?.outcome, held?.cause], [0, 'nothing-held', 'none'])
  assert.equal(disclose([answerOf([item])], pass(), createRules(firstSet, [])).answers[0]?.items.length, 1)
})

test('HAZ-012: disclosing in slices withholds the same, wherever it pauses', async () => {
  const rules = createRules(firstSet, services)
  const items = Array.from({ length: 40 }, (_, copy) =>
    [...ordinary, ...planted.flatMap(([, sent]) => sent)]
      .map(itemOf)
      .map((item): Item => ({ ...item, id: `${item.id}-${copy}`, links: item.links.map(link => `${link}-${copy}`) })),
  ).flat()
  let pauses = 0
  const pause = (): Promise<void> | undefined => ((pauses += 1) % 2 === 0 ? undefined : Promise.resolve())
  const sliced = await discloseInSlices([answerOf(items)], pass(), rules, pause)
  const atOnce = disclose([answerOf(items)], pass(), rules)
  assert.deepEqual(sliced.answers, atOnce.answers)
  assert.deepEqual(sliced.sealedWithheld.open(), atOnce.sealedWithheld.open())
  assert.ok(pauses > 100)
})

test('what nothing is taken from is handed on as it came', () => {
  const item = itemOf({ resource: observation('o', 'Potassium') })
  assert.equal(disclose([answerOf([item])], pass(), createRules(firstSet, services)).answers[0]?.items[0], item)
})

test('HAZ-012: withheld counts leave by no serialisation', () => {
  const { sealedWithheld, ...rest } = walk(
    planted.flatMap(([, sent]) => sent),
    'sieve',
  )
  assert.ok([...sealedWithheld.open().values()].reduce((a, b) => a + b, 0) > 10)
  assert.equal(JSON.stringify({ sealedWithheld }), '{}')
  assert.deepEqual(Object.keys(sealedWithheld), [])
  assert.equal(rest.answers[0]?.outcome, 'nothing-held')
})

const shown: [name: string, sent: Sent][] = [
  ['antenatal screening', { resource: observation('o', 'Antenatal HIV screening', '171121004') }],
  ['an opt-out test in the emergency department', { resource: observation('o', 'Emergency department opt out HIV test') }],
  [
    'a heart disease from syphilis',
    { resource: { resourceType: 'Condition', id: 'o', subject, code: { text: 'Syphilitic heart disease' } } },
  ],
  [
    'severe ovarian hyperstimulation',
    { resource: { resourceType: 'Condition', id: 'o', subject, code: { text: 'Severe ovarian hyperstimulation' } } },
  ],
  ['an ordinary pregnancy', { resource: condition('o', 'Pregnancy', '77386006') }],
  ['pneumonia from another chlamydia', { resource: observation('o', 'Chlamydia pneumoniae antibody') }],
  ['sore gums', { resource: observation('o', 'Bleeding gums') }],
  ['a gender as such', { resource: observation('o', 'Gender of the child as stated') }],
  ['shivering', { resource: observation('o', 'Shivering, achiving nothing') }],
  ['a label of ordinary care', { resource: { ...observation('o', 'Mood'), meta: { security: [{ code: 'N' }] } } }],
]
for (const [name, sent] of shown) test(`R062: ${name} is shown`, () => assert.equal(walk([sent], 'none').answers[0]?.items.length, 1))

const hiddenBeside: [name: string, text: string][] = [
  ['a screening that found it', 'Antenatal HIV screening: HIV infection confirmed'],
  ['a test of the clinic', 'HIV viral load'],
  ['syphilis as such', 'Syphilis, latent'],
  ['a mild case told with its cause', 'Ovarian hyperstimulation after IVF'],
]
for (const [name, text] of hiddenBeside)
  test(`R062: ${name} is not`, () => assert.equal(walk([{ resource: observation('o', text) }], 'none').answers[0]?.items.length, 0))

test('sections outside the role are cut, and an answer without any leaves', () => {
  const items = [
    itemOf({ resource: observation('o', 'Weight'), section: 'observations' }),
    itemOf({ resource: medicine('m', 'Apixaban'), section: 'medicines' }),
  ]
  const only = pass({ maySee: new Set(['medicines']) })
  const rules = createRules(firstSet, services)
  const [answer] = disclose([answerOf(items)], only, rules).answers
  assert.deepEqual([answer?.sections, answer?.items.map(i => i.section)], [['medicines'], ['medicines']])
  assert.deepEqual(disclose([answerOf(items, { sections: ['observations'] })], only, rules).answers, [])
})
test('silence stays silence: a late answer with nothing in it is not made to hold nothing', () => {
  const [late] = disclose([answerOf([], { outcome: 'late', cause: 'timed-out' })], pass(), createRules(firstSet, services)).answers
  assert.deepEqual([late?.outcome, late?.cause], ['late', 'timed-out'])
})

test('HAZ-013: a masked item names no place, person of a place or local identifier, and keeps what is clinical', () => {
  const resource: Resource = {
    ...observation('o', 'Potassium'),
    identifier: [{ system: 'https://kch.nhs.uk/order', value: 'KCH-77' }],
    meta: { source: 'https://kch.nhs.uk' },
    performer: [{ reference: 'Organization/RJZ', display: "King's College Hospital" }],
    note: [{ text: "Taken at King's College Hospital, Caldecot Wing" }],
    text: { status: 'generated', div: '<div>Denmark Hill</div>' },
    contained: [{ resourceType: 'Location', id: 'l', name: 'Caldecot Wing', address: { line: ['Denmark Hill'] } }],
  } as Resource
  const item = itemOf({ resource, section: 'results', contained: [{ resourceType: 'Organization', id: 'org', name: 'Caldecot Wing' }] })
  const {
    id: _id,
    provenance,
    ...rest
  } = createMask({ organisations: [], services: [] }).item({ ...item, provenance: { ...item.provenance, author: 'Dr Denmark' } })
  const { sourceId: _sourceId, ...said } = provenance
  assert.doesNotMatch(JSON.stringify([rest, said]), /King's|Denmark|RJZ|KCH|Caldecot|kch/)
  assert.match(JSON.stringify(rest), /Potassium.*value-of-o|value-of-o.*Potassium/)
  assert.equal(provenance.organisationName, 'Organisation not shown')
})
test('HAZ-013: letters are held for a masked person, in silence', () => {
  const item = itemOf({ resource: letter('d', 'Cardiology letter'), section: 'documents' })
  const [answer] = disclose([answerOf([item])], pass({ maskPlaces: true }), createRules(firstSet, services)).answers
  assert.deepEqual([answer?.items.length, answer?.outcome], [0, 'nothing-held'])
})
test('the status of an allergy survives the mask', () => {
  const resource: Resource = {
    resourceType: 'AllergyIntolerance',
    id: 'a',
    patient: subject,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    code: { text: 'Penicillin' },
  }
  assert.match(JSON.stringify(createMask({ organisations: [], services: [] }).item(itemOf({ resource }))), /"active".*Penicillin/)
})

test('the exit reads phrases through case, marks, hyphens and markup', () => {
  const exit = createExit(firstSet, services)
  for (const text of [
    'SYPHILIS',
    'sexual-health',
    'sexual&nbsp;health',
    'I.V.F.? ivf',
    'gender\u00addysphoria gender dysphoria',
    'Oak Suite',
    'gono\u200brrhoea',
    'syph&#105;lis',
  ])
    assert.equal(exit.text(text), undefined, text)
  for (const text of ['Potassium', 'oak', 'Suite 4', 'health', 'sexual partner', '']) assert.equal(exit.text(text), text)
})
test('a register speaks for its own organisation only', () => {
  const facts = [factsOf({ resource: observation('o', 'Weight'), facts: { localCodes: ['CALD'] } })]
  const sieve = createSieve(firstSet, services)
  assert.deepEqual([...sieve(source, facts)], ['Observation/o'])
  assert.equal(sieve({ id: 'x', odsCode: 'RRV' }, facts).size, 0)
  assert.equal(createSieve(firstSet, [])(source, facts).size, 0)
})
test('the suite can fail: with two mechanisms away, what only they see is there', () => {
  const sent: readonly Sent[] = [{ resource: medicine('secret-2', 'Doxycycline 100 mg'), parents: [gum] }]
  const rules = createRules(firstSet, services, { judge: () => undefined })
  assert.match(JSON.stringify(disclose([answerOf(sent.map(itemOf))], pass(), rules).answers), /secret-2/)
})
