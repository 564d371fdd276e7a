import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { View } from '../view.ts'
import type { FhirCaller } from './fhir/caller.ts'
import type { SessionRow } from './store.ts'
import type { Office } from '../../care-record/catalogue.ts'
import type { Viewer } from '../../care-record/person.ts'

/**
 * Who may knock. `public`: anyone. `health`: anyone, says nothing but up or down. `signed-in`: a session in any state.
 * `session`: signed in, a role chosen, not locked. `view`: that, and a view of this very session. `sibling`: a process of
 * this exchange. `peer`: another exchange. `fhir`: registered software with a token that names its user. `office`: a session whose role does the work the route names; nobody else, whatever they may see.
 */
export const PERMISSIONS = ['public', 'health', 'signed-in', 'session', 'view', 'office', 'sibling', 'peer', 'fhir'] as const
export type Permission = (typeof PERMISSIONS)[number]

interface Common {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Read by script, not by a person: never counts as use, answers refusals with a status and no redirect. */
  readonly byScript?: boolean
  /** Bytes of a request body; 16 KiB unless told. */
  readonly bodyLimit?: number
}
type Answer = Promise<unknown>
export type Route =
  | (Common & { readonly permission: 'public' | 'health'; readonly serve: (request: FastifyRequest, reply: FastifyReply) => Answer })
  | (Common & {
      readonly permission: 'signed-in'
      readonly serve: (request: FastifyRequest, reply: FastifyReply, session: SessionRow) => Answer
    })
  | (Common & {
      readonly permission: 'session'
      readonly serve: (request: FastifyRequest, reply: FastifyReply, visitor: Visitor) => Answer
    })
  | (Common & {
      readonly permission: 'view'
      readonly serve: (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, view: View) => Answer
    })
  | (Common & {
      readonly permission: 'office'
      /** One of these is enough. */
      readonly offices: readonly Office[]
      readonly serve: (request: FastifyRequest, reply: FastifyReply, visitor: Visitor) => Answer
    })
  | (Common & {
      readonly permission: 'fhir'
      readonly serve: (request: FastifyRequest, reply: FastifyReply, caller: FhirCaller) => Answer
    })
  | (Common & {
      readonly permission: 'sibling' | 'peer'
      /** @param exchange the one exchange the client certificate names. */
      readonly serve: (request: FastifyRequest, reply: FastifyReply, exchange: string) => Answer
    })

export interface Visitor {
  readonly session: SessionRow
  readonly viewer: Viewer
  readonly csrf: string
}

/** What stands before each permission. A guard that does not let through has answered, and returns `undefined`. */
export interface Guards {
  readonly signedIn: (request: FastifyRequest, reply: FastifyReply, route: Route) => Promise<SessionRow | undefined>
  readonly visitor: (request: FastifyRequest, reply: FastifyReply, route: Route) => Promise<Visitor | undefined>
  readonly view: (request: FastifyRequest, reply: FastifyReply, visitor: Visitor) => Promise<View | undefined>
  /** Whether the visitor's role does this work; who is turned away is written down. */
  readonly office: (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, offices: readonly Office[]) => Promise<boolean>
  /** Before the body is read: hands a request for another process's view over to it. True when it was. */
  readonly handOver: (request: FastifyRequest, reply: FastifyReply, route: Route) => Promise<boolean>
  readonly sibling: (request: FastifyRequest, reply: FastifyReply) => Promise<string | undefined>
  readonly peer: (request: FastifyRequest, reply: FastifyReply) => Promise<string | undefined>
  readonly fhir: (request: FastifyRequest, reply: FastifyReply) => Promise<FhirCaller | undefined>
}

const BODY_BYTES = 16 * 1024

/** Registers one route behind the guard of its permission. Throws for a route that names none: it is never served. */
export function registerRoute(app: FastifyInstance, route: Route, guards: Guards): void {
  if (!PERMISSIONS.includes(route.permission)) throw new Error(`${route.method} ${route.path} names no permission`)
  if (route.permission === 'office' && route.offices.length === 0) throw new Error(`${route.method} ${route.path} names no office`)
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyLimit ?? BODY_BYTES,
    exposeHeadRoute: false,
    onRequest: async (request, reply) => {
      if (route.permission === 'view' || route.permission === 'fhir') await guards.handOver(request, reply, route)
    },
    handler: (request, reply) => guarded(request, reply, route, guards),
  })
}

// oxlint-disable-next-line typescript/consistent-return -- every permission returns; the compiler holds the table whole
async function guarded(request: FastifyRequest, reply: FastifyReply, route: Route, guards: Guards): Promise<unknown> {
  switch (route.permission) {
    case 'public':
    case 'health':
      return route.serve(request, reply)
    case 'signed-in': {
      const session = await guards.signedIn(request, reply, route)
      return session ? route.serve(request, reply, session) : reply
    }
    case 'session': {
      const visitor = await guards.visitor(request, reply, route)
      return visitor ? route.serve(request, reply, visitor) : reply
    }
    case 'view': {
      const visitor = await guards.visitor(request, reply, route)
      const view = visitor && (await guards.view(request, reply, visitor))
      return visitor && view ? route.serve(request, reply, visitor, view) : reply
    }
    case 'office': {
      const visitor = await guards.visitor(request, reply, route)
      return visitor && (await guards.office(request, reply, visitor, route.offices)) ? route.serve(request, reply, visitor) : reply
    }
    case 'fhir': {
      const caller = await guards.fhir(request, reply)
      return caller ? route.serve(request, reply, caller) : reply
    }
    case 'sibling': {
      const exchange = await guards.sibling(request, reply)
      return exchange === undefined ? reply : route.serve(request, reply, exchange)
    }
    case 'peer': {
      const exchange = await guards.peer(request, reply)
      return exchange === undefined ? reply : route.serve(request, reply, exchange)
    }
  }
}
