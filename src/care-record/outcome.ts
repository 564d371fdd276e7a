import type { Cause, Outcome } from './item.ts'

/** What a page may say and do about one outcome with one cause. One row each; the compiler holds the table whole. */
export interface OutcomeWords {
  /** After the source's name in the strip; `{time}` is HH:mm of the try. */
  readonly strip: string
  /** In a section that could have held something; `{source}`, `{section}`, `{time}` are filled in. Empty = nothing to say. */
  readonly section: string
  readonly icon: 'tick' | 'loading' | 'warning' | 'clock' | 'dash' | 'lock' | 'plug'
  /** The source may be named: the reason does not depend on the person. */
  readonly mayBeNamed: boolean
  readonly mayRetry: boolean
  readonly countsAsAnswered: boolean
}

const words = (
  strip: string,
  section: string,
  icon: OutcomeWords['icon'],
  mayBeNamed: boolean,
  mayRetry: boolean,
  countsAsAnswered: boolean,
): OutcomeWords => ({
  strip,
  section,
  icon,
  mayBeNamed,
  mayRetry,
  countsAsAnswered,
})

const missing = '{source} could not be reached at {time}. Information may be missing.'
const answered = words('answered', '', 'tick', true, false, true)
const failed = words('failed', missing, 'warning', true, true, false)

/** Words of causes that mean the same under every outcome they occur with. */
const byCause: Record<Cause, OutcomeWords> = {
  none: answered,
  asking: words('loading', 'Waiting for {source}. {section} may not be complete.', 'loading', true, false, false),
  'timed-out': words('timed out', missing, 'warning', true, true, false),
  'connection-failed': words('could not be reached', missing, 'warning', true, true, false),
  'server-error': failed,
  unreadable: words(
    'sent something that could not be read',
    '{source} sent something that could not be read. Information may be missing.',
    'warning',
    true,
    true,
    false,
  ),
  'too-large': words(
    'sent more than can be shown',
    '{source} holds more than is shown here. Information may be missing.',
    'warning',
    true,
    false,
    false,
  ),
  'breaker-open': words('not answering', missing, 'warning', true, true, false),
  cancelled: words('stopped', '{source} was not waited for. Information may be missing.', 'warning', true, true, false),
  'index-late': words('not asked, its index is late', '{source} was not asked. Information may be missing.', 'clock', true, true, false),
  'area-disabled': words('does not share this', '{section} is not available from {source}.', 'dash', true, false, true),
  'demographics-differ': words('could not be matched', 'A record at {source} could not be matched.', 'warning', true, false, false),
  'number-differs': words('could not be matched', 'A record at {source} could not be matched.', 'warning', true, false, false),
  'source-refused': words('refused', '{source} did not allow this request. Information may be missing.', 'lock', true, true, false),
  'not-for-role': words('not part of your role', '{section} is not part of your role.', 'lock', true, false, true),
  'no-agreement': words('no agreement', '{source} has no agreement to share with your organisation.', 'plug', true, false, false),
  'not-shared': words('does not share everything', '{section}: not shared by {source}.', 'dash', true, false, false),
  suspended: words('suspended', '{source} is suspended. Information may be missing.', 'plug', true, false, false),
  planned: words('not connected', '{source} is not connected. Information may be missing.', 'plug', true, false, false),
  'restricted-by-law': words('', '', 'tick', false, false, true),
  'restricted-person': words('', '', 'tick', false, false, true),
  objection: words('', '', 'tick', false, false, true),
  'no-number': words(
    'not asked without an NHS number',
    '{source} is asked by NHS number only and was not asked.',
    'dash',
    true,
    false,
    false,
  ),
}

/** Causes each outcome can have; anything else is a bug and reads as failed. */
const causesOf: Record<Outcome, readonly Cause[]> = {
  answered: ['none', 'too-large'],
  partial: ['none', 'unreadable', 'too-large', 'area-disabled', 'demographics-differ', 'number-differs'],
  'nothing-held': ['none', 'area-disabled', 'restricted-person', 'objection', 'restricted-by-law'],
  'not-asked': ['index-late', 'no-number', 'cancelled'],
  late: ['asking', 'timed-out', 'cancelled'],
  unavailable: ['connection-failed', 'server-error', 'unreadable', 'breaker-open', 'timed-out', 'too-large'],
  mismatch: ['demographics-differ', 'number-differs'],
  refused: ['source-refused', 'no-agreement'],
  withheld: ['not-for-role', 'restricted-by-law', 'restricted-person', 'objection'],
  'not-connected': ['planned', 'suspended', 'no-agreement', 'not-shared'],
}

/** The one place that turns what happened into what is said. */
export function outcomeWords(outcome: Outcome, cause: Cause): OutcomeWords {
  return causesOf[outcome].includes(cause) ? byCause[cause] : failed
}

/** Every pair that can occur, for tests and for the fault matrix. */
export const outcomePairs = (): readonly (readonly [Outcome, Cause])[] =>
  (Object.keys(causesOf) as Outcome[]).flatMap(outcome => causesOf[outcome].map(cause => [outcome, cause] as const))
