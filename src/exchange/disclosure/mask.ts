import type { Resource } from '@medplum/fhirtypes'
import type { Organisation, ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Chip, Entry } from '../../care-record/entry.ts'
import type { Item, SourceName } from '../../care-record/item.ts'
import type { Person } from '../../care-record/person.ts'
import { createPlaceReader } from './places.ts'

/** What stands where an organisation would (care rules: people the national register marks as sensitive). */
export const NOT_SHOWN = 'Organisation not shown'

/** Fields that say where something was, or who from where. */
const PLACES: ReadonlySet<string> = new Set([
  'text',
  'address',
  'telecom',
  'location',
  'locationReference',
  'locationCode',
  'serviceProvider',
  'managingOrganization',
  'custodian',
  'organization',
  'healthcareService',
  'hospitalization',
  'performer',
  'performerType',
  'author',
  'recorder',
  'asserter',
  'requester',
  'enterer',
  'informationSource',
  'sender',
  'recipient',
  'receiver',
  'participant',
  'generalPractitioner',
  'careTeam',
  'manufacturer',
  'source',
  'implicitRules',
  'photo',
  'birthPlace',
  'serviceType',
  'specialty',
  'content',
  'masterIdentifier',
  'relatesTo',
  'practiceSetting',
  'facilityType',
  'onBehalfOf',
  'actor',
  'authority',
  'policy',
  'facility',
  'owner',
  'destination',
  'origin',
  'collector',
  'attester',
  'provider',
  'supplier',
  'contact',
  'valueAddress',
  'valueContactPoint',
  'endpoint',
  // The root of a DICOM UID names who made it.
  'uid',
])
const PLACE_TYPES = /^(?:#|.*\/)?(?:Organization|Location|HealthcareService|Practitioner|PractitionerRole|CareTeam|Endpoint)(?:\/|$)/
const PLACE_CODES =
  /ods-(?:organization|site)-code|organisation-code|site-code|treatment-function|\blocal\b|service|clinic(?!al)|\bward|location/i
/** Identifiers of local systems name the system; these are the same everywhere. */
const NATIONAL = /^https:\/\/fhir\.nhs\.uk\/Id\/(?:nhs-number|cross-care-setting-identifier)$/

/**
 * Letters and their like carry a letterhead that cannot be taken off. That there is a plan, of which kind and from when, may
 * be needed at night: the pointer to it stays, masked, and never opens.
 */
export const carriesLetterhead = ({ section, resource }: Item): boolean =>
  section === 'documents' || LETTERS.has(resource.resourceType) || (resource.resourceType === 'DocumentReference' && section !== 'plans')
const LETTERS: ReadonlySet<string> = new Set(['Composition', 'Media', 'Binary', 'DocumentManifest'])

/** An organisation by what a text can call it. */
export type Place = Pick<Organisation, 'name' | 'short' | 'odsCode'>

export interface Mask {
  /**
   * The item without any place: who says it, where it was, addresses, codes of organisations and sites, and the same in
   * free text. What is left is what a clinician needs of the statement itself. `id` and `provenance.sourceId` stay: they
   * are keys, never shown.
   */
  readonly item: <T extends Item>(item: T) => T
  /** The same for what was made of masked items: a second look at each word that a page would show. It opens no letter and no images. */
  readonly entry: <T extends Entry>(entry: T) => T
  readonly text: (words: string) => string
}

/**
 * What hides every place, for people the national register marks as sensitive (care rules 3.4).
 *
 * @param organisations of the whole catalogue: what one source's letter says of another counts too.
 */
export function createMask(known: { readonly organisations: Iterable<Place>; readonly services: readonly ServiceRegisterRow[] }): Mask {
  const places = createPlaceReader({
    names: [...Array.from(known.organisations, one => one.name), ...known.services.map(row => row.name)],
    codes: Array.from(known.organisations, one => [one.short, one.odsCode]).flat(),
    instead: NOT_SHOWN,
  })
  const item = <T extends Item>(one: T): T => {
    const { author: _author, authorRole, member: _member, ...rest } = one.provenance
    const { organisationName, odsCode, short, system } = one.provenance
    const theirs = places.with({ names: [organisationName, system, ...namesIn(one)], codes: [odsCode, short] })
    const clean = (resource: Resource): Resource => withWords(withoutPlaces(resource), KEYS, theirs.text) as Resource
    return {
      ...one,
      resource: clean(one.resource),
      contained: one.contained.filter(r => !PLACE_TYPES.test(r.resourceType)).map(clean),
      parents: [],
      provenance: {
        ...rest,
        ...(authorRole === undefined ? {} : { authorRole: theirs.text(authorRole) }),
        odsCode: '',
        organisationName: NOT_SHOWN,
        short: 'Not shown',
        system: NOT_SHOWN,
        originalIdentifier: NOT_SHOWN,
      },
    }
  }
  const entry = <T extends Entry>(one: T): T => {
    const { recordedBy, alsoRecordedBy, conflicts, ...said } = withWords(one, ENTRY_KEYS, places.text) as Entry
    const clean = {
      ...said,
      recordedBy: masked(recordedBy),
      alsoRecordedBy: alsoRecordedBy.map(masked),
      conflicts: conflicts.map(conflict => ({ ...conflict, values: conflict.values.map(value => ({ ...value, by: masked(value.by) })) })),
    } as Entry
    if (clean.kind === 'plain') {
      const { opens: _opens, images: _images, facts, ...plain } = clean
      const kept = facts?.filter(([label]) => !PLACE_FACTS.test(label))
      const leaving: Entry = { ...plain, ...(kept === undefined ? {} : { facts: kept }) }
      return leaving as T
    }
    if (clean.kind === 'encounter') {
      const { place: _place, ...encounter } = clean
      return encounter as T
    }
    if (clean.kind === 'result' && clean.elsewhere)
      return { ...clean, elsewhere: { ...clean.elsewhere, by: masked(clean.elsewhere.by) } } as T
    if (clean.kind === 'medicine' && clean.lastIssued) {
      const { by: _by, ...lastIssued } = clean.lastIssued
      return { ...clean, lastIssued } as T
    }
    return clean as T
  }
  return { item, entry, text: places.text }
}

/** Labels of facts that say where, or whom to find there. */
const PLACE_FACTS = /place|\bwith\b|organisation|phone|address|location|\bward\b|clinic(?!al)|provider|practice|author|recipient|e-?mail/i
const masked = ({ date }: Chip): Chip => ({ odsCode: '', name: NOT_SHOWN, short: 'Not shown', ...(date === undefined ? {} : { date }) })

/**
 * Whether every place is to be hidden in a view. A baby inherits the mask of its mother until the national register has
 * said what its own flag is (care rules 3.4).
 *
 * @param mother her flag, where the caller knows who she is.
 */
export const shallMaskPlaces = (person: Pick<Person, 'restricted' | 'basis'>, mother?: Person['restricted']): boolean =>
  person.restricted !== 'no' || (person.basis !== 'pds' && mother !== undefined && mother !== 'no')

/** A source as the page may name it for such a person. `alias` tells sources apart within a view and says nothing else. */
export const maskSource = (source: SourceName, alias: string): SourceName => ({
  id: alias,
  odsCode: '',
  name: NOT_SHOWN,
  short: 'Not shown',
  kind: source.kind,
  exchange: '',
})

/** Names of the places that come with the item: they may stand in its free text too. */
function namesIn(item: Item): readonly string[] {
  return [...item.contained, ...item.parents].flatMap(r =>
    PLACE_TYPES.test(r.resourceType) && 'name' in r && typeof r.name === 'string' && r.name.length >= 3 ? [r.name] : [],
  )
}

function withWords(value: unknown, keys: ReadonlySet<string>, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map(one => withWords(one, keys, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keys.has(key) ? inner : withWords(inner, keys, change)]))
}
const KEYS: ReadonlySet<string> = new Set(['resourceType', 'id', 'reference', 'system', 'code', 'url', 'status'])
const ENTRY_KEYS: ReadonlySet<string> = new Set(['id', 'sort', 'section', 'kind', 'list', 'date', 'at', 'asAt'])

