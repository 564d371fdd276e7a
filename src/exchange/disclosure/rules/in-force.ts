import type { RoleGroup, ServiceRegisterRow } from '../../../care-record/catalogue.ts'
import { boardClasses } from './board-classes.ts'
import { ok, fail, type Result } from '../../../care-record/result.ts'
import type { LegalClass, Lookalike, RuleSet } from './rule-set.ts'

/** The classes that statute keeps apart: an exchange knows each from a list it was given. */
export const BY_LAW = ['sexual-health', 'fertility', 'gender-reassignment'] as const

/**
 * The sets as one, as they stand on a day. Of several versions of a set the latest in force counts; marks of one class
 * from several sets add up, and who may see a class is what the first of them says.
 *
 * @param on FHIR date.
 */
export function rulesInForce(sets: readonly RuleSet[], on: string): RuleSet {
  const latest = new Map<string, RuleSet>()
  for (const set of sets) {
    const other = latest.get(set.id)
    if (set.inForceFrom <= on && (other === undefined || other.inForceFrom <= set.inForceFrom)) latest.set(set.id, set)
  }
  // A clock that is behind must not open anything: then the set that comes first stands already.
  const [first = sets[0], ...more] = latest.values()
  if (first === undefined) throw new Error('there is no rule set')
  const classes = new Map<string, LegalClass>()
  for (const one of [first, ...more].flatMap(set => set.classes)) {
    const other = classes.get(one.id)
    classes.set(one.id, other === undefined ? one : added(other, one))
  }
  const isInForce = (one: Lookalike): boolean => one.inForceFrom <= on && (one.until === undefined || on <= one.until)
  return {
    ...first,
    version: [first, ...more].map(set => `${set.id} ${set.version}`).join(', '),
    classes: [...classes.values()].toSorted((a, b) => Number(a.maySee !== undefined) - Number(b.maySee !== undefined)),
    lookalikes: [first, ...more].flatMap(set => set.lookalikes).filter(isInForce),
  }
}

/** Who may see a class of policy, as an approved change says; and which of a board's classes stand at all. */
export type SeenBy = ReadonlyMap<string, readonly RoleGroup[]>

/**
 * The set with what approved changes say of who sees which class. A class of the law is nobody's to change; a class that only a
 * board puts in force stands once a change names it.
 */
export function asDecided(set: RuleSet, seenBy: SeenBy): RuleSet {
  if (seenBy.size === 0) return set
  const decided = (one: LegalClass): LegalClass => {
    const maySee = seenBy.get(one.id)
    return one.maySee === undefined || maySee === undefined ? one : { ...one, maySee }
  }
  const known = new Set(set.classes.map(c => c.id))
  const put = boardClasses.filter(c => seenBy.has(c.id) && !known.has(c.id))
  return { ...set, classes: [...set.classes, ...put].map(decided) }
}

function added(a: LegalClass, b: LegalClass): LegalClass {
  return {
    ...a,
    service: {
      treatmentFunctions: [...a.service.treatmentFunctions, ...b.service.treatmentFunctions],
      organisations: [...a.service.organisations, ...b.service.organisations],
      names: [...a.service.names, ...b.service.names],
      documentClasses: [...a.service.documentClasses, ...b.service.documentClasses],
      labels: [...a.service.labels, ...b.service.labels],
      seeds: [...a.service.seeds, ...b.service.seeds],
    },
    content: {
      snomed: [...a.content.snomed, ...b.content.snomed],
      icd10: [...a.content.icd10, ...b.content.icd10],
      opcs4: [...a.content.opcs4, ...b.content.opcs4],
      read: [...(a.content.read ?? []), ...(b.content.read ?? [])],
      terms: [...(a.content.terms ?? []), ...(b.content.terms ?? [])],
      services: [...a.content.services, ...b.content.services],
      labels: [...a.content.labels, ...b.content.labels],
      wording: [...a.content.wording, ...b.content.wording],
    },
    outgoing: {
      labels: [...a.outgoing.labels, ...b.outgoing.labels],
      terms: [...a.outgoing.terms, ...b.outgoing.terms],
      ofCodes: [...(a.outgoing.ofCodes ?? []), ...(b.outgoing.ofCodes ?? [])],
    },
  }
}

/**
 * What of the rules and registers stands against one role group; without a group, what stands against everyone alike.
 *
 * @param apart policy classes that stand whatever the role: an objection or their holder keeps them apart.
 */
export function rulesAgainst(
  set: RuleSet,
  services: readonly ServiceRegisterRow[],
  group: string | undefined,
  apart: readonly string[] = [],
): { readonly set: RuleSet; readonly services: readonly ServiceRegisterRow[] } {
  const stands = ({ id, maySee }: LegalClass): boolean => {
    if (maySee === undefined || apart.includes(id)) return true
    return group === undefined ? maySee.length === 0 : !maySee.some(one => one === group)
  }
  const off = new Set(set.classes.filter(c => !stands(c)).map(c => c.id))
  if (off.size === 0) return { set, services }
  const theirs = set.classes.filter(c => off.has(c.id))
  return {
    set: {
      ...set,
      classes: set.classes.filter(c => !off.has(c.id)),
      // A label of a class that may be seen restricts nothing.
      ordinaryLabels: [...set.ordinaryLabels, ...theirs.flatMap(c => c.content.labels)],
      ordinaryAtTheExit: [...set.ordinaryAtTheExit, ...theirs.flatMap(c => c.outgoing.labels)],
    },
    services: services.map(row => (row.legalClass !== null && off.has(row.legalClass) ? { ...row, legalClass: null } : row)),
  }
}

/**
 * Whether an exchange may start: outside the synthetic city each class of the law needs a list that its owner loaded, for
 * the first set is a small choice of ours.
 *
 * @param loaded the sets from outside, without the first set. Refused: `invalid`, in words for who operates it.
 */
export function mayStart(loaded: readonly RuleSet[], london: boolean, on: string): Result<void> {
  if (london) return ok(undefined)
  const missing = BY_LAW.filter(
    id =>
      !loaded.some(
        set =>
          set.inForceFrom <= on &&
          set.classes.some(c => c.id === id && c.content.snomed.length + c.content.icd10.length + (c.content.read ?? []).length > 0),
      ),
  )
  return missing.length === 0
    ? ok(undefined)
    : fail('invalid', `no rule set in force is loaded for ${missing.join(', ')}: set LCR_RULE_SETS to a folder of rule sets`)
}
