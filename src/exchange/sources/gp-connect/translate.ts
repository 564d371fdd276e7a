import type { SourceWarning } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { cleanResource } from '../reading/clean.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { keyOf, keyOfReference } from '../reading/references.ts'
import { countUnreadable, type TakenIn } from '../reading/take-in.ts'
import { translate, type Placing, type TranslateInput, type Translation } from '../reading/translate.ts'
import { toR4 } from './to-r4.ts'

/** SNOMED CT codes of the primary Lists and the section each belongs to (GP Connect Structured 1.6). */
export const LISTS: Readonly<Record<string, SectionId>> = {
  '886921000000105': 'allergies',
  '1103671000000101': 'allergies',
  '933361000000108': 'medicines',
  '717711000000103': 'problems',
  '1149501000000101': 'encounters',
  '1102181000000102': 'vaccinations',
  '887191000000108': 'results',
  '792931000000107': 'referrals',
  '714311000000108': 'appointments',
  '826501000000100': 'observations',
}
const CONSULTATION = '325851000000107'
const INVESTIGATIONS = '887191000000108'
const DIARY = '714311000000108'
const RESOLVED = '1103671000000101'

const listCode = (list: JsonObject): string =>
  objectsOf(objectOf(list['code'])['coding'])
    .map(c => textOf(c['code']))
    .find(c => c !== undefined) ?? ''

const referencesIn = (list: JsonObject): readonly string[] =>
  objectsOf(list['entry']).flatMap(entry => {
    const reference = textOf(objectOf(entry['item'])['reference'])
    return reference === undefined ? [] : [reference]
  })

/**
 * Resolved allergies and a few others stand inside their List as contained resources; they become resources of the
 * answer like any other, so that each is judged and shown.
 */
