import type { Cell } from './view/cell.ts'
import { startStage } from './view/stage.ts'
import { summed, written, type Row } from './view/report.ts'

/**
 * `npm run bench`: what a record view costs past its sources, beside the least any program could do with the same
 * answers. `--short` takes about a minute, `--cell 20x1000` measures one cell alone; neither writes anything down.
 */
const everything = (sources: number, items: number): Cell => ({ sources, items, read: 'everything' })
const CELLS: readonly Cell[] = [
  ...[200, 1_000, 3_000].flatMap(items => [5, 20, 40].map(sources => everything(sources, items))),
  { sources: 20, items: 1_000, read: 'search' },
]
const SHORT: readonly Cell[] = [everything(5, 200), everything(20, 1_000), { sources: 20, items: 1_000, read: 'search' }]
const ROUNDS = 5
const args = process.argv.slice(2)
const short = args.includes('--short')
const only = args[args.indexOf('--cell') + 1]
const cells = args.includes('--cell')
  ? CELLS.filter(c => c.read === 'everything' && `${c.sources}x${c.items}` === only)
  : short
    ? SHORT
    : CELLS

const stage = await startStage()
const rows: Row[] = []
for (const cell of cells) {
  const views = short ? 6 : 12
  const measure = async (who: 'product' | 'floor', count: number) => {
    const { done, spent, cpuSeconds } = await stage.views(who, { cell, views: count })
    return summed(done, spent, cpuSeconds)
  }
  for (const who of ['product', 'floor'] as const) await measure(who, 10)
  const row: Row = { cell, product: [], floor: [] }
  for (let round = 0; round < ROUNDS; round++) for (const who of ['product', 'floor'] as const) row[who].push(await measure(who, views))
  rows.push(row)
}
await stage.stop()
written(rows, { rounds: ROUNDS, keep: cells === CELLS })
