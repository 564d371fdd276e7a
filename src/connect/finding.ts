import type { SourceConfig } from '../care-record/catalogue.ts'
import type { Cause, Outcome } from '../care-record/item.ts'
import type { Group, SectionId } from '../care-record/section.ts'

/**
 * One thing a check found. `fails` keeps the endpoint from being connected; `differs` can be lived with, and is asked of the
 * supplier; `unknown` could not be found out.
 */
export interface Finding {
  readonly level: 'works' | 'differs' | 'fails' | 'unknown'
  readonly about: 'reach' | 'capability' | 'token' | 'person' | 'sections' | 'stability' | 'paging' | 'errors' | 'time' | 'data'
  readonly words: string
  /** What to ask the supplier, as a sentence of a letter. */
  readonly ask?: string
}

/** What one section of one group answered when asked by itself. */
export interface SectionRow {
  readonly section: SectionId
  readonly group: Group
  readonly outcome: Outcome
  readonly cause: Cause
  readonly items: number
  readonly unreadable: number
  /** Median of the times it was asked, milliseconds. */
  readonly p50Ms: number
}

export interface Report {
  readonly url: string
  readonly kind: 'fhir' | 'gp-connect'
  readonly findings: readonly Finding[]
  readonly sections: readonly SectionRow[]
  readonly connectable: boolean
  /** The row of the catalogue; absent when it cannot be connected or nobody said whose it is. */
  readonly row?: SourceConfig
}

export const works = (about: Finding['about'], words: string): Finding => ({ level: 'works', about, words })
export const differs = (about: Finding['about'], words: string, ask: string): Finding => ({ level: 'differs', about, words, ask })
export const fails = (about: Finding['about'], words: string, ask: string): Finding => ({ level: 'fails', about, words, ask })
export const unknown = (about: Finding['about'], words: string): Finding => ({ level: 'unknown', about, words })
