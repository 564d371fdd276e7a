import type { Bundle } from '@medplum/fhirtypes'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { limits } from '../../../care-record/limits.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { Found } from '../../find-person.ts'
import { candidateResource } from './patient.ts'
import { outcomeOf } from './outcome.ts'

const text = Type.String({ maxLength: 200 })
const Asked = Compile(
  Type.Object({
    resourceType: Type.Literal('Parameters'),
    parameter: Type.Array(
      Type.Object({
        name: Type.String({ maxLength: 64 }),
        resource: Type.Optional(
          Type.Object({
            resourceType: Type.Literal('Patient'),
            identifier: Type.Optional(
              Type.Array(Type.Object({ system: Type.Optional(text), value: Type.Optional(text) }), { maxItems: 10 }),
            ),
            name: Type.Optional(
              Type.Array(Type.Object({ family: Type.Optional(text), given: Type.Optional(Type.Array(text, { maxItems: 10 })) }), {
                maxItems: 5,
              }),
            ),
            gender: Type.Optional(text),
            birthDate: Type.Optional(text),
            address: Type.Optional(Type.Array(Type.Object({ postalCode: Type.Optional(text) }), { maxItems: 5 })),
          }),
        ),
        valueBoolean: Type.Optional(Type.Boolean()),
        valueInteger: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
      }),
      { minItems: 1, maxItems: 10 },
    ),
  }),
)

/** Whom to look for: the fields of the search form, and what the details given beside a number must agree with. */
export interface MatchAsk {
  readonly form: Readonly<Record<string, string>>
  readonly byNumber: boolean
  readonly alsoSaid: { readonly family?: string; readonly birthDate?: string }
  readonly onlyCertain: boolean
  /** At most `limits.candidates`. */
  readonly count: number
}

/** Reads the Parameters of `$match` (IHE PDQm ITI-119). Fault `invalid`. */
export function readMatch(body: unknown): Result<MatchAsk> {
  if (!Asked.Check(body)) return fail('invalid', 'Send Parameters with a Patient to match.')
  const of = (name: string) => body.parameter.find(parameter => parameter.name === name)
  const patient = of('resource')?.resource
  if (patient === undefined) return fail('invalid', 'Send Parameters with a Patient to match.')
  const number = patient.identifier?.find(identifier => identifier.system === 'https://fhir.nhs.uk/Id/nhs-number')?.value
  const [name] = patient.name ?? []
  const family = name?.family
  const { birthDate, gender } = patient
  const postcode = patient.address?.find(address => address.postalCode !== undefined)?.postalCode
  const given = name?.given?.[0]
  const fields = number === undefined ? { family, birthDate, given, gender, postcode } : { nhsNumber: number }
  return ok({
    form: Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    byNumber: number !== undefined,
    alsoSaid: { ...(family === undefined ? {} : { family }), ...(birthDate === undefined ? {} : { birthDate }) },
    onlyCertain: of('onlyCertainMatches')?.valueBoolean === true,
    count: Math.min(of('count')?.valueInteger ?? limits.candidates, limits.candidates),
  })
}

/** A number is a key, not proof: somebody of another birth date or surname is not who was asked for. */
export const whoAgree = (ask: MatchAsk, { candidates }: Found): Found['candidates'] =>
  candidates.filter(({ name, birthDate }) => {
    const { family, birthDate: said } = ask.alsoSaid
    if (!ask.byNumber) return true
    return (said === undefined || said === birthDate) && (family === undefined || letters(family) === letters(name.family))
  })

const letters = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[^\p{L}]/gu, '')
    .toUpperCase()

type Grade = 'certain' | 'probable' | 'possible'
const SCORES: Readonly<Record<Grade, number>> = { certain: 1, probable: 0.8, possible: 0.5 }

/** How sure: a number with a birth date that agrees is certain; details that fit one person alone are probable, several possible. */
export function gradeOf(ask: MatchAsk, fit: number): Grade {
  if (ask.byNumber) return ask.alsoSaid.birthDate === undefined ? 'probable' : 'certain'
  return fit === 1 ? 'probable' : 'possible'
}

/** @param fit how many people the details fit, told or not: who asks for one of two is not told that there is one. */
export function matchBundle(
  base: string,
  ask: MatchAsk,
  found: Found,
  people: readonly { readonly candidate: Found['candidates'][number]; readonly ref: string }[],
  fit: number,
  now: Date,
): Bundle {
  const grade = gradeOf(ask, fit)
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    timestamp: now.toISOString(),
    total: people.length,
    link: [{ relation: 'self', url: `${base}/Patient/$match` }],
    entry: [
      ...people.map(({ candidate, ref }) => ({
        fullUrl: `${base}/Patient/${ref}`,
        resource: candidateResource(candidate, ref),
        search: {
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/match-grade', valueCode: grade }],
          mode: 'match' as const,
          score: SCORES[grade],
        },
      })),
      ...(found.note === undefined ? [] : [noteEntry(found.note)]),
    ],
  }
}

const noteEntry = (words: string) => {
  const { issue } = outcomeOf({ status: 404, words })
  return {
    fullUrl: `urn:uuid:${crypto.randomUUID()}`,
    resource: {
      resourceType: 'OperationOutcome' as const,
      issue: issue.map(one => ({ ...one, severity: 'warning' as const, code: 'incomplete' as const })),
    },
    search: { mode: 'outcome' as const },
  }
}
