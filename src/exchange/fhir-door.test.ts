import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { Bundle, BundleEntry, Composition, OperationOutcome, Provenance, Resource } from '@medplum/fhirtypes'
import { createCity } from '../london/people/city.ts'
import { told } from '../london/people/population.ts'
import { services } from '../london/people/services.ts'
import { places, SYSTEM_IDS } from '../london/places.ts'
import { gpRecord, type AskedAreas } from '../london/systems/gp-record.ts'
import { hospitalRecord } from '../london/systems/hospital-record.ts'
import { fhirHouse, NOW, outcomeIn, type FhirHouse, type Held } from './fhir-door.for-tests.ts'
import { ASSERTION_HEADER } from './doors/fhir/token.ts'
import { BASE, bearer } from './doors/fhir/for-tests.ts'
import { SEARCHES } from './doors/fhir/searches.ts'
import type { JsonObject } from './sources/reading/json.ts'

const EVERYTHING: AskedAreas = {
  allergies: { resolved: true },
  medication: { issues: true },
  problems: {},
  consultations: {},
  investigations: {},
  immunisations: { notGiven: true },
  uncategorised: {},
  referrals: {},
  diary: {},
}
/** All that the systems of the city hold of one of its people. */
function lifeOf(nhsNumber: string): Record<string, Held> {
  const city = createCity({ now: NOW })
  const person = city.person(nhsNumber)
  assert.ok(person)
  const held: Record<string, Held> = {}
  for (const id of SYSTEM_IDS) {
    const record = city.held(id, nhsNumber)
    const { odsCode, kind } = places[id]
    if (!record || (kind !== 'gp' && !(id in services))) continue
    const json =
      kind === 'gp'
        ? gpRecord({ odsCode, name: id, phone: '020 7946 0200' }, person, record, EVERYTHING, NOW)
        : hospitalRecord({ id: id as keyof typeof services, odsCode, name: id }, person, record)
    const resources = JSON.parse(JSON.stringify(json)) as JsonObject[]
    held[id] = kind === 'gp' ? { odsCode, resources, stu3: true } : { odsCode, resources }
  }
  return held
}

const amara = await fhirHouse({ sources: lifeOf(told.amara) })
const ref = await amara.patient()
const houses: FhirHouse[] = [amara]
after(async () => {
  for (const house of houses) await house.close()
})

const resourcesOf = (bundle: Bundle): readonly Resource[] => (bundle.entry ?? []).flatMap(entry => entry.resource ?? [])
const statements = (bundle: Bundle): readonly Resource[] =>
  (bundle.entry ?? []).filter(entry => entry.search?.mode === 'match').flatMap(entry => entry.resource ?? [])
/** Every reference in a value, with the path it stands at. */
function references(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => references(one, `${path}[${at}]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'reference' && typeof inner === 'string' ? [[inner, path] as const] : references(inner, `${path}.${key}`),
  )
}

/** What holds of whatever resource leaves this door. */
function isSound(resource: Resource, lead: (reference: string) => boolean): void {
  const about = `${resource.resourceType}/${resource.id ?? ''}`
  assert.match(resource.id ?? '', /^[A-Za-z0-9\-.]{1,64}$/, about)
  const contained = 'contained' in resource ? (resource.contained ?? []) : []
  const all = references(resource)
  for (const [reference, path] of all) {
    if (reference.startsWith('#'))
      assert.ok(
        contained.some(one => `#${one.id ?? ''}` === reference),
        `${about}${path}: ${reference}`,
      )
    else assert.ok(lead(reference), `${about}${path}: ${reference} leads nowhere`)
  }
  for (const one of contained) {
    assert.ok(
      all.some(([reference]) => reference === `#${one.id ?? ''}`),
      `${about}: contains ${one.resourceType} that nothing needs`,
    )
    assert.ok(!('contained' in one), `${about}: contained in contained`)
    assert.equal(one.meta?.versionId ?? one.meta?.lastUpdated ?? one.meta?.security, undefined)
  }
  const text = JSON.stringify(resource)
  assert.doesNotMatch(text, /\[\]|\{\}|null/, `${about}: something is empty`)
  assert.doesNotMatch(text, /source\.example|"data":/, `${about}: says where it lies, or holds its bytes`)
}

