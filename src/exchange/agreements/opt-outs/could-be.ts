import type { OptOut } from './line.ts'

/** Somebody a local system or the national register knows. */
export interface KnownPerson {
  readonly nhsNumber: string
  readonly names: readonly { readonly family: string; readonly given: readonly string[] }[]
  /** FHIR date, possibly partial. */
  readonly birthDate: string
  readonly postcode?: string
}

/** How names compare: of the identity room, handed in. */
export interface NameComparison {
  readonly family: (a: string, b: string) => 'same' | 'variant' | 'different'
  readonly given: (a: readonly string[], b: readonly string[]) => 'same' | 'variant' | 'different'
  /** Words without case, marks and hyphens. */
  readonly words: (text: string) => readonly string[]
}

type Alike = 'same' | 'variant' | 'different' | 'unstated'
interface Said {
  readonly family?: string
  readonly given: readonly string[]
}

const SOUNDS: Readonly<Record<string, string>> = Object.fromEntries(
  ['bfpv', 'cgjkqsxz', 'dt', 'l', 'mn', 'r'].flatMap((letters, place) => Array.from(letters, letter => [letter, String(place + 1)])),
)

/** Russell's soundex of a word of the letters a to z; nothing for a word in another script, or of one letter. */
export function soundsLike(word: string): string | undefined {
  if (!/^[a-z]{2,}$/.test(word)) return undefined
  let [code, last] = [word.charAt(0), SOUNDS[word.charAt(0)] ?? '']
  for (const letter of word.slice(1)) {
    if (letter === 'h' || letter === 'w') continue
    const sound = SOUNDS[letter] ?? ''
    if (sound !== '' && sound !== last) code += sound
    last = sound
  }
  return `${code}000`.slice(0, 4)
}

function familyAlike(a: string | undefined, b: string | undefined, names: NameComparison): Alike {
  if (a === undefined || b === undefined || names.words(a).length === 0 || names.words(b).length === 0) return 'unstated'
  const said = names.family(a, b)
  return said === 'different' && soundAlike(names.words(a), names.words(b)) ? 'variant' : said
}

function givenAlike(a: readonly string[], b: readonly string[], names: NameComparison): Alike {
  const [left, right] = [a.flatMap(names.words), b.flatMap(names.words)]
  if (left.length === 0 || right.length === 0) return 'unstated'
  const said = names.given(a, b)
  return said === 'different' && soundAlike(left, right) ? 'variant' : said
}

const soundAlike = (a: readonly string[], b: readonly string[]): boolean => {
  const sounds = new Set(a.flatMap(word => soundsLike(word) ?? []))
  return b.some(word => sounds.has(soundsLike(word) ?? 'none'))
}

/** A part of a date that is not known contradicts nothing. */
const sameBirth = (a: string | undefined, b: string): boolean => a !== undefined && b.length >= 4 && (a.startsWith(b) || b.startsWith(a))

const packed = (postcode: string | undefined): string => (postcode ?? '').toUpperCase().replace(/\s+/g, '')
const samePostcode = (optOut: OptOut, person: KnownPerson): boolean =>
  packed(optOut.postcode).length >= 5 && packed(optOut.postcode) === packed(person.postcode)

/** Names that agree: surname and given name alike, either of them not stated, or each in the place of the other. */
function namesAlike(a: Said, b: Said, names: NameComparison): boolean {
  const [family, given] = [familyAlike(a.family, b.family, names), givenAlike(a.given, b.given, names)]
  if (family !== 'different' && given !== 'different' && !(family === 'unstated' && given === 'unstated')) return true
  const [crossed, back] = [familyAlike(a.family, b.given.join(' '), names), familyAlike(a.given.join(' '), b.family, names)]
  return (crossed === 'same' || crossed === 'variant') && (back === 'same' || back === 'variant')
}

