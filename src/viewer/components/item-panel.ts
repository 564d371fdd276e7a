import type { ShownHeading, ShownLine } from '../../care-record/consultation.ts'
import type { Entry } from '../../care-record/entry.ts'
import { copyText } from '../copy.ts'
import { dateTag } from '../format.ts'
import { html, joined, nothing, type Html } from '../html.ts'
import type { ItemPanelModel, PanelStatement, RecordPageModel } from '../models.ts'
import { sectionTitle } from '../words.ts'
import { conflictBoxes } from './conflict.ts'
import { allNotes, imagesPath, itemPath } from './chip.ts'
import { buttonLink, summaryList, tag } from './nhsuk.ts'
import { documentPath, factList } from './plain-rows.ts'

const feedWords = { live: 'asked live', message: 'sent by message', batch: 'sent in a batch' } as const

const statement = (said: PanelStatement, place: number, viewId: string): Html =>
  html`<section class="lcr-statement" aria-labelledby="statement-${place}">
    <h3 id="statement-${place}">${said.organisationName} ${dateTag(said.recorded, 'date')}</h3>
    ${
      said.consultation !== undefined &&
      html`<div class="lcr-consultation">
        <h4>Consultation as written</h4>
        ${headings(said.consultation, viewId, 5)}
      </div>`
    }${summaryList(
      said.said.length === 0
        ? [['Said', html`<span class="lcr-none">Nothing more recorded</span>`]]
        : said.said.map(([label, value]) => [label, html`<span class="lcr-words">${value}</span>`]),
    )}
    <p class="lcr-provenance">
      ${said.author ?? 'Author not recorded'}${said.authorRole !== undefined && `, ${said.authorRole}`} · ${said.system},
      ${feedWords[said.feed]} · identifier <span class="lcr-code">${said.originalIdentifier}</span> · retrieved
      ${dateTag(said.retrievedAt)}${said.matchedBy === 'name-and-birth-date' && ' · matched by name and date of birth'}
    </p>
  </section>`

/** What each source said, who, when, from which system, and why statements are one entry (D100, D101). */
export const itemPanel = ({ viewId }: Pick<RecordPageModel, 'viewId'>, model: ItemPanelModel): Html =>
  html`<div class="lcr-item">
    <p class="lcr-item__section">${sectionTitle(model.entry.section)}</p>
    <h2 class="nhsuk-heading-m" id="panel-title" tabindex="-1">${model.entry.title}</h2>
    ${conflictBoxes(model.entry)}${
      allNotes(model.entry).length > 0 && html`<p class="lcr-notes">${allNotes(model.entry).join('. ')}.</p>`
    }${
      model.statements.length > 1 &&
      html`<p>
        ${model.statements.length} statements shown as one${model.explain.length > 0 && `: ${model.explain.join(', ')}`}. The newest is
        first; none is said to be the right one.
      </p>`
    }${factsOf(model.entry)}${imagesOf(viewId, model.entry)}${model.statements.map((said, place) => statement(said, place, viewId))}
    <ul class="lcr-item__acts">
      ${leads(viewId, model.entry).map(([words, href]) => html`<li><a href="${href}">${words}</a></li>`)}
      <li class="lcr-scripted"><button type="button" class="lcr-link" data-copy="${copyText(model.entry)}">Copy as text</button></li>
      <li><a href="${itemPath(viewId, model.entry.id)}/not-theirs">Not this person’s information</a></li>
    </ul>
  </div>`

/** Headings as they were written, one within the other; HTML has six levels. */
const headings = (written: readonly ShownHeading[], viewId: string, level: 5 | 6): Html =>
  html`${written.map(({ title, problem, lines, headings: inner }) => {
    const titles = [title, problem && lineOf(problem, viewId)].filter(part => part !== undefined)
    const named = titles.length > 0 && joined(titles, ': ')
    return html`${named !== false && (level === 5 ? html`<h5>${named}</h5>` : html`<h6>${named}</h6>`)}${
      lines.length > 0 &&
      html`<ul>
        ${lines.map(line => html`<li class="lcr-words">${lineOf(line, viewId)}</li>`)}
      </ul>`
    }${inner.length > 0 && html`<div class="lcr-consultation__within">${headings(inner, viewId, named === false ? level : 6)}</div>`}`
  })}`

const lineOf = ({ words, entryId }: ShownLine, viewId: string): Html =>
  entryId === undefined ? html`${words}` : html`<a class="lcr-open" href="${itemPath(viewId, entryId)}">${words}</a>`

/** What the row had no room for. */
const factsOf = (entry: Entry): Html =>
  entry.kind !== 'plain'
    ? nothing
    : html`${entry.status !== undefined && html`<p>${tag(entry.status, 'white')}</p>`}${
        entry.words !== undefined && html`<p class="lcr-words">${entry.words}</p>`
      }${factList(entry.facts ?? [])}`

/** The report is above: pictures are asked for by whoever wants them (D134). */
const imagesOf = (viewId: string, entry: Entry): Html =>
  entry.kind === 'plain' && entry.images !== undefined ? html`<p>${buttonLink('Show images', imagesPath(viewId, entry.id))}</p>` : nothing

/** Where else an entry is shown. */
const leads = (viewId: string, entry: Entry): readonly (readonly [words: string, href: string])[] => {
  const to = (rest: string): string => `/r/${encodeURIComponent(viewId)}/${rest}`
  if (entry.kind === 'plain' && entry.opens !== undefined) return [['Open the document', documentPath(viewId, entry.id)]]
  if (entry.kind === 'result' && entry.series.length > 1)
    return [['Plot and earlier results', to(`results/${encodeURIComponent(entry.id)}`)]]
  if (entry.kind === 'medicine') return [['Compare medicines by source', to('medicines/compare')]]
  return []
}
