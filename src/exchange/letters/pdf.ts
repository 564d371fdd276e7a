import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import PdfDocument from 'pdfkit'
import { filled, joined, type Block, type Composed } from './compose.ts'
import type { Language } from './phrases.ts'

const { resolve } = createRequire(import.meta.url)
const [REGULAR, BOLD] = ['DejaVuSans', 'DejaVuSans-Bold'].map(name => readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)))

const MM = 72 / 25.4
const MARGIN = 20 * MM
const SIZE = 12
const INDENT = 16

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** The font has every letter, and none of them runs right to left: pdfkit does not order such words. */
function canPrint(doc: PDFKit.PDFDocument, text: string): boolean {
  // pdfkit knows which letters its font has, and has no word of its own to ask by; the tests of letters hold this to its version.
  const { font } = (doc as unknown as { readonly _font: { readonly font: { hasGlyphForCodePoint(point: number): boolean } } })._font
  return !RIGHT_TO_LEFT.test(text) && Array.from(text).every(letter => font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0))
}

/**
 * The letter as a tagged PDF on A4 (PDF/UA): language, title, headings, lists and paragraphs in reading order, fonts inside.
 * The same letter gives the same bytes. Not `whole`: a name has letters that the font cannot print as they are written.
 */
export async function letterPdf(
  letter: Composed,
  language: Language,
  draft: boolean,
): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  const doc = new PdfDocument({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN },
    pdfVersion: '1.7',
    // Known to pdfkit, not to its types.
    subset: 'PDF/UA' as 'PDF/A-1',
    tagged: true,
    lang: language.tag,
    displayTitle: true,
    bufferPages: true,
    info: { Title: letter.subject, Author: letter.from.organisation, CreationDate: new Date(0) },
  })
  const bytes: Buffer[] = []
  const ended = new Promise<void>((done, broken) =>
    doc
      .on('data', (chunk: Buffer) => bytes.push(chunk))
      .on('end', done)
      .on('error', broken),
  )
  if (REGULAR === undefined || BOLD === undefined) throw new Error('The fonts of letters are not installed.')
  doc.registerFont('regular', REGULAR).registerFont('bold', BOLD)
  const root = doc.struct('Document')
  doc.addStructure(root)

  type Struct = typeof root
  const width = doc.page.width - 2 * MARGIN
  let whole = true
  const put = (parent: Struct, type: string, text: string, font: 'regular' | 'bold', size: number, indent = 0): void => {
    whole &&= canPrint(doc.font(font), text)
    parent.add(
      doc.struct(type, {}, [
        () =>
          void doc
            .font(font)
            .fontSize(size)
            .text(text, MARGIN + indent, doc.y, { width: width - indent, lineGap: 2 }),
      ]),
    )
  }
  const paragraph = (text: string, parent = root): void => {
    put(parent, 'P', text, 'regular', SIZE)
    doc.moveDown(0.5)
  }
  const bulleted = (items: readonly string[]): void => {
    const list = doc.struct('L')
    root.add(list)
    for (const item of items) {
      const entry = doc.struct('LI')
      list.add(entry)
      doc.font('regular').fontSize(SIZE)
      // A bullet alone at the foot of a page would be parted from its words.
      if (doc.y + doc.heightOfString(item, { width: width - INDENT, lineGap: 2 }) > doc.page.height - MARGIN) doc.addPage()
      const top = doc.y
      put(entry, 'Lbl', '•', 'regular', SIZE)
      doc.y = top
      put(entry, 'LBody', item, 'regular', SIZE, INDENT)
      doc.moveDown(0.25)
      entry.end()
    }
    list.end()
    doc.moveDown(0.25)
  }
  const together = (height: number): void => {
    if (doc.y + height > doc.page.height - MARGIN) doc.addPage()
  }
  const block = (one: Block): void => {
    switch (one.kind) {
      case 'heading':
        together(70)
        doc.moveDown(0.3)
        put(root, 'H2', joined(one.runs), 'bold', 14)
        doc.moveDown(0.3)
        return
      case 'paragraph':
        return paragraph(joined(one.runs))
      case 'quote': {
        const quote = doc.struct('BlockQuote')
        root.add(quote)
        for (const line of one.lines) {
          put(quote, 'P', line, 'regular', SIZE, INDENT)
          doc.moveDown(0.5)
        }
        quote.end()
        return
      }
      case 'list':
        return bulleted(one.items.map(joined))
      case 'ways':
        together(30 + one.ways.length * 20)
        put(root, 'P', one.name, 'bold', SIZE)
        return bulleted(one.ways.map(way => `${way.label}: ${way.value}`))
    }
  }

  doc.y = MARGIN
  if (draft) put(root, 'P', language.phrases.draft, 'bold', SIZE)
  for (const line of [letter.from.organisation, letter.from.team, ...letter.from.address]) put(root, 'P', line, 'regular', SIZE)
  doc.moveDown(1)
  for (const line of [letter.to.name, ...letter.to.address]) put(root, 'P', line, 'regular', SIZE)
  doc.moveDown(1)
  put(root, 'P', letter.date, 'regular', SIZE)
  put(root, 'P', letter.reference, 'regular', SIZE)
  doc.moveDown(1)
  put(root, 'H1', letter.subject, 'bold', 18)
  doc.moveDown(0.5)
  paragraph(letter.dear)
  letter.blocks.forEach(block)
  doc.moveDown(0.5)
  paragraph(letter.from.team)
  paragraph(letter.from.organisation)
  root.end()

  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    // Beneath the margin text would begin a new page.
    doc.page.margins.bottom = 0
    doc.markContent('Artifact', { type: 'Pagination' })
    const foot = joined(filled(language.phrases.page, { page: String(page + 1), pages: String(count) }))
    doc
      .font('regular')
      .fontSize(9)
      .text(draft ? `${foot}  ${language.phrases.draft}` : foot, MARGIN, doc.page.height - MARGIN + 12, { width, lineBreak: false })
    doc.endMarkedContent()
    doc.page.margins.bottom = MARGIN
  }
  doc.end()
  await ended
  return { bytes: Buffer.concat(bytes), whole }
}
