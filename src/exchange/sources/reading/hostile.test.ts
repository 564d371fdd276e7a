import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { outcomePairs } from '../../../care-record/outcome.ts'
import { ok } from '../../../care-record/result.ts'
import { createFhirConnector } from '../fhir/fhir-connector.ts'
import { createGpConnectConnector } from '../gp-connect/gp-connect-connector.ts'
import { answering, bundleOf, json, patientOf } from './answering.ts'
import { contextOf } from './fixtures.ts'
import { parseBody } from './parse-body.ts'

const corpora = process.env['LCR_CORPORA']
const folder = join(corpora ?? '', 'hostile')
const skip = corpora === undefined || !existsSync(folder) ? 'set LCR_CORPORA to a folder of recorded answers' : false
const spine = { asidFrom: '1', issuer: 'https://record.example', device: { system: 'd', value: 'd', model: 'm', version: '1' } }
const pairs = new Set(outcomePairs().map(([outcome, cause]) => `${outcome}/${cause}`))

const files = (name: string): readonly string[] => readdirSync(join(folder, name)).map(file => join(folder, name, file))

test('a hostile answer is a clear outcome, at every place where a source can put it', { skip }, async () => {
  let body = Buffer.alloc(0)
  let place = ''
  const server = await answering((url, response) => {
    if (url.pathname === place) response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(body)
    else json(response, url.pathname === '/Patient' ? bundleOf(patientOf()) : bundleOf())
  })
  const { dispatcher } = server
  const fhir = createFhirConnector({ dispatcher, tokens: { token: async () => ok(undefined) } })
  const gp = createGpConnectConnector({ dispatcher, spine })
  try {
    for (const name of ['json', 'fhir', 'strings', 'nhs-number'])
      for (const file of files(name)) {
        body = readFileSync(file)
        for (place of ['/Patient', '/AllergyIntolerance', '/Patient/$gpc.getstructuredrecord']) {
          const context = contextOf('essentials', { baseUrl: server.url })
          const answers = await (place.includes('gpc') ? gp : fhir)(context)
          assert.deepEqual(answers.flatMap(a => a.sections).sort(), [...context.ask.sections].sort())
          for (const answer of answers) assert.ok(pairs.has(`${answer.outcome}/${answer.cause}`), `${answer.outcome}/${answer.cause}`)
          assert.equal(answers.find(a => a.sections.includes('allergies'))?.outcome, 'unavailable')
        }
      }
  } finally {
    await server.close()
  }
})

test('the parser takes what JSON allows as an object and nothing else', { skip }, async () => {
  for (const file of files('json')) {
    const bytes = readFileSync(file)
    const name = file.slice(file.lastIndexOf('/') + 1)
    const parsed = await parseBody(bytes)
    if (name.startsWith('n_')) assert.equal(parsed, undefined, name)
  }
})

test('naughty strings in every text of a resource come through as text', { skip }, async () => {
  const strings = JSON.parse(readFileSync(join(folder, 'strings', 'blns.json'), 'utf8')) as string[]
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
