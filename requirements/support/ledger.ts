import assert from 'node:assert/strict'
import { createHash, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { SECTIONS } from '../../src/care-record/section.ts'
import { eventsOf, verifyEvents, type StoredEvent } from '../../src/exchange/audit/verify.ts'
import { NRL } from '../../src/london/catalogue.ts'
import { cityOrganisations, places, type ExchangeName } from '../../src/london/places.ts'
import type { London } from '../../src/london/london.ts'
import { openPool, type Pool } from '../../src/platform/database.ts'
import { sourceRowsOf } from './reading.ts'

export type Side = Lowercase<ExchangeName>
const sideOf = (exchange: string): Side => exchange.toLowerCase() as Side

/** The audits of all exchanges that run, read past the exchanges themselves. */
export interface Ledger {
  readonly pool: (side: Side) => Pool
  readonly events: (viewId: string, side?: Side) => Promise<readonly StoredEvent[]>
  /** All events of a kind, newest last. */
  readonly ofKind: (kind: string, side?: Side) => Promise<readonly StoredEvent[]>
  /** Waits until the view has an event of this kind. */
  readonly until: (viewId: string, kind: string, side?: Side) => Promise<readonly StoredEvent[]>
  /**
   * What must hold of every view of every exchange at any time. Looks at what has come since it was last asked; once it was asked,
   * `close` looks at everything again.
   */
  readonly sound: () => Promise<void>
  /** Each source that the page All sources says answered has its event, and each event its source. */
  readonly agrees: (viewId: string, sourcesHtml: string, side?: Side) => Promise<void>
  readonly close: () => Promise<void>
}

/** Facts an event states beside its columns. */
export const factOf = (event: Pick<StoredEvent, 'event'>, type: string): readonly string[] =>
  (event.event.entity ?? []).flatMap(entity =>
    (entity.detail ?? []).flatMap(detail => (detail.type === type && detail.valueString !== undefined ? [detail.valueString] : [])),
  )

/** Source of an event that shows or discloses one. */
export const sourceOf = (event: StoredEvent): string | undefined =>
  event.event.entity?.find(entity => entity.type?.code === 'source')?.what?.identifier?.value

const homeOf = (event: StoredEvent): string | undefined =>
  event.event.entity?.find(entity => entity.type?.code === 'source')?.detail?.find(detail => detail.type === 'exchange')?.valueString

export const itemsOf = (events: readonly StoredEvent[]): readonly string[] =>
  events.flatMap(event => event.manifests.flatMap(manifest => manifest.items.map(item => item.id)))

/** An event stands in the log at most this long after the time it names, milliseconds. */
const MAY_TAKE_MS = 60_000

/** @param dir folder of the London whose databases are read; its keys are there. */
export function openLedger(london: London, dir: string): Ledger {
  const pools = new Map(
    [...london.exchanges].map(([exchange, { databaseUrl }]) => {
      const pool = openPool({ url: databaseUrl, max: 2, onError: () => undefined })
      return [sideOf(exchange), pool] as const
    }),
  )
  const sides = [...pools.keys()]
  const poolOf = (side: Side): Pool => {
    const pool = pools.get(side)
    if (pool === undefined) throw new Error(`no database of ${side}`)
    return pool
  }
  const keys = new Map(sides.map(side => [side, keysIn(join(dir, 'pki'), side)] as const))
  /** How many events each view had, by exchange, when it was last found sound, and when that was. */
  const found = new Map(sides.map(side => [side, new Map<string, string>()] as const))
  let lookedAtMs: number | undefined
  const sound = async (look: 'what is new' | 'everything'): Promise<void> => {
    const beginsMs = Date.now()
    const from = look === 'everything' || lookedAtMs === undefined ? undefined : new Date(lookedAtMs - MAY_TAKE_MS)
    for (const side of sides) {
      const { checked, findings } = await verifyEvents(poolOf(side), id => keys.get(side)?.get(id), from === undefined ? {} : { from })
      assert.deepEqual(findings, [], `the log of ${side} is whole`)
      const { rows: doubled } = await poolOf(side).query('select uuid from audit_event group by uuid having count(*) > 1')
      assert.deepEqual(doubled, [], 'no event is there twice')
      const { rows } = await poolOf(side).query<{ view: string; events: string }>(
        'select view_id as view, count(*) as events from audit_event where view_id is not null group by view_id',
      )
      assert.ok(from !== undefined || checked >= rows.length)
      for (const row of rows) {
        if (look === 'what is new' && found.get(side)?.get(row.view) === row.events) continue
        // Reading about sharing is a look of its own, from the view and after it has ended: it names the view it came from.
        const inView = (await events(row.view, side)).filter(event => event.kind !== 'sharing-read')
        await soundView(inView, exchange => poolOf(sideOf(exchange)))
        found.get(side)?.set(row.view, row.events)
      }
    }
    lookedAtMs = beginsMs
  }
  const events = (viewId: string, side: Side = 'sel') => eventsOf(poolOf(side), { viewId })
  return {
    pool: poolOf,
    events,
    ofKind: (kind, side = 'sel') => eventsOf(poolOf(side), { kind }),
    async until(viewId, kind, side = 'sel') {
      for (;;) {
        const all = await events(viewId, side)
        if (all.some(event => event.kind === kind)) return all
        await pause(100)
      }
    },
    sound: () => sound('what is new'),
    async agrees(viewId, sourcesHtml, side = 'sel') {
      const shown = (await events(viewId, side)).filter(event => event.kind === 'shown')
      for (const row of sourceRowsOf(sourcesHtml)) {
        if (row.state !== 'answered') continue
        const ids = sourceIdsOf(row.name)
        // A peer that knows nothing has no sources to name.
        const said = shown.filter(event => (sourceOf(event) === undefined ? ids.length === 0 : ids.includes(sourceOf(event) ?? '')))
        const sections = new Set(said.flatMap(event => factOf(event, 'section')))
        assert.ok(said.length > 0, `${row.name} is said to have answered, and an event says so`)
        if (ids.length > 0)
          for (const title of row.sections) assert.ok(sections.has(sectionIdOf(title)), `${row.name}, ${title}: shown with an event`)
      }
      const named = new Set(sourceRowsOf(sourcesHtml).flatMap(row => sourceIdsOf(row.name)))
      for (const event of shown) {
        const source = sourceOf(event)
        if (source !== undefined) assert.ok(named.has(source), `${source} has an event and stands on the page`)
      }
    },
    async close() {
      try {
        if (lookedAtMs !== undefined) await sound('everything')
      } finally {
        for (const pool of pools.values()) await pool.end()
      }
    },
  }
}

const sectionIdOf = (title: string): string => SECTIONS.find(section => section.title === title)?.id ?? title

const sourceIdsOf = (name: string): readonly string[] => {
  const odsCode = cityOrganisations.find(organisation => organisation.name === name)?.odsCode
  return Object.entries({ ...places, [NRL.id]: NRL }).flatMap(([id, source]) => (source.odsCode === odsCode ? [id] : []))
}

/** One view: in order, nothing shown outside it, and what came from another exchange was disclosed there under the same attempt. */
async function soundView(events: readonly StoredEvent[], poolOf: (exchange: string) => Pool): Promise<void> {
  const about = (event: StoredEvent): string => `view ${event.viewId ?? ''}, ${event.kind} at ${event.at}`
  const [first] = events
  assert.ok(first)
  assert.equal(first.kind, 'view-opened', `${about(first)} comes first`)
  assert.equal(events.filter(event => event.kind === 'view-opened').length, 1)
  const closed = events.findIndex(event => event.kind === 'closed')
  const last = events.at(-1)
  if (closed >= 0 && last) assert.equal(closed, events.length - 1, `${about(last)} comes after the view was closed`)
  assert.equal(new Set(events.map(event => event.transaction)).size, 1, 'one transaction a view')
  assert.equal(new Set(events.map(event => event.sdsUserId)).size, 1, 'one user a view')
  const admitted = events.findIndex(event => event.kind === 'admitted')
  const firstShown = events.findIndex(event => event.kind === 'shown')
  assert.ok(firstShown < 0 || (admitted >= 0 && admitted < firstShown), 'nothing is shown before admission')
  const refusals = events.filter(event => event.kind === 'refused')
  if (refusals.length > 0) assert.equal(firstShown, -1, 'nothing is shown of a refused view')
  const here = first.event.source.site
  const there = new Map<string, Promise<readonly StoredEvent[]>>()
  const disclosedBy = (home: string): Promise<readonly StoredEvent[]> => {
    const asked = there.get(home) ?? eventsOf(poolOf(home), { transaction: first.transaction })
    there.set(home, asked)
    return asked
  }
  for (const event of events) {
    const home = homeOf(event)
    if (event.kind !== 'shown' || home === undefined || home === here) continue
    // That there is no agreement says nothing of anybody, and nothing left: its owner had nothing to write down.
    if (event.outcome !== 'success' && itemsOf([event]).length === 0) continue
    const theirs = (await disclosedBy(home)).filter(
      other => other.kind === 'peer-disclosed' && other.attempt === event.attempt && sourceOf(other) === sourceOf(event),
    )
    assert.ok(theirs.length > 0, `${about(event)}: its owner wrote down that it left`)
    const left = new Set(itemsOf(theirs))
    for (const id of itemsOf([event])) assert.ok(left.has(id), `${about(event)}: every item shown was disclosed by its owner`)
  }
}

function keysIn(pki: string, side: Side): ReadonlyMap<string, KeyObject> {
  const signing = createPublicKey(readFileSync(join(pki, `${side}-signing.pem`)))
  return new Map(
    readdirSync(pki)
      .filter(name => new RegExp(`^${side}-\\d+\\.pem$`).test(name))
      .map(name => {
        const pem = readFileSync(join(pki, name), 'utf8')
        assert.ok(new X509Certificate(pem))
        return [createHash('sha256').update(pem).digest('hex').slice(0, 16), signing] as const
      }),
  )
}
