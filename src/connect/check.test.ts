import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { Agent } from 'undici'
import { ok } from '../care-record/result.ts'
import { createTokenSource } from '../exchange/sources/reading/tokens.ts'
import { createCity } from '../london/people/city.ts'
import { told } from '../london/people/population.ts'
import { createGpPractice } from '../london/systems/gp-practice.ts'
import { createHospital } from '../london/systems/hospital.ts'
import { serve, type Handler } from '../london/systems/serve.ts'
import { parseDocument } from '../exchange/agreements/document.ts'
import { check } from './check.ts'
import type { Finding, Report } from './finding.ts'
import { readOptions } from './options.ts'
import { wordsOf } from './words.ts'

const NOW = new Date('2026-11-21T12:17:00Z')
const now = (): Date => NOW
const city = createCity({ now: NOW })
const pair = await generateKeyPair('ES384')
const clients = { 'lcr-check': { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES384' }] } }
const everyone = (): Iterable<string> => city.people.map(person => person.nhsNumber)
const hospital = createHospital({
  id: 'kch',
  odsCode: 'RJZ',
  name: "King's College Hospital",
  person: city.person,
  held: number => city.held('kch', number),
  everyone,
  clients,
  now,
}).handle
const practice = createGpPractice({
  odsCode: 'G85997',
  name: 'The Camberwell Surgery',
  phone: '020 7946 0200',
  person: city.person,
  held: number => city.held('camberwell-gp', number),
  everyone,
  asid: '918999198101',
  now,
}).handle

const AMARA = ['--nhs-number', told.amara, '--family', 'Okafor', '--given', 'Amara', '--birth-date', '1956-03-08', '--ods', 'RJZ']

async function checked(t: TestContext, handle: Handler, args: (url: string) => readonly string[], budgetMs = 60_000): Promise<Report> {
  const served = await serve(handle)
  const dispatcher = new Agent()
  t.after(async () => {
    await dispatcher.destroy()
    await served.close()
  })
  const options = readOptions(args(served.url))
  assert.ok(options.ok, options.ok ? '' : options.fault.detail)
  const signed = createTokenSource({ dispatcher, privateKey: pair.privateKey, keyId: 'k1', now })
  const tokens = options.value.client ? signed : { token: () => Promise.resolve(ok(options.value.token)) }
  return check(options.value, { dispatcher, tokens, now, budgetMs })
}
const fhir = (url: string): readonly string[] => [
  '--fhir',
  `${url}/fhir`,
  '--token-url',
  `${url}/oauth2/token`,
  '--client-id',
  'lcr-check',
  '--key',
  'key.pem',
  ...AMARA,
]
const gp = (url: string): readonly string[] => [
  '--gp-connect',
  `${url}/G85997/STU3/1/gpconnect/structured/fhir`,
  '--asid-from',
  '200000000115',
  '--asid-to',
  '918999198101',
  ...AMARA,
]
const levels = ({ findings }: Report, about: Finding['about']): ReadonlySet<string> =>
  new Set(findings.filter(one => one.about === about).map(one => one.level))
const failing = ({ findings }: Report): readonly string[] => findings.filter(one => one.level === 'fails').map(one => one.words)

/** The hospital, with something wrong. */
const but =
  (change: (request: Request, answer: () => Promise<Response>) => Promise<Response> | Response): Handler =>
  async request =>
    change(request, () => hospital(request))
const rewritten = async (answer: Promise<Response>, change: (text: string) => string): Promise<Response> => {
  const response = await answer
  return new Response(change(await response.text()), { status: response.status, headers: response.headers })
}
const path = (request: Request): string => new URL(request.url).pathname

test('connect: a sound FHIR endpoint can be connected; its row of the catalogue is taken as it stands; nothing is said of anybody', async t => {
  const report = await checked(t, hospital, fhir)
  assert.deepEqual(failing(report), [])
  assert.equal(report.connectable, true)
  for (const about of ['token', 'person', 'stability', 'paging', 'errors'] as const)
    assert.deepEqual(levels(report, about), new Set(['works']), about)
  assert.ok(report.sections.some(row => row.section === 'allergies' && row.items > 0))
  const taken = parseDocument({
    exchange: 'SEL',
    title: 'South East London',
    organisations: [{ odsCode: 'RJZ', name: 'A hospital', short: 'AH', kind: 'acute' }],
    sources: [report.row],
    peers: [],
    agreements: [],
    roles: [],
    services: [],
  })
  assert.ok(taken.ok, taken.ok ? '' : taken.fault.detail)

  const words = wordsOf(report)
  for (const secret of [told.amara, 'Okafor', 'Amara', '1956', 'Penicillin', 'Adeyemi', 'Apixaban'])
    assert.ok(!words.toLowerCase().includes(secret.toLowerCase()), `the report says nothing of anybody, but ${secret}`)
  assert.match(words, /It can be connected/)
  assert.match(words, /"connector": "fhir"/)
})

test('connect: Patient/$everything and XML are asked for when they are to be used', async t => {
  const report = await checked(t, hospital, url => [...fhir(url), '--everything', '--xml'])
  assert.deepEqual(failing(report), [])
  assert.deepEqual([report.row?.fhirRead, report.row?.fhirFormat], ['everything', 'xml'])
})

test('connect: a practice is checked over GP Connect', async t => {
  const report = await checked(t, practice, gp)
  assert.deepEqual(failing(report), [])
  assert.equal(report.row?.connector, 'gp-connect')
  assert.ok(report.sections.some(row => row.section === 'medicines' && row.items > 0))
  assert.deepEqual(levels(report, 'errors'), new Set(['works']))
})

const json = (body: unknown, status = 200): Response =>
  Response.json(body, { status, headers: { 'content-type': 'application/fhir+json' } })
const NEVER = new Promise<Response>(() => {})
const wrong: readonly (readonly [name: string, handle: Handler, args: (url: string) => readonly string[], why: RegExp])[] = [
  ['that gives no token', but((request, answer) => (path(request) === '/oauth2/token' ? json({}, 401) : answer())), fhir, /no token/],
  [
    'that answers anybody',
    but((request, answer) =>
      request.headers.get('authorization')?.startsWith('Bearer wrong-') === true
        ? json({ resourceType: 'Bundle', type: 'searchset', entry: [] })
        : answer(),
    ),
    fhir,
    /token that nobody gave/,
  ],
  [
    'that is another kind of server',
    but(() => new Response('<html>Welcome</html>', { headers: { 'content-type': 'text/html' } })),
    url => ['--fhir', url, ...AMARA],
    /could not be searched/,
  ],
  [
    'that is a practice given as R4',
    practice,
    url => ['--fhir', `${url}/G85997/STU3/1/gpconnect/structured/fhir`, '--token', 'x', ...AMARA],
    /could not be searched/,
  ],
  [
    'that says it is STU3',
    but((request, answer) =>
      path(request).endsWith('/metadata') ? rewritten(answer(), text => text.replaceAll('4.0.1', '3.0.1')) : answer(),
    ),
    fhir,
    /FHIR 3\.0\.1, not R4/,
  ],
  [
    'that finds another number',
    but((request, answer) =>
      path(request) === '/fhir/Patient' ? rewritten(answer(), text => text.replaceAll(told.amara, told.mind)) : answer(),
    ),
    fhir,
    /another NHS number/,
  ],
  [
    'that finds somebody else',
    but((request, answer) =>
      path(request) === '/fhir/Patient'
        ? rewritten(answer(), text => text.replaceAll('1956-03-08', '1990-01-01').replaceAll(/Okafor|Amara|Adeyemi|Amy/g, 'Other'))
        : answer(),
    ),
    fhir,
    /somebody else/,
  ],
  ['that does not know the person', hospital, url => [...fhir(url), '--nhs-number', '9990000018'], /not found/],
  [
    'that knows everybody',
    but((request, answer) =>
      request.url.includes('identifier') ? hospital(new Request(request.url.replace(/%7C\d+/, `%7C${told.amara}`), request)) : answer(),
    ),
    fhir,
    /number that nobody has/,
  ],
  [
    'that mixes people up',
    but((request, answer) =>
      path(request) === '/fhir/Condition'
        ? rewritten(answer(), text => text.replace(/"reference":"Patient\/[^"]+"/, '"reference":"Patient/somebody-else"'))
        : answer(),
    ),
    fhir,
    /another person/,
  ],
  [
    'whose pages lead elsewhere',
    but((request, answer) =>
      request.url.includes('_count=2&') || request.url.endsWith('_count=2')
        ? rewritten(answer(), text =>
            text.replaceAll(/"relation":"next","url":"[^"]+"/g, '"relation":"next","url":"https://elsewhere.example/next"'),
          )
        : answer(),
    ),
    fhir,
    /outside the base address/,
  ],
  [
    'whose pages never end',
    but((request, answer) =>
      request.url.includes('_count=2') || request.url.includes('again')
        ? rewritten(hospital(new Request(request.url.replace(/&again=\d+/, ''), request)), text =>
            text.replaceAll(
              /"relation":"next","url":"[^"]+"/g,
              `"relation":"next","url":"${request.url.replace(/&again=\d+/, '')}&again=1"`,
            ),
          )
        : answer(),
    ),
    fhir,
    /never end/,
  ],
  ['that redirects', but(() => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example' } })), fhir, /redirect/],
]
for (const [name, handle, args, why] of wrong)
  test(`connect: an endpoint ${name} is not connected, and why is said`, async t => {
    const report = await checked(t, handle, args)
    assert.match(failing(report).join('\n'), why)
    assert.equal(report.connectable, false)
    assert.equal(report.row, undefined)
    assert.match(wordsOf(report), /What to ask the supplier\n\s+1\. /)
  })

test('connect: an endpoint that hangs, or never stops answering, cannot hold the check', async t => {
  const hanging = await checked(
    t,
    but((request, answer) => (path(request) === '/oauth2/token' ? answer() : NEVER)),
    fhir,
    300,
  )
  assert.match(failing(hanging).join(), /says nothing/)
  const endless = but((request, answer) => {
    if (path(request) !== '/fhir/Patient') return answer()
    const body = new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(1_000_000).fill(0x20)) })
    return new Response(body, { headers: { 'content-type': 'application/fhir+json' } })
  })
  assert.match(failing(await checked(t, endless, fhir)).join(), /could not be searched/)
})

test('connect: an endpoint whose versions change with each read is said to be so', async t => {
  let n = 0
  const report = await checked(
    t,
    but((request, answer) =>
      path(request) === '/fhir/AllergyIntolerance'
        ? rewritten(answer(), text =>
            text
              .replaceAll(/"versionId":"[^"]*"/g, `"versionId":"${n++}"`)
              .replaceAll('"recordedDate":"', `"note":[{"text":"${n++}"}],"recordedDate":"`),
          )
        : answer(),
    ),
    fhir,
  )
  assert.deepEqual(levels(report, 'stability'), new Set(['differs']))
})

test('connect: uncoded statements, dates that are none and clinics with codes of their own are told with what to ask', async t => {
  const report = await checked(
    t,
    but((request, answer) =>
      path(request) === '/fhir/Condition'
        ? rewritten(answer(), text =>
            text.replaceAll(/"coding":\[[^\]]*\],?/g, '').replace(/"recordedDate":"[^"]+"/, '"recordedDate":"2026-02-31"'),
          )
        : answer(),
    ),
    fhir,
  )
  const words = report.findings
    .filter(one => one.about === 'data')
    .map(one => one.words)
    .join('\n')
  assert.match(words, /without a code/)
  assert.match(words, /date that does not exist/)
  assert.match(words, /codes of its own: [^\n]*\bED\b/)
  assert.equal(report.connectable, true)
})

