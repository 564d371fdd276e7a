import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { Agent } from 'undici'
import { IMAGE_LIST_TYPE, parseImageAsk, parseImageList, type ImageList } from '../care-record/images.ts'
import type { Item } from '../care-record/item.ts'
import { ok, type Result } from '../care-record/result.ts'
import { createDocuments } from './documents/documents.ts'
import { judgedImages, type DocumentPorts } from './fetch-document.ts'
import { dicomJson, setOf, STUDY_UID } from './sources/dicomweb/for-tests.ts'
import { createDicomwebImages } from './sources/dicomweb/images.ts'
import type { RawDocument } from './sources/document.ts'
import { answering } from './sources/reading/answering.ts'
import { contextOf } from './sources/reading/fixtures.ts'

const SERIES = '1.2.3.1'
const IMAGE = '1.2.3.1.1'
const jpeg = createCanvas(64, 48).toBuffer('image/jpeg')
const study = { resourceType: 'ImagingStudy', id: STUDY_UID, status: 'available', subject: {} } as Item['resource']
const series = setOf({ seriesUid: SERIES, modality: 'CT', seriesDescription: 'Axial', seriesNumber: 1, imagesInSeries: 3 })
const instance = (uid = IMAGE, over: Parameters<typeof setOf>[0] = {}) => setOf({ instanceUid: uid, instanceNumber: 1, ...over })

interface Archive {
  readonly series?: unknown
  readonly instances?: unknown
  readonly picture?: Buffer
  readonly type?: string
  readonly status?: number
}
/** What comes of one question to an archive that answers so, and the addresses it was asked. */
async function fetched(
  ask: { readonly image?: string; readonly attachment?: number; readonly resource?: Item['resource'] },
  archive: Archive = {},
): Promise<{ readonly got: Result<RawDocument>; readonly asked: readonly string[] }> {
  const server = await answering((url, response) => {
    if (archive.status !== undefined) return void response.writeHead(archive.status).end()
    if (url.pathname.endsWith('/rendered'))
      return void response.writeHead(200, { 'content-type': archive.type ?? 'image/jpeg' }).end(archive.picture ?? jpeg)
    return dicomJson(response, url.pathname.endsWith('/series') ? (archive.series ?? [series]) : (archive.instances ?? [instance()]))
  })
  try {
    const context = contextOf('recent', { id: 'archive', connector: 'dicomweb', baseUrl: `${server.url}/dicom-web` })
    const fetch = createDicomwebImages({ dispatcher: server.dispatcher, tokens: { token: async () => ok('t') } })
    const got = await fetch({
      ...context,
      source: context.ask.source,
      resource: ask.resource ?? study,
      attachment: ask.attachment ?? 0,
      ...(ask.image === undefined ? {} : { image: ask.image }),
    })
    return { got, asked: server.seen.map(({ url }) => url) }
  } finally {
    await server.close()
  }
}
const listOf = (got: Result<RawDocument>): ImageList => {
  assert.ok(got.ok)
  assert.equal(got.value.contentType, IMAGE_LIST_TYPE)
  const list = parseImageList(got.value.bytes)
  assert.ok(list.ok)
  return list.value
}

test('the series of a study, then the images of one, then one image as the archive draws it', async () => {
  assert.deepEqual(listOf((await fetched({})).got), {
    of: 'study',
    series: [{ uid: SERIES, number: 1, modality: 'CT', description: 'Axial', images: 3 }],
    more: false,
  })
  const images = await fetched({ image: SERIES })
  assert.deepEqual(listOf(images.got), { of: 'series', images: [{ uid: IMAGE, number: 1 }], more: false })
  const { got, asked } = await fetched({ image: `${SERIES}/${IMAGE}` })
  assert.ok(got.ok)
  assert.deepEqual(got.value.bytes, jpeg)
  assert.equal(asked.at(-1), `/dicom-web/studies/${STUDY_UID}/series/${SERIES}/instances/${IMAGE}/rendered`)
})

test('a long series is listed two hundred at a time, in the order of its numbers', async () => {
  const all = Array.from({ length: 200 }, (_, n) => instance(`1.2.3.1.${n}`, { instanceNumber: 200 - n }))
  const { got, asked } = await fetched({ image: SERIES, attachment: 2 }, { instances: all })
  const list = listOf(got)
  assert.ok(list.of === 'series')
  assert.deepEqual([list.images.length, list.more, list.images[0]?.number], [200, true, 1])
  assert.match(asked[0] ?? '', /limit=200&offset=400/)
})

test('what is kept beside pictures is no series of pictures', async () => {
  const list = listOf((await fetched({}, { series: [series, setOf({ seriesUid: '1.2.9', modality: 'SR' })] })).got)
  assert.equal(list.of === 'study' && list.series.length, 1)
})

