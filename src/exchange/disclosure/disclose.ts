import type { Resource } from '@medplum/fhirtypes'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Disclosed, Item, SectionAnswer } from '../../care-record/item.ts'
import type { Pass } from '../../care-record/person.ts'
import type { SectionId } from '../../care-record/section.ts'
import { createJudge, type JudgeContent } from './content.ts'
import { createExit, type Exit } from './exit.ts'
import { carriesLetterhead, maskPlaces } from './mask.ts'
import type { LegalClassId, RuleSet } from './rules/rule-set.ts'

/** How many items of each legal class were withheld. Opened by the audit room alone; prints and serialises as nothing. */
export class SealedWithheld {
  readonly #byClass: ReadonlyMap<LegalClassId, number>
  constructor(byClass: ReadonlyMap<LegalClassId, number>) {
    this.#byClass = byClass
  }
  /** For sealing by the audit room, and for nothing else. */
  open(): ReadonlyMap<LegalClassId, number> {
    return this.#byClass
  }
  toJSON(): undefined {
    return undefined
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return 'SealedWithheld'
  }
}

export interface Disclosure {
  readonly answers: readonly SectionAnswer<Disclosed<Item>>[]
  readonly sealedWithheld: SealedWithheld
}

/** The rules in force, made ready once: a rule set and the service registers are read at start and at each change. */
export interface Rules {
  readonly set: RuleSet
  readonly judge: JudgeContent
  readonly exit: Exit
  /** Organisations that run a restricted service: there, an item whose parent is not known is held back. */
  readonly withRestrictedService: ReadonlySet<string>
}

/** @param parts replaces one mechanism, for the suite that takes each away in turn. */
export function createRules(
  set: RuleSet,
  services: readonly ServiceRegisterRow[],
  parts: Partial<Pick<Rules, 'judge' | 'exit'>> = {},
): Rules {
  const functions = new Set(set.classes.flatMap(c => c.service.treatmentFunctions))
  const judge = createJudge(set, services)
  const restricted = services.filter(
    row =>
      row.legalClass !== null ||
      functions.has(row.treatmentFunction ?? '') ||
      judge({ resourceType: 'HealthcareService', name: row.name }, row.odsCode) !== undefined,
  )
  return {
    set,
    judge: parts.judge ?? judge,
    exit: parts.exit ?? createExit(set, services),
    withRestrictedService: new Set([...restricted.map(row => row.odsCode), ...set.classes.flatMap(c => c.service.organisations)]),
  }
}

const HELD: LegalClassId = 'parent-not-known'
const NOT_SAID: LegalClassId = 'found-at-the-exit'

/** Types that gather ordinary things too: they go with a service or visit, not with one line in them. */
const GATHERING: ReadonlySet<string> = new Set(['Encounter', 'EpisodeOfCare', 'List'])
/** Types whose own class is that of everything that belongs to them. */
const VISITS: ReadonlySet<string> = new Set(['Encounter', 'EpisodeOfCare', 'Appointment', 'HealthcareService', 'Location', 'Organization'])

/**
 * What may leave of a whole group of one source's answers, for one pass. The only place where a `Disclosed<Item>` is
 * made. Judges the item, what it contains and the parents it is judged with; what belongs to something withheld goes
 * with it, and no link or reference to it stays. An answer of which all is withheld reads as one that holds nothing:
 * the output is the same as if the source had never held it.
 *
 * @param answers every answer of one source and group, so that links across sections are seen. Several sources may be
 *   passed at once: keys carry their source.
 */
export function disclose(answers: readonly SectionAnswer[], pass: Pass, rules: Rules): Disclosure {
  const items = answers.flatMap(answer => answer.items)
  const withheld = withheldOf(items, answers, rules)
  const counts = new Map<LegalClassId, number>()
  const count = (id: LegalClassId): void => void counts.set(id, (counts.get(id) ?? 0) + 1)

  const out = answers.flatMap((answer): SectionAnswer<Disclosed<Item>>[] => {
    const sections = answer.sections.filter(section => pass.maySee.has(section))
    if (sections.length === 0) return []
    const shown: Disclosed<Item>[] = []
    for (const item of answer.items) {
      if (!pass.maySee.has(item.section)) continue
      const because = withheld.get(item.id)
      if (because !== undefined) {
        count(because)
        continue
      }
      if (pass.maskPlaces && carriesLetterhead(item)) continue
      const clean = withoutTraces(item, withheld)
      const leaving = rules.exit.item(pass.maskPlaces ? maskPlaces(clean) : clean)
      if (leaving === undefined) {
        count(NOT_SAID)
        continue
      }
      shown.push(leaving as Disclosed<Item>)
    }
    const warnings = answer.warnings.filter(warning => isOf(warning.section, sections) && rules.exit.text(warning.words) !== undefined)
    const emptied = shown.length === 0 && answer.outcome === 'answered' && answer.cause === 'none'
    return [{ ...answer, sections, items: shown, warnings, ...(emptied ? { outcome: 'nothing-held' as const } : {}) }]
  })
  return { answers: out, sealedWithheld: new SealedWithheld(counts) }
}

