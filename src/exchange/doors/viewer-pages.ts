import type { Snapshot } from '../../care-record/snapshot.ts'
import type { Frame as ViewerFrame, RecordPageModel } from '../../viewer/models.ts'
import { text } from '../../viewer/html.ts'
import { changesPage } from '../../viewer/pages/changes.ts'
import { documentBody, documentFragment, documentPage, documentUnavailable, noDocument } from '../../viewer/pages/documents.ts'
import { leavingPage } from '../../viewer/pages/bridge.ts'
import { candidatesPage, findPage, lockedPage, rolesPage, signInPage, unknownPersonPage } from '../../viewer/pages/find.ts'
import { imagesPage, imagesUnavailable, instead, noImages } from '../../viewer/pages/images.ts'
import { comparePage } from '../../viewer/pages/medicines.ts'
import { notTheirsDonePage, notTheirsPage } from '../../viewer/pages/not-theirs.ts'
import { printPage } from '../../viewer/pages/print.ts'
import { decidingPage, recordPage } from '../../viewer/pages/record.ts'
import { itemFragment, itemPage, sourcesPage } from '../../viewer/pages/record-tools.ts'
import {
  deniedPage,
  errorPage,
  leftCarePage,
  noInformationPage,
  ownerLostPage,
  reasonPage,
  recordUnavailablePage,
  viewClosedPage,
} from '../../viewer/pages/refusals.ts'
import { trendFragment, trendPage } from '../../viewer/pages/results.ts'
import { searchFragment, searchPage } from '../../viewer/pages/search.ts'
import { sectionPage } from '../../viewer/pages/section.ts'
import { threadsPage } from '../../viewer/pages/threads.ts'
import { timelinePage } from '../../viewer/pages/timeline.ts'
import { partMessage } from '../../viewer/parts.ts'
import type { View } from '../view.ts'
import type { Frame, Organisation, Pages, ViewFrame } from './pages.ts'
import { IDLE_MS } from './store.ts'

/**
 * The pages of `src/viewer` as the doors show them.
 *
 * @param organisation name and phone of an organisation: the registered practice in the banner, whom to call.
 * @param offered other products this user may go to with this person.
 */
