import type { EpisodeOfCare } from '@medplum/fhirtypes'
import type { EvidenceFact } from './decide.ts'

const CASE: ReadonlySet<string> = new Set(['planned', 'active', 'onhold', 'waitlist', 'finished'])

/**
 * What the viewer's own council says of whose case it has, status and days only, as facts. A case opened by mistake or
 * cancelled says nothing. The notice or referral to the council counts before a case opens: a planned one counts from when
 * it was last changed (care rules 1.1).
 *
 * @param about whose cases these are: the number asked for, the organisation and the source that answered.
 */
export function factsFromCases(
  cases: readonly EpisodeOfCare[],
  about: { readonly nhsNumber: string; readonly odsCode: string; readonly sourceId: string },
  now: Date,
): readonly EvidenceFact[] {
  const seenAt = now.toISOString()
  return cases.flatMap(({ id, status, period, meta }): EvidenceFact[] => {
    if (id === undefined || status === undefined || !CASE.has(status)) return []
    const changed = instant(meta?.lastUpdated)
    const from = status === 'planned' ? (changed ?? seenAt) : (instant(period?.start) ?? changed)
    if (from === undefined) return []
    // A closed case without a day ended at the latest when it was last changed, else when it was opened.
    const ended = status === 'finished' ? (instant(period?.end) ?? changed ?? from) : null
    return [
      {
        evidenceId: `${about.sourceId}/EpisodeOfCare/${id}`,
        nhsNumber: about.nhsNumber,
        odsCode: about.odsCode,
        type: 'social-care-case',
        from,
        ended,
        lastMessageAt: seenAt,
        assertedBy: about.sourceId,
        seenAt,
      },
    ]
  })
}

function instant(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
