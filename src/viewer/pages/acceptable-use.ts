import { button, errorSummary } from '../components/nhsuk.ts'
import { html, type Html } from '../html.ts'
import type { Frame } from '../models.ts'
import { form, plainPage } from './layout.ts'

/** Where the rules of use are read and accepted. */
export const USE_PATH = '/acceptable-use'

/**
 * The rules of use, once a year, in one tap (R045). Posts `to`, where the user was going.
 *
 * @param problem why the last tap did not count.
 */
export const acceptableUsePage = (frame: Frame, to: string, problem?: string): Html =>
  plainPage(
    frame,
    'Rules of use',
    html`${errorSummary(problem === undefined ? [] : [{ words: problem, href: '#agree' }])}
      <h1>Rules of use</h1>
      <p>Once a year everyone who uses the London Care Record agrees to these rules.</p>
      <ul class="nhsuk-list nhsuk-list--bullet">
        <li>Open a record only to care for that person, and only as much of it as you need.</li>
        <li>Never open your own record, or that of family, friends, neighbours or colleagues.</li>
        <li>Use your own sign-in. Lock the screen when you leave it.</li>
        <li>Treat what you read as you treat any confidential record. Do not copy it elsewhere.</li>
        <li>Everything you open is recorded. The person may ask who looked, and your privacy officer checks.</li>
      </ul>
      <p>Looking without a reason can end your access and your job, and can be an offence.</p>
      <div id="agree">
        ${form(USE_PATH, frame.csrf, html`<input type="hidden" name="to" value="${to}" />${button('I agree and continue')}`)}
      </div>`,
  )
