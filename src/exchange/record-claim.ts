import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Pool } from '../platform/database.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { alertOfClaim, raiseAlert, type AlertDraft } from './access/alerts.ts'
import { parseClaim, type ClaimForm } from './access/claim-form.ts'
import { addClaim, firstOf } from './access/claims.ts'
import type { Audit } from './audit/audit.ts'
import type { ViewPorts, ViewRequest } from './view-ports.ts'

interface ClaimPorts {
  readonly pool: Pool
  readonly audit: Pick<Audit, 'writeWith'>
  readonly now: () => Date
}
type Client = PoolClient

const UNREADABLE = fail('unavailable', 'What is needed to decide could not be read. Try again in a minute.')

/** The claim, its alert and their events stand or fall together. */
export const recordClaim =
  (ports: ClaimPorts): ViewPorts['recordClaim'] =>
  async (request, person, form, { transaction, viewId, renews }) =>
    within(ports.pool, async client => {
      const claim = renews === undefined ? parseClaim(form) : await renewal(client, renews)
      if (!claim.ok) return claim
      const { type, words } = claim.value
      const id = randomUUID()
      const sensitive = person.restricted !== 'no'
      const { viewer } = request
      const fact = await addClaim(
        client,
        {
          id,
          nhsNumber: person.nhsNumber,
          viewer,
          form: claim.value,
          transaction,
          viewId,
          sensitive,
          ...(renews === undefined ? {} : { renews }),
        },
        ports.now(),
      )
      const sealed = words === undefined ? {} : { sealed: { words } }
      await ports.audit.writeWith(client, {
        ...about(request, person, { transaction, viewId }),
        kind: 'claimed',
        detail: { claim: type, evidence: fact.evidenceId, ...(renews === undefined ? {} : { renews: `claim/${renews}` }) },
        ...sealed,
      })
      await tell(ports, client, request, person, {
        ...alertOfClaim(type),
        transaction,
        viewId,
        claimId: id,
        ...(words === undefined ? {} : { words }),
      })
      return ok(undefined)
    })

/** What a decision has to be told of, each with its event. Fault `unavailable`: none was kept. */
export const raiseAlerts =
  (ports: ClaimPorts): ViewPorts['raiseAlerts'] =>
  async (request, person, alerts, context) =>
    alerts.length === 0
      ? ok(undefined)
      : within(ports.pool, async client => {
          for (const alert of alerts) await tell(ports, client, request, person, { ...alert, ...context })
          return ok(undefined)
        })

async function tell(
  ports: ClaimPorts,
  client: Client,
  request: ViewRequest,
  person: Person,
  alert: AlertDraft & { readonly transaction: string; readonly viewId: string; readonly claimId?: string; readonly words?: string },
): Promise<void> {
  const { viewId, ...kept } = alert
  const { viewer }: { readonly viewer: Viewer } = request
  const id = await raiseAlert(client, { ...kept, viewer, nhsNumber: person.nhsNumber }, ports.now())
  await ports.audit.writeWith(client, {
    ...about(request, person, { transaction: alert.transaction, viewId }),
    kind: 'alert-raised',
    detail: { alert: id, about: alert.kind, ...(alert.national ? { national: `${alert.national.type}+${alert.national.reason}` } : {}) },
  })
}

const about = (request: ViewRequest, person: Person, context: { readonly transaction: string; readonly viewId: string }) => ({
  ...context,
  outcome: 'success' as const,
  viewer: request.viewer,
  nhsNumber: person.nhsNumber,
  purpose: request.purpose,
})

/** Emergency access once more, in the words it was first opened with. */
async function renewal(client: Client, claimId: string): Promise<Result<ClaimForm>> {
  const first = await firstOf(client, claimId)
  if (first?.words === undefined) return fail('not-found', 'This is no longer part of the view.')
  return ok({ type: 'emergency-access', words: first.words })
}

async function within(pool: Pool, work: (client: Client) => Promise<Result<void>>): Promise<Result<void>> {
  const client = await pool.connect().catch(() => undefined)
  if (!client) return UNREADABLE
  try {
    await client.query('begin')
    const done = await work(client)
    await client.query(done.ok ? 'commit' : 'rollback')
    return done
  } catch {
    await client.query('rollback').catch(() => undefined)
    return UNREADABLE
  } finally {
    client.release()
  }
}
