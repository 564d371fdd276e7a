import type { DspToolkit, OrganisationKind, OrganisationState } from '../../../care-record/catalogue.ts'
import { button, buttonLink, dateInput, errorSummary, input, radios, stackedTable, summaryList, textarea } from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, type Child, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import {
  actForm,
  daysLeft,
  DSP_WORDS,
  history,
  KIND_WORDS,
  officeForm,
  personWords,
  phaseTag,
  stateTag,
  systemsShown,
  waiting,
  type AskedShown,
  type MarkedFrame,
  type PersonAtWork,
  type Phase,
  type StepShown,
  type SystemShown,
} from './takes-part.ts'

export const ORGANISATIONS_PATH = '/office/organisations'

export interface OrganisationLine {
  readonly odsCode: string
  readonly name: string
  readonly kind: OrganisationKind
  readonly state: OrganisationState
  readonly dspToolkit?: DspToolkit
  /** Days on which its DSP Toolkit status still counts; `null`: none is known. */
  readonly dspLeft: number | null
  /** Of its agreement that ends first; `null`: none ends. */
  readonly agreementLeft: number | null
  readonly waits: boolean
}

export interface OrganisationListModel {
  /** Worst first. */
  readonly lines: readonly OrganisationLine[]
  readonly all: number
  readonly query: string
  readonly mayChange: boolean
}

const link = (odsCode: string, words: Child): Html => html`<a href="${ORGANISATIONS_PATH}/${odsCode}">${words}</a>`

/** Who takes part, what lapses first at the top. */
export const organisationsPage = (frame: OfficeFrame, model: OrganisationListModel): Html =>
  officePage(
    frame,
    'Organisations',
    html`${model.mayChange && buttonLink('Connect an organisation', `${ORGANISATIONS_PATH}/new`)}
      <form action="${ORGANISATIONS_PATH}" method="get" role="search">
        ${input({ name: 'q', label: 'Name or ODS code', value: model.query, width: 20 })}
        ${button('Search', { secondary: true, small: true })}
      </form>
      ${
        model.lines.length === 0
          ? html`<p>No organisation has this name or code.</p>`
          : stackedTable(
              model.lines.length < model.all
                ? `${model.lines.length} of ${model.all}: what needs attention first`
                : `${model.all} organisations`,
              ['Organisation', 'Kind', 'State', 'DSP Toolkit', 'Agreement'],
              model.lines.map(one => [
                link(one.odsCode, `${one.name} (${one.odsCode})`),
                KIND_WORDS[one.kind],
                html`${stateTag(one.state)}${one.waits && html`<br />Waits for a second person`}`,
                one.dspToolkit ? html`${DSP_WORDS[one.dspToolkit.status]}<br />${daysLeft(one.dspLeft)}` : 'Not recorded',
                daysLeft(one.agreementLeft),
              ]),
            )
      }`,
  )

export interface OrganisationModel {
  readonly odsCode: string
  readonly name: string
  readonly kind: OrganisationKind
  readonly state: OrganisationState
  readonly phone?: string
  readonly web?: string
  readonly dspToolkit?: DspToolkit
  readonly dspLeft: number | null
  /** The decision on which a lapsed status is served. */
  readonly dspServed: { readonly owner: string; readonly reason: string; readonly until: string } | null
  readonly goLive: string | null
  readonly appliedBy: PersonAtWork | null
  readonly approvals: readonly PersonAtWork[]
  readonly asked: AskedShown | null
  readonly fromPage: boolean
  /** What was told when it applied. */
  readonly told?: { readonly area: string; readonly reason: string; readonly contract: string; readonly contact: string }
  readonly agreements: readonly { readonly id: string; readonly words: string; readonly phase: Phase; readonly left: number | null }[]
  readonly systems: readonly SystemShown[]
  readonly steps: readonly StepShown[]
  /** Mark of what is shown. */
  readonly seen: string
  readonly mayChange: boolean
  readonly fault?: string
  readonly values?: Readonly<Record<string, string>>
}

const faultSummary = (fault: string | undefined, href = '#steps'): Child => fault !== undefined && errorSummary([{ words: fault, href }])

