import type { Resource } from '@medplum/fhirtypes'
import type { RoleGroup, SectionLimits } from '../care-record/catalogue.ts'
import type { ShownHeading } from '../care-record/consultation.ts'
import type { DocumentContent } from '../care-record/document.ts'
import type { Entry, MedicineComparison, Part, SectionChange, SourceState, Thread } from '../care-record/entry.ts'
import type { Provenance } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Group, SectionId } from '../care-record/section.ts'
import { emptySnapshot, fold, stateKey, type Snapshot } from '../care-record/snapshot.ts'
import type { RawDocument } from './sources/document.ts'
import type { ImagesPage } from './view-images.ts'

export type { RawDocument }

export type ViewStatus = 'deciding' | 'open' | 'claim' | 'denied' | 'no-information' | 'unavailable' | 'closed'

/** One statement folded into an entry, as the item panel shows it. */
export interface Statement {
  readonly organisationName: string
  readonly short: string
  readonly system: string
  readonly author?: string
  readonly authorRole?: string
  readonly recorded?: string
  readonly originalIdentifier: string
  readonly retrievedAt: string
  readonly feed: 'live' | 'message' | 'batch'
  readonly matchedBy: 'nhs-number' | 'name-and-birth-date'
  /** What the source said, as label and value. */
  readonly said: readonly (readonly [label: string, value: string])[]
  /** The consultation written there, as far as it stands in this view; each line leads to its entry. */
  readonly consultation?: readonly ShownHeading[]
}
export interface ItemPanel {
  readonly entry: Entry
  readonly statements: readonly Statement[]
  /** Why these are one: `same code, same day, same value`. */
  readonly explain: readonly string[]
}

/** What is new to this professional since they last looked at this person. */
export interface LastLook {
  /** ISO instant at which that view was opened. */
  readonly at: string
  /** Entries that hold something that was not shown then, or not in this version. */
  readonly changed: ReadonlySet<string>
}

/** One statement of a view as its source sent it, for software that reads resources rather than pages. */
export interface Taken {
  /** `{sourceId}/{Type}/{id}`: a key, never shown. */
  readonly id: string
  readonly version: string
  readonly section: SectionId
  readonly resource: Resource
  readonly provenance: Provenance
  readonly contained: readonly Resource[]
  /** Entry it stands in, today. */
  readonly entryId: string
  /** Told within another item and not disclosed as one of its own: a plan's issues, for example. */
  readonly within?: string
}

export interface Taking {
  /** Codes only: which interaction, of which types, for which client. */
  readonly detail: Readonly<Record<string, string | readonly string[]>>
  /** Chosen before anything is written down: the event names exactly what leaves. */
  readonly wanted: (item: Taken) => boolean
}

export interface TakenItems {
  readonly items: readonly Taken[]
  /** Ids of every item that stands in the view, whether it was wanted or not. */
  readonly standing: ReadonlySet<string>
}

/** What the doors may do with a view. Everything here is bound to one session and one user. */
export interface View {
  readonly id: string
  /** Of every event about this view. */
  readonly transaction: string
  readonly openedAt: string
  readonly viewer: Viewer
  readonly sessionId: string
  readonly status: ViewStatus
  readonly person: Person | undefined
  /** Names of systems whose silence left the question of a relationship open. */
  readonly unavailableEvidence: readonly string[]
  /** Why the view is `denied`: a code of the decision. */
  readonly refusedBecause: string | undefined
  /** Section ids of this viewer's role, once open. */
  readonly maySee: ReadonlySet<string>
  /** Sections of which this role sees one class of items only, once open. */
  readonly limits: SectionLimits
  /** Kind of role the pages are ordered for; `support`, which sees nothing, while it is not decided. */
  readonly roleGroup: RoleGroup
  readonly maskPlaces: boolean
  /** What is older than the view asks at once was asked for. */
  readonly olderAsked: boolean
  /** `undefined`: never looked before, or not known yet. */
  readonly lastLook: LastLook | undefined
  readonly parts: readonly Part[]
  /** All parts folded. Not to be changed by the reader. */
  readonly snapshot: Snapshot
  readonly decided: (ms: number) => Promise<void>
  readonly settled: (ms: number) => Promise<void>
  /** Parts after `n`, then each further one as it comes; ends after the closed part or when `signal` aborts. */
  readonly read: (after: number, signal: AbortSignal) => AsyncIterable<Part>
  /** Says that a reader is here, until what it returns is called. */
  readonly attach: () => () => void
  readonly entry: (entryId: string) => Promise<Result<ItemPanel>>
  readonly tryAgain: (sourceId: string, exchange: string, group: Group) => Promise<Result<void>>
  /** Asks all sources and peers for what is older; parts come as they answer. */
  readonly askOlder: () => Promise<Result<void>>
  readonly threads: () => { readonly byProblem: readonly Thread[]; readonly byEncounter: readonly Thread[] }
  readonly compareMedicines: () => MedicineComparison
  /**
   * The document behind an entry, without a body where it names another person. Like the two below written down before it
   * is shown. Faults: `not-found` (none, or none that may be shown), `unavailable`, `too-large`.
   */
  readonly document: (entryId: string) => Promise<Result<{ readonly entry: Entry; readonly content: DocumentContent }>>
  /** One page as PNG. */
  readonly documentPage: (entryId: string, page: number, width: number) => Promise<Result<Buffer>>
  readonly documentOriginal: (entryId: string) => Promise<Result<RawDocument>>
  /** One page of the images of an entry, written down before it is shown. Faults as `document`. Numbers are from 1. */
  readonly images: (entryId: string, at: { readonly series: number; readonly page: number }) => Promise<Result<ImagesPage>>
  /** One image of a page that is open, as PNG; `not-found` for any other. */
  readonly image: (entryId: string, at: { readonly series: number; readonly place: number }, width: number) => Promise<Result<Buffer>>
  /** Holds what an entry says for all, until a steward has decided (care rules 3.3). Fault `invalid` carries words for the form. */
  readonly reportNotTheirs: (entryId: string, form: unknown) => Promise<Result<void>>
  /** Writes down that the record is printed, before the page is made. */
  readonly printed: () => Promise<Result<void>>
  /** Disclosed items, unmerged, written down before they are handed out. Faults: `not-found`, `unavailable`. */
  readonly take: (taking: Taking) => Promise<Result<TakenItems>>
  readonly claim: (form: unknown) => Promise<Result<void>>
  /** ISO instant at which emergency access ends; `undefined` where the view does not rest on it. */
  readonly emergencyUntil: string | undefined
  /** Emergency access for another four hours: a claim of its own, linked to the first. */
  readonly renewEmergency: () => Promise<Result<void>>
  readonly close: (why: NonNullable<Part['closed']>) => Promise<void>
}

