import { text } from '../../../viewer/html.ts'
import { OFFICE_PATH, officeHome } from '../../../viewer/pages/office/office.ts'
import { frameOf } from '../find-routes.ts'
import { sendHtml } from '../headers.ts'
import type { Pages } from '../pages.ts'
import type { Ports } from '../ports.ts'
import type { Route, Visitor } from '../routes.ts'
import type { Sealer } from '../seal.ts'
import type { Store } from '../store.ts'
import type { OfficeFrame } from '../../../viewer/pages/office/office.ts'
import { OFFICES } from '../../../care-record/catalogue.ts'

/** What the doors give to routes of work beside the record. */
export interface OfficeDoor {
  readonly ports: Ports
  readonly pages: Pages
  readonly store: Store
  readonly sealer: Sealer
}
/** The routes of all work beside the record, bound to their corridors (`exchange/offices.ts`). */
export type OfficeRoutes = (door: OfficeDoor) => readonly Route[]

/** Of every page of work beside the record. `path` is what is marked in the menu. */
export const officeFrame = (ports: Pick<Ports, 'officesOf'>, visitor: Visitor, path: string): OfficeFrame => ({
  ...frameOf(visitor),
  offices: ports.officesOf(visitor.viewer.roleCode),
  path,
})

/** Where whoever works beside the record begins. */
export const homeRoutes = ({ ports }: Pick<OfficeDoor, 'ports' | 'pages'>): readonly Route[] => [
  {
    method: 'GET',
    path: OFFICE_PATH,
    permission: 'office',
    offices: OFFICES,
    serve: async (_request, reply, visitor) => sendHtml(reply, text(officeHome(officeFrame(ports, visitor, OFFICE_PATH)))),
  },
]
