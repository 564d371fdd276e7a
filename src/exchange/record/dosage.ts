import type { Dosage, Timing } from '@medplum/fhirtypes'
import { doseUnit, normal, numberWords, quantityWords, term } from './reading.ts'

/** Parts of a medicine line as D30 orders them; whatever was only said in one text stays whole. */
export interface DoseParts {
  readonly dose?: string
  readonly route?: string
  readonly frequency?: string
  readonly reasonOrDuration?: string
  readonly instruction?: string
  /** Amount and unit to compare, empty when they cannot be read for certain. */
  readonly doseKey: string
  /** Times a day, or the words of the timing. */
  readonly frequencyKey: string
  readonly instructionKey: string
}

/** Name, strength and form of a medicine term such as `Apixaban 5mg tablets`. */
export interface Product {
  readonly name: string
  readonly strengthAndForm?: string
  readonly strength: string
  readonly form: string
}

const UNIT = 'mg|micrograms?|mcg|nanograms?|grams?|g|ml|litres?|units?|iu|mmol|%'
/** A strength in so much of something; `500mg/125mg` is two ingredients. */
const PER = 'grams?|g|ml|litres?|hours?|dose|actuation'
const STRENGTH = new RegExp(
  `^(.+?)[\\s,]+((?:\\d[\\d,]*(?:\\.\\d+)?)\\s*(?:${UNIT})(?![a-z])(?:\\s*(?:/|per|in)\\s*(?:\\d[\\d,]*(?:\\.\\d+)?)?\\s*(?:${PER})(?![a-z]))?)\\s*(.*)$`,
  'i',
)

const ANY_STRENGTH = new RegExp(`\\d\\s*(?:${UNIT})\\b`, 'i')

/** Terms of medicines met lately: few drugs, prescribed again and again. */
const products = new Map<string, Product>()
const PRODUCTS_KEPT = 2_000

/** Splits a term where it holds exactly one strength; any other term stays whole. */
export function readProduct(text: string): Product {
  let product = products.get(text)
  if (product === undefined) {
    product = splitTerm(text)
    if (products.size >= PRODUCTS_KEPT) products.clear()
    products.set(text, product)
  }
  return product
}

function splitTerm(text: string): Product {
  const bare = text
    .replace(/\s*\([^()]*(?:ltd|limited|plc|pharma|uk|healthcare|laboratories|inc|gmbh|zentiva|teva|accord|sandoz)[^()]*\)\s*$/i, '')
    .trim()
  const match = STRENGTH.exec(bare)
  const [, name = '', amount = '', form = ''] = match ?? []
  if (!match || ANY_STRENGTH.test(`${name} ${form}`)) return { name: bare, strength: '', form: '' }
  const strength = strengthWords(amount)
  return { name, strengthAndForm: [strength, form].filter(Boolean).join(' '), strength, form: singular(normal(form)) }
}

const strengthWords = (amount: string): string =>
  amount
    .replace(/\s*\/\s*/g, ' per ')
    .replaceAll(/(\d[\d,]*(?:\.\d+)?)\s*([a-zA-Zµμ%]+)/g, (_all, value: string, unit: string) =>
      unit === '%' ? `${value}%` : `${tidyNumber(value)} ${doseUnit(unit)}`,
    )
    .replaceAll(/\s+/g, ' ')

const tidyNumber = (value: string): string => numberWords(Number(value.replaceAll(',', '')))
const singular = (form: string): string =>
  form.replaceAll(/\b(tablet|capsule|injection|patch|suppositor|inhaler|sachet|drop|vial|ampoule|pessar)(?:s|es|ies|y)?\b/g, '$1')

const NUMBERS: Readonly<Record<string, number>> = { half: 0.5, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 }
const TIMES: readonly (readonly [pattern: RegExp, perDay: number])[] = [
  [/\b(?:four times|4 times|qds|qid)(?: (?:a|per|each|every))?(?: day| daily)?\b/, 4],
  [/\b(?:three times|3 times|tds|tid)(?: (?:a|per|each|every))?(?: day| daily)?\b/, 3],
  [/\b(?:twice|two times|2 times)(?: (?:a|per|each|every))? ?(?:day|daily)\b|\b(?:bd|bid)\b/, 2],
  [
    /\b(?:once|one time)(?: (?:a|per|each|every))? ?(?:day|daily)\b|\b(?:od|daily|each day|every day|at night|nocte|in the morning|mane|each morning|every morning|each night|every night)\b/,
    1,
  ],
  [/\b(?:once (?:a|per|each|every) week|once weekly|weekly)\b/, 1 / 7],
]

