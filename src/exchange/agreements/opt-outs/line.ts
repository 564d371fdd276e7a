import { createHash } from 'node:crypto'
import { parseNhsNumber, type NhsNumber } from '../../../care-record/nhs-number.ts'
import type { ObjectionScope } from '../../../care-record/objection.ts'
import { parseOdsCode } from '../../../care-record/ods-code.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'

/** Columns of the file, in this order (docs/opt-outs.md). */
export const COLUMNS = [
  'system',
  'id',
  'nhs_number',
  'family',
  'given',
  'birth_date',
  'postcode',
  'address',
  'said_on',
  'scope',
  'organisation',
  'taken_by',
] as const

/** Earlier records that people said no to (R055, R076). */
export const SYSTEMS = ['connect-care', 'local-care-record'] as const
export type OptOutSystem = (typeof SYSTEMS)[number]

/** Somebody said no to an earlier record. What stands there may be old, incomplete or wrong. */
export interface OptOut {
  readonly system: OptOutSystem
  /** Id in that system: with it the same opt-out is known again. */
  readonly systemId: string
  /** Valid; `wrong`: something stands there that is no NHS number. */
  readonly nhsNumber?: NhsNumber | 'wrong'
  readonly family?: string
  readonly given: readonly string[]
  /** FHIR date, whole. */
  readonly birthDate?: string
  /** Upper case, no space. */
  readonly postcode?: string
  readonly address?: string
  /** FHIR date, whole. */
  readonly saidOn: string
  readonly scope: Extract<ObjectionScope, { kind: 'everything' | 'organisation' }>
  readonly takenBy?: string
}

const LONGEST = { id: 64, name: 200, address: 500, takenBy: 200 }

class BadLine extends Error {}

/** Reads one line of the file. Fault `invalid` says which field is wrong in our words; no line is half taken. */
export function parseLine(fields: readonly string[], today: string): Result<OptOut> {
  if (fields.length !== COLUMNS.length) return fail('invalid', `There are ${fields.length} columns; there should be ${COLUMNS.length}.`)
  const at = (column: (typeof COLUMNS)[number]): string => (fields[COLUMNS.indexOf(column)] ?? '').trim()
  try {
    for (const field of fields)
      if (/[\p{Cc}\p{Cn}\p{Co}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(field.replace(/[\r\n\t]/g, ' ')))
        throw new BadLine('A field has characters that are not text.')
    const system = SYSTEMS.find(one => one === at('system'))
    if (system === undefined) throw new BadLine(`The system is none of ${SYSTEMS.join(', ')}.`)
    const systemId = at('id')
    if (!/^[\x21-\x7e]+$/.test(systemId) || systemId.length > LONGEST.id)
      throw new BadLine('The id is missing, too long or not plain letters and digits.')
    const [family, given] = [named(at('family'), 'surname'), named(at('given'), 'given name')]
    const birthDate = at('birth_date') === '' ? undefined : dayOf(at('birth_date'), 'date of birth', today)
    const postcode = at('postcode').toUpperCase().replace(/\s+/g, '')
    if (postcode.length > 8) throw new BadLine('The postcode is too long.')
    const address = limited(at('address'), LONGEST.address, 'address')
    const takenBy = limited(at('taken_by'), LONGEST.takenBy, 'name of who took it')
    const number = at('nhs_number') === '' ? undefined : parseNhsNumber(at('nhs_number'))
    if (number === undefined && family === '' && given === '') throw new BadLine('There is neither an NHS number nor a name.')
    return ok({
      system,
      systemId,
      given: given.split(/\s+/).filter(name => name !== ''),
      saidOn: dayOf(at('said_on'), 'date it was said on', today),
      scope: scopeOf(at('scope'), at('organisation')),
      ...(number === undefined ? {} : { nhsNumber: number.ok ? number.value : ('wrong' as const) }),
      ...(family === '' ? {} : { family }),
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(postcode === '' ? {} : { postcode }),
      ...(address === '' ? {} : { address }),
      ...(takenBy === '' ? {} : { takenBy }),
    })
  } catch (cause) {
    if (cause instanceof BadLine) return fail('invalid', cause.message)
    throw cause
  }
}

/** Whether the first record names the columns as they should be. */
export const isHeader = (fields: readonly string[]): boolean =>
  fields.length === COLUMNS.length && COLUMNS.every((column, place) => fields[place]?.trim().toLowerCase() === column)

/** The same for the same content, however it is spaced; another for any change that counts. */
export const hashOf = (optOut: OptOut): string => createHash('sha256').update(JSON.stringify(optOut)).digest('hex')

function limited(text: string, longest: number, what: string): string {
  if (text.length > longest) throw new BadLine(`The ${what} is too long.`)
  return text
}
const named = (text: string, what: string): string => limited(text, LONGEST.name, what)

/** `1956-03-08` or `08/03/1956`; a day that was. */
function dayOf(text: string, what: string, today: string): string {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const written = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : [written?.[3], written?.[2], written?.[1]]
  const whole = `${year}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`
  const at = new Date(`${whole}T00:00:00Z`)
  if (Number.isNaN(at.getTime()) || !at.toISOString().startsWith(whole)) throw new BadLine(`The ${what} is not a date, such as 1956-03-08.`)
  if (whole > today || whole < '1850') throw new BadLine(`The ${what} cannot be.`)
  return whole
}

/** R055: a restriction at one trust stays one on what that trust holds. */
function scopeOf(scope: string, organisation: string): OptOut['scope'] {
  if (scope === 'everything' && organisation === '') return { kind: 'everything' }
  if (scope !== 'organisation') throw new BadLine('The scope is neither everything (without an organisation) nor organisation.')
  const odsCode = parseOdsCode(organisation)
  if (!odsCode.ok) throw new BadLine('The organisation is not an organisation code.')
  return { kind: 'organisation', odsCode: odsCode.value }
}
