import type { Gender, HumanName } from '../care-record/person.ts'
import { spacedNhsNumber } from '../care-record/nhs-number.ts'
import { html, type Html } from './html.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

interface Moment {
  readonly year: number
  readonly month?: number
  readonly day?: number
  readonly time?: string
  /** Said after the time where the hour alone would mislead. */
  readonly zone?: string
}

const FHIR_DATE_TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

function londonParts(instantMs: number): { year: number; month: number; day: number; time: string } {
  const part = { year: '', month: '', day: '', hour: '', minute: '' } as Record<string, string>
  for (const { type, value } of london.formatToParts(instantMs)) part[type] = value
  return { year: Number(part['year']), month: Number(part['month']), day: Number(part['day']), time: `${part['hour']}:${part['minute']}` }
}

const offsetMinutes = (instantMs: number): number => {
  const { year, month, day, time } = londonParts(instantMs)
  return Math.round((Date.parse(`${year}-${two(month)}-${two(day)}T${time}:00Z`) - instantMs) / 60_000)
}

const two = (number: number): string => String(number).padStart(2, '0')

/** Reads a FHIR date or dateTime, possibly partial, into UK local time (D71, D72). Anything else is `undefined`. */
export function readMoment(value: string | undefined): Moment | undefined {
  const found = value === undefined ? null : FHIR_DATE_TIME.exec(value)
  if (!found) return undefined
  const [whole, year, month, day, time, offset] = found
  if (month !== undefined && (Number(month) < 1 || Number(month) > 12)) return undefined
  if (day !== undefined && new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined
  if (time === undefined)
    return {
      year: Number(year),
      ...(month === undefined ? {} : { month: Number(month) }),
      ...(day === undefined ? {} : { day: Number(day) }),
    }
  if (offset === undefined) return { year: Number(year), month: Number(month), day: Number(day), time }
  const instantMs = Date.parse(whole)
  if (Number.isNaN(instantMs)) return undefined
  const local = londonParts(instantMs)
  const here = offsetMinutes(instantMs)
  const written =
    offset === 'Z' ? undefined : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)))
  const twice =
    londonParts(instantMs - 3_600_000).time === local.time || londonParts(instantMs + 3_600_000).time === local.time
      ? here === 60
        ? 'BST'
        : 'GMT'
      : undefined
  const zone = twice ?? (written !== undefined && written !== here && written !== 0 ? 'UK time' : undefined)
  return zone === undefined ? local : { ...local, zone }
}

const shortDate = ({ year, month, day }: Moment): string => {
  const name = month === undefined ? undefined : MONTHS[month - 1]?.slice(0, 3)
  if (name === undefined) return String(year)
  return day === undefined ? `${name}-${year}` : `${two(day)}-${name}-${year}`
}

const longDate = ({ year, month, day }: Moment): string => {
  const name = month === undefined ? undefined : MONTHS[month - 1]
  if (name === undefined) return String(year)
  return day === undefined ? `${name} ${year}` : `${day} ${name} ${year}`
}

const dayName = ({ year, month, day }: Moment): string | undefined =>
  month === undefined || day === undefined ? undefined : DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]

const clock = (moment: Moment): string => (moment.zone === undefined ? (moment.time ?? '') : `${moment.time} ${moment.zone}`)

/** Staff form: `08-Mar-1956`, `21-Nov-2026 11:20`, `Mar-2019`, `2019`; `Date not recorded` where none can be read (D70 to D72). */
export function staffDate(value: string | undefined, show: 'date' | 'date-time' = 'date-time'): string {
  const moment = readMoment(value)
  if (!moment) return 'Date not recorded'
  return show === 'date-time' && moment.time !== undefined ? `${shortDate(moment)} ${clock(moment)}` : shortDate(moment)
}

/** Staff form of a future event: `Tue 24-Nov-2026 14:10` (D70). */
export function staffFuture(value: string | undefined): string {
  const moment = readMoment(value)
  const name = moment && dayName(moment)
  return name === undefined ? staffDate(value) : `${name.slice(0, 3)} ${staffDate(value)}`
}

/** Person's form: `8 March 1956`, `5:30pm` (D74). */
export function patientDate(value: string | undefined): string {
  const moment = readMoment(value)
  if (!moment) return 'Date not recorded'
  return moment.time === undefined ? longDate(moment) : `${longDate(moment)}, ${patientTime(moment.time)}`
}

function patientTime(time: string): string {
  const hour = Number(time.slice(0, 2))
  const minute = time.slice(3)
  if (minute === '00' && (hour === 0 || hour === 12)) return hour === 0 ? 'midnight' : 'midday'
  return `${hour % 12 === 0 ? 12 : hour % 12}${minute === '00' ? '' : `:${minute}`}${hour < 12 ? 'am' : 'pm'}`
}

/** `11:02`, UK local time of an instant; stands only where the date is plain (D75). */
export const clockTime = (value: string | undefined): string => readMoment(value)?.time ?? 'a time not recorded'

