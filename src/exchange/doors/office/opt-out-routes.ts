import type { FastifyReply } from 'fastify'
import { spacedNhsNumber } from '../../../care-record/nhs-number.ts'
import { staffDate } from '../../../viewer/format.ts'
import { OPT_OUTS_PATH, optOutCalledPage, optOutPage, optOutsPage, type OptOutListModel } from '../../../viewer/pages/office/opt-outs.ts'
import type { OptOutOffice } from '../../import-opt-outs-office.ts'
import { formValues } from '../find-routes.ts'
import type { Route, Visitor } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { named, send, statusOf, valuesOf } from './takes-part.ts'

const OFFICES = ['stewarding', 'objections'] as const
/** Whoever decides on one: at night the Caldicott Guardian on call, for a person whose record may be withheld for another. */
const DECIDES = [...OFFICES, 'guardian'] as const
/** A pasted list: bytes of the body, characters and lines of the text, at most. */
const PASTE_BYTES = 256 * 1024
const PASTE_CHARACTERS = 80_000
const PASTE_LINES = 201

/** Stewards' work on opt-outs of earlier records. */
export function optOutRoutes({ ports }: OfficeDoor, office: OptOutOffice): readonly Route[] {
  const list = async (reply: FastifyReply, visitor: Visitor, pasted?: OptOutListModel['pasted'], status?: number): Promise<unknown> => {
    const read = await office.list()
    const frame = officeFrame(ports, visitor, OPT_OUTS_PATH)
    if (!read.ok)
      return send(
        reply,
        optOutsPage(frame, { ...EMPTY, pasted: { text: pasted?.text ?? '', fault: read.fault.detail } }),
        statusOf(read.fault),
      )
    return send(reply, optOutsPage(frame, { ...read.value, ...(pasted === undefined ? {} : { pasted }) }), status)
  }
  const one = async (reply: FastifyReply, visitor: Visitor, id: string, fault?: string, status?: number): Promise<unknown> => {
    const read = await office.open(id, visitor.viewer)
    if (!read.ok) return send(reply, optOutCalledPage(officeFrame(ports, visitor, OPT_OUTS_PATH), read.fault.detail), statusOf(read.fault))
    const { row, waiting, canAsk } = read.value
    const { optOut } = row
    return send(
      reply,
      optOutPage(officeFrame(ports, visitor, OPT_OUTS_PATH), {
        id: row.id,
        system: optOut.system,
        systemId: optOut.systemId,
        state: row.state,
        register: row.register,
        canAsk,
        said: {
          number:
            optOut.nhsNumber === undefined
              ? 'None'
              : optOut.nhsNumber === 'wrong'
                ? 'Not a valid number'
                : spacedNhsNumber(optOut.nhsNumber),
          name: [...optOut.given, optOut.family ?? ''].join(' ').trim() || 'None',
          birthDate: optOut.birthDate === undefined ? 'Not known' : staffDate(optOut.birthDate),
          saidOn: optOut.saidOn,
          scope: optOut.scope,
          takenBy: optOut.takenBy ?? 'Not known',
        },
        waiting: waiting.map(({ names, birthDate, ...person }) => ({
          ...person,
          birthDate: birthDate === null ? null : staffDate(birthDate),
          name: names[0] === undefined ? 'Not known here' : [...names[0].given, names[0].family].join(' '),
        })),
        ...(fault === undefined ? {} : { fault }),
      }),
      status,
    )
  }
  return [
    {
      permission: 'office',
      offices: OFFICES,
      method: 'GET',
      path: OPT_OUTS_PATH,
      serve: async (_request, reply, visitor) => list(reply, visitor),
    },
    {
      permission: 'office',
      offices: OFFICES,
      method: 'POST',
      path: OPT_OUTS_PATH,
      bodyLimit: PASTE_BYTES,
      async serve(request, reply, visitor) {
        const { csv = '', do: wanted } = formValues(request.body, PASTE_CHARACTERS + 1)
        const text = csv.replace(/\r\n?/g, '\n')
        const tooLong = text.length > PASTE_CHARACTERS || text.trimEnd().split('\n').length > PASTE_LINES
        if (text.trim() === '' || tooLong)
          return list(
            reply,
            visitor,
            { text: tooLong ? '' : csv, fault: tooLong ? 'Paste at most 200 lines.' : 'Paste the lines first.' },
            400,
          )
        const report = await office.importText(text, wanted !== 'import', visitor.viewer)
        return report.ok
          ? list(reply, visitor, { text: report.value.dryRun ? csv : '', report: { ...report.value, counts: { ...report.value.counts } } })
          : list(reply, visitor, { text: csv, fault: report.fault.detail }, statusOf(report.fault))
      },
    },
    {
      permission: 'office',
      offices: DECIDES,
      method: 'GET',
      path: `${OPT_OUTS_PATH}/called`,
      async serve(request, reply, visitor) {
        const { reference = '' } = formValues(request.query, 20)
        const frame = officeFrame(ports, visitor, OPT_OUTS_PATH)
        if (reference === '') return send(reply, optOutCalledPage(frame))
        const id = await office.called(reference)
        return id.ok
          ? reply.redirect(`${OPT_OUTS_PATH}/${id.value}`, 303)
          : send(reply, optOutCalledPage(frame, id.fault.detail), statusOf(id.fault))
      },
    },
    {
      permission: 'office',
      offices: DECIDES,
      method: 'GET',
      path: `${OPT_OUTS_PATH}/:id`,
      serve: async (request, reply, visitor) => one(reply, visitor, named(request, 'id')),
    },
    {
      permission: 'office',
      offices: DECIDES,
      method: 'POST',
      path: `${OPT_OUTS_PATH}/:id`,
      async serve(request, reply, visitor) {
        const id = named(request, 'id')
        const values = valuesOf(request)
        const saying = (word: string): readonly string[] =>
          Object.entries(values).flatMap(([name, value]) => (name.startsWith('p-') && value === word ? [name.slice(2)] : []))
        const done = await office.decide(
          id,
          { is: saying('is'), isNot: saying('is-not'), nobody: values['nobody'] === 'yes' },
          visitor.viewer,
        )
        if (!done.ok) return one(reply, visitor, id, done.fault.detail, statusOf(done.fault))
        const toList = done.value.state !== 'unmatched' && OFFICES.some(each => ports.officesOf(visitor.viewer.roleCode).includes(each))
        return reply.redirect(toList ? OPT_OUTS_PATH : `${OPT_OUTS_PATH}/${id}`, 303)
      },
    },
    {
      permission: 'office',
      offices: DECIDES,
      method: 'POST',
      path: `${OPT_OUTS_PATH}/:id/register`,
      async serve(request, reply, visitor) {
        const id = named(request, 'id')
        const done = await office.askRegister(id, visitor.viewer)
        return done.ok ? reply.redirect(`${OPT_OUTS_PATH}/${id}`, 303) : one(reply, visitor, id, done.fault.detail, statusOf(done.fault))
      },
    },
  ]
}

const EMPTY: OptOutListModel = {
  goLive: { allowed: false, unworked: 0, refusedLines: 0, brokenOff: 0 },
  counts: { matched: 0, unmatched: 0, nobody: 0, withheld: 0 },
  waiting: [],
  imports: [],
  gone: [],
}
