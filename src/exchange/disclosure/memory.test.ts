import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createMemory } from './memory.ts'

const lengthOf = (text: string): string | null => (text.length % 2 === 0 ? null : String(text.length))

test('memory: what is found in a text is what a look finds, however often and after whatever it was met', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 120 }), { maxLength: 200 }), texts => {
      const memory = createMemory(lengthOf)
      for (const text of [...texts, ...texts]) assert.equal(memory.of(text), lengthOf(text))
    }),
  )
})

test('memory: a text met in between is looked at once, a text not met while twice 8,000 others were is looked at again', () => {
  const looked: string[] = []
  const memory = createMemory(text => {
    looked.push(text)
    return null
  })
  for (let n = 0; n < 16_000; n++) {
    memory.of(`id ${n}`)
    memory.of('Amlodipine 5mg tablets')
  }
  memory.of('id 0')
  assert.equal(looked.filter(text => text === 'Amlodipine 5mg tablets').length, 1)
  assert.equal(looked.filter(text => text === 'id 0').length, 2)
})

test('memory: a long text is never kept', () => {
  let looks = 0
  const memory = createMemory(() => String(++looks))
  const long = 'a letter of some length '.repeat(5)
  assert.notEqual(memory.of(long), memory.of(long))
})
