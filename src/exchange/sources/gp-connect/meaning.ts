import type { Cause, Outcome, SourceWarning } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { SectionState } from '../reading/answers.ts'
import type { Failed } from '../reading/http-read.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'

/**
 * Spine codes by what they mean to a reader. That a patient is not found is also said of sensitive, deceased and
 * temporary patients, and a refusal for want of consent is the person's own matter: neither may read as a reason
 * nor as 'none recorded', and all three read the same (GP Connect, Access Record Structured).
 */
const SPINE_CODES: Readonly<Record<string, 'not-available' | readonly [Outcome, Cause]>> = {
  PATIENT_NOT_FOUND: 'not-available',
  NO_RECORD_FOUND: 'not-available',
  NO_PATIENT_CONSENT: 'not-available',
  NO_ORGANISATION_CONSENT: ['refused', 'source-refused'],
  ACCESS_DENIED: ['refused', 'source-refused'],
  INVALID_PATIENT_DEMOGRAPHICS: ['mismatch', 'demographics-differ'],
}

/** Spine codes of an error answer. */
export const codesOf = (body: JsonObject | undefined): readonly string[] =>
  objectsOf(body?.['issue']).flatMap(issue =>
    objectsOf(objectOf(issue['details'])['coding']).flatMap(coding => textOf(coding['code']) ?? []),
  )

/** What a failed request says of the sections it was for. */
export function meaningOf(failed: Failed): Pick<SectionState, 'failed' | 'areaDisabled'> {
  for (const code of codesOf(failed.body)) {
    const meaning = Object.hasOwn(SPINE_CODES, code) ? SPINE_CODES[code] : undefined
    if (meaning === 'not-available') return { areaDisabled: true }
    if (meaning !== undefined) return { failed: { ok: false, outcome: meaning[0], cause: meaning[1] } }
  }
  return { failed: { ok: false, outcome: failed.outcome, cause: failed.cause } }
}

/** What we say of a section ourselves. */
export function ownWarnings(
  section: SectionId,
  areaDisabled: boolean,
  unreadable: number,
  tooLarge: boolean,
  differing: readonly string[],
): readonly SourceWarning[] {
  const found: SourceWarning[] = differing.map(field => ({
    code: 'demographics-differ',
    section,
    words: `The ${field} held there differs from the national register.`,
  }))
  if (areaDisabled) found.push({ code: 'area-disabled', section, words: 'Not available from this practice.' })
  if (unreadable > 0) found.push({ code: 'unreadable-items', section, words: 'Some of what was sent could not be read.' })
  if (tooLarge) found.push({ code: 'too-many-items', section, words: 'More is held than is shown here.' })
  return found
}
