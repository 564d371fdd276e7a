import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../care-record/catalogue.ts'
import type { Facts, Item, SectionAnswer } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import { checkDigit } from '../care-record/nhs-number.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { GROUPS, SECTION_IDS, sectionsOf, type Group, type SectionId } from '../care-record/section.ts'
import { checkDemographics } from '../exchange/identity/check-demographics.ts'
import type { Ask } from '../exchange/sources/asker.ts'
import type { SpineSettings } from '../exchange/sources/gp-connect/request.ts'
import type { Refusal } from '../exchange/sources/reading/take-in.ts'
import type { SectionRow } from './finding.ts'
import type { ConnectOptions } from './options.ts'

/** Everything a check asks with, and what it has gathered on the way. */
export interface Asking {
  readonly options: ConnectOptions
  readonly source: SourceConfig
  readonly dispatcher: Dispatcher
  readonly connector: Ask
  readonly spine: SpineSettings
  readonly now: () => Date
  /** Ends when the whole check has taken as long as it may. */
  readonly signal: AbortSignal
  readonly facts: Map<string, Facts>
  readonly refused: Refusal[]
}

/** A number of the test range that no register gives to anybody, other than the one that is known. */
export function numberOfNobody(known: string): string {
  for (let n = 999_999_998; ; n--) {
    const digit = checkDigit(String(n))
    if (digit !== undefined && `${n}${digit}` !== known) return `${n}${digit}`
  }
}

/** Made up: the endpoint's audit should say that it was a check. */
const CHECKER = { sdsUserId: '555000000999', sdsRoleProfileId: '555000000998', odsCode: 'X26' }

export const passOf = (now: Date): Pass => ({
  viewer: {
    ...CHECKER,
    name: 'Connection CHECK',
    roleCode: 'S8000:G8000:R8000',
    roleName: 'Connection check',
    organisationName: 'Connection check',
    assurance: 'AAL2',
  },
  purpose: 'direct-care',
  relationship: {
    type: 'outpatient',
    evidenceId: 'connection-check',
    assertedBy: CHECKER.odsCode,
    seenAt: now.toISOString(),
    until: new Date(now.getTime() + 3_600_000).toISOString(),
  },
  role: { jobRole: 'R8000', group: 'doctor' },
  maySee: new Set(SECTION_IDS),
  maskPlaces: false,
  decidedAt: now.toISOString(),
  rulesVersion: 'connection-check',
})

export const personOf = ({ person }: ConnectOptions, now: Date): Person => ({
  nhsNumber: person.nhsNumber,
  name: { family: person.family, given: person.given },
  otherNames: [],
  birthDate: person.birthDate,
  gender: 'unknown',
  restricted: 'no',
  basis: 'pds',
  asOf: now.toISOString(),
})

export const viewerOrganisation = { odsCode: CHECKER.odsCode, name: 'Connection check', short: 'Check', kind: 'other' } as const

/** Asks the endpoint as a view does, within the time that a view has. */
export async function askOnce(asking: Asking, group: Group, sections: readonly SectionId[]): Promise<readonly SectionAnswer[]> {
  const { source, options, now } = asking
  return asking.connector({
    ask: { source, group, sections },
    person: personOf(options, now()),
    pass: passOf(now()),
    transaction: randomUUID(),
    organisation: { odsCode: source.odsCode, name: source.system, short: source.odsCode, kind: 'other' },
    viewerOrganisation,
    now,
    sieve: (_, facts) => {
      for (const one of facts) asking.facts.set(one.key, one)
      return new Set()
    },
    checkDemographics,
    signal: AbortSignal.any([asking.signal, AbortSignal.timeout(limits.askMs)]),
  })
}

const REPEATS = 3
/** An endpoint that was silent so often in a row is asked for nothing more. */
const SILENT = 2

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Every section by itself, three times each; what it holds, and how long that takes. */
export async function askEachSection(
  asking: Asking,
): Promise<{ readonly rows: readonly SectionRow[]; readonly items: readonly Item[]; readonly gaveUp: boolean }> {
  const rows: SectionRow[] = []
  const items = new Map<string, Item>()
  let silent = 0
  for (const group of GROUPS)
    for (const section of sectionsOf(group).filter(one => asking.source.sections.includes(one))) {
      if (silent >= SILENT || asking.signal.aborted) return { rows, items: [...items.values()], gaveUp: true }
      const times: number[] = []
      let last: SectionAnswer | undefined
      for (let n = 0; n < REPEATS; n++) {
        const startedMs = performance.now()
        ;[last] = await askOnce(asking, group, [section])
        times.push(performance.now() - startedMs)
        if (last === undefined || last.outcome === 'late' || last.outcome === 'unavailable') break
      }
      if (last === undefined) continue
      silent = last.outcome === 'late' ? silent + 1 : 0
      for (const item of last.items) items.set(item.id, item)
      const { outcome, cause, unreadable } = last
      // Some sections come with another group, and nothing is asked for them in this one.
      if (last.items.length === 0 && median(times) < 0.5) continue
      rows.push({ section, group, outcome, cause, items: last.items.length, unreadable, p50Ms: Math.round(median(times)) })
    }
  return { rows, items: [...items.values()], gaveUp: false }
}
