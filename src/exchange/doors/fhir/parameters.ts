import type { FastifyRequest } from 'fastify'
import { fail, ok, type Result } from '../../../care-record/result.ts'

/** Parameters of a request, from its URL and from the form or Parameters of its body. */
export type Parameters = ReadonlyMap<string, readonly string[]>

const MOST = 40
const LONGEST = 2_000

/** Fault `invalid` for what is no list of names and texts. */
export function readParameters(request: FastifyRequest): Result<Parameters> {
  const read = new Map<string, string[]>()
  const add = (name: string, value: unknown): boolean => {
    if (typeof value !== 'string' || value.length > LONGEST || name.length > 64) return false
    read.set(name, [...(read.get(name) ?? []), value])
    return true
  }
  let given = pairsOf(request.query)
  const { body } = request
  if (request.method === 'POST' && typeof body === 'object' && body !== null) {
    const inBody = Reflect.get(body, 'resourceType') === undefined ? pairsOf(body) : parametersOf(body)
    if (inBody === undefined) return fail('invalid', 'The request could not be read.')
    given = [...given, ...inBody]
  }
  if (given.length > MOST || !given.every(([name, value]) => add(name, value))) return fail('invalid', 'The request could not be read.')
  return ok(read)
}

const pairsOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, one]) => (Array.isArray(one) ? one.map(each => [name, each] as const) : [[name, one] as const]))
    : []

/** A FHIR Parameters resource with plain values: `[{ name, valueX }]`. */
function parametersOf(body: object): readonly (readonly [string, unknown])[] | undefined {
  if (Reflect.get(body, 'resourceType') !== 'Parameters') return undefined
  const all: unknown = Reflect.get(body, 'parameter') ?? []
  if (!Array.isArray(all)) return undefined
  const pairs: [string, unknown][] = []
  for (const one of all as readonly unknown[]) {
    if (typeof one !== 'object' || one === null) return undefined
    const { name, ...values } = one as Readonly<Record<string, unknown>>
    const [value, ...more] = Object.values(values)
    if (typeof name !== 'string' || more.length > 0) return undefined
    pairs.push([name, typeof value === 'number' || typeof value === 'boolean' ? String(value) : value])
  }
  return pairs
}

/** The only value of a parameter that may stand once. */
export function once(parameters: Parameters, name: string): Result<string | undefined> {
  const [value, ...more] = parameters.get(name) ?? []
  return more.length > 0 ? fail('invalid', `The parameter ${name} may stand once.`) : ok(value)
}

/** `handling=lenient` in Prefer: what is not known is left out and said. Else it is refused. */
export const isLenient = (request: FastifyRequest): boolean => {
  const { prefer } = request.headers
  return [prefer ?? []].flat().some(one => /\bhandling\s*=\s*lenient\b/.test(one))
}

/** A whole number of entries a page, from 1. */
export function readCount(text: string | undefined, most: number): Result<number> {
  if (text === undefined) return ok(most)
  if (!/^[0-9]{1,6}$/.test(text) || Number(text) === 0) return fail('invalid', 'The parameter _count is a whole number from 1.')
  return ok(Math.min(Number(text), most))
}
