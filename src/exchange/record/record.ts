import { itemsIn, linesOf, shownConsultation } from '../../care-record/consultation.ts'
import type {
  EncounterEntry,
  Entry,
  MedicineComparison,
  MedicineEntry,
  PlainEntry,
  ResultEntry,
  ResultPoint,
  SectionChange,
} from '../../care-record/entry.ts'
import type { Disclosed, Item, Outcome, SectionAnswer } from '../../care-record/item.ts'
import { SECTION_IDS, type SectionId } from '../../care-record/section.ts'
import { contradicts, presence } from './allergies.ts'
import { intervalMs } from './analytes.ts'
import { compareMedicines } from './compare.ts'
import {
  type AllergyDraft,
  type Draft,
  type EncounterDraft,
  type MedicineDraft,
  NONE,
  type PlainDraft,
  type ResultDraft,
  type Writable,
} from './draft.ts'
import { writtenOf } from './encounters.ts'
import { acrossOf, agree, cluster, compose } from './fold.ts'
import { draftEntry } from './read-item.ts'
import { withUnit } from './observation.ts'
import { inOrder, newestFirst } from './reading.ts'
import { lineOf, pointIn } from './results.ts'
import { wholesOf } from './plain.ts'
import { threadsOf, type Threads } from './threads.ts'

/** The one record of one view: every statement in exactly one entry, whatever order the answers came in. Keeps words, never a resource. */
export interface CareRecord {
  /**
   * Folds more answers in and returns only what changed. What one source says of a section of a group replaces what it
   * said before, unless it is older; a try that got no answer leaves what stands.
   */
  add(answers: readonly SectionAnswer<Disclosed<Item>>[]): readonly SectionChange[]
  /**
   * The greater part of the work of `add`, in slices of `SLICE_ITEMS` items; changes nothing yet. `fold` does the rest.
   * @param pause lets others go first; awaited between slices, never for an answer of one slice.
   */
  read(answers: readonly SectionAnswer<Disclosed<Item>>[], pause: () => Promise<unknown>): Promise<Told>
  /**
   * `fold(await read(answers, pause))` is `add(answers)`. Any split of what was told, folded one after the other, gives the
   * same record: the way to fold a very large answer in more than one step.
   */
  fold(told: Told): readonly SectionChange[]
  /** Today's entry of an id of this view; an absorbed id answers with its successor. */
  entry(id: string): Entry | undefined
  /** Ids of the items that were folded into an entry, newest first. */
  statementIds(id: string): readonly string[]
  /** Why the statements are one: `same code, same day, same value`. Empty for a single statement. */
  explain(id: string): readonly string[]
  /** The entry an item was folded into; `undefined` for an item the record does not hold. */
  entryOf(itemId: string): string | undefined
  /** Problems and encounters, each with the entries its sources linked to it in either direction. An entry may stand in several, or in none. */
  threads(): Threads
  /** Current medicines and those stopped within three months, side by side by organisation. No column is the right one (D38). */
  compareMedicines(): MedicineComparison
  /** All entries, sorted within section. */
  snapshot(): Map<SectionId, readonly Entry[]>
}

/** Items read between two pauses: a few milliseconds. */
const SLICE_ITEMS = 250

/** What one source said of one section of one group. */
interface Slot {
  readonly key: string
  readonly asOf: string
  /** Stands at once, however old the clock of the answer. */
  readonly closing: boolean
  readonly drafts: Map<string, Draft>
}
/** Answers that were read and are not folded yet. */
export type Told = readonly Slot[]

