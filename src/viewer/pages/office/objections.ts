import { button, buttonLink, errorSummary, input, stackedTable, table, tag, textarea, warningCallout } from '../../components/nhsuk.ts'
import { counted, staffDate } from '../../format.ts'
import { html, type Child, type Html } from '../../html.ts'
import type { FormState } from '../../models.ts'
import { form } from '../layout.ts'
import { choice, errorsOf } from '../sharing-words.ts'
import { requestFields } from '../sharing-fields.ts'
import { officePage, type OfficeFrame } from './office.ts'

export const OBJECTIONS_PATH = '/office/objections'

/** What a case waits for, as a task. */
export const DUE_WORDS: Readonly<Record<string, string>> = {
  'check-identity': 'Check who it is',
  'check-right': 'Check the right to ask',
  'see-clinician': 'Ask a clinician',
  explain: 'Explain what it means',
  decide: 'Decide',
  advise: 'Caldicott Guardian advises',
  review: 'Second person decides',
  'answer-narrowing': 'Somebody asks to see',
  'tell-safeguarding': 'Tell the safeguarding lead',
  'confirm-route': 'Confirm a safe way for letters',
  'make-letter': 'Make the letter',
  'send-letter': 'Send the letter',
  'review-telling': 'Look again at a letter that waits',
  'share-again': 'Share again',
  'ask-again': 'Ask again at 16',
  close: 'Close',
}
export const STATE_WORDS: Readonly<Record<string, string>> = {
  received: 'Received: nothing has changed',
  held: 'Being decided: sharing has stopped',
  upheld: 'Upheld: not shared',
  'not-upheld': 'Not upheld: shared',
  withdrawn: 'Taken back: shared',
  expired: 'Ended: nothing has changed',
}
export const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  record: 'In the record',
  form: 'Public form',
  'call-back': 'Telephone',
  practice: 'GP practice',
  import: 'Earlier opt-out',
}

export interface QueueItem {
  readonly id: string
  readonly reference: string
  readonly state: string
  readonly channel: string
  readonly openedAt: string
  readonly due: readonly { readonly due: string; readonly by?: string; readonly overdue: boolean }[]
}

const tasks = ({ due }: QueueItem): Child =>
  html`${due.map(
    (each, n) =>
      html`${n > 0 && html`<br />`}${DUE_WORDS[each.due]}${each.by !== undefined && html` by ${staffDate(each.by, 'date')}`}
      ${each.overdue && tag('Overdue', 'red')}`,
  )}`

/** Every case that waits, those overdue first. References only: no name, no number. */
export const objectionsPage = (
  frame: OfficeFrame,
  model: { readonly rows: readonly QueueItem[]; readonly calls: number; readonly overdueCalls: number; readonly contact: boolean },
): Html =>
  officePage(
    frame,
    'Objections to sharing',
    html`${
        !model.contact &&
        warningCallout(
          'Letters cannot be made yet',
          html`<p>Every letter says how people reach you. <a href="${OBJECTIONS_PATH}/contact">Write down how</a>.</p>`,
        )
      }
      <p>
        <a href="${OBJECTIONS_PATH}/calls">${counted(model.calls, 'person', 'people')} to call back</a>
        ${model.overdueCalls > 0 && tag(`${model.overdueCalls} overdue`, 'red')}
      </p>
      ${
        model.rows.length === 0
          ? html`<p>No case waits.</p>`
          : stackedTable(
              `${counted(model.rows.length, 'case')} to work on`,
              ['Case', 'Where it stands', 'Came by', 'Said on', 'To do'],
              model.rows.map(row => [
                html`<a href="${OBJECTIONS_PATH}/${row.id}">${row.reference}</a>`,
                STATE_WORDS[row.state],
                CHANNEL_WORDS[row.channel],
                staffDate(row.openedAt, 'date'),
                tasks(row),
              ]),
            )
      }
      <p>${buttonLink('Somebody left a message on the telephone line', `${OBJECTIONS_PATH}/calls/new`)}</p>
      <p><a href="${OBJECTIONS_PATH}/called">Somebody calls about their objection, or about a patient’s</a></p>
      <p><a href="/office/opt-outs/called">Somebody calls about a record that is withheld for what another may have said</a></p>
      <p><a href="${OBJECTIONS_PATH}/contact">How people reach you</a></p>`,
  )

