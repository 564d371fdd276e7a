import type { Entry, ResultEntry, SectionChange } from '../../care-record/entry.ts'
import type { Disclosed, Item, Outcome, SectionAnswer } from '../../care-record/item.ts'
import { SECTION_IDS, type SectionId } from '../../care-record/section.ts'
import { contradicts, presence } from './allergies.ts'
import type { AllergyDraft, Draft, ResultDraft } from './draft.ts'
import { agree, cluster, compose } from './fold.ts'
import { newestFirst } from './reading.ts'
import { draftEntry } from './read-item.ts'

/** The one record of one view: every statement in exactly one entry, whatever order the answers came in. */
export interface CareRecord {
  /**
   * Folds more answers in and returns only what changed. What one source says of a section of a group replaces what it
   * said before, unless it is older; a try that got no answer leaves what stands.
   */
  add(answers: readonly SectionAnswer<Disclosed<Item>>[]): readonly SectionChange[]
  /** Today's entry of an id of this view; an absorbed id answers with its successor. */
  entry(id: string): Entry | undefined
  /** What was folded into an entry, newest first; empty after `shed`. */
  statements(id: string): readonly Disclosed<Item>[]
  /** Item ids of the same, also after `shed`. */
  statementIds(id: string): readonly string[]
  /** Why the statements are one: `same code, same day, same value`. Empty for a single statement. */
  explain(id: string): readonly string[]
  /** All entries, sorted within section. */
  snapshot(): Map<SectionId, readonly Entry[]>
  /** Drops the parsed resources, keeps the entries. */
  shed(): void
}

interface Slot {
  readonly key: string
  readonly asOf: string
  readonly items: ReadonlyMap<string, Disclosed<Item>>
}
interface Held {
  /** Answers that hold this item: a source may give it in two groups. */
  readonly slots: Slot[]
  item: Disclosed<Item> | undefined
  draft: Draft | undefined
  stamp: string
}
interface Row {
  readonly id: string
  /** In order of minting. */
  readonly order: number
  members: readonly Draft[]
  /** As composed, before what depends on the rest of the section. */
  core: Entry
  entry: Entry
}

/** Outcomes in which the source did not speak: what it said before still stands. */
const SILENT: ReadonlySet<Outcome> = new Set<Outcome>(['late', 'unavailable', 'not-asked', 'not-connected'])
/** Outcomes that close at once, however old the clock of the answer. */
const CLOSING: ReadonlySet<Outcome> = new Set<Outcome>(['withheld', 'refused', 'mismatch'])

/**
 * @param ports.mintId a new opaque entry id, never the same twice in a view.
 * @param ports.today FHIR date at the reader.
 */