/** One item id: a source may give it in two groups, then the newest speaks. */
interface Held {
  readonly slots: Slot[]
  draft: Draft | undefined
  row: Row | undefined
}
interface Row {
  readonly id: string
  /** In order of minting. */
  readonly order: number
  members: readonly Draft[]
  across: Entry['conflicts']
  /** As its members make it, without what depends on the rest of the section. */
  core: Entry
  entry: Entry
  line: string
  /** Listed test whose repetition elsewhere is hinted at; empty: none. */
  test: string
  /** When that test was done, milliseconds; not a number where no day is known. */
  at: number
  /** What its line and its hint were last drawn from: unless one of these changes, they stand. */
  readonly drawn: Drawn
}
interface Drawn {
  unit: string | undefined
  unitWords: string | undefined
  of: Entry | undefined
  point: ResultPoint | undefined
  /** The result before it. */
  before: Entry | undefined
  /** The same test elsewhere. */
  elsewhere: Entry | undefined
}
interface Group {
  readonly members: readonly Draft[]
  readonly across: Entry['conflicts']
}
/** Rows touched by one `fold`, each with the entry that a reader has of it. */
type Touched = Map<Row, Entry | undefined>

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
  const successors = new Map<string, string>()
  /** Results of one line: same analyte, specimen and unit. */
  const lines = new Map<string, Row[]>()
  const allergies = new Set<Row>()
  /** Results of one listed test, whatever its code, unit or specimen. */
  const tests = new Map<string, Set<Row>>()
  /** Items that others take the place of, and the rows that say so. */
  const replaced = new Map<string, Set<Row>>()
  /** Items that lines of consultations lead to, and the rows they are written in. */
  const ledTo = new Map<string, Set<Row>>()
  let minted = 0

  const find = (id: string): Row | undefined => {
    let current = id
    for (let row = rows.get(current); ; row = rows.get(current)) {
      const next = successors.get(current)
      if (row || next === undefined) return row
      current = next
    }
  }
  const rowOf = (draft: Draft): Row | undefined => held.get(draft.itemId)?.row

  /** Puts what was told in its place; returns the ids of items whose place changed. */
  function place(told: Told): Set<string> {
    const changed = new Set<string>()
    for (const slot of told) {
      const before = slots.get(slot.key)
      if (before && slot.asOf < before.asOf && !slot.closing) continue
      slots.set(slot.key, slot)
      before?.drafts.forEach((_draft, id) => {
        const known = held.get(id)
        if (known) drop(known.slots, before)
        changed.add(id)
      })
      slot.drafts.forEach((_draft, id) => {
        const known = held.get(id)
        if (known) known.slots.push(slot)
        else held.set(id, { slots: [slot], draft: undefined, row: undefined })
        changed.add(id)
      })
    }
    return changed
  }

  /** Lets each changed item speak as it now reads; returns the statements that may now fold differently. */
  function settle(changed: ReadonlySet<string>, orphaned: Set<Row>): Set<Draft> {
    const touched = new Set<Draft>()
    for (const id of changed) {
      const known = held.get(id)
      if (!known) continue
      const draft = winner(known.slots, id)
      const old = known.draft
      if (draft && old && alike(old, draft)) continue
      if (old) {
        touched.delete(old)
        for (const key of old.keys) {
          const sharers = index.get(key) ?? []
          drop(sharers, old)
          for (const other of sharers) touched.add(other)
          if (sharers.length === 0) index.delete(key)
        }
        if (known.row) orphaned.add(known.row)
      }
      known.draft = draft
      if (!draft) {
        held.delete(id)
        continue
      }
      touched.add(draft)
      for (const key of draft.keys) {
        const sharers = index.get(key)
        if (sharers) sharers.push(draft)
        else index.set(key, [draft])
      }
    }
    return touched
  }

  const isAlone = (draft: Draft): boolean => {
    for (const key of draft.keys) if ((index.get(key)?.length ?? 0) > 1) return false
    return true
  }

  /** Statements connected through shared keys, and only those reached from what was touched. */
  function eachComponent(touched: ReadonlySet<Draft>, visit: (component: readonly Draft[]) => void): void {
    const seen = new Set<Draft>()
    touched.forEach(start => {
      if (isAlone(start)) return visit([start])
      if (seen.has(start)) return
      seen.add(start)
      const component = [start]
      for (const draft of component)
        for (const key of draft.keys)
          for (const other of index.get(key) ?? NONE)
            if (other !== draft && !seen.has(other)) {
              seen.add(other)
              component.push(other)
            }
      visit(component)
    })
  }

  /** Groups that are new or differ from the row that stands for them. */
  function regroup(touched: ReadonlySet<Draft>): readonly Group[] {
    const changed: Group[] = []
    eachComponent(touched, component => {
      const groups = cluster(component)
      for (const members of groups) {
        const across = acrossOf(members, groups)
        const row = members[0] && rowOf(members[0])
        if (!row || !sameList(row.members, members) || !alike(row.across, across)) changed.push({ members, across })
      }
    })
    return changed
  }

  /** Each old id goes to the group that has most of its statements; a group keeps the oldest id it was given. */
  function inherit(groups: readonly Group[], orphaned: ReadonlySet<Row>) {
    const claims = new Map<Row, Map<number, number>>()
    for (const row of orphaned) claims.set(row, new Map())
    groups.forEach(({ members }, n) => {
      for (const member of members) {
        const row = rowOf(member)
        if (!row) continue
        let claim = claims.get(row)
        if (!claim) claims.set(row, (claim = new Map()))
        claim.set(n, (claim.get(n) ?? 0) + 1)
      }
    })
    const kept = new Map<number, Row>()
    const removed: { readonly row: Row; readonly heir: number | undefined }[] = []
    for (const [row, claim] of [...claims].sort(([a], [b]) => a.order - b.order)) {
      let heir: number | undefined
      for (const [n, count] of claim) if (heir === undefined || count > (claim.get(heir) ?? 0)) heir = n
      if (heir !== undefined && !kept.has(heir)) kept.set(heir, row)
      else removed.push({ row, heir })
    }
    return { kept, removed }
  }

  /** The row of a group: the one it inherits, else a new one. */
  function setRow({ members, across }: Group, kept: Row | undefined, touched: Touched, redraw: Set<string>): Row {
    const alone = compose(members)
    const core = across.length === 0 ? alone : { ...alone, conflicts: [...alone.conflicts, ...across] }
    const row = kept ?? {
      id: ports.mintId(),
      order: minted++,
      members,
      across,
      core,
      entry: core,
      line: '',
      test: '',
      at: Number.NaN,
      drawn: { ...NOT_DRAWN },
    }
    touched.set(row, kept?.entry)
    if (kept) {
      row.members = members
      row.across = across
      row.core = core
    } else rows.set(row.id, row)
    for (const member of members) {
      const known = held.get(member.itemId)
      if (known) known.row = row
    }
    if (core.kind === 'allergy') allergies.add(row)
    else allergies.delete(row)
    const result = members[0]?.kind === 'result' ? members[0] : undefined
    toLine(row, result ? lineOf(members as readonly ResultDraft[]) : '', redraw)
    toTest(row, result?.test ?? '')
    if (row.test !== '') row.at = (core.date?.length ?? 0) >= 10 ? Date.parse(core.date ?? '') : Number.NaN
    return row
  }

  /** Which rows take the place of which items. */
  function notePlaces(row: Row, members: readonly Draft[], add: boolean, restate: Set<string>): void {
    for (const draft of members)
      for (const target of draft.kind === 'plain' ? draft.replaces : NONE) {
        restate.add(target)
        const by = replaced.get(target)
        if (!add) by?.delete(row)
        else if (by) by.add(row)
        else replaced.set(target, new Set([row]))
      }
  }

  /** Which items the lines of a row lead to. */
  function noteLines(row: Row, members: readonly Draft[], add: boolean): void {
    for (const draft of members)
      for (const itemId of draft.kind === 'encounter' ? itemsIn(draft.consultation) : NONE) {
        const by = ledTo.get(itemId)
        if (!add) by?.delete(row)
        else if (by) by.add(row)
        else ledTo.set(itemId, new Set([row]))
        if (by?.size === 0) ledTo.delete(itemId)
      }
  }

  function toTest(row: Row, test: string): void {
    if (row.test === test) return
    tests.get(row.test)?.delete(row)
    row.test = test
    if (test === '') return
    const of = tests.get(test)
    if (of) of.add(row)
    else tests.set(test, new Set([row]))
  }

  function removeRow(row: Row, redraw: Set<string>): void {
    rows.delete(row.id)
    allergies.delete(row)
    toLine(row, '', redraw)
  }

  function toLine(row: Row, line: string, redraw: Set<string>): void {
    if (row.line !== '') redraw.add(row.line)
    if (line !== '') redraw.add(line)
    if (row.line === line) return
    drop(lines.get(row.line) ?? [], row)
    row.line = line
    if (line === '') return
    const of = lines.get(line)
    if (of) of.push(row)
    else lines.set(line, [row])
  }

  function fold(told: Told): readonly SectionChange[] {
    const orphaned = new Set<Row>()
    const placed = place(told)
    const groups = regroup(settle(placed, orphaned))
    if (groups.length === 0 && orphaned.size === 0) return []
    const { kept, removed } = inherit(groups, orphaned)
    const touched: Touched = new Map()
    const redraw = new Set<string>()
    const restate = new Set<string>()
    const retest = new Set<string>()
    let weigh = false
    for (const { row } of removed) {
      if (row.test !== '') retest.add(row.test)
      notePlaces(row, row.members, false, restate)
      noteLines(row, row.members, false)
      removeRow(row, redraw)
      toTest(row, '')
      weigh ||= row.core.kind === 'allergy'
    }
    const heirs = groups.map((group, n) => {
      const before = kept.get(n)
      if (before) {
        if (before.test !== '') retest.add(before.test)
        notePlaces(before, before.members, false, restate)
        noteLines(before, before.members, false)
      }
      const row = setRow(group, before, touched, redraw)
      if (row.test !== '') retest.add(row.test)
      notePlaces(row, row.members, true, restate)
      noteLines(row, row.members, true)
      return row
    })
    const changes = new Map<SectionId, { upserts: Entry[]; removed: { id: string; successor?: string }[] }>()
    const changeOf = (section: SectionId) => {
      let change = changes.get(section)
      if (!change) changes.set(section, (change = { upserts: [], removed: [] }))
      return change
    }
    for (const { row, heir } of removed) {
      const successor = heir === undefined ? undefined : heirs[heir]?.id
      if (successor !== undefined) successors.set(row.id, successor)
      changeOf(row.core.section).removed.push({ id: row.id, ...(successor === undefined ? {} : { successor }) })
    }
    touched.forEach((_old, row) => {
      weigh ||= row.core.kind === 'allergy'
      row.entry = { ...row.core, id: row.id }
    })
    for (const line of redraw) drawLine(lines.get(line) ?? [], touched)
    for (const test of retest) drawHints(tests.get(test) ?? NO_ROWS, intervalMs(test), touched)
    if (replaced.size > 0) for (const row of touched.keys()) for (const member of row.members) restate.add(member.itemId)
    for (const itemId of restate) {
      const row = held.get(itemId)?.row
      if (row && rows.has(row.id)) supersede(row, replaced, touched)
    }
    const rewritten = new Set([...touched.keys()].filter(row => row.core.kind === 'encounter'))
    if (ledTo.size > 0) for (const itemId of placed) for (const row of ledTo.get(itemId) ?? NO_ROWS) rewritten.add(row)
    for (const row of rewritten) rewrite(row, itemId => held.has(itemId), touched)
    if (weigh) weighNegatives(allergies, touched)
    touched.forEach((old, row) => {
      // What is read again keeps its id and its section; only what reads differently is sent.
      if (old && alike(old, row.entry)) row.entry = old
      else changeOf(row.entry.section).upserts.push(row.entry)
    })
    return SECTION_IDS.flatMap(section => {
      const change = changes.get(section)
      return change ? [{ section, upserts: change.upserts.sort(bySort), removed: change.removed }] : []
    })
  }

  return {
    add(answers) {
      const reading = readAnswers(answers, ports.today())
      let step = reading.next()
      while (!step.done) step = reading.next()
      return fold(step.value)
    },
    async read(answers, pause) {
      const reading = readAnswers(answers, ports.today())
      let step = reading.next()
      for (; !step.done; step = reading.next()) await pause()
      return step.value
    },
    fold,
    entry: id => find(id)?.entry,
    statementIds: id => (find(id)?.members ?? []).map(d => d.itemId),
    explain(id) {
      const [first, ...rest] = find(id)?.members ?? []
      return first ? [...new Set(rest.flatMap(d => agree(first, d)?.why ?? []))] : []
    },
    entryOf: itemId => held.get(itemId)?.row?.id,
    threads: () => threadsOf(rows.values(), itemId => held.get(itemId)?.row),
    compareMedicines() {
      const told: { entry: MedicineEntry; members: readonly MedicineDraft[] }[] = []
      for (const { entry, members } of rows.values())
        if (entry.kind === 'medicine') told.push({ entry, members: members as readonly MedicineDraft[] })
      return compareMedicines(told, ports.today())
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
  }
}

