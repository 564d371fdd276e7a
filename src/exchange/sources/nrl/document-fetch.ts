import type { Resource } from '@medplum/fhirtypes'
import type { Dispatcher } from 'undici'
import { fail, type Result } from '../../../care-record/result.ts'
import type { DocumentAsk, FetchDocument, RawDocument } from '../document.ts'
import { addressWithin } from '../gp-connect/address.ts'
import { unwrapped } from '../fhir/document-fetch.ts'
import { attachmentOf, NO_DOCUMENT, NOT_FETCHED } from '../gp-connect/attachment.ts'
import { INTERACTIONS, spineHeaders, throughProxy, type SpineSettings } from '../gp-connect/request.ts'
import { requestHeaders } from '../reading/headers.ts'
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { custodianOf } from './pointers.ts'
import { readBytes } from './read-bytes.ts'

/** Where a custodian's documents may be fetched: decided by us, whatever a pointer says. */
export interface PointerHost {
  readonly baseUrl: string
  /** Of the custodian's system, for what goes through the Spine. */
  readonly asid?: string
  /** Client credentials with private_key_jwt, where it wants a token. */
  readonly tokenUrl?: string
  readonly clientId?: string
}

export interface NrlDocumentPorts {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
  readonly spine: SpineSettings
  /** The host of a custodian by its ODS code; `undefined`: nothing is fetched from it. */
  readonly host: (custodian: string) => PointerHost | undefined
}

/** That it is there is known, and trying again would not help: it is not fetched from where its pointer says. */
const NOT_FROM_HERE = fail(
  'forbidden',
  'This document cannot be opened from here: the system that keeps it is not one of this exchange. Ask the organisation that keeps it.',
)
const ASID_SYSTEM = 'https://fhir.nhs.uk/Id/nhsSpineASID'

/**
 * Fetches what a pointer of the National Record Locator points at. Only from the host we have for its custodian; by way of
 * the Spine proxy when the pointer says so.
 */
export const createNrlDocumentFetch =
  (ports: NrlDocumentPorts): FetchDocument =>
  async ask => {
    if (ask.person.restricted === 'yes') return NO_DOCUMENT
    const pointer = ask.resource as unknown as JsonObject
    const attachment = attachmentOf(ask.resource, ask.attachment)
    const url = textOf(attachment?.['url'])
    if (!attachment || url === undefined) return NO_DOCUMENT
    const custodian = custodianOf(pointer)
    const host = custodian === undefined ? undefined : ports.host(custodian)
    if (!host) return custodian === undefined ? NOT_FETCHED : NOT_FROM_HERE
    const target = targetOf(url)
    const address = target === undefined ? undefined : addressWithin(host.baseUrl, target.address)
    if (target === undefined || address === undefined) return NOT_FETCHED
    const throughSpine = target.throughSpine || saysSpine(ask.resource, ask.attachment)
    const fetched = throughSpine
      ? await readBytes({
          dispatcher: ports.dispatcher,
          url: ports.spine.proxyUrl === undefined ? address : throughProxy(encodeURIComponent(address), ports.spine),
          headers: {
            ...spineHeaders(
              {
                ...ask,
                audience: host.baseUrl,
                asidTo: host.asid ?? asidOf(pointer),
                interaction: INTERACTIONS.pointerContent,
              },
              ports.spine,
            ),
            accept: acceptOf(attachment),
          },
          signal: ask.signal,
        })
      : await directly(ports, ask, host, custodian ?? '', address, acceptOf(attachment))
    return fetched.ok ? unwrapped(fetched.value) : fetched
  }

async function directly(
  ports: NrlDocumentPorts,
  ask: DocumentAsk,
  host: PointerHost,
  custodian: string,
  url: string,
  accept: string,
): Promise<Result<RawDocument>> {
  const token = await ports.tokens.token({ ...host, id: `nrl-${custodian}` }, ask.signal)
  if (!token.ok) return NOT_FETCHED
  return readBytes({
    dispatcher: ports.dispatcher,
    url,
    headers: { ...requestHeaders(ask, token.value), accept },
    signal: ask.signal,
  })
}

const acceptOf = (attachment: JsonObject): string => {
  const type = textOf(attachment['contentType']) ?? ''
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? `${type}, application/fhir+json;q=0.9, */*;q=0.5` : '*/*'
}

/**
 * The provider's own address in a pointer. Met: the address itself, `ssp://` in place of `https://`, and the address
 * percent-encoded behind the proxy's.
 */
function targetOf(url: string): { readonly address: string; readonly throughSpine: boolean } | undefined {
  const behind = /^(?:ssp|https?):\/\/[^/]+\/(https?(?:%3a|:).*)$/i.exec(url)?.[1]
  try {
    if (behind !== undefined) return { address: /^https?%3a/i.test(behind) ? decodeURIComponent(behind) : behind, throughSpine: true }
    return url.startsWith('ssp://')
      ? { address: `https://${url.slice('ssp://'.length)}`, throughSpine: true }
      : { address: url, throughSpine: false }
  } catch {
    return undefined
  }
}

/** Retrieval mechanism of England's NRL profile, or a format that names the proxy. */
function saysSpine(resource: Resource, at: number): boolean {
  const content = objectsOf((resource as unknown as JsonObject)['content'])[at]
  if (!content) return false
  const mechanism = objectsOf(content['extension'])
    .filter(extension => String(extension['url']).includes('RetrievalMechanism'))
    .flatMap(extension => objectsOf(objectOf(extension['valueCodeableConcept'])['coding']).map(coding => String(coding['code'])))
  const format = isObject(content['format']) ? String(content['format']['code']) : ''
  return mechanism.some(code => code.toUpperCase() === 'SSP') || /(?:^|[:-])ssp(?:$|[:-])/i.test(format)
}

function asidOf(pointer: JsonObject): string | undefined {
  return objectsOf(objectOf(pointer['context'])['related'])
    .map(related => objectOf(related['identifier']))
    .filter(identifier => identifier['system'] === ASID_SYSTEM)
    .map(identifier => textOf(identifier['value']))[0]
}
