import type { Isolated } from '../../../care-record/lists.ts'
import { button, errorSummary, input, insetText, radios, stackedTable } from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { officeForm, personWords, type PersonAtWork } from './takes-part.ts'

export const ISOLATION_PATH = '/office/isolation'

const WHAT: Readonly<Record<Isolated, readonly [words: string, hint: string]>> = {
  user: ['A person who uses the record', 'Their 12-digit user number'],
  organisation: ['An organisation', 'Its ODS code: its people see nothing, and nothing is asked of it'],
  exchange: ['Another exchange', 'Its name, for example NEL'],
  key: [
    'A certificate, or other software',
    'The fingerprint (SHA-256) of a certificate or of its key, or the name under which software asks',
  ],
  source: ['A record system', 'Its id in the catalogue: it is not asked'],
}

export interface IsolationShown {
  readonly id: string
  readonly what: Isolated
  readonly which: string
  readonly because: string
  readonly at: string
  readonly exchange: string
  readonly by?: PersonAtWork
  readonly releaseAskedBy?: PersonAtWork
  readonly isDisregarded?: true
}

/** Who is cut off now, cutting off at once, and letting in again by two. */
export const isolationPage = (
  frame: OfficeFrame,
  model: {
    readonly exchange: string
    readonly inForce: readonly IsolationShown[]
    readonly reasons: Readonly<Record<string, string>>
    readonly values: Readonly<Record<string, string>>
    readonly fault?: string
  },
): Html =>
  officePage(
    frame,
    'Cut off',
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: '#what' }])}
      ${
        model.inForce.length === 0
          ? html`<p>Nobody and nothing is cut off.</p>`
          : stackedTable(
              'Cut off now',
              ['What', 'Why', 'Since', 'By', 'Let in again'],
              model.inForce.map(one => [
                html`${WHAT[one.what][0]}: ${one.which}`,
                (Object.hasOwn(model.reasons, one.because) ? model.reasons[one.because] : undefined) ?? 'Another reason',
                staffDate(one.at),
                one.by ? personWords(one.by) : one.exchange,
                one.exchange !== model.exchange
                  ? one.isDisregarded === true
                    ? `Let in here: what ${one.exchange} says does not count`
                    : `Only ${one.exchange} can`
                  : officeForm(
                      frame,
                      `${ISOLATION_PATH}/${one.id}/release`,
                      html`${one.releaseAskedBy && html`<p>${personWords(one.releaseAskedBy)} asks for it.</p>`}${button(one.releaseAskedBy ? 'Agree' : 'Ask to let in', { secondary: true, small: true })}`,
                    ),
              ]),
            )
      }
      <h2 class="nhsuk-heading-m">Cut off at once</h2>
      ${insetText(html`<p>It holds here within seconds and at every other exchange within a minute. Open records close. Two people are needed to let anybody in again.</p>`)}
      ${officeForm(
        frame,
        ISOLATION_PATH,
        html`${radios({
          name: 'what',
          label: 'What is cut off?',
          size: 's',
          heading: false,
          value: model.values['what'],
          items: Object.entries(WHAT).map(([value, [words, hint]]) => ({ value, words, hint })),
        })}
        ${input({ name: 'which', label: 'Its number, code, name or fingerprint', value: model.values['which'], width: 20 })}
        ${radios({
          name: 'because',
          label: 'Why?',
          size: 's',
          heading: false,
          value: model.values['because'],
          items: Object.entries(model.reasons).map(([value, words]) => ({ value, words })),
        })}
        ${button('Cut off', { warning: true })}`,
      )}`,
  )
