import type { FastifyReply } from 'fastify'
import type { Catalogue } from '../../../care-record/catalogue.ts'
import { PRACTICE_DISSENT_PATH, practiceDissentOnePage, practiceDissentPage } from '../../../viewer/pages/office/opt-outs-practice.ts'
import type { PracticeDissent, PracticeDissentOffice } from '../../import-opt-outs-practice.ts'
import type { Route, Visitor } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { named, send, statusOf, valuesOf } from './takes-part.ts'

const OFFICES = ['objections', 'stewarding'] as const

/** Work on what GP systems say of sharing. */
export function practiceDissentRoutes({ ports }: OfficeDoor, office: PracticeDissentOffice, catalogue: () => Catalogue): readonly Route[] {
  const shown = ({ id, odsCode, effect, saidOn, firstSeen }: PracticeDissent) => ({
    id,
    effect,
    saidOn,
    firstSeen,
    practice: catalogue().organisations.get(odsCode)?.name ?? odsCode,
  })
  const list = async (reply: FastifyReply, visitor: Visitor, fault?: string, status?: number): Promise<unknown> => {
    const read = await office.list()
    const said = fault ?? (read.ok ? undefined : read.fault.detail)
    const page = practiceDissentPage(officeFrame(ports, visitor, PRACTICE_DISSENT_PATH), {
      waiting: read.ok ? read.value.map(shown) : [],
      ...(said === undefined ? {} : { fault: said }),
    })
    return send(reply, page, status ?? (read.ok ? 200 : statusOf(read.fault)))
  }
  const one = async (reply: FastifyReply, visitor: Visitor, id: string, fault?: string, status?: number): Promise<unknown> => {
    const read = await office.open(id, visitor.viewer)
    if (!read.ok) return list(reply, visitor, read.fault.detail, statusOf(read.fault))
    const { wish, name } = read.value
    return send(
      reply,
      practiceDissentOnePage(officeFrame(ports, visitor, PRACTICE_DISSENT_PATH), {
        ...shown(wish),
        nhsNumber: wish.nhsNumber,
        state: wish.state,
        ...(wish.caseId === undefined ? {} : { caseId: wish.caseId }),
        name: name === undefined ? 'The national register did not answer' : [...name.given, name.family].join(' '),
        ...(fault === undefined ? {} : { fault }),
      }),
      status,
    )
  }
  return [
    {
      method: 'GET',
      path: PRACTICE_DISSENT_PATH,
      permission: 'office',
      offices: OFFICES,
      serve: async (_request, reply, visitor) => list(reply, visitor),
    },
    {
      method: 'GET',
      path: `${PRACTICE_DISSENT_PATH}/:id`,
      permission: 'office',
      offices: OFFICES,
      serve: async (request, reply, visitor) => one(reply, visitor, named(request, 'id')),
    },
    {
      method: 'POST',
      path: `${PRACTICE_DISSENT_PATH}/:id`,
      permission: 'office',
      offices: OFFICES,
      async serve(request, reply, visitor) {
        const id = named(request, 'id')
        const { word } = valuesOf(request)
        if (word !== 'case' && word !== 'nothing') return one(reply, visitor, id, 'Choose what is to be done', 400)
        const done = await (word === 'case' ? office.openCase(id, visitor.viewer) : office.leave(id, visitor.viewer))
        if (!done.ok) return one(reply, visitor, id, done.fault.detail, statusOf(done.fault))
        return reply.redirect(word === 'case' ? `${PRACTICE_DISSENT_PATH}/${id}` : PRACTICE_DISSENT_PATH, 303)
      },
    },
  ]
}
