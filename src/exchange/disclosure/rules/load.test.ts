import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fail, ok } from '../../../care-record/result.ts'
import { createExit } from '../exit.ts'
import { readCodeList, type ListFormat } from './code-lists.ts'
import { firstSet } from './first-set.ts'
import { mayStart, rulesAgainst, rulesInForce } from './in-force.ts'
import { isSound, loadRuleSets, readRuleSets } from './load.ts'

const ON = '2026-11-21'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
const csv =
  'code,term,system\n86406008,Human immunodeficiency virus infection (disorder),SNOMED CT\nB20,HIV disease,ICD-10\n43C3.,HIV positive,Read v2\n'
const aSet = (over: object = {}) => ({
  id: 'std',
  version: '2026-10',
  inForceFrom: '2026-10-01',
  owner: 'Board of the exchange',
  clinicalOwner: 'Dr of the exchange',
  reason: 'Directions 2000',
  class: 'sexual-health',
  files: [{ path: 'std.csv', sha256: sha(csv), format: 'csv' }],
  ...over,
})
const read = (files: Readonly<Record<string, string>>) => (path: string) =>
  Promise.resolve(files[path] === undefined ? fail('invalid', `${path} cannot be read`) : ok(bytes(files[path])))
const loaded = (sets: readonly object[], files: Readonly<Record<string, string>> = { 'std.csv': csv }) =>
  readRuleSets(bytes(JSON.stringify({ manifest: 1, sets })), read(files), ON)

test('R062: a set from outside marks its codes at the source, at the exchange and at the exit', async () => {
  const sets = await loaded([aSet()])
  assert.ok(sets.ok)
  const [one] = sets.value[0]?.classes ?? []
  assert.deepEqual(one?.service.seeds, ['sct 86406008', 'icd10 B20', 'read2 43C3.'])
  assert.deepEqual([one?.content.snomed, one?.content.icd10, one?.content.read], [['86406008'], ['B20'], ['43C3.']])
  assert.ok(one?.outgoing.ofCodes?.some(([, term]) => term === 'Human immunodeficiency virus infection'))
  assert.equal(one?.maySee, undefined)
})

const file = (over: object) => ({ files: [{ ...aSet().files[0], ...over }] })
const refused: [name: string, sets: readonly object[], files: Readonly<Record<string, string>>, words: RegExp][] = [
  ['no set', [], {}, /manifest is not as it should be/],
  ['no owner', [aSet({ owner: '  ' })], {}, /manifest is not as it should be at \/sets\/0\/owner/],
  ['no clinical owner', [aSet({ clinicalOwner: undefined })], {}, /manifest is not as it should be/],
  ['a field nobody knows', [aSet({ wihthold: true })], {}, /manifest is not as it should be/],
  ['an unknown class', [aSet({ class: 'sexual-helth' })], {}, /class is not known/],
  ['the id of the first set', [aSet({ id: firstSet.id })], {}, /taken/],
  ['one version twice', [aSet(), aSet()], {}, /taken/],
  ['not yet in force', [aSet({ inForceFrom: '2027-01-01' })], {}, /not in force before 2027-01-01/],
  ['a wrong hash', [aSet()], { 'std.csv': `${csv}x` }, /not the file whose hash/],
  ['a file that is not there', [aSet(file({ path: 'gone.csv' }))], {}, /cannot be read/],
  ['a file outside the folder', [aSet(file({ path: '../std.csv' }))], {}, /outside the folder/],
  ['an absolute path', [aSet(file({ path: '/etc/std.csv' }))], {}, /outside the folder/],
  ['an empty file', [aSet(file({ sha256: sha('') }))], { 'std.csv': '' }, /empty/],
  ['a header alone', [aSet(file({ sha256: sha('code,system\n') }))], { 'std.csv': 'code,system\n' }, /holds no code/],
  ['an unknown format', [aSet(file({ format: 'xlsx' }))], {}, /manifest is not as it should be/],
]
for (const [name, sets, files, words] of refused)
  test(`R062: ${name} is refused in words`, async () => {
    const found = await loaded(sets, { 'std.csv': csv, ...files })
    assert.equal(found.ok, false)
    assert.match(found.ok ? '' : found.fault.detail, words)
  })
test('R062: what is not JSON is refused', async () => {
  for (const text of ['', '{', '[]', 'null', '\ufffd\u0000']) assert.equal((await readRuleSets(bytes(text), read({}), ON)).ok, false, text)
  assert.equal((await readRuleSets(Uint8Array.of(0xff, 0xfe), read({}), ON)).ok, false)
})