test('R001 $everything is what was disclosed in the parts of the view, no more and no less, each with who said it', async () => {
  const answer = await amara.get(`/Patient/${ref}/$everything`)
  assert.equal(answer.status, 200, answer.text)
  const bundle = answer.json()
  const [first, ...rest] = statements(bundle)
  assert.deepEqual([first?.resourceType, first?.id], ['Patient', ref])
  assert.equal(bundle.total, rest.length + 1)
  const shown = new Set(
    amara.events
      .filter(event => event.kind === 'shown')
      .flatMap(event => event.manifests ?? [])
      .flatMap(({ items }) => items.map(item => item.id)),
  )
  const opened = amara.events.findLast(event => event.kind === 'section-opened' && event.detail?.['fhir'] === 'everything')
  const left = new Set((opened?.manifests ?? []).flatMap(({ items }) => items.map(item => item.id)))
  assert.ok(shown.size > 50)
  for (const id of shown) assert.ok(left.has(id), `${id} was shown and is not in $everything`)
  assert.equal(left.size, rest.length, 'the event names what left')
  // What is told within another item has no event of its own when it is shown: its item has.
  const within = [...left].filter(id => !shown.has(id)).map(id => id.split('/')[1])
  assert.deepEqual([...new Set(within)], [])
  assert.equal(opened?.detail?.['client'], 'ward')
  assert.ok(opened?.nhsNumber && opened.viewer && opened.relationship)

  const known = new Set(resourcesOf(bundle).map(resource => `${resource.resourceType}/${resource.id ?? ''}`))
  assert.equal(known.size, resourcesOf(bundle).length, 'each id once')
  for (const resource of rest) {
    isSound(resource, reference => known.has(reference))
    assert.match(resource.meta?.source ?? '', /^urn:london-care-record:source:/)
    assert.match(resource.meta?.lastUpdated ?? '', /^\d{4}-/)
  }
  const provenance = resourcesOf(bundle).filter((resource): resource is Provenance => resource.resourceType === 'Provenance')
  assert.deepEqual(
    new Set(provenance.map(one => one.target[0]?.reference)),
    new Set(rest.map(one => `${one.resourceType}/${one.id ?? ''}`)),
  )
  for (const one of provenance) {
    assert.match(one.agent[1]?.who.identifier?.value ?? '', /^[A-Z0-9]{3,12}$/)
    assert.ok(one.entity?.[0]?.what.identifier?.value)
  }
})

test('HAZ-001: one issue for each source and section, in the words of the page', async () => {
  const outcome = outcomeIn((await amara.get(`/Patient/${ref}/$everything`)).json())
  const seen = new Set(
    outcome?.issue.map(issue =>
      (issue.details?.coding ?? [])
        .filter(coding => !/outcome|cause/.test(coding.system ?? ''))
        .map(coding => coding.code)
        .join(' '),
    ),
  )
  assert.equal(seen.size, outcome?.issue.length, 'each pair once')
  for (const issue of outcome?.issue ?? [])
    assert.match(issue.details?.text ?? '', /^Hospital .*, .+ \((?:summary|last 12 months|older)\): answered\.$/)
})

test('ten searches ask London once, and each answer is written down as shown', async () => {
  const house = await fhirHouse({ sources: lifeOf(told.amara) })
  houses.push(house)
  const patient = await house.patient()
  const all = statements((await house.get(`/Patient/${patient}/$everything`)).json())
  const asked = house.asked.length
  assert.equal(new Set(house.asked).size, asked, 'each source and group once')
  for (const { type } of SEARCHES) {
    const answer = await house.get(`/${type}?patient=Patient/${patient}`)
    assert.equal(answer.status, 200, `${type}: ${answer.text}`)
    assert.deepEqual(
      statements(answer.json()).map(one => one.id),
      all.filter(one => one.resourceType === type).map(one => one.id),
      type,
    )
  }
  assert.equal(house.asked.length, asked)
  assert.equal(house.events.filter(event => event.kind === 'view-opened').length, 1)
  assert.equal(house.events.filter(event => event.detail?.['fhir'] === 'search').length, SEARCHES.length)
})

test('searches at once share a view that is still being opened', async () => {
  const house = await fhirHouse({ sources: lifeOf(told.amara) })
  houses.push(house)
  const patient = await house.patient()
  const answers = await Promise.all(
    ['AllergyIntolerance', 'Condition', 'Observation', 'Encounter'].map(type => house.get(`/${type}?patient=${patient}`)),
  )
  assert.deepEqual(
    answers.map(answer => answer.status),
    [200, 200, 200, 200],
  )
  assert.equal(house.events.filter(event => event.kind === 'view-opened').length, 1)
})

