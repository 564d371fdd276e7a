import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadFolder } from '../src/london/load/load.ts'
import { stage } from './support/london.ts'

const folder = mkdtempSync(join(tmpdir(), 'own-data-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const ada = { resourceType: 'Patient', name: [{ family: 'Specimen', given: ['Ada'] }], birthDate: '1950-02-03', gender: 'female' }
const STU3 = 'https://fhir.nhs.uk/STU3/StructureDefinition/'
mkdirSync(join(folder, 'clinic'))
writeFileSync(
  join(folder, 'clinic', 'export.json'),
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: 'urn:uuid:p', resource: { ...ada, managingOrganization: { display: 'The Loaded Clinic' } } },
      { resource: { resourceType: 'AllergyIntolerance', code: { text: 'Zinc oxide plaster' }, patient: { reference: 'urn:uuid:p' } } },
    ],
  }),
)
writeFileSync(
  join(folder, 'practice.json'),
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    meta: { profile: [`${STU3}GPConnect-StructuredRecord-Bundle-1`] },
    entry: [
      { resource: { ...ada, id: '1' } },
      {
        resource: {
          resourceType: 'Condition',
          id: 'c',
          clinicalStatus: 'active',
          code: { text: 'Housemaid’s knee' },
          subject: { reference: 'Patient/1' },
          assertedDate: '2019-01-01',
        },
      },
    ],
  }),
)
const loaded = await loadFolder(folder, () => false)
const at = stage({ exchanges: ['SEL'], processes: 1, loaded })

test('own test data: London’s emergency doctor opens a loaded person and sees what every file of theirs says', async () => {
  const [person] = loaded.people
  assert.equal(loaded.people.length, 1)
  const doctor = await at().signedIn('Shah')
  const view = await doctor.open(person?.register.nhsNumber ?? '')
  assert.notEqual(view.id, '')
  await doctor.settled(view.id)
  const { words } = await doctor.whole(view.id)
  for (const told of ['SPECIMEN', 'Zinc oxide plaster', 'The Loaded Clinic', 'Housemaid’s knee']) assert.ok(words.includes(told), told)
})

test('own test data: the receptionist sees no more of a loaded person than of anybody', async () => {
  const receptionist = await at().signedIn('Reid')
  await assert.rejects(receptionist.open(loaded.people[0]?.register.nhsNumber ?? ''), /no such form/)
  assert.ok(!/specimen/i.test(receptionist.received()))
  assert.ok(!receptionist.received().includes('Zinc oxide'))
})
