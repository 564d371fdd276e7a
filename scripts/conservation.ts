import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { SectionAnswer } from '../src/care-record/item.ts'
import { SECTION_IDS } from '../src/care-record/section.ts'
import { sourceName } from '../src/care-record/source-name.ts'
import { createRules, disclose } from '../src/exchange/disclosure/disclose.ts'
import { firstSet } from '../src/exchange/disclosure/rules/first-set.ts'
import { createSieve } from '../src/exchange/disclosure/sieve.ts'
import { createRecord } from '../src/exchange/record/record.ts'
import { accountOf, filesOf, FOLDERS } from '../src/exchange/sources/conservation.for-tests.ts'
import { contextOf, organisationOf, sourceOf } from '../src/exchange/sources/reading/fixtures.ts'

/**
 * What became of every resource of every recorded answer, from its bytes through translation, disclosure and the record:
 * `node scripts/conservation.ts` writes docs/conservation.md; with `--check` it says whether that page is true. Reads the folder
 * named by LCR_CORPORA.
 */
const out = fileURLToPath(new URL('../docs/conservation.md', import.meta.url))
const NOW = '2026-11-21T10:00:00Z'

const COLUMNS = [
  'sent',
  'shown',
  'marked',
  'merged',
  'within',
  'judged with',
  'person',
  'others',
  'structure',
  'messages',
  'twice',
  'law: source',
  'law: exchange',
  'unreadable',
] as const
type Row = Record<(typeof COLUMNS)[number], number>
const empty = (): Row => Object.fromEntries(COLUMNS.map(name => [name, 0])) as Row

const sieve = createSieve(firstSet, [])
const rules = createRules(firstSet, [])
const source = sourceOf()
const { pass } = contextOf('recent', {})

async function rowOf(path: string, stu3: boolean): Promise<Row> {
  const { sent, items, ledger } = await accountOf(path, stu3, facts => sieve(source, facts))
  const answer: SectionAnswer = {
    source: sourceName(source, organisationOf()),
    group: 'recent',
    sections: SECTION_IDS,
    complete: true,
    asOf: NOW,
    outcome: 'answered',
    cause: 'none',
    items,
    warnings: [],
    unreadable: 0,
    tookMs: 0,
  }
  const disclosed = disclose([answer], pass, rules).answers
  let minted = 0
  const record = createRecord({ mintId: () => `e${(minted += 1)}`, today: () => NOW.slice(0, 10) })
  record.add(disclosed)
  const entries = [...record.snapshot().values()].flat()
  const left = disclosed.flatMap(a => a.items)
  for (const item of left) if (record.entryOf(item.id) === undefined) throw new Error(`${path}: an item is in no entry`)
  const statements = entries.reduce((sum, entry) => sum + entry.statements, 0)
  if (statements !== left.length) throw new Error(`${path}: ${left.length} items, ${statements} statements`)
  const marked = entries.filter(entry => entry.marks.length > 0).length
  const row: Row = {
    sent,
    shown: entries.length - marked,
    marked,
    merged: left.length - entries.length,
    within: ledger.contained,
    'judged with': ledger.parent,
    person: ledger.person,
    others: ledger['about-others'] + ledger['not-asked'],
    structure: ledger.structure,
    messages: ledger.message,
    twice: ledger.duplicate,
    'law: source': ledger.withheld,
    'law: exchange': items.length - left.length,
    unreadable: ledger.unreadable,
  }
  const told = COLUMNS.slice(1).reduce((sum, name) => sum + row[name], 0)
  if (told !== sent) throw new Error(`${path}: ${sent} came in, ${told} are accounted for`)
  return row
}

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

async function page(corpora: string): Promise<string> {
  const parts: string[] = []
  const totals: string[] = []
  for (const [folder, stu3] of FOLDERS) {
    const total = empty()
    const lines: string[] = []
    for (const file of filesOf(corpora, folder)) {
      const row = await rowOf(join(corpora, folder, file), stu3)
      for (const name of COLUMNS) total[name] += row[name]
      lines.push(line([`\`${file}\``, ...COLUMNS.map(name => row[name])]))
    }
    const head = [line(['file', ...COLUMNS]), line(['---', ...COLUMNS.map(() => '--:')])]
    totals.push(line([`[${folder}](#${folder})`, lines.length, ...COLUMNS.map(name => total[name])]))
    parts.push(`## ${folder}`, [...head, ...lines, line(['all', ...COLUMNS.map(name => total[name])])].join('\n'))
  }
  const text = `# Conservation

Nothing a source sends is lost without a count. Each file of recorded answers, made by others and kept outside this
project, is read as a whole answer, goes through translation, disclosure with the first rule set and the record; every
resource in it is counted once, and each row adds up: \`sent\` = the sum of all that follows. Made by
\`node scripts/conservation.ts\` and held true by \`src/exchange/sources/conservation.test.ts\`.

| column | what |
| --- | --- |
| sent | resources in the file, those inside Lists and inner Bundles too; a file that is not FHIR counts as one |
| shown, marked | entries on the page, without and with a mark (not coded, free text, partial date, patient reported ...) |
| merged | statements folded into another entry: the same thing said twice |
| within | told inside an entry: its medicine, author, specimen, plan, issues, headings |
| judged with | not shown by itself, but decides with its item whether it may be shown: encounter, place, service |
| person | who the answer is about: checked against the national register, never an item |
| others | staff, organisations, places and devices that no item names; bills |
| structure | Lists and other order among items |
| messages | what the source says about its answer: OperationOutcome, inner Bundles |
| twice | the same resource again in the same answer |
| law: source, law: exchange | withheld by law before translation, and after it |
| unreadable | could not be trusted or is about someone else: counted on the page and listed for its owner |

${[line(['folder', 'files', ...COLUMNS]), line(['---', '--:', ...COLUMNS.map(() => '--:')]), ...totals].join('\n')}

${parts.join('\n\n')}
`
  return format(text, { ...(await resolveConfig(out)), parser: 'markdown' })
}

const corpora = process.env['LCR_CORPORA']
if (corpora === undefined || !existsSync(corpora)) throw new Error('set LCR_CORPORA to a folder of recorded answers')
const made = await page(corpora)
if (!process.argv.includes('--check')) writeFileSync(out, made)
else if (!existsSync(out) || readFileSync(out, 'utf8') !== made) {
  console.error('docs/conservation.md is not true: run node scripts/conservation.ts')
  process.exitCode = 1
}