/** Reads what instructions say in structure; text is read only to compare, and shown as written. */
export function readDosage(dosages: readonly Dosage[] | undefined, product: Product): DoseParts {
  const first = dosages?.[0]
  if (!dosages || !first) return EMPTY
  const texts = dosages.flatMap(d => d.text ?? d.patientInstruction ?? [])
  const instruction = texts.join('; ')
  const route = term(first.route)
  if (dosages.length > 1) {
    const all = dosages
      .map(d => [doseOf(d), frequencyOf(d)].filter(Boolean).join(' '))
      .filter(Boolean)
      .join(', then ')
    return parts({ instruction: instruction || all, ...(route ? { route } : {}) }, '', '', normal(instruction || all))
  }
  const dose = doseOf(first)
  const frequency = frequencyOf(first)
  const reason = [durationOf(first.timing), reasonOf(first)].filter(Boolean).join(', ')
  const quantity = first.doseAndRate?.[0]?.doseQuantity
  const read = normal(instruction)
  const doseKey =
    quantity?.value === undefined
      ? dose === ''
        ? doseInText(read, product)
        : normal(dose)
      : comparable(quantity.value, doseUnit(quantity.unit ?? quantity.code ?? ''), product)
  const frequencyKey = perDay(first.timing) || frequencyInText(frequency ? normal(frequency) : read)
  return parts(
    {
      ...(dose ? { dose } : {}),
      ...(route ? { route } : {}),
      ...(frequency ? { frequency } : {}),
      ...(reason ? { reasonOrDuration: reason } : {}),
      ...(instruction && !(dose && frequency) ? { instruction } : {}),
    },
    doseKey,
    frequencyKey,
    /\bas directed\b/.test(read) ? '' : read,
  )
}

const parts = (
  words: Omit<DoseParts, 'doseKey' | 'frequencyKey' | 'instructionKey'>,
  doseKey: string,
  frequencyKey: string,
  instructionKey: string,
): DoseParts => ({
  ...words,
  doseKey,
  frequencyKey,
  instructionKey,
})
const EMPTY = parts({}, '', '', '')

function doseOf(dosage: Dosage): string {
  const given = dosage.doseAndRate?.[0]
  if (given?.doseQuantity) return quantityWords(given.doseQuantity)
  const { low, high } = given?.doseRange ?? {}
  if (low?.value !== undefined && high?.value !== undefined) return `${numberWords(low.value)} to ${quantityWords(high)}`
  return quantityWords(low ?? high)
}

/** A timing as words, `twice a day in the morning for 7 days`; empty when it holds none. */
export const timingWords = (timing: Timing): string => [frequencyOf({ timing }), durationOf(timing)].filter(Boolean).join(' ')

/** Elements that `timingWords` says of this timing; the others are left to whoever shows the whole. */
export function timingSays(timing: Timing): ReadonlySet<string> {
  const repeat = timing.repeat
  const said = new Set(['repeat', 'when', 'dayOfWeek', 'timeOfDay'])
  const spaced = repeat?.period !== undefined && PERIODS[repeat.periodUnit ?? ''] !== undefined
  if (spaced) for (const name of ['frequency', 'frequencyMax', 'period', 'periodMax', 'periodUnit']) said.add(name)
  else if (!repeat?.when?.length) said.add('code')
  if (repeat?.boundsDuration?.value !== undefined) said.add('boundsDuration')
  else if (repeat?.duration !== undefined && repeat.durationUnit && !repeat.boundsPeriod?.end) said.add('duration').add('durationUnit')
  return said
}

/** Amount in one unit: `1 tablet` of 5 mg tablets is `5 mg`, 0.5 g is `500 mg`. */
function comparable(value: number, unit: string, product: Product): string {
  if (/^(?:tablet|capsule|patch|suppository|sachet)s?$/i.test(unit) || unit === '' || unit === '1' || unit === '{tbl}') {
    const strength = /^([\d,.]+) (\S+)$/.exec(product.strength)
    if (!strength) return unit ? `${value} ${singular(unit.toLowerCase())}` : ''
    return comparable(Number(strength[1]?.replaceAll(',', '')) * value, strength[2] ?? '', { ...product, strength: '' })
  }
  if (unit === 'g') return `${round(value * 1000)} mg`
  if (unit === 'micrograms') return `${round(value / 1000)} mg`
  return `${round(value)} ${unit}`
}
const round = (value: number): number => Number(value.toPrecision(12))

const COUNT = /\b(half|one|two|three|four|five|six|\d+(?:\.\d+)?)(?: (?:to be taken|at)|(?: ?(tablet|capsule|sachet)s?))\b/
const AMOUNT = /(?<![\d.-])(\d+(?:\.\d+)?) ?(mg|mcg|micrograms?|g|ml|units?)\b/

