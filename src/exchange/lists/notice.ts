import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { ISOLATED, LIST_BODY, type ListName, type Notice } from '../../care-record/lists.ts'

const id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$' })
const odsCode = Type.String({ pattern: '^[A-Z0-9]{3,12}$' })
const user = Type.String({ pattern: '^[A-Za-z0-9]{1,20}$' })
const instant = Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$` })
const whole = { additionalProperties: false }
const Narrowing = Type.Object(
  {
    id,
    reason: Type.Enum(['safeguarding', 'serious-risk', 'public-interest']),
    sdsUserIds: Type.Array(user, { maxItems: 100 }),
    from: instant,
    until: instant,
    decidedBy: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 10 }),
  },
  whole,
)
const Scope = Type.Union([
  Type.Object({ kind: Type.Literal('everything') }, whole),
  Type.Object({ kind: Type.Literal('organisation'), odsCode }, whole),
  Type.Object({ kind: Type.Literal('class'), classId: id }, whole),
  Type.Object({ kind: Type.Literal('staff'), sdsUserId: user }, whole),
  Type.Object({ kind: Type.Literal('workplace'), odsCode }, whole),
])
const Canary = Type.Object({ kind: Type.Literal('canary'), id }, whole)
const Objection = Type.Object(
  {
    kind: Type.Literal('objection'),
    id,
    nhsNumbers: Type.Array(Type.String({ pattern: '^[0-9]{10}$' }), { minItems: 1, maxItems: 50 }),
    scope: Scope,
    basis: Type.Enum(['held', 'upheld', 'imported', 'unmatched']),
    since: Type.String({ pattern: String.raw`^\d{4}(?:-\d{2}(?:-\d{2})?)?$` }),
    state: Type.Enum(['in-force', 'ended']),
    narrowings: Type.Array(Narrowing, { maxItems: 100 }),
    sparesSafeguarding: Type.Optional(Type.Literal(true)),
  },
  whole,
)
const Isolation = Type.Object(
  {
    kind: Type.Literal('isolation'),
    id,
    what: Type.Enum([...ISOLATED]),
    which: Type.String({ minLength: 1, maxLength: 200 }),
    state: Type.Enum(['isolated', 'released']),
    because: Type.String({ minLength: 1, maxLength: 40 }),
    at: instant,
  },
  whole,
)
const forms = { objections: Compile(Type.Union([Objection, Canary])), isolations: Compile(Type.Union([Isolation, Canary])) } as const

/**
 * A notice out of an entry's body, or `undefined` for anything a list of that name may not have: a word that is not known
 * here is not passed over, it might be an objection.
 */
export function readNotice(list: ListName, body: string): Notice | undefined {
  if (body.length > LIST_BODY) return undefined
  try {
    const parsed: unknown = JSON.parse(body)
    return forms[list].Check(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
