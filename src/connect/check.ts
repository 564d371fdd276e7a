import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../care-record/catalogue.ts'
import { limits } from '../care-record/limits.ts'
import { SECTION_IDS, sectionsOf } from '../care-record/section.ts'
import { createFhirConnector } from '../exchange/sources/fhir/fhir-connector.ts'
import { createGpConnectConnector } from '../exchange/sources/gp-connect/gp-connect-connector.ts'
import type { SpineSettings } from '../exchange/sources/gp-connect/request.ts'
import type { Refusal } from '../exchange/sources/reading/take-in.ts'
import type { TokenSource } from '../exchange/sources/reading/tokens.ts'
import { askEachSection, askOnce, median, type Asking } from './asking.ts'
import { checkCapability, checkErrors, checkPaging, checkPerson } from './fhir-checks.ts'
import { differs, fails, unknown, works, type Finding, type Report, type SectionRow } from './finding.ts'
import { checkPractice } from './gp-checks.ts'
import { GP_SECTIONS } from './gp-sections.ts'
import type { ConnectOptions } from './options.ts'
import { checkData } from './quality.ts'
import { checkReach } from './reach.ts'

export interface CheckPorts {
  readonly dispatcher: Dispatcher
  /** A token for the endpoint; answers `undefined` where none is wanted. */
  readonly tokens: TokenSource
  readonly now: () => Date
  /** How long the whole check may take, milliseconds. */
  readonly budgetMs: number
}

/** Reads of the whole that must agree with each other. */
const STABLE_READS = 10

/**
 * Checks an endpoint with the connectors that will ask it: whether it can be reached, what it says of itself, whether one
 * made-up person is found, what each section brings, how long that takes and what the data are like. Asks only, and only about
 * that person and a number that nobody has. Always resolves, within `budgetMs` and one request.
 */
export async function check(options: ConnectOptions, ports: CheckPorts): Promise<Report> {
  const findings: Finding[] = []
  const asking = askingOf(options, ports)
  const { url, kind } = options
  const done = (sections: readonly SectionRow[] = []): Report => {
    const connectable = !findings.some(one => one.level === 'fails')
    const row = connectable && options.odsCode !== undefined ? rowOf(asking.source, sections) : undefined
    return { url, kind, findings, sections, connectable, ...(row && { row }) }
  }
  const reach = await checkReach(url, ports.dispatcher, AbortSignal.any([asking.signal, AbortSignal.timeout(limits.askMs)]))
  findings.push(...reach.findings)
  if (!reach.reached) return done()

  let token: string | undefined
  if (kind === 'fhir') {
    const got = await ports.tokens.token(asking.source, asking.signal)
    if (!got.ok) {
      const ask = 'Is our client registered, with our public key (ES384) and the audience of the token address?'
      findings.push(fails('token', got.fault.detail, ask))
      return done()
    }
    token = got.value
    if (token !== undefined)
      findings.push(
        works('token', options.token === undefined ? 'A token was given for our signed assertion.' : 'The token that was given is used.'),
      )
    findings.push(...(await checkCapability(asking, token)))
  }
  const person = kind === 'fhir' ? await checkPerson(asking, token) : await practicePerson(asking)
  findings.push(...person.findings)
  if (person.ids.length === 0) return done()
  if (kind === 'fhir') findings.push(...(await checkErrors(asking, token)))

  const { rows, items, gaveUp } = await askEachSection(asking)
  findings.push(...sectionFindings(rows, items.length, gaveUp), ...timeFindings(rows))
  if (!gaveUp) {
    findings.push(...(await checkStability(asking)))
    if (kind === 'fhir' && !options.everything) findings.push(...(await checkPaging(asking, person.ids, items, token)))
  }
  findings.push(...checkData(asking, items))
  return done(rows)
}

async function practicePerson(asking: Asking): Promise<{ readonly findings: readonly Finding[]; readonly ids: readonly string[] }> {
  const { findings, found } = await checkPractice(asking)
  return { findings, ids: found ? [''] : [] }
}

function askingOf(options: ConnectOptions, ports: CheckPorts): Asking {
  const refused: Refusal[] = []
  const unreadable = (_: SourceConfig, some: readonly Refusal[]): void => void refused.push(...some)
  const spine: SpineSettings = {
    asidFrom: options.asid?.from ?? '',
    issuer: 'https://connection-check.invalid',
    device: { system: 'https://connection-check.invalid/device', value: 'connection-check', model: 'London Care Record', version: '0' },
  }
  const { dispatcher, tokens } = ports
  return {
    options,
    source: sourceOf(options),
    dispatcher,
    spine,
    connector:
      options.kind === 'fhir'
        ? createFhirConnector({ dispatcher, tokens, unreadable })
        : createGpConnectConnector({ dispatcher, spine, unreadable }),
    now: ports.now,
    signal: AbortSignal.timeout(ports.budgetMs),
    facts: new Map(),
    refused,
  }
}

