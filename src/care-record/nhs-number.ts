import { fail, ok, type Result } from './result.ts'

declare const brand: unique symbol
/** Ten digits whose check digit is right and that no feed uses as a placeholder. A key, not proof of who someone is. */
export type NhsNumber = string & { readonly [brand]: 'NhsNumber' }

/** Numbers that pass the check but stand for 'unknown' in feeds. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '0000000000',
  '1111111111',
  '2222222222',
  '3333333333',
  '4444444444',
  '5555555555',
  '6666666666',
  '7777777777',
  '8888888888',
  '9999999999',
])

/** NHS Data Dictionary: weights 10 to 2 over nine digits; 11 minus the remainder by 11, where 11 reads 0 and 10 is invalid. */
export function checkDigit(firstNine: string): number | undefined {
  let sum = 0
  for (let place = 0; place < 9; place++) sum += (firstNine.charCodeAt(place) - 48) * (10 - place)
  const digit = 11 - (sum % 11)
  return digit === 11 ? 0 : digit === 10 ? undefined : digit
}

/** Reads an NHS number as people and systems write it: spaces and hyphens are dropped, all else is refused. */
export function parseNhsNumber(text: string): Result<NhsNumber> {
  const digits = text.replace(/[\s-]/g, '')
  if (!/^[0-9]{10}$/.test(digits)) return fail('invalid', 'An NHS number has ten digits.')
  if (PLACEHOLDERS.has(digits) || checkDigit(digits) !== Number(digits[9]))
    return fail('invalid', 'This is not a valid NHS number. Check each digit.')
  return ok(digits as NhsNumber)
}

/** `999 123 4567`, as D05 asks. */
export const spacedNhsNumber = (nhsNumber: string): string => `${nhsNumber.slice(0, 3)} ${nhsNumber.slice(3, 6)} ${nhsNumber.slice(6)}`
