import type { Resource } from '@medplum/fhirtypes'
import type { Item, SourceName } from '../../care-record/item.ts'

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
  'onBehalfOf',
  'actor',
  'authority',
  'policy',
  'facility',
  'owner',
  'destination',
  'origin',
])
const PLACE_TYPES = /^(?:#|.*\/)?(?:Organization|Location|HealthcareService|Practitioner|PractitionerRole|CareTeam|Endpoint)(?:\/|$)/
const PLACE_CODES =
  /ods-(?:organization|site)-code|organisation-code|site-code|treatment-function|\blocal\b|service|clinic(?!al)|\bward|location/i
/** Identifiers of local systems name the system; these are the same everywhere. */
const NATIONAL = /^https:\/\/fhir\.nhs\.uk\/Id\/(?:nhs-number|cross-care-setting-identifier)$/

/** Letters and their like carry a letterhead that cannot be taken off. */
export const carriesLetterhead = (item: Item): boolean =>
  item.section === 'documents' ||
  ['DocumentReference', 'Composition', 'Media', 'Binary', 'DocumentManifest'].includes(item.resource.resourceType)

/**
 * The item without any place: who says it, where it was, addresses, codes of organisations and sites. What is left is
 * what a clinician needs of the statement itself. `id` and `provenance.sourceId` stay: they are keys, never shown.
 */
export function maskPlaces<T extends Item>(item: T): T {
  const { author: _author, ...rest } = item.provenance
  const names = [item.provenance.organisationName, item.provenance.odsCode, ...namesIn(item)].filter(
    name => name.length >= 3 && name !== NOT_SHOWN,
  )
  const clean = (resource: Resource): Resource => withoutNames(withoutPlaces(resource), names) as Resource
  return {
    ...item,
    resource: clean(item.resource),
    contained: item.contained.filter(r => !PLACE_TYPES.test(r.resourceType)).map(clean),
    parents: [],
    provenance: { ...rest, odsCode: '', organisationName: NOT_SHOWN, short: 'Not shown', system: NOT_SHOWN, originalIdentifier: NOT_SHOWN },
  }
}

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

function withoutNames(value: unknown, names: readonly string[]): unknown {
  if (typeof value === 'string') return names.reduce((text, name) => replaceWord(text, name), value)
  if (Array.isArray(value)) return value.map(one => withoutNames(one, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, KEYS.has(key) ? inner : withoutNames(inner, names)]))
}
const KEYS: ReadonlySet<string> = new Set(['resourceType', 'id', 'reference', 'system', 'code', 'url', 'status'])

interface Pattern {
  /** The name anywhere, which is found fast. */
  readonly anywhere: RegExp
  readonly word: RegExp
}
/** Names of organisations are few. */
const PATTERNS_KEPT = 500
const patterns = new Map<string, Pattern>()
function patternOf(name: string): Pattern {
  const known = patterns.get(name)
  if (known !== undefined) return known
  const source = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const made = { anywhere: new RegExp(source, 'iu'), word: new RegExp(String.raw`(?<![\p{L}\p{N}])${source}(?![\p{L}\p{N}])`, 'giu') }
  if (patterns.size >= PATTERNS_KEPT) patterns.clear()
  patterns.set(name, made)
  return made
}
function replaceWord(text: string, name: string): string {
  if (text.length < name.length) return text
  const { anywhere, word } = patternOf(name)
  return anywhere.test(text) ? text.replace(word, NOT_SHOWN) : text
}

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces).filter(one => one !== undefined)
  if (typeof value !== 'object' || value === null) return value
  const { reference, type, system } = value as Readonly<Record<string, unknown>>
  if (typeof reference === 'string' && PLACE_TYPES.test(reference)) return undefined
  if (typeof type === 'string' && PLACE_TYPES.test(type)) return undefined
  if (typeof system === 'string' && PLACE_CODES.test(system)) return undefined
  const kept: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
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
  return kept
}

const isNational = (identifier: unknown): boolean =>
  typeof identifier === 'object' &&
  identifier !== null &&
  'system' in identifier &&
  typeof identifier.system === 'string' &&
  NATIONAL.test(identifier.system)
