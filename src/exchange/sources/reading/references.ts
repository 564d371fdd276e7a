import type { JsonObject } from './json.ts'

/** Of a resource inside an answer. */
export const KEY = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-._]{1,128}$/
const RELATIVE = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-._]{1,128})(?:\/_history\/[A-Za-z0-9\-.]+)?$/

/** `Type/id` of a reference that points into the source; free text and other hosts give `undefined`. */
export function keyOfReference(reference: string, baseUrl: string): string | undefined {
  if (KEY.test(reference)) return reference
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
  const relative = RELATIVE.exec(reference.startsWith(base) ? reference.slice(base.length) : reference)
  return relative ? `${relative[1]}/${relative[2]}` : undefined
}

export const keyOf = (resource: JsonObject): string => `${String(resource['resourceType'])}/${String(resource['id'])}`

/** Points a reference by full URL or urn at `Type/id` wherever the answer itself says what that is. */
export const pointer =
  (byFullUrl: ReadonlyMap<string, string>, baseUrl: string) =>
  (reference: string): string =>
    (byFullUrl.size > 0 ? byFullUrl.get(reference) : undefined) ?? keyOfReference(reference, baseUrl) ?? reference
