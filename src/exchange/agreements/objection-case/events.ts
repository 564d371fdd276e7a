import type { RoleGroup } from '../../../care-record/catalogue.ts'
import type { ObjectionScope, Narrowing } from '../../../care-record/objection.ts'
import type { Asker, Findings } from './asker.ts'
import type { Ground } from './rules.ts'

/** In what capacity somebody takes a step: at the point of care, in the objections office, as Caldicott Guardian, by the public form. */
export interface Actor {
  readonly sdsUserId: string
  readonly name?: string
  readonly odsCode: string
  readonly as: 'professional' | 'office' | 'guardian' | 'public' | 'import'
}

export const CHANNELS = ['record', 'form', 'call-back', 'practice', 'import'] as const
export type Channel = (typeof CHANNELS)[number]

export const IDENTITY_SEEN = ['known-to-me', 'photo-document', 'nhs-login', 'call-to-known-number', 'two-documents'] as const
export type IdentitySeen = (typeof IDENTITY_SEEN)[number]

export const EXPLAINED_HOW = ['face-to-face', 'telephone', 'interpreter', 'easy-read', 'letter', 'not-reached'] as const
export type ExplainedHow = (typeof EXPLAINED_HOW)[number]

export const ROUTES = ['handed', 'post', 'email', 'nhs-app', 'read-out'] as const
/** How a letter reaches the person; which is safe, only they can say. */
export type Route = (typeof ROUTES)[number]

export const CASE_LETTERS = ['received', 'more-needed', 'upheld', 'not-upheld', 'withdrawn', 're-decided', 'narrowed'] as const
export type CaseLetter = (typeof CASE_LETTERS)[number]

/** One thing that happened to a case. What is written by people is theirs: kept in the case, never in an audit event's open part. */
export type Happening =
  | {
      readonly type: 'received'
      readonly id: string
      readonly exchange: string
      readonly channel: Channel
      readonly asker: Asker
      readonly scope: ObjectionScope
      readonly words: string
    }
  /** Said to Connect Care or the Local Care Record, or recorded by a practice: in force from the first day, asked of nobody again. */
  | {
      readonly type: 'imported'
      readonly id: string
      readonly exchange: string
      readonly scope: ObjectionScope
      readonly nhsNumbers: readonly string[]
      /** Under which the lists have it already. */
      readonly objectionId: string
      /** FHIR date. */
      readonly since: string
      readonly words: string
    }
  | {
      readonly type: 'identity-checked'
      /** `practice-record`: a practice wrote it in the record of its own patient. */
      readonly seen: IdentitySeen | 'practice-record'
      /** Every number the person is known by, traced. */
      readonly nhsNumbers: readonly string[]
      readonly birthDate: string
      readonly deceased?: string
    }
  | { readonly type: 'authority-checked'; readonly findings: Findings }
  /** As the register has it now; without a day it says so no longer: a death marked by mistake. */
  | { readonly type: 'died'; readonly deceased?: string }
  | { readonly type: 'explained'; readonly how: ExplainedHow; readonly understood: boolean; readonly script: string }
  | {
      readonly type: 'scope-changed'
      readonly scope: ObjectionScope
      readonly words: string
      /** How it was known to be who asked; needed where less is kept apart than is in force. */
      readonly seen?: IdentitySeen
    }
  | { readonly type: 'more-needed'; readonly needs: readonly string[] }
  | { readonly type: 'upheld'; readonly words: string }
  | {
      readonly type: 'refusal-proposed'
      readonly ground: Ground['id']
      readonly evidence: string
      /** To the person, in plain words; stands in the letter. */
      readonly words: string
      readonly alternative?: string
    }
  | { readonly type: 'advised'; readonly supports: boolean; readonly words: string }
  | { readonly type: 'refusal-reviewed'; readonly agrees: boolean; readonly words: string }
  /** `where`: address, in the person's own words. */
  | { readonly type: 'route-confirmed'; readonly route: Route; readonly where: string }
  /** `pageOnly`: the PDF cannot write a name of it; only the page is the whole letter. */
  | {
      readonly type: 'letter-made'
      readonly letter: CaseLetter
      readonly letterId: string
      readonly language: string
      readonly pageOnly?: true
    }
  | { readonly type: 'letter-sent'; readonly letterId: string; readonly route: Route }
  /** The Guardian lets a dangerous letter wait, or say less, until they look again; `reviewOn` is a FHIR date. */
  | { readonly type: 'telling-limited'; readonly how: 'delayed' | 'shortened'; readonly because: string; readonly reviewOn: string }
  /** Looked at again: the letter may go whole. */
  | { readonly type: 'telling-freed'; readonly because: string }
  | { readonly type: 'shared-again' }
  | {
      readonly type: 'narrowing-asked'
      readonly id: string
      readonly reason: Narrowing['reason']
      readonly words: string
      readonly sdsUserIds: readonly string[]
      readonly hours: number
      /** Group of who asks, where their role may claim a relationship. */
      readonly role?: RoleGroup
    }
  | { readonly type: 'narrowing-answered'; readonly id: string; readonly agrees: boolean; readonly words: string }
  | { readonly type: 'narrowing-ended'; readonly id: string }
  | { readonly type: 'safeguarding-told'; readonly whom: string }
  /** `who`: whose change of mind it is. `seen`: how that was known to be them. `birthDate`: as traced now. */
  | {
      readonly type: 'withdrawn'
      readonly who: 'person' | 'asker'
      readonly seen: IdentitySeen | 'not-needed'
      readonly words: string
      readonly birthDate?: string
    }
  | { readonly type: 'asked-again'; readonly keeps: boolean; readonly seen: IdentitySeen; readonly words: string }
  | { readonly type: 'reopened'; readonly because: string }
  | { readonly type: 'expired'; readonly because: 'no-answer' | 'no-right' }
  | { readonly type: 'closed' }

export type CaseEvent = Happening & {
  /** ISO instant. */
  readonly at: string
  readonly by: Actor
}
