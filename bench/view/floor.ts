import { randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from 'undici'
import { limits } from '../../src/care-record/limits.ts'
import { sectionsOf, type Group } from '../../src/care-record/section.ts'
import { everythingTypes, searchesOf, type Search } from '../../src/exchange/sources/fhir/searches.ts'
import { recentFrom } from '../../src/exchange/sources/reading/answers.ts'
import { baseUrlOf, nhsNumberOf, type Done, type Order, type Seen } from './cell.ts'
import { clockMs } from './measure.ts'
import { READER_STAYS_MS, RESOLUTION_MS } from './pace.ts'

/**
 * The least that any program can do with the same answers: fetch, parse, drop what is there twice, group by type, sort by
 * date, write one bundle. Nothing is decided, withheld, explained or written down.
 */
const dispatcher = new Agent({ connections: 32, pipelining: 1, keepAliveTimeout: 30_000 })
const GROUPS: readonly Group[] = ['essentials', 'recent']

interface Entry {
  readonly resource: Readonly<Record<string, unknown>>
}
interface Bundle {
  readonly entry: readonly Entry[]
}

const DATES = ['effectiveDateTime', 'onsetDateTime', 'authoredOn', 'recordedDate', 'issued'] as const
const dateOf = (resource: Entry['resource']): string => {
  for (const name of DATES) {
    const value = resource[name]
    if (typeof value === 'string') return value
  }
  return (resource['period'] as { readonly start?: string } | undefined)?.start ?? ''
}

function oneBundle(answers: readonly Bundle[]): Buffer {
  const seen = new Set<string>()
  const byType = new Map<string, { readonly date: string; readonly entry: Entry }[]>()
  for (const answer of answers)
    for (const entry of answer.entry) {
      const type = String(entry.resource['resourceType'])
      const key = `${type}/${String(entry.resource['id'])}`
      if (seen.has(key)) continue
      seen.add(key)
      let rows = byType.get(type)
      if (!rows) byType.set(type, (rows = []))
      rows.push({ date: dateOf(entry.resource), entry })
    }
  const entry = [...byType.values()].flatMap(rows =>
    rows.sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0)).map(r => r.entry),
  )
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }))
}

async function view(order: Order, person: number): Promise<Seen> {
  const { cell, stubs } = order
  const correlation = randomUUID()
  const openedMs = clockMs()
  let firstMs = Number.POSITIVE_INFINITY
  const get = async (url: string): Promise<Bundle> => {
    const { body } = await dispatcher.request({
      origin: new URL(url).origin,
      path: url.slice(new URL(url).origin.length),
      method: 'GET',
      headers: { 'x-correlation-id': correlation },
    })
    return JSON.parse(await body.text()) as Bundle
  }
  // As the product asks: one look-up a source; of everything recent what has a date from a day on, and the rest whole.
  const from = recentFrom(new Date(), limits.recentMonths)
  const everything = (base: string, some: readonly Search[], start?: string): string =>
    `${base}/Patient/p1/$everything?_type=${everythingTypes(some).join(',')}&_count=500${start === undefined ? '' : `&start=${start}`}`
  const urlsOf = (base: string, group: Group): readonly string[] => {
    const searches = searchesOf(group, sectionsOf(group))
    if (cell.read === 'search')
      return searches.map(
        s =>
          `${base}/${s.type}?${new URLSearchParams([['patient', 'p1'], ...s.params.map(([n, v]): [string, string] => [n, v])]).toString()}`,
      )
    if (group === 'essentials') return [everything(base, searches)]
    const [dated, whole] = [searches.filter(s => s.dated), searches.filter(s => !s.dated)]
    return [everything(base, dated, from), everything(base, whole)]
  }
  const answers = await Promise.all(
    stubs.sourcePorts.slice(0, cell.sources).map(async port => {
      const base = baseUrlOf(cell, port)
      await get(`${base}/Patient?identifier=${encodeURIComponent(`https://fhir.nhs.uk/Id/nhs-number|${nhsNumberOf(person)}`)}`)
      return Promise.all(
        GROUPS.flatMap(group => urlsOf(base, group)).map(async url => {
          const answer = await get(url)
          if (answer.entry.length > 0) firstMs = Math.min(firstMs, clockMs())
          return answer
        }),
      )
    }),
  )
  const written = oneBundle(answers.flat())
  return { correlation, openedMs, planMs: openedMs, firstMs, lastMs: clockMs(), entries: written.length, whole: true, missed: [] }
}

async function run(order: Order): Promise<Done> {
  const held = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  held.enable()
  const seen: Seen[] = []
  for (let n = 0; n < order.views; n++) {
    seen.push(await view(order, order.from + n))
    await pause(READER_STAYS_MS)
  }
  held.disable()
  return { seen, refused: 0, residentBytes: process.memoryUsage.rss(), heldMs: held.max / 1e6 - RESOLUTION_MS }
}

process.on('message', (order: Order) => {
  void (async () => process.send?.(await run(order)))()
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
