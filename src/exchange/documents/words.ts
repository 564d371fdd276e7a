import type { PrintedIdentity } from '../../care-record/document.ts'
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
      /** A CDA whose body is a document itself. */
      readonly inside?: { readonly bytes: Uint8Array; readonly contentType: string }
    }
  | { readonly ok: false; readonly problem: 'damaged' | 'too-large' }

/** Characters of a document of words; more is too large for a page. */
const MOST_TEXT = 4_000_000

/** The words of a document and how they are shown. Pure; a large document is read in the worker. */
export function readWords(kind: WordKind, bytes: Uint8Array): Words {
  if (kind === 'docx') {
    const text = docxWords(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    return text === undefined ? { ok: false, problem: 'damaged' } : { ok: true, text, html: plainMarkup(text) }
  }
  const raw = decoded(bytes)
  if (raw.length > MOST_TEXT) return { ok: false, problem: 'too-large' }
  if (kind === 'html') return ofMarkup(raw)
  if (kind === 'cda') {
    const cda = readCda(raw)
    if (!cda) return { ok: false, problem: 'damaged' }
    const words = ofMarkup(cda.markup)
    return { ...words, printed: cda.printed, ...(cda.inside ? { inside: cda.inside } : {}) }
  }
  const text = kind === 'rtf' ? rtfWords(raw) : raw
  return { ok: true, text, html: plainMarkup(text) }
}

function ofMarkup(markup: string): Words & { ok: true } {
  const html = safeMarkup(markup)
  return { ok: true, html, text: wordsOf(html) }
}
