import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { eventsOf } from '../src/exchange/audit/verify.ts'
import { SEARCHES } from '../src/exchange/doors/fhir/searches.ts'
import { PLANTED_WORDS } from '../src/london/people/lives/restricted.ts'
import { told } from '../src/london/people/population.ts'
import { SYSTEM_IDS } from '../src/london/places.ts'
import { LAW_LINE } from '../src/viewer/components/section-card.ts'
import { LAW_NOTICE } from '../src/viewer/pages/layout.ts'
import { factOf, sourceOf, type Side } from './support/ledger.ts'
import { stage } from './support/london.ts'
import { asPeer } from './support/peer.ts'
import { formsOf, pagesOf, rowsOf, wordsOf } from './support/reading.ts'
import { everythingOf, softwareOf } from './support/software.ts'
import type { Visitor } from './support/visitor.ts'

/*
 * Ms Marino has been to a sexual health clinic, a fertility unit and a gender clinic; her twin has not, and has the same
 * life otherwise. Whatever a professional, another exchange, an auditor or an operator can read of the one must be what
 * they can read of the other.
 */
const at = stage({ processes: 1 })
afterEach(() => at().ledger.sound())

/** Without the notices that are the same for everyone (D121). */
const lawful = (text: string): string => text.replaceAll(LAW_LINE, '').replaceAll(LAW_NOTICE, '')

