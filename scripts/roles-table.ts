import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findSection, SECTION_IDS } from '../src/care-record/section.ts'
import { groupRows, type GroupRow } from '../src/exchange/access/roles/groups.ts'
import { jobRoles } from '../src/exchange/access/roles/job-roles.ts'
import { roleTable, whyNothing } from '../src/exchange/access/roles/role-table.ts'
import { html, text, type Child, type Html } from '../src/viewer/html.ts'

/** Where the page lies in the repository. */
export const ROLES_PAGE = join(import.meta.dirname, '..', 'docs', 'roles.html')

const style = `
body { font: 16px/1.5 Arial, sans-serif; color: #212b32; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.75rem } h2 { font-size: 1.35rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
caption { text-align: left; font-weight: bold; padding: .5rem 0 }
th, td { border: 1px solid #768692; padding: .3rem .5rem; text-align: left; vertical-align: top }
thead th { background: #e8edee } td.none { color: #425563 } .sign td { height: 2.5rem }
@page { size: A4; margin: 15mm }
@media print { body { font-size: 10pt; max-width: none; margin: 0 } tr { break-inside: avoid } thead { display: table-header-group } h2 { break-after: avoid } }
`

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

const groupTable = (): Html =>
  html`<table>
    <caption>
      Groups and what each sees
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
const codeTable = (): Html =>
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

const withGroup = (): number => jobRoles.filter(([, , group]) => group !== 'none').length

/** The role table as a page for whoever owns and signs it: it reads without anything else and prints on A4. */
export const rolesPage = (): string =>
  page()
    .replaceAll(/\s*\n\s*/g, '\n')
    .replaceAll(/\n(?=<\/?t[dh])/g, '')

const page = (): string => `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who sees what: the role table of the London Care Record</title>
<style>${style}</style>
</head>
<body>
<main>
${text(
  html`<h1>Who sees what: the role table of the London Care Record</h1>
    <p>Version ${roleTable.version}, in force from ${roleTable.inForceFrom}. Owner: ${roleTable.owner}.</p>
    <p>
      A role never opens a record alone. The person must be in the care of the organisation now, the purpose direct care, the organisation
      under agreement, the professional employed, registered and accepted, and the person must not object. What the law keeps apart is shown
      to no group. A code that is not listed sees nothing.
    </p>
    <h2>1. Groups</h2>
    ${groupTable()}
    <h2>2. The ${jobRoles.length} national job roles</h2>
    <p>${withGroup()} have a group; ${jobRoles.length - withGroup()} see nothing.</p>
    ${codeTable()}
    <h2>3. Signatures</h2>
    <table class="sign">
      <caption>
        Two people of different organisations approve this version
      </caption>
      <thead>
        <tr>
          <th scope="col">Name and office</th>
          <th scope="col">Organisation</th>
          <th scope="col">Date</th>
          <th scope="col">Signature</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td></td>
          <td></td>
          <td></td>
          <td></td>
        </tr>
        <tr>
          <td></td>
          <td></td>
          <td></td>
          <td></td>
        </tr>
      </tbody>
    </table>`,
)}
</main>
</body>
</html>
`

/** `npm run roles` prints the page; `npm run roles -- --write` puts it where the documentation has it. */
if (import.meta.main) {
  if (process.argv.includes('--write')) writeFileSync(ROLES_PAGE, rolesPage())
  else process.stdout.write(rolesPage())
}