const refused: readonly (readonly [name: string, Parameters<typeof fetched>, kind: string])[] = [
  ['a path in a UID', [{ image: '../1.2.3' }], 'not-found'],
  ['an address in a UID', [{ image: `${SERIES}/http://x` }], 'not-found'],
  ['more than a series and an image', [{ image: `${SERIES}/${IMAGE}/1.2` }], 'not-found'],
  ['a resource that is no study', [{ resource: { resourceType: 'Media', id: STUDY_UID } as Item['resource'] }], 'not-found'],
  ['a study without a UID', [{ resource: { ...study, id: 'x/../y' } }], 'not-found'],
  ['series that say they are of another study', [{}, { series: [{ ...series, ...setOf({ studyUid: '1.9.9' }) }] }], 'unavailable'],
  ['series that say they are of another person', [{}, { series: [{ ...series, ...setOf({ patientId: '9990000026' }) }] }], 'unavailable'],
  [
    'images that say they are of another series',
    [{ image: SERIES }, { instances: [instance(IMAGE, { seriesUid: '1.9' })] }],
    'unavailable',
  ],
  ['an image that is not in the series', [{ image: `${SERIES}/1.2.3.1.7` }], 'not-found'],
  [
    'an image of another person',
    [{ image: `${SERIES}/${IMAGE}` }, { instances: [instance(IMAGE, { patientId: '9990000026' })] }],
    'not-found',
  ],
  ['an image of more than 20 MB', [{ image: `${SERIES}/${IMAGE}` }, { picture: Buffer.alloc(21 * 1024 * 1024) }], 'too-large'],
  ['an archive that does not know it', [{}, { status: 404 }], 'not-found'],
  ['an archive that fails', [{}, { status: 500 }], 'unavailable'],
]
for (const [name, given, kind] of refused)
  test(`HAZ-041: ${name} is ${kind}`, async () => {
    const { got, asked } = await fetched(...given)
    assert.ok(!got.ok)
    assert.equal(got.fault.kind, kind)
    assert.ok(!/9990000018|TEST/.test(got.fault.detail))
    if (given[0].image?.includes('http') || given[0].image?.includes('..')) assert.deepEqual(asked, [], 'nothing is asked')
  })

const room = createDocuments()
after(() => room.stop())
const dispatcher = new Agent()
after(() => dispatcher.close())
const { person, pass } = contextOf('recent', {})
const item = { id: `archive/ImagingStudy/${STUDY_UID}`, section: 'imaging', resource: study, provenance: { odsCode: 'RJZ' } } as Item
const judge = (raw: RawDocument, image: string | undefined, over: Partial<DocumentPorts> = {}, masked = false) =>
  judgedImages(
    raw,
    { item, person, pass: { ...pass, maskPlaces: masked }, ...(image === undefined ? {} : { image }) },
    { fetch: {}, read: room.read, draw: room.drawPage, isAgreed: () => true, mayShow: () => true, ...over },
  )
const list = (words: string): RawDocument => ({
  bytes: Buffer.from(JSON.stringify({ of: 'study', series: [{ uid: SERIES, description: words }], more: false })),
  contentType: IMAGE_LIST_TYPE,
})
const picture: RawDocument = { bytes: jpeg, contentType: 'image/jpeg' }

test('a picture is a picture, a list is a list; each only where it was asked for', async () => {
  assert.ok((await judge(picture, `${SERIES}/${IMAGE}`)).ok)
  assert.ok((await judge(list('Axial'), undefined)).ok)
  for (const [raw, image] of [
    [list('Axial'), `${SERIES}/${IMAGE}`],
    [picture, undefined],
    [picture, SERIES],
    [{ bytes: Buffer.from('<script>alert(1)</script>'), contentType: 'image/jpeg' }, `${SERIES}/${IMAGE}`],
    [{ bytes: Buffer.from('%PDF-1.7'), contentType: 'image/jpeg' }, `${SERIES}/${IMAGE}`],
    [{ bytes: Buffer.from('{"of":"study","series":[{"uid":"../.."}],"more":false}'), contentType: IMAGE_LIST_TYPE }, undefined],
    [{ bytes: Buffer.from('{"of":"study"'), contentType: IMAGE_LIST_TYPE }, undefined],
  ] as const)
    assert.ok(!(await judge(raw, image)).ok)
})

test('care rules 3.4: nothing of a person whose places are masked, list or picture', async () => {
  for (const [raw, image] of [
    [picture, `${SERIES}/${IMAGE}`],
    [list('Axial'), undefined],
  ] as const) {
    const got = await judge(raw, image, {}, true)
    assert.ok(!got.ok && got.fault.kind === 'not-found')
  }
})

test('HAZ-012: words of a series are judged before any of it is shown', async () => {
  const judged: string[] = []
  const mayShow: DocumentPorts['mayShow'] = (_, { text }) => (judged.push(text), !text.includes('GUM'))
  assert.ok(!(await judge(list('GUM clinic'), undefined, { mayShow })).ok)
  assert.ok((await judge(list('Axial'), undefined, { mayShow })).ok)
  assert.deepEqual(judged, ['GUM clinic', 'Axial'])
})

test('what is asked for between exchanges is a series, an image or nothing', () => {
  for (const image of ['', '/', '1.2/', '/1.2', '1.2/1.3/1.4', 'a/b', '1.2%2f1.3', ' 1.2']) assert.ok(!parseImageAsk(image).ok, image)
  assert.deepEqual(parseImageAsk('1.2/1.3'), ok({ series: '1.2', instance: '1.3' }))
  assert.deepEqual(parseImageAsk(undefined), ok({}))
})
