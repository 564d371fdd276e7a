import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'

/** Deeper than this no document sets its headings. */
const MAX_DEPTH = 8
const SPECIAL: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, sign => SPECIAL[sign] ?? sign)

/**
 * The narrative of a Composition, section by section, as one HTML page. Its markup is the source's and as hostile as any
 * other document. `undefined` when it has no words at all.
 *
 * @param patient the person whom the document brings with it: named at its head, so that it can be seen whose it is.
 */
export function compositionHtml(composition: JsonObject, patient?: JsonObject): string | undefined {
  const sections = sectionsHtml(composition, 2)
  const own = divOf(composition)
  if (sections === '' && own === '') return undefined
  const title = textOf(composition['title'])
  return `<!DOCTYPE html><html><body>${patient === undefined ? '' : headOf(patient)}${title === undefined ? '' : `<h1>${escaped(title)}</h1>`}${own}${sections}</body></html>`
}

function sectionsHtml(holder: JsonObject, level: number): string {
  if (level > MAX_DEPTH) return ''
  return objectsOf(holder['section'])
    .map(section => {
      const title = textOf(section['title'])
      const empty = textOf(objectOf(section['emptyReason'])['text'])
      const inner = `${divOf(section)}${empty === undefined ? '' : `<p>${escaped(empty)}</p>`}${sectionsHtml(section, level + 1)}`
      const heading = Math.min(level, 6)
      return inner === '' ? '' : `${title === undefined ? '' : `<h${heading}>${escaped(title)}</h${heading}>`}${inner}`
    })
    .join('')
}

const divOf = (holder: JsonObject): string => textOf(objectOf(holder['text'])['div']) ?? ''

const NHS_NUMBER = 'https://fhir.nhs.uk/id/nhs-number'

function headOf(patient: JsonObject): string {
  const name = objectsOf(patient['name'])[0] ?? {}
  const given = Array.isArray(name['given']) ? name['given'] : []
  const prefix = Array.isArray(name['prefix']) ? name['prefix'] : []
  const called = textOf(name['text']) ?? [...prefix, ...given, name['family']].filter(part => typeof part === 'string').join(' ')
  const number = objectsOf(patient['identifier']).find(one => String(one['system']).toLowerCase() === NHS_NUMBER)?.['value']
  const born = /^(\d{4})-(\d{2})-(\d{2})/.exec(textOf(patient['birthDate']) ?? '')
  const lines = [
    called === '' ? '' : `Patient: ${called}`,
    typeof number === 'string' ? `NHS number: ${number}` : '',
    born ? `Date of birth: ${born[3]}/${born[2]}/${born[1]}` : '',
  ]
  return lines.map(line => (line === '' ? '' : `<p>${escaped(line)}</p>`)).join('')
}
