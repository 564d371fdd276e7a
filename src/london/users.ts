import { CAMBERWELL_SURGERY, CARE_HOME, LAMBETH, SOUTHWARK, cityOrganisations } from './places.ts'
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
/**
 * The staff who can sign in to the city. A receptionist, a researcher, a benefits officer and a nurse whose registration has lapsed
 * may see nothing; nor may who works beside the record.
 */
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
  user(8, 'Dr', 'Felix', 'Baumann', 'SEL', ['RJZ', `${CLINICIAN}R1860`, 'Research fellow']),
  user(9, 'Ms', 'Grace', 'Mensah', 'SEL', ['RPG', `${CLINICIAN}R0700`, 'District nurse']),
  user(10, 'Mr', 'Tunde', 'Balogun', 'SEL', ['RV5', `${CLINICIAN}R1975`, 'Community mental health nurse']),
  user(11, 'Ms', 'Sunita', 'Rao', 'SEL', ['YGM97', `${CLINICIAN}R0600`, 'NHS 111 clinician']),
  user(12, 'Mr', 'Owen', 'Pritchard', 'SEL', ['RRU', `${CLINICIAN}R1070`, 'Paramedic']),
  user(13, 'Mrs', 'Maureen', 'Kelly', 'SEL', ['RJZ', `${ADMIN}R8008`, 'Ward clerk']),
  user(14, 'Dr', 'Aisha', 'Karim', 'NEL', ['R1H', `${CLINICIAN}R8000`, 'Emergency medicine registrar']),
  user(15, 'Dr', 'Oluwaseun', 'Adeniyi', 'NWL', ['RYJ', `${CLINICIAN}R8000`, 'Emergency medicine registrar']),
  user(16, 'Dr', 'Siobhan', 'Doyle', 'SWL', ['RJ7', `${CLINICIAN}R8000`, 'Emergency medicine doctor']),
  user(17, 'Dr', 'Matthew', 'Lowe', 'MK', ['RD8', `${CLINICIAN}R8000`, 'Emergency medicine doctor']),
  user(18, 'Dr', 'Hannah', 'Fairweather', 'HWE', ['RWG', `${CLINICIAN}R8000`, 'Emergency medicine doctor']),
  user(19, 'Dr', 'Nasreen', 'Chowdhury', 'NEL', ['F84998', `${CLINICIAN}R0260`, 'General practitioner']),
  user(20, 'Dr', 'Peter', 'Nkemelu', 'SWL', ['H85998', `${CLINICIAN}R0260`, 'General practitioner']),
  user(21, 'Dr', 'Manpreet', 'Gill', 'NWL', ['E85998', `${CLINICIAN}R0260`, 'General practitioner']),
  user(22, 'Ms', 'Joy', 'Oyelaran', 'NEL', ['RQX', `${CLINICIAN}R8016`, 'Midwife']),
  user(23, 'Ms', 'Claire', 'Fenwick', 'SEL', [LAMBETH, `${CLINICIAN}R8014`, 'Hospital social worker']),
  user(24, 'Mr', 'Mehmet', 'Yilmaz', 'NEL', ['704', `${CLINICIAN}R8014`, "Social worker, children's services"]),
  user(25, 'Ms', 'Abena', 'Owusu', 'SWL', ['RQY', `${CLINICIAN}R1975`, 'Community mental health nurse']),
  user(26, 'Mr', 'Colin', 'Marsh', 'SEL', [SOUTHWARK, `${ADMIN}R5080`, 'Benefits officer']),
  user(27, 'Ms', 'Ruth', 'Abelson', 'SEL', ['RJZ', `${ADMIN}R0001`, 'Privacy officer']),
  user(28, 'Dr', 'Beatriz', 'Moreira', 'SEL', ['RJ1', `${CLINICIAN}R0050`, "Consultant, children's intensive care"]),
  user(29, 'Dr', 'Yemi', 'Falade', 'SEL', ['G85996', `${CLINICIAN}R0260`, 'General practitioner, weekend hub']),
  user(30, 'Dr', 'Ivo', 'Hartmann', 'NCL', ['RRV', `${CLINICIAN}R0050`, 'Consultant, stroke medicine']),
  user(31, 'Dr', 'Anna', 'Petrova', 'NCL', ['RP4', `${CLINICIAN}R0050`, 'Consultant paediatrician']),
  user(32, 'Dr', 'Leon', 'Abrahams', 'NCL', ['YDD97', `${CLINICIAN}R0260`, 'Out-of-hours general practitioner']),
  user(33, 'Ms', 'Efua', 'Sarpong', 'SWL', ['RPY', `${CLINICIAN}R8001`, 'Chemotherapy nurse']),
  user(34, 'Mr', 'Dermot', 'Quigley', 'NWL', ['705', `${CLINICIAN}R8014`, 'Social worker']),
  user(35, 'Dr', 'Kate', 'Hollis', 'MK', ['K82998', `${CLINICIAN}R0260`, 'General practitioner']),
  user(36, 'Dr', 'Tomasz', 'Wrona', 'HWE', ['E82998', `${CLINICIAN}R0260`, 'General practitioner']),
  user(37, 'Ms', 'Lucy', 'Barnard', 'HWE', ['RY4', `${CLINICIAN}R0700`, 'Community nurse']),
  user(38, 'Ms', 'Fatou', 'Jallow', 'NCL', ['RKE', `${CLINICIAN}R8001`, 'Ward nurse']),
  user(39, 'Dr', 'Marcus', 'Thorne', 'NCL', ['F83998', `${CLINICIAN}R0260`, 'General practitioner']),
  user(40, 'Dr', 'Helena', 'Brandt', 'SEL', ['RJ1', `${ADMIN}R5105`, 'Caldicott Guardian']),
  user(41, 'Dr', 'Marion', 'Osei', 'SEL', ['RJZ', `${ADMIN}R5105`, 'Caldicott Guardian']),
  user(42, 'Mr', 'Daniel', 'Whitcombe', 'SEL', ['RJ2', `${ADMIN}R1989`, 'Information governance lead']),
  user(43, 'Ms', 'Parveen', 'Akhtar', 'SEL', ['RJZ', `${ADMIN}R1989`, 'Information governance manager']),
  user(44, 'Mr', 'Stuart', 'Pell', 'SEL', ['RJZ', `${ADMIN}R8013`, 'Data steward']),
  user(45, 'Ms', 'Ines', 'Carvalho', 'SEL', ['RJ1', `${ADMIN}R8015`, 'Systems support']),
  user(46, 'Ms', 'Olivia', 'Brandon', 'NCL', ['RAL', `${ADMIN}R1989`, 'Information governance lead']),
  user(47, 'Mr', 'Graham', 'Tull', 'NCL', ['RAL', `${ADMIN}R0001`, 'Privacy officer']),
  user(48, 'Ms', 'Blessing', 'Adeyemi', 'SEL', [CARE_HOME, `${CLINICIAN}R9725`, 'Senior care worker']),
  user(49, 'Mr', 'Joseph', 'Kamara', 'SEL', ['RJZ', `${CLINICIAN}R0330`, 'Student nurse']),
  user(50, 'Ms', 'Ngozi', 'Eze', 'SEL', ['RJZ', `${CLINICIAN}R8001`, 'Staff nurse']),
  user(51, 'Ms', 'Paula', 'Trent', 'SEL', ['RJZ', `${CLINICIAN}R8001`, 'Staff nurse, registration lapsed']),
  user(52, 'Dr', 'Sam', 'Whitfield', 'SEL', ['RJZ', `${CLINICIAN}R8000`, 'Doctor on the first day']),
  user(53, 'Mr', 'Imran', 'Sheikh', 'SEL', ['RJ1', `${ADMIN}R1989`, 'Information governance lead']),
  user(54, 'Ms', 'Wendy', 'Hobbs', 'SEL', ['RJZ', `${ADMIN}R8015`, 'Systems support']),
]