const usage: readonly (readonly [name: string, args: readonly string[], why: RegExp])[] = [
  ['nothing', [], /one endpoint/],
  ['two endpoints', ['--fhir', 'https://a.example', '--gp-connect', 'https://b.example', ...AMARA], /one endpoint/],
  ['an address that is none', ['--fhir', 'file:///etc/passwd', ...AMARA], /not an http/],
  ['a password in the address', ['--fhir', 'https://me:secret@a.example', ...AMARA], /without name, password/],
  ['no number', ['--fhir', 'https://a.example', '--family', 'X', '--birth-date', '1950-01-01'], /ten digits/],
  ['a wrong number', ['--fhir', 'https://a.example', ...AMARA, '--nhs-number', '9991234518'], /not a valid/],
  ['half a birth date', ['--fhir', 'https://a.example', ...AMARA, '--birth-date', '1950'], /birth date/],
  ['half a client', ['--fhir', 'https://a.example', ...AMARA, '--client-id', 'x'], /go together/],
  ['no ASID', ['--gp-connect', 'https://a.example', ...AMARA], /asid-from/],
  ['an option nobody knows', ['--fhir', 'https://a.example', ...AMARA, '--force'], /not known/],
]
for (const [name, args, why] of usage)
  test(`connect: a command line with ${name} is wrong use, and no value of it is repeated`, () => {
    const read = readOptions(args)
    assert.ok(!read.ok)
    assert.match(read.fault.detail, why)
    assert.doesNotMatch(read.fault.detail, /secret|9991234518|Okafor/)
  })
