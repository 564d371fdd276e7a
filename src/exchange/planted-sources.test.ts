import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageListBytes, IMAGE_LIST_TYPE } from '../care-record/images.ts'
import type { Item, SectionAnswer } from '../care-record/item.ts'
import type { Catalogue } from '../care-record/catalogue.ts'
import { SECTION_IDS } from '../care-record/section.ts'
import { sourceName } from '../care-record/source-name.ts'
import { disclosureInForce } from './disclosure-in-force.ts'
import { createRules, disclose, type Rules } from './disclosure/disclose.ts'
import { pass } from './disclosure/for-tests.ts'
import { GIVEAWAYS } from './disclosure/planted-for-tests.ts'
import { firstSet } from './disclosure/rules/first-set.ts'
import { judgedImages, type DocumentPorts } from './fetch-document.ts'
import { setOf, study, STUDY_UID } from './sources/dicomweb/for-tests.ts'
import { studyOf } from './sources/dicomweb/studies.ts'
import { organisationOf, personOf, sourceOf } from './sources/reading/fixtures.ts'
import { atOnce, type JsonObject } from './sources/reading/json.ts'
import { translate, type Placing } from './sources/reading/translate.ts'
import { translateRow } from './sources/social-care/translate.ts'
import { readRow, type Collection } from './sources/social-care/wire.ts'

/*
 * What the law keeps apart, planted wherever a council's row or an archive's study can say it, through the real translators: no
 * byte of it leaves, with both guards after the source or with one of them alone.
 */
const NOW = new Date('2026-11-21T10:00:00Z')
const source = sourceOf({ id: 'own', odsCode: '211', system: 'Cases' })
const organisation = organisationOf({ odsCode: '211', name: 'Borough', short: 'LB' })
const open = { item: <T>(one: T) => one, entry: <T>(one: T) => one, text: (words: string) => words }
const both = createRules(firstSet, [])
const exchangeAlone = createRules(firstSet, [], { exit: open })
const exitAlone = createRules(firstSet, [], { judge: () => undefined })

function itemsFrom(resources: ReadonlyMap<string, JsonObject>, placing: ReadonlyMap<string, Placing>): readonly Item[] {
  const input = { source, organisation, retrievedAt: NOW.toISOString(), sections: new Set(SECTION_IDS), inGroup: () => true }
  return atOnce(translate({ ...input, resources, placing })).items
}
function read(items: readonly Item[], rules: Rules): string {
  const answer: SectionAnswer = {
    source: sourceName(source, organisation),
    group: 'recent',
    sections: [...SECTION_IDS],
    complete: true,
    asOf: NOW.toISOString(),
    outcome: 'answered',
    cause: 'none',
    items,
    warnings: [],
    unreadable: 0,
    tookMs: 1,
  }
  return JSON.stringify(disclose([answer], pass(), rules).answers)
}
/** @param planted with what is ordinary beside it. */
function leavesNothing(planted: readonly Item[], ordinary: readonly Item[], guards: readonly Rules[], what: string): void {
  assert.ok(planted.length > ordinary.length, `${what}: nothing is planted`)
  for (const rules of [both, ...guards])
    if (read(planted, rules) !== read(ordinary, rules)) assert.fail(`${what} leaves a byte, guard ${guards.indexOf(rules)}`)
}

