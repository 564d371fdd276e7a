import type { PeerConfig, PlannedAsk } from '../care-record/catalogue.ts'
import type { Entry, MedicineComparison, SectionChange, SourceState, Thread } from '../care-record/entry.ts'
import type { Disclosed, Item, SectionAnswer, SourceName } from '../care-record/item.ts'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Pass, Person, Purpose, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import type { Group } from '../care-record/section.ts'
import type { AlertDraft } from './access/alerts.ts'
import type { Audit } from './audit/audit.ts'
import type { DocumentPorts } from './fetch-document.ts'
import type { GatherPorts } from './gather.ts'
import type { Told } from './record/record.ts'
import type { PeerDocumentAsk } from './sources/peer/ask-peer-document.ts'
import type { PeerReport } from './sources/peer/report-to-peer.ts'
import type { Statement } from './view.ts'

/** The one record as `exchange/record` keeps it for one view. */
export interface RecordPort {
  /** Reads answers without changing the record; `pause` is awaited between slices. */
  readonly read: (answers: readonly SectionAnswer<Disclosed<Item>>[], pause: () => Promise<unknown>) => Promise<Told>
  /** Any split of what was told, folded one after the other, gives the same record. */
  readonly fold: (told: Told) => readonly SectionChange[]
  readonly statementIds: (entryId: string) => readonly string[]
  readonly explain: (entryId: string) => readonly string[]
  /** The entry an item was folded into. */
  readonly entryOf: (itemId: string) => string | undefined
  readonly threads: () => { readonly byProblem: readonly Thread[]; readonly byEncounter: readonly Thread[] }
  readonly compareMedicines: () => MedicineComparison
}

/** Everything the question 'may this professional look, now?' is answered from. */
export interface Evidence {
  readonly facts: unknown
  /** Names of systems that did not answer in time. */
  readonly unavailable: readonly string[]
  /** Organisations that were asked now, for the event. */
  readonly asked: readonly string[]
}
/** By which rules it was decided, and on what, sealed: enough to decide it again as on that day. */
export interface DecidedBy {
  readonly rulesVersion: string
  readonly sealed: unknown
}
interface Decided {
  readonly reasons: readonly string[]
  /** What the privacy officer of the professional's organisation is told of it. */
  readonly alerts?: readonly AlertDraft[]
  readonly basis?: DecidedBy
}
export type Admission = Decided &
  (
    | { readonly verdict: 'permit'; readonly pass: Pass }
    | { readonly verdict: 'claim'; readonly unavailable: readonly string[] }
    | { readonly verdict: 'refuse'; readonly code: string }
  )

export interface WhoHolds {
  readonly asks: readonly PlannedAsk[]
  /** Sources named without being asked: not connected, not part of the role. */
  readonly named: readonly SourceState[]
  readonly peers: readonly PeerConfig[]
  /** Some source of ours is asked because it knows the person. */
  readonly known: boolean
}

export interface ViewRequest {
  readonly viewer: Viewer
  readonly sessionId: string
  readonly purpose: Purpose
  readonly nhsNumber: NhsNumber
  readonly workstation?: string
}

/** What was shown in this user's last view of this person: the version of each item by its id. */
export interface Look {
  readonly at: string
  readonly versions: ReadonlyMap<string, string>
}

/** Says of items of our own sources that they are not about this person: hold and event stand or fall together. */
export interface Report {
  readonly items: readonly { readonly itemId: string; readonly sourceId: string }[]
  readonly person: Person
  readonly viewer: Viewer
  readonly transaction: string
  readonly viewId?: string
  /** Exchange on whose word it is, when that is not ours. */
  readonly assertingExchange?: string
  readonly words?: string
}

/** A view as it was opened, to be held against what is in force now. */
export interface OpenView {
  readonly id: string
  readonly nhsNumbers: readonly NhsNumber[]
  readonly request: ViewRequest
  readonly person: Person
  readonly evidence: Evidence
  readonly pass: Pass
}
/** `not-in-care`: the viewer's own organisation has taken back what it said, or its time is over. */
export type RevokedBecause = 'objection' | 'isolated' | 'not-in-care' | 'not-permitted'

export interface ViewPorts extends GatherPorts {
  readonly processTag: string
  readonly newId: () => string
  readonly audit: Pick<Audit, 'write' | 'writeOpenView' | 'keepAlive'>
  readonly identify: (
    nhsNumber: NhsNumber,
    context: { readonly transaction: string; readonly viewer: Viewer; readonly signal: AbortSignal },
  ) => Promise<Result<Person>>
  readonly evidence: (
    person: Person,
    viewer: Viewer,
    context: { readonly transaction: string; readonly signal: AbortSignal },
  ) => Promise<Evidence>
  /** Reads objections and claims in force, then decides. A fault means they could not be read: nothing is opened. */
  readonly admit: (request: ViewRequest, person: Person, evidence: Evidence) => Promise<Result<Admission>>
  /** @param context.renews id of the emergency access it renews; then `form` is not read. */
  readonly recordClaim: (
    request: ViewRequest,
    person: Person,
    form: unknown,
    context: { readonly transaction: string; readonly viewId: string; readonly renews?: string },
  ) => Promise<Result<void>>
  readonly raiseAlerts: (
    request: ViewRequest,
    person: Person,
    alerts: readonly AlertDraft[],
    context: { readonly transaction: string; readonly viewId: string },
  ) => Promise<Result<void>>
  readonly locate: (person: Person, pass: Pass, groups: readonly Group[]) => Promise<WhoHolds>
  readonly createRecord: () => RecordPort
  /** Asks a steward to look at an answer that could not be matched to the person. */
  readonly raiseTask: (task: {
    readonly kind: 'demographics-differ' | 'number-differs'
    readonly sourceId: string
    readonly nhsNumber: NhsNumber
  }) => Promise<void>
  readonly describe: (item: Item) => Statement['said']
  /** Last look at what leaves: labels and terms in outgoing entries. */
  readonly mayLeave: (entry: Entry, pass: Pass | undefined) => boolean
  /** Those of these views that would not be opened now as they are, and why. */
  readonly revoked: (views: readonly OpenView[]) => Promise<ReadonlyMap<string, RevokedBecause>>
  /** Which of these sessions are over, and which are locked; rejects when that cannot be read. */
  readonly sessions: (ids: readonly string[]) => Promise<{ readonly ended: ReadonlySet<string>; readonly locked: ReadonlySet<string> }>
  /** A second look at each word of an entry of somebody whose places may not be shown. */
  readonly maskEntry: (entry: Entry) => Entry
  /** How a source is named when places may not be shown. */
  readonly maskSource: (source: SourceName, alias: string) => SourceName
  /** This user's last view of this person before one view; `undefined` = never. Rejects when it cannot be read. */
  readonly lastLook: (of: {
    readonly sdsUserId: string
    readonly nhsNumbers: readonly NhsNumber[]
    readonly beforeView: string
    readonly before: string
  }) => Promise<Look | undefined>
  readonly documents: DocumentPorts & { readonly askPeer: PeerDocumentAsk }
  readonly report: { readonly own: (report: Report) => Promise<Result<void>>; readonly peer: PeerReport }
  /** Every item that is held now, by exchange of its source. */
  readonly held: {
    readonly add: (exchange: string, itemIds: readonly string[]) => void
    readonly all: () => ReadonlyMap<string, ReadonlySet<string>>
  }
}
