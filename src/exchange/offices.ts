import type { Catalogue } from '../care-record/catalogue.ts'
import type { Publish } from '../care-record/lists.ts'
import type { Pool } from '../platform/database.ts'
import type { Access } from './access/access.ts'
import type { Objections } from './access/objections.ts'
import type { Audit } from './audit/audit.ts'
import type { Changes } from './change-agreement.ts'
import type { CheckConnection } from './check-connection.ts'
import { createCaseSteps } from './decide-objection.ts'
import { createObjectionRoutes } from './decide-objection-routes.ts'
import { agreementRoutes } from './doors/office/agreement-routes.ts'
import type { OfficeRoutes } from './doors/office/home-routes.ts'
import { isolationRoutes } from './doors/office/isolation-routes.ts'
import { practiceDissentRoutes } from './doors/office/opt-out-practice-routes.ts'
import { optOutRoutes } from './doors/office/opt-out-routes.ts'
import { organisationRoutes } from './doors/office/organisation-routes.ts'
import { processingRoutes } from './doors/office/processing-routes.ts'
import { privacyRoutes } from './doors/office/privacy-routes.ts'
import { roleMapRoutes } from './doors/office/role-map-routes.ts'
import { rulesRoutes } from './doors/office/rules-routes.ts'
import type { GovernDisclosure } from './govern-disclosure.ts'
import type { Identity } from './identity/identity.ts'
import { createOptOutOffice } from './import-opt-outs-office.ts'
import { createPracticeDissent } from './import-opt-outs-practice.ts'
import { createIsolation } from './isolate.ts'
import type { ProcessingSettings } from './record-of-processing.ts'
import type { ClaimReview } from './review-claims.ts'
import type { Rooms } from './wiring.ts'
import type { ViewPorts } from './view-ports.ts'

/** What work beside the record rests on. */
export interface OfficePorts {
  readonly pool: Pool
  readonly catalogue: () => Catalogue
  readonly audit: Audit
  readonly access: Access
  readonly objections: Objections
  /** Puts a notice in our own lists, in the caller's transaction. */
  readonly publish: Publish
  readonly identity: Identity
  /** What is withheld and shared, by decision of two people. */
  readonly governed: GovernDisclosure
  /** How organisations and agreements come and go. */
  readonly changes: Changes
  /** Whether systems of the catalogue answer. */
  readonly connection: CheckConnection
  /** What the record of processing activities says beside the catalogue. */
  readonly processing: ProcessingSettings
  /** What privacy officers work through. */
  readonly review: ClaimReview
  readonly rooms: Rooms
  readonly now: () => Date
  readonly newId: () => string
  readonly log: ViewPorts['log']
}

/** Work beside the record: one line for each corridor and its routes. */
export function createOffices(ports: OfficePorts): OfficeRoutes {
  const { exchange } = ports.catalogue()
  const isolation = createIsolation({ ...ports, exchange })
  const objections = createObjectionRoutes(ports)
  return door => [
    ...organisationRoutes({ door, changes: ports.changes, connection: ports.connection }),
    ...agreementRoutes({ door, changes: ports.changes }),
    ...roleMapRoutes(door, ports.catalogue),
    ...rulesRoutes(door, ports.governed),
    ...isolationRoutes(door, exchange, isolation),
    ...optOutRoutes(door, createOptOutOffice({ ...ports, exchange })),
    ...practiceDissentRoutes(door, createPracticeDissent({ ...ports, exchange, cases: createCaseSteps(ports) }), ports.catalogue),
    ...processingRoutes(door, ports.catalogue, ports.processing),
    ...privacyRoutes(door, ports.review),
    ...objections(door),
  ]
}
