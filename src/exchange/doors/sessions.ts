import type { Viewer } from '../../care-record/person.ts'
import { hashOf, opaque, sameSecret } from './seal.ts'
import { IDLE_MS, SESSION_MS, type Role, type SessionRow, type Store } from './store.ts'

export const SESSION_COOKIE = '__Host-lcr'
/** Binds a sign-in under way to the browser that began it. */
export const SIGN_IN_COOKIE = '__Host-lcr-sign-in'
/** `SameSite=Lax`: the way back from the identity provider is a top-level GET. */
export const COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const

/** Milliseconds for which a session once seen is taken on memory when the database is away. */
const MEMORY_MS = 10 * 60_000
/** Milliseconds between tries to write down a lock or an end that could not be written. */
const WRITE_AGAIN_MS = 1_000
/** A use is written down at most this often, in milliseconds. */
const TOUCH_MS = 30_000

export type SessionState = 'none' | 'over' | 'locked' | 'choose-role' | 'open'

/** What a session is good for at an instant. Left idle it locks; after 12 h it is over. */
export function stateOf(row: SessionRow | undefined, now: Date): SessionState {
  if (!row) return 'none'
  if (now.getTime() - row.createdAt.getTime() >= SESSION_MS) return 'over'
  if (row.lockedAt !== null || now.getTime() - row.lastSeenAt.getTime() >= IDLE_MS) return 'locked'
  return row.roleProfileId === null ? 'choose-role' : 'open'
}

export const chosenRole = (row: SessionRow): Role | undefined => row.roles.find(r => r.sdsRoleProfileId === row.roleProfileId)

/** The professional in the one role and organisation of this session. */
export function viewerOf(row: SessionRow): Viewer | undefined {
  const role = chosenRole(row)
  if (!role) return undefined
  return {
    sdsUserId: row.sdsUserId,
    name: row.name,
    sdsRoleProfileId: role.sdsRoleProfileId,
    roleCode: role.roleCode,
    roleName: role.roleName,
    odsCode: role.odsCode,
    organisationName: role.organisationName,
    assurance: row.assurance,
  }
}

/** The form token of a session. */
export const csrfOf = (row: SessionRow): string => hashOf(`form ${row.csrf}`)
export const csrfFits = (row: SessionRow, token: unknown): boolean => typeof token === 'string' && sameSecret(token, csrfOf(row))

export interface Sessions {
  /** The session of a cookie. Where the database is away, one seen by this process within 10 min stands as it was. */
  readonly of: (token: string | undefined, memoryMs?: number) => Promise<SessionRow | undefined>
  /** The session of a row as it is now; the row itself, with what this process knows of it, where the database is away. */
  readonly asNow: (row: SessionRow) => Promise<SessionRow | undefined>
  /** Notes a use by the user's own hand. */
  readonly used: (row: SessionRow) => Promise<void>
  readonly begin: (user: {
    sdsUserId: string
    name: string
    assurance: string
    roles: readonly Role[]
    roleProfileId: string | null
  }) => Promise<{
    readonly row: SessionRow
    readonly token: string
  }>
  /** Locked in this process at once, whatever becomes of the database. Resolves when it is written down, which is tried until it is. */
  readonly lock: (row: SessionRow, returnTo: string | null) => Promise<void>
  /** @returns the new cookie. */
  readonly unlock: (row: SessionRow) => Promise<string>
  /** Over in this process at once, whatever becomes of the database. Resolves when it is written down, which is tried until it is. */
  readonly end: (row: SessionRow) => Promise<void>
  /** Forgets what memory holds, after a change. */
  readonly forget: (id: string) => void
  /** One last try for what is not written down. */
  readonly close: () => Promise<void>
}

/** What this process has done to a session and the rows may not say yet. */
type Mark = { readonly is: 'over' } | { readonly is: 'locked'; readonly at: Date; readonly returnTo: string | null }

export function createSessions(store: Store, now: () => Date): Sessions {
  const memory = new Map<string, { readonly row: SessionRow; readonly at: number }>()
  const forget = (id: string): void => {
    for (const [key, { row }] of memory) if (row.id === id) memory.delete(key)
  }
  const remember = (key: string, row: SessionRow): void => {
    memory.delete(key)
    memory.set(key, { row, at: now().getTime() })
    if (memory.size > 10_000) memory.delete(memory.keys().next().value ?? '')
  }
  const marks = new Map<string, Mark>()
  const mark = (id: string, as: Mark): void => {
    marks.set(id, as)
    if (marks.size > 10_000) marks.delete(marks.keys().next().value ?? '')
  }
  const marked = (row: SessionRow | undefined): SessionRow | undefined => {
    const as = row && marks.get(row.id)
    if (!as) return row
    return as.is === 'over' ? undefined : { ...row, lockedAt: row.lockedAt ?? as.at, returnTo: as.returnTo ?? row.returnTo }
  }

  const unwritten = new Map<Mark, () => Promise<void>>()
  const wakers = new Set<() => void>()
  let closing = false
  const pause = (): Promise<void> =>
    new Promise(resolve => {
      const wake = (): void => {
        clearTimeout(timer)
        wakers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, WRITE_AGAIN_MS).unref()
      wakers.add(wake)
    })
  /** Tries until it is written, the mark is lifted, or the session would be over anyway. */
  const write = async (row: SessionRow, as: Mark, attempt: () => Promise<void>): Promise<void> => {
    unwritten.set(as, attempt)
    while (marks.get(row.id) === as && now().getTime() - row.createdAt.getTime() < SESSION_MS) {
      try {
        await attempt()
        break
      } catch {
        if (closing) break
        await pause()
      }
    }
    unwritten.delete(as)
  }

  return {
    forget,
    async asNow(row) {
      return marked(await store.sessionById(row.id).catch(() => row))
    },
    async of(token, memoryMs = MEMORY_MS) {
      if (token === undefined || !/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined
      const key = hashOf(token)
      try {
        const row = await store.session(key)
        if (row) remember(key, row)
        else memory.delete(key)
        return marked(row)
      } catch (error) {
        const held = memory.get(key)
        if (held && now().getTime() - held.at < memoryMs) return marked(held.row)
        throw error
      }
    },
    async used(row) {
      if (now().getTime() - row.lastSeenAt.getTime() < TOUCH_MS) return
      await store.touch(row.id, now()).catch(() => undefined)
    },
    async begin(user) {
      const token = opaque()
      const at = now()
      const row: SessionRow = { ...user, id: opaque(), csrf: opaque(), createdAt: at, lastSeenAt: at, lockedAt: null, returnTo: null }
      await store.addSession(row, hashOf(token))
      return { row, token }
    },
    async lock(row, returnTo) {
      const as: Mark = { is: 'locked', at: now(), returnTo }
      mark(row.id, as)
      await write(row, as, () => store.lock(row.id, as.at, returnTo))
      // The row says it from here on, and may be unlocked at another process.
      if (marks.get(row.id) !== as || closing) return
      marks.delete(row.id)
      forget(row.id)
    },
    async unlock(row) {
      const token = opaque()
      await store.unlock(row.id, hashOf(token), now())
      // A lock still being written must not fall on what was just unlocked.
      if (marks.get(row.id)?.is === 'locked') marks.delete(row.id)
      forget(row.id)
      return token
    },
    async end(row) {
      const as: Mark = { is: 'over' }
      mark(row.id, as)
      forget(row.id)
      await write(row, as, () => store.endSession(row.id))
    },
    async close() {
      closing = true
      for (const wake of wakers) wake()
      await Promise.all([...unwritten.values()].map(attempt => attempt().catch(() => undefined)))
    },
  }
}
