import { hash } from 'node:crypto'
import type { Resource } from '@medplum/fhirtypes'
import type { Organisation, SourceConfig } from '../../../care-record/catalogue.ts'
import type { Item, Mark } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { grown, NONE, textOf, TOGETHER, type JsonObject } from './json.ts'
import { marksOf } from './marks.ts'
import { createProvenance } from './provenance.ts'
import { refsOf, type Ref } from './reading.ts'
import { keyOf, keyOfReference } from './references.ts'
import { dateOf, isSupport, sectionOf } from './sections.ts'

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

/** One resource of an answer on its way. */
interface Held {
  /** Of its item. */
  readonly id: string
  readonly resource: JsonObject
  readonly type: string
  readonly placed: Placing | undefined
  readonly section: SectionId
  as: Disposition
  readonly date: string | undefined
  readonly refs: readonly Ref[]
  /** What each of the references leads to. */
  targets: readonly (Held | undefined)[]
  links: readonly Held[]
  above: readonly Held[]
  /** Number of the item that met it last, in each of four ways: what a set an item would tell at more cost. */
  linkedBy: number
  queuedBy: number
  containedBy: number
  parentOf: number
  /** In the queue of that item it stands for something the item belongs to. */
  asParent: boolean
}

/**
 * Resources of one answer become items: each about the person, of a section that was asked, with its provenance,
 * what its words need and what it must be judged with. Pure; a step a resource, so that it can run in slices.
 */
export function* translate(input: TranslateInput): Generator<void, Translation> {
  const { source } = input
  const index = new Map<string, Held>()
  for (const [key, resource] of input.resources) index.set(key, heldOf(key, resource, input))

  let steps = 0
  for (const held of index.values()) {
    if (++steps % TOGETHER === 0) yield
    held.targets =
      held.refs.length === 0 ? NONE : held.refs.map(({ reference }) => (reference === undefined ? undefined : index.get(reference)))
    if (held.as === 'person') continue
    for (let at = 0; at < held.targets.length; at++) {
      const target = held.targets[at]
      if (!target) continue
      link(held, target)
      if (target.as === 'item' && DOWNWARDS.has(held.refs[at]?.under ?? '')) target.above = grown(target.above, held)
    }
    for (const other of held.placed?.links ?? NONE) link(held, index.get(other))
    if (held.as !== 'item') continue
    for (const other of held.placed?.parents ?? NONE) {
      const parent = index.get(other)
      if (parent) held.above = grown(held.above, parent)
    }
  }

  const provenanceOf = createProvenance(input.resources, input)
  const items: Item[] = []
  for (const held of index.values()) {
    if (held.as !== 'item') continue
    if (++steps % TOGETHER === 0) yield
    const { resource, placed } = held
    const number = items.length + 1
    const { contained, parents, unresolved } = companyOf(held, number, source.baseUrl)
    const within = placed?.within ?? NONE
    for (const one of within) raise(index.get(keyOf(one)), 'contained')
    const all = within.length === 0 ? contained : [...contained, ...within.filter(one => !contained.includes(one))]
    const marks = marksOf(resource, all, held.date)
    items.push({
      id: held.id,
      version: textOf((resource['meta'] as JsonObject | undefined)?.['versionId']) ?? hashOf(resource),
      section: held.section,
      resource: resource as unknown as Resource,
      provenance: provenanceOf(resource),
      marks: placed?.marks ? [...new Set([...marks, ...placed.marks])] : marks,
      contained: all as unknown as readonly Resource[],
      links: linksOf(held, number),
      parents: parents as unknown as readonly Resource[],
      unresolved,
    })
  }

  const ledger = emptyLedger()
  for (const { as } of index.values()) ledger[as] += 1
  return { items, ledger }
}

