import type { Resource } from '@medplum/fhirtypes'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Disclosed, Item, SectionAnswer, SourceWarning } from '../../care-record/item.ts'
import type { Pass } from '../../care-record/person.ts'
import { withoutReferences } from '../../care-record/without-references.ts'
import type { SectionId } from '../../care-record/section.ts'
import { createJudge, type JudgeContent } from './content.ts'
import { createExit, type Exit } from './exit.ts'
import { roleLimits, type RoleLimits } from './item-class.ts'
import { NO_HOLDERS, notShared, type Against, type Holders, type NotShared } from './kept-apart.ts'
import { carriesLetterhead, createMask, type Mask, type Place } from './mask.ts'
import { regrouped } from './regroup.ts'
import { rulesAgainst } from './rules/in-force.ts'
import { type LegalClassId, type Lookalike, type RuleSet, staysFor } from './rules/rule-set.ts'

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

/** The two mechanisms at and after the exchange, as they stand against some role groups. */
export interface Mechanisms {
  readonly judge: JudgeContent
  readonly exit: Exit
}

/** The rules in force, made ready once: a rule set and the service registers are read at start and at each change. */
export interface Rules extends Mechanisms {
  readonly set: RuleSet
  /** `judge` and `exit` themselves withhold what is withheld from everyone; these what one role group may not see beside. */
  readonly against: (roleGroup: string, apart?: readonly string[]) => Mechanisms
  /** What stays with who holds it, for one pass. */
  readonly notShared: (pass: Against) => NotShared
  readonly mask: Mask
  /** Organisations that run a restricted service: there, an item whose parent is not known is held back. */
  readonly withRestrictedService: ReadonlySet<string>
}

/**
 * @param set the rules as they stand (`rulesInForce`).
 * @param parts replaces one mechanism, for the suite that takes each away in turn; `places` are the organisations whose
 *   names and codes no text of a masked person may hold.
 */
export function createRules(
  set: RuleSet,
  services: readonly ServiceRegisterRow[],
  parts: Partial<Mechanisms> & { readonly places?: Iterable<Place>; readonly holders?: Holders } = {},
): Rules {
  const make = (group: string | undefined, apart: readonly string[] = []): Mechanisms => {
    const standing = rulesAgainst(set, services, group, apart)
    return {
      judge: parts.judge ?? createJudge(standing.set, standing.services),
      exit: parts.exit ?? createExit(standing.set, standing.services),
    }
  }
  // Groups that may see the same classes share one pair.
  const shared = new Map<string, Mechanisms>()
  const byGroup = new Map<string, Mechanisms>()
  const byLaw = { ...set, classes: set.classes.filter(c => c.maySee === undefined) }
  const ofLaw = new Set(byLaw.classes.map(c => c.id))
  const policies = set.classes.filter(c => c.maySee !== undefined)
  const known = new Set(policies.map(c => c.id))
  const all = new Set([...known, ...ofLaw])
  const functions = new Set(byLaw.classes.flatMap(c => c.service.treatmentFunctions))
  const judge = createJudge(byLaw, [])
  const restricted = services.filter(row =>
    row.legalClass === null
      ? functions.has(row.treatmentFunction ?? '') ||
        judge({ resourceType: 'HealthcareService', name: row.name }, row.odsCode) !== undefined
      : ofLaw.has(row.legalClass) || !known.has(row.legalClass),
  )
  return {
    set,
    ...make(undefined),
    against: (group, apart = []) => {
      const known = apart.length === 0 ? byGroup.get(group) : undefined
      if (known !== undefined) return known
      const may = policies.map(c => (c.maySee?.some(one => one === group) === true && !apart.includes(c.id) ? '1' : '0')).join('')
      let made = shared.get(may)
      if (made === undefined) {
        if (shared.size >= PAIRS) shared.clear()
        shared.set(may, (made = make(group, apart)))
      }
      if (apart.length === 0 && byGroup.size < ROLE_GROUPS) byGroup.set(group, made)
      return made
    },
    notShared: pass => notShared(pass, parts.holders ?? NO_HOLDERS, all),
    mask: createMask({ organisations: parts.places ?? [], services }),
    withRestrictedService: new Set([...restricted.map(row => row.odsCode), ...byLaw.classes.flatMap(c => c.service.organisations)]),
  }
}

