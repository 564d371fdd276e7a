import { createHash, createHmac } from 'node:crypto'
import type { Provenance, Resource } from '@medplum/fhirtypes'
import { hasDocument } from '../../fetch-document.ts'
import type { Taken } from '../../view.ts'
import { OURS } from './outcome.ts'

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** How resources of one person are called towards one client and user. */
export interface Names {
  readonly base: string
  /** Opaque id of the person. */
  readonly patient: string
  /** Id of an item: the same each time for the same client, user and person; says nothing of its source. */
  readonly idOf: (itemId: string) => string
  /** Whether an item may be pointed at from here. */
  readonly stands: (itemId: string) => boolean
}

/** @param key secret of this exchange. @param session the caller's. */
export function namesOf(base: string, key: Uint8Array, session: string, patient: string, standing: Iterable<string>): Names {
  const hashed = hashes(key, session, patient)
  const ids = new Map(Array.from(standing, id => [id, hashed(id)]))
  return { base, patient, idOf: itemId => ids.get(itemId) ?? hashed(itemId), stands: itemId => ids.has(itemId) }
}

/** How the items of one person are called towards one session. */
export const hashes =
  (key: Uint8Array, session: string, patient: string) =>
  (itemId: string): string =>
    `${patient}.${createHmac('sha256', key)
      .update(JSON.stringify(['fhir-id', session, patient, itemId]))
      .digest('hex')
      .slice(0, 32)}`

/** The opaque id of the person in the id of any resource of theirs. */
export const patientOf = (resourceId: string): string => resourceId.slice(0, Math.max(0, resourceId.indexOf('.')))

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/
const ATTACHMENTS: ReadonlySet<string> = new Set(['attachment', 'presentedForm', 'valueAttachment', 'contentAttachment', 'photo', 'image'])
/** Where a resource says whom it is about. */
const ABOUT = ['subject', 'patient', 'for', 'beneficiary'] as const
const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'
/** An address that means something inside a network only: where a system is reached, perhaps, and never what a code is of. */
const INNER =
  /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]|[\w-]+|[^/?#:@]*\.(?:local|localhost|internal|intranet|lan|corp|home|private))(?::\d+)?(?:[/?#]|$)/i

/**
 * A statement as its source sent it, under our ids: references lead to what can be read here and to nothing else, documents are
 * opened at this door, what its words need is contained.
 */
export function outgoing(taken: Taken, names: Names): Resource {
  const own: Fields = { ...taken.resource }
  const sourceId = taken.id.slice(0, taken.id.indexOf('/'))
  const person = personIn(own)
  const contained = new Map<string, Fields>()
  const wanted: Fields[] = []
  for (const one of taken.contained) contained.set(`${one.resourceType}/${String(one.id)}`, { ...one })
  const inside = new Map<string, string>()
  const lead = (reference: string): string | undefined => {
    if (reference.startsWith('#')) return reference
    if (reference === person) return `Patient/${names.patient}`
    const itemId = `${sourceId}/${reference}`
    if (itemId !== taken.id && names.stands(itemId)) return `${reference.slice(0, reference.indexOf('/'))}/${names.idOf(itemId)}`
    const known = inside.get(reference)
    if (known !== undefined) return known
    const one = contained.get(reference)
    if (one === undefined) return undefined
    const id = `#with-${inside.size + 1}`
    inside.set(reference, id)
    wanted.push(one)
    return id
  }
  let attachments = 0
  const walk = (value: unknown, under: string): unknown => {
    if (Array.isArray(value)) {
      const all = value.map(one => walk(one, under)).filter(one => one !== undefined)
      return all.length === 0 ? undefined : all
    }
    if (typeof value === 'string') return INNER.test(value) ? undefined : value
    if (!isFields(value)) return value
    if (ATTACHMENTS.has(under) || (under === 'content' && own['resourceType'] === 'Media')) return attachment(value)
    const out: Fields = {}
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'reference' && typeof inner === 'string') {
        const to = lead(inner)
        if (to !== undefined) out[key] = to
        continue
      }
      const clean = walk(inner, key)
      if (clean !== undefined) out[key] = clean
    }
    // An extension without a name, or whose value led nowhere, or a reference of which nothing is left, says nothing.
    if (
      (under === 'extension' || under === 'modifierExtension') &&
      (out['url'] === undefined || Object.keys(out).every(key => key === 'url' || key === 'id'))
    )
      return undefined
    return 'reference' in value && Object.keys(out).every(key => key === 'type' || key === 'id') ? undefined : out
  }
  /** Its bytes are read where they are judged, never copied from where they lie. */
  const attachment = (value: Fields): Fields => {
    const { url: _url, data: _data, size: _size, hash: _hash, ...said } = value
    attachments += 1
    const opens = attachments === 1 && taken.within === undefined && hasDocument({ resource: taken.resource } as never)
    return { ...said, ...(opens ? { url: `${names.base}/Binary/${names.idOf(taken.id)}` } : {}) }
  }

  const { resourceType, id: _id, meta, text, contained: native, ...rest } = own
  const body = walk(rest, '') as Fields
  const inner: Fields[] = Array.isArray(native) ? native.filter(isFields).map(one => walk(one, '') as Fields) : []
  for (let at = 0; at < wanted.length; at++) {
    const { id: _own, meta: _meta, text: _text, contained: _contained, ...one } = wanted[at] ?? {}
    inner.push({ ...(walk(one, '') as Fields), id: `with-${at + 1}` })
  }
  const out: Fields = {
    resourceType,
    id: names.idOf(taken.id),
    meta: { versionId: versionOf([body, inner]), ...metaOf(isFields(meta) ? (walk(meta, '') as Fields) : {}, taken) },
    ...(text === undefined ? {} : { text }),
    ...(inner.length === 0 ? {} : { contained: inner }),
    ...body,
  }
  for (const name of ABOUT) if (isThePerson(own[name])) out[name] = { ...identified(out[name]), reference: `Patient/${names.patient}` }
  // Required by its type, and led to somebody or somewhere that is not shown here, or was never said.
  if (resourceType === 'Consent' && out['policy'] === undefined && out['policyRule'] === undefined)
    out['policyRule'] = { extension: [{ url: ABSENT, valueCode: 'unknown' }] }
  if (resourceType === 'Composition' && out['author'] === undefined)
    out['author'] = [{ display: taken.provenance.author ?? taken.provenance.organisationName }]
  if (resourceType === 'Appointment')
    out['participant'] = Array.isArray(out['participant'])
      ? out['participant'].map((one: Fields) => ('actor' in one || 'type' in one ? one : { ...one, actor: { display: 'Not shown here' } }))
      : [{ actor: { reference: `Patient/${names.patient}` }, status: 'accepted' }]
  if (resourceType === 'DocumentReference' && out['content'] === undefined)
    out['content'] = [{ attachment: { extension: [{ url: ABSENT, valueCode: 'masked' }] } }]
  // Written field by field from a resource that was read: its form is what the validator and resource.test.ts hold.
  return out as unknown as Resource
}

