import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDocument } from '../exchange/agreements/document.ts'
import { asidOf, cityRoles, documentsAsidOf, londonCatalogue, type CityUrls } from './catalogue.ts'
import { createCity } from './people/city.ts'
import { told } from './people/population.ts'
import { EXCHANGES, places, SYSTEM_IDS, systemsOf, type ExchangeName, type SystemId } from './places.ts'
import { londonUsers } from './users.ts'

const now = new Date('2026-11-21T12:17:00Z')
const city = createCity({ now })
const urlsOf = (exchanges: readonly ExchangeName[]): CityUrls => ({
  systems: Object.fromEntries(systemsOf(exchanges).map(id => [id, `http://${id}.test`])),
  nrl: 'http://nrl.test',
  peers: Object.fromEntries(exchanges.map(exchange => [exchange, `https://${exchange.toLowerCase()}`])),
})
const documents = londonCatalogue({ now, urls: urlsOf(EXCHANGES), city })

test('every system stands at its home; organisations known, no role, service or accredited system twice', () => {
  assert.deepEqual([...documents.keys()], EXCHANGES)
  for (const [exchange, document] of documents) {
    const parsed = parseDocument(document)
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.fault.detail)
    for (const source of document.sources) assert.equal(source.exchange, exchange)
    const ids = new Set(document.sources.map(source => source.id))
    for (const id of SYSTEM_IDS)
      if (places[id].exchange === exchange && places[id].kind !== 'pacs') assert.ok(ids.has(id), `${id} stands at ${exchange}`)
  }
  const asids = SYSTEM_IDS.filter(id => places[id].kind === 'gp').flatMap(id => [asidOf(id), documentsAsidOf(id)])
  for (const asid of asids) assert.match(asid, /^\d{12}$/)
  assert.equal(new Set(asids).size, asids.length)
})

test('R027: at least 30 organisations and 40 systems in seven exchanges', () => {
  const running = [...documents.values()].flatMap(document => document.sources)
  assert.ok(new Set(running.map(source => source.id)).size >= 40)
  assert.ok(new Set(running.map(source => source.odsCode)).size >= 30)
})

test('a city of two exchanges: neither names a peer or a system that does not run', () => {
  const two = londonCatalogue({ now, urls: urlsOf(['SEL', 'NCL']), city })
  assert.deepEqual([...two.keys()], ['SEL', 'NCL'])
  assert.deepEqual(
    two.get('SEL')?.peers.map(peer => peer.exchange),
    ['NCL'],
  )
  const sources = [...two.values()].flatMap(document => document.sources.map(source => source.id))
  for (const id of ['barts', 'st-georges', 'imperial', 'mkuh', 'west-herts']) assert.ok(!sources.includes(id), id)
})

test('R076 each pointer has its registration, and both objectors, of today and of Connect Care, are on the list of one exchange, for the others to read', () => {
  for (const document of documents.values()) {
    const key = (r: { nhsNumber: string; sourceId: string }): string => `${r.sourceId} ${r.nhsNumber}`
    assert.deepEqual(document.pointers.map(key), document.registrations.map(key))
    for (const { sourceId, nhsNumber, family, birthDate } of document.registrations) {
      const holds = city.held(sourceId as SystemId, nhsNumber)
      assert.ok(holds, `${sourceId} knows who is registered there`)
      const believed = { ...city.person(nhsNumber), ...holds.demographics }
      assert.deepEqual([family, birthDate], [believed.name?.family, believed.birthDate])
    }
  }
  const lists = [...documents.values()].map(document => document.objections.map(o => o.nhsNumber))
  assert.deepEqual(lists, [[told.objector, told.formerObjector], ...lists.slice(1).map(() => [])])
})

test('staff: numbers as the national directory writes them; the receptionist, the researcher and the benefits officer hold no listed role', () => {
  const listed = new Set(cityRoles.map(r => r.jobRole))
  for (const u of londonUsers)
    for (const r of u.roles) assert.match(`${u.sdsUserId} ${r.roleProfileId} ${r.roleCode}`, /^\d{12} \d{12} S\d{4}:G\d{4}:R\d{4}$/)
  const denied = londonUsers.filter(u => u.roles.every(r => !listed.has(r.roleCode.split(':')[2]!))).map(u => u.family)
  assert.deepEqual(denied, ['Reid', 'Baumann', 'Marsh'])
})

test('R034: the social worker sees COVID-19 results only, and no letters or observations', () => {
  const { sections = [], limits } = cityRoles.find(r => r.jobRole === 'R8014') ?? {}
  for (const hidden of ['documents', 'observations', 'imaging', 'procedures'] as const) assert.ok(!sections.includes(hidden))
  assert.deepEqual(limits, { results: 'virus' })
  assert.deepEqual([...new Set(cityRoles.filter(role => role.limits !== undefined).map(role => role.group))].toSorted(), [
    'clerk',
    'social-worker',
  ])
})

test('R108 care rules 1.5: the ward clerk sees contacts and appointments, and nothing clinical of other organisations', () => {
  const { sections, limits } = cityRoles.find(r => r.jobRole === 'R8008') ?? {}
  assert.deepEqual(sections, ['appointments', 'contacts'])
  assert.deepEqual(limits, { appointments: 'administrative', contacts: 'administrative' })
})

test('staff: a doctor for every exchange; numbers, names and role profiles are nobody else’s; their organisation is known', () => {
  const groups = new Map(cityRoles.map(role => [role.jobRole, role.group]))
  for (const exchange of EXCHANGES) {
    const here = londonUsers.filter(user => user.exchange === exchange).flatMap(user => user.roles)
    for (const group of ['emergency-doctor', 'gp'] as const)
      assert.ok(
        here.some(role => groups.get(role.roleCode.split(':')[2] ?? '') === group),
        `${group} at ${exchange}`,
      )
    for (const { orgCode, orgName } of here) assert.notEqual(orgName, orgCode, `${orgCode} is an organisation of the city`)
  }
  const keys = londonUsers.flatMap(user => [user.sdsUserId, user.family, ...user.roles.map(role => role.roleProfileId)])
  assert.equal(new Set(keys).size, keys.length)
})
