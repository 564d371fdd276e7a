import type { SectionId } from '../../care-record/section.ts'
import { sectionPath } from '../components/section-card.ts'
import { html, nothing, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { form } from '../pages/layout.ts'
import { isOfRecentMonths } from '../words.ts'

/** Asks every source for what is older than 12 months, and comes back to a page; nothing where it has been asked. */
export const askOlder = (model: RecordPageModel, to: string): Html =>
  model.olderAsked
    ? nothing
    : html`<div class="lcr-older">
        <p>The last 12 months are shown. What is older has not been asked for.</p>
        ${form(
          `/r/${encodeURIComponent(model.viewId)}/older`,
          model.csrf,
          html`<input type="hidden" name="to" value="${to}" /><button class="lcr-link">Ask for what is older</button>`,
        )}
      </div>`

/** The same below a section that was asked for its last 12 months only (HAZ-001). */
export const olderForm = (model: RecordPageModel, section: SectionId): Html =>
  isOfRecentMonths(model.snapshot, section) ? askOlder(model, sectionPath(model.viewId, section)) : nothing
