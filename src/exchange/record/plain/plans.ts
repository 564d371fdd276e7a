import type { CarePlan, CarePlanActivity, Consent, Goal, GoalTarget, NutritionOrder } from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { isCoded, quantityWords, resolve, term } from '../reading.ts'
import { rankOf } from './ranks.ts'
import {
  codeWords,
  dateAlone,
  dayWords,
  inError,
  isBefore,
  joined,
  notesOf,
  people,
  type PlainRead,
  say,
  statusWords,
  terms,
  whoIs,
} from './read.ts'

const PLAN: Readonly<Record<string, string>> = {
  draft: 'Draft',
  proposed: 'Draft',
  active: 'Active',
  'on-hold': 'On hold',
  revoked: 'Withdrawn',
  completed: 'Completed',
  'entered-in-error': 'Entered in error',
}

/**
 * A plan: its goals, its activities and recommendations, each a fact. Past its end it reads `Expired` and is past, but one
 * of resuscitation that its owner has not ended stays in sight, as expired (D151).
 */
export function readPlan(item: Item, p: CarePlan, today: string): PlainRead {
  const title = p.title?.trim() || terms(p.category) || 'Care plan'
  const facts: Fact[] = []
  if (p.title && terms(p.category) !== title) say(facts, 'Kind', terms(p.category))
  say(facts, 'For', people(item, p.addresses))
  for (const reference of p.goal ?? []) {
    const goal = resolve(item, reference)
    say(facts, 'Goal', goal?.resourceType === 'Goal' ? goalWords(goal) : whoIs(item, reference))
  }
  for (const activity of p.activity ?? []) say(facts, activityLabel(activity), activityWords(item, activity))
  say(facts, 'Written by', whoIs(item, p.author) || people(item, p.contributor))
  say(facts, 'Team', people(item, p.careTeam))
  const expired = p.status === 'active' && isBefore(p.period?.end, today)
  const rank = rankOf(item.section, title, p.category ?? [])
  return {
    title,
    coded: p.category === undefined || isCoded(p.category[0]),
    date: p.period?.start ?? p.created,
    until: p.period?.end,
    words: joined(p.description, notesOf(p.note)),
    status: expired ? 'Expired' : PLAN[p.status ?? ''],
    facts,
    past: /^(?:revoked|completed)$/.test(p.status ?? '') || (expired && rank === undefined),
    not: inError(p.status),
    rank,
    replaces: p.replaces ?? [],
    parts: [...(p.goal ?? []), ...(p.activity ?? []).map(activity => activity.reference)],
  }
}

const activityLabel = (activity: CarePlanActivity): string =>
  activity.detail?.doNotPerform === true
    ? 'Not to be done'
    : activity.detail?.description && !activity.detail.code
      ? 'Recommendation'
      : 'Activity'

function activityWords(item: Item, { detail, reference, outcomeCodeableConcept, progress }: CarePlanActivity): string {
  const when =
    (detail?.scheduledString && dateAlone(detail.scheduledString)) ??
    (detail?.scheduledPeriod?.start ? `from ${dayWords(detail.scheduledPeriod.start)}` : undefined)
  return [
    term(detail?.code),
    detail?.description,
    whoIs(item, reference),
    when,
    people(item, detail?.performer),
    detail?.status && !/^(?:in-progress|scheduled|unknown)$/.test(detail.status) ? statusWords(detail.status) : undefined,
    terms(outcomeCodeableConcept),
    notesOf(progress),
  ]
    .filter(Boolean)
    .join(', ')
}

const targetWords = (target: GoalTarget): string => {
  const value =
    quantityWords(target.detailQuantity) ||
    term(target.detailCodeableConcept) ||
    target.detailString ||
    [quantityWords(target.detailRange?.low), quantityWords(target.detailRange?.high)].filter(Boolean).join(' to ') ||
    (target.detailInteger ?? target.detailBoolean)?.toString()
  return [term(target.measure), value, target.dueDate === undefined ? undefined : `by ${dayWords(target.dueDate)}`]
    .filter(Boolean)
    .join(' ')
}

