import { createHash } from 'node:crypto'
import type { Resource } from '@medplum/fhirtypes'
import type { Organisation, SourceConfig } from '../../../care-record/catalogue.ts'
import type { Item, Mark } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { textOf, type JsonObject } from './json.ts'
import { marksOf } from './marks.ts'
import { provenanceOf } from './provenance.ts'
import { refsOf } from './reading.ts'
import { keyOf, keyOfReference } from './references.ts'
import { dateOf, sectionOf, SUPPORT_TYPES } from './sections.ts'

/** Where each resource of an answer went. What comes in is the sum of what stands here. */
export type Disposition =
  | 'item'
  | 'contained'
  | 'parent'
  | 'person'
  | 'about-others'
  | 'structure'
  | 'message'
  | 'not-asked'
  | 'duplicate'
  | 'withheld'
  | 'unreadable'
export type Ledger = Record<Disposition, number>
export const emptyLedger = (): Ledger => ({
  item: 0,
  contained: 0,
  parent: 0,
  person: 0,
  'about-others': 0,
  structure: 0,
  message: 0,
  'not-asked': 0,
  duplicate: 0,
  withheld: 0,
  unreadable: 0,
})

/** What a translation knows of one resource beyond the resource itself. */
export interface Placing {
  readonly section?: SectionId
  readonly marks?: readonly Mark[]
  /** Resources that are told within this one: its plan, its issues, its headings. */
  readonly within?: readonly JsonObject[]
  /** `Type/id` of resources it belongs to or that belong to it, beyond its own references. */
  readonly links?: readonly string[]
  /** `Type/id` of what it belongs to and is judged with, beyond its own references. */
  readonly parents?: readonly string[]
  /** Not an item of its own. */
  readonly as?: Exclude<Disposition, 'item'>
}

export interface TranslateInput {
  /** R4 resources of one answer, cleaned, references pointing inside, what must be withheld already gone. */
  readonly resources: ReadonlyMap<string, JsonObject>
  readonly placing: ReadonlyMap<string, Placing>
  readonly source: SourceConfig
  readonly organisation: Organisation
  /** ISO instant. */
  readonly retrievedAt: string
  readonly sections: ReadonlySet<SectionId>
  /** Whether a statement of this date belongs to the group that was asked. */
  readonly inGroup: (section: SectionId, date: string | undefined, resource: JsonObject) => boolean
}

export interface Translation {
  readonly items: readonly Item[]
  readonly ledger: Ledger
}

/** Told within an item: its words need them. All other resources it points to are parents. */
const WORD_TYPES: ReadonlySet<string> = new Set([
  'Medication',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Specimen',
  'Device',
  'Substance',
])
/** Items that are about a place. */
const PLACED_TYPES: ReadonlySet<string> = new Set(['Encounter', 'Appointment', 'EpisodeOfCare'])
const PLACE_TYPES: ReadonlySet<string> = new Set(['Location', 'HealthcareService'])
/** Elements through which something belongs to something else. */
const UPWARDS: ReadonlySet<string> = new Set(
  (
    'encounter context partOf episodeOfCare basedOn location serviceProvider managingOrganization healthcareService service providedBy ' +
    'organization hospitalization custodian appointment supportingInfo specimen'
  ).split(' '),
)
/** Elements that name what belongs to the resource: it is their parent. */
const DOWNWARDS: ReadonlySet<string> = new Set(['result', 'hasMember', 'imagingStudy', 'media'])
const PARENT_TYPES: ReadonlySet<string> = new Set([
  'Encounter',
  'EpisodeOfCare',
  'Location',
  'HealthcareService',
  'Organization',
  'ServiceRequest',
  'DiagnosticReport',
  'Appointment',
  'CarePlan',
])
const MAX_CLOSURE = 40

/**
 * Resources of one answer become items: each about the person, of a section that was asked, with its provenance,
 * what its words need and what it must be judged with. Pure; a step a resource, so that it can run in slices.
 */
