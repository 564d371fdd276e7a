import type { Catalogue } from '../care-record/catalogue.ts'
import type { Publish } from '../care-record/lists.ts'
import type { Pool } from '../platform/database.ts'
import type { Access } from './access/access.ts'
import type { Objections } from './access/objections.ts'
import type { Audit } from './audit/audit.ts'
import type { OfficeRoutes } from './doors/office/home-routes.ts'
import type { Identity } from './identity/identity.ts'
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
  readonly rooms: Rooms
  readonly now: () => Date
  readonly newId: () => string
  readonly log: ViewPorts['log']
}

/** Work beside the record: one line for each corridor and its routes. */
export const createOffices =
  (_ports: OfficePorts): OfficeRoutes =>
  _door => []
