import type { Trial } from '../src/exchange/govern-disclosure.ts'

/** One statement that would be hidden, or shown. Of synthetic people only. */
export interface Example {
  readonly what: 'hidden' | 'shown'
  readonly section: string
  readonly title: string
  readonly organisation: string
  readonly roles: readonly string[]
  /** Which of the people, by their place in the city. */
  readonly person: number
}

export interface Report {
  readonly title: string
  readonly trial: Trial
  readonly examples: readonly Example[]
}

const table = (name: string, rows: Trial['bySection']): string =>
  rows.length === 0
    ? ''
    : `\n${name}\n${rows.map(({ of, hidden, shown }) => `  ${of.padEnd(52)} ${String(hidden).padStart(7)} hidden ${String(shown).padStart(7)} shown`).join('\n')}\n`

/** Counts first, then examples. The same change over the same city gives the same words. */
export const reportText = ({ title, trial, examples }: Report): string =>
  `${title}

${trial.items} statements of ${trial.people} synthetic people, judged before and after for each role.
${trial.hidden} would be hidden and ${trial.shown} would be shown that are not now (a statement counts once for each role).
It touches ${trial.peopleTouched} of the people.
${table('By part of the record', trial.bySection)}${table('By organisation', trial.byOrganisation)}${table('By role', trial.byRoleGroup)}${
    examples.length === 0 ? '' : `\nExamples\n${examples.map(one => `  ${exampleWords(one)}`).join('\n')}\n`
  }`

const exampleWords = ({ what, section, title, organisation, roles, person }: Example): string =>
  `${what}: ${title} (${section}, ${organisation}, person ${person}) to ${roles.join(', ')}`

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const htmlTable = (name: string, rows: Trial['bySection']): string =>
  rows.length === 0
    ? ''
    : `<table><caption>${escape(name)}</caption><thead><tr><th scope="col">Which</th><th scope="col">Hidden</th><th scope="col">Shown</th></tr></thead><tbody>${rows
        .map(({ of, hidden, shown }) => `<tr><th scope="row">${escape(of)}</th><td>${hidden}</td><td>${shown}</td></tr>`)
        .join('')}</tbody></table>`

/** The same as a page that stands alone. */
export const reportHtml = ({ title, trial, examples }: Report): string =>
  `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>
<style>body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;margin:1.5rem 0}caption{text-align:left;font-weight:bold}td,th{padding:.25rem 1rem .25rem 0;text-align:left;border-bottom:1px solid #d8dde0}td{text-align:right}</style></head><body><main>
<h1>${escape(title)}</h1>
<p>${trial.items} statements of ${trial.people} synthetic people were judged before and after, for each role. ${trial.hidden} would be hidden and ${trial.shown} would be shown that are not now; a statement counts once for each role. It touches ${trial.peopleTouched} of the people.</p>
${htmlTable('By part of the record', trial.bySection)}${htmlTable('By organisation', trial.byOrganisation)}${htmlTable('By role', trial.byRoleGroup)}
${examples.length === 0 ? '' : `<h2>Examples</h2><ul>${examples.map(one => `<li>${escape(exampleWords(one))}</li>`).join('')}</ul>`}
</main></body></html>
`
