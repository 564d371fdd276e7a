import type { RoleGroup, SectionLimits } from '../care-record/catalogue.ts'
import type { ShownHeading } from '../care-record/consultation.ts'
import type { Entry } from '../care-record/entry.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import type { SectionId } from '../care-record/section.ts'
import type { Snapshot } from '../care-record/snapshot.ts'

/** What every page needs to know of the session it is shown in. */
export interface Frame {
  /** Signed-in professional; absent on pages before sign-in. */
  readonly viewer?: Viewer
  /** Token of the session, sent back with every form. */
  readonly csrf?: string
  /** Shown inside another record system: our own header is left out (ux.md 3). */
  readonly framed?: boolean
  /** Our own path of this page, to come back to after unlocking. */
  readonly path?: string
  /** Session may be left this long before it locks, milliseconds. */
  readonly lockAfterMs?: number
  /** Where the header leads, for whoever does not begin at finding a person. */
  readonly home?: { readonly path: string; readonly title: string }
}

/** A form that came back: what was wrong, keyed by field, and what was typed. */
export interface FormState {
  readonly errors?: Readonly<Record<string, string>>
  readonly values?: Readonly<Record<string, string>>
}

export interface LastLook {
  /** ISO instant at which it was opened. */
  readonly at: string
  /** Ids of entries that were not shown then in the version in which they stand now. */
  readonly changed: ReadonlySet<string>
}

/** One professional's one view of one person's record. */
export interface RecordPageModel extends Frame {
  readonly viewId: string
  readonly viewer: Viewer
  readonly csrf: string
  readonly person: Person
  readonly snapshot: Snapshot
  /** ISO instant. The page's 'now': the same view always reads the same. */
  readonly openedAt: string
  /** Section ids of this role. */
  readonly maySee: ReadonlySet<string>
  /** Of these of its sections the role sees one class of items only. */
  readonly limits?: SectionLimits
  /** Kind of role: which cards the summary has, and in which order. */
  readonly roleGroup: RoleGroup
  /** What is older than 12 months has been asked for. */
  readonly olderAsked: boolean
  /** This professional's last view of this person, and what has changed since; absent: never looked, or not known yet. */
  readonly lastLook?: LastLook
  /** ISO instant at which the emergency access of this view ends, where it rests on that. */
  readonly emergencyUntil?: string
  /** Leave out address, phone and practice, for everyone whose flag is set or cannot be checked. */
  readonly maskPlaces: boolean
  /** Other products this user may go to with this person. */
  readonly bridges?: readonly { readonly id: string; readonly title: string }[]
  /** Name of the registered practice, when it may be shown. */
  readonly practiceName?: string
  /** From opening to the last part folded, milliseconds. */
  readonly elapsedMs: number
  /** The no-script page after the deadline: nothing refreshes of itself. */
  readonly settled?: boolean
}

/** One statement folded into an entry. */
export interface PanelStatement {
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
  readonly said: readonly (readonly [label: string, value: string])[]
  /** The consultation written there; each line leads to its entry. */
  readonly consultation?: readonly ShownHeading[]
}

export interface ItemPanelModel {
  readonly entry: Entry
  readonly statements: readonly PanelStatement[]
  /** Why these are one. */
  readonly explain: readonly string[]
}

/** Someone found; `ref` is opaque and means something only in this session. */
export interface CandidateModel {
  readonly ref: string
  readonly name: Person['name']
  readonly birthDate: string
  readonly gender: Person['gender']
  readonly lastThreeDigits?: string
  readonly postcodeDistrict?: string
}

export interface RoleChoice {
  readonly sdsRoleProfileId: string
  readonly roleName: string
  readonly organisationName: string
}

/** Whom to call where a page cannot help. */
export interface LocalContact {
  readonly name: string
  readonly phone?: string
}

/** Change of one section on the wire to the browser. */
export interface SectionMessage {
  readonly id: SectionId
  readonly head: string
  readonly foot: string
  /** Heading of the past list; empty when there is none. */
  readonly past: string
  /** How much room its card takes (`cardRoom`). */
  readonly room: string
  /** Rows of its card, where it has one. */
  readonly upserts: readonly { readonly id: string; readonly list: 'current' | 'past'; readonly sort: string; readonly html: string }[]
  readonly removed: readonly { readonly id: string; readonly successor?: string }[]
  /** How many entries came, changed or went, drawn or not. */
  readonly changed: number
}

/** One part of a view as the page applies it: in order of `n`, each exactly once. */
export interface PartMessage {
  readonly n: number
  /** Count sentence of the strip, as text for the live region. */
  readonly count: string
  readonly strip: string
  readonly banner: string
  readonly menu: string
  /** Sections without a card, and what nobody recorded. */
  readonly rest: string
  /** What is new since the last look. */
  readonly since: string
  /** Lanes of the timeline. */
  readonly lanes: string
  /** Organisations to filter by, name by ODS code. */
  readonly organisations: readonly (readonly [odsCode: string, name: string])[]
  /** Short allergy state of the shrunken banner. */
  readonly allergy: string
  /** Nobody is waited for any more. */
  readonly settled: boolean
  readonly sections: readonly SectionMessage[]
  /** Said once by screen readers; empty when nothing is worth saying. */
  readonly say: string
  readonly closed?: string
}
