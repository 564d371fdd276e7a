import type { FastifyReply } from 'fastify'
import { ISOLATION_PATH, isolationPage } from '../../../viewer/pages/office/isolation.ts'
import { BECAUSE, type Isolation } from '../../isolate.ts'
import type { Route, Visitor } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { named, send, statusOf, valuesOf } from './takes-part.ts'

/** Cutting off at once, and letting in again by two. */
export function isolationRoutes({ ports }: OfficeDoor, exchange: string, isolation: Isolation): readonly Route[] {
  const offices = ['operations', 'agreements'] as const
  const page = async (
    reply: FastifyReply,
    visitor: Visitor,
    values: Readonly<Record<string, string>> = {},
    fault?: string,
    status?: number,
  ): Promise<unknown> =>
    send(
      reply,
      isolationPage(officeFrame(ports, visitor, ISOLATION_PATH), {
        exchange,
        inForce: await isolation.inForce(),
        reasons: BECAUSE,
        values,
        ...(fault === undefined ? {} : { fault }),
      }),
      status,
    )
  return [
    {
      method: 'GET',
      path: ISOLATION_PATH,
      permission: 'office',
      offices,
      serve: async (_request, reply, visitor) => page(reply, visitor),
    },
    {
      method: 'POST',
      path: ISOLATION_PATH,
      permission: 'office',
      offices,
      async serve(request, reply, { viewer, ...visitor }) {
        const values = valuesOf(request)
        const { what = '', which = '', because = '' } = values
        const done = await isolation.isolate(what, which, because, { viewer })
        return done.ok
          ? reply.redirect(ISOLATION_PATH, 303)
          : page(reply, { viewer, ...visitor }, values, done.fault.detail, statusOf(done.fault))
      },
    },
    {
      method: 'POST',
      path: `${ISOLATION_PATH}/:id/release`,
      permission: 'office',
      offices,
      async serve(request, reply, visitor) {
        const done = await isolation.release(named(request, 'id'), { viewer: visitor.viewer })
        return done.ok ? reply.redirect(ISOLATION_PATH, 303) : page(reply, visitor, {}, done.fault.detail, statusOf(done.fault))
      },
    },
  ]
}
