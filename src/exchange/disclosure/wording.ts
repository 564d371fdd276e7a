import { createMemory } from './memory.ts'
import type { LegalClassId, RuleSet } from './rules/rule-set.ts'

/** No class: the text names a test that a rule lets through, and says nothing restricted. */
export const A_TEST: LegalClassId = 'a-test'

export interface Wording {
  /** The same; `A_TEST`: of none, and it names a test that a rule lets through without its result. */
  readonly read: (text: string) => LegalClassId | undefined
  /** A term that is wholly an ordinary one. */
  readonly isOrdinary: (term: string) => boolean
  /** The first class whose wording stands in a text, lookalikes apart; `undefined`: none. */
  readonly classOf: (text: string) => LegalClassId | undefined
  /** The same without the quick look before: what the quick look is held to. */
  readonly classOfSlowly: (text: string) => LegalClassId | undefined
}

/** Finds a class by the wording of the rules, at any place in a text. Only a text that holds a beginning of some wording is read closely. */
export function createWording(rules: RuleSet): Wording {
  const classes = rules.classes
    .filter(c => c.content.wording.length > 0)
    .map(c => ({ id: c.id, wording: new RegExp(c.content.wording.join('|'), 'iu') }))
  // The longest first: what a longer one covers is not to be cut by a shorter.
  const lookalikes = rules.lookalikes
    .flatMap(one => one.phrases)
    .toSorted((a, b) => b.length - a.length)
    .map(p => p.replace(/-$/, '[a-z]*').replaceAll(' ', String.raw`[\s,-]+`))
  const lookalikeWords = lookalikes.length === 0 ? undefined : new RegExp(lookalikes.join('|'), 'giu')
  // A lookalike is taken out of a text, which can bring words together: a text that may hold one is always read closely.
  const tests = rules.lookalikes
    .filter(one => one.testOnly === true)
    .flatMap(one => one.phrases)
    .map(p => p.replaceAll(' ', String.raw`[\s,-]+`))
  const testWords = tests.length === 0 ? undefined : new RegExp(tests.join('|'), 'iu')
  const beginnings = [...rules.classes.flatMap(c => c.content.wording), ...lookalikes].flatMap(source => beginningsOf(source))
  const look = createLook(beginnings)

  const readPlain = (plain: string): LegalClassId | undefined => {
    const even = plain.replaceAll(/\s+/g, ' ')
    const apart = lookalikeWords === undefined ? even : even.replace(lookalikeWords, ' ')
    return classes.find(c => c.wording.test(apart))?.id ?? (testWords?.test(even) === true ? A_TEST : undefined)
  }
  const closely = (text: string, seen: Seen): LegalClassId | undefined => {
    if (seen === 'a-beginning' && isPlain(text)) return readPlain(text)
    const plain = plainOf(text)
    return look(plain, true) === 'nothing' ? undefined : readPlain(plain)
  }
  const memory = createMemory((text): LegalClassId | null => {
    const seen = look(text, false)
    return seen === 'nothing' ? null : (closely(text, seen) ?? null)
  })
  const read = (text: string): LegalClassId | undefined => memory.of(text) ?? undefined
  const classIn = (found: LegalClassId | undefined): LegalClassId | undefined => (found === A_TEST ? undefined : found)
  return {
    read,
    classOf: text => classIn(read(text)),
    isOrdinary: term => lookalikeWords !== undefined && term.replace(lookalikeWords, '').trim() === '',
    classOfSlowly: text => classIn(readPlain(plainOf(text))),
  }
}

const plainOf = (text: string): string => withoutTags(text.normalize('NFKC')).replace(/\p{Cf}/gu, '')

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

/** ASCII without markup: nothing is hidden in it. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 128) return false
    if (code === 0x3c && text.includes('>', at)) return false
  }
  return true
}

/** Symbols of the quick look: letters in either case 1 to 26, any digit 27, and 0 for everything else, which counts once in a row. */
const OTHER = 0
const DIGIT = 27
const SYMBOLS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code).toLowerCase()
  return char >= 'a' && char <= 'z' ? char.charCodeAt(0) - 96 : char >= '0' && char <= '9' ? DIGIT : OTHER
})
const symbolOf = (code: number): number => (code < 128 ? (SYMBOLS[code] ?? OTHER) : OTHER)

