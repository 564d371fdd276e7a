import type { AnsweredDemographics, DemographicCheck } from '../../care-record/item.ts'
import type { Person } from '../../care-record/person.ts'
import { compareFamily, compareGiven, nameKey, nameWords } from './names.ts'

type Said = 'same' | 'variant' | 'different' | 'unstated'
const TITLES_OF_ONE_SEX: ReadonlySet<string> = new Set(['mr', 'mrs', 'miss', 'ms', 'master', 'sir', 'dame', 'lady', 'lord', 'madam'])

/**
 * Checks who a source answered about against who was asked for. An NHS number is a key, not proof.
 *
 * `refused`: the number differs. `held`: not shown; with a task for a steward unless given name, title and sex all
 * differ, which is left in silence so that no old and new identity is ever joined or hinted at (a title that is absent
 * or says nothing of sex counts as differing). `shown-with-difference` names the fields in words for the page.
 * A birth date or number that a source does not state proves nothing: then both names must agree, and the other of
 * the two. Source of the rule: the exchange's care rules, "Identity at the point of view".
 */
export function checkDemographics(person: Person, answered: AnsweredDemographics): DemographicCheck {
  const number = answered.nhsNumber?.replace(/[\s-]/g, '')
  const numberStated = number !== undefined && number !== ''
  if (numberStated && number !== person.nhsNumber) return { verdict: 'refused' }
  const birth = compareBirthDate(person.birthDate, answered.birthDate)
  const gender = compareGender(person.gender, answered.gender)
  if (gender === 'different' && identityOfOldIsPossible(person, answered)) return { verdict: 'held', stewardTask: false }

  const { family, given } = bestName(person, answered)
  const familyAgrees = family === 'same' || family === 'variant'
  const givenAgrees = given === 'same' || given === 'variant'
  const enough = birth === 'same' ? familyAgrees || givenAgrees : familyAgrees && givenAgrees && numberStated
  if (!enough) return { verdict: 'held', stewardTask: true }

  const fields: string[] = []
  if (family !== 'same' || !currentFamily(person, answered)) fields.push('surname')
  if (given !== 'same') fields.push('given name')
  if (birth !== 'same') fields.push('date of birth')
  if (gender === 'different') fields.push('gender')
  return fields.length === 0 ? { verdict: 'same' } : { verdict: 'shown-with-difference', fields }
}

// Spelling variants do not count here: `Daniel` and `Daniela` are one letter apart.
function identityOfOldIsPossible(person: Person, answered: AnsweredDemographics): boolean {
  if (answered.names.length === 0) return false
  const ours = [...person.name.given, person.preferredName ?? ''].flatMap(nameWords)
  return answered.names.every(name => {
    const given = name.given.flatMap(nameWords)
    if (given.length === 0 || given.some(word => ours.includes(word))) return false
    const [mine, theirs] = [nameKey(person.name.prefix ?? ''), nameKey(name.prefix ?? '')]
    return !(mine === theirs && TITLES_OF_ONE_SEX.has(mine))
  })
}

const currentFamily = (person: Person, answered: AnsweredDemographics): boolean =>
  answered.names.some(name => compareFamily(person.name.family, name.family ?? '') === 'same')

function bestName(person: Person, answered: AnsweredDemographics): { family: Said; given: Said } {
  const known = [person.name, ...person.otherNames]
  const given = known.map(name => name.given)
  if (person.preferredName !== undefined) given.push([person.preferredName])
  let best: { family: Said; given: Said } = { family: 'unstated', given: 'unstated' }
  for (const name of answered.names) {
    const one: { family: Said; given: Said } = {
      family: closest(name.family === undefined ? [] : known.map(k => compareFamily(k.family, name.family ?? ''))),
      given: closest(name.given.length === 0 ? [] : given.map(g => compareGiven(g, name.given))),
    }
    const swapped =
      compareGiven(person.name.given, [name.family ?? '']) === 'same' && compareFamily(person.name.family, name.given.join(' ')) === 'same'
    const seen: { family: Said; given: Said } = swapped && weight(one) < 2 * worth.variant ? { family: 'variant', given: 'variant' } : one
    if (weight(seen) > weight(best)) best = seen
  }
  return best
}

const worth: Record<Said, number> = { unstated: 0, different: 1, variant: 3, same: 4 }
const weight = (name: { family: Said; given: Said }): number => worth[name.family] + worth[name.given]
const closest = (all: readonly Said[]): Said => all.reduce<Said>((best, one) => (worth[one] > worth[best] ? one : best), 'unstated')

function compareBirthDate(ours: string, theirs: string | undefined): Said {
  const [a, b] = [ours.slice(0, 10), (theirs ?? '').slice(0, 10)]
  if (!/^\d{4}/.test(b) || !/^\d{4}/.test(a)) return 'unstated'
  // A year alone agrees with too many people to prove anything.
  const shared = Math.min(a.length, b.length)
  if (a.slice(0, shared) !== b.slice(0, shared)) return 'different'
  return shared >= 7 ? 'same' : 'unstated'
}

function compareGender(ours: string, theirs: string | undefined): Said {
  const stated: ReadonlySet<string> = new Set(['female', 'male', 'other'])
  const given = (theirs ?? '').toLowerCase()
  if (!stated.has(ours) || !stated.has(given)) return 'unstated'
  return ours === given ? 'same' : 'different'
}
