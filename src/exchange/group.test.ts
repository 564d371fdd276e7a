import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Agent } from 'undici'
import type { Disclosed, Item, SectionAnswer } from '../care-record/item.ts'
import type { SectionId } from '../care-record/section.ts'
import { calendarOf } from '../london/people/calendar.ts'
import { createCity } from '../london/people/city.ts'
import { told } from '../london/people/population.ts'
import type { Held, HospitalId } from '../london/people/told.ts'
import { cityOrganisations, places } from '../london/places.ts'
import { createCareGroup } from '../london/systems/care-group.ts'
import { clients, now, tokenFrom } from '../london/systems/for-tests.ts'
import { createHospital } from '../london/systems/hospital.ts'
import { serve, type System } from '../london/systems/serve.ts'
import { createRecord } from './record/record.ts'
import { createFhirConnector } from './sources/fhir/fhir-connector.ts'
import { readLine } from './sources/peer/read-lines.ts'
import { contextOf, personOf } from './sources/reading/fixtures.ts'

const city = createCity({ now })
const person = city.person(told.amara)
assert.ok(person)
const c = calendarOf(now)
const group = places['local-care-record']
const nameOf = (odsCode: string): string => cityOrganisations.find(o => o.odsCode === odsCode)?.name ?? odsCode
const sections: readonly SectionId[] = ['alerts', 'plans', 'referrals', 'encounters']

const flag = (id: string, display: string, member?: string) => ({
  id,
  term: { display },
  on: c.day(40),
  ...(member === undefined ? {} : { member }),
})
const shared: Held = {
  flags: [flag('falls', 'Falls risk', 'RJZ'), flag('dog', 'Dog at the address', '708'), flag('other', 'Told of nobody')],
  encounters: [
    { id: 'v', class: 'AMB', status: 'in-progress', title: 'Memory clinic', start: c.at(3, '10:00'), service: 'CMHT', member: 'RV5' },
  ],
}
const held: Readonly<Record<string, Held>> = { 'local-care-record': shared, kch: { flags: [flag('risk', 'Falls risk')] } }

async function ask(id: HospitalId, agreed: readonly string[] = group.members ?? []): Promise<readonly SectionAnswer[]> {
  const place = places[id]
  const options = {
    id,
    odsCode: place.odsCode,
    name: nameOf(place.odsCode),
    person: city.person,
    held: () => held[id],
    everyone: () => [told.amara],
    clients,
    now: () => now,
  }
  const system: System = place.members
    ? createCareGroup({ ...options, members: place.members.map(odsCode => ({ odsCode, name: nameOf(odsCode) })) })
    : createHospital(options)
  const served = await serve(system.handle)
  const dispatcher = new Agent()
  try {
    const token = await tokenFrom(system.handle, served.url)
    const connector = createFhirConnector({
      dispatcher,
      tokens: { token: async () => ({ ok: true, value: token }) },
      organisation: odsCode => cityOrganisations.find(o => o.odsCode === odsCode),
    })
    const context = contextOf(
      'essentials',
      {
        id,
        odsCode: place.odsCode,
        system: place.system,
        baseUrl: `${served.url}/fhir`,
        fhirRead: 'search',
        ...(place.members ? { members: place.members } : {}),
      },
      {
        person: personOf({ nhsNumber: person!.nhsNumber, name: person!.name, birthDate: person!.birthDate, gender: person!.gender }),
        checkDemographics: () => ({ verdict: 'same' }),
        organisation: cityOrganisations.find(o => o.odsCode === place.odsCode)!,
        now: () => now,
      },
    )
    return await connector({
      ...context,
      ask: { ...context.ask, sections, ...(place.members ? { members: new Map(agreed.map(member => [member, sections])) } : {}) },
    })
  } finally {
    await dispatcher.close()
    await served.close()
  }
}
const itemsOf = (answers: readonly SectionAnswer[]): readonly Item[] => answers.flatMap(a => a.items)
const whose = (items: readonly Item[]): readonly string[] =>
  items
    .map(
      i =>
        `${i.provenance.short} ${i.provenance.system} ${JSON.stringify(i.resource).match(/Falls risk|Dog at|Memory clinic|Told of nobody/)?.[0]}`,
    )
    .toSorted()

test("R031: the Local Care Record shows each member by its own name and code, the record as its system; nobody's is held back and counted", async () => {
  const answers = await ask('local-care-record')
  const items = itemsOf(answers)
  assert.deepEqual(whose(items), [
    'KCH Local Care Record Falls risk',
    'LBL Local Care Record Dog at',
    'SLaM Local Care Record Memory clinic',
  ])
  assert.deepEqual(items.map(i => i.provenance.odsCode).toSorted(), ['708', 'RJZ', 'RV5'])
  assert.doesNotMatch(JSON.stringify(items.map(i => i.provenance)), /QKK/)
  const [alerts] = answers.filter(a => a.sections.includes('alerts'))
  assert.deepEqual([alerts?.outcome, alerts?.unreadable], ['partial', 1])
})

test('R031 HAZ-039: without the agreement of one of them nothing of it is shown, in name or in words', async () => {
  const items = itemsOf(await ask('local-care-record', ['RJZ', 'RV5']))
  assert.deepEqual(whose(items), ['KCH Local Care Record Falls risk', 'SLaM Local Care Record Memory clinic'])
  assert.doesNotMatch(JSON.stringify(items), /Dog at|Lambeth|"708"/)
})

test("R031: one statement told by King's and by the shared record as King's is one entry of one organisation", async () => {
  const record = createRecord({ mintId: () => crypto.randomUUID(), today: () => '2026-11-21' })
  record.add((await ask('kch')) as readonly SectionAnswer<Disclosed<Item>>[])
  record.add((await ask('local-care-record')) as readonly SectionAnswer<Disclosed<Item>>[])
  const entries = [...record.snapshot().values()].flat().filter(entry => entry.title.includes('Falls risk'))
  assert.deepEqual(
    entries.map(entry => [entry.recordedBy.short, entry.alsoRecordedBy.map(chip => chip.short), entry.statements]),
    [['KCH', [], 2]],
  )
})

test('R031: the member crosses between exchanges', async () => {
  const [answer] = (await ask('local-care-record')).filter(a => a.items.length > 0)
  const line = readLine(Buffer.from(JSON.stringify({ protocol: 1, type: 'answer', answer })), 'SEL')
  assert.ok(line.ok && line.value.type === 'answer')
  assert.deepEqual(
    line.value.answer.items.map(i => [i.provenance.odsCode, i.provenance.member]),
    answer?.items.map(i => [i.provenance.odsCode, i.provenance.odsCode]),
  )
})
