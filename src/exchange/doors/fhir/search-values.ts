import { fail, ok, type Result } from '../../../care-record/result.ts'
import type { ParameterKind, Searchable } from './searches.ts'

type Test = (value: unknown) => boolean
const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads the value of one search parameter. Values between commas are alternatives; a modifier of a parameter is refused, since
 * ignoring it would find something else. Fault `invalid`.
 */
export function readParameter(search: Searchable, name: string, value: string): Result<(resource: unknown) => boolean> {
  const parameter = Object.hasOwn(search.parameters, name) ? search.parameters[name] : undefined
  if (parameter === undefined) return fail('invalid', 'This search has a parameter that is not known here.')
  const tests: Test[] = []
  for (const one of value.split(',')) {
    const test = readValue(parameter.kind, one.trim())
    if (test === undefined) return fail('invalid', `The value of ${name} could not be read.`)
    tests.push(test)
  }
  return ok(resource => {
    for (const element of parameter.elements) {
      const values = at(resource, element.split('.'))
      if (values.length > 0) return values.some(found => tests.some(test => test(found)))
    }
    return false
  })
}

function at(value: unknown, path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path
  if (name === undefined) return value === undefined ? [] : Array.isArray(value) ? value : [value]
  if (Array.isArray(value)) return value.flatMap(one => at(one, path))
  return isFields(value) ? at(value[name], rest) : []
}

const readValue = (kind: ParameterKind, text: string): Test | undefined => (kind === 'token' ? readToken(text) : readDate(text))

/** `code`, `system|code`, `|code` (no system) or `system|`. */
function readToken(text: string): Test | undefined {
  if (text === '' || text === '|') return undefined
  const bar = text.indexOf('|')
  const code = text.slice(bar + 1)
  const system = bar < 0 ? undefined : text.slice(0, bar)
  const fits = (theirs: unknown, one: unknown): boolean =>
    (code === '' || one === code) && (system === undefined || (system === '' ? theirs === undefined : theirs === system))
  return value => {
    if (typeof value === 'string' || typeof value === 'boolean') return String(value) === code && (system === undefined || system === '')
    if (!isFields(value)) return false
    const { coding } = value
    if (Array.isArray(coding)) return coding.some(one => isFields(one) && fits(one['system'], one['code']))
    return fits(value['system'], value['code'])
  }
}

const DATE = /^(eq|ne|gt|lt|ge|le)?(\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?)$/

/** The first and last millisecond a date or time stands for. A time without a zone is London's winter time. */
function spanOf(text: string): readonly [number, number] | undefined {
  const [year = '', month, day] = text.slice(0, 10).split('-')
  if (text.length > 10) {
    const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`
    const start = Date.parse(zoned)
    if (Number.isNaN(start)) return undefined
    const exact = /T\d{2}:\d{2}:\d{2}/.test(text)
    return [start, start + (exact ? 999 : 59_999)]
  }
  const from = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1))
  const to =
    month === undefined
      ? Date.UTC(Number(year) + 1, 0, 1)
      : day === undefined
        ? Date.UTC(Number(year), Number(month), 1)
        : Date.UTC(Number(year), Number(month) - 1, Number(day) + 1)
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : [from, to - 1]
}

/** FHIR R4 3.1.1.4.8: a stretch of time against a stretch of time. */
function readDate(text: string): Test | undefined {
  const [, prefix = 'eq', written] = DATE.exec(text.replace(' ', '+')) ?? []
  const asked = written === undefined ? undefined : spanOf(written)
  if (asked === undefined) return undefined
  const [from, to] = asked
  return value => {
    const span = spanOfValue(value)
    if (span === undefined) return false
    const [start, end] = span
    switch (prefix) {
      case 'ne':
        return start < from || end > to
      case 'gt':
        return end > to
      case 'lt':
        return start < from
      case 'ge':
        return end >= from
      case 'le':
        return start <= to
      default:
        return start >= from && end <= to
    }
  }
}

function spanOfValue(value: unknown): readonly [number, number] | undefined {
  if (typeof value === 'string') return spanOf(value)
  if (!isFields(value)) return undefined
  const { start, end } = value
  const first = typeof start === 'string' ? spanOf(start) : undefined
  const last = typeof end === 'string' ? spanOf(end) : undefined
  if (first === undefined && last === undefined) return undefined
  return [first?.[0] ?? -Infinity, last?.[1] ?? Infinity]
}

/** Whether a date value asks for nothing before an instant, so that what is older need not be asked for. */
export function isSince(value: string, instant: Date): boolean {
  const [, prefix = 'eq', written] = DATE.exec(value.replace(' ', '+')) ?? []
  const span = written === undefined || value.includes(',') ? undefined : spanOf(written)
  return span !== undefined && ['eq', 'gt', 'ge'].includes(prefix) && span[0] >= instant.getTime()
}
