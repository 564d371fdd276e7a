import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts, Item, SectionAnswer, SourceName } from '../src/care-record/item.ts'
import type { Pass } from '../src/care-record/person.ts'
import { SECTION_IDS } from '../src/care-record/section.ts'
import { createJudge } from '../src/exchange/disclosure/content.ts'
import * as room from '../src/exchange/disclosure/disclose.ts'
import { createExit } from '../src/exchange/disclosure/exit.ts'
import { firstSet } from '../src/exchange/disclosure/rules/first-set.ts'
import { createSieve } from '../src/exchange/disclosure/sieve.ts'
import { contextOf, organisationOf, sourceOf } from '../src/exchange/sources/reading/fixtures.ts'
import { factsOf } from '../src/exchange/sources/reading/facts.ts'
import { atOnce, isObject, objectsOf, type JsonObject } from '../src/exchange/sources/reading/json.ts'
import { emptyTakenIn, takeIn } from '../src/exchange/sources/reading/take-in.ts'
import { translate } from '../src/exchange/sources/reading/translate.ts'
import type { Cell } from './view/cell.ts'
import { holdingsOf } from './view/records.ts'
import { createCity } from '../src/london/people/city.ts'
import { services as cityServices } from '../src/london/people/services.ts'
import { SYSTEM_IDS } from '../src/london/places.ts'
import type { HospitalId } from '../src/london/people/told.ts'
import { hospitalRecord } from '../src/london/systems/hospital-record.ts'

/** Microseconds an item in each mechanism and in all, over hospital answers of the city and, with LCR_CORPORA, over Synthea lives. */
const ROUNDS = 15
const now = new Date('2026-11-21T12:00:00Z')
const services = Object.values(cityServices).flatMap(rows =>
  rows.map(row => ({
    odsCode: 'RJZ',
    localCode: row.localCode,
    treatmentFunction: row.treatmentFunction,
    name: row.name,
    legalClass: row.legalClass ?? null,
  })),
)
const name: SourceName = { id: 'th', odsCode: 'RJZ', name: 'Test Hospital', short: 'TH', kind: 'acute', exchange: 'SEL' }
const pass: Pass = contextOf('recent', {}).pass
const masked: Pass = { ...pass, maskPlaces: true }

interface Group {
  readonly facts: readonly Facts[]
  readonly items: readonly Item[]
}
function groupOf(resources: readonly unknown[]): Group {
  const taken = atOnce(
    takeIn(
      resources.filter(isObject).map((resource): JsonObject => ({ resource })),
      'https://th.example/fhir',
      emptyTakenIn(),
    ),
  )
  const facts = atOnce(factsOf(taken.resources))
  const { items } = atOnce(
    translate({
      resources: taken.resources,
      placing: new Map(),
      source: sourceOf(),
      organisation: organisationOf(),
      retrievedAt: now.toISOString(),
      sections: new Set(SECTION_IDS),
      inGroup: () => true,
    }),
  )
  return { facts, items }
}
const answerOf = (items: readonly Item[]): SectionAnswer => ({
  source: name,
  group: 'recent',
  sections: SECTION_IDS,
  complete: true,
  asOf: now.toISOString(),
  outcome: 'answered',
  cause: 'none',
  items,
  warnings: [],
  unreadable: 0,
  tookMs: 1,
})

function city(): readonly Group[] {
  const { people, held } = createCity({ now })
  return people.slice(0, 60).flatMap(person =>
    SYSTEM_IDS.filter((id): id is HospitalId => id in cityServices).flatMap(id => {
      const of = held(id, person.nhsNumber)
      return of ? [groupOf(hospitalRecord({ id, odsCode: 'RJZ', name: 'Test Hospital' }, person, of))] : []
    }),
  )
}
function synthea(): readonly Group[] {
  const folder = join(process.env['LCR_CORPORA'] ?? '', 'synthea-r4-bundles')
  return readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .map(file => {
      const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject
      const fullUrl = (entry: JsonObject): string => String(entry['fullUrl'])
      const entries = objectsOf(bundle['entry']).filter(entry => fullUrl(entry) !== '')
      const keyed = atOnce(takeIn(entries, 'https://th.example/fhir', emptyTakenIn()))
      return groupOf([...keyed.resources.values()])
    })
}

