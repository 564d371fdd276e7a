import type { FastifyReply } from 'fastify'
import { text } from '../../viewer/html.ts'
import { publicObjectCallPage, publicObjectDonePage, publicObjectPage } from '../../viewer/pages/object.ts'
import { publicOf, type Named } from '../decide-objection-forms.ts'
import type { ObjectionIntake } from '../decide-objection-intake.ts'
import { formValues } from './find-routes.ts'
import { sendHtml } from './headers.ts'
import type { OfficeDoor } from './office/home-routes.ts'
import type { Route } from './routes.ts'
import type { Sealer } from './seal.ts'
import { LONGEST } from './sharing-routes.ts'

/** Where what somebody without a sign-in said of themselves belongs: it opens for this case alone. */
export const placeOfRequest = (id: string): string => `objection request ${id}`
export const sealed =
  (sealer: Sealer) =>
  (said: string, id: string): string =>
    sealer.seal(said, placeOfRequest(id))

/** The form anybody may fill in. It asks nothing of us but to be in touch: it shows nothing, changes nothing, and is bounded. */
export const objectRoutes =
  (p: { readonly intake: ObjectionIntake; readonly named: () => Named }) =>
  ({ sealer }: OfficeDoor): readonly Route[] => {
    const page = (reply: FastifyReply, html: ReturnType<typeof publicObjectPage>, status = 200): FastifyReply =>
      sendHtml(reply, text(html), status)
    return [
      {
        method: 'GET',
        path: '/object',
        permission: 'public',
        serve: async (_request, reply) => page(reply, publicObjectPage({}, await p.intake.phone())),
      },
      {
        method: 'POST',
        path: '/object',
        permission: 'public',
        async serve(request, reply) {
          // A form elsewhere on the web is not somebody asking us.
          const site = request.headers['sec-fetch-site']
          if (site !== undefined && site !== 'same-origin' && site !== 'none')
            return page(reply, publicObjectPage({}, await p.intake.phone()), 403)
          const values = formValues(request.body, LONGEST)
          const said = publicOf(values, p.named())
          if (!said.ok) return page(reply, publicObjectPage({ errors: said.errors, values }, await p.intake.phone()), 400)
          const done = await p.intake.publicForm(said.value, sealed(sealer))
          if (done.ok) return page(reply, publicObjectDonePage(done.value.reference))
          const many = done.fault.kind === 'too-large'
          const words = many ? done.fault.detail : 'Your request cannot be kept just now.'
          return page(reply, publicObjectCallPage(words, await p.intake.phone()), many ? 429 : 503)
        },
      },
    ]
  }
