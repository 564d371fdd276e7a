import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SharingProfile } from '../src/care-record/catalogue.ts'
import type { Item } from '../src/care-record/item.ts'
import type { KeptApart } from '../src/care-record/objection.ts'
import { SECTION_IDS } from '../src/care-record/section.ts'
import { createRules, disclose } from '../src/exchange/disclosure/disclose.ts'
import { pass } from '../src/exchange/disclosure/for-tests.ts'
import { NO_HOLDERS, type Holders } from '../src/exchange/disclosure/kept-apart.ts'
import { firstSet } from '../src/exchange/disclosure/rules/first-set.ts'
import { asDecided } from '../src/exchange/disclosure/rules/in-force.ts'
import { createSieve } from '../src/exchange/disclosure/sieve.ts'
import { createCity } from '../src/london/people/city.ts'
import { cityCatalogue, toldOf, without, type Told } from '../scripts/what-if-items.ts'

/*
 * What stays with who holds it, over lives of the synthetic city through the real translators: nothing of it leaves, with both
 * mechanisms or with one of them alone, and nothing else is lost.
 */
const NOW = new Date('2026-11-21T10:00:00Z')
const city = createCity({ now: NOW })
const told = city.people.slice(0, 45).map(person => toldOf(city, person, NOW))
const { organisations, services } = cityCatalogue
const nothing: KeptApart = { organisations: [], organisationKinds: [], sections: [], policyClasses: [] }
const knowing: Holders = { ...NO_HOLDERS, organisations }

type Away = 'none' | 'sieve' | 'exchange'
/** Ids of what a GP elsewhere is shown of one person. */
function shownTo(person: readonly Told[], keptApart: KeptApart, away: Away, holders: Holders, set = firstSet): ReadonlySet<string> {
  const [sieve, rules] = made(holders, set)
  const viewer = { ...pass().viewer, odsCode: 'ELSEWHERE' }
  const of = (known: KeptApart) => pass({ viewer, role: { jobRole: 'R0', group: 'gp' }, maySee: new Set(SECTION_IDS), keptApart: known })
  const blind = away === 'none' ? holders : NO_HOLDERS
  const [blindSieve, blindRules] = made(blind, set)
  const answers = person.map(one => {
    const { source, facts, answer } = one
    const gone = away === 'sieve' ? blindSieve(source, facts, of(nothing)) : sieve(source, facts, of(keptApart))
    return { ...answer, items: without(one, gone) }
  })
  const left = away === 'exchange' ? disclose(answers, of(nothing), blindRules) : disclose(answers, of(keptApart), rules)
  return new Set(left.answers.flatMap(one => one.items.map(({ id }) => id)))
}
type Pair = readonly [ReturnType<typeof createSieve>, ReturnType<typeof createRules>]
const ready = new Map<typeof firstSet, Map<Holders, Pair>>()
function made(holders: Holders, set: typeof firstSet): Pair {
  let ofSet = ready.get(set)
  if (ofSet === undefined) ready.set(set, (ofSet = new Map<Holders, Pair>()))
  let pair = ofSet.get(holders)
  if (pair === undefined) ofSet.set(holders, (pair = [createSieve(set, services, holders), createRules(set, services, { holders })]))
  return pair
}

/** What is kept apart, told by the item alone, and the mechanisms that each suffice. */
const cases: readonly [name: string, apart: Partial<KeptApart>, holders: Holders, is: (item: Item) => boolean, ways: readonly Away[]][] = [
  ...['RJZ', 'RV5', 'G85997', '710'].map((odsCode): (typeof cases)[number] => [
    `organisation ${odsCode}`,
    { organisations: [odsCode] },
    knowing,
    item => item.provenance.odsCode === odsCode,
    ['none', 'sieve', 'exchange'],
  ]),
  ...(['acute', 'gp-practice', 'mental-health', 'social-care'] as const).map((kind): (typeof cases)[number] => [
    `kind ${kind}`,
    { organisationKinds: [kind] },
    knowing,
    item => organisations.get(item.provenance.odsCode)?.kind === kind,
    ['none', 'sieve', 'exchange'],
  ]),
  ...(['results', 'documents', 'problems', 'social-care'] as const).map((section): (typeof cases)[number] => [
    `section ${section}`,
    { sections: [section] },
    knowing,
    item => item.section === section,
    ['none', 'sieve'],
  ]),
  [
    "King's does not share results",
    {},
    { ...knowing, profiles: [notSharing('RJZ', ['results'])] },
    item => item.provenance.odsCode === 'RJZ' && item.section === 'results',
    ['none', 'sieve'],
  ],
]
function notSharing(odsCode: string, sections: SharingProfile['sections']): SharingProfile {
  return { odsCode, sections, documentClasses: [], policyClasses: [], from: '2026-11-01' }
}

for (const [name, apart, holders, is, ways] of cases)
  for (const away of ways)
    test(`R055 R066 R067: ${name}, over the city with ${away} away: nothing of it leaves and nothing else is lost`, () => {
      let kept = 0
      const [leaks, lost]: [string[], string[]] = [[], []]
      for (const person of told) {
        const before = shownTo(person, nothing, 'none', knowing)
        const after = shownTo(person, { ...nothing, ...apart }, away, holders)
        for (const item of person.flatMap(({ answer }) => answer.items)) {
          if (is(item)) {
            kept += before.has(item.id) ? 1 : 0
            if (after.has(item.id)) leaks.push(item.id)
          } else if (before.has(item.id) && !after.has(item.id)) lost.push(item.id)
        }
      }
      assert.deepEqual([leaks, lost], [[], []])
      assert.ok(kept > 0, 'something of it was shown before')
    })

for (const classId of ['safeguarding', 'domestic-violence', 'crime', 'serious-harm', 'forced-marriage'])
  test(`R055 R108: class ${classId} kept apart by a person hides what it hides from a role that may not see it`, () => {
    const nobody = asDecided(firstSet, new Map([[classId, []]]))
    for (const person of told)
      assert.deepEqual(
        shownTo(person, { ...nothing, policyClasses: [classId] }, 'none', knowing),
        shownTo(person, nothing, 'none', knowing, nobody),
      )
  })
