/*
 * @peculiar/x509 finds its algorithms through decorators that keep notes on classes, by a proposal for `Reflect` that Node does
 * not have. These are the four functions of it that are used there.
 */
type Notes = Map<unknown, unknown>
const notes = new WeakMap<object, Notes>()

const own = (key: unknown, target: object): unknown => notes.get(target)?.get(key)

function inherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (notes.get(at)?.has(key) === true) return own(key, at)
  }
  return undefined
}

function define(key: unknown, value: unknown, target: object): void {
  const of: Notes = notes.get(target) ?? new Map<unknown, unknown>()
  notes.set(target, of.set(key, value))
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: inherited,
    getOwnMetadata: (key: unknown, target: object) => own(key, target),
    defineMetadata: define,
    metadata: (key: unknown, value: unknown) => (target: object) => define(key, value, target),
  })
}

export type { Notes }
