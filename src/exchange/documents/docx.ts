import { inflateRawSync } from 'node:zlib'

import { inTheClear } from './beneath.ts'

/** Unpacked bytes of all parts; a letter that gives more is not read. */
const MOST_BYTES = 8 * 1024 * 1024
const MOST_PARTS = 2_000
const PART = /^word\/(?:header\d*|document|footer\d*|footnotes|endnotes|comments)\.xml$/
const TOO_LARGE = Symbol('too-large')
const ANY_PART = /^(?:word|docProps|customXml)\/[^]*\.xml$/
const ORDER = ['header', 'document', 'footer', 'footnotes', 'endnotes', 'comments']

interface Entry {
  readonly name: string
  readonly method: number
  readonly size: number
  readonly at: number
}

/**
 * The words of an Office Open XML letter (ECMA-376), heads and feet too, and what lies beneath: deleted words, fields'
 * instructions, what its other parts say. `undefined` when it is none or is damaged.
 */
export function docxWords(bytes: Buffer): { readonly text: string; readonly beneath: string } | 'too-large' | undefined {
  const parts = entriesOf(bytes)?.filter(({ name }) => ANY_PART.test(name))
  if (!parts?.some(({ name }) => name === 'word/document.xml')) return undefined
  const rank = ({ name }: Entry): number => ORDER.findIndex(kind => name.startsWith(`word/${kind}`))
  const texts: string[] = []
  const beneath: string[] = []
  let left = MOST_BYTES
  for (const entry of parts.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))) {
    const xml = unpacked(bytes, entry, left)
    if (xml === undefined || xml === TOO_LARGE) return xml && 'too-large'
    left -= xml.length
    beneath.push(entry.name.startsWith('word/') ? paragraphs(xml) : inTheClear(xml))
    if (PART.test(entry.name)) texts.push(paragraphs(xml.replaceAll(UNSEEN, '')))
  }
  const text = texts
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  return { text, beneath: beneath.join('\n') }
}

/** Central directory of a ZIP file (APPNOTE 4.3.12). */
function entriesOf(bytes: Buffer): Entry[] | undefined {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || end + 20 > bytes.length) return undefined
  const found: Entry[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (let n = Math.min(bytes.readUInt16LE(end + 10), MOST_PARTS); n > 0; n--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return undefined
    const nameLength = bytes.readUInt16LE(at + 28)
    found.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      method: bytes.readUInt16LE(at + 10),
      size: bytes.readUInt32LE(at + 20),
      at: bytes.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return found
}

function unpacked(bytes: Buffer, { method, size, at }: Entry, most: number): string | typeof TOO_LARGE | undefined {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== 0x04034b50) return undefined
  const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  const packed = bytes.subarray(from, from + size)
  try {
    if (method === 0) return packed.length > most ? TOO_LARGE : packed.toString('utf8')
    return method === 8 ? inflateRawSync(packed, { maxOutputLength: Math.max(1, most) }).toString('utf8') : undefined
  } catch (error) {
    return error instanceof RangeError ? TOO_LARGE : undefined
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/** A deleted run of tracked changes is no word of the document, an inserted one is. */
const UNSEEN = /<w:(?:instrText|delText)[\s>][^<]*<\/w:(?:instrText|delText)>/g

/** Runs of text in order. */
const paragraphs = (xml: string): string =>
  xml
    .replaceAll(/<w:(?:tab|ptab)\b[^<>]*>/g, '\t')
    .replaceAll(/<\/w:(?:p|tr)>|<w:(?:br|cr)\b[^<>]*>/g, '\n')
    .replaceAll(/<\/w:tc>/g, '\t')
    .replaceAll(/<[^<>]*>/g, '')
    .replaceAll(/&(lt|gt|quot|apos|amp|#\d+|#x[0-9a-f]+);/gi, (_, name: string) => entity(name))
    .split('\n')
    .map(line => line.trim())
    .join('\n')

function entity(name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? ''
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return code >= 32 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