/** The words, or nothing when either mechanism finds something in them. For text of documents, and for warnings. */
export function mayLeave(words: string, { judge, exit }: Mechanisms): string | undefined {
  const clean = judge({ resourceType: 'Basic', code: { text: words } }, '') === undefined
  return clean ? exit.text(words) : undefined
}

/** More than there are; an asker's unknown group costs time, never memory. */
const ROLE_GROUPS = 30
/** Pairs of mechanisms kept ready: one for each way of seeing and keeping apart that is met. */
const PAIRS = 60

const HELD: LegalClassId = 'parent-not-known'
const KEPT: LegalClassId = 'kept-with-its-holder'
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
  const work = disclosing(answers, pass, rules)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** Items looked at between two questions whether to pause: far less than a millisecond of ordinary ones. */
const ITEMS_A_STEP = 16

/**
 * The same, with the event loop let go between steps. A group of a few items is done without a pause.
 *
 * @param pause asked every few items: `undefined` to go on at once, or a promise to wait for. It owns the length of a slice.
 */
export async function discloseInSlices(
  answers: readonly SectionAnswer[],
  pass: Pass,
  rules: Rules,
  pause: () => Promise<void> | undefined,
): Promise<Disclosure> {
  const work = disclosing(answers, pass, rules)
  for (let steps = 1; ; steps++) {
    const step = work.next()
    if (step.done === true) return step.value
    const wait = steps % ITEMS_A_STEP === 0 ? pause() : undefined
    if (wait !== undefined) await wait
  }
}

/** A step an item, twice: to judge it and to let it out. */
function* disclosing(answers: readonly SectionAnswer[], pass: Pass, rules: Rules): Generator<void, Disclosure> {
  const holding = rules.notShared(pass)
  const byHolder = new Map<string, Mechanisms & { readonly read: Map<object, boolean> }>()
  const against = (odsCode: string): Mechanisms & { readonly read: Map<object, boolean> } => {
    let made = byHolder.get(odsCode)
    if (made === undefined) {
      const standing = rules.against(pass.role.group, holding.classes(odsCode))
      const alike = [...byHolder.values()].find(one => one.exit === standing.exit)
      byHolder.set(odsCode, (made = alike ?? { judge: standing.judge, exit: standing.exit, read: new Map() }))
    }
    return made
  }
  const withheld = yield* withholding(answers, odsCode => against(odsCode).judge, holding, rules)
  const counts = new Map<LegalClassId, number>()
  const count = (id: LegalClassId): void => void counts.set(id, (counts.get(id) ?? 0) + 1)
  const limits = roleLimits(answers, pass)
  const withoutTraces = createTraceRemover(withheld, limits)
  const out: SectionAnswer<Disclosed<Item>>[] = []
  for (const answer of answers) {
    const sections = answer.sections.filter(section => pass.maySee.has(section))
    if (sections.length === 0) continue
    const shown: Disclosed<Item>[] = []
    for (const item of answer.items) {
      yield
      if (!pass.maySee.has(item.section)) continue
      const mine = limits === undefined ? item : limits.narrowed(item)
      if (mine === undefined) continue
      const because = withheld.size === 0 ? undefined : withheld.get(item.id)
      if (because !== undefined) {
        // What depends on the person and not on the law is counted nowhere.
        if (because !== KEPT) count(because)
        continue
      }
      if (pass.maskPlaces && carriesLetterhead(item)) continue
      const clean = holding.withoutNotes(withoutTraces(mine))
      const { exit, read } = against(item.provenance.odsCode)
      const leaving = exit.item(clean, read)
      if (leaving === undefined) {
        count(NOT_SAID)
        continue
      }
      shown.push((pass.maskPlaces ? rules.mask.item(leaving) : leaving) as Disclosed<Item>)
    }
    const limited = sections.some(section => limits?.isLimited(section) === true)
    const warnings = answer.warnings.filter(
      ({ section, words, code }) =>
        isOf(section, sections) &&
        !(limits?.isLimited(section) === true && COUNTING.has(code)) &&
        mayLeave(words, against(answer.source.odsCode)) !== undefined,
    )
    if (isOf('documents', sections) && holding.holdsDocumentsBack(answer.source.odsCode))
      warnings.push({ code: 'other', section: 'documents', words: `Some kinds of document are not shared by ${answer.source.name}.` })
    const emptied = shown.length === 0 && answer.outcome === 'answered' && answer.cause === 'none'
    out.push({
      ...answer,
      sections,
      items: shown,
      warnings,
      ...(limited ? { unreadable: Math.min(answer.unreadable, 1) } : {}),
      ...(emptied ? { outcome: 'nothing-held' as const } : {}),
    })
  }
  return { answers: regrouped(out), sealedWithheld: new SealedWithheld(counts) }
}

