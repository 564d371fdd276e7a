import type { RoleGroup } from '../../care-record/catalogue.ts'
import { findSection, SECTIONS, type SectionId } from '../../care-record/section.ts'
import { chartHead } from '../charts/head.ts'
import { timelineCard, timelinePath } from '../charts/timeline-card.ts'
import { flags, personBanner } from '../components/banner.ts'
import { emergencyNotice } from '../components/emergency.ts'
import { filterForm } from '../components/filter.ts'
import { cardRoom, countWords, sectionCard, sectionPath } from '../components/section-card.ts'
import { sinceLine } from '../components/since.ts'
import { sourcesStrip } from '../components/sources.ts'
import { lowerFirst } from '../components/row.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { Frame, RecordPageModel } from '../models.ts'
import { limitWords } from '../role-limits.ts'
import { emptySentence, isOfRecentMonths, isSoFar, isSpokenOf, listedOf, sectionTitle, shortTitle } from '../words.ts'
import { bridgeItems } from './bridge.ts'
import { footer, pageStart } from './layout.ts'

type Columns = readonly (readonly SectionId[])[]

/** Emergency department and default order (ux 3). */
const DEFAULT: Columns = [
  ['medicines', 'allergies', 'about-me'],
  ['problems', 'results', 'imaging', 'documents'],
  ['encounters', 'appointments', 'plans', 'alerts'],
]
/** What a crew or a call handler turns on first: what is to be done, and what is not. */
const PLANS_FIRST: Columns = [
  ['plans', 'alerts', 'about-me'],
  ['allergies', 'medicines', 'results'],
  ['encounters', 'problems', 'documents', 'contacts'],
]

/** Cards of the summary in their columns by kind of role; one column after the other on a phone (ux 3). */
const COLUMNS: Partial<Record<RoleGroup, Columns>> = {
  paramedic: PLANS_FIRST,
  'nhs-111': PLANS_FIRST,
  pharmacist: [
    ['medicines', 'about-me'],
    ['allergies', 'results'],
    ['problems', 'documents', 'encounters', 'plans', 'alerts'],
  ],
  'social-worker': [
    ['about-me', 'social-care', 'contacts', 'encounters', 'referrals'],
    ['plans', 'medicines', 'allergies', 'problems'],
    ['appointments', 'alerts', 'documents'],
  ],
  'mental-health': [
    ['plans', 'alerts', 'about-me'],
    ['encounters', 'medicines', 'allergies', 'results'],
    ['problems', 'appointments', 'documents', 'contacts'],
  ],
  'community-nurse': [
    ['medicines', 'allergies', 'about-me'],
    ['plans', 'problems', 'results', 'social-care'],
    ['encounters', 'appointments', 'alerts', 'documents', 'contacts'],
  ],
  'care-home': [
    ['plans', 'about-me', 'alerts'],
    ['medicines', 'allergies', 'results'],
    ['encounters', 'appointments', 'documents', 'contacts'],
  ],
  clerk: [['contacts'], ['appointments']],
}
/** Of the role alone, never of what is held (D122): a column of which it sees nothing takes no room. */
const columnsOf = ({ roleGroup, maySee }: Pick<RecordPageModel, 'roleGroup' | 'maySee'>): Columns =>
  (COLUMNS[roleGroup] ?? DEFAULT).map(column => column.filter(id => maySee.has(id))).filter(column => column.length > 0)

/** Sections that have a card in the summary of this kind of role. */
export const cardsOf = (model: Pick<RecordPageModel, 'roleGroup' | 'maySee'>): ReadonlySet<SectionId> => new Set(columnsOf(model).flat())

const recordPath = (model: RecordPageModel, rest = ''): string => `/r/${encodeURIComponent(model.viewId)}/${rest}`

/** `OKAFOR, Amara`: first in the title of a page about one person (D13). */
export const shortName = ({ person }: RecordPageModel): string =>
  `${person.name.family.toLocaleUpperCase('en-GB')}${person.name.given[0] === undefined ? '' : `, ${person.name.given[0]}`}`

/** Head, header and banner of any page about one person (D01, D13). */
export const recordStart = (model: RecordPageModel, what?: string, head?: Child): Html =>
  html`${pageStart({
    ...model,
    path: model.path ?? recordPath(model),
    title: `${shortName(model)} – ${what === undefined ? '' : `${what} – `}London Care Record`,
    script: true,
    bodyClass: `lcr-record${model.framed === true ? ' lcr-framed' : ''}`,
    head:
      model.settled === true
        ? head
        : html`<noscript><meta http-equiv="refresh" content="6;url=${recordPath(model, '?whole=1')}" /></noscript>${head}`,
    data: html` data-view="${model.viewId}" data-n="${model.snapshot.n}"
    data-lock-after="${model.lockAfterMs ?? 1_800_000}"${
      model.snapshot.closed !== undefined && html` data-closed="${model.snapshot.closed}"`
    }`,
  })}
  ${personBanner(model)}`

