import type { Person } from '../../../care-record/person.ts'
import { card, details, errorSummary, insetText, summaryList, table, tag } from '../../components/nhsuk.ts'
import { nameText, nhsNumberTag, staffDate } from '../../format.ts'
import { html, nothing, type Child, type Html } from '../../html.ts'
import type { FormState } from '../../models.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { LETTER_WORDS, STEP_FORMS, stepForm, type Choices } from './objections-forms.ts'
import { CHANNEL_WORDS, DUE_WORDS, OBJECTIONS_PATH, STATE_WORDS, type QueueItem } from './objections.ts'

/** One thing that happened, and what was written then. */
export interface TimelineRow {
  readonly at: string
  readonly what: string
  readonly by: string
  readonly said: readonly (readonly [label: string, words: string])[]
}

export interface CaseModel extends QueueItem {
  readonly asker: Child
  readonly scope: string
  readonly decideBy: string
  readonly inForce: boolean
  readonly sparesSafeguarding: boolean
  readonly closed: boolean
  readonly person?: Pick<Person, 'name' | 'birthDate' | 'nhsNumber'>
  /** What a public form said; nobody was checked. */
  readonly unchecked?: readonly string[]
  readonly hint?: string
  readonly refusal?: readonly (readonly [label: string, words: Child])[]
  readonly letters: readonly {
    readonly letter: string
    readonly letterId?: string
    readonly must: boolean
    /** There is no PDF of it. */
    readonly pageOnly: boolean
    readonly sent?: string
  }[]
  readonly timeline: readonly TimelineRow[]
  /** Steps besides those due that this case may take. */
  readonly more: readonly string[]
  readonly choices: Choices
}

/** Ids of fields stand after the step they are of; those shared with other pages stand alone. */
const hrefOf = (step: string, field: string): string =>
  ['clinician', 'child', 'scope', 'organisation', 'workplace', 'staff'].includes(field) ? `#${field}` : `#${step}-${field}`

/** A case: what to do now, what is in force, and all that happened. */
export const casePage = (
  frame: OfficeFrame,
  model: CaseModel,
  back: { readonly step?: string; readonly state: FormState } = { state: {} },
): Html => {
  const { csrf } = frame
  const stateOf = (key: string): FormState => (STEP_FORMS[key]?.step === back.step ? back.state : {})
  // One form of each step: what is due comes first.
  const due = [...new Set(model.due.flatMap(each => (each.due === 'decide' ? ['decide', 'refuse'] : [each.due])))]
  const more = model.more.filter(key => !due.some(other => STEP_FORMS[other]?.step === STEP_FORMS[key]?.step))
  const overdue = new Set(model.due.filter(each => each.overdue).map(each => each.due))
  return officePage(
    frame,
    `Objection ${model.reference}`,
    html`${errorSummary(Object.entries(back.state.errors ?? {}).map(([field, words]) => ({ words, href: back.step === undefined ? '#now' : hrefOf(back.step, field) })))}
      ${summaryList([
        ...(model.person
          ? ([
              ['Name', nameText(model.person.name)],
              ['Born', staffDate(model.person.birthDate)],
              ['NHS number', nhsNumberTag(model.person.nhsNumber)],
            ] as const)
          : []),
        ['Where it stands', html`${STATE_WORDS[model.state]} ${model.closed && tag('Closed', 'grey')}`],
        ['In force now', model.inForce ? html`Yes${model.sparesSafeguarding && ', but not for safeguarding'}` : 'No'],
        ['About', model.scope],
        ['Who asked', model.asker],
        ['Came by', CHANNEL_WORDS[model.channel]],
        ['Said on', staffDate(model.openedAt)],
        ['To be decided by', staffDate(model.decideBy, 'date')],
      ])}
      ${
        model.unchecked &&
        insetText(
          html`<p>Written by somebody whom nobody has checked:</p>
            ${model.unchecked.map(words => html`<p>${words}</p>`)}`,
        )
      }${model.hint !== undefined && insetText(html`<p>${model.hint}</p>`)}
      ${
        model.refusal &&
        html`<h2>Proposed: not to uphold</h2>
          ${summaryList(model.refusal)}`
      }
      <h2 id="now">What to do now</h2>
      ${
        due.length === 0
          ? html`<p>Nothing waits.</p>`
          : due.map(key =>
              card(
                html`${STEP_FORMS[key]?.title ?? DUE_WORDS[key]} ${overdue.has(key) && tag('Overdue', 'red')}`,
                stepForm(model.id, key, csrf, model.choices, stateOf(key)),
              ),
            )
      }
      ${lettersTable(model)} ${more.length > 0 && html`<h2>Other steps</h2>`}
      ${more.map(key => {
        const title = STEP_FORMS[key]?.title ?? ''
        const inside = stepForm(model.id, key, csrf, model.choices, stateOf(key))
        return back.step !== undefined && STEP_FORMS[key]?.step === back.step ? card(title, inside) : details(title, inside)
      })}
      <h2>What happened</h2>
      <ol class="nhsuk-list">
        ${model.timeline.map(
          row =>
            html`<li>
              <strong>${row.what}</strong>, ${staffDate(row.at)},
              ${row.by}${row.said.map(([label, words]) => html`<br />${label}: ${words}`)}
            </li>`,
        )}
      </ol>
      <p><a href="${OBJECTIONS_PATH}">All objections</a></p>`,
  )
}

const lettersTable = (model: CaseModel): Html =>
  model.letters.length === 0
    ? nothing
    : table(
        'Letters',
        ['Letter', 'Made', 'Sent'],
        model.letters.map(each => [
          html`${LETTER_WORDS[each.letter]}${!each.must && ' (if it helps)'}`,
          each.letterId === undefined
            ? 'Not yet'
            : each.pageOnly
              ? html`<a href="${OBJECTIONS_PATH}/${model.id}/letters/${each.letterId}">Read and print it</a>. There is no PDF: it cannot
                  write this name as it should be. This page is the whole letter.`
              : html`<a href="${OBJECTIONS_PATH}/${model.id}/letters/${each.letterId}">Read it</a>,
                  <a href="${OBJECTIONS_PATH}/${model.id}/letters/${each.letterId}/pdf">PDF</a>`,
          each.sent === undefined ? 'Not yet' : staffDate(each.sent),
        ]),
      )
