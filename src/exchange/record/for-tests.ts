import type { CodeableConcept, Resource } from '@medplum/fhirtypes'
import type { Disclosed, Item, SectionAnswer } from '../../care-record/item.ts'
import type { SectionId } from '../../care-record/section.ts'
import { createRecord } from './record.ts'

export const TODAY = '2026-11-21'

/** Test data only: an item as disclosure hands it on. */
export function item(
  source: string,
  id: string,
  section: SectionId,
  resource: object,
  over: Partial<Item['provenance']> = {},
): Disclosed<Item> {
  const full = { id, ...resource } as Resource
  return {
    id: `${source}/${full.resourceType}/${id}`,
    version: '1',
    section,
    resource: full,
    provenance: {
      sourceId: source,
      odsCode: source,
      organisationName: source,
      short: source,
      system: 'test',
      originalIdentifier: id,
      retrievedAt: `${TODAY}T11:00:00.000Z`,
      feed: 'live',
      matchedBy: 'nhs-number',
      ...over,
    },
    marks: [],
    contained: [],
    links: [],
    parents: [],
    unresolved: [],
  } as unknown as Disclosed<Item>
}

export const answer = (items: readonly Disclosed<Item>[], over: Partial<SectionAnswer> = {}): SectionAnswer<Disclosed<Item>> => {
  const source = items[0]?.provenance.sourceId ?? 'GP'
  return {
    source: { id: source, odsCode: source, name: source, short: source, kind: 'acute', exchange: 'sel' },
    group: 'essentials',
    sections: [...new Set(items.map(i => i.section))],
    complete: true,
    asOf: `${TODAY}T11:00:00.000Z`,
    outcome: 'answered',
    cause: 'none',
    warnings: [],
    unreadable: 0,
    tookMs: 1,
    ...over,
    items,
  }
}

export const newRecord = () => {
  let n = 0
  return createRecord({ mintId: () => `e${++n}`, today: () => TODAY })
}

/** One answer per source. */
export const bySource = (items: readonly Disclosed<Item>[]): SectionAnswer<Disclosed<Item>>[] =>
  [...Map.groupBy(items, i => i.provenance.sourceId).values()].map(i => answer(i))

const concept = (text: string, code?: string): CodeableConcept => ({
  text,
  ...(code ? { coding: [{ system: 'http://snomed.info/sct', code, display: text }] } : {}),
})
const standing = (verification: string, clinical = 'active') => ({
  clinicalStatus: { coding: [{ code: clinical }] },
  verificationStatus: { coding: [{ code: verification }] },
})

export const allergy = (source: string, id: string, text: string, code?: string, over: object = {}) =>
  item(source, id, 'allergies', {
    resourceType: 'AllergyIntolerance',
    code: concept(text, code),
    ...standing('confirmed'),
    recordedDate: '2020-03-08',
    ...over,
  })

export const medicine = (
  source: string,
  id: string,
  text: string,
  code: string | undefined,
  dosage: string | object | undefined,
  over: object = {},
) =>
  item(source, id, 'medicines', {
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationCodeableConcept: concept(text, code),
    ...(dosage === undefined ? {} : { dosage: [typeof dosage === 'string' ? { text: dosage } : dosage] }),
    dateAsserted: '2026-11-02',
    ...over,
  })

export const problem = (source: string, id: string, text: string, code?: string, over: object = {}) =>
  item(source, id, 'problems', {
    resourceType: 'Condition',
    code: concept(text, code),
    clinicalStatus: { coding: [{ code: 'active' }] },
    ...over,
  })

export const result = (
  source: string,
  id: string,
  text: string,
  code: string,
  value: number | string,
  unit: string,
  at: string,
  over: object = {},
) =>
  item(source, id, 'results', {
    resourceType: 'Observation',
    status: 'final',
    code: concept(text, code),
    ...(at ? { effectiveDateTime: at } : {}),
    ...(typeof value === 'number' ? { valueQuantity: { value, unit } } : { valueString: value }),
    ...over,
  })

export const encounter = (source: string, id: string, status: string, kind: string, start: string, end?: string, over: object = {}) =>
  item(source, id, 'encounters', {
    resourceType: 'Encounter',
    status,
    class: { code: kind },
    period: { start, ...(end ? { end } : {}) },
    ...over,
  })

export const doseOf = (value: number, unit: string, frequency: number) => ({
  text: 'as written',
  route: { text: 'oral' },
  doseAndRate: [{ doseQuantity: { value, unit } }],
  timing: { repeat: { frequency, period: 1, periodUnit: 'd' } },
})
