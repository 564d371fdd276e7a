import type { Entry } from '../../care-record/entry.ts'
import type { Viewer } from '../../care-record/person.ts'
import { outcomeWords } from '../../care-record/outcome.ts'
import type { SectionId } from '../../care-record/section.ts'
import { assetPath } from '../assets.ts'
import { flags } from '../components/banner.ts'
import { sourceWords } from '../components/chip.ts'
import { entryRow } from '../components/rows.ts'
import { countWords, LAW_LINE } from '../components/section-card.ts'
import { ageWords, counted, dateTag, genderWords, listed, nameTag, nhsNumberTag } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { limitWords } from '../role-limits.ts'
import { emptySentence, isWaiting, latestOf, sectionLines, sectionTitle } from '../words.ts'
import { LAW_NOTICE, pageStart } from './layout.ts'
import { shortName } from './record.ts'

/** What is printed, in this order; each as far as it is of the role. */
const PRINTED: readonly SectionId[] = [
  ...(['alerts', 'allergies', 'medicines', 'problems', 'plans', 'encounters', 'appointments', 'results', 'imaging'] as const),
  ...(['referrals', 'procedures', 'vaccinations', 'social-care', 'about-me', 'contacts', 'legal'] as const),
]
/** Rows of one section on paper; the rest is counted. */
const ROWS = 40

/** Safeguarding is never on paper (D153). */
export const isPrinted = (entry: Entry): boolean => entry.rank !== 'safeguarding'

/** The record without what is never on paper, for what counts and lists by itself. */
const onPaper = (model: RecordPageModel): RecordPageModel => ({
  ...model,
  snapshot: {
    ...model.snapshot,
    entries: new Map(
      Array.from(
        model.snapshot.entries,
        ([section, rows]) => [section, new Map([...rows].filter(([, entry]) => isPrinted(entry)))] as const,
      ),
    ),
  },
})

/** Who did not answer, each once, where they may be named (D170). */
function silent(model: RecordPageModel): Html {
  const names = new Set<string>()
  for (const state of model.snapshot.states.values()) {
    const words = state.waiting ? outcomeWords('late', 'asking') : outcomeWords(state.outcome, state.cause)
    if (words.mayBeNamed && !words.countsAsAnswered && state.source.kind !== 'role') names.add(state.source.name)
  }
  return names.size === 0
    ? html`<p><strong>May not be complete.</strong> Every source that was asked answered; others may hold more.</p>`
    : html`<p><strong>May not be complete.</strong> Did not answer, or not whole: ${listed([...names])}.</p>`
}

function section(model: RecordPageModel, id: SectionId): Html {
  const all = latestOf(model.snapshot, id)
  const rows = all.slice(0, ROWS)
  const empty = all.length === 0 ? (emptySentence(model.snapshot, id) ?? 'Nothing from the sources that answered.') : undefined
  const limit = limitWords(model, id)
  const said = sectionLines(model.snapshot, id, model.openedAt).filter(({ kind }) => kind === 'said' || kind === 'warning')
  return html`<section class="lcr-sheet__section">
    <h2>${sectionTitle(id)} <span class="lcr-count">${countWords(model, id)}</span></h2>
    ${rows.length < all.length && html`<p class="lcr-count">${rows.length} of ${counted(all.length, 'item')} printed.</p>`}
    <ul class="lcr-rows">
      ${rows.map(entry => entryRow(entry, { viewId: model.viewId, openedAt: model.openedAt, twin: true, whole: id === 'plans' }))}
    </ul>
    ${limit !== undefined && html`<p>${limit}</p>`}${empty !== undefined && html`<p>${empty}</p>`}${said.map(line => html`<p>${sourceWords(line.words)}</p>`)}
  </section>`
}

/**
 * `/r/{view}/print`: the record for paper, A4, black on white: who it is about at the head of every page, page N of M, by whom
 * and when, who did not answer (D170). What is withheld on screen is withheld here by the same model (D171).
 *
 * @param stamp who prints, and the ISO instant; its event is already written.
 */
export function printPage(model: RecordPageModel, stamp: { readonly by: Viewer; readonly at: string }): Html {
  const paper = onPaper(model)
  const { person } = model
  const age = person.deceased === undefined ? ageWords(person.birthDate, model.openedAt) : undefined
  const by = html`Printed by ${stamp.by.name}, ${stamp.by.roleName}, ${stamp.by.organisationName}, ${dateTag(stamp.at)}`
  const mine = PRINTED.filter(id => model.maySee.has(id))
  return html`${pageStart({
      ...model,
      path: model.path ?? `/r/${encodeURIComponent(model.viewId)}/print`,
      title: `${shortName(model)} – Print – London Care Record`,
      script: true,
      bodyClass: 'lcr-record lcr-print',
      head: html`<link rel="stylesheet" href="${assetPath('print.css')}" />`,
      data: html` data-view="${model.viewId}" data-n="${model.snapshot.n}" data-still data-lock-after="${model.lockAfterMs ?? 1_800_000}"`,
    })}
    <nav class="lcr-print__tools" aria-label="Print">
      <a href="/r/${encodeURIComponent(model.viewId)}/">Back to the summary</a>
      <button type="button" class="nhsuk-button nhsuk-button--small" data-print>Print</button>
      <span>Paper is not locked: keep it as you keep any part of a record, and destroy it when it is not needed.</span>
    </nav>
    <main id="maincontent" tabindex="-1">
      <table class="lcr-sheet" role="presentation">
        <thead>
          <tr>
            <td>
              <div class="lcr-sheet__who">
                <h1>${nameTag(person.name)}</h1>
                <span>Born <b>${dateTag(person.birthDate, 'date')}${age !== undefined && ` (${age})`}</b></span>
                ${person.deceased !== undefined && html`<span><b>DECEASED</b> Died <b>${dateTag(person.deceased, 'date')}</b></span>`}
                <span>Gender <b>${genderWords[person.gender]}</b></span>
                <span
                  >NHS No.
                  <b>${nhsNumberTag(person.nhsNumber)}</b>${person.basis !== 'pds' && ' not checked with the national register'}</span
                >
                <span class="lcr-sheet__by">${by}. May not be complete.</span>
              </div>
            </td>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              ${silent(paper)}${isWaiting(model.snapshot) && html`<p><strong>Sources were still being asked when this was printed.</strong></p>`}
              <div class="lcr-flagline">${flags(paper)}</div>
              ${mine.length === 0 ? nothing : mine.map(id => section(paper, id))}
              <p class="lcr-law">${LAW_LINE}</p>
              <p class="lcr-law">${LAW_NOTICE}</p>
            </td>
          </tr>
        </tbody>
      </table>
    </main>`
}
