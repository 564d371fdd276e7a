import { details, summaryList } from '../../components/nhsuk.ts'
import { html, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'

export const PROCESSING_PATH = '/office/processing'

/** One row of the record of processing activities. */
export interface FlowShown {
  readonly from: string
  readonly to: string
  readonly purpose: string
  readonly data: string
  readonly article6: string
  readonly article9: string
  readonly commonLaw: string
  readonly retention: string
  readonly safeguards: string
  readonly parties: readonly string[]
}

/** Names that are written out; the rest are behind them. */
const SHOWN = 6

const partiesOf = (parties: readonly string[]): Html =>
  parties.length === 0
    ? html`Nobody at present`
    : parties.length <= SHOWN
      ? html`${parties.join(', ')}`
      : html`${details(
          `${parties.length}, for example ${parties[0]}`,
          html`<ul class="nhsuk-list">
            ${parties.map(name => html`<li>${name}</li>`)}
          </ul>`,
        )}`

/** The record of processing activities as the catalogue and the settings have it now. */
export const processingPage = (frame: OfficeFrame, model: { readonly title: string; readonly flows: readonly FlowShown[] }): Html =>
  officePage(
    frame,
    'Record of processing',
    html`<p>
        Every way on which personal data goes in or out of ${model.title}, or is kept, made from what is connected now. Under the UK GDPR,
        the Data Protection Act 2018, Article 8 of the Human Rights Act 1998, the common law duty of confidentiality and the NHS codes of
        practice on confidentiality and on records. Nothing is sold, and there is no use but care and what the law asks for.
      </p>
      ${model.flows.map(
        flow =>
          html`<h2 class="nhsuk-heading-s">${flow.from}: to ${flow.to.charAt(0).toLowerCase()}${flow.to.slice(1)}</h2>
            ${summaryList([
              ['Purpose', flow.purpose],
              ['What of whom', flow.data],
              ['UK GDPR Article 6', flow.article6],
              ['UK GDPR Article 9', flow.article9],
              ['Common law', flow.commonLaw],
              ['Kept', flow.retention],
              ['Safeguards', flow.safeguards],
              ['With whom now', partiesOf(flow.parties)],
            ])}`,
      )}`,
  )
