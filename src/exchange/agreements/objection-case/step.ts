import type { ObjectionNotice } from '../../../care-record/lists.ts'
import type { ObjectionScope } from '../../../care-record/objection.ts'
import { ok, type Result } from '../../../care-record/result.ts'
import { authorityOf, type Authority } from './asker.ts'
import { decisionLetter, isToBeAskedAgain, noticeOf, saidForSomebody, type DueLetter, type ObjectionCase } from './case.ts'
import type { CaseEvent, Happening } from './events.ts'
import { narrowingSteps } from './narrowing.ts'
import { no, owed, said, unmade, type Change, type Of, type Steps } from './change.ts'
import { ageOn, daysAfter, groundOf, type CaseRules } from './rules.ts'

export interface Stepped {
  readonly case: ObjectionCase
  /** What lists have to say from now on; absent: nothing new. */
  readonly publish?: ObjectionNotice
}

/**
 * Takes one step of an objection case, or says why it may not be taken. The only place a case changes.
 *
 * Nothing is in force before the identity of the person, and of whoever speaks for them, is checked (R070). A hold ends by a
 * decision that was told, or by the person; never by a clock.
 *
 * @returns fault `conflict`, in words for the page: the step does not follow.
 * @see care rules 4; R068 to R075, R081, R082.
 */
export function step(before: ObjectionCase | undefined, event: CaseEvent, rules: CaseRules): Result<Stepped> {
  if (event.type === 'received' || event.type === 'imported')
    return before === undefined ? begin(event) : no('This case has begun already.')
  if (before === undefined) return no('There is no such case.')
  if (before.closedAt !== undefined && !AFTER_CLOSING.has(event.type)) return no('This case is closed.')
  const change = (STEPS[event.type] as (c: ObjectionCase, e: CaseEvent, rules: CaseRules) => Result<Change>)(before, event, rules)
  if (!change.ok) return change
  const after = changed(before, change.value)
  return ok(withNotice({ ...after, authority: authorityAt(after, event.at, rules) }, before))
}

// `Change` lets only what may be absent be undefined, so what is left is a whole case.
const changed = (c: ObjectionCase, change: Change): ObjectionCase =>
  Object.fromEntries(Object.entries({ ...c, ...change }).filter(([, value]) => value !== undefined)) as unknown as ObjectionCase

/** A closed case is opened by these only. */
const AFTER_CLOSING: ReadonlySet<Happening['type']> = new Set([
  'withdrawn',
  'reopened',
  'asked-again',
  'died',
  'route-confirmed',
  'letter-made',
  'letter-sent',
  'telling-limited',
  'telling-freed',
  'narrowing-asked',
  'narrowing-answered',
  'narrowing-ended',
  'closed',
])

const withNotice = (after: ObjectionCase, before?: ObjectionCase): Stepped => {
  const notice = noticeOf(after)
  const told = before && noticeOf(before)
  return { case: after, ...(notice && JSON.stringify(notice) !== JSON.stringify(told) ? { publish: notice } : {}) }
}

const authorityAt = (c: ObjectionCase, at: string, rules: CaseRules): Authority =>
  // What was once said with the right to say it stays said: a birthday asks again, it does not take away.
  c.inForce !== undefined && c.authority.verdict === 'may' && c.asker !== 'self' && c.state !== 'held'
    ? c.authority
    : authorityOf(c.asker, c.birthDate === undefined ? undefined : ageOn(c.birthDate, at), c.findings, rules)

