import type { Catalogue } from '../care-record/catalogue.ts'
import type { ObjectionScope, ShareClass } from '../care-record/objection.ts'
import { ASKERS, type Asker, type Findings } from './agreements/objection-case/asker.ts'
import {
  EXPLAINED_HOW,
  IDENTITY_SEEN,
  ROUTES,
  type CaseLetter,
  type ExplainedHow,
  type Happening,
  type IdentitySeen,
  type Route,
} from './agreements/objection-case/events.ts'
import { CASE_RULES } from './agreements/objection-case/rules.ts'
import { LETTER_NEEDS, type LetterContact } from './letters/letter.ts'

export type Values = Readonly<Record<string, string>>
/** A form read whole, or what is wrong with each field in words beside it. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: Readonly<Record<string, string>> }

const got = <T>(value: T): Read<T> => ({ ok: true, value })
const wrong = (errors: Readonly<Record<string, string>>): { readonly ok: false; readonly errors: Readonly<Record<string, string>> } => ({
  ok: false,
  errors,
})
const oneOf = <T extends string>(all: readonly T[], value: string | undefined): T | undefined => all.find(each => each === value)
const text = (values: Values, name: string): string => (values[name] ?? '').trim()

/** Day, month and year as three fields; `undefined` for no day there is. */
export function dateOf(values: Values, name: string): string | undefined {
  const [day, month, year] = ['Day', 'Month', 'Year'].map(part => Number(text(values, `${name}${part}`)))
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day))
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10)
  return year !== undefined && year > 1850 && date.getUTCMonth() + 1 === month && date.getUTCDate() === day ? iso : undefined
}

/** What a form may name: organisations by code or name, classes of the rules. */
export interface Named {
  readonly catalogue: Catalogue
  readonly shareClasses: readonly ShareClass[]
}

/** An organisation by its code, or by a name that only one has. */
function organisationOf(said: string, { organisations }: Catalogue): string | undefined {
  if (organisations.has(said.toUpperCase())) return said.toUpperCase()
  const wanted = said.toLocaleLowerCase('en-GB')
  const found = [...organisations.values()].filter(each => wanted.length > 2 && each.name.toLocaleLowerCase('en-GB').includes(wanted))
  return found.length === 1 ? found[0]?.odsCode : undefined
}

/** Fields `scope`, and for some scopes `organisation`, `workplace`, `staff`. */
export function scopeOf(values: Values, { catalogue, shareClasses }: Named): Read<ObjectionScope> {
  const kind = text(values, 'scope')
  if (kind === 'everything') return got({ kind })
  if (kind === 'organisation' || kind === 'workplace') {
    const odsCode = organisationOf(text(values, kind), catalogue)
    return odsCode === undefined
      ? wrong({ [kind]: 'Enter the code of one organisation, or its name as it is written here.' })
      : got({ kind, odsCode })
  }
  if (kind === 'staff') {
    const sdsUserId = text(values, 'staff').replaceAll(' ', '')
    return /^[0-9]{12}$/.test(sdsUserId)
      ? got({ kind, sdsUserId })
      : wrong({ staff: 'Enter the user number of 12 digits. Their manager or service desk knows it.' })
  }
  const classId = kind.startsWith('class-') ? kind.slice(6) : ''
  return shareClasses.some(each => each.id === classId)
    ? got({ kind: 'class', classId })
    : wrong({ scope: 'Choose what is not to be shared.' })
}

const askerOf = (values: Values): Read<Asker> => {
  const asker = oneOf(ASKERS, values['asker'])
  return asker === undefined ? wrong({ asker: 'Choose who is asking.' }) : got(asker)
}

