import { parseArgs } from 'node:util'
import { request } from 'undici'
import type { Cell } from './view/cell.ts'
import { clockMs, cpuSecondsOf, median, quantile } from './view/measure.ts'
import { holdingsOf } from './view/records.ts'
import { keep, machine, table } from './view/report.ts'
import { startStage } from './view/stage.ts'

/**
 * `npm run bench:peer -- --fhir URL --pid N --name WORDS`: the same record in a FHIR R4 server that runs on this machine and
 * was started by hand. `Patient/$everything` there, all pages, from its one database; here a view of five sources that take
 * 20 ms each, decided, withheld, merged and written down. In turn, in one run. The record is written into that server first.
 */
const { values } = parseArgs({ options: { fhir: { type: 'string' }, pid: { type: 'string' }, name: { type: 'string', default: 'peer' } } })
if (values.fhir === undefined || values.pid === undefined) {
  process.stderr.write('Say where the server is and which process it is: --fhir URL --pid N\n')
  process.exit(2)
}
const [base, pid] = [values.fhir.replace(/\/$/, ''), Number(values.pid)]
const SIZES = [200, 1_000, 3_000] as const
const ROUNDS = 5
const VIEWS = 8
const BATCH = 100

interface Stored {
  readonly fullUrl: string
  readonly resource: { readonly resourceType: string; readonly id: string }
}
async function call(
  method: 'GET' | 'POST',
  url: string,
  body?: unknown,
): Promise<{ readonly link?: readonly { relation: string; url: string }[] }> {
  const answer = await request(url, {
    method,
    headers: { 'content-type': 'application/fhir+json', accept: 'application/fhir+json', 'cache-control': 'no-cache' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headersTimeout: 600_000,
    bodyTimeout: 600_000,
  })
  const text = await answer.body.text()
  if (answer.statusCode >= 300) throw new Error(`${method} was answered with ${answer.statusCode}: ${text.slice(0, 300)}`)
  return JSON.parse(text) as { readonly link?: readonly { relation: string; url: string }[] }
}

/** Ids of this person's own, so that records of several sizes stand beside each other. */
async function load(items: number): Promise<string> {
  const person = `p${items}`
  const cell: Cell = { sources: 5, items, read: 'everything' }
  const own = new Map<string, Stored['resource']>()
  // `holdingsOf` makes plain JSON; each of its entries has an address and a resource with type and id.
  for (let source = 0; source < cell.sources; source++)
    for (const held of holdingsOf(cell, source, '', new Date()) as unknown as readonly Stored[])
      own.set(`${held.resource.resourceType}/${held.resource.id}`, held.resource)
  const patient = {
    resourceType: 'Patient',
    id: 'p1',
    name: [{ family: 'Bench', given: ['Person'] }],
    gender: 'female',
    birthDate: '1950-05-05',
  }
  const renamed = JSON.parse(
    JSON.stringify([patient, ...own.values()]).replaceAll(
      /"reference":"(\w+)\/([\w-]+)"/g,
      (_, type: string, id: string) => `"reference":"${type}/${id === 'p1' ? person : `${person}-${id}`}"`,
    ),
  ) as Stored['resource'][]
  const resources = renamed.map(resource => ({ ...resource, id: resource.id === 'p1' ? person : `${person}-${resource.id}` }))
  // What is referred to is there before what refers to it.
  const rank = ['Organization', 'Practitioner', 'Patient', 'Location', 'Encounter', 'Observation']
  const rankOf = (type: string): number => (rank.includes(type) ? rank.indexOf(type) : rank.length)
  resources.sort((a, b) => rankOf(a.resourceType) - rankOf(b.resourceType))
  for (let from = 0; from < resources.length; from += BATCH)
    await call('POST', base, {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: resources
        .slice(from, from + BATCH)
        .map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
    })
  return person
}

async function everything(person: string): Promise<number> {
  const began = clockMs()
  let url: string | undefined = `${base}/Patient/${person}/$everything?_count=1000`
  while (url !== undefined) url = (await call('GET', url)).link?.find(link => link.relation === 'next')?.url
  return clockMs() - began
}

const stage = await startStage()
const lines: string[][] = []
for (const items of SIZES) {
  const person = await load(items)
  const cell: Cell = { sources: 5, items, read: 'everything' }
  for (let n = 0; n < VIEWS * 2; n++) await everything(person)
  await stage.views('product', { cell, views: VIEWS * 2 })
  const [theirs, ours] = [
    { took: [] as number[], cpu: 0 },
    { took: [] as number[], cpu: 0 },
  ]
  for (let round = 0; round < ROUNDS; round++) {
    const before = cpuSecondsOf(pid)
    for (let n = 0; n < VIEWS; n++) theirs.took.push(await everything(person))
    theirs.cpu += cpuSecondsOf(pid) - before
    const { done, cpuSeconds } = await stage.views('product', { cell, views: VIEWS })
    ours.took.push(...done.seen.map(({ openedMs, lastMs }) => lastMs - openedMs))
    ours.cpu += cpuSeconds
  }
  const row = ({ took, cpu }: typeof ours): string =>
    `${median(took).toFixed(0)} / ${quantile(took, 0.99).toFixed(0)}, ${((cpu * 1_000) / took.length).toFixed(0)}`
  lines.push([String(items), row(ours), row(theirs), (median(theirs.took) / median(ours.took)).toFixed(2)])
}
await stage.stop()
const found = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}; ${ROUNDS} rounds of ${VIEWS} in turn. Milliseconds p50 / p99, then CPU milliseconds each, all processes. Ours is from the click: identify, evidence, five sources of 20 ms a request, everything written down.`,
  table(['items', 'our view of five sources', `${values.name}: $everything`, 'times ours'], lines),
].join('\n\n')
process.stdout.write(`${found}\n`)
keep('peer', found)
