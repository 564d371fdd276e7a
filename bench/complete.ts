import type { Cell } from './view/cell.ts'
import { quantile } from './view/measure.ts'
import { keep, machine, table } from './view/report.ts'
import { startStage } from './view/stage.ts'

/**
 * `npm run bench:complete`: 2,000 views of forty sources that take as long as real ones do (half 250 ms, one in a hundred 3 s,
 * one in 200 silent), each of them agreed to a second request. How many views are whole within 3 s, at how many extra calls.
 */
const CELL: Cell = { sources: 40, items: 200, read: 'everything', hedge: true }
const VIEWS = Number(process.argv[2] ?? 2_000)
/** Times a source is asked for the record in one view: what is essential, what is recent. */
const CALLS_A_SOURCE = 2
const PER_SECOND = Number(process.argv[3] ?? 2.5)
const WARMING = 60

const stage = await startStage()
await stage.behave({ delay: 'tail', faults: {} })
// A source's own p95 has to be known before anything is asked twice.
await stage.views('product', { cell: CELL, views: WARMING, perSecond: PER_SECOND })
const { done, spent } = await stage.views('product', { cell: CELL, views: VIEWS, perSecond: PER_SECOND })
await stage.stop()
const within = (ms: number): number => done.seen.filter(({ whole, lastMs, planMs }) => whole && lastMs - planMs <= ms).length / VIEWS
const calls = [...spent.values()].reduce((sum, { records }) => sum + records, 0)
const extra = calls / (VIEWS * CELL.sources * CALLS_A_SOURCE) - 1
const last = done.seen.filter(({ whole }) => whole).map(({ lastMs, planMs }) => lastMs - planMs)
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const found = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}: ${VIEWS} views, ${PER_SECOND} a second.`,
  table(
    ['whole within 1 s', '3 s', '5 s', 'last answer p50 / p95 / p99 of whole views, ms', 'extra calls', 'not opened'],
    [
      [
        percent(within(1_000)),
        `**${percent(within(3_000))}**`,
        percent(within(5_000)),
        [0.5, 0.95, 0.99].map(share => quantile(last, share).toFixed(0)).join(' / '),
        `**${percent(extra)}**`,
        String(done.refused),
      ],
    ],
  ),
].join('\n\n')
const causes = new Map<string, number>()
for (const { missed } of done.seen) for (const cause of new Set(missed)) causes.set(cause, (causes.get(cause) ?? 0) + 1)
process.stdout.write(`${found}\n\nViews that miss something: ${JSON.stringify(Object.fromEntries(causes))}\n`)
if (VIEWS >= 2_000) keep('complete', found)
