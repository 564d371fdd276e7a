import { generateKeyPair, exportJWK } from 'jose'
import { Agent } from 'undici'
import type { Item, Outcome } from '../../care-record/item.ts'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import { GROUPS, sectionsOf } from '../../care-record/section.ts'
import { checkDemographics } from '../../exchange/identity/check-demographics.ts'
import { createFhirConnector } from '../../exchange/sources/fhir/fhir-connector.ts'
import { createGpConnectConnector } from '../../exchange/sources/gp-connect/gp-connect-connector.ts'
import { contextOf } from '../../exchange/sources/reading/fixtures.ts'
import { createTokenSource } from '../../exchange/sources/reading/tokens.ts'
import { serve, type Served } from '../systems/serve.ts'
import type { Loaded, LoadedPerson } from './load.ts'

/** What the exchange's own connectors read of one loaded person at one system. */
export interface ReadBack {
  readonly items: readonly Item[]
  readonly outcomes: readonly Outcome[]
  readonly unreadable: number
}

export interface Reader {
  readonly read: (person: LoadedPerson, systemId: string) => Promise<ReadBack>
  readonly close: () => Promise<void>
}

const NOW = new Date('2026-11-21T12:17:00Z')

/** Serves every loaded system on the loopback address and reads it through the real connectors. */
export async function readerOf(loaded: Loaded): Promise<Reader> {
  const dispatcher = new Agent({ connections: 8 })
  const pair = await generateKeyPair('ES384')
  const clients = { 'lcr-sel': { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES384' }] } }
  const tokens = createTokenSource({ dispatcher, privateKey: pair.privateKey, keyId: 'k1', now: () => NOW })
  const spine = {
    asidFrom: '200000000115',
    issuer: 'https://exchange.example',
    device: { system: 'https://exchange.example/device', value: '1', model: 'exchange', version: '1' },
  }
  const connectors = {
    fhir: createFhirConnector({ dispatcher, tokens }),
    gp: createGpConnectConnector({ dispatcher, spine }),
  }
  const served = new Map<string, { readonly system: Loaded['systems'][number]; readonly at: Served }>(
    await Promise.all(
      loaded.systems.map(
        async system => [system.id, { system, at: await serve(system.create({ clients, now: () => NOW }).handle) }] as const,
      ),
    ),
  )
  return {
    read: async ({ register }, systemId) => {
      const found = served.get(systemId)
      const nhsNumber = parseNhsNumber(register.nhsNumber)
      if (!found || !nhsNumber.ok) throw new Error(`no system ${systemId}`)
      const source = found.system.source({
        url: found.at.url,
        exchange: 'SEL',
        clientId: 'lcr-sel',
        indexLoadedAt: '2026-11-21T12:00:00Z',
      })
      const answers = []
      for (const group of GROUPS) {
        const sections = sectionsOf(group).filter(section => source.sections.includes(section))
        const context = contextOf(group, source, {
          organisation: found.system.organisation,
          now: () => NOW,
          checkDemographics,
          person: {
            nhsNumber: nhsNumber.value,
            name: register.name,
            otherNames: register.previousNames,
            birthDate: register.birthDate,
            gender: register.gender,
            restricted: 'no',
            basis: 'pds',
            asOf: NOW.toISOString(),
          },
        })
        answers.push(...(await connectors[found.system.kind]({ ...context, ask: { source, group, sections } })))
      }
      const items = new Map(answers.flatMap(answer => answer.items.map(item => [item.id, item] as const)))
      return {
        items: [...items.values()],
        outcomes: answers.map(answer => answer.outcome),
        unreadable: answers.reduce((sum, answer) => sum + answer.unreadable, 0),
      }
    },
    close: async () => {
      await dispatcher.destroy()
      await Promise.all([...served.values()].map(({ at }) => at.close()))
    },
  }
}
