import { randomBytes, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import type { Catalogue, PeerConfig } from '../care-record/catalogue.ts'
import {
  LIST_PAGE,
  LISTS,
  type ListAsk,
  type ListName,
  type ListPage,
  type Notice,
  type ObjectionNotice,
  type Publish,
} from '../care-record/lists.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import { clearObjections, countObjections, createObjections, putObjection, putObjections, type Objections } from './access/objections.ts'
import { clearIsolations, countIsolations, putIsolation } from './agreements/isolations-in-force.ts'
import { withCase } from './agreements/objection-case/store.ts'
import type { Audit } from './audit/audit.ts'
import { verify, type ListOf, type Refused, type Verified } from './lists/chain.ts'
import {
  appendOwn,
  clearAlarms,
  countInForce,
  holdHead,
  isOurTurn,
  markRefused,
  markWhole,
  noteReader,
  openOwn,
  pageFor,
  pagesOf,
  raise,
  readersBehind,
  standings,
  STANDS,
  stateOf,
  takeEntries,
  type Db,
  type ListStanding,
} from './lists/lists.ts'
import type { PeerLists } from './sources/peer/ask-lists.ts'
import type { ViewPorts } from './view-ports.ts'

/** Times of the lists between exchanges, milliseconds. */
export const LIST_TIMES = {
  /** Each list of each peer is asked for this often by one process of the exchange. */
  askMs: 5_000,
  /** Pages of one list are read for so long; the rest in the next round, so that nobody's list keeps another's waiting. */
  roundMs: 4_000,
  startMs: 60_000,
  canaryMs: 3_600_000,
  /** A list whose newest canary is older is not arriving. */
  canaryLateMs: 2 * 3_600_000,
  /** A reader that does not hold what was put in this long ago is behind. */
  behindMs: 15 * 60_000,
} as const

const ownOf = (exchange: string, list: ListName): ListOf => ({ exchange, list })

/** What rests on a list, in the transaction that changes the list. Each room writes its own tables. */
async function project(tx: Db, exchange: string, notices: readonly Notice[]): Promise<void> {
  // Of several words on one thing the last counts.
  const last = [...new Map(notices.map(notice => [`${notice.kind}/${notice.id}`, notice])).values()]
  const objections = last.filter(notice => notice.kind === 'objection')
  if (objections.length > 0) await putObjections(tx, exchange, objections)
  for (const notice of last) if (notice.kind === 'isolation') await putIsolation(tx, exchange, notice)
}

/** One notice, and how many more are in force by it. */
async function projectOne(tx: Db, exchange: string, notice: Notice): Promise<number> {
  if (notice.kind === 'canary') return 0
  return notice.kind === 'objection' ? putObjection(tx, exchange, notice) : putIsolation(tx, exchange, notice)
}

const count = (tx: Db, { exchange, list }: ListOf): Promise<number> =>
  list === 'objections' ? countObjections(tx, exchange) : countIsolations(tx, exchange)

/** Counted, not reckoned: a projection that lost something is found. */
async function countAgain(tx: Db, of: ListOf): Promise<number> {
  const inForce = await count(tx, of)
  await countInForce(tx, of, inForce)
  return inForce
}

/**
 * Puts notices at the end of this exchange's own list. What they say is in force here when the caller's transaction is, and
 * at every other exchange when it has read on.
 */
export const createPublish =
  (ports: { readonly exchange: string; readonly now: () => Date }): Publish =>
  async (tx, list, notice) => {
    const of = ownOf(ports.exchange, list)
    const { sequence, inForce } = await appendOwn(tx, of, [notice], ports.now())
    const more = await projectOne(tx, ports.exchange, notice)
    // Reckoned while many are put in one after the other; counted with each canary.
    if (notice.kind === 'canary') await countAgain(tx, of)
    else if (more !== 0) await countInForce(tx, of, inForce + more)
    return { sequence }
  }

/**
 * Puts many notices at the end of this exchange's own list of objections and in force, as `createPublish` does one.
 *
 * @throws TypeError for a notice that no reader could read: it would stop the list everywhere.
 */
export async function publishObjections(tx: Db, exchange: string, notices: readonly ObjectionNotice[], now: Date): Promise<void> {
  const of = ownOf(exchange, 'objections')
  for (let from = 0; from < notices.length; from += LIST_PAGE) {
    const some = notices.slice(from, from + LIST_PAGE)
    await appendOwn(tx, of, some, now)
    await project(tx, exchange, some)
  }
  await countAgain(tx, of)
}

/** An objection as an apply file says it: of people who said no before this product was there. */
export interface ImportedObjection {
  readonly nhsNumber: string
  readonly scope: 'everything'
  readonly since: string
}

/**
 * Puts the whole list of an apply file in force in place of the last such, as notices of this exchange; what cases and other
 * imports have said stands: an objection of the file that has its case, withdrawn there or not, is the case's from then on. The same
 * list again changes nothing. From the first time on, even with an empty list, our list
 * counts as loaded. Returns how many notices it took.
 */
export async function applyObjections(
  tx: Db,
  list: { readonly exchange: string; readonly objections: readonly ImportedObjection[] },
  now: Date,
): Promise<number> {
  const of = ownOf(list.exchange, 'objections')
  await holdHead(tx, of)
  const said = new Map<string, ObjectionNotice>()
  for await (const notices of pagesOf(tx, of))
    for (const notice of notices) if (notice.kind === 'objection' && notice.id.startsWith(APPLIED)) said.set(notice.id, notice)
  const wanted = new Map(list.objections.map(one => [`${APPLIED}${one.nhsNumber}`, one]))
  const cases = await withCase(tx, [...said.keys()])
  const changes: ObjectionNotice[] = []
  for (const [id, one] of wanted) {
    if (cases.has(id)) continue
    const before = said.get(id)
    const since = one.since.slice(0, 10)
    if (before?.state === 'in-force' && before.since === since) continue
    changes.push({
      kind: 'objection',
      id,
      nhsNumbers: [one.nhsNumber],
      scope: { kind: one.scope },
      basis: 'imported',
      since,
      state: 'in-force',
      narrowings: [],
    })
  }
  for (const [id, before] of said)
    if (!wanted.has(id) && before.state !== 'ended' && !cases.has(id)) changes.push({ ...before, state: 'ended' })
  await publishObjections(tx, list.exchange, changes, now)
  await openOwn(tx, of, now)
  return changes.length
}
const APPLIED = 'applied/'

export interface ListPorts {
  readonly pool: Pool
  readonly exchange: string
  readonly catalogue: () => Catalogue
  readonly audit: Pick<Audit, 'writeOpenView'>
  readonly log: ViewPorts['log']
  readonly now: () => Date
  readonly newId: () => string
  /** Signs what we say of our own lists. */
  readonly key: { readonly key: KeyObject; readonly kid: string }
  readonly peerKeys: (exchange: string) => Promise<readonly JWK[]>
  readonly readPeer: PeerLists
}

export interface FollowedLists {
  readonly publish: Publish
  readonly objections: Objections
  /** Whether every list that counts can be relied on. Rejects while the database is away. */
  readonly known: () => Promise<boolean>
  /** One round: asks peers for what is new, puts in what is due, says what is wrong. Rejects while the database is away. */
  readonly follow: () => Promise<void>
  /** A page of our own list for a peer; what the peer says it holds is written down. */
  readonly pageFor: (reader: string, ask: ListAsk) => Promise<Result<ListPage>>
}

/** Peers whose lists are followed. */
const followed = ({ peers, exchange }: Catalogue): readonly PeerConfig[] =>
  peers.filter(peer => peer.state === 'live' && peer.exchange !== exchange)

const isCutOff = ({ isolations = [] }: Catalogue, exchange: string): boolean =>
  isolations.some(one => one.what === 'exchange' && one.which === exchange)

/**
 * Whether every list of objections that counts can be relied on: our own, and that of each peer that is live and not cut
 * off. What was read of a peer that no longer counts stays in force.
 */
export async function listsKnown(db: Db, catalogue: Catalogue, now: Date): Promise<boolean> {
  const heads = new Map((await standings(db)).flatMap(head => (head.list === 'objections' ? [[head.exchange, head] as const] : [])))
  const isKnown = (exchange: string): boolean => STANDS.has(stateOf(heads.get(exchange), now, exchange === catalogue.exchange))
  return isKnown(catalogue.exchange) && followed(catalogue).every(({ exchange }) => isCutOff(catalogue, exchange) || isKnown(exchange))
}

/** How exchanges tell each other of objections and isolations (docs/adr/0011). */
export function followLists(ports: ListPorts): FollowedLists {
  const { pool, exchange, catalogue, now } = ports
  const publish = createPublish({ exchange, now })

  async function transact<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const done = await work(client)
      await client.query('commit')
      client.release()
      return done
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  /** @param about whose list it is, or who reads ours. @returns whether it is news. */
  async function alarm(about: string, list: ListName, code: string): Promise<boolean> {
    if (!(await raise(pool, { exchange: about, list }, code, now()))) return false
    ports.log.error({ code: 'list-alarm', source: about, kind: list, reason: code }, 'a list between exchanges needs looking at')
    await ports.audit.writeOpenView({
      kind: 'list-alarm',
      outcome: 'failed',
      transaction: ports.newId(),
      detail: { exchange: about, list, because: code },
    })
    return true
  }

  /** @returns how many are in force by it now, counted when it is `isAll`; `late`: another process was faster. */
  async function take(
    of: ListOf,
    held: ListStanding,
    { entries, place }: Verified & { readonly ok: true },
    all: number,
  ): Promise<{ readonly isAll: boolean; readonly inForce: number } | 'late' | Refused> {
    const isAll = place.sequence === all
    try {
      return await transact(async tx => {
        if (!(await takeEntries(tx, of, held, entries, now()))) return 'late'
        if (entries.length === 0) return { isAll, inForce: held.inForce }
        await project(
          tx,
          of.exchange,
          entries.map(entry => entry.notice),
        )
        return { isAll, inForce: isAll ? await countAgain(tx, of) : held.inForce }
      })
    } catch (error) {
      // The database understood and said no to what the owner wrote: asking again changes nothing.
      if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22')) return 'unreadable'
      throw error
    }
  }

  async function followOne(peer: PeerConfig, list: ListName): Promise<void> {
    const of = { exchange: peer.exchange, list }
    if (!(await isOurTurn(pool, of, LIST_TIMES.askMs - 500))) return
    const until = now().getTime() + LIST_TIMES.roundMs
    while (now().getTime() < until) {
      const held = (await standings(pool)).find(head => head.exchange === of.exchange && head.list === list)
      if (!held) return
      const ask: ListAsk = {
        list,
        holds: { sequence: held.sequence, hash: held.hash, inForce: held.inForce },
        nonce: randomBytes(18).toString('base64url'),
      }
      const askedAt = now()
      const page = await ports.readPeer(peer, ask)
      if (!page) return markRefused(pool, of, 'no-answer')
      const keys = await ports.peerKeys(peer.exchange)
      if (keys.length === 0) return markRefused(pool, of, 'no-answer')
      const verified = verify(of, ask, page, keys)
      const { head } = page.signed
      const taken = verified.ok ? await take(of, held, verified, head.sequence) : verified.refused
      if (taken === 'late') return
      if (typeof taken === 'string') {
        await markRefused(pool, of, taken)
        await alarm(peer.exchange, list, taken)
        return
      }
      if (!taken.isAll) continue
      await markWhole(pool, of, askedAt, page.signed)
      if (held.refused > 0 || held.code !== null) await clearAlarms(pool, of)
      if (taken.inForce === head.inForce || !(await alarm(peer.exchange, list, 'counts-differ'))) return
      // Ours may have lost something: then it is in the list, and the next loss is news again.
      if ((await transact(tx => buildAgain(tx, of))) === head.inForce) await clearAlarms(pool, of)
      return
    }
  }

  /** What rests on a list, from its entries: they are as the owner signed them, whatever became of the tables. */
  async function buildAgain(tx: Db, of: ListOf): Promise<number> {
    // Whoever puts something in meanwhile waits: what they say would be lost between clearing and building.
    await holdHead(tx, of)
    await (of.list === 'objections' ? clearObjections(tx, of.exchange) : clearIsolations(tx, of.exchange))
    for await (const notices of pagesOf(tx, of)) await project(tx, of.exchange, notices)
    return countAgain(tx, of)
  }

  /** Our own canaries, when the last is an hour old; our list of isolations is there from the start. */
  async function putCanaries(heads: readonly ListStanding[]): Promise<void> {
    for (const list of LISTS) {
      const own = heads.find(head => head.exchange === exchange && head.list === list)
      const isDue = (head: ListStanding | undefined): boolean =>
        head?.canaryAt === null || head?.canaryAt === undefined || now().getTime() - head.canaryAt.getTime() >= LIST_TIMES.canaryMs
      if (!isDue(own) || (list === 'objections' && own?.wholeAt === null) || (list === 'objections' && !own)) continue
      await transact(async tx => {
        const of = ownOf(exchange, list)
        const head = await holdHead(tx, of)
        if (!isDue(head)) return
        if (list === 'isolations' && head.wholeAt === null) await openOwn(tx, of, now())
        await publish(tx, list, { kind: 'canary', id: ports.newId() })
      })
    }
  }

  async function watch(): Promise<void> {
    const heads = await standings(pool)
    await putCanaries(heads)
    const at = now()
    const others = followed(catalogue())
    // Exchanges that start together find each other in a minute.
    if (at.getTime() - startedAt < LIST_TIMES.startMs) return
    for (const { exchange: other } of others)
      for (const list of LISTS) {
        const head = heads.find(one => one.exchange === other && one.list === list)
        const state = stateOf(head, at, false)
        if (state !== 'whole') await alarm(other, list, `list-${state}`)
        else if ((head?.canaryAt?.getTime() ?? 0) < at.getTime() - LIST_TIMES.canaryLateMs) await alarm(other, list, 'canary-late')
      }
    const behind = await readersBehind(
      pool,
      exchange,
      others.map(peer => peer.exchange),
      at,
      LIST_TIMES.behindMs,
    )
    for (const { reader, list } of behind) await alarm(reader, list, 'reader-behind')
  }

  const known = (): Promise<boolean> => listsKnown(pool, catalogue(), now())
  const startedAt = now().getTime()
  let following: Promise<void> | undefined
  return {
    publish,
    known,
    objections: createObjections({ db: pool, listsKnown: known }),
    follow() {
      following ??= (async () => {
        try {
          const rounds = await Promise.allSettled(followed(catalogue()).flatMap(peer => LISTS.map(list => followOne(peer, list))))
          const failed = rounds.find(round => round.status === 'rejected')
          await watch()
          if (failed) throw failed.reason
        } finally {
          following = undefined
        }
      })()
      return following
    },
    async pageFor(reader, ask) {
      const own = (await standings(pool)).find(head => head.exchange === exchange && head.list === ask.list)
      if (!own || own.wholeAt === null) return fail('unavailable', 'This list was not loaded yet.')
      const { page, differs } = await pageFor(pool, exchange, ask, ports.key)
      await noteReader(pool, reader, ask, now(), differs === undefined && ask.holds.sequence === page.signed.head.sequence)
      // The reader counts what we signed: if anything of ours was lost, it is built again.
      if (differs && (await alarm(reader, ask.list, differs)) && differs === 'reader-counts-differently')
        await transact(tx => buildAgain(tx, ownOf(exchange, ask.list)))
      return ok(page)
    },
  }
}
