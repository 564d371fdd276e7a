import fc from 'fast-check'
import type { Agreement, Catalogue, DspToolkit, Organisation, PeerConfig } from '../../src/care-record/catalogue.ts'
import { ORGANISATION_STATES } from '../../src/care-record/catalogue.ts'
import type { AccessRules, DecisionInput, EvidenceFact, PeerDecisionInput } from '../../src/care-record/decision.ts'
import { ISOLATED } from '../../src/care-record/lists.ts'
import type { Narrowing, ObjectionInForce, ObjectionScope, ObjectionState } from '../../src/care-record/objection.ts'
import { RELATIONSHIPS } from '../../src/care-record/person.ts'
import type { Person, Purpose, Relationship, RelationshipType, Viewer } from '../../src/care-record/person.ts'
import type { Standing } from '../../src/care-record/standing.ts'
import { DAY_MS, HOUR_MS, KINDS } from './kinds.ts'
import {
  AGREEMENT,
  CATALOGUE,
  COUNCIL,
  FORMER_NUMBER,
  HERE,
  HOSPITAL,
  INSURER,
  MENTAL_HEALTH,
  ORGANISATIONS,
  OTHER_HOSPITAL,
  OTHER_NUMBER,
  OTHER_PRACTICE,
  PEER,
  PERSON,
  PERSON_NUMBER,
  PRACTICE,
  ROLES,
  STRANGER,
  THERE,
  roleOf,
  viewerOf,
} from './world.ts'

/** One of some values, each as often as its weight. */
const mostly = <T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))
const either = <T>(...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))

/** Moments at which days, years and clocks turn, in London or in UTC. */
const MOMENTS = [
  '2026-11-21T12:00:00.000Z',
  '2026-03-29T00:59:59.999Z',
  '2026-03-29T01:00:00.000Z',
  '2026-03-29T22:30:00.000Z',
  '2026-07-01T22:59:59.999Z',
  '2026-07-01T23:00:00.000Z',
  '2026-07-01T23:30:00.000Z',
  '2026-10-24T23:00:00.000Z',
  '2026-10-25T00:59:59.999Z',
  '2026-10-25T01:00:00.000Z',
  '2026-10-25T23:59:59.999Z',
  '2026-12-31T23:59:59.999Z',
  '2027-01-01T00:00:00.000Z',
  '2028-02-29T12:00:00.000Z',
].map(text => Date.parse(text))
const moment = either([4, fc.constantFrom(...MOMENTS)], [1, fc.integer({ min: MOMENTS[0] ?? 0, max: (MOMENTS[0] ?? 0) + 400 * DAY_MS })])

/** Spans that rules count with, and how near to one a case lies. */
const SPANS = [0, 4 * HOUR_MS, 24 * HOUR_MS, 48 * HOUR_MS, 72 * HOUR_MS, 7 * DAY_MS, 28 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS]
const NEAR = [0, -1, 1, -1000, 1000, -HOUR_MS, HOUR_MS, -DAY_MS, DAY_MS]
/** Milliseconds before now. */
const ago = fc.tuple(fc.constantFrom(...SPANS), fc.constantFrom(...NEAR)).map(([span, near]) => span + near)
const agoOrAhead = either([6, ago], [1, ago.map(ms => -ms)])
const lately = either([5, fc.integer({ min: 0, max: 3 * HOUR_MS })], [1, agoOrAhead])
const NOT_INSTANTS = ['', 'yesterday', '2026-13-01T00:00:00Z', '2026-02-30T10:00:00Z', '2026-11-21T25:00:00Z', '2026-11-21', 'NaN', 'null']

/** What becomes text only when it is known when now is. */
type Given<T> = (now: number) => T
const instant = (before: fc.Arbitrary<number>): fc.Arbitrary<Given<string>> =>
  either(
    [30, before.map(ms => (now: number) => new Date(now - ms).toISOString())],
    [3, before.map(ms => (now: number) => new Date(now - ms).toISOString().replace('Z', '+00:00'))],
    [2, before.map(ms => (now: number) => new Date(now - ms + HOUR_MS).toISOString().replace('Z', '+01:00'))],
    [1, fc.constantFrom(...NOT_INSTANTS).map(text => () => text)],
  )
const day = (...daysAhead: readonly number[]): fc.Arbitrary<Given<string>> =>
  fc.constantFrom(...daysAhead).map(days => (now: number) => new Date(now + days * DAY_MS).toISOString().slice(0, 10))