export function createViewerPages(
  organisation: (odsCode: string) => Organisation | undefined,
  offered: (of: Pick<View, 'viewer' | 'maskPlaces'>) => readonly { readonly id: string; readonly title: string }[] = () => [],
): Pages {
  const framed = ({ viewer, csrf }: Frame): ViewerFrame => ({ viewer, csrf, lockAfterMs: IDLE_MS })
  const record = (m: ViewFrame, snapshot: Snapshot, rest = ''): RecordPageModel => {
    const { view } = m
    if (!view.person) throw new Error('a record is shown of someone only')
    const practice = view.maskPlaces || view.person.practice === undefined ? undefined : organisation(view.person.practice)?.name
    return {
      viewer: m.viewer,
      csrf: m.csrf,
      lockAfterMs: IDLE_MS,
      path: `/r/${view.id}/${rest}`,
      viewId: view.id,
      person: view.person,
      snapshot,
      openedAt: view.openedAt,
      maySee: view.maySee,
      limits: view.limits,
      roleGroup: view.roleGroup,
      olderAsked: view.olderAsked,
      ...(view.lastLook === undefined ? {} : { lastLook: view.lastLook }),
      ...(view.emergencyUntil === undefined ? {} : { emergencyUntil: view.emergencyUntil }),
      maskPlaces: view.maskPlaces,
      bridges: offered(view),
      elapsedMs: m.elapsedMs,
      ...(practice === undefined ? {} : { practiceName: practice }),
      ...(m.settled === undefined ? {} : { settled: m.settled }),
    }
  }
  /** Of a page of everything the view holds now. */
  const now = (m: ViewFrame, rest = ''): RecordPageModel => record(m, m.view.snapshot, rest)
  const nobody = (csrf: string): ViewerFrame => ({ csrf })
  return {
    signIn: m =>
      text(
        signInPage(
          {},
          { action: m.href, ...(m.unavailable ? { problem: 'The sign-in service cannot be reached. Try again shortly.' } : {}) },
        ),
      ),
    roles: m => text(rolesPage(nobody(m.csrf), m.roles)),
    noRole: m => text(rolesPage(nobody(m.csrf), [], {}, m.call)),
    locked: m => text(lockedPage(m.viewer ? { viewer: m.viewer, csrf: m.csrf } : { csrf: m.csrf })),
    find: m => text(findPage(framed(m), { values: m.values, ...(m.fault === undefined ? {} : { errors: { form: m.fault } }) })),
    candidates: m =>
      text(
        candidatesPage(
          framed(m),
          m.candidates.map(({ ref, name, birthDate, gender, nhsNumber, outwardCode }) => ({
            ref,
            name,
            birthDate,
            gender,
            lastThreeDigits: nhsNumber.slice(-3),
            ...(outwardCode === undefined ? {} : { postcodeDistrict: outwardCode }),
          })),
          m.note,
        ),
      ),
    unknownPerson: m => text(unknownPersonPage(framed(m), organisation(m.viewer.odsCode))),
    *record(m, snapshot) {
      for (const piece of recordPage(record(m, snapshot))) yield text(piece)
    },
    deciding: m => text(decidingPage({ ...framed(m), viewId: m.view.id })),
    reason(m) {
      const { viewId, viewer, csrf, person, openedAt } = record(m, m.view.snapshot)
      const field = m.fault?.startsWith('Choose') === true ? 'reason' : 'words'
      const state = { values: m.values, ...(m.fault === undefined ? {} : { errors: { [field]: m.fault } }) }
      return text(reasonPage({ viewId, viewer, csrf, person, openedAt, unavailableEvidence: m.view.unavailableEvidence }, state))
    },
    denied: m => text(deniedPage(framed(m), m.call, refusals[m.view.refusedBecause ?? 'role'])),
    noInformation: m => text(noInformationPage(framed(m), `/r/${m.view.id}/sharing`)),
    leaving: m => text(leavingPage(framed(m), m)),
    unavailable: m =>
      text(
        recordUnavailablePage(
          framed(m),
          [organisation(m.viewer.odsCode)].filter(o => o !== undefined),
        ),
      ),
    viewClosed: m => text(m.leftCare === undefined ? viewClosedPage(framed(m)) : leftCarePage(framed(m), m.leftCare.ref)),
    ownerLost: m => text(ownerLostPage(framed(m), { ref: m.ref })),
    item: (m, panel, fragment) =>
      text(fragment ? itemFragment({ viewId: m.view.id }, panel) : itemPage(record(m, m.view.snapshot, `item/${panel.entry.id}`), panel)),
    section: (m, section, page) => text(sectionPage(now(m, section), section, page)),
    sources: m => text(sourcesPage(now(m, 'sources'))),
    timeline: (m, page) => text(timelinePage(now(m, 'timeline'), page)),
    trend: (m, entry, { all, page, fragment }) => {
      const model = now(m, `results/${entry.id}`)
      return text(fragment ? trendFragment(model, entry, all) : trendPage(model, entry, all, page))
    },
    compare: (m, comparison, { all, page }) => text(comparePage(now(m, 'medicines/compare'), comparison, all, page)),
    threads: (m, of, threads, page) => text(threadsPage(now(m, `${of}/threads`), of, threads, page)),
    changes: m => text(changesPage(now(m, 'changes'))),
    search: (m, query, fragment) => text((fragment ? searchFragment : searchPage)(now(m, 'search'), query)),
    print: (m, at) => text(printPage(now(m, 'print'), { by: m.viewer, at })),
    document: (m, { entry, content, at }, fragment) =>
      text((fragment ? documentFragment : documentPage)(now(m, `documents/${entry.id}`), entry, content, at)),
    documentBody,
    noDocument: m => text(noDocument(now(m, 'documents'))),
    documentUnavailable: (m, entry) => text(documentUnavailable(now(m, `documents/${entry.id}`), entry)),
    images: (m, opened) => text(imagesPage(now(m, `images/${opened.entry.id}`), opened)),
    noImages: m => text(noImages(now(m, 'imaging'))),
    imageInstead: gone => text(instead(gone)),
    imagesUnavailable: (m, entry) => text(imagesUnavailable(now(m, `images/${entry.id}`), entry)),
    notTheirs: (m, panel, state) => text(notTheirsPage(now(m, `item/${panel.entry.id}/not-theirs`), panel, state)),
    notTheirsDone: m => text(notTheirsDonePage(now(m))),
    error: m => text(errorPage({}, { title: titles[m.status] ?? 'Something went wrong', detail: m.words, requestId: m.requestId })),
    part: (m, after, part) => partMessage(after, part, record(m, after)),
  }
}

/** Why a record is not opened, in words that say nothing of what is held. Any other reason is the role's. */
const refusals: Readonly<Record<string, string>> = {
  purpose: 'This service is for direct care only.',
  isolated: 'Access is switched off here for now. Call your service desk.',
  standing: 'Your employer or your professional register does not allow this now.',
  'acceptable-use': 'Read and accept the rules of use first.',
  organisation: 'Your organisation does not take part at the moment.',
  agreement: 'Your organisation has no agreement to see this.',
  relationship: 'You are not shown as caring for this person, and your role may not say so itself.',
  'objections-unknown': 'Records cannot be opened now.',
}

const titles: Readonly<Record<number, string>> = {
  400: 'This could not be read',
  401: 'Sign in to continue',
  403: 'This is not allowed',
  404: 'Page not found',
  413: 'Too large',
  503: 'Not available just now',
}