/** What was found out about the right to ask; fields left alone say nothing. */
export function findingsOf(values: Values): Read<Findings> {
  const courtOrders = oneOf(['none', 'allow', 'forbid'] as const, values['courtOrders'])
  const lookedAfter = oneOf(['yes', 'no'] as const, values['lookedAfter'])
  const clinician = text(values, 'clinician')
  const competent = oneOf(['yes', 'no'] as const, values['competent'])
  const child = oneOf(['agrees', 'disagrees'] as const, values['child'])
  const lacks = values['withoutCapacity'] === 'yes'
  const best = text(values, 'bestInterests')
  if ((competent !== undefined || lacks || best !== '') && clinician.length < 3)
    return wrong({ clinician: 'Enter the name of the clinician who found this.' })
  if (competent !== undefined && child === undefined) return wrong({ child: 'Choose what the child says.' })
  return got({
    ...(values['parentalResponsibility'] === 'yes' ? { parentalResponsibility: 'seen' as const } : {}),
    ...(courtOrders === undefined ? {} : { courtOrders }),
    ...(lookedAfter === undefined ? {} : { lookedAfter }),
    ...(competent === undefined || child === undefined ? {} : { competence: { competent: competent === 'yes', clinician, child } }),
    ...(values['document'] === 'yes' ? { document: 'seen' as const } : {}),
    ...(lacks ? { withoutCapacity: { clinician } } : {}),
    ...(best === '' ? {} : { bestInterests: { clinician, words: best } }),
  })
}

const seenOf = (values: Values): Read<IdentitySeen> => {
  const seen = oneOf(IDENTITY_SEEN, values['seen'])
  return seen === undefined ? wrong({ seen: 'Choose how you know who it is.' }) : got(seen)
}

type All<T> = { readonly [K in keyof T]: Read<T[K]> }
/** All parts, or all that is wrong with any of them: one round for who fills it in. */
function whole<T extends object>(parts: All<T>): Read<T> {
  const reads = Object.entries(parts) as [string, Read<unknown>][]
  const errors = Object.assign({}, ...reads.map(([, read]) => (read.ok ? {} : read.errors))) as Record<string, string>
  if (Object.keys(errors).length > 0) return wrong(errors)
  return got(Object.fromEntries(reads.map(([name, read]) => [name, read.ok ? read.value : undefined])) as T)
}
const wordsOf = (values: Values, name: string, least: number, words: string): Read<string> =>
  text(values, name).length >= least ? got(text(values, name)) : wrong({ [name]: words })

/** An objection as a professional or the office takes it down. */
export const requestOf = (values: Values, named: Named): Read<{ asker: Asker; scope: ObjectionScope; words: string }> =>
  whole({ asker: askerOf(values), scope: scopeOf(values, named), words: wordsOf(values, 'words', 1, 'Write down what the person said.') })

/** Explained now, or not yet: then the office does it. */
const explainedOf = (values: Values): Read<ExplainedHow | undefined> => {
  if (values['explained'] !== 'yes') return got(undefined)
  const how = oneOf(EXPLAINED_HOW, values['how'])
  return how === undefined || how === 'not-reached' ? wrong({ how: 'Choose how you explained it.' }) : got(how)
}

export const takenDownOf = (values: Values, named: Named) => {
  const read = whole<{
    request: { asker: Asker; scope: ObjectionScope; words: string }
    findings: Findings
    seen: IdentitySeen
    how: ExplainedHow | undefined
  }>({
    request: requestOf(values, named),
    findings: findingsOf(values),
    seen: seenOf(values),
    how: explainedOf(values),
  })
  if (!read.ok) return read
  const { request, findings, seen, how } = read.value
  return got({ ...request, findings, seen, ...(how === undefined ? {} : { explained: { how, script: CASE_RULES.version } }) })
}

export const withdrawnOf = (values: Values) =>
  whole<{ objectionId: string; who: 'person' | 'asker'; seen: IdentitySeen; words: string }>({
    objectionId: wordsOf(values, 'objection', 1, 'Choose which objection the person takes back.'),
    who: got(values['who'] === 'asker' ? 'asker' : 'person'),
    seen: seenOf(values),
    words: wordsOf(values, 'words', 1, 'Write down what the person said.'),
  })