const always =
  <T>(value: T): Given<T> =>
  () =>
    value

const SOCIAL_WORKER = roleOf('social-worker').jobRole
const viewer: fc.Arbitrary<Viewer> = fc
  .tuple(
    either(
      [40, fc.constantFrom(...ROLES.slice(0, 15).map(one => one.jobRole))],
      [12, fc.constant(SOCIAL_WORKER)],
      [2, fc.constantFrom(...ROLES.map(one => one.jobRole))],
      [1, fc.constantFrom('R9999', '', 't0001', 'T0001 ', '__proto__', 'constructor')],
    ),
    mostly([32, HOSPITAL], [20, PRACTICE], [12, COUNCIL], [8, MENTAL_HEALTH], [2, 'X07'], [2, 'X09'], [1, INSURER], [1, STRANGER]),
  )
  .map(([jobRole, odsCode]) => viewerOf(jobRole, odsCode))

const SOMEBODY_ELSE = '333333333333'
const EVIDENCE = RELATIONSHIPS.filter(type => !KINDS.get(type)?.claimantOnly)
/** Weighed so that each kind lets somebody in about as often: some suit one role only, some close soon. */
const relationshipType: fc.Arbitrary<RelationshipType> = either(
  [8, fc.constantFrom(...EVIDENCE)],
  [4, fc.constantFrom(...RELATIONSHIPS.filter(type => KINDS.get(type)?.claimantOnly))],
  [
    8,
    mostly<RelationshipType>(
      [4, 'social-care-notice'],
      [2, 'emergency-access'],
      [2, 'safeguarding-enquiry'],
      [2, 'care-home-residency'],
      [2, 'incident'],
      [4, 'practice-task'],
      [1, 'transfer-accepted'],
      [2, 'emergency-attendance'],
    ),
  ],
  [1, fc.constant('next-of-kin' as RelationshipType)],
)

type Raw<T> = { readonly [K in keyof T]: Given<T[K]> }
const settle = <T>(raw: Raw<T>, now: number): T =>
  Object.fromEntries(
    Object.entries<Given<unknown>>(raw)
      .map(([name, value]) => [name, value(now)] as const)
      .filter(([, value]) => value !== undefined),
  ) as T

const NOT_SAID: Given<undefined> = () => undefined
/** A start for this kind: some of the short ones are still running. */
const startOf = (type: RelationshipType): fc.Arbitrary<Given<string>> => {
  const after = KINDS.get(type)?.afterStart
  return instant(after === 'midnight' || (after && after <= DAY_MS) ? either([8, lately], [1, ago]) : either([3, lately], [1, ago]))
}
const factOf = (who: Viewer, type: RelationshipType): fc.Arbitrary<Given<EvidenceFact>> =>
  fc
    .record({
      evidenceId: fc.integer({ min: 1, max: 99 }).map(n => always(`e-${n}`)),
      nhsNumber: mostly<string>([24, PERSON_NUMBER], [2, FORMER_NUMBER], [1, OTHER_NUMBER]).map(always),
      odsCode: mostly<string>([30, who.odsCode], [1, OTHER_HOSPITAL], [1, OTHER_PRACTICE]).map(always),
      type: fc.constant(always(type)),
      from: startOf(type),
      ended: either<Given<string | null>>([KINDS.get(type)?.claimantOnly ? 12 : 4, fc.constant(always(null))], [2, instant(agoOrAhead)]),
      lastMessageAt: instant(either([4, lately], [1, agoOrAhead])),
      assertedBy: mostly([16, who.sdsUserId], [1, SOMEBODY_ELSE], [1, 'source']).map(always),
      seenAt: instant(lately),
      team: mostly<string | undefined>([type === 'safeguarding-enquiry' ? 2 : 10, undefined], [2, 'north'], [1, 'south'], [1, '']).map(
        always,
      ),
      revokedAt: either<Given<string | undefined>>([14, fc.constant(NOT_SAID)], [1, instant(agoOrAhead)]),
    })
    .map(raw => now => settle(raw, now) as EvidenceFact)
const fact = (who: Viewer): fc.Arbitrary<Given<EvidenceFact>> => relationshipType.chain(type => factOf(who, type))

