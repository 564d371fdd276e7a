import type { Finding, Report } from './finding.ts'

const HEADS: readonly (readonly [Finding['level'], string])[] = [
  ['works', 'What works'],
  ['fails', 'What must be mended first'],
  ['differs', 'What differs'],
  ['unknown', 'What could not be found out'],
]

/** The report for a terminal: counts and codes, nothing of anybody. */
export function wordsOf(report: Report): string {
  const { findings, sections, connectable, row, url } = report
  const lines = [`Connection check of ${url}`]
  for (const [level, head] of HEADS) {
    const some = findings.filter(one => one.level === level)
    if (some.length > 0) lines.push('', head, ...some.map(one => `  ${one.words}`))
  }
  if (sections.length > 0) {
    const cells = (...[section, group, said, items, ms]: readonly string[]): string =>
      `  ${(section ?? '').padEnd(16)}${(group ?? '').padEnd(12)}${(said ?? '').padEnd(28)}${(items ?? '').padStart(6)}${(ms ?? '').padStart(8)}`
    lines.push('', 'Each section by itself', cells('section', 'group', 'said', 'items', 'ms'))
    for (const { section, group, outcome, cause, items, unreadable, p50Ms } of sections) {
      const said = `${outcome}${cause === 'none' ? '' : `, ${cause}`}`
      lines.push(`${cells(section, group, said, String(items), String(p50Ms))}${unreadable > 0 ? `  ${unreadable} unreadable` : ''}`)
    }
  }
  const asks = [...new Set(findings.flatMap(one => (one.ask === undefined ? [] : [one.ask])))]
  if (asks.length > 0) lines.push('', 'What to ask the supplier', ...asks.map((ask, place) => `  ${place + 1}. ${ask}`))
  lines.push('', connectable ? 'It can be connected.' : 'It cannot be connected yet.')
  if (row)
    lines.push('', 'Row for `sources` of the catalogue (docs/connecting.md says how to apply it):', JSON.stringify(row, undefined, 2))
  else if (connectable) lines.push('Say whose it is with --ods CODE to get its row of the catalogue.')
  return lines.join('\n')
}
