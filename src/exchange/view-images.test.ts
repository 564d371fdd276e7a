import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { PlainEntry } from '../care-record/entry.ts'
import { IMAGE_LIST_TYPE, IMAGES_ON_DEMAND, imageListBytes, type ImageList } from '../care-record/images.ts'
import type { Disclosed, Item } from '../care-record/item.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { emptySnapshot } from '../care-record/snapshot.ts'
import type { AuditDraft } from './audit/draft.ts'
import type { PeerDocumentContext } from './sources/peer/ask-peer-document.ts'
import type { DocumentAsk, RawDocument } from './sources/document.ts'
import { contextOf, sourceOf } from './sources/reading/fixtures.ts'
import { createKeptDocuments } from './view-document.ts'
import { imageOf, openImages } from './view-images.ts'
import type { Live } from './view-live.ts'

const SERIES = ['1.2.3.1', '1.2.3.2']
const IMAGES = Array.from({ length: 20 }, (_, n) => ({ uid: `1.2.3.1.${n + 1}`, number: n + 1 }))
const rawList = (list: ImageList): Result<RawDocument> => ok({ bytes: imageListBytes(list), contentType: IMAGE_LIST_TYPE })
const study = rawList({ of: 'study', series: SERIES.map(uid => ({ uid, description: 'Axial' })), more: false })
const images = rawList({ of: 'series', images: IMAGES, more: false })
const picture: Result<RawDocument> = ok({ bytes: Buffer.from([0xff, 0xd8, 0xff]), contentType: 'image/jpeg' })
const away = fail('unavailable', 'away')

const item = (sourceId: string, uid = '1.2.3'): Disclosed<Item> =>
  ({
    id: `${sourceId}/ImagingStudy/${uid}`,
    version: '1',
    section: 'imaging',
    resource: { resourceType: 'ImagingStudy', id: uid, status: 'available', subject: {}, meta: { tag: [IMAGES_ON_DEMAND] } },
    provenance: { sourceId, odsCode: 'RJZ' },
  }) as unknown as Disclosed<Item>
const entry = { id: 'e1', kind: 'plain', section: 'imaging', list: 'current', sort: 'a', title: 'CT head' } as PlainEntry

interface Over {
  readonly items?: readonly Disclosed<Item>[]
  readonly exchange?: string
  readonly masked?: boolean
  readonly admitted?: boolean
  readonly writes?: boolean
  readonly isAgreed?: boolean
  readonly mayShow?: boolean
  readonly fetch?: (sourceId: string, image: string | undefined) => Result<RawDocument>
}
/** An open view with one examination, and what was asked and written for it. */
function stage(over: Over = {}) {
  const fetched: string[] = []
  const events: AuditDraft[] = []
  const { person, pass: usual } = contextOf('recent', {})
  const pass = { ...usual, maskPlaces: over.masked === true }
  const items = over.items ?? [item('archive')]
  const standing = new Set(items.map(one => one.id))
  const snapshot = emptySnapshot()
  snapshot.entries.set('imaging', new Map([['e1', entry]]))
  const view = {
    id: 'v',
    request: { viewer: pass.viewer, nhsNumber: person.nhsNumber, purpose: 'direct-care' },
    transaction: 't',
    list: { snapshot },
    abort: new AbortController(),
    record: { statementIds: () => items.map(one => one.id) },
    items: {
      get: async (id: string) => (standing.has(id) ? items.find(one => one.id === id) : undefined),
      homeOf: (id: string) => (standing.has(id) ? `${over.exchange ?? 'SEL'}/archive/recent/imaging` : undefined),
    },
    documents: createKeptDocuments(),
    status: 'open',
    person,
    evidence: { facts: [], unavailable: [], asked: [] },
    pass,
  } as unknown as Live
  const answer = (sourceId: string, image: string | undefined): Result<RawDocument> => {
    fetched.push(`${sourceId} ${image ?? ''}`.trim())
    if (over.fetch) return over.fetch(sourceId, image)
    return image === undefined ? study : image.includes('/') ? picture : images
  }
  const catalogue = {
    exchange: 'SEL',
    organisations: new Map(),
    sources: ['archive', 'copy'].map(id => sourceOf({ id, connector: 'dicomweb' })),
    peers: [{ exchange: 'NCL', title: '', baseUrl: '', state: 'live', trustedEvidence: [] }],
  } as unknown as Catalogue
  const closed: string[] = []
  const room = {
    close: async (_: Live, why: string) => {
      closed.push(why)
      view.status = 'closed'
    },
    ports: {
      admit: async () =>
        ok(over.admitted === false ? { verdict: 'refuse', code: 'relationship', reasons: [] } : { verdict: 'permit', pass, reasons: [] }),
      audit: {
        writeOpenView: async (draft: AuditDraft) => (
          events.push(draft),
          over.writes === false ? fail('unavailable', 'unwritten') : ok({ id: 'event' })
        ),
      },
      catalogue: () => catalogue,
      documents: {
        fetch: { dicomweb: async (ask: DocumentAsk) => answer(ask.source.id, ask.image) },
        read: async () => ({ format: 'image', contentType: 'image/jpeg', text: '', pages: 1, printed: {}, names: 'nobody' }),
        draw: async () => ok(Buffer.from('PNG')),
        isAgreed: () => over.isAgreed !== false,
        mayShow: () => over.mayShow !== false,
        askPeer: async ({ document }: PeerDocumentContext) => answer(`peer ${document.sourceId}`, document.image),
      },
      newId: () => 'id',
      now: () => new Date('2026-11-21T11:00:00Z'),
      log: { error: () => {}, warn: () => {}, info: () => {} },
    },
  } as unknown as Parameters<typeof openImages>[3]
  return { view, room, fetched, events, closed, standing }
}
const FIRST = { series: 1, page: 1 }

