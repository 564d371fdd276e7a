import { isObject, textOf, type JsonObject } from './json.ts'

/** One reference in a resource: under which top element it stands, and what it says. */
export interface Ref {
  /** Top-level element, for example `encounter`; `extension` for those inside extensions. */
  readonly under: string
  readonly reference: string | undefined
  readonly identifier: JsonObject | undefined
  readonly display: string | undefined
}

const known = new WeakMap<JsonObject, readonly Ref[]>()

/**
 * Every reference of a resource, outside its contained resources. Found once: a resource whose references have been asked for
 * is changed no more.
 */
export function refsOf(resource: JsonObject): readonly Ref[] {
  let refs = known.get(resource)
  if (!refs) {
    const found: Ref[] = []
    for (const under of Object.keys(resource)) if (under !== 'contained') collect(resource[under], under, found)
    known.set(resource, (refs = found))
  }
  return refs
}

function collect(value: unknown, under: string, into: Ref[]): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const element of value) collect(element, under, into)
    return
  }
  const object = value as JsonObject
  const reference = textOf(object['reference'])
  const identifier = isObject(object['identifier']) ? object['identifier'] : undefined
  if (reference !== undefined || identifier) into.push({ under, reference, identifier, display: textOf(object['display']) })
  for (const name of Object.keys(object)) {
    const inner = object[name]
    if (typeof inner === 'object') collect(inner, under, into)
  }
}

const RELATIVE = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-._]{1,128})(?:\/_history\/[A-Za-z0-9\-.]+)?$/

/** `Type/id` of a reference that points into the source; free text and other hosts give `undefined`. */
export function keyOfReference(reference: string, baseUrl: string): string | undefined {
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
  const relative = RELATIVE.exec(reference.startsWith(base) ? reference.slice(base.length) : reference)
  return relative ? `${relative[1]}/${relative[2]}` : undefined
}

export const keyOf = (resource: JsonObject): string => `${String(resource['resourceType'])}/${String(resource['id'])}`

/** Points a reference by full URL or urn at `Type/id` wherever the answer itself says what that is. The resource is our own copy. */
export function pointInside(resource: JsonObject, byFullUrl: ReadonlyMap<string, string>, baseUrl: string): void {
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const element of value) walk(element)
      return
    }
    const object = value as Record<string, unknown>
    const reference = object['reference']
    if (typeof reference === 'string') {
      const key = byFullUrl.get(reference) ?? keyOfReference(reference, baseUrl)
      if (key !== undefined && key !== reference) object['reference'] = key
    }
    for (const name of Object.keys(object)) {
      const inner = object[name]
      if (typeof inner === 'object') walk(inner)
    }
  }
  walk(resource)
}

const ODS_SYSTEMS: ReadonlySet<string> = new Set([
  'https://fhir.nhs.uk/Id/ods-organization-code',
  'https://fhir.nhs.uk/Id/ods-site-code',
  'https://digital.nhs.uk/services/organisation-data-service',
])

/** ODS code of an identifier, organisation or site. */
export function odsOf(identifier: JsonObject): string | undefined {
  const system = textOf(identifier['system'])
  return system !== undefined && ODS_SYSTEMS.has(system) ? textOf(identifier['value'])?.toUpperCase() : undefined
}
