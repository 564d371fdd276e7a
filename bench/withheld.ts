import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Cell, Done, Order, Stubs } from './view/cell.ts'

/**
 * `npm run bench:withheld`: whether a reader could tell by the clock that something is withheld. Two hundred pairs of
 * views, one of a person with four restricted statements at one source and one without, in turn and in changing order;
 * the difference of the medians must stay under 2 ms, and so must that of the number of entries: none.
 */
const PAIRS = 200
const WARMING = 20
const cellOf = (planted: number): Cell => ({ sources: 5, items: 200, read: 'everything', planted })
const [plain, planted] = [cellOf(0), cellOf(4)]

const children: ChildProcess[] = []
const start = async (file: string): Promise<{ child: ChildProcess; said: unknown }> => {
  const child = fork(join(import.meta.dirname, 'view', file))
  children.push(child)
  const [said] = (await once(child, 'message')) as [unknown]
  return { child, said }
}
const { said } = await start('sources.ts')
const { child: product } = await start('product.ts')
let person = 1
const view = async (cell: Cell, views = 1): Promise<Done> => {
  const order: Order = { cell, stubs: said as Stubs, from: person, views }
  person += views
  const answered = once(product, 'message')
  product.send(order)
  const [done] = (await answered) as [Done]
  return done
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const took = new Map<Cell, { all: number[]; first: number[]; entries: Set<number> }>()
for (const cell of [plain, planted]) {
  await view(cell, WARMING)
  took.set(cell, { all: [], first: [], entries: new Set() })
}
for (let pair = 0; pair < PAIRS; pair++)
  for (const cell of pair % 2 === 0 ? [plain, planted] : [planted, plain])
    for (const seen of (await view(cell)).seen) {
      const own = took.get(cell)
      own?.all.push(seen.lastMs - seen.openedMs)
      own?.first.push(seen.firstMs - seen.openedMs)
      own?.entries.add(seen.entries)
    }
const [without, with_] = [took.get(plain), took.get(planted)]
for (const [name, of] of [
  ['without', without],
  ['with', with_],
] as const)
  console.log(
    `${name.padEnd(8)} first ${median(of?.first ?? []).toFixed(2)} ms, whole ${median(of?.all ?? []).toFixed(2)} ms, entries ${[...(of?.entries ?? [])].join(' ')}`,
  )
const differs = (of: 'all' | 'first'): number => Math.abs(median(with_?.[of] ?? []) - median(without?.[of] ?? []))
console.log(
  `${PAIRS} pairs: medians differ by ${differs('first').toFixed(2)} ms to the first section, ${differs('all').toFixed(2)} ms to the whole`,
)
const ended = once(product, 'exit')
product.send('end')
await ended
for (const child of children) if (child.connected) child.disconnect()
