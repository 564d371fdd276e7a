import type { SectionId } from '../../care-record/section.ts'
import { cardFoot } from '../components/section-card.ts'
import { html, type Child, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { recordTool } from '../pages/record-tool.ts'
import { sectionTitle } from '../words.ts'
import { chartHead } from './head.ts'
import { olderForm } from './older.ts'

/** A card that is a page: heading with what stands beside it, then its content. */
export const wholeCard = (section: string, heading: Child, beside: Child, inside: Child): Html =>
  html`<section class="nhsuk-card lcr-card lcr-card--${section} lcr-card--whole" data-whole="${section}" aria-labelledby="whole-title">
    <div class="nhsuk-card__content">
      <div class="lcr-card__head">
        <h2 class="nhsuk-card__heading lcr-card__heading" id="whole-title">${heading}</h2>
        ${beside}
      </div>
      <p class="lcr-more" data-arrived hidden><button type="button" class="lcr-link">More has arrived. Show</button></p>
      ${inside}
    </div>
  </section>`

/** A page of one section with what its card says at the foot; or that it is not of the role, whoever the person is (D122). */
export function chartPage(model: RecordPageModel, section: SectionId, what: string, inside: () => Html): Html {
  const may = model.maySee.has(section)
  return recordTool(
    model,
    what,
    section,
    may
      ? inside()
      : html`<h2 class="nhsuk-heading-m">${sectionTitle(section)}</h2>
          <p>${sectionTitle(section)} is not part of your role.</p>`,
    may && chartHead,
  )
}

/** What a section says of who has not answered, the line of the law where it has one, and the way to what is older (D113). */
export const sectionFoot = (model: RecordPageModel, section: SectionId): Html =>
  html`<div class="lcr-card__foot" data-foot>${cardFoot(model, section)}</div>
    ${olderForm(model, section)}`
