import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { cleanText } from './clean.ts'
import { hostileFiles, hostileSkip } from './hostile-harness.for-tests.ts'
import { isObject, objectsOf, type JsonObject } from './json.ts'
import { resourceXml as written } from './fhir-xml.for-tests.ts'
import { MAX_DEPTH, parseBody } from './parse-body.ts'
import { parseXml } from './parse-xml.ts'
import { R4_ELEMENTS } from './r4-elements.ts'

const corpora = process.env['LCR_CORPORA']
const skip = corpora === undefined || !existsSync(corpora) ? 'set LCR_CORPORA to a folder of recorded answers' : false
const parse = (xml: string): Promise<JsonObject | undefined> => parseXml(Buffer.from(xml))
const patient = (inner: string): string => `<Patient xmlns="http://hl7.org/fhir">${inner}</Patient>`

test('the table of elements is what the types of FHIR R4 say', () => {
  const script = join(import.meta.dirname, '../../../../scripts/build-fhir-elements.ts')
  const made = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' })
  assert.equal(readFileSync(join(import.meta.dirname, 'r4-elements.ts'), 'utf8'), made)
})

const inTable = (resource: JsonObject): boolean => R4_ELEMENTS.includes(`\n+${String(resource['resourceType'])} `)

/** What XML cannot say: an empty structure, a null, text where FHIR R4 has something else. */
function sayable(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(one => one === null || sayable(one))
  if (isObject(value)) return Object.keys(value).length > 0 && Object.values(value).every(sayable)
  return value !== null && value !== ''
}

/** `faults`: resources that say something FHIR R4 has otherwise, such as a boolean in quotes or one object for a list. */
for (const [folder, faults] of [
  ['synthea-r4-bundles', 0],
  ['ips-r4', 0],
  ['ukcore-r4-examples', 1],
  ['immunisation-r4', 4],
  ['nrl-pointers-r4', 1],
  ['summary-care-record', 1],
] as const)
  test(`what ${folder} says in JSON reads the same from XML`, { skip }, async () => {
    let same = 0
    let all = 0
    for (const file of globSync(join(corpora ?? '', folder, '**/*.json'))) {
      const parsed = await parseBody(readFileSync(file))
      const resources = parsed?.['resourceType'] === 'Bundle' ? objectsOf(parsed['entry']).map(e => e['resource']) : [parsed]
      for (const resource of resources.slice(0, 400)) {
        if (!isObject(resource) || !inTable(resource) || !sayable(resource)) continue
        all += 1
        if (isDeepStrictEqual(await parse(written(resource)), resource)) same += 1
      }
    }
    assert.ok(all > faults)
    assert.equal(all - same, faults)
  })

test('every XML file of ukcore-r4-examples is read', { skip }, async () => {
  const files = globSync(join(corpora ?? '', 'ukcore-r4-examples/**/*.xml'))
  assert.equal(files.length, 108)
  for (const file of files) assert.ok(typeof (await parseXml(readFileSync(file)))?.['resourceType'] === 'string', file)
})

test('whatever text stands in a value comes out the same, extensions of values too', async () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => cleanText(text) === text)
  const extension = fc.record({ url: words, valueString: words }, { noNullPrototype: true })
  const name = fc
    .array(fc.tuple(fc.option(words), fc.option(extension)), { minLength: 1, maxLength: 4 })
    .filter(given => given.every(([value, beside]) => value !== null || beside !== null))
  await fc.assert(
    fc.asyncProperty(words, name, async (family, given) => {
      const values = given.map(([value]) => value)
      const beside = given.map(([, one]) => (one ? { extension: [one] } : null))
      const resource = {
        resourceType: 'Patient',
        id: 'p',
        name: [
          {
            family,
            ...(values.some(v => v !== null) ? { given: values } : {}),
            ...(beside.some(b => b !== null) ? { _given: beside } : {}),
          },
        ],
      }
      assert.deepEqual(await parse(written(resource)), resource)
    }),
    { numRuns: 200 },
  )
})

const quantity = (value: string): string =>
  `<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="${value}"/></valueQuantity></Observation>`
test('D52: a number keeps the places it was reported with', async () => {
  const precision = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/quantity-precision', valueInteger: 2 }] }
  assert.deepEqual(await parse(quantity('5.10')), { resourceType: 'Observation', valueQuantity: { value: 5.1, _value: precision } })
  assert.deepEqual(await parse(quantity('5.1')), { resourceType: 'Observation', valueQuantity: { value: 5.1 } })
  assert.deepEqual(await parse(quantity('about 5')), { resourceType: 'Observation', valueQuantity: { value: 'about 5' } })
})

