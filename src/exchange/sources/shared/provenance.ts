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

/** Who said it, when and for whom. The organisation is the source's unless the statement itself names another. */
export function provenanceOf(
  resource: JsonObject,
  resources: ReadonlyMap<string, JsonObject>,
  from: { readonly source: SourceConfig; readonly organisation: Organisation; readonly retrievedAt: string },
): Provenance {
  const refs = refsOf(resource)
  let author: string | undefined
  let authorRole: string | undefined
  const organisations: JsonObject[] = []
  for (const element of AUTHOR_ELEMENTS) {
    for (const ref of refs) {
      if (ref.under !== element) continue
      const target = ref.reference === undefined ? undefined : resources.get(ref.reference)
      if (target?.['resourceType'] === 'PractitionerRole') {
        const practitioner = resources.get(textOf(objectOf(target['practitioner'])['reference']) ?? '')
        const organisation = resources.get(textOf(objectOf(target['organization'])['reference']) ?? '')
        author ??= (practitioner ? nameOf(practitioner) : undefined) ?? textOf(objectOf(target['practitioner'])['display']) ?? ref.display
        authorRole ??= roleOf(target)
        if (organisation) organisations.push(organisation)
      } else if (target?.['resourceType'] === 'Practitioner') {
        author ??= nameOf(target) ?? ref.display
        const role = rolesOf(resources).get(ref.reference ?? '')
        authorRole ??= role ? roleOf(role) : undefined
      } else if (!target && ref.display !== undefined && !/^(Patient|RelatedPerson)\//.test(ref.reference ?? '')) author ??= ref.display
    }
    if (author !== undefined) break
  }
  for (const element of ORGANISATION_ELEMENTS)
    for (const ref of refs) {
      if (ref.under !== element) continue
      const target = ref.reference === undefined ? undefined : resources.get(ref.reference)
      if (target?.['resourceType'] === 'Organization') organisations.push(target)
      else if (!target && ref.identifier && odsOf(ref.identifier) !== undefined)
        organisations.push({ resourceType: 'Organization', identifier: [ref.identifier], ...(ref.display ? { name: ref.display } : {}) })
    }
  const named = organisations
    .map(o => ({
      ods: objectsOf(o['identifier'])
        .map(odsOf)
        .find(c => c !== undefined),
      name: nameOf(o),
    }))
    .find(o => o.ods !== undefined)
  const elsewhere =
    named?.ods !== undefined && named.ods !== from.source.odsCode && !named.ods.startsWith(from.source.odsCode) ? named : undefined
  const identifier = objectsOf(resource['identifier']).find(i => textOf(i['value']) !== undefined && i['system'] !== NHS_NUMBER)
  const recorded = RECORDED_ELEMENTS.map(e => textOf(resource[e])).find(d => d !== undefined)
  return {
    sourceId: from.source.id,
    odsCode: elsewhere?.ods ?? from.source.odsCode,
    organisationName: elsewhere ? (elsewhere.name ?? elsewhere.ods ?? '') : from.organisation.name,
    short: elsewhere ? (elsewhere.name ?? elsewhere.ods ?? '') : from.organisation.short,
    system: from.source.system,
    ...(author === undefined ? {} : { author }),
    ...(authorRole === undefined ? {} : { authorRole }),
    ...(recorded === undefined ? {} : { recorded }),
    originalIdentifier: textOf(identifier?.['value']) ?? `${String(resource['resourceType'])}/${String(resource['id'])}`,
    retrievedAt: from.retrievedAt,
    feed: from.source.feed,
    matchedBy: 'nhs-number',
  }
}

const rolesByAnswer = new WeakMap<ReadonlyMap<string, JsonObject>, ReadonlyMap<string, JsonObject>>()

/** The role each practitioner of an answer is described with, by reference. */
function rolesOf(resources: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, JsonObject> {
  let roles = rolesByAnswer.get(resources)
  if (!roles) {
    roles = new Map(
      [...resources.values()]
        .filter(r => r['resourceType'] === 'PractitionerRole')
        .map(r => [textOf(objectOf(r['practitioner'])['reference']) ?? '', r]),
    )
    rolesByAnswer.set(resources, roles)
  }
  return roles
}

function roleOf(practitionerRole: JsonObject): string | undefined {
  const code = objectsOf(practitionerRole['code'])[0]
  return code
    ? (textOf(code['text']) ??
        objectsOf(code['coding'])
          .map(c => textOf(c['display']))
          .find(d => d !== undefined))
    : undefined
}
