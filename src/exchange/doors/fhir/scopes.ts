/** What a token's scopes let its user read: SMART 2.2, `user/` only; what the user may see limits it further. */
export interface Scopes {
  readonly mayRead: (type: string) => boolean
  readonly maySearch: (type: string) => boolean
}

/** Reads `user/Type.rs`, `user/*.rs` and the `.read` of SMART 1. Scopes that write, limit by a query, or are not of a user grant nothing. */
export function readScopes(scope: string): Scopes {
  const may: Record<'r' | 's', Set<string>> = { r: new Set(), s: new Set() }
  for (const one of scope.split(' ')) {
    const [, type, letters] = /^user\/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?|read)$/.exec(one) ?? []
    if (type === undefined || letters === undefined) continue
    if (letters === 'read' || letters.includes('r')) may.r.add(type)
    if (letters === 'read' || letters.includes('s')) may.s.add(type)
  }
  const has = (set: ReadonlySet<string>, type: string): boolean => set.has('*') || set.has(type)
  return { mayRead: type => has(may.r, type), maySearch: type => has(may.s, type) }
}
