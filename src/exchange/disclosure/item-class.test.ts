import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation, Resource } from '@medplum/fhirtypes'
import * as fc from 'fast-check'
import type { Item, SectionAnswer } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { virusTests } from '../../care-record/virus-tests.ts'
import { createRules, disclose } from './disclose.ts'
import { answerOf, itemOf, pass, services, source } from './for-tests.ts'
import { firstSet } from './rules/first-set.ts'

const SNOMED = 'http://snomed.info/sct'
const rules = createRules(firstSet, services)
const council = pass({
  role: { jobRole: 'R8014', group: 'social-worker' },
  maySee: new Set<SectionId>(['problems', 'encounters', 'referrals', 'results']),
  limits: { results: 'virus' },
})
const shown = (items: readonly Item[], viewer = council): readonly Item[] =>
  disclose([answerOf(items)], viewer, rules).answers.flatMap(answer => answer.items)
const result = (id: string, over: object): Item =>
  itemOf({
    resource: {
      resourceType: 'Observation',
      id,
      status: 'final',
      effectiveDateTime: '2026-10-04T10:00:00Z',
      performer: [{ reference: 'Organization/lab', display: 'Viapath' }],
      ...over,
    } as Resource,
    section: 'results',
  })
const PCR = { coding: [{ system: SNOMED, code: '1240511000000106', display: 'SARS-CoV-2 PCR' }], text: 'COVID-19 PCR' }
const local = (code: string, display?: string) => ({ system: 'https://lab.example/codes', code, display })

const cases: readonly [name: string, over: object, shown: boolean][] = [
  ['a PCR, positive', { code: PCR, valueCodeableConcept: { text: 'Positive' } }, true],
  ['a PCR, negative', { code: PCR, valueCodeableConcept: { coding: [{ system: SNOMED, code: '1240591000000102' }] } }, true],
  ['a PCR, void', { code: PCR, valueString: 'Void: sample leaked' }, true],
  [
    'an antibody level',
    { code: { coding: [{ system: SNOMED, code: '1240461000000109' }] }, valueQuantity: { value: 12, unit: 'U/mL' } },
    true,
  ],
  ['a lateral flow test without a code', { code: { text: 'COVID-19 lateral flow test' }, valueString: 'Negative' }, true],
  ['a finding that says its outcome', { code: { coding: [{ system: SNOMED, code: '1240581000000104' }] } }, true],
  ['a test with a mnemonic of its laboratory', { code: { coding: [local('NCOV'), ...PCR.coding] }, valueString: 'Not detected' }, true],
  ['HbA1c', { code: { text: 'HbA1c' }, valueQuantity: { value: 48, unit: 'mmol/mol' } }, false],
  ['influenza A', { code: { text: 'Influenza A RNA' }, valueString: 'Detected' }, false],
  ['a panel by its name', { code: { text: 'Respiratory panel (influenza A, B, RSV, SARS-CoV-2)' }, valueString: 'Negative' }, false],
  [
    'a panel by a code beside it',
    { code: { coding: [...PCR.coding, { system: SNOMED, code: '441219009' }] }, valueString: 'Negative' },
    false,
  ],
  [
    'a panel by a local code with words',
    { code: { coding: [local('RVP', 'Respiratory viruses'), ...PCR.coding] }, valueString: 'Negative' },
    false,
  ],
  [
    'a panel with components',
    { code: PCR, component: [{ code: { text: 'SARS-CoV-2' } }, { code: { text: 'Influenza B' }, valueString: 'Positive' }] },
    false,
  ],
  ['one that gathers others', { code: PCR, hasMember: [{ reference: 'Observation/flu' }] }, false],
  ['an outcome that says more', { code: PCR, valueString: 'SARS-CoV-2 negative. Influenza A positive' }, false],
  [
    'an outcome in code that says more',
    { code: PCR, valueCodeableConcept: { coding: [{ system: SNOMED, code: '1', display: 'RSV detected' }] } },
    false,
  ],
  ['an outcome in code without words', { code: PCR, valueCodeableConcept: { coding: [{ system: SNOMED, code: '772810003' }] } }, false],
  ['a value of a kind of its own', { code: PCR, valueSampledData: { data: 'x' } }, false],
  [
    'a heading that a summary files many things under',
    { code: { coding: [{ system: SNOMED, code: '163131000000108' }] }, valueString: 'x' },
    false,
  ],
  ['a vaccine’s antibody to hepatitis', { code: { text: 'Hepatitis B antibody' }, valueString: 'Positive' }, false],
  ['nothing at all', {}, false],
]
for (const [name, over, expected] of cases) {
  test(`R018 R034: ${name} is ${expected ? 'shown' : 'not shown'} to care staff of a council`, () => {
    const item = result('a', over)
    assert.equal(shown([item]).length, expected ? 1 : 0)
    assert.equal(shown([item], pass({ maySee: council.maySee })).length, 1, 'another role sees all results')
  })
}

