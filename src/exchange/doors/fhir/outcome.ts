import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { wire, type Fault } from '../../../care-record/result.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

/** Code systems of our own: what outcomes, causes and sections are called. */
export const OURS = 'urn:london-care-record'

/** FHIR R4 IssueType of each status this door answers with. */
const ISSUES: Readonly<Record<number, OperationOutcomeIssue['code']>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'not-supported',
  409: 'conflict',
  410: 'expired',
  413: 'too-long',
  415: 'not-supported',
  421: 'transient',
  422: 'business-rule',
  429: 'throttled',
  503: 'transient',
  504: 'timeout',
}
const WORDS: Readonly<Record<number, string>> = {
  400: 'The request could not be read.',
  401: 'A valid access token is needed.',
  403: 'This is not allowed.',
  404: 'There is nothing here.',
  405: 'This cannot be done here.',
  406: 'Only FHIR R4 in JSON is answered.',
  413: 'The request is too large.',
  415: 'Send FHIR R4 in JSON, or a form.',
  503: 'The service cannot answer now. Try again shortly.',
}

/** Why something was not answered. Our own words, never a name, a number or a stack. */
export interface Refusal {
  readonly status: number
  readonly words?: string
  /** A code of ours, for software that wants to tell refusals apart. */
  readonly code?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const outcomeOf = ({ status, words, code }: Refusal): OperationOutcome => {
  const text = words ?? WORDS[status] ?? 'Something went wrong. Try again. If it keeps happening, call your service desk.'
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: ISSUES[status] ?? 'exception',
        details: { ...(code === undefined ? {} : { coding: [{ system: `${OURS}:refusal`, code }] }), text },
      },
    ],
  }
}

/** Of the same form for whatever went wrong. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.status === 401)
    reply.header('www-authenticate', 'Bearer realm="London Care Record", error="invalid_token", scope="user/*.rs"')
  return reply
    .headers(refusal.headers ?? {})
    .code(refusal.status)
    .type(FHIR_JSON)
    .send(JSON.stringify(outcomeOf(refusal)))
}

/** A fault says its own words, except `internal`, which says nothing about itself. */
export const refusalOf = (fault: Fault): Refusal => ({
  status: wire[fault.kind].status,
  ...(fault.kind === 'internal' ? {} : { words: fault.detail }),
})

const JSON_TYPES: ReadonlySet<string> = new Set(['application/fhir+json', 'application/json', 'application/*', '*/*', 'json', 'text/json'])

/** Whether the asker takes FHIR in JSON: `_format` speaks over Accept. */
export function takesJson(request: FastifyRequest, format: string | undefined): boolean {
  const plain = (one: string): string => one.split(';')[0]?.trim().toLowerCase() ?? ''
  // A form or URL may have made a space of the plus.
  if (format !== undefined) return JSON_TYPES.has(plain(format.replace(' ', '+')))
  const { accept } = request.headers
  return accept === undefined || accept === '' || accept.split(',').some(one => JSON_TYPES.has(plain(one)))
}
