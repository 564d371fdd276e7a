import type { RoleGroup } from '../care-record/catalogue.ts'
import { consultationOf, shownConsultation } from '../care-record/consultation.ts'
import type { Part } from '../care-record/entry.ts'
import type { Item } from '../care-record/item.ts'
import type { Person } from '../care-record/person.ts'
import { ok } from '../care-record/result.ts'
import { resolveEntry } from '../care-record/snapshot.ts'
import { takeItems } from './fhir-items.ts'
import { askOlder, tryAgain } from './view-again.ts'
import { documentOriginal, documentPage, openDocument } from './view-document.ts'
import { imageOf, openImages } from './view-images.ts'
import { about, decided, until, type Live } from './view-live.ts'
import { behind } from './view-names.ts'
import type { Evidence, ViewPorts } from './view-ports.ts'
import { emergencyUntil, renewEmergency } from './view-renew.ts'
import { reportNotTheirs } from './view-report.ts'
import type { AskRound } from './view-round.ts'
import { done, notFound, type Statement, type View } from './view.ts'

/** What is done with a view at the word of its reader. */
export interface ViewActs {
  readonly ports: ViewPorts
  readonly admit: (view: Live, person: Person, evidence: Evidence) => Promise<void>
  readonly askRound: AskRound
  readonly start: (view: Live, running: Promise<void>) => void
  readonly withdraw: () => Promise<void>
  readonly close: (view: Live, why: NonNullable<Part['closed']>) => Promise<void>
}

/** What doors may do with a view and read of it; the same handle each time for the same view. */
export function createHandles(of: ViewActs): (view: Live) => View {
  const { ports, admit, close, start } = of
  return view =>
    (view.handle ??= {
      id: view.id,
      transaction: view.transaction,
      openedAt: view.openedAt,
      viewer: view.request.viewer,
      sessionId: view.request.sessionId,
      get status() {
        return view.status
      },
      get person() {
        return view.person
      },
      get unavailableEvidence() {
        return [
          ...(view.person?.basis === 'local-registration' ? ['Personal Demographics Service'] : []),
          ...(view.evidence?.unavailable ?? []),
        ]
      },
      get refusedBecause() {
        return view.refusedBecause
      },
      get maySee() {
        return view.pass?.maySee ?? new Set<string>()
      },
      get limits() {
        return view.pass?.limits ?? {}
      },
      get maskPlaces() {
        return view.pass?.maskPlaces ?? view.person?.restricted !== 'no'
      },
      parts: view.list.parts,
      snapshot: view.list.snapshot,
      decided: ms => until(view, () => view.status !== 'deciding', ms),
      settled: ms => until(view, () => view.status !== 'deciding' && (view.status !== 'open' || view.walking === 0), ms),
      read: view.list.read,
      attach: view.attendance.attach,
      async entry(entryId) {
        const entry = resolveEntry(view.list.snapshot, entryId)
        if (view.status !== 'open' || !entry) return notFound()
        const statementIds = view.record.statementIds(entry.id)
        const event = await ports.audit.writeOpenView({
          ...about(view),
          kind: 'item-opened',
          outcome: 'success',
          sections: [entry.section],
          detail: { items: statementIds },
        })
        if (!event.ok) return event
        const items = (await Promise.all(statementIds.map(view.items.get))).filter(item => item !== undefined)
        const entryOf = (itemId: string): string | undefined => {
          const found = view.record.entryOf(itemId)
          return found === undefined ? undefined : resolveEntry(view.list.snapshot, found)?.id
        }
        return ok({
          entry,
          statements: items.map(item => statement(item, ports.describe, entryOf)),
          explain: view.record.explain(entry.id),
        })
      },
      get roleGroup() {
        return (view.pass?.role.group ?? 'support') as RoleGroup
      },
      get olderAsked() {
        return view.olderAsked
      },
      get lastLook() {
        return view.lastLook()
      },
      threads: () => view.record.threads(),
      compareMedicines: () => view.record.compareMedicines(),
      tryAgain: (sourceId, exchange, group) => tryAgain(view, ...behind(view, sourceId, exchange), group, of),
      askOlder: () => askOlder(view, of),
      document: entryId => openDocument(view, entryId, of),
      documentPage: (entryId, page, width) => documentPage(view, entryId, page, width, of),
      documentOriginal: entryId => documentOriginal(view, entryId, of),
      images: (entryId, at) => openImages(view, entryId, at, of),
      image: (entryId, at, width) => imageOf(view, entryId, at, width, of),
      reportNotTheirs: (entryId, form) => reportNotTheirs(view, entryId, form, of),
      async printed() {
        if (view.status !== 'open') return notFound()
        const event = await ports.audit.writeOpenView({
          ...about(view),
          kind: 'printed',
          outcome: 'success',
          sections: [...view.list.snapshot.entries.keys()],
          detail: { parts: view.list.parts.length },
        })
        return event.ok ? done : event
      },
      take: taking => takeItems(view, taking, ports),
      async claim(form) {
        const { person, evidence } = view
        if (view.status !== 'claim' || !person || !evidence) return notFound()
        view.status = 'deciding' // a second submit of the same page finds nothing to claim
        const recorded = await ports.recordClaim(view.request, person, form, { transaction: view.transaction, viewId: view.id })
        if (!recorded.ok) {
          decided(view, 'claim')
          return recorded
        }
        start(view, admit(view, person, evidence))
        return done
      },
      get emergencyUntil() {
        return emergencyUntil(view)
      },
      renewEmergency: () => renewEmergency(view, of),
      close: why => close(view, why),
    })
}

function statement(item: Item, describe: (item: Item) => Statement['said'], entryOf: (itemId: string) => string | undefined): Statement {
  const written = shownConsultation(consultationOf(item) ?? [], entryOf)
  const { organisationName, short, system, author, authorRole, recorded, originalIdentifier, retrievedAt, feed, matchedBy } =
    item.provenance
  return {
    organisationName,
    short,
    system,
    ...(author === undefined ? {} : { author }),
    ...(authorRole === undefined ? {} : { authorRole }),
    ...(recorded === undefined ? {} : { recorded }),
    originalIdentifier,
    retrievedAt,
    feed,
    matchedBy,
    said: describe(item),
    ...(written.length === 0 ? {} : { consultation: written }),
  }
}