interface Asked {
  readonly reason: 'safeguarding' | 'serious-risk' | 'public-interest'
  readonly words: string
  readonly sdsUserIds: readonly string[]
  readonly hours: number
}
/** Who is to see, why and for how long. @param also who asks for themselves too. */
function askedOf(values: Values, also: readonly string[]): All<Asked> {
  const reason = oneOf(['safeguarding', 'serious-risk', 'public-interest'] as const, values['reason'])
  const people = [...also, ...text(values, 'people').split(/[\s,;]+/)].filter(each => each !== '')
  const hours = Number(text(values, 'hours'))
  return {
    reason: reason === undefined ? wrong({ reason: 'Choose a reason.' }) : got(reason),
    words: wordsOf(values, 'words', 10, 'Write down why, in at least 10 characters.'),
    sdsUserIds:
      people.length > 0 && people.every(each => /^[0-9]{12}$/.test(each))
        ? got(people)
        : wrong({ people: 'Enter user numbers of 12 digits, one after the other.' }),
    hours: Number.isInteger(hours) && hours > 0 ? got(hours) : wrong({ hours: 'Enter a whole number of hours.' }),
  }
}

export const narrowedOf = (values: Values, self: string) =>
  whole<Asked & { objectionId: string }>({
    objectionId: wordsOf(values, 'objection', 1, 'Choose which objection stands in the way.'),
    ...askedOf(values, [self]),
  })

/** The public form: what is said, and who says it, which is sealed. */
export function publicOf(values: Values, named: Named) {
  const birthDate = dateOf(values, 'born')
  const phone = text(values, 'phone')
  const callBack = values['callBack'] === 'yes'
  const everything = scopeOf(text(values, 'scope') === '' ? { scope: 'everything' } : values, named)
  const read = whole<{ asker: Asker; scope: ObjectionScope; words: string; name: string; born: string; where: string }>({
    asker: got(values['asker'] === 'self' ? 'self' : (oneOf(['parent', 'attorney'] as const, values['asker']) ?? 'self')),
    scope: everything,
    words: got(text(values, 'words')),
    name: wordsOf(values, 'name', 2, 'Enter the name of the person whose record it is.'),
    born: birthDate === undefined ? wrong({ born: 'Enter their date of birth, for example 27 3 1984.' }) : got(birthDate),
    where:
      phone.length >= 6 || text(values, 'address').length >= 6
        ? got(text(values, 'address'))
        : wrong({ phone: 'Enter a telephone number or an address.' }),
  })
  if (!read.ok) return read
  if (callBack && phone.length < 6) return wrong({ phone: 'Enter the number we can call you on.' })
  const { name, born, where, ...rest } = read.value
  const about = [name, `born ${WRITTEN_OUT.format(Date.parse(born))}`, text(values, 'nhsNumber'), phone, where]
    .filter(each => each !== '')
    .join(' · ')
  return got({ ...rest, about, callBack })
}

/** As 8 March 1956: nobody takes the month for the day (D70). */
const WRITTEN_OUT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

export const contactOf = (values: Values): Read<LetterContact> => {
  const line = (name: string): Read<string> => wordsOf(values, name, 3, 'Fill this in: every letter says it.')
  const lines = (name: string): Read<readonly string[]> => {
    const all = text(values, name)
      .split(/\r?\n/)
      .map(each => each.trim())
      .filter(each => each !== '')
    return all.length > 0 ? got(all) : wrong({ [name]: 'Fill this in: every letter says it.' })
  }
  const names = ['organisation', 'team', 'phone', 'email', 'palsName', 'palsPhone', 'palsEmail', 'dpoEmail', 'dayAndNight'] as const
  const read = whole<Record<(typeof names)[number], string> & { address: readonly string[]; dpoAddress: readonly string[] }>({
    ...(Object.fromEntries(names.map(name => [name, line(name)])) as Record<(typeof names)[number], Read<string>>),
    address: lines('address'),
    dpoAddress: lines('dpoAddress'),
  })
  if (!read.ok) return read
  const { palsName, palsPhone, palsEmail, dpoEmail, dpoAddress, ...rest } = read.value
  return got({
    ...rest,
    pals: { name: palsName, phone: palsPhone, email: palsEmail },
    dataProtectionOfficer: { email: dpoEmail, address: dpoAddress },
  })
}

export const letterOf = (values: Values) => {
  const letter = oneOf(
    ['received', 'more-needed', 'upheld', 'not-upheld', 'withdrawn', 're-decided', 'narrowed'] as const,
    values['letter'],
  )
  return whole<{ letter: CaseLetter; language: string; to: string }>({
    letter: letter === undefined ? wrong({ letter: 'Choose a letter.' }) : got(letter),
    language: got(text(values, 'language') || 'en'),
    to: text(values, 'to').length > 1 ? got(text(values, 'to')) : wrong({ to: 'Enter the name of who reads it.' }),
  })
}
export const routeOf = (values: Values): Route | undefined => oneOf(ROUTES, values['route'])

