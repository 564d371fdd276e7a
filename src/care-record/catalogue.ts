import { isBy, plusDays } from './days.ts'
import type { Isolated } from './lists.ts'
import type { Group, SectionId } from './section.ts'

/** Kinds of organisation are data; these are the ones the code words differ for. */
export type OrganisationKind =
  | 'gp-practice'
  | 'acute'
  | 'community'
  | 'mental-health'
  | 'social-care'
  | 'ambulance'
  | 'nhs-111'
  | 'out-of-hours'
  | 'care-home'
  | 'pharmacy'
  | 'hospice'
  | 'national'
  | 'other'

/** Where an organisation stands on its way in and out. Only `connected` views or is asked. */
export const ORGANISATION_STATES = ['applied', 'reviewed', 'connected', 'suspended', 'left'] as const
export type OrganisationState = (typeof ORGANISATION_STATES)[number]

/** Data Security and Protection Toolkit, as last published. */
export interface DspToolkit {
  readonly status: 'exceeded' | 'met' | 'approaching' | 'not-met' | 'not-published'
  /** FHIR date, the last day it counts. */
  readonly until: string
  /** FHIR date until which a named decision serves it past that day (care rules 5.6). */
  readonly served?: string
}

export interface Organisation {
  readonly odsCode: string
  readonly name: string
  /** What a chip shows, for example `KCH`. */
  readonly short: string
  readonly kind: OrganisationKind
  /** Whom to call, shown where our page cannot help. */
  readonly phone?: string
  /** Its page for the public, shown with the phone. */
  readonly web?: string
  /** `connected` unless told. */
  readonly state?: OrganisationState
  readonly dspToolkit?: DspToolkit
}

/** How a source is spoken to: one folder of `exchange/sources` each. */
export const CONNECTORS = ['fhir', 'gp-connect', 'nrl', 'social-care', 'dicomweb'] as const
export type ConnectorKind = (typeof CONNECTORS)[number]
/** The same for every kind of connector. */
export const everyConnector = <T>(one: T): Readonly<Record<ConnectorKind, T>> =>
  Object.fromEntries(CONNECTORS.map(kind => [kind, one])) as Record<ConnectorKind, T>

/** A record system that can be asked. `exchange` is its one home exchange. */
export interface SourceConfig {
  readonly id: string
  readonly odsCode: string
  readonly exchange: string
  readonly connector: ConnectorKind
  /**
   * Who asks it: its home exchange on anybody's behalf (`home`, unless told), or each viewer's own exchange and never a peer
   * (`viewer`: national systems, practices outside all areas). The latter stand in every exchange's catalogue.
   */
  readonly askedBy?: 'home' | 'viewer'
  /** A system shared by organisations: ODS codes of those whose statements it may hold. An item of nobody listed is not shown. */
  readonly members?: readonly string[]
  readonly baseUrl: string
  /** What the system is called by those who run it. */
  readonly system: string
  /** Sections it can hold; others are never asked of it. */
  readonly sections: readonly SectionId[]
  /** `search`: one search per type. `everything`: Patient/$everything. */
  readonly fhirRead?: 'search' | 'everything'
  /** What a FHIR source is asked for; whatever it answers is read by its content type. `json` unless told. */
  readonly fhirFormat?: 'json' | 'xml'
  /** GP Connect Documents, where the practice's system has it at an address of its own. */
  readonly documentsUrl?: string
  readonly documentsAsid?: string
  /** Client credentials with private_key_jwt. */
  readonly tokenUrl?: string
  readonly clientId?: string
  /** GP Connect: accredited system ids of the two ends. */
  readonly asidTo?: string
  /** The provider agreed to a second, hedged request. */
  readonly hedge: boolean
  readonly maxConcurrent: number
  /** `live` answers itself; others carry the time of what they hold. */
  readonly feed: 'live' | 'message' | 'batch'
  /** When its index of people was last loaded; `null` = never, then it is asked anyway. */
  readonly indexLoadedAt: string | null
  /** Also answers who is in its care now, for evidence (status fields only). */
  readonly givesEvidence: boolean
  readonly state: 'live' | 'planned' | 'suspended'
}

export interface PeerConfig {
  /** Exchange name, as in the peer's certificate. */
  readonly exchange: string
  readonly title: string
  readonly baseUrl: string
  readonly state: 'live' | 'planned' | 'suspended'
  /** Relationship types this exchange accepts on the peer's word; unlisted = no. */
  readonly trustedEvidence: readonly string[]
}

/** Provider organisation x consumer organisation x sections x dates. `*` as consumer is every connected organisation. */
export interface Agreement {
  readonly id: string
  readonly provider: string
  readonly consumer: string
  readonly sections: readonly SectionId[] | '*'
  readonly from: string
  readonly until: string | null
  /** `in-force` unless told. `overdue`: served past its last day on a named decision. */
  readonly state?: 'in-force' | 'overdue' | 'suspended' | 'ended'
  /** FHIR date until which that decision serves it. */
  readonly served?: string
}

/**
 * Until when a paper is served past its last day: as its own decision says, and no longer than the rules allow (care rules 5.6). A
 * decision about one paper serves no other, so that two never add up.
 *
 * @param overdueDays of the access rules.
 * @returns FHIR date; '' where nobody has decided or a date cannot be read.
 */
