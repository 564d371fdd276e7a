import { button, errorSummary, insetText, radios, textarea } from '../components/nhsuk.ts'
import { personBanner } from '../components/banner.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { FormState, Frame, LocalContact, RecordPageModel } from '../models.ts'
import { listed } from '../format.ts'
import { contactLine, footer, form, pageStart, plainPage } from './layout.ts'

/** What the reason page knows: whose record, but nothing of what is in it. */
export type ReasonModel = Pick<
  RecordPageModel,
  'viewId' | 'viewer' | 'csrf' | 'person' | 'openedAt' | 'framed' | 'path' | 'lockAfterMs'
> & {
  /** Names of systems whose silence left the question open. */
  readonly unavailableEvidence: readonly string[]
}

/** Everyday reasons; values are the relationship a claim makes (care-rules 1.3). */
export const CLAIM_REASONS = [
  { value: 'claim-treating', words: 'I am treating this person now' },
  { value: 'claim-referred', words: 'This person was referred to me' },
  { value: 'claim-advice', words: 'My advice was asked about this person' },
  { value: 'claim-discharge', words: 'I am preparing a discharge or a visit' },
  { value: 'claim-night', words: 'I am following up, or covering for a colleague' },
] as const

/**
 * Why do you need this record? Two lengths on one page: an everyday reason, or emergency access with its own words.
 * Posts `reason` (a claim, or `emergency-access`) and `words` (10 to 500 characters, emergency access only) to
 * `/r/{view}/reason`; errors by the same names.
 */
