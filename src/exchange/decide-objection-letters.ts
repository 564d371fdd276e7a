import type { Catalogue } from '../care-record/catalogue.ts'
import type { ObjectionScope, ShareClass } from '../care-record/objection.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { decideBy, type ObjectionCase } from './agreements/objection-case/case.ts'
import type { CaseLetter } from './agreements/objection-case/events.ts'
import { daysAfter, type CaseRules } from './agreements/objection-case/rules.ts'
import type { LetterBasis, LetterContact, LetterFacts, LetterGround, LetterNeed, LetterScope } from './letters/letter.ts'

export interface LetterReader {
  readonly name: string
  readonly address: readonly string[]
}

/** What a letter of a case rests on beside the case. */
export interface LetterSetting {
  readonly reference: string
  readonly to: LetterReader
  readonly from: LetterContact
  readonly catalogue: Catalogue
  readonly shareClasses: readonly ShareClass[]
  readonly now: string
  readonly rules: CaseRules
}

const day = (instant: string): string => instant.slice(0, 10)

function scopeOf(scope: ObjectionScope, { catalogue, shareClasses }: LetterSetting): LetterScope | undefined {
  const named = (odsCode: string): string | undefined => catalogue.organisations.get(odsCode)?.name
  switch (scope.kind) {
    case 'everything':
    case 'staff':
      return { kind: scope.kind }
    case 'organisation':
    case 'workplace': {
      const name = named(scope.odsCode)
      return name === undefined ? undefined : { kind: scope.kind, name }
    }
    case 'class': {
      const title = shareClasses.find(each => each.id === scope.classId)?.title
      return title === undefined ? undefined : { kind: 'class', title }
    }
  }
  return undefined
}

/**
 * What a letter of a case says. Fault `conflict`: the case has not come that far, or names an organisation or class that is
 * known no more.
 */
export function factsOf<K extends CaseLetter>(letter: K, c: ObjectionCase, set: LetterSetting): Result<LetterFacts<K>> {
  const scope = scopeOf(c.scope, set)
  if (!scope) return fail('conflict', 'What this objection is about is known by no name.')
  const onBehalf = c.asker === 'self' ? undefined : c.asker === 'parent' || c.asker === 'council' ? ('child' as const) : ('adult' as const)
  const basis: LetterBasis = {
    reference: set.reference,
    date: day(set.now),
    to: set.to,
    ...(onBehalf === undefined ? {} : { onBehalf }),
    from: set.from,
    scope,
    askedOn: c.askedOn,
  }
  const facts = more[letter](c, set)
  if (!facts) return fail('conflict', 'The case has not come as far as this letter.')
  return ok({ ...basis, ...facts } as LetterFacts<K>)
}

/** How the person may read the reason: a letter that the Guardian shortened does without it. */
const reasonIn = (c: ObjectionCase): { readonly words?: string } => {
  const { refusal, telling } = c
  if (refusal === undefined || telling?.how === 'shortened') return {}
  return { words: refusal.alternative === undefined ? refusal.words : `${refusal.words} ${refusal.alternative}` }
}

type More = { readonly [K in CaseLetter]: (c: ObjectionCase, set: LetterSetting) => Omit<LetterFacts<K>, keyof LetterBasis> | undefined }

const groundsOf = ({ decision, refusal }: ObjectionCase): readonly LetterGround[] =>
  decision?.outcome === 'not-upheld' && refusal !== undefined ? [refusal.ground] : []

const isOpen = ({ state }: ObjectionCase): boolean => state === 'received' || state === 'held'

/** Posted today, it is read before anything is shown again. */
const readOn = ({ route }: ObjectionCase, { now, rules }: LetterSetting): string =>
  day(route?.route === 'post' ? daysAfter(now, rules.postDays) : now)

/** What each letter says beside its basis; `undefined`: the case has not come that far. */
const more: More = {
  received: (c, { rules }) =>
    c.decision === undefined && isOpen(c) ? { held: c.inForce !== undefined, decideBy: day(decideBy(c, rules)) } : undefined,
  'more-needed': (c, { now, rules }) =>
    isOpen(c)
      ? {
          held: c.inForce !== undefined,
          needs: c.needs as readonly LetterNeed[],
          answerBy: day(daysAfter(now, rules.identityWaitDays)),
        }
      : undefined,
  upheld: ({ decision }) => decision && { decidedOn: day(decision.at) },
  'not-upheld': (c, set) =>
    c.decision?.outcome === 'not-upheld'
      ? { decidedOn: day(c.decision.at), grounds: groundsOf(c), sharedAgainFrom: readOn(c, set), ...reasonIn(c) }
      : undefined,
  // It was shared again when the person said so, however late the letter is made.
  withdrawn: c => {
    const owed = c.letters.findLast(({ letter }) => letter === 'withdrawn')
    return c.state === 'withdrawn' && owed ? { sharedAgainFrom: day(owed.since) } : undefined
  },
  're-decided': (c, set) =>
    c.decision &&
    c.before && {
      decidedOn: day(c.decision.at),
      before: c.before,
      outcome: c.decision.outcome,
      grounds: groundsOf(c),
      ...(c.decision.outcome === 'not-upheld' ? { sharedAgainFrom: readOn(c, set) } : {}),
      ...reasonIn(c),
    },
  narrowed(c) {
    const last = c.narrowings.at(-1)
    // Who speaks for a child may be whom the child has to be kept safe from.
    const mayRead = c.asker === 'self' && c.telling?.how !== 'shortened'
    return (
      last && {
        ...(mayRead ? { reason: last.reason } : {}),
        since: day(last.from),
        until: day(last.until),
        byOne: last.decidedBy.length === 1,
      }
    )
  },
}
