import sanitizeHtml from 'sanitize-html'

const BLOCKS = (
  'p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr th td pre blockquote hr br address section article ' +
  'header footer'
).split(' ')
const INLINE = 'span b strong i em u s sub sup small code'.split(' ')
const HEADINGS: Readonly<Record<string, string>> = { h1: 'h2', h2: 'h3', h3: 'h4', h4: 'h5', h5: 'h6' }

/** Only pictures that stand in the document itself, and of kinds that cannot hold script. */
const PICTURE = /^data:image\/(?:png|jpeg|gif);base64,[a-z0-9+/=\s]*$/i
/** What a letter's own pictures may take, characters: the letterhead and a signature. */
const MOST_PICTURE = 2_000_000

/**
 * Markup that cannot run, load, link, submit or hide anything. Styles go too, so words that were hidden by them are
 * seen: nothing is read by the exit that the reader does not see, and nothing seen that the exit did not read.
 */
export function safeMarkup(markup: string): string {
  return sanitizeHtml(markup, {
    allowedTags: [...BLOCKS, ...INLINE, 'img'],
    allowedAttributes: { th: ['colspan', 'rowspan', 'scope'], td: ['colspan', 'rowspan'], ol: ['start'], img: ['src', 'alt'] },
    allowedSchemes: [],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'template', 'title', 'head', 'svg', 'math', 'iframe', 'object'],
    nestingLimit: 60,
    transformTags: Object.fromEntries(Object.entries(HEADINGS).map(([from, to]) => [from, to])),
    exclusiveFilter: frame =>
      frame.tag === 'img' && (!PICTURE.test(frame.attribs['src'] ?? '') || (frame.attribs['src'] ?? '').length > MOST_PICTURE),
  })
}

const BLOCK_TAG = new RegExp(String.raw`</?(?:${BLOCKS.join('|')})(?:\s[^>]*)?/?>`, 'g')

/** The words of markup that `safeMarkup` has made: words of two blocks stay apart, those across inline tags stay one. */
export function wordsOf(safe: string): string {
  return safe
    .replaceAll(/<img\b[^>]*>/g, picture => ` ${/\salt="([^"]*)"/.exec(picture)?.[1] ?? ''} `)
    .replaceAll(BLOCK_TAG, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim()
}

/** Plain text as markup: its own lines, nothing else. */
export const plainMarkup = (text: string): string => `<pre>${escaped(text)}</pre>`

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