export function createRecord(ports: { readonly mintId: () => string; readonly today: () => string }): CareRecord {
  const slots = new Map<string, Slot>()
  const held = new Map<string, Held>()
  const index = new Map<string, Draft[]>()
  const rows = new Map<string, Row>()
  const rowOf = new Map<string, Row>()
  const successors = new Map<string, string>()
  /** Rows of one line, oldest first once drawn. */
  const seriesRows = new Map<string, Row[]>()
  const allergyRows = new Set<Row>()
  let minted = 0

  const find = (id: string): Row | undefined => {
    let current = id
    for (let row = rows.get(current); ; row = rows.get(current)) {
      const next = successors.get(current)
      if (row || next === undefined) return row
      current = next
    }
  }

  /** Puts the answers in their places; returns the ids of items whose place changed. */
  function place(answers: readonly SectionAnswer<Disclosed<Item>>[]): Set<string> {
    const changed = new Set<string>()
    for (const answer of answers) {
      if (SILENT.has(answer.outcome) && answer.items.length === 0) continue
      const bySection = new Map<SectionId, Map<string, Disclosed<Item>>>(answer.sections.map(s => [s, new Map()]))
      for (const item of answer.items) {
        let items = bySection.get(item.section)
        if (!items) bySection.set(item.section, (items = new Map()))
        const twin = items.get(item.id)
        if (!twin || twin.version < item.version) items.set(item.id, item)
      }
      for (const [section, items] of bySection) {
        const key = `${answer.source.exchange}/${answer.source.id}/${answer.group}/${section}`
        const before = slots.get(key)
        if (before && answer.asOf < before.asOf && !CLOSING.has(answer.outcome)) continue
        const slot: Slot = { key, asOf: answer.asOf, items }
        slots.set(key, slot)
        for (const id of before?.items.keys() ?? []) {
          const known = held.get(id)
          if (known && before) drop(known.slots, before)
          changed.add(id)
        }
        for (const id of items.keys()) {
          const known = held.get(id)
          if (known) known.slots.push(slot)
          else held.set(id, { slots: [slot], item: undefined, draft: undefined, stamp: '' })
          changed.add(id)
        }
      }
    }
    return changed
  }

  /** Reads what is new; returns the keys under which anything may now fold differently. */
  function read(changed: ReadonlySet<string>, orphaned: Set<Row>): Set<string> {
    const today = ports.today()
    const touched = new Set<string>()
    for (const id of changed) {
      const known = held.get(id)
      if (!known) continue
      const slot = winner(known.slots, id)
      const item = slot?.items.get(id)
      const stamp = item && slot ? stampOf(item, slot) : ''
      known.item = item
      if (item && known.draft && known.stamp === stamp) continue
      if (known.draft) {
        for (const key of known.draft.keys) {
          touched.add(key)
          const sharers = index.get(key)
          if (sharers) drop(sharers, known.draft)
          if (sharers?.length === 0) index.delete(key)
        }
        const row = rowOf.get(id)
        if (row) orphaned.add(row)
      }
      if (!item || !slot) {
        held.delete(id)
        rowOf.delete(id)
        continue
      }
      const read = draftEntry(item, today)
      const draft = item.provenance.feed === 'live' ? read : asAt(read, slot.asOf)
      known.draft = draft
      known.stamp = stamp
      for (const key of draft.keys) {
        touched.add(key)
        const sharers = index.get(key)
        if (sharers) sharers.push(draft)
        else index.set(key, [draft])
      }
    }
    return touched
  }

  /** Statements connected through shared keys, and only those reached from what was touched. */
  function* components(touched: ReadonlySet<string>): Generator<readonly Draft[]> {
    const seen = new Set<Draft>()
    for (const key of touched)
      for (const start of index.get(key) ?? []) {
        if (seen.has(start)) continue
        seen.add(start)
        const component = [start]
        for (const draft of component)
          for (const shared of draft.keys)
            for (const other of index.get(shared) ?? [])
              if (!seen.has(other)) {
                seen.add(other)
                component.push(other)
              }
        yield component
      }
  }

  function setRow(row: Row, changedRows: Set<Row>, resort: Set<string>): void {
    const kind = row.core.kind
    if (kind === 'allergy') allergyRows.add(row)
    const series = seriesOf(row)
    if (series) {
      const line = seriesRows.get(series)
      if (line) line.push(row)
      else seriesRows.set(series, [row])
      resort.add(series)
    }
    changedRows.add(row)
  }

  function unsetRow(row: Row, resort: Set<string>): void {
    allergyRows.delete(row)
    const series = seriesOf(row)
    if (!series) return
    drop(seriesRows.get(series) ?? [], row)
    resort.add(series)
  }

  return {
    add(answers) {
      const orphaned = new Set<Row>()
      const touched = read(place(answers), orphaned)
      if (touched.size === 0) return []
      const groups: { readonly members: readonly Draft[]; readonly neighbours: readonly (readonly Draft[])[] }[] = []
      const claims = new Map<Row, Map<number, number>>()
      for (const row of orphaned) claims.set(row, new Map())
      for (const component of components(touched)) {
        const clusters = cluster(component)
        for (const members of clusters) {
          const n = groups.push({ members, neighbours: clusters.length === 1 ? [] : clusters.filter(c => c !== members) }) - 1
          for (const member of members) {
            const row = rowOf.get(member.itemId)
            if (!row) continue
            const claim = claims.get(row) ?? new Map<number, number>()
            claim.set(n, (claim.get(n) ?? 0) + 1)
            claims.set(row, claim)
          }
        }
      }

      // Each old id goes to the group that has most of its statements; a group keeps the oldest id it was given.
      const removed: { row: Row; heir?: number }[] = []
      const kept = new Map<number, Row>()
      for (const [row, claim] of [...claims].sort(([a], [b]) => a.order - b.order)) {
        let heir: number | undefined
        for (const [n, count] of claim) if (heir === undefined || count > (claim.get(heir) ?? 0)) heir = n
        if (heir !== undefined && !kept.has(heir)) kept.set(heir, row)
        else removed.push({ row, ...(heir === undefined ? {} : { heir }) })
      }

      const changedRows = new Set<Row>()
      const resort = new Set<string>()
      const gone: { section: SectionId; id: string; successor?: string }[] = []
      const before = new Map<Row, Entry>()
      for (const row of kept.values()) {
        before.set(row, row.entry)
        unsetRow(row, resort)
      }
      for (const { row } of removed) {
        unsetRow(row, resort)
        rows.delete(row.id)
      }
      const heirs: Row[] = groups.map(({ members, neighbours }, n) => {
        let row = kept.get(n)
        const id = row?.id ?? ports.mintId()
        const entry = compose(members, neighbours, id)
        if (row) {
          row.members = members
          row.core = entry
          row.entry = entry
        } else {
          row = { id, order: minted++, members, core: entry, entry }
          rows.set(id, row)
        }
        for (const member of members) rowOf.set(member.itemId, row)
        setRow(row, changedRows, resort)
        return row
      })
      for (const { row, heir } of removed) {
        const successor = heir === undefined ? undefined : heirs[heir]?.id
        if (successor !== undefined) successors.set(row.id, successor)
        gone.push({ section: row.core.section, id: row.id, ...(successor === undefined ? {} : { successor }) })
      }

      const remember = (row: Row): void => {
        if (!before.has(row) && !changedRows.has(row)) before.set(row, row.entry)
        changedRows.add(row)
      }
      for (const series of resort) drawSeries(seriesRows.get(series), remember)
      if ([...changedRows].some(r => r.core.kind === 'allergy') || gone.some(g => g.section === 'allergies'))
        weighNegatives(allergyRows, remember)

      const upserts = new Map<SectionId, Entry[]>()
      const push = (section: SectionId): Entry[] => {
        const list = upserts.get(section) ?? []
        upserts.set(section, list)
        return list
      }
      for (const row of changedRows) {
        const old = before.get(row)
        // What is read again keeps its id and its section; only what reads differently is sent.
        if (old && alike(old, row.entry)) row.entry = old
        else push(row.entry.section).push(row.entry)
      }
      for (const { section } of gone) push(section)
      return SECTION_IDS.filter(s => upserts.has(s)).map(section => ({
        section,
        upserts: (upserts.get(section) ?? []).sort(bySort),
        removed: gone
          .filter(g => g.section === section)
          .map(({ id, successor }) => ({ id, ...(successor === undefined ? {} : { successor }) })),
      }))
    },
    entry: id => find(id)?.entry,
    statements: id => (find(id)?.members ?? []).flatMap(d => held.get(d.itemId)?.item ?? []),
    statementIds: id => (find(id)?.members ?? []).map(d => d.itemId),
    explain(id) {
      const [first, ...rest] = find(id)?.members ?? []
      return first ? [...new Set(rest.flatMap(d => agree(first, d)?.why ?? []))] : []
    },
    snapshot() {
      const all = new Map<SectionId, Entry[]>()
      for (const { entry } of rows.values()) {
        const list = all.get(entry.section)
        if (list) list.push(entry)
        else all.set(entry.section, [entry])
      }
      for (const list of all.values()) list.sort(bySort)
      return all
    },
    shed() {
      for (const known of held.values()) {
        known.item = undefined
        known.slots.length = 0
      }
      slots.clear()
    },
  }
}

