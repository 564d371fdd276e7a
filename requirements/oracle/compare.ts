import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Decision, DecisionInput } from '../../src/care-record/decision.ts'
import type { RelationshipType } from '../../src/care-record/person.ts'
import type { Expected } from './oracle.ts'

const sorted = (values: Iterable<string> = []): readonly string[] => [...new Set(values)].toSorted()

/** A decision in the words of the oracle. */
export function saidBy(decision: Decision): Expected {
  if (decision.verdict === 'refuse') return { verdict: 'refuse', code: decision.code }
  if (decision.verdict === 'claim') return { verdict: 'claim', unavailable: sorted(decision.unavailable) }
  const { relationship, maySee, limits = {}, keptApart, maskPlaces } = decision.pass
  return {
    verdict: 'permit',
    until: new Date(relationship.until).toISOString(),
    relationships: [relationship.type],
    maySee: sorted(maySee),
    limits,
    keptApart: {
      organisations: sorted(keptApart?.organisations),
      organisationKinds: sorted(keptApart?.organisationKinds),
      sections: sorted(keptApart?.sections),
      policyClasses: sorted(keptApart?.policyClasses),
    },
    maskPlaces,
  }
}

/** Where several relationships are as good, the decision may name any. */
export const agrees = (said: Expected, expected: Expected): boolean => {
  const named = (answer: Expected): readonly RelationshipType[] => (answer.verdict === 'permit' ? answer.relationships : [])
  return (
    named(said).every(one => named(expected).includes(one)) &&
    isDeepStrictEqual({ ...said, relationships: [] }, { ...expected, relationships: [] })
  )
}

/** What an answer is counted under: the code of a refusal, the verdict, the relationships that let somebody in, and whether parts are kept apart. */
export function headings(answer: Expected): readonly string[] {
  if (answer.verdict === 'refuse') return [`refuse ${answer.code}`]
  if (answer.verdict === 'claim') return ['claim']
  const { relationships, keptApart, maskPlaces } = answer
  return [
    'permit',
    ...new Set(relationships.map(one => (one.startsWith('claim-') ? 'permit on a claim' : `permit on ${one}`))),
    ...(Object.values(keptApart).some(part => part.length > 0) ? ['permit with parts kept apart'] : []),
    ...(maskPlaces ? ['permit with places masked'] : []),
  ]
}

export interface Comparison<Input> {
  readonly cases: fc.Arbitrary<Input>
  readonly decide: (input: Input) => Decision
  readonly oracle: (input: Input) => Expected
}

/** An input without what is the same in all of them: of the catalogue, what bears on the viewer. */
export const brief = (input: DecisionInput): string => {
  const { rules: _rules, catalogue, viewer, person, ...rest } = input
  const { nhsNumber, replacedNumbers, deceased, practice, restricted, basis } = person
  return JSON.stringify({
    ...rest,
    viewer: { sdsUserId: viewer.sdsUserId, roleCode: viewer.roleCode, odsCode: viewer.odsCode },
    person: { nhsNumber, replacedNumbers, deceased, practice, restricted, basis },
    organisation: catalogue.organisations.get(viewer.odsCode),
    agreements: catalogue.agreements,
    isolations: catalogue.isolations,
  })
}

/** Runs both over so many cases. Throws with the smallest input on which they differ; else says how often each heading occurred. */
export function compare<Input extends DecisionInput>(
  { cases, decide, oracle }: Comparison<Input>,
  numRuns: number,
  seed: number,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const ran = fc.check(
    fc.property(cases, input => {
      const expected = oracle(input)
      for (const heading of headings(expected)) counts.set(heading, (counts.get(heading) ?? 0) + 1)
      return agrees(saidBy(decide(input)), expected)
    }),
    { numRuns, seed },
  )
  const input = ran.counterexample?.[0]
  if (!ran.failed || !input) return counts
  throw new Error(
    [
      `LCR_ORACLE_SEED=${seed}, case ${ran.numRuns}: ${brief(input)}`,
      `the decision says ${JSON.stringify(saidBy(decide(input)))}`,
      `the oracle says ${JSON.stringify(oracle(input))}`,
    ].join('\n'),
  )
}
