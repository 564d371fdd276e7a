import type { Annotation, CodeableConcept, Period, Resource } from '@medplum/fhirtypes'
import type { Item } from '../../../care-record/item.ts'
import { each, isCoded, term } from '../reading.ts'
import { inError, joined, notesOf, type PlainRead, statusWords } from './read.ts'

const DATES = [
  'effectiveDateTime',
  'effectiveInstant',
  'occurrenceDateTime',
  'performedDateTime',
  'date',
  'started',
  'authoredOn',
  'recordedDate',
  'created',
  'issued',
  'dateTime',
  'authored',
  'receivedTime',
  'sent',
  'start',
] as const
const PERIODS = ['effectivePeriod', 'occurrencePeriod', 'performedPeriod', 'period', 'billablePeriod'] as const
const NAMES = ['code', 'vaccineCode', 'medicationCodeableConcept', 'serviceType', 'relationship'] as const
/** Say of what sort it is, and little without the kind beside them. */
const SORTS = ['type', 'category', 'reasonCode'] as const

/**
 * A kind nobody foresaw reads by the elements most kinds of FHIR share: its term, its date, its status, its notes. Its
 * panel says the rest.
 */
export function readAny(_item: Item, resource: Resource): PlainRead {
  const fields = resource as unknown as Readonly<Record<string, unknown>>
  const first = (names: readonly string[]): CodeableConcept | undefined =>
    names.flatMap(name => each(fields[name] as CodeableConcept)).find(c => term(c) !== undefined)
  const named = first(NAMES)
  const sort = first(SORTS)
  const concept = named ?? sort
  const kind = kindOf(resource.resourceType)
  const status = typeof fields['status'] === 'string' ? fields['status'] : undefined
  const title = textIn(fields, 'title') ?? term(named) ?? textIn(fields, 'name') ?? textIn(fields, 'description')
  const words = joined(
    textIn(fields, 'conclusion'),
    textIn(fields, 'summary'),
    textIn(fields, 'description') === title ? undefined : textIn(fields, 'description'),
    notesOf(Array.isArray(fields['note']) ? (fields['note'] as Annotation[]) : []),
  )
  const period = PERIODS.map(name => fields[name] as Period | undefined).find(p => p?.start ?? p?.end)
  return {
    title: title ?? (sort ? `${kind}: ${term(sort) ?? ''}` : kind),
    coded: concept === undefined || isCoded(concept),
    date: DATES.map(name => textIn(fields, name)).find(date => date !== undefined && /^\d{4}/.test(date)) ?? period?.start,
    until: period?.end,
    words,
    status: status === undefined ? undefined : statusWords(status),
    past: status !== undefined && /^(?:inactive|revoked|superseded)$/.test(status),
    not: inError(status),
  }
}

/** `MolecularSequence` reads `Molecular sequence`. */
const kindOf = (type: string): string => {
  const words = type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`
}

function textIn(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const found = fields[name]
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined
}
