import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { fail, ok, type Result } from '../../care-record/result.ts'

const counts = Type.Array(
  Type.Object(
    {
      of: Type.String({ maxLength: 100 }),
      hidden: Type.Integer({ minimum: 0 }),
      shown: Type.Integer({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  { maxItems: 60 },
)
const trialSchema = Type.Object(
  {
    trial: Type.Literal(1),
    /** SHA-256 of the change it tried, so that a report is not put beside another change. */
    change: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** Synthetic people and their items that were judged before and after. */
    people: Type.Integer({ minimum: 0 }),
    items: Type.Integer({ minimum: 0 }),
    /** Items times role groups that would no longer be shown, or would be. */
    hidden: Type.Integer({ minimum: 0 }),
    shown: Type.Integer({ minimum: 0 }),
    peopleTouched: Type.Integer({ minimum: 0 }),
    bySection: counts,
    byOrganisation: counts,
    byRoleGroup: counts,
  },
  { additionalProperties: false },
)
const checked = Compile(trialSchema)

/** What a change would have done to the records of synthetic people. Counts alone. */
export type Trial = Static<typeof trialSchema>

/** Reads the summary that a trial run wrote. @returns fault `invalid` where it is none. */
export function parseTrial(text: string): Result<Trial> {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return fail('invalid', 'The report of the trial run is not JSON.')
  }
  return checked.Check(said) ? ok(said) : fail('invalid', 'The report of the trial run cannot be read.')
}
