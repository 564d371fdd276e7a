import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Coding, Facts } from '../../care-record/item.ts'
import { NO_HOLDERS, notShared, type Against, type Holders } from './kept-apart.ts'
import { rulesAgainst } from './rules/in-force.ts'
import { type LegalClassId, type Lookalike, type RuleSet, staysFor } from './rules/rule-set.ts'

/**
 * Keys (`Type/id`) of what must not be translated.
 *
 * @param pass of the viewer: what policy keeps from its role, an objection of a part keeps apart and the provider does not share goes
 *   here too. Without one, what is kept from everyone.
 */
export type Sieve = (
  source: { readonly id: string; readonly odsCode: string },
  facts: readonly Facts[],
  pass?: Against,
) => ReadonlySet<string>

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
 * goes with it, however far down the links. Beside that it has seeds of its own, labels and codes in whatever system,
 * so that what is tied to a coded problem by a link alone goes before translation. Looks at no text.
 */
export function createSieve(rules: RuleSet, services: readonly ServiceRegisterRow[], holders: Holders = NO_HOLDERS): Sieve {
  const classes = new Set(rules.classes.map(c => c.id))
  const made = new Map<string, Sieve>()
  const against = (group: string | undefined, apart: readonly string[]): Sieve => {
    const key = `${group ?? ''} ${apart.toSorted().join(' ')}`
    let sieve = made.get(key)
    if (sieve === undefined) {
      const standing = rulesAgainst(rules, services, group, apart)
      sieve = sieveOf(standing.set, standing.services)
      if (made.size < KEPT_READY) made.set(key, sieve)
    }
    return sieve
  }
  return (source, facts, pass) => {
    if (pass === undefined) return against(undefined, [])(source, facts)
    const holding = notShared(pass, holders, classes)
    const gone = against(pass.role.group, holding.classes(source.odsCode))(source, facts)
    const kept = holding.facts(source, facts)
    return kept.size === 0 ? gone : gone.union(kept)
  }
}
/** More than there are; an asker's unknown group costs time, never memory. */
const KEPT_READY = 60

function sieveOf(rules: RuleSet, services: readonly ServiceRegisterRow[]): Sieve {
  const functions = new Set(rules.classes.flatMap(c => c.service.treatmentFunctions))
  const organisations = new Set(rules.classes.flatMap(c => c.service.organisations))
  const documents = new Set(rules.classes.flatMap(c => c.service.documentClasses))
  const labels = new Set(rules.classes.flatMap(c => c.service.labels))
  const offered = new Set(rules.lookalikes.flatMap(one => one.reasons?.ofClasses ?? []))
  const seedsIn = (of: (id: LegalClassId) => boolean): ((coding: Coding) => boolean) =>
    seedsOf(
      rules.classes.filter(c => of(c.id)).flatMap(c => c.service.seeds),
      rules.lookalikes,
    )
  const seeds = seedsIn(id => !offered.has(id))
  const seedsOffered = seedsIn(id => offered.has(id))
  const stays = (fact: Facts): boolean =>
    fact.resourceType === 'Condition' &&
    [...offered].some(id =>
      staysFor(
        rules.lookalikes,
        fact.codings.map(coding => coding.code),
        id,
      ),
    )
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
    const localCodes = new Set(rows.map(row => row.localCode.toLowerCase()).filter(code => code !== ''))
    const localNames = new Set(rows.map(row => row.name.trim().toLowerCase()).filter(name => name !== ''))
    const judged = new Map<string, boolean>()
    const isRestrictedName = (name: string): boolean => {
      let found = judged.get(name)
      if (found === undefined) judged.set(name, (found = localNames.has(name.trim().toLowerCase()) || namesService(name)))
      return found
    }
    const isRestrictedFact = (fact: Facts): boolean =>
      fact.treatmentFunctions.some(code => functions.has(code)) ||
      (organisations.size > 0 && fact.organisations.some(code => organisations.has(code))) ||
      (localCodes.size > 0 && fact.localCodes.some(code => localCodes.has(code.toLowerCase()))) ||
      fact.documentClasses.some(code => documents.has(code)) ||
      fact.serviceNames.some(isRestrictedName) ||
      fact.labels.some(label => label.code !== undefined && labels.has(label.code.toUpperCase())) ||
      fact.codings.some(seeds)

    // A person is not withheld for the name of a clinic on their record.
    const others = facts.filter(fact => fact.resourceType !== 'Patient')
    const restricted = others.filter(isRestrictedFact)
    const ofOffered = others.filter(fact => fact.codings.some(seedsOffered))
    return restricted.length + ofOffered.length === 0 ? new Set() : withTheirs([restricted, ofOffered], facts, stays)
  }
}

