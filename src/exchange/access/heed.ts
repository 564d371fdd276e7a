import type { AccessRules, DecisionInput, Reason } from '../../care-record/decision.ts'
import type { KeptApart, Narrowing, ObjectionBasis, ObjectionInForce, ObjectionScope } from '../../care-record/objection.ts'
import type { Relationship, Viewer } from '../../care-record/person.ts'
import { instantOf } from './dates.ts'
import { no, yes } from './reasons.ts'

/** What objections come to: nothing at all, nothing of some, or all. */
export type Heeded =
  | {
      readonly why: Reason
      readonly keptApart: KeptApart | undefined
      /** The relationship on which an objection was passed by, where that is not just any. */
      readonly relationship?: Relationship
    }
  | { readonly refuse: 'objection' | 'objections-unknown'; readonly why: Reason; readonly relationship?: undefined }

/**
 * The person's wish, whatever it rests on: a hold, a decision, an import or a possible match. Unknown means no.
 *
 * @param granted relationships that hold now: a safeguarding enquiry among them sees past what somebody else said for the person.
 */
export function heed({ objections, viewer, rules, now }: DecisionInput, granted: readonly Relationship[]): Heeded {
  if (objections.state !== 'known') return { refuse: 'objections-unknown', why: no('objection', 'objections-unknown') }
  const enquiry = granted.find(one => one.type === 'safeguarding-enquiry')
  const opened = (one: ObjectionInForce): Narrowing | undefined => one.narrowings.find(each => opensFor(each, one, viewer, now))
  const isSpared = (one: ObjectionInForce): boolean => one.sparesSafeguarding === true && enquiry !== undefined
  const bearing = objections.inForce.filter(one => bearsOn(one, viewer))
  for (const one of bearing) {
    const blocks = opened(one) === undefined && !isSpared(one) ? blocksViewer(one) : undefined
    if (blocks !== undefined) return refused(blocks, [])
  }
  const parts: Reason[] = []
  const apart: ObjectionInForce[] = []
  let spared = false
  for (const one of bearing) {
    const narrowing = opened(one)
    if (narrowing !== undefined) parts.push(yes('objection', 'objection-narrowed', { id: narrowing.id, reason: narrowing.reason }))
    else if (isSpared(one)) {
      spared = true
      parts.push(yes('objection', 'objection-spares-safeguarding', { id: one.id }))
    } else if (isOfEverything(one)) return refused(no('objection', 'objection-everything', { basis: one.basis }), parts)
    else if (one.scope.kind === 'class' && classOf(rules, one.scope.classId) === undefined)
      return refused(no('objection', 'objection-class-unknown'), parts)
    else if (!SCOPES.has(one.scope.kind)) return refused(no('objection', 'objection-scope-unknown'), parts)
    else apart.push(one)
  }
  const keptApart = resolve(apart, rules)
  const code = keptApart !== undefined ? 'objection-kept-apart' : parts.length > 0 ? 'objection-passed-by' : 'objection-none'
  return {
    why: yes('objection', code, {}, parts.length > 0 ? parts : undefined),
    keptApart,
    ...(spared && enquiry !== undefined ? { relationship: enquiry } : {}),
  }
}

const refused = (why: Reason, parts: readonly Reason[]): Heeded => ({
  refuse: 'objection',
  why: parts.length > 0 ? { ...why, parts } : why,
})

/** Somebody who may be the person said no, nobody knows to what: it counts as everything (care rules 4.5). */
const isOfEverything = ({ scope, basis }: ObjectionInForce): boolean => scope.kind === 'everything' || basis === 'unmatched'

/**
 * Not one about another member of staff or workplace, nor one to the sharing of the viewer's own organisation: nobody is kept from
 * what their own organisation holds.
 */
function bearsOn(one: ObjectionInForce, viewer: Viewer): boolean {
  const { scope } = one
  if (isOfEverything(one)) return true
  if (scope.kind === 'staff') return scope.sdsUserId === viewer.sdsUserId
  if (scope.kind === 'workplace') return scope.odsCode === viewer.odsCode
  return scope.kind !== 'organisation' || scope.odsCode !== viewer.odsCode
}

/** The person has named this member of staff, or where they work: they see nothing, unless it was opened to this very user (R056). */
function blocksViewer({ scope, basis }: ObjectionInForce): Reason | undefined {
  if (basis === 'unmatched') return undefined
  if (scope.kind === 'staff') return no('objection', 'staff-blocked')
  return scope.kind === 'workplace' ? no('objection', 'workplace-blocked') : undefined
}

/** A list of a newer exchange may say what this one does not know. */
const SCOPES: ReadonlySet<string> = new Set<ObjectionScope['kind']>(['everything', 'organisation', 'class', 'staff', 'workplace'])

const opensFor = (narrowing: Narrowing, { basis }: ObjectionInForce, { sdsUserId }: Viewer, now: string): boolean =>
  new Set(narrowing.decidedBy.filter(one => one.trim() !== '')).size >= deciders(narrowing, basis) &&
  narrowing.sdsUserIds.includes(sdsUserId) &&
  instantOf(narrowing.from) <= instantOf(now) &&
  instantOf(now) < instantOf(narrowing.until)

/** How many different people it takes: a clinician alone opens a hold, at any hour (care rules 4.2). */
const deciders = ({ reason }: Narrowing, basis: ObjectionBasis): number => {
  if (basis === 'unmatched') return Infinity
  return basis === 'held' && (reason === 'safeguarding' || reason === 'serious-risk') ? 1 : 2
}

const classOf = (rules: AccessRules, id: string) => rules.shareClasses.find(one => one.id === id)

function resolve(objections: readonly ObjectionInForce[], rules: AccessRules): KeptApart | undefined {
  const scopes = objections.map(one => one.scope)
  const organisations = scopes.flatMap(s => (s.kind === 'organisation' ? [s.odsCode] : []))
  const classes = scopes.flatMap(s => (s.kind === 'class' ? (classOf(rules, s.classId) ?? []) : []))
  if (organisations.length === 0 && classes.length === 0) return undefined
  return {
    organisations: once(organisations),
    organisationKinds: once(classes.flatMap(one => one.organisationKinds)),
    sections: once(classes.flatMap(one => one.sections)),
    policyClasses: once(classes.flatMap(one => one.policyClasses)),
  }
}

const once = <T extends string>(all: readonly T[]): readonly T[] => [...new Set(all)].toSorted()
