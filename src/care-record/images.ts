import type { Coding } from './item.ts'
import { fail, ok, type Result } from './result.ts'

/** Images of a series that are listed at once. */
export const IMAGES_LISTED = 200
/** What a list of images goes by on its way from the exchange that asked its archive. */
export const IMAGE_LIST_TYPE = 'application/vnd.lcr.images+json'
/** Marks a study whose archive we can ask for its images. */
export const IMAGES_ON_DEMAND = { system: 'urn:lcr:images', code: 'on-demand' } as const

export const isOnDemand = ({ meta }: { readonly meta?: { readonly tag?: readonly Coding[] } }): boolean =>
  meta?.tag?.some(({ system, code }) => system === IMAGES_ON_DEMAND.system && code === IMAGES_ON_DEMAND.code) === true

/** One series of a study: pictures taken in one go. */
export interface ImageSeries {
  /** DICOM UID. */
  readonly uid: string
  readonly number?: number
  /** DICOM code: `CT`. */
  readonly modality?: string
  readonly description?: string
  readonly bodyPart?: string
  /** How many images it has, where the archive says. */
  readonly images?: number
}
export interface ListedImage {
  /** DICOM UID. */
  readonly uid: string
  readonly number?: number
}
/** What an archive lists of one study: its series, or the images of one of them. */
export type ImageList =
  | { readonly of: 'study'; readonly series: readonly ImageSeries[]; readonly more: boolean }
  | { readonly of: 'series'; readonly images: readonly ListedImage[]; readonly more: boolean }

/** A DICOM UID: numbers and dots, at most 64 characters (PS3.5 section 9). Numbers with a leading zero are met and taken. */
export const isUid = (value: unknown): value is string => typeof value === 'string' && value.length <= 64 && UID.test(value)
const UID = /^\d+(?:\.\d+)+$/

/** Which images of a study are asked for. No `series`: which it has; no `instance`: which images that one has. */
export interface ImageAsk {
  readonly series?: string
  readonly instance?: string
}

/** `{series}/{instance}`, `{series}` or nothing, as it stands in a request between exchanges. Fault `invalid` for anything else. */
export function parseImageAsk(image: string | undefined): Result<ImageAsk> {
  if (image === undefined) return ok({})
  const [series, instance, ...more] = image.split('/')
  if (more.length > 0 || !isUid(series) || (instance !== undefined && !isUid(instance)))
    return fail('invalid', 'This is not an image of a study.')
  return ok({ series, ...(instance === undefined ? {} : { instance }) })
}

/** The words of a list: judged before anything of it is shown. */
export const wordsOfImages = (list: ImageList): string =>
  list.of === 'study'
    ? list.series
        .map(({ description, bodyPart }) => [description, bodyPart].filter(Boolean).join(' '))
        .filter(Boolean)
        .join('\n')
    : ''

export const imageListBytes = (list: ImageList): Buffer => Buffer.from(JSON.stringify(list))

/** A list as another exchange sends it. Fault `unavailable`: it cannot be read. */
export function parseImageList(bytes: Buffer): Result<ImageList> {
  let said: unknown
  try {
    said = JSON.parse(bytes.toString('utf8'))
  } catch {
    return UNREAD
  }
  if (typeof said !== 'object' || said === null) return UNREAD
  const { of, more, series, images } = said as Readonly<Record<string, unknown>>
  if (typeof more !== 'boolean') return UNREAD
  if (of === 'study' && Array.isArray(series) && series.length <= IMAGES_LISTED && series.every(isSeries)) return ok({ of, series, more })
  if (of === 'series' && Array.isArray(images) && images.length <= IMAGES_LISTED && images.every(isListed)) return ok({ of, images, more })
  return UNREAD
}
const UNREAD = fail('unavailable', 'The list of images could not be read. Try again.')

const isWhole = (value: unknown): boolean => value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))
const isWords = (value: unknown): boolean => value === undefined || (typeof value === 'string' && value.length <= 200)
const isListed = (value: unknown): value is ListedImage => {
  const { uid, number } = Object(value) as Readonly<Record<string, unknown>>
  return isUid(uid) && isWhole(number)
}
const isSeries = (value: unknown): value is ImageSeries => {
  const { modality, description, bodyPart, images } = Object(value) as Readonly<Record<string, unknown>>
  return isListed(value) && isWords(modality) && isWords(description) && isWords(bodyPart) && isWhole(images)
}
