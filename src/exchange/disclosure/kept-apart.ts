import type { Resource } from '@medplum/fhirtypes'
import type { Catalogue, OrganisationKind, SharingProfile } from '../../care-record/catalogue.ts'
import type { Facts, Item, SourceName } from '../../care-record/item.ts'
import type { Pass } from '../../care-record/person.ts'
import type { SectionId } from '../../care-record/section.ts'

/** As much of a pass as rules can stand against. */
export type Against = Pick<Pass, 'viewer' | 'role' | 'keptApart'>

/** What is known of who holds things, for what stays where it is held. */
export interface Holders {
  readonly organisations: Catalogue['organisations']
  /** In force today, at most one of each organisation. */
  readonly profiles: readonly SharingProfile[]
  /** Sources that organisations share: whose a thing is says the item, not the source. */
  readonly shared: ReadonlySet<string>
}
export const NO_HOLDERS: Holders = { organisations: new Map(), profiles: [], shared: new Set() }

/** What stays with who holds it: an objection of a part keeps it apart, or its provider does not share it (R066). */
export interface NotShared {
  /** The whole item. `holder`: whose answer it came in. */
  readonly item: (item: Item, holder: SourceName | undefined) => boolean
  /** Keys of what must not be translated, of all that one source sent. */
  readonly facts: (source: { readonly id: string; readonly odsCode: string }, facts: readonly Facts[]) => ReadonlySet<string>
  /** Policy classes that stand against this pass for what one organisation holds, beside those of the role. */
  readonly classes: (odsCode: string) => readonly string[]
  /** The item without what travels with it and says a section that is kept apart in other words. */
  readonly withoutNotes: (item: Item) => Item
  /** Provider's profile, when it holds classes of document back from everyone else. */
  readonly holdsDocumentsBack: (odsCode: string) => boolean
}

/**
 * Reads a pass against who holds what. An organisation is never kept from what it holds itself, be it by an objection to an
 * organisation or kind, or by its own profile; sections and policy classes of an objection hold for whoever holds them.
 */
export function notShared(pass: Against, { organisations, profiles, shared }: Holders, knownClasses: ReadonlySet<string>): NotShared {
  const { keptApart } = pass
  const own = pass.viewer.odsCode
  const apart = new Set(keptApart?.organisations)
  const kinds = new Set<OrganisationKind>(keptApart?.organisationKinds)
  const sections = new Set<SectionId>(keptApart?.sections)
  const policies = keptApart?.policyClasses ?? []
  // A class that nobody here can tell apart: then nothing can be told to be outside of it.
  const everything = policies.some(id => !knownClasses.has(id))
  const byOrganisation = new Map(profiles.map(profile => [profile.odsCode, profile]))
  const profileOf = (odsCode: string): SharingProfile | undefined => (odsCode === own ? undefined : byOrganisation.get(odsCode))
  const isHeldApart = (odsCode: string, kind: OrganisationKind | undefined): boolean => {
    if (odsCode === own) return false
    if (apart.has(odsCode)) return true
    // Nobody can say that who is not known is not of a kind that is kept apart.
    return kinds.size > 0 && (kind === undefined || kinds.has(kind))
  }
  const kindOf = (odsCode: string, holder?: SourceName): OrganisationKind | undefined =>
    organisations.get(odsCode)?.kind ?? (holder?.odsCode === odsCode ? (holder.kind as OrganisationKind) : undefined)

  return {
    item(item, holder) {
      if (everything) return true
      const { odsCode } = item.provenance
      if (isHeldApart(odsCode, kindOf(odsCode, holder)) || sections.has(item.section)) return true
      // What a source holds is its organisation's even where a statement names another as its own, unless others share the source
      // or point to what they hold themselves.
      if (holder !== undefined && holder.odsCode !== odsCode && item.provenance.member === undefined && holder.kind !== 'national')
        if (isHeldApart(holder.odsCode, kindOf(holder.odsCode, holder))) return true
      const profile = profileOf(odsCode)
      if (profile === undefined) return false
      return (
        profile.sections.includes(item.section) || classesOfDocument(item.resource).some(code => profile.documentClasses.includes(code))
      )
    },
    facts(source, facts) {
      const gone = new Set<string>()
      const others = facts.filter(fact => fact.resourceType !== 'Patient')
      if (everything) return new Set(others.map(fact => fact.key))
      const kind = organisations.get(source.odsCode)?.kind
      if (!shared.has(source.id) && isHeldApart(source.odsCode, kind)) return new Set(others.map(fact => fact.key))
      // A national index says of others what they hold: there who is named is who holds it.
      if (kind === 'national' && (apart.size > 0 || kinds.size > 0))
        for (const fact of others)
          if (fact.organisations.some(odsCode => isHeldApart(odsCode, organisations.get(odsCode)?.kind))) gone.add(fact.key)
      const profile = profileOf(source.odsCode)
      if (profile !== undefined && profile.documentClasses.length > 0)
        for (const fact of others) if (fact.documentClasses.some(code => profile.documentClasses.includes(code))) gone.add(fact.key)
      return gone
    },
    classes: odsCode => {
      const ofProfile = profileOf(odsCode)?.policyClasses ?? []
      return ofProfile.length === 0 ? policies : [...new Set([...policies, ...ofProfile])]
    },
    withoutNotes(item) {
      if (sections.size === 0 || item.contained.length === 0) return item
      const contained = item.contained.filter(({ resourceType }) => NAMING.has(resourceType))
      return contained.length === item.contained.length ? item : { ...item, contained }
    },
    holdsDocumentsBack: odsCode => (profileOf(odsCode)?.documentClasses.length ?? 0) > 0,
  }
}

/** Types that say who, where or with what, and no statement of a section. */
const NAMING: ReadonlySet<string> = new Set([
  'Practitioner',
  'PractitionerRole',
  'RelatedPerson',
  'Organization',
  'Location',
  'HealthcareService',
  'Medication',
  'Device',
  'Substance',
  'CareTeam',
])

/** Codes of the class of a document, whatever list they are of. */
function classesOfDocument(resource: Resource): readonly string[] {
  if (resource.resourceType !== 'DocumentReference' && resource.resourceType !== 'Composition') return []
  return [resource.type, ...(resource.category ?? [])].flatMap(one => one?.coding?.flatMap(coding => coding.code ?? []) ?? [])
}
