import type { Resource } from '@medplum/fhirtypes'
import type { EvidenceFact } from '../../care-record/decision.ts'
import { factsFromAppointments, factsFromRequests } from './appointment-facts.ts'
import { factsFromCases } from './case-facts.ts'
import { factsFromEncounters } from './encounter-facts.ts'
import type { FactsAbout } from './facts-about.ts'

/** Types of resource that say something of who is in whose care. */
export const EVIDENCE_TYPES = ['Encounter', 'EpisodeOfCare', 'Appointment', 'ServiceRequest'] as const
export type EvidenceType = (typeof EVIDENCE_TYPES)[number]

/** All that one system said of who is in this organisation's care, as facts. Pure; what cannot be read says nothing. */
export const factsFrom = (resources: readonly Resource[], about: FactsAbout, now: Date): readonly EvidenceFact[] => [
  ...factsFromEncounters(
    resources.filter(r => r.resourceType === 'Encounter'),
    about,
    now,
  ),
  ...factsFromCases(
    resources.filter(r => r.resourceType === 'EpisodeOfCare'),
    about,
    now,
  ),
  ...factsFromAppointments(
    resources.filter(r => r.resourceType === 'Appointment'),
    about,
    now,
  ),
  ...factsFromRequests(
    resources.filter(r => r.resourceType === 'ServiceRequest'),
    about,
    now,
  ),
]

/** Which type of resource a fact was read from. */
export const typeBehind = (fact: Pick<EvidenceFact, 'evidenceId'>): EvidenceType | undefined =>
  EVIDENCE_TYPES.find(type => fact.evidenceId.includes(`/${type}/`))
