import { ok, type Result } from '../care-record/result.ts'
import { about, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import { done, notFound } from './view.ts'

/** When emergency access of this view ends; `undefined` where it does not rest on that. */
export const emergencyUntil = ({ status, pass }: Live): string | undefined =>
  status === 'open' && pass?.relationship.type === 'emergency-access' ? pass.relationship.until : undefined

/**
 * Emergency access for another four hours, in one action (care rules 1.3): a claim of its own linked to the first, an alert of its own,
 * and a new decision. What is no longer permitted ends the view.
 */
export async function renewEmergency(
  view: Live,
  { ports, close }: { readonly ports: ViewPorts; readonly close: (view: Live, why: 'revoked') => Promise<void> },
): Promise<Result<void>> {
  const { person, evidence, pass } = view
  if (emergencyUntil(view) === undefined || !person || !evidence || !pass) return notFound()
  const recorded = await ports.recordClaim(view.request, person, undefined, {
    transaction: view.transaction,
    viewId: view.id,
    renews: pass.relationship.evidenceId.replace(/^claim\//, ''),
  })
  if (!recorded.ok) return recorded
  const admission = await ports.admit(view.request, person, evidence)
  if (!admission.ok) return admission
  const { verdict, reasons, basis } = admission.value
  const written = await ports.audit.writeOpenView({
    ...about(view),
    ...basis,
    kind: 'evidence-checked',
    outcome: 'success',
    detail: { verdict, reasons, asked: [], unavailable: evidence.unavailable, demographics: person.basis },
  })
  if (!written.ok) return written
  if (admission.value.verdict !== 'permit') {
    await close(view, 'revoked')
    return ok(undefined)
  }
  view.pass = { ...pass, relationship: admission.value.pass.relationship }
  return done
}
