import { getHeapStatistics } from 'node:v8'
import { SECTION_IDS } from '../src/care-record/section.ts'
import { organisationOf, sourceOf } from '../src/exchange/sources/reading/fixtures.ts'
import { atOnce, inSlices, objectsOf } from '../src/exchange/sources/reading/json.ts'
import { parseBody } from '../src/exchange/sources/reading/parse-body.ts'
import { sift, takeIn, type TakenIn } from '../src/exchange/sources/reading/take-in.ts'
import { translate } from '../src/exchange/sources/reading/translate.ts'
import { holdingsOf } from './view/records.ts'

/**
 * From the bytes of an answer to items, microseconds an item in each step, and what it leaves to the garbage
 * collector: `node bench/reading.ts [rounds]`. The sieve drops nothing here; it has its own bench.
 */
const CELLS = [
  { answers: 20, items: 1000 },
  { answers: 1, items: 5000 },
] as const
const BASE = 'https://source.example/fhir'
const STEPS = ['JSON.parse', 'parse', 'take in', 'sift', 'translate'] as const
type Step = (typeof STEPS)[number]
const rounds = Number(process.argv[2] ?? 40)
const person = new Set(['Patient/p1'])
const sections = new Set(SECTION_IDS)

const itemsOf = (taken: TakenIn): number =>
  atOnce(
    translate({
      resources: taken.resources,
      placing: new Map(),
      source: sourceOf({ baseUrl: BASE }),
      organisation: organisationOf(),
      retrievedAt: '2026-11-21T10:00:00Z',
      sections,
      inGroup: () => true,
    }),
  ).items.length
const allocatedBytes = (): number => (getHeapStatistics() as { total_allocated_bytes?: number }).total_allocated_bytes ?? 0
const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

for (const { answers, items } of CELLS) {
  const cell = { sources: answers, items, read: 'everything' } as const
  const bodies = Array.from({ length: answers }, (_, source) =>
    Buffer.from(JSON.stringify({ resourceType: 'Bundle', entry: holdingsOf(cell, source, BASE, new Date('2026-11-21T00:00:00Z')) })),
  )
  const spent: Record<Step, number[]> = { 'JSON.parse': [], parse: [], 'take in': [], sift: [], translate: [] }
  const kilobytes: number[] = []
  let made = 0
  for (let round = 0; round < rounds; round++) {
    const us: Record<Step, number> = { 'JSON.parse': 0, parse: 0, 'take in': 0, sift: 0, translate: 0 }
    let allocated = 0
    made = 0
    for (const body of bodies) {
      let last = performance.now()
      const step = (name: Step): void => {
        const nowMs = performance.now()
        us[name] += (nowMs - last) * 1000
        last = performance.now()
      }
      JSON.parse(body.toString())
      step('JSON.parse')
      const bundle = await parseBody(body)
      step('parse')
      const before = allocatedBytes()
      last = performance.now()
      const taken = atOnce(takeIn(objectsOf(bundle?.['entry']), BASE))
      step('take in')
      atOnce(sift(taken, person, () => new Set()))
      step('sift')
      made += itemsOf(taken)
      step('translate')
      allocated += allocatedBytes() - before
    }
    for (const name of STEPS) spent[name].push(us[name] / made)
    kilobytes.push(allocated / 1024 / made)
  }
  await inSlices((function* () {})())
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0)
  const figures = Object.fromEntries(STEPS.map(name => [name, Number(median(spent[name]).toFixed(2))]))
  const beyond = STEPS.slice(2).reduce((sum, name) => sum + median(spent[name]), 0)
  console.log(
    JSON.stringify({
      answers,
      items: made,
      bytesAnItem: Math.round(bytes / made),
      usAnItem: figures,
      beyondParse: Number(beyond.toFixed(2)),
      kilobytesAnItem: Number(median(kilobytes).toFixed(2)),
    }),
  )
}
