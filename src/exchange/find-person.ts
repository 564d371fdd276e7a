import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Gender, HumanName, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Audit } from './audit/audit.ts'

/** One of at most five people a search found. */
export interface Candidate {
  readonly nhsNumber: NhsNumber
  readonly name: HumanName
  readonly birthDate: string
  readonly gender: Gender
  /** First half of the postcode; `undefined` where there is none or places are masked. Never left out, so that no list loses it unseen. */
  readonly outwardCode: string | undefined
}
export interface Found {
  readonly candidates: readonly Candidate[]
  /** Said above the list: too many found, or the national register did not answer. */
  readonly note?: string
}

export interface FindPorts<Criteria> {
  readonly parse: (form: unknown) => Result<Criteria>
  readonly find: (criteria: Criteria, context: { readonly transaction: string; readonly viewer: Viewer }) => Promise<Result<Found>>
  readonly audit: Pick<Audit, 'write'>
  /** They may find people at all. */
  readonly mayFind: (viewer: Viewer) => Promise<boolean>
  readonly newId: () => string
}

/** Finds one person. Whom a search found is written down, durably, before anyone is shown. */
export const createFinder = <Criteria>(ports: FindPorts<Criteria>) => ({
  async find(request: { readonly viewer: Viewer; readonly sessionId: string; readonly form: unknown }): Promise<Result<Found>> {
    const { viewer } = request
    const transaction = ports.newId()
    const written = (
      outcome: 'success' | 'refused' | 'failed',
      detail: Record<string, string | number>,
      sealed?: unknown,
    ): ReturnType<Audit['write']> =>
      ports.audit.write({
        kind: 'search',
        outcome,
        transaction,
        viewer,
        purpose: 'direct-care',
        detail,
        ...(sealed === undefined ? {} : { sealed }),
      })
    if (!(await ports.mayFind(viewer))) {
      await written('refused', { because: 'may-not-find' })
      return fail('forbidden', 'You may not look for people in this role at this organisation. Its service desk can say why.')
    }
    const criteria = ports.parse(request.form)
    if (!criteria.ok) return criteria
    const found = await ports.find(criteria.value, { transaction, viewer })
    const event = await written(
      found.ok ? 'success' : 'failed',
      found.ok ? { found: found.value.candidates.length } : { because: found.fault.kind },
      {
        criteria: criteria.value,
        returned: found.ok ? found.value.candidates.map(c => c.nhsNumber) : [],
      },
    )
    if (!event.ok)
      return fail(
        'unavailable',
        'People cannot be looked up now, because the search cannot be written down. Try again in a minute.',
        event.fault.cause,
      )
    return found.ok ? ok(found.value) : found
  },
})