/** Everything that is a person's, a view's or a moment's own, made the same for both. */
const alike = (text: string): string =>
  lawful(text)
    .replaceAll(/\b999(?:\s|\u00a0|<[^>]*>)*123(?:\s|\u00a0|<[^>]*>)*4(?:543|640)\b/g, 'NUMBER')
    .replaceAll(/Sofia|Lucia/g, 'GIVEN')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, 'UUID')
    .replaceAll(/\b2\.25\.\d+/g, 'UID')
    .replaceAll(/\/r\/[^"'/?\s]+/g, '/r/VIEW')
    .replaceAll(/data-view="[^"]*"/g, 'data-view')
    .replaceAll(/name="csrf" value="[^"]*"/g, 'csrf')
    .replaceAll(/\b(e|l|s|p)-[A-Za-z0-9_-]{10,}/g, '$1-ID')
    .replaceAll(/\/(item|results|documents)\/[A-Za-z0-9_-]{6,}/g, '/$1/ID')
    .replaceAll(/"[A-Za-z0-9_-]{16,}"/g, '"ID"')
    .replaceAll(/data-n="\d+"|data-after="\d+"|[?&]after=\d+/g, 'N')
    .replaceAll(/answered in \d+\.\d seconds?|\b\d+\.\d s\b/g, 'TIME')
    // The last part of a row's place is drawn from the identifier of its statement, so that two rows never tie.
    .replaceAll(/(data-sort="[^"]*?)\d{8,}"/g, '$1"')
    .replaceAll(
      /\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d|\d\d? [A-Z][a-z]+ \d{4} at \d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g,
      'MOMENT',
    )

/** Lines in the order of the alphabet: of what arrives in no order. */
const sorted = (texts: readonly string[]): readonly string[] => texts.map(alike).toSorted()

/** Of a line to a peer: what comes in the order in which a source answered its searches. */
const UNORDERED = new Set(['items', 'links'])
const inOrder = (value: unknown): unknown =>
  Array.isArray(value)
    ? Array.from(value, (each: unknown) => ({ each, text: alike(JSON.stringify(each)) }))
        .toSorted((a, b) => (a.text < b.text ? -1 : 1))
        .map(({ each }) => each)
    : value

interface Reading {
  readonly viewId: string
  /** Every page that this visitor can come to, by its place in the record. */
  readonly pages: ReadonlyMap<string, string>
  readonly rows: readonly string[]
  readonly items: readonly string[]
  readonly documents: readonly string[]
}

async function opened(visitor: Visitor, nhsNumber: string): Promise<string> {
  const { id, page } = await visitor.open(nhsNumber)
  const form = formsOf((page.url.pathname.endsWith('/reason') ? page : await visitor.whole(id)).html).find(f =>
    f.action.endsWith('/reason'),
  )
  if (form !== undefined) await visitor.submit(form, { reason: 'claim-treating' })
  return id
}

/** Reads whatever can be read of one view: every page and panel, every document, what a search finds, the printed record. */
async function readAll(visitor: Visitor, nhsNumber: string): Promise<Reading> {
  const viewId = await opened(visitor, nhsNumber)
  // Of a row that came more than once, as sources answered one after the other, the last is what stands; of one taken away, nothing.
  const arrived = new Map<string, string>()
  for (const { sections } of await visitor.settled(viewId))
    for (const { upserts, removed } of sections) {
      for (const { id } of removed) arrived.delete(id)
      for (const { html } of upserts) for (const id of rowsOf(html)) arrived.set(id, html)
    }
  const whole = await visitor.whole(viewId)
  const older = formsOf((await visitor.get(`/r/${viewId}/results`)).html).find(form => form.action.endsWith('/older'))
  if (older !== undefined) {
    await visitor.submit(older)
    await visitor.settled(viewId)
  }
  const pages = new Map<string, string>()
  const keep = (name: string, html: string): void => void pages.set(name, html)
  keep('summary', (await visitor.whole(viewId)).html)
  for (const path of pagesOf(whole.html)) keep(path.replace(`/r/${viewId}/`, ''), (await visitor.get(path)).html)
  for (const name of ['timeline', 'changes', 'medicines/compare', 'problems/threads', 'encounters/threads', 'print'])
    keep(name, (await visitor.get(`/r/${viewId}/${name}`)).html)
  const search = formsOf(whole.html).find(form => form.action.endsWith('/search'))
  if (search !== undefined)
    for (const words of ['letter', 'clinic', 'treatm', 'chlam', 'concept', 'embry', 'gender'])
      keep(`search ${words}`, (await visitor.submit(search, { words })).html)
  const ids = new Set([...pages.values()].flatMap(rowsOf))
  const rows = Array.from(arrived).flatMap(([id, html]) => (ids.has(id) ? [html] : []))
  const items: string[] = []
  for (const id of ids) items.push((await visitor.get(`/r/${viewId}/item/${id}`, { 'x-fragment': '1' })).html)
  const paths = new Set(
    [...pages.values()].flatMap(html => Array.from(html.matchAll(/href="(\/r\/[^"/]+\/documents\/[^"/]+)"/g), ([, path = '']) => path)),
  )
  const documents: string[] = []
  for (const path of paths) {
    documents.push((await visitor.get(path)).html)
    for (const part of ['/body', '/original', '/pages/1']) documents.push((await visitor.get(`${path}${part}`)).html)
  }
  return { viewId, pages, rows, items, documents }
}

/** Where two texts part, with what stands round it; nothing when they are the same. */
function parting(one: string, other: string): string {
  if (one === other) return ''
  let at = 0
  while (one[at] === other[at]) at += 1
  const round = (text: string): string => text.slice(Math.max(0, at - 80), at + 120)
  return `…${round(one)}…\nbeside\n…${round(other)}…`
}

/** Words first: they say best what is wrong when something is. */
function sameReading(one: Reading, other: Reading): void {
  assert.deepEqual([...one.pages.keys()], [...other.pages.keys()])
  const wrong: string[] = []
  const compare = (what: string, a: string, b: string): void => {
    const where = parting(wordsOf(a), wordsOf(b)) || parting(a, b)
    if (where !== '') wrong.push(`${what}: ${where}`)
  }
  for (const [name, html] of one.pages) compare(name, alike(html), alike(other.pages.get(name) ?? ''))
  compare('rows of the parts', sorted(one.rows).join('\n'), sorted(other.rows).join('\n'))
  compare('item panels', sorted(one.items).join('\n'), sorted(other.items).join('\n'))
  assert.equal(wrong.join('\n\n'), '')
}

/** Each document opens to the same; the one that is held answers as one that was never there. */
function sameDocuments(one: Reading, other: Reading): void {
  assert.equal(one.documents.length, other.documents.length)
  const left = sorted(other.documents.map(wordsOf)).slice()
  const apart = sorted(one.documents.map(wordsOf)).filter(words => {
    const at = left.indexOf(words)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  assert.ok(apart.length <= 4, `${apart.length} differ: ${apart.join(' | ')}`)
  for (const words of apart) assert.match(words, GONE)
}
const GONE = /Nothing to show\.|There is no (such )?document/

/**
 * What both exchanges wrote down of one view and its questions to the other, in no order: kind, source, outcome, sections and
 * how many items. The whole of it, item ids included, is searched for what is planted.
 */
async function trailOf(viewId: string, side: Side): Promise<readonly string[]> {
  const { ledger } = at()
  const [first] = await ledger.events(viewId, side)
  assert.ok(first)
  const all = await Promise.all(
    (['sel', 'ncl'] as const).map(async where =>
      (await eventsOf(ledger.pool(where), { transaction: first.transaction })).map(event => ({ where, event })),
    ),
  )
  scan('the audit', JSON.stringify(all))
  // One letter of both tells of a change of gender in one: it is listed, and held when it is opened (care rules 3.2). So
  // its outcome differs, and how often its owner is asked for it.
  const isDocument = ({ event }: (typeof all)[number][number]): boolean =>
    event.kind === 'evidence-checked' || [...new Set(factOf(event, 'section'))].join() === 'documents'
  const [letters, others] = [all.flat().filter(isDocument), all.flat().filter(one => !isDocument(one))]
  const opened = new Set(letters.map(({ where, event }) => [where, event.kind, sourceOf(event) ?? ''].join(' ')))
  const rest = others.map(({ where, event }) =>
    [
      where,
      event.kind,
      sourceOf(event) ?? '',
      event.outcome,
      factOf(event, 'section').toSorted().join('+'),
      factOf(event, 'outcomes').join('+'),
      event.manifests.map(manifest => manifest.items.length).join(),
    ].join(' '),
  )
  return [...opened, ...rest].toSorted()
}

/** Every trace at once, with what stands round it. */
const scan = (what: string, text: string): void => {
  const plain = lawful(text)
  const traces = PLANTED_WORDS.flatMap(trace => {
    const found = trace.exec(plain)
    return found === null ? [] : [`${what}: ${String(trace)} in …${plain.slice(Math.max(0, found.index - 120), found.index + 80)}…`]
  })
  assert.deepEqual(traces, [])
}

test('the two lives differ by what is planted, and by nothing else', () => {
  const { people } = at().london.city
  for (const system of SYSTEM_IDS) {
    const [planted, plain] = [people.held(system, told.restricted), people.held(system, told.restrictedTwin)]
    const kinds = Object.keys(plain ?? {}) as (keyof NonNullable<typeof plain>)[]
    for (const kind of kinds) {
      const [more, less] = [planted?.[kind], plain?.[kind]]
      if (!Array.isArray(more) || !Array.isArray(less)) continue
      const known = new Set(more.map((thing: { readonly id?: string }) => thing.id))
      for (const thing of less as readonly { readonly id?: string }[]) assert.ok(known.has(thing.id), `${system} ${kind}`)
    }
  }
  const counted = (nhsNumber: string): number =>
    SYSTEM_IDS.reduce(
      (sum, id) =>
        sum +
        Object.values(people.held(id, nhsNumber) ?? {}).reduce(
          (n: number, part: unknown) => n + (Array.isArray(part) ? part.length : 0),
          0,
        ),
      0,
    )
  assert.ok(counted(told.restricted) - counted(told.restrictedTwin) >= 20, 'planted facts')
})

for (const [family, side] of [
  ['Lindqvist', 'sel'],
  ['Shah', 'sel'],
  ['Goldberg', 'ncl'],
  ['Cole', 'sel'],
] as const)
  test(`D120 D121 D171 R062 R067 HAZ-012: to ${family} (${side}) every page, part, panel and search of both is the same`, async () => {
    const { signedIn } = at()
    const visitor = await signedIn(family)
    const planted = await readAll(visitor, told.restricted)
    const plain = await readAll(visitor, told.restrictedTwin)
    scan('every byte', visitor.received())
    sameReading(planted, plain)
    sameDocuments(planted, plain)
    assert.deepEqual(await trailOf(planted.viewId, side), await trailOf(plain.viewId, side), 'the audit of both exchanges')
  })

test('D120 D124 HAZ-012: a ward clerk who is refused is refused both in the same words', async () => {
  const { signedIn } = at()
  const visitor = await signedIn('Kelly')
  const [one, other] = [(await visitor.open(told.restricted)).page, (await visitor.open(told.restrictedTwin)).page]
  scan('every byte', visitor.received())
  assert.deepEqual([one.status, alike(one.html)], [other.status, alike(other.html)])
  assert.match(one.words, /You are not shown as caring for this person/)
})

test('D120 HAZ-012: a peer is sent the same lines of both, and none of what is kept apart', async () => {
  const { dir, london } = at()
  const [planted, plain] = [
    await asPeer(london, dir, { nhsNumber: told.restricted }),
    await asPeer(london, dir, { nhsNumber: told.restrictedTwin }),
  ]
  scan('the wire to a peer', JSON.stringify(planted))
  const said = (lines: typeof planted): readonly string[] =>
    sorted(
      lines.map(line =>
        JSON.stringify(line, (key, value: unknown) =>
          ['tookMs', 'version', 'hash', 'size'].includes(key) ? undefined : UNORDERED.has(key) ? inOrder(value) : value,
        ),
      ),
    )
  assert.deepEqual(said(planted), said(plain))
})

/** What software reads of one person, entry by entry; ids are made for the person, and are in no order. */
async function softwareReads(who: string, nhsNumber: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const software = await softwareOf(at().dir, who)
  const person = await software.match(nhsNumber)
  const everything = await everythingOf(software, person)
  const said = new Map<string, readonly string[]>()
  const types = SEARCHES.map(({ type }) => `/${type}?patient=${person}&_revinclude=Provenance:target`)
  for (const path of [`/Patient/${person}`, `/Patient/${person}/$summary`, ...types]) {
    const { status, body, text } = await software.get(path)
    assert.equal(status, 200, text)
    said.set(path.replace(person, 'PERSON'), [text, ...(body.entry ?? []).map(entry => JSON.stringify(entry))])
  }
  said.set('everything', [everything.text, ...(everything.body.entry ?? []).map(entry => JSON.stringify(entry))])
  // An id of nothing, beside ids that lead somewhere.
  said.set('nothing', [(await software.get(`/Condition/${person}.${'0'.repeat(32)}`)).text])
  const made = new RegExp(`${person}(?:\\.[0-9a-f]{32})?|(?<="versionId":")[0-9a-f]{32}`, 'g')
  return new Map(
    Array.from(said, ([name, [text = '', ...entries]]) => {
      scan(`software, ${name}`, text)
      return [name, sorted((entries.length > 0 ? entries : [text]).map(one => one.replaceAll(made, 'MADE')))]
    }),
  )
}

for (const family of ['Shah', 'Lindqvist', 'Goldberg'])
  test(`D120 HAZ-012: software of ${family} reads the same of both, in every answer of the FHIR door`, async () => {
    const visitor = await at().signedIn(family)
    const both: ReadonlyMap<string, readonly string[]>[] = []
    for (const nhsNumber of [told.restricted, told.restrictedTwin]) {
      // Where a claim is needed, a page takes it.
      await opened(visitor, nhsNumber)
      both.push(await softwareReads(family.toLowerCase(), nhsNumber))
    }
    const [planted = new Map<string, readonly string[]>(), plain = new Map<string, readonly string[]>()] = both
    assert.ok((plain.get('everything') ?? []).length > 20)
    for (const [name, entries] of planted) assert.deepEqual(entries, plain.get(name), name)
  })

test('HAZ-012: no process of either exchange has logged a trace', () => {
  const { logs } = at()
  assert.ok(logs().length > 0)
  scan('logs', logs())
})

test('HAZ-012: a child’s record does not name who gave him life', async () => {
  const { signedIn } = at()
  const visitor = await signedIn('Lindqvist')
  const { pages } = await readAll(visitor, told.donorChild)
  scan('every byte', visitor.received())
  assert.match(wordsOf(pages.get('summary') ?? ''), /bronchiolitis/i, 'the rest of the record stands')
})