type Row = readonly [Collection, Record<string, unknown>]
function itemsOfRows(rows: readonly Row[]): readonly Item[] {
  const resources = new Map<string, JsonObject>()
  const placing = new Map<string, Placing>()
  for (const [at, [collection, given]] of rows.entries()) {
    const row = readRow(collection, { id: `r${at}`, ...given })
    assert.ok(row, `${collection} is a row`)
    const made = translateRow(collection, row, 'Patient/p', '211')
    assert.ok(made, `${collection} is read`)
    const key = `${String(made.resource['resourceType'])}/${String(made.resource['id'])}`
    resources.set(key, made.resource)
    placing.set(key, made.placing)
  }
  return itemsFrom(resources, placing)
}
const ORDINARY_ROWS: readonly Row[] = [
  ['equipment', { title: 'Walking frame', supplied: '2026-10-01' }],
  ['alerts', { kind: 'Access', text: 'Key safe', recorded: '2026-10-01' }],
]
const team = { id: 't1', name: 'Adult social care' }
/** Every member of a row that is told, with words in it. */
const ROWS: readonly (readonly [what: string, plant: (words: string) => Row])[] = [
  ['title of a case', title => ['cases', { title, team, status: 'OPEN', opened: '2026-10-01' }]],
  [
    'reason of a case',
    primarySupportReason => ['cases', { title: 'Case', team, status: 'OPEN', opened: '2026-10-01', primarySupportReason }],
  ],
  ['team of a case', name => ['cases', { title: 'Case', team: { id: 't9', name }, status: 'OPEN', opened: '2026-10-01' }]],
  ['title of an assessment', title => ['assessments', { title, status: 'COMPLETED', on: '2026-10-01' }]],
  ['need', words => ['assessments', { title: 'Assessment', status: 'COMPLETED', on: '2026-10-01', needs: ['Meals', words] }]],
  ['outcome', outcome => ['assessments', { title: 'Assessment', status: 'COMPLETED', on: '2026-10-01', outcome }]],
  ['title of a plan', title => ['care-plans', { title, status: 'ACTIVE', written: '2026-10-01' }]],
  ['summary of a plan', summary => ['care-plans', { title: 'Plan', status: 'ACTIVE', written: '2026-10-01', summary }]],
  ['goal', words => ['care-plans', { title: 'Plan', status: 'ACTIVE', written: '2026-10-01', goals: [words] }]],
  ['activity', what => ['care-plans', { title: 'Plan', status: 'ACTIVE', written: '2026-10-01', activities: [{ what }] }]],
  ['who does it', by => ['care-plans', { title: 'Plan', status: 'ACTIVE', written: '2026-10-01', activities: [{ what: 'Visit', by }] }]],
  ['title of a package', title => ['care-packages', { title, status: 'ACTIVE', start: '2026-10-01' }]],
  ['provider of a package', provider => ['care-packages', { title: 'Care', provider, status: 'ACTIVE', start: '2026-10-01' }]],
  ['review', title => ['reviews', { title, due: '2026-12-01' }]],
  ['outcome of a review', outcome => ['reviews', { title: 'Review', due: '2026-10-01', done: '2026-10-01', outcome }]],
  ['equipment', title => ['equipment', { title, supplied: '2026-10-01' }]],
  ['safeguarding', title => ['safeguarding', { kind: 'ADULT_ENQUIRY', role: 'AT_RISK', title, opened: '2026-10-01' }]],
  ['team of a professional', words => ['professionals', { name: 'Jo Bell', role: 'Social worker', team: words }]],
  ['role of a professional', role => ['professionals', { name: 'Jo Bell', role, team: 'Adults' }]],
  ['relationship', relationship => ['contacts', { name: 'Jo Bell', relationship }]],
  ['note on a contact', note => ['contacts', { name: 'Jo Bell', relationship: 'Friend', note }]],
  ['referral', title => ['referrals', { title, received: '2026-10-01', status: 'RECEIVED' }]],
  ['who referred', from => ['referrals', { title: 'Referral', received: '2026-10-01', from, status: 'RECEIVED' }]],
  ['visit', title => ['visits', { title, status: 'DONE', start: '2026-10-01T10:00:00Z' }]],
  ['who visited', words => ['visits', { title: 'Visit', status: 'DONE', start: '2026-10-01T10:00:00Z', with: words }]],
  ['alert', text => ['alerts', { kind: 'Health', text, recorded: '2026-10-01' }]],
  ['kind of alert', kind => ['alerts', { kind, text: 'Ask first', recorded: '2026-10-01' }]],
  ['legal', text => ['legal', { kind: 'Decision', text, recorded: '2026-10-01' }]],
  ['about me', text => ['about-me', { kind: 'Important', text, recorded: '2026-10-01' }]],
  ['circumstance', text => ['circumstances', { kind: 'Housing', text, recorded: '2026-10-01' }]],
]
for (const [what, plant] of ROWS)
  test(`R062 HAZ-012 HAZ-038: words of each class leave no byte of a council's row by ${what}`, () => {
    const ordinary = itemsOfRows(ORDINARY_ROWS)
    for (const words of GIVEAWAYS)
      leavesNothing(itemsOfRows([...ORDINARY_ROWS, plant(words)]), ordinary, [exchangeAlone, exitAlone], `${words}, ${what},`)
  })

