import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseNhsNumber } from '../../../care-record/nhs-number.ts'
import { fail, type Fault, type Result } from '../../../care-record/result.ts'
import { text, type Html } from '../../../viewer/html.ts'
import type { FormState } from '../../../viewer/models.ts'
import { casePage } from '../../../viewer/pages/office/objections-case.ts'
import {
  calledCasePage,
  calledPage,
  callsPage,
  contactPage,
  newCallPage,
  OBJECTIONS_PATH,
  objectionsPage,
  type CallItem,
} from '../../../viewer/pages/office/objections.ts'
import { contactOf, dateOf, letterOf, requestOf, routeOf, stepOf, type Named, type Values } from '../../decide-objection-forms.ts'
import type { ObjectionIntake, WaitingCall } from '../../decide-objection-intake.ts'
import type { ObjectionLetters } from '../../decide-objection-letter-steps.ts'
import { numbersOf, registerSays, type ObjectionCases, type Who } from '../../decide-objection.ts'
import { sendFault, sendStatus } from '../faults.ts'
import { formValues } from '../find-routes.ts'
import { DOCUMENT_POLICY, sendHtml } from '../headers.ts'
import { placeOfRequest, sealed } from '../object-routes.ts'
import { paramOf } from '../record-page-routes.ts'
import type { Route, Visitor } from '../routes.ts'
import { LONGEST } from '../sharing-routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { caseModel } from './objection-models.ts'

export interface ObjectionRoutePorts {
  readonly cases: ObjectionCases
  readonly intake: ObjectionIntake
  readonly letters: ObjectionLetters
  readonly named: () => Named
}

const OFFICES = ['objections', 'guardian'] as const
/** What a Caldicott Guardian does as such; everything else is the office's work, whoever does it. */
const GUARDIANS: ReadonlySet<string> = new Set(['advice', 'limit', 'narrowing'])
/** Steps by which somebody's own word ends an objection: whether they live is asked of the register first. */
const ENDS: ReadonlySet<string> = new Set(['withdrawn', 'asked-again'])
const IDENTITY = ['known-to-me', 'photo-document', 'nhs-login', 'call-to-known-number', 'two-documents'] as const

