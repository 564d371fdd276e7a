import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Store } from '../store.ts'
import type { createCallers, FhirCaller } from './caller.ts'
import { sendRefusal } from './outcome.ts'
import { patientOf } from './resource.ts'
import { isPatientRef } from './views.ts'

export interface FhirGuardPorts {
  readonly callers: ReturnType<typeof createCallers>
  readonly store: Pick<Store, 'viewOfRef'>
}

export const createFhirGuards = ({ callers, store }: FhirGuardPorts) => ({
  /** Stands before every route that says something of somebody. A guard that lets nobody through has answered. */
  async caller(request: FastifyRequest, reply: FastifyReply): Promise<FhirCaller | undefined> {
    const known = await callers.of(request)
    if (known.ok) return known.caller
    sendRefusal(reply, known.refusal)
    return undefined
  },
  /** The view of this caller and person that may be open in another process. Asked before the body is read. */
  async viewOf(request: FastifyRequest): Promise<string | undefined> {
    const ref = refOf(request)
    if (ref === undefined) return undefined
    const known = await callers.of(request, false)
    return known.ok ? store.viewOfRef(known.caller.session.id, ref) : undefined
  },
})

/** The person a request is about, as far as its URL says. */
function refOf(request: FastifyRequest): string | undefined {
  const id: unknown = Reflect.get(request.params as object, 'id')
  const patient: unknown = Reflect.get(request.query as object, 'patient')
  const said =
    typeof id === 'string' ? (isPatientRef(id) ? id : patientOf(id)) : typeof patient === 'string' ? patient.replace(/^.*\//, '') : ''
  return isPatientRef(said) ? said : undefined
}

/** A path of the FHIR door: whatever goes wrong there is told as an OperationOutcome. */
export const isFhirPath = (url: string): boolean => /^\/fhir(?:\/|\?|$)/.test(url)

/** A method this door does not have, at a path of the form it has. */
export const isOtherMethod = ({ method, url }: FastifyRequest): boolean =>
  method !== 'GET' && /^\/fhir\/R4\/[A-Za-z]+(?:\/[^/?]+){0,2}(?:\?|$)/.test(url)