test('what is older is asked for by a search that could find it, and only then', async () => {
  for (const [query, asks] of [
    ['AllergyIntolerance?patient=', false],
    ['Observation?date=ge2026-06-01&patient=', false],
    ['Observation?date=gt2020&patient=', true],
    ['Observation?patient=', true],
    ['Immunization?patient=', true],
  ] as const) {
    const house = await fhirHouse({ sources: lifeOf(told.amara) })
    houses.push(house)
    assert.equal((await house.get(`/${query}${await house.patient()}`)).status, 200)
    assert.equal(
      house.asked.some(one => one.endsWith('older')),
      asks,
      query,
    )
  }
})

test('whatever was answered can be read by its id, to the letter', async () => {
  const bundle = (await amara.get(`/Patient/${ref}/$everything`)).json()
  const byType = new Map((bundle.entry ?? []).map((entry: BundleEntry) => [entry.resource?.resourceType, entry]))
  for (const [type, entry] of byType) {
    if (type === 'OperationOutcome') continue
    const answer = await amara.get(`/${type ?? ''}/${entry.resource?.id ?? ''}`)
    assert.equal(answer.status, 200, `${type}: ${answer.text}`)
    assert.deepEqual(JSON.parse(answer.text), entry.resource)
    assert.equal(entry.fullUrl, `${BASE}/${type ?? ''}/${entry.resource?.id ?? ''}`)
  }
  const [allergy] = (bundle.entry ?? []).filter(entry => entry.resource?.resourceType === 'AllergyIntolerance')
  for (const path of [
    `/Condition/${allergy?.resource?.id ?? ''}`,
    `/AllergyIntolerance/${ref}.${'0'.repeat(32)}`,
    `/AllergyIntolerance/${'c'.repeat(24)}.${'0'.repeat(32)}`,
  ])
    assert.equal((await amara.get(path)).status, 404, path)
})

test('R048: who said it is read where the scopes reach it and its statement', async () => {
  const token = async (scope: string): Promise<Record<string, string>> => bearer(await amara.tokens.userToken({ claims: { scope } }))
  const whole = await amara.get(`/Condition?patient=${ref}&_revinclude=Provenance:target`)
  const provenance = resourcesOf(whole.json()).find(one => one.resourceType === 'Provenance')
  const path = `/Provenance/${provenance?.id ?? ''}`
  const narrow = await token('user/Patient.rs user/Condition.rs')
  assert.equal((await amara.get(`/Condition?patient=${ref}`, narrow)).status, 200)
  assert.equal((await amara.get(`/Condition?patient=${ref}&_revinclude=Provenance:target`, narrow)).status, 403)
  assert.equal((await amara.get(path, narrow)).status, 403)
  const everything = await amara.get(`/Patient/${ref}/$everything`, narrow)
  assert.doesNotMatch(everything.text, /"resourceType":"Provenance"/)
  assert.match(everything.text, /outside the scopes/)
  assert.equal((await amara.get(path, await token('user/Provenance.rs user/AllergyIntolerance.rs'))).status, 404)
  assert.equal((await amara.get(path, await token('user/Provenance.rs user/Condition.rs'))).status, 200)
})

test('an id is of its client and user: the same statement is called otherwise to another', async () => {
  const mine = (await amara.get(`/AllergyIntolerance?patient=${ref}`)).json()
  const [id] = statements(mine).map(one => one.id ?? '')
  const token = await amara.tokens.clientToken()
  const foreign = await amara.get(`/AllergyIntolerance/${id}`, bearer(token, await amara.tokens.assertion(token)))
  assert.equal(foreign.status, 404)
})

for (const [query, status] of [
  ['', 400],
  ['?patient=', 400],
  ['?patient=9991234578', 400],
  ['?patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9991234578', 400],
  ['?patient=REF&patient=REF', 400],
  ['?patient=REF&subject=REF', 200],
  [`?patient=${encodeURIComponent(`${BASE}/Patient/`)}REF`, 200],
  ['?patient=REF&made-up=1', 400],
  ['?patient=REF&code:not=1', 400],
  ['?patient=REF&code=', 400],
  ['?patient=REF&date=yesterday', 400],
  ['?patient=REF&date=ge2020-13', 200],
  ['?patient=REF&_count=0', 400],
  ['?patient=REF&_include=Observation:encounter', 400],
  ['?patient=REF&_sort=date', 400],
  ['?_has:Group:member:_id=1&patient=REF', 400],
] as const)
  test(`Observation${query}: ${status}`, async () => {
    assert.equal((await amara.get(`/Observation${query.replaceAll('REF', ref)}`)).status, status)
  })

