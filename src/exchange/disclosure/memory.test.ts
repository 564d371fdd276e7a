import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createMemory } from './memory.ts'

/** Tells any two texts apart. */
const same = (text: string): string => `[${text}]`

test('memory: what is found in a text is what a look finds, whatever was met before', () => {
  fc.assert(
    // Few characters in few lengths: many texts of one place.
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '0'), maxLength: 110 }), { maxLength: 300 }), texts => {
      const memory = createMemory(same)
      for (const text of [...texts, ...texts]) assert.equal(memory.of(text), same(text))
    }),
  )
})

test('memory: two texts of one length and like ends are two', () => {
  const memory = createMemory(same)
  const texts = Array.from({ length: 500 }, (_, n) => `2026-${String(n).padStart(3, '0')}-11T09:15:00+00:00`)
  for (const text of [...texts, ...texts]) assert.equal(memory.of(text), same(text))
})

test('memory: a text met again is not looked at again; a long one is never kept', () => {
  let looks = 0
  const memory = createMemory(() => ++looks)
  const term = memory.of('Amlodipine 5mg tablets')
  assert.equal(memory.of('Amlodipine 5mg tablets'), term)
  const long = 'a letter of some length '.repeat(5)
  assert.notEqual(memory.of(long), memory.of(long))
})
