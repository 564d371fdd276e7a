/** One role of the national register, as the identity provider states it (CIS2 `nhsid_nrbac_roles`). */
export interface Role {
  readonly sdsRoleProfileId: string
  /** `S8000:G8000:R8000` */
  readonly roleCode: string
  readonly roleName: string
  readonly odsCode: string
  readonly organisationName: string
}

/** A row of `session`. */
export interface SessionRow {
  readonly id: string
  readonly csrf: string
  readonly sdsUserId: string
  readonly name: string
  readonly assurance: string
  readonly roles: readonly Role[]
  readonly roleProfileId: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly lockedAt: Date | null
  readonly returnTo: string | null
}

export interface SignInRow {
  readonly browserHash: string
  readonly nonce: string
  readonly verifier: string
  readonly returnTo: string | null
  readonly unlocks: string | null
  readonly startedAt: Date
}

/** The doors' own tables. Every method throws when the database is away. */
export interface Store {
  readonly addSession: (row: SessionRow, tokenHash: string) => Promise<void>
  readonly session: (tokenHash: string) => Promise<SessionRow | undefined>
  readonly sessionById: (id: string) => Promise<SessionRow | undefined>
  readonly chooseRole: (id: string, roleProfileId: string) => Promise<void>
  readonly touch: (id: string, at: Date) => Promise<void>
  readonly lock: (id: string, at: Date, returnTo: string | null) => Promise<void>
  /** Unlocks under a new cookie; the old one is worth nothing after. */
  readonly unlock: (id: string, tokenHash: string, at: Date) => Promise<void>
  readonly endSession: (id: string) => Promise<void>
  /** Ends every session of these users, and of roles at these organisations. */
  readonly endSessionsOf: (users: readonly string[], organisations: readonly string[]) => Promise<void>
  /** Those of these sessions that are no more: logged out, past 12 h, never known. A locked one is not ended. */
  readonly endedSessions: (ids: readonly string[], at: Date) => Promise<ReadonlySet<string>>
  /** Those of these sessions that are locked, by hand or left idle, and may be unlocked. */
  readonly lockedSessions: (ids: readonly string[], at: Date) => Promise<ReadonlySet<string>>

  /** Keeps the newest 20 of a session. */
  readonly addPeople: (sessionId: string, people: readonly { readonly ref: string; readonly sealed: string }[], at: Date) => Promise<void>
  readonly person: (sessionId: string, ref: string) => Promise<string | undefined>
  /** A list a search found, sealed. Keeps the newest 5 of a session. */
  readonly addList: (sessionId: string, list: { readonly ref: string; readonly sealed: string }, at: Date) => Promise<void>
  /** A list found since an instant. */
  readonly list: (sessionId: string, ref: string, since: Date) => Promise<string | undefined>
  readonly openedAs: (sessionId: string, ref: string, viewId: string) => Promise<void>
  /** The view a person of this session was last opened in. */
  readonly viewOfRef: (sessionId: string, ref: string) => Promise<string | undefined>
  /** Reference of the person a view of this session was opened for. */
  readonly refOfView: (sessionId: string, viewId: string) => Promise<string | undefined>

  readonly addSignIn: (stateHash: string, row: SignInRow) => Promise<void>
  /** Returns a sign-in once. */
  readonly takeSignIn: (stateHash: string) => Promise<SignInRow | undefined>

  /** Says that this process lives, and clears away what is over: sessions past 12 h, old sign-ins, dead tags, spent tokens. Returns the processes of this exchange. */
  readonly heartbeat: (
    process: { readonly tag: string; readonly exchange: string; readonly address: string },
    at: Date,
  ) => Promise<readonly { readonly tag: string; readonly address: string }[]>
  readonly processOf: (tag: string) => Promise<{ readonly address: string; readonly seenAt: Date } | undefined>
  readonly endProcess: (tag: string) => Promise<void>

  /** True the first time a token of an exchange is used. */
  readonly useToken: (exchange: string, jti: string, expires: Date) => Promise<boolean>
}

/** People a session keeps. */
export const PEOPLE_KEPT = 20
/** Lists of a search a session keeps, and for how long they may be come back to, milliseconds. */
export const LISTS_KEPT = 5
export const LIST_MS = 10 * 60_000
/** Milliseconds. A sign-in must come back within this. */
export const SIGN_IN_MS = 10 * 60_000
/** Milliseconds without use after which a session is locked (NHS login at AAL2: sign in again after 30 min idle and every 12 h). */
export const IDLE_MS = 30 * 60_000
/** Milliseconds after which a session is over whatever its use. */
export const SESSION_MS = 12 * 60 * 60_000
/** Milliseconds since its last heartbeat after which a process counts as gone. */
export const PROCESS_GONE_MS = 15_000
