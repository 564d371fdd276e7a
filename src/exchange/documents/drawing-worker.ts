import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { getDocument, PasswordException, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { wordsInBytes } from './beneath.ts'
import { pictureSize } from './picture-size.ts'
import { MOST_TEXT, readWords } from './words.ts'
import type { DrawAnswer, DrawRequest } from './drawing.ts'

/** Pages read for their words; a longer document is too large to be shown. */
const MOST_PAGES = 400
/** Pixels of one page at most, and of a picture inside one. */
const MOST_PIXELS = 12_000_000

const folder = (name: string): string => fileURLToPath(new URL(`./${name}/`, import.meta.resolve('pdfjs-dist/package.json')))

/** Script, forms' actions and fonts of the document are never run: words are read and glyphs are drawn as paths. */
const opened = (bytes: Uint8Array): Promise<PDFDocumentProxy> =>
  getDocument({
    data: Uint8Array.from(bytes),
    verbosity: VerbosityLevel.ERRORS,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    enableXfa: false,
    disableAutoFetch: true,
    disableStream: true,
    maxImageSize: MOST_PIXELS,
    stopAtErrors: false,
    standardFontDataUrl: folder('standard_fonts'),
    cMapUrl: folder('cmaps'),
    cMapPacked: true,
    wasmUrl: folder('wasm'),
  }).promise

async function answerTo(request: DrawRequest): Promise<DrawAnswer> {
  if (request.do === 'words') return readWords(request.kind, request.bytes)
  if (request.do === 'draw' && request.kind === 'image') return drawImage(request.bytes, request.width)
  const pdf = await opened(request.bytes)
  try {
    if (pdf.numPages > MOST_PAGES) return { ok: false, problem: 'too-large' }
    if (request.do === 'draw') return await drawPdf(pdf, request.page, request.width)
    const [text, beneath] = [await words(pdf), await wordsBeneath(pdf)]
    // Pages whose words were not read would be drawn unjudged.
    return text.length + beneath.length > MOST_TEXT ? { ok: false, problem: 'too-large' } : { ok: true, pages: pdf.numPages, text, beneath }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

async function words(pdf: PDFDocumentProxy): Promise<string> {
  const pages: string[] = []
  let length = 0
  for (let n = 1; n <= pdf.numPages && length <= MOST_TEXT; n++) {
    const page = await pdf.getPage(n)
    const { items } = await page.getTextContent()
    const annotations = (await page.getAnnotations()) as readonly {
      readonly contentsObj?: { readonly str?: string }
      readonly fieldValue?: unknown
    }[]
    const text = items.map(item => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('')
    // What a form or a note says is drawn on the page too.
    const notes = annotations.flatMap(({ contentsObj, fieldValue }) => [
      contentsObj?.str ?? '',
      typeof fieldValue === 'string' ? fieldValue : '',
    ])
    const said = [text, ...notes.filter(note => note !== '')].join('\n')
    pages.push(said)
    length += said.length
    page.cleanup()
  }
  return pages.join('\n\f\n').trim()
}

/** What a file says about itself, its bookmarks, and the files in it as far as they are in the clear. */
async function wordsBeneath(pdf: PDFDocumentProxy): Promise<string> {
  const { info } = await pdf.getMetadata()
  const attached: string[] = []
  for (const [id, about] of (await pdf.getAttachments()) ?? []) {
    const content = await pdf.getAttachmentContent(id)
    attached.push(...stringsIn({ ...about }), content ? wordsInBytes(content) : '')
  }
  const outline = (await pdf.getOutline()) as readonly { readonly title: string }[] | null
  return [...stringsIn(info), ...(outline ?? []).map(({ title }) => title), ...attached].join('\n')
}

const stringsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []

async function drawPdf(pdf: PDFDocumentProxy, number: number, width: number): Promise<DrawAnswer> {
  if (number < 1 || number > pdf.numPages) return { ok: false, problem: 'no-such-page' }
  const page = await pdf.getPage(number)
  const natural = page.getViewport({ scale: 1 })
  const scale = Math.min(width / natural.width, Math.sqrt(MOST_PIXELS / (natural.width * natural.height)))
  const viewport = page.getViewport({ scale })
  const canvas = createCanvas(Math.max(1, Math.round(viewport.width)), Math.max(1, Math.round(viewport.height)))
  await page.render({ canvas: canvas as never, viewport, background: 'white' }).promise
  return { ok: true, png: canvas.toBuffer('image/png') }
}

/** Drawn anew, so that nothing but its pixels leaves. */
async function drawImage(bytes: Uint8Array, width: number): Promise<DrawAnswer> {
  // What it unpacks to is not held by the memory of a thread: it is asked before it is unpacked.
  const size = pictureSize(bytes)
  if (!size) return { ok: false, problem: 'damaged' }
  if (size.width * size.height > MOST_PIXELS * 4) return { ok: false, problem: 'too-large' }
  const image = await loadImage(Buffer.from(bytes), { maxRedirects: 0 })
  if (image.width < 1 || image.height < 1) return { ok: false, problem: 'damaged' }
  if (image.width * image.height > MOST_PIXELS * 4) return { ok: false, problem: 'too-large' }
  const scale = Math.min(1, width / image.width, Math.sqrt(MOST_PIXELS / (image.width * image.height)))
  const canvas = createCanvas(Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)))
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  return { ok: true, png: canvas.toBuffer('image/png') }
}

parentPort?.on('message', (request: DrawRequest) => {
  void answerTo(request)
    .catch((error: unknown): DrawAnswer => ({ ok: false, problem: error instanceof PasswordException ? 'protected' : 'damaged' }))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    .then(answer => parentPort?.postMessage(answer))
})
