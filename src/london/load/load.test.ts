import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import { createCity } from '../people/city.ts'
import { resourceXml } from '../systems/fhir-xml.ts'
import { loadFolder, type Loaded } from './load.ts'
import { readerOf, type ReadBack } from './read-for-tests.ts'
import { loadedForCityFile, loadedTable } from './table.ts'
import { withLoaded } from './with-loaded.ts'

type Json = Readonly<Record<string, unknown>>
const NHS = 'https://fhir.nhs.uk/Id/nhs-number'
const nobody = (): boolean => false

function folderOf(t: TestContext, files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'load-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}
const patient = (id: string, over: Json = {}): Json => ({
  resourceType: 'Patient',
  id,
  name: [{ family: 'Specimen', given: ['Ada'] }],
  birthDate: '1950-02-03',
  gender: 'female',
  ...over,
})
const numbered = (value: string): Json => ({ identifier: [{ system: NHS, value }] })
const allergy = (id: string, of: string): Json => ({
  resourceType: 'AllergyIntolerance',
  id,
  code: { text: 'Penicillin' },
  patient: { reference: of },
})
const bundle = (type: string, ...resources: readonly Json[]): Json => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map(resource => ({ fullUrl: `urn:uuid:${String(resource['id'])}`, resource })),
})
async function readAll(t: TestContext, loaded: Loaded): Promise<readonly ReadBack[]> {
  const reader = await readerOf(loaded)
  t.after(reader.close)
  const all: ReadBack[] = []
  for (const person of loaded.people) for (const { id } of person.systems) all.push(await reader.read(person, id))
  return all
}
const reasons = ({ untaken }: Loaded): string => untaken.map(one => `${one.file}: ${one.reason}`).join('\n')

for (const type of ['transaction', 'batch', 'collection', 'searchset', 'document', 'message'])
  test(`own test data: a ${type} Bundle becomes a record system, its references resolved`, async t => {
    const folder = folderOf(t, {
      'one.json': bundle(
        type,
        patient('p'),
        { resourceType: 'Practitioner', id: 'd', identifier: [{ system: 'https://x.example', value: '7' }], name: [{ family: 'Doctor' }] },
        { ...allergy('a', 'urn:uuid:p'), recorder: { reference: 'Practitioner?identifier=https://x.example|7' } },
      ),
    })
    const loaded = await loadFolder(folder, nobody)
    const [read] = await readAll(t, loaded)
    assert.deepEqual(
      read?.items.map(item => [item.resource.resourceType, item.provenance.author]),
      [['AllergyIntolerance', 'Doctor']],
    )
    assert.equal(read?.unreadable, 0)
  })

test('own test data: NDJSON, XML, Parameters and single resources that lie loose are read alike', async t => {
  const lines = [patient('p'), allergy('a', 'Patient/p')].map(one => JSON.stringify(one)).join('\n')
  const xml = bundle('collection', patient('q', { birthDate: '1951-02-03' }), allergy('b', 'Patient/q'))
  const loaded = await loadFolder(
    folderOf(t, {
      'a.ndjson': lines,
      'b.xml': resourceXml(xml),
      'c.json': {
        resourceType: 'Parameters',
        parameter: [
          { name: 'record', resource: bundle('collection', patient('r', { birthDate: '1952-02-03' }), allergy('c', 'Patient/r')) },
        ],
      },
      'd-patient.json': patient('s', { birthDate: '1953-02-03' }),
      'd-allergy.json': allergy('d', 'Patient/s'),
      'readme.md': 'nothing of ours',
    }),
    nobody,
  )
  assert.equal(loaded.systems.length, 4)
  const read = await readAll(t, loaded)
  assert.deepEqual(
    read.map(one => one.items.length),
    [1, 1, 1, 1],
  )
  assert.equal(loaded.untaken.length, 0)
})

