import type { DspToolkit, OrganisationKind, OrganisationState } from '../../../care-record/catalogue.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { SECTIONS } from '../../../care-record/section.ts'
import { button, tag, type TagColour } from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, type Child, type Html } from '../../html.ts'
import type { OfficeFrame } from './office.ts'

/** What pages of who takes part have in common. */

export interface PersonAtWork {
  readonly name: string
  readonly odsCode: string
}

export interface StepShown {
  readonly at: string
  readonly step: string
  readonly after: string
  readonly by: PersonAtWork
  readonly words?: string
}

export interface AskedShown {
  readonly act: 'suspend' | 'resume' | 'leave'
  readonly by: PersonAtWork
  readonly done: boolean
}

export const STATES: Readonly<Record<OrganisationState, readonly [string, TagColour]>> = {
  applied: ['Applied', 'blue'],
  reviewed: ['Approved, waits for its date', 'aqua-green'],
  connected: ['Connected', 'green'],
  suspended: ['Suspended', 'red'],
  left: ['Left', 'grey'],
}
export const stateTag = (state: OrganisationState): Html => tag(...STATES[state])

export const PHASES = {
  applied: ['Applied', 'blue'],
  'not-begun': ['Begins later', 'aqua-green'],
  'in-force': ['In force', 'green'],
  lapsed: ['Lapsed', 'red'],
  overdue: ['Overdue, served on a decision', 'orange'],
  suspended: ['Suspended', 'red'],
  ended: ['Ended', 'grey'],
} as const satisfies Readonly<Record<string, readonly [string, TagColour]>>
export type Phase = keyof typeof PHASES
export const phaseTag = (phase: Phase): Html => tag(PHASES[phase][0], PHASES[phase][1])

export const KIND_WORDS: Readonly<Record<OrganisationKind, string>> = {
  'gp-practice': 'GP practice',
  acute: 'Hospital',
  community: 'Community health service',
  'mental-health': 'Mental health service',
  'social-care': 'Council social care',
  ambulance: 'Ambulance service',
  'nhs-111': 'NHS 111',
  'out-of-hours': 'Out-of-hours GP service',
  'care-home': 'Care home',
  pharmacy: 'Pharmacy',
  hospice: 'Hospice',
  national: 'National service',
  other: 'Other organisation that gives care',
}

export const DSP_WORDS: Readonly<Record<DspToolkit['status'], string>> = {
  exceeded: 'Standards exceeded',
  met: 'Standards met',
  approaching: 'Approaching standards',
  'not-met': 'Standards not met',
  'not-published': 'Not published',
}

/** How long something still counts, in words and a colour: red from the last day on. */
export const daysLeft = (left: number | null): Child =>
  left === null
    ? 'No end'
    : left < 0
      ? tag(left === -1 ? 'Lapsed yesterday' : `Lapsed ${-left} days ago`, 'red')
      : left <= 90
        ? tag(
            left === 0 ? 'Last day today' : left === 1 ? '1 day left' : `${left} days left`,
            left <= 7 ? 'red' : left <= 30 ? 'orange' : 'yellow',
          )
        : `${left} days left`

export const sectionWords = (sections: readonly SectionId[] | '*'): string =>
  sections === '*'
    ? 'The whole record'
    : SECTIONS.filter(s => sections.includes(s.id))
        .map(s => s.title)
        .join(', ')

export const personWords = ({ name, odsCode }: PersonAtWork): string => `${name}, ${odsCode}`

/** With the mark of what the page shows, so that nobody decides on what has changed since. */
export type MarkedFrame = OfficeFrame & { readonly seen?: string }

/** A form of this session that goes to one of our paths. */
export const officeForm = (frame: MarkedFrame, action: string, inside: Child): Html =>
  html`<form action="${action}" method="post" novalidate>
    <input type="hidden" name="csrf" value="${frame.csrf}" />
    ${frame.seen !== undefined && html`<input type="hidden" name="seen" value="${frame.seen}" />`} ${inside}
  </form>`

/** A system of the catalogue, with what came of asking it last. */
export interface SystemShown {
  readonly id: string
  readonly system: string
  readonly last?: { readonly at: string; readonly works: boolean; readonly findings: readonly string[]; readonly by: PersonAtWork }
}

/** Systems and their last checks, which this exchange made itself of the addresses that the catalogue names. */
export const systemsShown = (systems: readonly SystemShown[], act: (id: string) => Child): Html =>
  html`<p>This exchange asks each system at the address that the catalogue names. No address is typed here, and nobody is asked about.</p>
    ${systems.map(
      ({ id, system, last }) =>
        html`<h3 class="nhsuk-heading-s">${system} (${id})</h3>
          ${
            last === undefined
              ? html`<p>Not checked at this address yet.</p>`
              : html`<p>
                    ${last.works ? tag('It answers', 'green') : tag('It does not', 'red')} ${staffDate(last.at)}, ${personWords(last.by)}
                  </p>
                  <ul class="nhsuk-list nhsuk-list--bullet">
                    ${last.findings.map(words => html`<li>${words}</li>`)}
                  </ul>`
          }
          ${act(id)}`,
    )}`

const STEP_WORDS: Readonly<Record<string, string>> = {
  apply: 'Applied',
  approve: 'Approved',
  connect: 'Connected',
  suspend: 'Asked to suspend',
  'suspend-for-breach': 'Suspended for a breach',
  resume: 'Asked to let back in',
  leave: 'Asked to end',
  agree: 'Agreed, as the second person',
  withdraw: 'Withdrawn',
  'dsp-toolkit': 'DSP Toolkit status recorded',
  'serve-overdue': 'Decided to serve past the last day',
  'ended-with-provider': 'Ended, as its application was withdrawn or its provider left',
  'overdue-over': 'The decision to serve past the last day has ended',
}

/** What was done, the last first. */
export const history = (steps: readonly StepShown[]): Html =>
  steps.length === 0
    ? html`<p>Nothing was changed here since the area’s file named it.</p>`
    : html`<ol class="nhsuk-list" reversed>
        ${steps.map(
          ({ at, step, by, words }) =>
            html`<li>
              <strong>${STEP_WORDS[step] ?? step}</strong>, ${staffDate(at)}, ${personWords(by)}${words !== undefined && html`: ${words}`}
            </li>`,
        )}
      </ol>`

/** One act of one person, as a button with its own form. */
export const actForm = (
  frame: MarkedFrame,
  action: string,
  act: string,
  words: string,
  options: { readonly warning?: boolean } = {},
): Html =>
  officeForm(
    frame,
    action,
    html`<input
        type="hidden"
        name="step"
        value="${act}"
      />${button(words, { secondary: options.warning !== true, warning: options.warning === true })}`,
  )

const ASKED: Readonly<Record<AskedShown['act'], string>> = {
  suspend: 'suspend it',
  resume: 'let it back in',
  leave: 'end it',
}

/** What waits for a second person, with the button that agrees. */
export const waiting = (frame: MarkedFrame, action: string, asked: AskedShown | null): Child =>
  asked !== null &&
  html`<div class="nhsuk-inset-text">
    <p>
      ${personWords(asked.by)}
      ${asked.done ? 'suspended it for a breach. A second person has to confirm that.' : `asks to ${ASKED[asked.act]}. A second person has to agree.`}
    </p>
    ${actForm(frame, action, 'agree', asked.done ? 'Confirm' : 'Agree')} ${!asked.done && actForm(frame, action, 'withdraw', 'Withdraw')}
  </div>`
