import type { Catalogue } from '../care-record/catalogue.ts'
import type { Objections } from './access/objections.ts'
import type { OpenView, RevokedBecause, ViewPorts } from './view-ports.ts'

/**
 * Which open views would not be opened now as they are. Somebody named by an objection in force is decided again: a view that
 * is no longer permitted, or would leave something else out, ends; the person may then be opened again. Of what cannot be read or
 * decided now, the last word stands, and it is said.
 */
export function revokedViews(ports: {
  readonly objections: Pick<Objections, 'among'>
  readonly catalogue: () => Catalogue
  readonly admit: ViewPorts['admit']
  readonly log: ViewPorts['log']
}): ViewPorts['revoked'] {
  let last: ReadonlyMap<string, RevokedBecause> = new Map()
  const isRevoked = async ({ request, person, evidence, pass }: OpenView): Promise<boolean> => {
    const again = await ports.admit(request, person, evidence)
    if (!again.ok) throw new Error(again.fault.detail)
    if (again.value.verdict !== 'permit') return true
    return JSON.stringify(again.value.pass.keptApart) !== JSON.stringify(pass.keptApart)
  }
  return async views => {
    const { exchange, organisations, isolations = [] } = ports.catalogue()
    const isCutOff = ({ request: { viewer } }: OpenView): boolean =>
      isolations.some(
        ({ what, which }) =>
          (what === 'user' && which === viewer.sdsUserId) ||
          (what === 'organisation' && which === viewer.odsCode) ||
          (what === 'exchange' && which === exchange),
      )
    const cutOff = views.filter(isCutOff)
    const isOut = ({ request: { viewer } }: OpenView): boolean => (organisations.get(viewer.odsCode)?.state ?? 'connected') !== 'connected'
    const out = views.filter(isOut)
    const unread = (error: unknown): void => ports.log.warn({ code: 'objections-unread', err: error }, 'objections could not be read')
    try {
      const named = await ports.objections.among(views.flatMap(view => view.nhsNumbers))
      const asked = views.filter(view => !cutOff.includes(view) && view.nhsNumbers.some(number => named.has(number)))
      const before = last
      const found = await Promise.all(
        asked.map(view =>
          isRevoked(view).catch((error: unknown) => {
            unread(error)
            return before.has(view.id)
          }),
        ),
      )
      last = new Map(asked.flatMap(({ id }, n) => (found[n] === true ? [[id, 'objection'] as const] : [])))
    } catch (error) {
      unread(error)
    }
    return new Map([
      ...last,
      ...out.map(view => [view.id, 'not-permitted'] as const),
      ...cutOff.map(view => [view.id, 'isolated'] as const),
    ])
  }
}
