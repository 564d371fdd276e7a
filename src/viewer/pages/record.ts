import { findSection, SECTIONS, type SectionId } from '../../care-record/section.ts'
import { entriesOf } from '../../care-record/snapshot.ts'
import { flags, personBanner } from '../components/banner.ts'
import { cardRoom, countWords, sectionCard, sectionPath } from '../components/section-card.ts'
import { sourcesStrip } from '../components/sources.ts'
import { lowerFirst } from '../components/row.ts'
import { html, nothing, type Child, type Html } from '../html.ts'
import type { Frame, RecordPageModel } from '../models.ts'
import { emptySentence, isOfRecentMonths, isSoFar, isSpokenOf, listedOf, sectionTitle, shortTitle } from '../words.ts'
import { footer, pageStart } from './layout.ts'

/** Cards of the summary in their three columns, default order (ux 3). */
const COLUMNS: readonly (readonly SectionId[])[] = [
  ['medicines', 'allergies', 'about-me'],
  ['problems', 'results', 'imaging'],
  ['encounters', 'appointments', 'plans', 'alerts', 'documents'],
]
export const CARDS: ReadonlySet<SectionId> = new Set(COLUMNS.flat())

const recordPath = (model: RecordPageModel, rest = ''): string => `/r/${encodeURIComponent(model.viewId)}/${rest}`

const shortName = ({ person }: RecordPageModel): string =>
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

const isWaiting = ({ snapshot }: RecordPageModel): boolean =>
  snapshot.states.size === 0 || [...snapshot.states.values()].some(state => state.waiting)

/** The line of states under the banner: allergies and flags, then sources. */
export const recordTop = (model: RecordPageModel): Html =>
  html`<div class="lcr-notices" id="notices" hidden></div>
    <section class="lcr-flagline${isWaiting(model) && ' lcr-flagline--waiting'}" id="flags" aria-label="Allergies and alerts">
      ${flags(model)}
    </section>
    ${sourcesStrip(model)}`

/** Left menu: every section of the role, with its count. */
export const menuItems = (model: RecordPageModel, here?: SectionId): Html =>
  html`${SECTIONS.filter(s => model.maySee.has(s.id)).map(
    s =>
      html`<li>
        <a href="${sectionPath(model.viewId, s.id)}" ${s.id === here && html` aria-current="page"`}
          ><span>${shortTitle(s.id)}</span> <span class="lcr-menu__count">${menuCount(model, s.id)}</span></a
        >
      </li>`,
  )}`

const menuCount = (model: RecordPageModel, id: SectionId): Html => {
  const count = listedOf(model.snapshot, id).length
  const soFar = isSoFar(model.snapshot, id)
  // No nought where nobody spoke, nor where what is older was not asked.
  const says = count > 0 || (!soFar && isSpokenOf(model.snapshot, id) && !isOfRecentMonths(model.snapshot, id))
  return html`${says ? count.toLocaleString('en-GB') : nothing}${soFar && count > 0 && html` <small>so far</small>`}`
}

/** Where in the record a page stands; `item` is nowhere in the menu. */
export type Here = 'summary' | 'timeline' | 'sources' | 'changes' | 'print' | 'item' | SectionId

export const menu = (model: RecordPageModel, here: Here): Html =>
  html`<nav class="lcr-menu" aria-label="Record">
    <ul>
      <li><a href="${recordPath(model)}" ${here === 'summary' && html` aria-current="page"`}>Summary</a></li>
    </ul>
    <ul id="menu">
      ${menuItems(model, findSection(here)?.id)}
    </ul>
    <ul>
      <li><a href="${recordPath(model, 'sources')}" ${here === 'sources' && html` aria-current="page"`}>Sources</a></li>
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
  const none = mine.filter(s => CARDS.has(s.id) && cardRoom(model, s.id) === 'nothing')
  const answered = none[0] === undefined ? undefined : emptySentence(model.snapshot, none[0].id)
  return html`<ul class="lcr-index">
      ${indexItems(
        model,
        mine.map(s => s.id),
      )}
    </ul>
    ${
      none.length > 0 &&
      html`<p class="lcr-foot lcr-foot--empty">
        ${none.map(s => s.title).join(', ')}: ${answered === undefined ? 'nothing to show.' : lowerFirst(answered)}
      </p>`
    }${off.length > 0 && html`<p class="lcr-foot">Not part of your role: ${off.map(s => s.title).join(', ')}.</p>`}`
}

const indexItems = (model: RecordPageModel, sections: readonly SectionId[]): Html =>
  html`${sections.map(
    id =>
      html`<li class="${CARDS.has(id) && 'lcr-index__card'}">
        <a href="${sectionPath(model.viewId, id)}">${sectionTitle(id)}</a> <span class="lcr-count">${indexCount(model, id)}</span>
      </li>`,
  )}`

const indexCount = (model: RecordPageModel, id: SectionId): string => {
  const past = entriesOf(model.snapshot, id, 'past').length
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
        <h2 class="nhsuk-u-visually-hidden">Summary</h2>
        ${noScript(model)}
        <div class="lcr-grid">
          ${COLUMNS.map(
            column => html`<div class="lcr-column">${column.filter(id => model.maySee.has(id)).map(id => sectionCard(model, id))}</div>`,
          )}
        </div>
        ${otherCard(model)}
      </main>
      <aside class="lcr-panel" id="panel" aria-label="Detail" hidden></aside>
    </div>
    ${footer('Your access to this record has been recorded.')}${bottomBar(model, 'summary')}`

/** The way round on a small screen, where there is no menu. */
export const bottomBar = (model: RecordPageModel, here: Here): Html =>
  html`<nav class="lcr-bottom" aria-label="Parts of the record">
    <a href="${recordPath(model)}" ${here === 'summary' && html` aria-current="page"`}>Summary</a>${(
      ['results', 'medicines', 'plans'] as const
    )
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
  yield recordStart(model)
  yield recordBody(model)
}
