import type { Dispatcher } from 'undici'
import { limits } from '../../../care-record/limits.ts'
import type { FetchDocument } from '../document.ts'
import { readJson } from '../reading/http-read.ts'
import { textOf } from '../reading/json.ts'
import { addressWithin } from './address.ts'
import { attachmentOf, bytesOf, faultOf, NO_DOCUMENT, NOT_FETCHED } from './attachment.ts'
import { INTERACTIONS, spineHeaders, throughProxy, type SpineSettings } from './request.ts'

const BINARY = /\/Binary\/[A-Za-z0-9\-._]{1,128}$/

/**
 * Fetches a document of a practice through GP Connect Documents: the Binary that the attachment names, at the practice's own
 * address only. Nothing is asked about a person the register protects.
 */
export const createGpConnectDocumentFetch =
  (ports: { readonly dispatcher: Dispatcher; readonly spine: SpineSettings }): FetchDocument =>
  async ask => {
    if (ask.person.restricted === 'yes') return NO_DOCUMENT
    const attachment = attachmentOf(ask.resource, ask.attachment)
    if (!attachment) return NO_DOCUMENT
    const inline = bytesOf(attachment)
    if (inline) return inline
    const url = textOf(attachment['url'])
    // The practice says in the title why there is none, for example that it is too large to be sent.
    if (url === undefined) return NO_DOCUMENT
    const { source } = ask
    const documents = source.documentsUrl ?? source.baseUrl
    const [base, address] = [documents, source.baseUrl]
      .map(own => [own, addressWithin(own, url)] as const)
      .find(([, found]) => found !== undefined) ?? [documents, undefined]
    if (address === undefined || !BINARY.test(new URL(address).pathname)) return NOT_FETCHED
    const answer = await readJson({
      dispatcher: ports.dispatcher,
      url: throughProxy(address, ports.spine),
      method: 'GET',
      headers: spineHeaders(
        {
          ...ask,
          audience: base,
          asidTo: base === source.documentsUrl ? (source.documentsAsid ?? source.asidTo) : source.asidTo,
          interaction: INTERACTIONS.readBinary,
        },
        ports.spine,
      ),
      signal: ask.signal,
      budget: { left: limits.groupBytes },
    })
    if (!answer.ok) return faultOf(answer)
    if (answer.body['resourceType'] !== 'Binary') return NOT_FETCHED
    return bytesOf(answer.body) ?? NO_DOCUMENT
  }
