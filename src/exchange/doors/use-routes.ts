import { text } from '../../viewer/html.ts'
import { acceptableUsePage, USE_PATH } from '../../viewer/pages/acceptable-use.ts'
import { formValues, frameOf } from './find-routes.ts'
import { sendHtml } from './headers.ts'
import type { Ports } from './ports.ts'
import type { Route } from './routes.ts'
import { returnPath } from './sign-in-routes.ts'

/** Accepting the rules of use: the page, and the tap that leads on to where the user was going. */
export const useRoutes = (use: NonNullable<Ports['use']>): readonly Route[] => [
  {
    method: 'GET',
    path: USE_PATH,
    permission: 'session',
    async serve(request, reply, visitor) {
      const to = returnPath(Reflect.get(request.query as object, 'to'))
      if (await use.accepted(visitor.viewer)) return reply.redirect(to, 303)
      return sendHtml(reply, text(acceptableUsePage(frameOf(visitor), to)))
    },
  },
  {
    method: 'POST',
    path: USE_PATH,
    permission: 'session',
    async serve(request, reply, visitor) {
      const to = returnPath(formValues(request.body)['to'])
      const accepted = await use.accept(visitor.viewer)
      if (accepted.ok) return reply.redirect(to, 303)
      const problem = 'Your answer could not be written down. Try again in a minute.'
      return sendHtml(reply, text(acceptableUsePage(frameOf(visitor), to, problem)), 503)
    },
  },
]