test('Prefer: handling=lenient passes over what is not known, and says so', async () => {
  const answer = await amara.get(`/AllergyIntolerance?patient=${ref}&_sort=date`, {
    ...(await amara.headers()),
    prefer: 'handling=lenient',
  })
  assert.equal(answer.status, 200)
  assert.match(answer.text, /Parameters that are not known here were not used/)
})

test('searches look at what their parameters say', async () => {
  const all = statements((await amara.get(`/Observation?patient=${ref}`)).json()) as readonly {
    code?: { coding?: { system?: string; code?: string }[] }
  }[]
  const { system, code } = all.flatMap(one => one.code?.coding ?? []).find(coding => coding.code !== undefined) ?? {}
  const of = async (query: string): Promise<number> => statements((await amara.get(`/Observation?patient=${ref}&${query}`)).json()).length
  const wanted = all.filter(one => one.code?.coding?.some(coding => coding.code === code)).length
  assert.ok(wanted > 0 && wanted < all.length)
  assert.equal(await of(`code=${code ?? ''}`), wanted)
  assert.equal(await of(`code=${encodeURIComponent(`${system ?? ''}|${code ?? ''}`)}`), wanted)
  assert.equal(await of(`code=urn:x|${code ?? ''}`), 0)
  assert.equal(await of(`code=1,${code ?? ''}`), wanted)
  const [since, before] = [await of('date=ge2026'), await of('date=lt2026')]
  assert.equal(await of('date=ge2026&date=lt2027'), since)
  assert.ok(since > 0 && since + before <= all.length)
  assert.equal(await of('_summary=count'), 0)
})

test('pages are as long as asked, hold everything once, and end when the view changes', async () => {
  const whole = statements((await amara.get(`/Observation?patient=${ref}`)).json()).map(one => one.id)
  const got: (string | undefined)[] = []
  let url: string | undefined = `/Observation?patient=${ref}&_count=7`
  const pages: string[] = []
  while (url !== undefined) {
    const answer = await amara.get(url)
    assert.equal(answer.status, 200, answer.text)
    const bundle = answer.json()
    assert.equal(bundle.total, whole.length)
    assert.equal(outcomeIn(bundle) !== undefined, pages.length === 0)
    got.push(...statements(bundle).map(one => one.id))
    pages.push(url)
    url = bundle.link?.find(link => link.relation === 'next')?.url.replace(BASE, '')
  }
  assert.deepEqual(got, whole)
  assert.ok(pages.length > 2)
  const second = pages[1] ?? ''
  assert.equal((await amara.get(second.replace('/Observation', '/Condition'))).status, 410, 'a page of another search')
  assert.equal((await amara.get(second.replace(/_page=.{9}/, '_page=AAAAAAAAA'))).status, 410)
})

for (const [why, admission, status, code] of [
  ['a claim is needed', { verdict: 'claim', unavailable: [], reasons: [] }, 403, 'claim-needed'],
  ['the role may not', { verdict: 'refuse', code: 'role', reasons: [] }, 403, 'denied'],
  ['an objection is in force', { verdict: 'refuse', code: 'objection', reasons: [] }, 404, 'no-information'],
  ['objections are not known', { verdict: 'refuse', code: 'objections-unknown', reasons: [] }, 503, 'unavailable'],
] as const)
  test(`R038 ${why}: ${status} at every way to a person, and nobody is asked`, async () => {
    const house = await fhirHouse({ sources: lifeOf(told.amara) })
    houses.push(house)
    house.admission = admission
    const patient = await house.patient()
    const bodies = new Set<string>()
    for (const path of [
      `/Patient/${patient}`,
      `/Patient/${patient}/$everything`,
      `/Patient/${patient}/$summary`,
      `/Observation?patient=${patient}`,
      `/Observation/${patient}.x`,
      `/Binary/${patient}.x`,
    ]) {
      const answer = await house.get(path)
      assert.equal(answer.status, status, answer.text)
      bodies.add(answer.text)
    }
    assert.equal(bodies.size, 1)
    const [body = ''] = bodies
    assert.equal((JSON.parse(body) as OperationOutcome).issue[0]?.details?.coding?.[0]?.code, code)
    assert.doesNotMatch(body, /OKAFOR|Amara|1956/)
    assert.deepEqual(house.asked, [])
    if (code === 'claim-needed') assert.match(body, /http:\/\/localhost:8400\/find/)
  })

