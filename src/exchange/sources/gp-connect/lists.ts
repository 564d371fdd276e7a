import { isDeepStrictEqual } from 'node:util'
import type { SourceWarning } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { cleanResource } from '../reading/reading.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { keyOf } from '../reading/references.ts'
import { countUnreadable, type TakenIn } from '../reading/take-in.ts'

/** SNOMED CT codes of the Lists that carry a structure of the record (GP Connect Structured 1.6). */
export const CONSULTATION = '325851000000107'
export const INVESTIGATIONS = '887191000000108'
export const DIARY = '714311000000108'
const RESOLVED = '1103671000000101'

/** Primary Lists by code, and the section each belongs to. */
const LISTS: Readonly<Record<string, SectionId>> = {
  '886921000000105': 'allergies',
  [RESOLVED]: 'allergies',
  '933361000000108': 'medicines',
  '717711000000103': 'problems',
  '1149501000000101': 'encounters',
  '1102181000000102': 'vaccinations',
  [INVESTIGATIONS]: 'results',
  '792931000000107': 'referrals',
  [DIARY]: 'appointments',
  '826501000000100': 'observations',
}

export const listCode = (list: JsonObject): string =>
  objectsOf(objectOf(list['code'])['coding'])
    .map(c => textOf(c['code']))
    .find(c => c !== undefined) ?? ''

export const referencesIn = (list: JsonObject): readonly string[] =>
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
      const ended = inner['resourceType'] === 'AllergyIntolerance' && listCode(list) === RESOLVED && inner['clinicalStatus'] === undefined
      const told = ended ? { ...inner, clinicalStatus: 'resolved' } : inner
      const there = taken.resources.get(keyOf(told))
      // Ids inside a List are its own: another resource of that id is another statement, unless it says the same.
      const own = there && !isDeepStrictEqual(there, told) ? { ...told, id: `${String(list['id'])}-${String(told['id'])}` } : told
      renamed.set(`#${String(inner['id'])}`, keyOf(own))
      if (taken.resources.has(keyOf(own))) taken.duplicates += 1
      else taken.resources.set(keyOf(own), own)
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
/** Providers put several notices into one note; the date is all that is the person's, and it must be said. */
const IN_TRANSIT =
  /Patient record transfer from previous GP practice not yet complete; (?:any )?information recorded before \d{1,2}-[A-Za-z]{3}-\d{4} (?:may be missing|not available)\.?/i

/**
 * What the provider says of its Lists, in its generic words; free notes about the person are not passed on. A warning about
 * a section that was not asked stands at the one whose area brought the List: what it says is missing is missing there too.
 */
export function warningsOf(resources: ReadonlyMap<string, JsonObject>, sections: readonly SectionId[]): readonly SourceWarning[] {
  const found = new Map<string, SourceWarning>()
  for (const list of resources.values()) {
    if (list['resourceType'] !== 'List') continue
    const section = [LISTS[listCode(list)] ?? secondarySection(list), broughtBy(list)].find(
      one => one !== undefined && sections.includes(one),
    )
    if (section === undefined) continue
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
      const key = `${section}/${known.code}`
      if (dated !== undefined || !found.has(key)) found.set(key, { code: known.code, section, words: dated ?? known.words })
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
  [/document/i, 'documents'],
]
/** `consultations-medications-contained-in-consultations`: of medicines, brought by consultations. */
const BROUGHT = /^(consultations|problems)[-\s]+(?=\w)/

const wordsOf = (list: JsonObject): string =>
  `${textOf(list['title']) ?? ''} ${listCode(list)} ${textOf(objectOf(list['code'])['text']) ?? ''}`.trim().toLowerCase()

function secondarySection(list: JsonObject): SectionId | undefined {
  const first = wordsOf(list).replace(BROUGHT, '')
  return SECONDARY.map(([pattern, section]) => ({ at: first.search(pattern), section }))
    .filter(m => m.at >= 0)
    .sort((a, b) => a.at - b.at)[0]?.section
}

function broughtBy(list: JsonObject): SectionId | undefined {
  const area = BROUGHT.exec(wordsOf(list))?.[1]
  return area === undefined ? undefined : area === 'problems' ? 'problems' : 'encounters'
}
