import type { Part } from '../../care-record/entry.ts'
import type { Viewer } from '../../care-record/person.ts'
import type { SectionId } from '../../care-record/section.ts'
import type { Snapshot } from '../../care-record/snapshot.ts'
import type { Candidate } from '../find-person.ts'
import type { ItemPanel, View } from '../view.ts'
import type { Role } from './store.ts'

/** Whole documents, escaped. */
export type Html = string

/** Of every page for someone signed in. */
export interface Frame {
  readonly viewer: Viewer
  /** Token of every form, field `csrf`. */
  readonly csrf: string
}

/** Of every page of one view. */
export interface ViewFrame extends Frame {
  readonly view: View
  /** Part folded last. */
  readonly n: number
  readonly elapsedMs: number
  /** The page without script, after the deadline: nothing refreshes of itself. */
  readonly settled?: boolean
}

export interface Organisation {
  readonly name: string
  readonly phone?: string
}

/** What the doors can show: the pages of `src/viewer`, bound once in `viewer-pages.ts`. No clinical rule, no I/O. */
export interface Pages {
  readonly signIn: (model: { readonly href: string; readonly unavailable: boolean }) => Html
  readonly roles: (model: { readonly name: string; readonly csrf: string; readonly roles: readonly Role[] }) => Html
  /** No role that could be used. */
  readonly noRole: (model: { readonly name: string; readonly csrf: string; readonly call: Organisation | undefined }) => Html
  /** `viewer` is absent while no role is chosen. */
  readonly locked: (model: { readonly viewer: Viewer | undefined; readonly csrf: string }) => Html
  readonly find: (model: Frame & { readonly values: Readonly<Record<string, string>>; readonly fault?: string }) => Html
  readonly candidates: (
    model: Frame & { readonly candidates: readonly (Candidate & { readonly ref: string })[]; readonly note?: string },
  ) => Html
  readonly unknownPerson: (model: Frame) => Html
  /** Head and frames first, then what the snapshot holds. */
  readonly record: (model: ViewFrame, snapshot: Snapshot) => Iterable<Html>
  /** The relationship is still being asked after: frames, and without script a refresh to `?whole=1`. */
  readonly deciding: (model: ViewFrame) => Html
  readonly reason: (model: ViewFrame & { readonly values: Readonly<Record<string, string>>; readonly fault?: string }) => Html
  readonly denied: (model: ViewFrame & { readonly call: Organisation | undefined }) => Html
  readonly noInformation: (model: ViewFrame) => Html
  readonly unavailable: (model: Frame) => Html
  /** Foreign, unknown, expired: one page that reveals nothing. */
  readonly viewClosed: (model: Frame) => Html
  /** The process that owned the view is gone. `ref` opens the same person afresh by POST /open. */
  readonly ownerLost: (model: Frame & { readonly ref: string }) => Html
  readonly item: (model: ViewFrame, panel: ItemPanel, fragment: boolean) => Html
  /** All entries of one section; `page` from 1. */
  readonly section: (model: ViewFrame, snapshot: Snapshot, section: SectionId, page: number) => Html
  readonly sources: (model: ViewFrame, snapshot: Snapshot) => Html
  readonly error: (model: { readonly status: number; readonly words: string; readonly requestId: string }) => Html
  /** One part as a message for a page that is open, given everything folded up to it. */
  readonly part: (model: ViewFrame, after: Snapshot, part: Part) => unknown
}
