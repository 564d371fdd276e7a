import type { DocumentContent } from '../care-record/document.ts'
import type { Entry, Part } from '../care-record/entry.ts'
import type { Disclosed, Item } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { findSection, GROUPS, type Group } from '../care-record/section.ts'
import { resolveEntry } from '../care-record/snapshot.ts'
import { fetchOwnDocument, hasDocument, judged, NO_DOCUMENT, oneWord, SOMEBODY_ELSES, type Opened } from './fetch-document.ts'
import { admitAgain } from './view-again.ts'
import { about, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import { notFound, type RawDocument } from './view.ts'

/** Documents of one view by item id; the one opened longest ago goes when there are too many bytes. */
export interface KeptDocuments {
  readonly get: (itemId: string) => Opened | undefined
  readonly put: (itemId: string, opened: Opened) => void
  readonly drop: (itemId: string) => void
  readonly bytes: () => number
  readonly clear: () => void
}

export function createKeptDocuments(): KeptDocuments {
  const kept = new Map<string, Opened>()
  const bytesOf = ({ raw, content }: Opened): number => raw.bytes.length + 2 * (content.text.length + (content.html?.length ?? 0))
  const bytes = (): number => [...kept.values()].reduce((sum, one) => sum + bytesOf(one), 0)
  return {
    get(itemId) {
      const found = kept.get(itemId)
      if (!found) return undefined
      kept.delete(itemId)
      kept.set(itemId, found)
      return found
    },
    put(itemId, opened) {
      kept.delete(itemId)
      kept.set(itemId, opened)
      for (const [oldest] of kept) {
        if (kept.size === 1 || bytes() <= limits.documentsBytes) break
        kept.delete(oldest)
      }
    },
    drop: itemId => void kept.delete(itemId),
    bytes,
    clear: () => kept.clear(),
  }
}

interface DocumentRoom {
  readonly ports: Pick<ViewPorts, 'admit' | 'audit' | 'catalogue' | 'documents' | 'newId' | 'now' | 'log'>
  readonly close: (view: Live, why: NonNullable<Part['closed']>) => Promise<void>
}

/**
 * Opens the document of an entry: decided again, fetched from whoever has it, read, judged, and written down before a
 * word of it is shown. Of twins the first that can be fetched stands for all.
 *
 * @returns its content, without a body where it names another person. Faults: `not-found` (none, or none that may be
 *   shown), `unavailable`, `too-large`.
 */
export async function openDocument(
  view: Live,
  entryId: string,
  room: DocumentRoom,
): Promise<Result<{ readonly entry: Entry; readonly content: DocumentContent }>> {
  const opened = await opening(view, entryId, room, { what: 'read' })
  if (!opened.ok) return opened
  const { entry, content } = opened.value
  return ok({ entry, content: content.names === 'another-person' ? withoutBody(content) : content })
}

/** One page as PNG. Faults as `openDocument`, and `not-found` for a page it has not or a document of another person. */
export async function documentPage(view: Live, entryId: string, page: number, width: number, room: DocumentRoom): Promise<Result<Buffer>> {
  const opened = await opening(view, entryId, room, { what: 'page', page })
  if (!opened.ok) return opened
  return opened.value.content.names === 'another-person' ? NO_DOCUMENT : room.ports.documents.draw(opened.value.raw, page, width)
}

/** The bytes as they came, named by what they are. Faults as `openDocument`, and `not-found` for a document of another person. */
export async function documentOriginal(view: Live, entryId: string, room: DocumentRoom): Promise<Result<RawDocument>> {
  const opened = await opening(view, entryId, room, { what: 'original' })
  if (!opened.ok) return opened
  const { raw, content } = opened.value
  return content.names === 'another-person' ? NO_DOCUMENT : ok({ bytes: raw.bytes, contentType: content.contentType })
}

const withoutBody = ({ html: _html, ...content }: DocumentContent): DocumentContent => ({ ...content, text: '', pages: 0 })

async function opening(
  view: Live,
  entryId: string,
  room: DocumentRoom,
  how: { readonly what: 'read' | 'page' | 'original'; readonly page?: number },
): Promise<Result<Opened & { readonly entry: Entry }>> {
  const entry = resolveEntry(view.list.snapshot, entryId)
  if (view.status !== 'open' || !entry) return notFound()
  const items = (await Promise.all(view.record.statementIds(entry.id).map(view.items.get))).filter(
    item => item !== undefined && hasDocument(item),
  ) as readonly Disclosed<Item>[]
  if (items.length === 0) return NO_DOCUMENT
  let found: { readonly item: Disclosed<Item>; readonly opened: Result<Opened> } | undefined
  const kept = items.find(item => view.documents.get(item.id))
  if (kept) found = { item: kept, opened: ok(view.documents.get(kept.id) as Opened) }
  else {
    const admitted = await admitAgain(view, room)
    if (!admitted.ok) return admitted
    for (const item of items) {
      const opened = await fetchOne(view, item, room)
      if (!found || opened.ok) found = { item, opened }
      if (opened.ok || view.abort.signal.aborted) break
    }
  }
  if (!found) return NO_DOCUMENT
  const { item, opened } = found
  const event = await room.ports.audit.writeOpenView({
    ...about(view),
    kind: 'document-opened',
    outcome: opened.ok ? 'success' : 'failed',
    sections: [item.section],
    detail: {
      items: [item.id],
      versions: [item.version],
      what: how.what,
      ...(how.page === undefined ? {} : { page: how.page }),
      ...(opened.ok ? { bytes: opened.value.raw.bytes.length, names: opened.value.content.names } : { because: opened.fault.kind }),
    },
  })
  if (!event.ok) return event
  if (!opened.ok) return opened
  // Withdrawn or closed while it was on its way: the entry may stand on a twin that was not.
  if (view.status !== 'open' || !resolveEntry(view.list.snapshot, entryId) || view.items.homeOf(item.id) === undefined) return notFound()
  // What could not be read now may be readable the next time.
  if (!kept && opened.value.content.problem === undefined) view.documents.put(item.id, opened.value)
  return ok({ ...opened.value, entry })
}

async function fetchOne(view: Live, item: Disclosed<Item>, { ports }: DocumentRoom): Promise<Result<Opened>> {
  const { pass, person } = view
  const home = view.items.homeOf(item.id)
  if (!pass || !person || !home) return NO_DOCUMENT
  const { exchange, group } = homeFrom(home)
  const asked = { person, pass, transaction: view.transaction, signal: view.abort.signal }
  const catalogue = ports.catalogue()
  try {
    if (exchange === catalogue.exchange) return await fetchOwnDocument({ ...asked, item, attachment: 0 }, ports)
    const peer = catalogue.peers.find(p => p.exchange === exchange && p.state === 'live')
    if (!peer || group === undefined) return NO_DOCUMENT
    const raw = await ports.documents.askPeer({
      ...asked,
      peer,
      document: { sourceId: item.provenance.sourceId, group, itemId: item.id, attachment: 0 },
      attempt: ports.newId(),
      budgetMs: limits.documentMs,
    })
    if (!raw.ok && raw.fault.kind === 'conflict') return ok(SOMEBODY_ELSES)
    return raw.ok ? await judged(raw.value, { ...asked, item }, ports.documents) : oneWord(raw)
  } catch (error) {
    ports.log.error({ code: 'document-failed', view: view.id, err: error }, 'opening a document failed')
    return fail('unavailable', 'The document could not be opened now. Try again.')
  }
}

/** Exchange and group of a `stateKey`. */
export function homeFrom(key: string): { readonly exchange: string; readonly group: Group | undefined } {
  const group = GROUPS.find(
    one =>
      key.includes(`/${one}/`) &&
      key
        .slice(key.lastIndexOf('/') + 1)
        .split('+')
        .every(findSection),
  )
  return { exchange: key.slice(0, key.indexOf('/')), group }
}
