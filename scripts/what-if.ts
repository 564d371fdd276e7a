import { CARING_GROUPS } from '../src/care-record/catalogue.ts'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { Item } from '../src/care-record/item.ts'
import type { KeptApart, ShareClass } from '../src/care-record/objection.ts'
import type { Pass } from '../src/care-record/person.ts'
import { findSection, SECTION_IDS, type SectionId } from '../src/care-record/section.ts'
import { firstRules } from '../src/exchange/access/rules/first-rules.ts'
import { catalogueOver, decidedOn, mayStand, parseChange, shareClassesOver, type Change } from '../src/exchange/disclosure/changes.ts'
import { createRules, disclose, type Rules } from '../src/exchange/disclosure/disclose.ts'
import type { Holders } from '../src/exchange/disclosure/kept-apart.ts'
import { classTitle } from '../src/exchange/disclosure/rules/class-titles.ts'
import { firstSet } from '../src/exchange/disclosure/rules/first-set.ts'
import { asDecided, rulesInForce } from '../src/exchange/disclosure/rules/in-force.ts'
import { createSieve, type Sieve } from '../src/exchange/disclosure/sieve.ts'
import type { Trial } from '../src/exchange/disclosure/trial.ts'
import { changeHash } from '../src/exchange/govern-disclosure.ts'
import { createCity } from '../src/london/people/city.ts'
import { GROUP_WORDS } from '../src/viewer/pages/office/rules.ts'
import { cityCatalogue, toldOf, without, type Told } from './what-if-items.ts'
import { reportHtml, reportText, type Example, type Report } from './what-if-report.ts'

/**
 * What a change of disclosure would hide or show over the synthetic city: `npm run what-if -- CHANGE.json`, with
 * `--html FILE` and `--summary FILE` (the summary goes with the proposal), `--people N`. Deterministic: one city, one day.
 */

const NOW = new Date('2026-11-21T10:00:00Z')
const ON = NOW.toISOString().slice(0, 10)
const EXAMPLES = 20

interface Side {
  readonly rules: Rules
  readonly sieve: Sieve
  readonly keptApart: KeptApart | undefined
}
/** The city under the first set, with a change or without. */
function side(change: Change | undefined): Side {
  const decided = decidedOn(change === undefined ? [] : [{ id: 'tried', change, from: ON }], ON)
  const catalogue = catalogueOver(cityCatalogue, decided, 'tried')
  const set = asDecided(rulesInForce([firstSet], ON), decided.seenBy)
  const holders: Holders = { organisations: catalogue.organisations, profiles: catalogue.profiles ?? [], shared: new Set() }
  return {
    rules: createRules(set, catalogue.services, { holders }),
    sieve: createSieve(set, catalogue.services, holders),
    keptApart:
      change?.kind === 'share-class'
        ? keptBy(shareClassesOver(firstRules.shareClasses, decided).find(one => one.id === change.id))
        : undefined,
  }
}
/** For somebody who keeps the class out of sharing. */
const keptBy = (one: ShareClass | undefined): KeptApart | undefined =>
  one && { organisations: [], organisationKinds: one.organisationKinds, sections: one.sections, policyClasses: one.policyClasses }

const viewer: Pass['viewer'] = {
  sdsUserId: 'what-if',
  name: 'Somebody elsewhere',
  sdsRoleProfileId: 'what-if',
  roleCode: 'S:G:R',
  roleName: 'Any',
  odsCode: 'ELSEWHERE',
  organisationName: 'Elsewhere',
  assurance: 'AAL2',
}
const passFor = (group: string, keptApart: KeptApart | undefined): Pass => ({
  viewer,
  purpose: 'direct-care',
  relationship: { type: 'inpatient', evidenceId: 'w', assertedBy: 'w', seenAt: NOW.toISOString(), until: NOW.toISOString() },
  role: { jobRole: 'R0000', group },
  maySee: new Set(SECTION_IDS),
  maskPlaces: false,
  decidedAt: NOW.toISOString(),
  rulesVersion: 'what-if',
  ...(keptApart === undefined ? {} : { keptApart }),
})
/** One group stands for all where it is asked only whether anything at all is found. */
const PROBE = 'gp'
/**
 * Whether a change can be felt in what one system says of a person. Where the classes it is about find nothing by themselves, they
 * withhold nothing beside others either: most of a city is judged once, and not before and after for each role.
 */
