import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Entry } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import { createMemory } from './memory.ts'
import { sparedCodes, withoutSpared, type RuleSet } from './rules/rule-set.ts'

export interface Exit {
  /**
   * The item as it came, or nothing when a label or term in anything that would leave is restricted.
   *
   * @param read what was found in contained resources that several items of one answer share.
   */
  readonly item: <T extends Item>(item: T, read?: Map<object, boolean>) => T | undefined
  readonly entry: <T extends Entry>(entry: T) => T | undefined
  /** The words as they came, or nothing. */
  readonly text: (words: string) => string | undefined
}

interface Step {
  ends: boolean
  /** The step that any word with this beginning takes, by beginning. */
  readonly beginnings: Map<string, Step>
  readonly words: Map<string, Step>
}
const step = (): Step => ({ ends: false, beginnings: new Map(), words: new Map() })

/**
 * The third mechanism, over what is about to leave: labels, and phrases of whole words in any text of it. Knows nothing
 * of codes, links or services, save the names in the service registers, which it reads as phrases.
 */
export function createExit(rules: RuleSet, services: readonly ServiceRegisterRow[] = []): Exit {
  const labels = new Set(rules.classes.flatMap(c => c.outgoing.labels))
  const ordinary = new Set(rules.ordinaryAtTheExit)
  const clinicNames = services.filter(row => row.legalClass !== null && tokens(row.name).join('').length > 3).map(row => row.name)
  const spared = sparedCodes(rules.lookalikes)
  const own = rules.classes.flatMap(c => c.outgoing.terms)
  const lookalikes = rules.lookalikes.flatMap(one => one.phrases)
  const tests = rules.lookalikes.filter(one => one.testOnly === true).flatMap(one => one.phrases)
  const shorter = createReader(own, lookalikes)
  // A whole term says something the phrases do not only where they are not in it.
  const coded = withoutSpared(
    rules.classes.flatMap(c => c.outgoing.ofCodes ?? []),
    spared,
  ).flatMap(([, term]) => (shorter.reads(term) ? [] : [term]))
  const ofCodes = coded.filter(isTelling)
  // A single word is too common to be looked for in a text: it counts where it stands alone.
  const isAlone = createAlone(coded.filter(term => !isTelling(term)))
  const { look } = createReader([...own, ...clinicNames, ...ofCodes], lookalikes, tests)
  const { of: read } = createMemory((text): Found => {
    const found = look(text)
    return found !== 'restricted' && isAlone(text) ? 'restricted' : found
  })
  let testMet = false
  const reads = (text: string): boolean => {
    const found = read(text)
    if (found === 'nothing') return false
    if (found === 'test') testMet = true
    return found === 'restricted'
  }

  const anywhere = (value: object, key: string): boolean => {
    if (Array.isArray(value)) {
      for (const one of value as unknown[]) {
        if (key === 'security' && labelled(one)) return true
        if (typeof one === 'string' ? saidUnder(key, one, NO_FIELDS) : typeof one === 'object' && one !== null && anywhere(one, key))
          return true
      }
      return false
    }
    const fields = value as Fields
    if (key === 'securityLabel' && Array.isArray(fields['coding']) && fields['coding'].some(label => labelled(label, 'DOCUMENT:')))
      return true
    for (const name in fields) {
      const inner = fields[name]
      if (
        typeof inner === 'string'
          ? saidUnder(name, inner, fields)
          : typeof inner === 'object' && inner !== null
            ? anywhere(inner, name)
            : inner === true && name === 'valueBoolean' && String(fields['url']).toLowerCase().includes('confidential')
      )
        return true
    }
    return false
  }
  const saidUnder = (name: string, text: string, fields: Fields): boolean => {
    switch (OTHERWISE_READ.get(name)) {
      case undefined:
        return reads(text)
      case 'link':
        return reads(text.includes('%') ? text.replaceAll(/%[0-9a-f]{2}/gi, ' ') : text)
      case 'inline':
        return isReadable(fields['contentType']) && reads(Buffer.from(text, 'base64').toString('utf8'))
      case 'label':
        return labelled({ code: text })
      case 'machine':
        break
    }
    return false
  }
  const labelled = (label: unknown, kind = ''): boolean => {
    const said = typeof label === 'object' && label !== null && 'code' in label ? label.code : undefined
    if (typeof said !== 'string') return true
    const code = said.toUpperCase()
    if (kind !== '' && labels.has(kind + code)) return true
    return !ordinary.has(kind + code) && (labels.has(code) || !ordinary.has(code))
  }
  const once = (resource: object, read: Map<object, boolean>): boolean => {
    const known = read.get(resource)
    if (known !== undefined) return known
    const before = testMet
    testMet = false
    // A test named in what several share speaks for each of them: not remembered.
    const found = anywhere(resource, '')
    if (!testMet) read.set(resource, found)
    testMet ||= before
    return found
  }

  const withoutResult = (value: object, found: boolean): boolean => found || (testMet && saysOutcome(value, ''))

  return {
    item: (item, seen) => {
      testMet = false
      const found =
        anywhere(item.resource, '') ||
        anywhere(item.provenance, '') ||
        (seen === undefined ? anywhere(item.contained, '') : item.contained.some(resource => once(resource, seen)))
      return withoutResult(item.resource, found) ? undefined : item
    },
    entry: entry => {
      testMet = false
      return withoutResult(entry, anywhere(entry, '')) ? undefined : entry
    },
    text: words => {
      testMet = false
      return withoutResult([words], reads(words)) ? undefined : words
    },
  }
}
type Fields = Readonly<Record<string, unknown>>
const NO_FIELDS: Fields = {}

