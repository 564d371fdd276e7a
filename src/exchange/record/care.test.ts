import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncounterEntry, Entry } from '../../care-record/entry.ts'
import type { Disclosed, Item } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { bySource, encounter, item, newRecord } from './for-tests.ts'

function entriesOf(items: readonly Disclosed<Item>[], section: SectionId): readonly Entry[] {
  const record = newRecord()
  record.add(bySource(items))
  return record.snapshot().get(section) ?? []
}
const encountersOf = (...items: readonly Disclosed<Item>[]): readonly EncounterEntry[] =>
  entriesOf(items, 'encounters').filter(entry => entry.kind === 'encounter')

const OPEN: readonly (readonly [name: string, status: string, kind: string, title: string, when: EncounterEntry['when'], said: string])[] =
  [
    ['a stay on a ward', 'in-progress', 'IMP', 'Acute medicine', 'now', 'In progress'],
    ['an emergency department', 'arrived', 'EMER', 'Emergency department', 'now', 'In progress'],
    ['a virtual ward', 'in-progress', 'VR', 'Virtual ward', 'now', 'In progress'],
    ['an ambulance crew on scene', 'in-progress', 'FLD', 'Ambulance incident', 'now', 'In progress'],
    ['a class nobody knows', 'in-progress', 'XX', 'Stay', 'now', 'In progress'],
    ['a caseload at home', 'in-progress', 'HH', 'District nursing caseload', 'open', 'Open'],
    ['a social care case', 'in-progress', 'HH', 'Adult social care case', 'open', 'Open'],
    ['a caseload of remote contacts', 'in-progress', 'VR', 'Heart failure caseload', 'open', 'Open'],
    ['a course of outpatients', 'in-progress', 'AMB', 'Diabetes clinic', 'open', 'Open'],
    ['a caseload that is closed', 'finished', 'HH', 'District nursing caseload', 'past', 'Finished'],
    ['a caseload yet to begin', 'planned', 'HH', 'District nursing caseload', 'past', 'Booked'],
    ['a stay that is over', 'finished', 'IMP', 'Acute medicine', 'past', 'Finished'],
  ]
for (const [name, status, kind, title, when, said] of OPEN)
  test(`D142 ${name} is ${when}`, () => {
    const over = { type: [{ text: title }] }
    const [entry] = encountersOf(encounter('RJ1', 'a', status, kind, '2026-11-20T09:00:00Z', undefined, over))
    assert.deepEqual([entry?.when, entry?.status], [when, said])
  })

test('D142 care that goes on stands between where the person is and what comes next', () => {
  const found = encountersOf(
    encounter('KCH', 'ed', 'in-progress', 'EMER', '2026-11-21T10:42:00Z'),
    encounter('RPG', 'dn', 'in-progress', 'HH', '2026-10-29T09:00:00Z'),
    encounter('RPG', 'next', 'planned', 'HH', '2026-11-23T09:00:00Z'),
    encounter('RPG', 'seen', 'finished', 'HH', '2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z'),
  )
  assert.deepEqual(
    found.map(e => e.when),
    ['now', 'open', 'next', 'past'],
  )
})

const SNOMED = 'http://snomed.info/sct'
const coded = (text: string, code?: string) => ({ text, ...(code ? { coding: [{ system: SNOMED, code }] } : {}) })
const flag = (text: string, code?: string, over: object = {}) =>
  item('RJ1', 'f', 'alerts', { resourceType: 'Flag', status: 'active', code: coded(text, code), ...over })

