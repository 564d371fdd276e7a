import type { Extension, Resource } from '@medplum/fhirtypes'
import type { Entry } from '../../care-record/entry.ts'
import { encounter, factsOfPlace, location, medicine, observation, subject, type Sent } from './for-tests.ts'

/** What gives each class of the law away in words: each must be seen at the exchange and at the exit, each alone. */
export const GIVEAWAYS: readonly string[] = [
  'HIV viral load',
  'Syphilis serology',
  'Chlamydia trachomatis NAAT',
  'Emtricitabine 200 mg',
  'Sexual health clinic',
  'IVF cycle 2',
  'Donor egg treatment',
  'Cetrorelix 250 micrograms',
  'Embryo transfer',
  'Assisted conception unit',
  'Gender dysphoria',
  'Gender identity clinic',
  'Transgender woman',
  'Gender recognition certificate',
  'Male to female transition',
]

const base = (id: string): Resource & { resourceType: 'Observation' } => ({
  ...(observation(id, 'Full blood count') as Resource & { resourceType: 'Observation' }),
})
const extension = (inner: Omit<Extension, 'url'>): Extension => ({ url: 'https://kch.nhs.uk/extension/more', ...inner })
const hyphenated = (words: string): string => words.toLowerCase().replaceAll(' ', '-')
const inline = (text: string): string => Buffer.from(text).toString('base64')
const pointer = (id: string, content: object, more: object = {}): Sent => ({
  section: 'documents',
  resource: {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    subject,
    description: 'Letter',
    content: [{ attachment: { title: 'Letter', ...content } }],
    ...more,
  },
})

