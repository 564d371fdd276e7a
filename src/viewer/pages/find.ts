import { dateInput, errorSummary, input, button, buttonLink, radios, stackedTable } from '../components/nhsuk.ts'
import { counted, dateTag, genderWords, nameTag } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { CandidateModel, FormState, Frame, LocalContact, RoleChoice } from '../models.ts'
import { contactLine, form, plainPage } from './layout.ts'

/** Sign-in goes to the organisation's own identity provider; we take no password. */
export const signInPage = (
  frame: Frame,
  options: { readonly action: string; readonly problem?: string; readonly contact?: LocalContact },
): Html =>
  plainPage(
    frame,
    'Sign in',
    html`<h1>London Care Record</h1>
      ${options.problem !== undefined && errorSummary([{ words: options.problem, href: '#sign-in' }])}
      <p>For people who care for Londoners, to see one record of a person in their care.</p>
      <p>Everything you open is recorded. Open a record only to care for that person.</p>
      <div id="sign-in">${buttonLink('Sign in', options.action)}</div>
      <p>You sign in with your own organisation, in the usual way.</p>
      ${options.contact !== undefined && contactLine(options.contact)}`,
  )

/** One role for this session. Form: `role` = `sdsRoleProfileId`. */
export const rolesPage = (frame: Frame, roles: readonly RoleChoice[], state: FormState = {}, contact?: LocalContact): Html =>
  roles.length === 0
    ? plainPage(
        frame,
        'Your role is not set up',
        html`<h1>Your role is not set up</h1>
          <p>None of the roles your organisation gave you is known here, so nothing can be shown.</p>
          ${contactLine(contact)}
          <p><a href="/sign-in">Sign in with another card</a></p>`,
      )
    : plainPage(
        frame,
        'Choose your role',
        html`${errorSummary(errorsOf(state, { role: '#role' }))}${form(
          '/roles',
          frame.csrf,
          html`${radios({
            name: 'role',
            label: 'Which role are you working in?',
            hint: 'What you can see depends on it.',
            error: state.errors?.['role'],
            value: state.values?.['role'],
            items: roles.map(role => ({ value: role.sdsRoleProfileId, words: role.roleName, hint: role.organisationName })),
          })}${button('Continue')}`,
        )}`,
      )

const errorsOf = (state: FormState, hrefs: Readonly<Record<string, string>>): readonly { words: string; href: string }[] =>
  Object.entries(state.errors ?? {}).map(([field, words]) => ({ words, href: hrefs[field] ?? '#maincontent' }))

/**
 * Find a person. Form fields: `nhsNumber`; or `family`, `day`, `month`, `year` and one of `given`,
 * `postcode`, `gender`. Errors by the same names, `birthDate` for the date and `form` for the whole.
 */
export function findPage(frame: Frame, state: FormState = {}): Html {
  const { errors = {}, values = {} } = state
  const ofNumber = values['family'] === undefined ? (errors['nhsNumber'] ?? errors['form']) : errors['nhsNumber']
  return plainPage(
    frame,
    'Find a person',
    html`${errorSummary(
        errorsOf(state, {
          nhsNumber: '#nhsNumber',
          family: '#family',
          birthDate: '#birthDate-day',
          given: '#given',
          postcode: '#postcode',
          gender: '#gender',
          form: values['family'] === undefined ? '#nhsNumber' : '#family',
        }),
      )}
      <h1>Find a person</h1>
      <p>Every search is recorded.</p>
      <div class="lcr-two">
        ${form(
          '/find',
          frame.csrf,
          html`<h2>By NHS number</h2>
            ${input({
              name: 'nhsNumber',
              label: 'NHS number',
              hint: '10 digits, for example 999 123 4567',
              width: 10,
              numeric: true,
              code: true,
              autocomplete: 'off',
              error: ofNumber,
              value: values['nhsNumber'],
            })}
            <p>${button('Find by number')}</p>`,
        )}${form(
          '/find',
          frame.csrf,
          html`<h2>By name and date of birth</h2>
            ${input({ name: 'family', label: 'Surname', width: 20, autocomplete: 'off', error: errors['family'], value: values['family'] })}
            ${dateInput({
              name: 'birth',
              id: 'birthDate',
              prefix: '',
              label: 'Date of birth',
              size: 's',
              heading: false,
              hint: 'For example, 31 3 1980',
              error: errors['birthDate'],
              values: [values['day'], values['month'], values['year']],
            })}
            <p class="lcr-and">And one more:</p>
            ${input({ name: 'given', label: 'First name', width: 20, autocomplete: 'off', error: errors['given'], value: values['given'] })}
            ${input({ name: 'postcode', label: 'Postcode', width: 10, autocomplete: 'off', error: errors['postcode'], value: values['postcode'] })}
            ${radios({
              name: 'gender',
              label: 'Gender',
              size: 's',
              heading: false,
              error: errors['gender'],
              value: values['gender'],
              items: [
                { value: 'female', words: 'Female' },
                { value: 'male', words: 'Male' },
              ],
            })}
            <p>${button('Find by name')}</p>`,
        )}
      </div>
      <p><a href="/find/unknown">The person cannot say who they are</a></p>`,
  )
}

