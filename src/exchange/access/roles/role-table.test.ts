import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ITEM_CLASSES } from '../../../care-record/catalogue.ts'
import { SECTION_IDS, type SectionId } from '../../../care-record/section.ts'
import { decide } from '../decide.ts'
import { catalogue, fact, input, said, viewer } from '../for-tests.ts'
import { groupRows } from './groups.ts'
import { jobRoles } from './job-roles.ts'
import { roleRows, whyNothing } from './role-table.ts'

const rows = roleRows()
const inTable = catalogue({ roles: new Map(rows.map(row => [row.jobRole, row])) })
const opens = (code: string) => decide(input({ catalogue: inTable, viewer: viewer({ roleCode: `S8000:G8000:${code}` }), facts: [fact()] }))
const groupOf = (group: string) => groupRows.find(row => row.group === group)

test('R040: each of the 392 national job roles stands once, by code, with a group or why it sees nothing', () => {
  const codes = jobRoles.map(([code]) => code)
  assert.equal(codes.length, 392)
  assert.deepEqual(codes, [...new Set(codes)].toSorted())
  for (const [code, title, group, more] of jobRoles) {
    assert.match(code, /^R\d{4}$/)
    assert.ok(title.length > 1)
    if (group === 'none') assert.ok(more in whyNothing, code)
    else assert.ok(groupOf(group), code)
  }
  const used = new Set(jobRoles.map(([, , group]) => group))
  for (const { group } of groupRows) assert.ok(used.has(group), `${group} is somebody's`)
})

const corpora = process.env['LCR_CORPORA']
const file = join(corpora ?? '', 'terminology-uk/ukcore-codesystems/CodeSystem-UKCore-SDSJobRoleName.xml')
const skip = corpora !== undefined && existsSync(file) ? false : 'LCR_CORPORA names no folder with the national code system'
test('R040: codes and titles are those of the national code system', { skip }, () => {
  const national = [...readFileSync(file, 'utf8').matchAll(/<concept>\s*<code value="(\w+)" ?\/>\s*<display value="([^"]*)" ?\/>/g)].map(
    ([, code = '', title = '']) => `${code} ${title.replaceAll('&amp;', '&').replaceAll(/\s+/g, ' ').trim()}`,
  )
  assert.deepEqual(
    jobRoles.map(([code, title]) => `${code} ${title}`),
    national.toSorted(),
  )
})

test('R040 R050: with somebody in their care, each code opens what its group sees and every other nothing', () => {
  let opened = 0
  for (const [code, , group] of jobRoles) {
    const decision = opens(code)
    const sections = group === 'none' ? [] : (groupOf(group)?.sections ?? [])
    if (sections.length === 0) {
      assert.equal(said(decision), 'refuse role', code)
      continue
    }
    assert.ok(decision.verdict === 'permit', code)
    assert.deepEqual([...decision.pass.maySee], sections, code)
    assert.deepEqual(decision.pass.limits, groupOf(group)?.limits, code)
    opened++
  }
  assert.equal(opened, 182)
  for (const unknown of ['R9999', 'R800', 'r8000', '', 'R8000 ', 'S8000']) assert.equal(said(opens(unknown)), 'refuse role', unknown)
})

const sees: readonly (readonly [code: string, who: string, yes: readonly SectionId[], no: readonly SectionId[]])[] = [
  ['R8000', 'an A&E doctor', ['medicines', 'plans', 'social-care', 'legal', 'results'], []],
  ['R0260', 'a GP', ['documents', 'imaging', 'family-history'], []],
  ['R1290', 'a pharmacist', ['medicines', 'results', 'allergies', 'problems'], ['social-care', 'legal', 'family-history']],
  [
    'R8014',
    'a social worker',
    ['referrals', 'social-care', 'plans', 'results'],
    ['documents', 'imaging', 'observations', 'procedures', 'other'],
  ],
  ['R9530', 'a social work assistant', ['social-care', 'plans'], ['documents', 'imaging', 'other']],
  [
    'R9725',
    'a care home',
    ['about-me', 'medicines', 'plans', 'documents'],
    ['procedures', 'vaccinations', 'problems', 'family-history', 'other'],
  ],
  ['R8004', 'a student', ['allergies', 'observations'], ['plans', 'documents', 'social-care', 'legal', 'results', 'other']],
  ['R8008', 'a ward clerk', ['appointments', 'contacts'], ['allergies', 'medicines', 'problems', 'documents', 'alerts']],
  ...(['R8009', 'R8010', 'R8006', 'R1860', 'R5080', 'R8015', 'R5007', 'R0001', 'R5105', 'R1989', 'R8013', 'R8024', 'R9615'] as const).map(
    code => [code, 'clerk, researcher, supplier or office', [], SECTION_IDS] as const,
  ),
]
for (const [code, who, yes, no] of sees)
  test(`R040 R048 R050: ${code}, ${who}: ${yes.length > 0 ? yes.join(', ') : 'nothing'}; not ${no.length === SECTION_IDS.length ? 'anything' : no.join(', ') || 'less'}`, () => {
    const sections = new Set(rows.find(row => row.jobRole === code)?.sections ?? [])
    for (const section of yes) assert.ok(sections.has(section), section)
    for (const section of no) assert.ok(!sections.has(section), section)
  })

test('care rules 1.5: who is on a register has to be, who is not claims nothing; who works beside the record sees none of it', () => {
  for (const row of rows) {
    if (row.mayClaim) assert.equal(row.register, 'needed', row.jobRole)
    if (row.offices !== undefined) assert.deepEqual([row.sections, row.mayClaim], [[], false], row.jobRole)
    else assert.ok(row.sections.length > 0, row.jobRole)
    for (const [section, itemClass] of Object.entries(row.limits ?? {})) {
      assert.ok(
        row.sections.some(one => one === section),
        row.jobRole,
      )
      assert.ok(ITEM_CLASSES.includes(itemClass), row.jobRole)
    }
  }
})

test('R046 R049: no group is for immigration, overseas visitors, research, insurance or benefits', () => {
  for (const row of groupRows) assert.doesNotMatch(`${row.title} ${row.reason}`, /immigra|overseas|research|insur|benefit/i, row.group)
  const named = jobRoles.filter(([, title]) => /research|registration authority|finance|accountant/i.test(title))
  assert.ok(named.length > 0)
  for (const [code, , group] of named) assert.equal(group, 'none', code)
})