/** Places in which words can stand, in the shapes that translated answers have (R4, from STU3, from XML, pointers). */
export const PLACES_OF_WORDS: readonly [path: string, plant: (id: string, words: string) => Sent][] = [
  ['text of a code', (id, words) => ({ resource: observation(id, words) })],
  [
    'display of a coding',
    (id, words) => ({ resource: { ...base(id), code: { coding: [{ system: 'https://kch.nhs.uk/test', code: 'T1', display: words }] } } }),
  ],
  ['value', (id, words) => ({ resource: { ...base(id), valueString: words } })],
  ['coded value', (id, words) => ({ resource: { ...base(id), valueCodeableConcept: { coding: [{ display: words }] } } })],
  ['component', (id, words) => ({ resource: { ...base(id), component: [{ code: { text: 'Part' }, valueString: words }] } })],
  ['note', (id, words) => ({ resource: { ...base(id), note: [{ text: `Discussed. ${words}, see letter.` }] } })],
  [
    'narrative',
    (id, words) => ({
      resource: { ...base(id), text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${words}</p></div>` } },
    }),
  ],
  [
    'narrative cut by markup',
    (id, words) => ({
      resource: {
        ...base(id),
        text: { status: 'generated', div: `<div><b>${words.split(' ').join('</b> <i>x</i><b>').replaceAll('<i>x</i>', '')}</b></div>` },
      },
    }),
  ],
  ['capitals', (id, words) => ({ resource: observation(id, words.toUpperCase()) })],
  ['hyphens', (id, words) => ({ resource: { ...base(id), note: [{ text: words.replaceAll(' ', ' \u00ad') }] } })],
  [
    'contained resource',
    (id, words) => ({ resource: base(id), contained: [{ resourceType: 'Specimen', id: 's', type: { text: words } }] }),
  ],
  [
    'contained inside the resource',
    (id, words) => ({
      resource: { ...base(id), contained: [{ resourceType: 'Device', id: 'd', deviceName: [{ name: words, type: 'other' }] }] },
    }),
  ],
  [
    'heading of a consultation',
    (id, words) => ({
      resource: base(id),
      contained: [{ resourceType: 'List', id: 'topic', status: 'current', mode: 'snapshot', title: words }],
    }),
  ],
  [
    'problem of a consultation',
    (id, words) => ({
      resource: base(id),
      contained: [{ resourceType: 'List', id: 'topic', status: 'current', mode: 'snapshot', title: 'Topic', note: [{ text: words }] }],
    }),
  ],
  ['extension', (id, words) => ({ resource: { ...base(id), extension: [extension({ valueString: words })] } })],
  [
    'extension of an extension',
    (id, words) => ({
      resource: { ...base(id), extension: [extension({ extension: [extension({ valueCodeableConcept: { text: words } })] })] },
    }),
  ],
  ['modifier', (id, words) => ({ resource: { ...base(id), modifierExtension: [extension({ valueMarkdown: words })] } })],
  ['coded extension', (id, words) => ({ resource: { ...base(id), extension: [extension({ valueCoding: { display: words } })] } })],
  ['method', (id, words) => ({ resource: { ...base(id), method: { text: words } } })],
  ['drug', (id, words) => ({ section: 'medicines', resource: medicine(id, words) })],
  ['reason of a drug', (id, words) => ({ resource: { ...medicine(id, 'Doxycycline 100 mg'), reasonCode: [{ text: words }] } as Resource })],
  ['dose', (id, words) => ({ resource: { ...medicine(id, 'Tablets'), dosageInstruction: [{ text: `One daily, ${words}` }] } as Resource })],
  ['title of an attachment', (id, words) => pointer(id, { title: words })],
  ['name of a file', (id, words) => pointer(id, { url: `https://kch.nhs.uk/documents/${hyphenated(words)}.pdf` })],
  ['name of a file, escaped', (id, words) => pointer(id, { url: `https://kch.nhs.uk/documents/${encodeURIComponent(words)}.pdf` })],
  ['text in an attachment', (id, words) => pointer(id, { contentType: 'text/plain', data: inline(`Dear Dr Roe, ${words}.`) })],
  ['page in an attachment', (id, words) => pointer(id, { contentType: 'text/html', data: inline(`<html><body>${words}</body></html>`) })],
  ['description of a document', (id, words) => pointer(id, {}, { description: words })],
  ['type of a pointer', (id, words) => pointer(id, {}, { type: { coding: [{ display: words }] } })],
  ['format of a pointer', (id, words) => pointer(id, {}, { content: [{ attachment: {}, format: { display: words } }] })],
  ['setting of a document', (id, words) => pointer(id, {}, { context: { practiceSetting: { text: words } } })],
  [
    'title of a section',
    (id, words) => ({
      resource: {
        resourceType: 'Composition',
        id,
        status: 'final',
        type: {},
        date: '2026',
        author: [],
        title: 'Letter',
        section: [{ title: words }],
      },
    }),
  ],
  [
    'text of a section',
    (id, words) => ({
      resource: {
        resourceType: 'Composition',
        id,
        status: 'final',
        title: 'Letter',
        section: [{ section: [{ title: 'Plan', text: { status: 'additional', div: `<div>${words}</div>` } }] }],
      } as unknown as Resource,
    }),
  ],
  [
    'answer',
    (id, words) => ({
      resource: {
        resourceType: 'QuestionnaireResponse',
        id,
        status: 'completed',
        item: [{ linkId: '1', item: [{ linkId: '2', answer: [{ valueString: words }] }] }],
      },
    }),
  ],
  [
    'coded answer',
    (id, words) => ({
      resource: {
        resourceType: 'QuestionnaireResponse',
        id,
        status: 'completed',
        item: [{ linkId: '1', answer: [{ valueCoding: { display: words } }] }],
      },
    }),
  ],
  [
    'question',
    (id, words) => ({
      resource: {
        resourceType: 'QuestionnaireResponse',
        id,
        status: 'completed',
        item: [{ linkId: '1', text: words, answer: [{ valueBoolean: true }] }],
      },
    }),
  ],
  [
    'appointment',
    (id, words) => ({
      section: 'appointments',
      resource: { resourceType: 'Appointment', id, status: 'booked', description: words, participant: [] },
    }),
  ],
  [
    'kind of appointment',
    (id, words) => ({ resource: { resourceType: 'Appointment', id, status: 'booked', serviceType: [{ text: words }], participant: [] } }),
  ],
  [
    'participant of an appointment',
    (id, words) => ({
      resource: { resourceType: 'Appointment', id, status: 'booked', participant: [{ status: 'accepted', actor: { display: words } }] },
    }),
  ],
  [
    'reason of a referral',
    (id, words) => ({
      section: 'referrals',
      resource: { resourceType: 'ServiceRequest', id, status: 'active', intent: 'order', subject, reasonCode: [{ text: words }] },
    }),
  ],
  [
    'conclusion of a report',
    (id, words) => ({
      resource: { resourceType: 'DiagnosticReport', id, status: 'final', code: { text: 'Report' }, conclusion: `Findings: ${words}.` },
    }),
  ],
  [
    'reason of a visit',
    (id, words) => ({ resource: { ...encounter(id, '300', 'General medicine'), reasonCode: [{ text: words }] } as Resource }),
  ],
  [
    'activity of a plan',
    (id, words) => ({
      section: 'plans',
      resource: {
        resourceType: 'CarePlan',
        id,
        status: 'active',
        intent: 'plan',
        subject,
        activity: [{ detail: { status: 'scheduled', description: words } }],
      },
    }),
  ],
  ['goal', (id, words) => ({ resource: { resourceType: 'Goal', id, lifecycleStatus: 'active', description: { text: words }, subject } })],
  [
    'reason of no vaccination',
    (id, words) => ({
      resource: {
        resourceType: 'Immunization',
        id,
        status: 'not-done',
        statusReason: { text: words },
        vaccineCode: { text: 'Vaccine' },
        patient: subject,
        occurrenceString: '2026',
      },
    }),
  ],
  [
    'outcome of a procedure',
    (id, words) => ({
      resource: { resourceType: 'Procedure', id, status: 'completed', subject, code: { text: 'Procedure' }, outcome: { text: words } },
    }),
  ],
  [
    'reaction of an allergy',
    (id, words) => ({
      section: 'allergies',
      resource: {
        resourceType: 'AllergyIntolerance',
        id,
        patient: subject,
        code: { text: 'Drug' },
        reaction: [{ manifestation: [{ text: 'Rash' }], description: words }],
      },
    }),
  ],
  [
    'flag',
    (id, words) => ({ section: 'alerts', resource: { resourceType: 'Flag', id, status: 'active', code: { text: words }, subject } }),
  ],
  [
    'who assigned an identifier',
    (id, words) => ({ resource: { ...base(id), identifier: [{ value: '1', assigner: { display: words } }] } }),
  ],
  [
    'system of an identifier',
    (id, words) => ({ resource: { ...base(id), identifier: [{ system: `https://kch.nhs.uk/${hyphenated(words)}/number`, value: '1' }] } }),
  ],
  [
    'system of a code',
    (id, words) => ({ resource: { ...base(id), code: { coding: [{ system: `https://kch.nhs.uk/${hyphenated(words)}`, code: '1' }] } } }),
  ],
  ['display of a reference', (id, words) => ({ resource: { ...base(id), performer: [{ display: words }] } })],
  [
    'address of an extension',
    (id, words) => ({ resource: { ...base(id), extension: [{ url: `https://kch.nhs.uk/${hyphenated(words)}`, valueInteger: 1 }] } }),
  ],
  [
    'family history',
    (id, words) => ({
      resource: {
        resourceType: 'FamilyMemberHistory',
        id,
        status: 'completed',
        patient: subject,
        relationship: { text: 'Mother' },
        note: [{ text: words }],
      },
    }),
  ],
  [
    'message',
    (id, words) => ({ resource: { resourceType: 'Communication', id, status: 'completed', payload: [{ contentString: words }] } }),
  ],
]

const sct = 'http://snomed.info/sct'
const coded = (id: string, system: string | undefined, code: string): Resource => ({
  ...base(id),
  code: { coding: [{ ...(system === undefined ? {} : { system }), code }] },
})
const CODES: readonly [name: string, system: string | undefined, code: string][] = [
  ['SNOMED CT', sct, '86406008'],
  ['SNOMED CT', sct, '76272004'],
  ['SNOMED CT', sct, '33839006'],
  ['SNOMED CT', sct, '393132003'],
  ['SNOMED CT', sct, '225250007'],
  ['SNOMED CT', sct, '425866000'],
  ['SNOMED CT', sct, '93461009'],
  ['SNOMED CT', sct, '407375002'],
  ['SNOMED CT', sct, '870629001'],
  ['SNOMED CT by number', 'urn:oid:2.16.840.1.113883.6.96', '86406008'],
  ['a concept under no system', undefined, '86406008'],
  ['a concept under a local system', 'https://kch.nhs.uk/codes', '93461009'],
  ['a virtual product of dm+d', 'https://dmd.nhs.uk', '423391007'],
  ['ICD-10', 'http://hl7.org/fhir/sid/icd-10', 'A51.9'],
  ['ICD-10', 'http://hl7.org/fhir/sid/icd-10', 'B24X'],
  ['ICD-10', 'http://hl7.org/fhir/sid/icd-10', 'N98.0'],
  ['ICD-10', 'http://hl7.org/fhir/sid/icd-10-uk', 'F64.0'],
  ['OPCS-4', 'https://fhir.hl7.org.uk/CodeSystem/OPCS-4', 'Q13.1'],
  ['OPCS-4', 'https://fhir.hl7.org.uk/CodeSystem/OPCS-4', 'X15.2'],
  ['Read v2', 'http://read.info/readv2', '43C3.'],
  ['Read v2 with its term', 'http://read.info/readv2', '43C3.00'],
  ['CTV3', 'http://read.info/ctv3', 'XaPgE'],
]
/** Where a code can stand without a word beside it: each must be seen at the source and at the exchange, each alone. */
export const PLANTED_CODES: readonly [path: string, plant: (id: string) => Sent][] = CODES.flatMap(
  ([name, system, code]): [string, (id: string) => Sent][] => {
    const coding = { ...(system === undefined ? {} : { system }), code }
    return [
      [`${name} ${code}`, id => ({ resource: coded(id, system, code) })],
      [
        `${name} ${code} beside an ordinary one`,
        id => ({ resource: { ...base(id), code: { coding: [{ system: sct, code: '26604007' }, coding] } } }),
      ],
      [`${name} ${code} as reason`, id => ({ resource: { ...medicine(id, 'Tablets'), reasonCode: [{ coding: [coding] }] } as Resource })],
      [
        `${name} ${code} beside a lookalike`,
        id => ({ resource: { ...base(id), code: { coding: [{ system: sct, code: '171121004' }, coding] } } }),
      ],
    ]
  },
)

const ofVisit = (id: string, parent: Resource, resource = medicine(id, 'Doxycycline 100 mg')): Sent => ({ resource, parents: [parent] })
/** Known by the service alone: each must be seen at the source and at the exchange, each alone. */
export const PLANTED_SERVICES: readonly [path: string, plant: (id: string) => Sent][] = [
  ['genitourinary medicine, an antibiotic', id => ofVisit(id, encounter('e-gum', '360', 'Outpatients'))],
  [
    'sexual and reproductive health, a pressure',
    id => ofVisit(id, encounter('e-srh', '504', 'Outpatients'), observation(id, 'Blood pressure')),
  ],
  ['gender services, a hormone', id => ofVisit(id, encounter('e-gic', '326', 'Outpatients'), medicine(id, 'Estradiol 2 mg'))],
  ['a clinic by its code', id => ofVisit(id, location('l-1', 'CALD', 'Wing 4'))],
  ['a clinic by its code, another case', id => ofVisit(id, location('l-2', 'cald', 'Wing 4'))],
  ['a clinic by its quiet name', id => ofVisit(id, location('l-3', 'NEW', 'Caldecot Wing'))],
  ['a suite by its code', id => ofVisit(id, location('l-4', 'ACU', 'Suite'))],
  ['a suite by its quiet name', id => ofVisit(id, location('l-5', 'NEW2', 'Oak Suite'))],
  ['rooms by their code', id => ofVisit(id, location('l-6', 'LAV', 'Rooms'))],
  ['rooms by their quiet name', id => ofVisit(id, location('l-7', 'NEW3', 'Lavender Rooms'))],
  ['a clinic no register has, by its name', id => ofVisit(id, location('l-8', 'ZZ1', 'GUM clinic B'))],
  ['an infertility clinic no register has', id => ofVisit(id, location('l-9', 'ZZ2', 'Assisted conception unit 2'))],
  ['a gender clinic no register has', id => ofVisit(id, location('l-10', 'ZZ3', 'Gender identity clinic'))],
]

/** Labels: each mechanism alone sees them. */
export const PLANTED_LABELS: readonly [path: string, plant: (id: string) => Sent][] = [
  'STD',
  'HIV',
  'SEXUAL-HEALTH',
  'SEX',
  'FERTILITY',
  'HFEA',
  'GENDER',
  'GENDER-RECOGNITION',
  'std',
  'R',
  'V',
  'CONFIDENTIAL',
  'THIRD-PARTY',
].map((code): [string, (id: string) => Sent] => [`label ${code}`, id => ({ resource: { ...base(id), meta: { security: [{ code }] } } })])

/** Seen at the exchange and at the exit, each alone: marks of items that are no labels of the resource. */
export const PLANTED_MARKS: readonly [path: string, plant: (id: string) => Sent][] = [
  [
    'a label nobody knows',
    id => ({ resource: { ...base(id), meta: { security: [{ system: 'https://kch.nhs.uk/label', code: 'SPECIAL-9' }] } } }),
  ],
  ['a label without a code', id => ({ resource: { ...base(id), meta: { security: [{ display: 'secret' }] } } })],
  [
    'the label of a pointer',
    id =>
      pointer(
        id,
        {},
        { securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'CONFIDENTIAL' }] }] },
      ),
  ],
  ['the label of a document', id => pointer(id, {}, { securityLabel: [{ coding: [{ code: 'HIV' }] }] })],
  [
    'the confidentiality of a composition',
    id => ({
      resource: { resourceType: 'Composition', id, status: 'final', title: 'Letter', confidentiality: 'R' } as unknown as Resource,
    }),
  ],
  [
    'the mark of a practice',
    id => ({ resource: { ...base(id), extension: [{ url: 'https://fhir.example-gp.co.uk/Extension-Confidential', valueBoolean: true }] } }),
  ],
  [
    'a test and that it was positive',
    id => ({ resource: { ...observation(id, 'Antenatal HIV screening', '171121004'), valueString: 'Positive' } as Resource }),
  ],
  [
    'a test and that it was negative',
    id => ({ resource: { ...observation(id, 'Antenatal HIV screening', '171121004'), valueString: 'Negative' } as Resource }),
  ],
  [
    'a test and what it found, in code',
    id => ({
      resource: {
        ...observation(id, 'Opt out HIV test'),
        valueCodeableConcept: { coding: [{ system: sct, code: '260373001' }] },
      } as Resource,
    }),
  ],
  [
    'a test and its interpretation',
    id => ({ resource: { ...observation(id, 'Opt out HIV test'), interpretation: [{ coding: [{ code: 'A' }] }] } as Resource }),
  ],
]

