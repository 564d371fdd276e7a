import type { SectionId } from '../../../care-record/section.ts'
import { button, buttonLink, dateInput, errorSummary, input, radios, stackedTable, summaryList, textarea } from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { sharingFields } from './organisations-wizard.ts'
import { dateValues, overdueForm, suspendForm } from './organisations.ts'
import {
  actForm,
  daysLeft,
  history,
  officeForm,
  personWords,
  phaseTag,
  sectionWords,
  waiting,
  type AskedShown,
  type PersonAtWork,
  type Phase,
  type StepShown,
} from './takes-part.ts'

export const AGREEMENTS_PATH = '/office/agreements'

export interface AgreementLine {
  readonly id: string
  readonly provider: string
  readonly consumer: string
  readonly phase: Phase
  readonly left: number | null
  readonly waits: boolean
}

export const agreementsPage = (
  frame: OfficeFrame,
  model: { readonly lines: readonly AgreementLine[]; readonly all: number; readonly mayChange: boolean },
): Html =>
  officePage(
    frame,
    'Agreements',
    html`${model.mayChange && buttonLink('Apply for an agreement', `${AGREEMENTS_PATH}/new`)}
    ${
      model.lines.length === 0
        ? html`<p>There are no agreements.</p>`
        : stackedTable(
            model.lines.length < model.all ? `${model.lines.length} of ${model.all}: what ends first` : `${model.all} agreements`,
            ['Who shares', 'Who views', 'State', 'Time'],
            model.lines.map(one => [
              html`<a href="${AGREEMENTS_PATH}/${one.id}">${one.provider}</a>`,
              one.consumer,
              html`${phaseTag(one.phase)}${one.waits && html`<br />Waits for a second person`}`,
              daysLeft(one.left),
            ]),
          )
    }`,
  )

export interface AgreementModel {
  readonly id: string
  readonly provider: string
  readonly consumer: string
  readonly sections: readonly SectionId[] | '*'
  readonly from: string
  readonly until: string | null
  readonly left: number | null
  readonly phase: Phase
  readonly appliedBy: PersonAtWork | null
  readonly approvals: readonly PersonAtWork[]
  readonly asked: AskedShown | null
  readonly overdue: { readonly owner: string; readonly reason: string; readonly until: string } | null
  /** A decision to serve it past its last day may be written down now. */
  readonly mayServeOverdue: boolean
  readonly steps: readonly StepShown[]
  /** Mark of what is shown. */
  readonly seen: string
  readonly mayChange: boolean
  readonly fault?: string
  readonly values?: Readonly<Record<string, string>>
}

/** One agreement: what, who, when, on whose word, and what can be done. */
export function agreementPage(frame: OfficeFrame, model: AgreementModel): Html {
  const action = `${AGREEMENTS_PATH}/${model.id}/step`
  const { phase, asked } = model
  const marked = { ...frame, seen: model.seen }
  const stands = phase === 'in-force' || phase === 'not-begun' || phase === 'overdue' || phase === 'lapsed'
  return officePage(
    frame,
    `${model.provider} shares with ${model.consumer}`,
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: '#steps' }])}
      ${summaryList([
        ['State', phaseTag(phase)],
        ['What is shared', sectionWords(model.sections)],
        ['Purpose', 'Direct care. There is no other.'],
        ['First day', staffDate(model.from)],
        ['Last day', model.until === null ? 'No end' : html`${staffDate(model.until)}, ${daysLeft(model.left)}`],
        ['Warnings', '90, 30 and 7 days before the last day, then every day'],
        ...(model.appliedBy === null
          ? ([['Approved', 'With the area’s file']] as const)
          : ([
              ['Applied for by', personWords(model.appliedBy)],
              ['First approval', model.approvals[0] ? personWords(model.approvals[0]) : 'Waits'],
              ['Second approval', model.approvals[1] ? personWords(model.approvals[1]) : 'Waits'],
            ] as const)),
        ...(model.overdue === null
          ? []
          : ([
              [
                'Served past its last day',
                `Until ${staffDate(model.overdue.until)}, decided by ${model.overdue.owner}: ${model.overdue.reason}`,
              ],
            ] as const)),
      ])}
      ${
        model.mayChange &&
        html`<h2 class="nhsuk-heading-m" id="steps">What can be done</h2>
          ${waiting(marked, action, asked)}
          ${phase === 'applied' && html`${actForm(marked, action, 'approve', 'Approve')} ${actForm(marked, action, 'withdraw', 'Withdraw the application')}`}
          ${stands && asked?.act !== 'suspend' && suspendForm(marked, action, model.values)}
          ${stands && asked === null && actForm(marked, action, 'leave', 'Ask to end it')}
          ${phase === 'suspended' && asked === null && actForm(marked, action, 'resume', 'Ask to let it back in')}
          ${model.mayServeOverdue && overdueForm(marked, action, model.values ?? {}, 'until')}`
      }
      <h2 class="nhsuk-heading-m">What was done</h2>
      ${history(model.steps)}`,
  )
}

/** Applying for one agreement between organisations that take part. */
export const newAgreementPage = (
  frame: OfficeFrame,
  { values, errors }: { readonly values: Readonly<Record<string, string>>; readonly errors: Readonly<Record<string, string>> },
): Html =>
  officePage(
    frame,
    'Apply for an agreement',
    html`${errorSummary(Object.entries(errors).map(([field, words]) => ({ words, href: `#${field}` })))}
      <p>For direct care only. Two people of two other organisations approve it.</p>
      ${officeForm(
        frame,
        `${AGREEMENTS_PATH}/new`,
        html`${input({ name: 'provider', label: 'ODS code of the organisation that shares', width: 10, value: values['provider'], error: errors['provider'] })}
        ${radios({
          name: 'who',
          label: 'Who may view?',
          size: 's',
          heading: false,
          value: values['who'],
          error: errors['who'],
          items: [
            { value: 'everyone', words: 'Every connected organisation that gives care' },
            { value: 'named', words: 'This organisation only' },
          ],
        })}
        ${input({ name: 'consumer', label: 'Its ODS code', width: 10, value: values['consumer'], error: errors['consumer'] })}
        ${sharingFields(values, errors, false)}
        ${textarea({ name: 'reason', label: 'Why is this needed for care?', rows: 3, value: values['reason'], error: errors['reason'] })}
        ${dateInput({ name: 'from', label: 'First day', size: 's', heading: false, error: errors['from'], values: dateValues(values, 'from') })}
        ${dateInput({ name: 'until', label: 'Last day', size: 's', heading: false, error: errors['until'], values: dateValues(values, 'until') })}
        ${button('Send for review')}`,
      )}`,
  )
