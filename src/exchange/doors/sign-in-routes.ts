import type { FastifyReply } from 'fastify'
import { SIGN_IN_RETURN, type SignIn } from './sign-in.ts'
import { ARRIVAL_COOKIE, ARRIVED_PATH } from './bridge-routes.ts'
import { sendFault, sendStatus } from './faults.ts'
import { CUT_OFF } from './guards.ts'
import { sendHtml } from './headers.ts'
import type { Pages } from './pages.ts'
import type { Ports } from './ports.ts'
import type { Route } from './routes.ts'
import { hashOf, opaque, sameSecret } from './seal.ts'
import { COOKIE, csrfOf, SESSION_COOKIE, SIGN_IN_COOKIE, stateOf, viewerOf, type Sessions } from './sessions.ts'
import { SESSION_MS, SIGN_IN_MS, type Store } from './store.ts'

export interface SignInPorts {
  readonly settings: { readonly publicUrl: string }
  readonly ports: Ports
  readonly pages: Pages
  readonly store: Store
  readonly sessions: Sessions
  readonly signIn: SignIn
  /** Cuts what a session still streams. */
  readonly cut: (sessionId: string) => void
}

/** Milliseconds a user waits for what is written of a lock or an end. It holds in this process before that. */
const WRITTEN_MS = 1_000
/** Waits for all, for so long; what fails or is late goes on being written behind the answer. */
const forAWhile = async (all: readonly Promise<void>[]): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => (timer = setTimeout(resolve, WRITTEN_MS)))
  await Promise.race([Promise.allSettled(all), late])
  clearTimeout(timer)
}

/** Pages of ours that somebody may be led back to. */
const RETURNS: readonly RegExp[] = [
  /^\/bridge\/arrived$/,
  /^\/find(?:\/[A-Za-z0-9_-]{43})?$/,
  /^\/r\/[A-Za-z0-9_.-]{1,100}\/(?:[a-z-]{1,20}(?:\/[A-Za-z0-9_-]{1,100}){0,2})?$/,
  /^\/office(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}){0,4}$/,
]

/** Where a sign-in, or accepting the rules of use, may lead back to: a page of ours without a query. Anything else is the front page. */
export const returnPath = (text: unknown): string => (typeof text === 'string' && RETURNS.some(path => path.test(text)) ? text : '/')

const field = (body: unknown, name: string): unknown => (typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined)

