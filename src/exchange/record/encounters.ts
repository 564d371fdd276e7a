import type { Encounter, EncounterLocation, Location } from '@medplum/fhirtypes'
import { consultationOf } from '../../care-record/consultation.ts'
import type { EncounterEntry } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import { type Agreement, differing, type EncounterDraft, NONE, origin, saidAt, sortKey, type Writable } from './draft.ts'
import { isSafeguarding } from './plain/ranks.ts'
import {
  dayOf,
  daysAfter,
  each,
  hashed,
  identifiersOf,
  isCoded,
  newestFirst,
  normal,
  orderable,
  resolve,
  statedPerson,
  term,
} from './reading.ts'

/** An open stay nobody has spoken of for so many days reads `no end recorded`; A&E is sooner (care rules, relationship 2). */
const SILENT_DAYS = { Emergency: 2, other: 7 } as const

const ENCOUNTER: Readonly<Record<string, string>> = {
  planned: 'Booked',
  arrived: 'In progress',
  triaged: 'In progress',
  'in-progress': 'In progress',
  onleave: 'In progress',
  finished: 'Finished',
  cancelled: 'Cancelled',
  'entered-in-error': 'Entered in error',
}
const CLASS: Readonly<Record<string, NonNullable<EncounterEntry['encounterClass']>>> = {
  IMP: 'Inpatient',
  ACUTE: 'Inpatient',
  NONAC: 'Inpatient',
  SS: 'Inpatient',
  OBSENC: 'Inpatient',
  EMER: 'Emergency',
  AMB: 'Outpatient',
  VR: 'Virtual',
  HH: 'Community',
  FLD: 'Emergency',
}
/** Care that stays open between visits: it says who looks after the person, not where they are (D142). */
const LASTING: ReadonlySet<string> = new Set(['Outpatient', 'Community', 'GP'])
const CASELOAD = /\bcaseload\b|\bsocial care case\b/i
const CLASS_TITLE: Readonly<Record<string, string>> = {
  Inpatient: 'Inpatient stay',
  Emergency: 'Emergency department',
  Outpatient: 'Outpatient attendance',
  Virtual: 'Virtual contact',
  Community: 'Community contact',
  GP: 'GP consultation',
}

/**
 * How one encounter reads: now, next or past, in the words of D143.
 * @param today FHIR date of the reader.
 */
export function draftEncounter(item: Item, resource: Encounter, today: string): EncounterDraft {
  const read = readEncounter(item, resource)
  const { start, end, encounterClass } = read
  let { status } = read
  if (/did not attend|\bDNA\b/i.test(read.reason)) status = 'Did not attend'
  const begun = dayOf(start)
  const open = status === 'In progress' && end === undefined
  const heard = dayOf(resource.meta?.lastUpdated ?? item.provenance.recorded ?? start)
  const silentDays = encounterClass === 'Emergency' ? SILENT_DAYS.Emergency : SILENT_DAYS.other
  const lastHeard = item.provenance.feed === 'live' && encounterClass !== 'Outpatient' && encounterClass !== 'GP' ? today : heard
  const silent = open && lastHeard !== undefined && daysAfter(lastHeard, silentDays) < today
  const going = status === 'In progress' && !silent && (end === undefined || end.slice(0, 10) >= today)
  if (going && read.lasting) status = 'Open'
  const when: EncounterEntry['when'] = going
    ? read.lasting
      ? 'open'
      : 'now'
    : status === 'Booked' && (begun === undefined || begun >= today)
      ? 'next'
      : 'past'
  const named = read.title ?? CLASS_TITLE[encounterClass ?? ''] ?? 'Encounter'
  const entry: Writable<EncounterEntry> = {
    ...origin(item, [named, read.reason].filter(Boolean).join(', '), start, read.coded),
    kind: 'encounter',
    when,
    status,
    noEndRecorded: silent || (status === 'Finished' && end === undefined && encounterClass === 'Inpatient'),
  }
  if (status === 'Entered in error') entry.list = 'past'
  if (encounterClass) entry.encounterClass = encounterClass
  if (read.place) entry.place = read.place
  if (read.ward) entry.ward = read.ward
  if (read.placeSince && when === 'now' && orderable(read.placeSince) !== orderable(start)) entry.placeSince = read.placeSince
  if (start) entry.start = start
  if (end) entry.end = end
  if (isSafeguarding(resource, entry.title, [...each(resource.type), ...each(resource.reasonCode)])) entry.rank = 'safeguarding'
  const tie = hashed(item.id)
  entry.sort = sortKey(sortEncounter(entry), tie)
  const keys = identifiersOf(resource).map(i => `${item.section}/encounter/i/${i}`)
  if (start && start.length > 10)
    keys.push(
      `${item.section}/encounter/at/${item.provenance.odsCode}|${encounterClass ?? ''}|${normal(entry.title)}|${orderable(start).slice(0, 16)}`,
    )
  if (keys.length === 0) keys.push(`${item.section}/encounter/o/${item.id}`)
  return {
    kind: 'encounter',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys,
    guard: `${resource.resourceType}|${encounterClass ?? ''}|${status === 'Entered in error' ? 'error' : ''}|${statedPerson(resource)}`,
    at: saidAt(item, start),
    links: item.links,
    consultation: consultationOf(item) ?? NONE,
  }
}

