import type { ObjectionScope } from '../../care-record/objection.ts'
import { radios, type RadioItem } from '../components/nhsuk.ts'
import { html, type Child, type Html } from '../html.ts'
import type { FormState } from '../models.ts'

/** What the pages about sharing may name. */
export interface Named {
  readonly organisation: (odsCode: string) => string
  readonly classes: readonly { readonly id: string; readonly title: string }[]
}

/** What an objection is about, for staff. */
export function scopeWords(scope: ObjectionScope, named: Named): string {
  switch (scope.kind) {
    case 'everything':
      return 'Everything in the London Care Record'
    case 'organisation':
      return `What ${named.organisation(scope.odsCode)} holds`
    case 'class':
      return named.classes.find(each => each.id === scope.classId)?.title ?? 'A part that is known by no name here'
    case 'staff':
      return 'One member of staff'
    case 'workplace':
      return `Everybody who works at ${named.organisation(scope.odsCode)}`
  }
  return ''
}

/** What everyone is told before an objection is decided (R072): read aloud as it stands. Its version is that of the case rules. */
export const EXPLANATION: readonly string[] = [
  'Nobody outside the place that wrote it down will see what you object to in the London Care Record. Each place that treats you still keeps its own record and sees it.',
  'It also holds in an emergency, when you cannot speak for yourself. A doctor in A&E may not see your allergies or medicines.',
  'Your care may take longer, tests may be done twice, and some services may not be able to treat you safely.',
  'Letters go on: your GP and your hospital still write to each other when they refer you or send you home.',
  'What another place has already copied into its own record stays there, such as a letter that your GP has kept.',
  'Sharing stops as soon as we know who you are, and stays stopped until it is decided. That takes a month at most.',
  'An objection may be refused when somebody would be at risk, or when a service cannot be given without the record. You are told why, in a letter, before anything is shared again. You can complain to us and to the Information Commissioner.',
  'You can change your mind at any time. Tell anybody who gives you care.',
  'Day and night, the hospital switchboard can reach somebody who may decide in an emergency.',
]

export const explanation = (): Html =>
  html`<ul class="nhsuk-list nhsuk-list--bullet">
    ${EXPLANATION.map(words => html`<li>${words}</li>`)}
  </ul>`

/** R077: what other opt-outs do, and do not do, here. */
export const OTHER_OPT_OUTS =
  'Opting out of the Summary Care Record, a type 1 opt-out at the GP and the national data opt-out change nothing here. If the person does not want to be in the London Care Record either, take an objection down on this page. Who said no to Connect Care or the Local Care Record need not ask again.'

export const SEEN_WORDS: readonly RadioItem[] = [
  { value: 'known-to-me', words: 'I know the person' },
  { value: 'photo-document', words: 'A document with a photograph' },
  { value: 'two-documents', words: 'Two documents without a photograph' },
  { value: 'nhs-login', words: 'NHS login' },
  { value: 'call-to-known-number', words: 'I called the number that is on record' },
]
export const ASKER_WORDS: readonly RadioItem[] = [
  { value: 'self', words: 'The person' },
  {
    value: 'parent',
    words: 'A person with parental responsibility',
    hint: 'For a child under 16. From 13 a clinician says whether the child can decide.',
  },
  { value: 'council', words: 'The council, for a looked-after child' },
  { value: 'attorney', words: 'An attorney for health and welfare' },
  { value: 'deputy', words: 'A deputy of the Court of Protection' },
  { value: 'best-interests', words: 'A clinician, in the person’s best interests' },
  {
    value: 'carer',
    words: 'A carer or relative, without any of these',
    hint: 'A carer alone cannot object. It is written down and ends there.',
  },
]
export const HOW_WORDS: readonly RadioItem[] = [
  { value: 'face-to-face', words: 'Face to face' },
  { value: 'telephone', words: 'By telephone' },
  { value: 'interpreter', words: 'With an interpreter' },
  { value: 'easy-read', words: 'With Easy Read' },
  { value: 'letter', words: 'By letter' },
]
export const REASON_WORDS: readonly RadioItem[] = [
  { value: 'safeguarding', words: 'Safeguarding' },
  { value: 'serious-risk', words: 'Serious risk to the person or somebody else' },
  {
    value: 'public-interest',
    words: 'The public interest',
    hint: 'A Caldicott Guardian decides with you. The switchboard reaches the one on call, day and night.',
  },
]
export const labelOf = (items: readonly RadioItem[], value: string): Child => items.find(each => each.value === value)?.words ?? value

export const choice = (state: FormState, name: string, label: Child, items: readonly RadioItem[], hint?: Child): Html =>
  radios({
    name,
    label,
    items,
    size: 's',
    heading: false,
    error: state.errors?.[name],
    value: state.values?.[name],
    ...(hint === undefined ? {} : { hint }),
  })
export const YES_NO: readonly RadioItem[] = [
  { value: 'yes', words: 'Yes' },
  { value: 'no', words: 'No' },
]

export const errorsOf = (state: FormState): readonly { readonly words: string; readonly href: string }[] =>
  Object.entries(state.errors ?? {}).map(([field, words]) => ({ words, href: `#${field}` }))
