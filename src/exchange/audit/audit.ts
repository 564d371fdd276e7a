import type { KeyObject } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ClientBase, Pool } from 'pg'
import { limits } from '../../care-record/limits.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import type { AuditDraft } from './draft.ts'
import { createLane } from './lane.ts'
import { freshBytes } from './random.ts'
import { makeRecord, type EventRecord } from './record.ts'
import { createSpool, type SpoolFile } from './spool.ts'
import { ensurePartitions, insertRecords, isAboutTheData, isCheck, within } from './store.ts'

/** Events of one commit at most. */
const GROUP = 200
/** One try at the database, and all tries at one group, milliseconds. */
const TRY_MS = 1_500
const TRIES_MS = 2_000
const RETRY_PAUSE_MS = 50
/** How often a database that is away is asked whether it is back, and how long it may take to say so. */
const PROBE_MS = 1_000
/** A group waits this long for what is spooled to go first; then it is spooled behind it, or refused. */
const CATCH_UP_MS = 500
const REAP_AT_ONCE = 50

export interface AuditLog {
  warn(facts: Readonly<Record<string, unknown>>, words: string): void
  info(facts: Readonly<Record<string, unknown>>, words: string): void
}

export interface AuditPorts {
  readonly pool: Pool
  readonly exchange: string
  /** Opaque tag of this process. */
  readonly processTag: string
  /** Ed25519. */
  readonly signingKey: KeyObject
  readonly keyId: string
  /** 32 bytes. */
  readonly sealKey: Buffer
  /** A folder of this host, not shared with another. */
  readonly spoolDir: string
  readonly now: () => Date
  readonly log: AuditLog
  /** Silence after which a view counts as lost, milliseconds. */
  readonly lostMs?: number
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number
}

export interface Written {
  readonly id: string
  readonly at: string
}

export interface Audit {
  /**
   * Durable in the database when it resolves ok. A `view-opened` event opens its view and a `closed` event closes it,
   * in the same transaction.
   *
   * @returns fault `unavailable` when the database does not take it (the same event may then be stored, never twice),
   *   `internal` when it refuses this very event. Never rejects.
   */
  write(draft: AuditDraft): Promise<Result<Written>>
  /** For views already admitted: as `write`, but falls to the local spool, synced to disk, when the database is away. */
  writeOpenView(draft: AuditDraft): Promise<Result<Written & { readonly spooled: boolean }>>
  /** Writes within the caller's transaction, beside the change of state it is about. Rejects with the driver's error. */
  writeWith(client: ClientBase, draft: AuditDraft): Promise<Written>
  /**
   * One update for all live views of this process; call every 15 s.
   *
   * @returns ids among these that are no longer open: closed, or taken for lost.
   */
  keepAlive(viewIds: readonly string[]): Promise<Result<readonly string[]>>
  /**
   * Closes views silent for 60 s as lost, whichever process owned them; call every 15 s. Does nothing until this process
   * and the database server have been in touch that long: after an outage all views look silent.
   *
   * @returns how many were closed.
   */
  reap(): Promise<number>
  /**
   * Brings spooled events into the database, oldest first, and makes the months' partitions; also happens by itself.
   * Await it once before the first event.
   *
   * @returns how many were not there yet.
   */
  drain(): Promise<number>
  health(): { readonly database: boolean; readonly spooled: number }
  /** Waits for what is under way, drains if it can, leaves the rest to the next process of this host. */
  stop(): Promise<void>
}

interface Waiting {
  /** Signed when the event was said, or being signed since, while the group before it is committed. */
  readonly making: Promise<EventRecord>
  readonly spoolable: boolean
  readonly settle: (result: Result<{ readonly spooled: boolean }>) => void
}

interface Ready extends Waiting {
  readonly record: EventRecord
}

const AWAY = fail('unavailable', 'The record of who looked cannot be written at the moment.')
const IN_DATABASE = ok({ spooled: false })

