/**
 * One text for one value (RFC 8785): keys in order of their UTF-16 units, no white space, numbers and strings as
 * ECMAScript writes them, absent members left out. Hashes and signatures are over the UTF-8 bytes of this.
 *
 * @throws TypeError for what JSON cannot say (NaN, bigint, functions): a bug, not outside data.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(each => canonicalJson(each)).join(',')}]`
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
  }
  throw new TypeError(`no canonical JSON for ${typeof value}`)
}
