import { randomUUID } from 'node:crypto'
import type { Bundle, BundleEntry, Composition, CompositionSection, Resource } from '@medplum/fhirtypes'
import type { Entry } from '../../../care-record/entry.ts'
import type { Person } from '../../../care-record/person.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { completenessOf, entriesOf } from '../../../care-record/snapshot.ts'
import { LAW_LINE } from '../../../viewer/components/section-card.ts'
import { staffDate } from '../../../viewer/format.ts'
import { emptySentence, sectionLines } from '../../../viewer/words.ts'
import type { Taken, View } from '../../view.ts'
import { patientResource } from './patient.ts'
import { outgoing, type Names } from './resource.ts'

interface SummarySection {
  readonly section: SectionId
  readonly title: string
  /** LOINC. */
  readonly code: string
  readonly display: string
  readonly types: readonly string[]
  readonly required?: true
}

/** Sections of the International Patient Summary that the record has, in its order. */
export const SUMMARY: readonly SummarySection[] = [
  { section: 'problems', title: 'Problems', code: '11450-4', display: 'Problem list - Reported', types: ['Condition'], required: true },
  {
    section: 'allergies',
    title: 'Allergies and intolerances',
    code: '48765-2',
    display: 'Allergies and adverse reactions Document',
    types: ['AllergyIntolerance'],
    required: true,
  },
  {
    section: 'medicines',
    title: 'Medication summary',
    code: '10160-0',
    display: 'History of Medication use Narrative',
    types: ['MedicationStatement', 'MedicationRequest'],
    required: true,
  },
  {
    section: 'vaccinations',
    title: 'Immunizations',
    code: '11369-6',
    display: 'History of Immunization note',
    types: ['Immunization'],
  },
  {
    section: 'results',
    title: 'Results, last 12 months',
    code: '30954-2',
    display: 'Relevant diagnostic tests/laboratory data note',
    types: ['Observation', 'DiagnosticReport'],
  },
  {
    section: 'procedures',
    title: 'Procedures, last 12 months',
    code: '47519-4',
    display: 'History of Procedures Document',
    types: ['Procedure'],
  },
  { section: 'alerts', title: 'Alerts', code: '104605-1', display: 'Alert', types: ['Flag'] },
  { section: 'plans', title: 'Plan of care', code: '18776-5', display: 'Plan of care note', types: ['CarePlan'] },
]
export const SUMMARY_SECTIONS: ReadonlySet<SectionId> = new Set(SUMMARY.map(one => one.section))
/** Types without which there is no summary. */
export const SUMMARY_REQUIRES: readonly string[] = ['Patient', ...SUMMARY.flatMap(one => (one.required === true ? one.types : []))]
/** Where what the law keeps apart could matter (care rules 5.2). */
const LAW: ReadonlySet<SectionId> = new Set(['medicines', 'allergies', 'results', 'problems'])

const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition'
const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'

/** Whether an item is written into a summary: of a section and type of it, and of an entry that stands there today. */
export const isSummarised = (view: View): ((item: Taken) => boolean) => {
  const current = new Map<string, SummarySection>()
  for (const one of SUMMARY) for (const entry of entriesOf(view.snapshot, one.section)) current.set(entry.id, one)
  return item => item.within === undefined && current.get(item.entryId)?.types.includes(item.resource.resourceType) === true
}

/**
 * The International Patient Summary of what the record says today: the merged entries in words, and under each the statement it
 * stands on, or all of them where sources differ. A section that may be incomplete says so and makes the whole `preliminary`.
 *
 * @param items those `isSummarised` wanted and the scopes allow.
 */
export function summaryBundle(p: {
  readonly view: View
  readonly person: Person
  readonly items: readonly Taken[]
  readonly names: Names
  readonly exchange: { readonly name: string; readonly title: string }
  readonly now: Date
}): Bundle {
  const { view, names, now } = p
  const chosen = chooseFor(view, p.items)
  const ids = new Set(chosen.map(one => one.id))
  const inside: Names = { ...names, stands: id => ids.has(id) }
  const resources = new Map(chosen.map(one => [one.id, withEffective(outgoing(one, inside))]))
  const author = { reference: `Device/london-care-record` }
  const custodian = { reference: `Organization/exchange-${p.exchange.name.toLowerCase()}` }
  const sections = SUMMARY.flatMap(one => sectionOf(one, view, chosen, resources))
  const composition: Composition = {
    resourceType: 'Composition',
    id: randomUUID(),
    meta: { profile: [`${IPS}/Composition-uv-ips`] },
    text: narrative(
      `<p>${escape(p.exchange.title)}: what is known of this person to the systems that answered on ${staffDate(now.toISOString())}.</p>`,
    ),
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` },
    status: isWhole(view) ? 'final' : 'preliminary',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: `Patient/${names.patient}` },
    date: now.toISOString(),
    author: [author],
    title: `Patient summary as of ${staffDate(now.toISOString())}`,
    custodian,
    section: sections,
  }
  const all: Resource[] = [
    composition,
    patientResource(p.person, view.maskPlaces, names.patient),
    { resourceType: 'Device', id: 'london-care-record', deviceName: [{ name: 'London Care Record', type: 'user-friendly-name' }] },
    { resourceType: 'Organization', id: `exchange-${p.exchange.name.toLowerCase()}`, name: p.exchange.title },
    ...resources.values(),
  ]
  return {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { lastUpdated: now.toISOString(), profile: [`${IPS}/Bundle-uv-ips`] },
    language: 'en-GB',
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` },
    type: 'document',
    timestamp: now.toISOString(),
    entry: all.map((resource): BundleEntry => ({
      fullUrl: `${names.base}/${resource.resourceType}/${resource.id ?? ''}`,
      resource: resource as NonNullable<BundleEntry['resource']>,
    })),
  }
}