/** Symbols that a beginning is cut to. */
const BEGINNING = 12

const ANY = -1

type Seen = 'nothing' | 'a-beginning' | 'not-plain'

/**
 * Whether a text holds one of the beginnings anywhere; a tag in it is one gap. `not-plain`: it has characters beyond ASCII
 * and must be made plain first; text that was made plain is never so.
 */
function createLook(beginnings: readonly (readonly number[])[]): (text: string, plain: boolean) => Seen {
  if (beginnings.some(one => one.length === 0)) return () => 'a-beginning'
  const rest: (number[][] | undefined)[] = Array.from({ length: 1 << 15 })
  /** By two symbols: those that may come third, as bits. Small, so that it stays near. */
  const third = new Int32Array(1 << 10)
  /** By place: the symbols that may come fourth, as bits. */
  const fourth = new Int32Array(1 << 15)
  const add = (first: readonly number[], more: readonly number[]): void => {
    const [a, b, c] = first
    if (b === undefined || c === undefined) {
      for (let symbol = 0; symbol <= DIGIT; symbol++) add([...first, symbol], more)
      return
    }
    const place = ((a ?? 0) << 10) | (b << 5) | c
    third[place >> 5]! |= 1 << c
    fourth[place]! |= more[0] === undefined ? ANY : 1 << more[0]
    const there = (rest[place] ??= [])
    if (!there.some(one => one.join() === more.join())) there.push([...more])
  }
  for (const one of beginnings) add(one.slice(0, 3), one.slice(3))

  const goesOn = (text: string, from: number, wanted: readonly number[], last: number, plain: boolean): boolean => {
    let before = last
    let found = 0
    for (let at = from; found < wanted.length; at++) {
      const code = at < text.length ? text.charCodeAt(at) : 0
      const now = symbolOf(code)
      if (code === LESS_THAN && !plain) at = Math.max(at, text.indexOf('>', at))
      if (now === OTHER && before === OTHER && at < text.length) continue
      if (now !== wanted[found]) return false
      before = now
      found += 1
    }
    return true
  }
  return (text, plain) => {
    const length = text.length
    let tags = !plain
    let place = 0
    let before = OTHER
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at)
      let symbol = OTHER
      if (code < 128) {
        symbol = SYMBOLS[code]!
        if (code === LESS_THAN && tags) {
          const end = text.indexOf('>', at)
          if (end < 0) tags = false
          // Made plain, another character may turn out to be the end of the tag.
          else if (!isAscii(text, at, end)) return 'not-plain'
          else at = end
        }
      } else if (!plain) return 'not-plain'
      if (symbol === OTHER && before === OTHER) continue
      before = symbol
      const may3 = third[place & 0x3ff]! & (1 << symbol)
      place = ((place << 5) | symbol) & 0x7fff
      if (may3 === 0) continue
      const may = fourth[place]!
      const next = at + 1 < length ? symbolOf(text.charCodeAt(at + 1)) : OTHER
      // Of a gap it is not known how far it goes.
      if ((may & (1 << next)) === 0 && (next !== OTHER || symbol !== OTHER)) continue
      for (const wanted of rest[place]!) if (goesOn(text, at + 1, wanted, symbol, plain)) return 'a-beginning'
    }
    // A beginning may be shorter than three symbols, and what follows a text counts as a gap.
    for (let end = 0; end < 2; end++) {
      place = (place << 5) & 0x7fff
      if (fourth[place] !== 0) for (const wanted of rest[place]!) if (goesOn(text, length, wanted, OTHER, plain)) return 'a-beginning'
    }
    return 'nothing'
  }
}
const LESS_THAN = 0x3c

function isAscii(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (text.charCodeAt(at) >= 128) return false
  return true
}

/** The beginning of something an expression matches. `open`: what follows in the expression may still be added. */
interface Beginning {
  readonly symbols: readonly number[]
  readonly open: boolean
}
const EMPTY: Beginning = { symbols: [], open: true }
/** Says nothing more of what follows. */
const UNKNOWN: readonly Beginning[] = [{ symbols: [], open: false }]
const MOST_BEGINNINGS = 500

