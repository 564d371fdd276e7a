import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Item, SectionAnswer } from '../../care-record/item.ts'
import { SECTION_IDS, type SectionId } from '../../care-record/section.ts'
import { createRules, disclose } from './disclose.ts'
import { answerOf, itemOf, observation, pass, services } from './for-tests.ts'
import { firstSet } from './rules/first-set.ts'

const rules = createRules(firstSet, services)
const SECTIONS = ['results', 'problems', 'medicines', 'documents', 'contacts'] as const satisfies readonly SectionId[]
const DISABLED: ReadonlySet<SectionId> = new Set(['documents', 'contacts'])

const item = (id: string, section: SectionId, words: string): Item => itemOf({ resource: observation(id, words), section })

/** As a connector answers: sections that fared alike stand together, in the order in which they were asked. */
function answered(items: readonly Item[], order: readonly SectionId[], off: ReadonlySet<SectionId>): readonly SectionAnswer[] {
  const fared = Map.groupBy(order, section => {
    const holds = items.some(one => one.section === section)
    return off.has(section) ? (holds ? 'partial' : 'nothing-held off') : holds ? 'answered' : 'nothing-held'
  })
  return [...fared].map(([how, sections]) =>
    answerOf(
      sections.flatMap(section => items.filter(one => one.section === section)),
      {
        sections,
        outcome: how === 'nothing-held off' ? 'nothing-held' : how,
        cause: off.has(sections[0] ?? 'other') ? 'area-disabled' : 'none',
        complete: how !== 'partial',
      },
    ),
  )
}

test('D120 HAZ-012: what is left of many sections stands as if the source had never held the rest', () => {
  const section = fc.constantFrom(...SECTIONS)
  fc.assert(
    fc.property(
      fc.array(section, { maxLength: 6 }),
      fc.array(section, { minLength: 1, maxLength: 6 }),
      fc.shuffledSubarray([...SECTIONS], { minLength: SECTIONS.length }),
      fc.boolean(),
      (plain, planted, order, off) => {
        const disabled = off ? DISABLED : new Set<SectionId>()
        const kept = plain.map((where, at) => item(`plain-${at}`, where, 'Full blood count'))
        const apart = planted.map((where, at) => item(`secret-${at}`, where, 'Chlamydia test'))
        const seen = disclose(answered([...apart, ...kept], order, disabled), pass(), rules).answers
        const twin = disclose(answered(kept, order, disabled), pass(), rules).answers
        assert.deepEqual(seen, twin)
        const sections = seen.flatMap(answer => answer.sections)
        assert.deepEqual(sections.toSorted(), [...SECTIONS].toSorted(), 'each section is answered once')
        assert.equal(seen.flatMap(answer => answer.items).length, kept.length)
      },
    ),
    { numRuns: 300 },
  )
})

test('HAZ-001: sections that came in part, late or unread stand as they came', () => {
  for (const over of [
    { outcome: 'late', cause: 'timed-out', complete: false },
    { outcome: 'unavailable', cause: 'connection-failed', complete: false },
    { outcome: 'partial', cause: 'too-large', complete: false },
    { outcome: 'partial', cause: 'unreadable', complete: false, unreadable: 1 },
  ] as const) {
    const late = answerOf([], { sections: ['results'], ...over })
    const whole = answerOf([item('a', 'problems', 'Asthma')], { sections: ['problems'] })
    assert.deepEqual(disclose([late, whole], pass(), rules).answers, [whole, late])
  }
})

test('sections are in the order of the record, whatever order they were asked in', () => {
  const backwards = [...SECTION_IDS].toReversed()
  const [all] = disclose([answerOf([], { sections: backwards })], pass(), rules).answers
  assert.deepEqual(all?.sections, SECTION_IDS)
})
