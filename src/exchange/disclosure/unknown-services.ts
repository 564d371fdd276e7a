import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { Facts } from '../../care-record/item.ts'

/** A code that a source uses and its organisation's register of services does not have. */
export interface UnknownService {
  readonly odsCode: string
  readonly localCode: string
  /** Treatment functions that stood with it, at most a few. */
  readonly treatmentFunctions: readonly string[]
}

export interface UnknownServices {
  /** Takes note of codes alone: never of whom they were said. */
  readonly note: (source: { readonly odsCode: string }, facts: readonly Pick<Facts, 'localCodes' | 'treatmentFunctions'>[]) => void
  /** For the owner of the register, next morning: by organisation and code. Whether a thing was shown is not told. */
  readonly list: () => readonly UnknownService[]
}

/** Of each organisation; a source that makes codes up fills no memory. */
const CODES_KEPT = 500
const FUNCTIONS_KEPT = 5
/** A code of a clinic is short, and never a person's number. */
const CODE = /^(?!\d{9,})[A-Za-z0-9][A-Za-z0-9 ._/-]{0,19}$/
const FUNCTION = /^[A-Z0-9]{3}$/

/**
 * Codes seen that no register has (care rules 5.5). What is unknown and of an ordinary function is shown, and stands here for
 * the owner to place; what is unknown and of a restricted function or name is withheld, and stands here too.
 */
export function createUnknownServices(services: readonly ServiceRegisterRow[]): UnknownServices {
  const known = new Set(services.map(row => keyOf(row.odsCode, row.localCode)))
  const withRegister = new Set(services.map(row => row.odsCode))
  const seen = new Map<string, Map<string, Set<string>>>()
  return {
    note: ({ odsCode }, facts) => {
      if (!withRegister.has(odsCode)) return
      for (const { localCodes, treatmentFunctions } of facts)
        for (const localCode of localCodes) {
          if (known.has(keyOf(odsCode, localCode)) || !CODE.test(localCode)) continue
          let codes = seen.get(odsCode)
          if (codes === undefined) seen.set(odsCode, (codes = new Map<string, Set<string>>()))
          let functions = codes.get(localCode)
          if (functions === undefined) {
            if (codes.size >= CODES_KEPT) continue
            codes.set(localCode, (functions = new Set()))
          }
          for (const one of treatmentFunctions) if (FUNCTION.test(one) && functions.size < FUNCTIONS_KEPT) functions.add(one)
        }
    },
    list: () =>
      [...seen]
        .flatMap(([odsCode, codes]) =>
          [...codes].map(([localCode, functions]): UnknownService => ({
            odsCode,
            localCode,
            treatmentFunctions: [...functions].toSorted(),
          })),
        )
        .toSorted((a, b) => (keyOf(a.odsCode, a.localCode) < keyOf(b.odsCode, b.localCode) ? -1 : 1)),
  }
}

const keyOf = (odsCode: string, localCode: string): string => `${odsCode} ${localCode.toLowerCase()}`