const lists: [name: string, text: string, as: Partial<ListFormat>, expected: readonly string[] | undefined][] = [
  ['a code that fails its check digit', 'code\n86406009\n', { system: 'snomed' }, undefined],
  ['a code a spreadsheet rounded', 'code\n1.09E+15\n', { system: 'snomed' }, undefined],
  ['one that its owner has seen', 'code,term\n1.09E+15,X\n86406008,Y\n', { system: 'snomed', damagedCodes: 1 }, ['', '86406008']],
  ['fewer damaged ones than said', 'code\n86406008\n', { system: 'snomed', damagedCodes: 1 }, undefined],
  ['dm+d', 'code,system\n41791011000001108,dm+d\n', {}, ['41791011000001108']],
  ['a row too short', 'code,term,system\n86406008\n', {}, undefined],
  ['a quoted comma', 'code,term\nB20,"a, ""b"""\n', { system: 'icd10' }, ['B20']],
  ['a stray quotation mark', 'code,term\nB20,a"b\n', { system: 'icd10' }, undefined],
  ['dots of ICD-10', 'code\nA51.9\nN97\nA50X\n', { system: 'icd10' }, ['A519', 'N97', 'A50']],
  ['a word for a code', 'code\nHIV infection\n', { system: 'icd10' }, undefined],
  ['OPCS-4', 'code\nQ13.1\n', { system: 'opcs4' }, ['Q131']],
  [
    'Read codes with the code of the term',
    'ReadCode\n43C3.11\nK5B\n',
    { system: 'read2', columns: { code: 'readcode' } },
    ['43C3.', 'K5B..'],
  ],
  ['no column of codes', 'x\n1\n', { system: 'read2' }, undefined],
  ['no system', 'code\nB20\n', {}, undefined],
  ['a system nobody knows', 'code,system\nB20,LOINC\n', {}, undefined],
  [
    'a reference set of SNOMED CT',
    'id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\na\t20260401\t1\t9\t999004371000000100\t86406008\nb\t20260401\t0\t9\t999004371000000100\t76272004\nc\t20260401\t1\t9\t1\t15628003\n',
    { format: 'rf2-refset', refsetId: '999004371000000100' },
    ['86406008'],
  ],
  ['a reference set with a column lost', 'id\tactive\tmoduleId\nx\t1\t2\n', { format: 'rf2-refset' }, undefined],
  ['a reference set with a row cut', 'active\trefsetId\treferencedComponentId\n1\t2\n', { format: 'rf2-refset' }, undefined],
  ['descriptions', 'active\tconceptId\tterm\n1\t86406008\tHIV infection\n0\t86406008\told\n', { format: 'rf2-description' }, ['86406008']],
  [
    'a value set',
    '{"resourceType":"ValueSet","compose":{"include":[{"system":"http://snomed.info/sct","concept":[{"code":"86406008"}]}]}}',
    { format: 'fhir-valueset' },
    ['86406008'],
  ],
  [
    'a value set by filter',
    '{"resourceType":"ValueSet","compose":{"include":[{"system":"http://snomed.info/sct","filter":[]}]}}',
    { format: 'fhir-valueset' },
    undefined,
  ],
  [
    'a value set that takes codes away',
    '{"resourceType":"ValueSet","compose":{"include":[],"exclude":[{}]}}',
    { format: 'fhir-valueset' },
    undefined,
  ],
]
for (const [name, text, as, expected] of lists)
  test(`R062: ${name} is ${expected === undefined ? 'refused' : 'read'}`, () => {
    const found = readCodeList(bytes(text), { format: 'csv', damagedCodes: 0, ...as })
    assert.deepEqual(found.ok ? found.value.map(one => one.code) : undefined, expected)
  })
test('R062: no bytes whatever make the reading of a list throw', () => {
  const formats = ['csv', 'rf2-refset', 'rf2-description', 'fhir-valueset'] as const
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...formats), (some, format) => {
      assert.equal(typeof readCodeList(some, { format, damagedCodes: 0 }).ok, 'boolean')
    }),
  )
})
test('R062: one wrong digit of a concept id is always seen', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 9 }), (place, add) => {
      const wrong = Array.from('86406008', (digit, at) => (at === place ? String((Number(digit) + add) % 10) : digit)).join('')
      assert.equal(readCodeList(bytes(`code\n${wrong}\n`), { format: 'csv', system: 'snomed', damagedCodes: 0 }).ok, false)
    }),
  )
})