/** Warnings that say how much there is: of a section of which a role sees a part, they would tell of the rest. */
const COUNTING: ReadonlySet<SourceWarning['code']> = new Set(['unreadable-items', 'too-many-items', 'other'])

const isOf = (section: SectionId, sections: readonly SectionId[]): boolean => sections.includes(section)

const keyOf = (item: Item, resource: Resource): string => `${item.provenance.sourceId}/${resource.resourceType}/${resource.id ?? ''}`

interface Seed {
  readonly key: string
  readonly type: string
  readonly because: LegalClassId
}

/** Withheld keys, of items and of parents, each with its class. */
function* withholding(
  answers: readonly SectionAnswer[],
  judgeOf: (odsCode: string) => JudgeContent,
  holding: NotShared,
  rules: Rules,
): Generator<void, ReadonlyMap<string, LegalClassId>> {
  const odsOf = new Map(answers.map(answer => [answer.source.id, answer.source.odsCode]))
  const kept = new Map<string, LegalClassId>()
  const seeds: Seed[] = []
  // Items of one answer share the resources that travel with them.
  const judgedAt = new Map<string, Map<Resource, LegalClassId | undefined>>()
  for (const answer of answers)
    for (const item of answer.items) {
      yield
      // Judged all the same: what hangs on it is not let out because it stays itself.
      if (holding.item(item, answer.source)) kept.set(item.id, KEPT)
      const ods = item.provenance.member ?? odsOf.get(item.provenance.sourceId) ?? item.provenance.odsCode
      const judgeContent = judgeOf(item.provenance.odsCode)
      const at = `${ods} ${item.provenance.odsCode}`
      let judged = judgedAt.get(at)
      if (judged === undefined) judgedAt.set(at, (judged = new Map()))
      const judge = (resource: Resource): LegalClassId | undefined => {
        const known = judged.get(resource)
        if (known !== undefined || judged.has(resource)) return known
        const found = judgeContent(resource, ods)
        judged.set(resource, found)
        return found
      }
      let because = judgeContent(item.resource, ods)
      for (const resource of item.contained) {
        const found = judge(resource)
        if (found === undefined) continue
        // A visit loses the line and what it leads to, not all that was written there.
        const { lines, rest } = resource.resourceType === 'Composition' ? written(resource) : { lines: [], rest: resource }
        for (const { reference, display } of lines) {
          const ofLine = judgeContent({ resourceType: 'Basic', code: { text: display } }, ods)
          if (ofLine !== undefined)
            seeds.push({
              key: `${item.provenance.sourceId}/${tailOf(reference)}`,
              type: reference.split('/').at(-2) ?? '',
              because: ofLine,
            })
        }
        because ??= rest === resource ? found : judgeContent(rest, ods)
      }
      for (const parent of item.parents) {
        const found = judge(parent)
        if (found === undefined) continue
        because ??= found
        seeds.push({ key: keyOf(item, parent), type: parent.resourceType, because: found })
      }
      if (because === undefined && item.unresolved.length > 0 && rules.withRestrictedService.has(ods)) because = HELD
      if (because !== undefined) seeds.push({ key: item.id, type: item.resource.resourceType, because })
    }
  if (seeds.length === 0) return kept
  const withheld = yield* withTheirs(seeds, answers, rules.set.lookalikes)
  // What a class takes it takes with what belongs to it; what stays with its holder goes alone, and its traces with it.
  return kept.size === 0 ? withheld : new Map([...kept, ...withheld])
}

interface Line {
  readonly reference: string
  readonly display: string
}

/** A consultation parted into the lines that lead to statements of their own, and all else that is written in it. */
function written(composition: Resource): { readonly lines: readonly Line[]; readonly rest: Resource } {
  const lines: Line[] = []
  const without = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(without)
    if (typeof value !== 'object' || value === null) return value
    if ('reference' in value && typeof value.reference === 'string') {
      const { reference, display, ...rest } = value as { readonly reference: string; readonly display?: unknown }
      if (typeof display === 'string') lines.push({ reference, display })
      return rest
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, without(inner)]))
  }
  const rest = without(composition) as Resource
  return { lines, rest }
}

