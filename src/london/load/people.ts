import { parseNhsNumber, type NhsNumber } from '../../care-record/nhs-number.ts'
import type { CityPerson } from '../people/told.ts'
import { agree, identityOf, keyOfIdentity, numberFor, sameIdentity, type Identity } from './identity-of.ts'
import type { Store } from './store.ts'

/** Somebody of the files, as London's register will know them, and which Patients of which systems they are. */
export interface FoundPerson {
  readonly nhsNumber: NhsNumber
  readonly identity: Identity
  readonly at: readonly { readonly systemId: string; readonly patient: string; readonly file: string }[]
  readonly warnings: readonly string[]
}
export interface People {
  readonly people: readonly FoundPerson[]
  /** Patients that nobody can be found by. */
  readonly skipped: readonly { readonly systemId: string; readonly patient: string; readonly file: string; readonly reason: string }[]
}

interface Candidate {
  readonly systemId: string
  readonly patient: string
  readonly file: string
  readonly identity: Identity
  /** The number it states is that of somebody else in the files. */
  readonly numberOfAnother?: true
}

/**
 * Who the systems are about. One valid NHS number is one person, and so are one surname, given name and birth date where not
 * both have a number. Who has no valid number, or one of London's own people, is given one of the test range.
 *
 * @param isTaken numbers of the city's own people.
 */
export function peopleOf(stores: ReadonlyMap<string, Store>, isTaken: (nhsNumber: string) => boolean): People {
  const skipped: People['skipped'][number][] = []
  const candidates: Candidate[] = []
  for (const [systemId, store] of stores)
    for (const patient of store.ofPatient.keys()) {
      const file = store.fileOf.get(patient) ?? ''
      const identity = identityOf(store.resources.get(patient) ?? {})
      const reason =
        identity.names.length === 0
          ? 'has no name: nobody can be found or checked without one'
          : identity.birthDate === undefined
            ? 'has no birth date: nobody can be found or checked without one'
            : undefined
      if (reason === undefined) candidates.push({ systemId, patient, file, identity })
      else skipped.push({ systemId, patient, file, reason })
    }
  const groups = grouped(candidates)
  const given = new Set<string>()
  const usable = (nhsNumber: NhsNumber | undefined): nhsNumber is NhsNumber => nhsNumber !== undefined && !isTaken(nhsNumber)
  for (const group of groups) for (const { identity } of group) if (usable(identity.nhsNumber)) given.add(identity.nhsNumber)
  const people = groups.flatMap((group): readonly FoundPerson[] => {
    const [first] = group
    if (!first) return []
    const stated = group.map(one => one.identity.nhsNumber).find(number => number !== undefined)
    const nhsNumber = usable(stated)
      ? stated
      : numberFor(`${first.file} ${keyOfIdentity(first.identity) ?? first.patient}`, number => isTaken(number) || given.has(number))
    given.add(nhsNumber)
    const warnings: string[] = []
    if (group.some(one => one.numberOfAnother)) warnings.push('its NHS number is that of somebody else in the files: given another')
    else if (!usable(stated) && stated !== undefined) warnings.push('its NHS number is that of somebody of London: given another')
    else if (stated === undefined)
      warnings.push(
        group.some(one => one.identity.wrongNumber) ? 'its NHS number is not valid: given another' : 'it has no NHS number: given one',
      )
    if (group.some(one => one.identity.died))
      warnings.push('it says that the person has died: the register is not told, so that the record can be opened')
    if (group.some(one => !sameIdentity({ ...one.identity, ...without }, { ...first.identity, ...without })))
      warnings.push('its files differ in name or birth date: what cannot be matched is held back, and the page says so')
    const identity = { ...first.identity, previousNames: [...first.identity.names.slice(1), ...first.identity.previousNames] }
    return [{ nhsNumber, identity, at: group.map(({ systemId, patient, file }) => ({ systemId, patient, file })), warnings }]
  })
  return { people, skipped }
}
/** Compared by name and birth date alone. */
const without = { nhsNumber: undefined as unknown as NhsNumber }

function grouped(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const byNumber = new Map<string, Candidate[]>()
  const byKey = new Map<string, Candidate[]>()
  const groups: Candidate[][] = []
  // A name and birth date that two numbers share names neither of them.
  const shared = new Set<string>()
  // Those with a number first: who has none may be one of them.
  const ordered = [...candidates.filter(one => one.identity.nhsNumber), ...candidates.filter(one => !one.identity.nhsNumber)]
  for (const candidate of ordered) {
    const { nhsNumber } = candidate.identity
    const before = nhsNumber === undefined ? undefined : byNumber.get(nhsNumber)
    if (before?.[0] && !agree(before[0].identity, candidate.identity)) {
      const { nhsNumber: _another, ...identity } = candidate.identity
      groups.push([{ ...candidate, identity, numberOfAnother: true }])
      continue
    }
    const key = keyOfIdentity(candidate.identity)
    const found = nhsNumber === undefined ? (key === undefined || shared.has(key) ? undefined : byKey.get(key)) : byNumber.get(nhsNumber)
    if (found) {
      found.push(candidate)
      continue
    }
    const group = [candidate]
    groups.push(group)
    if (nhsNumber !== undefined) byNumber.set(nhsNumber, group)
    if (key === undefined) continue
    if (byKey.has(key)) shared.add(key)
    byKey.set(key, group)
  }
  return groups
}

/** As the national register of the city writes somebody. */
export function inRegister({ nhsNumber, identity }: FoundPerson, practice: string): CityPerson {
  const parsed = parseNhsNumber(nhsNumber)
  const [name] = identity.names
  if (!parsed.ok || !name || identity.birthDate === undefined)
    throw new Error('somebody without a number, a name or a birth date was loaded')
  return {
    nhsNumber: parsed.value,
    name,
    previousNames: identity.previousNames,
    birthDate: identity.birthDate,
    gender: identity.gender,
    address: identity.address,
    phone: identity.phone,
    practice,
    restricted: false,
  }
}
