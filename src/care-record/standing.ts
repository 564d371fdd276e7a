/** How the professional stands with employer, register and rules of use at a moment (care rules 1.4, 1.5). */
export interface Standing {
  /** The employer says that this role profile is in use. `unknown`: nobody has said. */
  readonly employment: 'active' | 'ended' | 'unknown'
  /**
   * The professional register. `fee-unpaid` warns, then denies; `suspended` and `lapsed` deny at once. `not-regulated`: no
   * register keeps this profession.
   */
  readonly register: 'registered' | 'fee-unpaid' | 'suspended' | 'lapsed' | 'not-regulated' | 'unknown'
  /** FHIR date from which the register says so. */
  readonly registerSince?: string
  /** ISO instant of the last acceptance of the rules of use; `null`: never. */
  readonly acceptedUse: string | null
  /** Teams this user is in at the organisation of the role, as the employer says. */
  readonly teams: readonly string[]
}
