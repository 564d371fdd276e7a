import { createHash, X509Certificate } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { Catalogue } from '../care-record/catalogue.ts'
import { ISOLATED, type Isolated, type Publish } from '../care-record/lists.ts'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import type { Actor } from './agreements/two-people.ts'
import type { Audit } from './audit/audit.ts'

/** Why somebody or something is cut off: codes that go to every exchange. */
export const BECAUSE = {
  breach: 'A breach, or a suspicion of one',
  'lost-card': 'A smartcard or device is lost',
  left: 'Somebody has left',
  drill: 'A drill',
  other: 'Another reason',
} as const
export type Because = keyof typeof BECAUSE

export interface IsolationRow {
  readonly id: string
  readonly what: Isolated
  readonly which: string
  readonly because: string
  readonly at: string
  /** Exchange that said so. Only that one lets in again. */
  readonly exchange: string
  /** Of our own: who did it, and who has asked to end it. */
  readonly by?: Actor
  readonly releaseAskedBy?: Actor
  /** Two people here have said that the word of that exchange does not count. */
  readonly isDisregarded?: true
}

/** Where an act is done from: a page, or the command of who runs this exchange. */
export type IsolatedBy = { readonly viewer: Viewer } | { readonly command: string }

const FORMS: Readonly<Record<Isolated, RegExp>> = {
  // As every door may be told: a longer or shorter one is no less to be cut off.
  user: /^\d{1,20}$/,
  organisation: /^[A-Z0-9]{3,12}$/,
  exchange: /^[A-Za-z0-9-]{1,32}$/,
  key: /^[A-Za-z0-9._:-]{1,100}$/,
  source: /^[A-Za-z0-9._-]{1,64}$/,
}
const AWAY = 'This could not be read or written. Try again in a minute.'

/**
 * Cutting off at once, everywhere: a user, an organisation, an exchange, a key or a source. One person cuts off, for speed; two let
 * in again. What is said stands in this exchange's list of isolations, which every other one reads.
 */