interface Read {
  readonly title: string | undefined
  readonly reason: string
  readonly status: string
  readonly encounterClass: EncounterEntry['encounterClass']
  readonly place: string | undefined
  readonly ward: string | undefined
  readonly placeSince: string | undefined
  readonly start: string | undefined
  readonly end: string | undefined
  readonly coded: boolean
  /** In progress it is care that goes on, not where the person is. */
  readonly lasting: boolean
}

function readEncounter(item: Item, e: Encounter): Read {
  const type = term(e.type?.[0]) ?? term(e.serviceType) ?? (e.class?.code === 'FLD' ? 'Care on scene' : undefined)
  const isGp = /^[A-HJ-NP-Y]\d{5}$/.test(item.provenance.odsCode)
  const words = `${type ?? ''} ${e.class?.display ?? ''}`
  const encounterClass = CLASS[e.class?.code ?? '']
  const stay = whereNow(e.location)
  const kind =
    isGp && (encounterClass === undefined || encounterClass === 'Outpatient')
      ? 'GP'
      : (encounterClass ?? (/community|district/i.test(words) ? 'Community' : e.class ? 'Other' : undefined))
  const location = resolve(item, stay?.location)
  const name = stay?.location?.display ?? (location?.resourceType === 'Location' ? location.name : undefined)
  return {
    title: type,
    reason: (e.reasonCode ?? []).flatMap(r => term(r) ?? []).join(', '),
    status: ENCOUNTER[e.status ?? ''] ?? 'Status not stated',
    encounterClass: kind,
    place: name ?? e.serviceProvider?.display,
    ward: wardOf(location?.resourceType === 'Location' ? location : undefined, `${name ?? ''} ${type ?? ''}`),
    placeSince: stay?.period?.start,
    start: e.period?.start,
    end: e.period?.end,
    coded: isCoded(e.type?.[0]) || e.class?.code !== undefined,
    lasting: (kind !== undefined && LASTING.has(kind)) || (kind !== 'Inpatient' && kind !== 'Emergency' && CASELOAD.test(words)),
  }
}

/** The place of now: the one said to be active, else the last without an end, else the last. */
const whereNow = (places: readonly EncounterLocation[] | undefined): EncounterLocation | undefined =>
  places?.findLast(p => p.status === 'active') ??
  places?.findLast(p => p.period?.end === undefined && p.status !== 'completed' && p.status !== 'planned') ??
  places?.at(-1)

/** Kinds of ward that change what is done next (R105), by code of HL7 RoleCode or by the ward's own name. */
const WARDS: readonly (readonly [codes: readonly string[], words: RegExp, said: string])[] = [
  [['PEDNICU', 'NICU'], /neonatal intensive|\bNICU\b/i, 'Neonatal intensive care'],
  [['PEDICU', 'PICU'], /(?:p(?:a|ae)?ediatric|child(?:ren)?['’]?s?) intensive|\bPICU\b/i, 'Paediatric intensive care'],
  [['ICU'], /\bintensive (?:care|therapy)|critical care|\b(?:ICU|ITU|CCU)\b/i, 'Intensive care'],
  [['HDU'], /high dependency|\bHDU\b/i, 'High dependency'],
]

function wardOf(location: Location | undefined, name: string): string | undefined {
  const types = each(location?.type)
  const codes = types.flatMap(t => each(t.coding)).flatMap(c => c.code ?? [])
  return WARDS.find(([wanted, words]) => wanted.some(code => codes.includes(code)) || words.test(name))?.[2]
}

/** One stay said twice: same identifier, or same organisation, class, title and minute. Open stays of two places stay two. */
export function sameEncounter(a: EncounterDraft, b: EncounterDraft): Agreement | undefined {
  if (a.guard !== b.guard) return undefined
  const shared = a.keys.find(k => b.keys.includes(k))
  if (shared === undefined) return undefined
  return {
    score: a.entry.status === b.entry.status ? 2 : 1,
    why: shared.includes('/i/') ? 'same identifier' : 'same organisation, same kind, same time',
  }
}

export const foldEncounters = (group: readonly EncounterDraft[], newest: EncounterEntry): EncounterEntry => ({
  ...newest,
  conflicts: [
    ...differing(
      'status',
      group,
      d => d.entry.status,
      d => d.entry.status,
    ),
    ...differing(
      'date',
      group,
      d => orderable(d.entry.start),
      d => d.entry.start ?? '',
    ),
  ],
})

const RANK = { now: '0', open: '1', next: '2', past: '3' } as const

/** Now, then the care that goes on, then what comes next soonest first, then newest. */
export const sortEncounter = (entry: EncounterEntry): string =>
  `${RANK[entry.when]} ${entry.when === 'next' ? orderable(entry.start) || '~' : newestFirst(entry.start)}`

/** Characters of a consultation that a list has room for. */
const STARTS = 140

/** How much was written, and the first lines that fit whole: a line cut short could say the opposite. */
export function writtenOf(lines: readonly string[]): Pick<EncounterEntry, 'written' | 'starts'> {
  let starts = ''
  for (const words of lines) {
    const longer = starts === '' ? words : `${starts}; ${words}`
    if (longer.length > STARTS) break
    starts = longer
  }
  return { ...(lines.length === 0 ? {} : { written: lines.length }), ...(starts === '' ? {} : { starts }) }
}
