import { paged, shownWords } from '../charts/paging.ts'
import { changedEntries } from '../components/since.ts'
import { entryGroups } from '../components/entry-groups.ts'
import { counted, dateTag } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { newestFirst } from '../search.ts'
import { isWaiting } from '../words.ts'
import { recordTool } from './record-tool.ts'

/** `/r/{view}/changes`: what this professional has not seen of this person, in this version; the newest 100. */
export function changesPage(model: RecordPageModel): Html {
  const { lastLook } = model
  const title = 'Since you last looked'
  if (lastLook === undefined)
    return recordTool(
      model,
      title,
      'changes',
      html`<h2 class="nhsuk-heading-m">${title}</h2>
        <p>This is the first time that you look at this record, or it is not known when you last did.</p>`,
    )
  const changed = paged(changedEntries(model).toSorted(newestFirst), 1)
  const soFar = isWaiting(model.snapshot) ? ' so far' : ''
  return recordTool(
    model,
    title,
    'changes',
    html`<section class="nhsuk-card lcr-card lcr-card--whole" aria-labelledby="changes-title">
      <div class="nhsuk-card__content">
        <div class="lcr-card__head">
          <h2 class="nhsuk-card__heading lcr-card__heading" id="changes-title">${title}, ${dateTag(lastLook.at)}</h2>
          ${shownWords({ ...changed, pages: changed.pages })}
        </div>
        <p>
          ${
            changed.total === 0
              ? `Nothing new${soFar}.`
              : `${counted(changed.total, 'item')} new or changed${soFar}${changed.pages > 1 ? '; the newest 100 are shown' : ''}.`
          }
        </p>
        ${entryGroups(changed.rows, { ...model, whole: true }, 'new')}
      </div>
    </section>`,
  )
}