const SAFEGUARDING: readonly (readonly [name: string, given: Disclosed<Item>, yes: boolean])[] = [
  ['a child protection plan by its code alone', flag('Plan 7', '342191000000101'), true],
  ['an unborn child by code', flag('Local alert', '818901000000100'), true],
  ['a looked after child by code', flag('Local alert', '764841000000100'), true],
  ['an adult concern by code', flag('Local alert', '766561000000109'), true],
  ['a label of the source', flag('Speak to the team first', undefined, { meta: { security: [{ code: 'SAFEGUARDING' }] } }), true],
  ['a category', flag('Speak to the team first', undefined, { category: [coded('Safeguarding')] }), true],
  ['words', flag('Safeguarding alert: speak to her alone'), true],
  ['no contact with somebody', flag('No contact with the father: child protection plan'), true],
  ['domestic abuse', flag('High risk of domestic abuse, heard at MARAC'), true],
  [
    'a case of social care',
    item('COUNCIL', 's', 'social-care', { resourceType: 'ServiceRequest', status: 'active', code: coded('Section 42 enquiry') }),
    true,
  ],
  ['a plan', item('COUNCIL', 'p', 'plans', { resourceType: 'CarePlan', status: 'active', title: 'Child protection plan' }), true],
  ['a document', item('RJ1', 'd', 'documents', { resourceType: 'DocumentReference', type: coded('Safeguarding report') }), true],
  [
    'a problem',
    item('GP', 'c', 'problems', { resourceType: 'Condition', code: coded('Subject to child protection plan', '342191000000101') }),
    true,
  ],
  [
    'an encounter',
    encounter('RJ1', 'e', 'finished', 'AMB', '2026-11-20', undefined, { type: [{ text: 'Child protection conference' }] }),
    true,
  ],
  ['what was entered in error', flag('Safeguarding alert', undefined, { status: 'entered-in-error' }), true],
  ['no concern', flag('No safeguarding concerns'), false],
  ['no known concern', flag('No known safeguarding concerns'), false],
  ['an interpreter', flag('Interpreter: Yoruba'), false],
  ['a side rail for safety', flag('Bed rails for safety'), false],
  ['violence to staff', flag('Threats of violence to staff'), false],
  ['isolation', flag('Infection control: protective isolation'), false],
  ['alcohol', flag('Alcohol misuse'), false],
  ['self neglect', flag('Risk of self-neglect when low in mood'), false],
  ['home care', item('COUNCIL', 's', 'social-care', { resourceType: 'ServiceRequest', code: coded('Home care, 2 visits a day') }), false],
  ['an ordinary plan', item('COUNCIL', 'p', 'plans', { resourceType: 'CarePlan', title: 'Care and support plan' }), false],
  ['an ordinary letter', item('RJ1', 'd', 'documents', { resourceType: 'DocumentReference', type: coded('Outpatient letter') }), false],
  ['an ordinary problem', item('GP', 'c', 'problems', { resourceType: 'Condition', code: coded('Atrial fibrillation') }), false],
  ['an ordinary stay', encounter('RJ1', 'e', 'finished', 'IMP', '2026-11-20'), false],
]
for (const [name, given, yes] of SAFEGUARDING)
  test(`D153 ${name} is ${yes ? '' : 'not '}ranked as safeguarding`, () => {
    const [entry] = entriesOf([given], given.section)
    assert.equal(entry?.rank === 'safeguarding', yes, entry?.rank ?? 'no rank')
  })

test('D153 what one of several says is safeguarding is, whoever is shown', () => {
  const found = entriesOf(
    [
      item('GP', 'c', 'problems', { resourceType: 'Condition', code: coded('Family support', '1'), recordedDate: '2026-01-01' }),
      item('RJ1', 'c', 'problems', {
        resourceType: 'Condition',
        code: coded('Family support', '1'),
        recordedDate: '2025-01-01',
        meta: { security: [{ code: 'CPP' }] },
      }),
    ],
    'problems',
  )
  assert.deepEqual(
    found.map(e => [e.statements, e.rank]),
    [[2, 'safeguarding']],
  )
})

const relative = (source: string, name: string, relationship: string | undefined, phone?: string, over: object = {}) =>
  item(source, `r-${name}-${relationship ?? ''}`, 'contacts', {
    resourceType: 'RelatedPerson',
    active: true,
    name: [{ text: name }],
    ...(relationship === undefined ? {} : { relationship: relationship.split(', ').map(text => ({ text })) }),
    ...(phone === undefined ? {} : { telecom: [{ system: 'phone', value: phone }] }),
    ...over,
  })
const team = (source: string, name: string, phone: string, organisation?: string) =>
  item(source, `t-${name}`, 'contacts', {
    resourceType: 'CareTeam',
    status: 'active',
    name,
    telecom: [{ system: 'phone', value: phone }],
    participant: [{ role: [{ text: source }], member: { display: `${source} nurse` } }],
    ...(organisation === undefined ? {} : { managingOrganization: [{ display: organisation }] }),
  })
const DAUGHTER = relative('RPG', 'Mrs Ngozi Adebayo', 'Next of kin, Daughter', '07700 900118')

