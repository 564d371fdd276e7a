import { OFFICES, type ItemClass, type Office, type RoleRow } from '../../../care-record/catalogue.ts'
import { SECTIONS } from '../../../care-record/section.ts'
import { details, summaryList } from '../../components/nhsuk.ts'
import { counted } from '../../format.ts'
import { html, type Child, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'

export const ROLE_MAP_PATH = '/office/role-map'

const LIMITS: Readonly<Record<ItemClass, string>> = {
  virus: 'COVID-19 tests only',
  administrative: 'of other organisations nothing clinical',
}
const WORK: Readonly<Record<Office, string>> = {
  privacy: 'reviews looks and claims',
  objections: 'works on objections',
  guardian: 'advises as Caldicott Guardian',
  stewarding: 'matches records',
  agreements: 'looks after who takes part',
  rules: 'looks after the rules',
  operations: 'runs the systems',
}

const groupTitle = (group: string): string => {
  const words = group
    .replaceAll('-', ' ')
    .replace(/^nhs 111$/, 'NHS 111')
    .replace(/^gp$/, 'GP')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const seesWords = ({ sections, limits = {} }: RoleRow): string =>
  sections.length === 0
    ? 'Nothing of any record'
    : sections.length === SECTIONS.length && Object.keys(limits).length === 0
      ? 'The whole record'
      : SECTIONS.filter(s => sections.includes(s.id))
          .map(s => `${s.title}${limits[s.id] === undefined ? '' : ` (${LIMITS[limits[s.id] ?? 'virus']})`}`)
          .join(', ')

const alsoWords = (role: RoleRow): string => {
  const words = [
    role.mayClaim && 'may say why they need a record',
    role.register === 'needed' && 'has to be on the professional register',
    ...OFFICES.filter(office => role.offices?.includes(office)).map(office => WORK[office]),
  ].filter(word => word !== false)
  return words.join('; ') || 'Nothing else'
}

/** The role table as it is in force here: what each group sees, and every national job-role code in it; to be read, printed and signed. */
export const roleMapPage = (
  frame: OfficeFrame,
  model: { readonly roles: readonly RoleRow[]; readonly version: string; readonly title: string },
): Html =>
  officePage(
    frame,
    'Role map',
    html`<p>
        What each role sees in ${model.title}, as in force now (version ${model.version}). A national job-role code that is not on this page
        sees nothing. This page can be printed.
      </p>
      ${details(
        'Who decides on this table',
        html`<p>
          The area’s information governance lead owns it. It changes with a reviewed file; a change holds within seconds everywhere in this
          area.
        </p>`,
      )}
      ${[...Map.groupBy(model.roles, role => role.group)].map(
        ([group, roles]) =>
          html`<h2 class="nhsuk-heading-m">${groupTitle(group)}</h2>
            ${[...Map.groupBy(roles, role => `${seesWords(role)}|${alsoWords(role)}`).values()].map(alike)}`,
      )}`,
  )

/** Roles that see the same: what, once, and which. */
const alike = (roles: readonly RoleRow[]): Child =>
  roles[0] !== undefined &&
  summaryList([
    ['Sees', seesWords(roles[0])],
    ['Also', alsoWords(roles[0])],
    [
      counted(roles.length, 'role', 'roles'),
      html`<ul class="nhsuk-list lcr-office__codes">
        ${roles.map(role => html`<li><strong>${role.jobRole}</strong> ${role.title}</li>`)}
      </ul>`,
    ],
  ])
