import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { CARING_GROUPS, type Catalogue, type RoleGroup, type ServiceRegisterRow, type SharingProfile } from '../../care-record/catalogue.ts'
import type { ShareClass } from '../../care-record/objection.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import { SECTION_IDS } from '../../care-record/section.ts'
import { boardClasses } from './rules/board-classes.ts'
import type { SeenBy } from './rules/in-force.ts'
import type { RuleSet } from './rules/rule-set.ts'

/** Kinds of organisation a class of sharing can be made of. */
export const SHARING_KINDS = [
  'gp-practice',
  'acute',
  'community',
  'mental-health',
  'social-care',
  'ambulance',
  'nhs-111',
  'out-of-hours',
  'care-home',
  'pharmacy',
  'hospice',
] as const satisfies readonly ShareClass['organisationKinds'][number][]

const oneOf = <const T extends readonly string[]>(values: T) => Type.Unsafe<T[number]>(Type.Union(values.map(value => Type.Literal(value))))
const id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,59}$' })
const odsCode = Type.String({ pattern: '^[A-Z0-9]{3,12}$' })
const words = Type.String({ minLength: 3, maxLength: 200, pattern: String.raw`^\S` })
const closed = { additionalProperties: false } as const
const someOf = <const T extends readonly string[]>(values: T) => Type.Array(oneOf(values), { uniqueItems: true })
const ids = Type.Array(id, { maxItems: 40, uniqueItems: true })
/** A code of a clinic is short, and never a person's number. */
const localCode = Type.String({ pattern: String.raw`^(?!\d{9,})[A-Za-z0-9][A-Za-z0-9 ._/-]{0,19}$` })

const schemas = {
  class: Type.Object({ kind: Type.Literal('class'), classId: id, seenBy: someOf(CARING_GROUPS) }, closed),
  profile: Type.Object(
    {
      kind: Type.Literal('profile'),
      odsCode,
      sections: someOf(SECTION_IDS),
      documentClasses: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:_-]{1,60}$' }), { maxItems: 200, uniqueItems: true }),
      policyClasses: ids,
    },
    closed,
  ),
  service: Type.Object(
    {
      kind: Type.Literal('service'),
      odsCode,
      localCode,
      name: words,
      treatmentFunction: Type.Union([Type.String({ pattern: '^[A-Z0-9]{3}$' }), Type.Null()]),
      /** `null`: ordinary. */
      legalClass: Type.Union([id, Type.Null()]),
    },
    closed,
  ),
  'share-class': Type.Object(
    {
      kind: Type.Literal('share-class'),
      id,
      title: words,
      organisationKinds: someOf(SHARING_KINDS),
      sections: someOf(SECTION_IDS),
      policyClasses: ids,
      owner: words,
      /** Not offered any longer: who objected to it before is then shown nothing at all. */
      ended: Type.Optional(Type.Literal(true)),
    },
    closed,
  ),
} as const
const checked = {
  class: Compile(schemas.class),
  profile: Compile(schemas.profile),
  service: Compile(schemas.service),
  'share-class': Compile(schemas['share-class']),
}

/** One change of what is withheld or shared, whole: it says all of its subject, not a difference. */
export type Change = Static<(typeof schemas)[keyof typeof schemas]>
export type ChangeKind = Change['kind']

/** What a change is about: two of one kind and subject are two versions of one thing. */
export function subjectOf(change: Change): string {
  switch (change.kind) {
    case 'class':
      return change.classId
    case 'profile':
      return change.odsCode
    case 'service':
      return `${change.odsCode} ${change.localCode.toLowerCase()}`
    case 'share-class':
      return change.id
  }
  return change satisfies never
}

/**
 * Reads a change, from a form, a file or the table.
 *
 * @returns fault `invalid` saying where it is wrong (path and rule, never the value).
 */
export function parseChange(value: unknown): Result<Change> {
  const kind: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'kind') : undefined
  if (typeof kind !== 'string' || !Object.hasOwn(checked, kind)) return fail('invalid', 'The change cannot be read.')
  const schema = checked[kind as ChangeKind]
  if (schema.Check(value)) return ok(value)
  const [first] = schema.Errors(value)
  return fail('invalid', `The change cannot be read at ${first?.instancePath || '/'}.`)
}

/**
 * Whether a change can stand here: what it names is known, and it is not the law's.
 *
 * @param set the rules in force, without changes.
 * @returns fault `invalid` where it names what is not known, `forbidden` where nobody may change it.
 */