test('R018: it says test, outcome, date and laboratory, in the words of the sender where these say no more', () => {
  const [one] = shown([result('a', { code: PCR, valueCodeableConcept: { text: 'Positive' } })])
  const { code, valueCodeableConcept, effectiveDateTime, performer, status } = (one as Item).resource as Observation
  assert.deepEqual(
    [code?.text, valueCodeableConcept?.text, effectiveDateTime, performer?.[0]?.display, status],
    ['COVID-19 PCR', 'Positive', '2026-10-04T10:00:00Z', 'Viapath', 'final'],
  )
  const [other] = shown([result('b', { code: { ...PCR, text: 'Respiratory panel: SARS-CoV-2' }, valueString: 'Negative' })])
  assert.equal(((other as Item).resource as Observation).code?.text, 'SARS-CoV-2 PCR')
})

test('every code of the list is a COVID-19 result, by itself', () => {
  for (const [system, codes] of [
    [SNOMED, virusTests.snomed],
    ['http://loinc.org', virusTests.loinc],
  ] as const)
    for (const [code, words] of codes) {
      const [one] = shown([result(code, { code: { coding: [{ system, code }] }, valueString: 'Negative' })])
      assert.equal((one?.resource as Observation | undefined)?.code?.text, words)
    }
})

/** All that may say of a swab what else it was looked for. */
const SECRET = 'secret influenza'
const told: Item = itemOf({
  section: 'results',
  to: ['DiagnosticReport/secret-panel', 'Observation/secret-flu', 'Encounter/visit'],
  parents: [],
  contained: [
    { resourceType: 'Organization', id: 'lab', name: 'Viapath' },
    { resourceType: 'Specimen', id: 'secret-swab', note: [{ text: SECRET }] },
    { resourceType: 'Observation', id: 'secret-rsv', code: { text: SECRET } } as Resource,
  ],
  resource: {
    resourceType: 'Observation',
    id: 'covid',
    status: 'final',
    text: { status: 'generated', div: `<div>${SECRET}</div>` },
    identifier: [{ value: 'secret-panel/4' }],
    category: [{ coding: [{ code: 'laboratory' }], text: SECRET }, { coding: [{ code: 'MB', display: SECRET }] }],
    code: { ...PCR, text: `Respiratory panel, ${SECRET}` },
    encounter: { reference: 'Encounter/visit', display: SECRET },
    valueString: 'Not detected',
    note: [{ text: SECRET }],
    method: { text: SECRET },
    device: { display: SECRET },
    specimen: { reference: 'Specimen/secret-swab', display: SECRET },
    bodySite: { text: SECRET },
    derivedFrom: [{ reference: 'Observation/secret-flu' }],
    basedOn: [{ reference: 'ServiceRequest/secret-order' }],
    partOf: [{ reference: 'Procedure/secret-work' }],
    referenceRange: [{ text: SECRET }],
    interpretation: [{ coding: [{ code: 'NEG' }], text: SECRET }],
    contained: [{ resourceType: 'Specimen', id: 's', note: [{ text: SECRET }] }],
    extension: [{ url: 'https://lab.example/panel', valueString: SECRET }],
  } as unknown as Resource,
})
const others: readonly Item[] = [
  itemOf({
    section: 'results',
    to: ['Observation/covid', 'Observation/secret-flu'],
    resource: {
      resourceType: 'DiagnosticReport',
      id: 'secret-panel',
      conclusion: SECRET,
      code: { text: 'Respiratory panel' },
      result: [{ reference: 'Observation/covid' }, { reference: 'Observation/secret-flu' }],
    } as Resource,
  }),
  result('secret-flu', { code: { text: 'Influenza A RNA' }, valueString: 'Detected' }),
  result('secret-hba1c', { code: { text: 'HbA1c' }, valueQuantity: { value: 61 } }),
  itemOf({
    section: 'results',
    resource: { resourceType: 'ServiceRequest', id: 'secret-order', status: 'active', code: { text: SECRET } } as Resource,
  }),
]
/** What the role sees of other sections, with the ways it leads to a laboratory; `false`: as if there were none. */
const around = (lead: boolean): readonly Item[] => [
  itemOf({
    section: 'problems',
    to: lead ? ['Observation/secret-hba1c', 'Observation/secret-older'] : [],
    resource: {
      resourceType: 'Condition',
      id: 'diabetes',
      code: { text: 'Type 2 diabetes' },
      ...(lead && { evidence: [{ detail: [{ reference: 'Observation/secret-hba1c' }, { reference: 'DiagnosticReport/secret-older' }] }] }),
    } as Resource,
  }),
  itemOf({
    section: 'encounters',
    to: ['Observation/covid', ...(lead ? ['DiagnosticReport/secret-panel'] : [])],
    contained: lead
      ? [
          {
            resourceType: 'Composition',
            id: 'secret-notes',
            section: [{ entry: [{ reference: 'Observation/secret-hba1c', display: 'HbA1c 61' }] }],
          } as unknown as Resource,
        ]
      : [],
    resource: { resourceType: 'Encounter', id: 'visit', status: 'finished' } as Resource,
  }),
  itemOf({
    section: 'referrals',
    to: lead ? ['ServiceRequest/secret-order'] : [],
    resource: {
      resourceType: 'ServiceRequest',
      id: 'clinic',
      status: 'active',
      code: { text: 'Referral to fracture clinic' },
      ...(lead && { supportingInfo: [{ reference: 'Observation/secret-flu' }], basedOn: [{ reference: 'ServiceRequest/secret-order' }] }),
    } as Resource,
  }),
]
const plainTold: Item = {
  ...told,
  links: ['kch/Encounter/visit'],
  contained: told.contained.slice(0, 1),
  resource: (shown([told])[0] as Item).resource,
}

