import type { Catalogue } from '../../../care-record/catalogue.ts'
import { ROLE_MAP_PATH, roleMapPage } from '../../../viewer/pages/office/role-map.ts'
import type { Route } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { send } from './takes-part.ts'

/** What each role sees, as in force, for whoever signs it or has to explain it. */
export const roleMapRoutes = ({ ports }: OfficeDoor, catalogue: () => Catalogue): readonly Route[] => [
  {
    method: 'GET',
    path: ROLE_MAP_PATH,
    permission: 'office',
    offices: ['rules', 'agreements', 'guardian', 'privacy'],
    async serve(_request, reply, visitor) {
      const { roles, version, title } = catalogue()
      return send(reply, roleMapPage(officeFrame(ports, visitor, ROLE_MAP_PATH), { roles: [...roles.values()], version, title }))
    },
  },
]