test('D134: a page of twelve is written down before it is shown; an image of it needs no further event and is fetched once', async () => {
  const { view, room, fetched, events } = stage()
  const page = await openImages(view, 'e1', FIRST, room)
  assert.ok(page.ok)
  assert.deepEqual([page.value.series.length, page.value.images, page.value.more], [2, 12, true])
  assert.doesNotMatch(JSON.stringify(page.value), /1\.2\.3/, 'no UID')
  assert.deepEqual(
    events[0]?.detail?.['images'],
    IMAGES.slice(0, 12).map(one => one.uid),
  )
  for (const width of [320, 1_200]) assert.ok((await imageOf(view, 'e1', { series: 1, place: 12 }, width, room)).ok)
  assert.deepEqual(fetched, ['archive', 'archive 1.2.3.1', 'archive 1.2.3.1/1.2.3.1.12'])
  assert.equal(events.length, 1)
  const second = await openImages(view, 'e1', { series: 1, page: 2 }, room)
  assert.ok(second.ok && second.value.images === 8 && !second.value.more)
})

test('rule 1: of a page that was not opened, or could not be written down, no image is fetched', async () => {
  const unopened = stage()
  assert.ok(!(await imageOf(unopened.view, 'e1', { series: 1, place: 1 }, 320, unopened.room)).ok)
  assert.deepEqual(unopened.fetched, [])
  const other = stage()
  await openImages(other.view, 'e1', FIRST, other.room)
  for (const at of [
    { series: 1, place: 13 },
    { series: 2, place: 1 },
    { series: 3, place: 1 },
    { series: 1, place: 0 },
    { series: 1, place: 999 },
  ])
    assert.ok(!(await imageOf(other.view, 'e1', at, 320, other.room)).ok, JSON.stringify(at))
  const unwritten = stage({ writes: false })
  const page = await openImages(unwritten.view, 'e1', FIRST, unwritten.room)
  assert.ok(!page.ok && page.fault.kind === 'unavailable')
  assert.ok(!(await imageOf(unwritten.view, 'e1', { series: 1, place: 1 }, 320, unwritten.room)).ok)
})

const refused: readonly (readonly [name: string, Over, kind: string])[] = [
  ['that may no longer be looked at', { admitted: false }, 'not-found'],
  ['of a person whose places are masked', { masked: true }, 'not-found'],
  ['of a peer, of a person whose places are masked', { masked: true, exchange: 'NCL' }, 'not-found'],
  ['of an exchange that is no peer', { exchange: 'NEL' }, 'not-found'],
  ['whose words may not be shown', { mayShow: false }, 'not-found'],
  ['whose provider shares it no longer', { isAgreed: false }, 'not-found'],
  ['of an archive that is away', { fetch: () => away }, 'unavailable'],
  ['of a peer that is away', { exchange: 'NCL', fetch: () => away }, 'unavailable'],
  ['of an archive that sends something else', { fetch: () => picture }, 'unavailable'],
  ['of a source that has no images to ask for', { items: [item('kch')] }, 'not-found'],
  ['of nothing', { items: [] }, 'not-found'],
]
for (const [name, over, kind] of refused)
  test(`HAZ-041: images ${name} are ${kind}`, async () => {
    const { view, room, fetched, events } = stage(over)
    const page = await openImages(view, 'e1', FIRST, room)
    assert.ok(!page.ok)
    assert.equal(page.fault.kind, kind)
    if (over.masked === true || over.admitted === false) assert.deepEqual(fetched, [], 'nothing is asked')
    assert.ok(events.every(event => event.outcome === 'failed'))
  })

test('HAZ-042: a copy in another archive stands for one that is away; a study is shown once', async () => {
  const both = { items: [item('archive'), item('copy')] }
  const away1 = stage({ ...both, fetch: (id, image) => (id === 'archive' ? away : image === undefined ? study : images) })
  const page = await openImages(away1.view, 'e1', FIRST, away1.room)
  assert.ok(page.ok && page.value.series.length === 2)
  const here = stage(both)
  const once = await openImages(here.view, 'e1', FIRST, here.room)
  assert.ok(once.ok && once.value.series.length === 2)
  assert.ok(!here.fetched.some(one => one.startsWith('copy')))
})

test('R007: what is held while the page is open is shown no more', async () => {
  const { view, room, standing } = stage()
  await openImages(view, 'e1', FIRST, room)
  assert.ok((await imageOf(view, 'e1', { series: 1, place: 1 }, 320, room)).ok)
  standing.clear()
  assert.ok(!(await imageOf(view, 'e1', { series: 1, place: 1 }, 320, room)).ok, 'though it was fetched before')
  assert.ok(!(await openImages(view, 'e1', FIRST, room)).ok)
})

test('what a peer sends is judged here again', async () => {
  const { view, room, fetched } = stage({ exchange: 'NCL' })
  assert.ok((await openImages(view, 'e1', FIRST, room)).ok)
  assert.ok((await imageOf(view, 'e1', { series: 1, place: 1 }, 320, room)).ok)
  assert.deepEqual(fetched, ['peer archive', 'peer archive 1.2.3.1', 'peer archive 1.2.3.1/1.2.3.1.1'])
  const judged = stage({ exchange: 'NCL', mayShow: false })
  assert.ok(!(await openImages(judged.view, 'e1', FIRST, judged.room)).ok)
})