const LONGEST_ALONE = 40

/** Whether a text is one of some terms. Most are told apart by their length and first letter, without a copy of them being made. */
function createAlone(all: readonly string[]): (text: string) => boolean {
  const terms = new Set(all.map(term => term.toLowerCase()))
  if (terms.size === 0) return () => false
  const begins = new Uint8Array((LONGEST_ALONE + 1) * 128)
  const foreign = all.some(term => /[^\x20-\x7e]/.test(term) || term.trim() !== term)
  for (const term of terms)
    for (const first of [term.charCodeAt(0), term.toUpperCase().charCodeAt(0)])
      if (term.length <= LONGEST_ALONE && first < 128) begins[term.length * 128 + first] = 1
  return text => {
    const { length } = text
    if (length === 0 || length > LONGEST_ALONE) return false
    const [first, last] = [text.charCodeAt(0), text.charCodeAt(length - 1)]
    const bare = first > 0x20 && first < 128 && last > 0x20 && last < 128
    if (bare && !foreign && begins[length * 128 + first] === 0) return false
    return terms.has(text.trim().toLowerCase())
  }
}
const isTelling = (term: string): boolean => {
  const words = tokens(term)
  return words.length > 1 ? words.join('').length >= 8 : (words[0] ?? '').length >= LONG_WORD
}
/** `Abortion` and `Urethritis` are shorter, and stand in ordinary terms. */
const LONG_WORD = 11
const isReadable = (contentType: unknown): boolean =>
  typeof contentType === 'string' && ['text/', 'xml', 'html', 'json', 'rtf'].some(kind => contentType.toLowerCase().includes(kind))

const OUTCOME_WORDS = new Set(
  'positive negative pos neg detected undetected reactive nonreactive confirmed equivocal indeterminate inconclusive'.split(' '),
)
const OUTCOME_CODES = new Set('10828004 260385009 260373001 260415000 11214006 131194007 82334004 42425007'.split(' '))
const OUTCOME_FIELDS = new Set('interpretation conclusion conclusionCode valueBoolean valueQuantity valueInteger flag number'.split(' '))

/** Whether what leaves says what a test found. */
function saysOutcome(value: object, key: string): boolean {
  if (!Array.isArray(value) && Object.keys(value).some(name => OUTCOME_FIELDS.has(name))) return true
  return Object.entries(value).some(([name, inner]: [string, unknown]) => {
    const under = Array.isArray(value) ? key : name
    if (typeof inner === 'string')
      return !MACHINE.has(under) && (OUTCOME_CODES.has(inner) || tokens(inner).some(word => OUTCOME_WORDS.has(word)))
    return typeof inner === 'object' && inner !== null && saysOutcome(inner, under)
  })
}

export interface Reader {
  /** `test`: nothing restricted, and a test that a rule lets through without its result. */
  readonly look: (text: string) => Found
  /** Whether a restricted phrase stands in a text outside every lookalike. */
  readonly reads: (text: string) => boolean
  /** Whether every word of a text is of such a phrase. */
  readonly isNoMore: (text: string) => boolean
  /** The same as `reads`, every text taken apart into words: what the quick look is held to. */
  readonly readsSlowly: (text: string) => boolean
}

type Found = 'nothing' | 'restricted' | 'test'

/**
 * Reads texts for phrases. A text is taken apart only when some word in it begins a phrase.
 *
 * @param testPhrases those lookalikes that name a test: a text that holds one and nothing restricted reads `test`.
 */