test('R062: a folder is read as its manifest says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rule-sets-'))
  try {
    assert.equal((await loadRuleSets(folder, ON)).ok, false, 'a folder without a manifest')
    writeFileSync(join(folder, 'std.csv'), csv)
    writeFileSync(join(folder, 'rule-sets.json'), JSON.stringify({ manifest: 1, sets: [aSet()] }))
    assert.equal((await loadRuleSets(folder, ON)).ok, true)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('R062: a later version waits beside the one in force, and takes over on its day', async () => {
  const next = 'code,system\n76272004,SNOMED\n'
  const sets = await loaded(
    [aSet(), aSet({ version: '2027-01', inForceFrom: '2027-01-01', files: [{ path: 'next.csv', sha256: sha(next), format: 'csv' }] })],
    { 'std.csv': csv, 'next.csv': next },
  )
  assert.ok(sets.ok)
  const readOn = (on: string): readonly string[] | undefined =>
    rulesInForce([firstSet, ...sets.value], on).classes.find(c => c.id === 'sexual-health')?.content.read
  assert.deepEqual([readOn(ON), readOn('2027-01-01')], [['43C3.'], []])
})
test('R062: before its day the first set withholds already, and lets no lookalike through', () => {
  const early = rulesInForce([firstSet], '2020-01-01')
  assert.deepEqual([early.classes.length, early.lookalikes.length], [firstSet.classes.length, 0])
})
test('R062: a set more never withholds less', () => {
  const few = { ...firstSet, id: 'few', classes: firstSet.classes.slice(0, 1), lookalikes: [] }
  const before = createExit(rulesInForce([few], ON))
  fc.assert(
    fc.property(
      fc.constantFrom(...firstSet.classes.flatMap(c => c.outgoing.terms)),
      fc.shuffledSubarray([...firstSet.classes]),
      (term, classes) => {
        const more = createExit(rulesInForce([few, { ...few, id: 'more', classes }], ON))
        const text = `seen for ${term.replace(/-$/, '')} today`
        assert.ok(before.text(text) !== undefined || more.text(text) === undefined)
      },
    ),
    { numRuns: 30 },
  )
})
test('R062: a lookalike ends on its day', () => {
  const [one, ...others] = firstSet.lookalikes
  assert.ok(one)
  const set = { ...firstSet, lookalikes: [{ ...one, until: '2026-12-31' }, ...others] }
  assert.equal(rulesInForce([set], '2026-12-31').lookalikes.length, firstSet.lookalikes.length)
  assert.equal(rulesInForce([set], '2027-01-01').lookalikes.length, firstSet.lookalikes.length - 1)
})
test('R062: every rule of the first set has a date, two owners and a reason', () => {
  for (const one of [firstSet, ...firstSet.lookalikes]) {
    assert.match(one.inForceFrom, /^\d{4}-\d{2}-\d{2}$/)
    assert.ok(one.owner.length > 3 && one.clinicalOwner.length > 3 && one.reason.length > 10, one.id)
  }
})

const letsThrough: readonly [name: string, text: string, ok: boolean][] = [
  ['a code of the first set', 'code,system\n86406008,SNOMED\n', false],
  ['a word of the first set', 'code,term,system\n56265001,Syphilis,SNOMED\n', false],
  ['a phrase of the first set', 'code,term,system\n56265001,Gender dysphoria,SNOMED\n', false],
  ['a category of ICD-10', 'code,system\nB20,ICD-10\n', false],
  ['a phrase that says more', 'code,term,system\n56265001,HIV negative donor heart,SNOMED\n', true],
]
for (const [name, text, sound] of letsThrough)
  test(`R067 HAZ-012: a lookalike that is ${name} is ${sound ? 'loaded' : 'refused'}`, async () => {
    const set = aSet({ class: 'lookalike', files: [{ path: 'l.csv', sha256: sha(text), format: 'csv' }] })
    assert.equal((await loaded([set], { 'l.csv': text })).ok, sound)
  })
test('R067 HAZ-012: no lookalike of the first set is a mark of a class', () => {
  for (const one of firstSet.lookalikes) assert.ok(isSound(one), one.id)
})

test('R062: outside the city an exchange starts only with a list of each class of the law', async () => {
  const files = { 'std.csv': csv }
  const all = await loaded(
    ['sexual-health', 'fertility', 'gender-reassignment'].map(one => aSet({ id: one, class: one })),
    files,
  )
  const one = await loaded([aSet()], files)
  assert.ok(all.ok && one.ok)
  assert.equal(mayStart(all.value, false, ON).ok, true)
  assert.equal(mayStart([], true, ON).ok, true)
  assert.equal(mayStart([], false, ON).ok, false)
  assert.equal(mayStart([firstSet].slice(1), false, ON).ok, false)
  const partly = mayStart(one.value, false, ON)
  assert.match(partly.ok ? '' : partly.fault.detail, /fertility, gender-reassignment.*LCR_RULE_SETS/)
  assert.equal(mayStart(all.value, false, '2026-01-01').ok, false)
})
test('the law stands against every role group, whoever asks', () => {
  for (const group of [undefined, 'gp', 'emergency-doctor', 'nobody', '__proto__', '']) {
    const ids = rulesAgainst(firstSet, [], group).set.classes.map(c => c.id)
    assert.deepEqual(ids.slice(0, 3), ['sexual-health', 'fertility', 'gender-reassignment'])
  }
})
