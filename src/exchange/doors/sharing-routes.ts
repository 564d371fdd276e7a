import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Catalogue } from '../../care-record/catalogue.ts'
import type { ShareClass } from '../../care-record/objection.ts'
import type { Fault } from '../../care-record/result.ts'
import { text, type Html } from '../../viewer/html.ts'
import type { FormState } from '../../viewer/models.ts'
import {
  changePage,
  narrowPage,
  objectPage,
  sharingDonePage,
  sharingPage,
  sharingUnknownPage,
  type SharingModel,
} from '../../viewer/pages/sharing.ts'
import { narrowedOf, takenDownOf, withdrawnOf, type Read, type Values } from '../decide-objection-forms.ts'
import type { ObjectionSharing } from '../decide-objection-sharing.ts'
import type { View } from '../view.ts'
import { sendFault } from './faults.ts'
import { formValues, frameOf } from './find-routes.ts'
import { sendHtml } from './headers.ts'
import type { OfficeDoor } from './office/home-routes.ts'
import type { Route, Visitor } from './routes.ts'

export interface SharingPorts {
  readonly sharing: ObjectionSharing
  readonly catalogue: () => Catalogue
  readonly shareClasses: () => readonly ShareClass[]
}

/** Characters of what somebody writes at most. */
export const LONGEST = 4_000

/** What pages call organisations and classes. */
export const namedOf = ({ catalogue, shareClasses }: Pick<SharingPorts, 'catalogue' | 'shareClasses'>): SharingModel['named'] => ({
  organisation: odsCode => catalogue().organisations.get(odsCode)?.name ?? odsCode,
  classes: shareClasses().map(({ id, title }) => ({ id, title })),
})

/**
 * Sharing of one person's information, in the record and behind the page that shows nothing: for everyone whose relationship
 * held, and for nobody else (care rules 4.1).
 */
export const sharingRoutes =
  (p: SharingPorts) =>
  ({ pages }: OfficeDoor): readonly Route[] => {
    type Show = (model: SharingModel, state?: FormState) => Html
    type Here = Parameters<ObjectionSharing['read']>[0]
    type Serve = (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, here: Here) => Promise<unknown>
    const named = (): { catalogue: Catalogue; shareClasses: readonly ShareClass[] } => ({
      catalogue: p.catalogue(),
      shareClasses: p.shareClasses(),
    })

    /** Views in which nothing was refused for want of a role, an agreement or a relationship. */
    const opens = (view: View): boolean => view.status === 'open' || view.status === 'no-information'
    const route = (method: 'GET' | 'POST', rest: string, serve: Serve): Route => ({
      method,
      path: `/r/:view/sharing${rest}`,
      permission: 'view',
      async serve(request, reply, visitor, view) {
        const leave = view.attach()
        try {
          await view.decided(1_000)
          if (!opens(view)) return await reply.redirect(`/r/${view.id}/`, 303)
          if (!view.person) return sendHtml(reply, text(sharingUnknownPage(frameOf(visitor))))
          return await serve(request, reply, visitor, {
            person: view.person,
            viewer: visitor.viewer,
            viewId: view.id,
            transaction: view.transaction,
          })
        } finally {
          leave()
        }
      },
    })
    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      visitor: Visitor,
      here: Here,
      page: Show,
      state?: FormState,
    ): Promise<unknown> => {
      const read = await p.sharing.read(here)
      if (!read.ok) return sendFault(request, reply, pages, read.fault)
      const model = { ...frameOf(visitor), path: `/r/${here.viewId}/sharing`, ...here, ...read.value, named: namedOf(p) }
      return sendHtml(reply, text(page(model, state)), state?.errors === undefined ? 200 : 400)
    }
    /** A form, and the same with what is wrong in it; then what came of it. */
    const formOf = <T>(
      rest: string,
      page: Show,
      read: (values: Values, here: Here) => Read<T>,
      act: (
        value: T,
        here: Here,
      ) => Promise<
        | { readonly ok: true; readonly value: readonly [title: string, words: readonly string[]] }
        | { readonly ok: false; readonly fault: Fault }
      >,
    ): readonly Route[] => [
      route('GET', rest, (request, reply, visitor, here) => show(request, reply, visitor, here, page)),
      route('POST', rest, async (request, reply, visitor, here) => {
        const values = formValues(request.body, LONGEST)
        const said = read(values, here)
        if (!said.ok) return show(request, reply, visitor, here, page, { errors: said.errors, values })
        const done = await act(said.value, here)
        if (!done.ok)
          return done.fault.kind === 'conflict'
            ? show(request, reply, visitor, here, page, { errors: { words: done.fault.detail }, values })
            : sendFault(request, reply, pages, done.fault)
        const [title, words] = done.value
        return show(request, reply, visitor, here, model => sharingDonePage(model, title, words))
      }),
    ]

    return [
      route('GET', '', (request, reply, visitor, here) => show(request, reply, visitor, here, sharingPage)),
      ...formOf(
        '/object',
        objectPage,
        values => takenDownOf(values, named()),
        async (said, here) => {
          const done = await p.sharing.receive(said, here)
          if (!done.ok) return done
          const { reference, held } = done.value
          const first = held
            ? 'Sharing has stopped, here and in the other areas within a minute. This view closes by itself.'
            : 'Nothing has changed yet. The objections office sees to what is still needed.'
          return {
            ok: true,
            value: ['The objection is taken down', [first, `Tell the person their reference: ${reference}. They get a letter.`]],
          }
        },
      ),
      ...formOf('/change', changePage, withdrawnOf, async (said, here) => {
        const done = await p.sharing.withdraw(said, here)
        return done.ok ? { ok: true, value: ['It is shared again', ['Open the record again to see it. The person gets a letter.']] } : done
      }),
      ...formOf(
        '/narrow',
        narrowPage,
        (values, here) => narrowedOf(values, here.viewer.sdsUserId),
        async (said, here) => {
          const done = await p.sharing.narrow(said, here)
          if (!done.ok) return done
          const words = done.value.opens
            ? 'The people you named may see for that time. Open the record again.'
            : 'A Caldicott Guardian has to decide. Call the switchboard for the one on call if it cannot wait.'
          return { ok: true, value: [done.value.opens ? 'It is opened to those you named' : 'It waits for a Caldicott Guardian', [words]] }
        },
      ),
    ]
  }
