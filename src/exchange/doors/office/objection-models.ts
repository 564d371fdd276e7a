import type { ShareClass } from '../../../care-record/objection.ts'
import type { Catalogue } from '../../../care-record/catalogue.ts'
import type { CaseModel, TimelineRow } from '../../../viewer/pages/office/objections-case.ts'
import { ASKER_WORDS, HOW_WORDS, labelOf, REASON_WORDS, scopeWords, SEEN_WORDS } from '../../../viewer/pages/sharing-words.ts'
import { staffDate } from '../../../viewer/format.ts'
import type { ObjectionCases, OpenCase } from '../../decide-objection.ts'

type Step = OpenCase['steps'][number]
type Rules = ObjectionCases['rules']

const NEEDS = [
  ['proof-of-identity', 'Proof of identity'],
  ['proof-of-address', 'Proof of address'],
  ['proof-of-authority', 'Proof of the right to ask'],
  ['court-order', 'The court order'],
  ['what-to-stop', 'What is to be kept apart'],
  ['a-call', 'A call'],
] as const

const DONE: Readonly<Record<Step['type'], string>> = {
  received: 'Said',
  imported: 'Taken over from an earlier opt-out',
  'identity-checked': 'Identity checked',
  'authority-checked': 'Right to ask looked at',
  died: 'The register changed: whether the person has died',
  explained: 'Explained',
  'scope-changed': 'The person wants something else',
  'more-needed': 'Something more is needed',
  upheld: 'Upheld',
  'refusal-proposed': 'Proposed not to uphold',
  advised: 'Caldicott Guardian advised',
  'refusal-reviewed': 'Second person decided',
  'route-confirmed': 'Safe way for letters confirmed',
  'letter-made': 'Letter made',
  'letter-sent': 'Letter sent',
  'telling-limited': 'Letter delayed or shortened',
  'telling-freed': 'Letter may go whole',
  'shared-again': 'Shared again',
  'narrowing-asked': 'Somebody asked to see',
  'narrowing-answered': 'Decided on who asked to see',
  'narrowing-ended': 'What was opened was ended',
  'safeguarding-told': 'Safeguarding lead told',
  withdrawn: 'Taken back',
  'asked-again': 'Asked again at 16',
  reopened: 'Opened again',
  expired: 'Ended',
  closed: 'Closed',
}
/** What a timeline says of a step beside that it was taken. */
const SAID: readonly (readonly [field: string, label: string])[] = [
  ['words', 'Words'],
  ['evidence', 'Evidence'],
  ['alternative', 'Instead'],
  ['because', 'Because'],
  ['where', 'Where'],
  ['whom', 'Whom'],
  ['how', 'How'],
  ['seen', 'Seen'],
  ['reviewOn', 'Look again'],
]

const WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...SEEN_WORDS, ...HOW_WORDS].map(({ value, words }) => [value, String(words)])),
  'practice-record': 'The practice wrote it in the record of its own patient',
}

const takenBy = ({ by }: Step, named: (odsCode: string) => string): string => {
  if (by.as === 'public') return 'the public form'
  // Nobody took it down: an organisation's system said it.
  if (by.as === 'import' && by.name === undefined) return named(by.odsCode)
  return `${by.name ?? by.sdsUserId}, ${named(by.odsCode)}`
}

const timelineRow = (event: Step, named: (odsCode: string) => string): TimelineRow => ({
  at: event.at,
  what: DONE[event.type],
  by: takenBy(event, named),
  said: SAID.flatMap(([field, label]) => {
    const value: unknown = Reflect.get(event, field)
    return typeof value === 'string' && value !== '' ? [[label, WORDS[value] ?? value] as const] : []
  }),
})

const MORE: Readonly<Record<OpenCase['case']['state'], readonly string[]>> = {
  received: ['scope', 'needs', 'check-right', 'confirm-route', 'withdraw', 'expire'],
  held: [
    'scope',
    'needs',
    'check-right',
    'decide',
    'confirm-route',
    'make-letter',
    'review-telling',
    'withdraw',
    'ask-to-see',
    'narrowing-end',
  ],
  upheld: ['confirm-route', 'make-letter', 'review-telling', 'withdraw', 'ask-to-see', 'reopen', 'narrowing-end'],
  'not-upheld': ['confirm-route', 'make-letter', 'review-telling', 'reopen'],
  withdrawn: ['explain', 'confirm-route', 'make-letter', 'review-telling'],
  expired: ['explain'],
}

