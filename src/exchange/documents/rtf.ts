/** Groups of an RTF that hold no words of the document. */
const UNSEEN = new Set(
  'fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl mmathPr fldinst'.split(
    ' ',
  ),
)
const SYMBOLS: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  sect: '\n',
  page: '\n',
  row: '\n',
  tab: '\t',
  cell: '\t',
  emdash: '—',
  endash: '–',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  '~': ' ',
  _: '-',
}
const DEEPEST = 200

/** Groups that hold no words at all. */
const BINARY = new Set('pict themedata datastore blipuid'.split(' '))

/**
 * The words of a Rich Text Format letter (RTF 1.9), in order; pictures, fonts and fields' instructions are left out.
 *
 * @param which `all`: with those of every group that no reader sees.
 */
export function rtfWords(rtf: string, which: 'seen' | 'all' = 'seen'): string {
  const leftOut = which === 'all' ? BINARY : UNSEEN
  const words: string[] = []
  const stack: { unseen: boolean; skip: number }[] = [{ unseen: false, skip: 1 }]
  const token = /\\u(-?\d+) ?|\\'([0-9a-f]{2})|\\([a-z]+)(-?\d+)? ?|\\([^a-z])|([{}])|([^\\{}]+)/gi
  const latin = new TextDecoder('windows-1252')
  let toSkip = 0
  for (const [, unicode, hex, word, argument, symbol, brace, plain] of rtf.matchAll(token)) {
    const at = stack.at(-1)
    if (!at) break
    if (brace === '{') {
      if (stack.length > DEEPEST) break
      stack.push({ ...at })
    } else if (brace === '}') {
      if (stack.length > 1) stack.pop()
    } else if (word !== undefined) {
      if (leftOut.has(word)) at.unseen = true
      else if (word === 'uc') at.skip = Number(argument ?? 1)
      else if (!at.unseen) words.push(SYMBOLS[word] ?? '')
    } else if (symbol !== undefined) {
      if (symbol === '*') at.unseen ||= which === 'seen'
      else if (!at.unseen) words.push(SYMBOLS[symbol] ?? ('\\{}'.includes(symbol) ? symbol : ''))
    } else if (!at.unseen && unicode !== undefined) {
      const code = Number(unicode)
      words.push(String.fromCharCode(code < 0 ? code + 65_536 : code))
      toSkip = at.skip
    } else if (!at.unseen && hex !== undefined) {
      if (toSkip > 0) toSkip -= 1
      else words.push(latin.decode(Uint8Array.of(Number.parseInt(hex, 16))))
    } else if (!at.unseen && plain !== undefined) {
      const text = plain.replaceAll(/[\r\n]/g, '')
      words.push(text.slice(toSkip))
      toSkip = Math.max(0, toSkip - text.length)
    }
  }
  return words
    .join('')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
