import type { DocumentContent } from '../../care-record/document.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import { saidByPicture, wordsInBytes, type Beneath } from './beneath.ts'
import { createDrawing, type Problem } from './drawing.ts'
import { kindOf, mimeOf, type Kind } from './kind.ts'
import { namesWhom, printedIn, type AboutPerson } from './printed.ts'
import { readWords, type WordKind, type Words } from './words.ts'

/** As a source sent it. `contentType` is what the source calls it. */
export interface Raw {
  readonly bytes: Buffer
  readonly contentType: string
}

/** A document as read. What lies beneath is judged with its words, then let go. */
export interface Read extends DocumentContent {
  readonly beneath: Beneath
  /** It could not be read now: nothing is known of its words, so nothing of it may be shown. */
  readonly unread?: true
}

/** What is in a document, safely. Owns nothing and keeps nothing. */
export interface Documents {
  /** Never rejects: what cannot be shown is `other`, with its problem where it has one. */
  readonly read: (raw: Raw, person: AboutPerson) => Promise<Read>
  /**
   * One page as a picture, PNG. Faults: `not-found` (no such page, or of a kind that is not drawn), `unavailable`.
   * @param page from 1. @param width pixels, held between 320 and 1,600.
   */
  readonly drawPage: (raw: Raw, page: number, width: number) => Promise<Result<Buffer>>
  readonly stop: () => Promise<void>
}

const PICTURES: ReadonlySet<Kind> = new Set<Kind>(['png', 'jpeg', 'gif', 'webp'])
const WORDS: ReadonlySet<Kind> = new Set<Kind>(['cda', 'html', 'rtf', 'docx', 'text', 'xml'])
/** Bytes read at once, in some milliseconds; more goes to the worker, and whatever unpacks to more. */
const AT_ONCE = 32 * 1024
const NO_PAGE = fail('not-found', 'There is no such page.')

export function createDocuments(): Documents {
  const drawing = createDrawing()

  async function wordsOf(kind: WordKind, raw: Raw): Promise<Words | { readonly ok: false; readonly problem: Problem }> {
    if (raw.bytes.length <= AT_ONCE && kind !== 'docx') return readWords(kind, raw.bytes)
    const read = await drawing.ask({ do: 'words', kind, bytes: raw.bytes })
    return 'html' in read || !read.ok ? read : { ok: false, problem: 'damaged' }
  }

  /** @param deeper how many documents may still stand inside one another. */
  async function contentOf(raw: Raw, person: AboutPerson, deeper: number): Promise<Read> {
    const kind = kindOf(raw.bytes, raw.contentType)
    const contentType = mimeOf(kind)
    if (PICTURES.has(kind))
      return { format: 'image', contentType, text: '', pages: 1, printed: {}, names: 'nobody', beneath: only(saidByPicture(raw.bytes)) }
    if (kind === 'pdf') {
      const read = await drawing.ask({ do: 'read', bytes: raw.bytes })
      if (!read.ok || !('pages' in read)) return other(contentType, NOTHING, read.ok ? 'damaged' : read.problem)
      const { text, pages, beneath } = read
      const printed = printedIn(text)
      return { format: 'pdf', contentType, text, pages, printed, names: namesWhom(text, printed, person), beneath: only(beneath) }
    }
    if (!WORDS.has(kind)) return other(contentType, only(wordsInBytes(raw.bytes)))
    const words = await wordsOf(kind as WordKind, raw)
    if (!words.ok) return other(contentType, 'beneath' in words ? words.beneath : NOTHING, words.problem)
    const { text, html, inside, beneath } = words
    const printed = { ...printedIn(text), ...words.printed }
    const names = namesWhom(text, printed, person)
    if (inside) {
      if (deeper === 0) return { ...other(contentType), unread: true }
      const within = await contentOf({ bytes: Buffer.from(inside.bytes), contentType: inside.contentType }, person, deeper - 1)
      // Header and body may each be about somebody else: the graver finding counts.
      return {
        ...within,
        printed: { ...within.printed, ...printed },
        names: GRAVER.find(n => n === names || n === within.names) ?? names,
        beneath: {
          words: [text, beneath.words, within.beneath.words].join('\n'),
          labels: [...beneath.labels, ...within.beneath.labels],
        },
      }
    }
    return { format: kind === 'cda' || kind === 'html' ? 'html' : 'text', contentType, text, html, pages: 1, printed, names, beneath }
  }

  return {
    async read(raw, person) {
      try {
        return await contentOf(raw, person, 1)
      } catch {
        return { ...other(mimeOf('unknown')), unread: true }
      }
    },
    async drawPage(raw, page, width) {
      const kind = kindOf(raw.bytes, raw.contentType)
      if ((kind !== 'pdf' && !PICTURES.has(kind)) || (kind !== 'pdf' && page !== 1)) return NO_PAGE
      const pixels = Math.min(1_600, Math.max(320, Math.round(width) || 320))
      const drawn = await drawing.ask({ do: 'draw', kind: kind === 'pdf' ? 'pdf' : 'image', bytes: raw.bytes, page, width: pixels })
      if ('png' in drawn) return ok(Buffer.from(drawn.png.buffer, drawn.png.byteOffset, drawn.png.byteLength))
      if (!drawn.ok && drawn.problem === 'no-such-page') return NO_PAGE
      return fail('unavailable', 'This page could not be drawn. Take the original.')
    },
    stop: drawing.stop,
  }
}

const GRAVER: readonly DocumentContent['names'][] = ['another-person', 'held', 'this-person', 'nobody']

const NOTHING: Beneath = { words: '', labels: [] }
const only = (words: string): Beneath => ({ words, labels: [] })

const other = (contentType: string, beneath: Beneath = NOTHING, problem?: Problem): Read => ({
  format: 'other',
  contentType,
  text: '',
  pages: 0,
  printed: {},
  names: 'nobody',
  beneath,
  ...(problem === 'busy' || problem === 'timeout' ? { unread: true } : {}),
  ...(problem === undefined ? {} : { problem: problem === 'protected' || problem === 'too-large' ? problem : 'damaged' }),
})