/** Objection cases: the list, one case step by step, its letters, and who waits for a call (R068 to R075, R081, R082). */
export const objectionRoutes =
  (p: ObjectionRoutePorts) =>
  ({ ports, pages, sealer }: OfficeDoor): readonly Route[] => {
    type Serve = (request: FastifyRequest, reply: FastifyReply, visitor: Visitor) => Promise<unknown>
    const route = (method: 'GET' | 'POST', rest: string, serve: Serve): Route => ({
      method,
      path: `${OBJECTIONS_PATH}${rest}`,
      permission: 'office',
      offices: OFFICES,
      serve,
    })
    const frame = (visitor: Visitor) => officeFrame(ports, visitor, OBJECTIONS_PATH)
    const page = (reply: FastifyReply, html: Html, status = 200): FastifyReply => sendHtml(reply, text(html), status)
    const whoFor = (visitor: Visitor, step: string): Who & { readonly viewer: Visitor['viewer'] } => {
      const offices = ports.officesOf(visitor.viewer.roleCode)
      const guardian = offices.includes('guardian') && (GUARDIANS.has(step) || !offices.includes('objections'))
      return { as: guardian ? 'guardian' : 'office', viewer: visitor.viewer }
    }

    /** What somebody said of themselves before they were checked. */
    const unsealed = (said: string | undefined, id: string): { readonly about: string; readonly words: string } | undefined => {
      const opened = said === undefined ? undefined : sealer.open(said, placeOfRequest(id))
      return opened === undefined ? undefined : (JSON.parse(opened) as { about: string; words: string })
    }
    const callItem = (call: WaitingCall): CallItem => {
      const { about = 'This can no longer be read.', words = '' } = unsealed(call.sealed, call.id) ?? {}
      return { ...call, about, words }
    }
    const classes = (): { id: string; title: string }[] => p.named().shareClasses.map(({ id, title }) => ({ id, title }))

    const showCase = async (
      request: FastifyRequest,
      reply: FastifyReply,
      visitor: Visitor,
      back?: { readonly step: string; readonly state: FormState },
    ): Promise<unknown> => {
      const id = paramOf(request, 'case')
      const opened = await p.cases.open(id, visitor.viewer)
      if (!opened.ok) return sendFault(request, reply, pages, opened.fault)
      const model = caseModel(opened.value, {
        ...p.named(),
        rules: p.cases.rules,
        languages: p.letters.languages,
        unchecked: unsealed(opened.value.sealed, id),
      })
      return page(reply, casePage(frame(visitor), model, back), back === undefined ? 200 : 400)
    }

    /** The person's number, as it is checked with the register. */
    const identify = async (id: string, values: Values, visitor: Visitor): Promise<Result<unknown> | Readonly<Record<string, string>>> => {
      const nhsNumber = parseNhsNumber(values['nhsNumber'] ?? '')
      const birthDate = dateOf(values, 'born')
      const seen = IDENTITY.find(each => each === values['seen'])
      const family = (values['family'] ?? '').trim()
      const errors = {
        ...(nhsNumber.ok ? {} : { nhsNumber: 'Enter an NHS number of 10 digits.' }),
        ...(birthDate === undefined ? { born: 'Enter the date of birth.' } : {}),
        ...(family === '' ? { family: 'Enter the family name.' } : {}),
        ...(seen === undefined ? { seen: 'Choose how you know who it is.' } : {}),
      }
      if (!nhsNumber.ok || birthDate === undefined || seen === undefined || family === '') return errors
      const traced = await p.cases.traceAs({ nhsNumber: nhsNumber.value, family, birthDate }, visitor.viewer)
      if (!traced.ok) return traced
      const { deceased } = traced.value
      const checked = { type: 'identity-checked', seen, nhsNumbers: numbersOf(traced.value), birthDate: traced.value.birthDate } as const
      const also = { read: readOf(values) }
      return p.cases.step(id, [{ ...checked, ...(deceased === undefined ? {} : { deceased }) }], whoFor(visitor, 'identity'), also)
    }

    /** How many steps the case had on the page that is answered. */
    const readOf = (values: Values): number | undefined => {
      const read = values['read'] ?? ''
      return /^[0-9]{1,6}$/.test(read) ? Number(read) : undefined
    }
    const act = async (
      step: string,
      id: string,
      values: Values,
      visitor: Visitor,
    ): Promise<Result<unknown> | Readonly<Record<string, string>>> => {
      const who = whoFor(visitor, step)
      if (step === 'identity') return identify(id, values, visitor)
      if (step === 'letter') {
        const wanted = letterOf(values)
        return wanted.ok ? p.letters.make(id, wanted.value, who, readOf(values)) : wanted.errors
      }
      if (step === 'sent') {
        const way = routeOf(values)
        const letterId = values['letterId'] ?? ''
        if (letterId === '' || way === undefined) return { [letterId === '' ? 'letterId' : 'route']: 'Choose one.' }
        return p.letters.sent(id, letterId, way, who, readOf(values))
      }
      const read = stepOf(step, values, p.named(), p.cases.newId)
      if (read === undefined) return fail('not-found', 'There is no such step.')
      if (!read.ok) return read.errors
      if (!ENDS.has(read.value.type)) return p.cases.step(id, [read.value], who, { read: readOf(values) })
      const opened = await p.cases.open(id, visitor.viewer)
      if (!opened.ok) return opened
      const died = registerSays(opened.value.case, opened.value.person)
      return p.cases.step(id, [...died, read.value], who, { read: readOf(values) })
    }
    const isFault = (done: Result<unknown> | Readonly<Record<string, string>>): done is Result<unknown> => typeof done.ok === 'boolean'
    /** What may be mended in the form; anything else is a page of its own. */
    const mends = ({ kind }: Fault): boolean => kind === 'conflict' || kind === 'invalid'

    return [
      route('GET', '', async (request, reply, visitor) => {
        const [queue, calls, contact] = await Promise.all([
          p.cases.queue(visitor.viewer),
          p.intake.waitingCalls(visitor.viewer),
          p.letters.contactOf(visitor.viewer.odsCode),
        ])
        if (!queue.ok) return sendFault(request, reply, pages, queue.fault)
        if (!calls.ok) return sendFault(request, reply, pages, calls.fault)
        const rows = queue.value.map(({ id, reference, case: c, due }) => ({
          id,
          reference,
          due,
          state: c.state,
          channel: c.channel,
          openedAt: c.openedAt,
        }))
        const late = (row: (typeof rows)[number]): number => (row.due.some(each => each.overdue) ? 0 : 1)
        return page(
          reply,
          objectionsPage(frame(visitor), {
            rows: rows.toSorted((a, b) => late(a) - late(b)),
            calls: calls.value.length,
            overdueCalls: calls.value.filter(call => call.overdue).length,
            contact: contact !== undefined,
          }),
        )
      }),
      route('GET', '/contact', async (_request, reply, visitor) => {
        const contact = await p.letters.contactOf(visitor.viewer.odsCode)
        const { pals, dataProtectionOfficer: dpo } = contact ?? {}
        const values: Values = contact
          ? {
              organisation: contact.organisation,
              team: contact.team,
              phone: contact.phone,
              email: contact.email,
              address: contact.address.join('\n'),
              dayAndNight: contact.dayAndNight,
              palsName: pals?.name ?? '',
              palsPhone: pals?.phone ?? '',
              palsEmail: pals?.email ?? '',
              dpoEmail: dpo?.email ?? '',
              dpoAddress: dpo?.address.join('\n') ?? '',
            }
          : { organisation: visitor.viewer.organisationName }
        return page(reply, contactPage(frame(visitor), { values }))
      }),
      route('POST', '/contact', async (request, reply, visitor) => {
        const values = formValues(request.body, LONGEST)
        const read = contactOf(values)
        if (!read.ok) return page(reply, contactPage(frame(visitor), { errors: read.errors, values }), 400)
        const saved = await p.letters.saveContact(read.value, visitor.viewer)
        return saved.ok ? reply.redirect(OBJECTIONS_PATH, 303) : sendFault(request, reply, pages, saved.fault)
      }),
      route('GET', '/calls', async (request, reply, visitor) => {
        const calls = await p.intake.waitingCalls(visitor.viewer)
        if (!calls.ok) return sendFault(request, reply, pages, calls.fault)
        return page(reply, callsPage(frame(visitor), { calls: calls.value.map(callItem) }))
      }),
      route('GET', '/calls/new', async (_request, reply, visitor) => page(reply, newCallPage(frame(visitor)))),
      route('POST', '/calls/new', async (request, reply, visitor) => {
        const values = formValues(request.body)
        const [name = '', phone = ''] = [values['name']?.trim(), values['phone']?.trim()]
        const errors = {
          ...(name.length < 2 ? { name: 'Enter the name they left.' } : {}),
          ...(phone.length < 6 ? { phone: 'Enter the number they left.' } : {}),
        }
        if (Object.keys(errors).length > 0) return page(reply, newCallPage(frame(visitor), { errors, values }), 400)
        const left = await p.intake.leftOnLine(`${name}, ${phone}`, sealed(sealer), visitor.viewer)
        return left.ok ? reply.redirect(`${OBJECTIONS_PATH}/calls`, 303) : sendFault(request, reply, pages, left.fault)
      }),
      ...(['GET', 'POST'] as const).map(method =>
        route(method, '/calls/:call', async (request, reply, visitor) => {
          const id = paramOf(request, 'call')
          const calls = await p.intake.waitingCalls(visitor.viewer)
          if (!calls.ok) return sendFault(request, reply, pages, calls.fault)
          const call = calls.value.find(each => each.id === id)
          if (!call) return sendStatus(request, reply, pages, 404)
          const again = (state: FormState, status: number): FastifyReply =>
            page(reply, calledPage(frame(visitor), callItem(call), classes(), state), status)
          if (method === 'GET') return again({}, 200)
          const values = formValues(request.body, LONGEST)
          const outcome = (['called', 'settled', 'no-answer', 'wrong-number'] as const).find(each => each === values['outcome'])
          if (outcome === undefined) return again({ errors: { outcome: 'Choose what came of the call.' }, values }, 400)
          const said = outcome === 'called' ? requestOf(values, p.named()) : undefined
          if (said && !said.ok) return again({ errors: said.errors, values }, 400)
          const done = await p.intake.called(id, outcome === 'settled' ? 'called' : outcome, said?.value, whoFor(visitor, 'called'))
          if (!done.ok)
            return mends(done.fault)
              ? again({ errors: { words: done.fault.detail }, values }, 400)
              : sendFault(request, reply, pages, done.fault)
          const { caseId } = done.value
          return reply.redirect(caseId === undefined ? `${OBJECTIONS_PATH}/calls` : `${OBJECTIONS_PATH}/${caseId}`, 303)
        }),
      ),
      route('GET', '/called', async (request, reply, visitor) => {
        const { reference = '' } = formValues(request.query, 20)
        if (reference === '') return page(reply, calledCasePage(frame(visitor)))
        const id = await p.cases.called(reference, visitor.viewer)
        if (id.ok) return reply.redirect(`${OBJECTIONS_PATH}/${id.value}`, 303)
        return id.fault.kind === 'not-found'
          ? page(reply, calledCasePage(frame(visitor), id.fault.detail), 404)
          : sendFault(request, reply, pages, id.fault)
      }),
      route('GET', '/:case', (request, reply, visitor) => showCase(request, reply, visitor)),
      route('POST', '/:case/:step', async (request, reply, visitor) => {
        const [id, step] = [paramOf(request, 'case'), paramOf(request, 'step')]
        const values = formValues(request.body, LONGEST)
        const done = await act(step, id, values, visitor)
        if (!isFault(done)) return showCase(request, reply, visitor, { step, state: { errors: done, values } })
        if (done.ok) return reply.redirect(`${OBJECTIONS_PATH}/${id}`, 303)
        if (!mends(done.fault)) return sendFault(request, reply, pages, done.fault)
        return showCase(request, reply, visitor, { step, state: { errors: { words: done.fault.detail }, values } })
      }),
      route('GET', '/:case/letters/:letter', async (request, reply, visitor) => {
        const letter = await p.letters.read(paramOf(request, 'case'), paramOf(request, 'letter'), visitor.viewer)
        if (!letter.ok) return sendFault(request, reply, pages, letter.fault)
        return reply.header('content-security-policy', DOCUMENT_POLICY).type('text/html; charset=utf-8').send(letter.value.html)
      }),
      route('GET', '/:case/letters/:letter/pdf', async (request, reply, visitor) => {
        const letter = await p.letters.read(paramOf(request, 'case'), paramOf(request, 'letter'), visitor.viewer)
        if (!letter.ok) return sendFault(request, reply, pages, letter.fault)
        if (!letter.value.pdf) return sendStatus(request, reply, pages, 404)
        return reply.type('application/pdf').header('content-disposition', 'inline; filename="letter.pdf"').send(letter.value.pdf)
      }),
    ]
  }
