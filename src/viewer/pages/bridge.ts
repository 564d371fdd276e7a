import { button } from '../components/nhsuk.ts'
import { html, type Html } from '../html.ts'
import type { Frame, RecordPageModel } from '../models.ts'
import { form, plainPage } from './layout.ts'

/** Ways out to other products, in the menu of a record and in its index on a small screen: each opens beside it. */
export const bridgeItems = (model: Pick<RecordPageModel, 'bridges' | 'viewId' | 'csrf'>, as = ''): readonly Html[] =>
  (model.bridges ?? []).map(
    ({ id, title }) =>
      html`<li ${as !== '' && html`class="${as}"`}>
        <form method="post" action="/r/${encodeURIComponent(model.viewId)}/bridge/${encodeURIComponent(id)}" target="_blank">
          <input type="hidden" name="csrf" value="${model.csrf}" /><button class="lcr-link" type="submit">Open in ${title}</button>
        </form>
      </li>`,
  )

/** The one form that leaves us. What it carries is good for a minute and for one use. */
export const leavingPage = (frame: Frame, to: { readonly title: string; readonly url: string; readonly token: string }): Html =>
  plainPage(
    frame,
    `Open in ${to.title}`,
    html`<h1 class="nhsuk-heading-l">Open in ${to.title}</h1>
      <p>
        ${to.title} is another product. It is told who you are and which person this is, decides for itself what you may see, and keeps its
        own record of what you look at.
      </p>
      ${form(to.url, undefined, html`<input type="hidden" name="context" value="${to.token}" />${button(`Continue to ${to.title}`)}`)}
      <p class="nhsuk-hint">This works once, and for one minute.</p>`,
  )
