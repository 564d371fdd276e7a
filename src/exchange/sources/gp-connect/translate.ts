import type { Resource } from '@medplum/fhirtypes'
import type { Item } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { refsOf } from '../reading/reading.ts'
import { keyOf } from '../reading/references.ts'
import { dateOf, sectionOf } from '../reading/sections.ts'
import { translate, type TranslateInput, type Translation } from '../reading/translate.ts'
import { placeConsultations } from './consultation.ts'
import { placeFilingComments, placeResults } from './investigations.ts'
import { DIARY, INVESTIGATIONS, listCode, referencesIn } from './lists.ts'
import { placeMedication } from './medication.ts'
import { Shape } from './shape.ts'
import { toR4 } from './to-r4.ts'

export { hoistContained, warningsOf } from './lists.ts'

export interface GpConnectInput extends Omit<TranslateInput, 'resources' | 'placing'> {
  /** Cleaned and sifted. */
  readonly stu3: ReadonlyMap<string, JsonObject>
  /** Sections the reader may see; those asked unless told. */
  readonly maySee?: ReadonlySet<string>
}

/** STU3 resources as R4, each with its place in the GP record's own models: medication, consultation, investigation. */
function* shaped(input: GpConnectInput): Generator<void, { shape: Shape; reports: ReadonlyMap<string, string> }> {
  const shape = new Shape(input.stu3)
  const { resources } = shape
  for (const [key, resource] of input.stu3) {
    yield
    const converted = toR4(resource)
    shape.take(key, keyOf(converted), converted)
    if (resource['resourceType'] === 'ProcedureRequest' && resource['intent'] === 'plan')
      shape.place(keyOf(converted), { section: 'appointments' })
  }
  placeMedication(shape)
  for (const [key, resource] of resources)
    if (resource['resourceType'] === 'Observation') shape.place(key, { section: gpObservationSection(resource) })
  const reports = new Map<string, string>()
  for (const [key, resource] of resources) if (resource['resourceType'] === 'DiagnosticReport') placeResults(shape, key, reports)
  for (const list of input.stu3.values()) {
    if (list['resourceType'] !== 'List') continue
    yield
    const code = listCode(list)
    if (code === INVESTIGATIONS) for (const reference of referencesIn(list)) placeResults(shape, shape.at(reference), reports)
    if (code === DIARY)
      for (const reference of referencesIn(list)) {
        const key = shape.at(reference)
        if (key !== undefined) shape.place(key, { section: 'appointments' })
      }
  }
  placeFilingComments(shape)
  return { shape, reports }
}

/** What a practice records stands among results only when it came from a laboratory. */
function gpObservationSection(resource: JsonObject): SectionId {
  const said = sectionOf(resource)
  const laboratory = objectsOf(resource['category']).some(c => objectsOf(c['coding']).some(x => x['code'] === 'laboratory'))
  return said === 'results' && !laboratory ? 'observations' : said
}

/**
 * The date by which a practice decides whether a statement lies in the period asked for (GP Connect Structured 1.5.1). What
 * stands in an older consultation or report came with it; asked for again without a period, it is not lost between the two.
 */
function periodDate(shape: Shape, reports: ReadonlyMap<string, string>, resource: JsonObject): string | undefined {
  const key = keyOf(resource)
  const report = shape.resources.get(reports.get(key) ?? '')
  if (report?.['resourceType'] === 'DiagnosticReport') return textOf(report['issued']) ?? dateOf(report)
  const type = resource['resourceType']
  if (type === 'DocumentReference') return textOf(objectOf(objectOf(resource['context'])['period'])['start']) ?? textOf(resource['date'])
  const own = type === 'ServiceRequest' ? (textOf(resource['authoredOn']) ?? dateOf(resource)) : dateOf(resource)
  const visit = shape.resources.get(textOf(objectOf(resource['encounter'])['reference']) ?? '')
  const visited = visit && dateOf(visit)
  return own === undefined || visited === undefined || own < visited ? own : visited
}

