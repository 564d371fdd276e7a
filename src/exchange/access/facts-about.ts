import type { OrganisationKind } from '../../care-record/catalogue.ts'
import { isDate } from '../../care-record/days.ts'
import type { EvidenceFact } from '../../care-record/decision.ts'
import type { RelationshipType } from '../../care-record/person.ts'
import { instantOf } from './dates.ts'

/** Who was asked about, and who answered. */
export interface FactsAbout {
  readonly nhsNumber: string
  /** Organisation whose professional asks; what is said of another gives nothing. */
  readonly odsCode: string
  readonly kind: OrganisationKind
  readonly sourceId: string
  /** `live`: the system itself answers, so what it lists is said now. Else its last message counts, however late it comes. */
  readonly feed: 'live' | 'message' | 'batch'
  /** The person is registered at this very organisation. */
  readonly registered: boolean
}

/** Codings we give what a council says, so that it reaches the facts as any resource does. */
export const CASE_KIND = 'urn:london-care-record:case-kind'

/** A FHIR date or time as an instant: a day begins at midnight UTC. A time without an offset is none. */
export const instant = (text: string | undefined): string | undefined => {
  const at = text === undefined ? Number.NaN : isDate(text) || /^\d{4}(-\d{2})?$/.test(text) ? Date.parse(text) : instantOf(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** The first of these times that has come: what is said to be over was over by then, whatever year was typed as its end. */
export const ended = (seenAt: string, ...times: readonly (string | undefined)[]): string | undefined =>
  times.find(at => at !== undefined && at <= seenAt)

/** The last message of a source: never later than now, and now where a live system lists what is open. */
export const lastMessage = (about: FactsAbout, said: string, seenAt: string, listedIsSaid = true): string =>
  listedIsSaid && about.feed === 'live' ? seenAt : said < seenAt ? said : seenAt

export const fact = (
  about: FactsAbout,
  seenAt: string,
  of: {
    /** `Encounter/1` */
    readonly resource: string
    readonly type: RelationshipType
    readonly from: string
    readonly ended: string | null
    readonly lastMessageAt: string
    readonly team?: string | undefined
    readonly revokedAt?: string | undefined
  },
): EvidenceFact => ({
  evidenceId: `${about.sourceId}/${of.resource}`,
  nhsNumber: about.nhsNumber,
  odsCode: about.odsCode,
  type: of.type,
  from: of.from,
  ended: of.ended,
  lastMessageAt: of.lastMessageAt,
  assertedBy: about.sourceId,
  seenAt,
  ...(of.team === undefined ? {} : { team: of.team }),
  ...(of.revokedAt === undefined ? {} : { revokedAt: of.revokedAt }),
})

const ODS = /ods-(organization|site)-code$/

/** What is said names another organisation. A site of ours begins with our code. */
export const isAnothers = (about: FactsAbout, given: { readonly system?: string; readonly value?: string } | undefined): boolean =>
  given?.value !== undefined && ODS.test(given.system ?? '') && !given.value.startsWith(about.odsCode)

export const isOurs = (about: FactsAbout, given: { readonly system?: string; readonly value?: string } | undefined): boolean =>
  given?.value !== undefined && ODS.test(given.system ?? '') && given.value.startsWith(about.odsCode)
