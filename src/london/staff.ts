import type { StaffRow } from '../exchange/access/standing.ts'
import type { ExchangeName } from './places.ts'
import { londonUsers } from './users.ts'

/** Whose register let them go, and who has not yet accepted the rules of use. */
const LAPSED = '555000000151'
const FIRST_DAY = '555000000152'
/** Job roles that no register keeps, beside all that are not clinical: care staff and students. */
const NOT_KEPT: ReadonlySet<string> = new Set(['R9725', 'R0330'])
/** Teams as the employer names them; a user who is not here is in none. */
const TEAMS: Readonly<Record<string, readonly string[]>> = {
  '555000000106': ['Adult-social-care-Camberwell', 'Adult-social-care-Borough'],
  '555000000124': ['Children-in-need-East'],
  '555000000134': ['Adult-social-care-South', 'Long-term-care', 'Safeguarding-adults'],
}
const DAY_MS = 86_400_000

/** How the staff of an exchange stand with employer, register and rules of use: all well, save two. */
export const staffOf = (exchange: ExchangeName, now: Date): readonly StaffRow[] =>
  londonUsers
    .filter(user => user.exchange === exchange)
    .flatMap(({ sdsUserId, roles }) =>
      roles.map(({ orgCode, roleCode }): StaffRow => {
        const regulated = roleCode.startsWith('S8000:') && !NOT_KEPT.has(roleCode.split(':')[2] ?? '')
        return {
          sdsUserId,
          odsCode: orgCode,
          employment: 'active',
          register: sdsUserId === LAPSED ? 'lapsed' : regulated ? 'registered' : 'not-regulated',
          ...(sdsUserId === LAPSED ? { registerSince: new Date(now.getTime() - 10 * DAY_MS).toISOString().slice(0, 10) } : {}),
          teams: TEAMS[sdsUserId] ?? [],
          ...(sdsUserId === FIRST_DAY ? {} : { acceptedUse: new Date(now.getTime() - 30 * DAY_MS).toISOString() }),
        }
      }),
    )