/** Sign-in, choice of role, lock, unlock, log out. */
export function signInRoutes(p: SignInPorts): readonly Route[] {
  const { ports, pages, store, sessions } = p
  const now = ports.now

  const closeViews = async (sessionId: string): Promise<void> => ports.sessionEnded?.(sessionId)
  const setCookie = (reply: FastifyReply, token: string): void => void reply.setCookie(SESSION_COOKIE, token, COOKIE)

  return [
    {
      method: 'GET',
      path: '/sign-in',
      permission: 'public',
      async serve(_request, reply) {
        return sendHtml(reply, pages.signIn({ href: '/sign-in/start', unavailable: false }))
      },
    },
    {
      method: 'GET',
      path: '/sign-in/start',
      permission: 'public',
      async serve(request, reply) {
        const held = await sessions.of(request.cookies[SESSION_COOKIE])
        const locked = held && stateOf(held, now()) === 'locked' ? held : undefined
        const begun = await p.signIn.begin(locked !== undefined)
        if (!begun.ok) return sendHtml(reply, pages.signIn({ href: '/sign-in/start', unavailable: true }), 503)
        const browser = opaque()
        await store.addSignIn(hashOf(begun.value.state), {
          browserHash: hashOf(browser),
          nonce: begun.value.nonce,
          verifier: begun.value.verifier,
          returnTo: returnPath(field(request.query, 'to')),
          unlocks: locked?.id ?? null,
          startedAt: now(),
        })
        return reply.setCookie(SIGN_IN_COOKIE, browser, { ...COOKIE, maxAge: SIGN_IN_MS / 1000 }).redirect(begun.value.url, 303)
      },
    },
    {
      method: 'GET',
      path: SIGN_IN_RETURN,
      permission: 'public',
      async serve(request, reply) {
        const state = field(request.query, 'state')
        const browser = request.cookies[SIGN_IN_COOKIE]
        reply.clearCookie(SIGN_IN_COOKIE, COOKIE)
        const begun = typeof state === 'string' && state.length <= 200 ? await store.takeSignIn(hashOf(state)) : undefined
        const refuse = async (reason: string) => {
          await ports.note({ kind: 'sign-in-refused', reason })
          return reply.redirect('/sign-in', 303)
        }
        if (typeof state !== 'string' || !begun) return refuse('state-unknown')
        if (browser === undefined || !sameSecret(hashOf(browser), begun.browserHash)) return refuse('other-browser')
        if (now().getTime() - begun.startedAt.getTime() > SIGN_IN_MS) return refuse('late')
        const came = await p.signIn.finish(new URL(request.url, p.settings.publicUrl), {
          state,
          nonce: begun.nonce,
          verifier: begun.verifier,
          ...(begun.unlocks === null ? {} : { since: begun.startedAt }),
        })
        if (!came.ok) {
          await ports.note({ kind: 'sign-in-refused', reason: came.fault.kind })
          return sendFault(request, reply, pages, came.fault)
        }
        const user = came.value
        if (ports.cutOff({ user: user.sdsUserId })) {
          await ports.note({ kind: 'sign-in-refused', sdsUserId: user.sdsUserId, reason: 'cut-off' })
          return sendStatus(request, reply, pages, 403, CUT_OFF)
        }
        const held = await sessions.of(request.cookies[SESSION_COOKIE])
        if (held && begun.unlocks === held.id && held.sdsUserId === user.sdsUserId && stateOf(held, now()) === 'locked') {
          setCookie(reply, await sessions.unlock(held))
          await ports.note({ kind: 'unlocked', sdsUserId: user.sdsUserId, sessionId: held.id })
          return reply.redirect(returnPath(held.returnTo ?? begun.returnTo), 303)
        }
        if (held) {
          p.cut(held.id)
          await forAWhile([sessions.end(held), closeViews(held.id)])
        }
        const usable = user.roles.filter(r => ports.roleKnown(r.roleCode) && !ports.cutOff({ organisation: r.odsCode }))
        const only = usable.length === 1 ? usable[0] : undefined
        const { row, token } = await sessions.begin({
          ...user,
          roles: usable.length > 0 ? usable : user.roles,
          roleProfileId: only?.sdsRoleProfileId ?? null,
        })
        setCookie(reply, token)
        await ports.note({ kind: 'signed-in', sdsUserId: user.sdsUserId, sessionId: row.id, ...(only ? { odsCode: only.odsCode } : {}) })
        if (usable.length === 0) {
          const odsCode = user.roles[0]?.odsCode
          await ports.note({
            kind: 'sign-in-refused',
            sdsUserId: user.sdsUserId,
            reason: 'role',
            ...(odsCode === undefined ? {} : { odsCode }),
          })
        }
        if (!only) return reply.redirect('/roles', 303)
        // Where somebody else had been is not for this user.
        return reply.redirect(begun.unlocks === null ? returnPath(begun.returnTo) : '/', 303)
      },
    },
    {
      method: 'GET',
      path: '/roles',
      permission: 'signed-in',
      async serve(_request, reply, session) {
        const roles = session.roles.filter(r => ports.roleKnown(r.roleCode) && !ports.cutOff({ organisation: r.odsCode }))
        const csrf = csrfOf(session)
        if (roles.length > 0) return sendHtml(reply, pages.roles({ name: session.name, csrf, roles }))
        const call = session.roles.map(r => ports.organisation(r.odsCode)).find(o => o !== undefined)
        return sendHtml(reply, pages.noRole({ name: session.name, csrf, call }), 403)
      },
    },
    {
      method: 'POST',
      path: '/roles',
      permission: 'signed-in',
      async serve(request, reply, session) {
        const wanted = field(request.body, 'role')
        const role = session.roles.find(
          r => r.sdsRoleProfileId === wanted && ports.roleKnown(r.roleCode) && !ports.cutOff({ organisation: r.odsCode }),
        )
        // One role for the life of a session: views and audit rows carry it.
        if (!role || (session.roleProfileId !== null && session.roleProfileId !== role.sdsRoleProfileId))
          return reply.redirect('/roles', 303)
        await store.chooseRole(session.id, role.sdsRoleProfileId)
        sessions.forget(session.id)
        // Who came with a wish from another product is led on to it.
        return reply.redirect(request.cookies[ARRIVAL_COOKIE] === undefined ? '/' : ARRIVED_PATH, 303)
      },
    },
    {
      method: 'POST',
      path: '/lock',
      permission: 'signed-in',
      async serve(request, reply, session) {
        const locked = sessions.lock(session, returnPath(field(request.body, 'to')))
        p.cut(session.id)
        await forAWhile([locked, ports.note({ kind: 'locked', sdsUserId: session.sdsUserId, sessionId: session.id })])
        return reply.redirect('/locked', 303)
      },
    },
    {
      method: 'GET',
      path: '/locked',
      permission: 'public',
      async serve(request, reply) {
        const session = await sessions.of(request.cookies[SESSION_COOKIE], SESSION_MS)
        if (!session || stateOf(session, now()) !== 'locked') return reply.redirect('/', 303)
        return sendHtml(reply, pages.locked({ viewer: viewerOf(session), csrf: csrfOf(session) }))
      },
    },
    {
      method: 'POST',
      path: '/unlock',
      permission: 'signed-in',
      serve: async (_request, reply) => reply.redirect('/sign-in/start', 303),
    },
    {
      method: 'POST',
      path: '/log-out',
      permission: 'signed-in',
      async serve(_request, reply, session) {
        const ended = sessions.end(session)
        p.cut(session.id)
        await forAWhile([
          ended,
          closeViews(session.id),
          ports.note({ kind: 'signed-out', sdsUserId: session.sdsUserId, sessionId: session.id }),
        ])
        return reply.clearCookie(SESSION_COOKIE, COOKIE).redirect('/sign-in', 303)
      },
    },
  ]
}
