import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { migrate, openPool } from '../platform/database.ts'
import { createEgress } from '../platform/egress.ts'
import { serverForTests } from '../platform/server-for-tests.ts'
import { applyCatalogue, followCatalogue } from './agreements/catalogue-store.ts'
import { catalogueDocument } from './agreements/for-tests.ts'
import { answering, json } from './sources/reading/answering.ts'
import { readJson } from './sources/reading/http-read.ts'

const server = await serverForTests(['egress'])
const pool = openPool({ url: server.url('egress') })
const kch = await answering((_url, response) => json(response, { resourceType: 'Bundle' }))
after(async () => {
  await kch.close()
  await pool.end()
  await server.remove()
})
await migrate(pool)

/** What an operator may have meant by a source that is to be asked no more. */
const document = catalogueDocument()
const source = { ...document.sources[0]!, baseUrl: `${kch.url}/fhir` }
const changes = [
  ['taken out', []],
  ['suspended', [{ ...source, state: 'suspended' as const }]],
  ['moved elsewhere', [{ ...source, baseUrl: 'https://moved.example/fhir' }]],
] as const

for (const [what, sources] of changes)
  test(`R052: a source that is ${what} in the tables is refused by a running process without restart, as a connection that failed`, async () => {
    assert.ok((await applyCatalogue(pool, { ...document, sources: [source] })).ok)
    const followed = await followCatalogue(pool)
    const refused: string[] = []
    const egress = createEgress({
      settings: {
        pds: { url: 'https://pds.example', tokenUrl: 'https://pds.example', clientId: '' },
        oidc: { issuer: 'https://sign-in.example', clientId: '', origins: [] },
      },
      catalogue: () => followed.current(),
      refused: kind => refused.push(kind),
    })
    const dispatcher = egress.sources(kch.dispatcher)
    const read = () =>
      readJson({
        dispatcher,
        url: `${kch.url}/fhir/Patient`,
        method: 'GET',
        headers: {},
        signal: new AbortController().signal,
        budget: { left: 1_000_000 },
      })
    assert.ok((await read()).ok)
    assert.ok((await applyCatalogue(pool, { ...document, sources })).ok)
    let last = await read()
    while (last.ok) {
      await pause(100)
      last = await read()
    }
    assert.deepEqual(last, { ok: false, outcome: 'unavailable', cause: 'connection-failed' })
    assert.deepEqual(refused, ['source'])
    const seen = kch.seen.length
    await read()
    assert.equal(kch.seen.length, seen, 'it hears nothing more')
    followed.stop()
  })