const isOf = (section: SectionId, sections: readonly SectionId[]): boolean => sections.includes(section)

const keyOf = (item: Item, resource: Resource): string => `${item.provenance.sourceId}/${resource.resourceType}/${resource.id ?? ''}`

/** Withheld keys, of items and of parents, each with its class. */
function withheldOf(items: readonly Item[], answers: readonly SectionAnswer[], rules: Rules): ReadonlyMap<string, LegalClassId> {
  const odsOf = new Map(answers.map(answer => [answer.source.id, answer.source.odsCode]))
  const withheld = new Map<string, LegalClassId>()
  const queue: { key: string; type: string }[] = []
  const take = (key: string, type: string, id: LegalClassId): void => {
    if (withheld.has(key)) return
    withheld.set(key, id)
    queue.push({ key, type })
  }
  const judged = new Map<string, LegalClassId | undefined>()
  const linked = new Map<string, Item[]>()
  const byId = new Map(items.map(item => [item.id, item]))
  for (const item of items) {
    const ods = odsOf.get(item.provenance.sourceId) ?? item.provenance.odsCode
    for (const link of item.links) (linked.get(link) ?? linked.set(link, []).get(link))?.push(item)
    let because = rules.judge(item.resource, ods)
    for (const resource of item.contained) because ??= rules.judge(resource, ods)
    for (const parent of item.parents) {
      const key = keyOf(item, parent)
      // A parent without an id cannot be told from another.
      if (parent.id === undefined || !judged.has(key)) judged.set(key, rules.judge(parent, ods))
      const found = judged.get(key)
      if (found === undefined) continue
      because ??= found
      take(key, parent.resourceType, found)
    }
    if (because === undefined && item.unresolved.length > 0 && rules.withRestrictedService.has(ods)) because = HELD
    if (because !== undefined) take(item.id, item.resource.resourceType, because)
  }
  const parented = new Map<string, Item[]>()
  for (const item of items)
    for (const parent of item.parents)
      (parented.get(keyOf(item, parent)) ?? parented.set(keyOf(item, parent), []).get(keyOf(item, parent)))?.push(item)

  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const because = withheld.get(next.key) ?? HELD
    const visit = VISITS.has(next.type)
    const near = [...(linked.get(next.key) ?? []), ...(visit ? (parented.get(next.key) ?? []) : [])]
    for (const link of byId.get(next.key)?.links ?? []) {
      const item = byId.get(link)
      if (item !== undefined && !GATHERING.has(item.resource.resourceType)) near.push(item)
    }
    for (const item of near) {
      if (!visit && GATHERING.has(item.resource.resourceType)) continue
      take(item.id, item.resource.resourceType, because)
    }
  }
  return withheld
}

/** The item without a link, reference or parent that would show that something else exists. */
function withoutTraces(item: Item, withheld: ReadonlyMap<string, LegalClassId>): Item {
  const isGone = (reference: string): boolean =>
    withheld.has(`${item.provenance.sourceId}/${reference.split('/_history/')[0]?.split('/').slice(-2).join('/') ?? ''}`)
  const clean = (resource: Resource): Resource => (withoutReferences(resource, isGone) ?? resource) as Resource
  return {
    ...item,
    resource: clean(item.resource),
    contained: item.contained.map(clean),
    links: item.links.filter(link => !withheld.has(link)),
    parents: [],
    unresolved: [],
  }
}

/** The value itself when nothing in it is gone; `undefined` when it is a reference that is. */
function withoutReferences(value: unknown, isGone: (reference: string) => boolean): unknown {
  if (Array.isArray(value)) {
    const kept = value.map(one => withoutReferences(one, isGone))
    return kept.every((one, at) => one === value[at]) ? value : kept.filter(one => one !== undefined)
  }
  if (typeof value !== 'object' || value === null) return value
  if ('reference' in value && typeof value.reference === 'string' && isGone(value.reference)) return undefined
  let changed = false
  let lost = false
  const kept: [string, unknown][] = []
  for (const [key, inner] of Object.entries(value)) {
    const clean = withoutReferences(inner, isGone)
    if (clean !== inner) changed = true
    const emptied = Array.isArray(clean) && clean.length === 0 && Array.isArray(inner) && inner.length > 0
    if (clean === undefined || emptied) lost = true
    else kept.push([key, clean])
  }
  if (!changed) return value
  // A part of a resource that was only about what is gone goes too: a rank or use without its condition is a trace.
  return lost && !('resourceType' in value) ? undefined : Object.fromEntries(kept)
}
