import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { serverForTests } from '../../platform/server-for-tests.ts'
import { createStanding, loadStaff, type StaffRow } from './standing.ts'

const server = await serverForTests(['standing'])
const pool = new pg.Pool({ connectionString: server.url('standing'), max: 2 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
for (const file of ['0020-access.sql', '0024-standing-and-claims.sql'])
  await pool.query(readFileSync(join(import.meta.dirname, 'tables', file), 'utf8'))

let clock = new Date('2026-11-21T11:00:00Z')
const { standingOf, acceptUse } = createStanding({ db: pool, now: () => clock })
const doctor: StaffRow = { sdsUserId: '555000000101', odsCode: 'RJZ', employment: 'active', register: 'registered', teams: ['ward-7'] }
const nurse: StaffRow = { sdsUserId: '555000000151', odsCode: 'RJZ', employment: 'active', register: 'lapsed', registerSince: '2026-11-11' }

test('R041: of whom nobody has said anything, nothing is known', async () => {
  assert.deepEqual(await standingOf(doctor), { employment: 'unknown', register: 'unknown', acceptedUse: null, teams: [] })
})
test('R041: employer and register are read as they were last said; who is left out is unknown again', async () => {
  for (let i = 0; i < 2; i++) await loadStaff(pool, { saidBy: 'SEL', staff: [doctor, nurse] }, clock)
  assert.deepEqual(await standingOf(doctor), { employment: 'active', register: 'registered', acceptedUse: null, teams: ['ward-7'] })
  assert.deepEqual(await standingOf(nurse), {
    employment: 'active',
    register: 'lapsed',
    registerSince: '2026-11-11',
    acceptedUse: null,
    teams: [],
  })
  assert.equal((await standingOf({ ...doctor, odsCode: 'RJ1' })).employment, 'unknown', 'in another organisation')
  await loadStaff(pool, { saidBy: 'elsewhere', staff: [] }, clock)
  assert.equal((await standingOf(doctor)).employment, 'active', 'an empty list of another sayer takes nobody out')
  await loadStaff(pool, { saidBy: 'SEL', staff: [nurse] }, clock)
  assert.equal((await standingOf(doctor)).employment, 'unknown')
})
test('R045: the last acceptance of the rules of use counts, wherever the user works', async () => {
  await loadStaff(pool, { saidBy: 'SEL', staff: [{ ...doctor, acceptedUse: '2025-11-01T09:00:00.000Z' }] }, clock)
  assert.equal((await standingOf(doctor)).acceptedUse, '2025-11-01T09:00:00.000Z')
  await acceptUse(pool, doctor.sdsUserId)
  await acceptUse(pool, doctor.sdsUserId)
  assert.equal((await standingOf({ ...doctor, odsCode: 'RJ1' })).acceptedUse, '2026-11-21T11:00:00.000Z')
  clock = new Date('2026-11-22T11:00:00Z')
  await acceptUse(pool, doctor.sdsUserId)
  assert.equal((await standingOf(doctor)).acceptedUse, '2026-11-22T11:00:00.000Z')
  assert.equal((await standingOf(nurse)).acceptedUse, null, 'nobody accepts for another')
})
