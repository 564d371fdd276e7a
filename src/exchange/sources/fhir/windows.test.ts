import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ok } from '../../../care-record/result.ts'
import { answering, bundleOf, json, patientOf } from '../reading/answering.ts'
import { contextOf } from '../reading/fixtures.ts'
import type { TokenSource } from '../reading/tokens.ts'
import { createFhirConnector } from './fhir-connector.ts'

const tokens: TokenSource = { token: async () => ok(undefined) }
/** First day of the recent window of the fixtures. */
const FROM = '2025-11-21'

interface Dated {
  readonly id: string
  readonly effectiveDateTime?: string
  readonly effectivePeriod?: { readonly start?: string; readonly end?: string }
  readonly issued?: string
}
const last = ({ effectiveDateTime, effectivePeriod }: Dated): string | undefined =>
  effectiveDateTime ?? effectivePeriod?.end ?? (effectivePeriod ? '9999' : undefined)
const first = ({ effectiveDateTime, effectivePeriod }: Dated): string | undefined =>
  effectiveDateTime ?? effectivePeriod?.start ?? (effectivePeriod ? '0001' : undefined)

/** How systems in use treat a search by date. */
const servers: Readonly<Record<string, (held: readonly Dated[], params: URLSearchParams) => readonly Dated[] | number>> = {
  'does as FHIR says': (held, params) => {
    if (params.get('date:missing') === 'true') return held.filter(o => last(o) === undefined)
    const [, sign, day = ''] = /^(ge|lt)(.*)$/.exec(params.get('date') ?? '') ?? []
    if (sign === undefined) return held
    return held.filter(o => {
      const [from, to] = [first(o), last(o)]
      if (from === undefined || to === undefined) return false
      return sign === 'ge' ? to.slice(0, 10) >= day.slice(0, to.length) : from.slice(0, 10) < day.slice(0, from.length) || from.length < 10
    })
  },
  'refuses to search for what has no date': (held, params) =>
    params.has('date:missing') ? 400 : servers['does as FHIR says']!(held, params),
  'takes no notice of a search for what has no date': (held, params) =>
    params.has('date:missing') ? held : servers['does as FHIR says']!(held, params),
  'takes no notice of dates': held => held,
}
const day = fc.constantFrom('2010', '2024-12', '2025', '2025-11', '2025-11-20', '2025-11-21', '2026-03-04T10:00:00Z', '2026-11-20')
const dated: fc.Arbitrary<Omit<Dated, 'id'>> = fc.oneof(
  fc.record({ effectiveDateTime: day }, { noNullPrototype: true }),
  fc.record(
    { effectivePeriod: fc.record({ start: day, end: day }, { requiredKeys: ['start'], noNullPrototype: true }) },
    { noNullPrototype: true },
  ),
  fc.record({ issued: day }, { noNullPrototype: true }),
)
/** One that ends before it starts is found by no search at all. */
const possible = ({ effectivePeriod }: Omit<Dated, 'id'>): boolean =>
  effectivePeriod?.end === undefined || (effectivePeriod.start ?? '') <= effectivePeriod.end

for (const [name, search] of Object.entries(servers))
  for (const fhirRead of ['search', 'everything'] as const)
    test(`R003: from a source that ${name} (${fhirRead}), recent and older together are all there is, and nothing twice`, async () => {
      let held: readonly Dated[] = []
      const server = await answering((url, response) => {
        if (url.pathname === '/Patient') return json(response, bundleOf(patientOf()))
        if (url.pathname !== '/Observation' && !url.pathname.endsWith('$everything')) return json(response, bundleOf())
        const found = fhirRead === 'everything' ? held : search(held, url.searchParams)
        if (typeof found === 'number') return json(response, { resourceType: 'OperationOutcome', issue: [{ code: 'invalid' }] }, found)
        const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/p1' } }
        return json(response, bundleOf(...found.map(o => ({ ...observation, ...o }))))
      })
      const connector = createFhirConnector({ dispatcher: server.dispatcher, tokens })
      let view = 0
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(dated.filter(possible), { maxLength: 8 }), async dates => {
            held = dates.map((date, n) => ({ id: `o${n}`, ...date }))
            view += 1
            const told = async (group: 'recent' | 'older'): Promise<readonly string[]> => {
              const context = contextOf(group, { baseUrl: server.url, fhirRead }, { transaction: `view-${view}` })
              return (await connector(context)).flatMap(a => a.items.map(i => i.id.replace('th/Observation/', '')))
            }
            const [recent, older] = [await told('recent'), await told('older')]
            assert.deepEqual(
              [...recent, ...older].toSorted(),
              held.map(o => o.id),
            )
            for (const o of held) {
              const to = last(o)
              if (to !== undefined) assert.equal(recent.includes(o.id), to.slice(0, 10) >= FROM.slice(0, to.length), JSON.stringify(o))
              else if (name === 'does as FHIR says' || fhirRead === 'everything')
                assert.ok(recent.includes(o.id), 'what has no date comes with the recent')
            }
          }),
          { numRuns: 12 },
        )
      } finally {
        await server.close()
      }
    })

const statement = (...types: readonly string[]): object => ({
  resourceType: 'CapabilityStatement',
  rest: [{ mode: 'server', resource: types.map(type => ({ type, interaction: [{ code: 'search-type' }] })) }],
})
const capabilities: readonly [name: string, answer: object, status: number, asked: boolean][] = [
  ['says it has the type', statement('Patient', 'Task'), 200, true],
  ['says it has others only', statement('Patient', 'Observation'), 200, false],
  ['says nothing of types', statement(), 200, true],
  ['answers something else', bundleOf(), 200, true],
  ['does not answer', {}, 500, true],
]
for (const [name, answer, status, asked] of capabilities)
  test(`a type that few systems hold is ${asked ? '' : 'not '}asked of a server that ${name}`, async () => {
    const server = await answering((url, response) => {
      if (url.pathname === '/metadata') json(response, answer, status)
      else json(response, url.pathname === '/Patient' ? bundleOf(patientOf()) : bundleOf())
    })
    try {
      const connector = createFhirConnector({ dispatcher: server.dispatcher, tokens })
      const answers = await connector(contextOf('recent', { baseUrl: server.url }))
      await connector(contextOf('recent', { baseUrl: server.url }))
      assert.equal(
        server.seen.some(r => r.url.startsWith('/Task?')),
        asked,
      )
      assert.equal(server.seen.filter(r => r.url === '/metadata').length, 1, 'once for both views')
      assert.ok(answers.every(a => a.outcome === 'nothing-held' && a.complete))
    } finally {
      await server.close()
    }
  })

for (const status of [400, 403, 404, 405, 501])
  test(`R102: a type that few systems hold and this one answers with ${status} leaves its section whole`, async () => {
    const server = await answering((url, response) => {
      if (url.pathname === '/AdverseEvent') json(response, { resourceType: 'OperationOutcome', issue: [{ code: 'invalid' }] }, status)
      else json(response, url.pathname === '/Patient' ? bundleOf(patientOf()) : bundleOf())
    })
    try {
      const answers = await createFhirConnector({ dispatcher: server.dispatcher, tokens })(contextOf('essentials', { baseUrl: server.url }))
      const allergies = answers.find(a => a.sections.includes('allergies'))
      assert.deepEqual([allergies?.outcome, allergies?.complete], ['nothing-held', true])
    } finally {
      await server.close()
    }
  })
