import type { Organisation, SourceConfig } from '../../../care-record/catalogue.ts'
import type { Provenance } from '../../../care-record/item.ts'
import { objectOf, objectsOf, textOf, textsOf, type JsonObject } from './json.ts'
import { odsOf, refsOf } from './reading.ts'

/** Elements that say who made a statement, the nearest to it first. */
const AUTHOR_ELEMENTS = [
  'recorder',
  'asserter',
  'author',
  'requester',
  'performer',
  'informationSource',
  'source',
  'participant',
  'resultsInterpreter',
  'enterer',
]
const ORGANISATION_ELEMENTS = [
  'custodian',
  'serviceProvider',
  'managingOrganization',
  'performer',
  'author',
  'requester',
  'recorder',
  'organization',
]
const RECORDED_ELEMENTS = ['recordedDate', 'recorded', 'authoredOn', 'dateAsserted', 'issued', 'date', 'created', 'dateTime', 'authored']

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'

/** `Dr Priya SHAH`, as the source writes it. */
export function nameOf(resource: JsonObject): string | undefined {
  const name = objectsOf(resource['name'])[0]
  if (!name) return textOf(resource['name'])
  const parts = [...textsOf(name['prefix']), ...textsOf(name['given']), textOf(name['family']) ?? ''].filter(p => p.trim() !== '')
  return textOf(name['text']) ?? (parts.length > 0 ? parts.join(' ') : undefined)
}

interface Named {
  readonly ods: string
  readonly name: string | undefined
}

/**
 * Who said it, when and for whom, of each resource of one answer. The organisation is the source's unless the statement
 * itself names another. Names are put together once an answer.
 */
export function createProvenance(
  resources: ReadonlyMap<string, JsonObject>,
  from: { readonly source: SourceConfig; readonly organisation: Organisation; readonly retrievedAt: string },
): (resource: JsonObject) => Provenance {
  const { source, organisation, retrievedAt } = from
  const practitioners = remembered(nameOf)
  const organisations = remembered(organisationOf)
  let roles: ReadonlyMap<string, JsonObject> | undefined
  const at = (reference: unknown): JsonObject | undefined => (typeof reference === 'string' ? resources.get(reference) : undefined)

  return resource => {
    const refs = refsOf(resource)
    let author: string | undefined
    let authorRole: string | undefined
    let named: Named | undefined
    for (const element of AUTHOR_ELEMENTS) {
      for (const ref of refs) {
        if (ref.under !== element) continue
        const target = at(ref.reference)
        const type = target?.['resourceType']
        if (target && type === 'PractitionerRole') {
          const individual = objectOf(target['practitioner'])
          const practitioner = at(individual['reference'])
          const employer = at(objectOf(target['organization'])['reference'])
          author ??= (practitioner ? practitioners(practitioner) : undefined) ?? textOf(individual['display']) ?? ref.display
          authorRole ??= roleOf(target)
          if (employer) named ??= organisations(employer)
        } else if (target && type === 'Practitioner') {
          author ??= practitioners(target) ?? ref.display
          roles ??= rolesOf(resources)
          const role = roles.get(ref.reference ?? '')
          if (role) authorRole ??= roleOf(role)
        } else if (!target && ref.display !== undefined && !/^(Patient|RelatedPerson)\//.test(ref.reference ?? '')) author ??= ref.display
      }
      if (author !== undefined) break
    }
    for (const element of ORGANISATION_ELEMENTS) {
      if (named) break
      for (const ref of refs) {
        if (ref.under !== element) continue
        const target = at(ref.reference)
        if (target?.['resourceType'] === 'Organization') named ??= organisations(target)
        else if (!target && ref.identifier) {
          const ods = odsOf(ref.identifier)
          if (ods !== undefined) named ??= { ods, name: ref.display }
        }
      }
    }
    const elsewhere = named && !named.ods.startsWith(source.odsCode) ? named : undefined
    const recorded = recordedOf(resource)
    const provenance: { -readonly [name in keyof Provenance]: Provenance[name] } = {
      sourceId: source.id,
      odsCode: elsewhere?.ods ?? source.odsCode,
      organisationName: elsewhere ? (elsewhere.name ?? elsewhere.ods) : organisation.name,
      short: elsewhere ? (elsewhere.name ?? elsewhere.ods) : organisation.short,
      system: source.system,
      originalIdentifier: identifierOf(resource) ?? `${String(resource['resourceType'])}/${String(resource['id'])}`,
      retrievedAt,
      feed: source.feed,
      matchedBy: 'nhs-number',
    }
    if (author !== undefined) provenance.author = author
    if (authorRole !== undefined) provenance.authorRole = authorRole
    if (recorded !== undefined) provenance.recorded = recorded
    return provenance
  }
}

/** What a function says of a resource, asked once. */
function remembered<T>(ask: (resource: JsonObject) => T): (resource: JsonObject) => T {
  const known = new Map<JsonObject, T>()
  return resource => {
    const found = known.get(resource)
    if (found !== undefined || known.has(resource)) return found as T
    const said = ask(resource)
    known.set(resource, said)
    return said
  }
}

function organisationOf(resource: JsonObject): Named | undefined {
  for (const identifier of objectsOf(resource['identifier'])) {
    const ods = odsOf(identifier)
    if (ods !== undefined) return { ods, name: nameOf(resource) }
  }
  return undefined
}

function identifierOf(resource: JsonObject): string | undefined {
  for (const identifier of objectsOf(resource['identifier'])) {
    const value = textOf(identifier['value'])
    if (value !== undefined && identifier['system'] !== NHS_NUMBER) return value
  }
  return undefined
}

function recordedOf(resource: JsonObject): string | undefined {
  for (const element of RECORDED_ELEMENTS) {
    const value = textOf(resource[element])
    if (value !== undefined) return value
  }
  return undefined
}

/** The role each practitioner of an answer is described with, by reference. */
const rolesOf = (resources: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, JsonObject> =>
  new Map(
    [...resources.values()]
      .filter(r => r['resourceType'] === 'PractitionerRole')
      .map(r => [textOf(objectOf(r['practitioner'])['reference']) ?? '', r]),
  )

function roleOf(practitionerRole: JsonObject): string | undefined {
  const code = objectsOf(practitionerRole['code'])[0]
  return code
    ? (textOf(code['text']) ??
        objectsOf(code['coding'])
          .map(c => textOf(c['display']))
          .find(d => d !== undefined))
    : undefined
}
