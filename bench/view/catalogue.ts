import type { Viewer } from '../../src/care-record/person.ts'
import { SECTION_IDS } from '../../src/care-record/section.ts'
import type { StaffRow } from '../../src/exchange/access/standing.ts'
import type { CatalogueDocument } from '../../src/exchange/agreements/document.ts'
import { baseUrlOf, type Cell, type Stubs } from './cell.ts'
import { odsCodeOf } from './records.ts'

export const EXCHANGE = 'SEL'

export const viewer: Viewer = {
  sdsUserId: '555000000001',
  name: 'Dr Robin BENCH',
  sdsRoleProfileId: '555000000002',
  roleCode: 'S8000:G8000:R0260',
  roleName: 'General medical practitioner',
  odsCode: odsCodeOf(0),
  organisationName: 'Trust 0',
  assurance: 'AAL2',
}

/** How the viewer stands: employed, on the register, rules of use accepted. */
export const staff: readonly StaffRow[] = [
  {
    sdsUserId: viewer.sdsUserId,
    odsCode: viewer.odsCode,
    employment: 'active',
    register: 'registered',
    teams: [],
    acceptedUse: new Date().toISOString(),
  },
]

/** Who takes part in the exchange of the bench: every simulated system, all of them open to all, the viewer's own one first. */
export function documentOf(cell: Cell, stubs: Stubs, exchange = EXCHANGE, peers: CatalogueDocument['peers'] = []): CatalogueDocument {
  const sources = stubs.sourcePorts.slice(0, cell.sources)
  return {
    exchange,
    title: `Bench ${exchange}`,
    organisations: sources.map((_, n) => ({ odsCode: odsCodeOf(n), name: `Trust ${n}`, short: `T${n}`, kind: 'acute' })),
    sources: sources.map((port, n) => ({
      id: `trust${n}`,
      odsCode: odsCodeOf(n),
      exchange,
      connector: 'fhir',
      baseUrl: baseUrlOf(cell, port),
      system: 'Bench EHR',
      sections: SECTION_IDS,
      fhirRead: cell.read,
      tokenUrl: `http://127.0.0.1:${stubs.nationalPort}/token`,
      clientId: 'bench',
      hedge: cell.hedge === true,
      maxConcurrent: 64,
      feed: 'live',
      indexLoadedAt: null,
      givesEvidence: n === 0,
      state: 'live',
    })),
    peers,
    agreements: sources.map((_, n) => ({
      id: `all-${n}`,
      provider: odsCodeOf(n),
      consumer: '*',
      sections: '*',
      from: '2026-01-01',
      until: null,
    })),
    roles: [{ jobRole: 'R0260', title: 'Doctor', group: 'doctor', sections: SECTION_IDS, mayClaim: true }],
    services: sources.slice(1, 2).map(() => ({
      odsCode: odsCodeOf(1),
      localCode: 'GUM1',
      treatmentFunction: '360',
      name: 'Sexual health clinic',
      legalClass: 'sexual-health',
    })),
  }
}