/** A chain of links that ends at something restricted: all of it goes. */
export const chain = (id: string, length: number, end: Resource): readonly Sent[] => [
  { resource: end, facts: factsOfPlace(end), to: length > 0 ? [`Observation/${id}-1`] : [] },
  ...Array.from({ length }, (_, at): Sent => ({
    resource: observation(`${id}-${at + 1}`, 'Weight'),
    to: [at === 0 ? `${end.resourceType}/${end.id ?? ''}` : `Observation/${id}-${at}`],
  })),
]

/** Whose words are ordinary care, in each place: as many must be shown as are withheld above. */
export const ORDINARY: readonly string[] = [
  'Full blood count',
  'Bleeding gums',
  'Vacuum gum shield',
  'Shivering and fever',
  'Gender of the child as stated',
  'Transition of care',
  'Female infertility of tubal origin',
  'Ovarian cyst',
  'Normal pregnancy',
  'Spontaneous abortion',
  'Antenatal HIV screening',
  'Opt out blood borne virus testing',
  'Syphilitic aortitis',
  'Severe ovarian hyperstimulation syndrome',
  'Human papillomavirus vaccination',
  'Viral hepatitis screening test',
  'HIV post exposure prophylaxis after needlestick injury',
  'Chlamydia pneumoniae pneumonia',
  'Genitourinary tract infection',
  'Hearing aids fitted',
  'Egg allergy',
  'Carcinoma of genitourinary organ',
  'Deprivation of Liberty Safeguards',
  'Male pattern baldness',
  'Transfer to rehabilitation',
]

