import { createHash } from 'node:crypto'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import { writeDocument } from '../documents/write-document.ts'
import type { CityPerson, Held, ToldDocument } from '../people/told.ts'
import type { PracticeIdentity } from './gp-record.ts'
import { CROSS_SETTING } from './hospital-record.ts'
import { opaqueId, tidy, type Json } from './tidy.ts'

const STU3 = 'https://fhir.nhs.uk/STU3/StructureDefinition/'
const INTERACTION = 'urn:nhs:names:services:gpconnect:documents:fhir:rest:'
const headers = { 'content-type': 'application/fhir+json;charset=utf-8', 'cache-control': 'no-store' }

/** Interactions of GP Connect Documents, by what they ask. */
export const DOCUMENT_INTERACTIONS = {
  patient: `${INTERACTION}search:patient-1`,
  search: `${INTERACTION}search:documentreference-1`,
  binary: `${INTERACTION}read:binary-1`,
  metadata: `${INTERACTION}read:metadata-1`,
} as const

export interface GpDocumentsOptions extends PracticeIdentity {
  readonly person: (nhsNumber: string) => CityPerson | undefined
  readonly held: (nhsNumber: string) => Held | undefined
  readonly everyone: () => Iterable<string>
}

/** What a practice answers of its documents: who it knows, what there is about them, one document as a Binary of STU3. */
export interface GpDocuments {
  readonly patient: (identifier: string) => Response
  readonly search: (patientId: string, params: URLSearchParams, base: string) => Response | undefined
  readonly binary: (id: string) => Response | undefined
}

/** Documents of a person the practice may not speak of are not there, as the person is not. */
export function createGpDocuments(options: GpDocumentsOptions): GpDocuments {
  const id = (nhsNumber: string, kind: string, local: string): string => opaqueId(options.odsCode, nhsNumber, kind, local).toUpperCase()
  const known = (nhsNumber: string): { readonly person: CityPerson; readonly held: Held } | undefined => {
    const person = options.person(nhsNumber)
    const held = options.held(nhsNumber)
    if (!person || !held || person.restricted || person.deceased !== undefined || person.practice !== options.odsCode) return undefined
    return { person, held }
  }
  const numberOf = (patientId: string): string | undefined => {
    for (const nhsNumber of options.everyone()) if (id(nhsNumber, 'Patient', '') === patientId) return nhsNumber
    return undefined
  }
  const patientOf = (person: CityPerson): Json => ({
    resourceType: 'Patient',
    id: id(person.nhsNumber, 'Patient', ''),
    meta: { profile: [`${STU3}CareConnect-GPC-Patient-1`] },
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: person.nhsNumber }],
    name: [{ use: 'official', family: person.name.family, given: person.name.given, prefix: person.name.prefix && [person.name.prefix] }],
    gender: person.gender,
    birthDate: person.birthDate,
  })
  const surgery = opaqueId(options.odsCode, 'Organization').toUpperCase()
  const referenceOf = (person: CityPerson, d: ToldDocument, base: string): Json => {
    const documentId = id(person.nhsNumber, 'Document', d.id)
    const written = bytesOf(person, d)
    return {
      resourceType: 'DocumentReference',
      id: documentId,
      meta: { profile: [`${STU3}CareConnect-GPC-DocumentReference-1`] },
      identifier: [
        { system: `https://${options.odsCode.toLowerCase()}.example.nhs.uk/document`, value: documentId },
        ...(d.shared === undefined ? [] : [{ system: CROSS_SETTING, value: d.shared }]),
      ],
      status: 'current',
      type: { text: d.term.display },
      subject: { reference: `Patient/${id(person.nhsNumber, 'Patient', '')}` },
      created: d.on.length > 10 ? d.on : `${d.on}T12:00:00+00:00`,
      indexed: d.on.length > 10 ? d.on : `${d.on}T12:00:00+00:00`,
      author: [{ reference: `Organization/${surgery}` }],
      custodian: { reference: `Organization/${surgery}` },
      description: d.term.display,
      content: [
        {
          attachment: {
            contentType: written.contentType.split(';')[0],
            url: `${base}/Binary/${documentId}`,
            size: written.bytes.length,
            hash: createHash('sha1').update(written.bytes).digest('base64'),
            title: d.term.display,
          },
        },
      ],
    }
  }
  const bytesOf = (person: CityPerson, d: ToldDocument) =>
    writeDocument(d.file ?? { kind: 'text', paragraphs: [d.words ?? ''] }, d.term.display, options.name, person)
  const bundle = (resources: readonly Json[]): Response =>
    Response.json(
      tidy({
        resourceType: 'Bundle',
        meta: { profile: [`${STU3}GPConnect-Searchset-Bundle-1`] },
        type: 'searchset',
        entry: resources.map(resource => ({ resource })),
      }),
      { headers },
    )
  return {
    patient: identifier => {
      const [, value = ''] = identifier.split('|')
      const nhsNumber = parseNhsNumber(value)
      const found = nhsNumber.ok ? known(nhsNumber.value) : undefined
      return bundle(found ? [patientOf(found.person)] : [])
    },
    search: (patientId, params, base) => {
      const nhsNumber = numberOf(patientId)
      const found = nhsNumber === undefined ? undefined : known(nhsNumber)
      if (!found) return undefined
      const bounds = params.getAll('created')
      const within = (on: string): boolean =>
        bounds.every(bound => {
          const day = bound.slice(2, 12)
          return bound.startsWith('ge') ? on.slice(0, 10) >= day : bound.startsWith('le') ? on.slice(0, 10) <= day : true
        })
      return bundle([
        patientOf(found.person),
        {
          resourceType: 'Organization',
          id: surgery,
          meta: { profile: [`${STU3}CareConnect-GPC-Organization-1`] },
          identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: options.odsCode }],
          name: options.name,
        },
        ...(found.held.documents ?? []).filter(d => within(d.on)).map(d => referenceOf(found.person, d, base)),
      ])
    },
    binary: documentId => {
      for (const nhsNumber of options.everyone()) {
        const found = known(nhsNumber)
        const document = found?.held.documents?.find(d => id(nhsNumber, 'Document', d.id) === documentId)
        if (!found || !document) continue
        const { bytes, contentType } = bytesOf(found.person, document)
        return Response.json(
          {
            resourceType: 'Binary',
            id: documentId,
            meta: { profile: [`${STU3}GPConnect-Binary-1`] },
            contentType: contentType.split(';')[0],
            content: bytes.toString('base64'),
          },
          { headers },
        )
      }
      return undefined
    },
  }
}
