import { spacedNhsNumber } from '../../care-record/nhs-number.ts'
import type { Loaded } from './load.ts'

/** Who was loaded and what was not, for the terminal of whoever loads it. */
export function loadedTable({ folder, people, untaken, systems }: Loaded): string {
  const lines = [`Loaded from ${folder}: ${people.length} ${people.length === 1 ? 'person' : 'people'}, ${systems.length} systems.`]
  for (const { register, systems, warnings } of people) {
    lines.push(
      '',
      `  ${spacedNhsNumber(register.nhsNumber)}  ${register.name.family.toUpperCase()}, ${register.name.given.join(' ')}  ${register.birthDate}`,
    )
    for (const { organisation, file, items } of systems) {
      const counts = Object.entries(items)
        .toSorted(([, a], [, b]) => b - a)
        .map(([type, count]) => `${type} ${count}`)
      lines.push(
        `      ${organisation}${organisation.includes(file) ? '' : ` (${file})`}`,
        `        ${counts.length === 0 ? 'nothing but who it is about' : counts.join(', ')}`,
      )
    }
    for (const warning of warnings) lines.push(`      ! ${warning}`)
  }
  if (untaken.length > 0) lines.push('', 'Not taken, or not shown:')
  for (const [reason, some] of Map.groupBy(untaken, one => one.reason)) {
    const files = some.map(one => one.file)
    const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : ''
    lines.push(`  ${files.slice(0, SHOWN).join(', ')}${more}: ${reason}`)
  }
  // What a file says is not let speak to the terminal.
  return lines.map(line => line.replaceAll(/\p{Cc}/gu, ' ')).join('\n')
}
/** Files named of those with the same reason. */
const SHOWN = 3

/** What `.london/city.json` says of everyone loaded. */
export const loadedForCityFile = ({ people }: Loaded) =>
  people.map(({ register, systems }) => ({
    nhsNumber: register.nhsNumber,
    systems: systems.map(({ id, organisation, file, items }) => ({ source: id, organisation, file, items })),
  }))