test('own test data: a given number is of the test range, valid, the same from run to run and never somebody else’s', async t => {
  const folder = folderOf(t, {
    'a.json': bundle('collection', patient('p'), patient('q', { birthDate: '1949-01-01', ...numbered('1234567890') })),
  })
  const first = await loadFolder(folder, nobody)
  const numbers = first.people.map(({ register }) => register.nhsNumber)
  for (const number of numbers) assert.ok(number.startsWith('999') && parseNhsNumber(number).ok)
  assert.deepEqual(
    (await loadFolder(folder, nobody)).people.map(({ register }) => register.nhsNumber),
    numbers,
  )
  const others = (await loadFolder(folder, number => number === numbers[0])).people.map(({ register }) => register.nhsNumber)
  assert.notEqual(others[0], numbers[0])
  assert.equal(new Set(others).size, 2)
  assert.match(first.people[1]?.warnings.join() ?? '', /not valid/)
})

test('own test data: a folder that is not there is told in words; what a file says does not speak to the terminal', async t => {
  await assert.rejects(loadFolder(join(tmpdir(), 'no-such-folder'), nobody), /folder to load cannot be read/)
  const name = [{ family: '\u001b[2JSpecimen', given: ['Ada\u0007'] }]
  const table = loadedTable(await loadFolder(folderOf(t, { 'a.json': bundle('collection', patient('p', { name })) }), nobody))
  assert.doesNotMatch(table.replaceAll('\n', ''), /\p{Cc}/u)
})

test('own test data: a number that somebody of London has is theirs; the loaded person is given another', async t => {
  const city = createCity({ now: new Date('2026-11-21T12:17:00Z') })
  const [somebody] = city.people
  const loaded = await loadFolder(
    folderOf(t, { 'a.json': bundle('collection', patient('p', numbered(somebody?.nhsNumber ?? ''))) }),
    number => city.person(number) !== undefined,
  )
  assert.notEqual(loaded.people[0]?.register.nhsNumber, somebody?.nhsNumber)
  assert.match(loaded.people[0]?.warnings.join() ?? '', /somebody of London/)
})

const two = (one: Json, other: Json): Json => ({
  'a.json': bundle('collection', patient('p', one)),
  'b.json': bundle('collection', patient('q', other)),
})
const same: readonly (readonly [string, Json, Json, number])[] = [
  ['the same valid number', numbered('9990000018'), { ...numbered('999 000 0018'), birthDate: '1950-02-04' }, 1],
  ['the same name and birth date, no number', {}, { name: [{ text: 'Ada SPECIMEN' }] }, 1],
  ['the same name and birth date, one number', {}, numbered('9990000018'), 1],
  ['the same name, another birth date', {}, { birthDate: '1950-02-04' }, 2],
  [
    'one number, and nothing else the same',
    numbered('9990000018'),
    { ...numbered('9990000018'), birthDate: '2001-02-04', name: [{ text: 'Bo EXAMPLE' }] },
    2,
  ],
  ['the same name and birth date, two numbers', numbered('9990000018'), numbered('9990000026'), 2],
]
for (const [name, one, other, count] of same)
  test(`own test data: two files with ${name} are ${count === 1 ? 'one person in two systems' : 'two people'}`, async t => {
    const { people } = await loadFolder(folderOf(t, two(one, other)), nobody)
    assert.equal(people.length, count)
    assert.equal(people[0]?.systems.length, 3 - count)
    assert.equal(
      people[0]?.warnings.some(warning => /one person in 2 systems/.test(warning)),
      count === 1,
    )
  })

test('own test data: a sub-folder is one system; one id that is two people in two files stays two people', async t => {
  const other = patient('p', { name: [{ family: 'Example', given: ['Bo'] }] })
  const loaded = await loadFolder(
    folderOf(t, {
      'ward/a.json': bundle('collection', patient('p'), allergy('a', 'Patient/p')),
      'ward/b.json': bundle('collection', other, { ...allergy('a', 'Patient/p'), code: { text: 'Latex' } }),
    }),
    nobody,
  )
  assert.equal(loaded.systems.length, 1)
  const read = await readAll(t, loaded)
  const told = read.map(one => one.items.map(({ resource }) => (resource.resourceType === 'AllergyIntolerance' ? resource.code?.text : '')))
  assert.deepEqual(new Set(told.flat()), new Set(['Latex', 'Penicillin']))
})