export function mayStand(change: Change, { catalogue, set }: { readonly catalogue: Catalogue; readonly set: RuleSet }): Result<void> {
  const byLaw = new Set(set.classes.filter(c => c.maySee === undefined).map(c => c.id))
  const known = new Set([...set.classes, ...boardClasses].map(c => c.id))
  const unknown = fail('invalid', 'The change names a class that is not known.')
  const nobody = fail('invalid', 'The change names an organisation that is not in the catalogue.')
  switch (change.kind) {
    case 'class':
      if (byLaw.has(change.classId))
        return fail('forbidden', 'What the law keeps apart is nobody’s to show. Its lists are changed as reviewed files.')
      return known.has(change.classId) ? ok(undefined) : unknown
    case 'profile':
      if (!catalogue.organisations.has(change.odsCode)) return nobody
      return change.policyClasses.every(one => known.has(one)) ? ok(undefined) : unknown
    case 'service':
      if (!catalogue.organisations.has(change.odsCode)) return nobody
      return change.legalClass === null || known.has(change.legalClass) ? ok(undefined) : unknown
    case 'share-class':
      if (change.ended !== true && change.organisationKinds.length + change.sections.length + change.policyClasses.length === 0)
        return fail('invalid', 'A class of sharing has to be made of something.')
      return change.policyClasses.every(one => known.has(one)) ? ok(undefined) : unknown
  }
  return change satisfies never
}

/** A change that two people made, in the order they were decided. */
export interface Approved {
  readonly id: string
  readonly change: Change
  /** FHIR date: the first day it stands. */
  readonly from: string
}

/** What stands by approved changes on a day. */
export interface Decided {
  readonly seenBy: SeenBy
  readonly profiles: readonly SharingProfile[]
  readonly services: readonly ServiceRegisterRow[]
  /** `null`: ended. */
  readonly shareClasses: ReadonlyMap<string, ShareClass | null>
  /** Ids of the changes it rests on. */
  readonly by: ReadonlyMap<string, Approved>
}

/**
 * Of several changes of one subject the one with the latest day counts; of one day, the one decided last.
 *
 * @param approved in the order they were decided.
 * @param on FHIR date.
 */
export function decidedOn(approved: readonly Approved[], on: string): Decided {
  const by = new Map<string, Approved>()
  for (const one of approved) {
    const key = `${one.change.kind} ${subjectOf(one.change)}`
    const other = by.get(key)
    if (one.from <= on && (other === undefined || other.from <= one.from)) by.set(key, one)
  }
  const seenBy = new Map<string, readonly RoleGroup[]>()
  const profiles: SharingProfile[] = []
  const services: ServiceRegisterRow[] = []
  const shareClasses = new Map<string, ShareClass | null>()
  for (const { change, from } of by.values()) {
    if (change.kind === 'class') seenBy.set(change.classId, change.seenBy)
    else if (change.kind === 'profile') {
      const { kind: _, ...profile } = change
      profiles.push({ ...profile, from })
    } else if (change.kind === 'service') {
      const { kind: _, ...row } = change
      services.push(row)
    } else {
      const { kind: _, ended, ...shareClass } = change
      shareClasses.set(change.id, ended === true ? null : shareClass)
    }
  }
  return { seenBy, profiles, services, shareClasses, by }
}

const rowKey = ({ odsCode, localCode }: Pick<ServiceRegisterRow, 'odsCode' | 'localCode'>): string =>
  `${odsCode} ${localCode.toLowerCase()}`

/** Who takes part, with the profiles and register rows that were decided laid over it. */
export function catalogueOver(catalogue: Catalogue, { profiles, services }: Decided, version: string): Catalogue {
  const decided = new Map(services.map(row => [rowKey(row), row]))
  const told = new Map((catalogue.profiles ?? []).map(one => [one.odsCode, one]))
  for (const profile of profiles) told.set(profile.odsCode, profile)
  return {
    ...catalogue,
    version,
    services: [...catalogue.services.filter(row => !decided.has(rowKey(row))), ...services],
    ...(told.size === 0 ? {} : { profiles: [...told.values()] }),
  }
}

/** Classes of sharing, with those that were decided laid over them. */
export const shareClassesOver = (base: readonly ShareClass[], { shareClasses }: Decided): readonly ShareClass[] =>
  shareClasses.size === 0
    ? base
    : [...base.filter(one => !shareClasses.has(one.id)), ...[...shareClasses.values()].filter(one => one !== null)]