/**
 * What is restricted, and what belongs to it.
 *
 * @param rounds followed one after the other; in the second a problem of everyone's stays when only what everyone is offered
 *   for it goes.
 */
function withTheirs(
  [restricted, ofOffered]: readonly [readonly Facts[], readonly Facts[]],
  facts: readonly Facts[],
  stays: (fact: Facts) => boolean,
): ReadonlySet<string> {
  const withheld = new Set<string>()
  const queue: Facts[] = []
  const take = (fact: Facts): void => {
    if (withheld.has(fact.key)) return
    withheld.add(fact.key)
    queue.push(fact)
  }
  const byKey = new Map(facts.map(fact => [fact.key, fact]))
  const namedBy = new Map<string, Facts[]>()
  for (const fact of facts)
    for (const link of fact.links) {
      const naming = namedBy.get(link)
      if (naming === undefined) namedBy.set(link, [fact])
      else naming.push(fact)
    }
  const follow = (from: readonly Facts[], isLeft: (fact: Facts) => boolean): void => {
    for (const fact of from) take(fact)
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const whole = SHARED.has(next.resourceType) || GATHERING.has(next.resourceType)
      for (const fact of namedBy.get(next.key) ?? [])
        if (!SHARED.has(fact.resourceType) && (whole || !(GATHERING.has(fact.resourceType) || isLeft(fact)))) take(fact)
      if (SHARED.has(next.resourceType)) continue
      for (const link of next.links) {
        const fact = byKey.get(link)
        if (fact === undefined || SHARED.has(fact.resourceType) || GATHERING.has(fact.resourceType)) continue
        if (whole || !isLeft(fact)) take(fact)
      }
    }
  }
  follow(restricted, () => false)
  follow(ofOffered, stays)
  return withheld
}

/**
 * Whether a coding is one of the seeds. A concept id is unique among all and counts under any system; a category of a
 * classification only where the system is one, and lies in one of its ranges.
 */
function seedsOf(seeds: readonly string[], lookalikes: readonly Lookalike[]): (coding: Coding) => boolean {
  const concepts = new Set<string>()
  const ranges: Record<'icd10' | 'opcs4', [from: string, to: string][]> = { icd10: [], opcs4: [] }
  const reads = new Set<string>()
  for (const seed of seeds) {
    const [kind, what = ''] = seed.split(' ')
    const [from = '', to = from] = what.split('-')
    if (kind === 'sct') concepts.add(what)
    else if (kind === 'read2' || kind === 'ctv3') reads.add(what)
    else if (kind === 'icd10' || kind === 'opcs4') ranges[kind].push([from, to])
    else throw new Error('a seed of the rules has no known kind')
  }
  for (const { snomed } of lookalikes) for (const id of snomed) concepts.delete(id)
  const isSpared = (bare: string, display: string): boolean =>
    lookalikes.some(
      one =>
        one.icd10.includes(bare) &&
        one.phrases.includes(
          display
            .toLowerCase()
            .replaceAll(/[^a-z0-9]+/g, ' ')
            .trim(),
        ),
    )
  const kinds = new Map<string, readonly [from: string, to: string][]>()
  const rangesIn = (system: string): readonly [from: string, to: string][] => {
    let found = kinds.get(system)
    if (found === undefined) {
      const letters = system.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
      found = letters.includes('icd10') ? ranges.icd10 : letters.includes('opcs') ? ranges.opcs4 : []
      if (kinds.size >= SYSTEMS_KEPT) kinds.clear()
      kinds.set(system, found)
    }
    return found
  }
  return ({ system, code, display }) => {
    if (code === undefined) return false
    const first = code.charCodeAt(0)
    if (first >= DIGIT_0 && first <= DIGIT_9 && code.length >= SHORTEST_CONCEPT_ID && concepts.has(code)) return true
    if (reads.size > 0 && code.length <= LONGEST_READ && reads.has(code.slice(0, 5).padEnd(5, '.')) && isReadSystem(system)) return true
    if (system === undefined) return false
    const within = rangesIn(system)
    if (within.length === 0) return false
    const bare = code.replaceAll('.', '').toUpperCase()
    if (isSpared(bare, display ?? '')) return false
    return within.some(([from, to]) => bare.slice(0, from.length) >= from && bare.slice(0, to.length) <= to)
  }
}
/** Five characters and two of the term. */
const LONGEST_READ = 7
/** Any system that is not one of the others: Read codes are written under many names. */
const isReadSystem = (system: string | undefined): boolean => system === undefined || !/snomed|icd|opcs|loinc|ucum|hl7\.org\//i.test(system)
const SYSTEMS_KEPT = 1000
/** Digits of the shortest SNOMED CT identifier. */
const SHORTEST_CONCEPT_ID = 6
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
