import type { Catalogue, PeerConfig } from '../../care-record/catalogue.ts'
import type { AccessRules, Decision, DecisionInput, PeerDecisionInput } from '../../care-record/decision.ts'
import type { Relationship } from '../../care-record/person.ts'
import { decide, decideForPeer, rulesVersionOf } from './decide.ts'
import { auditWords } from './reasons.ts'
import type { DocumentNames } from './rules/history.ts'

/** What a decision came to, as far as another one can be held to it. */
export interface Outcome {
  readonly verdict: Decision['verdict']
  readonly code?: string
  readonly relationship?: Relationship
  readonly maySee?: readonly string[]
  readonly keptApart?: unknown
  readonly maskPlaces?: boolean
  readonly reasons: readonly string[]
}

/** All that one decision rested on and came to, for the sealed part of its event. Of the person only what was weighed. */
export interface Basis {
  readonly basis: 1
  readonly documents: DocumentNames
  readonly input: Omit<DecisionInput, 'catalogue' | 'rules' | 'person' | 'viewer'> & {
    readonly viewer: Pick<DecisionInput['viewer'], 'sdsUserId' | 'roleCode' | 'odsCode'>
    readonly person: Pick<DecisionInput['person'], 'nhsNumber' | 'restricted' | 'basis' | 'asOf'> &
      Partial<Pick<DecisionInput['person'], 'replacedNumbers' | 'deceased' | 'practice'>>
  }
  readonly peer?: { readonly config: Omit<PeerConfig, 'title' | 'baseUrl'>; readonly asserted: Relationship }
  readonly outcome: Outcome
}

const outcomeOf = (decision: Decision): Outcome => {
  const reasons = auditWords(decision.reasons)
  if (decision.verdict === 'refuse') return { verdict: 'refuse', code: decision.code, reasons }
  if (decision.verdict === 'claim') return { verdict: 'claim', reasons }
  const { relationship, maySee, keptApart, maskPlaces } = decision.pass
  return {
    verdict: 'permit',
    relationship,
    maySee: [...maySee],
    ...(keptApart === undefined ? {} : { keptApart }),
    maskPlaces,
    reasons,
  }
}

/** @param documents under which the rules and the catalogue of the input are stored. */
export function basisOf(input: DecisionInput | PeerDecisionInput, decision: Decision, documents: DocumentNames): Basis {
  const { viewer, person, standing, purpose, now, facts, unavailable, objections } = input
  const { sdsUserId, roleCode, odsCode } = viewer
  const { nhsNumber, restricted, basis, asOf, replacedNumbers, deceased, practice } = person
  return {
    basis: 1,
    documents,
    input: {
      viewer: { sdsUserId, roleCode, odsCode },
      person: {
        nhsNumber,
        restricted,
        basis,
        asOf,
        ...(replacedNumbers === undefined ? {} : { replacedNumbers }),
        ...(deceased === undefined ? {} : { deceased }),
        ...(practice === undefined ? {} : { practice }),
      },
      standing,
      purpose,
      now,
      facts,
      unavailable,
      objections,
    },
    ...('peer' in input ? { peer: peerPart(input) } : {}),
    outcome: outcomeOf(decision),
  }
}

const peerPart = ({ peer: { title: _title, baseUrl: _baseUrl, ...config }, asserted }: PeerDecisionInput): NonNullable<Basis['peer']> => ({
  config,
  asserted,
})

export interface Replayed {
  /** The decision taken again now, with the rules and the catalogue of its day. */
  readonly decision: Decision
  /** Members of the outcome that came out otherwise; none: the same. */
  readonly differs: readonly string[]
  readonly rulesVersion: string
}

/** Takes a decision again on what it rested on, by the documents of its day. Pure. */
export function replay(basis: Basis, of: { readonly rules: AccessRules; readonly catalogue: Catalogue }): Replayed {
  const { viewer, person, ...rest } = basis.input
  const input: DecisionInput = {
    ...rest,
    ...of,
    viewer: { ...viewer, name: '', sdsRoleProfileId: '', roleName: '', organisationName: '', assurance: '' },
    person: { ...person, name: { family: '', given: [] }, otherNames: [], birthDate: '', gender: 'unknown' },
  }
  const { peer } = basis
  const decision =
    peer === undefined
      ? decide(input)
      : decideForPeer({ ...input, peer: { ...peer.config, title: '', baseUrl: '' }, asserted: peer.asserted })
  const [was, is] = [basis.outcome, outcomeOf(decision)].map(one => new Map(Object.entries(one).map(([key, v]) => [key, text(v)])))
  const differs = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].filter(key => was?.get(key) !== is?.get(key))
  return { decision, differs, rulesVersion: rulesVersionOf(of) }
}

/** The same text for the same value, in whatever order its members were stored. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