/**
 * The append-only numbered list of parts of one view. Whoever appends has made the part's event durable first; whoever
 * reads sees parts in order, without gaps, as often as they like. Appending never waits for a reader.
 */
export interface PartList {
  readonly parts: readonly Part[]
  /** All parts folded, as readers have them. */
  readonly snapshot: Snapshot
  /** The same with sources as they really are, for the walk alone. */
  readonly real: Snapshot
  readonly append: (part: {
    readonly eventIds: readonly string[]
    readonly kind: Part['kind']
    readonly states?: readonly SourceState[]
    readonly retired?: readonly SourceState[]
    readonly changes?: readonly SectionChange[]
    readonly closed?: NonNullable<Part['closed']>
  }) => void
  readonly read: (after: number, signal: AbortSignal) => AsyncIterable<Part>
  /** Resolves at the next append or when `signal` aborts. */
  readonly changed: (signal: AbortSignal) => Promise<void>
}

/**
 * @param now wall clock, for the parts' own time.
 * @param named a state as readers may see it: a source whose place may not be shown goes by another name.
 */
export function createPartList(now: () => Date, named: (state: SourceState) => SourceState = state => state): PartList {
  const parts: Part[] = []
  const snapshot = emptySnapshot()
  const real = emptySnapshot()
  let waiting: (() => void)[] = []
  const changed = (signal: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      if (signal.aborted) return resolve()
      const done = (): void => {
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done, { once: true })
      waiting.push(done)
      return undefined
    })
  return {
    parts,
    snapshot,
    real,
    changed,
    append(part) {
      if (snapshot.closed) return
      const numbered = (states: readonly SourceState[], retired: readonly SourceState[]): Part => ({
        n: parts.length + 1,
        at: now().toISOString(),
        eventIds: part.eventIds,
        kind: part.kind,
        states,
        changes: part.changes ?? [],
        ...(retired.length > 0 ? { retired: retired.map(stateKey) } : {}),
        ...(part.closed ? { closed: part.closed } : {}),
      })
      const [states, retired] = [part.states ?? [], part.retired ?? []]
      fold(real, { ...numbered(states, retired), changes: [] })
      const shown = numbered(states.map(named), retired.map(named))
      parts.push(shown)
      fold(snapshot, shown)
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
    async *read(after, signal) {
      let next = Math.max(0, after)
      while (!signal.aborted) {
        while (next < parts.length) {
          const part = parts[next]
          next += 1
          if (!part) return
          yield part
          if (part.closed) return
        }
        if (next > parts.length || (snapshot.closed && next >= parts.length)) return
        await changed(signal)
      }
    },
  }
}

/** Counts readers and tells when the last has been gone for `limits.noReaderMs`. */
export interface Attendance {
  readonly attach: () => () => void
  readonly readers: () => number
  /** Somebody has been here at all. */
  readonly ever: () => boolean
  /** Monotonic milliseconds at which somebody was last here. */
  readonly lastHereMs: () => number
}

export function createAttendance(nowMs: () => number): Attendance {
  let readers = 0
  let ever = false
  let lastMs = nowMs()
  return {
    attach() {
      readers += 1
      ever = true
      lastMs = nowMs()
      let left = false
      return () => {
        if (left) return
        left = true
        readers -= 1
        lastMs = nowMs()
      }
    },
    readers: () => readers,
    ever: () => ever,
    lastHereMs: () => (readers > 0 ? nowMs() : lastMs),
  }
}

/** Why a view must end now, if it must. */
export function mustEnd(
  view: { readonly openedMs: number; readonly walking: boolean; readonly bytes: number; readonly locked: boolean },
  attendance: Attendance,
  nowMs: number,
): NonNullable<Part['closed']> | undefined {
  if (view.bytes > limits.viewBytes) return 'too-large'
  if (nowMs - view.openedMs > limits.viewMs) return 'expired'
  // Lock keeps the place: a locked view waits for its user as long as any view may last (D162).
  if (view.locked) return undefined
  if (nowMs - attendance.lastHereMs() > limits.idleMs) return 'expired'
  if ((view.walking || !attendance.ever()) && nowMs - attendance.lastHereMs() > limits.noReaderMs) return 'abandoned'
  return undefined
}

export const notFound = (): Result<never> => fail('not-found', 'This is no longer part of the view.')
export const done: Result<void> = ok(undefined)