/** A whole GP Connect answer, cleaned and sifted, as R4 items. Pure. */
export function* translateGpConnect(given: GpConnectInput): Generator<void, Translation> {
  const { shape, reports } = yield* shaped(given)
  const { resources, placing } = shape
  const input: TranslateInput = {
    ...given,
    resources,
    placing,
    inGroup: (section, _, resource) => given.inGroup(section, periodDate(shape, reports, resource), resource),
  }
  const itemKeys = new Set<string>()
  for (const [key, resource] of resources) {
    yield
    const section = shape.sectionAt(key)
    if (section === undefined || placing.get(key)?.as !== undefined || !shape.isStatement(key) || !input.sections.has(section)) continue
    if (input.inGroup(section, dateOf(resource), resource)) itemKeys.add(key)
  }
  yield* placeConsultations({ shape, isItem: key => itemKeys.has(key), maySee: given.maySee ?? given.sections })
  const elsewhere = yield* linksOf(shape, itemKeys)
  const translation = yield* translate(input)
  return {
    ...translation,
    items: translation.items.map(item => withLinks(item, elsewhere.get(item.id.slice(given.source.id.length + 1)), shape, given.source.id)),
  }
}

/** Statements that items of this answer belong with, and that are items of another group. */
type Elsewhere = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Links of problems, visits and what belongs to them hold though the groups are asked apart. What stands within another
 * statement is linked through that one.
 */
function* linksOf(shape: Shape, itemKeys: ReadonlySet<string>): Generator<void, Elsewhere> {
  const elsewhere = new Map<string, Set<string>>()
  const put = (item: string, other: string): void => {
    const there = elsewhere.get(item)
    if (there) there.add(other)
    else elsewhere.set(item, new Set([other]))
  }
  for (const [key, resource] of shape.resources) {
    if (!shape.isStatement(key)) continue
    yield
    const one = shape.holderOf(key)
    for (const { reference } of refsOf(resource)) {
      if (reference === undefined || !shape.isStatement(reference) || !shape.resources.has(reference)) continue
      const other = shape.holderOf(reference)
      if (other === one) continue
      if (itemKeys.has(one) && itemKeys.has(other)) {
        if (one !== key || other !== reference) shape.place(one, { links: [...(shape.placing.get(one)?.links ?? []), other] })
      } else if (itemKeys.has(one)) put(one, other)
      else if (itemKeys.has(other)) put(other, one)
    }
  }
  for (const key of itemKeys)
    for (const told of shape.placing.get(key)?.within ?? [])
      for (const { reference } of told['resourceType'] === 'Composition' ? refsOf(told) : [])
        if (reference !== undefined && shape.isStatement(reference) && !itemKeys.has(reference)) put(key, reference)
  return elsewhere
}

/** The item with its links into other groups. What those lead to, where it was sent, it is judged with. */
function withLinks(item: Item, others: ReadonlySet<string> | undefined, shape: Shape, sourceId: string): Item {
  if (others === undefined) return item
  const there = [...others].flatMap(other => shape.resources.get(other) ?? [])
  return {
    ...item,
    links: [...new Set([...item.links, ...[...others].map(other => `${sourceId}/${other}`)])],
    parents: [...new Set([...item.parents, ...(there as unknown as readonly Resource[])])],
  }
}

/** Areas the provider said it cannot or may not give: parameter names out of its OperationOutcome. */
export function disabledParameters(entries: readonly JsonObject[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const entry of entries) {
    const outcome = objectOf(entry['resource'])
    if (outcome['resourceType'] !== 'OperationOutcome') continue
    for (const issue of objectsOf(outcome['issue'])) {
      if (issue['code'] !== 'not-supported') continue
      const diagnostics = textOf(issue['diagnostics']) ?? /^(include\w+)/.exec(textOf(objectOf(issue['details'])['text']) ?? '')?.[1]
      if (diagnostics !== undefined) found.add(diagnostics.trim())
    }
  }
  return found
}
