import type { PrintedIdentity } from '../../care-record/document.ts'
import { inTheClear, type Beneath } from './beneath.ts'
import { readCda } from './cda.ts'
import { docxWords } from './docx.ts'
import { decoded } from './kind.ts'
import { plainMarkup, safeMarkup, wordsOf } from './markup.ts'
import { rtfWords } from './rtf.ts'

/** Kinds whose words are markup or text. */
export type WordKind = 'cda' | 'html' | 'rtf' | 'docx' | 'text' | 'xml'

export type Words =
  | {
      readonly ok: true
      readonly text: string
      /** Safe to show. */
      readonly html: string
      readonly printed?: PrintedIdentity
      readonly beneath: Beneath
      /** A CDA whose body is a document itself. */
      readonly inside?: { readonly bytes: Uint8Array; readonly contentType: string }
    }
  | { readonly ok: false; readonly problem: 'damaged' | 'too-large'; readonly beneath?: Beneath }

/** Characters of a document of words, pictures aside; more is too large for a page, and to be judged in time. */
export const MOST_TEXT = 1_000_000

/** The words of a document and how they are shown. Pure; a large document is read in the worker. */
export function readWords(kind: WordKind, bytes: Uint8Array): Words {
  if (kind === 'docx') {
    const read = docxWords(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    if (typeof read !== 'object') return { ok: false, problem: read ?? 'damaged' }
    return plain(read.text, inTheClear(read.beneath))
  }
  const raw = decoded(bytes)
  const clear = inTheClear(raw)
  if (clear.length > MOST_TEXT) return { ok: false, problem: 'too-large' }
  if (kind === 'html') return ofMarkup(raw, { words: clear, labels: [] })
  if (kind === 'cda') {
    const beneath = { words: clear, labels: [...raw.matchAll(CONFIDENTIALITY)].map(([, code = '']) => code) }
    const cda = readCda(raw)
    if (!cda) return { ok: false, problem: 'damaged', beneath }
    const words = ofMarkup(cda.markup, beneath)
    return { ...words, printed: cda.printed, ...(cda.inside ? { inside: cda.inside } : {}) }
  }
  return kind === 'rtf' ? plain(rtfWords(raw), inTheClear(rtfWords(raw, 'all'))) : plain(raw, clear)
}

/** Of a CDA, and of a part of it. */
const CONFIDENTIALITY = /<(?:[\w-]{1,40}:)?confidentialityCode\b[^<>]{0,400}?\scode\s{0,8}=\s{0,8}["']([^"'<>]{1,40})["']/g

const plain = (text: string, beneath: string): Words =>
  Math.max(text.length, beneath.length) > MOST_TEXT
    ? { ok: false, problem: 'too-large' }
    : { ok: true, text, html: plainMarkup(text), beneath: { words: beneath, labels: [] } }

function ofMarkup(markup: string, beneath: Beneath): Words & { ok: true } {
  const html = safeMarkup(markup)
  return { ok: true, html, text: wordsOf(html), beneath }
}
