import type { Catalogue, SourceConfig } from '../care-record/catalogue.ts'
import type { DocumentContent } from '../care-record/document.ts'
import { IMAGE_LIST_TYPE, parseImageList, wordsOfImages } from '../care-record/images.ts'
import type { Disclosed, Item } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { SectionId } from '../care-record/section.ts'
import type { FetchDocument, RawDocument } from './sources/document.ts'

/** How a document is fetched, made safe and judged, at either end of a view. */
export interface DocumentPorts {
  /** A kind of source that is not here has no documents that can be asked for. */
  readonly fetch: Readonly<Partial<Record<SourceConfig['connector'], FetchDocument>>>
  readonly read: (
    raw: RawDocument,
    person: Pick<Person, 'nhsNumber' | 'name' | 'otherNames' | 'birthDate' | 'gender' | 'formerNumbers'>,
  ) => Promise<ReadDocument>
  /** PNG of one page, from 1, `width` pixels wide. */
  readonly draw: (raw: RawDocument, page: number, width: number) => Promise<Result<Buffer>>
  /** The words of a document are judged as everything that leaves; one without words by where its item says it is from. */
  /** An agreement that ended since the item was shown opens no document of it. */
  readonly isAgreed: (provider: string, consumer: string, section: SectionId) => boolean
  readonly mayShow: (item: Item, content: ReadDocument, pass: Pass) => Promise<boolean> | boolean
}

/** A document as it was read: with what is in its bytes and stands in no page, which is judged and goes no further. */
export interface ReadDocument extends DocumentContent {
  readonly beneath?: { readonly words: string; readonly labels: readonly string[] }
  readonly unread?: true
}

export interface Opened {
  readonly raw: RawDocument
  readonly content: DocumentContent
}

/** Said where a document is somebody else's (D133). */
export const ANOTHER_PERSON = 'Check: this document names another person.'
export const NO_DOCUMENT = fail('not-found', 'There is no document to show here.')

/**
 * The bytes behind one disclosed item of our own source, read and judged. Never rejects. Faults: `not-found` (none, or
 * it may not be shown: one word for both), `unavailable`, `too-large`.
 */
export async function fetchOwnDocument(
  ask: {
    readonly item: Disclosed<Item>
    readonly attachment: number
    /** Of a study: which of its images, or the list of them. */
    readonly image?: string
    readonly person: Person
    readonly pass: Pass
    readonly transaction: string
    readonly signal: AbortSignal
  },
  ports: { readonly documents: DocumentPorts; readonly catalogue: () => Catalogue; readonly now: () => Date },
): Promise<Result<Opened>> {
  // A letterhead cannot be taken off (care rules 3.4): it is not even fetched.
  if (ask.pass.maskPlaces) return NO_DOCUMENT
  const catalogue = ports.catalogue()
  const source = catalogue.sources.find(
    s => s.id === ask.item.provenance.sourceId && s.exchange === catalogue.exchange && s.state === 'live',
  )
  if (!source) return NO_DOCUMENT
  const { member, odsCode } = ask.item.provenance
  const provider = source.members ? (member ?? odsCode) : source.odsCode
  if (!ports.documents.isAgreed(provider, ask.pass.viewer.odsCode, ask.item.section)) return NO_DOCUMENT
  const organisationOf = (odsCode: string, name: string) =>
    catalogue.organisations.get(odsCode) ?? { odsCode, name, short: odsCode, kind: 'other' as const }
  const { viewer } = ask.pass
  const fetch = ports.documents.fetch[source.connector]
  if (!fetch) return NO_DOCUMENT
  const raw = await fetch({
    source,
    organisation: organisationOf(source.odsCode, source.system),
    viewerOrganisation: organisationOf(viewer.odsCode, viewer.organisationName),
    person: ask.person,
    pass: ask.pass,
    transaction: ask.transaction,
    resource: ask.item.resource,
    attachment: ask.attachment,
    ...(ask.image === undefined ? {} : { image: ask.image }),
    now: ports.now,
    signal: AbortSignal.any([ask.signal, AbortSignal.timeout(limits.documentMs)]),
  })
  if (!raw.ok) return oneWord(raw)
  return isStudy(ask.item) ? judgedImages(raw.value, ask, ports.documents) : judged(raw.value, ask, ports.documents)
}

