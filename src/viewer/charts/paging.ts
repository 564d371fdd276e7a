import { html, nothing, type Html } from '../html.ts'

/** Rows of one list in the page at once (D89). */
export const PAGE_ROWS = 100

export interface Paged<T> {
  readonly rows: readonly T[]
  /** From 1. */
  readonly here: number
  readonly pages: number
  readonly total: number
}

/** @param page from 1; a page past the end is the last. */
export function paged<T>(all: readonly T[], page: number): Paged<T> {
  const pages = Math.max(1, Math.ceil(all.length / PAGE_ROWS))
  const here = Math.min(Math.max(1, Math.trunc(page) || 1), pages)
  return { rows: all.slice((here - 1) * PAGE_ROWS, here * PAGE_ROWS), here, pages, total: all.length }
}

/** `100 of 214 shown, page 1 of 3`; nothing where all is shown (D86). */
export const shownWords = ({ rows, here, pages, total }: Paged<unknown>): Html =>
  pages === 1
    ? nothing
    : html`<span class="lcr-count">${rows.length} of ${total.toLocaleString('en-GB')} shown, page ${here} of ${pages}</span>`

/** @param path with everything but the page. */
export const pageLinks = ({ here, pages }: Paged<unknown>, path: string, name = 'Pages'): Html => {
  const to = (page: number): string => `${path}${path.includes('?') ? '&' : '?'}page=${page}`
  return pages === 1
    ? nothing
    : html`<nav class="lcr-pages" aria-label="${name}">
        ${here > 1 && html`<a href="${to(here - 1)}">Previous page</a>`}${here < pages && html`<a href="${to(here + 1)}">Next page</a>`}
      </nav>`
}
