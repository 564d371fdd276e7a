import type { Resource } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { RawDocument } from '../document.ts'
import type { Failed } from '../reading/http-read.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'

/** The attachment of that number, wherever its type of resource keeps them. */
export function attachmentOf(resource: Resource, at: number): JsonObject | undefined {
  const held = resource as unknown as JsonObject
  const all = objectsOf(held['content']).map(content => objectOf(content['attachment']))
  return [...all, ...objectsOf(held['presentedForm'])][at]
}

/** A Binary resource of STU3 (`content`) or R4 (`data`), or an attachment that carries its own bytes. */
export function bytesOf(binary: JsonObject): Result<RawDocument> | undefined {
  const text = textOf(binary['content']) ?? textOf(binary['data'])
  if (text === undefined) return undefined
  const base64 = text.replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return fail('unavailable', 'The document could not be read.')
  return ok({
    bytes: Buffer.from(base64, 'base64'),
    contentType: textOf(binary['contentType']) ?? 'application/octet-stream',
    ...labelled([binary]),
  })
}

/** Security labels of resources, and a Composition's confidentiality; a label without a code is one that nobody knows. */
export function labelled(resources: readonly JsonObject[]): { readonly labels?: readonly string[] } {
  const labels = resources.flatMap(resource => [
    ...objectsOf(objectOf(resource['meta'])['security']).map(label => textOf(label['code']) ?? ''),
    ...[resource['confidentiality']].filter(code => typeof code === 'string'),
  ])
  return labels.length === 0 ? {} : { labels: [...new Set(labels)] }
}

export const NO_DOCUMENT = fail('not-found', 'There is no such document at the source.')
export const NOT_FETCHED = fail('unavailable', 'The document could not be fetched.')

/** What a failed request for a document means to the reader. */
export function faultOf(failed: Failed): Result<never> {
  if (failed.status === 404 || failed.status === 410) return NO_DOCUMENT
  return failed.cause === 'too-large' ? fail('too-large', 'The document is too large to be shown.') : NOT_FETCHED
}
