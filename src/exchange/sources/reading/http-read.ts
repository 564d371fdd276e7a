import { request, type Dispatcher } from 'undici'
import type { Cause, Outcome } from '../../../care-record/item.ts'
import type { JsonObject } from './json.ts'
import { parseBody } from './parse-body.ts'
import { parseXml } from './parse-xml.ts'

/** Why a request brought nothing: an outcome with its cause, in our own words only. */
export interface Failed {
  readonly ok: false
  readonly outcome: Outcome
  readonly cause: Cause
  /** HTTP status when there was one. */
  readonly status?: number
  /** The error answer, when it could be read. */
  readonly body?: JsonObject
}
export interface Read {
  readonly ok: true
  readonly status: number
  readonly body: JsonObject
  readonly bytes: number
  /** Nowhere in its texts stands a character that would have to be cleaned. */
  readonly plain: boolean
  readonly etag?: string
}

/** Bytes a group may still cost, shared by all its requests. */
export interface ByteBudget {
  left: number
}

export interface ReadRequest {
  readonly dispatcher: Dispatcher
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  readonly budget: ByteBudget
}

type Parser = (body: Buffer) => Promise<JsonObject | undefined>
/** How an answer of a content type is read; `undefined`: not at all. */
type ParserOf = (contentType: string) => Parser | undefined

const JSON_TYPES = /^application\/(?:fhir\+json|json\+fhir|json)\s*(?:;|$)/i
const XML_TYPES = /^(?:application\/(?:fhir\+xml|xml\+fhir|xml)|text\/xml)\s*(?:;|$)/i
const json: ParserOf = type => (JSON_TYPES.test(type) ? parseBody : undefined)
/** As `readFhir` reads: `undefined` for a content type that is not FHIR's. */
export const parserOfFhir: ParserOf = type => (JSON_TYPES.test(type) ? parseBody : XML_TYPES.test(type) ? parseXml : undefined)
/** An error answer longer than this says nothing more. */
const ERROR_BYTES = 64 * 1024

/**
 * One request to a system we do not trust. Never rejects and never follows a redirect; reads no more than the
 * budget, only JSON, only strict UTF-8. When `signal` aborts, the request ends and its socket is freed.
 */
export const readJson = (ask: ReadRequest): Promise<Read | Failed> => read(ask, json)

/** As `readJson`, of a FHIR R4 system: JSON or XML, whichever it answers with, read as the same object. */
export const readFhir = (ask: ReadRequest): Promise<Read | Failed> => read(ask, parserOfFhir)

async function read(ask: ReadRequest, parserOf: ParserOf): Promise<Read | Failed> {
  try {
    const answer = await request(ask.url, {
      dispatcher: ask.dispatcher,
      method: ask.method,
      headers: { accept: 'application/fhir+json', 'accept-encoding': 'identity', ...ask.headers },
      body: ask.body ?? null,
      signal: ask.signal,
    })
    const status = answer.statusCode
    const parse = parserOf(header(answer.headers['content-type']))
    const encoding = header(answer.headers['content-encoding'])
    if (status < 200 || status > 299) {
      const budget = { left: ERROR_BYTES }
      const bytes = parse && encoding === '' ? await drain(answer.body, budget) : drop(answer.body)
      const body = bytes ? await parse?.(bytes) : undefined
      return { ...failureOf(status), status, ...(body ? { body } : {}) }
    }
    if (!parse || (encoding !== '' && encoding !== 'identity')) {
      drop(answer.body)
      return { ok: false, outcome: 'unavailable', cause: 'unreadable', status }
    }
    const declared = Number(header(answer.headers['content-length']))
    const bytes = declared > ask.budget.left ? drop(answer.body) : await drain(answer.body, ask.budget)
    if (!bytes) return { ok: false, outcome: 'unavailable', cause: 'too-large', status }
    const body = await parse(bytes)
    if (ask.signal.aborted) return stopped(ask.signal)
    if (!body) return { ok: false, outcome: 'unavailable', cause: 'unreadable', status }
    const etag = header(answer.headers['etag'])
    return { ok: true, status, body, bytes: bytes.length, plain: parse === parseBody && isPlain(bytes), ...(etag === '' ? {} : { etag }) }
  } catch {
    return ask.signal.aborted ? stopped(ask.signal) : { ok: false, outcome: 'unavailable', cause: 'connection-failed' }
  }
}

/**
 * Whether JSON of these bytes can only have clean texts: no character written by its number or as a control, none of the few
 * that stand for themselves. JSON itself has no others raw.
 */
const isPlain = (bytes: Buffer): boolean => UNPLAIN.every(one => !bytes.includes(one))
const UNPLAIN = [...['\\u', '\\b', '\\f', '\u007f'].map(text => Buffer.from(text)), Buffer.from('\u2028'), Buffer.from('\u2029')]

const header = (value: string | string[] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''))

/** `late`, by the deadline or because nobody waits any more. */
export function stopped(signal: AbortSignal): Failed {
  const timedOut = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
  return { ok: false, outcome: 'late', cause: timedOut ? 'timed-out' : 'cancelled' }
}

function failureOf(status: number): Failed {
  if (status === 401 || status === 403) return { ok: false, outcome: 'refused', cause: 'source-refused' }
  if (status === 408 || status === 504) return { ok: false, outcome: 'unavailable', cause: 'timed-out' }
  return { ok: false, outcome: 'unavailable', cause: 'server-error' }
}

async function drain(body: Dispatcher.ResponseData['body'], budget: ByteBudget): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of body as AsyncIterable<Buffer>) {
    budget.left -= chunk.length
    if (budget.left < 0) return undefined // leaving the loop destroys the body and frees its socket
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function drop(body: Dispatcher.ResponseData['body']): undefined {
  body.on('error', () => {})
  body.destroy()
}
