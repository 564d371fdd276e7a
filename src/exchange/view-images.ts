import type { Entry } from '../care-record/entry.ts'
import { IMAGES_LISTED, isOnDemand, parseImageList, type ImageList, type ImageSeries, type ListedImage } from '../care-record/images.ts'
import type { Disclosed, Item } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { resolveEntry } from '../care-record/snapshot.ts'
import { fetchOwnDocument, judgedImages, NO_DOCUMENT, oneWord, type Opened } from './fetch-document.ts'
import { admitAgain } from './view-again.ts'
import { homeFrom } from './view-document.ts'
import { about, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import { notFound } from './view.ts'

/** Images on one page: as many as one event says may be looked at. */
const IMAGES_A_PAGE = 12

/** One page of the images of a study. Numbers are from 1, and all that a reader names things by: no UID reaches a browser. */
export interface ImagesPage {
  readonly entry: Entry
  /** Series of all studies of the examination, in order. */
  readonly series: readonly Omit<ImageSeries, 'uid'>[]
  /** Which of them is open; 0 when there is none. */
  readonly open: number
  /** Place of the first image of the page within its series. */
  readonly first: number
  readonly images: number
  /** Whether there are images after this page. */
  readonly more: boolean
}

interface OpenSeries {
  readonly item: Disclosed<Item>
  readonly said: ImageSeries
  /** Lists of `IMAGES_LISTED`, as they were asked for. */
  readonly lists: Map<number, ImageList & { readonly of: 'series' }>
  /** Pages whose event is durable. */
  readonly written: Set<number>
}
/** What was opened of each entry of a view, and goes with it. */
const opened = new WeakMap<Live, Map<string, readonly OpenSeries[]>>()

interface ImageRoom {
  readonly ports: Pick<ViewPorts, 'admit' | 'audit' | 'catalogue' | 'documents' | 'newId' | 'now' | 'log'>
  readonly close: (view: Live, why: 'revoked') => Promise<void>
}

/**
 * Opens one page of the images of an entry: decided again, asked of whoever has them, judged, and written down which images
 * it holds before any of it is shown. Faults: `not-found` (none, or none that may be shown), `unavailable`, `too-large`.
 *
 * @param series from 1. @param page from 1, of `IMAGES_A_PAGE`.
 */
export async function openImages(
  view: Live,
  entryId: string,
  { series, page }: { readonly series: number; readonly page: number },
  room: ImageRoom,
): Promise<Result<ImagesPage>> {
  const entry = resolveEntry(view.list.snapshot, entryId)
  if (view.status !== 'open' || !entry) return notFound()
  const admitted = await admitAgain(view, room)
  if (!admitted.ok) return admitted
  const all = await seriesOf(view, entry, room)
  const wanted = all.ok ? all.value[series - 1] : undefined
  const first = (page - 1) * IMAGES_A_PAGE
  const list = wanted ? await listed(view, wanted, first, room) : ok({ images: [], more: false })
  const failed = all.ok ? (list.ok ? undefined : list) : all
  const images = list.ok ? list.value.images : []
  const items = all.ok ? [...new Set(all.value.map(one => one.item))] : []
  const event = await room.ports.audit.writeOpenView({
    ...about(view),
    kind: 'document-opened',
    outcome: failed ? 'failed' : 'success',
    sections: [entry.section],
    detail: {
      what: 'images',
      items: items.map(item => item.id),
      versions: items.map(item => item.version),
      series,
      ...(wanted ? { of: wanted.said.uid, from: first + 1, images: images.map(image => image.uid) } : {}),
      ...(failed ? { because: failed.fault.kind } : {}),
    },
  })
  if (!event.ok) return event
  if (failed) return failed
  if (!all.ok || !list.ok || !stands(view, entryId, items)) return notFound()
  if (all.value.length > 0 && (!wanted || (images.length === 0 && page > 1))) return NO_DOCUMENT
  wanted?.written.add(page)
  return ok({
    entry,
    series: all.value.map(({ said: { uid: _uid, ...said } }) => said),
    open: wanted ? series : 0,
    first: first + 1,
    images: images.length,
    more: list.value.more,
  })
}

/**
 * One image as PNG, drawn anew here from what its archive drew. Only of a page that is open: its event says that it may be
 * looked at. Faults as `openImages`, `not-found` for any other.
 *
 * @param place from 1, within the series. @param width pixels.
 */
export async function imageOf(
  view: Live,
  entryId: string,
  { series, place }: { readonly series: number; readonly place: number },
  width: number,
  room: ImageRoom,
): Promise<Result<Buffer>> {
  const entry = resolveEntry(view.list.snapshot, entryId)
  const one = entry && opened.get(view)?.get(entry.id)?.[series - 1]
  const image = one?.lists.get(Math.floor((place - 1) / IMAGES_LISTED))?.images[(place - 1) % IMAGES_LISTED]
  if (!one || !image || !one.written.has(Math.floor((place - 1) / IMAGES_A_PAGE) + 1) || !stands(view, entryId, [one.item]))
    return NO_DOCUMENT
  const key = `${one.item.id}#${one.said.uid}/${image.uid}`
  const kept = view.documents.get(key)
  const fetched = kept ? ok(kept) : await fetchImages(view, one.item, { image: `${one.said.uid}/${image.uid}`, page: 0 }, room)
  if (!fetched.ok) return fetched
  // Withdrawn or closed while it was on its way.
  if (!stands(view, entryId, [one.item])) return NO_DOCUMENT
  if (!kept) view.documents.put(key, fetched.value)
  return room.ports.documents.draw(fetched.value.raw, 1, width)
}

const stands = (view: Live, entryId: string, items: readonly Item[]): boolean =>
  view.status === 'open' &&
  resolveEntry(view.list.snapshot, entryId) !== undefined &&
  items.every(item => view.items.homeOf(item.id) !== undefined)

/** Series of every study of the entry that can be asked for, each study once; asked when it is opened first. */
async function seriesOf(view: Live, entry: Entry, room: ImageRoom): Promise<Result<readonly OpenSeries[]>> {
  const byEntry = opened.get(view) ?? new Map<string, readonly OpenSeries[]>()
  opened.set(view, byEntry)
  const items = (await Promise.all(view.record.statementIds(entry.id).map(view.items.get))).filter(
    item => item?.resource.resourceType === 'ImagingStudy' && isOnDemand(item.resource),
  ) as readonly Disclosed<Item>[]
  if (items.length === 0) return NO_DOCUMENT
  const known = byEntry.get(entry.id)
  const ofKnown = new Set(known?.map(one => one.item.id))
  if (known && items.every(item => ofKnown.has(item.id))) return ok(known)
  const all: OpenSeries[] = []
  let failed: Result<never> | undefined
  const studies = new Set<string | undefined>()
  for (const item of items) {
    // A copy in another archive stands for one that does not answer.
    if (studies.has(item.resource.id)) continue
    const list = await fetchList(view, item, { page: 0 }, room)
    if (!list.ok) failed = list
    else if (list.value.of === 'study') {
      studies.add(item.resource.id)
      all.push(...list.value.series.map(said => ({ item, said, lists: new Map(), written: new Set<number>() })))
    }
  }
  if (studies.size === 0) return failed ?? NO_DOCUMENT
  byEntry.set(entry.id, all)
  return ok(all)
}

interface Listed {
  readonly images: readonly ListedImage[]
  readonly more: boolean
}
/** Images of one page of a series, from the list that holds it. */
async function listed(view: Live, { item, said, lists }: OpenSeries, first: number, room: ImageRoom): Promise<Result<Listed>> {
  const at = Math.floor(first / IMAGES_LISTED)
  let list = lists.get(at)
  if (!list) {
    const fetched = await fetchList(view, item, { image: said.uid, page: at }, room)
    if (!fetched.ok) return fetched
    if (fetched.value.of !== 'series') return NO_DOCUMENT
    list = fetched.value
    lists.set(at, list)
  }
  const from = first % IMAGES_LISTED
  const images = list.images.slice(from, from + IMAGES_A_PAGE)
  return ok({ images, more: from + images.length < list.images.length || list.more })
}

interface Wanted {
  readonly image?: string
  readonly page: number
}

async function fetchList(view: Live, item: Disclosed<Item>, wanted: Wanted, room: ImageRoom): Promise<Result<ImageList>> {
  const fetched = await fetchImages(view, item, wanted, room)
  return fetched.ok ? parseImageList(fetched.value.raw.bytes) : fetched
}

async function fetchImages(view: Live, item: Disclosed<Item>, { image, page }: Wanted, { ports }: ImageRoom): Promise<Result<Opened>> {
  const { pass, person } = view
  const home = view.items.homeOf(item.id)
  if (!pass || !person || !home) return NO_DOCUMENT
  const { exchange, group } = homeFrom(home)
  const which = { attachment: page, ...(image === undefined ? {} : { image }) }
  const asked = { person, pass, transaction: view.transaction, signal: view.abort.signal }
  const catalogue = ports.catalogue()
  try {
    if (exchange === catalogue.exchange) return await fetchOwnDocument({ ...asked, item, ...which }, ports)
    const peer = catalogue.peers.find(p => p.exchange === exchange && p.state === 'live')
    if (!peer || group === undefined || pass.maskPlaces) return NO_DOCUMENT
    const raw = await ports.documents.askPeer({
      ...asked,
      peer,
      document: { sourceId: item.provenance.sourceId, group, itemId: item.id, ...which },
      attempt: ports.newId(),
      budgetMs: limits.documentMs,
    })
    return raw.ok ? await judgedImages(raw.value, { ...asked, item, ...which }, ports.documents) : oneWord(raw)
  } catch (error) {
    ports.log.error({ code: 'images-failed', view: view.id, err: error }, 'opening images failed')
    return fail('unavailable', 'The images could not be opened now. Try again.')
  }
}
