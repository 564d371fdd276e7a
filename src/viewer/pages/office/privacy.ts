import { button, details, errorSummary, insetText, summaryList, tag, textarea } from '../../components/nhsuk.ts'
import { counted, dateTag, nhsNumberTag } from '../../format.ts'
import { html, type Child, type Html } from '../../html.ts'
import { form } from '../layout.ts'
import { officePage, type OfficeFrame } from './office.ts'

/** Where a privacy officer begins. */
export const PRIVACY_PATH = '/office/privacy'
export const CLAIMS_PATH = `${PRIVACY_PATH}/claims`

export interface PrivacyCounts {
  readonly toReview: number
  readonly asked: number
  readonly waiting: number
  readonly today: number
  readonly emergenciesToday: number
}

export interface ClaimModel {
  readonly id: string
  readonly type: string
  readonly nhsNumber: string
  readonly sdsUserId: string
  readonly userName: string
  readonly roleName: string
  readonly at: string
  readonly words?: string
  readonly listed?: 'emergency' | 'sensitive' | 'sample'
  readonly confirmed: boolean
  readonly renews: boolean
  readonly note?: string
}

export interface AlertModel {
  readonly id: string
  readonly at: string
  readonly kind: 'self-claim' | 'emergency' | 'staff-block' | 'narrowing'
  readonly national?: { readonly type: string; readonly reason: string }
  readonly nhsNumber: string
  readonly sdsUserId: string
  readonly userName: string
  readonly roleName: string
  readonly words?: string
}

export interface DecisionModel {
  readonly id: string
  readonly at: string
  readonly verdict: string
  readonly nhsNumber: string
  readonly userName: string
  readonly lines: readonly { readonly check: string; readonly held: boolean; readonly words: string }[]
  readonly asked: readonly string[]
  readonly unavailable: readonly string[]
}

const REASONS: Readonly<Record<string, string>> = {
  'claim-treating': 'Treating this person now',
  'claim-referred': 'Referred to them',
  'claim-advice': 'Advice asked of them',
  'claim-discharge': 'Preparing a discharge or a visit',
  'claim-night': 'Following up, or covering for a colleague',
  'emergency-access': 'Emergency access',
}
const ALERTS: Readonly<Record<AlertModel['kind'], { readonly title: string; readonly words: string }>> = {
  'self-claim': {
    title: 'A reason was given',
    words: 'The person was not shown in this member of staff’s care. They gave a reason and opened the record.',
  },
  emergency: {
    title: 'Emergency access',
    words: 'The person was not shown in this member of staff’s care. They opened the record in an emergency, with their own words.',
  },
  'staff-block': {
    title: 'A member of staff the person named',
    words: 'The person asked that this member of staff, or your organisation, does not see their record. They tried to, and saw nothing.',
  },
  narrowing: {
    title: 'An objection was passed by',
    words: 'The person objects to sharing. Two people decided, with a reason, that this member of staff may see the record for a time.',
  },
}
const NATIONAL_TYPES: Readonly<Record<string, string>> = { 1: 'Relationship claimed by the user', 2: 'Access alert' }
const NATIONAL_REASONS: Readonly<Record<string, string>> = {
  1: 'public interest',
  2: 'statute',
  3: 'court order',
  4: 'emergency, claimed by the user',
  5: 'emergency',
  6: 'other, for example the person agreed',
}

/** What is new since the last look, and how much waits. */
export const privacyPage = (
  frame: OfficeFrame,
  model: { readonly counts: PrivacyCounts; readonly alerts: readonly AlertModel[]; readonly more: boolean },
): Html => {
  const { counts, alerts, more } = model
  return officePage(
    frame,
    'Privacy',
    html`${summaryList([
        ['To review', html`<a href="${CLAIMS_PATH}">${counted(counts.toReview, 'claim')}</a>`],
        ['Line manager asked', counted(counts.asked, 'claim')],
        ['May still be confirmed by evidence', counted(counts.waiting, 'claim')],
        [
          'In the last 24 hours',
          `${counted(counts.today, 'claim')}, of them ${counted(counts.emergenciesToday, 'emergency access', 'emergency accesses')}`,
        ],
      ])}
      <h2>Alerts you have not opened</h2>
      ${
        alerts.length === 0
          ? html`<p>None.</p>`
          : html`<ul class="nhsuk-list">
              ${alerts.map(
                alert =>
                  html`<li>
                    <a href="${PRIVACY_PATH}/alerts/${alert.id}">${ALERTS[alert.kind].title}, ${dateTag(alert.at)}</a>: ${alert.userName},
                    ${alert.roleName}
                  </li>`,
              )}
            </ul>`
      }
      ${more && html`<p>More will be listed when you have opened these.</p>`}`,
  )
}