const refused: readonly (readonly [name: string, content: unknown, why: RegExp])[] = [
  ['broken.json', '{"resourceType":"Bundle","entry":[', /well-formed/],
  ['list.json', '[1]', /well-formed/],
  ['deep.json', `{"a":${'['.repeat(100_000)}`, /well-formed/],
  ['proto.json', '{"__proto__":{"resourceType":"Patient"}}', /resourceType/],
  ['half.json', { resourceType: 'Bundle', entry: [{ resource: patient('p') }, { resource: { id: 'x' } }] }, /resourceType/],
  ['half.ndjson', `${JSON.stringify(patient('p'))}\n{"resourceType":`, /Line 2/],
  ['cda.xml', '<ClinicalDocument xmlns="urn:hl7-org:v3"/>', /CDA/],
  ['entity.xml', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"/>', /well-formed/],
  ['dstu2.json', bundle('collection', patient('p'), { resourceType: 'MedicationOrder', id: 'm' }), /DSTU2/],
  ['empty.json', { resourceType: 'Bundle', type: 'collection' }, /no resource/],
  ['nobody.json', bundle('collection', allergy('a', 'Patient/elsewhere')), /no Patient \(but AllergyIntolerance 1\)/],
  ['nameless.json', bundle('collection', patient('p', { name: [] })), /no name/],
  ['ageless.json', bundle('collection', patient('p', { birthDate: '1950-02-31' })), /no birth date/],
]
for (const [name, content, why] of refused)
  test(`own test data: ${name} is told with its reason, nothing of it is loaded, and the rest goes on`, async t => {
    const loaded = await loadFolder(
      folderOf(t, { [name]: content, 'good.json': bundle('collection', patient('g', { birthDate: '1960-01-01' })) }),
      nobody,
    )
    assert.match(reasons(loaded), why)
    assert.deepEqual(
      loaded.people.map(({ systems }) => systems.map(one => one.file)),
      [['good.json']],
    )
  })

test('own test data: what is about nobody in the file, is never asked for or names nothing is told', async t => {
  const loaded = await loadFolder(
    folderOf(t, {
      'a.json': bundle('collection', patient('p'), allergy('a', 'Patient/elsewhere'), {
        resourceType: 'Claim',
        id: 'c',
        patient: { reference: 'Patient/p' },
        provider: { reference: 'Organization/none' },
      }),
    }),
    nobody,
  )
  assert.match(reasons(loaded), /About nobody who is in it[^\n]*AllergyIntolerance 1/)
  assert.match(reasons(loaded), /never asked for: Claim 1/)
  assert.match(reasons(loaded), /References that lead to nothing in it: 2/)
})

const STU3 = 'https://fhir.nhs.uk/STU3/StructureDefinition/'
test('own test data: a GP Connect file is a practice that speaks GP Connect, with the number of the register', async t => {
  const coded = (code: string): Json => ({ coding: [{ system: 'http://snomed.info/sct', code }] })
  const loaded = await loadFolder(
    folderOf(t, {
      'practice.json': {
        resourceType: 'Bundle',
        type: 'collection',
        meta: { profile: [`${STU3}GPConnect-StructuredRecord-Bundle-1`] },
        entry: [
          {
            resource: patient('1', {
              ...numbered('1234567890'),
              managingOrganization: { reference: 'Organization/o' },
              meta: { profile: [`${STU3}CareConnect-GPC-Patient-1`] },
            }),
          },
          { resource: { resourceType: 'Organization', id: 'o', name: 'The Made-up Practice' } },
          {
            resource: {
              ...allergy('a', 'Patient/1'),
              clinicalStatus: 'active',
              verificationStatus: 'unconfirmed',
              assertedDate: '2020-01-01',
            },
          },
          {
            resource: {
              resourceType: 'List',
              status: 'current',
              mode: 'snapshot',
              code: coded('886921000000105'),
              subject: { reference: 'Patient/1' },
              entry: [{ item: { reference: 'AllergyIntolerance/a' } }],
            },
          },
          {
            resource: {
              resourceType: 'Condition',
              id: 'c',
              clinicalStatus: 'active',
              code: { text: 'Asthma' },
              subject: { reference: 'Patient/1' },
              assertedDate: '2019-01-01',
            },
          },
        ],
      },
    }),
    nobody,
  )
  const [system] = loaded.systems
  assert.equal(system?.kind, 'gp')
  assert.equal(system?.organisation.name, 'The Made-up Practice')
  assert.equal(loaded.people[0]?.register.practice, system?.organisation.odsCode)
  const [read] = await readAll(t, loaded)
  assert.deepEqual(read?.items.map(item => item.section).toSorted(), ['allergies', 'problems'])
})

test('own test data: London’s emergency doctor has an open attendance for each of them; the register and the city file know them', async t => {
  const city = createCity({ now: new Date('2026-11-21T12:17:00Z') })
  const loaded = await loadFolder(
    folderOf(t, { 'a.json': bundle('collection', patient('p'), allergy('a', 'Patient/p')) }),
    number => city.person(number) !== undefined,
  )
  const number = loaded.people[0]?.register.nhsNumber ?? ''
  const more = withLoaded(city, loaded)
  assert.equal(more.person(number)?.name.family, 'Specimen')
  assert.deepEqual(
    more.held('kch', number)?.encounters?.map(encounter => [encounter.class, encounter.status]),
    [['EMER', 'arrived']],
  )
  assert.equal(more.held('gstt', number), undefined)
  assert.equal(more.people.length, city.people.length + 1)
  assert.deepEqual(loadedForCityFile(loaded)[0]?.systems[0]?.items, { AllergyIntolerance: 1 })
  assert.match(loadedTable(loaded), /SPECIMEN, Ada[^]*AllergyIntolerance 1/)
})

const SHAPES: Readonly<Record<string, (id: string, date: string | undefined) => Json>> = {
  AllergyIntolerance: () => ({ patient: { reference: 'urn:uuid:p' }, code: { text: 'x' } }),
  Condition: (_, date) => ({ subject: { reference: 'urn:uuid:p' }, code: { text: 'x' }, onsetDateTime: date }),
  Observation: (_, date) => ({ subject: { reference: 'urn:uuid:p' }, status: 'final', code: { text: 'x' }, effectiveDateTime: date }),
  Procedure: (_, date) => ({ subject: { reference: 'urn:uuid:p' }, status: 'completed', code: { text: 'x' }, performedDateTime: date }),
  Immunization: (_, date) => ({
    patient: { reference: 'urn:uuid:p' },
    status: 'completed',
    vaccineCode: { text: 'x' },
    occurrenceDateTime: date,
  }),
  Encounter: (_, date) => ({
    subject: { reference: 'urn:uuid:p' },
    status: 'finished',
    class: { code: 'AMB' },
    period: date === undefined ? undefined : { start: date, end: date },
  }),
  MedicationRequest: (_, date) => ({
    subject: { reference: 'urn:uuid:p' },
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: 'x' },
    authoredOn: date,
  }),
  Appointment: (_, date) => ({ status: 'booked', start: date, participant: [{ status: 'accepted', actor: { reference: 'urn:uuid:p' } }] }),
  CarePlan: (_, date) => ({ subject: { reference: 'urn:uuid:p' }, status: 'active', intent: 'plan', created: date }),
  Task: (_, date) => ({ for: { reference: 'urn:uuid:p' }, status: 'requested', intent: 'order', authoredOn: date }),
}
test('R003: whatever is loaded of the clinical types is read back as an item or counted as unreadable', async t => {
  const day = fc.option(
    fc.constantFrom('1999', '2012-05', '2024-02-29', '2025-11-21', '2025-11-22', '2026-06-01', '2026-02-31', 'yesterday'),
    { nil: undefined },
  )
  const resources = fc.array(fc.record({ type: fc.constantFrom(...Object.keys(SHAPES)), day }), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(resources, async given => {
      const made = given.map(({ type, day }, place) => ({ resourceType: type, id: `r${place}`, ...SHAPES[type]?.(`r${place}`, day) }))
      const loaded = await loadFolder(folderOf(t, { 'a.json': bundle('transaction', patient('p'), ...made) }), nobody)
      const reader = await readerOf(loaded)
      try {
        const [person] = loaded.people
        const read = await reader.read(person!, loaded.systems[0]!.id)
        const items = new Set(read.items.map(({ resource }) => String(resource.id)))
        const missing = made.filter(({ id }) => !items.has(id))
        assert.ok(missing.length <= read.unreadable, 'each that is no item was counted')
        for (const { id } of missing) assert.match(given[Number(id.slice(1))]?.day ?? '', /^(2026-02-31|yesterday)$/)
      } finally {
        await reader.close()
      }
    }),
    { numRuns: 25 },
  )
})
