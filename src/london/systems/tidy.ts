import { createHash } from 'node:crypto'

/** JSON on its way out. */
export type Json = Readonly<Record<string, unknown>>

/** Leaves out what is `undefined` or an empty list, at any depth: FHIR knows neither. */
export function tidy<T extends Json>(json: T): T {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean).filter(v => v !== undefined)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, clean(inner)] as const)
        .filter(([, inner]) => inner !== undefined && !(Array.isArray(inner) && inner.length === 0)),
    )
  }
  return clean(json) as T
}

/** An id that says nothing about the person, and is the same each time. */
export const opaqueId = (...parts: readonly string[]): string => {
  const hex = createHash('sha256').update(parts.join('\u0000')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
