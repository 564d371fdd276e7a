import type { Group } from '../../care-record/section.ts'
import { dateTag, clockTime } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { RecordPageModel } from '../models.ts'
import { groupWords, stripCount, stripOf, type StripException } from '../words.ts'

interface Ask {
  readonly source: string
  readonly exchange: string
  readonly group: Group
  readonly name: string
  /** Further groups that the script asks with the same press. */
  readonly also?: readonly Group[]
}

/** Asks one source again for one group; works as a plain form too (D116). */
export const tryAgainForm = (model: Pick<RecordPageModel, 'viewId' | 'csrf'>, ask: Ask, words = 'Try again'): Html =>
  html`<form class="lcr-again" method="post" action="/r/${model.viewId}/try-again" data-again="${ask.also?.join(' ') ?? ''}">
    <input type="hidden" name="csrf" value="${model.csrf}" /><input type="hidden" name="source" value="${ask.source}" /><input
      type="hidden"
      name="exchange"
      value="${ask.exchange}"
    /><input type="hidden" name="group" value="${ask.group}" /><button
      class="lcr-link"
      type="submit"
      id="again-${ask.exchange}-${ask.source}-${ask.group}"
    >
      ${words}<span class="nhsuk-u-visually-hidden"> ${ask.name}</span>
    </button>
  </form>`

const when = (exception: StripException): Html =>
  exception.icon !== 'clock' || exception.state.asOf === undefined
    ? nothing
    : exception.late
      ? html` ${dateTag(exception.state.asOf)}`
      : html` ${clockTime(exception.state.asOf)}`

const line = (exception: StripException, model: RecordPageModel): Html => {
  const { source } = exception.state
  const tries = Math.max(1, ...exception.again.map(state => state.attempts))
  return html`<li class="lcr-source lcr-source--${exception.late ? 'late' : exception.icon}">
    ${icons[exception.icon]}<span
      ><span class="lcr-source__name">${source.name}</span> ${exception.words}${when(exception)}${
        tries > 1 && html` <span>(tried ${tries} times)</span>`
      }</span
    >${again(exception, model)}
  </li>`
}

/** One press for all that failed of a source; without script, one for each group. */
function again({ state: { source }, again: [first, ...rest] }: StripException, model: RecordPageModel): Html {
  if (first === undefined) return nothing
  const ask = { source: source.id, exchange: source.exchange, name: source.name }
  const also = rest.map(state => state.group)
  return html`${tryAgainForm(model, { ...ask, group: first.group, also })}${
    also.length > 0 &&
    html`<noscript>${also.map(group => tryAgainForm(model, { ...ask, group }, `Try again: ${groupWords[group]}`))}</noscript>`
  }`
}

/** What follows the count in the strip: each exception, then the way to all sources. */
export const stripExceptions = (model: RecordPageModel): Html => {
  const { exceptions, asking } = stripOf(model.snapshot, model.openedAt)
  return html`<ul class="lcr-strip__list" aria-label="Sources with something to say">
      ${exceptions.map(exception => line(exception, model))}${asking > 0 && html`<li class="lcr-source lcr-source--loading">${icons.loading}<span>${asking} sources loading</span></li>`}
    </ul>
    <a class="lcr-strip__all" href="/r/${model.viewId}/sources">All sources</a>`
}

export const stripText = (model: RecordPageModel): string => stripCount(stripOf(model.snapshot, model.openedAt), model.elapsedMs)

/** How many answered, and who did not: on every screen of a record, and the one live region (D110, D115). */
export const sourcesStrip = (model: RecordPageModel): Html =>
  html`<section class="lcr-strip" aria-label="Sources">
    <p class="lcr-strip__count" role="status" id="strip-count">${stripText(model)}</p>
    <div class="lcr-strip__rest" id="strip-rest">${stripExceptions(model)}</div>
  </section>`
