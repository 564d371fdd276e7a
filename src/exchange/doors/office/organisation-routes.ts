import type { FastifyReply } from 'fastify'
import {
  CONNECTIONS_PATH,
  connectionPage,
  connectionStartPage,
  connectionTaskPage,
} from '../../../viewer/pages/office/organisations-wizard.ts'
import {
  organisationPage,
  organisationsPage,
  ORGANISATIONS_PATH,
  type OrganisationLine,
} from '../../../viewer/pages/office/organisations.ts'
import { isDone, phaseOf, TASKS } from '../../change-agreement.ts'
import type { CheckConnection } from '../../check-connection.ts'
import { sendFault, sendStatus } from '../faults.ts'
import type { Route, Visitor } from '../routes.ts'
import { officeFrame } from './home-routes.ts'
import {
  byField,
  lacksWords,
  mayChange,
  named,
  organisationStepOf,
  send,
  statusOf,
  toldBy,
  valuesOf,
  type TakesPart,
} from './takes-part.ts'

/** Lines of one page at most; the rest is found by name or code. */
const LINES = 200

/** Organisations, and applications of those that want to take part. */
export function organisationRoutes(of: TakesPart & { readonly connection: CheckConnection }): readonly Route[] {
  const { door, changes, connection } = of
  const { ports, pages } = door
  const frame = (visitor: Visitor) => officeFrame(ports, visitor, ORGANISATIONS_PATH)
  const left = (until: string | null | undefined): number | null => (until === null || until === undefined ? null : changes.daysLeft(until))

  const linesOf = async (query: string): Promise<{ readonly lines: readonly OrganisationLine[]; readonly all: number }> => {
    const [organisations, agreements] = await Promise.all([changes.organisations(), changes.agreements()])
    const ends = new Map<string, number>()
    for (const { life } of agreements) {
      const days = life.state === 'ended' ? null : left(life.until)
      if (days !== null) ends.set(life.provider, Math.min(days, ends.get(life.provider) ?? Infinity))
    }
    const lines = organisations
      .filter(one => `${one.name} ${one.short} ${one.odsCode}`.toLowerCase().includes(query.toLowerCase()))
      .map(one => ({
        odsCode: one.odsCode,
        name: one.name,
        kind: one.kind,
        state: one.life.state,
        ...(one.dspToolkit ? { dspToolkit: one.dspToolkit } : {}),
        dspLeft: left(one.dspToolkit?.until),
        agreementLeft: ends.get(one.odsCode) ?? null,
        waits: one.life.asked !== null || one.life.state === 'applied',
      }))
    return { lines: lines.toSorted((a, b) => urgency(a) - urgency(b)).slice(0, LINES), all: lines.length }
  }

  const one = async (
    reply: FastifyReply,
    visitor: Visitor,
    odsCode: string,
    more: { readonly fault?: string; readonly values?: Readonly<Record<string, string>>; readonly status?: number } = {},
  ): Promise<unknown> => {
    const found = await changes.organisation(odsCode)
    if (!found) return undefined
    const { row, seen, steps, agreements, told } = found
    const systems = await connection.of(odsCode)
    const names = new Map((await changes.organisations()).map(each => [each.odsCode, each.name]))
    const nameIn = (code: string): string => (code === '*' ? 'every connected organisation' : (names.get(code) ?? code))
    const { status, ...shown } = more
    return send(
      reply,
      organisationPage(frame(visitor), {
        ...row,
        ...row.life,
        dspLeft: left(row.dspToolkit?.until),
        ...(told ? { told } : {}),
        agreements: agreements.map(({ life }) => ({
          id: life.id,
          words: `${nameIn(life.provider)} shares with ${nameIn(life.consumer)}`,
          phase: phaseOf(life, changes.today()),
          left: left(life.until),
        })),
        systems: systems.map(({ source, system, last }) => ({ id: source.id, system, ...(last ? { last } : {}) })),
        steps,
        seen,
        mayChange: mayChange(of, visitor),
        ...shown,
      }),
      status,
    )
  }

  return [
    {
      method: 'GET',
      path: ORGANISATIONS_PATH,
      permission: 'office',
      offices: ['agreements', 'operations'],
      async serve(request, reply, visitor) {
        const typed: unknown = Reflect.get(request.query as object, 'q')
        const query = typeof typed === 'string' ? typed.slice(0, 100).trim() : ''
        return send(reply, organisationsPage(frame(visitor), { ...(await linesOf(query)), query, mayChange: mayChange(of, visitor) }))
      },
    },
    {
      method: 'GET',
      path: `${ORGANISATIONS_PATH}/new`,
      permission: 'office',
      offices: ['agreements'],
      serve: async (_request, reply, visitor) => send(reply, connectionStartPage(frame(visitor))),
    },
    {
      method: 'POST',
      path: `${ORGANISATIONS_PATH}/new`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const begun = await changes.begin(visitor.viewer)
        return begun.ok ? reply.redirect(`${CONNECTIONS_PATH}/${begun.value}`, 303) : sendFault(request, reply, pages, begun.fault)
      },
    },
    {
      method: 'GET',
      path: `${ORGANISATIONS_PATH}/:ods`,
      permission: 'office',
      offices: ['agreements', 'operations'],
      serve: async (request, reply, visitor) =>
        (await one(reply, visitor, named(request, 'ods'))) ?? sendStatus(request, reply, pages, 404),
    },
    {
      method: 'POST',
      path: `${ORGANISATIONS_PATH}/:ods/step`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const [odsCode, values] = [named(request, 'ods'), valuesOf(request)]
        const step = organisationStepOf(values)
        const lacking = step ? lacksWords(values) : 'Choose what to do.'
        if (!step || lacking !== undefined)
          return (
            (await one(reply, visitor, odsCode, { fault: lacking ?? '', values, status: 400 })) ?? sendStatus(request, reply, pages, 404)
          )
        const done = await changes.stepOrganisation(odsCode, step, visitor.viewer, toldBy(visitor, values))
        if (done.ok) return reply.redirect(`${ORGANISATIONS_PATH}/${odsCode}`, 303)
        const told = { fault: done.fault.detail, values, status: statusOf(done.fault) }
        return (await one(reply, visitor, odsCode, told)) ?? sendStatus(request, reply, pages, 404)
      },
    },
    {
      method: 'POST',
      path: `${ORGANISATIONS_PATH}/:ods/dsp-toolkit`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const [odsCode, values] = [named(request, 'ods'), valuesOf(request)]
        const done = await changes.recordDsp(odsCode, values, visitor.viewer, toldBy(visitor, values))
        if (done.ok) return reply.redirect(`${ORGANISATIONS_PATH}/${odsCode}`, 303)
        const told = { fault: done.fault.detail, values, status: statusOf(done.fault) }
        return (await one(reply, visitor, odsCode, told)) ?? sendStatus(request, reply, pages, 404)
      },
    },
    {
      method: 'POST',
      path: `${ORGANISATIONS_PATH}/:ods/dsp-toolkit/overdue`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const [odsCode, values] = [named(request, 'ods'), valuesOf(request)]
        const done = await changes.serveDspOverdue(odsCode, values, visitor.viewer, toldBy(visitor, values))
        if (done.ok) return reply.redirect(`${ORGANISATIONS_PATH}/${odsCode}`, 303)
        const told = { fault: done.fault.detail, values, status: statusOf(done.fault) }
        return (await one(reply, visitor, odsCode, told)) ?? sendStatus(request, reply, pages, 404)
      },
    },
    {
      method: 'POST',
      path: `${ORGANISATIONS_PATH}/:ods/check`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const odsCode = named(request, 'ods')
        const done = await connection.check(odsCode, valuesOf(request)['source'] ?? '', visitor.viewer)
        if (done.ok) return reply.redirect(`${ORGANISATIONS_PATH}/${odsCode}#connection`, 303)
        const told = { fault: done.fault.detail, status: statusOf(done.fault) }
        return (await one(reply, visitor, odsCode, told)) ?? sendStatus(request, reply, pages, 404)
      },
    },
    ...connectionRoutes(of),
  ]
}

