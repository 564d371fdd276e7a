import { checkDigit } from '../../src/care-record/nhs-number.ts'

/** One kind of view that is measured. */
export interface Cell {
  readonly sources: number
  readonly items: number
  readonly read: 'everything' | 'search'
  /** Statements that the law keeps apart, beside the items of the first source. */
  readonly planted?: number
  /** Every source has agreed to be asked a second time when it is slower than it mostly is. */
  readonly hedge?: true
}

export type StubFault = 'hang' | 'fail' | 'lie'
/** How the simulated systems answer from now on. */
export interface Behaviour {
  /** `fixed`: after 20 ms. `tail`: half within 250 ms, one in twenty after 1.45 s, one in a hundred after 3 s, one in 200 never. */
  readonly delay: 'fixed' | 'tail'
  readonly faults: Readonly<Record<number, StubFault>>
}

/** Where the simulated systems listen: one port a source, as real ones have an address each. */
export interface Stubs {
  readonly sourcePorts: readonly number[]
  /** The national register and the token service. */
  readonly nationalPort: number
}

/** Views to be opened one after the other, by a product or by the floor. */
export interface Order {
  readonly cell: Cell
  readonly stubs: Stubs
  /** Number of the first person; each view is of another. */
  readonly from: number
  readonly views: number
  /** Views begin at this rate whether or not those before have ended; one after the other unless told. */
  readonly perSecond?: number
  /** Sources that do not answer as they should: a view is measured by the others. */
  readonly faulty?: readonly number[]
}

/** One view as its reader saw it, by the clock all processes share, in milliseconds. */
export interface Seen {
  /** As the requests carried it (`x-correlation-id`). */
  readonly correlation: string
  readonly openedMs: number
  /** End of evidence: sources are asked from here on. */
  readonly planMs: number
  readonly firstMs: number
  /** Last answer of a source that is not faulty. */
  readonly lastMs: number
  readonly entries: number
  /** Every source that is not faulty has answered. */
  readonly whole: boolean
  /** What came of those that did not answer, as outcome and cause. */
  readonly missed: readonly string[]
}
export interface Done {
  /** Views that could not be opened. */
  readonly refused: number
  /** Resident bytes of the process when it was done. */
  readonly residentBytes: number
  readonly seen: readonly Seen[]
  /** Longest that the event loop was held, milliseconds. */
  readonly heldMs: number
}

/** What the simulated systems spent on one view themselves. */
export interface Spent {
  /** The slowest source's own time: from each request's arrival to its last byte, along its chain of requests. */
  readonly slowestMs: number
  /** When the first answer with items was written, by the shared clock. */
  readonly firstWrittenMs: number
  /** When the last thing that was asked for was first answered, by the shared clock. */
  readonly lastWrittenMs: number
  readonly requests: number
  /** Of these the ones for the record itself. */
  readonly records: number
}

export const baseUrlOf = (cell: Cell, port: number): string =>
  `http://127.0.0.1:${port}/${cell.sources}/${cell.items}-${cell.planted ?? 0}/fhir`

export const PERSON = { family: 'Bench', given: 'Person', birthDate: '1950-05-05', gender: 'female' } as const

/** Valid numbers of the test range, one a view. */
export function nhsNumberOf(n: number): string {
  for (let nine = 999_000_000 + n * 2; ; nine++) {
    const digit = checkDigit(String(nine))
    if (digit !== undefined) return `${nine}${digit}`
  }
}
