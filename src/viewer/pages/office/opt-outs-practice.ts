import { spacedNhsNumber } from '../../../care-record/nhs-number.ts'
import { button, errorSummary, insetText, radios, stackedTable, summaryList } from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { officeForm } from './takes-part.ts'

export const PRACTICE_DISSENT_PATH = '/office/practice-codes'

export type WishEffect = 'local-objection-case' | 'review' | 'closes-after-review' | 'capacity-note'
const WORDS: Readonly<Record<WishEffect, string>> = {
  'local-objection-case': 'The practice has written that the person said no to a local shared record',
  review: 'The practice has written that sharing was refused, by the person or a parent, in general or to somebody',
  'closes-after-review': 'The practice has written that the person said yes to sharing',
  'capacity-note': 'The practice has written that the person could not decide about sharing',
}

interface WishShown {
  readonly id: string
  readonly odsCode: string
  readonly effect: WishEffect
  readonly firstSeen: string
}

/** What GP systems say of sharing and nobody has looked at. Names nobody. */
export const practiceDissentPage = (frame: OfficeFrame, model: { readonly waiting: readonly WishShown[]; readonly fault?: string }): Html =>
  officePage(
    frame,
    'What practices say of sharing',
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: '#maincontent' }])}
      <p>
        These were found in answers of GP systems. They change nothing that is shown until you decide. What is said there about the Summary
        Care Record or about other uses is not here: it has no part in this record.
      </p>
      ${
        model.waiting.length === 0
          ? html`<p>Nothing waits.</p>`
          : stackedTable(
              'Waiting, the longest first',
              ['What', 'Practice', 'Found on'],
              model.waiting.map(one => [
                html`<a href="${PRACTICE_DISSENT_PATH}/${one.id}">${WORDS[one.effect]}</a>`,
                one.odsCode,
                staffDate(one.firstSeen),
              ]),
            )
      }`,
  )

/** One of them. It shows a person: it is opened in writing. */
export const practiceDissentOnePage = (
  frame: OfficeFrame,
  model: WishShown & {
    readonly nhsNumber: string
    readonly name: string
    readonly state: 'waiting' | 'case' | 'nothing'
    readonly fault?: string
  },
): Html =>
  officePage(
    frame,
    'What a practice says of sharing',
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: '#word' }])}
      ${summaryList([
        ['What', WORDS[model.effect]],
        ['Practice', model.odsCode],
        ['Found on', staffDate(model.firstSeen)],
        ['Name', model.name],
        ['NHS number', spacedNhsNumber(model.nhsNumber)],
      ])}
      ${
        model.state === 'waiting'
          ? officeForm(
              frame,
              `${PRACTICE_DISSENT_PATH}/${model.id}`,
              html`${radios({
                name: 'word',
                label: 'What is to be done?',
                size: 's',
                heading: false,
                error: model.fault,
                items: [
                  { value: 'case', words: 'A case', hint: 'Take it down at Objections with this number. The person is asked' },
                  { value: 'nothing', words: 'Nothing', hint: 'The person was asked, or it is about something else' },
                ],
              })}
              ${button('Save')}`,
            )
          : insetText(html`<p>${model.state === 'case' ? 'A case is taken down at Objections.' : 'Nothing is to be done.'}</p>`)
      }
      <p><a href="${PRACTICE_DISSENT_PATH}">Back to the list</a></p>`,
  )