function sourceOf(options: ConnectOptions): SourceConfig {
  const isFhir = options.kind === 'fhir'
  return {
    id: `${(options.odsCode ?? 'new').toLowerCase()}-${isFhir ? 'fhir' : 'gp'}`,
    odsCode: options.odsCode ?? 'NEW',
    exchange: options.exchange,
    connector: options.kind,
    baseUrl: options.url,
    system: options.system,
    sections: isFhir ? SECTION_IDS : GP_SECTIONS,
    ...(isFhir && { fhirRead: options.everything ? 'everything' : 'search' }),
    ...(isFhir && options.xml && { fhirFormat: 'xml' }),
    ...(options.client && { tokenUrl: options.client.tokenUrl, clientId: options.client.clientId }),
    ...(options.asid && { asidTo: options.asid.to }),
    hedge: false,
    maxConcurrent: 4,
    feed: 'live',
    indexLoadedAt: null,
    givesEvidence: false,
    state: 'live',
  }
}

/** Sections that can be asked: those that answered, or hold nothing of this person. A practice's documents come with consultations. */
const rowOf = (source: SourceConfig, rows: readonly SectionRow[]): SourceConfig => ({
  ...source,
  sections: source.sections.filter(
    section =>
      (source.connector === 'gp-connect' && section === 'documents') ||
      rows.some(row => row.section === section && isAnswered(row) && row.cause !== 'area-disabled'),
  ),
})

const isAnswered = ({ outcome }: SectionRow): boolean => outcome === 'answered' || outcome === 'nothing-held' || outcome === 'partial'

function sectionFindings(rows: readonly SectionRow[], statements: number, gaveUp: boolean): readonly Finding[] {
  const found: Finding[] = []
  const holding = rows.filter(row => row.items > 0)
  const failed = rows.filter(row => !isAnswered(row))
  const names = (some: readonly SectionRow[]): string => [...new Set(some.map(row => row.section))].join(', ')
  if (holding.length === 0)
    found.push(fails('sections', 'No section brought a statement.', 'Which of your test people has a record with some of everything?'))
  else found.push(works('sections', `${new Set(holding.map(row => row.section)).size} sections brought ${statements} statements.`))
  if (failed.length > 0)
    found.push(
      differs(
        'sections',
        `These could not be asked: ${names(failed)}.`,
        `Why do searches for these fail or take more than five seconds: ${names(failed)}?`,
      ),
    )
  if (gaveUp)
    found.push(
      fails(
        'sections',
        'It was silent twice in a row, and was asked for nothing more.',
        'Why does the endpoint take more than five seconds?',
      ),
    )
  const empty = rows.filter(
    row => row.items === 0 && isAnswered(row) && row.cause !== 'area-disabled' && !holding.some(one => one.section === row.section),
  )
  if (empty.length > 0) found.push(unknown('sections', `Nothing of these is held about the test person: ${names(empty)}.`))
  return found
}

const TIMES = 'A record view shows what has answered within 3 seconds, and waits 5 at most. What can be done about these times?'

function timeFindings(rows: readonly SectionRow[]): readonly Finding[] {
  const answered = rows.filter(isAnswered)
  if (answered.length === 0) return []
  const p50 = median(answered.map(row => row.p50Ms))
  const slow = answered.filter(row => row.p50Ms > limits.completeMs)
  const names = [...new Set(slow.map(row => row.section))].join(', ')
  if (slow.length > 0) return [differs('time', `Half of its answers take ${p50} ms; more than 3 s: ${names}.`, TIMES)]
  return [
    p50 > 1_000
      ? differs('time', `Half of its answers take ${p50} ms, more than a second.`, TIMES)
      : works('time', `Half of its answers take at most ${p50} ms.`),
  ]
}

/** The same question ten times, as a view begins: the same statements in the same versions, and how long that takes. */
async function checkStability(asking: Asking): Promise<readonly Finding[]> {
  const first = new Set<string>()
  const times: number[] = []
  let differing = 0
  let failed = 0
  for (; times.length < STABLE_READS && !asking.signal.aborted;) {
    const startedMs = performance.now()
    const answers = await askOnce(
      asking,
      'essentials',
      sectionsOf('essentials').filter(section => asking.source.sections.includes(section)),
    )
    times.push(performance.now() - startedMs)
    if (answers.some(answer => !['answered', 'nothing-held', 'partial'].includes(answer.outcome))) {
      failed += 1
      continue
    }
    const ids = new Set(answers.flatMap(answer => answer.items.map(item => `${item.id} ${item.version}`)))
    if (first.size === 0) for (const id of ids) first.add(id)
    else if (ids.symmetricDifference(first).size > 0) differing += 1
  }
  const asked = `Asked ${times.length} times for what a view shows first`
  if (failed > 0)
    return [
      differs(
        'stability',
        `${asked}, it failed ${failed} times.`,
        'How available is the endpoint, and does it limit how often it is asked?',
      ),
    ]
  const [p50, slowest] = [Math.round(median(times)), Math.round(Math.max(...times))]
  const took = `${asked}, half of its answers took ${p50} ms and the slowest ${slowest} ms`
  return [
    differing > 0
      ? differs(
          'stability',
          `${asked}, ${differing} answers differ in their ids or versions.`,
          'Are ids and versions of statements the same each time they are read?',
        )
      : works('stability', `${asked}, it says the same.`),
    p50 > 1_000 || slowest > limits.completeMs ? differs('time', `${took}: more than 1 s, or than 3 s.`, TIMES) : works('time', `${took}.`),
  ]
}
