import type { Entry } from '../../care-record/entry.ts'
import { SECTION_IDS, type SectionId } from '../../care-record/section.ts'
import { counted, dateTag } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { everyEntry } from '../search.ts'
import { isWaiting } from '../words.ts'

const nouns: Readonly<Record<SectionId, readonly [one: string, many?: string]>> = {
  alerts: ['alert'],
  allergies: ['allergy', 'allergies'],
  medicines: ['medicine'],
  problems: ['problem'],
  encounters: ['encounter'],
  results: ['result'],
  imaging: ['imaging report'],
  appointments: ['appointment'],
  referrals: ['referral'],
  documents: ['document'],
  plans: ['care plan'],
  procedures: ['procedure'],
  vaccinations: ['vaccination'],
  observations: ['observation'],
  'social-care': ['social care item'],
  contacts: ['contact'],
  'about-me': ['need', 'needs'],
  legal: ['legal item'],
  'family-history': ['family history item'],
  'social-context': ['social context item'],
  other: ['other item'],
}

/** Entries not shown, in this version, when this professional last looked. */
export const changedEntries = (model: Pick<RecordPageModel, 'snapshot' | 'maySee' | 'lastLook'>): readonly Entry[] => {
  const { lastLook } = model
  return lastLook === undefined ? [] : everyEntry(model.snapshot, model.maySee).filter(entry => lastLook.changed.has(entry.id))
}

/** `4 results, 1 document`: each leads to where they are listed. */
export function sinceLine(model: RecordPageModel): Html {
  // The line keeps its height: the last look becomes known after the page is there (D115).
  if (model.lastLook === undefined)
    return html`<p class="lcr-since__line lcr-none">
      ${isWaiting(model.snapshot) ? 'Looking for what is new to you' : 'No earlier look of yours is known'}
    </p>`
  const bySection = Map.groupBy(changedEntries(model), entry => entry.section)
  const changes = `/r/${encodeURIComponent(model.viewId)}/changes`
  return html`<p class="lcr-since__line">
    <strong>Since you last looked, ${dateTag(model.lastLook.at)}</strong>
    ${SECTION_IDS.filter(id => bySection.has(id)).map(
      id => html`<a href="${changes}#new-${id}">${counted(bySection.get(id)?.length ?? 0, ...nouns[id])}</a> `,
    )}${
      bySection.size === 0
        ? html`<span>nothing new${isWaiting(model.snapshot) && ' so far'}</span>`
        : html`<a class="lcr-since__only" href="${changes}">Show only what is new</a>`
    }
  </p>`
}
