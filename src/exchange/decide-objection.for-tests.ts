import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { Person } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { migrate, openPool } from '../platform/database.ts'
import { serverForTests } from '../platform/server-for-tests.ts'
import { createObjections } from './access/objections.ts'
import { sealKey, signingKey } from './audit/for-tests.ts'
import { createAudit } from './audit/audit.ts'
import type { ObjectionPorts } from './decide-objection.ts'
import { createPublish } from './follow-lists.ts'
import { createLetters } from './letters/letters.ts'

const catalogue: Catalogue = {
  version: '1',
  exchange: 'SEL',
  title: 'South East London',
  organisations: new Map([['RJZ', { odsCode: 'RJZ', name: 'King’s College Hospital', short: 'KCH', kind: 'acute' }]]),
  sources: [],
  peers: [],
  agreements: [],
  roles: new Map([
    ['R8000', { jobRole: 'R8000', title: 'Clinician', group: 'doctor', sections: ['alerts'], mayClaim: true }],
    ['R8009', { jobRole: 'R8009', title: 'Clerk', group: 'clerk', sections: ['appointments'], mayClaim: false }],
  ]),
  services: [],
}

export const person = (nhsNumber: string, birthDate: string, family = 'Marlow'): Person => ({
  nhsNumber: nhsNumber as Person['nhsNumber'],
  name: { family, given: ['Robin'] },
  otherNames: [],
  birthDate,
  gender: 'unknown',
  restricted: 'no',
  basis: 'pds',
  asOf: '2026-11-21T10:00:00.000Z',
})

/** What objection cases rest on, with a real database: its lists, audit and letters. The register knows `people`. */
export async function objectionsForTests(people: readonly Person[]) {
  const server = await serverForTests(['objections'])
  const pool = openPool({ url: server.url('objections'), max: 4 })
  const spoolDir = mkdtempSync(join(tmpdir(), 'lcr-objections-'))
  await migrate(pool)
  const clock = { now: new Date('2026-11-21T10:00:00.000Z') }
  const now = (): Date => clock.now
  const log = { info() {}, warn() {}, error() {} }
  const audit = createAudit({ pool, exchange: 'SEL', processTag: 't', signingKey, keyId: 'sel-1', sealKey, spoolDir, now, log })
  await audit.drain()
  const objections = createObjections({ db: pool, listsKnown: async () => true })
  const trace = async (nhsNumber: string): Promise<Result<Person>> => {
    const found = people.find(each => each.nhsNumber === nhsNumber)
    return found ? ok(found) : fail('not-found', 'Nobody has this number.')
  }
  const ports: ObjectionPorts = {
    pool,
    catalogue: () => catalogue,
    shareClasses: () => [],
    audit,
    trace,
    publish: createPublish({ exchange: 'SEL', now }),
    stateFor: objections.stateFor,
    letters: createLetters(),
    now,
    newId: randomUUID,
    log,
  }
  return {
    pool,
    clock,
    ports,
    objections,
    async stop() {
      await audit.stop()
      await pool.end()
      await server.remove()
      rmSync(spoolDir, { recursive: true, force: true })
    },
  }
}