/** Places whose own kind says what was found: tests without their result are not shown there. */
export const TELLS_RESULT: ReadonlySet<string> = new Set(['question', 'conclusion of a report', 'address of an extension'])
export const TESTS: ReadonlySet<string> = new Set(['Antenatal HIV screening', 'Opt out blood borne virus testing'])

/** Fields of an entry in which words can leave. */
export const PLACES_OF_ENTRIES: readonly [path: string, plant: (words: string) => Entry][] = [
  ['title', words => plain({ title: words })],
  ['words', words => plain({ words })],
  ['status', words => plain({ status: words })],
  ['facts', words => plain({ facts: [['Reason', words]] })],
  ['label of a fact', words => plain({ facts: [[words, 'yes']] })],
  ['format of what opens', words => plain({ opens: { format: words } })],
  ['who recorded it', words => plain({ recordedBy: { odsCode: 'RJZ', name: words, short: 'KCH' } })],
  ['who else recorded it', words => plain({ alsoRecordedBy: [{ odsCode: 'RJZ', name: words, short: 'KCH' }] })],
  ['conflict', words => plain({ conflicts: [{ kind: 'status', values: [{ words, by: { odsCode: 'RJZ', name: 'KCH', short: 'KCH' } }] }] })],
]
const plain = (over: object): Entry => ({
  kind: 'plain',
  id: 'e',
  section: 'other',
  list: 'current',
  sort: '1',
  title: 'Entry',
  coded: true,
  recordedBy: { odsCode: 'RJZ', name: "King's College Hospital", short: 'KCH' },
  alsoRecordedBy: [],
  conflicts: [],
  marks: [],
  matchedByDemographics: false,
  statements: 1,
  ...over,
})
