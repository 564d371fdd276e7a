import type { DocumentContent } from '../../care-record/document.ts'
import type { Entry } from '../../care-record/entry.ts'
import { spacedNhsNumber } from '../../care-record/nhs-number.ts'
import { imagesPath, itemPath, notes, organisation } from '../components/chip.ts'
import { buttonLink, details, summaryList, tag, warningCallout } from '../components/nhsuk.ts'
import { counted, dateTag } from '../format.ts'
import { html, type Child, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { RecordPageModel } from '../models.ts'
import { recordTool } from './record-tool.ts'

/** Pages drawn at once; the rest a page each (D89). */
const PAGES_SHOWN = 20

export const documentPath = (viewId: string, entryId: string, rest = ''): string =>
  `/r/${encodeURIComponent(viewId)}/documents/${encodeURIComponent(entryId)}${rest}`

/** Whom the document says it is about, as printed in it, for the reader to hold against the banner (D133). */
function printed({ printed: said, names }: DocumentContent): Html {
  const parts: Child[] = []
  if (said.name !== undefined) parts.push(said.name)
  if (said.birthDate !== undefined) parts.push(html`born ${dateTag(said.birthDate, 'date')}`)
  if (said.nhsNumber !== undefined)
    parts.push(html`NHS No. ${/^\d{10}$/.test(said.nhsNumber) ? spacedNhsNumber(said.nhsNumber) : said.nhsNumber}`)
  if (parts.length === 0)
    return html`<p class="lcr-printed">The document does not say in its words whom it is about. Check that it is this person.</p>`
  return html`<p class="lcr-printed">
    In the document:
    ${parts.map((part, place) => [place > 0 && ', ', part])}.${
      names === 'nobody' && ' This was not enough to check that it is this person.'
    }
  </p>`
}

const anotherPerson = warningCallout(
  'Check: this document names another person',
  html`<p>The NHS number in it is not the one of this record. Its words are hidden. Its organisation can say whom it is about.</p>`,
)

const problemWords: Readonly<Record<NonNullable<DocumentContent['problem']>, string>> = {
  damaged: 'This document is damaged or not what its name says, and cannot be shown here.',
  protected: 'This document is protected by a password and cannot be shown here.',
  'too-large': 'This document is too large to be shown here.',
}

function body(model: RecordPageModel, entry: Entry, content: DocumentContent): Html {
  const at = (rest: string): string => documentPath(model.viewId, entry.id, rest)
  switch (content.format) {
    case 'html':
    case 'text':
      return html`<iframe
        class="lcr-document"
        sandbox=""
        src="${at('/body')}"
        title="Words of the document: ${entry.title}"
        tabindex="0"
      ></iframe>`
    case 'pdf':
    case 'image': {
      const shown = Math.min(content.pages, PAGES_SHOWN)
      return html`<div class="lcr-pages">
          ${Array.from(
            { length: shown },
            (_, n) =>
              html`<figure class="lcr-document-page">
                <img
                  src="${at(`/pages/${n + 1}`)}"
                  alt="Page ${n + 1} of ${content.pages}${content.text !== '' && '; its words are below'}"
                  width="800"
                  ${n > 0 && html` loading="lazy"`}
                />
                <figcaption>Page ${n + 1} of ${content.pages}</figcaption>
              </figure>`,
          )}
        </div>
        ${
          content.pages > shown &&
          html`<p>
            ${counted(shown, 'page')} of ${content.pages} shown.
            <a href="${at('/original')}">Take the original to read the rest</a>
          </p>`
        }${words(content)}`
    }
    case 'other':
    default:
      return html`<p class="lcr-none">
        ${content.problem === undefined ? 'This kind of document cannot be shown here.' : problemWords[content.problem]}
      </p>`
  }
}

const words = ({ text, format }: DocumentContent): Html =>
  text === ''
    ? html`<p class="lcr-none">
        ${format === 'pdf' ? 'The words of this document could not be read: it may be a picture of a page.' : 'A picture: it has no words to search.'}
      </p>`
    : details(
        'Show the words of the document',
        text.split('\f').map((page, n) => html`<pre class="lcr-words" aria-label="Words of page ${n + 1}">${page.trim()}</pre>`),
      )

/**
 * A document beside its list: whose, from whom, what it says of its person, and its pages as pictures or its words in a
 * frame that can run, load and reach nothing (D131 to D133, D135).
 *
 * @param fetchedAt ISO instant at which its source gave it.
 */
export function documentFragment(model: RecordPageModel, entry: Entry, content: DocumentContent, fetchedAt: string): Html {
  const facts = entry.kind === 'plain' ? (entry.facts ?? []).filter(([label]) => label !== 'Starts') : []
  const status = entry.kind === 'plain' ? entry.status : undefined
  const hidden = content.names === 'another-person'
  return html`<div class="lcr-item lcr-document-panel">
    <h2 class="nhsuk-heading-m" id="panel-title" tabindex="-1">
      ${entry.title}${status !== undefined && status !== 'Final' && html` ${tag(status, 'yellow')}`}
    </h2>
    <p class="lcr-by">${organisation(entry.recordedBy)} ${dateTag(entry.date ?? entry.recordedBy.date, 'date')}</p>
    ${notes(entry)}${facts.length > 0 && summaryList(facts.map(([label, value]) => [label, value]))}
    ${
      entry.kind === 'plain' && entry.images !== undefined && html`<p>${buttonLink('Show images', imagesPath(model.viewId, entry.id))}</p>`
    }${hidden ? anotherPerson : html`${content.format !== 'other' && printed(content)}${body(model, entry, content)}`}
    <p class="lcr-provenance">
      ${
        !hidden &&
        html`<a href="${documentPath(model.viewId, entry.id, '/original')}">Take the original <span>(${kindWords(content)})</span></a> · `
      }<a class="lcr-open" href="${itemPath(model.viewId, entry.id)}">What the source said of it</a> · retrieved ${dateTag(fetchedAt)}
    </p>
  </div>`
}

const kindWords = ({ contentType, pages }: DocumentContent): string =>
  `${KINDS[contentType] ?? 'file'}${contentType === 'application/pdf' && pages > 0 ? `, ${counted(pages, 'page')}` : ''}`
const KINDS: Readonly<Record<string, string>> = {
  'application/pdf': 'PDF',
  'text/html': 'HTML',
  'text/plain': 'text',
  'text/rtf': 'Rich Text',
  'application/xml': 'XML',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'image/png': 'picture',
  'image/jpeg': 'picture',
  'image/gif': 'picture',
  'image/webp': 'picture',
}

/** The same as a page of its own. */
export const documentPage = (model: RecordPageModel, entry: Entry, content: DocumentContent, fetchedAt: string): Html =>
  recordTool(
    model,
    'Document',
    'documents',
    html`<p><a href="/r/${model.viewId}/documents">All documents</a></p>
      ${documentFragment(model, entry, content, fetchedAt)}`,
  )

const STYLE =
  'body{font:16px/1.5 Arial,sans-serif;color:#212b32;margin:12px;overflow-wrap:anywhere}table{border-collapse:collapse}' +
  'td,th{border:1px solid #aeb7bd;padding:4px 8px;text-align:left;vertical-align:top}pre{white-space:pre-wrap;font:inherit}img{max-width:100%}'

/**
 * The words of a document of markup or text, for its own sandboxed frame and nothing else. `content.html` has been made safe
 * by `exchange/documents`; the frame's policy would stop whatever that missed. Empty for what is drawn or names another.
 */
export const documentBody = (content: DocumentContent): string =>
  `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Document</title><style>${STYLE}</style></head><body><main>${
    content.names === 'another-person' || content.names === 'held' ? '' : (content.html ?? '')
  }</main></body></html>`

/** Nothing to show: gone, never there, or not for this reader, all alike. */
export const noDocument = (model: RecordPageModel): Html =>
  recordTool(
    model,
    'Document',
    'documents',
    html`<h2 class="nhsuk-heading-m">Document</h2>
      <p>Nothing to show.</p>

      <p><a href="/r/${model.viewId}/documents">All documents</a></p>`,
  )

/** The source did not give the document now. */
export const documentUnavailable = (model: RecordPageModel, entry: Entry): Html =>
  recordTool(
    model,
    'Document',
    'documents',
    html`<h2 class="nhsuk-heading-m">${entry.title}</h2>
      <p>${icons.warning} ${entry.recordedBy.name} could not be reached. The document may be there.</p>
      <p><a href="${documentPath(model.viewId, entry.id)}">Try again</a> · <a href="/r/${model.viewId}/documents">All documents</a></p>`,
  )
