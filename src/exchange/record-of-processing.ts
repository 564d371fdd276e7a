import type { EgressKind } from '../platform/egress.ts'
import type { Settings } from '../platform/settings.ts'
import { parseBridges } from './bridge.ts'
import type { FlowId, ProcessingSettings } from './agreements/processing.ts'

export { processingRecord, FLOW_OF_CONNECTOR, FLOWS, type Flow, type FlowId, type ProcessingSettings } from './agreements/processing.ts'

/** What the record of processing activities says of the settings of a process. Registers were parsed when it started. */
export function processingSettings(settings: Pick<Settings, 'exchange' | 'oidc' | 'pds' | 'bridges' | 'fhirClients'>): ProcessingSettings {
  const bridges = settings.bridges === undefined ? undefined : parseBridges(settings.bridges)
  const software =
    settings.fhirClients === undefined ? [] : (JSON.parse(settings.fhirClients) as { clients: { clientId: string }[] }).clients
  return {
    exchange: settings.exchange,
    software: software.map(client => client.clientId),
    bridges: bridges?.ok ? bridges.value.map(bridge => bridge.title) : [],
    signIn: new URL(settings.oidc.issuer).host,
    demographics: new URL(settings.pds.url).host,
  }
}

/** Connections out, by the flow they are of. A kind without a row does not compile. */
export const FLOW_OF_EGRESS: Readonly<Record<EgressKind, readonly FlowId[]>> = {
  source: ['source-fhir', 'source-gp-connect', 'source-nrl', 'source-social-care', 'source-dicomweb', 'demographics'],
  peer: ['peer-asked', 'lists'],
  'sign-in': ['sign-in'],
}

const PEER: Readonly<Record<string, FlowId>> = {
  '/peer/v1/keys': 'peer-answered',
  '/peer/v1/record': 'peer-answered',
  '/peer/v1/document': 'peer-answered',
  '/peer/v1/report': 'peer-answered',
  '/peer/v1/held': 'peer-answered',
  '/peer/v1/lists': 'lists',
}

/** Which flow a route other systems or exchanges use is of; `undefined`: none is written down, and nothing may be served there (R060). */
export function flowOfRoute({ permission, path }: { readonly permission: string; readonly path: string }): FlowId | undefined {
  if (permission === 'peer') return Object.hasOwn(PEER, path) ? PEER[path] : undefined
  if (permission === 'fhir') return 'software'
  return /\/bridge(?:\/|$)/.test(path) ? 'bridge' : undefined
}
