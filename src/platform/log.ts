import { pino } from 'pino'
import type { DestinationStream, Level, Logger } from 'pino'

export type { Logger } from 'pino'

/** What a line may say. Anything else a caller puts in is left out: codes, not people. */
const ALLOWED: ReadonlySet<string> = new Set([
  'code',
  'event',
  'requestId',
  'transaction',
  'view',
  'attempt',
  'source',
  'exchange',
  'organisation',
  'process',
  'outcome',
  'reason',
  'section',
  'group',
  'kind',
  'status',
  'method',
  'route',
  'port',
  'pid',
  'count',
  'bytes',
  'tookMs',
  'ageMs',
  'version',
  'error',
])
const CODE = /^[\w.:/ -]{1,100}$/
const NHS_NUMBER_LIKE = /\d{3}[ -]?\d{3}[ -]?\d{4}/

/**
 * Keeps of a log line only known names whose values are numbers, truth values or short codes; of an error its class and code.
 * Texts that could hold a person (ten digits, free words) are replaced by `[left out]`.
 */
export function codesOnly(line: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(line)) {
    if (value instanceof Error) kept['error'] = classOf(value)
    else if (ALLOWED.has(name) && value !== undefined) kept[name] = plain(value)
  }
  return kept
}

function plain(value: unknown): unknown {
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Math.abs(value) < 1e9 ? value : '[left out]'
  if (typeof value === 'string' && CODE.test(value) && !NHS_NUMBER_LIKE.test(value.replace(UUID, ''))) return value
  return '[left out]'
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** `TypeError`, `Error ECONNREFUSED`: what an error is, without what it says. */
function classOf(error: Error): string {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? `${error.name} ${code}` : error.name
}

/** The log of a process: JSON lines on standard output, or wherever `to` writes. Messages are our own fixed words. */
export function createLog(options: {
  readonly level: Level | 'silent'
  readonly exchange: string
  readonly process: string
  readonly to?: DestinationStream
}): Logger {
  const settings = {
    level: options.level,
    base: { exchange: options.exchange, process: options.process },
    formatters: { level: (label: string) => ({ level: label }), log: codesOnly },
    serializers: { err: (error: unknown) => (error instanceof Error ? classOf(error) : undefined) },
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
  }
  return options.to === undefined ? pino(settings) : pino(settings, options.to)
}
