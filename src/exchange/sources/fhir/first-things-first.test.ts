import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sectionsOf } from '../../../care-record/section.ts'
import { ok } from '../../../care-record/result.ts'
import { answering, bundleOf, json, patientOf } from '../reading/answering.ts'
import { contextOf } from '../reading/fixtures.ts'
import { createFhirConnector } from './fhir-connector.ts'
import { searchesOf } from './searches.ts'

test('essentials are sent before what is asked beside them, whichever was asked first', async () => {
  const server = await answering((url, response) => json(response, url.pathname === '/Patient' ? bundleOf(patientOf()) : bundleOf()))
  const sent: string[] = []
  const dispatcher = server.dispatcher.compose(dispatch => (options, handler) => {
    sent.push(options.path.slice(1).replace(/\?.*/, ''))
    return dispatch(options, handler)
  })
  try {
    const connector = createFhirConnector({ dispatcher, tokens: { token: async () => ok(undefined) } })
    await Promise.all((['recent', 'essentials'] as const).map(group => connector(contextOf(group, { baseUrl: server.url }))))
    const common = searchesOf('essentials', sectionsOf('essentials')).filter(({ seldom }) => !seldom)
    const searches = sent.filter(type => type !== 'Patient' && type !== 'metadata')
    // The first of all goes at once, before anybody else is there: one search, in and out of its window.
    const early = new Set(searches.slice(0, common.length + 2))
    assert.deepEqual(
      common.filter(({ type }) => !early.has(type)),
      [],
    )
  } finally {
    await server.close()
  }
})