/** Reads answers item by item; stops after each slice. */
function* readAnswers(answers: readonly SectionAnswer<Disclosed<Item>>[], today: string): Generator<undefined, Told> {
  const told: Slot[] = []
  let read = 0
  for (const { source, group, sections, asOf, outcome, items } of answers) {
    if (SILENT.has(outcome) && items.length === 0) continue
    const bySection = new Map<SectionId, Slot>()
    const slotOf = (section: SectionId): Slot => {
      let slot = bySection.get(section)
      if (!slot) {
        slot = { key: `${source.exchange}/${source.id}/${group}/${section}`, asOf, closing: CLOSING.has(outcome), drafts: new Map() }
        bySection.set(section, slot)
      }
      return slot
    }
    for (const section of sections) slotOf(section)
    for (const item of items) {
      const { drafts } = slotOf(item.section)
      const twin = drafts.get(item.id)
      if (!twin || twin.version < item.version) drafts.set(item.id, draftOf(item, asOf, today))
      if (++read % SLICE_ITEMS === 0) yield
    }
    told.push(...bySection.values())
  }
  return told
}

/** What is not live says as at when. */
function draftOf(item: Item, asOf: string, today: string): Draft {
  const draft = draftEntry(item, today)
  return item.provenance.feed === 'live' ? draft : asAt(draft, asOf)
}
const asAt = <D extends Draft>(draft: D, instant: string): D => ({ ...draft, entry: { ...draft.entry, asAt: instant } })

