import type { Encounter } from '@medplum/fhirtypes'
import type { OrganisationKind } from '../../care-record/catalogue.ts'
import type { EvidenceFact } from '../../care-record/decision.ts'
import type { RelationshipType } from '../../care-record/person.ts'
import { ended, fact, instant, isAnothers, lastMessage, type FactsAbout } from './facts-about.ts'

const byClass: Readonly<Record<string, RelationshipType>> = {
  EMER: 'emergency-attendance',
  IMP: 'inpatient',
  ACUTE: 'inpatient',
  NONAC: 'inpatient',
  SS: 'inpatient',
  OBSENC: 'inpatient',
  PRENC: 'inpatient',
  AMB: 'outpatient',
  VR: 'outpatient',
  HH: 'community-caseload',
  FLD: 'incident',
}
/** Whatever its class, what such an organisation does with somebody is one thing. */
const byKind: Readonly<Partial<Record<OrganisationKind, RelationshipType>>> = {
  ambulance: 'incident',
  'nhs-111': 'incident',
  'care-home': 'care-home-residency',
}
const OPEN: ReadonlySet<string> = new Set(['planned', 'arrived', 'triaged', 'in-progress', 'onleave'])
const TAKEN_BACK: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error'])
/** In these, being listed as open says that it goes on; elsewhere departures go unrecorded often enough to prove little. */
const GOES_ON: ReadonlySet<RelationshipType> = new Set(['inpatient', 'care-home-residency'])

/**
 * What the viewer's own organisation says of who is in its care, status fields only, as facts (care rules 1.1). What was
 * cancelled or entered by mistake is a fact that is taken back; unreadable encounters say nothing, and so do those of another
 * organisation. A planned attendance is a pre-alert by ambulance or 111; a planned stay is a decision to admit: both count from
 * when they were last changed.
 */
export function factsFromEncounters(encounters: readonly Encounter[], about: FactsAbout, now: Date): readonly EvidenceFact[] {
  const seenAt = now.toISOString()
  return encounters.flatMap((encounter): readonly EvidenceFact[] => {
    const { id, status } = encounter
    const coded = byClass[encounter.class?.code ?? '']
    const type = coded && (byKind[about.kind] ?? coded)
    if (type === undefined || id === undefined || isAnothers(about, encounter.serviceProvider?.identifier)) return []
    const changed = instant(encounter.meta?.lastUpdated)
    const start = instant(encounter.period?.start)
    const takenBack = TAKEN_BACK.has(status)
    const finished = status === 'finished'
    if (!takenBack && !finished && !OPEN.has(status)) return []
    const from = status === 'planned' ? (changed ?? seenAt) : (start ?? changed ?? (takenBack ? seenAt : undefined))
    if (from === undefined) return []
    // Without an end it ended at the latest when it was last changed, else when it began.
    const over = finished ? (ended(seenAt, instant(encounter.period?.end), changed) ?? from) : null
    return [
      fact(about, seenAt, {
        resource: `Encounter/${id}`,
        type,
        from,
        ended: over,
        lastMessageAt: lastMessage(about, changed ?? from, seenAt, GOES_ON.has(type)),
        revokedAt: takenBack ? lastMessage(about, changed ?? seenAt, seenAt, false) : undefined,
      }),
    ]
  })
}