/** Whose addresses say nothing of a place: standards, the national bodies, and this exchange's own marks. */
const EVERYONES =
  /^(?:https?:\/\/(?:[\w-]+\.)*(?:hl7\.org|hl7\.org\.uk|fhir\.nhs\.uk|datadictionary\.nhs\.uk|dmd\.nhs\.uk|snomed\.info|loinc\.org|unitsofmeasure\.org|read\.info|dicom\.nema\.org|id\.who\.int)(?:[/?#]|$)|urn:(?:ietf|iso|lcr|london-care-record):(?!organisation:)|urn:oid:2\.16\.840\.1\.113883\.(?:6|2\.1\.3\.2\.4|2\.1\.6)\.)/i
/** A code system, profile or extension of a system's own carries its host, and with it the place. */
const isPlaceAddress = (text: string): boolean => /^(?:[a-z][a-z0-9+.-]*:\/\/|urn:)\S+$/i.test(text) && !EVERYONES.test(text)

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces).filter(one => one !== undefined)
  if (typeof value === 'string') return isPlaceAddress(value) ? undefined : value
  if (typeof value !== 'object' || value === null) return value
  const { reference, type, system } = value as Readonly<Record<string, unknown>>
  if (typeof reference === 'string' && PLACE_TYPES.test(reference)) return undefined
  if (typeof type === 'string' && PLACE_TYPES.test(type)) return undefined
  if (typeof system === 'string' && PLACE_CODES.test(system)) return undefined
  const ofOwn = typeof system === 'string' && isPlaceAddress(system)
  const kept: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    // A code is nothing without its system; its words stay.
    if (ofOwn && key === 'code') continue
    if (EXTENSIONS.has(key) && Array.isArray(inner)) {
      const all = inner.filter(one => !isPlaceAddress(String((one as { url?: unknown } | null)?.url))).map(withoutPlaces)
      if (all.length > 0) kept[key] = all
      continue
    }
    // A coded concept's own words stay; a narrative, which is an object, does not.
    if (PLACES.has(key) && !(key === 'text' && typeof inner === 'string')) continue
    if (key === 'identifier') {
      const all = (Array.isArray(inner) ? inner : [inner]).filter(isNational)
      if (all.length > 0) kept[key] = Array.isArray(inner) ? all : all[0]
      continue
    }
    if (key === 'contained' && Array.isArray(inner)) {
      kept[key] = inner.filter(r => !PLACE_TYPES.test(String((r as { resourceType?: unknown }).resourceType))).map(withoutPlaces)
      continue
    }
    const clean = withoutPlaces(inner)
    if (clean !== undefined) kept[key] = clean
  }
  return Object.keys(kept).length === 0 && ofOwn ? undefined : kept
}
const EXTENSIONS: ReadonlySet<string> = new Set(['extension', 'modifierExtension'])

const isNational = (identifier: unknown): boolean =>
  typeof identifier === 'object' &&
  identifier !== null &&
  'system' in identifier &&
  typeof identifier.system === 'string' &&
  NATIONAL.test(identifier.system)