/** The line of states under the banner: allergies and flags, then sources. */
export const recordTop = (model: RecordPageModel): Html =>
  html`<div class="lcr-notices" id="notices" hidden></div>
    ${emergencyNotice(model)}
    <section class="lcr-flagline" id="flags" aria-label="Allergies and alerts">${flags(model)}</section>
    ${sourcesStrip(model)}`

/** Left menu: every section of the role, with its count. */
export const menuItems = (model: RecordPageModel, here?: SectionId): Html =>
  html`${SECTIONS.filter(s => model.maySee.has(s.id)).map(
    s =>
      html`<li>
        <a href="${sectionPath(model.viewId, s.id)}" ${s.id === here && html` aria-current="page"`}
          ><span>${shortTitle(s.id)}</span> <span class="lcr-menu__count">${menuNew(model, s.id)}${menuCount(model, s.id)}</span></a
        >
      </li>`,
  )}`

/** `4 new` beside a section that has changed since the last look. */
const menuNew = ({ snapshot, lastLook }: RecordPageModel, id: SectionId): Html => {
  if (lastLook === undefined) return nothing
  let count = 0
  for (const entry of snapshot.entries.get(id)?.keys() ?? []) if (lastLook.changed.has(entry)) count += 1
  return count === 0 ? nothing : html`<span class="lcr-new">${count} new</span> `
}

const menuCount = (model: RecordPageModel, id: SectionId): Html => {
  const count = listedOf(model.snapshot, id).length
  const soFar = isSoFar(model.snapshot, id)
  // No nought where nobody spoke, nor where what is older was not asked.
  const says = count > 0 || (!soFar && isSpokenOf(model.snapshot, id) && !isOfRecentMonths(model.snapshot, id))
  return html`${says ? count.toLocaleString('en-GB') : nothing}${soFar && count > 0 && html` <small>so far</small>`}`
}

/** The timeline is drawn from encounters and what goes with them. */
const hasTimeline = (model: Pick<RecordPageModel, 'maySee'>): boolean => model.maySee.has('encounters')

/** Where in the record a page stands; `item` is nowhere in the menu. */
export type Here = 'summary' | 'timeline' | 'sources' | 'changes' | 'print' | 'item' | SectionId

export const menu = (model: RecordPageModel, here: Here): Html =>
  html`<nav class="lcr-menu" aria-label="Record">
    <ul>
      <li><a href="${recordPath(model)}" ${here === 'summary' && html` aria-current="page"`}>Summary</a></li>
      ${
        hasTimeline(model) &&
        html`<li><a href="${timelinePath(model.viewId)}" ${here === 'timeline' && html` aria-current="page"`}>Timeline</a></li>`
      }
    </ul>
    <ul id="menu">
      ${menuItems(model, findSection(here)?.id)}
    </ul>
    <ul>
      <li><a href="${recordPath(model, 'sources')}" ${here === 'sources' && html` aria-current="page"`}>Sources</a></li>
      <li><a href="${recordPath(model, 'changes')}" ${here === 'changes' && html` aria-current="page"`}>What is new</a></li>
      <li><a href="${recordPath(model, 'print')}">Print</a></li>
      <li><a href="${recordPath(model, 'sharing')}">Sharing</a></li>
      ${bridgeItems(model)}
    </ul>
  </nav>`

/** Sections without a card of their own. */
function otherCard(model: RecordPageModel): Html {
  return html`<section class="nhsuk-card lcr-card" id="s-rest" aria-labelledby="s-rest-title">
    <div class="nhsuk-card__content">
      <div class="lcr-card__head"><h2 class="nhsuk-card__heading lcr-card__heading" id="s-rest-title">More of the record</h2></div>
      <div id="rest">${restItems(model)}</div>
    </div>
  </section>`
}

/** Every section on a small screen; what nobody recorded, named together; what is not of the role. */
export function restItems(model: RecordPageModel): Html {
  const mine = SECTIONS.filter(s => model.maySee.has(s.id))
  const off = SECTIONS.filter(s => !model.maySee.has(s.id))
  const cards = cardsOf(model)
  const none = mine.filter(s => cards.has(s.id) && cardRoom(model, s.id) === 'nothing')
  const answered = none[0] === undefined ? undefined : emptySentence(model.snapshot, none[0].id)
  return html`<ul class="lcr-index">
      ${indexItems(
        model,
        mine.map(s => s.id),
      )}
      ${(
        [
          ['Sources', 'sources'],
          ['What is new', 'changes'],
          ['Print', 'print'],
          ['Sharing', 'sharing'],
        ] as const
      ).map(([words, rest]) => html`<li class="lcr-index__card"><a href="${recordPath(model, rest)}">${words}</a></li>`)}
      ${bridgeItems(model, 'lcr-index__card')}
    </ul>
    ${
      none.length > 0 &&
      html`<p class="lcr-foot lcr-foot--empty">
        ${none.map(s => s.title).join(', ')}: ${answered === undefined ? 'nothing to show.' : lowerFirst(answered)}
      </p>`
    }${off.length > 0 && html`<p class="lcr-foot">Not part of your role: ${off.map(s => s.title).join(', ')}.</p>`}${mine.map(s => {
      const limit = limitWords(model, s.id)
      return limit !== undefined && html`<p class="lcr-foot">${s.title}: ${lowerFirst(limit)}</p>`
    })}`
}