function feels(change: Change, before: Side, after: Side): (told: Told) => boolean {
  // A profile and a line of a register say something of one organisation alone.
  if (change.kind === 'profile' || change.kind === 'service') return ({ source }) => source.odsCode === change.odsCode
  const kept = [before.keptApart, after.keptApart].filter(one => one !== undefined)
  const classes = change.kind === 'class' ? [change.classId] : kept.flatMap(one => one.policyClasses)
  const { set } = after.rules
  const alone = {
    ...set,
    classes: set.classes.map(c => ({ ...c, maySee: classes.includes(c.id) ? [] : [PROBE as (typeof CARING_GROUPS)[number]] })),
  }
  const { organisations, services } = cityCatalogue
  const side: Side = { rules: createRules(alone, services), sieve: createSieve(alone, services), keptApart: undefined }
  const kinds = new Set<string | undefined>(kept.flatMap(one => one.organisationKinds))
  const sections = new Set(kept.flatMap(one => one.sections))
  return told => {
    const { items } = told.answer
    return (
      kinds.has(organisations.get(told.source.odsCode)?.kind) ||
      items.some(item => kinds.has(organisations.get(item.provenance.odsCode)?.kind) || sections.has(item.section)) ||
      seen(told, side, PROBE).size < items.length
    )
  }
}
function seen(told: Told, { rules, sieve, keptApart }: Side, group: string): ReadonlySet<string> {
  const pass = passFor(group, keptApart)
  const items = without(told, sieve(told.source, told.facts, pass))
  return new Set(disclose([{ ...told.answer, items }], pass, rules).answers.flatMap(one => one.items.map(({ id }) => id)))
}

/** What an item is about, in the words of its code. */
function titleOf({ resource }: Item): string {
  const fields: Readonly<Record<string, unknown>> = { ...resource }
  for (const name of ['code', 'medicationCodeableConcept', 'vaccineCode', 'type', 'serviceType', 'category']) {
    const one: unknown = fields[name]
    const concept = (Array.isArray(one) ? one[0] : one) as
      { readonly text?: string; readonly coding?: readonly { readonly display?: string }[] } | undefined
    const words = concept?.coding?.find(({ display }) => display !== undefined)?.display ?? concept?.text
    if (words !== undefined) return words
  }
  return typeof fields['description'] === 'string' ? fields['description'] : resource.resourceType
}

/** Role groups that see the same classes on both sides stand for each other; those a change says nothing of are left out. */
function alike(before: Side, after: Side, change: Change): readonly (readonly string[])[] {
  const maySee = ({ rules }: Side, group: string): string =>
    rules.set.classes.map(c => (c.maySee === undefined ? '' : `${c.id}:${c.maySee.some(one => one === group)}`)).join()
  const groups = Map.groupBy(CARING_GROUPS, group => `${maySee(before, group)} ${maySee(after, group)}`)
  return [...groups].filter(([key]) => change.kind !== 'class' || new Set(key.split(' ')).size > 1).map(([, all]) => all)
}

type Counts = ReadonlyMap<string, { readonly hidden: number; readonly shown: number }>
class Tally {
  readonly rows = new Map<string, { hidden: number; shown: number }>()
  add(of: string, what: 'hidden' | 'shown', by: number): void {
    const row = this.rows.get(of) ?? { hidden: 0, shown: 0 }
    row[what] += by
    this.rows.set(of, row)
  }
}

/** What was found among some of the people. */
interface Part {
  readonly people: number
  readonly items: number
  readonly touched: number
  readonly bySection: Counts
  readonly byOrganisation: Counts
  readonly byRoleGroup: Counts
  /** The first of them. */
  readonly examples: readonly Example[]
}

/** Tries a change on the people of the city from one place to before another. */
function tryOn(change: Change, from: number, to: number): Part {
  const [before, after] = [side(undefined), side(change)]
  const base =
    change.kind === 'share-class' ? { ...before, keptApart: keptBy(firstRules.shareClasses.find(one => one.id === change.id)) } : before
  const groups = alike(base, after, change)
  const felt = feels(change, base, after)
  const [bySection, byOrganisation, byRoleGroup] = [new Tally(), new Tally(), new Tally()]
  const examples: Example[] = []
  let [items, touched] = [0, 0]
  const city = createCity({ now: NOW })
  const tried = city.people.slice(from, to)
  for (const [place, person] of tried.entries()) {
    let isTouched = false
    for (const told of toldOf(city, person, NOW)) {
      items += told.answer.items.length
      if (!felt(told)) continue
      const moved = new Map<string, { readonly what: 'hidden' | 'shown'; readonly roles: string[] }>()
      for (const alike of groups) {
        const [first = ''] = alike
        const [then, now] = [seen(told, base, first), seen(told, after, first)]
        for (const { id } of told.answer.items) {
          if (then.has(id) === now.has(id)) continue
          const what = then.has(id) ? 'hidden' : 'shown'
          const one = moved.get(`${what} ${id}`) ?? { what, roles: [] }
          one.roles.push(...alike)
          moved.set(`${what} ${id}`, one)
        }
      }
      for (const [key, { what, roles }] of moved) {
        const item = told.answer.items.find(({ id }) => key === `${what} ${id}`)
        if (item === undefined) continue
        isTouched = true
        const section = sectionWords(item.section)
        bySection.add(section, what, roles.length)
        byOrganisation.add(item.provenance.organisationName, what, roles.length)
        for (const role of roles) byRoleGroup.add(GROUP_WORDS[role as keyof typeof GROUP_WORDS], what, 1)
        if (examples.length < EXAMPLES)
          examples.push({
            what,
            section,
            title: titleOf(item),
            organisation: item.provenance.organisationName,
            roles: roles.map(role => GROUP_WORDS[role as keyof typeof GROUP_WORDS]),
            person: from + place + 1,
          })
      }
    }
    if (isTouched) touched += 1
  }
  return {
    people: tried.length,
    items,
    touched,
    bySection: bySection.rows,
    byOrganisation: byOrganisation.rows,
    byRoleGroup: byRoleGroup.rows,
    examples,
  }
}

