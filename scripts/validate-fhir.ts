import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Bundle } from '@medplum/fhirtypes'
import { startLondon } from '../src/london/london.ts'
import { told } from '../src/london/people/population.ts'

/**
 * `npm run validate:fhir`: holds answers of a running FHIR door against HAPI FHIR's validator, an implementation that is not
 * ours, and writes what it says into docs/conformance.md. Optional: needs Java 17 and Maven, and Maven Central once.
 */
const HAPI = '8.8.1'
const PAGE = join(import.meta.dirname, '..', 'docs', 'conformance.md')
const [BEGIN, END] = ['<!-- validated: begin -->', '<!-- validated: end -->']
const say = (words: string): void => void process.stdout.write(`${words}\n`)
function cannot(why: string): never {
  say(`This check cannot run here: ${why}`)
  process.exit(1)
}

/** Jars lie outside the checkout and are fetched once. */
function jars(): string {
  const folder = process.env['LCR_HAPI_DIR'] ?? join(tmpdir(), `lcr-hapi-${HAPI}`)
  for (const tool of ['java', 'mvn']) if (spawnSync(tool, ['-version']).error) cannot(`there is no ${tool}.`)
  if (existsSync(join(folder, `hapi-fhir-validation-${HAPI}.jar`))) return folder
  say(`Fetching HAPI FHIR ${HAPI} from Maven Central into ${folder} (150 MB, once).`)
  mkdirSync(folder, { recursive: true })
  const pom = join(import.meta.dirname, 'validate', 'pom.xml')
  const fetched = spawnSync('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`], {
    encoding: 'utf8',
  })
  if (fetched.status !== 0) cannot('Maven Central does not answer.')
  return folder
}

/** Answers of a whole London to its own software, as files. */
async function answers(folder: string): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'lcr-validate-'))
  chmodSync(dir, 0o711)
  const london = await startLondon({ dir, ephemeral: true })
  const files: string[] = []
  try {
    const script = join(import.meta.dirname, 'london-token.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'lindqvist', '--json'], {
      env: { ...process.env, LCR_LONDON_DIR: dir },
    })
    const { access_token: token, base } = JSON.parse(stdout) as { access_token: string; base: string }
    const headers = { authorization: `Bearer ${token}`, accept: 'application/fhir+json' }
    const keep = async (name: string, answer: Response): Promise<string> => {
      const text = await answer.text()
      writeFileSync(join(folder, `${name}.json`), text)
      files.push(join(folder, `${name}.json`))
      return text
    }
    const match = (nhsNumber: string): Promise<Response> =>
      fetch(`${base}/Patient/$match`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/fhir+json' },
        body: JSON.stringify({
          resourceType: 'Parameters',
          parameter: [
            {
              name: 'resource',
              resource: { resourceType: 'Patient', identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }] },
            },
          ],
        }),
      })
    await keep('metadata', await fetch(`${base}/metadata`))
    const found = JSON.parse(await keep('match', await match(told.amara))) as Bundle
    const patient = found.entry?.[0]?.resource?.id ?? ''
    const get = (path: string): Promise<Response> => fetch(`${base}${path}`, { headers })
    // Once for those that answer late while the city warms up.
    await get(`/Patient/${patient}/$everything`)
    await pause(11_000)
    await keep('everything', await get(`/Patient/${patient}/$everything`))
    await keep('summary', await get(`/Patient/${patient}/$summary`))
    await keep('patient', await get(`/Patient/${patient}`))
    for (const type of ['AllergyIntolerance', 'Observation', 'DocumentReference'])
      await keep(`search-${type}`, await get(`/${type}?patient=${patient}&_revinclude=Provenance:target&_count=50`))
    await keep('refused', await get('/Patient/000000000000000000000000'))
    const objector = (JSON.parse(await (await match(told.objector)).text()) as Bundle).entry?.[0]?.resource?.id ?? ''
    await keep('no-information', await get(`/Patient/${objector}/$everything`))
  } finally {
    await london.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return files
}

interface Finding {
  readonly severity: string
  readonly where: string
  readonly message: string
}