export function* translate(input: TranslateInput): Generator<void, Translation> {
  const { resources, placing, source } = input
  const dispositions = new Map<string, Disposition>()
  const sections = new Map<string, SectionId>()
  for (const [key, resource] of resources) {
    const type = String(resource['resourceType'])
    const placed = placing.get(key)
    const section = placed?.section ?? sectionOf(resource)
    const as: Disposition =
      placed?.as ??
      (type === 'Patient'
        ? 'person'
        : type === 'OperationOutcome' || type === 'Bundle' || type === 'MessageHeader'
          ? 'message'
          : type === 'List'
            ? 'structure'
            : SUPPORT_TYPES.has(type)
              ? 'about-others'
              : input.sections.has(section) && input.inGroup(section, dateOf(resource), resource)
                ? 'item'
                : 'not-asked')
    dispositions.set(key, as)
    if (as === 'item') sections.set(key, section)
  }

  const links = new Map<string, Set<string>>([...sections.keys()].map(key => [key, new Set()]))
  const above = new Map<string, Set<string>>([...sections.keys()].map(key => [key, new Set()]))
  const link = (one: string, other: string): void => {
    if (one !== other && links.has(one) && links.has(other)) {
      links.get(one)?.add(other)
      links.get(other)?.add(one)
    }
  }
  for (const [key, resource] of resources) {
    yield
    if (dispositions.get(key) === 'person') continue
    for (const { reference, under } of refsOf(resource)) {
      if (reference === undefined || !resources.has(reference)) continue
      link(key, reference)
      if (DOWNWARDS.has(under)) above.get(reference)?.add(key)
    }
    for (const other of placing.get(key)?.links ?? []) link(key, other)
    for (const parent of placing.get(key)?.parents ?? []) if (resources.has(parent)) above.get(key)?.add(parent)
  }

  const items: Item[] = []
  for (const [key, section] of sections) {
    yield
    const resource = resources.get(key)
    if (!resource) continue
    const { contained, parents, unresolved } = companyOf(resource, input, above.get(key) ?? new Set())
    for (const other of contained) raise(dispositions, keyOf(other), 'contained')
    for (const other of parents) raise(dispositions, keyOf(other), 'parent')
    const placed = placing.get(key)
    for (const other of placed?.within ?? []) raise(dispositions, keyOf(other), 'contained')
    const all = [...contained, ...(placed?.within ?? []).filter(w => !contained.includes(w))]
    items.push({
      id: `${source.id}/${key}`,
      version: textOf((resource['meta'] as JsonObject | undefined)?.['versionId']) ?? hashOf(resource),
      section,
      resource: resource as unknown as Resource,
      provenance: provenanceOf(resource, resources, input),
      marks: [...new Set([...marksOf(resource, all, dateOf(resource)), ...(placed?.marks ?? [])])],
      contained: all as unknown as readonly Resource[],
      links: [...(links.get(key) ?? [])].map(other => `${source.id}/${other}`),
      parents: parents as unknown as readonly Resource[],
      unresolved,
    })
  }

  const ledger = emptyLedger()
  for (const disposition of dispositions.values()) ledger[disposition] += 1
  return { items, ledger }
}

/** A resource that nobody shows by itself counts by the best use made of it. */
function raise(dispositions: Map<string, Disposition>, key: string, to: 'contained' | 'parent'): void {
  const now = dispositions.get(key)
  if (now === 'about-others' || now === 'not-asked' || now === 'structure' || (now === 'parent' && to === 'contained'))
    dispositions.set(key, to)
}

const hashOf = (resource: JsonObject): string => createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22)

/** What travels with an item: the resources its words need, and those it belongs to, all the way up. */
function companyOf(
  resource: JsonObject,
  input: TranslateInput,
  above: ReadonlySet<string>,
): { contained: readonly JsonObject[]; parents: readonly JsonObject[]; unresolved: readonly string[] } {
  const contained = new Map<string, JsonObject>()
  const parents = new Map<string, JsonObject>()
  const unresolved = new Set<string>()
  const own = keyOf(resource)
  const takesPlaces = PLACED_TYPES.has(String(resource['resourceType']))

  const queue: { readonly resource: JsonObject; readonly parent: boolean }[] = [{ resource, parent: false }]
  const seen = new Set<string>([own])
  const visit = (target: JsonObject, under: string, fromParent: boolean): void => {
    const key = keyOf(target)
    const type = String(target['resourceType'])
    if (type === 'Patient' || key === own) return
    const words = WORD_TYPES.has(type)
    if (!fromParent && (words || (takesPlaces && PLACE_TYPES.has(type)))) contained.set(key, target)
    if (!words || UPWARDS.has(under)) parents.set(key, target)
    if (seen.has(key) || seen.size > MAX_CLOSURE) return
    seen.add(key)
    queue.push({ resource: target, parent: fromParent || !words })
  }
  for (const key of above) {
    const target = input.resources.get(key)
    if (target) visit(target, 'partOf', true)
  }
  for (let at = 0; at < queue.length; at++) {
    const from = queue[at]
    if (!from) break
    const first = at === 0
    for (const { reference, under } of refsOf(from.resource)) {
      if (reference === undefined || reference.startsWith('#')) continue
      if (first ? DOWNWARDS.has(under) : from.parent && !UPWARDS.has(under)) continue
      const target = input.resources.get(reference)
      if (target) visit(target, under, from.parent)
      else if (UPWARDS.has(under) && isParent(reference, input.source.baseUrl)) unresolved.add(reference)
    }
  }
  return { contained: [...contained.values()], parents: [...parents.values()], unresolved: [...unresolved] }
}

function isParent(reference: string, baseUrl: string): boolean {
  const key = keyOfReference(reference, baseUrl)
  return key === undefined || PARENT_TYPES.has(key.slice(0, key.indexOf('/')))
}