/** Takes one thing out of a short list. */
function drop<T>(list: T[], one: T): void {
  const at = list.indexOf(one)
  if (at >= 0) list.splice(at, 1)
}

/** Of several answers that hold an item the newest speaks; between equals the key decides. */
function winner(slots: readonly Slot[], id: string): Draft | undefined {
  if (slots.length < 2) return slots[0]?.drafts.get(id)
  const rank = (slot: Slot): string => `${slot.asOf} ${slot.drafts.get(id)?.version ?? ''} ${slot.key}`
  return slots.reduce((best, slot) => (rank(slot) > rank(best) ? slot : best)).drafts.get(id)
}

const sameList = <T>(a: readonly T[], b: readonly T[]): boolean => a.length === b.length && a.every((one, n) => one === b[n])

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

const NO_ROWS: ReadonlySet<Row> = new Set()

const NOT_DRAWN: Drawn = {
  unit: undefined,
  unitWords: undefined,
  of: undefined,
  point: undefined,
  before: undefined,
  elsewhere: undefined,
}

const bySort = (a: Entry, b: Entry): number => inOrder(a.sort, b.sort)

/** The entry of a row, open for what depends on the rest of the section: one that a reader has is never written on. */
function reopen(row: Row, touched: Touched): Writable<Entry> {
  if (!touched.has(row)) {
    touched.set(row, row.entry)
    row.entry = { ...row.entry }
  }
  return row.entry
}

