import { button, dateInput, input, insetText, radios, textarea, type RadioItem } from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, type Child, type Html } from '../../html.ts'
import type { FormState } from '../../models.ts'
import { form } from '../layout.ts'
import { findingFields, scopeFields } from '../sharing-fields.ts'
import { explanation, HOW_WORDS, labelOf, REASON_WORDS, SEEN_WORDS, YES_NO } from '../sharing-words.ts'
import { OBJECTIONS_PATH } from './objections.ts'

/** What the forms of a case choose from. */
export interface Choices {
  readonly grounds: readonly {
    readonly id: string
    readonly words: string
    readonly publicInterest: boolean
    readonly alternative: boolean
  }[]
  readonly languages: readonly { readonly tag: string; readonly title: string; readonly mayBeSent: boolean }[]
  readonly classes: readonly { readonly id: string; readonly title: string }[]
  readonly needs: readonly { readonly id: string; readonly words: string }[]
  readonly letters: readonly { readonly letter: string; readonly letterId?: string }[]
  readonly asked: readonly { readonly id: string; readonly words: Child }[]
  readonly narrowings: readonly { readonly id: string; readonly words: Child }[]
  /** Steps taken so far: a form answers the case as it was read. */
  readonly read: number
  /** How letters reach the person safely, once they have said so. */
  readonly route?: { readonly route: string; readonly where: string; readonly at: string }
  /** The Guardian has said that a letter waits or says less. */
  readonly limited: boolean
}

export const LETTER_WORDS: Readonly<Record<string, string>> = {
  received: 'We have your request',
  'more-needed': 'We need something more',
  upheld: 'Upheld',
  'not-upheld': 'Not upheld, with the reason',
  withdrawn: 'Taken back',
  're-decided': 'Decided again',
  narrowed: 'Somebody may see for a time',
}
export const ROUTE_WORDS: readonly RadioItem[] = [
  { value: 'handed', words: 'Handed over' },
  { value: 'post', words: 'By post' },
  { value: 'email', words: 'By email' },
  { value: 'nhs-app', words: 'In the NHS App' },
  { value: 'read-out', words: 'Read out' },
]

interface Fields {
  readonly choice: (name: string, label: Child, items: readonly RadioItem[], hint?: Child) => Html
  readonly words: (name: string, label: string, hint?: string, rows?: number) => Html
  readonly line: (name: string, label: string, hint?: string) => Html
  readonly date: (name: string, label: string) => Html
}
/** Fields of one form among many on a page: the names of the form, ids of their own. */
const fieldsOf = (step: string, state: FormState): Fields => {
  const of = (
    name: string,
  ): { readonly id: string; readonly name: string; readonly error: string | undefined; readonly value: string | undefined } => ({
    id: `${step}-${name}`,
    name,
    error: state.errors?.[name],
    value: state.values?.[name],
  })
  return {
    choice: (name, label, items, hint) =>
      radios({ ...of(name), label, items, size: 's', heading: false, ...(hint === undefined ? {} : { hint }) }),
    words: (name, label, hint, rows = 3) => textarea({ ...of(name), label, rows, ...(hint === undefined ? {} : { hint }) }),
    line: (name, label, hint) => input({ ...of(name), label, ...(hint === undefined ? {} : { hint }) }),
    date: (name, label) =>
      dateInput({
        name,
        id: `${step}-${name}`,
        label,
        size: 's',
        heading: false,
        error: state.errors?.[name],
        values: ['Day', 'Month', 'Year'].map(part => state.values?.[`${name}${part}`]),
      }),
  }
}

export interface StepForm {
  readonly step: string
  readonly title: string
  readonly inside: (fields: Fields, state: FormState, choices: Choices) => Html
  readonly warning?: true
  readonly go: string
}

const of = (step: string, title: string, go: string, inside: StepForm['inside'], warning?: true): StepForm => ({
  step,
  title,
  go,
  inside,
  ...(warning === undefined ? {} : { warning }),
})

const safeWay = (route: Choices['route']): Html =>
  route === undefined
    ? html`<p>First confirm with the person how a letter reaches them safely.</p>`
    : insetText(
        html`<p>
          Confirmed by the person on ${staffDate(route.at, 'date')}: <strong>${labelOf(ROUTE_WORDS, route.route)}</strong>, ${route.where}
        </p>`,
      )