/** Takes one thing out of a short list. */
function drop<T>(list: T[], one: T): void {
  const at = list.indexOf(one)
  if (at >= 0) list.splice(at, 1)
}

/** Of several answers that hold an item the newest speaks; between equals the key decides. */
function winner(slots: readonly Slot[], id: string): Slot | undefined {
  let best: Slot | undefined
  for (const slot of slots) {
    if (!best || rank(slot, id) > rank(best, id)) best = slot
  }
  return best
}
const rank = (slot: Slot, id: string): string => `${slot.asOf} ${slot.items.get(id)?.version ?? ''} ${slot.key}`

/** What of an item can change how it reads without the source having changed it. */
const stampOf = (item: Item, slot: Slot): string =>
  `${item.version}|${item.section}|${item.provenance.odsCode}|${item.provenance.short}|${item.provenance.matchedBy}|${item.marks.length}|${item.provenance.feed === 'live' ? '' : slot.asOf}`

const asAt = <D extends Draft>(draft: D, instant: string): D => ({ ...draft, entry: { ...draft.entry, asAt: instant } })

/** Deep equality of words: stops at the first difference and at everything the two share. */
function alike(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((value, n) => alike(value, b[n]))
  let fields = 0
  for (const field in a) {
    fields++
    if (!alike((a as Record<string, unknown>)[field], (b as Record<string, unknown>)[field])) return false
  }
  for (const _field in b) fields--
  return fields === 0
}

