/** What the bytes are, whatever their source calls them. */
export type Kind = 'pdf' | 'png' | 'jpeg' | 'gif' | 'webp' | 'cda' | 'xml' | 'html' | 'rtf' | 'docx' | 'text' | 'unknown'

const MIME: Readonly<Record<Kind, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  cda: 'application/xml',
  xml: 'application/xml',
  html: 'text/html',
  rtf: 'text/rtf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  text: 'text/plain',
  unknown: 'application/octet-stream',
}
export const mimeOf = (kind: Kind): string => MIME[kind]

const LOOKED_AT = 4_096
const startsWith = (bytes: Uint8Array, ...first: readonly number[]): boolean => first.every((byte, at) => bytes[at] === byte)

/** From the first bytes alone; the name a source gives decides only between plain text and markup. */
export function kindOf(bytes: Uint8Array, named: string): Kind {
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47)) return 'png'
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (startsWith(bytes, 0x47, 0x49, 0x46, 0x38)) return 'gif'
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, LOOKED_AT)).toString('latin1')
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp'
  // A PDF may begin after some bytes of something else (ISO 32000, note 13 of the reference implementation).
  if (head.slice(0, 1_024).includes('%PDF-')) return 'pdf'
  if (startsWith(bytes, 0x50, 0x4b, 3, 4)) return Buffer.from(bytes).includes('word/document.xml') ? 'docx' : 'unknown'
  const text = head.replace(/^\u00ef\u00bb\u00bf/, '').trimStart()
  if (text.startsWith('{\\rtf')) return 'rtf'
  if (/<(?:\w+:)?ClinicalDocument[\s>]/.test(text)) return 'cda'
  if (/<svg[\s>]/i.test(text) && !/<(?:html|body|div|p)[\s>]/i.test(text)) return 'unknown'
  if (/<(?:!doctype\s+html|html|body|head|div|p|table|h[1-6]|span|br)[\s/>]/i.test(text)) return 'html'
  if (text.startsWith('<?xml') || (text.startsWith('<') && /xml/i.test(named))) return 'xml'
  if (hasControls(bytes)) return 'unknown'
  return /html/i.test(named) ? 'html' : 'text'
}

function hasControls(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, LOOKED_AT)
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return true
  }
  return false
}

/** Text in UTF-8 where it is that, else in the code page of the letters of older systems. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
