/** What a person reads of a page: its words with single spaces, without markup, scripts and styles. */
export const wordsOf = (html: string): string =>
  html
    .replaceAll(/<(script|style|noscript|title)\b[^]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39|#x27|nbsp);/g, (_whole, name: string) => ENTITIES[name] ?? ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[.,;:])/g, '')
    .trim()

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", nbsp: ' ' }

export interface Form {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly words: string
}

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]

/** Every form of a page with what it posts when nothing is typed. */
export const formsOf = (html: string): readonly Form[] =>
  Array.from(html.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/g), ([, tag = '', inside = '']) => ({
    action: attribute(tag, 'action') ?? '',
    fields: Object.fromEntries(
      Array.from(inside.matchAll(/<input\b([^>]*)>/g), ([, input = '']) => input)
        .filter(input => attribute(input, 'type') !== 'radio' && attribute(input, 'name') !== undefined)
        .map(input => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
    ),
    words: wordsOf(inside),
  }))

/** Ids of the rows of a record page, each once. */
export const rowsOf = (html: string): readonly string[] => [...new Set(Array.from(html.matchAll(/\sid="e-([^"]+)"/g), ([, id = '']) => id))]

/** Words of one card of the record page. */
export function cardOf(html: string, section: string): string {
  const from = html.indexOf(`id="s-${section}"`)
  if (from < 0) return ''
  const until = html.indexOf('</section>', from)
  return wordsOf(`<p${html.slice(from, until)}`)
}

/** Words of the line that says who answered, with each exception. */
export function stripOf(html: string): string {
  const from = html.indexOf('class="lcr-strip"')
  return from < 0 ? '' : wordsOf(`<p ${html.slice(from, html.indexOf('</section>', from))}`)
}

export interface SourceRow {
  readonly name: string
  readonly sections: readonly string[]
  readonly state: string
}

/** The table of All sources. */
export const sourceRowsOf = (html: string): readonly SourceRow[] =>
  Array.from(html.slice(html.indexOf('<tbody')).matchAll(/<tr\b[^]*?<\/tr>/g), ([row]) => {
    const [name = '', , sections = '', state = ''] = Array.from(row.matchAll(/<t[hd]\b[^]*?<\/t[hd]>/g), ([cell]) => wordsOf(cell))
    return { name, sections: sections.split(', '), state }
  })

/** Addresses of the record's own pages that a page links to, each once: sections and what stands beside them, no item and no tool. */
export const pagesOf = (html: string): readonly string[] => [
  ...new Set(Array.from(html.matchAll(/href="(\/r\/[^"/]+\/(?!print")[a-z-]+(?:\/(?:threads|compare))?)"/g), ([, path = '']) => path)),
]
