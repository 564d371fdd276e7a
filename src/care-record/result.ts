/** One vocabulary of failure. Expected failure is a value; throwing is for bugs. */
export type FaultKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'too-large' | 'timeout' | 'unavailable' | 'internal'

export interface Fault {
  readonly kind: FaultKind
  /** Safe to show to the caller: our own words, never a name, a number or a stack. */
  readonly detail: string
  /** For the log only, and there only its class and code. */
  readonly cause?: unknown
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

export const fail = (kind: FaultKind, detail: string, cause?: unknown): { readonly ok: false; readonly fault: Fault } => ({
  ok: false,
  fault: cause === undefined ? { kind, detail } : { kind, detail, cause },
})

/** RFC 9457 status and FHIR R4 IssueType of each kind of fault. */
export const wire = {
  invalid: { status: 400, issue: 'invalid' },
  unauthenticated: { status: 401, issue: 'login' },
  forbidden: { status: 403, issue: 'forbidden' },
  'not-found': { status: 404, issue: 'not-found' },
  conflict: { status: 409, issue: 'conflict' },
  'too-large': { status: 413, issue: 'too-long' },
  timeout: { status: 504, issue: 'timeout' },
  unavailable: { status: 503, issue: 'transient' },
  internal: { status: 500, issue: 'exception' },
} as const satisfies Record<FaultKind, { status: number; issue: string }>
