import { details, input, textarea } from '../components/nhsuk.ts'
import { html, type Html } from '../html.ts'
import type { FormState } from '../models.ts'
import { ASKER_WORDS, choice, YES_NO, type Named } from './sharing-words.ts'

const field = (state: FormState, name: string): { readonly error: string | undefined; readonly value: string | undefined } => ({
  error: state.errors?.[name],
  value: state.values?.[name],
})

/** What is not to be shared. */
export const scopeFields = (state: FormState, { classes }: Pick<Named, 'classes'>): Html =>
  html`${choice(state, 'scope', 'What is not to be shared?', [
    { value: 'everything', words: 'Everything' },
    { value: 'organisation', words: 'What one organisation holds', hint: 'Say which below.' },
    ...classes.map(each => ({ value: `class-${each.id}`, words: each.title })),
    { value: 'staff', words: 'Anything, with one member of staff', hint: 'For example a relative who works there. Say who below.' },
    { value: 'workplace', words: 'Anything, with everybody of one organisation', hint: 'Say which below.' },
  ])}
  ${input({ name: 'organisation', label: 'Organisation that holds it', hint: 'Only for what one organisation holds. Its code, or its name.', width: 20, ...field(state, 'organisation') })}
  ${input({ name: 'staff', label: 'User number of the member of staff', hint: '12 digits', width: 20, numeric: true, ...field(state, 'staff') })}
  ${input({ name: 'workplace', label: 'Organisation whose staff may not see', hint: 'Its code, or its name.', width: 20, ...field(state, 'workplace') })}`

/** What the person wants, in their words, and who says it. */
export const requestFields = (state: FormState, named: Pick<Named, 'classes'>): Html =>
  html`${choice(state, 'asker', 'Who is asking?', ASKER_WORDS)} ${scopeFields(state, named)}
  ${textarea({ name: 'words', label: 'What did they say?', hint: 'In their own words. Do not write down why unless they want it.', rows: 3, ...field(state, 'words') })}`

/** What was found out where somebody else asks, or a child does. */
export const findingFields = (state: FormState, open = false): Html => {
  const inside = html`${choice(state, 'parentalResponsibility', 'Was proof of parental responsibility seen?', YES_NO)}
  ${choice(state, 'courtOrders', 'Court orders', [
    { value: 'none', words: 'None' },
    { value: 'allow', words: 'There is one, and it allows this' },
    { value: 'forbid', words: 'There is one, and it stands against this' },
  ])}
  ${choice(state, 'lookedAfter', 'Is the child looked after by a council?', YES_NO)}
  ${choice(state, 'competent', 'Can the child decide this? A clinician’s finding', YES_NO)}
  ${choice(state, 'child', 'What does the child say?', [
    { value: 'agrees', words: 'Wants it too' },
    { value: 'disagrees', words: 'Does not want it' },
  ])}
  ${choice(state, 'withoutCapacity', 'Did a clinician find that the person cannot decide this now?', YES_NO)}
  ${choice(state, 'document', 'Was the document of the attorney or deputy seen?', YES_NO)}
  ${textarea({ name: 'bestInterests', label: 'The best-interests decision, where there is one', rows: 2, ...field(state, 'bestInterests') })}
  ${input({ name: 'clinician', label: 'Name of the clinician who found this', width: 20, ...field(state, 'clinician') })}`
  return open ? inside : details('For a child, or for somebody who cannot decide', inside)
}
