import type { FastifyReply } from 'fastify'
import { agreementPage, agreementsPage, AGREEMENTS_PATH, newAgreementPage } from '../../../viewer/pages/office/agreements.ts'
import { phaseOf, typedDay } from '../../change-agreement.ts'
import { sendFault, sendStatus } from '../faults.ts'
import type { Route, Visitor } from '../routes.ts'
import { officeFrame } from './home-routes.ts'
import { agreementStepOf, byField, lacksWords, mayChange, named, send, statusOf, toldBy, valuesOf, type TakesPart } from './takes-part.ts'

/** Lines of one page at most, what ends first at the top. */
const LINES = 200

/** Agreements: what is shared with whom until when, and on whose word. */
export function agreementRoutes(of: TakesPart): readonly Route[] {
  const { door, changes } = of
  const { ports, pages } = door
  const frame = (visitor: Visitor) => officeFrame(ports, visitor, AGREEMENTS_PATH)
  const nameIn = (names: ReadonlyMap<string, string>, odsCode: string): string =>
    odsCode === '*' ? 'every connected organisation' : (names.get(odsCode) ?? odsCode)
  const namesNow = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await changes.organisations()).map(one => [one.odsCode, one.name]))

  const one = async (
    reply: FastifyReply,
    visitor: Visitor,
    id: string,
    more: { readonly fault?: string; readonly values?: Readonly<Record<string, string>>; readonly status?: number } = {},
  ): Promise<unknown> => {
    const found = await changes.agreement(id)
    if (!found) return undefined
    const { life, sections } = found.row
    const names = await namesNow()
    const left = life.until === null ? null : changes.daysLeft(life.until)
    const { status, ...shown } = more
    return send(
      reply,
      agreementPage(frame(visitor), {
        ...life,
        provider: nameIn(names, life.provider),
        consumer: nameIn(names, life.consumer),
        sections,
        left,
        phase: phaseOf(life, changes.today()),
        mayServeOverdue: changes.mayServeOverdue(life),
        steps: found.steps,
        seen: found.seen,
        mayChange: mayChange(of, visitor),
        ...shown,
      }),
      status,
    )
  }

  return [
    {
      method: 'GET',
      path: AGREEMENTS_PATH,
      permission: 'office',
      offices: ['agreements', 'operations'],
      async serve(_request, reply, visitor) {
        const [agreements, names] = await Promise.all([changes.agreements(), namesNow()])
        const lines = agreements
          .map(({ life }) => ({
            id: life.id,
            provider: nameIn(names, life.provider),
            consumer: nameIn(names, life.consumer),
            phase: phaseOf(life, changes.today()),
            left: life.until === null ? null : changes.daysLeft(life.until),
            waits: life.asked !== null || life.state === 'applied',
          }))
          .toSorted(
            (a, b) =>
              Number(b.waits) - Number(a.waits) ||
              Number(a.phase === 'ended') - Number(b.phase === 'ended') ||
              (a.left ?? 1e6) - (b.left ?? 1e6),
          )
        return send(
          reply,
          agreementsPage(frame(visitor), { lines: lines.slice(0, LINES), all: lines.length, mayChange: mayChange(of, visitor) }),
        )
      },
    },
    {
      method: 'GET',
      path: `${AGREEMENTS_PATH}/new`,
      permission: 'office',
      offices: ['agreements'],
      serve: async (_request, reply, visitor) => send(reply, newAgreementPage(frame(visitor), { values: {}, errors: {} })),
    },
    {
      method: 'POST',
      path: `${AGREEMENTS_PATH}/new`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const values = valuesOf(request)
        const applied = await changes.applyAgreement(values, visitor.viewer, toldBy(visitor, values))
        if (!applied.ok) return sendFault(request, reply, pages, applied.fault)
        const { id, errors } = applied.value
        return id === undefined
          ? send(reply, newAgreementPage(frame(visitor), { values, errors: byField(errors) }), 400)
          : reply.redirect(`${AGREEMENTS_PATH}/${id}`, 303)
      },
    },
    {
      method: 'GET',
      path: `${AGREEMENTS_PATH}/:id`,
      permission: 'office',
      offices: ['agreements', 'operations'],
      serve: async (request, reply, visitor) => (await one(reply, visitor, named(request, 'id'))) ?? sendStatus(request, reply, pages, 404),
    },
    {
      method: 'POST',
      path: `${AGREEMENTS_PATH}/:id/step`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const [id, values] = [named(request, 'id'), valuesOf(request)]
        const step = agreementStepOf(values, typedDay(values, 'until'))
        const lacking = step ? lacksWords(values) : 'Choose what to do.'
        const again = async (told: Parameters<typeof one>[3]): Promise<unknown> =>
          (await one(reply, visitor, id, told)) ?? sendStatus(request, reply, pages, 404)
        if (!step || lacking !== undefined) return again({ fault: lacking ?? '', values, status: 400 })
        const done = await changes.stepAgreement(id, step, visitor.viewer, toldBy(visitor, values))
        return done.ok
          ? reply.redirect(`${AGREEMENTS_PATH}/${id}`, 303)
          : again({ fault: done.fault.detail, values, status: statusOf(done.fault) })
      },
    },
  ]
}