function begin(event: Of<'received'> | Of<'imported'>): Result<Stepped> {
  if (!isScope(event.scope)) return no('Say what is to be kept from sharing.')
  const start = {
    id: event.id,
    exchange: event.exchange,
    openedAt: event.at,
    openedBy: event.by,
    scope: event.scope,
    words: event.words,
    findings: {},
    authority: { verdict: 'may' },
    needs: [],
    letters: [],
    narrowings: [],
    asked: [],
    round: 0,
  } as const
  if (event.type === 'received') {
    if (!said(event.words, 1)) return no('Write down what the person said.')
    const { asker } = event
    return ok({
      case: {
        ...start,
        objectionId: event.id,
        state: 'received',
        channel: event.channel,
        askedOn: event.at.slice(0, 10),
        asker,
        nhsNumbers: [],
        ...(saidForSomebody(asker)
          ? { safeguarding: 'to-tell', authority: { verdict: 'needs', because: 'Check their right to ask.' } }
          : {}),
      },
    })
  }
  if (event.nhsNumbers.length === 0) return no('Whose objection it is has to be known.')
  return ok(
    withNotice({
      ...start,
      objectionId: event.objectionId,
      state: 'upheld',
      channel: 'import',
      askedOn: event.since,
      asker: 'self',
      nhsNumbers: event.nhsNumbers,
      inForce: 'imported',
      since: event.since,
    }),
  )
}

const isScope = (scope: ObjectionScope): boolean => {
  switch (scope.kind) {
    case 'everything':
      return true
    case 'organisation':
    case 'workplace':
      return /^[A-Z0-9]{3,10}$/.test(scope.odsCode)
    case 'class':
      return /^[a-z][a-z0-9-]{1,60}$/.test(scope.classId)
    case 'staff':
      return /^[0-9]{12}$/.test(scope.sdsUserId)
  }
  return false
}

/** Puts the hold in force as soon as who says it is known to be allowed to: the person at once, others when their right was checked. */
function held(c: ObjectionCase, at: string, rules: CaseRules): Change {
  if (c.state !== 'received' || c.identity === undefined) return {}
  const { verdict } = authorityOf(c.asker, c.birthDate === undefined ? undefined : ageOn(c.birthDate, at), c.findings, rules)
  if (verdict !== 'may' && !(c.asker === 'self' && verdict === 'needs')) return {}
  return { state: 'held', inForce: 'held', since: at.slice(0, 10), letters: owed(c, 'received', at, false) }
}

const decidable = (c: ObjectionCase): Result<void> => {
  if (c.state !== 'held') return no('Only a hold can be decided.')
  if (c.authority.verdict !== 'may') return no(c.authority.because)
  if (c.explained === undefined) return no('First explain to the person what an objection means, and record it.')
  return ok(undefined)
}

const office = (e: CaseEvent): boolean => e.by.as === 'office' || e.by.as === 'guardian'