/**
 * Previous value beside each result, and the whole line on the newest, in its unit (older ones stay small: a line of 200
 * points is sent once, not 200 times).
 */
function drawLine(line: Row[], touched: Touched): void {
  line.sort((a, b) => bySort(b.core, a.core))
  const newest = line.at(-1)
  if (!newest) return
  const unit = (newest.members[0] as ResultDraft).unit
  const unitWords = (newest.core as ResultEntry).unit
  const points: ResultPoint[] = []
  let before: ResultEntry | undefined
  for (const row of line) {
    const core = row.core as ResultEntry
    const former = before
    before = core
    const point = pointOf(row, unit, unitWords)
    if (point) points.push(point)
    const shown = row.entry as ResultEntry
    // Set anew with each entry that is composed anew: what was drawn on the one before tells nothing then.
    if (row !== newest && shown.series.length === 0 && row.drawn.before === former && !touched.has(row)) continue
    row.drawn.before = former
    const previous = former?.date === undefined ? undefined : { value: previousWords(former, core), date: former.date }
    if (row !== newest && shown.series.length === 0 && alike(shown.previous, previous)) continue
    const entry = reopen(row, touched) as Writable<ResultEntry>
    if (previous) entry.previous = previous
    else delete entry.previous
    entry.series = row === newest ? points : NONE
  }
}

/** The point of a row in the unit of its line, made once for each. */
function pointOf(row: Row, unit: string, unitWords: string | undefined): ResultPoint | undefined {
  const { drawn } = row
  if (drawn.of !== row.core || drawn.unit !== unit || drawn.unitWords !== unitWords) {
    drawn.point = pointIn(row.members as readonly ResultDraft[], unit, unitWords)
    drawn.of = row.core
    drawn.unit = unit
    drawn.unitWords = unitWords
  }
  return drawn.point
}

/** A former value in another unit never stands without it. */
const previousWords = (before: ResultEntry, now: ResultEntry): string =>
  before.unit === now.unit || before.unit === undefined ? before.value : `${before.value} ${before.unit}`

