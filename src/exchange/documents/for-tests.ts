/** A PDF of a few lines a page, and what may be added to its catalogue (`/OpenAction …`): made by hand, for tests. */
export function pdfOf(pages: readonly (readonly string[])[], catalogue = ''): Buffer {
  const objects: string[] = []
  const kids = pages.map((_, n) => `${4 + n * 2} 0 R`).join(' ')
  objects.push(`<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`)
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`)
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  pages.forEach((lines, n) => {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + n * 2} 0 R >>`,
    )
    const shown = lines.map((line, at) => `1 0 0 1 60 ${780 - at * 18} Tm (${line.replaceAll(/[()\\]/g, String.raw`\$&`)}) Tj`).join('\n')
    const stream = `BT /F1 12 Tf\n${shown}\nET`
    objects.push(`<< /Length ${Buffer.byteLength(stream, 'latin1')} >>\nstream\n${stream}\nendstream`)
  })
  let body = '%PDF-1.7\n'
  const offsets = objects.map((object, n) => {
    const at = body.length
    body += `${n + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const xref = body.length
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`
  return Buffer.from(body, 'latin1')
}
