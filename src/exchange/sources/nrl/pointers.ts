import type { Organisation } from '../../../care-record/catalogue.ts'
import type { Item } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { NHS_NUMBER_SYSTEM } from '../reading/demographics.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { translate, type Placing, type TranslateInput, type Translation } from '../reading/translate.ts'

export const ODS_SYSTEM = 'https://fhir.nhs.uk/Id/ods-organization-code'

/** Record types of the National Record Locator that are plans a person made or that were made for them (NRL v3 value set). */
const PLANS: ReadonlySet<string> = new Set([
  '736253002', // mental health crisis plan
  '1382601000000107', // ReSPECT form
  '325691000000100', // contingency plan
  '736373009', // end of life care plan
  '861421000000109', // end of life care coordination summary
  '887701000000100', // emergency health care plan
  '736366004', // advance care plan
  '735324008', // treatment escalation plan
  '2181441000000107', // personalised care and support plan
])
/** Types that are something else whatever their category says. */
const DOCUMENTS: ReadonlySet<string> = new Set([
  '1363501000000100', // NEWS2 chart
  '16521000000101', // Lloyd George record folder
  '824321000000109', // summary record
])
const CARE_PLAN_CATEGORY = '734163000'

const codesOf = (concepts: unknown): readonly string[] =>
  objectsOf(concepts).flatMap(concept => objectsOf(concept['coding']).flatMap(coding => textOf(coding['code']) ?? []))

/** Where a pointer stands: by its type; one of a type nobody listed, by its category. */
export function sectionOfPointer(pointer: JsonObject): SectionId {
  const types = codesOf(pointer['type'])
  if (types.some(code => PLANS.has(code))) return 'plans'
  if (types.some(code => DOCUMENTS.has(code))) return 'documents'
  return codesOf(pointer['category']).includes(CARE_PLAN_CATEGORY) ? 'plans' : 'documents'
}

/** The NHS number a pointer is about, digits only. */
export function subjectOf(pointer: JsonObject): string | undefined {
  const identifier = objectOf(objectOf(pointer['subject'])['identifier'])
  return identifier['system'] === NHS_NUMBER_SYSTEM ? textOf(identifier['value'])?.replaceAll(/[\s-]/g, '') : undefined
}

/** Organisation code of the custodian, who keeps the document itself. */
export function custodianOf(pointer: JsonObject): string | undefined {
  const identifier = objectOf(objectOf(pointer['custodian'])['identifier'])
  const value = textOf(identifier['value'])?.trim().toUpperCase()
  return value !== undefined && String(identifier['system']).toLowerCase() === ODS_SYSTEM.toLowerCase() ? value : undefined
}

/** Identifier systems as they are meant: producers write `/id/` for `/Id/`, and codes must be found by their system. */
export function withOdsSystems(pointer: JsonObject): JsonObject {
  const meant = (holder: unknown): unknown => {
    const reference = objectOf(holder)
    const identifier = objectOf(reference['identifier'])
    return String(identifier['system']).toLowerCase() === ODS_SYSTEM.toLowerCase()
      ? { ...reference, identifier: { ...identifier, system: ODS_SYSTEM } }
      : holder
  }
  return {
    ...pointer,
    ...(pointer['custodian'] === undefined ? {} : { custodian: meant(pointer['custodian']) }),
    ...(Array.isArray(pointer['author']) ? { author: pointer['author'].map(meant) } : {}),
  }
}

/** Ids of the pointers that others of the same answer replace; the locator may still send both. */
function replacedBy(pointers: readonly JsonObject[]): ReadonlySet<string> {
  const replaced = new Set<string>()
  for (const pointer of pointers)
    for (const relation of objectsOf(pointer['relatesTo'])) {
      if (relation['code'] !== 'replaces') continue
      const target = objectOf(relation['target'])
      const id = textOf(objectOf(target['identifier'])['value']) ?? textOf(target['reference'])?.split('/').at(-1)
      if (id !== undefined && id !== pointer['id']) replaced.add(id)
    }
  return replaced
}

/**
 * The item with the custodian as the organisation it comes from: the locator keeps pointers only, and a reader asks who holds
 * the plan. A custodian nobody knows is named by its code.
 */
function fromCustodian(item: Item, organisation: (odsCode: string) => Organisation | undefined): Item {
  const pointer = item.resource as unknown as JsonObject
  const odsCode = custodianOf(pointer)
  if (odsCode === undefined) return item
  const known = organisation(odsCode)
  const name = known?.name ?? textOf(objectOf(pointer['custodian'])['display']) ?? odsCode
  return { ...item, provenance: { ...item.provenance, odsCode, organisationName: name, short: known?.short ?? odsCode } }
}

/**
 * Pointers of one answer, cleaned and sifted, as items: each in the section of its type, superseded when another replaces it,
 * from its custodian. Pure.
 *
 * @param input.custodian how an organisation is called.
 */
export function* translatePointers(
  input: Omit<TranslateInput, 'placing'> & { readonly custodian: (odsCode: string) => Organisation | undefined },
): Generator<void, Translation> {
  const resources = new Map(input.resources)
  const placing = new Map<string, Placing>()
  const replaced = replacedBy([...resources.values()])
  for (const [key, pointer] of resources) {
    yield
    if (pointer['resourceType'] !== 'DocumentReference') continue
    placing.set(key, { section: sectionOfPointer(pointer) })
    if (pointer['status'] === 'current' && replaced.has(String(pointer['id']))) resources.set(key, { ...pointer, status: 'superseded' })
  }
  const translation = yield* translate({ ...input, resources, placing })
  return { ...translation, items: translation.items.map(item => fromCustodian(item, input.custodian)) }
}