/** @param fault of one claim's form: its id, the words, and what was typed. */
export const claimsPage = (
  frame: OfficeFrame,
  model: { readonly counts: PrivacyCounts; readonly toReview: readonly ClaimModel[]; readonly asked: readonly ClaimModel[] },
  fault?: { readonly claimId: string; readonly words: string; readonly note: string },
): Html => {
  const { counts, toReview, asked } = model
  const confirmed = toReview.filter(claim => claim.confirmed && claim.listed === 'sample')
  return officePage(
    frame,
    'Claims to review',
    html`${errorSummary(fault === undefined ? [] : [{ words: fault.words, href: `#note-${fault.claimId}` }])}
      <p>
        ${counted(counts.toReview, 'claim waits', 'claims wait')} for you, the oldest
        first${toReview.length < counts.toReview && html`, ${String(toReview.length)} on this page`}. Evidence that arrives within 7 days
        closes a claim by itself. You see those that it did not, every emergency access, everyone whose whereabouts are protected, and one
        in ten of the rest.
      </p>
      ${
        confirmed.length > 1 &&
        form(
          CLAIMS_PATH,
          frame.csrf,
          html`<input type="hidden" name="ids" value="${confirmed.map(claim => claim.id).join(',')}" />
            ${button(`Mark the ${String(confirmed.length)} that evidence confirmed as in order`, { secondary: true })}`,
        )
      }
      ${toReview.map((claim, place) => claimCard(frame, claim, { keys: place === 0, fault: fault?.claimId === claim.id ? fault : undefined }))}
      ${toReview.length === 0 && html`<p>Nothing waits for you.</p>`}
      ${
        asked.length > 0 &&
        html`<h2>Line manager asked</h2>
          ${asked.map(claim => claimCard(frame, claim, { keys: false, fault: fault?.claimId === claim.id ? fault : undefined }))}`
      }
      <p><a href="${PRIVACY_PATH}">Privacy</a></p>`,
  )
}

const claimTags = (claim: ClaimModel): Html =>
  html`${claim.listed === 'emergency' && html`${tag('Emergency', 'red')} `}${claim.renews && html`${tag('Renewed', 'orange')} `}${
    claim.listed === 'sensitive' && html`${tag('Whereabouts protected', 'purple')} `
  }${claim.confirmed ? tag('Evidence came', 'green') : tag('No evidence', 'yellow')}`

const OUTCOMES = [
  { value: 'in-order', words: 'In order', key: '1' },
  { value: 'ask-manager', words: 'Ask the line manager', key: '2' },
  { value: 'not-in-order', words: 'Not in order', key: '3' },
] as const

/** The first on the page is decided with one key (Alt and 1, 2 or 3; the browser says how); a fresh page then begins with the next. */
function claimCard(
  frame: OfficeFrame,
  claim: ClaimModel,
  of: { readonly keys: boolean; readonly fault: { readonly words: string; readonly note: string } | undefined },
): Html {
  const { id } = claim
  const title = html`${REASONS[claim.type] ?? claim.type}, ${dateTag(claim.at)}`
  return html`<div class="nhsuk-card">
    <div class="nhsuk-card__content">
      <h2 class="nhsuk-card__heading nhsuk-heading-m" id="claim-${id}">${title}</h2>
      <p>${claimTags(claim)}</p>
      ${summaryList([
        ['Who', html`${claim.userName}, ${claim.roleName} <span class="lcr-code">${claim.sdsUserId}</span>`],
        ['NHS number', nhsNumberTag(claim.nhsNumber)],
        ...(claim.words === undefined ? [] : [['Their words', claim.words] as const]),
        ...(claim.note === undefined ? [] : [['Your note', claim.note] as const]),
      ])}
      ${form(
        `${CLAIMS_PATH}/${id}`,
        frame.csrf,
        html`${noteOf(id, of.fault)} ${OUTCOMES.map(outcome => decisionButton(outcome, of.keys))}`,
      )}
    </div>
  </div>`
}

/** Folded away until it is needed. */
const noteOf = (id: string, fault: { readonly words: string; readonly note: string } | undefined): Html => {
  const field = textarea({ name: 'note', id: `note-${id}`, label: 'Note', rows: 2, error: fault?.words, value: fault?.note })
  return fault === undefined ? details('Add a note', field) : field
}

const decisionButton = ({ value, words, key }: (typeof OUTCOMES)[number], keys: boolean): Html =>
  html`<button
      class="nhsuk-button nhsuk-button--small${value !== 'in-order' && ' nhsuk-button--secondary'}"
      name="outcome"
      value="${value}"
      type="submit"
      ${keys && html` accesskey="${key}"`}
    >
      ${words}</button
    >&#32;`

/** One alert, what it rests on, and the decisions behind it. */
export const alertPage = (frame: OfficeFrame, alert: AlertModel, decisions: readonly DecisionModel[]): Html => {
  const { title, words } = ALERTS[alert.kind]
  return officePage(
    frame,
    title,
    html`<p>${words}</p>
      ${summaryList([
        ['When', dateTag(alert.at)],
        ['Who', html`${alert.userName}, ${alert.roleName} <span class="lcr-code">${alert.sdsUserId}</span>`],
        ['NHS number', nhsNumberTag(alert.nhsNumber)],
        ...(alert.words === undefined ? [] : [['Their words', alert.words] as const]),
        ...(alert.national === undefined
          ? []
          : [
              [
                'National alert',
                `Type ${alert.national.type}, ${NATIONAL_TYPES[alert.national.type] ?? ''}; reason ${alert.national.reason}, ${
                  NATIONAL_REASONS[alert.national.reason] ?? ''
                }`,
              ] as const,
            ]),
      ])}
      <h2>What was decided</h2>
      ${
        decisions.length === 0
          ? html`<p>The decision is not in the record of this organisation.</p>`
          : html`<ul class="nhsuk-list">
              ${decisions.map(
                decision =>
                  html`<li>
                    <a href="${PRIVACY_PATH}/decisions/${decision.id}"
                      >${VERDICTS[decision.verdict] ?? 'Decided'}, ${dateTag(decision.at)}</a
                    >
                  </li>`,
              )}
            </ul>`
      }
      <p><a href="${CLAIMS_PATH}">Claims to review</a></p>`,
  )
}

const VERDICTS: Readonly<Record<string, string>> = {
  permit: 'The record was opened',
  claim: 'A reason was asked for',
  refuse: 'The record was refused',
}
const QUESTIONS: Readonly<Record<string, string>> = {
  purpose: 'Was it for direct care?',
  isolation: 'Was everybody still connected?',
  role: 'Does the role open records?',
  standing: 'Employed, registered, rules of use accepted?',
  organisation: 'Does the organisation take part?',
  agreement: 'Is there an agreement?',
  peer: 'May the other exchange’s word count?',
  relationship: 'Was the person in their care?',
  objection: 'Does the person’s wish allow it?',
}

/** One line of a decision taken again, in an officer's words, with what it rests on. */
export interface AgainLine {
  readonly question: string
  readonly held: boolean
  readonly words: string
  readonly under: readonly AgainLine[]
}
export interface AgainModel {
  readonly same: boolean
  readonly rulesVersion: string
  readonly lines: readonly AgainLine[]
}

/**
 * One past decision, question by question, as it was kept. Nothing of what the record holds.
 *
 * @param again the same taken again by the rules of its day, once it was asked for.
 */
export const decisionPage = (frame: OfficeFrame, decision: DecisionModel, again?: AgainModel): Html =>
  officePage(
    frame,
    VERDICTS[decision.verdict] ?? 'A decision',
    html`${summaryList([
        ['When', dateTag(decision.at)],
        ['Who', decision.userName],
        ['NHS number', nhsNumberTag(decision.nhsNumber)],
        ...(decision.asked.length === 0 ? [] : [['Asked for evidence', decision.asked.join(', ')] as const]),
      ])}
      ${decision.unavailable.length > 0 && insetText(html`<p>Did not answer: ${decision.unavailable.join(', ')}.</p>`)}
      <h2>Why</h2>
      <ol class="nhsuk-list nhsuk-list--number">
        ${decision.lines.map(line => decisionLine(line))}
      </ol>
      ${
        again === undefined
          ? form(
              `${PRIVACY_PATH}/decisions/${decision.id}/again`,
              frame.csrf,
              button('Decide again by the rules of that day', { secondary: true }),
            )
          : html`<h2>Decided again</h2>
              ${insetText(
                html`<p>${again.same ? 'It comes out the same.' : 'It does not come out the same. Tell whoever runs this exchange.'}</p>
                  <p>By version ${again.rulesVersion.split(' ').map(versionWords).join(' and ')}.</p>`,
              )}
              <ul class="nhsuk-list">
                ${again.lines.map(againLine)}
              </ul>`
      }
      <p><a href="${PRIVACY_PATH}">Privacy</a></p>`,
  )

const DOCUMENTS: Readonly<Record<string, string>> = { 'access-rules': 'the rules of access', catalogue: 'who takes part' }
/** `access-rules/1` as an officer says it. */
const versionWords = (version: string): string => {
  const [document = '', number] = version.split('/')
  return number === undefined ? version : `${number} of ${DOCUMENTS[document] ?? document}`
}

const decisionLine = ({ check, held, words }: DecisionModel['lines'][number]): Child =>
  html`<li>${QUESTIONS[check] ?? check} ${held ? tag('Yes', 'green') : tag('No', 'red')} ${words}</li>`

const againLine = ({ question, held, words, under }: AgainLine): Html =>
  html`<li>
    <strong>${question}</strong> ${held ? tag('Yes', 'green') : tag('No', 'red')}
    ${words}${
      under.length > 0 &&
      html`<ul class="nhsuk-list nhsuk-list--bullet">
        ${under.map(againLine)}
      </ul>`
    }
  </li>`
