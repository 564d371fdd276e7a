import type { Cell, Spent } from './view/cell.ts'
import { quantile } from './view/measure.ts'
import { keep, machine, table } from './view/report.ts'
import { startStage } from './view/stage.ts'

/**
 * `npm run bench:complete`: 2,000 views of forty sources that take as long as real ones do (half 250 ms, one in a hundred 3 s,
 * one in 200 silent), each of them agreed to a second request. How many views are whole within 3 s, at how many extra calls.
 */
const CELL: Cell = { sources: 40, items: 200, read: 'everything', hedge: true }
const VIEWS = Number(process.argv[2] ?? 2_000)
const PER_SECOND = Number(process.argv[3] ?? 2.5)
const WARMING = 60
const CALM = 5

const stage = await startStage()
const callsOf = (spent: ReadonlyMap<string, Spent>): number => [...spent.values()].reduce((sum, { records }) => sum + records, 0)
/** What one view asks when nobody is slow: nothing is asked twice then. */
const calm = await stage.views('product', { cell: CELL, views: CALM })
const callsAView = callsOf(calm.spent) / CALM
await stage.behave({ delay: 'tail', faults: {} })
// A source's own p95 has to be known before anything is asked twice.
await stage.views('product', { cell: CELL, views: WARMING, perSecond: PER_SECOND })
const { done, spent } = await stage.views('product', { cell: CELL, views: VIEWS, perSecond: PER_SECOND })
await stage.stop()
const within = (ms: number): number => done.seen.filter(({ whole, lastMs, planMs }) => whole && lastMs - planMs <= ms).length / VIEWS
const extra = callsOf(spent) / (VIEWS * callsAView) - 1
const last = done.seen.filter(({ whole }) => whole).map(({ lastMs, planMs }) => lastMs - planMs)
/** From the last answer written by a source to the part that has it. */
const past = done.seen.flatMap(({ correlation, lastMs }) => {
  const own = spent.get(correlation)
  return own ? [lastMs - own.lastWrittenMs] : []
})
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const found = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}: ${VIEWS} views, ${PER_SECOND} a second.`,
  table(
    [
      'whole within 1 s',
      '3 s',
      '5 s',
      'last answer p50 / p95 / p99 of whole views, ms',
      'past the last source, p50 / p99, ms',
      'extra calls',
      'not opened',
    ],
    [
      [
        percent(within(1_000)),
        `**${percent(within(3_000))}**`,
        percent(within(5_000)),
        [0.5, 0.95, 0.99].map(share => quantile(last, share).toFixed(0)).join(' / '),
        [0.5, 0.99].map(share => quantile(past, share).toFixed(0)).join(' / '),
        `**${percent(extra)}**`,
        String(done.refused),
      ],
    ],
  ),
].join('\n\n')
const causes = new Map<string, number>()
for (const { missed } of done.seen) for (const cause of new Set(missed)) causes.set(cause, (causes.get(cause) ?? 0) + 1)
const systems = done.seen.filter(
  ({ correlation, planMs }) => (spent.get(correlation)?.lastWrittenMs ?? Number.POSITIVE_INFINITY) - planMs > 3_000,
).length
process.stdout.write(
  `${found}\n\nViews whose systems themselves took over 3 s: ${systems}. Of those that are not whole: ${JSON.stringify(Object.fromEntries(causes))}\n`,
)
if (VIEWS >= 2_000) keep('complete', found)