const CONTACTS: readonly (readonly [name: string, other: Disclosed<Item>, one: Disclosed<Item>, rows: number])[] = [
  ['the same name and phone', relative('GP', 'Mrs Ngozi Adebayo', undefined, '07700900118'), DAUGHTER, 1],
  ['the same number with its country', relative('GP', 'Ngozi Adebayo', undefined, '+44 7700 900118'), DAUGHTER, 1],
  ['the same name and relationship', relative('GP', 'Ngozi Adebayo', 'Daughter', '020 7946 0111'), DAUGHTER, 1],
  ['the same name and nothing else', relative('GP', 'Ngozi Adebayo', undefined), DAUGHTER, 2],
  ['the same name, another relationship of family', relative('GP', 'Ngozi Adebayo', 'Sister', '07700 900118'), DAUGHTER, 2],
  ['the same number, another name', relative('GP', 'Chidi Adebayo', 'Daughter', '07700 900118'), DAUGHTER, 2],
  ['the same name, of another sex', relative('GP', 'Mr Ngozi Adebayo', undefined, '07700 900118'), DAUGHTER, 2],
  ['one system that says two', relative('RPG', 'Ngozi Adebayo', 'Daughter', '07700 900118'), DAUGHTER, 2],
  ['one who is no longer a contact', relative('GP', 'Ngozi Adebayo', 'Daughter', '07700 900118', { active: false }), DAUGHTER, 2],
  ['a first name alone', relative('GP', 'Ngozi', 'Daughter', '07700 900118'), relative('RPG', 'Ngozi', 'Daughter', '07700 900118'), 2],
  [
    'a team of one number',
    team('GP', 'Community nursing, Camberwell', '020 7946 0207'),
    team('RPG', 'Community nursing, Camberwell', '02079460207'),
    1,
  ],
  [
    'a team of one organisation',
    team('GP', 'District nurses', '020 7946 0207', 'Oxleas'),
    team('RPG', 'District nurses', '020 7946 0299', 'Oxleas'),
    1,
  ],
  [
    'teams called alike',
    team('GP', 'District nurses', '020 7946 0207', 'Oxleas'),
    team('RPG', 'District nurses', '020 7946 0299', 'Bromley'),
    2,
  ],
]
for (const [name, other, one, rows] of CONTACTS)
  test(`R103 contacts: ${name} ${rows === 1 ? 'is one entry' : 'are two'}, in either order`, () => {
    assert.equal(entriesOf([one, other], 'contacts').length, rows)
    assert.equal(entriesOf([other, one], 'contacts').length, rows)
  })

test('R103 D101 a contact says what all say, and whose number is another', () => {
  const [entry, ...more] = entriesOf([DAUGHTER, relative('GP', 'Ngozi Adebayo', 'Daughter, Carer', '020 7946 0111')], 'contacts')
  assert.deepEqual(more, [])
  const facts = entry?.kind === 'plain' ? (entry.facts ?? []) : []
  assert.match(facts.map(([, words]) => words).join('|'), /Next of kin.*Carer|Carer.*Next of kin/)
  assert.deepEqual(
    entry?.conflicts.map(c => [c.kind, c.values.map(v => `${v.words}, ${v.by.short}`).sort()]),
    [['value', ['Phone 020 7946 0111, GP', 'Phone 07700 900118, RPG']]],
  )
  assert.equal(entry?.alsoRecordedBy.length, 1)
})

const goal = (source: string, id: string, words: string, over: object = {}) =>
  item(source, id, 'plans', { resourceType: 'Goal', lifecycleStatus: 'active', description: { text: words }, ...over })
const plan = (source: string, id: string, title: string, from: string, goals: readonly string[] = [], over: object = {}) =>
  item(source, id, 'plans', {
    resourceType: 'CarePlan',
    status: 'active',
    title,
    period: { start: from },
    goal: goals.map(g => ({ reference: `Goal/${g}` })),
    ...over,
  })

test('R099 goals and activities stand within the plan that names them, not as rows of their own', () => {
  const given = [
    plan('RPG', 'p', 'Wound care plan', '2026-10-01', ['g1', 'g2'], { activity: [{ reference: { reference: 'Task/t' } }] }),
    goal('RPG', 'g1', 'Wound healed', { target: [{ dueDate: '2026-12-01' }] }),
    goal('RPG', 'g2', 'Walks to church'),
    goal('RPG', 'g3', 'Another goal'),
    goal('GP', 'g1', 'Of another system'),
    goal('RPG', 'g4', 'Entered by mistake', { lifecycleStatus: 'entered-in-error' }),
    item('RPG', 't', 'plans', { resourceType: 'Task', status: 'accepted', description: 'Remove clips' }),
  ]
  for (const order of [given, given.toReversed()]) {
    const found = entriesOf(order, 'plans')
    assert.deepEqual(found.map(e => `${e.title} ${e.statements}`).sort(), [
      'Another goal 1',
      'Entered in error: Entered by mistake 1',
      'Of another system 1',
      'Wound care plan 4',
    ])
    const whole = found.find(e => e.title === 'Wound care plan')
    assert.deepEqual(whole?.kind === 'plain' ? whole.facts : undefined, [
      ['Goal', 'Wound healed, target by 01-Dec-2026'],
      ['Goal 2', 'Walks to church'],
      ['Activity', 'Remove clips, Accepted'],
    ])
  }
})

