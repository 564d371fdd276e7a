import assert from 'node:assert/strict'
import { test } from 'node:test'
import { londonUsers } from '../src/london/users.ts'
import { nameOf, routeTable, servedRoutes, unspoken } from './support/route-table.ts'
import { officesOf } from './support/who-may.ts'

const { public: atPublic, mtls } = await servedRoutes()
const all = [...atPublic, ...mtls]

test('R038 R048 R049: every route has a row that says who may, and no row is without a route', () => {
  assert.deepEqual(unspoken(all), { routes: [], rows: [] })
})

test('R038: a new route without a row is found, and so is a row whose route is gone', () => {
  const added = { method: 'GET', path: '/office/new-work' } as const
  assert.deepEqual(unspoken([...all, added]).routes, ['GET /office/new-work'])
  assert.deepEqual(unspoken([...all, { ...added, path: '/toString' }]).routes, ['GET /toString'])
  const [first] = all
  assert.ok(first)
  assert.deepEqual(unspoken(all.filter(route => nameOf(route) !== nameOf(first))).rows, [nameOf(first)])
})

test('R038: a route asks for what its row says: of a view, an office, a certificate, a token, or of nobody', () => {
  const asks = { view: ['record', 'reason', 'sharing'], office: ['office'], peer: ['exchange'], fhir: ['software'] } as const
  for (const route of all) {
    const row = routeTable[nameOf(route)]
    assert.ok(row, nameOf(route))
    const fitting: readonly string[] = Object.hasOwn(asks, route.permission) ? asks[route.permission as keyof typeof asks] : []
    if (fitting.length > 0) assert.ok(fitting.includes(row.needs), `${nameOf(route)} asks for ${route.permission}`)
    else assert.ok(['anyone', 'public form', 'session', 'finding', 'use'].includes(row.needs), `${nameOf(route)}: ${row.needs}`)
    if (route.permission === 'public') assert.ok(['anyone', 'public form'].includes(row.needs), `${nameOf(route)} is open to anyone`)
    if (row.needs === 'office') {
      assert.ok(route.permission === 'office')
      assert.deepEqual(route.offices.toSorted(), row.offices.toSorted(), nameOf(route))
    }
  }
})

test('R038: somebody of the city does each office, and somebody none', () => {
  const done = new Set(londonUsers.flatMap(officesOf))
  for (const row of Object.values(routeTable)) if (row.needs === 'office') assert.ok(row.offices.some(office => done.has(office)))
  assert.ok(londonUsers.some(user => officesOf(user).length === 0))
})

test('R048: nothing that names a person stands in the path of a route', () => {
  for (const route of all) assert.doesNotMatch(route.path, /:[a-z]*(?:number|nhs|name|family|born)/i)
})