/** What is gone is told as what may not be shown. */
export const oneWord = (failed: Result<never>): Result<never> => (!failed.ok && failed.fault.kind === 'not-found' ? NO_DOCUMENT : failed)

/**
 * Reads bytes that came, from a source or through a peer, and lets through what may be shown. What could not be read now,
 * or is too much to be read, is not shown unjudged.
 */
export async function judged(
  raw: RawDocument,
  ask: { readonly item: Item; readonly person: Person; readonly pass: Pass },
  ports: DocumentPorts,
): Promise<Result<Opened>> {
  if (raw.bytes.length > limits.documentBytes) return fail('too-large', 'The document is too large to be shown.')
  // A letterhead cannot be taken off (care rules 3.4).
  if (ask.pass.maskPlaces) return NO_DOCUMENT
  const read = await ports.read(raw, ask.person)
  if (read.unread) return fail('unavailable', 'The document could not be read now. Try again.')
  if (read.problem === 'too-large') return fail('too-large', 'The document is too large to be shown.')
  const { beneath = { words: '', labels: [] }, ...content } = read
  const said = { ...content, beneath: { ...beneath, labels: [...beneath.labels, ...(raw.labels ?? [])] } }
  if (read.names === 'held' || !(await ports.mayShow(ask.item, said, ask.pass))) return NO_DOCUMENT
  return ok({ raw, content })
}

const AWAY = fail('unavailable', 'The images could not be shown now. Try again.')

/**
 * Of a study: the words of a list of images are judged as everything that leaves, and an image is a picture or nothing. That
 * its study may be shown was judged on the study; what is burnt into its pixels nobody can read here.
 */
export async function judgedImages(
  raw: RawDocument,
  ask: { readonly item: Item; readonly person: Person; readonly pass: Pass; readonly image?: string },
  ports: DocumentPorts,
): Promise<Result<Opened>> {
  if (ask.pass.maskPlaces) return NO_DOCUMENT
  if (raw.bytes.length > limits.documentBytes) return fail('too-large', 'The image is too large to be shown.')
  const isList = ask.image?.includes('/') !== true
  if (isList !== (raw.contentType === IMAGE_LIST_TYPE)) return AWAY
  if (isList) {
    const list = parseImageList(raw.bytes)
    if (!list.ok) return list
    const content: DocumentContent = { ...NOTHING_READ, format: 'text', text: wordsOfImages(list.value) }
    const may = content.text === '' || (await ports.mayShow(ask.item, content, ask.pass))
    return may ? ok({ raw, content }) : NO_DOCUMENT
  }
  const read = await ports.read(raw, ask.person)
  if (read.unread || read.format !== 'image') return AWAY
  return (await ports.mayShow(ask.item, read, ask.pass)) ? ok({ raw, content: NOTHING_READ }) : NO_DOCUMENT
}

/** Types of resources that have a document behind them. */
const WITH_DOCUMENT: ReadonlySet<string> = new Set(['DocumentReference', 'DiagnosticReport', 'Composition', 'Media'])

/** Pictures of an examination, each asked for by itself. */
export const isStudy = ({ resource }: Item): boolean => resource.resourceType === 'ImagingStudy'

export const hasDocument = (item: Item): boolean => WITH_DOCUMENT.has(item.resource.resourceType)

const NOTHING_READ: DocumentContent = {
  format: 'other',
  contentType: 'application/octet-stream',
  text: '',
  pages: 0,
  printed: {},
  names: 'nobody',
}

/** What is known of a document that was not sent because it names another person. */
export const SOMEBODY_ELSES: Opened = {
  raw: { bytes: Buffer.alloc(0), contentType: '' },
  content: { ...NOTHING_READ, names: 'another-person' },
}
