import type { Dispatcher } from 'undici'
import { readFhir } from '../reading/http-read.ts'
import { objectsOf, textOf, type JsonObject } from '../reading/json.ts'

/** The types a server says can be searched. */
export type Capability = ReadonlySet<string>
/**
 * What the server at a base says of itself; `undefined`: it did not say, and may have any type. Never rejects. Views that ask at
 * the same time share one request; it says nothing of anybody.
 */
export type CapabilityReader = (base: string, headers: Readonly<Record<string, string>>) => Promise<Capability | undefined>

/** A view waits no longer for it than this, milliseconds. */
const WAIT_MS = 1000
const KNOWN_MS = 60 * 60_000
const UNKNOWN_MS = 60_000
const BYTES = 4 * 1024 * 1024

export function createCapabilityReader(dispatcher: Dispatcher): CapabilityReader {
  const known = new Map<string, { readonly answer: Promise<Capability | undefined>; untilMs: number }>()
  return (base, headers) => {
    const before = known.get(base)
    if (before && before.untilMs > performance.now()) return before.answer
    const answer = read(dispatcher, base, headers)
    const entry = { answer, untilMs: performance.now() + KNOWN_MS }
    known.set(base, entry)
    void answer.then(capability => {
      if (!capability) entry.untilMs = performance.now() + UNKNOWN_MS
    })
    return answer
  }
}

async function read(dispatcher: Dispatcher, base: string, headers: Readonly<Record<string, string>>): Promise<Capability | undefined> {
  const answer = await readFhir({
    dispatcher,
    url: `${base}/metadata`,
    method: 'GET',
    headers,
    signal: AbortSignal.timeout(WAIT_MS),
    budget: { left: BYTES },
  })
  return answer.ok ? capabilityOf(answer.body) : undefined
}

/** `undefined` when the statement names no type at all: then nothing is known. */
function capabilityOf(statement: JsonObject): Capability | undefined {
  if (statement['resourceType'] !== 'CapabilityStatement') return undefined
  const types = objectsOf(statement['rest'])
    .filter(rest => rest['mode'] !== 'client')
    .flatMap(rest => objectsOf(rest['resource']))
    .filter(resource => {
      const interactions = objectsOf(resource['interaction'])
      return interactions.length === 0 || interactions.some(one => one['code'] === 'search-type')
    })
    .flatMap(resource => textOf(resource['type']) ?? [])
  return types.length === 0 ? undefined : new Set(types)
}
