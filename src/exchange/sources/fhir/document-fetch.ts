import type { Dispatcher } from 'undici'
import { limits } from '../../../care-record/limits.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { DocumentAsk, FetchDocument, RawDocument } from '../document.ts'
import { addressWithin } from '../gp-connect/address.ts'
import { bytesOf, labelled, NO_DOCUMENT, NOT_FETCHED } from '../gp-connect/attachment.ts'
import { readBytes } from '../nrl/read-bytes.ts'
import { acceptOf, requestHeaders } from '../reading/headers.ts'
import { parserOfFhir } from '../reading/http-read.ts'
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { keyOf, keyOfReference } from '../reading/references.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { compositionHtml } from './composition-html.ts'

/** A document that takes longer is tried again by whoever wants it, milliseconds. */
const DOCUMENT_MS = 15_000
const TOO_LARGE = fail('too-large', 'The document is too large to be shown.')
const MIME = /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,80}$/i

/**
 * Fetches a document of a FHIR R4 system: what the attachment carries, the Binary or file it names, or the narrative of a
 * Composition as HTML. Only addresses inside the source's own base, no redirect, 20 MB and 15 s at most.
 */
export function createFhirDocumentFetch(ports: { readonly dispatcher: Dispatcher; readonly tokens: TokenSource }): FetchDocument {
  return async ask => {
    const signal = AbortSignal.any([ask.signal, AbortSignal.timeout(DOCUMENT_MS)])
    try {
      const resource = ask.resource as unknown as JsonObject
      if (resource['resourceType'] === 'Composition') return await narrative(ports, ask, resource, signal)
      const attachment = attachmentsOf(resource)[ask.attachment]
      if (!attachment) return NO_DOCUMENT
      const inline = within(attachment) ?? contained(resource, attachment)
      if (inline) return inline
      const url = textOf(attachment['url'])
      if (url === undefined) return NO_DOCUMENT
      const { contentType } = attachment
      const type = typeof contentType === 'string' && MIME.test(contentType) ? contentType : undefined
      const fetched = await fetchFrom(ports, ask, url, type, signal)
      return fetched.ok ? await unwrapped(fetched.value) : fetched
    } catch {
      return NOT_FETCHED
    }
  }
}

/** Attachments in the order in which the pages number them, wherever the type keeps them. */
function attachmentsOf(resource: JsonObject): readonly JsonObject[] {
  if (resource['resourceType'] === 'Media') return objectsOf(resource['content'])
  return [
    ...objectsOf(resource['content']).map(content => objectOf(content['attachment'])),
    ...objectsOf(resource['presentedForm']),
    ...objectsOf(resource['sourceAttachment']),
    ...objectsOf(resource['payload']).flatMap(payload => objectsOf(payload['contentAttachment'])),
  ]
}

/** The bytes that an attachment or Binary carries itself. */
function within(holder: JsonObject): Result<RawDocument> | undefined {
  const data = textOf(holder['data']) ?? textOf(holder['content'])
  if (data !== undefined && data.length > (limits.groupBytes * 4) / 3 + 4) return TOO_LARGE
  return bytesOf(holder)
}

/** A Binary inside the resource itself, named `#id`. */
function contained(resource: JsonObject, attachment: JsonObject): Result<RawDocument> | undefined {
  const url = textOf(attachment['url'])
  if (url?.startsWith('#') !== true) return undefined
  const binary = objectsOf(resource['contained']).find(one => one['resourceType'] === 'Binary' && one['id'] === url.slice(1))
  return (binary && within(binary)) ?? NO_DOCUMENT
}

async function fetchFrom(
  ports: { readonly dispatcher: Dispatcher; readonly tokens: TokenSource },
  ask: DocumentAsk,
  address: string,
  contentType: string | undefined,
  signal: AbortSignal,
): Promise<Result<RawDocument>> {
  const url = addressWithin(ask.source.baseUrl, address)
  if (url === undefined) return NOT_FETCHED
  const token = await ports.tokens.token(ask.source, signal)
  if (!token.ok) return NOT_FETCHED
  const { accept } = acceptOf(ask.source)
  const headers = {
    ...requestHeaders(ask, token.value),
    accept: contentType === undefined ? accept : `${contentType}, ${accept};q=0.8, */*;q=0.1`,
  }
  return readBytes({ dispatcher: ports.dispatcher, url, headers, signal })
}

/**
 * What a FHIR answer holds: the bytes of a Binary, the narrative of a document. Any other resource is no document: it
 * would stand there unjudged as an item. What is not FHIR stays what it is.
 */
export async function unwrapped(raw: RawDocument): Promise<Result<RawDocument>> {
  const parse = parserOfFhir(raw.contentType)
  if (!parse) return ok(raw)
  const body = await parse(raw.bytes)
  if (!body) return ok(raw)
  if (body['resourceType'] === 'Binary') return within(body) ?? NO_DOCUMENT
  const resources = [
    body,
    ...objectsOf(body['entry'])
      .map(entry => entry['resource'])
      .filter(isObject),
  ]
  const composition = resources.find(resource => resource['resourceType'] === 'Composition')
  const html =
    composition &&
    compositionHtml(
      composition,
      resources.find(resource => resource['resourceType'] === 'Patient'),
    )
  if (html !== undefined) return ok(asHtml(html, resources))
  return isFhir(raw) ? NO_DOCUMENT : ok(raw)
}

/** JSON of another kind, or a CDA, may come under a name that FHIR has too. */
const isFhir = ({ bytes, contentType }: RawDocument): boolean =>
  /fhir/i.test(contentType) || /"resourceType"|http:\/\/hl7\.org\/fhir["']/.test(bytes.toString('latin1', 0, 4_096))

const asHtml = (html: string, from: readonly JsonObject[]): RawDocument => ({
  bytes: Buffer.from(html),
  contentType: 'text/html; charset=utf-8',
  ...labelled(from),
})

/**
 * The narrative as the source set it, asked anew, as an item keeps its words only; where it is known no more, or came in
 * a document that the source does not keep, those words.
 */
async function narrative(
  ports: { readonly dispatcher: Dispatcher; readonly tokens: TokenSource },
  ask: DocumentAsk,
  resource: JsonObject,
  signal: AbortSignal,
): Promise<Result<RawDocument>> {
  const fetched = await fetchFrom(ports, ask, keyOf(resource), undefined, signal)
  const parse = fetched.ok ? parserOfFhir(fetched.value.contentType) : undefined
  const body = fetched.ok ? await parse?.(fetched.value.bytes) : undefined
  const fresh = body && keyOf(body) === keyOf(resource) && subjectOf(body, ask) === subjectOf(resource, ask) ? body : undefined
  const html = (fresh && compositionHtml(fresh)) ?? compositionHtml(resource)
  return html === undefined ? NO_DOCUMENT : ok(asHtml(html, [resource, ...(fresh ? [fresh] : [])]))
}

function subjectOf(resource: JsonObject, { source }: DocumentAsk): string | undefined {
  const reference = textOf(objectOf(resource['subject'])['reference'])
  return reference === undefined ? undefined : keyOfReference(reference, source.baseUrl)
}
