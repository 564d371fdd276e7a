import assert from 'node:assert/strict'
import { test } from 'node:test'
import { places, SYSTEM_IDS, type SystemId } from '../places.ts'
import { createCity, type City } from './city.ts'
import { ARCHIVES } from './lives/ordinary/profile.ts'
import { services } from './services.ts'
import { objectors, toldStories } from './stories.ts'
import { told } from './told-people.ts'
import { londonUsers } from '../users.ts'
import type { CityPerson, Held, HospitalId } from './told.ts'

const now = new Date('2026-11-21T12:17:00Z')
const city = createCity({ now })
/** Other people at other moments: just after midnight in summer time, and at the turn of a year. */
const others = [
  createCity({ now: new Date('2026-06-30T23:04:00Z'), seed: 7 }),
  createCity({ now: new Date('2027-01-01T00:02:00Z'), seed: 99 }),
]

type Thing = Readonly<Record<string, unknown>> & { readonly id: string; readonly encounter?: string }

/** All that one system holds, by kind, a council's case among it. */
const thingsOf = (held: Held): readonly (readonly [kind: string, things: readonly Thing[]])[] =>
  [...Object.entries(held), ...Object.entries(held.care ?? {})].flatMap(([kind, part]: [string, unknown]) =>
    Array.isArray(part) && kind !== 'warnings' ? [[kind, part as readonly Thing[]] as const] : [],
  )

/** Who is told, and every so many of the others: the rest is more of the same. */
const everyHeld = function* (of: City = city, every = 7): Iterable<readonly [person: CityPerson, system: SystemId, held: Held]> {
  for (const [i, person] of of.people.entries())
    if (i % every === 0 || Object.values<string>(told).includes(person.nhsNumber))
      for (const system of of.systemsOf(person.nhsNumber)) {
        const held = of.held(system, person.nhsNumber)
        if (held) yield [person, system, held]
      }
}

test('the city: who is known where is the same whether a life is told or not', () => {
  for (const { nhsNumber } of city.people) {
    const holding = SYSTEM_IDS.filter(system => city.held(system, nhsNumber) !== undefined)
    assert.deepEqual(new Set(city.systemsOf(nhsNumber)), new Set(holding), nhsNumber)
  }
  assert.deepEqual(city.systemsOf('9990000000'), [])
})

test('the city: everybody but an old number is known somewhere, nobody everywhere, each system knows somebody', () => {
  const knowing = new Map<SystemId, number>()
  for (const { nhsNumber, supersededBy } of city.people) {
    const systems = city.systemsOf(nhsNumber)
    assert.equal(systems.length === 0, supersededBy !== undefined, nhsNumber)
    assert.ok(systems.length <= 12)
    for (const id of systems) knowing.set(id, (knowing.get(id) ?? 0) + 1)
  }
  assert.deepEqual(
    SYSTEM_IDS.filter(id => !knowing.has(id)),
    [],
  )
})

test('the city: a practice’s system knows none but its own patients', () => {
  for (const person of city.people)
    for (const id of city.systemsOf(person.nhsNumber)) if (places[id].kind === 'gp') assert.equal(places[id].odsCode, person.practice)
})

/** A letter about how somebody was conceived is older than they are. */
const BEFORE_BIRTH = new Set(['origin'])

/** Dates that begin a thing, as it tells them. */
const beginnings = (thing: Thing): readonly string[] =>
  ['start', 'at', 'on', 'recorded', 'opened', 'supplied'].flatMap(name => (typeof thing[name] === 'string' ? [thing[name]] : []))

for (const [each, every, when] of [
  [city, 7, 'at noon'],
  ...others.map(other => [other, 45, other.calendar.now.toISOString()] as const),
] as const) {
  test(`the city ${when}: nothing lies in the future but what is booked, planned or due, and nothing ends before it began`, () => {
    const mayLieAhead = new Set(['appointments', 'visits', 'reviews'])
    const today = each.calendar.day(0)
    for (const [{ nhsNumber }, system, held] of everyHeld(each, every))
      for (const [kind, things] of thingsOf(held))
        for (const thing of things) {
          const where = `${nhsNumber} ${system} ${kind} ${thing.id}`
          const begins = beginnings(thing)
          if (!mayLieAhead.has(kind) && thing['status'] !== 'planned')
            for (const date of begins) assert.ok(date.slice(0, 10) <= today, where)
          const [begin] = begins
          const end = thing['end'] ?? thing['ended'] ?? thing['closed']
          if (typeof end === 'string' && begin !== undefined) assert.ok(end.slice(0, begin.length) >= begin.slice(0, end.length), where)
        }
  })

  test(`the city ${when}: nothing happened to anybody before birth or after death`, () => {
    for (const [{ nhsNumber, birthDate, deceased }, system, held] of everyHeld(each, every)) {
      const born = held.demographics?.birthDate ?? birthDate
      for (const [kind, things] of thingsOf(held))
        for (const thing of things)
          for (const date of beginnings(thing)) {
            const where = `${nhsNumber} ${system} ${kind} ${thing.id} ${date}`
            assert.ok(date.slice(0, 10) >= born.slice(0, date.length) || BEFORE_BIRTH.has(thing.id), where)
            if (deceased !== undefined && kind !== 'reviews') assert.ok(date.slice(0, 10) <= deceased, where)
          }
    }
  })
}

