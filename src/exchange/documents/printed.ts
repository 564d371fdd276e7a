import type { DocumentContent, PrintedIdentity } from '../../care-record/document.ts'
import { parseNhsNumber } from '../../care-record/nhs-number.ts'
import type { Person } from '../../care-record/person.ts'

/** Who the document must be about, as far as its check needs it. */
export type AboutPerson = Pick<Person, 'nhsNumber' | 'formerNumbers' | 'name' | 'otherNames' | 'preferredName' | 'birthDate' | 'gender'>

/** Where letters say whom they are about, in characters from their beginning. */
const HEADER = 4_000
const TITLES: Readonly<Record<string, 'male' | 'female' | ''>> = {
  mr: 'male',
  master: 'male',
  sir: 'male',
  mrs: 'female',
  miss: 'female',
  ms: 'female',
  lady: 'female',
  dr: '',
  mx: '',
  prof: '',
  rev: '',
}

// Texts are squeezed first: a pattern that lets spaces run is never met by a run of them.
const NUMBER = /\bnhs\s?(?:no|number|num|id|#)?\s?[.:#]?\s?(?:is\s)?(\d{3}[\s-]?\d{3}[\s-]?\d{4})\b/gi
const NUMBER_FIRST = /\b(\d{3}[\s-]\d{3}[\s-]\d{4})\b/g
const NAMED = /(?:^|\n)[ \t]*(?:re|patient(?:['’]s)? name|patient|name|full name|surname and given names?)[ \t]*[:\-–][ \t]*([^\n]{3,80})/i
const BORN = /\b(?:d\.?\s?o\.?\s?b\.?|date of birth|born|birth date) ?[:\-–]? ?(\d{1,2})[\s./-](\d{1,2}|[a-z]{3,9})[\s./-](\d{4}|\d{2})\b/i
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** Whom a document names, as printed in its words. Only a labelled name and birth date count: a letter names many people. */
export function printedIn(text: string): PrintedIdentity {
  const plain = squeezed(text)
  const number = numbersIn(plain)[0]
  const head = text.slice(0, HEADER)
  const name = NAMED.exec(head)?.[1]
    ?.replace(/\s{3,}.*$/, '')
    .replace(/[,;]?\s*\b(?:dob|d\.o\.b|date of birth|born|nhs|hospital|mrn|address)\b.*$/i, '')
    .trim()
  const birthDate = born(BORN.exec(plain))
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(number === undefined ? {} : { nhsNumber: number }),
  }
}

/** Every run of space one space, or one new line where it has one. */
const squeezed = (text: string): string => text.replaceAll(/[^\S\n]+/g, ' ').replaceAll(/ ?\n[ \n]*/g, '\n')

/** Valid NHS numbers in a squeezed text that stand as such: after their label, or spaced 3 3 4. */
function numbersIn(text: string): readonly string[] {
  const found = [...text.matchAll(NUMBER), ...text.slice(0, HEADER).matchAll(NUMBER_FIRST)]
  const valid = found.flatMap(([, digits = '']) => {
    const parsed = parseNhsNumber(digits)
    return parsed.ok ? [parsed.value] : []
  })
  return [...new Set<string>(valid)]
}

function born(match: RegExpExecArray | null): string | undefined {
  if (!match) return undefined
  const [, day = '', month = '', year = ''] = match
  const inWords = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1
  const m = inWords > 0 ? inWords : Number(month)
  if (!(m >= 1 && m <= 12) || Number(day) < 1 || Number(day) > 31 || year.length !== 4) return undefined
  return `${year}-${String(m).padStart(2, '0')}-${day.padStart(2, '0')}`
}

/**
 * Whether a document may stand in this person's record (D133). Another NHS number: somebody else's. The same or none, but
 * given name and title of a person of another sex: held without a word (care rules 3.1, 3.2). A letter of a family may
 * carry several numbers: one of them must be this person's.
 */
export function namesWhom(text: string, printed: PrintedIdentity, person: AboutPerson): DocumentContent['names'] {
  const own = new Set<string>([person.nhsNumber, ...(person.formerNumbers ?? [])])
  const numbers = [...new Set([...(printed.nhsNumber === undefined ? [] : [printed.nhsNumber]), ...numbersIn(squeezed(text))])]
  const valid = numbers.filter(number => parseNhsNumber(number).ok)
  if (valid.length > 0 && !valid.some(number => own.has(number))) return 'another-person'
  if (printed.name !== undefined && isOfAnotherSex(printed.name, person)) return 'held'
  if (valid.length > 0) return 'this-person'
  const names = wordsOf(printed.name ?? '')
  const family = [person.name, ...person.otherNames].some(known => wordsOf(known.family).every(word => names.includes(word)))
  return family && printed.birthDate === person.birthDate ? 'this-person' : 'nobody'
}

function isOfAnotherSex(printed: string, person: AboutPerson): boolean {
  const words = wordsOf(printed)
  const sex = words.map(word => TITLES[word]).find(of => of !== undefined)
  if (sex === undefined || sex === '' || (person.gender !== 'male' && person.gender !== 'female') || sex === person.gender) return false
  const given = [...[person.name, ...person.otherNames].flatMap(known => known.given), person.preferredName ?? ''].flatMap(wordsOf)
  return !words.some(word => given.includes(word))
}

const wordsOf = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}|['’]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