export function hoistContained(taken: TakenIn): void {
  const lists = [...taken.resources.values()].filter(r => r['resourceType'] === 'List')
  for (const list of lists) {
    const renamed = new Map<string, string>()
    for (const raw of objectsOf(list['contained'])) {
      const inner = cleanResource({ ...raw, id: textOf(raw['id'])?.replace(/^#/, '') })
      if (!inner) {
        countUnreadable(taken, raw)
        continue
      }
      const key = keyOf(inner)
      renamed.set(`#${String(inner['id'])}`, key)
      if (taken.resources.has(key)) taken.duplicates += 1
      else
        taken.resources.set(
          key,
          inner['resourceType'] === 'AllergyIntolerance' && listCode(list) === RESOLVED && inner['clinicalStatus'] === undefined
            ? { ...inner, clinicalStatus: 'resolved' }
            : inner,
        )
    }
    if (renamed.size === 0) continue
    const { contained: _, ...rest } = list
    taken.resources.set(keyOf(list), {
      ...rest,
      entry: objectsOf(list['entry']).map(entry => {
        const reference = textOf(objectOf(entry['item'])['reference'])
        const to = reference === undefined ? undefined : renamed.get(reference)
        return to === undefined ? entry : { ...entry, item: { ...objectOf(entry['item']), reference: to } }
      }),
    })
  }
}

const WARNINGS: Readonly<Record<string, { code: SourceWarning['code']; words: string }>> = {
  'confidential-items': { code: 'confidential-items', words: 'Items excluded due to confidentiality and/or patient preferences.' },
  'data-in-transit': {
    code: 'data-in-transit',
    words: 'Patient record transfer from previous GP practice not yet complete; information may be missing.',
  },
  'data-awaiting-filing': {
    code: 'data-awaiting-filing',
    words: 'Patient data may be incomplete as there is data supplied by a third party awaiting review before becoming available.',
  },
}
const IN_TRANSIT =
  /^Patient record transfer from previous GP practice not yet complete; (?:any )?information recorded before \d{1,2}-[A-Za-z]{3}-\d{4} (?:may be missing|not available)\.?/i

/** What the provider says of its Lists, in its generic words; free notes about the person are not passed on. */
export function warningsOf(resources: ReadonlyMap<string, JsonObject>, sections: readonly SectionId[]): readonly SourceWarning[] {
  const found = new Map<string, SourceWarning>()
  for (const list of resources.values()) {
    if (list['resourceType'] !== 'List') continue
    const section = LISTS[listCode(list)] ?? secondarySection(list)
    if (section === undefined || !sections.includes(section)) continue
    for (const extension of objectsOf(list['extension'])) {
      const code = textOf(extension['valueCode'])
      const known =
        code !== undefined && String(extension['url']).includes('ListWarningCode') && Object.hasOwn(WARNINGS, code)
          ? WARNINGS[code]
          : undefined
      if (!known) continue
      const dated =
        known.code === 'data-in-transit'
          ? objectsOf(list['note']).flatMap(n => IN_TRANSIT.exec(textOf(n['text']) ?? '')?.[0] ?? [])[0]
          : undefined
      found.set(`${section}/${known.code}`, { code: known.code, section, words: dated ?? known.words })
    }
  }
  return [...found.values()]
}

const SECONDARY: readonly (readonly [RegExp, SectionId])[] = [
  [/allerg/i, 'allergies'],
  [/medication/i, 'medicines'],
  [/problem/i, 'problems'],
  [/consultation/i, 'encounters'],
  [/immuni[sz]ation/i, 'vaccinations'],
  [/investigation/i, 'results'],
  [/uncategorised|miscellaneous/i, 'observations'],
  [/referral/i, 'referrals'],
  [/diary|recall/i, 'appointments'],
]
function secondarySection(list: JsonObject): SectionId | undefined {
  const words = `${textOf(list['title']) ?? ''} ${listCode(list)} ${textOf(objectOf(list['code'])['text']) ?? ''}`
  // `medications-contained-in-consultations` and `Medications related to problems` are about medicines: what comes first counts.
  const first = words.toLowerCase().replace(/^(?:consultations|problems)[-\s]+(?=\w+[-\s]+(?:contained|related|linked))/, '')
  return SECONDARY.map(([pattern, section]) => ({ at: first.search(pattern), section }))
    .filter(m => m.at >= 0)
    .sort((a, b) => a.at - b.at)[0]?.section
}

interface Shape {
  readonly resources: Map<string, JsonObject>
  readonly placing: Map<string, Placing>
}

/** STU3 resources as R4, each with its place in the GP record's own models: medication, consultation, investigation. */
function* shape(stu3: ReadonlyMap<string, JsonObject>): Generator<void, Shape> {
  const resources = new Map<string, JsonObject>()
  const placing = new Map<string, Placing>()
  const r4Key = new Map<string, string>()
  for (const [key, resource] of stu3) {
    yield
    const converted = toR4(resource)
    r4Key.set(key, keyOf(converted))
    resources.set(keyOf(converted), converted)
  }
  const at = (reference: string): string | undefined => {
    const key = keyOfReference(reference, '')
    return key === undefined ? undefined : (r4Key.get(key) ?? (resources.has(key) ? key : undefined))
  }
  placeMedication(resources, placing)
  for (const [key, resource] of resources)
    if (resource['resourceType'] === 'Observation') placing.set(key, { ...placing.get(key), section: gpObservationSection(resource) })
  for (const list of stu3.values()) {
    if (list['resourceType'] !== 'List') continue
    yield
    const code = listCode(list)
    if (code === CONSULTATION) placeConsultation(list, stu3, resources, placing, at)
    if (code === INVESTIGATIONS) for (const reference of referencesIn(list)) placeResults(at(reference), resources, placing, new Set())
    if (code === DIARY)
      for (const reference of referencesIn(list)) {
        const key = at(reference)
        if (key !== undefined) placing.set(key, { ...placing.get(key), section: 'appointments' })
      }
  }
  for (const [key, resource] of resources)
    if (resource['resourceType'] === 'DiagnosticReport') placeResults(key, resources, placing, new Set())
  return { resources, placing }
}

function gpObservationSection(resource: JsonObject): SectionId {
  const categories = objectsOf(resource['category']).flatMap(c => objectsOf(c['coding']).map(x => x['code']))
  return categories.includes('laboratory') ? 'results' : 'observations'
}

/** One medicine a MedicationStatement: its plan and its issues, newest first, are told within it. */
function placeMedication(resources: ReadonlyMap<string, JsonObject>, placing: Map<string, Placing>): void {
  const basedOn = (r: JsonObject): readonly string[] => objectsOf(r['basedOn']).flatMap(b => textOf(b['reference']) ?? [])
  const issuesOf = new Map<string, JsonObject[]>()
  for (const resource of resources.values())
    if (resource['resourceType'] === 'MedicationRequest' && resource['intent'] !== 'plan')
      for (const plan of basedOn(resource)) issuesOf.set(plan, [...(issuesOf.get(plan) ?? []), resource])
  for (const [key, statement] of resources) {
    if (statement['resourceType'] !== 'MedicationStatement') continue
    const within: JsonObject[] = []
    for (const planKey of basedOn(statement)) {
      const plan = resources.get(planKey)
      if (plan) within.push(plan)
      const issues = (issuesOf.get(planKey) ?? []).sort((a, b) =>
        (textOf(b['authoredOn']) ?? '').localeCompare(textOf(a['authoredOn']) ?? ''),
      )
      within.push(...issues)
    }
    if (within.length === 0) continue
    placing.set(key, { ...placing.get(key), within: [...new Set(within)] })
    for (const told of within) placing.set(keyOf(told), { ...placing.get(keyOf(told)), as: 'not-asked' })
  }
  // A plan that no statement sums up stands for itself, its issues within it.
  for (const [key, plan] of resources) {
    if (plan['resourceType'] !== 'MedicationRequest' || plan['intent'] !== 'plan' || placing.get(key)?.as) continue
    const issues = (issuesOf.get(key) ?? []).filter(issue => !placing.get(keyOf(issue))?.as)
    if (issues.length === 0) continue
    placing.set(key, { ...placing.get(key), within: issues })
    for (const issue of issues) placing.set(keyOf(issue), { ...placing.get(keyOf(issue)), as: 'not-asked' })
  }
}

/** A consultation is its Encounter: topics, headings and their notes within it, every item in them belongs to it. */
function placeConsultation(
  list: JsonObject,
  stu3: ReadonlyMap<string, JsonObject>,
  resources: ReadonlyMap<string, JsonObject>,
  placing: Map<string, Placing>,
  at: (reference: string) => string | undefined,
): void {
  const encounterReference = textOf(objectOf(list['encounter'])['reference'])
  const encounter = encounterReference === undefined ? undefined : at(encounterReference)
  if (encounter === undefined || !resources.has(encounter)) return
  const headings: JsonObject[] = []
  const leaves = new Set<string>()
  const seen = new Set<string>()
  const walk = (heading: JsonObject): void => {
    const key = keyOf(heading)
    if (seen.has(key)) return
    seen.add(key)
    const told = resources.get(key)
    if (told) headings.push(told)
    for (const reference of referencesIn(heading)) {
      const inner = keyOfReference(reference, '')
      const sub = inner === undefined ? undefined : stu3.get(inner)
      if (sub && sub['resourceType'] === 'List') walk(sub)
      else {
        const leaf = at(reference)
        if (leaf !== undefined) leaves.add(leaf)
      }
    }
  }
  walk(list)
  const old = placing.get(encounter)
  placing.set(encounter, { ...old, within: [...(old?.within ?? []), ...headings], links: [...(old?.links ?? []), ...leaves] })
  for (const leaf of leaves) placing.set(leaf, { ...placing.get(leaf), parents: [...(placing.get(leaf)?.parents ?? []), encounter] })
}

/** Observations of an investigation, down through groups, are results. */
function placeResults(
  key: string | undefined,
  resources: ReadonlyMap<string, JsonObject>,
  placing: Map<string, Placing>,
  seen: Set<string>,
): void {
  const resource = key === undefined ? undefined : resources.get(key)
  if (!resource || key === undefined || seen.has(key)) return
  seen.add(key)
  const type = resource['resourceType']
  if (type === 'ServiceRequest' && placing.get(key)?.section === undefined) placing.set(key, { ...placing.get(key), section: 'referrals' })
  if (type === 'Observation') placing.set(key, { ...placing.get(key), section: 'results' })
  for (const name of ['result', 'hasMember', 'specimen', 'basedOn'])
    for (const inner of objectsOf(resource[name])) placeResults(textOf(inner['reference']), resources, placing, seen)
}

/** A whole GP Connect answer, cleaned and sifted, as R4 items. Pure. */
export function* translateGpConnect(
  input: Omit<TranslateInput, 'resources' | 'placing'> & { readonly stu3: ReadonlyMap<string, JsonObject> },
): Generator<void, Translation> {
  const { resources, placing } = yield* shape(input.stu3)
  return yield* translate({ ...input, resources, placing })
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
      if (diagnostics !== undefined) found.add(diagnostics.trim().split('.')[0] ?? '')
    }
  }
  return found
}