export function createIsolation(ports: {
  readonly pool: Pool
  readonly exchange: string
  readonly publish: Publish
  readonly audit: Pick<Audit, 'writeWith'>
  readonly now: () => Date
  readonly newId: () => string
}) {
  const { pool, now, newId } = ports
  const inOne = async <T>(work: (client: ClientBase) => Promise<Result<T>>): Promise<Result<T>> => {
    const client = await pool.connect().catch(() => undefined)
    if (!client) return fail('unavailable', AWAY)
    try {
      await client.query('begin')
      const done = await work(client)
      await client.query(done.ok ? 'commit' : 'rollback')
      return done
    } catch (cause) {
      await client.query('rollback').catch(() => undefined)
      return fail('unavailable', AWAY, cause)
    } finally {
      client.release()
    }
  }
  const actorOf = (by: IsolatedBy): Actor =>
    'viewer' in by
      ? { userId: by.viewer.sdsUserId, name: by.viewer.name, odsCode: by.viewer.odsCode }
      : { userId: `command:${by.command}`, name: by.command, odsCode: ports.exchange }
  const note = (
    client: ClientBase,
    kind: 'isolated' | 'release-asked' | 'released',
    by: IsolatedBy,
    detail: Readonly<Record<string, string>>,
  ) =>
    ports.audit.writeWith(client, {
      kind,
      outcome: 'success',
      transaction: newId(),
      ...('viewer' in by ? { viewer: by.viewer } : {}),
      detail: { ...detail, ...('viewer' in by ? {} : { command: by.command }) },
    })

  return {
    /**
     * Cuts off. In force here when it resolves, at every other exchange within 60 s.
     *
     * @returns the id; fault `invalid` for a name that cannot be one, `conflict` when it is cut off from here already or is this exchange.
     */
    isolate: (what: string, which: string, because: string, by: IsolatedBy): Promise<Result<string>> =>
      inOne(async client => {
        const kind = ISOLATED.find(one => one === what)
        const name = which.trim()
        if (!kind || !FORMS[kind].test(name)) return fail('invalid', 'Say what to cut off, and its code as it is written.')
        if (!Object.hasOwn(BECAUSE, because)) return fail('invalid', 'Choose why.')
        if (kind === 'exchange' && name === ports.exchange)
          return fail('conflict', 'An exchange cannot cut off itself. Stop its processes.')
        await client.query('select pg_advisory_xact_lock($1)', [ISOLATION_LOCK])
        const { rows } = await client.query('select from isolation_act where what = $1 and which = $2 and released_at is null', [
          kind,
          name,
        ])
        if (rows.length > 0) return fail('conflict', 'This is cut off already.')
        const id = newId()
        const at = now().toISOString()
        await client.query('insert into isolation_act (id, what, which, because, at, by_person) values ($1, $2, $3, $4, $5, $6)', [
          id,
          kind,
          name,
          because,
          at,
          JSON.stringify(actorOf(by)),
        ])
        await ports.publish(client, 'isolations', { kind: 'isolation', id, what: kind, which: name, state: 'isolated', because, at })
        await note(client, 'isolated', by, { what: kind, which: name, because, isolation: id })
        return ok(id)
      }),

    /** The first asks, a second lets in. @returns whether it has ended; fault `forbidden` for the same person twice. */
    release: (id: string, by: IsolatedBy): Promise<Result<'asked' | 'released'>> =>
      inOne<'asked' | 'released'>(async client => {
        if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
          return fail('not-found', 'There is nothing of that kind cut off from here.')
        const { rows } = await client.query<{ what: Isolated; which: string; because: string; release_asked_by: Actor | null }>(
          'select what, which, because, release_asked_by from isolation_act where id = $1 and released_at is null for update',
          [id],
        )
        const [act] = rows
        if (!act) return fail('not-found', 'There is nothing of that kind cut off from here.')
        const { what, which, because } = act
        const actor = actorOf(by)
        if (act.release_asked_by === null) {
          await client.query('update isolation_act set release_asked_by = $2, release_asked_at = $3 where id = $1', [
            id,
            JSON.stringify(actor),
            now(),
          ])
          await note(client, 'release-asked', by, { what, which, isolation: id })
          return ok('asked')
        }
        if (act.release_asked_by.userId === actor.userId) return fail('forbidden', 'You asked for this. Somebody else has to agree.')
        const at = now().toISOString()
        await client.query('update isolation_act set released_by = $2, released_at = $3 where id = $1', [id, JSON.stringify(actor), at])
        await ports.publish(client, 'isolations', { kind: 'isolation', id, what, which, state: 'released', because, at })
        await note(client, 'released', by, { what, which, isolation: id })
        return ok('released')
      }),

    /**
     * What another exchange has cut off, and will, counts here no more: the way out when that exchange is in wrong hands. The first
     * asks, a second agrees. @returns as `release`; fault `conflict` when its word does not count already.
     */
    disregard: (exchange: string, by: IsolatedBy): Promise<Result<'asked' | 'disregarded'>> =>
      inOne<'asked' | 'disregarded'>(async client => {
        if (!FORMS.exchange.test(exchange) || exchange === ports.exchange) return fail('invalid', 'Say the name of another exchange.')
        const actor = actorOf(by)
        const { rowCount } = await client.query(
          'insert into isolation_disregard (exchange, asked_by, asked_at) values ($1, $2, $3) on conflict do nothing',
          [exchange, JSON.stringify(actor), now()],
        )
        if (rowCount === 1) {
          await note(client, 'release-asked', by, { what: 'word-of-exchange', which: exchange })
          return ok('asked')
        }
        const { rows } = await client.query<{ asked_by: Actor; agreed_at: Date | null }>(
          'select asked_by, agreed_at from isolation_disregard where exchange = $1 for update',
          [exchange],
        )
        if (rows[0]?.agreed_at !== null) return fail('conflict', 'What this exchange says does not count already.')
        if (rows[0].asked_by.userId === actor.userId) return fail('forbidden', 'You asked for this. Somebody else has to agree.')
        await client.query('update isolation_disregard set agreed_by = $2, agreed_at = $3 where exchange = $1', [
          exchange,
          JSON.stringify(actor),
          now(),
        ])
        await note(client, 'released', by, { what: 'word-of-exchange', which: exchange })
        return ok('disregarded')
      }),

    /** What another exchange has cut off counts here again, at once, by one person. Fault `not-found`: it counts. */
    heed: (exchange: string, by: IsolatedBy): Promise<Result<void>> =>
      inOne<void>(async client => {
        const { rowCount } = await client.query('delete from isolation_disregard where exchange = $1', [exchange])
        if (rowCount !== 1) return fail('not-found', 'What this exchange says counts.')
        await note(client, 'isolated', by, { what: 'word-of-exchange', which: exchange })
        return ok(undefined)
      }),

    /** What is cut off now, whichever exchange said so: ours before others', the newest first. */
    async inForce(): Promise<readonly IsolationRow[]> {
      const { rows } = await pool.query<{
        id: string
        what: Isolated
        which: string
        because: string
        since: Date
        exchange: string
        by_person: Actor | null
        release_asked_by: Actor | null
        act: string | null
        disregarded: boolean
      }>(
        `select i.id, i.what, i.which, i.because, i.since, i.exchange, a.id::text as act, a.by_person, a.release_asked_by,
           exists (select from isolation_disregard d where d.exchange = i.exchange and d.agreed_at is not null) as disregarded
         from isolation_in_force i left join isolation_act a on i.exchange = $1 and i.id = $1 || '/' || a.id::text order by i.exchange <> $1, i.since desc limit 500`,
        [ports.exchange],
      )
      return rows.map(row => ({
        id: row.act ?? row.id,
        what: row.what,
        which: row.which,
        because: row.because,
        at: row.since.toISOString(),
        exchange: row.exchange,
        ...(row.by_person === null ? {} : { by: row.by_person }),
        ...(row.release_asked_by === null ? {} : { releaseAskedBy: row.release_asked_by }),
        ...(row.disregarded ? { isDisregarded: true } : {}),
      }))
    },
  }
}
/** Whether somebody is cut off: by user, by organisation or by a key, however its fingerprint is written. */
export const cutOffBy = (
  isolations: Catalogue['isolations'] = [],
  {
    user,
    organisation,
    keys = [],
  }: { readonly user?: string | undefined; readonly organisation?: string | undefined; readonly keys?: readonly string[] },
): boolean =>
  isolations.some(
    ({ what, which }) =>
      (what === 'user' && which === user) ||
      (what === 'organisation' && which === organisation) ||
      (what === 'key' && keys.some(key => plainKey(key) === plainKey(which))),
  )
/**
 * What a certificate can be cut off by: SHA-256, lower-case hex, of itself and of the public key in it as `openssl` prints one
 * (SubjectPublicKeyInfo). The key stays when a certificate is made anew over it.
 *
 * @param certificate DER.
 */
export const keysOfCertificate = (certificate: Buffer): readonly string[] =>
  [certificate, new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })].map(bytes =>
    createHash('sha256').update(bytes).digest('hex'),
  )

/** Fingerprints are written with colons or without, in either case. */
const plainKey = (key: string): string => (/^[0-9a-f:]+$/i.test(key) ? key.replaceAll(':', '').toLowerCase() : key)

export type Isolation = ReturnType<typeof createIsolation>

// Any number will do, if nobody else locks with it.
const ISOLATION_LOCK = 5_200_059