const person = (who: Viewer): fc.Arbitrary<Given<Person>> =>
  fc
    .record({
      deceased: either<Given<string | undefined>>(
        [12, fc.constant(NOT_SAID)],
        [2, instant(ago)],
        [1, day(0, -1, -2, -3, -30)],
        [1, fc.constantFrom('2026', '2026-03', 'true', 'unknown').map(always)],
      ),
      practice: mostly<string | undefined>([16, undefined], [2, who.odsCode], [2, PRACTICE], [1, OTHER_PRACTICE]).map(always),
      restricted: mostly<Person['restricted']>([6, 'no'], [2, 'yes'], [1, 'unknown']).map(always),
      basis: mostly<Person['basis']>([6, 'pds'], [1, 'local-registration']).map(always),
    })
    .map(raw => now => ({ ...PERSON, ...settle(raw, now) }) as Person)

const standing: fc.Arbitrary<Given<Standing>> = fc
  .record({
    employment: mostly<Standing['employment']>([160, 'active'], [1, 'ended'], [1, 'unknown']).map(always),
    register: mostly<Standing['register']>(
      [160, 'registered'],
      [4, 'fee-unpaid'],
      [1, 'suspended'],
      [1, 'lapsed'],
      [1, 'not-regulated'],
      [1, 'unknown'],
    ).map(always),
    registerSince: either<Given<string | undefined>>(
      [6, day(1, 0, -1, -26, -27, -28, -29, -60)],
      [1, fc.constant(NOT_SAID)],
      [1, fc.constantFrom('2026-10', '2026', 'lately', '2026-02-30').map(always)],
    ),
    acceptedUse: either<Given<string | null>>(
      [80, fc.integer({ min: 1, max: 300 }).map(days => (now: number) => new Date(now - days * DAY_MS).toISOString())],
      [2, instant(fc.constantFrom(0, -1, 1, 365 * DAY_MS, 365 * DAY_MS - 1, 365 * DAY_MS + 1))],
      [1, fc.constant(always(null))],
    ),
    teams: mostly<readonly string[]>([2, ['north']], [1, []], [1, ['south', 'north']]).map(always),
  })
  .map(raw => now => settle(raw, now) as Standing)

const narrowing = (who: Viewer): fc.Arbitrary<Given<Narrowing>> =>
  fc
    .record({
      id: fc.constant(always('n-1')),
      reason: fc.constantFrom<Narrowing['reason'][]>('safeguarding', 'serious-risk', 'public-interest').map(always),
      sdsUserIds: mostly<readonly string[]>([4, [who.sdsUserId]], [1, [SOMEBODY_ELSE, who.sdsUserId]], [1, [SOMEBODY_ELSE]], [1, []]).map(
        always,
      ),
      from: instant(fc.constantFrom(0, 1, -1, HOUR_MS, HOUR_MS, HOUR_MS)),
      until: instant(fc.constantFrom(0, 1, -1, -HOUR_MS, -HOUR_MS, -HOUR_MS)),
      decidedBy: mostly<readonly string[]>(
        [6, ['444444444444', '555555555555']],
        [4, ['444444444444']],
        [1, ['444444444444', '444444444444']],
        [1, ['444444444444', '']],
        [1, []],
      ).map(always),
    })
    .map(raw => now => settle(raw, now))

const scope = (who: Viewer): fc.Arbitrary<ObjectionScope> =>
  either<ObjectionScope>(
    [2, fc.constant({ kind: 'everything' })],
    [4, fc.constantFrom(OTHER_HOSPITAL, MENTAL_HEALTH, who.odsCode).map(odsCode => ({ kind: 'organisation', odsCode }))],
    [4, mostly([3, 'mental-health'], [3, 'social'], [3, 'plans'], [1, 'unheard-of'], [1, '']).map(classId => ({ kind: 'class', classId }))],
    [2, fc.constantFrom(SOMEBODY_ELSE, who.sdsUserId).map(sdsUserId => ({ kind: 'staff', sdsUserId }))],
    [2, fc.constantFrom(OTHER_HOSPITAL, who.odsCode).map(odsCode => ({ kind: 'workplace', odsCode }))],
    // What a newer exchange may say: no type of ours has it.
    [1, fc.constant({ kind: 'household' } as unknown as ObjectionScope)],
  )

