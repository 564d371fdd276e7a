import { parseNhsNumber, type NhsNumber } from '../../care-record/nhs-number.ts'
import type { Gender } from '../../care-record/person.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import { nameWords } from './names.ts'

export type Criteria =
  | { readonly by: 'number'; readonly nhsNumber: NhsNumber }
  | {
      readonly by: 'details'
      readonly family: string
      /** FHIR date, whole. */
      readonly birthDate: string
      readonly given?: string
      readonly gender?: Gender
      /** Upper case, one space. */
      readonly postcode?: string
    }

const LONGEST_NAME = 70
const GENDERS: ReadonlySet<string> = new Set(['female', 'male', 'other', 'unknown'])

/**
 * Reads the search form. Fields: `nhsNumber`; or `family`, `birthDate` (`1956-03-08`, `8/3/1956`) or `day`, `month`,
 * `year`, and one of `given`, `gender`, `postcode`. Every field is hostile until read; wildcards are refused, since the
 * register would take them. Fault `invalid` with words for the page.
 */
export function parseCriteria(form: unknown): Result<Criteria> {
  if (typeof form !== 'object' || form === null || Array.isArray(form))
    return fail('invalid', 'Enter an NHS number, or name and date of birth.')
  const fields = new Map<string, string>()
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined || value === null) continue
    if (typeof value !== 'string') return fail('invalid', 'Enter each field once.')
    if (value.length > 200 || /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/u.test(value)) return fail('invalid', 'Enter text without special characters.')
    if (value.trim() !== '') fields.set(name, value.trim())
  }
  const number = fields.get('nhsNumber')
  if (number !== undefined) {
    const parsed = parseNhsNumber(number)
    return parsed.ok ? ok({ by: 'number', nhsNumber: parsed.value }) : parsed
  }
  if ('nhsNumber' in form && !('family' in form)) return fail('invalid', 'Enter an NHS number.')
  const family = fields.get('family')
  if (family === undefined || !isName(family)) return fail('invalid', 'Enter a surname of at most 70 letters.')
  const birthDate = parseBirthDate(fields)
  if (birthDate === undefined) return fail('invalid', 'Enter a date of birth, for example 8 3 1956.')
  const given = fields.get('given')
  if (given !== undefined && !isName(given)) return fail('invalid', 'Enter a given name of at most 70 letters.')
  const gender = fields.get('gender')?.toLowerCase()
  if (gender !== undefined && !GENDERS.has(gender)) return fail('invalid', 'Choose female, male, other or not known.')
  const written = fields.get('postcode')
  const postcode = written === undefined ? undefined : parsePostcode(written)
  if (written !== undefined && postcode === undefined) return fail('invalid', 'Enter a whole postcode, for example SE5 9RS.')
  if (given === undefined && gender === undefined && postcode === undefined)
    return fail('invalid', 'Enter a given name, gender or postcode as well.')
  return ok({
    by: 'details',
    family,
    birthDate,
    ...(given === undefined ? {} : { given }),
    ...(gender === undefined ? {} : { gender: gender as Gender }),
    ...(postcode === undefined ? {} : { postcode }),
  })
}

const isName = (text: string): boolean =>
  text.length <= LONGEST_NAME && nameWords(text).length > 0 && /^[\p{L}\p{M}\p{Zs}.'’‘ʼ`´-]+$/u.test(text)

function parseBirthDate(fields: ReadonlyMap<string, string>): string | undefined {
  const whole = fields.get('birthDate')
  const iso = whole === undefined ? undefined : /^(\d{4})-(\d{2})-(\d{2})$/.exec(whole)
  const written = whole === undefined ? undefined : /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(whole)
  const parts = iso
    ? [iso[1], iso[2], iso[3]]
    : written
      ? [written[3], written[2], written[1]]
      : [fields.get('year'), fields.get('month'), fields.get('day')]
  const [year, month, day] = parts
  if (year === undefined || month === undefined || day === undefined) return undefined
  if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day) || Number(year) < 1850) return undefined
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined
}

/** A whole UK postcode as `SE5 9RS`. */
export function parsePostcode(text: string): string | undefined {
  const packed = text.toUpperCase().replace(/\s+/g, '')
  return /^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$/.test(packed) ? `${packed.slice(0, -3)} ${packed.slice(-3)}` : undefined
}
