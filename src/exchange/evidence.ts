import type { Resource } from '@medplum/fhirtypes'
import type { Catalogue, SourceConfig } from '../care-record/catalogue.ts'
import type { EvidenceFact } from '../care-record/decision.ts'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import type { Access, Db } from './access/access.ts'
import { factsFrom, typeBehind } from './access/facts.ts'
import type { Evidence } from './view-ports.ts'

/** What one system said of who is in its care, and of which types it could not be heard. */
export interface Said {
  readonly resources: readonly Resource[]
  readonly unread: readonly string[]
}
export type ReadEvidence = (source: SourceConfig, nhsNumber: NhsNumber, signal: AbortSignal) => Promise<Result<Said>>

export interface EvidencePorts {
  readonly db: Db
  readonly catalogue: () => Catalogue
  readonly access: Pick<Access, 'storedFacts' | 'storeFacts'>
  readonly readEvidence: ReadEvidence
  /** Whether these facts alone open the record. */
  readonly suffices: (facts: readonly EvidenceFact[], person: Person, viewer: Viewer) => Promise<boolean>
  readonly now: () => Date
}

/** Systems of the viewer's own organisation that say who is in its care. */
export const evidenceSources = (catalogue: Catalogue, odsCode: string): readonly SourceConfig[] =>
  catalogue.sources.filter(s => s.givesEvidence && s.odsCode === odsCode && s.exchange === catalogue.exchange && s.state === 'live')

/**
 * Evidence of a relationship: what is stored and fresh answers without asking, if it opens the record: an arrival of the last
 * minutes must be heard. Else the viewer's own organisation is asked, status fields only. A silent system is named, never read as
 * `no relationship`: its last known word stands, and its window decides (care rules 1.2).
 *
 * @param afresh asks whatever is stored: has it been taken back?
 */
export const gatherEvidence =
  (ports: EvidencePorts) =>
  async (
    person: Person,
    viewer: Viewer,
    { signal, afresh }: { readonly signal: AbortSignal; readonly afresh?: boolean },
  ): Promise<Evidence> => {
    const stored = await ports.access.storedFacts(person, viewer).catch(() => ({ facts: [], fresh: false }))
    const catalogue = ports.catalogue()
    const own = evidenceSources(catalogue, viewer.odsCode)
    if (own.length === 0 || (afresh !== true && stored.fresh && (await ports.suffices(stored.facts, person, viewer).catch(() => false))))
      return { facts: stored.facts, unavailable: [], asked: [] }
    const heard = await Promise.all(own.map(async source => ({ source, said: await ports.readEvidence(source, person.nhsNumber, signal) })))
    const facts: EvidenceFact[] = []
    const unavailable = new Set<string>()
    for (const { source, said } of heard) {
      const before = stored.facts.filter(fact => fact.assertedBy === source.id)
      const name = catalogue.organisations.get(source.odsCode)?.name ?? source.system
      if (!said.ok) {
        unavailable.add(name)
        facts.push(...before)
        continue
      }
      const { resources, unread } = said.value
      if (unread.length > 0) unavailable.add(name)
      const about = {
        nhsNumber: person.nhsNumber,
        odsCode: viewer.odsCode,
        kind: catalogue.organisations.get(viewer.odsCode)?.kind ?? 'other',
        sourceId: source.id,
        feed: source.feed,
        registered: person.practice === viewer.odsCode,
      }
      const now = [...factsFrom(resources, about, ports.now()), ...before.filter(fact => unread.includes(typeBehind(fact) ?? ''))]
      facts.push(...now)
      await ports.access.storeFacts(ports.db, about, now).catch(() => undefined)
    }
    return { facts, unavailable: [...unavailable], asked: own.map(source => source.odsCode) }
  }
