import type { Entry } from '../../care-record/entry.ts'
import { SECTION_IDS } from '../../care-record/section.ts'
import { counted } from '../format.ts'
import { html, type Html } from '../html.ts'
import { sectionTitle } from '../words.ts'
import type { RowContext } from './row.ts'
import { entryRow } from './rows.ts'

/**
 * Entries of several sections, under the title of each in the order of the menu.
 *
 * @param anchor put before the section's id in the id of its heading, so that a link can lead there.
 */
export function entryGroups(entries: readonly Entry[], context: RowContext, anchor: string): Html {
  const groups = Map.groupBy(entries, entry => entry.section)
  return html`${SECTION_IDS.filter(id => groups.has(id)).map(id => {
    const rows = groups.get(id) ?? []
    return html`<h3 class="lcr-list-title" id="${anchor}-${id}">
        ${sectionTitle(id)} <span class="lcr-count">${counted(rows.length, 'item')}</span>
      </h3>
      <ul class="lcr-rows">
        ${rows.map(entry => entryRow(entry, { ...context, twin: true }))}
      </ul>`
  })}`
}
