/**
 * A resource or part of one without the references to what is gone, and without the parts that were about nothing else.
 *
 * @returns the value itself when nothing in it is gone; `undefined` when it is a reference that is.
 */
export function withoutReferences(value: unknown, isGone: (reference: string) => boolean): unknown {
  if (typeof value !== 'object' || value === null || !names(value, isGone)) return value
  if (Array.isArray(value)) return value.map(one => withoutReferences(one, isGone)).filter(one => one !== undefined)
  if ('reference' in value && typeof value.reference === 'string' && isGone(value.reference)) return undefined
  let lost = false
  const kept: [string, unknown][] = []
  for (const [key, inner] of Object.entries(value)) {
    const clean = withoutReferences(inner, isGone)
    const emptied = Array.isArray(clean) && clean.length === 0 && Array.isArray(inner) && inner.length > 0
    if (clean === undefined || emptied) lost = true
    else kept.push([key, clean])
  }
  // A part of a resource that was only about what is gone goes too: a rank or use without its condition is a trace.
  return lost && !('resourceType' in value) ? undefined : Object.fromEntries(kept)
}

/** Whether anything in it refers to what is gone. */
function names(value: object, isGone: (reference: string) => boolean): boolean {
  if (Array.isArray(value)) {
    for (const one of value as unknown[]) if (typeof one === 'object' && one !== null && names(one, isGone)) return true
    return false
  }
  const fields = value as Readonly<Record<string, unknown>>
  for (const name in fields) {
    const inner = fields[name]
    if (name === 'reference' && typeof inner === 'string' && isGone(inner)) return true
    if (typeof inner === 'object' && inner !== null && names(inner, isGone)) return true
  }
  return false
}
