import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { Agent } from 'undici'
import { consultationOf } from '../care-record/consultation.ts'
import type { Item, SectionAnswer } from '../care-record/item.ts'
import { parseNhsNumber } from '../care-record/nhs-number.ts'
import { SECTION_IDS, type Group } from '../care-record/section.ts'
import { createCity } from '../london/people/city.ts'
import { CAMBERWELL_SURGERY, told } from '../london/people/population.ts'
import { createGpPractice } from '../london/systems/gp-practice.ts'
import { createNrl } from '../london/systems/nrl.ts'
import { pointersOf } from '../london/systems/pointers.ts'
import { serve } from '../london/systems/serve.ts'
import { createGpConnectDocumentFetch } from './sources/gp-connect/document-fetch.ts'
import { createGpConnectConnector } from './sources/gp-connect/gp-connect-connector.ts'
import { contextOf, personOf } from './sources/reading/fixtures.ts'
import { createTokenSource } from './sources/reading/tokens.ts'
import { createNrlConnector } from './sources/nrl/nrl-connector.ts'

const now = new Date('2026-11-21T12:17:00Z')
const city = createCity({ now })
const amara = parseNhsNumber(told.amara)
assert.ok(amara.ok)
const person = personOf({ nhsNumber: amara.value })
const over = { person, now: () => now, checkDemographics: () => ({ verdict: 'same' as const }) }
const spine = {
  asidFrom: '200000000001',
  issuer: 'https://record.example',
  device: { system: 'https://record.example/device', value: 'SEL', model: 'Record', version: '1' },
}

test('a practice of the city that speaks GP Connect is read in all groups, and its documents are fetched', async () => {
  const practice = createGpPractice({
    odsCode: CAMBERWELL_SURGERY,
    name: 'The Camberwell Surgery',
    phone: '020 7946 0200',
    person: city.person,
    held: n => city.held('camberwell-gp', n),
    everyone: () => city.people.map(p => p.nhsNumber),
    asid: '918999198101',
    documentsAsid: '918999198102',
    now: () => now,
  })
  const served = await serve(practice.handle)
  const dispatcher = new Agent()
  try {
    const root = `${served.url}/${CAMBERWELL_SURGERY}/STU3/1/gpconnect`
    const source = {
      id: 'gp',
      odsCode: CAMBERWELL_SURGERY,
      connector: 'gp-connect',
      baseUrl: `${root}/structured/fhir`,
      documentsUrl: `${root}/documents/fhir`,
      asidTo: '918999198101',
      documentsAsid: '918999198102',
      sections: SECTION_IDS,
    } as const
    const connector = createGpConnectConnector({ dispatcher, spine })
    const answers: SectionAnswer[] = []
    for (const group of ['essentials', 'recent', 'older'] satisfies Group[])
      answers.push(...(await connector(contextOf(group, source, over))))
    for (const { sections, outcome, cause } of answers)
      assert.ok(
        ['answered', 'nothing-held', 'partial'].includes(outcome) && cause !== 'unreadable',
        `${sections.join()}: ${outcome} ${cause}`,
      )
    const items = answers.flatMap(a => a.items)
    for (const section of ['allergies', 'medicines', 'problems', 'encounters', 'documents'])
      assert.ok(
        items.some(i => i.section === section),
        section,
      )
    assert.ok(items.some(item => consultationOf(item) !== undefined))
    const fetchDocument = createGpConnectDocumentFetch({ dispatcher, spine })
    const context = contextOf('recent', source, over)
    for (const { resource } of items.filter(i => i.section === 'documents')) {
      const fetched = await fetchDocument({ ...context, source: context.ask.source, resource, attachment: 0 })
      assert.ok(fetched.ok && fetched.value.bytes.length > 0)
    }
  } finally {
    await dispatcher.destroy()
    await served.close()
  }
})

test('the national locator of the city is asked with a signed token, and gives the plans of their custodians', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
  const nrl = createNrl({
    pointers: () => pointersOf(city, system => `https://${system}.example`),
    clients: { 'lcr-test': { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES384' }] } },
    now: () => now,
  })
  const served = await serve(nrl.handle)
  const dispatcher = new Agent()
  try {
    const connector = createNrlConnector({
      dispatcher,
      tokens: createTokenSource({ dispatcher, privateKey, keyId: 'k1', now: () => now }),
      organisation: () => undefined,
    })
    const source = {
      id: 'nrl',
      odsCode: 'X26',
      connector: 'nrl',
      baseUrl: `${served.url}/record-locator/consumer/FHIR/R4`,
      tokenUrl: `${served.url}/oauth2/token`,
      clientId: 'lcr-test',
    } as const
    const { ask, ...context } = contextOf('essentials', source, over)
    const answers = await connector({ ...context, ask: { ...ask, sections: ['plans'] } })
    const plans: readonly Item[] = answers.flatMap(a => a.items)
    assert.deepEqual(plans.map(i => i.provenance.odsCode).toSorted(), ['RV5', 'YUC97'])
    assert.equal(nrl.calls(), 1)
  } finally {
    await dispatcher.destroy()
    await served.close()
  }
})
