import { completenessOf } from '../../care-record/snapshot.ts'
import { counted } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { RecordPageModel } from '../models.ts'
import { countOf, isSoFar } from '../words.ts'
import { happenings, TIMELINE_SECTIONS, type Happening } from './happenings.ts'
import { lanesChart, lanesOf, laneSpan, outsideWords, placed } from './lanes.ts'
import { WINDOW_MONTHS } from './series.ts'

export const timelinePath = (viewId: string): string => `/r/${encodeURIComponent(viewId)}/timeline`

/** Lanes in the summary; those of further organisations share the last. */
const CARD_LANES = 8

/** `12 months, 6 organisations`; where places are not shown, their number is not either. */
export function spanWords(items: readonly Happening[], openedAt: string): string {
  const { inside } = placed(items, laneSpan(openedAt))
  if (inside.some(item => item.by.odsCode === '')) return `${WINDOW_MONTHS} months`
  return `${WINDOW_MONTHS} months, ${counted(lanesOf(inside).length, 'organisation')}`
}

const mine = (model: RecordPageModel) => TIMELINE_SECTIONS.filter(id => model.maySee.has(id))

export const timelineSoFar = (model: RecordPageModel): boolean => mine(model).some(id => isSoFar(model.snapshot, id))

/** Count of everything of the timeline, `so far` while unfinished (D86): for the menu and the heading. */
export function timelineCount(model: RecordPageModel): string {
  const count = happenings(model).length
  const soFar = timelineSoFar(model)
  return count === 0 && soFar ? '' : `${count.toLocaleString('en-GB')}${soFar ? ' so far' : ''}`
}

/** Who has still to answer and who could not, for all that the timeline gathers (D113). */
export function timelineLines(model: RecordPageModel): Html {
  const states = mine(model).map(id => completenessOf(model.snapshot, id))
  const waiting = countOf(states.flatMap(s => s.waiting))
  const missing = countOf(states.flatMap(s => s.missing))
  const line = (icon: Html, words: string): Html => html`<p class="lcr-foot">${icon}<span>${words}</span></p>`
  return html`${waiting > 0 && line(icons.loading, `Waiting for ${counted(waiting, 'source')}. The timeline may not be complete.`)}${
    missing > 0 && line(icons.warning, `${counted(missing, 'source')} did not answer. Information may be missing.`)
  }`
}

/** What is inside the card: changed as a whole when parts arrive. */
export function timelineLanes(model: RecordPageModel): Html {
  const items = happenings(model)
  const outside = outsideWords(items, laneSpan(model.openedAt))
  return html`<div class="lcr-card__head">
      <h2 class="nhsuk-card__heading lcr-card__heading" id="s-timeline-title">
        Timeline <span class="lcr-count">${items.length === 0 ? nothing : spanWords(items, model.openedAt)}</span>
      </h2>
      <a class="lcr-viewall" href="${timelinePath(model.viewId)}#table"
        >Show as table<span class="nhsuk-u-visually-hidden"> the timeline</span></a
      >
      <a class="lcr-viewall" href="${timelinePath(model.viewId)}">View all<span class="nhsuk-u-visually-hidden"> in the timeline</span></a>
    </div>
    ${
      items.length === 0
        ? !timelineSoFar(model) && html`<p class="lcr-foot lcr-foot--empty">Nothing to show.</p>`
        : lanesChart(items, model.openedAt, CARD_LANES)
    }${outside !== '' && html`<p class="lcr-outside">Not drawn: ${outside}.</p>`}${timelineLines(model)}`
}

/** Lanes by organisation over twelve months, for the summary, which loads `chartHead` for it. */
export const timelineCard = (model: RecordPageModel): Html =>
  mine(model).length === 0
    ? nothing
    : html`<section class="nhsuk-card lcr-card lcr-card--timeline" id="s-timeline" aria-labelledby="s-timeline-title">
        <div class="nhsuk-card__content" id="timeline">${timelineLanes(model)}</div>
      </section>`
