import { dateTag } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { ItemPanelModel, PanelStatement } from '../models.ts'
import { sectionTitle } from '../words.ts'
import { conflictBoxes } from './conflict.ts'
import { allNotes } from './chip.ts'
import { summaryList } from './nhsuk.ts'

const feedWords = { live: 'asked live', message: 'sent by message', batch: 'sent in a batch' } as const

const statement = (said: PanelStatement, place: number): Html =>
  html`<section class="lcr-statement" aria-labelledby="statement-${place}">
    <h3 id="statement-${place}">${said.organisationName} ${dateTag(said.recorded, 'date')}</h3>
    ${summaryList(
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
export const itemPanel = (model: ItemPanelModel): Html =>
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
    }${model.statements.map(statement)}
  </div>`