const goalWords = (goal: Goal): string =>
  [term(goal.description), (goal.target ?? []).map(targetWords).join(', '), codeWords(term(goal.achievementStatus))]
    .filter(Boolean)
    .join(', ')

/** One goal of the person. */
export function readGoal(item: Item, g: Goal): PlainRead {
  const facts: Fact[] = []
  for (const target of g.target ?? []) say(facts, 'Target', targetWords(target))
  say(facts, 'Achievement', codeWords(term(g.achievementStatus)))
  say(facts, 'Priority', term(g.priority))
  say(facts, 'For', people(item, g.addresses))
  say(facts, 'Set by', whoIs(item, g.expressedBy))
  const status = g.lifecycleStatus
  return {
    title: term(g.description) ?? 'Goal',
    coded: isCoded(g.description),
    date: g.startDate ?? g.statusDate,
    words: joined(notesOf(g.note), g.statusReason),
    status: status === undefined ? undefined : statusWords(status),
    facts,
    past: /^(?:completed|cancelled|rejected)$/.test(status ?? ''),
    not: inError(status),
    isPart: true,
  }
}

/** What the person is to be given to eat and drink. */
export function readNutrition(item: Item, n: NutritionOrder): PlainRead {
  const diet = terms(n.oralDiet?.type)
  const facts: Fact[] = []
  for (const texture of n.oralDiet?.texture ?? []) say(facts, 'Texture', term(texture.modifier))
  say(facts, 'Fluid', terms(n.oralDiet?.fluidConsistencyType))
  for (const supplement of n.supplement ?? []) say(facts, 'Supplement', supplement.productName ?? term(supplement.type))
  say(facts, 'Feed', n.enteralFormula?.baseFormulaProductName ?? term(n.enteralFormula?.baseFormulaType))
  say(facts, 'Avoid', terms(n.excludeFoodModifier))
  say(facts, 'Prefers', terms(n.foodPreferenceModifier))
  say(facts, 'Asked by', whoIs(item, n.orderer))
  return {
    title: diet || 'Diet',
    coded: true,
    date: n.dateTime,
    words: joined(n.oralDiet?.instruction, notesOf(n.note)),
    status: n.status === undefined ? undefined : (PLAN[n.status] ?? statusWords(n.status)),
    facts,
    past: /^(?:completed|revoked)$/.test(n.status ?? ''),
    not: inError(n.status),
    isPart: true,
  }
}

/** A decision about sharing, treatment or research, with who took it; never a yes or no without what it is about. */
export function readConsent(item: Item, c: Consent, today: string): PlainRead {
  const title = terms(c.category) || (term(c.scope) ?? 'Consent')
  const facts: Fact[] = []
  if (term(c.scope) !== title) say(facts, 'About', term(c.scope))
  if (c.provision?.type) say(facts, 'Decision', c.provision.type === 'permit' ? 'Agreed' : 'Not agreed')
  say(facts, 'For', terms(c.provision?.purpose?.map(purpose => ({ coding: [purpose] }))))
  say(facts, 'Actions', terms(c.provision?.action))
  say(facts, 'Decided by', people(item, c.performer))
  say(facts, 'Rule', term(c.policyRule))
  const until = c.provision?.period?.end
  const expired = c.status === 'active' && isBefore(until, today)
  return {
    title,
    coded: isCoded(c.category?.[0]) || isCoded(c.scope),
    date: c.dateTime ?? c.provision?.period?.start,
    until,
    status: expired ? 'Expired' : c.status === undefined ? undefined : statusWords(c.status),
    facts,
    past: /^(?:inactive|rejected)$/.test(c.status ?? ''),
    not: inError(c.status),
    rank: rankOf(item.section, title, c.category ?? []),
    opens: undefined,
  }
}
