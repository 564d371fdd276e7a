import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cityRoles, EXCHANGES, londonCatalogue, londonUsers, type CityUrls } from './catalogue.ts'
import { told } from './people/population.ts'
import { SYSTEM_IDS, type SystemId } from './people/told.ts'

const urls: CityUrls = {
  systems: Object.fromEntries(SYSTEM_IDS.map(id => [id, `http://${id}.test`])) as Record<SystemId, string>,
  nrl: 'http://nrl.test',
  peers: { SEL: 'https://sel', NCL: 'https://ncl' },
}
const documents = londonCatalogue({ now: new Date('2026-11-21T12:17:00Z'), urls })

test('every system is a source, each at one home exchange; organisations known, no role or service twice', () => {
  const all = EXCHANGES.flatMap(e => documents[e].sources.map(s => ({ at: e, s })))
  assert.deepEqual(all.map(({ s }) => s.id).sort(), [...SYSTEM_IDS, 'nrl'].toSorted())
  for (const { at, s } of all) assert.equal(s.exchange, at)
  for (const e of EXCHANGES) {
    const { organisations, services, roles, agreements, sources } = documents[e]
    const known = new Set(organisations.map(o => o.odsCode))
    for (const { odsCode } of [...sources, ...services]) assert.ok(known.has(odsCode))
    for (const { provider } of agreements) assert.ok(known.has(provider))
    assert.equal(new Set(roles.map(r => r.jobRole)).size, roles.length)
    assert.equal(new Set(services.map(r => `${r.odsCode} ${r.localCode}`)).size, services.length)
  }
})

test('each pointer has its registration, and the objector is on both lists', () => {
  for (const e of EXCHANGES) {
    const key = (r: { nhsNumber: string; sourceId: string }): string => `${r.sourceId} ${r.nhsNumber}`
    assert.deepEqual(documents[e].pointers.map(key), documents[e].registrations.map(key))
    assert.deepEqual(
      documents[e].objections.map(o => o.nhsNumber),
      [told.objector],
    )
  }
})

test('staff: numbers as the national directory writes them; the receptionist and the researcher hold no listed role', () => {
  const listed = new Set(cityRoles.map(r => r.jobRole))
  for (const u of londonUsers)
    for (const r of u.roles) assert.match(`${u.sdsUserId} ${r.roleProfileId} ${r.roleCode}`, /^\d{12} \d{12} S\d{4}:G\d{4}:R\d{4}$/)
  const denied = londonUsers.filter(u => u.roles.every(r => !listed.has(r.roleCode.split(':')[2]!))).map(u => u.family)
  assert.deepEqual(denied, ['Reid', 'Baumann'])
})

test('R034: the social worker sees COVID-19 results only, and no letters or observations', () => {
  const { sections = [], limits } = cityRoles.find(r => r.jobRole === 'R8014') ?? {}
  for (const hidden of ['documents', 'observations', 'imaging', 'procedures'] as const) assert.ok(!sections.includes(hidden))
  assert.deepEqual(limits, { results: 'virus' })
  assert.deepEqual(
    cityRoles.filter(role => role.limits !== undefined).map(role => role.jobRole),
    ['R8008', 'R8014'],
  )
})

test('R108 care rules 1.5: the ward clerk sees contacts and appointments, and nothing clinical of other organisations', () => {
  const { sections, limits } = cityRoles.find(r => r.jobRole === 'R8008') ?? {}
  assert.deepEqual(sections, ['appointments', 'contacts'])
  assert.deepEqual(limits, { appointments: 'administrative', contacts: 'administrative' })
})
