import { button, dateInput, errorSummary, insetText, input, textarea } from '../components/nhsuk.ts'
import { html, type Html } from '../html.ts'
import type { FormState } from '../models.ts'
import { form, plainPage } from './layout.ts'
import { choice, errorsOf, explanation, YES_NO } from './sharing-words.ts'

const TITLE = 'Say no to sharing in the London Care Record'

/** The public form (R069, R070): no sign-in, no script, changes nothing by itself. `phone`: of the objections office, where it is known. */
export function publicObjectPage(state: FormState = {}, phone?: string): Html {
  const field = (name: string): { readonly error: string | undefined; readonly value: string | undefined } => ({
    error: state.errors?.[name],
    value: state.values?.[name],
  })
  const dateError = state.errors?.['born']
  return plainPage(
    {},
    TITLE,
    html`${errorSummary(errorsOf(state))}
      <h1>${TITLE}</h1>
      <p>
        You can also${phone !== undefined && html` call <strong>${phone}</strong>, or`} tell anybody who gives you care, such as your GP,
        nurse or social worker.
      </p>
      <h2>Before you decide</h2>
      ${explanation()}
      ${insetText(html`<p>Sending this form changes nothing yet. We get in touch to check who you are. Sharing stops when we have.</p>`)}
      ${form(
        '/object',
        undefined,
        html`${choice(state, 'asker', 'Whose record is it?', [
          { value: 'self', words: 'Mine' },
          { value: 'parent', words: 'My child’s' },
          { value: 'attorney', words: 'Somebody’s for whom I am attorney or deputy' },
        ])}
        ${input({ name: 'name', label: 'Full name of the person whose record it is', autocomplete: 'name', ...field('name') })}
        ${dateInput({
          name: 'born',
          label: 'Their date of birth',
          hint: 'For example, 27 3 1984',
          size: 's',
          heading: false,
          values: ['bornDay', 'bornMonth', 'bornYear'].map(name => state.values?.[name]),
          ...(dateError === undefined ? {} : { error: dateError }),
        })}
        ${input({ name: 'nhsNumber', label: 'Their NHS number, if you know it', hint: '10 digits, on any letter from the NHS', width: 10, numeric: true, ...field('nhsNumber') })}
        ${textarea({ name: 'words', label: 'What is not to be shared? (optional)', hint: 'Leave this empty if you mean everything. You need not say why.', rows: 3, ...field('words') })}
        ${choice(state, 'callBack', 'Would you like us to call you?', YES_NO, 'We call within two working days.')}
        ${input({ name: 'phone', label: 'Telephone number', hint: 'One on which it is safe for us to speak to you.', width: 20, autocomplete: 'tel', ...field('phone') })}
        ${textarea({ name: 'address', label: 'Address, if you would rather have a letter', rows: 3, ...field('address') })}
        ${button('Send')}`,
      )}`,
  )
}

export const publicObjectDonePage = (reference: string | undefined): Html =>
  plainPage(
    {},
    'We have your request',
    html`<h1>We have your request</h1>
      ${reference !== undefined && html`<p>Your reference is <strong>${reference}</strong>. Write it down.</p>`}
      <p>Nothing has changed yet. We get in touch to check who you are, and explain what happens next.</p>
      <p>If you need treatment meanwhile, tell whoever treats you what you told us.</p>`,
  )

/** More forms came in than can be read, or they cannot be kept now. */
export const publicObjectCallPage = (words: string, phone: string | undefined): Html =>
  plainPage(
    {},
    'Your request was not kept',
    html`<h1>Your request was not kept</h1>
      <p>${words}</p>
      <p>
        Nothing was kept of what you wrote.
        ${
          phone === undefined
            ? html`Try again later, or tell anybody who gives you care.`
            : html`Call <strong>${phone}</strong> and leave your name and number, or tell anybody who gives you care.`
        }
      </p>`,
  )
