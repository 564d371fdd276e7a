import { decideBy, decisionLetter, isToBeAskedAgain, type ObjectionCase } from './case.ts'
import { daysAfter, groundOf, type CaseRules } from './rules.ts'

/** What a case waits for. */
export const DUE = [
  'check-identity',
  'check-right',
  'see-clinician',
  'explain',
  'decide',
  'advise',
  'review',
  'answer-narrowing',
  'tell-safeguarding',
  'confirm-route',
  'make-letter',
  'send-letter',
  'review-telling',
  'share-again',
  'ask-again',
  'close',
] as const
export type Due = (typeof DUE)[number]

export interface DueStep {
  readonly due: Due
  /** ISO instant by which, where there is one. */
  readonly by?: string
  readonly overdue: boolean
}

/** Everything a case waits for now, in the order in which it is done. */
export function dueOf(c: ObjectionCase, now: string, rules: CaseRules): readonly DueStep[] {
  const due: DueStep[] = []
  const add = (is: boolean, what: Due, by?: string): void => {
    if (is) due.push({ due: what, overdue: by !== undefined && by <= now, ...(by === undefined ? {} : { by }) })
  }
  const open = c.state === 'received' || c.state === 'held'
  const untold = c.letters.filter(each => each.must && each.sent === undefined)
  const delayed = c.telling?.how === 'delayed' && untold.length > 0
  const undecided = c.state === 'held' && c.decision === undefined
  const proposed = undecided && c.refusal !== undefined && c.refusal.review === undefined ? c.refusal : undefined
  const month = decideBy(c, rules)

  add(c.state === 'received' && c.identity === undefined, 'check-identity', daysAfter(c.openedAt, rules.identityWaitDays))
  add(open && c.authority.verdict === 'needs', 'check-right', month)
  add(open && c.authority.verdict === 'conflict', 'see-clinician', month)
  add(c.explained === undefined && c.closedAt === undefined && c.channel !== 'import', 'explain')
  add(undecided && proposed === undefined, 'decide', month)
  const toAdvise = proposed !== undefined && groundOf(rules, proposed.ground)?.publicInterest !== false && proposed.advice === undefined
  add(toAdvise, 'advise', month)
  add(proposed !== undefined && !toAdvise, 'review', month)
  add(c.asked.length > 0, 'answer-narrowing', c.asked[0]?.at)
  add(c.safeguarding === 'to-tell' && c.closedAt === undefined, 'tell-safeguarding')
  add(delayed, 'review-telling', c.telling && `${c.telling.reviewOn}T00:00:00.000Z`)
  const waits = untold.length > 0 && !delayed
  add(waits && c.route === undefined, 'confirm-route')
  add(waits && c.route !== undefined && untold.some(each => each.letterId === undefined), 'make-letter')
  add(waits && untold.some(each => each.letterId !== undefined), 'send-letter')
  const told = decisionLetter(c)?.sent
  const there = told && (told.route === 'post' ? daysAfter(told.at, rules.postDays) : told.at)
  add(c.state === 'held' && c.decision?.outcome === 'not-upheld' && told !== undefined, 'share-again', there)
  add(isToBeAskedAgain(c, now, rules), 'ask-again')
  const decided = !open && c.closedAt === undefined
  add(decided && due.length === 0, 'close')
  return due
}

/** First day on which a closed case has to be looked at again; `undefined`: never. FHIR date. */
export function lookAgainOn(c: ObjectionCase, rules: CaseRules): string | undefined {
  const child = (c.asker === 'parent' || c.asker === 'council') && c.inForce !== undefined ? c.birthDate : undefined
  return (
    child &&
    `${Number(child.slice(0, 4)) + rules.ownFrom}${child.slice(4)}${child.length === 4 ? '-12-31' : child.length === 7 ? '-28' : ''}`
  )
}
