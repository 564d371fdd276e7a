import { details } from '../components/nhsuk.ts'
import { html, type Child, type Html } from '../html.ts'
import { plainPage } from './layout.ts'

export const PRIVACY_NOTICE_PATH = '/privacy'

/** One way on which personal information goes, from the record of processing. */
export interface FlowTold {
  readonly id: string
  /** Parts of the record, or what else. */
  readonly data: string
  readonly article6: string
  readonly article9: string
  readonly parties: readonly string[]
}
/** What it is, in the words of somebody whom it is about. */
export interface FlowWords {
  readonly group: 'comes' | 'goes' | 'kept'
  readonly words: string
  /** Of what, where the record of processing says it for specialists. */
  readonly what?: string
  /** How long; else it is not kept. */
  readonly kept?: string
  /** Who is at the other end is a technical name, or one that says nothing to the person. */
  readonly unnamed?: true
}

const GROUPS = {
  comes: 'Where your information comes from',
  goes: 'Who it is shown to',
  kept: 'What we keep ourselves',
} as const satisfies Readonly<Record<FlowWords['group'], string>>

const names = (parties: readonly string[]): Child =>
  parties.length === 0
    ? html`<p>At the moment this is nobody.</p>`
    : parties.length <= 3
      ? html`<p>At the moment: ${parties.join(', ')}.</p>`
      : details(
          `See who: ${parties.length} at the moment`,
          html`<ul class="nhsuk-list">
            ${parties.map(name => html`<li>${name}</li>`)}
          </ul>`,
        )

const flowShown = (flow: FlowTold, { words, what, kept, unnamed }: FlowWords): Html =>
  html`<h3 class="nhsuk-heading-s">${words}</h3>
    <p>${what ?? `${flow.data}.`}</p>
    ${kept !== undefined && html`<p>${kept}</p>`} ${unnamed !== true && names(flow.parties)}`

/** What anybody may read of how their information is used (R060): made from what is connected now, so that it is never out of date. */
export const privacyNoticePage = (model: {
  readonly title: string
  readonly flows: readonly FlowTold[]
  readonly words: Readonly<Record<string, FlowWords>>
}): Html => {
  const bases = [...new Set(model.flows.flatMap(flow => [flow.article6, flow.article9]))].filter(basis => basis.startsWith('Article'))
  return plainPage(
    {},
    'How we use your information',
    html`<h1>How we use your information</h1>
      <p>
        This is the privacy notice of the London Care Record in ${model.title}. It is made from what is connected today, so it is always up
        to date.
      </p>
      <p>
        The London Care Record lets the people who care for you see what other hospitals, GP practices, councils and services have written
        down about you. They see it for one reason: to care for you. Your information stays where it was written. We fetch it when it is
        needed, show it for 30 minutes at most, and do not keep a copy.
      </p>
      ${Object.entries(GROUPS).map(
        ([group, title]) =>
          html`<h2>${title}</h2>
            ${model.flows.flatMap(flow => {
              const told = model.words[flow.id]
              return told?.group === group ? [flowShown(flow, told)] : []
            })}`,
      )}
      <h2>What it is never used for</h2>
      <p>
        Insurance, jobs, benefits, policing, immigration, marketing or research. Those organisations cannot be connected. Nothing is sold.
        Nobody can search or download the records of many people.
      </p>
      <h2>What is not shown</h2>
      <p>
        Sexual health, fertility and gender reassignment services are protected by law, and their records are not shown. Other things that
        are private, such as notes of therapy or what somebody else said in confidence, are kept back or shown to a few kinds of staff only.
      </p>
      <h2>Your choices and your rights</h2>
      <ul class="nhsuk-list nhsuk-list--bullet">
        <li>You can <a href="/object">say no to sharing</a>. We explain what that means for your care before anything is decided.</li>
        <li>You can ask who has looked at your record, when and why. Every look is written down.</li>
        <li>You can ask for a copy of what is held about you. Ask the place that wrote it.</li>
        <li>You can ask for something that is wrong to be put right. Tell anybody who gives you care.</li>
      </ul>
      <p>No decision about you is made by a computer alone.</p>
      <h2>Why the law lets us do this</h2>
      <p>
        The organisations that take part answer for your information together. For your information to be used for your care they rely on
        these parts of the UK General Data Protection Regulation, on the common law duty of confidentiality and on the NHS codes of
        practice:
      </p>
      <ul class="nhsuk-list nhsuk-list--bullet">
        ${bases.map(basis => html`<li>${basis}</li>`)}
      </ul>
      <h2>Questions and complaints</h2>
      <p>
        Ask the data protection officer of the organisation that cares for you, or its Patient Advice and Liaison Service (PALS). If you are
        not happy with the answer, you can complain to the Information Commissioner at
        <a href="https://ico.org.uk/make-a-complaint">ico.org.uk/make-a-complaint</a> or on 0303 123 1113.
      </p>`,
  )
}