/** A case as its page shows it. */
export function caseModel(
  opened: OpenCase,
  set: {
    readonly catalogue: Catalogue
    readonly shareClasses: readonly ShareClass[]
    readonly rules: Rules
    readonly languages: CaseModel['choices']['languages']
    readonly unchecked: { readonly about: string; readonly words: string } | undefined
  },
): CaseModel {
  const { case: c, id, reference, due, steps, person } = opened
  const classes = set.shareClasses.map(({ id: classId, title }) => ({ id: classId, title }))
  const named = { organisation: (odsCode: string) => set.catalogue.organisations.get(odsCode)?.name ?? odsCode, classes }
  const unsent = c.letters.filter(each => each.sent === undefined)
  const { refusal } = c
  const ground = refusal && set.rules.grounds.find(each => each.id === refusal.ground)
  const { authority } = c
  return {
    id,
    reference,
    state: c.state,
    channel: c.channel,
    openedAt: c.openedAt,
    due,
    asker: labelOf(ASKER_WORDS, c.asker),
    scope: scopeWords(c.scope, named),
    decideBy: opened.decideBy,
    inForce: c.inForce !== undefined,
    sparesSafeguarding: c.asker !== 'self',
    closed: c.closedAt !== undefined,
    ...(person === undefined ? {} : { person }),
    ...(set.unchecked === undefined || c.identity !== undefined
      ? {}
      : { unchecked: [set.unchecked.about, set.unchecked.words].filter(words => words !== '') }),
    ...(authority.verdict === 'may' || c.state !== 'received' ? {} : { hint: authority.because }),
    ...(refusal === undefined || c.decision?.outcome === 'upheld'
      ? {}
      : {
          refusal: [
            ['Ground', ground?.words],
            ['Evidence', refusal.evidence],
            ['To the person', refusal.words],
            ...(refusal.alternative === undefined ? [] : [['Instead', refusal.alternative] as const]),
            ...(refusal.advice === undefined
              ? []
              : [['Advice', `${refusal.advice.supports ? 'Supports it' : 'Against it'}: ${refusal.advice.words}`] as const]),
            ...(refusal.review === undefined
              ? []
              : [['Second person', `${refusal.review.agrees ? 'Agrees' : 'Does not agree'}: ${refusal.review.words}`] as const]),
          ],
        }),
    letters: c.letters.map(({ letter, letterId, must, pageOnly, sent }) => ({
      letter,
      must,
      pageOnly: pageOnly === true,
      ...(letterId === undefined ? {} : { letterId }),
      ...(sent === undefined ? {} : { sent: sent.at }),
    })),
    timeline: steps.map(each => timelineRow(each, named.organisation)),
    more:
      c.closedAt === undefined || c.state === 'upheld' || c.state === 'not-upheld'
        ? MORE[c.state].filter(step => step !== 'narrowing-end' || c.narrowings.length > 0)
        : [],
    choices: {
      grounds: set.rules.grounds,
      languages: set.languages,
      classes,
      needs: NEEDS.map(([need, words]) => ({ id: need, words })),
      letters: unsent.map(({ letter, letterId }) => ({ letter, ...(letterId === undefined ? {} : { letterId }) })),
      asked: c.asked.map(each => ({
        id: each.id,
        words: `${each.by}: ${String(labelOf(REASON_WORDS, each.reason))}, ${each.hours} h for ${each.sdsUserIds.join(', ')}. ${each.words}`,
      })),
      read: steps.length,
      ...(c.route === undefined ? {} : { route: c.route }),
      limited: c.telling !== undefined,
      narrowings: c.narrowings.map(each => ({ id: each.id, words: `${each.sdsUserIds.join(', ')} until ${staffDate(each.until)}` })),
    },
  }
}
