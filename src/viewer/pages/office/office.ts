import type { Office } from '../../../care-record/catalogue.ts'
import { html, type Child, type Html } from '../../html.ts'
import type { Frame } from '../../models.ts'
import { footer, pageStart, tabTitle } from '../layout.ts'

/** Where whoever works beside the record begins. */
export const OFFICE_PATH = '/office'

export interface OfficeFrame extends Frame {
  readonly offices: readonly Office[]
}

/** One place of work: a line of the menu and of the first page. */
export interface Workplace {
  readonly path: string
  readonly title: string
  readonly words: string
  readonly offices: readonly Office[]
}

/** Every place of work in the order of the menu; each shows itself to those whose role does it. */
export const WORKPLACES: readonly Workplace[] = [
  {
    path: '/office/objections',
    title: 'Objections',
    words: 'Who says no to sharing, what waits to be decided, and who is to be called',
    offices: ['objections', 'guardian'],
  },
  {
    path: '/office/privacy',
    title: 'Privacy',
    words: 'Claims and emergencies to review, and what you should know of',
    offices: ['privacy'],
  },
  {
    path: '/office/organisations',
    title: 'Organisations',
    words: 'Who takes part, who wants to, and whose papers lapse first',
    offices: ['agreements', 'operations'],
  },
  {
    path: '/office/agreements',
    title: 'Agreements',
    words: 'What is shared with whom, until when, and who approved it',
    offices: ['agreements', 'operations'],
  },
  {
    path: '/office/rules',
    title: 'Withheld and shared',
    words: 'Who sees which class, what providers do not share, and clinics that no register has',
    offices: ['rules', 'guardian'],
  },
  { path: '/office/role-map', title: 'Role map', words: 'What each role sees', offices: ['rules', 'agreements', 'guardian', 'privacy'] },
  {
    path: '/office/processing',
    title: 'Record of processing',
    words: 'Every way personal data goes, on which legal basis',
    offices: ['agreements', 'rules', 'guardian', 'operations', 'privacy'],
  },
  {
    path: '/office/isolation',
    title: 'Cut off',
    words: 'Cut off a person, organisation or system at once',
    offices: ['operations', 'agreements'],
  },
  {
    path: '/office/opt-outs',
    title: 'Opt-outs of earlier records',
    words: 'People who said no to Connect Care or the Local Care Record, and whose it is',
    offices: ['stewarding', 'objections'],
  },
  {
    path: '/office/practice-codes',
    title: 'What practices say of sharing',
    words: 'Wishes about sharing that GP systems hold and nobody has looked at',
    offices: ['objections', 'stewarding'],
  },
]

const mine = ({ offices }: OfficeFrame): readonly Workplace[] =>
  WORKPLACES.filter(place => place.offices.some(office => offices.includes(office)))

/** A page of work beside the record: header, menu of this role's places, one heading. */
export const officePage = (frame: OfficeFrame, title: string, inside: Child): Html =>
  html`${pageStart({ home: { path: OFFICE_PATH, title: 'Your work' }, ...frame, title: tabTitle(title, inside) })}
    <div class="nhsuk-width-container">
      ${menu(frame)}
      <main class="nhsuk-main-wrapper lcr-plain lcr-office" id="maincontent">
        <h1 class="nhsuk-heading-l">${title}</h1>
        ${inside}
      </main>
    </div>
    ${footer()}`

const menu = (frame: OfficeFrame): Html =>
  html`<nav class="lcr-office__menu" aria-label="Your work">
    <ul class="nhsuk-list">
      ${mine(frame).map(
        ({ path, title }) =>
          html`<li><a href="${path}" ${frame.path?.startsWith(path) === true && html` aria-current="true"`}>${title}</a></li>`,
      )}
    </ul>
  </nav>`

/** What this role does, one line each. */
export const officeHome = (frame: OfficeFrame): Html =>
  officePage(
    frame,
    'Your work',
    html`<dl class="nhsuk-summary-list">
      ${mine(frame).map(
        ({ path, title, words }) =>
          html`<div class="nhsuk-summary-list__row">
            <dt class="nhsuk-summary-list__key"><a href="${path}">${title}</a></dt>
            <dd class="nhsuk-summary-list__value">${words}</dd>
          </div>`,
      )}
    </dl>`,
  )
