import type { DocumentContent } from '../../care-record/document.ts'
import type { Entry, MedicineComparison, Part, ResultEntry, Thread } from '../../care-record/entry.ts'
import type { Viewer } from '../../care-record/person.ts'
import type { SectionId } from '../../care-record/section.ts'
import type { Snapshot } from '../../care-record/snapshot.ts'
import type { Candidate } from '../find-person.ts'
import type { ImagesPage } from '../view-images.ts'
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

/** What is looked for within one record. */
export interface Query {
  readonly words: string
  readonly organisation?: string
  readonly months?: 12
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
  /** The one form that leaves us: the context of this person, for another product. */
  readonly leaving: (model: ViewFrame & { readonly title: string; readonly url: string; readonly token: string }) => Html
  readonly unavailable: (model: Frame) => Html
  /** Foreign, unknown, expired: one page that reveals nothing. */
  /** `leftCare`: why it closed, and what a form posts to `/open` to say why the record is needed all the same. */
  readonly viewClosed: (model: Frame & { readonly leftCare?: { readonly ref?: string } }) => Html
  /** The process that owned the view is gone. `ref` opens the same person afresh by POST /open. */
  readonly ownerLost: (model: Frame & { readonly ref: string }) => Html
  readonly item: (model: ViewFrame, panel: ItemPanel, fragment: boolean) => Html
  /** All entries of one section; `page` from 1. */
  readonly section: (model: ViewFrame, section: SectionId, page: number) => Html
  readonly sources: (model: ViewFrame) => Html
  readonly timeline: (model: ViewFrame, page: number) => Html
  /** One result over time. `all`: from the first value on. */
  readonly trend: (
    model: ViewFrame,
    entry: ResultEntry,
    how: { readonly all: boolean; readonly page: number; readonly fragment: boolean },
  ) => Html
  readonly compare: (model: ViewFrame, comparison: MedicineComparison, how: { readonly all: boolean; readonly page: number }) => Html
  readonly threads: (model: ViewFrame, of: 'problems' | 'encounters', threads: readonly Thread[], page: number) => Html
  readonly changes: (model: ViewFrame) => Html
  readonly search: (model: ViewFrame, query: Query, fragment: boolean) => Html
  readonly print: (model: ViewFrame, at: string) => Html
  readonly document: (
    model: ViewFrame,
    opened: { readonly entry: Entry; readonly content: DocumentContent; readonly at: string },
    fragment: boolean,
  ) => Html
  /** The words alone, for a frame that runs, loads and reaches nothing. */
  readonly documentBody: (content: DocumentContent) => Html
  readonly noDocument: (model: ViewFrame) => Html
  readonly documentUnavailable: (model: ViewFrame, entry: Entry) => Html
  /** `page` of the images of a series, `shown` the place of the one that is large; both from 1. */
  readonly images: (model: ViewFrame, opened: ImagesPage & { readonly page: number; readonly shown: number }) => Html
  readonly noImages: (model: ViewFrame) => Html
  readonly imagesUnavailable: (model: ViewFrame, entry: Entry) => Html
  /** SVG in place of one image. @param gone it is not there, or may not be shown; else it did not come. */
  readonly imageInstead: (gone: boolean) => Html
  readonly notTheirs: (
    model: ViewFrame,
    panel: ItemPanel,
    state?: { readonly errors: Readonly<Record<string, string>>; readonly values: Readonly<Record<string, string>> },
  ) => Html
  readonly notTheirsDone: (model: ViewFrame) => Html
  readonly error: (model: { readonly status: number; readonly words: string; readonly requestId: string }) => Html
  /** One part as a message for a page that is open, given everything folded up to it. */
  readonly part: (model: ViewFrame, after: Snapshot, part: Part) => unknown
}