/**
 * How everything that a regular expression matches begins, in symbols. What is not understood of an expression cuts the
 * beginning short there: an empty beginning stands for any text.
 */
export function beginningsOf(source: string): readonly (readonly number[])[] {
  let at = 0
  let understood = true
  const alternatives = (): readonly Beginning[] => {
    const all = [...sequence()]
    while (source[at] === '|') {
      at += 1
      all.push(...sequence())
    }
    return all
  }
  const sequence = (): readonly Beginning[] => {
    let so: readonly Beginning[] = [EMPTY]
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const one = counted(atom())
      so = so.flatMap(start => (start.open ? one.map(next => joined(start, next)) : [start]))
      if (so.length > MOST_BEGINNINGS) understood = false
      if (!understood) return UNKNOWN
    }
    return so
  }
  const counted = (one: readonly Beginning[]): readonly Beginning[] => {
    const sign = source[at]
    if (sign !== '?' && sign !== '+' && sign !== '*' && sign !== '{') return one
    at += 1
    const gapOnly = one.every(b => b.symbols.length === 1 && b.symbols[0] === OTHER)
    if (sign === '{') {
      const end = source.indexOf('}', at)
      if (end < 0) understood = false
      at = end + 1
    }
    if (source[at] === '?') at += 1
    if (sign === '?') return [EMPTY, ...one]
    // Gaps count once however many there are; of anything else nobody knows how often it comes.
    const repeated = gapOnly ? one : one.map(b => ({ ...b, open: false }))
    return sign === '+' ? repeated : [EMPTY, ...repeated]
  }
  const atom = (): readonly Beginning[] => {
    const char = source[at] ?? ''
    at += 1
    if (char === '(') {
      if (source[at] === '?') {
        if (source[at + 1] !== ':') {
          understood = false
          return UNKNOWN
        }
        at += 2
      }
      const inner = alternatives()
      if (source[at] !== ')') understood = false
      at += 1
      return inner
    }
    if (char === '[') return oneOf()
    if (char === '\\') return escaped()
    if (char === '^' || char === '$') return [EMPTY]
    if (char === '.') return UNKNOWN
    return literal(char)
  }
  const oneOf = (): readonly Beginning[] => {
    const end = source.indexOf(']', at)
    const inside = source.slice(at, end < 0 ? source.length : end)
    if (end < 0 || inside.includes('[') || inside.endsWith('\\')) understood = false
    at = end + 1
    if (inside.startsWith('^') || /.-./.test(inside)) return UNKNOWN
    const plain = inside.replaceAll(String.raw`\s`, ' ')
    if (plain.includes('\\')) return UNKNOWN
    // All that parts words is one gap.
    const all = plain.split('').flatMap(literal)
    return all.filter((one, place) => one.symbols[0] === undefined || all.findIndex(other => other.symbols[0] === one.symbols[0]) === place)
  }
  const escaped = (): readonly Beginning[] => {
    const char = source[at] ?? ''
    at += 1
    if (char === 'b' || char === 'B') return [EMPTY]
    if ('stnrfv'.includes(char)) return literal(' ')
    if (char === 'd') return literal('0')
    if ('wWSD'.includes(char)) return UNKNOWN
    if (/[a-z0-9]/i.test(char)) understood = false
    return literal(char)
  }
  const all = alternatives()
  return understood && at === source.length ? all.map(one => one.symbols) : [[]]
}

const literal = (char: string): readonly Beginning[] =>
  char.charCodeAt(0) < 128 ? [{ symbols: [symbolOf(char.charCodeAt(0))], open: true }] : UNKNOWN

function joined(start: Beginning, next: Beginning): Beginning {
  const more = start.symbols.at(-1) === OTHER && next.symbols[0] === OTHER ? next.symbols.slice(1) : next.symbols
  const symbols = [...start.symbols, ...more]
  return { symbols: symbols.slice(0, BEGINNING), open: next.open && symbols.length < BEGINNING }
}