/** Version 7 UUIDs (RFC 9562 5.7 and 6.2, method 1): those of one millisecond in the order they were made. */
function uuidsV7(): (at: Date) => string {
  let last = -1
  let counter = 0
  return at => {
    counter = at.getTime() === last ? (counter + 1) & 0xfff : 0
    last = at.getTime()
    const bytes = freshBytes(16)
    bytes.writeUIntBE(last, 0, 6)
    bytes.writeUInt16BE(0x7000 | counter, 6)
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
}

/** What of an error may stand in a log: its class and code. */
const nameOf = (cause: unknown): Readonly<Record<string, unknown>> =>
  cause instanceof Error ? { error: cause.name, code: 'code' in cause ? cause.code : undefined } : { error: typeof cause }

/**
 * The writer of the record of who looked: shown only after written. Commits at once when idle, groups only what
 * arrives during a commit or while the first of a group is signed, and writes what is spooled before anything newer.
 *
 * @throws when the spool folder cannot be made or a key is of the wrong kind: the process must not start.
 * @see docs/adr/0003-audit-writer.md
 */
export function createAudit(ports: AuditPorts): Audit {
  if (ports.signingKey.asymmetricKeyType !== 'ed25519') throw new TypeError('the audit signing key is not Ed25519')
  if (ports.sealKey.length !== 32) throw new TypeError('the audit seal key is not 32 bytes')
  const { pool, log, lostMs = limits.lostMs, nowMs = () => performance.now() } = ports
  const uuidV7 = uuidsV7()
  const nodeId = `${ports.exchange}/${ports.processTag}`
  const spool = createSpool(ports.spoolDir, ports.exchange, ports.sealKey)
  let away = false
  /** Monotonic time since when the database has answered without fail. */
  let inTouchSince: number | undefined
  let probing: NodeJS.Timeout | undefined
  let stopped = false

  const reached = (): void => {
    inTouchSince ??= nowMs()
    if (away) log.info({ event: 'audit-database-back', spooled: spool.pending() }, 'the audit database answers again')
    away = false
  }
  const lost = (cause: unknown): void => {
    if (!away) log.warn({ event: 'audit-database-away', ...nameOf(cause) }, 'the audit database does not answer')
    away = true
    inTouchSince = undefined
    probeLater()
  }
  const probeLater = (): void => {
    if (stopped || probing) return
    probing = setTimeout(() => {
      probing = undefined
      void drain()
    }, PROBE_MS).unref()
  }
  const probe = async (): Promise<boolean> => {
    try {
      await within(pool, PROBE_MS, client => client.query('select 1'))
      reached()
      return true
    } catch (cause) {
      lost(cause)
      return false
    }
  }

  const insert = async (records: readonly EventRecord[]): Promise<number> => {
    const started = nowMs()
    let tries = 0
    for (;;) {
      try {
        const written = await within(pool, TRY_MS, client => insertRecords(client, records, TRY_MS))
        reached()
        return written
      } catch (cause) {
        // A month split off while the event was on its way to the default partition looks like an event that breaks a rule.
        const mayHaveMoved = isCheck(cause) && tries++ < 3
        if ((isAboutTheData(cause) && !mayHaveMoved) || nowMs() - started > TRIES_MS - TRY_MS) throw cause
        await pause(RETRY_PAUSE_MS)
      }
    }
  }

  /** One group to the database; what it refuses for its own sake does not take the others with it. */
  const insertGroup = async (group: readonly Ready[]): Promise<void> => {
    try {
      await insert(group.map(w => w.record))
      for (const w of group) w.settle(IN_DATABASE)
    } catch (cause) {
      if (!isAboutTheData(cause)) {
        lost(cause)
        return fallBack(group)
      }
      if (group.length > 1) {
        for (const w of group) await insertGroup([w])
        return
      }
      log.warn({ event: 'audit-event-refused', id: group[0]!.record.uuid, ...nameOf(cause) }, 'the database refused an audit event')
      group[0]!.settle(fail('internal', 'The record of who looked could not be written.'))
    }
  }

  const fallBack = async (group: readonly Ready[]): Promise<void> => {
    const spoolable = group.filter(w => w.spoolable)
    for (const w of group) if (!w.spoolable) w.settle(AWAY)
    if (spoolable.length === 0) return
    try {
      await spool.append(spoolable.map(w => w.record))
      for (const w of spoolable) w.settle(ok({ spooled: true }))
    } catch (cause) {
      log.warn({ event: 'audit-spool-failed', ...nameOf(cause) }, 'the audit spool does not take events')
      for (const w of spoolable) w.settle(AWAY)
    }
    probeLater()
  }

  let tendedOn: string | undefined
  /** The coming months' partitions, looked after once a day. What goes wrong costs no event: the default partition takes it. */
  const tendMonths = async (): Promise<void> => {
    const now = ports.now()
    const today = now.toISOString().slice(0, 10)
    if (tendedOn !== today) tending = makeMonths(now)
    tendedOn = today
    await tending
  }
  let tending: Promise<void> | undefined
  const makeMonths = async (now: Date): Promise<void> => {
    try {
      const months = await within(pool, TRIES_MS, client => ensurePartitions(client, now))
      if (months.length > 0) log.warn({ event: 'audit-month-in-default', months }, 'months of the audit lie in the default partition')
    } catch (cause) {
      log.warn({ event: 'audit-partition-failed', ...nameOf(cause) }, 'a partition of the audit could not be made')
    }
  }

  let drained = 0
  /** Files of the spool, oldest first, until it is empty or the time is over. Only ever run by the lane. */
  const catchUp = async (forMs: number): Promise<void> => {
    const started = nowMs()
    for (;;) {
      if (away || spool.pending() === 0 || nowMs() - started > forMs) return
      try {
        const file = await spool.oldest()
        if (file) await drainFile(file)
      } catch (cause) {
        lost(cause)
      }
    }
  }
  const drainFile = async (file: SpoolFile): Promise<void> => {
    let refused = false
    for (let from = 0; from < file.records.length; from += GROUP) {
      const records = file.records.slice(from, from + GROUP)
      try {
        drained += await insert(records)
      } catch (cause) {
        if (!isAboutTheData(cause)) throw cause
        for (const record of records) {
          try {
            drained += await insert([record])
          } catch (cause) {
            if (!isAboutTheData(cause)) throw cause
            refused = true
          }
        }
      }
    }
    const broken = file.broken || refused
    if (broken) log.warn({ event: 'audit-spool-broken', refused }, 'a spool file was changed or refused, and is kept')
    await spool.drained({ ...file, broken })
  }

  const signed = (thing: Waiting | (() => void)): Promise<unknown> | undefined =>
    typeof thing === 'function' ? undefined : thing.making.catch(() => undefined)
  const lane = createLane<Waiting | (() => void)>(GROUP, signed, async things => {
    const waiting = things.filter(thing => typeof thing !== 'function')
    const catchUps = things.filter(thing => typeof thing === 'function')
    try {
      const group = await Promise.all(waiting.map(async (w): Promise<Ready> => ({ ...w, record: await w.making })))
      await catchUp(group.length > 0 ? CATCH_UP_MS : Infinity)
      if (group.length > 0) await (away || spool.pending() > 0 ? fallBack(group) : insertGroup(group))
    } catch (cause) {
      log.warn({ event: 'audit-writer-failed', ...nameOf(cause) }, 'the audit writer failed')
      for (const w of waiting) w.settle(AWAY)
    }
    for (const done of catchUps) done()
  })

  const drain = async (): Promise<number> => {
    const before = drained
    await spool
      .adopt()
      .catch((cause: unknown) => log.warn({ event: 'audit-spool-failed', ...nameOf(cause) }, 'the audit spool cannot be read'))
    if (!(away || spool.pending() > 0 || inTouchSince === undefined) || !(await probe())) {
      await tending
      return 0
    }
    await tendMonths()
    await new Promise<void>(resolve => lane.add(resolve))
    if (away || spool.pending() > 0) probeLater()
    return drained - before
  }

  const recordOf = (draft: AuditDraft): Promise<EventRecord> => {
    const at = ports.now()
    return makeRecord(draft, { ...ports, at, uuid: uuidV7(at), nodeId }, !lane.busy())
  }
  const enter = async (draft: AuditDraft, spoolable: boolean): Promise<Result<Written & { readonly spooled: boolean }>> => {
    if (stopped) return AWAY
    const making = recordOf(draft)
    const result = await new Promise<Result<{ readonly spooled: boolean }>>(settle => lane.add({ making, spoolable, settle }))
    if (!result.ok) return result
    const { uuid, at } = await making
    return ok({ id: uuid, at, spooled: result.value.spooled })
  }

  const reapSome = (): Promise<number> =>
    within(pool, TRY_MS * 2, async client => {
      await client.query('begin')
      const { rows } = await client.query<{ opened: string; node_id: string; opened_at: Date }>(
        `select opened, node_id, opened_at from audit_open_view
         where heartbeat_at < now() - $1 * interval '1 millisecond' and pg_postmaster_start_time() < now() - $1 * interval '1 millisecond'
         order by heartbeat_at limit $2 for update skip locked`,
        [lostMs, REAP_AT_ONCE],
      )
      const drafts = rows.map((row): AuditDraft => {
        const draft = JSON.parse(row.opened) as AuditDraft
        return { ...draft, detail: { ...draft.detail, openedBy: row.node_id, openedAt: row.opened_at.toISOString() } }
      })
      if (drafts.length > 0) await insertRecords(client, await Promise.all(drafts.map(recordOf)), TRY_MS)
      await client.query('commit')
      return drafts.length
    })

  void drain()

  return {
    async write(draft) {
      const result = await enter(draft, false)
      return result.ok ? ok({ id: result.value.id, at: result.value.at }) : result
    },
    writeOpenView: draft => enter(draft, true),
    async writeWith(client, draft) {
      const record = await recordOf(draft)
      await insertRecords(client, [record], TRY_MS)
      return { id: record.uuid, at: record.at }
    },
    async keepAlive(viewIds) {
      if (viewIds.length === 0) return ok([])
      try {
        const { rows } = await within(pool, TRY_MS, client =>
          client.query<{ view_id: string }>('update audit_open_view set heartbeat_at = now() where view_id = any($1) returning view_id', [
            viewIds,
          ]),
        )
        reached()
        const open = new Set(rows.map(row => row.view_id))
        return ok(viewIds.filter(id => !open.has(id)))
      } catch (cause) {
        lost(cause)
        return AWAY
      }
    },
    async reap() {
      if (stopped || away || spool.pending() > 0) return 0
      if (inTouchSince !== undefined) await tendMonths()
      if (inTouchSince === undefined && !(await probe())) return 0
      if (nowMs() - (inTouchSince ?? nowMs()) < lostMs) return 0
      let closed = 0
      try {
        for (let some = REAP_AT_ONCE; some === REAP_AT_ONCE; closed += some) some = await reapSome()
      } catch (cause) {
        lost(cause)
      }
      return closed
    },
    drain,
    health: () => ({ database: !away && inTouchSince !== undefined, spooled: spool.pending() }),
    async stop() {
      if (stopped) return
      stopped = true
      clearTimeout(probing)
      await lane.idle()
      if (spool.pending() > 0) await drain()
      await spool.release()
    },
  }
}

export { ensurePartitions }
