import assert from 'node:assert/strict'
import type { Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import { catalogueDocument } from './agreements/for-tests.ts'

/** The organisation that delivers the record: its people approve nothing. */
export const DELIVERY = 'QKK'

/** Who takes part before a test begins: King's and its neighbours, RJ1 connected. */
export const takesPart = (over: Parameters<typeof catalogueDocument>[0] = {}) => {
  const { organisations, ...rest } = catalogueDocument()
  const connected = organisations.map(o => (o.odsCode === 'RJ1' ? { ...o, state: 'connected' as const } : o))
  return { ...rest, deliveryTeam: [DELIVERY], organisations: connected, ...over }
}

/** Somebody of information governance at an organisation; one digit tells them apart. */
export const governor = (n: number, odsCode: string): Viewer => ({
  sdsUserId: `55500000010${n}`,
  name: `Person ${n}`,
  sdsRoleProfileId: `55500001010${n}`,
  roleCode: 'S8001:G8003:R1989',
  roleName: 'Information governance',
  odsCode,
  organisationName: odsCode,
  assurance: 'AAL2',
})

/** A FHIR date as the three fields of a form. */
export const dayFields = (name: string, date: string): Readonly<Record<string, string>> => {
  const [year = '', month = '', day = ''] = date.split('-')
  return { [`${name}Day`]: day, [`${name}Month`]: month, [`${name}Year`]: year }
}

/** What was wanted, or the test fails with the words of the fault. */
export const valueOf = <T>(result: Result<T>): T => (result.ok ? result.value : assert.fail(result.fault.detail))
export const faultOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.kind)
