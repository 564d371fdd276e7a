import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Agent } from 'undici'
import { ok } from '../../care-record/result.ts'
import { createAsker } from './asker.ts'
import { createFhirConnector } from './fhir/fhir-connector.ts'
import { answering, bundleOf, json, patientOf, type Answering } from './reading/answering.ts'
import { contextOf } from './reading/fixtures.ts'

const WELL = 9
/** Views at once: more of them hang on the source in trouble than it has places or connections. */
const VIEWS = 12
const problem = { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { text: 'Asthma' } }
const well = (): Promise<Answering> =>
  answering((url, response) =>
    json(response, url.pathname === '/Patient' ? bundleOf(patientOf()) : url.pathname === '/Condition' ? bundleOf(problem) : bundleOf()),
  )

test('HAZ-008: sources that hang, fail and lie hold up none of the others, however many views wait for them', async () => {
  const hanging = await answering(() => {})
  const failing = await answering((_, response) => void response.writeHead(500).end())
  const lying = await answering(
    (_, response) => void response.writeHead(200, { 'content-type': 'application/fhir+json' }).end('{"entry":[['),
  )
  const others = await Promise.all(Array.from({ length: WELL }, well))
  const dispatcher = new Agent({ connections: 4, pipelining: 1 })
  const fhir = createFhirConnector({ dispatcher, tokens: { token: async () => ok(undefined) } })
  const asker = createAsker({
    connectors: new Proxy({} as Parameters<typeof createAsker>[0]['connectors'], { get: () => fhir }),
    nowMs: () => performance.now(),
  })
  const ended = new AbortController()
  const heard: string[] = []
  const ask = async (server: Answering, id: string): Promise<void> => {
    const { signal: _, ...context } = contextOf('essentials', { id, baseUrl: server.url })
    const { answers } = await asker.ask(context, 60_000, ended.signal)
    const problems = answers.find(answer => answer.sections.includes('problems'))
    heard.push(`${id} ${problems?.outcome ?? 'nothing'} ${problems?.items.length ?? 0}`)
  }
  try {
    const views = Array.from({ length: VIEWS }, () => ({
      hung: ask(hanging, 'hanging'),
      rest: Promise.all([ask(failing, 'failing'), ask(lying, 'lying'), ...others.map(async (server, n) => ask(server, `well ${n}`))]),
    }))
    // Nobody has given up on the one that hangs: the others are all there while it still hangs.
    await Promise.all(views.map(({ rest }) => rest))
    assert.equal(heard.filter(one => /^well \d answered 1$/.test(one)).length, WELL * VIEWS)
    assert.equal(heard.filter(one => /^(?:failing|lying) unavailable 0$/.test(one)).length, 2 * VIEWS)
    assert.ok(!heard.some(one => one.startsWith('hanging')))
    ended.abort()
    await Promise.all(views.map(({ hung }) => hung))
    assert.equal(heard.filter(one => one === 'hanging late 0').length, VIEWS)
  } finally {
    await dispatcher.destroy()
    await Promise.all([hanging, failing, lying, ...others].map(server => server.close()))
  }
})
