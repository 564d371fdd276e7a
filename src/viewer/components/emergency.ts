import { dateTag } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { form } from '../pages/layout.ts'
import { button } from './nhsuk.ts'

/** On what this view rests, until when, and one action to go on (care rules 1.3): said on every page of a view opened in an emergency. */
export const emergencyNotice = ({ viewId, csrf, emergencyUntil }: Pick<RecordPageModel, 'viewId' | 'csrf' | 'emergencyUntil'>): Html =>
  emergencyUntil === undefined
    ? nothing
    : html`<section class="lcr-notices" aria-label="Emergency access">
        <p>Emergency access until ${dateTag(emergencyUntil)}. The privacy officer reviews it, and each time it is renewed.</p>
        ${form(`/r/${encodeURIComponent(viewId)}/renew`, csrf, button('Renew for 4 hours', { secondary: true, small: true }))}
      </section>`