/** Each step of a case as one form, by the task it does. */
export const STEP_FORMS: Readonly<Record<string, StepForm>> = {
  'check-identity': of(
    'identity',
    'Check who it is',
    'Save: sharing stops now',
    f =>
      html`<p>Number, family name and birth date, as the person says them, have to be those of the national register.</p>
        ${f.line('nhsNumber', 'NHS number')} ${f.line('family', 'Family name')} ${f.date('born', 'Date of birth')}
        ${f.choice('seen', 'How do you know who it is?', SEEN_WORDS)}`,
  ),
  'check-right': of('right', 'Check the right to ask', 'Save', (_f, state) => findingFields(state, true)),
  'see-clinician': of('right', 'What a clinician found', 'Save', (_f, state) => findingFields(state, true)),
  explain: of(
    'explained',
    'Explain what it means',
    'Save',
    f =>
      html`<p>Read this to the person:</p>
        ${explanation()}
        ${f.choice('how', 'How did you explain it?', [...HOW_WORDS, { value: 'not-reached', words: 'They could not be reached', hint: 'Only for a request that has ended.' }])}
        ${f.choice('understood', 'Did they understand it?', YES_NO)}`,
  ),
  decide: of('upheld', 'Uphold', 'Uphold', f => f.words('words', 'Note (optional)', 'Stays in the case.', 2)),
  refuse: of(
    'refusal',
    'Propose not to uphold',
    'Send to the second person',
    (f, _state, { grounds }) =>
      html`<p>
          It takes two people, and the advice of a Caldicott Guardian where the public interest is the ground. Sharing stays stopped until
          the person was told.
        </p>
        ${f.choice(
          'ground',
          'Ground',
          grounds.map(each => ({
            value: each.id,
            words: each.words,
            ...(each.publicInterest
              ? { hint: 'A Caldicott Guardian advises.' }
              : each.alternative
                ? { hint: 'Say what the person can do instead.' }
                : {}),
          })),
        )}
        ${f.words('evidence', 'Evidence', 'What you rest on, with dates. Stays in the case.')}
        ${f.words('words', 'Reason, to the person', 'Short sentences, plain words. Stands in the letter.')}
        ${f.words('alternative', 'What the person can do instead', 'For a service that cannot be given: that they may choose not to attend, and where else they can go. Stands in the letter.')}`,
    true,
  ),
  advise: of(
    'advice',
    'Advice of the Caldicott Guardian',
    'Give advice',
    f => html`${f.choice('supports', 'Is not upholding it right?', YES_NO)} ${f.words('words', 'Your advice')}`,
  ),
  review: of(
    'review',
    'Second person',
    'Decide',
    f =>
      html`<p>Somebody else than who proposed it.</p>
        ${f.choice('agrees', 'Do you agree that it is not upheld?', YES_NO)} ${f.words('words', 'Why')}`,
  ),
  'answer-narrowing': of(
    'narrowing',
    'Somebody asks to see all the same',
    'Decide',
    (f, _state, { asked }) =>
      html`${f.choice(
        'id',
        'Who asks',
        asked.map(each => ({ value: each.id, words: each.words })),
      )}
      ${f.choice('agrees', 'May they?', YES_NO, 'Only a Caldicott Guardian decides this, and not who asked.')}
      ${f.words('words', 'Why', undefined, 2)}`,
  ),
  'tell-safeguarding': of(
    'safeguarding',
    'Tell the safeguarding lead',
    'Save',
    f =>
      html`<p>Somebody asked for another person. The safeguarding lead is told of each such request; it stops nothing they need.</p>
        ${f.line('words', 'Whom did you tell?')}`,
  ),
  'confirm-route': of(
    'route',
    'Confirm a safe way for letters',
    'Save',
    f =>
      html`<p>Ask the person. The address on record may not be safe.</p>
        ${f.choice('route', 'How does a letter reach them safely?', ROUTE_WORDS)}
        ${f.words('where', 'Where', 'Address, or where it is handed over.', 3)}`,
  ),
  'make-letter': of(
    'letter',
    'Make a letter',
    'Make the letter',
    (f, _state, { letters, languages, route }) =>
      html`${safeWay(route)}
      ${f.choice(
        'letter',
        'Letter',
        letters.map(each => ({ value: each.letter, words: LETTER_WORDS[each.letter] ?? each.letter })),
      )}
      ${f.choice(
        'language',
        'Language',
        languages.filter(each => each.mayBeSent).map(each => ({ value: each.tag, words: each.title })),
      )}
      ${f.line('to', 'Name of who reads it', 'The letter has the address that the person confirmed, and no other.')}`,
  ),
  'send-letter': of(
    'sent',
    'Send the letter',
    'It has gone',
    (f, _state, { letters, route }) =>
      html`${safeWay(route)}
      ${f.choice(
        'letterId',
        'Letter',
        letters
          .filter(each => each.letterId !== undefined)
          .map(each => ({ value: each.letterId ?? '', words: LETTER_WORDS[each.letter] ?? each.letter })),
      )}
      ${f.choice('route', 'How did it go?', ROUTE_WORDS, 'Any other way than the one above is refused. If it is safe no more, confirm another first.')}`,
  ),
  'review-telling': of(
    'limit',
    'A letter that would be dangerous',
    'Save',
    (f, _state, { limited }) =>
      html`<p>Only a Caldicott Guardian.</p>
        <p>
          While a letter waits, sharing stays as it is: an objection that is not upheld is shared again only when the person has been told.
          Named people may see before that only if somebody asks to see all the same.
        </p>
        ${f.choice('how', 'What is to happen?', [
          { value: 'delayed', words: 'The letter waits, until you look at it again' },
          { value: 'shortened', words: 'The letter goes without the reason in our own words' },
          ...(limited ? [{ value: 'freed', words: 'The letter may go, and whole' }] : []),
        ])}
        ${f.words('words', 'Why')} ${f.date('review', 'Look at it again on')}`,
    true,
  ),
  'share-again': of('share-again', 'Share again', 'Share again', () => html`<p>The person has been told.</p>`, true),
  'ask-again': of(
    'asked-again',
    'Ask the young person',
    'Save',
    f =>
      html`<p>They are 16 now: the decision is their own.</p>
        ${f.choice('keeps', 'Do they want it to stand?', YES_NO)} ${f.choice('seen', 'How do you know who it is?', SEEN_WORDS)}
        ${f.words('words', 'What did they say?', undefined, 2)}`,
  ),
  close: of('closed', 'Close', 'Close the case', () => html`<p>Everything is done.</p>`),
  scope: of(
    'scope',
    'The person wants something else kept apart',
    'Save',
    (f, state, { classes }) =>
      html`${scopeFields(state, { classes })} ${f.choice('seen', 'How do you know who it is?', SEEN_WORDS)}
      ${f.words('words', 'What did they say?', undefined, 2)}`,
  ),
  needs: of(
    'more-needed',
    'Something more is needed',
    'Save',
    (f, _state, { needs }) => html`${needs.map(each => f.choice(`need-${each.id}`, each.words, [{ value: 'yes', words: 'Needed' }]))}`,
  ),
  withdraw: of(
    'withdrawn',
    'The person has changed their mind',
    'Share again',
    f =>
      html`${f.choice('who', 'Who has changed their mind?', [
        { value: 'person', words: 'The person' },
        { value: 'asker', words: 'Who asked for them' },
      ])}
      ${f.choice('seen', 'How do you know who it is?', SEEN_WORDS)} ${f.words('words', 'What did they say?', undefined, 2)}`,
    true,
  ),
  reopen: of('reopened', 'Decide again', 'Open it again', f => f.words('words', 'What is new?')),
  expire: of(
    'expired',
    'End the request',
    'End it',
    f =>
      f.choice('because', 'Why?', [
        { value: 'no-answer', words: 'Nobody answered for four weeks' },
        { value: 'no-right', words: 'Who asked has no right to' },
      ]),
    true,
  ),
  'ask-to-see': of(
    'ask-to-see',
    'Somebody of another area has to see all the same',
    'Ask',
    f =>
      html`<p>
          For who treats the person elsewhere and has called: who works here asks in the record itself. Call back the switchboard of their
          organisation before you ask. A Caldicott Guardian decides, and not who asked. The person is told.
        </p>
        ${f.line('people', 'Who needs to see?', 'Their user numbers of 12 digits, one after the other.')}
        ${f.choice('reason', 'Reason', REASON_WORDS)} ${f.words('words', 'Why is it needed now?', 'Who called, from where, and why.')}
        ${f.line('hours', 'For how many hours?')}`,
    true,
  ),
  'narrowing-end': of('narrowing-end', 'End what was opened', 'End it', (f, _state, { narrowings }) =>
    f.choice(
      'id',
      'Which',
      narrowings.map(each => ({ value: each.id, words: each.words })),
    ),
  ),
}

/** One step as a form. `state`: what was wrong with it, when it came back. */
export const stepForm = (caseId: string, key: string, csrf: string | undefined, choices: Choices, state: FormState = {}): Html => {
  const step = STEP_FORMS[key]
  if (!step) return html``
  return form(
    `${OBJECTIONS_PATH}/${caseId}/${step.step}`,
    csrf,
    html`<input type="hidden" name="read" value="${choices.read}" />${step.inside(fieldsOf(step.step, state), state, choices)}
      ${button(step.go, step.warning === true ? { warning: true } : {})}`,
  )
}