const isWhole = (view: View): boolean =>
  SUMMARY.every(one => {
    const { waiting, missing } = completenessOf(view.snapshot, one.section)
    return waiting.length === 0 && missing.length === 0
  })

/** The statement an entry stands on; every one of them where they differ, since the product never chooses. */
function chooseFor(view: View, items: readonly Taken[]): readonly Taken[] {
  const byEntry = Map.groupBy(items, one => one.entryId)
  return SUMMARY.flatMap(({ section }) =>
    entriesOf(view.snapshot, section).flatMap(entry => {
      const all = byEntry.get(entry.id) ?? []
      if (entry.conflicts.length > 0) return all
      const standing = all.find(
        ({ provenance }) => provenance.odsCode === entry.recordedBy.odsCode && provenance.short === entry.recordedBy.short,
      )
      return standing ?? all[0] ?? []
    }),
  )
}

function sectionOf(
  one: SummarySection,
  view: View,
  chosen: readonly Taken[],
  resources: ReadonlyMap<string, Resource>,
): readonly CompositionSection[] {
  const { section, title, code, display } = one
  const head: CompositionSection = { title, code: { coding: [{ system: 'http://loinc.org', code, display }] } }
  if (!view.maySee.has(section)) {
    if (one.required !== true) return []
    return [{ ...head, text: narrative('<p>Not part of your role.</p>'), emptyReason: reason('withheld', 'Not part of your role.') }]
  }
  const entries = entriesOf(view.snapshot, section)
  const lines = sectionLines(view.snapshot, section, view.openedAt).map(line =>
    line.words.map(piece => (typeof piece === 'string' ? piece : piece.map(source => source.name).join(', '))).join(''),
  )
  const { waiting, missing } = completenessOf(view.snapshot, section)
  const empty = emptySentence(view.snapshot, section) ?? 'Nothing is known yet.'
  const words = [
    ...(entries.length === 0 && waiting.length + missing.length === 0 ? [empty] : []),
    ...lines,
    ...(LAW.has(section) ? [LAW_LINE] : []),
  ]
  const text = narrative(`${entries.length === 0 ? '' : table(entries)}${words.map(line => `<p>${escape(line)}</p>`).join('')}`)
  const entry = chosen.flatMap(item => {
    const resource = item.section === section ? resources.get(item.id) : undefined
    return resource === undefined ? [] : [{ reference: `${resource.resourceType}/${resource.id ?? ''}` }]
  })
  if (entry.length > 0) return [{ ...head, text, entry }]
  if (entries.length > 0) return [{ ...head, text }]
  if (one.required !== true && words.length === 0) return []
  // That nobody has said anything is not that somebody has said `none`.
  return [{ ...head, text, emptyReason: reason('unavailable', lines[0] ?? empty) }]
}

const reason = (code: 'unavailable' | 'withheld', text: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code }],
  text,
})

/** What an entry says in a cell beside its title. */
function factsOf(entry: Entry): string {
  switch (entry.kind) {
    case 'allergy':
      return [
        entry.state === 'negative' ? 'Recorded as none known' : entry.state,
        entry.severity,
        ...entry.reactions.map(one => one.join(' and ')),
      ]
        .filter(one => one !== undefined)
        .join(', ')
    case 'medicine':
      return [entry.strengthAndForm, entry.dose, entry.route, entry.frequency, entry.instruction, entry.status, entry.statement]
        .filter(one => one !== undefined)
        .join(', ')
    case 'problem':
      return [entry.status, entry.significance, ...entry.qualifiers].filter(one => one !== undefined).join(', ')
    case 'result':
      return [
        `${entry.value}${entry.unit === undefined ? '' : ` ${entry.unit}`}`,
        entry.flag,
        entry.range && `range ${entry.range}`,
        entry.status,
      ]
        .filter(one => one !== undefined)
        .join(', ')
    case 'plain':
      return [entry.status, entry.words, ...(entry.facts ?? []).map(([label, words]) => `${label}: ${words}`)]
        .filter(one => one !== undefined)
        .join(', ')
    case 'encounter':
      break
  }
  return entry.status
}

function table(entries: readonly Entry[]): string {
  const rows = entries.map(entry => {
    const by = [entry.recordedBy, ...entry.alsoRecordedBy].map(chip =>
      [chip.name, chip.date && staffDate(chip.date, 'date')].filter(Boolean).join(' '),
    )
    const differ = entry.conflicts.flatMap(({ kind, values }) => [
      `Sources differ on ${kind}: ${values.map(value => `${value.words} (${value.by.name})`).join('; ')}`,
    ])
    const cells = [
      entry.title,
      [factsOf(entry), ...differ].join('. '),
      entry.date === undefined ? '' : staffDate(entry.date, 'date'),
      by.join('; '),
    ]
    return `<tr>${cells.map(cell => `<td>${escape(cell)}</td>`).join('')}</tr>`
  })
  return `<table><thead><tr><th>What</th><th>Said of it</th><th>Date</th><th>Recorded by</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

const narrative = (html: string) => ({
  status: 'generated' as const,
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${html || '<p>Nothing to show.</p>'}</div>`,
})
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A summary's medicine says when it is taken, or that this is not known. */
function withEffective(resource: Resource): Resource {
  if (resource.resourceType !== 'MedicationStatement' || resource.effectiveDateTime !== undefined || resource.effectivePeriod !== undefined)
    return resource
  return { ...resource, _effectiveDateTime: { extension: [{ url: ABSENT, valueCode: 'unknown' }] } } as Resource
}
