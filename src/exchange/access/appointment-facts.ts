import type { Appointment, ServiceRequest } from '@medplum/fhirtypes'
import type { EvidenceFact } from '../../care-record/decision.ts'
import { ended, fact, instant, isOurs, lastMessage, type FactsAbout } from './facts-about.ts'

const BOOKED: ReadonlySet<string> = new Set(['booked', 'arrived', 'checked-in'])
const TAKEN_BACK: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error'])

/**
 * What the viewer's own organisation has booked, status fields and times only, as facts (care rules 1.1): outpatient from the
 * booking to thirty days after the contact. So it is at a weekend hub and at any practice for somebody registered elsewhere (R107);
 * at their own practice a booking is the day's task, for those of its staff who are no clinicians. Who did not come had no contact.
 */
export function factsFromAppointments(appointments: readonly Appointment[], about: FactsAbout, now: Date): readonly EvidenceFact[] {
  const seenAt = now.toISOString()
  return appointments.flatMap((appointment): readonly EvidenceFact[] => {
    const { id, status } = appointment
    const takenBack = TAKEN_BACK.has(status)
    const fulfilled = status === 'fulfilled'
    if (id === undefined || (!takenBack && !fulfilled && !BOOKED.has(status))) return []
    const changed = instant(appointment.meta?.lastUpdated)
    const start = instant(appointment.start)
    const task = about.registered && about.kind === 'gp-practice'
    if (task && start === undefined) return []
    const booked = instant(appointment.created) ?? earliest(changed, start)
    const from = task && start !== undefined ? dayOf(start) : (booked ?? (takenBack ? seenAt : undefined))
    if (from === undefined) return []
    // Nobody may have said that it took place: then its own time is the last contact.
    const contact = start === undefined || start > seenAt ? null : (ended(seenAt, instant(appointment.end)) ?? start)
    return [
      fact(about, seenAt, {
        resource: `Appointment/${id}`,
        type: task ? 'practice-task' : 'outpatient',
        from,
        ended: task ? null : fulfilled ? (contact ?? ended(seenAt, changed) ?? from) : contact,
        lastMessageAt: lastMessage(about, changed ?? from, seenAt),
        revokedAt: takenBack ? lastMessage(about, changed ?? seenAt, seenAt, false) : undefined,
      }),
    ]
  })
}

/** Midnight before an instant, by London's clocks. */
function dayOf(at: string): string {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short' })
  const utc = Date.parse(`${local.format(new Date(at))}T00:00:00Z`)
  const summer = local.format(new Date(utc - 1)) === local.format(new Date(utc))
  return new Date(summer ? utc - 3_600_000 : utc).toISOString()
}

const earliest = (...instants: readonly (string | undefined)[]): string | undefined => instants.filter(at => at !== undefined).toSorted()[0]

const SNOMED = 'http://snomed.info/sct'
const PATIENT_REFERRAL = '3457005'
const PATIENT_TRANSFER = '107724000'
const REQUEST_TAKEN_BACK: ReadonlySet<string> = new Set(['revoked', 'entered-in-error'])

/**
 * Referrals and transfers that this organisation has accepted, status fields only, as facts: outpatient from acceptance; a transfer
 * lets those who will receive the person read before arrival (R106); at a council a referral is the notice before a case opens.
 * One that does not name this organisation as who is to do it is no acceptance: hospitals list what they ask of others alike.
 */
export function factsFromRequests(requests: readonly ServiceRequest[], about: FactsAbout, now: Date): readonly EvidenceFact[] {
  const seenAt = now.toISOString()
  return requests.flatMap((request): readonly EvidenceFact[] => {
    const { id, status, performer } = request
    const codes = new Set((request.category ?? []).flatMap(c => c.coding ?? []).flatMap(c => (c.system === SNOMED ? (c.code ?? '') : [])))
    const transfer = codes.has(PATIENT_TRANSFER)
    if (id === undefined || (!transfer && !codes.has(PATIENT_REFERRAL))) return []
    if (!performer?.some(({ identifier }) => isOurs(about, identifier))) return []
    const takenBack = REQUEST_TAKEN_BACK.has(status ?? '')
    if (!takenBack && status !== 'active') return []
    const changed = instant(request.meta?.lastUpdated)
    const from = earliest(instant(request.authoredOn), changed) ?? (takenBack ? seenAt : undefined)
    if (from === undefined) return []
    // A transfer counts from when it was accepted, whenever it was asked for.
    const accepted = transfer ? (changed ?? from) : from
    return [
      fact(about, seenAt, {
        resource: `ServiceRequest/${id}`,
        type: transfer ? 'transfer-accepted' : about.kind === 'social-care' ? 'social-care-notice' : 'outpatient',
        from: accepted,
        ended: null,
        lastMessageAt: lastMessage(about, changed ?? accepted, seenAt, !transfer),
        revokedAt: takenBack ? lastMessage(about, changed ?? seenAt, seenAt, false) : undefined,
      }),
    ]
  })
}