function heldOf(key: string, resource: JsonObject, input: TranslateInput): Held {
  const type = String(resource['resourceType'])
  const placed = input.placing.get(key)
  const section = placed?.section ?? sectionOf(resource)
  let as = placed?.as ?? AS.get(type) ?? (isSupport(resource) ? 'about-others' : 'not-asked')
  let date: string | undefined
  if (as === 'not-asked' && placed?.as === undefined && input.sections.has(section)) {
    date = dateOf(resource)
    if (input.inGroup(section, date, resource)) as = 'item'
  }
  return {
    id: `${input.source.id}/${key}`,
    resource,
    type,
    placed,
    section,
    as,
    date,
    refs: refsOf(resource),
    targets: NONE,
    links: NONE,
    above: NONE,
    linkedBy: 0,
    queuedBy: 0,
    containedBy: 0,
    parentOf: 0,
    asParent: false,
  }
}
/** Types that are never items, by what they are instead. */
const AS: ReadonlyMap<string, Disposition> = new Map([
  ['Patient', 'person'],
  ['OperationOutcome', 'message'],
  ['Bundle', 'message'],
  ['MessageHeader', 'message'],
  ['List', 'structure'],
  ['Parameters', 'message'],
  ['Subscription', 'message'],
  ['CapabilityStatement', 'message'],
  ['Questionnaire', 'structure'],
  ['ValueSet', 'structure'],
  ['CodeSystem', 'structure'],
  ['StructureDefinition', 'structure'],
])

/** Both ways, between items only; one may be there twice. */
function link(one: Held, other: Held | undefined): void {
  if (!other || one === other || one.as !== 'item' || other.as !== 'item') return
  one.links = grown(one.links, other)
  other.links = grown(other.links, one)
}

function linksOf(held: Held, number: number): readonly string[] {
  let ids: readonly string[] = NONE
  for (const other of held.links) {
    if (other.linkedBy === number) continue
    other.linkedBy = number
    ids = grown(ids, other.id)
  }
  return ids
}

/** A resource that nobody shows by itself counts by the best use made of it. */
function raise(held: Held | undefined, to: 'contained' | 'parent'): void {
  if (!held) return
  if (held.as === 'about-others' || held.as === 'not-asked' || held.as === 'structure' || (held.as === 'parent' && to === 'contained'))
    held.as = to
}

const hashOf = (resource: JsonObject): string => hash('sha256', JSON.stringify(resource), 'base64url').slice(0, 22)

/** What travels with an item: the resources its words need, and those it belongs to, all the way up. */
interface Company {
  contained: readonly JsonObject[]
  parents: readonly JsonObject[]
  unresolved: readonly string[]
}

function companyOf(own: Held, number: number, baseUrl: string): Company {
  const company: Company = { contained: NONE, parents: NONE, unresolved: NONE }
  const queue: Held[] = [own]
  own.queuedBy = number
  own.asParent = false
  for (const target of own.above) meet(target, 'partOf', true, own, number, company, queue)
  for (const from of queue) {
    const first = from === own
    const { refs, targets, asParent } = from
    for (let at = 0; at < refs.length; at++) {
      const { reference, under } = refs[at] as Ref
      if (reference === undefined || reference.startsWith('#') || (first ? DOWNWARDS.has(under) : asParent && !UPWARDS.has(under))) continue
      const target = targets[at]
      if (target) meet(target, under, asParent, own, number, company, queue)
      else if (UPWARDS.has(under) && isParent(reference, baseUrl) && !company.unresolved.includes(reference))
        company.unresolved = grown(company.unresolved, reference)
    }
  }
  return company
}

/** One resource that the item, or what travels with it, names. */
function meet(target: Held, under: string, fromParent: boolean, own: Held, number: number, company: Company, queue: Held[]): void {
  const { type } = target
  if (type === 'Patient' || target === own) return
  const words = WORD_TYPES.has(type)
  if (target.containedBy !== number && !fromParent && (words || (PLACED_TYPES.has(own.type) && PLACE_TYPES.has(type)))) {
    target.containedBy = number
    company.contained = grown(company.contained, target.resource)
    raise(target, 'contained')
  }
  if (target.parentOf !== number && (!words || UPWARDS.has(under))) {
    target.parentOf = number
    company.parents = grown(company.parents, target.resource)
    raise(target, 'parent')
  }
  if (target.queuedBy === number || queue.length > MAX_CLOSURE) return
  target.queuedBy = number
  target.asParent = fromParent || !words
  queue.push(target)
}

function isParent(reference: string, baseUrl: string): boolean {
  const key = keyOfReference(reference, baseUrl)
  return key === undefined || PARENT_TYPES.has(key.slice(0, key.indexOf('/')))
}
