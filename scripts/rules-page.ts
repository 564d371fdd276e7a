import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jobRoles } from '../src/exchange/access/roles/job-roles.ts'
import { roleTable } from '../src/exchange/access/roles/role-table.ts'
import { firstRules } from '../src/exchange/access/rules/first-rules.ts'
import { firstSet } from '../src/exchange/disclosure/rules/first-set.ts'
import { html, text, type Html } from '../src/viewer/html.ts'
import { codeTable, groupTable, withGroup } from './roles-table.ts'
import { answerTable, classTable, figureTable, questionTable, shareTable, windowTable } from './rules-tables.ts'

/** Where the page lies in the repository. */
export const RULES_PAGE = join(import.meta.dirname, '..', 'docs', 'rules.html')

const style = `
body { font: 16px/1.5 Arial, sans-serif; color: #212b32; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.75rem } h2 { font-size: 1.35rem; margin-top: 2.5rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
td, th { min-width: 4rem }
caption { text-align: left; font-weight: bold; padding: .5rem 0 }
th, td { border: 1px solid #768692; padding: .3rem .5rem; text-align: left; vertical-align: top }
thead th { background: #e8edee } td.none { color: #425563 } .sign td { height: 2.5rem }
@page { size: A4; margin: 15mm }
@media print {
  body { font-size: 9.5pt; max-width: none; margin: 0; padding: 0 } .wide { overflow: visible } nav { display: none }
  tr { break-inside: avoid } thead { display: table-header-group } h2, caption { break-after: avoid } .new { break-before: page }
}
`

const wide = (inside: Html, name: string): Html => html`<div class="wide" role="region" aria-label="${name}" tabindex="0">${inside}</div>`

interface Part {
  readonly id: string
  readonly title: string
  readonly inside: () => Html
  /** Begins a page on paper. */
  readonly apart?: true
}

const signature = html`<tr>
  <td></td>
  <td></td>
  <td></td>
  <td></td>
</tr>`

const parts: readonly Part[] = [
  {
    id: 'questions',
    title: '1. How a record is opened',
    inside: () =>
      html`<p>
          Every look asks all of these, here and again at each exchange that is asked for something. The answer, what it rested on and the
          version of these rules are kept, so that a past decision can be taken again.
        </p>
        <p>
          Where nothing shows that a person is in somebody’s care, a professional whose group may give a reason can do so (section 2, the
          last six rows). That opens for a time and is reviewed. It never opens past an objection. An objection reads like a person about
          whom nothing is held. When the list of objections is not known, nothing is shown.
        </p>
        ${questionTable()} ${figureTable(firstRules)}`,
  },
  {
    id: 'windows',
    title: '2. In somebody’s care, and for how long',
    inside: () =>
      html`<p>
          What systems say counts before a reason that somebody gives. What a system takes back closes an open record within 15 minutes. A
          system that falls silent closes none. After a recorded death no new reason begins but emergency access.
        </p>
        ${wide(windowTable(firstRules), 'Windows')}`,
  },
  {
    id: 'groups',
    title: '3. What each group sees',
    apart: true,
    inside: () =>
      html`<p>
          A role never opens a record alone. A job role that is not listed sees nothing. Which job role is in which group stands in section
          7.
        </p>
        ${wide(groupTable(), 'Groups')}`,
  },
  {
    id: 'objections',
    title: '4. When a person says no',
    inside: () =>
      html`<p>
          A person may object to everything, to an organisation, to a part of the list below, to a member of staff or to a workplace. From
          the check of identity nothing it covers is shown, at any exchange. What an organisation wrote down itself stays with that
          organisation. A recorded decision of two people may open it for named people and a time; a clinician alone may while it is not yet
          decided, for safeguarding or serious risk. A part that these rules do not know counts as everything.
        </p>
        ${wide(shareTable(firstRules), 'Parts that can be kept apart')}`,
  },
  {
    id: 'classes',
    title: '5. Kept apart by law or policy',
    inside: () =>
      html`<p>
          Set ${firstSet.id}, version ${firstSet.version}, in force from ${firstSet.inForceFrom}. Owner: ${firstSet.owner}. Clinical owner:
          ${firstSet.clinicalOwner}. Codes and words of each class are in its lists; what they keep back too often is measured and written
          down.
        </p>
        ${classTable()}`,
  },
  {
    id: 'answers',
    title: '6. What each answer says, and to whom',
    apart: true,
    inside: () =>
      html`<p>
          What the page says of a person is the same for every person. An officer reads all of it. A letter says it in plain words. What
          stands in brackets is filled in.
        </p>
        ${wide(answerTable(), 'Answers')}`,
  },
  {
    id: 'roles',
    title: `7. The ${jobRoles.length} national job roles`,
    apart: true,
    inside: () =>
      html`<p>${withGroup()} have a group; ${jobRoles.length - withGroup()} see nothing.</p>
        ${wide(codeTable(), 'Job roles')}`,
  },
  {
    id: 'signatures',
    title: '8. Signatures',
    inside: () =>
      html`<table class="sign">
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
          ${signature} ${signature}
        </tbody>
      </table>`,
  },
]

const page = (): string => `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who may see what, and when: the rules of the London Care Record</title>
<style>${style}</style>
</head>
<body>
<main>
${text(
  html`<h1>Who may see what, and when: the rules of the London Care Record</h1>
    <p>
      Access rules: version ${firstRules.version}, in force from ${firstRules.inForceFrom}. Role table: version ${roleTable.version}, in
      force from ${roleTable.inForceFrom}. Owner of both: ${firstRules.owner}.
    </p>
    <p>
      This page is made from the tables that decide, not beside them. These are the rules an exchange begins with. What two people have
      changed since stands on its pages of rules.
    </p>
    <nav aria-label="Contents">
      <ul>
        ${parts.map(part => html`<li><a href="#${part.id}">${part.title}</a></li>`)}
      </ul>
    </nav>
    ${parts.map(
      part =>
        html`<section aria-labelledby="${part.id}" class="${part.apart === true ? 'new' : 'on'}">
          <h2 id="${part.id}">${part.title}</h2>
          ${part.inside()}
        </section> `,
    )}`,
)}
</main>
</body>
</html>
`

/** The rules as one page for whoever owns and signs them: it reads without anything else and prints on A4. */
export const rulesPage = (): string =>
  page()
    .replaceAll(/\s*\n\s*/g, '\n')
    .replaceAll(/\n(?=<\/?t[dh])/g, '')

/** `npm run rules` prints the page; `npm run rules -- --write` puts it where the documentation has it. */
if (import.meta.main) {
  if (process.argv.includes('--write')) writeFileSync(RULES_PAGE, rulesPage())
  else process.stdout.write(rulesPage())
}
