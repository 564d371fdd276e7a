const FHIR = 'http://hl7.org/fhir'
/** In FHIR XML these come first in any element, in this order; the rest follow as they were written. */
const FIRST = ['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension']
const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' }
const safe = (text: string): string => text.replaceAll(/[&<>"\n]/g, sign => MARKUP[sign] ?? sign)

type Fields = Readonly<Record<string, unknown>>
const isResource = (value: unknown): value is Fields => value !== null && typeof value === 'object' && 'resourceType' in value

/** Writes one resource, as told in FHIR JSON, as FHIR XML. Primitive extensions (`_name`) are not among what is told here. */
export function resourceXml(resource: Fields, root = true): string {
  const { resourceType, ...fields } = resource
  const type = String(resourceType)
  return `<${type}${root ? ` xmlns="${FHIR}"` : ''}>${children(fields, true)}</${type}>`
}

function children(fields: Fields, ofResource: boolean): string {
  const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length)
  return Object.entries(fields)
    .filter(([name]) => ofResource || name !== 'id')
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .flatMap(([name, value]) => (Array.isArray(value) ? value.map(one => element(name, one)) : [element(name, value)]))
    .join('')
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (name === 'div' && typeof value === 'string') return value
  if (isResource(value)) return `<${name}>${resourceXml(value, false)}</${name}>`
  if (typeof value !== 'object') return `<${name} value="${safe(typeof value === 'string' ? value : JSON.stringify(value))}"/>`
  const fields = value as Fields
  const isExtension = name === 'extension' || name === 'modifierExtension'
  const attributes = [
    ...(typeof fields['id'] === 'string' ? [` id="${safe(fields['id'])}"`] : []),
    ...(isExtension && typeof fields['url'] === 'string' ? [` url="${safe(fields['url'])}"`] : []),
  ].join('')
  const inner = isExtension ? Object.fromEntries(Object.entries(fields).filter(([key]) => key !== 'url')) : fields
  return `<${name}${attributes}>${children(inner, false)}</${name}>`
}
