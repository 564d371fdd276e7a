import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Facts } from '../../care-record/item.ts'
import type { RuleSet } from './rules/rule-set.ts'

/** Keys (`Type/id`) of what must not be translated. */
export type Sieve = (source: { readonly id: string; readonly odsCode: string }, facts: readonly Facts[]) => ReadonlySet<string>

/** Types that many things share: withheld for what they are themselves, never because something withheld names them. */
const SHARED: ReadonlySet<string> = new Set([
  'Patient',
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
  'Slot',
  'Schedule',
  'Endpoint',
])
/** Types that gather ordinary things too: they go with a service or a visit, not with one line in them. */
const GATHERING: ReadonlySet<string> = new Set(['Encounter', 'EpisodeOfCare', 'List'])

/**
 * The first mechanism, before translation: judges by the service, organisation, clinic and class of document behind a
 * resource, and by the register of services the source's organisation keeps. What belongs to a withheld visit or service
 * goes with it, however far down the links. Looks at no clinical code and no text.
 */
export function createSieve(rules: RuleSet, services: readonly ServiceRegisterRow[]): Sieve {
  const functions = new Set(rules.classes.flatMap(c => c.service.treatmentFunctions))
  const organisations = new Set(rules.classes.flatMap(c => c.service.organisations))
  const documents = new Set(rules.classes.flatMap(c => c.service.documentClasses))
  const names = rules.classes.flatMap(c => c.service.names.map(line => line.split(' ')))
  const registered = Map.groupBy(
    services.filter(row => isRestricted(row)),
    row => row.odsCode,
  )

  function isRestricted(row: ServiceRegisterRow): boolean {
    return row.legalClass !== null || functions.has(row.treatmentFunction ?? '') || namesService(row.name)
  }
  function namesService(name: string): boolean {
    const words = name.toLowerCase().split(/[^\p{L}\p{N}]+/u)
    return names.some(line => {
      let at = 0
      for (const word of words) {
        const wanted = line[at]
        if (wanted === undefined) break
        // A short form is a word of its own: `gum` must not find `gums`.
        if (wanted.length <= 3 ? word === wanted : word.startsWith(wanted)) at += 1
      }
      return at === line.length
    })
  }

  return (source, facts) => {
    const rows = registered.get(source.odsCode) ?? []
    const localCodes = new Set(rows.map(row => row.localCode.toLowerCase()))
    const localNames = new Set(rows.map(row => row.name.trim().toLowerCase()))
    const withheld = new Set<string>()
    const queue: Facts[] = []
    const take = (fact: Facts): void => {
      if (withheld.has(fact.key)) return
      withheld.add(fact.key)
      queue.push(fact)
    }
    const byKey = new Map(facts.map(fact => [fact.key, fact]))
    const namedBy = new Map<string, Facts[]>()
    for (const fact of facts) for (const link of fact.links) (namedBy.get(link) ?? namedBy.set(link, []).get(link))?.push(fact)

    for (const fact of facts) {
      const restricted =
        fact.treatmentFunctions.some(code => functions.has(code)) ||
        fact.organisations.some(code => organisations.has(code)) ||
        fact.localCodes.some(code => localCodes.has(code.toLowerCase())) ||
        fact.documentClasses.some(code => documents.has(code)) ||
        fact.serviceNames.some(name => localNames.has(name.trim().toLowerCase()) || namesService(name))
      // A person is not withheld for the name of a clinic on their record.
      if (restricted && fact.resourceType !== 'Patient') take(fact)
    }
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const whole = SHARED.has(next.resourceType) || GATHERING.has(next.resourceType)
      for (const fact of namedBy.get(next.key) ?? [])
        if (!SHARED.has(fact.resourceType) && (whole || !GATHERING.has(fact.resourceType))) take(fact)
      if (SHARED.has(next.resourceType)) continue
      for (const link of next.links) {
        const fact = byKey.get(link)
        if (fact !== undefined && !SHARED.has(fact.resourceType) && !GATHERING.has(fact.resourceType)) take(fact)
      }
    }
    return withheld
  }
}
