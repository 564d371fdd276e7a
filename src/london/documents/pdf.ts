/** A line of a letter: what is printed, larger when it is a heading. */
export interface PdfLine {
  readonly text: string
  readonly heading?: boolean
}

const LINES_A_PAGE = 48
const CHARACTERS_A_LINE = 92
const TOP = 790
const LEADING = 15

const escaped = (text: string): string => text.replaceAll(/[\\()]/g, '\\$&')

/** Breaks a paragraph between words; a PDF of standard fonts has no other way. */
function wrapped(line: PdfLine): readonly PdfLine[] {
  const rows: string[] = ['']
  for (const word of line.text.split(' ')) {
    const last = rows.at(-1) ?? ''
    if (last.length + word.length + 1 > CHARACTERS_A_LINE) rows.push(word)
    else rows[rows.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return rows.map(text => ({ ...line, text }))
}

/**
 * Writes a PDF of plain text in the standard fonts, as many pages as it takes.
 *
 * @param script JavaScript that a careless viewer would run on opening, to prove that ours does not.
 */
export function pdfOf(lines: readonly PdfLine[], script?: string): Buffer {
  const rows = lines.flatMap(wrapped)
  const pages: (readonly PdfLine[])[] = []
  for (let i = 0; i === 0 || i < rows.length; i += LINES_A_PAGE) pages.push(rows.slice(i, i + LINES_A_PAGE))
  const FIRST_PAGE = 5
  const kids = pages.map((_, i) => `${FIRST_PAGE + i * 2} 0 R`)
  const scriptObject = FIRST_PAGE + pages.length * 2
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R${script === undefined ? '' : ` /OpenAction ${scriptObject} 0 R`} >>`,
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((page, i) => {
      const content = page
        .map(({ text, heading }, row) => {
          const [font, size] = heading === true ? ['/F2', 13] : ['/F1', 11]
          return `BT ${font} ${size} Tf 56 ${TOP - row * LEADING} Td (${escaped(text)}) Tj ET`
        })
        .join('\n')
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${FIRST_PAGE + i * 2 + 1} 0 R >>`,
        `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
      ]
    }),
    ...(script === undefined ? [] : [`<< /Type /Action /S /JavaScript /JS (${escaped(script)}) >>`]),
  ]
  let text = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n'
  const offsets = objects.map((object, i) => {
    const offset = Buffer.byteLength(text, 'latin1')
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = Buffer.byteLength(text, 'latin1')
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  text += offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}