test('R099 a goal whose plan has not come stands by itself, and goes into it when it comes', () => {
  const record = newRecord()
  const [first] = bySource([goal('RPG', 'g1', 'Wound healed')])
  const before = record.add(first ? [first] : [])[0]?.upserts[0]
  record.add(bySource([plan('RPG', 'p', 'Wound care plan', '2026-10-01', ['g1']), goal('RPG', 'g1', 'Wound healed')]))
  assert.deepEqual(
    record
      .snapshot()
      .get('plans')
      ?.map(e => e.title),
    ['Wound care plan'],
  )
  assert.equal(record.entry(before?.id ?? '')?.title, 'Wound care plan')
})

test('D150 D151 plans: resuscitation first, then what is in force, newest first', () => {
  const found = entriesOf(
    [
      plan('RPG', 'a', 'Wound care plan', '2026-10-01'),
      plan('RPG', 'b', 'Diet plan', '2026-11-01', [], { status: 'draft' }),
      plan('GP', 'c', 'ReSPECT plan', '2024-01-01'),
      plan('RPG', 'd', 'Falls plan', '2026-10-20'),
    ],
    'plans',
  )
  assert.deepEqual(
    found.map(e => e.title),
    ['ReSPECT plan', 'Falls plan', 'Wound care plan', 'Diet plan'],
  )
})

const letter = (text: string, over: object = {}) =>
  item('RJ1', 'd', 'documents', {
    resourceType: 'DocumentReference',
    status: 'current',
    type: { text: 'Outpatient letter' },
    content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(text).toString('base64') } }],
    ...over,
  })
const factOf = (entry: Entry | undefined, label: string): string | undefined =>
  entry?.kind === 'plain' ? entry.facts?.find(([told]) => told === label)?.[1] : undefined

const STARTS: readonly (readonly [name: string, text: string, starts: string | undefined])[] = [
  ['a short letter', 'Seen today. All is well.', 'Seen today. All is well.'],
  [
    'a letter of sentences',
    'Thank you for seeing this lady with palpitations. An echocardiogram was normal. She was given apixaban 5 mg twice a day and will be seen again in spring.',
    'Thank you for seeing this lady with palpitations. An echocardiogram was normal. …',
  ],
  [
    'one long sentence',
    `Thank you for ${'seeing this lady again '.repeat(8)}in the clinic.`,
    'Thank you for seeing this lady again seeing this lady again seeing this lady again seeing this lady again seeing this …',
  ],
  [
    'one long sentence that denies at its end',
    `The suspected fracture of the neck of the ${'right femur and of the pelvis '.repeat(5)}was ruled out.`,
    undefined,
  ],
  ['one long sentence that denies at its beginning', `There is no evidence of ${'fracture of the right femur '.repeat(8)}.`, undefined],
  [
    'a denial after a short sentence',
    `Seen today. The suspected fracture of the neck of the ${'right femur and of the pelvis '.repeat(5)}was ruled out.`,
    'Seen today. …',
  ],
]
for (const [name, text, starts] of STARTS)
  test(`D130 of ${name} the beginning is said in at most 120 letters, never half a denial`, () => {
    const said = factOf(entriesOf([letter(text)], 'documents')[0], 'Starts')
    assert.equal(said, starts)
    assert.ok((said ?? '').length <= 122)
  })

test('D130 a document says its kind, author role and beginning as far as its source does', () => {
  const description = 'Reviewed in the falls clinic after two falls at home. Lying and standing blood pressure normal.'
  const given = letter('x', {
    description,
    category: [{ text: 'Clinical note' }],
    author: [{ reference: 'Practitioner/p' }],
    content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/1' } }],
  })
  const contained = [
    { resourceType: 'Practitioner', id: 'p', name: [{ text: 'Dr Priya Shah' }] },
    {
      resourceType: 'PractitionerRole',
      id: 'r',
      code: [{ text: 'Consultant geriatrician' }],
      practitioner: { reference: 'Practitioner/p' },
    },
  ]
  const [entry] = entriesOf([{ ...given, contained } as unknown as Disclosed<Item>], 'documents')
  assert.equal(entry?.title, 'Outpatient letter')
  assert.deepEqual(
    ['Type', 'Author role', 'Starts', 'Pages'].map(label => factOf(entry, label)),
    ['Clinical note', 'Consultant geriatrician', description, undefined],
  )
})