/**
 * The seeds and what belongs to them, however far along the links. A problem of everyone's stays when only what everyone is
 * offered for it goes: classes of which nothing stays are followed first.
 */
function* withTheirs(
  seeds: readonly Seed[],
  answers: readonly SectionAnswer[],
  lookalikes: readonly Lookalike[],
): Generator<void, ReadonlyMap<string, LegalClassId>> {
  const withheld = new Map<string, LegalClassId>()
  const queue: { key: string; type: string }[] = []
  const take = (key: string, type: string, id: LegalClassId): void => {
    if (withheld.has(key)) return
    withheld.set(key, id)
    queue.push({ key, type })
  }
  const offered = new Set(lookalikes.flatMap(one => one.reasons?.ofClasses ?? []))
  const byId = new Map<string, Item>()
  const linked = new Map<string, Item[]>()
  const parented = new Map<string, Item[]>()
  const put = (at: Map<string, Item[]>, key: string, item: Item): void => {
    const there = at.get(key)
    if (there === undefined) at.set(key, [item])
    else there.push(item)
  }
  for (const answer of answers)
    for (const item of answer.items) {
      yield
      byId.set(item.id, item)
      for (const link of item.links) put(linked, link, item)
      for (const parent of item.parents) put(parented, keyOf(item, parent), item)
    }

  const stays = ({ resource }: Item, because: LegalClassId): boolean =>
    resource.resourceType === 'Condition' &&
    offered.has(because) &&
    staysFor(lookalikes, resource.code?.coding?.map(coding => coding.code) ?? [], because)
  for (const round of [seeds.filter(seed => !offered.has(seed.because)), seeds.filter(seed => offered.has(seed.because))]) {
    for (const seed of round) take(seed.key, seed.type, seed.because)
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      yield
      const because = withheld.get(next.key) ?? HELD
      const visit = VISITS.has(next.type)
      const near = [...(linked.get(next.key) ?? []), ...(visit ? (parented.get(next.key) ?? []) : [])]
      for (const link of byId.get(next.key)?.links ?? []) {
        const item = byId.get(link)
        if (item !== undefined && !GATHERING.has(item.resource.resourceType)) near.push(item)
      }
      for (const item of near) {
        if (!visit && (GATHERING.has(item.resource.resourceType) || stays(item, because))) continue
        take(item.id, item.resource.resourceType, because)
      }
    }
  }
  return withheld
}

/** Gives an item without a link, reference or parent that would show that something else exists; the item itself when it has none. */
function createTraceRemover(withheld: ReadonlyMap<string, LegalClassId>, limits: RoleLimits | undefined): (item: Item) => Item {
  const cleaned = new Map<Resource, Resource>()
  return item => {
    const alone = item.parents.length === 0 && item.unresolved.length === 0
    if (withheld.size === 0 && limits === undefined) return alone ? item : { ...item, parents: [], unresolved: [] }
    const isGoneKey = (key: string): boolean => withheld.has(key) || limits?.isBeyond(key) === true
    const isGone = (reference: string): boolean => isGoneKey(`${item.provenance.sourceId}/${tailOf(reference)}`)
    const clean = (resource: Resource): Resource => (withoutReferences(resource, isGone) ?? resource) as Resource
    const contained = item.contained.map(one => {
      const known = cleaned.get(one) ?? clean(one)
      cleaned.set(one, known)
      return known
    })
    const resource = clean(item.resource)
    const links = item.links.filter(link => !isGoneKey(link))
    const same =
      resource === item.resource && links.length === item.links.length && contained.every((one, at) => one === item.contained[at])
    return same
      ? alone
        ? item
        : { ...item, parents: [], unresolved: [] }
      : { ...item, resource, contained, links, parents: [], unresolved: [] }
  }
}

/** `Type/id` of a reference. */
function tailOf(reference: string): string {
  const history = reference.indexOf('/_history/')
  const plain = history < 0 ? reference : reference.slice(0, history)
  const last = plain.lastIndexOf('/')
  return plain.slice(last > 0 ? plain.lastIndexOf('/', last - 1) + 1 : 0)
}