/** Whether it is about nobody else, and says so without a reference. */
const isThePerson = (about: unknown): boolean =>
  isFields(about) &&
  about['reference'] === undefined &&
  (about['type'] === undefined || about['type'] === 'Patient') &&
  (about['identifier'] === undefined || (isFields(about['identifier']) && about['identifier']['system'] === NHS_NUMBER))
const identified = (about: unknown): Fields =>
  isFields(about) && about['identifier'] !== undefined ? { identifier: about['identifier'] } : {}

/** `Patient/…` as this resource calls the person it is about. */
function personIn(resource: Fields): string | undefined {
  for (const name of ABOUT) {
    const about = resource[name]
    const reference = isFields(about) ? about['reference'] : undefined
    if (typeof reference === 'string' && reference.startsWith('Patient/')) return reference
  }
  // Who takes part in an appointment stands among others: it is the person when there is no other person.
  const [one, ...others] = new Set(personsIn(resource))
  return others.length === 0 ? one : undefined
}

function personsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(personsIn)
  if (!isFields(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'reference' && typeof inner === 'string' && inner.startsWith('Patient/') ? [inner] : personsIn(inner),
  )
}

/** Of what leaves alone: a version of the source's bytes would tell that something was left out of them. */
const versionOf = (said: unknown): string => createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32)

function metaOf(meta: Fields, taken: Taken): Fields {
  const { provenance } = taken
  const { lastUpdated, profile, security, tag } = meta
  // Where places are masked a profile may be masked too, and is no address any more.
  const profiles = Array.isArray(profile) ? profile.filter(one => typeof one === 'string' && URL.canParse(one)) : []
  return {
    lastUpdated: typeof lastUpdated === 'string' && INSTANT.test(lastUpdated) ? lastUpdated : provenance.retrievedAt,
    source: sourceUri(taken),
    ...(profiles.length === 0 ? {} : { profile: profiles }),
    ...(Array.isArray(security) ? { security } : {}),
    ...(Array.isArray(tag) ? { tag } : {}),
  }
}

/** A place that may not be shown is not named by its system either. */
const sourceUri = ({ provenance }: Taken): string => `${OURS}:source:${provenance.odsCode === '' ? 'not-shown' : provenance.sourceId}`

export const provenanceId = (resourceId: string): string => `${resourceId}.p`

/** Who said it, for which organisation, in which system, when; when and how it was got. */
export function provenanceOf(taken: Taken, names: Names): Provenance {
  const { provenance } = taken
  const id = names.idOf(taken.id)
  const hidden = provenance.odsCode === ''
  const organisation = {
    ...(hidden ? {} : { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: provenance.odsCode } }),
    display: provenance.organisationName,
  }
  const type = (code: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code }] })
  return {
    resourceType: 'Provenance',
    id: provenanceId(id),
    extension: [
      { url: `${OURS}:extension:matched-by`, valueCode: provenance.matchedBy },
      { url: `${OURS}:extension:feed`, valueCode: provenance.feed },
    ],
    target: [{ reference: `${taken.resource.resourceType}/${id}` }],
    ...(provenance.recorded === undefined ? {} : { occurredDateTime: provenance.recorded }),
    // When we got it; when it was stated stands in `occurred`.
    recorded: provenance.retrievedAt,
    agent: [
      {
        type: type('author'),
        who: provenance.author === undefined ? organisation : { display: provenance.author },
        ...(provenance.authorRole === undefined ? {} : { role: [{ text: provenance.authorRole }] }),
        onBehalfOf: organisation,
      },
      { type: type('custodian'), who: organisation },
    ],
    entity: [
      {
        role: 'source',
        what: {
          identifier: {
            system: `${sourceUri(taken)}:original`,
            ...(INNER.test(provenance.originalIdentifier) ? {} : { value: provenance.originalIdentifier }),
          },
          display: provenance.system,
        },
      },
    ],
  }
}