const bySort = (a: Entry, b: Entry): number => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0)

const newestResult = (row: Row): ResultDraft | undefined => {
  const first = row.members[0]
  return first?.kind === 'result' ? first : undefined
}
const seriesOf = (row: Row): string => newestResult(row)?.series ?? ''

/**
 * Previous value beside each result, and the whole line on the newest (older ones stay small: a line of 200 points is
 * sent once, not 200 times).
 */
function drawSeries(line: Row[] | undefined, remember: (row: Row) => void): void {
  if (!line || line.length === 0) return
  const ordered = line.sort((a, b) => bySort(b.core, a.core))
  const points = ordered.map(row => newestResult(row)?.point).filter(p => p !== undefined)
  ordered.forEach((row, n) => {
    const core = row.core as ResultEntry
    const before = n === 0 ? undefined : (ordered[n - 1]?.core as ResultEntry)
    const previous = before?.date === undefined ? undefined : { value: before.value, date: before.date }
    const last = n === ordered.length - 1
    const old = row.entry as ResultEntry
    if (!last && old.series.length === 0 && old.previous?.value === previous?.value && old.previous?.date === previous?.date) return
    remember(row)
    row.entry = { ...core, ...(previous ? { previous } : {}), series: last ? points : core.series }
  })
}

/** Positives beat negatives; each side carries the words of the other (D23). */
function weighNegatives(all: ReadonlySet<Row>, remember: (row: Row) => void): void {
  const standing = [...all].filter(r => r.core.kind === 'allergy' && r.core.list === 'current').sort((a, b) => bySort(a.core, b.core))
  const drafts = (row: Row): readonly AllergyDraft[] => row.members as readonly AllergyDraft[]
  const negatives = standing.filter(r => drafts(r)[0]?.rulesOut !== '')
  const positives = standing.filter(r => drafts(r)[0]?.rulesOut === '')
  for (const row of standing) {
    const negative = negatives.includes(row)
    const mine = drafts(row)
    const against = (negative ? positives : negatives)
      .flatMap(drafts)
      .filter(other => mine.some(own => (negative ? contradicts(own, other) : contradicts(other, own))))
      .sort((a, b) => (newestFirst(a.at) < newestFirst(b.at) ? -1 : 1))
    if (against.length === 0 && row.entry === row.core) continue
    remember(row)
    row.entry =
      against.length === 0
        ? row.core
        : { ...row.core, conflicts: [...row.core.conflicts, negative ? presence(against, mine) : presence(mine, against)] }
  }
}