/**
 * Whether this known person could be who said no (care rules 4.5): a similar name on the same birth date, or the same name at the
 * same postcode. `Similar`: spelled or sounding alike, a short form, an initial, one part of a double name, the two names
 * changed over, one of them not stated. On the same birth date at the same postcode one name alone is enough (a marriage);
 * so are two given names. A wrong yes hides a record until a steward has looked; a wrong no would show one that must not be.
 */
export function couldBe(optOut: OptOut, person: KnownPerson, names: NameComparison): boolean {
  const born = sameBirth(optOut.birthDate, person.birthDate)
  const home = samePostcode(optOut, person)
  if (!born && !home) return false
  return person.names.some(name => {
    if (namesAlike(optOut, name, names)) return true
    if (!born) return false
    const given = givenAlike(optOut.given, name.given, names)
    if (home) return given === 'same' || given === 'variant' || familyAlike(optOut.family, name.family, names) !== 'different'
    const shared = optOut.given.flatMap(names.words).filter(word => word.length > 1 && name.given.flatMap(names.words).includes(word))
    return new Set(shared).size >= 2
  })
}

/** Number agrees, and birth date plus one name (care rules 3.1). */
export function isSurely(optOut: OptOut, person: KnownPerson, names: NameComparison): boolean {
  if (!sameBirth(optOut.birthDate, person.birthDate) || person.birthDate.length < 10) return false
  return person.names.some(name => {
    const [family, given] = [familyAlike(optOut.family, name.family, names), givenAlike(optOut.given, name.given, names)]
    return family === 'same' || family === 'variant' || given === 'same' || given === 'variant'
  })
}

/** Every detail agrees to the letter; only with nobody else who could be the person is this enough without a number. */
const isExactly = (optOut: OptOut, person: KnownPerson, names: NameComparison): boolean =>
  optOut.birthDate !== undefined &&
  optOut.birthDate === person.birthDate &&
  samePostcode(optOut, person) &&
  person.names.some(
    name => familyAlike(optOut.family, name.family, names) === 'same' && givenAlike(optOut.given, name.given, names) === 'same',
  )

export type Because = 'number' | 'number-details-differ' | 'number-unknown' | 'details'
export type Judged =
  | { readonly verdict: 'matched'; readonly by: 'number' | 'details'; readonly nhsNumber: string }
  /** Each of these could be the person, and is withheld until a steward has decided. */
  | { readonly verdict: 'unmatched'; readonly persons: readonly { readonly nhsNumber: string; readonly because: Because }[] }

/**
 * Whose opt-out this is. @param known all that could matter: whoever has the number, was born that day or lives there.
 * @param isNot numbers a steward has said it is not.
 */
export function judge(optOut: OptOut, known: readonly KnownPerson[], isNot: ReadonlySet<string>, names: NameComparison): Judged {
  const number = optOut.nhsNumber === 'wrong' ? undefined : optOut.nhsNumber
  const withNumber = number === undefined || isNot.has(number) ? [] : known.filter(person => person.nhsNumber === number)
  if (number !== undefined && withNumber.some(person => isSurely(optOut, person, names)))
    return { verdict: 'matched', by: 'number', nhsNumber: number }
  const could = new Set(
    known.filter(person => !isNot.has(person.nhsNumber) && couldBe(optOut, person, names)).map(person => person.nhsNumber),
  )
  const [only] = could
  if (
    number === undefined &&
    only !== undefined &&
    could.size === 1 &&
    known.some(p => p.nhsNumber === only && isExactly(optOut, p, names))
  )
    return { verdict: 'matched', by: 'details', nhsNumber: only }
  const persons = new Map<string, Because>()
  if (number !== undefined && !isNot.has(number)) persons.set(number, withNumber.length > 0 ? 'number-details-differ' : 'number-unknown')
  for (const one of could) if (!persons.has(one)) persons.set(one, 'details')
  return { verdict: 'unmatched', persons: [...persons].map(([nhsNumber, because]) => ({ nhsNumber, because })) }
}