/** A case that need not wait for anything: by what the person or a clinician reads out. */
export const calledCasePage = (frame: OfficeFrame, fault?: string): Html =>
  officePage(
    frame,
    'Find a case by its reference',
    html`${fault !== undefined && errorSummary([{ words: fault, href: '#reference' }])}
      <p>A person has it from us or from a letter. A clinician of another area reads it on their page about sharing.</p>
      <form method="get" action="${OBJECTIONS_PATH}/called">
        ${input({ name: 'reference', label: 'Reference', hint: 'For example OBJ-7KQ2MNPR, or 1a2b 3c4d', width: 20, autocomplete: 'off', error: fault })}
        ${button('Find it')}
      </form>`,
  )

export interface CallItem {
  readonly id: string
  readonly about: string
  readonly words: string
  readonly takenAt: string
  readonly dueAt: string
  readonly overdue: boolean
  readonly tries: number
}

/** People who asked to be called (R071). */
export const callsPage = (frame: OfficeFrame, model: { readonly calls: readonly CallItem[] }): Html =>
  officePage(
    frame,
    'People to call back',
    html`${
      model.calls.length === 0
        ? html`<p>Nobody waits for a call.</p>`
        : table(
            'Due first',
            ['Who and where', 'Due', 'Tried'],
            model.calls.map(call => [
              html`<strong>${call.about}</strong>${call.words !== '' && html`<br />${call.words}`}<br /><a
                  href="${OBJECTIONS_PATH}/calls/${call.id}"
                  >What came of the call</a
                >`,
              html`${staffDate(call.dueAt)} ${call.overdue && tag('Overdue', 'red')}`,
              call.tries === 0 ? 'Not yet' : counted(call.tries, 'time'),
            ]),
          )
    }`,
  )

export const calledPage = (
  frame: OfficeFrame,
  call: CallItem,
  classes: readonly { readonly id: string; readonly title: string }[],
  state: FormState = {},
): Html =>
  officePage(
    frame,
    'What came of the call',
    html`${errorSummary(errorsOf(state))}
      <p><strong>${call.about}</strong>${call.words !== '' && html`<br />${call.words}`}</p>
      ${form(
        `${OBJECTIONS_PATH}/calls/${call.id}`,
        frame.csrf,
        html`${choice(state, 'outcome', 'What came of it?', [
            { value: 'called', words: 'We spoke, and they object: begin a case' },
            { value: 'settled', words: 'We spoke, and nothing is to be done' },
            { value: 'no-answer', words: 'Nobody answered: leave it in the list' },
            { value: 'wrong-number', words: 'The number is not theirs: take it off the list' },
          ])}
          <h2>If they object</h2>
          ${requestFields(state, { classes })} ${button('Save')}`,
      )}`,
  )

export const newCallPage = (frame: OfficeFrame, state: FormState = {}): Html =>
  officePage(
    frame,
    'A message on the telephone line',
    html`${errorSummary(errorsOf(state))}
    ${form(
      `${OBJECTIONS_PATH}/calls/new`,
      frame.csrf,
      html`${input({ name: 'name', label: 'Name they left', autocomplete: 'off', error: state.errors?.['name'], value: state.values?.['name'] })}
        ${input({ name: 'phone', label: 'Number they left', width: 20, autocomplete: 'off', error: state.errors?.['phone'], value: state.values?.['phone'] })}
        <p>They are to be called within two working days.</p>
        ${button('Put on the list')}`,
    )}`,
  )

const CONTACT_FIELDS = [
  ['organisation', 'Organisation', undefined],
  ['team', 'Team', undefined],
  ['address', 'Address', 'One line each'],
  ['phone', 'Telephone', undefined],
  ['email', 'Email', undefined],
  ['dayAndNight', 'Telephone answered day and night', undefined],
  ['palsName', 'Who takes complaints', 'Patient Advice and Liaison Service, or the complaints team'],
  ['palsPhone', 'Their telephone', undefined],
  ['palsEmail', 'Their email', undefined],
  ['dpoEmail', 'Email of the data protection officer', undefined],
  ['dpoAddress', 'Address of the data protection officer', 'One line each'],
] as const

/** What every letter of this office says of it. */
export const contactPage = (frame: OfficeFrame, state: FormState = {}): Html =>
  officePage(
    frame,
    'How people reach you',
    html`${errorSummary(errorsOf(state))}
      <p>Every letter of your organisation says this.</p>
      ${form(
        `${OBJECTIONS_PATH}/contact`,
        frame.csrf,
        html`${CONTACT_FIELDS.map(([name, label, hint]) => {
          const field = { name, label, error: state.errors?.[name], value: state.values?.[name], ...(hint === undefined ? {} : { hint }) }
          return name === 'address' || name === 'dpoAddress' ? textarea({ ...field, rows: 3 }) : input(field)
        })}
        ${button('Save')}`,
      )}`,
  )
