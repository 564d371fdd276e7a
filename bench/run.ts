import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Cell, Done, Order, Spent, Stubs } from './view/cell.ts'
import { cpuSecondsOf } from './view/measure.ts'
import { summed, written, type Figures, type Row } from './view/report.ts'

/**
 * `npm run bench`: what a record view costs past its sources, beside the least any program could do with the same
 * answers. `--short` takes about a minute, `--cell 20x1000` measures one cell alone and writes nothing down.
 */
const CELLS: readonly Cell[] = [
  { sources: 5, items: 200, read: 'everything' },
  { sources: 20, items: 200, read: 'everything' },
  { sources: 5, items: 1000, read: 'everything' },
  { sources: 20, items: 1000, read: 'everything' },
  { sources: 20, items: 1000, read: 'search' },
]
const ROUNDS = 5
const args = process.argv.slice(2)
const short = args.includes('--short')
const only = args[args.indexOf('--cell') + 1]
const cells = args.includes('--cell') ? CELLS.filter(c => c.read === 'everything' && `${c.sources}x${c.items}` === only) : CELLS
const views = short ? 6 : 24
const warming = short ? 8 : 20

const children: ChildProcess[] = []
const start = async (file: string): Promise<{ child: ChildProcess; said: unknown }> => {
  const child = fork(join(import.meta.dirname, 'view', file))
  children.push(child)
  const [said] = (await once(child, 'message')) as [unknown]
  return { child, said }
}
async function ask<T>(child: ChildProcess, what: Order | 'spent'): Promise<T> {
  const gone = (): never => process.exit(1)
  child.once('exit', gone)
  child.send(what)
  const [answer] = (await once(child, 'message')) as [T]
  child.off('exit', gone)
  return answer
}

const { child: sources, said } = await start('sources.ts')
const stubs = said as Stubs
const { child: product } = await start('product.ts')
const { child: floor } = await start('floor.ts')
let person = 1
async function measure(child: ChildProcess, cell: Cell, count: number): Promise<Figures> {
  const before = cpuSecondsOf(child.pid ?? 0)
  const done = await ask<Done>(child, { cell, stubs, from: person, views: count })
  person += count
  const cpuSeconds = cpuSecondsOf(child.pid ?? 0) - before
  const spent = new Map(await ask<readonly [string, Spent][]>(sources, 'spent'))
  return summed(done, spent, cpuSeconds)
}

const rows: Row[] = []
for (const cell of cells) {
  await measure(product, cell, warming)
  await measure(floor, cell, warming)
  const row = { cell, product: [] as Figures[], floor: [] as Figures[] }
  for (let round = 0; round < ROUNDS; round++) {
    row.product.push(await measure(product, cell, views))
    row.floor.push(await measure(floor, cell, views))
  }
  rows.push(row)
}
const ended = once(product, 'exit')
product.send('end')
await ended
for (const child of children) if (child.connected) child.disconnect()
written(rows, { rounds: ROUNDS, views, keep: !short && cells.length === CELLS.length })