const objection = (who: Viewer): fc.Arbitrary<Given<ObjectionInForce>> =>
  fc
    .record({
      id: fc.integer({ min: 1, max: 9 }).map(n => always(`o-${n}`)),
      exchange: fc.constantFrom(HERE, THERE).map(always),
      scope: scope(who).map(always),
      basis: mostly<ObjectionInForce['basis']>([4, 'upheld'], [4, 'held'], [4, 'imported'], [1, 'unmatched']).map(always),
      since: day(-400, -1, 0, 1),
      narrowings: fc.array(narrowing(who), { maxLength: 2 }).map(all => (now: number) => all.map(one => one(now))),
      sparesSafeguarding: mostly<true | undefined>([5, undefined], [1, true]).map(always),
    })
    .map(raw => now => settle(raw, now) as ObjectionInForce)

const objections = (who: Viewer): fc.Arbitrary<Given<ObjectionState>> =>
  either(
    [6, fc.constant(always<ObjectionState>({ state: 'known', inForce: [] }))],
    [
      6,
      fc
        .array(objection(who), { minLength: 1, maxLength: 4 })
        .map(all => (now: number) => ({ state: 'known' as const, inForce: all.map(one => one(now)) })),
    ],
    [
      1,
      fc
        .array(objection(who), { maxLength: 1 })
        .map(all => (now: number) => ({ state: 'unknown' as const, inForce: all.map(one => one(now)) })),
    ],
  )

/** Until when a decision serves a paper. */
const served = either<Given<string>>([8, day(40, 1, 0, -1, -2)], [1, fc.constant(always('for long'))])

const agreement = (who: Viewer): fc.Arbitrary<Given<Agreement>> =>
  fc
    .record({
      consumer: mostly([6, '*'], [4, who.odsCode], [1, OTHER_HOSPITAL]).map(always),
      sections: mostly<Agreement['sections']>([4, '*'], [1, ['alerts']], [1, []]).map(always),
      from: either([8, day(-400, -1, 0)], [1, day(1, 2)], [1, fc.constant(always('soon'))]),
      until: either<Given<string | null>>(
        [5, fc.constant(always(null))],
        [6, day(400, 1, 0, -1, -29, -30, -31, -32)],
        [1, fc.constant(always('some day'))],
      ),
      state: mostly<Agreement['state']>([5, undefined], [3, 'in-force'], [4, 'overdue'], [1, 'suspended'], [1, 'ended']).map(always),
      served: either<Given<string | undefined>>([1, fc.constant(NOT_SAID)], [2, served]),
    })
    .map(raw => now => ({ ...AGREEMENT, ...settle(raw, now) }) as Agreement)

const toolkit: fc.Arbitrary<Given<DspToolkit>> = fc
  .record({
    status: mostly<DspToolkit['status']>([4, 'exceeded'], [4, 'met'], [3, 'approaching'], [1, 'not-met'], [1, 'not-published']).map(always),
    until: either([8, day(400, 1, 0, -1, -29, -30, -31)], [1, fc.constant(always('never'))]),
    served: either<Given<string | undefined>>([1, fc.constant(NOT_SAID)], [2, served]),
  })
  .map(raw => now => settle(raw, now) as DspToolkit)

const organisation = (who: Viewer): fc.Arbitrary<Given<readonly Organisation[]>> =>
  fc
    .record({
      state: mostly<Organisation['state']>(
        [120, undefined],
        [120, 'connected'],
        ...ORGANISATION_STATES.map(state => [1, state] as const),
      ).map(always),
      dspToolkit: either<Given<DspToolkit | undefined>>([14, fc.constant(NOT_SAID)], [1, toolkit]),
    })
    .map(
      raw => now =>
        ORGANISATIONS.map(one => (one.odsCode === who.odsCode ? { ...one, ...(settle(raw, now) as Partial<Organisation>) } : one)),
    )

const isolation = (who: Viewer): fc.Arbitrary<NonNullable<Catalogue['isolations']>[number]> =>
  fc.record({
    what: fc.constantFrom(...ISOLATED),
    which: fc.constantFrom(who.sdsUserId, who.odsCode, who.odsCode, HERE, THERE, SOMEBODY_ELSE, OTHER_HOSPITAL),
  })