/** The staff date for eyes, the long one for ears, in one element (D73). */
export function dateTag(value: string | undefined, show: 'date' | 'date-time' | 'future' = 'date-time'): Html {
  const moment = readMoment(value)
  if (!moment || value === undefined) return html`<span class="lcr-none">Date not recorded</span>`
  const timed = show !== 'date' && moment.time !== undefined
  const day = show === 'future' ? dayName(moment) : undefined
  const seen = `${day === undefined ? '' : `${day.slice(0, 3)} `}${shortDate(moment)}${timed ? ` ${clock(moment)}` : ''}`
  const heard = `${day === undefined ? '' : `${day} `}${longDate(moment)}${timed ? ` at ${clock(moment)}` : ''}`
  const machine = timed ? value : value.slice(0, 10)
  return html`<time datetime="${machine}"
    ><span aria-hidden="true" class="lcr-date">${seen}</span><span class="nhsuk-u-visually-hidden">${heard}</span></time
  >`
}

/** The end of a time that began on `start`: its clock time alone on the same day, else with its date. */
export function untilTag(start: string | undefined, end: string): Html {
  const [from, to] = [readMoment(start), readMoment(end)]
  if (from?.time === undefined || to?.time === undefined || shortDate(from) !== shortDate(to)) return dateTag(end)
  return html`<time datetime="${end}">${clock(to)}</time>`
}

// Units of dm+d stand in the singular; only these are made plural.
const COUNTED_UNITS = /^(tablet|capsule|patch|suppository|sachet|ampoule|vial|inhaler|bottle|pack|dose|device|lozenge)$/

/** `56 tablets` from `56 tablet`; any other words as written. */
export function quantityWords(quantity: string): string {
  const [, number, unit] = /^([\d.]+) (\S+)$/.exec(quantity) ?? []
  if (number === undefined || unit === undefined || number === '1' || !COUNTED_UNITS.test(unit)) return quantity
  return `${number} ${unit === 'patch' ? 'patches' : unit === 'suppository' ? 'suppositories' : `${unit}s`}`
}

/**
 * Age by band, from the day of birth to the day given (CUI, ISB 1505): days to 4 weeks, weeks and days to 1 year, months and
 * days to 2 years, years and months to 18, then years (D06). A partial date of birth gives `about`; no date gives `undefined`.
 *
 * @param on ISO instant or FHIR date.
 */
export function ageWords(birthDate: string, on: string): string | undefined {
  const birth = readMoment(birthDate)
  const end = readMoment(on)
  if (!birth || end?.month === undefined || end.day === undefined) return undefined
  if (birth.month === undefined || birth.day === undefined) {
    const years = end.year - birth.year - (birth.month !== undefined && birth.month > end.month ? 1 : 0)
    return years < 0 ? undefined : `about ${years}y`
  }
  const days = Math.round((Date.UTC(end.year, end.month - 1, end.day) - Date.UTC(birth.year, birth.month - 1, birth.day)) / 86_400_000)
  if (days < 0) return undefined
  if (days < 28) return `${days}d`
  let months = (end.year - birth.year) * 12 + end.month - birth.month
  if (end.day < birth.day) months -= 1
  if (months < 12) return days % 7 === 0 ? `${Math.floor(days / 7)}w` : `${Math.floor(days / 7)}w ${days % 7}d`
  if (months < 24) {
    const lastMonth = Date.UTC(birth.year, birth.month - 1 + months, birth.day)
    const over = Math.max(0, Math.round((Date.UTC(end.year, end.month - 1, end.day) - lastMonth) / 86_400_000))
    return over === 0 ? `${months}m` : `${months}m ${over}d`
  }
  const years = Math.floor(months / 12)
  return years < 18 && months % 12 > 0 ? `${years}y ${months % 12}m` : `${years}y`
}

/** `OKAFOR, Amara (Mrs)` (D02). */
export function nameText(name: HumanName): string {
  const given = name.given.join(' ')
  const title = name.prefix?.replace(/\.$/, '')
  return `${name.family.toLocaleUpperCase('en-GB')}${given ? `, ${given}` : ''}${title ? ` (${title})` : ''}`
}

/** The same, each part whole: a line may break between parts only (D02). */
export function nameTag(name: HumanName): Html {
  const given = name.given.join(' ')
  const title = name.prefix?.replace(/\.$/, '')
  return html`<span class="lcr-part">${name.family.toLocaleUpperCase('en-GB')}${given !== '' && ','}</span>${
      given !== '' && html` <span class="lcr-part">${given}</span>`
    }${title !== undefined && title !== '' && html` <span class="lcr-part">(${title})</span>`}`
}

/** 3 3 4 on one line; the gaps are not copied, so it pastes as ten digits (D05). */
export function nhsNumberTag(nhsNumber: string): Html {
  const [first, second, third] = spacedNhsNumber(nhsNumber).split(' ')
  const gap = html`<span class="lcr-gap"> </span>`
  return html`<span class="lcr-nhs">${first}${gap}${second}${gap}${third}</span>`
}

/** D07 */
export const genderWords: Readonly<Record<Gender, string>> = { female: 'Female', male: 'Male', other: 'Other', unknown: 'Not known' }

/** A plain number with its leading zero and a comma from 1,000; its decimals as reported, and anything else as written (D33, D52, D59). */
export function numberWords(value: string): string {
  const found = /^([+-]?)(\d*)(\.\d+)?$/.exec(value.trim())
  if (!found || (found[2] === '' && found[3] === undefined)) return value
  const [, sign, integer, decimals] = found
  return `${sign}${(integer === '' ? '0' : integer)?.replace(/\B(?=(\d{3})+$)/g, ',')}${decimals ?? ''}`
}

/** `1 item`, `2 items`. */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`

/** `A`, `A and B`, `A, B and C`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
