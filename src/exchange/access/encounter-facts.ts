import type { Encounter } from '@medplum/fhirtypes'
import type { RelationshipType } from '../../care-record/person.ts'
import type { EvidenceFact } from './decide.ts'

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
const OPEN: ReadonlySet<string> = new Set(['planned', 'arrived', 'triaged', 'in-progress', 'onleave'])
const ODS = /ods-(organization|site)-code$/

/**
 * What the viewer's own organisation says of who is in its care, status fields only, as facts. Cancelled, mistaken and
 * unreadable encounters say nothing, and so do those of another organisation.
 *
 * An open stay read live counts as said now. An open emergency attendance counts from its last change: departures go
 * unrecorded often enough that being listed proves little.
 *
 * @param about whose encounters these are: the number asked for, the organisation and the source that answered.
 */
export function factsFromEncounters(
  encounters: readonly Encounter[],
  about: { readonly nhsNumber: string; readonly odsCode: string; readonly sourceId: string },
  now: Date,
): readonly EvidenceFact[] {
  const seenAt = now.toISOString()
  return encounters.flatMap((encounter): EvidenceFact[] => {
    const type = byClass[encounter.class?.code ?? '']
    const provider = encounter.serviceProvider?.identifier
    if (type === undefined || encounter.id === undefined) return []
    if (provider?.value !== undefined && ODS.test(provider.system ?? '') && !provider.value.startsWith(about.odsCode)) return []
    const finished = encounter.status === 'finished'
    if (!finished && !OPEN.has(encounter.status)) return []
    const planned = encounter.status === 'planned'
    const changed = instant(encounter.meta?.lastUpdated)
    const from = planned ? (changed ?? seenAt) : (instant(encounter.period?.start) ?? changed)
    if (from === undefined) return []
    const end = instant(encounter.period?.end)
    // A finished encounter without an end ended at the latest when it was last changed, else when it began.
    const ended = finished ? (end ?? changed ?? from) : null
    const lastMessageAt = type === 'inpatient' ? seenAt : (changed ?? from)
    return [
      {
        evidenceId: `${about.sourceId}/Encounter/${encounter.id}`,
        nhsNumber: about.nhsNumber,
        odsCode: about.odsCode,
        type,
        from,
        ended,
        lastMessageAt: lastMessageAt > seenAt ? seenAt : lastMessageAt,
        assertedBy: about.sourceId,
        seenAt,
      },
    ]
  })
}

function instant(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