/**
 * At most five people who fit (care-rules 1.6). Opening posts `ref`. No banner: this page is about several people (D11).
 *
 * @param note of the search in our words, for example that too many fit.
 */
export function candidatesPage(frame: Frame, candidates: readonly CandidateModel[], note?: string): Html {
  if (candidates.length === 0)
    return plainPage(
      frame,
      'Nobody found',
      html`<h1>Nobody found</h1>
        <p>${note ?? 'No one fits these details. Check each one with the person, or try their NHS number.'}</p>
        <p><a href="/find">Search again</a> or <a href="/find/unknown">what to do when a person cannot be identified</a></p>`,
    )
  return plainPage(
    frame,
    'People who fit',
    html`<h1>People who fit</h1>
      ${note !== undefined && html`<p>${note}</p>`}
      <p>Check the date of birth and one more detail with the person before you open a record.</p>
      <div class="lcr-scroll" tabindex="0" role="region" aria-label="People who fit">
        ${stackedTable(
          counted(candidates.length, 'person', 'people'),
          ['Name', 'Born', 'Gender', 'NHS No. ends', 'Postcode starts', 'Open'],
          candidates.map(candidate => [
            nameTag(candidate.name),
            dateTag(candidate.birthDate, 'date'),
            genderWords[candidate.gender],
            candidate.lastThreeDigits ?? notKnown,
            candidate.postcodeDistrict ?? notKnown,
            form(
              '/open',
              frame.csrf,
              html`<input type="hidden" name="ref" value="${candidate.ref}" />${button(
                  html`Open record<span class="nhsuk-u-visually-hidden"> of ${nameTag(candidate.name)}</span>`,
                  { small: true },
                )}`,
            ),
          ]),
        )}
      </div>
      <p><a href="/find">Search again</a></p>`,
  )
}

const notKnown = html`<span class="lcr-none">Not known</span>`

/** `/find/unknown`: an unconscious person without a number; what can be done, and why a record is not guessed. */
export const unknownPersonPage = (frame: Frame, contact?: LocalContact): Html =>
  plainPage(
    frame,
    'When you do not know who the person is',
    html`<h1>When you do not know who the person is</h1>
      <p>A record cannot be opened until you know whose it is. Treat as you would without one.</p>
      <h2>Where their name or NHS number may be</h2>
      <ul class="nhsuk-list nhsuk-list--bullet">
        <li>wallet, bag, letters, medicine boxes and prescriptions</li>
        <li>a wristband, a medical alert bracelet or necklace</li>
        <li>their phone: the medical ID on the emergency screen opens without a code</li>
        <li>the ambulance crew, the 111 or 999 call, police, or whoever was with them</li>
      </ul>
      <h2>What to ask for</h2>
      <ul class="nhsuk-list nhsuk-list--bullet">
        <li>Your registration desk can trace a person in the national register from a name, an address or a date of birth.</li>
        <li>With a surname, a date of birth and one more detail, <a href="/find">search here</a>.</li>
      </ul>
      <h2>What is not done here</h2>
      <p>
        Records are not guessed from age, looks, place or a first name alone. The wrong person’s allergies and medicines are more dangerous
        than none.
      </p>
      <h2>Who to call</h2>
      ${contactLine(contact)}`,
  )

/** Session locked; the same person signs in again and comes back to the same place. Nobody's name is in the title (D162). */
export const lockedPage = (frame: Frame): Html =>
  plainPage(
    {},
    'Locked',
    html`<h1>Locked. ${frame.viewer === undefined ? 'Sign in' : `${frame.viewer.name}, unlock`} to continue.</h1>
      ${form('/unlock', frame.csrf, button('Unlock'))}
      <p>Not you? Log out first. You will see nothing of what was open.</p>
      ${form('/log-out', frame.csrf, button('Log out', { secondary: true }))}`,
  )
