import { findSection, SECTION_IDS } from '../src/care-record/section.ts'
import { groupRows, type GroupRow } from '../src/exchange/access/roles/groups.ts'
import { jobRoles } from '../src/exchange/access/roles/job-roles.ts'
import { whyNothing } from '../src/exchange/access/roles/role-table.ts'
import { html, type Child, type Html } from '../src/viewer/html.ts'

const titleOf = (section: string): string => findSection(section)?.title ?? section

function seen({ sections, limits = {} }: GroupRow): Child {
  if (sections.length === 0) return 'Nothing of the record'
  const words: Readonly<Record<string, string>> = {
    virus: 'COVID-19 tests only',
    administrative: 'of the own organisation; of others time and whom to call',
  }
  const limited = Object.entries(limits).map(([section, itemClass]) => `${titleOf(section)} (${words[itemClass] ?? itemClass})`)
  const whole = sections.filter(section => !(section in limits)).map(titleOf)
  const missing = SECTION_IDS.filter(section => !sections.includes(section)).map(titleOf)
  if (missing.length === 0 && limited.length === 0) return 'Every section'
  if (missing.length < whole.length && limited.length === 0) return `Every section but ${missing.join(', ')}`
  return [...whole, ...limited].join(', ')
}

/** What each group sees and may do. */
export const groupTable = (): Html =>
  html`<table>
    <caption>
      Groups, and what each sees
    </caption>
    <thead>
      <tr>
        <th scope="col">Group</th>
        <th scope="col">Sees</th>
        <th scope="col">Own reason</th>
        <th scope="col">Register</th>
        <th scope="col">Work beside the record</th>
        <th scope="col">Why, and from where</th>
      </tr>
    </thead>
    <tbody>
      ${groupRows.map(
        row =>
          html`<tr>
            <th scope="row">${row.title}</th>
            <td>${seen(row)}</td>
            <td>${row.mayClaim ? 'May give one' : 'No'}</td>
            <td>${row.register === 'needed' ? 'Needed' : 'Not needed'}</td>
            <td>${row.offices?.join(', ') ?? 'None'}</td>
            <td>${row.reason}. ${row.source}.</td>
          </tr> `,
      )}
    </tbody>
  </table>`

const titleOfGroup = new Map<string, string>(groupRows.map(row => [row.group, row.title]))
/** Every national job role and its group. */
export const codeTable = (): Html =>
  html`<table>
    <caption>
      National job roles
    </caption>
    <thead>
      <tr>
        <th scope="col">Code</th>
        <th scope="col">National title</th>
        <th scope="col">Group</th>
        <th scope="col">Why</th>
      </tr>
    </thead>
    <tbody>
      ${jobRoles.map(([code, title, group, more]) =>
        group === 'none'
          ? html`<tr>
              <th scope="row">${code}</th>
              <td>${title}</td>
              <td class="none">Sees nothing</td>
              <td>${whyNothing[more]}</td>
            </tr> `
          : html`<tr>
              <th scope="row">${code}</th>
              <td>${title}</td>
              <td>${titleOfGroup.get(group)}</td>
              <td>${more === 'assistant' ? 'Works under somebody registered: no register, no reason of their own.' : ''}</td>
            </tr> `,
      )}
    </tbody>
  </table>`

/** How many of the national job roles belong to a group. */
export const withGroup = (): number => jobRoles.filter(([, , group]) => group !== 'none').length
