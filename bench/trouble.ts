import type { Cell, StubFault } from './view/cell.ts'
import { median, quantile } from './view/measure.ts'
import { keep, machine, table } from './view/report.ts'
import { startStage } from './view/stage.ts'

/**
 * `npm run bench:trouble`: twenty sources, of which one hangs, one fails and one lies. How long the seventeen others take,
 * with and without them, in turn.
 */
const CELL: Cell = { sources: 20, items: 1_000, read: 'everything' }
const FAULTS: Readonly<Record<number, StubFault>> = { 17: 'hang', 18: 'fail', 19: 'lie' }
const faulty = Object.keys(FAULTS).map(Number)
const ROUNDS = 5
const VIEWS = 6

const stage = await startStage()
const measure = async (faults: Readonly<Record<number, StubFault>>): Promise<readonly number[]> => {
  await stage.behave({ delay: 'fixed', faults })
  const { done } = await stage.views('product', { cell: CELL, views: VIEWS, faulty })
  return done.seen.map(({ lastMs, planMs }) => lastMs - planMs)
}
await measure({})
const well: (readonly number[])[] = []
const troubled: (readonly number[])[] = []
for (let round = 0; round < ROUNDS; round++) {
  well.push(await measure({}))
  troubled.push(await measure(FAULTS))
}
await stage.stop()
const of = (rounds: readonly (readonly number[])[]) => ({ p50: median(rounds.map(median)), p99: quantile(rounds.flat(), 0.99) })
const [a, b] = [of(well), of(troubled)]
const line = ({ p50, p99 }: { p50: number; p99: number }): string => `${p50.toFixed(1)} / ${p99.toFixed(1)}`
const found = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}; ${ROUNDS} rounds of ${VIEWS} views in turn. Milliseconds from the plan to the last answer of the seventeen sources that are well.`,
  table(
    ['', 'p50 / p99'],
    [
      ['all twenty well', line(a)],
      ['one hangs, one fails, one lies', line(b)],
      ['times', `**${(b.p50 / a.p50).toFixed(2)} / ${(b.p99 / a.p99).toFixed(2)}**`],
    ],
  ),
].join('\n\n')
process.stdout.write(`${found}\n`)
keep('trouble', found)