test('R071 D124: an objection and a person nobody knows read alike, to the byte', async () => {
  const objects = await fhirHouse({ sources: lifeOf(told.amara) })
  const nobody = await fhirHouse({ sources: { kch: { odsCode: 'RJZ', resources: [] } } })
  houses.push(objects, nobody)
  objects.admission = { verdict: 'refuse', code: 'objection', reasons: [] }
  const said: string[] = []
  for (const house of [objects, nobody]) {
    const patient = await house.patient()
    const answer = await house.get(`/Patient/${patient}/$everything`)
    said.push(`${answer.status} ${answer.text}`)
  }
  assert.equal(said[0], said[1])
})

test('a record that closes while it is open is closed here too', async () => {
  const house = await fhirHouse({ sources: lifeOf(told.amara) })
  houses.push(house)
  const patient = await house.patient()
  assert.equal((await house.get(`/AllergyIntolerance?patient=${patient}`)).status, 200)
  await house.views.closeSession(house.events[0]?.viewId ?? '')
  house.admission = { verdict: 'refuse', code: 'objection', reasons: [] }
  // What is older is decided anew, on the open view.
  assert.equal((await house.get(`/Patient/${patient}/$everything`)).status, 404)
  assert.equal((await house.get(`/AllergyIntolerance?patient=${patient}`)).status, 404)
})

test('what is said not to be about the person leaves every answer', async () => {
  const house = await fhirHouse({ sources: lifeOf(told.amara) })
  houses.push(house)
  const patient = await house.patient()
  const before = (await house.get(`/AllergyIntolerance?patient=${patient}`)).json()
  const event = house.events.findLast(one => one.detail?.['fhir'] === 'search')
  const [gone] = event?.manifests?.[0]?.items ?? []
  await house.hold(gone?.id ?? '')
  const after = (await house.get(`/AllergyIntolerance?patient=${patient}`)).json()
  assert.equal(statements(after).length, statements(before).length - 1)
  const lost = statements(before).find(one => !statements(after).some(other => other.id === one.id))
  assert.equal((await house.get(`/AllergyIntolerance/${lost?.id ?? ''}`)).status, 404)
})

const patient = { reference: 'Patient/p1' }
const snomed = (code: string, display: string) => ({ coding: [{ system: 'http://snomed.info/sct', code, display }], text: display })
const ordinary: readonly JsonObject[] = [
  { resourceType: 'Patient', id: 'p1' },
  {
    resourceType: 'AllergyIntolerance',
    id: 'a1',
    patient,
    code: snomed('91936005', 'Allergy to penicillin'),
    clinicalStatus: { coding: [{ code: 'active' }] },
  },
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { code: 'AMB' },
    subject: patient,
    period: { start: '2026-03-01', end: '2026-03-01' },
    serviceType: { text: 'Cardiology' },
  },
  {
    resourceType: 'Condition',
    id: 'c1',
    subject: patient,
    code: snomed('38341003', 'Hypertension'),
    encounter: { reference: 'Encounter/e1' },
  },
  {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    subject: patient,
    code: { text: 'Haemoglobin' },
    valueString: '130 g/L',
    effectiveDateTime: '2026-03-01',
    category: [{ coding: [{ code: 'laboratory' }] }],
  },
]
const clinic = {
  resourceType: 'Encounter',
  id: 'e9',
  status: 'finished',
  class: { code: 'AMB' },
  subject: patient,
  period: { start: '2026-04-01' },
  serviceType: snomed('310123001', 'Genitourinary medicine clinic'),
}
const restricted: readonly JsonObject[] = [
  clinic,
  {
    resourceType: 'Condition',
    id: 'c9',
    subject: patient,
    code: snomed('8098009', 'Sexually transmitted infectious disease'),
    encounter: { reference: 'Encounter/e9' },
    recordedDate: '2026-04-01',
  },
  {
    resourceType: 'Observation',
    id: 'o9',
    status: 'final',
    subject: patient,
    code: { text: 'HIV viral load' },
    valueString: '40',
    effectiveDateTime: '2026-04-01',
    encounter: { reference: 'Encounter/e9' },
  },
  {
    resourceType: 'Procedure',
    id: 'p9',
    status: 'completed',
    subject: patient,
    code: { text: 'In vitro fertilisation' },
    performedDateTime: '2026-04-01',
  },
  {
    resourceType: 'DocumentReference',
    id: 'd9',
    status: 'current',
    subject: patient,
    type: { text: 'Letter from the gender identity clinic' },
    date: '2026-04-01T10:00:00Z',
    content: [{ attachment: { contentType: 'application/pdf', url: 'https://source.example/fhir/Binary/9' } }],
  },
]
test('HAZ-012: what the law keeps apart leaves no trace in any byte of any answer', async () => {
  const lives = {
    has: { kch: { odsCode: 'RJZ', resources: [...ordinary, ...restricted] } },
    twin: { kch: { odsCode: 'RJZ', resources: ordinary } },
  }
  const said: Record<string, string[]> = { has: [], twin: [] }
  for (const [name, sources] of Object.entries(lives)) {
    const house = await fhirHouse({ sources })
    houses.push(house)
    const person = await house.patient()
    for (const path of [
      `/Patient/${person}`,
      `/Patient/${person}/$everything`,
      `/Patient/${person}/$summary`,
      ...SEARCHES.map(({ type }) => `/${type}?patient=${person}&_revinclude=Provenance:target`),
    ]) {
      const answer = await house.get(path)
      assert.equal(answer.status, 200)
      // Ids and versions are made from the opaque id of the person: in order of appearance they must be the same.
      const made: string[] = []
      const nth = (text: string): string => `MADE${made.includes(text) ? made.indexOf(text) : made.push(text) - 1}`
      said[name]?.push(
        answer.text
          .replaceAll(/(?<=versionId":")[0-9a-f]{32}/g, nth)
          .replaceAll(new RegExp(`${person}\\.[0-9a-f]{32}`, 'g'), nth)
          .replaceAll(person, 'PERSON')
          .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID'),
      )
    }
  }
  assert.ok((said['has']?.[1] ?? '').includes('Hypertension'))
  assert.deepEqual(said['has'], said['twin'])
})