export function servedUntil({ until, served = '' }: { readonly until: string; readonly served?: string }, overdueDays: number): string {
  const latest = plusDays(until, overdueDays)
  return isBy(served, latest) ? served : isBy(latest, served) ? latest : ''
}

/** How an agreement counts on a day of London, if it does: its last day still counts, one that is suspended or ended never. */
export function standingOn(agreement: Agreement, day: string, overdueDays: number): 'in-force' | 'overdue' | undefined {
  const { state = 'in-force', from, until } = agreement
  if ((state !== 'in-force' && state !== 'overdue') || !isBy(from, day)) return undefined
  if (until === null || isBy(day, until)) return 'in-force'
  return state === 'overdue' && isBy(day, servedUntil({ ...agreement, until }, overdueDays)) ? 'overdue' : undefined
}

/**
 * Whether an agreement is with this organisation. Every connected organisation (`*`) is every one of a kind that gives care: one
 * of kind `other`, or not in the catalogue, has to be named, so that nobody is let in by a kind that was not thought about (R047).
 */
export function isWith({ consumer }: Agreement, odsCode: string, organisations: Catalogue['organisations']): boolean {
  const kind = organisations.get(odsCode)?.kind
  return consumer === odsCode || (consumer === '*' && kind !== undefined && kind !== 'other')
}

/** Groups of roles that care: only they may see anything of a record. */
export const CARING_GROUPS = [
  'emergency-doctor',
  'doctor',
  'gp',
  'nurse',
  'community-nurse',
  'mental-health',
  'nhs-111',
  'pharmacist',
  'paramedic',
  'social-worker',
  'midwife',
  'allied-health',
  'care-home',
  'student',
  'clerk',
] as const
/** Groups that work beside the record, and see no section of it (R050). */
export const BESIDE_GROUPS = ['privacy-officer', 'guardian', 'governance', 'steward', 'support'] as const
export const ROLE_GROUPS = [...CARING_GROUPS, ...BESIDE_GROUPS] as const
export type RoleGroup = (typeof ROLE_GROUPS)[number]

/**
 * Work beside the record, each with its own pages: looks and claims to review, objection cases, advice and second reviews as
 * Caldicott Guardian, matching, who takes part, rules, running the systems.
 */
export const OFFICES = ['privacy', 'objections', 'guardian', 'stewarding', 'agreements', 'rules', 'operations'] as const
export type Office = (typeof OFFICES)[number]

/**
 * What a role sees of a section of which it does not see all. `virus`: tests for SARS-CoV-2 alone (`virus-tests.ts`).
 * `administrative`: what its own organisation recorded, and of others nothing clinical (care rules 1.5).
 */
export const ITEM_CLASSES = ['virus', 'administrative'] as const
export type ItemClass = (typeof ITEM_CLASSES)[number]
/** Sections of which a role sees one class of items only. */
export type SectionLimits = Readonly<Partial<Record<SectionId, ItemClass>>>

/** One row of the role table: a national job-role code and what it may see. An unlisted code sees nothing. */
export interface RoleRow {
  /** Last part of the national role code, for example `R0050`. */
  readonly jobRole: string
  readonly title: string
  readonly group: RoleGroup
  readonly sections: readonly SectionId[]
  /** Of these of its sections it sees one class of items only. */
  readonly limits?: SectionLimits
  readonly mayClaim: boolean
  /** Whether a professional register keeps this role: then who is not on it sees nothing. Not unless told. */
  readonly register?: 'needed'
  /** Work beside the record that this role does; none unless told. A role with an office of the record's own staff sees no section. */
  readonly offices?: readonly Office[]
}

export interface ServiceRegisterRow {
  readonly odsCode: string
  readonly localCode: string
  readonly treatmentFunction: string | null
  readonly name: string
  readonly legalClass: string | null
}

/** What one provider does not share with anybody else, the same for every person (R066). Its own choice, dated. */
export interface SharingProfile {
  readonly odsCode: string
  readonly sections: readonly SectionId[]
  /** Codes of classes of document. */
  readonly documentClasses: readonly string[]
  /** Policy classes of the disclosure rules. */
  readonly policyClasses: readonly string[]
  /** FHIR date. */
  readonly from: string
}

/** Who takes part, under what terms: one immutable snapshot of the agreements room's tables. */
export interface Catalogue {
  readonly version: string
  readonly exchange: string
  readonly title: string
  readonly organisations: ReadonlyMap<string, Organisation>
  readonly sources: readonly SourceConfig[]
  readonly peers: readonly PeerConfig[]
  readonly agreements: readonly Agreement[]
  readonly roles: ReadonlyMap<string, RoleRow>
  readonly services: readonly ServiceRegisterRow[]
  /** What providers do not share, in force today. All is shared unless told. */
  readonly profiles?: readonly SharingProfile[]
  /** Who is cut off now, whichever exchange said so. None unless told. */
  readonly isolations?: readonly { readonly what: Isolated; readonly which: string }[]
}

/** What a view asks of one source in one group. */
export interface PlannedAsk {
  readonly source: SourceConfig
  readonly group: Group
  readonly sections: readonly SectionId[]
  /** Of a system that is shared: whose statements may be shown, and in which of the sections. A member that is not here shows none. */
  readonly members?: ReadonlyMap<string, readonly SectionId[]>
}
