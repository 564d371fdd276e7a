import { isObject, type JsonObject } from './json.ts'

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, c => `&#${c.charCodeAt(0)};`)

/** FHIR JSON written as FHIR XML, knowing nothing of any type. */
export function resourceXml(resource: JsonObject, root = true): string {
  const { resourceType, ...rest } = resource
  return `<${String(resourceType)}${root ? ' xmlns="http://hl7.org/fhir"' : ''}>${elements(rest)}</${String(resourceType)}>`
}
const elements = (object: JsonObject): string =>
  Object.keys(object)
    .filter(name => !name.startsWith('_') || !(name.slice(1) in object))
    .map(key => {
      const name = key.replace(/^_/, '')
      const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
      const extras = object[`_${name}`] === undefined ? [] : list(object[`_${name}`])
      const values = object[name] === undefined ? extras.map(() => null) : list(object[name])
      return values.map((value, at) => element(name, value, extras[at])).join('')
    })
    .join('')
function element(name: string, value: unknown, extra: unknown): string {
  if (name === 'div') return String(value)
  if (isObject(value) && 'resourceType' in value) return `<${name}>${resourceXml(value, false)}</${name}>`
  const isExtension = name.endsWith('xtension')
  const { id, url, ...rest } = isObject(value) ? value : isObject(extra) ? extra : {}
  const plain = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? value.toString() : undefined
  const attributes = Object.entries({ id, url: isExtension ? url : undefined, value: plain })
    .flatMap(([attribute, words]) => (typeof words === 'string' ? [` ${attribute}="${escaped(words)}"`] : []))
    .join('')
  const inner = elements(isExtension || url === undefined ? rest : { url, ...rest })
  return inner === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`
}
