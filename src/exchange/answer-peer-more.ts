import type { Disclosed, Item } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import type { PeerDocument, PeerReported, PeerRequest } from '../care-record/peer.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { admitPeerRequest, type AnswerPeerPorts } from './answer-peer.ts'
import { ANOTHER_PERSON, fetchOwnDocument, hasDocument, isStudy, NO_DOCUMENT, type DocumentPorts } from './fetch-document.ts'
import { gather } from './gather.ts'
import type { RawDocument } from './sources/document.ts'
import type { Report } from './view-ports.ts'

/** A refusal over this wire says only whether to try again. */
const refusal = (because: string): ReturnType<typeof fail> =>
  because === 'unavailable' ? fail('unavailable', 'The document cannot be fetched now.') : NO_DOCUMENT

/**
 * One document for another exchange's professional. Nothing is taken on the asker's word: the person is identified, the
 * professional admitted, the item asked of its source and disclosed again here, and its bytes read and judged by our
 * rules before they leave; the event is durable before that. Faults: `not-found` (knows nothing, or may not say),
 * `unavailable`, `too-large`.
 */
export async function documentForPeer(
  request: PeerRequest,
  wanted: PeerDocument,
  ports: AnswerPeerPorts & { readonly documents: DocumentPorts },
  signal: AbortSignal,
): Promise<Result<RawDocument>> {
  const startedMs = ports.nowMs()
  const admission = await admitPeerRequest(request, ports, signal)
  if (!admission.ok) return refusal(admission.because)
  const { person, pass, about } = admission.value
  const { transaction, attempt } = request.claims
  const { asks } = await ports.locate(person, pass, [wanted.group])
  const [ask] = asks.filter(a => a.source.id === wanted.sourceId && a.group === wanted.group)
  if (!ask) return NO_DOCUMENT
  let item: Disclosed<Item> | undefined
  let answered = false
  const budgetMs = Math.min(limits.askMs, Math.max(1, request.budgetMs - (ports.nowMs() - startedMs)))
  await gather({ person, pass, asks: [ask], peers: [], groups: [wanted.group], transaction, attempt, budgetMs, signal }, ports, {
    async answered({ answers }) {
      answered ||= answers.some(
        answer => answer.outcome === 'answered' || answer.outcome === 'partial' || answer.outcome === 'nothing-held',
      )
      item ??= answers.flatMap(answer => answer.items).find(one => one.id === wanted.itemId)
    },
    peerPlanned: async () => {},
    peerEnded: async () => {},
  })
  if (!answered) return refusal('unavailable')
  if (!item || !(hasDocument(item) || isStudy(item))) return NO_DOCUMENT
  const opened = await fetchOwnDocument(
    {
      item,
      attachment: wanted.attachment,
      ...(wanted.image === undefined ? {} : { image: wanted.image }),
      person,
      pass,
      transaction,
      signal,
    },
    ports,
  )
  const mayLeave = opened.ok && opened.value.content.names !== 'another-person'
  const event = await ports.audit.writeOpenView({
    ...about,
    kind: 'peer-disclosed',
    outcome: mayLeave ? 'success' : 'failed',
    source: { id: ask.source.id, odsCode: ask.source.odsCode, exchange: ask.source.exchange },
    sections: [item.section],
    detail: {
      what: isStudy(item) ? 'images' : 'document',
      ...(wanted.image === undefined ? {} : { image: wanted.image }),
      items: [item.id],
      ...(opened.ok ? { bytes: opened.value.raw.bytes.length } : { because: opened.fault.kind }),
    },
    manifests: [{ sourceId: ask.source.id, sections: [item.section], items: [{ id: item.id, version: item.version }] }],
  })
  if (!event.ok) return refusal('unavailable')
  if (!opened.ok) return opened
  // What names another person stays where it is; the asker is told that it does.
  return mayLeave ? ok(opened.value.raw) : fail('conflict', ANOTHER_PERSON)
}

/**
 * Another exchange's professional says that items are not about the person. Held here for all, though only what was
 * disclosed to that very exchange and user in that very transaction: a peer cannot hide what it was never shown.
 */
export async function reportFromPeer(
  request: PeerRequest,
  reported: PeerReported,
  ports: AnswerPeerPorts & {
    readonly disclosedTo: (of: {
      readonly exchange: string
      readonly transaction: string
      readonly sdsUserId: string
      readonly nhsNumbers: readonly string[]
    }) => Promise<ReadonlySet<string>>
    readonly report: (report: Report) => Promise<Result<void>>
  },
  signal: AbortSignal,
): Promise<Result<void>> {
  const admission = await admitPeerRequest(request, ports, signal)
  if (!admission.ok) return refusal(admission.because)
  const { person, about } = admission.value
  const { transaction, user } = request.claims
  const numbers = [person.nhsNumber, request.subject.nhsNumber, ...(person.formerNumbers ?? [])]
  const disclosed = await ports
    .disclosedTo({ exchange: request.from, transaction, sdsUserId: user.sdsUserId, nhsNumbers: [...new Set(numbers)] })
    .catch(() => undefined)
  if (!disclosed) return refusal('unavailable')
  const own = new Set(
    ports
      .catalogue()
      .sources.filter(s => s.exchange === ports.catalogue().exchange)
      .map(s => s.id),
  )
  const items = reported.itemIds
    .map(itemId => ({ itemId, sourceId: itemId.slice(0, itemId.indexOf('/')) }))
    .filter(({ itemId, sourceId }) => disclosed.has(itemId) && own.has(sourceId))
  if (items.length !== reported.itemIds.length) return fail('not-found', 'There is nothing of that kind here.')
  return ports.report({
    items,
    person,
    viewer: about.viewer ?? admission.value.pass.viewer,
    transaction,
    assertingExchange: request.from,
    ...(reported.words === undefined ? {} : { words: reported.words }),
  })
}
