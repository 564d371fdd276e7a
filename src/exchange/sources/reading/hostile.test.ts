import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../../../care-record/result.ts'
import { createFhirConnector } from '../fhir/fhir-connector.ts'
import { answering, bundleOf, json, patientOf } from './answering.ts'
import { contextOf } from './fixtures.ts'
import { hostileFiles, hostileLines, hostileSkip, underHostility } from './hostile-harness.for-tests.ts'
import { parseBody } from './parse-body.ts'

const skip = hostileSkip
const tokens = { token: async () => ok(undefined) }
const capability = { resourceType: 'CapabilityStatement', rest: [{ resource: [{ type: 'Patient' }, { type: 'Condition' }] }] }
const problem = { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { text: 'Asthma' } }

test('a hostile answer is a clear outcome, at every place where a source can put it, and harms no other', { skip }, async () => {
  const given = await underHostility({
    connector: dispatcher => createFhirConnector({ dispatcher, tokens }),
    group: 'essentials',
    good: (url, response) =>
      json(
        response,
        url.pathname === '/metadata'
          ? capability
          : url.pathname === '/Patient'
            ? bundleOf(patientOf())
            : url.pathname === '/Condition'
              ? bundleOf(problem)
              : bundleOf(),
      ),
    places: ['/Patient', '/AllergyIntolerance', '/Encounter'],
    check: (answers, file, place) => {
      if (place === '/Patient' || place === '/AllergyIntolerance')
        assert.notEqual(answers.find(a => a.sections.includes('allergies'))?.outcome, 'answered', file.name)
      if (place !== '/Patient') assert.ok(answers.find(a => a.sections.includes('problems'))?.items.length === 1, file.name)
    },
  })
  assert.ok(given > 0)
})

test('the parser takes what JSON allows as an object and nothing else', { skip }, async () => {
  for (const { name, bytes } of hostileFiles('json')) {
    const parsed = await parseBody(bytes)
    if (name.includes('/n_')) assert.equal(parsed, undefined, name)
  }
})

test('naughty strings in every text of a resource come through as text', { skip }, async () => {
  const strings = JSON.parse(hostileFiles('strings')[0]?.bytes.toString() ?? '[]') as string[]
  const server = await answering((url, response) =>
    json(
      response,
      url.pathname === '/Patient'
        ? bundleOf(patientOf())
        : url.pathname === '/AllergyIntolerance'
          ? bundleOf(
              ...strings.map((text, n) => ({
                resourceType: 'AllergyIntolerance',
                id: `a${n}`,
                patient: { reference: 'Patient/p1' },
                code: { text },
                note: [{ text }],
                recorder: { reference: text, display: text },
                text: { status: 'generated', div: `<div>${text}</div>` },
              })),
            )
          : bundleOf(),
    ),
  )
  try {
    const answers = await createFhirConnector({ dispatcher: server.dispatcher, tokens: { token: async () => ok(undefined) } })(
      contextOf('essentials', { baseUrl: server.url }),
    )
    const items = answers.flatMap(a => a.items)
    assert.equal(items.length, strings.length)
    for (const { resource } of items) {
      const div = 'text' in resource && resource.text ? resource.text.div : ''
      assert.doesNotMatch(div.replace(/^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml">/, '').replace(/<\/div>$/, ''), /[<>]/)
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(JSON.stringify(resource), /\\u0000|\\ud[89a-f]/)
    }
  } finally {
    await server.close()
  }
})

test('a hostile word in any place of its own leads nowhere: links, addresses, references and ids', { skip }, async () => {
  const lines = ['ssrf/urls.txt', 'injection/crlf.txt', 'injection/path-traversal.txt', 'injection/sql-lines.txt'].flatMap(name =>
    hostileLines(name).slice(0, 25),
  )
  let word = ''
  const bad = await answering((url, response) => {
    if (url.pathname === '/Patient') json(response, bundleOf(patientOf()))
    else if (url.pathname === '/Condition' && url.searchParams.has('patient'))
      json(response, {
        resourceType: 'Bundle',
        link: [{ relation: 'next', url: word }],
        entry: [
          { resource: problem },
          { fullUrl: word, resource: { ...problem, id: word } },
          {
            fullUrl: word,
            resource: { ...problem, id: 'c2', encounter: { reference: word }, recorder: { reference: `Practitioner/${word}` } },
          },
        ],
      })
    else json(response, bundleOf())
  })
  const elsewhere: string[] = []
  const dispatcher = bad.dispatcher.compose(dispatch => (options, handler) => {
    if (String(options.origin) !== bad.url) elsewhere.push(String(options.origin))
    return dispatch(options, handler)
  })
  try {
    const connector = createFhirConnector({ dispatcher, tokens })
    for (word of lines) {
      const answers = await connector(contextOf('essentials', { baseUrl: bad.url }))
      const problems = answers.find(a => a.sections.includes('problems'))
      assert.ok(
        problems?.items.some(i => i.id === 'th/Condition/c1'),
        word,
      )
    }
    assert.deepEqual(elsewhere, [])
  } finally {
    await bad.close()
  }
})