export function createReader(phrases: readonly string[], lookalikePhrases: readonly string[], testPhrases: readonly string[] = []): Reader {
  const terms = phrasesOf(phrases)
  const lookalikes = phrasesOf(lookalikePhrases)
  const tests = phrasesOf(testPhrases)
  const look = createLook(terms)

  const readWords = (words: readonly string[]): Found => {
    let spared: Set<number> | undefined
    let named: Set<number> | undefined
    let found: Found = 'nothing'
    for (let at = 0; at < words.length; at++) {
      // The longest: what a lookalike spares of a short one may go on to say more.
      const length = longest(terms, words, at)
      if (length === 0) continue
      spared ??= placesOf(lookalikes, words)
      for (let i = at; i < at + length; i++) if (!spared.has(i)) return 'restricted'
      named ??= placesOf(tests, words)
      if (named.has(at)) found = 'test'
    }
    return found
  }
  const readClosely = (text: string, seen: Seen): Found => {
    if (seen === 'a-beginning') return readWords(tokens(text))
    const plain = plainOf(text)
    return look(plain, true) === 'nothing' ? 'nothing' : readWords(wordsOf(plain))
  }
  const read = (text: string): Found => {
    const seen = look(text, false)
    return seen === 'nothing' ? 'nothing' : readClosely(text, seen)
  }
  const isNoMore = (text: string): boolean => {
    const words = tokens(text)
    return placesOf(terms, words).size === words.length
  }
  return { look: read, isNoMore, reads: text => read(text) === 'restricted', readsSlowly: text => readWords(tokens(text)) === 'restricted' }
}

function placesOf(phrases: Step, words: readonly string[]): Set<number> {
  const places = new Set<number>()
  for (let at = 0; at < words.length; at++) for (let i = at, end = at + longest(phrases, words, at); i < end; i++) places.add(i)
  return places
}

interface FirstWord {
  readonly word: string
  /** More letters may follow. */
  readonly beginning: boolean
  /** What the word after it must begin with; nothing when no word need follow, or it is not known where the next begins. */
  readonly next: readonly string[]
}

type Seen = 'nothing' | 'a-beginning' | 'not-plain'

/**
 * A quick look at the words of a text: by what parts them and their first three characters, then letter by letter. A tag
 * parts words, and what is in it is no word.
 *
 * @returns `not-plain`: the text has entities or letters beyond ASCII, and must be made plain first. Text that was made
 *   plain is never `not-plain`.
 */
function createLook(phrases: Step): (text: string, plain: boolean) => Seen {
  const firsts = [
    ...[...phrases.beginnings.keys()].map((word): FirstWord => ({ word, beginning: true, next: [] })),
    ...[...phrases.words].map(([word, then]): FirstWord => ({
      word,
      beginning: false,
      next: then.ends ? [] : [...then.beginnings.keys(), ...then.words.keys()],
    })),
  ]
  const foreign = firsts.some(({ word }) => /[^a-z0-9]/.test(word))
  // By place: nothing, or which of the lists below, counted from one.
  const known = new Uint16Array(PLACES)
  const byStart: FirstWord[][] = []
  for (const first of firsts) {
    if (/[^a-z0-9]/.test(first.word)) continue
    // What may follow a short word is not looked at here.
    const kindsAt = (n: number): readonly number[] => (n < first.word.length ? [kindAt(first.word, n)] : ALL_KINDS)
    for (const second of kindsAt(1))
      for (const third of kindsAt(2)) {
        const place = (kindAt(first.word, 0) << 10) | (second << 5) | third
        if (known[place] === 0) known[place] = byStart.push([])
        byStart[known[place]! - 1]!.push(first)
      }
  }
  const stands = (text: string, from: number, { word, beginning, next }: FirstWord): boolean => {
    if (!begins(text, from, word)) return false
    let at = from + word.length
    if (beginning) return true
    if (kindAt(text, at) !== 0) return false
    if (next.length === 0) return true
    while (at < text.length && kindAt(text, at) === 0) {
      // In markup, an entity or another script the next word may hide.
      const code = text.charCodeAt(at)
      if (code >= 128 || KINDS[code] === MARKUP) return true
      at += 1
    }
    return next.some(one => begins(text, at, one))
  }
  const starts = (text: string, from: number, list: number): boolean => {
    for (const first of byStart[list - 1]!) if (stands(text, from, first)) return true
    return false
  }
  /** A word of one or two characters may be the last before a place. */
  const ends = (text: string, at: number, before: number): boolean => {
    const one = (before << 5) & 0xfffff
    const two = (before << 10) & 0xfffff
    return (
      (one < PLACES && known[one] !== 0 && starts(text, at - 2, known[one]!)) ||
      (two < PLACES && known[two] !== 0 && starts(text, at - 1, known[two]!))
    )
  }
  return (text, plain) => {
    const length = text.length
    let tags = !plain
    // The kinds of the last four characters; in a place of the table the first of them parts words.
    let place = 0
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at)
      let kind = 0
      if (code < 128) {
        kind = KINDS[code]!
        if (kind === MARKUP) {
          kind = 0
          if (code === AMPERSAND) {
            if (!plain) return 'not-plain'
          } else if (tags) {
            const end = text.indexOf('>', at)
            if (end < 0) tags = false
            else {
              if (ends(text, at, place)) return 'a-beginning'
              place = 0
              at = end
              continue
            }
          }
        }
      } else {
        if (!plain) return 'not-plain'
        if (foreign) return 'a-beginning'
      }
      place = ((place << 5) | kind) & 0xfffff
      if (place < PLACES && known[place] !== 0 && starts(text, at - 2, known[place]!)) return 'a-beginning'
    }
    return ends(text, length, place) ? 'a-beginning' : 'nothing'
  }
}
/** Whether a word or its beginning stands at a place, whatever its case. May say so in vain, as of a `P` for a control character. */
function begins(text: string, from: number, word: string): boolean {
  if (from + word.length > text.length) return false
  for (let n = 0; n < word.length; n++) {
    const code = text.charCodeAt(from + n)
    // Letters differ by this bit from their capitals.
    if ((code | CASE) !== word.charCodeAt(n)) return code >= 128
  }
  return true
}
const AMPERSAND = 0x26
const CASE = 0x20
/** By character code: a letter in either case 1 to 26, any digit 27, what may be markup 28; 0 for what parts words. */
const DIGIT = 27
const MARKUP = 28
const ALL_KINDS = Array.from({ length: DIGIT + 1 }, (_, kind) => kind)
/** Three kinds. */
const PLACES = 1 << 15
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code).toLowerCase()
  if (char >= 'a' && char <= 'z') return char.charCodeAt(0) - 96
  return char >= '0' && char <= '9' ? DIGIT : char === '&' || char === '<' ? MARKUP : 0
})
function kindAt(text: string, at: number): number {
  const code = at < text.length ? text.charCodeAt(at) : 0
  const kind = code < 128 ? (KINDS[code] ?? 0) : 0
  return kind === MARKUP ? 0 : kind
}

