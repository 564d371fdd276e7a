import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'
import type { SourceState } from '../../../care-record/entry.ts'
import { outcomeWords } from '../../../care-record/outcome.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { View } from '../../view.ts'
import { groupWords, sectionTitle, timeOf } from '../../../viewer/words.ts'
import { OURS } from './outcome.ts'

/** FHIR R4 IssueType of outcomes that are no answer. */
const issueOf = ({ outcome, cause }: SourceState): OperationOutcomeIssue['code'] => {
  if (cause === 'timed-out' || cause === 'asking') return 'timeout'
  if (outcome === 'unavailable' || outcome === 'late') return 'transient'
  if (outcome === 'refused') return 'security'
  return 'incomplete'
}

/**
 * What became of every source and section that was asked, in the words pages have: one issue each. Sources that nobody may name
 * are in no view, so they are in none of these.
 *
 * @param sections only of these; `undefined`: of all.
 */
export function saidOf(view: View, sections: ReadonlySet<SectionId> | undefined): OperationOutcome | undefined {
  const issue: OperationOutcomeIssue[] = []
  // In an order that does not tell who answered first.
  const states = [...view.snapshot.states].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state)
  for (const state of states)
    for (const section of state.sections) if (sections === undefined || sections.has(section)) issue.push(issueFor(state, section, view))
  return issue.length === 0 ? undefined : { resourceType: 'OperationOutcome', issue }
}

function issueFor(state: SourceState, section: SectionId, view: View): OperationOutcomeIssue {
  const { source, outcome, cause, group, warnings, unreadable, complete } = state
  const words = outcomeWords(outcome, cause)
  const time = timeOf(state, view.openedAt)
  const filled = (text: string): string =>
    text.replaceAll('{source}', source.name).replaceAll('{section}', sectionTitle(section)).replaceAll('{time}', time)
  const notes = [
    ...(words.countsAsAnswered || words.section === '' ? [] : [filled(words.section)]),
    ...warnings.filter(warning => warning.section === section).map(warning => warning.words),
    ...(unreadable > 0 ? ['Something it sent could not be read.'] : []),
    ...(words.countsAsAnswered && !complete && !state.waiting ? ['It holds more than is shown here.'] : []),
  ]
  const whole = words.countsAsAnswered && notes.length === 0
  return {
    severity: whole ? 'information' : 'warning',
    code: whole ? 'informational' : words.countsAsAnswered ? 'incomplete' : issueOf(state),
    details: {
      coding: [
        { system: `${OURS}:outcome`, code: outcome },
        { system: `${OURS}:cause`, code: cause },
        { system: `${OURS}:section`, code: section, display: sectionTitle(section) },
        { system: `${OURS}:group`, code: group },
        { system: `${OURS}:source`, code: source.exchange === '' ? source.id : `${source.exchange}/${source.id}`, display: source.name },
      ],
      text: [`${source.name}, ${sectionTitle(section)} (${groupWords[group]}): ${words.strip}.`, ...notes].join(' '),
    },
  }
}
