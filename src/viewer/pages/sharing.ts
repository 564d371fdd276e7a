import type { ObjectionScope } from '../../care-record/objection.ts'
import type { Person } from '../../care-record/person.ts'
import { button, buttonLink, card, errorSummary, input, insetText, summaryList, textarea, warningCallout } from '../components/nhsuk.ts'
import { nameText, nhsNumberTag, staffDate } from '../format.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { FormState, Frame } from '../models.ts'
import { form, plainPage } from './layout.ts'
import { findingFields, requestFields } from './sharing-fields.ts'
import {
  choice,
  errorsOf,
  EXPLANATION,
  explanation,
  HOW_WORDS,
  OTHER_OPT_OUTS,
  REASON_WORDS,
  scopeWords,
  SEEN_WORDS,
  YES_NO,
  type Named,
} from './sharing-words.ts'

/** One objection in force, as the professional may read it. */
export interface InForceRow {
  readonly id: string
  readonly scope: ObjectionScope
  readonly since: string
  /** Being looked at, or decided. */
  readonly basis: 'held' | 'upheld' | 'imported' | 'unmatched'
  readonly ours: boolean
  readonly ownerTitle: string
  /** What the person quotes. */
  readonly reference?: string
}
export interface SharingModel extends Frame {
  readonly viewId: string
  readonly person: Pick<Person, 'name' | 'birthDate' | 'nhsNumber'>
  readonly state: 'known' | 'unknown'
  readonly inForce: readonly InForceRow[]
  readonly waiting: readonly { readonly reference: string; readonly openedAt: string }[]
  readonly named: Named
}

const pathOf = (model: Pick<SharingModel, 'viewId'>, rest = ''): string => `/r/${encodeURIComponent(model.viewId)}/sharing${rest}`

const page = (model: SharingModel, title: string, state: FormState, inside: Child): Html =>
  plainPage(
    model,
    title,
    html`${errorSummary(errorsOf(state))}
      <p><a class="nhsuk-back-link" href="${title === TITLE ? `/r/${encodeURIComponent(model.viewId)}/` : pathOf(model)}">Back</a></p>
      <h1>${title}</h1>
      ${summaryList([
        ['Name', nameText(model.person.name)],
        ['Born', staffDate(model.person.birthDate)],
        ['NHS number', nhsNumberTag(model.person.nhsNumber)],
      ])}${inside}`,
  )

const TITLE = 'Sharing of this person’s information'

const BASIS = {
  held: 'Sharing has stopped. It is being decided.',
  upheld: 'Upheld.',
  imported: 'Said to Connect Care, the Local Care Record or the practice before.',
  unmatched: 'Somebody who may be this person said no before. A data steward is looking at it.',
} as const

/** What cannot be opened or ended here somebody sees to day and night: another area's, and what may be another person's (care rules 4.2, 4.5). */
const ifItCannotWait = ({ id, ownerTitle }: InForceRow): Html => {
  const [, reference] = /^(?:opt-out\/)?([0-9a-f]{8})-/.exec(id) ?? []
  return html`If it cannot wait, call the switchboard for the Caldicott Guardian on call of
  ${ownerTitle}${reference !== undefined && html` and read out this reference: <strong>${reference.slice(0, 4)} ${reference.slice(4)}</strong>`}.`
}

const inForceCard = (model: SharingModel): Html => {
  const rows = model.inForce.map(
    one =>
      html`<li>
        <strong>${scopeWords(one.scope, model.named)}</strong>, since ${staffDate(one.since, 'date')}. ${BASIS[one.basis]}
        ${one.reference !== undefined && html`Reference: ${one.reference}.`}
        ${!one.ours && one.basis !== 'unmatched' && html`Kept by ${one.ownerTitle}.`} ${!one.ours && ifItCannotWait(one)}
      </li>`,
  )
  return card(
    'What the person has said',
    html`${
      model.state === 'unknown' &&
      insetText(html`<p>Not every area’s list of objections can be read now. There may be more than is said here.</p>`)
    }${
      rows.length === 0
        ? html`<p>No objection is in force, as far as is known here.</p>`
        : html`<ul class="nhsuk-list nhsuk-list--bullet">
            ${rows}
          </ul>`
    }${model.waiting.map(({ reference, openedAt }) => html`<p>A request of ${staffDate(openedAt)} waits: ${reference}. Nothing has changed by it.</p>`)}`,
  )
}