/** The same test by another organisation, the nearest within its usual interval, beside each result (D63, R096). */
function drawHints(all: ReadonlySet<Row>, spanMs: number, touched: Touched): void {
  const hint = (row: Row, other: Row | undefined): void => {
    if (row.drawn.elsewhere === other?.core && !touched.has(row)) return
    row.drawn.elsewhere = other?.core
    const said = other && { words: withUnit(titled(other.core as ResultEntry)), by: chipAt(other.core) }
    if (alike((row.entry as ResultEntry).elsewhere, said)) return
    const entry = reopen(row, touched) as Writable<ResultEntry>
    if (said) entry.elsewhere = said
    else delete entry.elsewhere
  }
  const times: Row[] = []
  for (const row of all)
    if (Number.isNaN(row.at)) hint(row, undefined)
    else times.push(row)
  times.sort((a, b) => a.at - b.at || bySort(a.core, b.core))
  times.forEach((row, n) => {
    const { at } = row
    let nearest: Row | undefined
    for (let m = n - 1; m >= 0; m--) {
      const other = times[m]
      if (!other || at - other.at > spanMs) break
      if (isElsewhere(row, other)) {
        nearest = other
        break
      }
    }
    for (let m = n + 1; m < times.length; m++) {
      const other = times[m]
      if (!other || other.at - at > spanMs || (nearest && other.at - at >= at - nearest.at)) break
      if (isElsewhere(row, other)) {
        nearest = other
        break
      }
    }
    hint(row, nearest)
  })
}
const titled = (entry: ResultEntry): { value: string; unit?: string | undefined } => ({
  value: `${entry.title} ${entry.value}`,
  unit: entry.unit,
})
const chipAt = ({ recordedBy, date }: Entry): Entry['recordedBy'] => (date === undefined ? recordedBy : { ...recordedBy, date })
const isElsewhere = (a: Row, b: Row): boolean =>
  a.members.every(x => b.members.every(y => x.entry.recordedBy.odsCode !== y.entry.recordedBy.odsCode))

/** What something else takes the place of says so, whatever its own source still calls it (D135). */
function supersede(row: Row, replaced: ReadonlyMap<string, ReadonlySet<Row>>, touched: Touched): void {
  if (row.core.kind !== 'plain') return
  const gone = wholesOf(row.members as readonly PlainDraft[]).every(member => {
    const by = replaced.get(member.itemId)
    return by !== undefined && (by.size > 1 || (by.size === 1 && !by.has(row)))
  })
  const shown = row.entry as PlainEntry
  const status = gone && row.core.list === 'current' ? 'Superseded' : row.core.status
  const list = gone ? 'past' : row.core.list
  if (shown.status === status && shown.list === list) return
  const entry = reopen(row, touched) as Writable<PlainEntry>
  entry.list = list
  if (status === undefined) delete entry.status
  else entry.status = status
}

/** What stands of a consultation in this view: not a word of a line whose item does not. */
function rewrite(row: Row, isHeld: (itemId: string) => boolean, touched: Touched): void {
  const told = (row.members as readonly EncounterDraft[]).find(({ consultation }) => consultation.length > 0)
  const here = shownConsultation(told?.consultation ?? NONE, itemId => (isHeld(itemId) ? itemId : undefined))
  const { written, starts } = writtenOf(linesOf(here))
  const shown = row.entry as EncounterEntry
  if (shown.written === written && shown.starts === starts) return
  const entry = reopen(row, touched) as Writable<EncounterEntry>
  delete entry.written
  delete entry.starts
  if (written !== undefined) entry.written = written
  if (starts !== undefined) entry.starts = starts
}

/** Positives beat negatives; each side carries the words of the other (D23). */
function weighNegatives(all: ReadonlySet<Row>, touched: Touched): void {
  const standing = [...all].filter(row => row.core.list === 'current').sort((a, b) => bySort(a.core, b.core))
  const drafts = (row: Row): readonly AllergyDraft[] => row.members as readonly AllergyDraft[]
  const isNegative = (row: Row): boolean => drafts(row)[0]?.rulesOut !== ''
  const negatives = standing.filter(isNegative).flatMap(drafts)
  const positives = standing.filter(row => !isNegative(row)).flatMap(drafts)
  for (const row of standing) {
    const negative = isNegative(row)
    const mine = drafts(row)
    const against = (negative ? positives : negatives)
      .filter(other => mine.some(own => (negative ? contradicts(own, other) : contradicts(other, own))))
      .sort((a, b) => inOrder(newestFirst(a.at), newestFirst(b.at)))
    if (against.length === 0 && !row.entry.conflicts.some(c => c.kind === 'presence')) continue
    const entry = reopen(row, touched)
    entry.conflicts = row.core.conflicts
    if (against.length > 0) entry.conflicts = [...entry.conflicts, negative ? presence(against, mine) : presence(mine, against)]
  }
}
