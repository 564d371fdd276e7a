import { dateTag, clockTime } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { RecordPageModel } from '../models.ts'
import { groupWords, stripCount, stripOf, type StripException } from '../words.ts'

/** Asks one source again for one group; works as a plain form too (D116). */
export const tryAgainForm = (
  model: Pick<RecordPageModel, 'viewId' | 'csrf'>,
  ask: { readonly source: string; readonly exchange: string; readonly group: string; readonly name: string },
  words = 'Try again',
): Html =>
  html`<form class="lcr-again" method="post" action="/r/${model.viewId}/try-again" data-again>
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
    >${exception.again.map(state =>
      tryAgainForm(
        model,
        { source: source.id, exchange: source.exchange, group: state.group, name: source.name },
        exception.again.length > 1 ? `Try again: ${groupWords[state.group]}` : 'Try again',
      ),
    )}
  </li>`
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
