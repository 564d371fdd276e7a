import type { RoleGroup } from '../../care-record/catalogue.ts'
import type { Entry } from '../../care-record/entry.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { LastLook } from '../models.ts'
import { notes } from './chip.ts'
import { rowConflicts } from './conflict.ts'
import { tag } from './nhsuk.ts'

/** What a row needs to know of the page it stands in. */
export interface RowContext {
  readonly viewId: string
  /** ISO instant of opening. */
  readonly openedAt: string
  /** Entries that changed since then are tagged `New`. */
  readonly lastLook?: LastLook
  /** A page of the section alone, with room for all that its readers need. */
  readonly whole?: boolean
  /** A card of the summary, where plans and alerts have a line each. */
  readonly summary?: boolean
  /** Kind of role: who turns on a resuscitation plan first reads it whole in the summary. */
  readonly roleGroup?: RoleGroup
  /** The same entry may stand in the page twice: this row is not the one that changes arrive at. */
  readonly twin?: boolean
}

/** Id of an entry's row in the page. */
export const rowId = (entry: Pick<Entry, 'id'>): string => `e-${entry.id}`

/** @param kind names its style. */
export const row = (entry: Entry, context: RowContext, kind: string, inside: Child): Html =>
  html`<li class="lcr-row lcr-row--${kind}" ${context.twin !== true && html` id="${rowId(entry)}"`} data-sort="${entry.sort}">
    ${inside}${notes(entry)}${rowConflicts(entry, context.viewId)}
  </li>`

/** Not shown in this version when this professional last looked. */
export const newTag = (entry: Pick<Entry, 'id'>, { lastLook }: Pick<RowContext, 'lastLook'>): Html =>
  lastLook?.changed.has(entry.id) === true ? html` ${tag('New', 'blue')}` : nothing

// Only the first letter: an agent may hold a proper name or a chemical symbol.
export const lowerFirst = (words: string): string =>
  /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLocaleLowerCase('en-GB') + words.slice(1) : words
