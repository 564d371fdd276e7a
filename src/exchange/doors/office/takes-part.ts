import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fault } from '../../../care-record/result.ts'
import { wire } from '../../../care-record/result.ts'
import { text, type Html } from '../../../viewer/html.ts'
import type { AgreementStep, Changes, FieldError, OrganisationStep, Told } from '../../change-agreement.ts'
import { formValues } from '../find-routes.ts'
import { sendHtml } from '../headers.ts'
import type { OfficeDoor } from './home-routes.ts'
import type { Visitor } from '../routes.ts'

/** What the routes of who takes part have in common. */

export interface TakesPart {
  readonly door: OfficeDoor
  readonly changes: Changes
}

export const named = (request: FastifyRequest, name: string): string => String(Reflect.get(request.params as object, name))

/** Words for why and reasons may be longer than a search. */
const LONGEST = 1_000
export const valuesOf = (request: FastifyRequest): Readonly<Record<string, string>> => formValues(request.body, LONGEST)

export const byField = (errors: readonly FieldError[]): Readonly<Record<string, string>> =>
  Object.fromEntries(errors.map(({ field, words }) => [field, words]))

export const send = (reply: FastifyReply, page: Html, status = 200): FastifyReply => sendHtml(reply, text(page), status)

export const statusOf = ({ kind }: Fault): number => wire[kind].status

export const mayChange = ({ door: { ports } }: TakesPart, visitor: Visitor): boolean =>
  ports.officesOf(visitor.viewer.roleCode).includes('agreements')

/** What comes with a step: why, what was read before, and where else this person works. */
export const toldBy = ({ session }: Visitor, values: Readonly<Record<string, string>>): Told => ({
  words: values['words'],
  seen: values['seen'] ?? '',
  alsoOf: session.roles.map(role => role.odsCode),
})

const PLAIN = ['approve', 'connect', 'resume', 'leave', 'agree', 'withdraw'] as const

/** A step as a form says it; `undefined` for anything else. */
export function organisationStepOf(values: Readonly<Record<string, string>>): OrganisationStep | undefined {
  const { step } = values
  if (step === 'suspend' || step === 'suspend-for-breach') return { step: 'suspend', breach: step === 'suspend-for-breach' }
  const plain = PLAIN.find(one => one === step)
  return plain && { step: plain }
}

export function agreementStepOf(values: Readonly<Record<string, string>>, until: string | undefined): AgreementStep | undefined {
  if (values['step'] === 'serve-overdue')
    return { step: 'serve-overdue', owner: values['owner'] ?? '', reason: values['reason'] ?? '', until: until ?? '' }
  const step = organisationStepOf(values)
  return step && step.step !== 'connect' && step.step !== 'apply' ? step : undefined
}

/** A suspension says why. */
export const lacksWords = (values: Readonly<Record<string, string>>): string | undefined =>
  (values['step'] === 'suspend' || values['step'] === 'suspend-for-breach') && (values['words'] ?? '').trim() === ''
    ? 'Say why.'
    : undefined
