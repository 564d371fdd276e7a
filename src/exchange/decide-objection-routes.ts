import { parseNhsNumber } from '../care-record/nhs-number.ts'
import { fail, ok } from '../care-record/result.ts'
import { createIntake } from './decide-objection-intake.ts'
import { createObjectionLetters } from './decide-objection-letter-steps.ts'
import { createSharing } from './decide-objection-sharing.ts'
import { createObjectionCases, type ObjectionPorts } from './decide-objection.ts'
import { objectRoutes } from './doors/object-routes.ts'
import { objectionRoutes } from './doors/office/objection-routes.ts'
import type { OfficeRoutes } from './doors/office/home-routes.ts'
import { sharingRoutes } from './doors/sharing-routes.ts'
import { createLetters } from './letters/letters.ts'
import type { Objections } from './access/objections.ts'
import type { Identity } from './identity/identity.ts'
import type { Rooms } from './wiring.ts'

/** A trace in the national register waits this long, milliseconds. */
const TRACE_MS = 3_000

export interface ObjectionRoutePorts extends Omit<ObjectionPorts, 'shareClasses' | 'stateFor' | 'letters' | 'trace' | 'rules'> {
  readonly identity: Pick<Identity, 'identify'>
  readonly objections: Pick<Objections, 'stateFor'>
  readonly rooms: Pick<Rooms, 'rules'>
}

/** Objections: the routes of professionals, of the public and of the office, on one corridor. */
export function createObjectionRoutes({ identity, rooms, objections, ...ports }: ObjectionRoutePorts): OfficeRoutes {
  const shareClasses = () => rooms.rules().shareClasses
  const all: ObjectionPorts = {
    ...ports,
    shareClasses,
    stateFor: objections.stateFor,
    letters: createLetters(),
    async trace(said, viewer) {
      const nhsNumber = parseNhsNumber(said)
      if (!nhsNumber.ok) return fail('not-found', 'This is no NHS number.')
      const traced = await identity.identify(nhsNumber.value, {
        transaction: ports.newId(),
        sdsRoleProfileId: viewer.sdsRoleProfileId,
        odsCode: viewer.odsCode,
        signal: AbortSignal.timeout(TRACE_MS),
      })
      if (!traced.ok) return traced
      const { person, formerNumbers } = traced.value
      return ok(formerNumbers.length === 0 ? person : { ...person, formerNumbers })
    },
  }
  const cases = createObjectionCases(all)
  const intake = createIntake(cases, all)
  const named = () => ({ catalogue: ports.catalogue(), shareClasses: shareClasses() })
  return door => [
    ...sharingRoutes({ sharing: createSharing(cases, all), catalogue: ports.catalogue, shareClasses })(door),
    ...objectRoutes({ intake, named })(door),
    ...objectionRoutes({ cases, intake, letters: createObjectionLetters(cases, all), named })(door),
  ]
}
