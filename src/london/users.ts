import { CAMBERWELL_SURGERY, SOUTHWARK, cityOrganisations } from './places.ts'
import type { ExchangeName } from './places.ts'

export interface CityUser {
  /** 12 digits. */
  readonly sdsUserId: string
  readonly name: string
  readonly given: string
  readonly family: string
  /** Exchange whose viewer this person signs in to. */
  readonly exchange: ExchangeName
  readonly roles: readonly {
    /** 12 digits. */
    readonly roleProfileId: string
    readonly orgCode: string
    readonly orgName: string
    /** `S8000:G8000:R8000` */
    readonly roleCode: string
    readonly roleName: string
  }[]
}

const nameOfOrganisation = new Map(cityOrganisations.map(o => [o.odsCode, o.name]))
const user = (
  n: number,
  title: string,
  given: string,
  family: string,
  exchange: ExchangeName,
  ...roles: readonly (readonly [orgCode: string, roleCode: string, roleName: string])[]
): CityUser => ({
  sdsUserId: `5550000001${String(n).padStart(2, '0')}`,
  name: `${title} ${given} ${family}`,
  given,
  family,
  exchange,
  roles: roles.map(([orgCode, roleCode, roleName], i) => ({
    roleProfileId: `55500001${String(n).padStart(2, '0')}${String(i + 1).padStart(2, '0')}`,
    orgCode,
    orgName: nameOfOrganisation.get(orgCode) ?? orgCode,
    roleCode,
    roleName,
  })),
})
const CLINICIAN = 'S8000:G8000:'
const ADMIN = 'S8001:G8003:'
/** The staff who can sign in to the city. Two of them may see nothing: a receptionist, and a role the table does not know. */
export const londonUsers: readonly CityUser[] = [
  user(1, 'Dr', 'Priya', 'Shah', 'SEL', ['RJZ', `${CLINICIAN}R8000`, 'Emergency medicine registrar']),
  user(2, 'Dr', 'Karin', 'Lindqvist', 'SEL', [CAMBERWELL_SURGERY, `${CLINICIAN}R0260`, 'General practitioner']),
  user(
    3,
    'Dr',
    'Emmanuel',
    'Asante',
    'SEL',
    ['RJ1', `${CLINICIAN}R0050`, 'Consultant, orthopaedics'],
    ['RJZ', `${CLINICIAN}R0050`, 'Visiting consultant, orthopaedics'],
  ),
  user(4, 'Dr', 'Rachel', 'Goldberg', 'NCL', ['RAL', `${CLINICIAN}R8000`, 'Emergency medicine doctor']),
  user(5, 'Ms', 'Hui', 'Zhang', 'SEL', ['RJZ', `${CLINICIAN}R1290`, 'Pharmacist']),
  user(6, 'Ms', 'Bernadette', 'Cole', 'SEL', [SOUTHWARK, `${CLINICIAN}R8014`, 'Social worker']),
  user(7, 'Mr', 'Jason', 'Reid', 'SEL', ['RJZ', `${ADMIN}R8009`, 'Receptionist']),
  user(9, 'Ms', 'Grace', 'Mensah', 'SEL', ['RPG', `${CLINICIAN}R0700`, 'District nurse']),
  user(10, 'Mr', 'Tunde', 'Balogun', 'SEL', ['RV5', `${CLINICIAN}R1975`, 'Community mental health nurse']),
  user(11, 'Ms', 'Sunita', 'Rao', 'SEL', ['YGM97', `${CLINICIAN}R0600`, 'NHS 111 clinician']),
  user(12, 'Mr', 'Owen', 'Pritchard', 'SEL', ['RRU', `${CLINICIAN}R1070`, 'Paramedic']),
  user(13, 'Mrs', 'Maureen', 'Kelly', 'SEL', ['RJZ', `${ADMIN}R8008`, 'Ward clerk']),
  user(8, 'Dr', 'Felix', 'Baumann', 'SEL', ['RJZ', `${CLINICIAN}R1860`, 'Research fellow']),
]