/** One organisation: where it stands, on whose word, and what can be done. */
export function organisationPage(frame: OfficeFrame, model: OrganisationModel): Html {
  const path = `${ORGANISATIONS_PATH}/${model.odsCode}`
  return officePage(
    frame,
    model.name,
    html`${faultSummary(model.fault)}
      ${summaryList([
        ['ODS code', model.odsCode],
        ['Kind', KIND_WORDS[model.kind]],
        ['State', stateTag(model.state)],
        ...(model.goLive === null || model.state === 'connected' ? [] : [['Goes live', staffDate(model.goLive)] as const]),
        [
          'DSP Toolkit',
          model.dspToolkit
            ? html`${DSP_WORDS[model.dspToolkit.status]} until ${staffDate(model.dspToolkit.until)}, ${daysLeft(model.dspLeft)}`
            : 'Not recorded',
        ],
        ...(model.dspServed === null
          ? []
          : ([
              [
                'DSP Toolkit, served past its last day',
                `Until ${staffDate(model.dspServed.until)}, decided by ${model.dspServed.owner}: ${model.dspServed.reason}`,
              ],
            ] as const)),
        ['Phone', model.phone ?? 'Not told'],
        ['Web page', model.web ?? 'Not told'],
        ...(model.told
          ? ([
              ['Area', model.told.area],
              ['Why it takes part', model.told.reason],
              ['Signed agreement', model.told.contract],
              ['Answers for information governance', model.told.contact],
            ] as const)
          : []),
        ['Named by', model.fromPage ? 'An application made here' : 'The area’s file'],
      ])}
      <h2 class="nhsuk-heading-m">Agreements</h2>
      ${
        model.agreements.length === 0
          ? html`<p>None. It shares nothing.</p>`
          : stackedTable(
              'What it shares and sees',
              ['Agreement', 'State', 'Time'],
              model.agreements.map(({ id, words, phase, left }) => [
                html`<a href="/office/agreements/${id}">${words}</a>`,
                phaseTag(phase),
                daysLeft(left),
              ]),
            )
      }
      ${
        model.appliedBy !== null &&
        html`<h2 class="nhsuk-heading-m">Review</h2>
          <p>
            Two people of two organisations approve, neither of the organisation itself, of whoever wrote the application, nor of the team
            that delivers the record.
          </p>
          ${summaryList([
            ['Written by', personWords(model.appliedBy)],
            ['First approval', model.approvals[0] ? personWords(model.approvals[0]) : 'Waits'],
            ['Second approval', model.approvals[1] ? personWords(model.approvals[1]) : 'Waits'],
          ])}`
      }
      ${
        model.systems.length > 0 &&
        html`<h2 class="nhsuk-heading-m" id="connection">Connection</h2>
          ${systemsShown(model.systems, id =>
            model.mayChange
              ? officeForm(
                  frame,
                  `${path}/check`,
                  html`<input type="hidden" name="source" value="${id}" />${button('Check now', { secondary: true, small: true })}`,
                )
              : '',
          )}`
      }
      ${model.mayChange && acts({ ...frame, seen: model.seen }, model, path)}
      <h2 class="nhsuk-heading-m">What was done</h2>
      ${history(model.steps)}`,
  )
}

const acts = (frame: MarkedFrame, { state, asked, values, dspToolkit, dspLeft }: OrganisationModel, path: string): Html =>
  html`<h2 class="nhsuk-heading-m" id="steps">What can be done</h2>
    ${waiting(frame, `${path}/step`, asked)}
    ${state === 'applied' && html`${actForm(frame, `${path}/step`, 'approve', 'Approve')} ${actForm(frame, `${path}/step`, 'withdraw', 'Withdraw the application')}`}
    ${state === 'reviewed' && html`${actForm(frame, `${path}/step`, 'connect', 'Connect now')} ${actForm(frame, `${path}/step`, 'withdraw', 'Withdraw the application')}`}
    ${state === 'connected' && asked?.act !== 'suspend' && suspendForm(frame, `${path}/step`, values)}
    ${state === 'connected' && asked === null && actForm(frame, `${path}/step`, 'leave', 'Ask for it to leave')}
    ${state === 'suspended' && asked === null && html`${actForm(frame, `${path}/step`, 'resume', 'Ask to let it back in')} ${actForm(frame, `${path}/step`, 'leave', 'Ask for it to leave')}`}
    <h3 class="nhsuk-heading-s">DSP Toolkit</h3>
    ${officeForm(
      frame,
      `${path}/dsp-toolkit`,
      html`${radios({
        name: 'status',
        label: 'What is published today',
        size: 's',
        heading: false,
        value: values?.['status'] ?? dspToolkit?.status,
        items: Object.entries(DSP_WORDS).map(([value, words]) => ({ value, words })),
      })}
      ${dateInput({ name: 'until', label: 'Last day on which it counts', size: 's', heading: false, values: dateValues(values ?? {}, 'until') })}
      ${button('Record this status', { secondary: true })}`,
    )}
    ${dspLeft !== null && dspLeft <= 7 && dspLeft >= -30 && overdueForm(frame, `${path}/dsp-toolkit/overdue`, values ?? {}, 'servedUntil')}`

/** A paper that lapses may be served on for 30 days, on a decision somebody is named for. */
export const overdueForm = (frame: MarkedFrame, action: string, values: Readonly<Record<string, string>>, until: string): Html =>
  html`<h3 class="nhsuk-heading-s">Serve past the last day</h3>
    <p>For 30 days at most, on the decision of the senior information risk owner of this exchange.</p>
    ${officeForm(
      frame,
      action,
      html`<input type="hidden" name="step" value="serve-overdue" />
        ${input({ name: 'owner', label: 'Who decided', value: values['owner'] })}
        ${textarea({ name: 'reason', label: 'Why', rows: 2, value: values['reason'] })}
        ${dateInput({ name: until, label: 'Until', size: 's', heading: false, values: dateValues(values, until) })}
        ${button('Write down this decision', { secondary: true })}`,
    )}`

/** Suspending, with why; for a breach at once. */
export const suspendForm = (frame: MarkedFrame, action: string, values: Readonly<Record<string, string>> | undefined): Html =>
  officeForm(
    frame,
    action,
    html`${radios({
      name: 'step',
      label: 'Suspend',
      size: 's',
      heading: false,
      value: values?.['step'],
      items: [
        { value: 'suspend', words: 'Ask to suspend', hint: 'Holds when a second person agrees.' },
        { value: 'suspend-for-breach', words: 'Suspend at once for a breach', hint: 'Holds within seconds. A second person confirms it.' },
      ],
    })}
    ${textarea({ name: 'words', label: 'Why', hint: 'No names or numbers of patients.', rows: 2, value: values?.['words'] })}
    ${button('Suspend', { warning: true })}`,
  )

export const dateValues = (values: Readonly<Record<string, string>>, name: string): readonly (string | undefined)[] =>
  ['Day', 'Month', 'Year'].map(part => values[`${name}${part}`])
