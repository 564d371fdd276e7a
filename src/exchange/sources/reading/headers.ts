import { randomUUID } from 'node:crypto'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { AskContext } from '../asker.ts'

/** HTTP headers carry visible ASCII only; anything else is not ours to send. */
const plain = (value: string): string => value.replaceAll(/[^\x20-\x7e]/g, '')

/** Every request says for whom it is made (`NHSD-*` as in the national R4 services) and in which view. */
export function requestHeaders(context: Pick<AskContext, 'pass' | 'transaction'>, token: string | undefined): Record<string, string> {
  const { viewer, purpose } = context.pass
  return {
    'x-request-id': randomUUID(),
    'x-correlation-id': plain(context.transaction),
    'nhsd-session-urid': plain(viewer.sdsRoleProfileId),
    'nhsd-end-user-organisation-ods': plain(viewer.odsCode),
    'nhsd-identity-uuid': plain(viewer.sdsUserId),
    'x-purpose-of-use': purpose,
    'x-legitimate-relationship': context.pass.relationship.type,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
}

/** The format a FHIR R4 system is asked for, as its configuration says. */
export const acceptOf = ({ fhirFormat }: Pick<SourceConfig, 'fhirFormat'>): { readonly accept: string } => ({
  accept: fhirFormat === 'xml' ? 'application/fhir+xml' : 'application/fhir+json',
})