/** Steps of a case that are one form each. `identity` and letters need more than the form and are not here. */
export function stepOf(step: string, values: Values, named: Named, newId: () => string): Read<Happening> | undefined {
  const words = text(values, 'words')
  switch (step) {
    case 'right': {
      const findings = findingsOf(values)
      return findings.ok ? got({ type: 'authority-checked', findings: findings.value }) : findings
    }
    case 'explained': {
      const how = oneOf(EXPLAINED_HOW, values['how'])
      if (how === undefined) return wrong({ how: 'Choose how you explained it.' })
      return got({ type: 'explained', how, understood: values['understood'] === 'yes', script: CASE_RULES.version })
    }
    case 'scope': {
      const scope = scopeOf(values, named)
      const seen = oneOf(IDENTITY_SEEN, values['seen'])
      return scope.ok ? got({ type: 'scope-changed', scope: scope.value, words, ...(seen === undefined ? {} : { seen }) }) : scope
    }
    case 'more-needed': {
      const needs = LETTER_NEEDS.filter(each => values[`need-${each}`] === 'yes')
      return needs.length > 0 ? got({ type: 'more-needed', needs }) : wrong({ needs: 'Choose what is still needed.' })
    }
    case 'upheld':
      return got({ type: 'upheld', words })
    case 'refusal': {
      const ground = oneOf(
        CASE_RULES.grounds.map(each => each.id),
        values['ground'],
      )
      const alternative = text(values, 'alternative')
      if (ground === undefined) return wrong({ ground: 'Choose a ground.' })
      return got({
        type: 'refusal-proposed',
        ground,
        evidence: text(values, 'evidence'),
        words,
        ...(alternative === '' ? {} : { alternative }),
      })
    }
    case 'advice':
      return got({ type: 'advised', supports: values['supports'] === 'yes', words })
    case 'review':
      return got({ type: 'refusal-reviewed', agrees: values['agrees'] === 'yes', words })
    case 'route': {
      const route = routeOf(values)
      return route === undefined
        ? wrong({ route: 'Choose how the letter goes.' })
        : got({ type: 'route-confirmed', route, where: text(values, 'where') })
    }
    case 'limit': {
      const how = oneOf(['delayed', 'shortened', 'freed'] as const, values['how'])
      const reviewOn = dateOf(values, 'review')
      if (how === undefined) return wrong({ how: 'Choose whether it waits, says less or goes whole.' })
      if (how === 'freed') return got({ type: 'telling-freed', because: words })
      return reviewOn === undefined
        ? wrong({ review: 'Enter the day on which you look at it again.' })
        : got({ type: 'telling-limited', how, because: words, reviewOn })
    }
    case 'share-again':
      return got({ type: 'shared-again' })
    case 'ask-to-see': {
      const asked = whole<Asked>(askedOf(values, []))
      return asked.ok ? got({ type: 'narrowing-asked', id: newId(), ...asked.value }) : asked
    }
    case 'narrowing':
      return got({ type: 'narrowing-answered', id: text(values, 'id'), agrees: values['agrees'] === 'yes', words })
    case 'narrowing-end':
      return got({ type: 'narrowing-ended', id: text(values, 'id') })
    case 'safeguarding':
      return got({ type: 'safeguarding-told', whom: words })
    case 'withdrawn': {
      const seen = seenOf(values)
      return seen.ok ? got({ type: 'withdrawn', who: values['who'] === 'asker' ? 'asker' : 'person', seen: seen.value, words }) : seen
    }
    case 'asked-again': {
      const seen = seenOf(values)
      return seen.ok ? got({ type: 'asked-again', keeps: values['keeps'] === 'yes', seen: seen.value, words }) : seen
    }
    case 'reopened':
      return got({ type: 'reopened', because: words })
    case 'expired':
      return got({ type: 'expired', because: values['because'] === 'no-right' ? 'no-right' : 'no-answer' })
    case 'closed':
      return got({ type: 'closed' })
    default:
      return undefined
  }
}
