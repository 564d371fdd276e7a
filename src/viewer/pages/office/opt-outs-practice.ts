import { spacedNhsNumber } from '../../../care-record/nhs-number.ts'
import { button, errorSummary, insetText, stackedTable, summaryList } from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, type Html } from '../../html.ts'
import { OBJECTIONS_PATH } from './objections.ts'
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

/** Of these a case may be opened; the others are looked at. */
const OPENS: ReadonlySet<WishEffect> = new Set(['local-objection-case', 'review'])

interface WishShown {
  readonly id: string
  /** Name of the practice. */
  readonly practice: string
  readonly effect: WishEffect
  /** FHIR date; empty: the practice does not say. */
  readonly saidOn: string
  readonly firstSeen: string
}

const writtenOn = ({ saidOn }: WishShown): string => (saidOn === '' ? 'The practice does not say' : staffDate(saidOn))

/** What GP systems say of sharing and nobody has looked at. Names nobody. */
export const practiceDissentPage = (frame: OfficeFrame, model: { readonly waiting: readonly WishShown[]; readonly fault?: string }): Html =>
  officePage(
    frame,
    'What practices say of sharing',
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: '#maincontent' }])}
      <p>
        These were found in answers of GP systems. They change nothing that is shown until you decide. A patient who said no to the local
        shared record is not here unless something later is known: their case is open at Objections, and what the practice holds is not
        shared. What is said about the Summary Care Record or about other uses has no part in this record.
      </p>
      ${
        model.waiting.length === 0
          ? html`<p>Nothing waits.</p>`
          : stackedTable(
              'Waiting, the longest first',
              ['What', 'Practice', 'Written on', 'Found on'],
              model.waiting.map(one => [
                html`<a href="${PRACTICE_DISSENT_PATH}/${one.id}">${WORDS[one.effect]}</a>`,
                one.practice,
                writtenOn(one),
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
    readonly caseId?: string
    readonly fault?: string
  },
): Html =>
  officePage(
    frame,
    'What a practice says of sharing',
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: '#word' }])}
      ${summaryList([
        ['What', WORDS[model.effect]],
        ['Practice', model.practice],
        ['Written on', writtenOn(model)],
        ['Found on', staffDate(model.firstSeen)],
        ['Name', model.name],
        ['NHS number', spacedNhsNumber(model.nhsNumber)],
      ])}
      ${
        model.state === 'waiting'
          ? officeForm(
              frame,
              `${PRACTICE_DISSENT_PATH}/${model.id}`,
              html`<h2 id="word">What is to be done?</h2>
                ${
                  OPENS.has(model.effect) &&
                  html`<p>
                      Sharing of what this practice holds stops when the case is opened. The person is asked, and told what was decided.
                    </p>
                    ${button('Open a case', { name: 'word', value: 'case' })}`
                }
                ${button(OPENS.has(model.effect) ? 'Nothing is to be done' : 'I have looked at it', { name: 'word', value: 'nothing', secondary: true })}`,
            )
          : insetText(
              model.state === 'nothing'
                ? html`<p>Somebody has looked at this. Nothing is to be done.</p>`
                : html`<p>
                    ${model.caseId === undefined ? 'A case is open' : html`<a href="${OBJECTIONS_PATH}/${model.caseId}">A case is open</a>`}
                    at Objections.
                  </p>`,
            )
      }
      <p><a href="${PRACTICE_DISSENT_PATH}">Back to the list</a></p>`,
  )