/** What waits or has closed comes first, then what lapses first. */
const urgency = ({ state, waits, dspLeft, agreementLeft }: OrganisationLine): number =>
  state === 'left' ? 1e9 : (waits ? -1e6 : 0) + (state === 'connected' ? 0 : -1e5) + Math.min(dspLeft ?? 1e4, agreementLeft ?? 1e4, 1e4)

/** Applications being written, task by task. */
function connectionRoutes({
  door: { ports, pages },
  changes,
  connection,
}: TakesPart & { readonly connection: CheckConnection }): readonly Route[] {
  const frame = (visitor: Visitor) => officeFrame(ports, visitor, ORGANISATIONS_PATH)
  const tasks = async (reply: FastifyReply, visitor: Visitor, id: string, fault?: string, status?: number): Promise<unknown> => {
    const draft = await changes.draft(id)
    if (!draft) return undefined
    const done = new Set<string>(TASKS.filter(task => isDone(draft.form, task, changes.today())))
    const title = draft.form.organisation?.['name'] ?? ''
    return send(reply, connectionPage(frame(visitor), { id, title, done, ...(fault === undefined ? {} : { fault }) }), status)
  }
  return [
    {
      method: 'GET',
      path: `${CONNECTIONS_PATH}/:id`,
      permission: 'office',
      offices: ['agreements'],
      serve: async (request, reply, visitor) =>
        (await tasks(reply, visitor, named(request, 'id'))) ?? sendStatus(request, reply, pages, 404),
    },
    {
      method: 'POST',
      path: `${CONNECTIONS_PATH}/:id`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const id = named(request, 'id')
        const sent = await changes.send(id, visitor.viewer, toldBy(visitor, {}))
        if (sent.ok) return reply.redirect(`${ORGANISATIONS_PATH}/${sent.value}`, 303)
        return (await tasks(reply, visitor, id, sent.fault.detail, statusOf(sent.fault))) ?? sendStatus(request, reply, pages, 404)
      },
    },
    {
      method: 'GET',
      path: `${CONNECTIONS_PATH}/:id/:task`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const [id, task] = [named(request, 'id'), named(request, 'task')]
        const draft = await changes.draft(id)
        const known = TASKS.find(one => one === task)
        const odsCode = (draft?.form.organisation?.['odsCode'] ?? '').trim().toUpperCase()
        const systems = task === 'check' && /^[A-Z0-9]{3,12}$/.test(odsCode) ? await connection.of(odsCode) : []
        const page =
          draft &&
          known &&
          connectionTaskPage(frame(visitor), {
            id,
            task,
            values: draft.form[known] ?? {},
            errors: {},
            systems: systems.map(({ source, system, last }) => ({ id: source.id, system, ...(last ? { last } : {}) })),
          })
        return page ? send(reply, page) : sendStatus(request, reply, pages, 404)
      },
    },
    {
      method: 'POST',
      path: `${CONNECTIONS_PATH}/:id/:task`,
      permission: 'office',
      offices: ['agreements'],
      async serve(request, reply, visitor) {
        const [id, task, values] = [named(request, 'id'), named(request, 'task'), valuesOf(request)]
        const saved = await changes.saveTask(id, task, values, visitor.viewer)
        if (!saved.ok) return sendFault(request, reply, pages, saved.fault)
        if (saved.value.length === 0) return reply.redirect(`${CONNECTIONS_PATH}/${id}`, 303)
        const page = connectionTaskPage(frame(visitor), { id, task, values, errors: byField(saved.value) })
        return page ? send(reply, page, 400) : sendStatus(request, reply, pages, 404)
      },
    },
  ]
}
