import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EncounterEntry, Entry, PlainEntry } from '../../care-record/entry.ts'
import type { Disclosed, Item } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { answer, bySource, encounter, item, newRecord, TODAY } from './for-tests.ts'
import { draftEntry } from './read-item.ts'

const SNOMED = 'http://snomed.info/sct'
const text = (words: string, code?: string) => ({ text: words, ...(code ? { coding: [{ system: SNOMED, code }] } : {}) })
const told = (...items: Disclosed<Item>[]): readonly PlainEntry[] => {
  const record = newRecord()
  record.add(bySource(items))
  return [...record.snapshot().values()].flat() as PlainEntry[]
}
/** What a reader of the list sees of an entry. */
const shown = ({ title, list, status, words, until, rank, opens, facts }: PlainEntry) => ({
  title,
  ...(list === 'past' ? { list } : {}),
  ...(status === undefined ? {} : { status }),
  ...(words === undefined ? {} : { words }),
  ...(until === undefined ? {} : { until }),
  ...(rank === undefined ? {} : { rank }),
  ...(opens === undefined ? {} : { opens }),
  ...(facts === undefined ? {} : { facts: Object.fromEntries(facts) }),
})
const one = (section: SectionId, resource: object, contained: readonly object[] = []): ReturnType<typeof shown> => {
  const given = { ...item('KCH', '1', section, resource), contained } as unknown as Disclosed<Item>
  const entry = draftEntry(given, TODAY).entry
  assert.equal(entry.kind, 'plain')
  return shown(entry)
}

const practitioner = { resourceType: 'Practitioner', id: 'p', name: [{ prefix: ['Dr'], given: ['Priya'], family: 'Shah' }] }
const location = { resourceType: 'Location', id: 'l', name: 'Cardiology clinic' }

