import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fault } from '../../../care-record/result.ts'
import { text, type Html } from '../../../viewer/html.ts'
import { alertPage, CLAIMS_PATH, claimsPage, decisionPage, PRIVACY_PATH, privacyPage } from '../../../viewer/pages/office/privacy.ts'
import type { ClaimReview } from '../../review-claims.ts'
import { sendFault } from '../faults.ts'
import { formValues } from '../find-routes.ts'
import { sendHtml } from '../headers.ts'
import type { Route, Visitor } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'

type Serve = Extract<Route, { readonly permission: 'office' }>['serve']

/** Characters of a note as typed; the corridor counts those that people see. */
const LONGEST_NOTE = 2_000

/** The privacy officer's pages: what is new, claims to review, one alert, one decision. Their own organisation's staff alone. */
export function privacyRoutes({ ports, pages }: OfficeDoor, review: ClaimReview): readonly Route[] {
  const route = (method: 'GET' | 'POST', path: string, serve: Serve): Route => ({
    method,
    path,
    permission: 'office',
    offices: ['privacy'],
    serve,
  })
  const idOf = (request: FastifyRequest): string => String(Reflect.get(request.params as object, 'id'))
  const frame = (visitor: Visitor, path = PRIVACY_PATH) => officeFrame(ports, visitor, path)
  const send = (reply: FastifyReply, page: Html, status = 200): unknown => sendHtml(reply, text(page), status)
  const refuse = (request: FastifyRequest, reply: FastifyReply, fault: Fault): unknown => sendFault(request, reply, pages, fault)

  const claims = async (
    request: FastifyRequest,
    reply: FastifyReply,
    visitor: Visitor,
    fault?: { readonly claimId: string; readonly words: string; readonly note: string },
  ): Promise<unknown> => {
    const listed = await review.claims(visitor.viewer)
    if (!listed.ok) return refuse(request, reply, listed.fault)
    return send(reply, claimsPage(frame(visitor, CLAIMS_PATH), listed.value, fault), fault === undefined ? 200 : 400)
  }

  return [
    route('GET', PRIVACY_PATH, async (request, reply, visitor) => {
      const overview = await review.overview(visitor.viewer)
      return overview.ok ? send(reply, privacyPage(frame(visitor), overview.value)) : refuse(request, reply, overview.fault)
    }),
    route('GET', CLAIMS_PATH, (request, reply, visitor) => claims(request, reply, visitor)),
    route('POST', CLAIMS_PATH, async (request, reply, visitor) => {
      const { ids = '' } = formValues(request.body, LONGEST_NOTE)
      const done = await review.reviewConfirmed(visitor.viewer, ids.split(','))
      return done.ok ? reply.redirect(CLAIMS_PATH, 303) : refuse(request, reply, done.fault)
    }),
    route('POST', `${CLAIMS_PATH}/:id`, async (request, reply, visitor) => {
      const { outcome = '', note = '' } = formValues(request.body, LONGEST_NOTE)
      const done = await review.review(visitor.viewer, idOf(request), outcome, note)
      if (done.ok) return reply.redirect(CLAIMS_PATH, 303)
      if (done.fault.kind !== 'invalid') return refuse(request, reply, done.fault)
      return claims(request, reply, visitor, { claimId: idOf(request), words: done.fault.detail, note })
    }),
    route('GET', `${PRIVACY_PATH}/alerts/:id`, async (request, reply, visitor) => {
      const found = await review.alert(visitor.viewer, idOf(request))
      if (!found.ok) return refuse(request, reply, found.fault)
      return send(reply, alertPage(frame(visitor), found.value.alert, found.value.decisions))
    }),
    route('GET', `${PRIVACY_PATH}/decisions/:id`, async (request, reply, visitor) => {
      const found = await review.decision(visitor.viewer, idOf(request))
      return found.ok ? send(reply, decisionPage(frame(visitor), found.value)) : refuse(request, reply, found.fault)
    }),
    route('POST', `${PRIVACY_PATH}/decisions/:id/again`, async (request, reply, visitor) => {
      const found = await review.decideAgain(visitor.viewer, idOf(request))
      if (!found.ok) return refuse(request, reply, found.fault)
      return send(reply, decisionPage(frame(visitor), found.value.decision, found.value.again))
    }),
  ]
}
