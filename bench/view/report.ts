import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Cell, Done, Spent } from './cell.ts'
import { median, quantile } from './measure.ts'

/** One round of views of one kind, milliseconds a view. */
export interface Figures {
  /** From the end of evidence to the last answer, less what the slowest source spent itself. */
  readonly past: readonly number[]
  /** From the first answer written by a source to the first section that could be read. */
  readonly first: readonly number[]
  /** From the opening to the end of evidence. */
  readonly before: readonly number[]
  readonly heldMs: number
  readonly cpuSeconds: number
  readonly requests: number
}

/** Puts together what the reader saw and what the sources spent. Throws when a view asked nothing of any source. */
export function summed(done: Done, spent: ReadonlyMap<string, Spent>, cpuSeconds: number): Figures {
  const both = done.seen.map(seen => {
    const own = spent.get(seen.correlation)
    if (!own) throw new Error('A view left no trace at the sources.')
    return { seen, own }
  })
  return {
    past: both.map(({ seen, own }) => seen.lastMs - seen.planMs - own.slowestMs),
    first: both.map(({ seen, own }) => seen.firstMs - own.firstWrittenMs),
    before: both.map(({ seen }) => seen.planMs - seen.openedMs),
    heldMs: done.heldMs,
    cpuSeconds,
    requests: both.reduce((sum, { own }) => sum + own.requests, 0) / both.length,
  }
}

export interface Row {
  readonly cell: Cell
  readonly product: readonly Figures[]
  readonly floor: readonly Figures[]
}

const of = (rounds: readonly Figures[], what: 'past' | 'first' | 'before') => ({
  p50: median(rounds.map(round => median(round[what]))),
  p99: quantile(
    rounds.flatMap(round => round[what]),
    0.99,
  ),
})
const viewsPerCpuSecond = (rounds: readonly Figures[]): number => median(rounds.map(round => round.past.length / round.cpuSeconds))
const ms = (value: number): string => value.toFixed(1)
const pair = ({ p50, p99 }: { p50: number; p99: number }): string => `${ms(p50)} / ${ms(p99)}`
const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map(line => `| ${line.join(' | ')} |`).join('\n')

function tables(rows: readonly Row[]): string {
  const main = rows.map(({ cell, product, floor }) => {
    const [ours, least] = [of(product, 'past'), of(floor, 'past')]
    return [
      `${cell.sources} x ${cell.items}${cell.read === 'search' ? ', by search' : ''}`,
      pair(ours),
      pair(least),
      `**${(ours.p50 / least.p50).toFixed(1)} / ${(ours.p99 / least.p99).toFixed(1)}**`,
      `${pair(of(product, 'first'))} (${pair(of(floor, 'first'))})`,
      `${ms(viewsPerCpuSecond(product))} (${ms(viewsPerCpuSecond(floor))})`,
      `${ms(median(product.map(r => r.heldMs)))} / ${ms(Math.max(...product.map(r => r.heldMs)))} (${ms(Math.max(...floor.map(r => r.heldMs)))})`,
      pair(of(product, 'before')),
    ]
  })
  return table(
    [
      'sources x items',
      'view, past the slowest source',
      'floor',
      'ratio p50 / p99',
      'first section past first answer (floor)',
      'views per CPU-second (floor)',
      'event loop held, median round / most (floor)',
      'identify, evidence, admit',
    ],
    main,
  )
}

const START = '<!-- bench:start -->'
const END = '<!-- bench:end -->'

/** Prints the table, and keeps it in `docs/performance.md` between its markers when asked to. */
export function written(rows: readonly Row[], how: { readonly rounds: number; readonly views: number; readonly keep: boolean }): void {
  const found = tables(rows)
  const machine = `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'an unnamed processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`
  const said = `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}; ${how.rounds} rounds of ${how.views} views each in turn. Milliseconds, p50 / p99.`
  process.stdout.write(`${said}\n\n${found}\n`)
  if (!how.keep) return
  const path = join(import.meta.dirname, '..', '..', 'docs', 'performance.md')
  const text = readFileSync(path, 'utf8')
  const [before, after] = [text.indexOf(START), text.indexOf(END)]
  if (before < 0 || after < before) throw new Error('docs/performance.md has lost its markers.')
  writeFileSync(path, `${text.slice(0, before + START.length)}\n\n${said}\n\n${found}\n\n${text.slice(after)}`)
}
