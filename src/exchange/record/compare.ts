import type { Chip, MedicineComparison, MedicineEntry } from '../../care-record/entry.ts'
import type { MedicineDraft } from './draft.ts'
import { daysAfter, inOrder } from './reading.ts'

type Row = MedicineComparison['rows'][number]
type Cell = NonNullable<Row['cells'][number]>

/** Medicines stopped so long ago are still compared and counted (D36), days. */
export const STOPPED_DAYS = 92

/** Whether a medicine was stopped lately: the notice of D36 and the comparison mean the same ones. */
export const stoppedLately = (entry: MedicineEntry, today: string): boolean =>
  entry.list === 'past' && entry.stopped !== undefined && entry.stopped.slice(0, 10) >= daysAfter(today, -STOPPED_DAYS)

/**
 * Medicines side by side, a column for each organisation, a row for each entry that is current or was stopped lately. A
 * cell is the newest statement of its organisation; which one is right is not said (D38).
 * @param today FHIR date of the reader.
 */
export function compareMedicines(
  told: readonly { readonly entry: MedicineEntry; readonly members: readonly MedicineDraft[] }[],
  today: string,
): MedicineComparison {
  const shown = told
    .filter(({ entry }) => entry.list === 'current' || stoppedLately(entry, today))
    .sort((a, b) => inOrder(a.entry.list, b.entry.list) || inOrder(a.entry.sort, b.entry.sort))
  const chips = new Map<string, Chip>()
  for (const { members } of shown)
    for (const { entry } of members) {
      const { odsCode, name, short } = entry.recordedBy
      if (!chips.has(odsCode)) chips.set(odsCode, { odsCode, name, short })
    }
  const columns = [...chips.values()].sort((a, b) => inOrder(a.short, b.short) || inOrder(a.odsCode, b.odsCode))
  return {
    columns,
    rows: shown.map(({ entry, members }) => {
      const cells = columns.map(({ odsCode }) => cellOf(members, odsCode))
      return { entryId: entry.id, title: titleOf(entry), tag: tagOf(entry, cells), cells }
    }),
  }
}

const titleOf = (entry: MedicineEntry): string => [entry.title, entry.strengthAndForm].filter(Boolean).join(' ')

/** What one organisation says last of a medicine; that it handed some over speaks only where it says nothing else. */
function cellOf(members: readonly MedicineDraft[], odsCode: string): Cell | undefined {
  const own = members.filter(d => d.entry.recordedBy.odsCode === odsCode)
  const newest = own.find(d => !d.supplyOnly) ?? own[0]
  if (!newest) return undefined
  const { entry } = newest
  const dose = [entry.dose, entry.route, entry.frequency].filter(Boolean).join(' ')
  const cell = {
    words: [dose, entry.instruction, entry.statement === 'Prescribed' || entry.statement === 'Recorded' ? undefined : entry.statement]
      .filter(Boolean)
      .join(', '),
    status: entry.status,
  }
  const date = entry.date ?? entry.recordedBy.date
  return date === undefined ? cell : { ...cell, date }
}

function tagOf(entry: MedicineEntry, cells: readonly (Cell | undefined)[]): Row['tag'] {
  if (entry.list === 'past') return 'Stopped'
  const kinds = new Set(entry.conflicts.map(c => c.kind))
  if (kinds.has('dose')) return 'Different dose'
  if (kinds.has('frequency')) return 'Different frequency'
  if (kinds.has('status')) return 'Different status'
  return cells.filter(cell => cell !== undefined).length < 2 ? 'Only here' : 'Same'
}