test('R062 HAZ-012 HAZ-038: what hangs on a case of a restricted team goes with it, whatever kind of row it is', () => {
  const ordinary = itemsOfRows(ORDINARY_ROWS)
  for (const [what, plant] of ROWS.filter(([, one]) => !['cases', 'contacts'].includes(one('')[0]))) {
    const [collection, fields] = plant('Plain words')
    const rows: readonly Row[] = [
      ...ORDINARY_ROWS,
      [
        'cases',
        { id: 'c9', title: 'Case', team: { id: 't9', name: 'Gender identity clinic outreach' }, status: 'OPEN', opened: '2026-10-01' },
      ],
      [collection, { ...fields, caseId: 'c9' }],
    ]
    leavesNothing(itemsOfRows(rows), ordinary, [exchangeAlone], what)
  }
})

const itemsOfStudies = (sets: readonly ReturnType<typeof study>[]): readonly Item[] => {
  const resources = new Map<string, JsonObject>()
  const placing = new Map<string, Placing>()
  for (const set of sets) {
    const one = studyOf(set)
    assert.ok(one)
    resources.set(one.key, one.resource)
    for (const service of one.services) resources.set(`HealthcareService/${String(service['id'])}`, service)
    placing.set(one.key, { parents: one.services.map(service => `HealthcareService/${String(service['id'])}`) })
  }
  return itemsFrom(resources, placing)
}
const OTHER = { studyUid: `${STUDY_UID}.9`, accession: 'RJZ-99' }
const said = [exchangeAlone, exitAlone]
for (const [what, plant, guards] of [
  ['description', (words: string) => ({ studyDescription: words }), said],
  ['requested procedure', (words: string) => ({ requestedProcedure: words }), said],
  [
    'meaning of a code',
    (words: string) => ({ procedureCodes: [setOf({ codeValue: 'X1', codeScheme: '99LOCAL', codeMeaning: words })] }),
    said,
  ],
  // Judged with the study and shown nowhere: the exit has nothing of them to look at.
  ['department', (words: string) => ({ department: words }), [exchangeAlone]],
  ['requesting service', (words: string) => ({ requestingService: words }), [exchangeAlone]],
  ['institution', (words: string) => ({ institution: words }), [exchangeAlone]],
] as const)
  test(`R062 HAZ-012: words of each class leave no byte of a study by its ${what}`, () => {
    const ordinary = itemsOfStudies([study()])
    for (const words of GIVEAWAYS)
      leavesNothing(itemsOfStudies([study(), study({ ...OTHER, ...plant(words) })]), ordinary, guards, `${words}, ${what},`)
  })

test('R062 HAZ-012: words of each class in a series keep its study shut, at either end of a wire', async () => {
  const catalogue = { version: '1', services: [], sources: [], organisations: new Map() } as unknown as Catalogue
  const inForce = disclosureInForce({ catalogue: () => catalogue, loaded: [], now: () => NOW })
  const [item] = itemsOfStudies([study()])
  assert.ok(item)
  const ports: DocumentPorts = {
    fetch: {},
    read: () => assert.fail('a list'),
    draw: () => assert.fail('a list'),
    isAgreed: () => true,
    mayShow: inForce.mayShow,
  }
  const opened = async (series: { readonly description?: string; readonly bodyPart?: string }): Promise<boolean> => {
    const bytes = imageListBytes({ of: 'study', series: [{ uid: '1.2.3' }, { uid: '1.2.4', ...series }], more: false })
    return (await judgedImages({ bytes, contentType: IMAGE_LIST_TYPE }, { item, person: personOf(), pass: pass() }, ports)).ok
  }
  assert.ok(await opened({ description: 'Axial 5 mm', bodyPart: 'HEAD' }))
  for (const words of GIVEAWAYS)
    for (const series of [{ description: words }, { bodyPart: words }]) assert.ok(!(await opened(series)), JSON.stringify(series))
})
