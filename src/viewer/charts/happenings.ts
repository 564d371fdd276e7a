import type { Chip, EncounterEntry, Entry, PlainEntry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import type { RecordPageModel } from '../models.ts'
import { DAY_MS, instantOf } from './scale.ts'

/** Kinds of mark on the timeline, the most urgent first. */
export const KINDS = ['emergency', 'stay', 'contact', 'booked', 'procedure', 'referral', 'document'] as const
export type Kind = (typeof KINDS)[number]

/** One thing that happened, or is booked, as the timeline places it. */
export interface Happening {
  readonly id: string
  readonly kind: Kind
  readonly title: string
  readonly by: Chip
  /** FHIR dateTime as recorded. */
  readonly date: string | undefined
  readonly end: string | undefined
  /** Milliseconds; `undefined` where no day is known. */
  readonly at: number | undefined
  readonly until: number | undefined
  /** Drawn with its length. */
  readonly long: boolean
  /** `going`: still so when the view was opened; `unknown`: no end was recorded (D140). */
  readonly open: 'going' | 'unknown' | undefined
  readonly status: string | undefined
}

/** What happens at a time. Results and observations have charts of their own. */
export const TIMELINE_SECTIONS: readonly SectionId[] = [
  'encounters',
  'appointments',
  'referrals',
  'imaging',
  'procedures',
  'vaccinations',
  'documents',
  'social-care',
]

const base = (entry: Entry, date: string | undefined, end: string | undefined) => ({
  id: entry.id,
  title: entry.title,
  by: entry.recordedBy,
  date,
  end,
  at: instantOf(date),
  until: instantOf(end),
})

const isLong = (at: number | undefined, until: number | undefined): boolean =>
  at !== undefined && until !== undefined && until - at > DAY_MS

function ofEncounter(entry: EncounterEntry): Happening {
  const it = base(entry, entry.start ?? entry.date, entry.end)
  // A virtual ward goes on for days; a call has the same class.
  const lasts = entry.when === 'now' || entry.noEndRecorded || isLong(it.at, it.until)
  const stay = entry.encounterClass === 'Inpatient' || (entry.encounterClass === 'Virtual' && lasts)
  const long = stay || (entry.encounterClass !== 'Emergency' && isLong(it.at, it.until))
  return {
    ...it,
    kind: long ? 'stay' : entry.encounterClass === 'Emergency' ? 'emergency' : entry.when === 'next' ? 'booked' : 'contact',
    long,
    open:
      it.until !== undefined
        ? undefined
        : entry.noEndRecorded
          ? 'unknown'
          : entry.when === 'now' || entry.when === 'open'
            ? 'going'
            : undefined,
    status: entry.status === 'Finished' || entry.status === '' ? undefined : entry.status,
  }
}

const ofPlain: Partial<Record<SectionId, Kind>> = {
  appointments: 'contact',
  referrals: 'referral',
  imaging: 'procedure',
  procedures: 'procedure',
  vaccinations: 'procedure',
  documents: 'document',
  'social-care': 'contact',
}

function ofOther(entry: PlainEntry, openedAt: number): Happening {
  const it = base(entry, entry.date, entry.until)
  const long = isLong(it.at, it.until)
  const kind = ofPlain[entry.section] ?? 'contact'
  return {
    ...it,
    kind: long ? 'stay' : entry.section === 'appointments' && it.at !== undefined && it.at > openedAt ? 'booked' : kind,
    long,
    open: undefined,
    status: entry.status,
  }
}

// Entries are never changed, and every part of a view asks for all of them.
const known = new WeakMap<Entry, { readonly openedAt: number; readonly happening: Happening | undefined }>()

function happeningOf(entry: Entry, openedAt: number): Happening | undefined {
  const held = known.get(entry)
  if (held?.openedAt === openedAt) return held.happening
  const happening = entry.kind === 'encounter' ? ofEncounter(entry) : entry.kind === 'plain' ? ofOther(entry, openedAt) : undefined
  known.set(entry, { openedAt, happening })
  return happening
}

const byTime = (a: Happening, b: Happening): number => {
  const [x, y] = [a.at ?? -Infinity, b.at ?? -Infinity]
  if (x !== y) return y - x
  const [p, q] = [a.date ?? '', b.date ?? '']
  return p === q ? (a.id < b.id ? -1 : 1) : p < q ? 1 : -1
}

/** Everything of the timeline's sections that the role may see, newest first; what has no day comes last. */
export function happenings({
  snapshot,
  maySee,
  openedAt,
}: Pick<RecordPageModel, 'snapshot' | 'maySee' | 'openedAt'>): readonly Happening[] {
  const now = Date.parse(openedAt)
  const found: Happening[] = []
  for (const id of TIMELINE_SECTIONS)
    if (maySee.has(id))
      for (const entry of snapshot.entries.get(id)?.values() ?? []) {
        const happening = happeningOf(entry, now)
        if (happening !== undefined) found.push(happening)
      }
  return found.sort(byTime)
}

const singular: Readonly<Record<Kind, string>> = {
  emergency: 'emergency contact',
  stay: 'stay or package',
  contact: 'contact',
  booked: 'booked contact',
  procedure: 'procedure, scan or vaccination',
  referral: 'referral',
  document: 'document',
}
const plural: Readonly<Record<Kind, string>> = {
  emergency: 'emergency contacts',
  stay: 'stays or packages',
  contact: 'contacts',
  booked: 'booked contacts',
  procedure: 'procedures, scans and vaccinations',
  referral: 'referrals',
  document: 'documents',
}
export const kindWords = (kind: Kind, count = 1): string => (count === 1 ? singular : plural)[kind]
/** As a legend or a cell says it. */
export const kindTitle = (kind: Kind): string => singular[kind].charAt(0).toLocaleUpperCase('en-GB') + singular[kind].slice(1)