export function reasonPage(model: ReasonModel, state: FormState = {}): Html {
  const { errors = {}, values = {} } = state
  const action = `/r/${encodeURIComponent(model.viewId)}/reason`
  return personPage(
    model,
    'Reason',
    html`${errorSummary(Object.entries(errors).map(([field, words]) => ({ words, href: `#${field}` })))}
      <h2 class="nhsuk-heading-l">You are not shown as caring for this person. Why do you need their record?</h2>
      ${
        model.unavailableEvidence.length > 0 &&
        insetText(html`<p>${listed(model.unavailableEvidence)} did not answer, so your care for this person could not be checked.</p>`)
      }
      ${form(
        action,
        model.csrf,
        html`${radios({
            name: 'reason',
            label: 'Reason',
            size: 's',
            heading: false,
            error: errors['reason'],
            value: values['reason'],
            items: CLAIM_REASONS,
          })}
          <p>Your reason is recorded and checked.</p>
          ${button('Open record')}`,
      )}
      <div class="nhsuk-card nhsuk-card--warning lcr-emergency">
        <div class="nhsuk-card__content">
          <h3 class="nhsuk-card__heading">Emergency access</h3>
          ${form(
            action,
            model.csrf,
            html`<input type="hidden" name="reason" value="emergency-access" />
              ${textarea({
                name: 'words',
                label: 'What is the emergency?',
                hint: '10 to 500 characters. The privacy officer is told today.',
                rows: 3,
                error: errors['words'],
                value: values['words'],
              })}
              <p>Lasts 4 hours. Each one is reviewed. It never opens what the law or the person’s objection keeps apart.</p>
              ${button('Open in an emergency', { warning: true })}`,
          )}
        </div>
      </div>`,
  )
}

const personPage = (model: ReasonModel, what: string, inside: Child): Html =>
  html`${pageStart({ ...model, path: model.path ?? `/r/${encodeURIComponent(model.viewId)}/reason`, title: `${model.person.name.family.toLocaleUpperCase('en-GB')} – ${what} – London Care Record` })}
    ${personBanner(
      {
        ...model,
        snapshot: { n: 0, entries: new Map(), successors: new Map(), states: new Map(), closed: undefined },
        maySee: new Set(),
        roleGroup: 'support',
        olderAsked: false,
        maskPlaces: true,
        elapsedMs: 0,
      },
      { notes: false },
    )}
    <div class="nhsuk-width-container"><main class="nhsuk-main-wrapper lcr-plain" id="maincontent">${inside}</main></div>
    ${footer()}`

const message = (frame: Frame, title: string, inside: Child): Html =>
  plainPage(
    frame,
    title,
    html`<h1>${title}</h1>
      ${inside}`,
  )

const findAgain = html`<p><a href="/find">Find a person</a></p>`

/** Refused by role, purpose, agreement or relationship: words do not depend on what is held of the person (D122). */
export const deniedPage = (frame: Frame, contact?: LocalContact, words = 'Your role does not include this.'): Html =>
  message(frame, words, html`${contactLine(contact)}${findAgain}`)

/**
 * No record, objection, law, unmatched: the same bytes for the four (D112, D124).
 *
 * @param sharing where one may read, and take down, what the person says about sharing.
 */
export const noInformationPage = (frame: Frame, sharing?: string): Html =>
  message(
    frame,
    'No information is available to show for this person.',
    html`<details class="nhsuk-details">
        <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">What this can mean</span></summary>
        <div class="nhsuk-details__text">There may be no record, it may not be shared, or it may not be for your role. Ask the person.</div>
      </details>
      ${sharing !== undefined && html`<p><a href="${sharing}">Sharing of this person’s information</a></p>`}${findAgain}`,
  )

/** Expired, foreign, unknown: one page that reveals nothing (D164). */
export const viewClosedPage = (frame: Frame): Html =>
  message(
    frame,
    'This view is closed.',
    html`<p>Views close after a time, when what a person wants shared has changed, or when they belong to another session.</p>
      ${findAgain}`,
  )

/**
 * The viewer's own organisation has taken back that the person is in its care.
 *
 * @param ref what a form posts to `/open` to open the person again, and say why; absent when they must be found again.
 */
export const leftCarePage = (frame: Frame, ref?: string): Html =>
  message(
    frame,
    'This person is no longer shown in your care.',
    html`<p>
        Your organisation has ended or corrected what showed this person in your care, so their record was closed. What you had read stays
        recorded as read.
      </p>
      <p>If you still care for them, open the record again and say why you need it.</p>
      ${ref === undefined ? nothing : form('/open', frame.csrf, html`<input type="hidden" name="ref" value="${ref}" />${button('Open the record again')}`)}
      ${findAgain}`,
  )

/** @param reopen what a form posts to `/open` for a fresh view with its own event; absent when the person must be found again. */
export const ownerLostPage = (frame: Frame, reopen?: { readonly ref: string }): Html =>
  message(
    frame,
    'This view ended because a part of the service stopped.',
    html`<p>Nothing was lost from the record. Opening it again is recorded as a new view.</p>
      ${
        reopen === undefined
          ? findAgain
          : form('/open', frame.csrf, html`<input type="hidden" name="ref" value="${reopen.ref}" />${button('Open a fresh view')}`)
      }`,
  )

/** Opening cannot be written down, so nothing new is opened. */
export const recordUnavailablePage = (frame: Frame, contacts: readonly LocalContact[] = []): Html =>
  message(
    frame,
    'Records cannot be opened just now.',
    html`<p>
        Every view must be written down before anything is shown, and that is not possible at the moment. Records already open stay open.
      </p>
      <p>Try again in a minute. If you cannot wait, call who holds the record:</p>
      ${
        contacts.length === 0
          ? nothing
          : html`<ul class="nhsuk-list nhsuk-list--bullet">
              ${contacts.map(c => html`<li>${c.name}${c.phone !== undefined && `, ${c.phone}`}</li>`)}
            </ul>`
      }
      ${findAgain}`,
  )

/** Any other refusal or fault, in our own words only. */
export const errorPage = (frame: Frame, options: { readonly title: string; readonly detail?: string; readonly requestId?: string }): Html =>
  message(
    frame,
    options.title,
    html`${options.detail !== undefined && html`<p>${options.detail}</p>`}${
      options.requestId !== undefined && html`<p>If you report this, say <code>${options.requestId}</code>.</p>`
    }${findAgain}`,
  )
