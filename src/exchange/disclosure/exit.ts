import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Entry } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import type { RuleSet } from './rules/rule-set.ts'

export interface Exit {
  /** The item as it came, or nothing when a label or term in anything that would leave is restricted. */
  readonly item: <T extends Item>(item: T) => T | undefined
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
  const ordinary = new Set(rules.ordinaryLabels)
  const clinicNames = services.filter(row => row.legalClass !== null && tokens(row.name).join('').length > 3).map(row => row.name)
  const terms = phrasesOf([...rules.classes.flatMap(c => c.outgoing.terms), ...clinicNames])
  const lookalikes = phrasesOf(rules.lookalikes.phrases)

  const isRestricted = (text: string): boolean => {
    const words = tokens(text)
    const spared = new Set<number>()
    for (let at = 0; at < words.length; at++) for (let i = at, end = at + longest(lookalikes, words, at); i < end; i++) spared.add(i)
    for (let at = 0; at < words.length; at++) {
      const length = shortest(terms, words, at)
      if (length === 0) continue
      let covered = true
      for (let i = at; i < at + length; i++) covered &&= spared.has(i)
      if (!covered) return true
    }
    return false
  }

  const anywhere = (value: unknown, key: string): boolean => {
    if (typeof value === 'string') return !MACHINE.has(key) && isRestricted(value)
    if (typeof value !== 'object' || value === null) return false
    if (Array.isArray(value)) return value.some(one => (key === 'security' ? labelled(one) : false) || anywhere(one, key))
    return Object.entries(value).some(([name, inner]) => anywhere(inner, name))
  }
  const labelled = (label: unknown): boolean => {
    const code = typeof label === 'object' && label !== null && 'code' in label ? label.code : undefined
    return typeof code !== 'string' || labels.has(code.toUpperCase()) || !ordinary.has(code.toUpperCase())
  }

  return {
    item: item => (anywhere([item.resource, item.contained, item.provenance], '') ? undefined : item),
    entry: entry => (anywhere(entry, '') ? undefined : entry),
    text: words => (isRestricted(words) ? undefined : words),
  }
}

/** Fields no person reads and in which a phrase means nothing. */
const MACHINE: ReadonlySet<string> = new Set([
  'id',
  'sort',
  'contentType',
  'hash',
  'versionId',
  'originalIdentifier',
  'resourceType',
  'system',
  'retrievedAt',
])

/** Words of a text, markup and marks taken away; entities that split words are undone. */
export function tokens(text: string): string[] {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/gi, (_, hex?: string, dec?: string) =>
      fromCode(hex === undefined ? Number(dec) : Number.parseInt(hex, 16)),
    )
    .replace(/&(nbsp|shy|amp|quot|apos|lt|gt);/gi, ' ')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}
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

/** Length in words of the shortest phrase that starts at a place; 0: none. */
function shortest(root: Step, words: readonly string[], start: number): number {
  let now = [root]
  for (let at = start; now.length > 0 && at < words.length; at++) {
    now = now.flatMap(from => follow(from, words, at))
    if (now.some(one => one.ends)) return at - start + 1
  }
  return 0
}
function longest(root: Step, words: readonly string[], start: number): number {
  let best = 0
  let now = [root]
  for (let at = start; now.length > 0 && at < words.length; at++) {
    now = now.flatMap(from => follow(from, words, at))
    if (now.some(one => one.ends)) best = at - start + 1
  }
  return best
}
