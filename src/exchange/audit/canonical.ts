/** Member names recur; each is quoted once. */
const quoted = new Map<string, string>()
const NAMES_KEPT = 1000

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
    const members = value as Readonly<Record<string, unknown>>
    let text = ''
    // `sort` without a comparison is by UTF-16 units.
    for (const key of Object.keys(members).sort()) {
      const member = members[key]
      if (member !== undefined) text += `${text === '' ? '' : ','}${nameOf(key)}:${canonicalJson(member)}`
    }
    return `{${text}}`
  }
  throw new TypeError(`no canonical JSON for ${typeof value}`)
}

function nameOf(key: string): string {
  const known = quoted.get(key)
  if (known !== undefined) return known
  const name = JSON.stringify(key)
  if (quoted.size < NAMES_KEPT) quoted.set(key, name)
  return name
}