const from = jars()
const folder = mkdtempSync(join(tmpdir(), 'lcr-answers-'))
say('Asking a London of its own.')
const files = await answers(folder)
say(`Validating ${files.length} answers with HAPI FHIR ${HAPI}.`)
const java = join(import.meta.dirname, 'validate', 'ValidateFhir.java')
const said = execFileSync('java', ['-Xmx2g', '-cp', join(from, '*'), java, ...files], { encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 })
const byFile = new Map<string, Finding[]>(files.map(file => [basename(file), []]))
for (const line of said.split('\n')) {
  const [file = '', severity = '', where = '', message = ''] = line.split('\t')
  if (severity !== '' && severity !== 'DONE') byFile.get(file)?.push({ severity, where, message })
}

/** Findings of one kind, whatever they were found at: ids, places and values left out. */
const kindOf = ({ severity, message }: Finding): string =>
  `${severity} ${message
    .replace(/^CodeSystem is unknown and can't be validated: (\S+).*$/, 'CodeSystem not known to the validator: $1')
    .replace(/^Unknown extension (?:https?:\/\/([^/]+)|(urn:[^:]+)).*$/, 'Extension not known to the validator, of $1$2')
    .replaceAll(/\[\d+\]/g, '[…]')
    .replaceAll(/\b(?:oxleas|slam|kch|las|nhs111|gstt|rfl|uclh|ucp)\.example/g, '….example')
    .replaceAll(/\b(Can't|can't)\b/g, 'cannot')
    .replace(/urn:london-care-record:\S+/, 'urn:london-care-record:…')
    .replace(/https?:\/\/(?:127\.0\.0\.1|localhost):\d+/, 'http://…')
    .replaceAll(/[0-9a-f]{24}(?:\.[0-9a-f]{32})?(?:\.p)?/g, '…')
    .replaceAll(/'[^']{0,200}'|"[^"]{0,200}"/g, "'…'")
    .replaceAll(/\([^)]*\b(?:code|unknown)\b[^)]*\)/g, '(…)')
    .slice(0, 170)}`
const count = (findings: readonly Finding[], severity: string): number => findings.filter(one => one.severity === severity).length
const kinds = new Map<string, { count: number; example: string }>()
for (const finding of [...byFile.values()].flat()) {
  const kind = kindOf(finding)
  const known = kinds.get(kind)
  kinds.set(kind, { count: (known?.count ?? 0) + 1, example: known?.example ?? finding.where.replaceAll(/\[\d+\]|\/\*[^*]*\*\//g, '') })
}
const entriesOf = (file: string): number => {
  const answer = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Bundle
  return answer.resourceType === 'Bundle' ? (answer.entry?.length ?? 0) : 1
}
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
const table = [
  `HAPI FHIR ${HAPI}, FHIR R4 base specification, answers about one person of the city to a general practitioner; \`npm run validate:fhir\`.`,
  '',
  '| answer | resources | fatal and errors | warnings | information |',
  '| --- | --- | --- | --- | --- |',
  ...Array.from(
    byFile,
    ([file, findings]) =>
      `| ${file.replace('.json', '')} | ${entriesOf(file)} | ${count(findings, 'ERROR') + count(findings, 'FATAL')} | ${count(findings, 'WARNING')} | ${count(findings, 'INFORMATION')} |`,
  ),
  '',
  '| finding | times | at, for example |',
  '| --- | --- | --- |',
  ...[...kinds]
    .sort(([a, x], [b, y]) => (a.split(' ')[0] ?? '').localeCompare(b.split(' ')[0] ?? '') || y.count - x.count)
    .map(([kind, { count: times, example }]) => `| ${cell(kind)} | ${times} | ${cell(example)} |`),
].join('\n')
if (existsSync(PAGE)) {
  const page = readFileSync(PAGE, 'utf8')
  const [before = '', rest = ''] = page.split(BEGIN)
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${rest.split(END)[1] ?? ''}`)
}
say(table)
if (process.env['LCR_KEEP_ANSWERS'] === undefined) rmSync(folder, { recursive: true, force: true })
else say(`The answers lie in ${folder}.`)
process.exit([...byFile.values()].flat().some(one => one.severity === 'ERROR' || one.severity === 'FATAL') ? 1 : 0)