const catalogue = (who: Viewer): fc.Arbitrary<Given<Catalogue>> =>
  fc
    .tuple(
      organisation(who),
      either(
        [8, fc.constant<Given<Agreement>[]>([always(AGREEMENT)])],
        [1, fc.array(agreement(who), { maxLength: 3 })],
        [2, fc.constant<Given<Agreement>[]>([always({ ...AGREEMENT, consumer: who.odsCode })])],
      ),
      either([10, fc.constant(undefined)], [2, fc.array(isolation(who), { maxLength: 4 })]),
    )
    .map(([organisations, agreements, isolations]) => now => ({
      ...CATALOGUE,
      organisations: new Map(organisations(now).map(one => [one.odsCode, one])),
      agreements: agreements.map(one => one(now)),
      ...(isolations && { isolations }),
    }))

const PURPOSES: readonly Purpose[] = ['research', 'insurance', 'benefits', 'employment', 'billing', 'other']

/** The rules, mostly as they are, at times with other figures or purposes. */
const varied = (rules: AccessRules): fc.Arbitrary<AccessRules> =>
  mostly<AccessRules>(
    [40, rules],
    [2, { ...rules, acceptedUseDays: 250, feeUnpaidDays: 1, overdueDays: 0 }],
    [2, { ...rules, feeUnpaidDays: 60, overdueDays: 31 }],
    [1, { ...rules, purposes: ['direct-care', 'research', 'other'] }],
    [1, { ...rules, shareClasses: [] }],
    [1, { ...rules, purposes: [] }],
  )

/** Now, and one view that somebody asks for then. */
const asked = (rules: AccessRules): fc.Arbitrary<{ readonly now: number; readonly given: Given<DecisionInput> }> =>
  viewer
    .chain(who =>
      fc.record({
        now: moment,
        viewer: fc.constant(who),
        standing,
        purpose: either<Purpose>([40, fc.constant('direct-care')], [1, fc.constantFrom(...PURPOSES)]),
        person: person(who),
        facts: either(
          [5, fc.array(fact(who), { minLength: 1, maxLength: 1 })],
          [3, fc.array(fact(who), { minLength: 2, maxLength: 5 })],
          [1, fc.constant<Given<EvidenceFact>[]>([])],
        ),
        unavailable: mostly<readonly string[]>([4, []], [1, ['EPR']], [1, ['A&E', 'EPR']]),
        objections: objections(who),
        catalogue: catalogue(who),
        rules: varied(rules),
      }),
    )
    .map(raw => ({
      now: raw.now,
      given: now => ({
        ...raw,
        now: new Date(now).toISOString(),
        standing: raw.standing(now),
        person: raw.person(now),
        facts: raw.facts.map(one => one(now)),
        objections: raw.objections(now),
        catalogue: raw.catalogue(now),
      }),
    }))

const asserted: fc.Arbitrary<Given<Relationship>> = fc
  .record({
    type: relationshipType.map(always),
    evidenceId: fc.constant(always('e-there')),
    assertedBy: fc.constantFrom(THERE, HOSPITAL).map(always),
    seenAt: instant(lately),
    until: instant(either([4, fc.integer({ min: 1, max: 4 * HOUR_MS }).map(ms => -ms)], [2, ago.map(ms => -ms)], [1, ago])),
  })
  .map(raw => now => settle(raw, now))

const trusts: fc.Arbitrary<readonly string[]> = either(
  [4, fc.constant<readonly string[]>(RELATIONSHIPS)],
  [2, fc.subarray<string>([...RELATIONSHIPS])],
  [1, fc.constantFrom<readonly string[]>([], ['*'], ['everything'])],
)
const peer: fc.Arbitrary<PeerConfig> = fc
  .tuple(mostly<PeerConfig['state']>([20, 'live'], [1, 'planned'], [1, 'suspended']), trusts)
  .map(([state, trustedEvidence]) => ({ ...PEER, state, trustedEvidence }))

/** Inputs of a decision under given rules: ordinary ones, and each of their parts at its edges, missing, forged or past reading. */
export const cases = (rules: AccessRules): fc.Arbitrary<DecisionInput> => asked(rules).map(({ now, given }) => given(now))

/** The same as another exchange asks it. */
export const peerCases = (rules: AccessRules): fc.Arbitrary<PeerDecisionInput> =>
  fc.tuple(asked(rules), peer, asserted, fc.boolean()).map(([{ now, given }, from, word, known]) => {
    const input = given(now)
    return { ...input, facts: known ? input.facts : [], peer: from, asserted: word(now) }
  })