function doseInText(read: string, product: Product): string {
  const count = COUNT.exec(read)
  const amount = AMOUNT.exec(read)
  if (/\b(?:or|to) (?:half|one|two|three|four|\d)|\d ?- ?\d|reduc|increas|then\b/.test(read)) return ''
  if (amount?.[1]) return comparable(Number(amount[1]), doseUnit(amount[2] ?? ''), product)
  if (count?.[1]) return comparable(NUMBERS[count[1]] ?? Number(count[1]), count[2] ?? '', product)
  return ''
}

function frequencyInText(read: string): string {
  const every = /\bevery (\d+) hours?\b/.exec(read)
  if (every) return String(24 / Number(every[1]))
  return String(TIMES.find(([pattern]) => pattern.test(read))?.[1] ?? '')
}

const PERIODS: Readonly<Record<string, readonly [word: string, days: number]>> = {
  min: ['minute', 1 / 1440],
  h: ['hour', 1 / 24],
  d: ['day', 1],
  wk: ['week', 7],
  mo: ['month', 30],
  a: ['year', 365],
}
const WHEN: Readonly<Record<string, string>> = {
  MORN: 'in the morning',
  NOON: 'at noon',
  AFT: 'in the afternoon',
  EVE: 'in the evening',
  NIGHT: 'at night',
  HS: 'at bedtime',
  WAKE: 'on waking',
  C: 'with meals',
  CM: 'with breakfast',
  CD: 'with lunch',
  CV: 'with evening meal',
  AC: 'before meals',
  PC: 'after meals',
  ACM: 'before breakfast',
  ACV: 'before evening meal',
  PCM: 'after breakfast',
  PCV: 'after evening meal',
}

function perDay(timing: Timing | undefined): string {
  const { frequency, frequencyMax, period, periodMax, periodUnit, when } = timing?.repeat ?? {}
  if (frequencyMax !== undefined || periodMax !== undefined) return ''
  const days = PERIODS[periodUnit ?? '']?.[1]
  if (period && days) return String(round((frequency ?? 1) / (period * days)))
  return when?.length ? String(when.length) : ''
}

function frequencyOf(dosage: Dosage): string {
  const { repeat, code } = dosage.timing ?? {}
  const words: string[] = []
  const unit = PERIODS[repeat?.periodUnit ?? '']?.[0]
  if (repeat?.period !== undefined && unit) {
    const times = repeat.frequency ?? 1
    const count =
      repeat.frequencyMax !== undefined && repeat.frequencyMax !== times
        ? `${times} to ${repeat.frequencyMax} times`
        : times === 1
          ? 'once'
          : times === 2
            ? 'twice'
            : `${times} times`
    const period = repeat.periodMax === undefined ? String(repeat.period) : `${repeat.period} to ${repeat.periodMax}`
    words.push(period === '1' ? `${count} a ${unit}` : times === 1 ? `every ${period} ${unit}s` : `${count} every ${period} ${unit}s`)
  } else if (!repeat?.when?.length) {
    const said = term(code)
    if (said) words.push(said)
  }
  for (const when of repeat?.when ?? []) words.push(WHEN[when] ?? when)
  for (const day of repeat?.dayOfWeek ?? []) words.push(`on ${DAYS[day] ?? day}`)
  if (repeat?.timeOfDay?.length) words.push(`at ${repeat.timeOfDay.map(t => t.slice(0, 5)).join(', ')}`)
  const needed = term(dosage.asNeededCodeableConcept)
  if (needed) words.push(`when required for ${needed}`)
  else if (dosage.asNeededBoolean) words.push('when required')
  return words.join(' ')
}
const DAYS: Readonly<Record<string, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}

function durationOf(timing: Timing | undefined): string {
  const { boundsDuration, boundsPeriod, duration, durationUnit } = timing?.repeat ?? {}
  if (boundsDuration?.value !== undefined) {
    const unit = PERIODS[boundsDuration.code ?? '']?.[0] ?? boundsDuration.unit ?? ''
    return `for ${numberWords(boundsDuration.value)} ${unit}${boundsDuration.value === 1 || unit.endsWith('s') ? '' : 's'}`
  }
  if (boundsPeriod?.end) return `until ${boundsPeriod.end.slice(0, 10)}`
  return duration !== undefined && durationUnit
    ? `over ${numberWords(duration)} ${PERIODS[durationUnit]?.[0] ?? durationUnit}${duration === 1 ? '' : 's'}`
    : ''
}

const reasonOf = (dosage: Dosage): string => (dosage.additionalInstruction ?? []).flatMap(i => term(i) ?? []).join(', ')
