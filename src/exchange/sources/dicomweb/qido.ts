import { request, type Dispatcher } from 'undici'
import { stopped, type ByteBudget, type Failed } from '../reading/http-read.ts'
import { isObject } from '../reading/json.ts'
import { parseBody } from '../reading/parse-body.ts'
import { TAGS, type Attribute, type DataSet } from './dicom-json.ts'

export interface Found {
  readonly ok: true
  /** What could be read as sets of attributes. */
  readonly sets: readonly DataSet[]
  /** Entries that were none. */
  readonly unreadable: number
}
export interface QidoAsk {
  readonly dispatcher: Dispatcher
  /** `{base}/studies` and below. */
  readonly url: string
  /** Attributes to be equal. */
  readonly match: Readonly<Partial<Record<'PatientID' | 'SOPInstanceUID', string>>>
  readonly fields: readonly Attribute[]
  readonly limit: number
  readonly offset: number
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly budget: ByteBudget
}

const DICOM_JSON = /^application\/(?:dicom\+json|json)\s*(?:;|$)/i
const OPEN = Buffer.from('{"sets":')
const CLOSE = Buffer.from('}')

/**
 * One search of an archive (QIDO-RS, PS3.18 section 10.6). Never rejects and never follows a redirect; reads no more than the
 * budget. 204 is an empty answer.
 */
export async function search(ask: QidoAsk): Promise<Found | Failed> {
  const query = new URLSearchParams({ ...ask.match, limit: String(ask.limit), offset: String(ask.offset) })
  for (const field of ask.fields) query.append('includefield', TAGS[field][0])
  try {
    const answer = await request(`${ask.url}?${query.toString()}`, {
      dispatcher: ask.dispatcher,
      method: 'GET',
      headers: { 'accept-encoding': 'identity', ...ask.headers, accept: 'application/dicom+json' },
      signal: ask.signal,
    })
    const { statusCode: status, body } = answer
    const header = (name: string): string => String(answer.headers[name] ?? '')
    const drop = (failed: Failed): Failed => {
      body.on('error', () => {})
      body.destroy()
      return failed
    }
    if (status === 204) {
      await body.dump()
      return { ok: true, sets: [], unreadable: 0 }
    }
    if (status !== 200) return drop(failureOf(status))
    const encoding = header('content-encoding')
    if (!DICOM_JSON.test(header('content-type')) || (encoding !== '' && encoding !== 'identity')) return drop(UNREADABLE)
    const chunks: Buffer[] = [OPEN]
    for await (const chunk of body as AsyncIterable<Buffer>) {
      ask.budget.left -= chunk.length
      if (ask.budget.left < 0) return { ok: false, outcome: 'unavailable', cause: 'too-large' }
      chunks.push(chunk)
    }
    // The reader of the house takes one object: the list is put into one, and must be all that stands there.
    const parsed = await parseBody(Buffer.concat([...chunks, CLOSE]))
    if (ask.signal.aborted) return stopped(ask.signal)
    const list = parsed?.['sets']
    if (!Array.isArray(list) || Object.keys(parsed ?? {}).length !== 1) return UNREADABLE
    const sets = list.filter(isObject)
    return { ok: true, sets, unreadable: list.length - sets.length }
  } catch {
    return ask.signal.aborted ? stopped(ask.signal) : { ok: false, outcome: 'unavailable', cause: 'connection-failed' }
  }
}

const UNREADABLE: Failed = { ok: false, outcome: 'unavailable', cause: 'unreadable' }

function failureOf(status: number): Failed {
  if (status === 401 || status === 403) return { ok: false, outcome: 'refused', cause: 'source-refused', status }
  if (status === 408 || status === 504) return { ok: false, outcome: 'unavailable', cause: 'timed-out', status }
  return { ok: false, outcome: 'unavailable', cause: 'server-error', status }
}
