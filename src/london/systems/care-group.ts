import type { Resource } from '@medplum/fhirtypes'
import type { CityPerson, Held } from '../people/told.ts'
import { hospitalRecord, type HospitalIdentity } from './hospital-record.ts'
import { createHospital, type HospitalOptions } from './hospital.ts'
import type { System } from './serve.ts'

/** One of those who share a record. */
export interface Member {
  readonly odsCode: string
  readonly name: string
}

/** Types that each member has of its own, though they are told under one local code. */
const OWN = ['Location', 'HealthcareService', 'Practitioner'] as const

/**
 * The record that organisations share: one FHIR server, in which every statement says by `meta.source` and by the
 * organisation it names whose it is. What is told of nobody in particular names the keeper of the record.
 */
export const createCareGroup = ({ members, ...options }: HospitalOptions & { readonly members: readonly Member[] }): System =>
  createHospital({ ...options, record: (group, person, held) => groupRecord(group, members, person, held) })

/** What a shared record holds about one person, the Patient first. */
export function groupRecord(group: HospitalIdentity, members: readonly Member[], person: CityPerson, held: Held): readonly Resource[] {
  const keeper = hospitalRecord(group, person, partOf(held, undefined))
  const parts = members.flatMap(member => {
    const written = hospitalRecord({ ...group, ...member }, person, partOf(held, member.odsCode)).slice(1)
    return written.length > 1 || written.some(({ resourceType }) => resourceType !== 'Organization') ? stamped(written, member) : []
  })
  const byKey = new Map([...keeper, ...parts].map(resource => [`${resource.resourceType}/${resource.id}`, resource]))
  return [...byKey.values()]
}

/** The statements of one member. */
const partOf = (held: Held, member: string | undefined): Held =>
  Object.fromEntries(
    Object.entries(held).map(([kind, value]) => [
      kind,
      Array.isArray(value) ? value.filter((one: { readonly member?: string }) => one.member === member) : value,
    ]),
  )

function stamped(resources: readonly Resource[], { odsCode }: Member): readonly Resource[] {
  let text = JSON.stringify(resources)
  for (const { resourceType, id } of resources)
    if (id !== undefined && OWN.some(type => type === resourceType))
      text = text.replaceAll(`"${resourceType}/${id}"`, `"${resourceType}/${odsCode}-${id}"`)
  return (JSON.parse(text) as Resource[]).map(resource => ({
    ...resource,
    ...(OWN.some(type => type === resource.resourceType) ? { id: `${odsCode}-${resource.id ?? ''}` } : {}),
    meta: { ...resource.meta, source: `https://localcarerecord.example.nhs.uk/organisation/${odsCode}` },
  }))
}