const golden: readonly [name: string, section: SectionId, resource: object, expected: object, contained?: readonly object[]][] = [
  [
    'R010 D143: a booked appointment says where, with whom and why',
    'appointments',
    {
      resourceType: 'Appointment',
      status: 'booked',
      start: '2026-12-03T09:30:00Z',
      end: '2026-12-03T10:00:00Z',
      serviceType: [text('Cardiology', '394579002')],
      specialty: [text('Cardiology outpatients')],
      reasonCode: [text('Palpitations')],
      participant: [
        { actor: { reference: 'Patient/1' } },
        { actor: { reference: 'Location/l' } },
        { actor: { reference: 'Practitioner/p' } },
      ],
    },
    {
      title: 'Cardiology',
      status: 'Booked',
      until: '2026-12-03T10:00:00Z',
      facts: { Place: 'Cardiology clinic', With: 'Dr Priya Shah', Specialty: 'Cardiology outpatients', Reason: 'Palpitations' },
    },
    [practitioner, location],
  ],
  [
    'R099: an open referral says that it is open, how urgent and what for',
    'referrals',
    {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      priority: 'urgent',
      authoredOn: '2026-11-02',
      code: text('Referral to cardiology', '183519002'),
      reasonCode: [text('Murmur')],
      performer: [{ display: 'Heart failure team' }],
      requester: { reference: 'Practitioner/p' },
      note: [{ text: 'Please see within two weeks' }],
    },
    {
      title: 'Referral to cardiology',
      status: 'Open',
      words: 'Please see within two weeks',
      facts: { With: 'Heart failure team', Reason: 'Murmur', Priority: 'Urgent', 'Asked by': 'Dr Priya Shah' },
    },
    [practitioner],
  ],
  [
    'R013: a vaccination says dose, product, batch and site',
    'vaccinations',
    {
      resourceType: 'Immunization',
      status: 'completed',
      occurrenceDateTime: '2026-10-07',
      vaccineCode: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' }] },
      extension: [
        {
          url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure',
          valueCodeableConcept: text('Influenza vaccination', '86198006'),
        },
      ],
      protocolApplied: [{ doseNumberPositiveInt: 2, seriesDosesPositiveInt: 3, targetDisease: [text('Influenza')] }],
      lotNumber: 'FLU-87654',
      site: text('Left upper arm'),
      route: text('Intramuscular'),
    },
    {
      title: 'Influenza vaccination',
      status: 'Given',
      facts: { Dose: '2 of 3', Against: 'Influenza', Batch: 'FLU-87654', Site: 'Left upper arm, Intramuscular' },
    },
  ],
  [
    'R013 D81: a vaccination that was not given says so first, and why',
    'vaccinations',
    {
      resourceType: 'Immunization',
      status: 'not-done',
      statusReason: text('Declined by parent'),
      vaccineCode: text('MMR', '61153008'),
      occurrenceDateTime: '2026-10-07',
    },
    { title: 'Not given: MMR', status: 'Not given', facts: { Product: '', 'Reason not given': 'Declined by parent' } },
  ],
  [
    'D81: a name that says itself that nothing was given is not denied a second time',
    'vaccinations',
    {
      resourceType: 'Immunization',
      status: 'not-done',
      vaccineCode: text('Influenza vaccination declined', '315640000'),
      occurrenceDateTime: '2026-10-07',
    },
    { title: 'Influenza vaccination declined', status: 'Not given', facts: {} },
  ],
  [
    'D130 D135: a letter says type, specialty, author role, pages and how it begins, and that it is a draft',
    'documents',
    {
      resourceType: 'DocumentReference',
      status: 'current',
      docStatus: 'preliminary',
      type: text('Outpatient letter', '823691000000103'),
      description: 'Letter from clinic',
      date: '2026-11-12T09:00:00Z',
      author: [{ reference: 'PractitionerRole/r' }],
      context: { period: { start: '2026-11-10' }, practiceSetting: text('Cardiology') },
      content: [
        {
          attachment: {
            contentType: 'text/plain',
            data: Buffer.from('Dear doctor, thank you for referring this lady.').toString('base64'),
            extension: [{ url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Attachment.pages', valuePositiveInt: 3 }],
          },
        },
      ],
    },
    {
      title: 'Letter from clinic',
      status: 'Draft',
      opens: { format: 'text/plain', pages: 3 },
      facts: {
        Type: 'Outpatient letter',
        Specialty: 'Cardiology',
        'Author role': 'Consultant',
        Pages: '3',
        Starts: 'Dear doctor, thank you for referring this lady.',
      },
    },
    [{ resourceType: 'PractitionerRole', id: 'r', code: [text('Consultant')], practitioner: { display: 'Dr X' } }],
  ],
  [
    'D134: an image without its report says that it is not there yet',
    'imaging',
    { resourceType: 'DiagnosticReport', status: 'registered', code: text('Chest X-ray', '399208008'), effectiveDateTime: '2026-11-20' },
    { title: 'Chest X-ray', status: 'Report not yet available' },
  ],
  [
    'D134 R019: of a reported image the report text comes first',
    'imaging',
    {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: text('Echocardiogram', '40701008'),
      effectiveDateTime: '2026-11-20',
      conclusion: 'Normal left ventricular size.',
      presentedForm: [{ contentType: 'application/pdf', url: 'https://source.example/Binary/1' }],
    },
    { title: 'Echocardiogram', status: 'Final', words: 'Normal left ventricular size.', opens: { format: 'application/pdf' } },
  ],
  [
    'R098: a plan tells each goal, each activity and what is not to be done',
    'plans',
    {
      resourceType: 'CarePlan',
      status: 'active',
      intent: 'plan',
      title: 'COPD plan',
      description: 'Rescue pack at home',
      period: { start: '2026-01-01' },
      goal: [{ reference: 'Goal/g' }, { display: 'Sleep well' }],
      activity: [
        { detail: { status: 'in-progress', description: 'Start prednisolone when more breathless' } },
        { detail: { status: 'completed', code: text('Inhaler technique checked') } },
        { detail: { status: 'not-started', doNotPerform: true, description: 'Nebulised saline' } },
      ],
    },
    {
      title: 'COPD plan',
      status: 'Active',
      words: 'Rescue pack at home',
      facts: {
        Goal: 'Walk to the shop, distance 500 m by 01-Mar-2027',
        'Goal 2': 'Sleep well',
        Recommendation: 'Start prednisolone when more breathless',
        Activity: 'Inhaler technique checked, Completed',
        'Not to be done': 'Nebulised saline, Not started',
      },
    },
    [
      {
        resourceType: 'Goal',
        id: 'g',
        description: text('Walk to the shop'),
        target: [{ measure: text('distance'), detailQuantity: { value: 500, unit: 'm' }, dueDate: '2027-03-01' }],
      },
    ],
  ],
  [
    'D151: a ReSPECT plan past its end says that it has expired and stays in sight',
    'plans',
    {
      resourceType: 'CarePlan',
      status: 'active',
      title: 'ReSPECT plan',
      description: 'Not for CPR. For hospital if it can be reversed.',
      period: { start: '2024-01-01', end: '2025-01-01' },
    },
    {
      title: 'ReSPECT plan',
      status: 'Expired',
      words: 'Not for CPR. For hospital if it can be reversed.',
      until: '2025-01-01',
      rank: 'resuscitation',
    },
  ],
  [
    'D151: any other plan past its end is past, and says why',
    'plans',
    { resourceType: 'CarePlan', status: 'active', title: 'Falls plan', period: { start: '2024-01-01', end: '2025-01-01' } },
    { title: 'Falls plan', list: 'past', status: 'Expired', until: '2025-01-01' },
  ],
  [
    'D150: a flag is ranked by its code, whatever it is called',
    'alerts',
    {
      resourceType: 'Flag',
      status: 'active',
      code: text('Decision recorded on form', '450476008'),
      period: { start: '2026-02-01' },
      category: [text('Clinical')],
    },
    { title: 'Decision recorded on form', status: 'Active', rank: 'resuscitation', facts: { Kind: 'Clinical' } },
  ],
  [
    'D150: an alert whose time is over is past',
    'alerts',
    { resourceType: 'Flag', status: 'active', code: text('MRSA isolation'), period: { start: '2026-01-01', end: '2026-02-01' } },
    { title: 'MRSA isolation', list: 'past', status: 'Ended', until: '2026-02-01', rank: 'infection' },
  ],
  [
    'R097: each answered question of a form is a fact, in its order',
    'about-me',
    {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      authored: '2026-05-01',
      item: [
        {
          linkId: '1',
          text: 'About me',
          item: [
            { linkId: '1.1', text: 'What matters to me', answer: [{ valueString: 'My dog' }] },
            { linkId: '1.2', text: 'Lives alone', answer: [{ valueBoolean: true }] },
            { linkId: '1.3', text: 'Since', answer: [{ valueDate: '2019-03' }] },
            { linkId: '1.4', text: 'Not answered' },
          ],
        },
      ],
    },
    { title: 'About me', status: 'Completed', facts: { 'What matters to me': 'My dog', 'Lives alone': 'Yes', Since: 'Mar-2019' } },
  ],
  [
    'R108: next of kin is a key contact with a relationship and a number that can be called',
    'contacts',
    {
      resourceType: 'RelatedPerson',
      name: [{ given: ['Ada'], family: 'Okafor' }],
      relationship: [{ text: 'Mother', coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0131', code: 'N' }] }],
      telecom: [
        { system: 'phone', value: '020 7946 0000' },
        { system: 'fax', value: '020 7946 0001' },
      ],
    },
    { title: 'Ada Okafor', facts: { Relationship: 'Mother', Phone: '020 7946 0000', 'Key contact': 'Yes' } },
  ],
  [
    'R103: a team tells its members and how to reach it',
    'contacts',
    {
      resourceType: 'CareTeam',
      status: 'active',
      name: 'District nursing',
      telecom: [{ system: 'phone', value: '020 7946 0002' }],
      managingOrganization: [{ display: 'Community Trust' }],
      participant: [{ member: { reference: 'Practitioner/p' }, role: [text('Team lead')] }],
    },
    {
      title: 'District nursing',
      facts: { Phone: '020 7946 0002', Organisation: 'Community Trust', Member: 'Dr Priya Shah, Team lead' },
    },
    [practitioner],
  ],
  [
    'D81: a disease of a relative is said to be one, once',
    'family-history',
    {
      resourceType: 'FamilyMemberHistory',
      status: 'completed',
      relationship: text('mother'),
      condition: [{ code: text('FH: Breast cancer'), onsetAge: { value: 48, code: 'a' } }],
    },
    { title: 'Family history: mother, Breast cancer', facts: { 'FH: Breast cancer': 'from age 48' } },
  ],
  [
    'D81: a procedure that was not done says so first',
    'procedures',
    { resourceType: 'Procedure', status: 'not-done', code: text('Appendicectomy', '80146002'), statusReason: text('Unfit') },
    { title: 'Not done: Appendicectomy', facts: { 'Reason not done': 'Unfit' } },
  ],
  [
    'R017: a decision about treatment names what it is about and who took it',
    'legal',
    {
      resourceType: 'Consent',
      status: 'active',
      scope: text('Treatment'),
      category: [text('Advance decision to refuse treatment')],
      dateTime: '2025-01-01',
      provision: { type: 'deny', action: [text('Transfusion')] },
      performer: [{ display: 'The person' }],
    },
    {
      title: 'Advance decision to refuse treatment',
      status: 'Active',
      rank: 'resuscitation',
      facts: { About: 'Treatment', Decision: 'Not agreed', Actions: 'Transfusion', 'Decided by': 'The person' },
    },
  ],
  [
    'an observation in words keeps its value, and its parts are facts',
    'social-context',
    {
      resourceType: 'Observation',
      status: 'final',
      code: text('Alcohol', '897148007'),
      valueCodeableConcept: text('Ex-drinker'),
      component: [{ code: text('Units a week'), valueQuantity: { value: 0, unit: 'units' } }],
    },
    { title: 'Alcohol', words: 'Ex-drinker', facts: { 'Units a week': '0 units' } },
  ],
  [
    'a kind nobody foresaw reads by what most kinds share',
    'other',
    { resourceType: 'ChargeItem', status: 'billable', code: text('Parking'), occurrenceDateTime: '2026-01-01', note: [{ text: 'Paid' }] },
    { title: 'Parking', status: 'Billable', words: 'Paid' },
  ],
  [
    'what was entered in error says so first and is past',
    'alerts',
    { resourceType: 'Flag', status: 'entered-in-error', code: text('Violence marker') },
    { title: 'Entered in error: Violence marker', list: 'past', status: 'Entered in error' },
  ],
]
for (const [name, section, resource, expected, contained] of golden)
  test(name, () => {
    const given = one(section, resource, contained)
    const wanted = expected as { facts?: Record<string, string> }
    if (wanted.facts) for (const label of Object.keys(wanted.facts)) if (wanted.facts[label] === '') delete wanted.facts[label]
    if (wanted.facts && Object.keys(wanted.facts).length === 0) delete wanted.facts
    assert.deepEqual(given, wanted)
  })

test('R010 D143: booked, attended, did not attend and cancelled are four words; what is coming stands first, soonest first', () => {
  const appointment = (id: string, status: string, start: string, over: object = {}) =>
    item('KCH', id, 'appointments', { resourceType: 'Appointment', status, start, description: `Clinic ${id}`, ...over })
  const list = told(
    appointment('a', 'fulfilled', '2026-10-01T09:00:00Z'),
    appointment('b', 'noshow', '2026-10-02T09:00:00Z'),
    appointment('c', 'cancelled', '2026-12-24T09:00:00Z'),
    appointment('d', 'booked', '2026-12-03T09:00:00Z'),
    appointment('e', 'booked', '2026-11-24T09:00:00Z'),
    appointment('f', 'cancelled', '2026-10-03T09:00:00Z', { cancelationReason: text('Did not attend') }),
  )
  assert.deepEqual(
    list.map(e => [e.title, e.status]),
    [
      ['Clinic e', 'Booked'],
      ['Clinic d', 'Booked'],
      ['Clinic c', 'Cancelled'],
      ['Clinic f', 'Did not attend'],
      ['Clinic b', 'Did not attend'],
      ['Clinic a', 'Attended'],
    ],
  )
})

const ranks: readonly [words: string, rank: string | undefined][] = [
  ['ReSPECT form completed', 'resuscitation'],
  ['DNACPR in place', 'resuscitation'],
  ['Not for resuscitation', 'resuscitation'],
  ['Universal care plan', 'resuscitation'],
  ['In respect of mobility, uses a frame', undefined],
  ['Subject of a child protection plan', 'safeguarding'],
  ['No safeguarding concerns', undefined],
  ['Yoruba interpreter. Hearing aid, left.', 'communication'],
  ['MRSA carrier', 'infection'],
  ['Threats of violence to staff', 'violence'],
  ['Reasonable adjustments: quiet room', 'adjustment'],
  ['Shellfish free diet', undefined],
]
for (const [words, rank] of ranks)
  test(`D150: ${words} is ${rank ?? 'of no rank'}`, () => {
    assert.equal(one('alerts', { resourceType: 'Flag', status: 'active', code: text(words) }).rank, rank)
  })

test('D151: a plan about infection is a plan among plans; only one of resuscitation stands among the flags', () => {
  assert.equal(one('plans', { resourceType: 'CarePlan', status: 'active', title: 'Infection plan' }).rank, undefined)
})

const letter = (source: string, id: string, over: object) =>
  item(source, id, 'documents', {
    resourceType: 'DocumentReference',
    status: 'current',
    date: '2026-11-10',
    description: 'Letter',
    ...over,
  })
const bytes = Buffer.from('One letter')

test('D130: one letter by two ways is one entry, by its hash or by its identifier, whatever each calls it', () => {
  const data = { content: [{ attachment: { contentType: 'text/plain', data: bytes.toString('base64') } }] }
  const hash = {
    content: [{ attachment: { contentType: 'text/plain', url: 'x', hash: createHash('sha1').update(bytes).digest('base64') } }],
  }
  const byHash = told(letter('KCH', 'a', data), letter('GP', 'b', { ...hash, description: 'Attached file' }))
  assert.deepEqual(
    byHash.map(e => e.statements),
    [2],
  )
  const master = { masterIdentifier: { system: 'urn:oid:1', value: '7' } }
  const byName = told(letter('KCH', 'a', master), letter('NRL', 'b', { ...master, description: 'Pointer' }))
  assert.deepEqual(
    byName.map(e => [e.statements, e.alsoRecordedBy.length]),
    [[2, 1]],
  )
  const apart = told(letter('KCH', 'a', {}), letter('KCH', 'b', {}))
  assert.equal(apart.length, 2, 'one source that says a thing twice means two')
})

test('D135: a document that another takes the place of is superseded and past, until that other is gone', () => {
  const old = letter('KCH', 'old', { docStatus: 'final', description: 'First letter' })
  const now = letter('KCH', 'new', {
    description: 'Second letter',
    relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/old' } }],
  })
  const record = newRecord()
  record.add([answer([old])])
  record.add([answer([now], { group: 'recent' })])
  const standing = (): unknown => (record.snapshot().get('documents') ?? []).map(e => [e.title, e.list, (e as PlainEntry).status])
  assert.deepEqual(standing(), [
    ['First letter', 'past', 'Superseded'],
    ['Second letter', 'current', undefined],
  ])
  record.add([answer([], { source: answer([now]).source, group: 'recent', sections: ['documents'], asOf: '2026-11-21T12:00:00.000Z' })])
  assert.deepEqual(standing(), [['First letter', 'current', 'Final']])
})

test('D103: a referral that one source calls open and another completed is one entry that says both', () => {
  const referral = (source: string, status: string) =>
    item(source, 'r', 'referrals', {
      resourceType: 'ServiceRequest',
      status,
      identifier: [{ system: 'ubrn', value: '1' }],
      code: text('Cardiology'),
      authoredOn: '2026-11-01',
    })
  const [entry, ...rest] = told(referral('GP', 'active'), referral('KCH', 'completed'))
  assert.equal(rest.length, 0)
  assert.deepEqual(
    entry?.conflicts.map(c => [c.kind, c.values.map(v => `${v.by.short} ${v.words}`).sort()]),
    [['status', ['GP Open', 'KCH Completed']]],
  )
})

test('R013: one dose told by the practice and by the national service is one entry with what each adds', () => {
  const dose = (source: string, over: object) =>
    item(source, 'v', 'vaccinations', {
      resourceType: 'Immunization',
      status: 'completed',
      occurrenceDateTime: '2026-10-07',
      vaccineCode: text('Influenza vaccine'),
      protocolApplied: [{ doseNumberPositiveInt: 1 }],
      ...over,
    })
  const [entry, ...rest] = told(dose('GP', { lotNumber: 'A1' }), dose('NIMS', { site: text('Left arm') }))
  assert.equal(rest.length, 0)
  assert.deepEqual(Object.fromEntries(entry?.facts ?? []), { Dose: '1', Batch: 'A1', Site: 'Left arm' })
  assert.equal(told(dose('GP', {}), dose('NIMS', { protocolApplied: [{ doseNumberPositiveInt: 2 }] })).length, 2, 'another dose is another')
})

test('R105: a child in intensive care: where, what kind of ward and since when', () => {
  const stay = encounter('KCH', 'picu', 'in-progress', 'IMP', '2026-11-19T22:00:00Z', undefined, {
    location: [
      {
        location: { reference: 'Location/ed', display: 'Emergency department' },
        status: 'completed',
        period: { end: '2026-11-20T02:00:00Z' },
      },
      { location: { reference: 'Location/p' }, status: 'active', period: { start: '2026-11-20T02:00:00Z' } },
    ],
  })
  const given = {
    ...stay,
    contained: [{ resourceType: 'Location', id: 'p', name: 'Thomas Cook unit', type: [{ coding: [{ code: 'PEDICU' }] }] }],
  } as unknown as Disclosed<Item>
  const [entry] = told(given) as unknown as EncounterEntry[]
  assert.deepEqual(
    [entry?.when, entry?.place, entry?.ward, entry?.start, entry?.placeSince],
    ['now', 'Thomas Cook unit', 'Paediatric intensive care', '2026-11-19T22:00:00Z', '2026-11-20T02:00:00Z'],
  )
})

const WORDS = [
  'title',
  'sort',
  'date',
  'status',
  'words',
  'until',
  'value',
  'unit',
  'range',
  'specimen',
  'place',
  'start',
  'end',
  'dose',
  'route',
  'frequency',
  'reasonOrDuration',
  'instruction',
  'strengthAndForm',
  'stopped',
  'onset',
  'ended',
  'certainty',
  'encounterClass',
]
/** Fields of an entry that a page writes and that are no text. */
function notWords(entry: Entry): readonly string[] {
  const fields = entry as unknown as Record<string, unknown>
  const facts = entry.kind === 'plain' ? (entry.facts ?? []).flat() : []
  return [
    ...WORDS.filter(name => fields[name] !== undefined && typeof fields[name] !== 'string'),
    ...facts.filter(words => typeof words !== 'string').map(() => 'facts'),
    ...(entry.kind === 'problem' ? entry.qualifiers : []).filter(words => typeof words !== 'string').map(() => 'qualifiers'),
    ...(entry.kind === 'allergy' ? entry.reactions.flat() : []).filter(words => typeof words !== 'string').map(() => 'reactions'),
  ]
}

const SECTIONS: readonly SectionId[] = ['allergies', 'medicines', 'problems', 'results', 'observations', 'plans', 'documents', 'other']
const TYPES = [
  'AllergyIntolerance',
  'MedicationRequest',
  'Condition',
  'Observation',
  'Encounter',
  ...golden.map(g => (g[2] as { resourceType: string }).resourceType),
]
const FIELDS = [...new Set(golden.flatMap(([, , resource]) => Object.keys(resource)).filter(field => field !== 'resourceType'))]

test('an item of any shape has an entry: a text where a list should be costs its own words, never the answer', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TYPES),
      fc.constantFrom(...SECTIONS),
      fc.dictionary(
        fc.constantFrom(...FIELDS, 'component', 'valueQuantity', 'dosageInstruction', 'reaction', 'location'),
        fc.jsonValue({ maxDepth: 3 }),
      ),
      (resourceType, section, fields) => {
        const record = newRecord()
        const strange = item('KCH', 'x', section, { ...fields, resourceType, id: 'x' })
        record.add([answer([strange, item('KCH', 'y', 'plans', { resourceType: 'CarePlan', status: 'active', title: 'Sound' })])])
        const all: readonly Entry[] = [...record.snapshot().values()].flat()
        assert.deepEqual(all.flatMap(e => record.statementIds(e.id)).sort(), [strange.id, 'KCH/CarePlan/y'].sort())
        for (const entry of all) assert.deepEqual(notWords(entry), [], 'what a page writes is text')
      },
    ),
    { numRuns: 1500 },
  )
})