const STEPS: Steps<Exclude<Happening['type'], 'received' | 'imported'>> = {
  ...narrowingSteps,
  'identity-checked': (c, e, rules) => {
    if (c.state !== 'received') return no('The identity was checked already.')
    if (e.nhsNumbers.length === 0 || ageOn(e.birthDate, e.at) === undefined)
      return no('The person has to be traced in the national register.')
    const known: ObjectionCase = {
      ...c,
      nhsNumbers: e.nhsNumbers,
      birthDate: e.birthDate,
      ...(e.deceased === undefined ? {} : { deceased: e.deceased }),
      identity: { seen: e.seen, at: e.at, by: e.by.sdsUserId },
    }
    return ok({ ...known, ...held(known, e.at, rules) })
  },
  'authority-checked': (c, e, rules) => {
    if (c.state !== 'received' && c.state !== 'held') return no('This is decided already.')
    const known: ObjectionCase = { ...c, findings: { ...c.findings, ...e.findings } }
    return ok({ findings: known.findings, ...held(known, e.at, rules) })
  },
  died: (_c, e) => ok({ deceased: e.deceased }),
  explained: (c, e) => {
    if (e.how === 'not-reached') {
      if (c.inForce !== undefined || (c.state !== 'expired' && c.state !== 'withdrawn'))
        return no('Who was not reached has not been told what an objection means.')
    } else if (!e.understood) return no('Explain again, with an interpreter or in Easy Read if that helps.')
    return ok({ explained: { how: e.how, at: e.at, by: e.by.sdsUserId, script: e.script } })
  },
  'scope-changed': (c, e) => {
    if ((c.state !== 'received' && c.state !== 'held') || c.decision !== undefined) return no('This is decided already.')
    if (!isScope(e.scope) || !said(e.words)) return no('Say what is to be kept from sharing, and what the person said.')
    if (c.inForce !== undefined && e.scope.kind !== 'everything' && e.seen === undefined)
      return no('Check who it is: keeping something else apart starts sharing of what is kept apart now.')
    // What was proposed was of what was asked before.
    return ok({ scope: e.scope, refusal: undefined })
  },
  'more-needed': (c, e) => {
    if (c.state !== 'received' && c.state !== 'held') return no('Nothing more is needed.')
    if (e.needs.length === 0) return no('Say what is still needed.')
    return ok({ needs: e.needs, letters: owed(c, 'more-needed', e.at, false) })
  },
  upheld: (c, e) => {
    const may = decidable(c)
    if (!may.ok) return may
    if (!office(e)) return no('The objections office decides.')
    return ok({
      state: 'upheld',
      inForce: 'upheld',
      decision: { outcome: 'upheld', at: e.at, by: e.by.sdsUserId, words: e.words },
      letters: owed(withoutDecisionLetter(c), c.round > 0 ? 're-decided' : 'upheld', e.at),
    })
  },
  'refusal-proposed': (c, e, rules) => {
    const may = decidable(c)
    if (!may.ok) return may
    if (!office(e)) return no('The objections office decides.')
    if (c.decision !== undefined) return no('This is decided already.')
    const ground = groundOf(rules, e.ground)
    if (!ground) return no('Choose a ground from the list.')
    if (!said(e.evidence, 10)) return no('Write down the evidence for this ground.')
    if (!said(e.words, 10)) return no('Write the reason in words for the person.')
    if (ground.alternative && !said(e.alternative ?? '', 10))
      return no('Write down what the person can do instead, and that they may choose not to attend.')
    const { evidence, words, alternative } = e
    return ok({
      refusal: {
        ground: ground.id,
        evidence,
        words,
        by: e.by.sdsUserId,
        at: e.at,
        ...(alternative === undefined ? {} : { alternative }),
      },
    })
  },
  advised: (c, e) => {
    if (c.refusal === undefined || c.refusal.review !== undefined) return no('There is nothing to advise on.')
    if (e.by.as !== 'guardian') return no('Only a Caldicott Guardian advises.')
    if (e.by.sdsUserId === c.refusal.by) return no('Somebody else has to advise.')
    if (!said(e.words, 10)) return no('Write down your advice.')
    return ok({ refusal: { ...c.refusal, advice: { by: e.by.sdsUserId, at: e.at, supports: e.supports, words: e.words } } })
  },
  'refusal-reviewed': (c, e, rules) => {
    const may = decidable(c)
    if (!may.ok) return may
    if (c.refusal === undefined || c.refusal.review !== undefined) return no('There is nothing to review.')
    if (!office(e)) return no('A second reviewer of the objections office or a Caldicott Guardian decides.')
    if (e.by.sdsUserId === c.refusal.by) return no('The second reviewer has to be another person.')
    if (!said(e.words, 10)) return no('Write down why.')
    const needsAdvice = groundOf(rules, c.refusal.ground)?.publicInterest !== false
    if (e.agrees && needsAdvice && c.refusal.advice === undefined) return no('The Caldicott Guardian has to advise first.')
    const refusal = { ...c.refusal, review: { by: e.by.sdsUserId, at: e.at, agrees: e.agrees, words: e.words } }
    if (!e.agrees) return ok({ refusal })
    return ok({
      refusal,
      decision: { outcome: 'not-upheld', at: e.at, by: c.refusal.by, words: c.refusal.words },
      letters: owed(withoutDecisionLetter(c), c.round > 0 ? 're-decided' : 'not-upheld', e.at),
    })
  },
  'route-confirmed': (c, e) => {
    if (!said(e.where, 1)) return no('Write down where the letter goes.')
    return ok({ route: { route: e.route, where: e.where, at: e.at, by: e.by.sdsUserId }, letters: unmade(c.letters) })
  },
  'letter-made': (c, e) => {
    const due = c.letters.findLast(each => each.letter === e.letter && each.sent === undefined)
    if (!due) return no('No such letter is due.')
    if (c.route === undefined) return no('First confirm with the person how a letter reaches them safely.')
    const { pageOnly: _before, ...rest } = due
    const made: DueLetter = { ...rest, letterId: e.letterId, ...(e.pageOnly === true ? { pageOnly: true } : {}) }
    return ok({ letters: c.letters.map(each => (each === due ? made : each)) })
  },
  'letter-sent': (c, e) => {
    const due = c.letters.find(each => each.letterId === e.letterId && each.sent === undefined)
    if (!due) return no('This letter is not the one to send.')
    if (c.route === undefined) return no('First confirm with the person how a letter reaches them safely.')
    if (c.route.route !== e.route) return no('Letters go only the way the person confirmed as safe.')
    if (c.telling?.how === 'delayed' && due.must)
      return no('The Caldicott Guardian has delayed this letter, until they have looked at it again.')
    const sent = { at: e.at, route: e.route, by: e.by.sdsUserId }
    return ok({ letters: c.letters.map(each => (each === due ? { ...each, sent } : each)) })
  },
  'telling-limited': (c, e) => {
    if (e.by.as !== 'guardian') return no('Only a Caldicott Guardian may delay or shorten a letter.')
    if (!said(e.because, 10)) return no('Write down why the letter would be dangerous.')
    if (!/^\d{4}-\d{2}-\d{2}$/.test(e.reviewOn) || e.reviewOn <= e.at.slice(0, 10))
      return no('Give a later day on which this is looked at again.')
    if (!c.letters.some(each => each.must && each.sent === undefined)) return no('No letter waits to be sent.')
    return ok({
      telling: { how: e.how, because: e.because, reviewOn: e.reviewOn, by: e.by.sdsUserId },
      letters: unmade(c.letters),
    })
  },
  'telling-freed': (c, e) => {
    if (e.by.as !== 'guardian') return no('Only a Caldicott Guardian lets a letter go that one has delayed or shortened.')
    if (!said(e.because, 10)) return no('Write down why the letter may go now.')
    if (c.telling === undefined) return no('No letter is delayed or shortened.')
    return ok({ telling: undefined, letters: unmade(c.letters) })
  },
  'shared-again': (c, e, rules) => {
    if (c.state !== 'held' || c.decision?.outcome !== 'not-upheld') return no('Only an objection that is not upheld ends so.')
    if (!office(e)) return no('The objections office decides.')
    // A letter that the Guardian delays tells nobody: the hold stays until it has gone (care rules 4.2).
    const told = toldBy(c.letters, e.at, rules)
    if (!told.ok) return told
    return ok({ inForce: undefined, state: 'not-upheld' })
  },
  'safeguarding-told': (c, e) => {
    if (c.safeguarding !== 'to-tell') return no('There is nothing to tell.')
    if (!said(e.whom)) return no('Write down whom you told.')
    return ok({ safeguarding: { whom: e.whom, at: e.at } })
  },
  withdrawn: (c, e, rules) => withdrawal(c, e, rules),
  'asked-again': (c, e, rules) => {
    if (!isToBeAskedAgain(c, e.at, rules)) return no('Nobody has to be asked again.')
    if (c.deceased !== undefined) return no(LIVES_ON)
    return e.keeps ? ok({ asker: 'self', findings: {}, authority: { verdict: 'may' } }) : ok(ended(c, e.at))
  },
  reopened: (c, e) => {
    if (c.state !== 'upheld' && c.state !== 'not-upheld') return no('Only a decision can be looked at again.')
    if (!office(e)) return no('The objections office opens a case again.')
    if (!said(e.because, 10)) return no('Write down what is new.')
    return ok({
      refusal: undefined,
      decision: undefined,
      closedAt: undefined,
      telling: undefined,
      letters: withoutDecisionLetter(c).letters,
      state: 'held',
      inForce: c.inForce ?? 'held',
      since: c.since ?? e.at.slice(0, 10),
      before: c.decision?.outcome ?? 'upheld',
      round: c.round + 1,
      openedAt: e.at,
    })
  },
  expired: (c, e, rules) => {
    if (c.state !== 'received') return no('A hold never ends by itself.')
    if (!office(e)) return no('The objections office ends a request.')
    if (e.because === 'no-right')
      return c.authority.verdict === 'may-not' || c.authority.verdict === 'conflict'
        ? ok({ state: 'expired' })
        : no('First check their right to ask.')
    if (e.at < daysAfter(c.openedAt, rules.identityWaitDays)) return no(`Wait ${rules.identityWaitDays} days for an answer.`)
    return ok({ state: 'expired' })
  },
  closed: (c, e, rules) => {
    if (c.closedAt !== undefined) return no('This case is closed.')
    if (c.state === 'received' || c.state === 'held') return no('It is not decided yet.')
    if (!office(e)) return no('The objections office closes a case.')
    if (c.explained === undefined && c.channel !== 'import')
      return no('First explain to the person what an objection means, and record it.')
    if (c.safeguarding === 'to-tell') return no('First tell the safeguarding lead.')
    if (c.asked.length > 0) return no('First answer who asked to see.')
    const told = toldBy(c.letters, e.at, rules)
    if (!told.ok) return told
    return ok({ closedAt: e.at })
  },
}

