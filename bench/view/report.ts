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
  readonly product: Figures[]
  readonly floor: Figures[]
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
export const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
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
      `${ms(viewsPerCpuSecond(product))} (${ms(viewsPerCpuSecond(floor))}), ${(viewsPerCpuSecond(floor) / viewsPerCpuSecond(product)).toFixed(1)}`,
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
      'views per CPU-second (floor), ratio',
      'event loop held, median round / most (floor)',
      'identify, evidence, admit',
    ],
    main,
  )
}

/** Growth with items and with sources: how many times the smaller cell's median. */
function growth(rows: readonly Row[]): string {
  const find = (sources: number, items: number): Row | undefined =>
    rows.find(({ cell }) => cell.sources === sources && cell.items === items && cell.read === 'everything')
  const times = (what: 'past' | 'first', large: Row | undefined, small: Row | undefined): readonly string[] =>
    large && small ? [(of(large.product, what).p50 / of(small.product, what).p50).toFixed(2)] : []
  return [
    ...[5, 20, 40].flatMap(n => times('past', find(n, 3_000), find(n, 1_000)).map(x => `3,000 items over 1,000 with ${n} sources: ${x}`)),
    ...[200, 1_000, 3_000].flatMap(n =>
      times('first', find(40, n), find(5, n)).map(x => `first section, 40 sources over 5 with ${n} items: ${x}`),
    ),
  ].join('; ')
}

/** Which machine a figure is of. */
export const machine = (): string =>
  `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'an unnamed processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`

/** Puts what was measured between the markers of its name in `docs/performance.md`. */
export function keep(name: string, found: string): void {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'performance.md')
  const text = readFileSync(path, 'utf8')
  const start = `<!-- ${name}:start -->`
  const [before, after] = [text.indexOf(start), text.indexOf(`<!-- ${name}:end -->`)]
  if (before < 0 || after < before) throw new Error(`docs/performance.md has lost the markers of ${name}.`)
  writeFileSync(path, `${text.slice(0, before + start.length)}\n\n${found}\n\n${text.slice(after)}`)
}

/** Prints the table, and keeps it when asked to. */
export function written(rows: readonly Row[], how: { readonly rounds: number; readonly keep: boolean }): void {
  const said = `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}; ${how.rounds} rounds in turn. Milliseconds, p50 / p99.`
  const found = [said, tables(rows), growth(rows)].filter(part => part !== '').join('\n\n')
  process.stdout.write(`${found}\n`)
  if (how.keep) keep('bench', found)
}