test('R009: of somebody the register marks no place leaves', async () => {
  const sources = {
    kch: {
      odsCode: 'RJZ',
      resources: [
        ...ordinary,
        {
          resourceType: 'Immunization',
          id: 'i1',
          status: 'completed',
          patient,
          vaccineCode: { text: 'Influenza' },
          occurrenceDateTime: '2026-10-01',
          location: { display: 'Camberwell' },
          performer: [{ actor: { display: 'Nurse at RJZ' } }],
        },
        {
          resourceType: 'Observation',
          id: 'o-own',
          category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
          meta: {
            profile: ['https://fhir.kch.nhs.uk/StructureDefinition/Result'],
            tag: [{ system: 'https://fhir.kch.nhs.uk/tags', code: 'shared' }],
          },
          extension: [{ url: 'https://fhir.kch.nhs.uk/StructureDefinition/priority', valueString: 'routine' }],
          status: 'final',
          subject: patient,
          code: { coding: [{ system: 'https://fhir.kch.nhs.uk/tests', code: 'NA', display: 'Sodium' }], text: 'Sodium' },
          valueQuantity: { value: 140, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
          effectiveDateTime: '2026-10-01',
        },
      ],
    },
  }
  const house = await fhirHouse({
    sources,
    person: { restricted: 'yes', address: '1 Camberwell Road', postcode: 'SE5 9RS', practice: 'G85001', phone: '020 7946 0123' },
  })
  houses.push(house)
  const person = await house.patient()
  for (const path of [
    `/Patient/${person}`,
    `/Patient/${person}/$everything`,
    `/Patient/${person}/$summary`,
    `/Immunization?patient=${person}&_revinclude=Provenance:target`,
    `/Observation?patient=${person}`,
  ]) {
    const answer = await house.get(path)
    assert.equal(answer.status, 200)
    if (path.startsWith('/Observation')) assert.match(answer.text, /Sodium/)
    assert.doesNotMatch(answer.text, /Camberwell|SE5|G85001|RJZ|kch|KCH|Hospital|7946 0123|source\.example/, path)
  }
})

test('D133: a document is opened through the judged way, as it is or as a Binary, and its address is ours', async () => {
  const letter = {
    resourceType: 'DocumentReference',
    id: 'd1',
    status: 'current',
    subject: patient,
    type: { text: 'Clinic letter' },
    date: '2026-04-01T10:00:00Z',
    content: [
      { attachment: { contentType: 'text/plain', url: 'https://source.example/fhir/Binary/7', size: 11, title: 'Clinic letter' } },
      { attachment: { contentType: 'text/plain', data: 'c2VjcmV0' } },
    ],
  }
  const house = await fhirHouse({ sources: { kch: { odsCode: 'RJZ', resources: [...ordinary, letter] } } })
  houses.push(house)
  const person = await house.patient()
  const found = (await house.get(`/DocumentReference?patient=${person}&status=current`)).json()
  const [reference] = statements(found)
  assert.ok(reference?.resourceType === 'DocumentReference')
  const url = reference.content[0]?.attachment.url ?? ''
  assert.equal(url, `${BASE}/Binary/${reference.id ?? ''}`)
  assert.doesNotMatch(JSON.stringify(reference), /c2VjcmV0|source\.example/)
  const raw = await house.house.servers.public.inject({
    url: url.replace(/^http:\/\/[^/]+/, ''),
    headers: { ...(await house.headers()), accept: '*/*' },
  })
  assert.deepEqual([raw.statusCode, raw.body, raw.headers['content-type']], [200, 'Dear doctor', 'text/plain'])
  assert.match(String(raw.headers['content-security-policy']), /^sandbox/)
  assert.match(String(raw.headers['content-disposition']), /^attachment/)
  const binary = JSON.parse((await house.get(url.replace(BASE, ''))).text) as { resourceType: string; data: string }
  assert.deepEqual([binary.resourceType, Buffer.from(binary.data, 'base64').toString()], ['Binary', 'Dear doctor'])
  assert.equal(house.events.filter(event => event.kind === 'document-opened').length, 2)
  const [allergy] = statements((await house.get(`/AllergyIntolerance?patient=${person}`)).json())
  assert.equal((await house.get(`/Binary/${allergy?.id ?? ''}`)).status, 404)
})

test('D133: a document that names another person is not handed out', async () => {
  const letter = {
    resourceType: 'DocumentReference',
    id: 'd1',
    status: 'current',
    subject: patient,
    type: { text: 'Letter' },
    date: '2026-04-01T10:00:00Z',
    content: [{ attachment: { contentType: 'text/plain', url: 'https://source.example/fhir/Binary/7' } }],
  }
  const document = {
    format: 'text',
    contentType: 'text/plain',
    text: 'of another',
    pages: 1,
    printed: {},
    names: 'another-person',
  } as const
  const house = await fhirHouse({ sources: { kch: { odsCode: 'RJZ', resources: [...ordinary, letter] } }, document })
  houses.push(house)
  const person = await house.patient()
  const [reference] = statements((await house.get(`/DocumentReference?patient=${person}`)).json())
  assert.equal((await house.get(`/Binary/${reference?.id ?? ''}`)).status, 404)
})

const summaryOf = async (house: FhirHouse): Promise<{ bundle: Bundle; composition: Composition }> => {
  const answer = await house.get(`/Patient/${await house.patient()}/$summary`)
  assert.equal(answer.status, 200, answer.text)
  const bundle = answer.json()
  const composition = bundle.entry?.[0]?.resource
  assert.ok(composition?.resourceType === 'Composition')
  return { bundle, composition }
}

test('$summary is an IPS document: its first entry is the Composition, and everything it points at is inside', async () => {
  const { bundle, composition } = await summaryOf(amara)
  assert.equal(bundle.type, 'document')
  assert.ok(bundle.identifier?.value && bundle.timestamp)
  assert.equal(composition.status, 'final')
  assert.equal(composition.type.coding?.[0]?.code, '60591-5')
  assert.ok(composition.custodian && composition.author.length > 0)
  const known = new Set(resourcesOf(bundle).map(one => `${one.resourceType}/${one.id ?? ''}`))
  const reached = new Set(references(bundle).map(([reference]) => reference))
  for (const one of resourcesOf(bundle)) {
    isSound(one, reference => known.has(reference))
    if (one !== composition) assert.ok(reached.has(`${one.resourceType}/${one.id ?? ''}`), `${one.resourceType}: nothing points at it`)
  }
  const codes = composition.section?.map(section => section.code?.coding?.[0]?.code)
  assert.deepEqual(codes?.slice(0, 3), ['11450-4', '48765-2', '10160-0'])
  for (const section of composition.section ?? []) {
    assert.match(section.text?.div ?? '', /^<div xmlns="http:\/\/www.w3.org\/1999\/xhtml">.+<\/div>$/)
    assert.ok((section.entry === undefined) !== (section.emptyReason === undefined) || section.emptyReason === undefined)
  }
})

test('$summary: sections that nobody has spoken of are never said to be empty by knowledge', async () => {
  const silent = await fhirHouse({
    sources: { kch: { odsCode: 'RJZ', resources: ordinary }, gstt: { odsCode: 'RJ1', resources: [], fails: true } },
  })
  const quiet = await fhirHouse({ sources: { kch: { odsCode: 'RJZ', resources: ordinary } } })
  const limited = await fhirHouse({ sources: { kch: { odsCode: 'RJZ', resources: ordinary } }, maySee: ['allergies', 'problems'] })
  houses.push(silent, quiet, limited)
  const medicines = async (house: FhirHouse) => {
    const { composition } = await summaryOf(house)
    const section = composition.section?.find(one => one.code?.coding?.[0]?.code === '10160-0')
    return {
      status: composition.status,
      reason: section?.emptyReason?.coding?.[0]?.code,
      words: section?.emptyReason?.text,
      text: section?.text?.div,
    }
  }
  const [one, two, three] = [await medicines(silent), await medicines(quiet), await medicines(limited)]
  assert.deepEqual([one.status, one.reason], ['preliminary', 'unavailable'])
  assert.match(one.words ?? '', /Hospital gstt could not be reached/)
  assert.deepEqual([two.status, two.reason, two.words], ['final', 'unavailable', 'None recorded by the 1 source that answered.'])
  assert.deepEqual([three.reason, three.words], ['withheld', 'Not part of your role.'])
  for (const { text } of [one, two]) assert.match(text ?? '', /Not shown here by law/)
})

test('$summary: markup in what a source says is text in the narrative', async () => {
  const house = await fhirHouse({
    sources: {
      kch: {
        odsCode: 'RJZ',
        resources: [...ordinary, { resourceType: 'Condition', id: 'c2', subject: patient, code: { text: '<script>alert(1)</script>' } }],
      },
    },
  })
  houses.push(house)
  const { composition } = await summaryOf(house)
  assert.doesNotMatch(JSON.stringify(composition), /<script/)
})

test('an answer that a source failed in says so, and is an answer', async () => {
  const house = await fhirHouse({
    sources: { kch: { odsCode: 'RJZ', resources: ordinary }, gstt: { odsCode: 'RJ1', resources: [], fails: true } },
  })
  houses.push(house)
  const bundle = (await house.get(`/AllergyIntolerance?patient=${await house.patient()}`)).json()
  const failed = outcomeIn(bundle)?.issue.filter(issue => issue.severity === 'warning') ?? []
  assert.equal(failed.length, 1)
  assert.equal(failed[0]?.code, 'transient')
  assert.match(
    failed[0]?.details?.text ?? '',
    /^Hospital gstt, Allergies and adverse reactions \(summary\): failed\. Hospital gstt could not be reached at \d\d:\d\d\. Information may be missing\.$/,
  )
})

test('whoever asks again some while later has the silent asked again, and not sooner', async () => {
  const sources: Record<string, Held> = {
    kch: { odsCode: 'RJZ', resources: ordinary },
    gstt: { odsCode: 'RJ1', resources: ordinary, fails: true },
  }
  const house = await fhirHouse({ sources })
  houses.push(house)
  const person = await house.patient()
  const count = async (): Promise<number> => statements((await house.get(`/AllergyIntolerance?patient=${person}`)).json()).length
  assert.equal(await count(), 1)
  sources['gstt'] = { odsCode: 'RJ1', resources: ordinary }
  const asked = house.asked.length
  assert.equal(await count(), 1)
  assert.equal(house.asked.length, asked)
  house.pass(11_000)
  assert.equal(await count(), 2)
  assert.deepEqual(house.asked.slice(asked), ['gstt essentials'])
  house.pass(120_000)
  assert.equal(await count(), 2)
  assert.equal(house.events.filter(event => event.kind === 'view-opened').length, 2, 'an old view is not gone on with')
})

test('search by POST is the same search', async () => {
  const token = await amara.tokens.clientToken()
  const answer = await amara.house.servers.public.inject({
    method: 'POST',
    url: '/fhir/R4/AllergyIntolerance/_search',
    headers: { ...(await amara.headers()), 'content-type': 'application/x-www-form-urlencoded' },
    payload: `patient=${ref}`,
  })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.ok(statements(answer.json<Bundle>()).length > 0)
  assert.ok(token && ASSERTION_HEADER)
})
