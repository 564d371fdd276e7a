import { OFFICES, type ItemClass, type Office, type RoleRow } from '../../../care-record/catalogue.ts'
import { SECTIONS } from '../../../care-record/section.ts'
import { details, stackedTable } from '../../components/nhsuk.ts'
import { html, type Html } from '../../html.ts'
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

/** The role table as it is in force here, one row a national job-role code; to be read, printed and signed. */
export const roleMapPage = (
  frame: OfficeFrame,
  model: { readonly roles: readonly RoleRow[]; readonly version: string; readonly title: string },
): Html => {
  const groups = [...new Set(model.roles.map(role => role.group))]
  return officePage(
    frame,
    'Role map',
    html`<p>
        What each role sees in ${model.title}, as in force now (version ${model.version}). A national job-role code that is not in this
        table sees nothing. This page can be printed.
      </p>
      ${details(
        'Who decides on this table',
        html`<p>
          The area’s information governance lead owns it. It changes with a reviewed file; a change holds within seconds everywhere in this
          area.
        </p>`,
      )}
      ${groups.map(group =>
        stackedTable(
          groupTitle(group),
          ['Code', 'Role', 'Sees', 'Also'],
          model.roles
            .filter(role => role.group === group)
            .map(role => [
              role.jobRole,
              role.title,
              seesWords(role),
              [
                role.mayClaim && 'may say why they need a record',
                role.register === 'needed' && 'has to be on the professional register',
                ...OFFICES.filter(office => role.offices?.includes(office)).map(office => WORK[office]),
              ]
                .filter(words => words !== false)
                .join('; ') || '–',
            ]),
        ),
      )}`,
  )
}