/** One report of parts in the order of the city. */
function reportOf(change: Change, parts: readonly Part[]): Report {
  const sum = (of: (part: Part) => number): number => parts.reduce((all, part) => all + of(part), 0)
  const counts = (of: (part: Part) => Counts): Trial['bySection'] => {
    const all = new Tally()
    for (const part of parts)
      for (const [name, { hidden, shown }] of of(part)) {
        all.add(name, 'hidden', hidden)
        all.add(name, 'shown', shown)
      }
    return [...all.rows]
      .map(([name, row]) => ({ of: name.slice(0, 100), ...row }))
      .toSorted((a, b) => b.hidden + b.shown - a.hidden - a.shown || (a.of < b.of ? -1 : 1))
      .slice(0, 60)
  }
  const total = (what: 'hidden' | 'shown'): number => sum(part => [...part.bySection.values()].reduce((all, row) => all + row[what], 0))
  return {
    title: `What if: ${wordsOf(change)}`,
    trial: {
      trial: 1,
      change: changeHash(change),
      people: sum(part => part.people),
      items: sum(part => part.items),
      hidden: total('hidden'),
      shown: total('shown'),
      peopleTouched: sum(part => part.touched),
      bySection: counts(part => part.bySection),
      byOrganisation: counts(part => part.byOrganisation),
      byRoleGroup: counts(part => part.byRoleGroup),
    },
    examples: parts.flatMap(part => part.examples).slice(0, EXAMPLES),
  }
}

/** Tries a change on the first `people` of the city, here and now. */
export const tryChange = (change: Change, people: number): Report => reportOf(change, [tryOn(change, 0, people)])

/** The same, by as many processors as there are. */
export async function tryChangeAtOnce(change: Change, people: number): Promise<Report> {
  const some = Math.ceil(people / availableParallelism())
  const parts = Array.from({ length: Math.ceil(people / some) }, async (_, n): Promise<Part> => {
    const [from, to] = [n * some, Math.min(people, (n + 1) * some)]
    const [part] = await once(new Worker(new URL(import.meta.url), { workerData: { change, from, to } }), 'message')
    return part as Part
  })
  return reportOf(change, await Promise.all(parts))
}

const sectionWords = (id: SectionId): string => findSection(id)?.title ?? id

function wordsOf(change: Change): string {
  switch (change.kind) {
    case 'class':
      return `${classTitle(change.classId)} is seen by ${change.seenBy.map(group => GROUP_WORDS[group]).join(', ') || 'nobody'}`
    case 'profile':
      return `${cityCatalogue.organisations.get(change.odsCode)?.name ?? change.odsCode} does not share ${
        [...change.sections.map(sectionWords), ...change.documentClasses, ...change.policyClasses.map(classTitle)].join(', ') || 'nothing'
      }`
    case 'service':
      return `${change.name} is ${change.legalClass === null ? 'ordinary' : classTitle(change.legalClass)}`
    case 'share-class':
      return `somebody keeps out: ${change.title}`
  }
  return change satisfies never
}

if (!isMainThread && parentPort !== null) {
  const { change, from, to } = workerData as { readonly change: Change; readonly from: number; readonly to: number }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
  parentPort.postMessage(tryOn(change, from, to))
}

if (import.meta.main && isMainThread) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { html: { type: 'string' }, summary: { type: 'string' }, people: { type: 'string', default: '2000' } },
  })
  const [file] = positionals
  const refuse = (words: string): never => {
    process.stderr.write(`${words}\n`)
    process.exit(1)
  }
  if (file === undefined) refuse('Name a file that holds the change: npm run what-if -- CHANGE.json')
  let said: unknown
  try {
    said = JSON.parse(readFileSync(file ?? '', 'utf8'))
  } catch {
    refuse('The file cannot be read as JSON.')
  }
  const change = parseChange(said)
  if (!change.ok) throw new Error(change.fault.detail)
  const may = mayStand(change.value, { catalogue: cityCatalogue, set: firstSet })
  if (!may.ok) throw new Error(may.fault.detail)
  const people = Number(values.people)
  if (!Number.isInteger(people) || people < 1) refuse('Say how many people as a whole number.')
  const report = await tryChangeAtOnce(change.value, people)
  process.stdout.write(reportText(report))
  if (values.html !== undefined) writeFileSync(values.html, reportHtml(report))
  if (values.summary !== undefined) writeFileSync(values.summary, `${JSON.stringify(report.trial, null, 2)}\n`)
}