/** Fields no person reads and in which a phrase means nothing. */
const MACHINE: ReadonlySet<string> = new Set(['id', 'sort', 'contentType', 'hash', 'versionId', 'resourceType', 'retrievedAt'])

/** What is read otherwise than as words. */
const OTHERWISE_READ: ReadonlyMap<string, 'machine' | 'link' | 'inline' | 'label'> = new Map([
  ...[...MACHINE].map(name => [name, 'machine'] as const),
  ['url', 'link'],
  ['data', 'inline'],
  ['confidentiality', 'label'],
])

/** Words of a text, markup and marks taken away; entities that split words are undone. */
export const tokens = (text: string): string[] => wordsOf(plainOf(text))

const plainOf = (text: string): string =>
  withoutTags(text)
    .replace(/&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/gi, (_, hex?: string, dec?: string) =>
      fromCode(hex === undefined ? Number(dec) : Number.parseInt(hex, 16)),
    )
    .replace(/&(nbsp|shy|amp|quot|apos|lt|gt);/gi, ' ')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}]/gu, '')
/** What stands between a `<` and the next `>` is one gap. By hand: an expression takes the square of what is never closed. */
function withoutTags(text: string): string {
  let out = ''
  let at = 0
  for (;;) {
    const open = text.indexOf('<', at)
    const close = open < 0 ? -1 : text.indexOf('>', open)
    if (close < 0) return at === 0 ? text : out + text.slice(at)
    out += `${text.slice(at, open)} `
    at = close + 1
  }
}
const wordsOf = (plain: string): string[] => plain.split(/[^\p{L}\p{N}]+/u).filter(word => word !== '')
const fromCode = (code: number): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ')

function phrasesOf(phrases: readonly string[]): Step {
  const root = step()
  for (const phrase of phrases) {
    let at = root
    for (const raw of phrase.trim().split(/\s+/)) {
      const beginning = raw.endsWith('-')
      for (const word of tokens(raw)) {
        const on = beginning ? at.beginnings : at.words
        const next = on.get(word) ?? step()
        on.set(word, next)
        at = next
      }
    }
    if (at !== root) at.ends = true
  }
  return root
}

function follow(from: Step, words: readonly string[], at: number): Step[] {
  const word = words[at]
  if (word === undefined) return []
  const exact = from.words.get(word)
  const begun = [...from.beginnings].filter(([beginning]) => word.startsWith(beginning)).map(([, next]) => next)
  return exact === undefined ? begun : [exact, ...begun]
}

/** Length in words of the longest phrase that starts at a place; 0: none. */
function longest(root: Step, words: readonly string[], start: number): number {
  let best = 0
  let now = [root]
  for (let at = start; now.length > 0 && at < words.length; at++) {
    now = now.flatMap(from => follow(from, words, at))
    if (now.some(one => one.ends)) best = at - start + 1
  }
  return best
}
