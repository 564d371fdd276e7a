import type { Catalogue } from '../care-record/catalogue.ts'
import type { Viewer } from '../care-record/person.ts'
import { jobRoleOf } from './access/decide.ts'
import type { StandingStore } from './access/standing.ts'

/**
 * Who may look at anything that is not one person's record: search, and work beside the record. A record is opened by a decision of
 * its own, which asks for more; what cannot be read here, or nobody has said, is left to that.
 */
export function createWhoMayLook(ports: { readonly catalogue: () => Catalogue; readonly standing: Pick<StandingStore, 'standingOf'> }) {
  const standingOf = (viewer: Viewer) => ports.standing.standingOf(viewer).catch(() => undefined)
  return {
    /** False once the employer says that they have left. */
    inPost: async (viewer: Viewer): Promise<boolean> => (await standingOf(viewer))?.employment !== 'ended',

    /**
     * False for a role that opens no record, an organisation that is suspended or takes no part, and whoever has left or is struck
     * off or suspended by their register: details of people are not theirs to search.
     */
    async mayFind(viewer: Viewer): Promise<boolean> {
      const { roles, organisations } = ports.catalogue()
      const role = roles.get(jobRoleOf(viewer.roleCode))
      const organisation = organisations.get(viewer.odsCode)
      if (role === undefined || role.sections.length === 0) return false
      if (organisation === undefined || (organisation.state ?? 'connected') !== 'connected') return false
      const standing = await standingOf(viewer)
      if (standing?.employment === 'ended') return false
      return role.register !== 'needed' || (standing?.register !== 'suspended' && standing?.register !== 'lapsed')
    },
  }
}
