import { fail, ok, type Result } from './result.ts'

declare const brand: unique symbol
/** A code of the Organisation Data Service: trusts 3 characters, practices 6, sites 5 and more. */
export type OdsCode = string & { readonly [brand]: 'OdsCode' }

/** Reads an organisation code: letters and digits, 3 to 12 of them, upper case. */
export function parseOdsCode(text: string): Result<OdsCode> {
  const code = text.trim().toUpperCase()
  return /^[A-Z0-9]{3,12}$/.test(code) ? ok(code as OdsCode) : fail('invalid', 'This is not an organisation code.')
}
