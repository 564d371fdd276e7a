import type { Entry, Thread } from '../../care-record/entry.ts'
import { resolveEntry } from '../../care-record/snapshot.ts'
import { pageLinks, paged, shownWords } from '../charts/paging.ts'
import { entryRow } from '../components/rows.ts'
import { sectionPath } from '../components/section-card.ts'
import { counted } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { newestFirst } from '../search.ts'
import { isBareReport, isWaiting, sectionTitle } from '../words.ts'
import { recordTool } from './record-tool.ts'

interface Whole {
  readonly head: Entry
  readonly members: readonly Entry[]
}

/** Threads with their entries as they stand; sections outside the role leave nothing. */
function wholes(model: RecordPageModel, threads: readonly Thread[]): readonly Whole[] {
  const find = (id: string): Entry | undefined => {
    const entry = resolveEntry(model.snapshot, id)
    return entry !== undefined && model.maySee.has(entry.section) && !isBareReport(entry) ? entry : undefined
  }
  return threads.flatMap(thread => {
    const head = find(thread.head)
    const members = [...new Set(thread.members.map(find))].filter(entry => entry !== undefined && entry !== head) as Entry[]
    return head === undefined || members.length === 0 ? [] : [{ head, members: members.toSorted(newestFirst) }]
  })
}

/**
 * `/r/{view}/problems/threads`, `/r/{view}/encounters/threads`: what sources linked to each problem or encounter, under it.
 * What none of them linked stands in its section only.
 *
 * @param page from 1, of 100 linked items each (D89); a page past the end shows the last.
 */
export function threadsPage(model: RecordPageModel, of: 'problems' | 'encounters', threads: readonly Thread[], page = 1): Html {
  const one = of === 'problems' ? 'problem' : 'encounter'
  const title = `By ${one}`
  if (!model.maySee.has(of))
    return recordTool(
      model,
      title,
      of,
      html`<h2 class="nhsuk-heading-m">${title}</h2>
        <p>${sectionTitle(of)} is not part of your role.</p>`,
    )
  const all = wholes(model, threads)
  const context = { ...model, twin: true }
  const here = paged(
    all.flatMap(thread => thread.members.map(entry => ({ thread, entry }))),
    page,
  )
  return recordTool(
    model,
    title,
    of,
    html`<p><a href="${sectionPath(model.viewId, of)}">Back to ${sectionTitle(of).toLocaleLowerCase('en-GB')}</a></p>
      <section class="nhsuk-card lcr-card lcr-card--whole" aria-labelledby="threads-title">
        <div class="nhsuk-card__content">
          <div class="lcr-card__head">
            <h2 class="nhsuk-card__heading lcr-card__heading" id="threads-title">
              ${title}, with what belongs to it
              <span class="lcr-count">${all.length.toLocaleString('en-GB')}${isWaiting(model.snapshot) && ' so far'}</span>
            </h2>
            ${shownWords(here)}
          </div>
          <p>
            As the sources linked them, newest first. What no source linked to ${of === 'problems' ? 'a' : 'an'} ${one} stands in its
            section only.
          </p>
          ${all.length === 0 && html`<p class="lcr-foot lcr-foot--empty">Nothing is linked by the sources that answered.</p>`}
          ${Array.from(Map.groupBy(here.rows, row => row.thread)).map(
            ([{ head, members }, shown], place) =>
              html`<section class="lcr-thread" aria-labelledby="thread-${place}">
                <h3 class="lcr-list-title" id="thread-${place}">${head.title}</h3>
                <ul class="lcr-rows lcr-rows--head">
                  ${entryRow(head, context)}
                </ul>
                <ul class="lcr-rows lcr-rows--members" aria-label="Linked to it">
                  ${shown.map(({ entry }) => entryRow(entry, context))}
                </ul>
                ${shown.length < members.length && html`<p class="lcr-count">${shown.length} of ${counted(members.length, 'item')} on this page.</p>`}
              </section>`,
          )}
          ${pageLinks(here, `${sectionPath(model.viewId, of)}/threads`)}
        </div>
      </section>`,
  )
}
