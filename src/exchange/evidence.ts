import type { Resource } from '@medplum/fhirtypes'
import type { Catalogue, SourceConfig } from '../care-record/catalogue.ts'
import type { EvidenceFact } from '../care-record/decision.ts'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import type { Result } from '../care-record/result.ts'
import { theirNumbers, type Access, type Db } from './access/access.ts'
import { factsFrom, typeBehind } from './access/facts.ts'
import type { Evidence } from './view-ports.ts'

/** What one system said of who is in its care, and of which types it could not be heard. */
export interface Said {
  readonly resources: readonly Resource[]
  readonly unread: readonly string[]
  /** Types that it was not asked for, as its encounters were enough. */
  readonly unasked?: readonly string[]
}
/** @param enough whether its encounters alone will do. Without it all types are asked for. */
export type ReadEvidence = (
  source: SourceConfig,
  nhsNumber: NhsNumber,
  signal: AbortSignal,
  enough?: (encounters: readonly Resource[]) => Promise<boolean>,
) => Promise<Result<Said>>

export interface EvidencePorts {
  readonly db: Db
  readonly catalogue: () => Catalogue
  readonly access: Pick<Access, 'storedFacts' | 'storeFacts'>
  readonly readEvidence: ReadEvidence
  /** Whether these facts alone open the record, for as long as a view lasts. */
  readonly suffices: (facts: readonly EvidenceFact[], person: Person, viewer: Viewer) => Promise<boolean>
  readonly now: () => Date
}

/** Systems of the viewer's own organisation that say who is in its care. */
export const evidenceSources = (catalogue: Catalogue, odsCode: string): readonly SourceConfig[] =>
  catalogue.sources.filter(s => s.givesEvidence && s.odsCode === odsCode && s.exchange === catalogue.exchange && s.state === 'live')

/**
 * Evidence of a relationship: what is stored and fresh answers without asking, if it opens the record: an arrival of the last
 * minutes must be heard. Else the viewer's own organisation is asked, status fields only, and of a system whose encounters open it
 * no further. It is asked by each number that is the person's, as a system may not have heard yet that one was replaced. What was not asked for grants nothing now, and is kept as it was. A silent system is named, never read as
 * `no relationship`: its last known word stands, and its window decides (care rules 1.2).
 *
 * @param afresh asks for everything, whatever is stored: has it been taken back?
 */
export const gatherEvidence =
  (ports: EvidencePorts) =>
  async (
    person: Person,
    viewer: Viewer,
    { signal, afresh }: { readonly signal: AbortSignal; readonly afresh?: boolean },
  ): Promise<Evidence> => {
    const stored = await ports.access.storedFacts(person, viewer).catch(() => ({ facts: [], fresh: [] }))
    const suffices = (facts: readonly EvidenceFact[]): Promise<boolean> => ports.suffices(facts, person, viewer).catch(() => false)
    const catalogue = ports.catalogue()
    const own = evidenceSources(catalogue, viewer.odsCode)
    if (own.length === 0) return { facts: stored.facts, unavailable: [], asked: [] }
    if (afresh !== true && stored.fresh.length > 0 && (await suffices(stored.fresh)))
      return { facts: stored.fresh, unavailable: [], asked: [] }
    const asks = own.flatMap(source => theirNumbers(person).map(nhsNumber => ({ source, nhsNumber })))
    const heard = await Promise.all(
      asks.map(async ({ source, nhsNumber }) => {
        const about = {
          nhsNumber,
          odsCode: viewer.odsCode,
          kind: catalogue.organisations.get(viewer.odsCode)?.kind ?? 'other',
          sourceId: source.id,
          feed: source.feed,
          registered: person.practice === viewer.odsCode,
        }
        const enough = afresh === true ? undefined : (said: readonly Resource[]) => suffices(factsFrom(said, about, ports.now()))
        return { source, about, said: await ports.readEvidence(source, nhsNumber, signal, enough) }
      }),
    )
    const facts: EvidenceFact[] = []
    const unavailable = new Set<string>()
    for (const { source, about, said } of heard) {
      const before = stored.facts.filter(fact => fact.assertedBy === source.id && fact.nhsNumber === about.nhsNumber)
      const name = catalogue.organisations.get(source.odsCode)?.name ?? source.system
      if (!said.ok) {
        unavailable.add(name)
        facts.push(...before)
        continue
      }
      const { resources, unread, unasked = [] } = said.value
      if (unread.length > 0) unavailable.add(name)
      const saidBefore = (types: readonly string[]): readonly EvidenceFact[] =>
        before.filter(fact => types.includes(typeBehind(fact) ?? ''))
      const now = [...factsFrom(resources, about, ports.now()), ...saidBefore(unread)]
      facts.push(...now)
      await ports.access.storeFacts(ports.db, about, [...now, ...saidBefore(unasked)]).catch(() => undefined)
    }
    return { facts, unavailable: [...unavailable], asked: own.map(source => source.odsCode) }
  }
