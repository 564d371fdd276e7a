import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { told } from '../src/london/people/population.ts'
import { factOf, itemsOf } from './support/ledger.ts'
import { stage } from './support/london.ts'
import { everythingOf, matches, TOKEN_SCRIPT, softwareOf, tokenOf } from './support/software.ts'

const at = stage()
const run = promisify(execFile)

test('R001: other software reads the same record: everything of every source, with who said it and what every source said', async () => {
  const { ledger } = at()
  const software = await softwareOf(at().dir, 'shah')
  const patient = await software.match(told.amara, '1956-03-08')
  const { body, text } = await everythingOf(software, patient)
  const all = matches(body)
  assert.ok(all.length > 100, `${all.length} statements`)
  const organisations = new Set([...text.matchAll(/urn:london-care-record:source:([a-z0-9-]+)/g)].map(([, id]) => id))
  for (const id of ['kch', 'rfl', 'camberwell'])
    assert.ok(
      [...organisations].some(one => one?.includes(id)),
      `${id} in ${[...organisations].join(' ')}`,
    )
  const outcome = body.entry?.find(entry => entry.search?.mode === 'outcome')?.resource
  assert.ok(outcome?.resourceType === 'OperationOutcome' && outcome.issue.length > 20)
  const known = new Set((body.entry ?? []).map(entry => `${entry.resource?.resourceType ?? ''}/${entry.resource?.id ?? ''}`))
  for (const [, reference] of text.matchAll(/"reference":"([^"#][^"]*)"/g))
    assert.ok(known.has(reference ?? ''), `${reference ?? ''} leads nowhere`)

  const taken = (await ledger.ofKind('section-opened')).findLast(event => factOf(event, 'fhir').includes('everything'))
  assert.ok(taken?.viewId)
  assert.equal(itemsOf([taken]).length, all.length - 1)
  const shown = new Set(itemsOf((await ledger.events(taken.viewId)).filter(event => event.kind === 'shown')))
  for (const id of shown) assert.ok(itemsOf([taken]).includes(id), `${id} was shown and did not leave`)
})

test('twelve requests through two processes are one view', async () => {
  const { ledger } = at()
  const before = (await ledger.ofKind('view-opened')).length
  const software = await softwareOf(at().dir, 'lindqvist')
  const patient = await software.match(told.amara)
  for (const type of [
    'AllergyIntolerance',
    'Condition',
    'MedicationStatement',
    'MedicationRequest',
    'Observation',
    'Encounter',
    'Immunization',
    'Procedure',
    'DocumentReference',
    'CarePlan',
    'Flag',
  ]) {
    const { status, body, text } = await software.get(`/${type}?patient=${patient}`)
    assert.equal(status, 200, text)
    const [first] = matches(body)
    if (first === undefined) continue
    const again = await software.get(`/${type}/${first.id ?? ''}`)
    assert.equal(again.status, 200)
    assert.deepEqual(JSON.parse(again.text), first)
  }
  assert.equal((await software.get(`/Patient/${patient}/$summary`)).status, 200)
  assert.equal((await ledger.ofKind('view-opened')).length, before + 1)
})

test('R038 R040: who may not open the record may not by software either', async () => {
  const receptionist = await softwareOf(at().dir, 'reid')
  const { status, body } = await receptionist.get(`/Patient/${'a'.repeat(24)}/$everything`)
  assert.deepEqual([status, body.resourceType], [403, 'OperationOutcome'])
  const goldberg = await softwareOf(at().dir, 'goldberg')
  const patient = await goldberg.match(told.amara)
  const claim = await goldberg.get(`/Patient/${patient}/$everything`)
  assert.equal(
    claim.status === 403 ? claim.body.issue?.[0]?.details?.coding?.[0]?.code : 'open',
    claim.status === 403 ? 'claim-needed' : 'open',
  )
  const shah = await softwareOf(at().dir, 'shah')
  const foreign = await shah.get(`/Patient/${patient}`)
  assert.equal(foreign.status, 404)
  const { access_token, base } = await tokenOf(at().dir, 'shah')
  const elsewhere = await fetch(`${goldberg.base}/Patient/${patient}`, { headers: { authorization: `Bearer ${access_token}` } })
  assert.notEqual(base, goldberg.base)
  assert.equal(elsewhere.status, 401, 'a token of one exchange is none at another')
  assert.match(elsewhere.headers.get('www-authenticate') ?? '', /^Bearer /)
})

test('R071: an objection reads as nothing held', async () => {
  const shah = await softwareOf(at().dir, 'shah')
  const patient = await shah.match(told.objector)
  assert.match(patient, /^[0-9a-f]{24}$/, 'found like everyone')
  const { status, body } = await shah.get(`/Patient/${patient}/$everything`)
  assert.deepEqual([status, body.issue?.[0]?.details?.text], [404, 'No information is available to show for this person.'])
})

test('scopes narrow what a token reads', async () => {
  const narrow = await softwareOf(at().dir, 'shah', '--scope', 'user/Patient.rs user/AllergyIntolerance.rs')
  const patient = await narrow.match(told.amara)
  const types = new Set(matches((await everythingOf(narrow, patient)).body).map(one => one.resourceType))
  assert.deepEqual([...types].sort(), ['AllergyIntolerance', 'Patient'])
  assert.equal((await narrow.get(`/Condition?patient=${patient}`)).status, 403)
})

test('metadata and the way to a token are for anyone; nothing of a person or token is in any log', async () => {
  const { base } = await tokenOf(at().dir, 'shah')
  for (const path of ['/metadata', '/.well-known/smart-configuration']) assert.equal((await fetch(`${base}${path}`)).status, 200)
  assert.doesNotMatch(at().logs(), /OKAFOR|9991234519|eyJ|\/fhir\/R4\/Patient/i)
})

test('a name nobody has is answered with everybody who works there', async () => {
  const failed = await run(process.execPath, [TOKEN_SCRIPT, 'nobody'], { env: { ...process.env, LCR_LONDON_DIR: at().dir } }).catch(
    (error: unknown) => error as { stderr: string; code: number },
  )
  assert.match(failed.stderr, /Dr Priya Shah/)
})