/** What sharing means, what is in force, and where to take down what the person says (care rules 4.1). Written down before it is shown. */
export const sharingPage = (model: SharingModel): Html =>
  page(
    model,
    TITLE,
    {},
    html`${inForceCard(model)}
      <h2>What to tell the person</h2>
      ${explanation()}
      <p>${OTHER_OPT_OUTS}</p>
      <h2>What does the person want?</h2>
      <p>${buttonLink('Take an objection down', pathOf(model, '/object'))}</p>
      ${
        model.inForce.some(one => one.ours) &&
        html`<p><a href="${pathOf(model, '/change')}">The person has changed their mind</a></p>
          <p><a href="${pathOf(model, '/narrow')}">Somebody would be at risk: ask to see all the same</a></p>`
      }`,
  )

export const objectPage = (model: SharingModel, state: FormState = {}): Html =>
  page(
    model,
    'Take an objection down',
    state,
    form(
      pathOf(model, '/object'),
      model.csrf,
      html`${requestFields(state, model.named)}
        ${findingFields(
          state,
          Object.keys(state.errors ?? {}).some(name => FINDINGS.has(name)),
        )}
        ${choice(state, 'seen', 'How do you know who it is?', SEEN_WORDS)}
        ${card(
          'Read this to the person',
          html`<ul class="nhsuk-list nhsuk-list--bullet">
            ${EXPLANATION.map(words => html`<li>${words}</li>`)}
          </ul>`,
        )}
        ${choice(state, 'explained', 'Has the person heard this, and understood it?', YES_NO, 'If not, the objections office explains it before anything is decided.')}
        ${choice(state, 'how', 'How did you explain it?', HOW_WORDS)}
        <p>What the person says themselves stops sharing as soon as you send this.</p>
        ${button('Send to the objections office')}`,
    ),
  )
const FINDINGS: ReadonlySet<string> = new Set(['clinician', 'child'])

const objectionChoice = (model: SharingModel, state: FormState): Html =>
  choice(
    state,
    'objection',
    'Which objection?',
    model.inForce
      .filter(one => one.ours)
      .map(one => ({ value: one.id, words: `${scopeWords(one.scope, model.named)}, since ${staffDate(one.since, 'date')}` })),
  )

export const changePage = (model: SharingModel, state: FormState = {}): Html =>
  page(
    model,
    'The person has changed their mind',
    state,
    form(
      pathOf(model, '/change'),
      model.csrf,
      html`${objectionChoice(model, state)}
      ${choice(state, 'who', 'Who has changed their mind?', [
        { value: 'person', words: 'The person' },
        { value: 'asker', words: 'Who asked for them, and still may' },
      ])}
      ${choice(state, 'seen', 'How do you know who it is?', SEEN_WORDS)}
      ${textarea({ name: 'words', label: 'What did they say?', rows: 3, error: state.errors?.['words'], value: state.values?.['words'] })}
      ${warningCallout('Make sure that nobody presses them', html`<p>If you can, ask when nobody else is in the room. Sharing starts again as soon as you send this.</p>`)}
      ${button('Share again')}`,
    ),
  )

export const narrowPage = (model: SharingModel, state: FormState = {}): Html =>
  page(
    model,
    'Ask to see all the same',
    state,
    form(
      pathOf(model, '/narrow'),
      model.csrf,
      html`<p>
          While an objection is being decided, a clinician may open the record to named people for up to 24 hours, for safeguarding or
          serious risk. Once it is decided, or for the public interest, a Caldicott Guardian decides with you. The person is told.
        </p>
        ${objectionChoice(model, state)} ${choice(state, 'reason', 'Reason', REASON_WORDS)}
        ${textarea({ name: 'words', label: 'Why is it needed now?', hint: 'At least 10 characters.', rows: 4, error: state.errors?.['words'], value: state.values?.['words'] })}
        ${input({ name: 'people', label: 'Who else needs to see?', hint: 'User numbers of 12 digits, one after the other. You are one of them.', error: state.errors?.['people'], value: state.values?.['people'] })}
        ${input({ name: 'hours', label: 'For how many hours?', width: 2, numeric: true, error: state.errors?.['hours'], value: state.values?.['hours'] ?? '4' })}
        ${button('Ask', { warning: true })}`,
    ),
  )

/** What came of it. */
export const sharingDonePage = (model: SharingModel, title: string, words: readonly string[], back: Child = nothing): Html =>
  page(
    model,
    title,
    {},
    html`${words.map(each => html`<p>${each}</p>`)}${back}
      <p><a href="/r/${encodeURIComponent(model.viewId)}/">Back to the record</a></p>`,
  )

/** Somebody whom the national register does not know here: nothing can be kept about them. */
export const sharingUnknownPage = (frame: Frame): Html =>
  plainPage(
    frame,
    TITLE,
    html`<h1>${TITLE}</h1>
      <p>The register does not say who this number belongs to now, so nothing can be written down about them here.</p>
      ${explanation()}
      <p>${OTHER_OPT_OUTS}</p>
      <p>The person can use the form at <a href="/object">/object</a>, which needs no sign-in.</p>
      <p><a href="/find">Find a person</a></p>`,
  )
