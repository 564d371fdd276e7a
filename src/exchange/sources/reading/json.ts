/** Values as they come off a wire: nothing is known of them but that they were JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
const EMPTY: JsonObject = Object.freeze({})
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : EMPTY)
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && !isBlank(value) ? value : undefined)
/** The first character nearly always tells. */
function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  return !(first > 0x20 && first < 0x7f) && text.trim() === ''
}
/** The objects of a list; one object alone counts as a list of one. */
export const objectsOf = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? (value.every(isObject) ? value : value.filter(isObject)) : isObject(value) ? [value] : []
export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []

/** The empty list that most lists of a walk are and stay. */
export const NONE: readonly never[] = []
/** A list that began as `NONE`, one longer. The one given is of no more use. */
export function grown<T>(list: readonly T[], value: T): readonly T[] {
  const { length } = list
  if (length === 0) return [value]
  // A list that is pushed to has room for seventeen more; nearly all of these never get a third.
  if (length === 1) return [list[0] as T, value]
  ;(list as T[]).push(value)
  return list
}

/** The object without the keys whose value is `undefined`, as FHIR has no nulls. */
export const defined = (values: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

/** Resources taken in one step of work that is cut into steps: a step for each would cost more than some of them. */
export const TOGETHER = 16
/** The event loop is held at most this long before others run, milliseconds: what is ready to be shown comes between. */
const SLICE_MS = 3
/** Work that has had this much of the processor goes behind what waits, milliseconds. */
const TURN_MS = 48

/** Short pieces of work share a turn of the event loop up to this long, milliseconds: a turn of its own costs more than many take. */
const SHARED_MS = 2

/** Work in hand of the whole process: one after another, so that the first is done long before the last. */
const waiting: (() => void)[] = []
let taken = false
/** The present turn has a next one coming, and until when work may begin in it. */
let turning = false
let turnEndsMs = 0

function enter(place: 'next' | 'last'): Promise<void> | undefined {
  if (!taken && waiting.length === 0 && (!turning || performance.now() < turnEndsMs)) {
    begin()
    return undefined
  }
  return new Promise(resolve => {
    if (place === 'next') waiting.unshift(resolve)
    else waiting.push(resolve)
  })
}

function begin(): void {
  taken = true
  if (turning) return
  turnEndsMs = performance.now() + SHARED_MS
  turnLater()
}
function turnLater(): void {
  turning = true
  setImmediate(() => {
    turning = false
    beginUnlessTaken()
  })
}
function beginUnlessTaken(): void {
  const next = taken ? undefined : waiting.shift()
  if (!next) return
  begin()
  next()
}

/** Whoever is next begins behind what the last one's result leads to at once, in a turn of its own once this one is long. */
function leave(): void {
  taken = false
  if (waiting.length === 0) return
  if (!turning) turnLater()
  else if (performance.now() < turnEndsMs) process.nextTick(beginUnlessTaken)
}

/**
 * Runs work cut into steps, one piece of work at a time in the whole process, without holding the event loop longer than one
 * step and a slice. Stops with `undefined` when aborted.
 *
 * @param place `next` for what finishes something begun: it goes before what has not begun.
 */
export async function inSlices<T>(work: Generator<void, T>, signal?: AbortSignal, place: 'next' | 'last' = 'last'): Promise<T | undefined> {
  await enter(place)
  try {
    let sliceMs = performance.now()
    let turnMs = sliceMs
    for (;;) {
      const step = work.next()
      if (step.done) return step.value
      if (signal?.aborted) return undefined
      const nowMs = performance.now()
      if (nowMs - sliceMs < SLICE_MS) continue
      if (nowMs - turnMs > TURN_MS && waiting.length > 0) {
        leave()
        await enter('last')
        turnMs = performance.now()
      } else await new Promise(resolve => setImmediate(resolve))
      sliceMs = performance.now()
    }
  } finally {
    leave()
  }
}

/** Runs the same work at once. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
