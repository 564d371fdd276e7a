import type { Resource } from '@medplum/fhirtypes'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Coding, Facts, Item, SectionAnswer, SourceName } from '../../care-record/item.ts'
import type { Pass } from '../../care-record/person.ts'
import { SECTION_IDS, type SectionId } from '../../care-record/section.ts'
import { withoutReferences } from '../../care-record/without-references.ts'
import { createRules, disclose, type Rules } from './disclose.ts'
import { firstSet } from './rules/first-set.ts'
import type { RuleSet } from './rules/rule-set.ts'
import { createSieve, type Sieve } from './sieve.ts'

export const services: readonly ServiceRegisterRow[] = [
  { odsCode: 'RJZ', localCode: 'CALD', treatmentFunction: '360', name: 'Caldecot Wing', legalClass: 'sexual-health' },
  { odsCode: 'RJZ', localCode: 'ACU', treatmentFunction: '502', name: 'Oak Suite', legalClass: 'fertility' },
  { odsCode: 'RJZ', localCode: 'LAV', treatmentFunction: null, name: 'Lavender Rooms', legalClass: 'gender-reassignment' },
  { odsCode: 'RJZ', localCode: 'CARD', treatmentFunction: '320', name: 'Cardiology clinic', legalClass: null },
]
export const source: SourceName = {
  id: 'kch',
  odsCode: 'RJZ',
  name: "King's College Hospital",
  short: 'KCH',
  kind: 'acute',
  exchange: 'SEL',
}
export const pass = (over: Partial<Pass> = {}): Pass => ({
  viewer: {
    sdsUserId: '1',
    name: 'Dr P',
    sdsRoleProfileId: '2',
    roleCode: 'S:G:R8000',
    roleName: 'Doctor',
    odsCode: 'RJ1',
    organisationName: 'GSTT',
    assurance: 'AAL2',
  },
  purpose: 'direct-care',
  relationship: { type: 'inpatient', evidenceId: 'e', assertedBy: 'gstt', seenAt: '2026-11-21T09:00:00Z', until: '2026-12-21T09:00:00Z' },
  role: { jobRole: 'R8000', group: 'doctor' },
  maySee: new Set(SECTION_IDS),
  maskPlaces: false,
  decidedAt: '2026-11-21T09:00:00Z',
  rulesVersion: '1',
  ...over,
})

/** A resource of the source's answer with what a connector gathers of it: facts before, an item after. */
export interface Sent {
  readonly resource: Resource
  readonly section?: SectionId
  /** Keys it refers to. */
  readonly to?: readonly string[]
  readonly parents?: readonly Resource[]
  readonly contained?: readonly Resource[]
  readonly facts?: Partial<Facts>
  readonly unresolved?: readonly string[]
}
export const keyOf = (r: Resource): string => `${r.resourceType}/${r.id ?? ''}`
export const codingsOf = (value: unknown): readonly Coding[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === 'coding' && Array.isArray(inner) ? (inner as readonly Coding[]) : codingsOf(inner),
      )
export const factsOf = (sent: Sent): Facts => ({
  key: keyOf(sent.resource),
  resourceType: sent.resource.resourceType,
  organisations: ['RJZ'],
  treatmentFunctions: [],
  localCodes: [],
  serviceNames: [],
  documentClasses: [],
  codings: codingsOf(sent.resource),
  labels: sent.resource.meta?.security ?? [],
  links: [...(sent.to ?? []), ...(sent.parents ?? []).map(keyOf)],
  unresolved: sent.unresolved ?? [],
  texts: [],
  ...sent.facts,
})
export const itemOf = (sent: Sent): Item => ({
  id: `kch/${keyOf(sent.resource)}`,
  version: '1',
  section: sent.section ?? 'other',
  resource: sent.resource,
  provenance: {
    sourceId: 'kch',
    odsCode: 'RJZ',
    organisationName: source.name,
    short: 'KCH',
    system: 'EPR',
    originalIdentifier: sent.resource.id ?? '',
    retrievedAt: '2026-11-21T09:00:00Z',
    feed: 'live',
    matchedBy: 'nhs-number',
  },
  marks: [],
  contained: sent.contained ?? [],
  links: (sent.to ?? []).map(key => `kch/${key}`),
  parents: sent.parents ?? [],
  unresolved: sent.unresolved ?? [],
})
export const answerOf = (items: readonly Item[], over: Partial<SectionAnswer> = {}): SectionAnswer => ({
  source,
  group: 'recent',
  sections: [...SECTION_IDS],
  complete: true,
  asOf: '2026-11-21T09:00:00Z',
  outcome: items.length > 0 ? 'answered' : 'nothing-held',
  cause: 'none',
  items,
  warnings: [],
  unreadable: 0,
  tookMs: 10,
  ...over,
})