test('what FHIR R4 does not have is kept as it stands', async () => {
  assert.deepEqual(
    await parse(patient('<colour value="red"/><house><door value="1"/><door value="2"/></house><active value="perhaps"/>')),
    {
      resourceType: 'Patient',
      colour: 'red',
      house: { door: ['1', '2'] },
      active: 'perhaps',
    },
  )
  assert.deepEqual(await parse(patient('<note><text value="moved"/></note>')), { resourceType: 'Patient', note: [{ text: 'moved' }] })
  assert.deepEqual(await parse('<f:Flag xmlns:f="http://hl7.org/fhir"><f:id value="1"/></f:Flag>'), { resourceType: 'Flag', id: '1' })
  assert.deepEqual(await parse('<New xmlns="http://hl7.org/fhir"><id value="1"/><code><coding><code value="c"/></coding></code></New>'), {
    resourceType: 'New',
    id: '1',
    code: { coding: [{ code: 'c' }] },
  })
})

test('references of characters are read, white space in a value is a space', async () => {
  const read = async (value: string): Promise<unknown> => (await parse(patient(`<id value="${value}"/>`)))?.['id']
  assert.equal(await read('a&#10;b&#x41;&amp;&lt;&gt;&quot;&apos;'), 'a\nbA&<>"\'')
  assert.equal(await read('a\n\tb'), 'a  b')
})

for (const [name, xml] of [
  ['nothing', ''],
  ['text', 'hello'],
  ['another namespace', '<Patient xmlns="urn:hl7-org:v3"/>'],
  ['no namespace', '<Patient/>'],
  ['a page', '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'],
  ['a document type', '<!DOCTYPE Patient><Patient xmlns="http://hl7.org/fhir"/>'],
  ['an entity', '<!DOCTYPE p [<!ENTITY x "y">]><Patient xmlns="http://hl7.org/fhir"><id value="&x;"/></Patient>'],
  ['an entity nobody declared', patient('<id value="&nbsp;"/>')],
  ['a character that is none', patient('<id value="&#0;"/>')],
  ['half a pair of characters', patient('<id value="&#xD800;"/>')],
  ['an unclosed element', '<Patient xmlns="http://hl7.org/fhir"><id value="1"/>'],
  ['elements that cross', patient('<name><family value="a"></name></family>')],
  ['two roots', patient('') + patient('')],
  ['text between elements', patient('<id value="1"/>hello')],
  ['marked data', patient('<id><![CDATA[1]]></id>')],
  ['an attribute twice', patient('<id value="1" value="2"/>')],
  ['an attribute without quotes', patient('<id value=1/>')],
  ['an element named to reach a prototype', patient('<__proto__ value="1"/>')],
  ['a narrative that is not closed', patient('<text><div><p></div></text>')],
  ['two resources where one may stand', patient('<contained><Flag/><Flag/></contained>')],
  ['no resource where one must stand', patient('<contained/>')],
  ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><Patient xmlns="http://hl7.org/fhir"/>'],
] as const)
  test(`XML that is or has ${name} is refused`, async () => assert.equal(await parse(xml), undefined))

test('XML has the depth that JSON has, and bytes that are not UTF-8 are refused', async () => {
  const deep = (depth: number): string => patient(`${'<extension>'.repeat(depth - 1)}${'</extension>'.repeat(depth - 1)}`)
  assert.ok(await parse(deep(MAX_DEPTH)))
  assert.equal(await parse(deep(MAX_DEPTH + 1)), undefined)
  assert.equal(await parse('<Patient xmlns="http://hl7.org/fhir"><text><div>'.padEnd(2_000_000, '<b>')), undefined)
  assert.equal(
    await parseXml(Buffer.concat([Buffer.from('<Patient xmlns="http://hl7.org/fhir" a="'), Buffer.from([0xff]), Buffer.from('"/>')])),
    undefined,
  )
})

test('no hostile file is taken for FHIR XML but the one that is', { skip: hostileSkip }, async () => {
  const read: string[] = []
  for (const { name, bytes } of hostileFiles()) if (await parseXml(bytes)) read.push(name)
  assert.deepEqual(read, ['fhir/narrative-empty.xml'])
})
