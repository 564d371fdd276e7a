import type { SectionAnswer, SourceName } from '../care-record/item.ts'
import type { Pass, Person } from '../care-record/person.ts'
import type { DisclosedGroup, Round } from './gather.ts'
import type { ItemStore } from './item-store.ts'
import type { Told } from './record/record.ts'
import type { Turns } from './turns.ts'
import type { KeptDocuments } from './view-document.ts'
import type { Evidence, RecordPort, ViewRequest } from './view-ports.ts'
import type { Attendance, LastLook, PartList, View, ViewStatus } from './view.ts'

/** A view as its own process has it. */
export interface Live {
  readonly id: string
  readonly request: ViewRequest
  readonly transaction: string
  readonly openedAt: string
  readonly openedMs: number
  readonly list: PartList
  readonly attendance: Attendance
  readonly abort: AbortController
  readonly record: RecordPort
  readonly items: ItemStore
  readonly documents: KeptDocuments
  status: ViewStatus
  refusedBecause: string | undefined
  person: Person | undefined
  evidence: Evidence | undefined
  pass: Pass | undefined
  /** Names given to sources whose place may not be shown, by exchange and id. */
  readonly aliases: Map<string, SourceName>
  /** Answers whose events are durable, not merged yet; `merged` tells who waits for that. */
  readonly ready: {
    readonly eventId: string
    readonly answers: DisclosedGroup['answers']
    readonly told: Told
    readonly merged: () => void
  }[]
  /** When answers of our own sources are written down. */
  readonly writing: Turns
  /** Monotonic milliseconds of the last merge. */
  mergedMs: number
  /** A merge runs at the next turn. */
  mergeDue: boolean
  /** Merges what is ready by then, while others are still to answer. */
  mergeTimer: NodeJS.Timeout | undefined
  /** What each answer said beside its items, by `stateKey`: an item taken out of it is as if it had come without. */
  readonly answered: Map<string, Omit<SectionAnswer, 'items'>>
  /** Try again, source and group, being decided. */
  readonly asking: Set<string>
  /** The older group was asked for, or is being decided. */
  olderAsked: boolean
  /** Tells what is new since this user's last view, once that is known. */
  lastLook: () => LastLook | undefined
  /** Rounds of asking under way. */
  walking: number
  /** Sources and peers of those rounds whose answers are still to become durable. */
  owing: number
  /** Of these the ones that have not answered yet. */
  unheard: number
  changed: (() => void)[]
  closing: Promise<void> | undefined
  /** The one handle doors hold, so that they can tell the same view by identity. */
  handle: View | undefined
}

/** Of every event of a view. */
export const about = (view: Live, round?: Pick<Round, 'attempt'>) => ({
  transaction: view.transaction,
  viewId: view.id,
  viewer: view.request.viewer,
  purpose: view.request.purpose,
  nhsNumber: view.person?.nhsNumber ?? view.request.nhsNumber,
  ...(round ? { attempt: round.attempt } : {}),
  ...(view.request.workstation === undefined ? {} : { workstation: view.request.workstation }),
  ...(view.pass ? { relationship: view.pass.relationship, rulesVersion: view.pass.rulesVersion } : {}),
})

export function decided(view: Live, status: ViewStatus): void {
  if (view.status !== 'closed') view.status = status
  wake(view)
}

export function wake(view: Live): void {
  const woken = view.changed
  view.changed = []
  for (const tell of woken) tell()
}

export async function until(view: Live, is: () => boolean, ms: number): Promise<void> {
  const tooLate = AbortSignal.timeout(ms)
  while (!is() && !tooLate.aborted && !view.list.snapshot.closed) {
    await new Promise<void>(resolve => {
      view.changed.push(resolve)
      tooLate.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}