test('HAZ-012 the planted life holds something apart at every system, and beside it is her twin’s to the letter', () => {
  assert.deepEqual(new Set(city.systemsOf(told.restricted)), new Set(city.systemsOf(told.restrictedTwin)))
  for (const system of city.systemsOf(told.restricted)) {
    const plain = new Map(thingsOf(city.held(system, told.restrictedTwin) ?? {}))
    let more = 0
    for (const [kind, things] of thingsOf(city.held(system, told.restricted) ?? {})) {
      const known = new Set(plain.get(kind)?.map(({ id }) => id))
      const [same, planted] = [things.filter(({ id }) => known.has(id)), things.filter(({ id }) => !known.has(id))]
      more += planted.length
      // The old letter tells of another name in one of the two, and is listed in both.
      const but = (all: readonly Thing[] = []): readonly Thing[] => all.filter(({ id }) => id !== 'old-letter')
      assert.deepEqual(but(same), but(plain.get(kind)), `${system} ${kind}`)
    }
    assert.ok(more > 0, system)
  }
})

test('the city: ids are unique, encounters and problems that are named exist, so do their services', () => {
  for (const [{ nhsNumber }, system, held] of everyHeld()) {
    const encounters = new Set(held.encounters?.map(e => e.id))
    const problems = new Set(held.problems?.map(p => p.id))
    for (const [kind, things] of thingsOf(held)) {
      const where = `${nhsNumber} ${system} ${kind}`
      assert.equal(new Set(things.map(t => t.id)).size, things.length, where)
      for (const t of things) if (t.encounter !== undefined) assert.ok(encounters.has(t.encounter), `${where} ${t.id}`)
    }
    for (const m of held.medicines ?? []) if (m.forProblem !== undefined) assert.ok(problems.has(m.forProblem), m.id)
    if (['gp', 'pacs', 'social-care'].includes(places[system].kind)) continue
    const codes = new Set(services[system as HospitalId].map(s => s.localCode))
    for (const { service } of [...(held.encounters ?? []), ...(held.appointments ?? [])])
      assert.ok(codes.has(service), `${nhsNumber} ${system} ${service}`)
    for (const { service } of held.documents ?? [])
      assert.ok(service === undefined || codes.has(service), `${nhsNumber} ${system} ${service}`)
  }
})

test('the city: an archive keeps the pictures that its hospital reports, under the same numbers', () => {
  let pictures = 0
  for (const [{ nhsNumber }, system, held] of everyHeld()) {
    const archive = ARCHIVES.get(system)
    if (archive === undefined || nhsNumber === told.restricted || nhsNumber === told.restrictedTwin) continue
    const reported = (held.imaging ?? []).flatMap(i => (i.study ? [i.study.accession] : []))
    const kept = (city.held(archive, nhsNumber)?.imaging ?? []).flatMap(i => (i.study ? [i.study.accession] : []))
    assert.deepEqual(kept.toSorted(), reported.toSorted(), `${nhsNumber} ${archive}`)
    pictures += kept.length
  }
  assert.ok(pictures > 5)
})

test('R031 the Local Care Record: every statement says whose it is', () => {
  const members = new Set(places['local-care-record'].members)
  let statements = 0
  for (const [{ nhsNumber }, system, held] of everyHeld()) {
    if (system !== 'local-care-record') continue
    for (const [kind, things] of thingsOf(held))
      for (const t of things) {
        statements += 1
        assert.ok(members.has(t['member'] as string), `${nhsNumber} ${kind} ${t.id}`)
      }
  }
  assert.ok(statements > 5)
})

