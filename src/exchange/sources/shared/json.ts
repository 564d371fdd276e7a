/** Values as they come off a wire: nothing is known of them but that they were JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
/** The objects of a list; one object alone counts as a list of one. */
export const objectsOf = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : []
export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []

/** The object without the keys whose value is `undefined`, as FHIR has no nulls. */
export const defined = (values: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

/** Leaves the event loop free: resolves at once until `sliceMs` have passed since the last pause, then after a turn. */
export function createPause(sliceMs = 12): () => Promise<void> | undefined {
  let startedMs = performance.now()
  return () => {
    if (performance.now() - startedMs < sliceMs) return undefined
    return new Promise(resolve => {
      setImmediate(() => {
        startedMs = performance.now()
        resolve()
      })
    })
  }
}

/** Runs work cut into steps without holding the event loop longer than one step and a slice. Stops with `undefined` when aborted. */
export async function inSlices<T>(work: Generator<void, T>, signal?: AbortSignal): Promise<T | undefined> {
  const pause = createPause()
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await pause()
    if (signal?.aborted) return undefined
  }
}

/** Runs the same work at once. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
