import type { Cell } from './view/cell.ts'
import { median, quantile } from './view/measure.ts'
import { keep, machine, table } from './view/report.ts'
import { startStage } from './view/stage.ts'

/**
 * `npm run bench:steady`: as many views a second as one process can begin and end, then ten minutes at 70 % of that, begun by
 * the clock and not by the end of those before. The memory of the last minutes is that of the first.
 */
const CELL: Cell = { sources: 20, items: 1_000, read: 'everything' }
const MINUTES = Number(process.argv[2] ?? 10)
const SHARE = 0.7

const stage = await startStage()
await stage.views('product', { cell: CELL, views: 20 })
/** Twice what can be done is begun at once: what comes out is what can be done. */
const PUSHED = 120
const beganMs = performance.now()
const pushed = await stage.views('product', { cell: CELL, views: PUSHED, perSecond: 40 })
const capacity = (PUSHED - pushed.done.refused) / ((performance.now() - beganMs) / 1_000)
const perSecond = capacity * SHARE
const lines: string[][] = []
for (let minute = 1; minute <= MINUTES; minute++) {
  const { done, cpuSeconds } = await stage.views('product', { cell: CELL, views: Math.round(perSecond * 60), perSecond })
  const took = done.seen.map(({ lastMs, openedMs }) => lastMs - openedMs)
  lines.push([
    String(minute),
    String(done.seen.length),
    `${median(took).toFixed(0)} / ${quantile(took, 0.99).toFixed(0)}`,
    done.heldMs.toFixed(0),
    (done.residentBytes / 2 ** 20).toFixed(0),
    (done.seen.length / cpuSeconds).toFixed(1),
    String(done.refused + done.seen.filter(({ whole }) => !whole).length),
  ])
}
await stage.stop()
const found = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}: one process, 20 sources, 1,000 items; ${capacity.toFixed(1)} views a second at most, ${perSecond.toFixed(1)} begun.`,
  table(
    [
      'minute',
      'views',
      'opened to last answer, ms, p50 / p99',
      'event loop held at most, ms',
      'resident MB',
      'views per CPU-second',
      'not whole',
    ],
    lines,
  ),
].join('\n\n')
process.stdout.write(`${found}\n`)
if (MINUTES >= 10) keep('steady', found)