test('the people: seven areas, children and the very old, flags, deaths and changed numbers, as many as a city has', () => {
  const share = (of: (p: CityPerson) => boolean): number => (city.people.filter(of).length / city.people.length) * 100
  const bornFrom = (year: number) => (p: CityPerson) => p.birthDate >= String(year)
  for (const [what, percent, low, high] of [
    ['children', share(bornFrom(2009)), 18, 36],
    ['over 75', share(p => !bornFrom(1951)(p)), 5, 15],
    ['sensitive', share(p => p.restricted), 0.8, 2.5],
    ['dead', share(p => p.deceased !== undefined), 0.5, 1.8],
    ['changed numbers', share(p => p.supersededBy !== undefined), 0.2, 1],
    ['interpreters', share(p => p.interpreter !== undefined), 2, 8],
    ['former names', share(p => p.previousNames.length > 0), 4, 15],
  ] as const)
    assert.ok(low <= percent && percent <= high, `${what}: ${percent}%`)
  const practices = new Map<string, number>()
  for (const { practice } of city.people) practices.set(practice, (practices.get(practice) ?? 0) + 1)
  for (const id of SYSTEM_IDS)
    if (places[id].kind === 'gp' && id !== 'leeds-gp') assert.ok((practices.get(places[id].odsCode) ?? 0) > 30, id)
})

test('the people: families share a roof, twins a birthday, and namesakes a name', () => {
  const groups = (key: (p: CityPerson) => string): number =>
    [
      ...Map.groupBy(
        city.people.filter(p => p.supersededBy === undefined),
        key,
      ).values(),
    ].filter(group => group.length > 1).length
  assert.ok(groups(p => `${p.address.lines.join()} ${p.address.postcode}`) > 300)
  assert.ok(groups(p => `${p.address.postcode} ${p.name.family} ${p.birthDate}`) >= 5)
  assert.ok(groups(p => `${p.name.family} ${p.name.given[0]}`) >= 20)
})

test('the people: telephones are of the ranges kept for drama', () => {
  for (const { phone } of city.people) assert.match(phone, /^(020 7946 0\d{3}|07700 900\d{3}|01632 960\d{3}|0113 496 0\d{3})$/)
})

test('R054 who is treated only in one area is known in that area, and where they are now', () => {
  const areas = new Set(city.systemsOf(told.southEastOnly).map(id => places[id].exchange))
  assert.deepEqual(areas, new Set(['SEL', 'NWL']))
  const [attendance] = city.held('imperial', told.southEastOnly)?.encounters ?? []
  assert.equal(attendance?.status, 'in-progress')
})

test('R106 no message of a transfer exists for the boy of the story, and one for the girl', () => {
  assert.equal(city.held('gstt', told.kidneyBoy), undefined)
  assert.equal(city.held('kch', told.kidneyBoy)?.encounters?.find(e => e.status === 'in-progress')?.service, 'PICU')
  assert.equal(city.held('gstt', told.transfer)?.encounters?.[0]?.status, 'planned')
})

test('the person of nine organisations: five exchanges, three opinions of one allergy, two of a dose', () => {
  const systems = city.systemsOf(told.nine)
  const organisations = new Set(systems.map(id => places[id].odsCode))
  assert.equal(organisations.size, 9)
  assert.equal(new Set(systems.map(id => places[id].exchange)).size, 5)
  const opinions = systems.flatMap(id => (city.held(id, told.nine)?.allergies ?? []).filter(a => a.id !== 'plasters').map(a => a.status))
  assert.deepEqual(new Set(opinions), new Set(['active', 'resolved', 'refuted', 'none-known']))
  const doses = systems.flatMap(id => (city.held(id, told.nine)?.medicines ?? []).filter(m => m.id === 'bisoprolol').map(m => m.dose))
  assert.equal(new Set(doses).size, 2)
})

test('the twins of nine days: one birth date, two sexes, numbers that follow each other', () => {
  const [girl, boy] = [city.person(told.twinGirl), city.person(told.twinBoy)]
  assert.equal(girl?.birthDate, boy?.birthDate)
  assert.deepEqual([girl?.gender, boy?.gender], ['female', 'male'])
  assert.equal(Number(told.twinBoy.slice(0, 9)) - Number(told.twinGirl.slice(0, 9)), 1)
})

test('the stories: every life told by hand has one, with who it is and whom to be', () => {
  assert.ok(toldStories.length >= 40)
  const telling = new Set(toldStories.map(s => s.nhsNumber))
  for (const [who, nhsNumber] of Object.entries(told)) if (who !== 'supersededOld') assert.ok(telling.has(nhsNumber), who)
  const staff = new Set(londonUsers.map(user => user.family))
  for (const { nhsNumber, name, firstLookedAt } of toldStories) {
    assert.ok(staff.has(firstLookedAt), firstLookedAt)
    const person = city.person(nhsNumber)
    assert.ok(person && name.includes(person.name.family) && name.includes(person.name.given[0] ?? '?'), name)
  }
  for (const { nhsNumber } of objectors) assert.ok(telling.has(nhsNumber))
})