function indexItems(model: RecordPageModel, sections: readonly SectionId[]): Html {
  const cards = cardsOf(model)
  return html`${sections.map(
    id =>
      html`<li class="${cards.has(id) && 'lcr-index__card'}">
        <a href="${sectionPath(model.viewId, id)}">${sectionTitle(id)}</a> <span class="lcr-count">${indexCount(model, id)}</span>
      </li>`,
  )}`
}

const indexCount = (model: RecordPageModel, id: SectionId): string => {
  const past = listedOf(model.snapshot, id, 'past').length
  const words = countWords(model, id)
  return past === 0 ? words : `${words}${words === '' ? '' : ', '}${past} past`
}

const noScript = (model: RecordPageModel): Html =>
  html`<noscript
    ><p class="lcr-refresh">
      ${
        model.settled === true
          ? html`<a href="${recordPath(model, '?whole=1')}">Refresh</a>`
          : html`Sources are still being asked. <a href="${recordPath(model, '?whole=1')}">Refresh to see what has answered</a>`
      }
    </p></noscript
  >`

/** Frames and what has answered so far. */
export const recordBody = (model: RecordPageModel): Html =>
  html`${recordTop(model)}
    <div class="lcr-page">
      ${menu(model, 'summary')}
      <main class="lcr-main-area" id="maincontent" tabindex="-1">
        <div class="lcr-bar">
          <h2 class="lcr-bar__title">Summary</h2>
          ${filterForm(model)}<a class="lcr-bar__print" href="${recordPath(model, 'print')}">Print</a>
        </div>
        ${noScript(model)}
        <div id="summary">
          <div class="lcr-since" id="since">${sinceLine(model)}</div>
          <div class="lcr-grid lcr-grid--${columnsOf(model).length}">
            ${columnsOf(model).map(column => html`<div class="lcr-column">${column.map(id => sectionCard(model, id))}</div>`)}
          </div>
          ${hasTimeline(model) && timelineCard(model)}${otherCard(model)}
        </div>
        <div id="found" hidden></div>
      </main>
      <aside class="lcr-panel" id="panel" aria-label="Detail" hidden></aside>
    </div>
    ${footer('Your access to this record has been recorded.')}${bottomBar(model, 'summary')}`

/** The way round on a small screen, where there is no menu. */
export const bottomBar = (model: RecordPageModel, here: Here): Html =>
  html`<nav class="lcr-bottom" aria-label="Parts of the record">
    <a href="${recordPath(model)}" ${here === 'summary' && html` aria-current="page"`}>Summary</a>${
      hasTimeline(model) && html`<a href="${timelinePath(model.viewId)}" ${here === 'timeline' && html` aria-current="page"`}>Timeline</a>`
    }${(['results', 'plans'] as const)
      .filter(id => model.maySee.has(id))
      .map(
        id =>
          html`<a href="${sectionPath(model.viewId, id)}" ${here === id && html` aria-current="page"`}
            >${id === 'plans' ? 'Plans' : sectionTitle(id)}</a
          >`,
      )}<a href="${recordPath(model, '#s-rest')}">More</a>
  </nav>`

/**
 * Whether this professional cares for the person is still being asked: nothing of the person is shown, not even a name. The
 * script waits for the decision; without it the page comes back with `?whole=1`.
 */
export const decidingPage = (frame: Frame & { readonly viewId: string }): Html =>
  html`${pageStart({
      ...frame,
      title: 'Opening – London Care Record',
      script: true,
      bodyClass: 'lcr-deciding',
      head: html`<noscript><meta http-equiv="refresh" content="1;url=/r/${frame.viewId}/?whole=1" /></noscript>`,
      data: html` data-view="${frame.viewId}" data-n="0" data-lock-after="${frame.lockAfterMs ?? 1_800_000}"`,
    })}
    <div class="nhsuk-width-container">
      <main class="nhsuk-main-wrapper lcr-plain" id="maincontent">
        <h1>Opening the record</h1>
        <p role="status">Checking that you care for this person.</p>
        <noscript
          ><p><a href="/r/${frame.viewId}/?whole=1">Refresh</a></p></noscript
        >
      </main>
    </div>
    ${footer()}`

/** The record summary in two pieces: down to the banner, then frames with what has answered so far. */
export function* recordPage(model: RecordPageModel): Generator<Html, void> {
  yield recordStart(model, undefined, hasTimeline(model) && chartHead)
  yield recordBody(model)
}
