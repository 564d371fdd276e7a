import type { Dispatcher } from 'undici'
import {
  IMAGE_LIST_TYPE,
  IMAGES_LISTED,
  imageListBytes,
  isUid,
  parseImageAsk,
  type ImageAsk,
  type ImageList,
  type ImageSeries,
  type ListedImage,
} from '../../../care-record/images.ts'
import { limits } from '../../../care-record/limits.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { DocumentAsk, FetchDocument, RawDocument } from '../document.ts'
import { readBytes } from '../nrl/read-bytes.ts'
import { requestHeaders } from '../reading/headers.ts'
import type { Failed } from '../reading/http-read.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { numberAt, textAt, type Attribute, type DataSet } from './dicom-json.ts'
import { search, type Found } from './qido.ts'

/** An image that takes longer is tried again by whoever wants it, milliseconds. */
const IMAGE_MS = 8_000
const NO_IMAGE = fail('not-found', 'There is no such image.')
const AWAY = fail('unavailable', 'The images could not be fetched now. Try again.')

const SERIES_FIELDS: readonly Attribute[] = [
  'seriesUid',
  'modality',
  'seriesDescription',
  'seriesNumber',
  'bodyPart',
  'imagesInSeries',
  'patientId',
]
const INSTANCE_FIELDS: readonly Attribute[] = ['instanceUid', 'instanceNumber', 'patientId']
/** What is kept beside pictures and has none of its own. */
const NO_PICTURES: ReadonlySet<string> = new Set(['SR', 'PR', 'KO', 'SEG', 'REG', 'DOC', 'ECG', 'HD', 'AU', 'RTSTRUCT', 'RTPLAN', 'RTDOSE'])

interface Ports {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
}

/**
 * What an archive has of one study that was disclosed: its series, the images of one of them (`attachment` is the page of that
 * list, from 0), or one image as the archive itself draws it (WADO-RS `rendered`). Lists come as `IMAGE_LIST_TYPE`.
 *
 * Never rejects. Faults as `FetchDocument`; a series or image that is not of this study and person is `not-found`.
 */
export const createDicomwebImages =
  (ports: Ports): FetchDocument =>
  async ask => {
    const signal = AbortSignal.any([ask.signal, AbortSignal.timeout(IMAGE_MS)])
    try {
      const wanted = parseImageAsk(ask.image)
      const { resource, source } = ask
      if (!wanted.ok || resource.resourceType !== 'ImagingStudy' || !isUid(resource.id)) return NO_IMAGE
      const token = await ports.tokens.token(source, signal)
      if (!token.ok) return AWAY
      const study = `${source.baseUrl.replace(/\/+$/, '')}/studies/${resource.id}`
      const headers = requestHeaders(ask, token.value)
      const wire = { dispatcher: ports.dispatcher, headers, signal, ask, study, uid: resource.id }
      const { series, instance } = wanted.value
      return series !== undefined && instance !== undefined ? await imageOf(wire, series, instance) : await listOf(wire, wanted.value)
    } catch {
      return AWAY
    }
  }

interface Wire {
  readonly dispatcher: Dispatcher
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly ask: DocumentAsk
  /** `{base}/studies/{uid}` */
  readonly study: string
  readonly uid: string
}

const listing = ({ dispatcher, headers, signal }: Wire, url: string, fields: readonly Attribute[], page: number): Promise<Found | Failed> =>
  search({
    dispatcher,
    url,
    match: {},
    fields,
    limit: IMAGES_LISTED,
    offset: page * IMAGES_LISTED,
    headers,
    signal,
    budget: { left: limits.groupBytes },
  })

async function listOf(wire: Wire, { series }: ImageAsk): Promise<Result<RawDocument>> {
  const page = wire.ask.attachment
  const found =
    series === undefined
      ? await listing(wire, `${wire.study}/series`, SERIES_FIELDS, page)
      : await listing(wire, `${wire.study}/series/${series}/instances`, INSTANCE_FIELDS, page)
  if (!found.ok) return found.status === 404 ? NO_IMAGE : AWAY
  const sets = found.sets.slice(0, IMAGES_LISTED)
  // One that says it is of another study, series or person makes the whole list one that is not to be trusted.
  if (!sets.every(set => isOf(set, wire, series))) return AWAY
  const more = found.sets.length >= IMAGES_LISTED
  const list: ImageList =
    series === undefined
      ? { of: 'study', series: inNumber(sets.flatMap(seriesOf)), more }
      : { of: 'series', images: inNumber(sets.flatMap(instanceOf)), more }
  return ok({ bytes: imageListBytes(list), contentType: IMAGE_LIST_TYPE })
}

const isOf = (set: DataSet, { uid, ask }: Wire, series: string | undefined): boolean =>
  says(set, 'studyUid', uid) &&
  (series === undefined || says(set, 'seriesUid', series)) &&
  (textAt(set, 'patientId')?.replaceAll(/[\s-]/g, '') ?? ask.person.nhsNumber) === ask.person.nhsNumber

const says = (set: DataSet, attribute: Attribute, what: string): boolean => (textAt(set, attribute) ?? what) === what

const inNumber = <T extends { readonly number?: number; readonly uid: string }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || (a.uid < b.uid ? -1 : 1))

function seriesOf(set: DataSet): readonly ImageSeries[] {
  const [uid, modality] = [textAt(set, 'seriesUid'), textAt(set, 'modality')]
  if (!isUid(uid) || (modality !== undefined && NO_PICTURES.has(modality))) return []
  const [number, description, bodyPart, images] = [
    numberAt(set, 'seriesNumber'),
    textAt(set, 'seriesDescription'),
    textAt(set, 'bodyPart'),
    numberAt(set, 'imagesInSeries'),
  ]
  return [
    {
      uid,
      ...(number === undefined ? {} : { number }),
      ...(modality === undefined ? {} : { modality }),
      ...(description === undefined ? {} : { description }),
      ...(bodyPart === undefined ? {} : { bodyPart }),
      ...(images === undefined ? {} : { images }),
    },
  ]
}

function instanceOf(set: DataSet): readonly ListedImage[] {
  const [uid, number] = [textAt(set, 'instanceUid'), numberAt(set, 'instanceNumber')]
  return isUid(uid) ? [{ uid, ...(number === undefined ? {} : { number }) }] : []
}

/** Drawn by the archive with its own window; that it is of this study and person is asked first, as a picture does not say. */
async function imageOf(wire: Wire, series: string, instance: string): Promise<Result<RawDocument>> {
  const { dispatcher, headers, signal, study } = wire
  const found = await search({
    dispatcher,
    url: `${study}/series/${series}/instances`,
    match: { SOPInstanceUID: instance },
    fields: INSTANCE_FIELDS,
    limit: 2,
    offset: 0,
    headers,
    signal,
    budget: { left: limits.groupBytes },
  })
  if (!found.ok) return found.status === 404 ? NO_IMAGE : AWAY
  if (!found.sets.some(set => textAt(set, 'instanceUid') === instance && isOf(set, wire, series))) return NO_IMAGE
  return readBytes({
    dispatcher,
    url: `${study}/series/${series}/instances/${instance}/rendered`,
    // Archives are met that take one type and no list of them; this one each must have (PS3.18 table 8.7.4-1).
    headers: { ...headers, accept: 'image/jpeg' },
    signal,
  })
}
