import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds of a clock that all processes of this machine share. */
export const clockMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** The value below which this share of them lies, `share` from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}
export const median = (values: readonly number[]): number => quantile(values, 0.5)

const TICKS_A_SECOND = 100

/** CPU seconds spent so far by a process and all that came of it, the ended ones included. Linux only. */
export function cpuSecondsOf(root: number): number {
  const children = new Map<number, number[]>()
  const ticks = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const fields = statOf(pid)
    if (!fields) continue
    ticks.set(
      pid,
      [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0),
    )
    const parent = Number(fields[1])
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree.reduce((sum, pid) => sum + (ticks.get(pid) ?? 0), 0) / TICKS_A_SECOND
}

/** Fields of `/proc/PID/stat` from the state on; nothing for a process that has just ended. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
