import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { AccessRules } from '../../../care-record/decision.ts'
import { RELATIONSHIPS } from '../../../care-record/person.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { SECTION_IDS } from '../../../care-record/section.ts'
import { isClaim } from '../windows.ts'
import { firstRules } from './first-rules.ts'
import { groupRows } from '../roles/groups.ts'

const HOUR = 3_600_000
/** No rule set may let a professional's own word count for longer (care rules 1.3). Milliseconds. */
const LONGEST_CLAIM_MS = 24 * HOUR
const closed = { additionalProperties: false } as const
const oneOf = <T extends string>(all: readonly T[]) => Type.Unsafe<T>(Type.Union(all.map(one => Type.Literal(one))))
const words = Type.String({ minLength: 3, maxLength: 300, pattern: String.raw`\S` })
const duration = Type.Integer({ minimum: 0, maximum: 1_100 * 24 * HOUR })
const days = Type.Integer({ minimum: 0, maximum: 366 })
const KINDS = [
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
] as const

const windowSchema = Type.Object(
  {
    type: oneOf(RELATIONSHIPS),
    afterEndMs: duration,
    silenceMs: Type.Union([duration, Type.Null()]),
    longestMs: Type.Union([duration, Type.Null()]),
    thatDay: Type.Optional(Type.Literal(true)),
    againMs: Type.Optional(duration),
    groups: Type.Union([Type.Literal('*'), Type.Array(oneOf(groupRows.map(row => row.group)), { minItems: 1, uniqueItems: true })]),
    teamOnly: Type.Boolean(),
    reason: words,
  },
  closed,
)
const setSchema = Type.Object(
  {
    version: Type.String({ pattern: '^[0-9]{1,4}$' }),
    inForceFrom: Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}$` }),
    owner: words,
    approvedBy: Type.Array(Type.Object({ name: words, office: words, odsCode: Type.String({ pattern: '^[A-Z0-9]{3,12}$' }) }, closed), {
      minItems: 2,
      maxItems: 6,
    }),
    reason: words,
    windows: Type.Array(windowSchema, { maxItems: RELATIONSHIPS.length }),
    acceptedUseDays: days,
    feeUnpaidDays: days,
    overdueDays: days,
    shareClasses: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,60}$' }),
          title: words,
          organisationKinds: Type.Array(oneOf(KINDS), { uniqueItems: true }),
          sections: Type.Array(oneOf(SECTION_IDS), { uniqueItems: true }),
          policyClasses: Type.Array(Type.String({ pattern: '^[a-z0-9-]{1,60}$' }), { uniqueItems: true }),
          owner: words,
        },
        closed,
      ),
      { maxItems: 50 },
    ),
  },
  closed,
)
const fileSchema = Type.Object({ accessRules: Type.Literal(1), sets: Type.Array(setSchema, { minItems: 1, maxItems: 200 }) }, closed)
const checked = Compile(fileSchema)
type GivenSet = Static<typeof setSchema>

/**
 * Reads the sets of access rules that came after the first, as the reviewed file of `LCR_ACCESS_RULES` has them: whole or not at
 * all. A set takes two people of different organisations; it can open no purpose but direct care, and no rule of it is without an
 * end. Fault `invalid`, in words for who operates the exchange.
 *
 * @param text JSON: `{ "accessRules": 1, "sets": [ … ] }`.
 */
export function readAccessRules(text: string): Result<readonly AccessRules[]> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (cause) {
    return fail('invalid', 'access rules: the file is not JSON', cause)
  }
  if (!checked.Check(given)) {
    const [first] = checked.Errors(given)
    return fail('invalid', `access rules: the file is not as it should be at ${first?.instancePath || '/'}`)
  }
  const seen = new Set([firstRules.version])
  for (const set of given.sets) {
    const wrong = seen.has(set.version) ? 'its version is taken' : wrongWith(set)
    if (wrong !== undefined) return fail('invalid', `access rules ${set.version}: ${wrong}`)
    seen.add(set.version)
  }
  return ok(given.sets.map(rulesOf))
}

const rulesOf = ({ approvedBy, ...set }: GivenSet): AccessRules => ({
  ...set,
  windows: set.windows.map(({ thatDay, againMs, ...window }) => ({
    ...window,
    ...(thatDay === undefined ? {} : { thatDay }),
    ...(againMs === undefined ? {} : { againMs }),
  })),
  id: firstRules.id,
  purposes: ['direct-care'],
  approvedBy: approvedBy.map(({ office, odsCode }) => `${office}, ${odsCode}`),
})

function wrongWith({ inForceFrom, approvedBy, windows, shareClasses }: GivenSet): string | undefined {
  const day = new Date(inForceFrom)
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== inForceFrom) return 'its first day is no day'
  if (new Set(approvedBy.map(one => one.odsCode)).size < 2) return 'those who approve it are of one organisation'
  if (new Set(approvedBy.map(one => one.name.trim().toLowerCase())).size < approvedBy.length) return 'somebody approves it twice'
  if (new Set(windows.map(one => one.type)).size < windows.length) return 'a kind of relationship has two windows'
  if (new Set(shareClasses.map(one => one.id)).size < shareClasses.length) return 'two classes have one id'
  const endless = windows.find(one => !hasEnd(one))
  if (endless !== undefined) return `${endless.type} has no end while it is open`
  const long = windows.find(one => isClaim(one.type) && (one.longestMs === null || one.longestMs > LONGEST_CLAIM_MS))
  return long === undefined ? undefined : `${long.type} lasts longer than 24 hours`
}

const hasEnd = ({ silenceMs, longestMs, thatDay, againMs }: GivenSet['windows'][number]): boolean =>
  silenceMs !== null || longestMs !== null || thatDay === true || againMs !== undefined

/**
 * The set that decides on a day: of those in force the latest. A clock that is behind opens nothing new: then the first stands.
 *
 * @param on FHIR date.
 */
export function rulesInForce(sets: readonly [AccessRules, ...AccessRules[]], on: string): AccessRules {
  let [latest] = sets
  for (const set of sets) if (set.inForceFrom <= on && (set.inForceFrom >= latest.inForceFrom || latest.inForceFrom > on)) latest = set
  return latest
}
