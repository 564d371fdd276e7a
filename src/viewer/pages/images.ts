import type { Entry } from '../../care-record/entry.ts'
import type { ImageSeries } from '../../care-record/images.ts'
import { imagesPath, itemPath, notes, organisation } from '../components/chip.ts'
import { conflictBoxes } from '../components/conflict.ts'
import { tag } from '../components/nhsuk.ts'
import { counted, dateTag } from '../format.ts'
import { html, nothing, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { RecordPageModel } from '../models.ts'
import { recordTool } from './record-tool.ts'

/** One page of the images of an examination. Numbers are from 1. */
export interface ImagesModel {
  readonly entry: Entry
  readonly series: readonly Omit<ImageSeries, 'uid'>[]
  /** Which series is open; 0 when there is none. */
  readonly open: number
  readonly page: number
  /** Place of the first image of the page within its series, and how many there are on it. */
  readonly first: number
  readonly images: number
  readonly more: boolean
  /** Place of the image that is shown large. */
  readonly shown: number
}

const seriesWords = ({ description, modality, bodyPart }: ImagesModel['series'][number], n: number): string =>
  [description ?? modality ?? `Series ${n}`, bodyPart].filter(Boolean).join(', ')

const NOT_FOR_DIAGNOSIS = html`<p class="lcr-images__note">
  <strong>Not for diagnosis.</strong> Smaller and less exact than the originals, brightness and contrast as the archive set them. To read
  them, use the archive’s own viewer.
</p>`

/** Series to choose from, small pictures of one page, one picture large; each is asked for when it comes to be shown (D134). */
function body(model: RecordPageModel, of: ImagesModel): Html {
  const { entry, series, open, page, first, images, shown, more } = of
  const path = imagesPath(model.viewId, entry.id)
  const at = (s: number, p = 1, image?: number): string => `${path}?series=${s}&page=${p}${image === undefined ? '' : `&image=${image}`}`
  const picture = (place: number): string => `${path}/${open}/${place}`
  const name = series[open - 1] === undefined ? '' : seriesWords(series[open - 1] ?? {}, open)
  const last = first + images - 1
  if (open === 0 || images === 0)
    return html`${seriesList(of, at)}
      <p class="lcr-none">The archive has no images here that can be shown.</p>`
  const before = shown > first ? at(open, page, shown - 1) : page > 1 ? at(open, page - 1, first - 1) : undefined
  const after = shown < last ? at(open, page, shown + 1) : more ? at(open, page + 1, last + 1) : undefined
  const total = series[open - 1]?.images
  return html`${seriesList(of, at)}
    <figure class="lcr-image">
      <img src="${picture(shown)}" alt="${entry.title}, ${name}: image ${shown}" width="800" />
      <figcaption>Image ${shown}${total !== undefined && ` of ${total}`}, ${name}. Not for diagnosis.</figcaption>
    </figure>
    <nav class="lcr-images__steps" aria-label="Images">
      ${before === undefined ? html`<span class="lcr-none">First image</span>` : html`<a rel="prev" href="${before}">Previous image</a>`}
      ${after === undefined ? html`<span class="lcr-none">Last image</span>` : html`<a rel="next" href="${after}">Next image</a>`}
    </nav>
    <ul class="lcr-images__small">
      ${Array.from({ length: images }, (_, n) => {
        const place = first + n
        return html`<li>
          <a href="${at(open, page, place)}" ${place === shown && html` aria-current="true"`}
            ><img src="${picture(place)}/small" alt="Image ${place}" width="96" loading="lazy"
          /></a>
        </li>`
      })}
    </ul>
    ${
      (page > 1 || more) &&
      html`<nav class="lcr-images__steps" aria-label="Pages of images">
        ${page > 1 && html`<a href="${at(open, page - 1)}">Earlier images</a>`}
        ${more && html`<a href="${at(open, page + 1)}">Later images</a>`}
      </nav>`
    }`
}

const seriesList = ({ series, open }: ImagesModel, at: (series: number) => string): Html =>
  series.length < 2
    ? nothing
    : html`<nav aria-label="Series">
        <ul class="lcr-images__series">
          ${series.map(
            (one, n) =>
              html`<li>
                <a href="${at(n + 1)}" ${n + 1 === open && html` aria-current="true"`}>${seriesWords(one, n + 1)}</a>${
                  one.images !== undefined && html` <span class="lcr-none">${counted(one.images, 'image')}</span>`
                }
              </li>`,
          )}
        </ul>
      </nav>`

/** The report stands above the pictures, here as on the panel (D134). */
const head = (model: RecordPageModel, entry: Entry): Html =>
  html`<h2 class="nhsuk-heading-m">
      ${entry.title}${entry.kind === 'plain' && entry.status !== undefined && entry.status !== 'Final' && html` ${tag(entry.status, 'yellow')}`}
    </h2>
    <p class="lcr-by">${organisation(entry.recordedBy)} ${dateTag(entry.date ?? entry.recordedBy.date)}</p>
    ${notes(entry)}${conflictBoxes(entry)}${entry.kind === 'plain' && entry.words !== undefined && html`<p class="lcr-words">${entry.words}</p>`}
    <p>
      <a href="/r/${model.viewId}/imaging">All imaging</a> ·
      <a href="${itemPath(model.viewId, entry.id)}">What each source said of it</a>
    </p>`

export const imagesPage = (model: RecordPageModel, of: ImagesModel): Html =>
  recordTool(model, 'Images', 'imaging', html`<div class="lcr-images">${head(model, of.entry)}${NOT_FOR_DIAGNOSIS}${body(model, of)}</div>`)

/** Nothing to show: gone, never there, or not for this reader, all alike; of a person whose places are hidden it is said why. */
export const noImages = (model: RecordPageModel): Html =>
  recordTool(
    model,
    'Images',
    'imaging',
    html`<h2 class="nhsuk-heading-m">Images</h2>
      <p>
        ${
          model.maskPlaces
            ? 'Images are not shown for this person: where they were taken may be written into them. The report is in the record.'
            : 'Nothing to show.'
        }
      </p>
      <p><a href="/r/${model.viewId}/imaging">All imaging</a></p>`,
  )

/** The archive did not answer. */
export const imagesUnavailable = (model: RecordPageModel, entry: Entry): Html =>
  recordTool(
    model,
    'Images',
    'imaging',
    html`${head(model, entry)}
      <p>${icons.warning} The imaging archive could not be reached. The images may be there.</p>
      <p><a href="${imagesPath(model.viewId, entry.id)}">Try again</a></p>`,
  )

/** In place of a picture that cannot be shown: its words, so that it is not taken for one that is still coming. */
export const instead = (gone: boolean): Html =>
  html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300">
    <rect width="400" height="300" fill="#f0f4f5" />
    <text x="200" text-anchor="middle" font-family="Arial, sans-serif" font-size="24" fill="#212b32">
      ${(gone ? ['Nothing to show here'] : ['This image could not', 'be shown. The archive', 'may still have it.']).map(
        (line, n) => html`<tspan x="200" y="${gone ? 158 : 122 + n * 36}">${line}</tspan>`,
      )}
    </text>
  </svg>`
