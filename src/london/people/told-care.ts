/**
 * A council's record of somebody, in the words of social care. Days are FHIR dates; `at` and `start` of a visit are instants.
 * Everything has an id that is unique within its kind for one person at one council.
 */
export interface ToldCare {
  readonly workers?: readonly ToldWorker[]
  readonly cases?: readonly ToldCase[]
  readonly assessments?: readonly ToldAssessment[]
  readonly packages?: readonly ToldPackage[]
  readonly reviews?: readonly ToldReview[]
  readonly equipment?: readonly ToldEquipment[]
  readonly safeguarding?: readonly ToldSafeguarding[]
  readonly carers?: readonly ToldCarer[]
  readonly referrals?: readonly ToldCareReferral[]
  readonly visits?: readonly ToldVisit[]
  readonly alerts?: readonly ToldStatement[]
  /** Attorneys, deputies, orders of a court, authorisations. */
  readonly legal?: readonly ToldStatement[]
  /** What matters to the person, and what they ask of whoever cares for them. */
  readonly aboutMe?: readonly ToldStatement[]
  /** Home, work, household. */
  readonly circumstances?: readonly ToldStatement[]
}

interface Told {
  readonly id: string
  readonly note?: string
}
export interface ToldWorker extends Told {
  readonly name: string
  readonly role: string
  readonly team: string
  readonly phone: string
  readonly from: string
  readonly to?: string
}
export interface ToldCase extends Told {
  readonly title: string
  readonly team: string
  /** `id` of the worker who holds it. */
  readonly worker?: string
  readonly opened: string
  readonly closed?: string
  /** Primary support reason, in words. */
  readonly reason?: string
}
export interface ToldAssessment extends Told {
  readonly title: string
  readonly at: string
  readonly status: 'planned' | 'in-progress' | 'completed'
  readonly worker?: string
  readonly case?: string
  readonly needs?: readonly string[]
  readonly outcome?: string
}
export interface ToldPackage extends Told {
  readonly title: string
  readonly provider: string
  readonly phone?: string
  readonly start: string
  readonly end?: string
  readonly status: 'active' | 'suspended' | 'ended' | 'planned'
  readonly words?: string
  readonly visits?: readonly { readonly what: string; readonly when: string; readonly by?: string }[]
  readonly goals?: readonly string[]
  readonly hoursPerWeek?: number
  readonly worker?: string
}
export interface ToldReview extends Told {
  readonly title: string
  readonly due: string
  readonly done?: string
  readonly outcome?: string
}
export interface ToldEquipment extends Told {
  readonly title: string
  readonly supplied: string
  readonly returned?: string
}
/** Bound to the team (care rules 1.1); never shown on the person's own pages. */
export interface ToldSafeguarding extends Told {
  readonly kind: 'adult-enquiry' | 'child-protection-plan' | 'child-in-need' | 'looked-after'
  readonly title: string
  readonly opened: string
  readonly closed?: string
  readonly words?: string
}
export interface ToldCarer extends Told {
  readonly name: string
  readonly relationship: string
  readonly phone: string
  readonly roles?: readonly string[]
}
export interface ToldCareReferral extends Told {
  readonly title: string
  readonly on: string
  readonly from: string
  readonly status: 'received' | 'accepted' | 'completed' | 'declined'
  readonly words?: string
}
export interface ToldVisit extends Told {
  readonly title: string
  readonly start: string
  readonly end?: string
  readonly status: 'booked' | 'done' | 'cancelled' | 'noshow'
  readonly with?: string
}
export interface ToldStatement extends Told {
  readonly kind: string
  readonly text: string
  readonly on: string
}