/** The answers of a view as `npm run bench` has it: each life of another person, so that its ids and dates are met once. */
function lives(): readonly Group[] {
  const cell: Cell = { sources: 20, items: 1000, read: 'everything' }
  return Array.from({ length: ROUNDS + 1 }, (_, life) => {
    const on = new Date(now.getTime() - life * 400 * 86_400_000)
    const resources = Array.from({ length: cell.sources }, (__, source) =>
      holdingsOf(cell, source, 'https://th.example/fhir', on).map(one =>
        JSON.stringify(one['resource']).replaceAll(/([a-z]-(?:\d+|shared)-\d+)(?=["-])/g, `$1-${life}`),
      ),
    ).flat()
    return groupOf(resources.map((text): unknown => JSON.parse(text)))
  })
}

const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
function usAnItem(items: number, job: () => void): { medianUs: number; leastUs: number; firstUs: number } {
  const all: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    job()
    all.push(((performance.now() - start) * 1000) / items)
  }
  return {
    medianUs: Number(median(all).toFixed(2)),
    leastUs: Number(Math.min(...all).toFixed(2)),
    firstUs: Number((all[0] ?? 0).toFixed(2)),
  }
}

const corpora: [name: string, groups: readonly Group[]][] = [['city', city()]]
if (process.env['LCR_CORPORA'] !== undefined) corpora.push(['synthea', synthea()])
for (const [corpus, groups] of corpora) {
  const items = groups.reduce((sum, group) => sum + group.items.length, 0)
  const sieve = createSieve(firstSet, services)
  const judge = createJudge(firstSet, services)
  const exit = createExit(firstSet, services)
  const rules = room.createRules(firstSet, services)
  const each = (job: (group: Group) => void) => (): void => groups.forEach(job)
  const whole = (given: Pass) =>
    each(group => {
      sieve(name, group.facts)
      room.disclose([answerOf(group.items)], given, rules)
    })
  const rows: [string, () => void][] = [
    ['whole', whole(pass)],
    ['sieve', each(group => sieve(name, group.facts))],
    ['judge', each(group => group.items.forEach(item => judge(item.resource, 'RJZ')))],
    ['exit', each(group => group.items.forEach(item => exit.item(item)))],
    ['disclose', each(group => room.disclose([answerOf(group.items)], pass, rules))],
    ['disclose, places masked', each(group => room.disclose([answerOf(group.items)], masked, rules))],
  ]
  const bytes = groups.reduce((sum, group) => sum + JSON.stringify(group.items.map(item => item.resource)).length, 0)
  console.log(JSON.stringify({ corpus, groups: groups.length, items, bytesAnItem: Math.round(bytes / items) }))
  for (const [what, job] of rows) console.log(JSON.stringify({ corpus, what, ...usAnItem(items, job) }))
  const largest = groups.reduce((a, b) => (b.items.length > a.items.length ? b : a))
  const copies = Math.ceil(5000 / largest.items.length)
  const many = Array.from({ length: copies }, (_, copy) =>
    largest.items.map((item): Item => ({ ...item, id: `${item.id}-${copy}`, links: item.links.map(link => `${link}-${copy}`) })),
  )
    .flat()
    .slice(0, 5000)
  const start = performance.now()
  const { answers } = room.disclose([answerOf(many)], pass, rules)
  console.log(
    JSON.stringify({
      corpus,
      what: '5,000 items at once',
      ms: Number((performance.now() - start).toFixed(1)),
      shown: answers[0]?.items.length,
    }),
  )
}

{
  // A new life a round: what is remembered of texts is of other people's.
  const all = lives()
  const [judge, exit, rules] = [createJudge(firstSet, services), createExit(firstSet, services), room.createRules(firstSet, services)]
  const jobs: [what: string, job: (group: Group) => void][] = [
    ['judge', group => group.items.forEach(item => judge(item.resource, 'RJZ'))],
    ['exit', group => group.items.forEach(item => exit.item(item))],
    ['disclose', group => void room.disclose([answerOf(group.items)], pass, rules)],
  ]
  console.log(JSON.stringify({ corpus: 'lives', groups: all.length, items: all[0]?.items.length }))
  for (const [what, job] of jobs) {
    const us = all.map(group => {
      const start = process.threadCpuUsage()
      job(group)
      const { user, system } = process.threadCpuUsage(start)
      return (user + system) / group.items.length
    })
    console.log(
      JSON.stringify({ corpus: 'lives', what, medianUs: Number(median(us).toFixed(2)), firstUs: Number((us[0] ?? 0).toFixed(2)) }),
    )
  }
}