const made = new Map<RuleSet, Map<readonly ServiceRegisterRow[], Map<Missing, { readonly sieve: Sieve; readonly rules: Rules }>>>()
/** Made once for each way of taking something away. */
function mechanisms(
  missing: Missing,
  set: RuleSet,
  registers: readonly ServiceRegisterRow[],
): { readonly sieve: Sieve; readonly rules: Rules } {
  let bySet = made.get(set)
  if (bySet === undefined) made.set(set, (bySet = new Map()))
  let byRegisters = bySet.get(registers)
  if (byRegisters === undefined) bySet.set(registers, (byRegisters = new Map()))
  let found = byRegisters.get(missing)
  if (found === undefined) {
    const off = (mechanism: Missing): boolean =>
      missing === mechanism || (missing.startsWith('all-but-') && missing !== `all-but-${mechanism}`)
    found = {
      sieve: off('sieve') ? () => new Set<string>() : createSieve(set, registers),
      rules: createRules(set, registers, {
        places: [{ name: source.name, short: source.short, odsCode: source.odsCode }],
        ...(off('exchange') ? { judge: () => undefined } : {}),
        ...(off('exit') ? { exit: { item: i => i, entry: e => e, text: t => t } } : {}),
      }),
    }
    byRegisters.set(missing, found)
  }
  return found
}

/** Everything the source sent walks the three mechanisms; one of them may be taken away. */
export type Missing = 'none' | 'sieve' | 'exchange' | 'exit' | 'all-but-sieve' | 'all-but-exchange' | 'all-but-exit'
export function walk(
  sent: readonly Sent[],
  missing: Missing,
  given: Pass = pass(),
  set: RuleSet = firstSet,
  registers: readonly ServiceRegisterRow[] = services,
): ReturnType<typeof disclose> {
  const all = sent.concat(sent.flatMap(s => (s.parents ?? []).map((resource): Sent => ({ resource, facts: factsOfPlace(resource) }))))
  const { sieve, rules } = mechanisms(missing, set, registers)
  const gone = sieve(source, all.map(factsOf), given)
  // As a connector does: what is dropped leaves no reference, no link and no parent behind.
  const items = sent
    .filter(s => !gone.has(keyOf(s.resource)))
    .map(s => ({
      ...s,
      resource: withoutReferences(s.resource, key => gone.has(key)) as Resource,
      to: (s.to ?? []).filter(key => !gone.has(key)),
      parents: (s.parents ?? []).filter(parent => !gone.has(keyOf(parent))),
    }))
    .map(itemOf)
  return disclose([answerOf(items)], given, rules)
}
export function factsOfPlace(r: Resource): Partial<Facts> {
  if (r.resourceType === 'Encounter')
    return {
      treatmentFunctions: (r.serviceType?.coding ?? []).flatMap(c => c.code ?? []),
      serviceNames: [r.serviceType?.text ?? '', r.serviceProvider?.display ?? '', ...(r.location ?? []).map(l => l.location.display ?? '')],
    }
  if (r.resourceType === 'Location' || r.resourceType === 'HealthcareService')
    return { localCodes: (r.identifier ?? []).flatMap(i => i.value ?? []), serviceNames: [r.name ?? ''] }
  return {}
}

export const subject = { reference: 'Patient/p' }
export const encounter = (id: string, code: string, words: string): Resource => ({
  resourceType: 'Encounter',
  id,
  status: 'finished',
  class: { code: 'AMB' },
  subject,
  serviceType: { coding: [{ system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-TreatmentFunctionCode', code }], text: words },
})
export const location = (id: string, local: string, name: string): Resource => ({
  resourceType: 'Location',
  id,
  name,
  identifier: [{ system: 'https://kch.nhs.uk/clinic', value: local }],
})
export const observation = (id: string, text: string, code = '1'): Resource => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  subject,
  code: { coding: [{ system: 'http://snomed.info/sct', code }], text },
  valueString: `value-of-${id}`,
})
export const medicine = (id: string, text: string): Resource => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject,
  medicationCodeableConcept: { text },
})
export const condition = (id: string, text: string, code: string, system = 'http://snomed.info/sct'): Resource => ({
  resourceType: 'Condition',
  id,
  subject,
  code: { coding: [{ system, code, display: text }] },
})
export const letter = (id: string, title: string): Resource => ({
  resourceType: 'DocumentReference',
  id,
  status: 'current',
  subject,
  description: title,
  content: [{ attachment: { title } }],
})