const LIVES_ON =
  'The objection of somebody who has died lives on. If the register is wrong, their GP practice has it mended; then take it back.'

const withoutDecisionLetter = (c: ObjectionCase): ObjectionCase => {
  const letter = decisionLetter(c)
  return letter === undefined || letter.sent !== undefined ? c : { ...c, letters: c.letters.filter(each => each !== letter) }
}

/** Whether the person has been told all they must be: sent by the safe route and there by now. */
function toldBy(letters: readonly DueLetter[], at: string, rules: CaseRules): Result<void> {
  for (const { must, sent } of letters) {
    if (!must) continue
    if (sent === undefined) return no('The person has to be told first: send the letter.')
    if (sent.route === 'post' && daysAfter(sent.at, rules.postDays) > at) return no(`Give the post ${rules.postDays} days.`)
  }
  return ok(undefined)
}

const ended = (c: ObjectionCase, at: string): Change => ({
  state: 'withdrawn',
  inForce: undefined,
  closedAt: undefined,
  asked: [],
  ...(c.inForce === undefined
    ? {}
    : { letters: owed({ ...c, letters: c.letters.filter(each => each.sent !== undefined) }, 'withdrawn', at) }),
})

/** A change of mind (R081): the person's own, or of who asked for them and still may. */
function withdrawal(c: ObjectionCase, e: Of<'withdrawn'>, rules: CaseRules): Result<Change> {
  if (c.state === 'withdrawn' || c.state === 'expired' || c.state === 'not-upheld') return no('There is nothing to take back.')
  if (c.deceased !== undefined) return no(LIVES_ON)
  if (c.inForce === undefined) return ok(ended(c, e.at))
  if (e.seen === 'not-needed') return no('Check who it is: taking back an objection starts sharing.')
  if (e.by.as === 'public' || e.by.as === 'import') return no('Somebody has to check who it is.')
  const birthDate = e.birthDate ?? c.birthDate
  const age = birthDate === undefined ? undefined : ageOn(birthDate, e.at)
  const competent = c.findings.competence?.competent === true
  if (age === undefined || age >= rules.ownFrom) {
    if (e.who === 'asker' && (c.asker === 'parent' || c.asker === 'council'))
      return no('From 16 it is the young person’s own decision. Ask them.')
    if (e.who === 'asker' && c.asker === 'self') return no('They said it themselves. Ask them.')
    if (e.who === 'person' && (c.asker === 'attorney' || c.asker === 'deputy' || c.asker === 'best-interests'))
      return no('A clinician has to say that the person can decide this again; then open the case again.')
    return ok(ended(c, e.at))
  }
  if (e.who === 'person') {
    if (age < rules.competenceFrom) return no('For a child under 13 a person with parental responsibility has to ask.')
    return competent ? ok(ended(c, e.at)) : no('A clinician has to say whether the child can decide this.')
  }
  // Earlier records do not say who asked; of a young child it can only have been who speaks for them.
  const forThem = c.asker !== 'self' || (c.channel === 'import' && age < rules.competenceFrom)
  if (!forThem) return no('It is the child’s own objection: the child’s word counts.')
  return competent ? no('The child can decide this: the child’s word counts.') : ok(ended(c, e.at))
}