test('R034 D122: with a whole respiratory panel and HbA1c beside it, the answer is byte for byte that of one COVID-19 test', () => {
  const asked: readonly SectionId[] = ['problems', 'encounters', 'referrals', 'results']
  const bytes = (items: readonly Item[], over: Partial<SectionAnswer> = {}): string =>
    JSON.stringify(disclose([answerOf(items, { sections: asked, ...over })], council, rules).answers)
  const lean = bytes([...around(false), plainTold])
  assert.equal(bytes([...around(true), told, ...others]), lean)
  assert.doesNotMatch(lean, /secret/)
  assert.match(lean, /COVID|SARS-CoV-2 PCR.*Not detected/)
})

test('R034: other results alone leave a source that holds no results, together with all else of which it holds nothing', () => {
  const answers = (items: readonly Item[]): string => {
    const filled = new Set(items.map(({ section }) => section))
    const asked: readonly SectionId[] = ['results', 'problems', 'referrals']
    const part = (sections: readonly SectionId[], outcome: 'answered' | 'nothing-held'): readonly SectionAnswer[] =>
      sections.length === 0
        ? []
        : [
            answerOf(
              items.filter(item => sections.includes(item.section)),
              { sections, outcome },
            ),
          ]
    const sent = [
      ...part(
        asked.filter(s => filled.has(s)),
        'answered',
      ),
      ...part(
        asked.filter(s => !filled.has(s)),
        'nothing-held',
      ),
    ]
    return JSON.stringify(disclose(sent, council, rules).answers)
  }
  const [problem] = around(false)
  assert.ok(problem)
  assert.equal(answers([problem, ...others]), answers([problem]))
  assert.equal(answers([...others]), answers([]))
})

test('R034: how much could not be read or was too much is not counted where a role sees a part; that something is missing is said', () => {
  const [answer] = disclose(
    [
      answerOf([told], {
        source,
        sections: ['results'],
        outcome: 'partial',
        cause: 'unreadable',
        complete: false,
        unreadable: 7,
        warnings: [
          { code: 'unreadable-items', section: 'results', words: 'Some of what was sent could not be read.' },
          { code: 'confidential-items', section: 'results', words: 'Items excluded due to confidentiality.' },
        ],
      }),
    ],
    council,
    rules,
  ).answers
  assert.deepEqual(
    [answer?.outcome, answer?.complete, answer?.unreadable, answer?.warnings.map(({ code }) => code)],
    ['partial', false, 1, ['confidential-items']],
  )
})

test('a class that is not known here, and a section limited to nothing, let nothing through', () => {
  for (const limits of [{ results: 'bacteria' }, { results: undefined }] as unknown as readonly NonNullable<typeof council.limits>[])
    assert.deepEqual(shown([told, ...others], pass({ maySee: council.maySee, limits })), [])
})

test('R034: what was narrowed once is narrowed no more: both ends of a wire say the same', () => {
  const once = shown([told, ...around(true), ...others])
  assert.deepEqual(shown(once), once)
})

test('R034: whatever words stand in a result, none but those of this test and its outcome come out', () => {
  const word = fc.constantFrom(
    'SARS-CoV-2',
    'COVID-19',
    'Influenza',
    'RSV',
    'positive',
    'HbA1c',
    'PCR',
    'panel',
    'and',
    'not detected',
    '48',
  )
  const words = fc.array(word, { maxLength: 6 }).map(all => all.join(' '))
  fc.assert(
    fc.property(words, words, words, words, (text, display, value, note) => {
      const item = result('a', {
        code: { text, coding: [{ system: SNOMED, code: '1240511000000106', display }] },
        valueString: value,
        note: [{ text: note }],
      })
      assert.doesNotMatch(JSON.stringify(shown([item])), /Influenza|RSV|HbA1c|panel/)
    }),
  )
})
