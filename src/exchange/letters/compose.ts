import type { LetterContact, LetterFacts, LetterFactsOf, LetterGround, LetterKind, LetterScope } from './letter.ts'
import type { Language, PhraseKey } from './phrases.ts'

/** A piece of a sentence: the language's own words, or a value put into them. */
export interface Run {
  readonly text: string
  readonly value: boolean
}
export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly runs: readonly Run[] }
  /** Somebody's own words: every line is kept. */
  | { readonly kind: 'quote'; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Run[])[] }
  | { readonly kind: 'ways'; readonly name: string; readonly ways: readonly Way[] }

/** One way to reach somebody: a label of the language and what is written beside it. */
export interface Way {
  readonly label: string
  readonly value: string
}

/** A letter without a shape: what HTML and PDF alike are made of. */
export interface Composed {
  readonly subject: string
  readonly reference: string
  readonly date: string
  readonly from: LetterContact
  readonly to: { readonly name: string; readonly address: readonly string[] }
  readonly dear: string
  readonly blocks: readonly Block[]
}

/** The Information Commissioner's Office, as published. */
export const INFORMATION_COMMISSIONER = {
  name: 'Information Commissioner’s Office',
  address: ['Wycliffe House', 'Water Lane', 'Wilmslow', 'Cheshire', 'SK9 5AF'],
  phone: '0303 123 1113',
  web: 'ico.org.uk/make-a-complaint',
} as const

/** Puts values into a phrase in one pass: a value that looks like a place stays as it is. */
export function filled(phrase: string, values: Readonly<Record<string, string>>): readonly Run[] {
  const runs: Run[] = []
  let at = 0
  for (const match of phrase.matchAll(/\{([a-z]+)\}/g)) {
    if (match.index > at) runs.push({ text: phrase.slice(at, match.index), value: false })
    runs.push({ text: values[match[1] ?? ''] ?? '', value: true })
    at = match.index + match[0].length
  }
  if (at < phrase.length) runs.push({ text: phrase.slice(at), value: false })
  return runs
}
export const joined = (runs: readonly Run[]): string => runs.map(run => run.text).join('')

/** Lays out what a letter of a kind says, in one language. Pure; the facts are checked before. */
export function compose<K extends LetterKind>(kind: K, facts: LetterFacts<K>, language: Language): Composed {
  const say = (key: PhraseKey, values: Readonly<Record<string, string>> = {}): readonly Run[] => filled(language.phrases[key], values)
  const day = (date: string): string =>
    new Intl.DateTimeFormat(language.tag === 'en' ? 'en-GB' : language.tag, { dateStyle: 'long', timeZone: 'UTC' }).format(
      new Date(`${date}T00:00:00Z`),
    )
  const told: Telling = {
    heading: key => ({ kind: 'heading', runs: say(key) }),
    paragraph: (key, values) => ({ kind: 'paragraph', runs: say(key, values) }),
    list: keys => ({ kind: 'list', items: keys.map(key => say(key)) }),
    day,
  }
  const { from, to, scope } = facts
  const asked = facts.onBehalf === undefined ? 'asked' : (`asked.${facts.onBehalf}` as const)
  const scopeWords = joined(say(`scope.${scope.kind}`, valuesOf(scope)))
  return {
    subject: language.phrases[`subject.${kind}`],
    reference: joined(say('reference', { reference: facts.reference })),
    date: day(facts.date),
    from,
    to,
    dear: joined(say('dear', { name: to.name })),
    blocks: [
      told.paragraph(asked, { date: day(facts.askedOn), scope: scopeWords }),
      ...MIDDLE[kind](facts, told),
      told.heading('mind'),
      told.paragraph('mind.how'),
      told.heading('complain'),
      ...complaints(from, language, told),
      told.heading('contact'),
      {
        kind: 'ways',
        name: `${from.team}, ${from.organisation}`,
        ways: ways(language, { address: from.address, phone: from.phone, email: from.email }),
      },
      told.paragraph('contact.night'),
      { kind: 'ways', name: from.organisation, ways: [{ label: language.phrases['label.night'], value: from.dayAndNight }] },
      told.paragraph('contact.formats'),
    ],
  }
}

interface Telling {
  readonly heading: (key: PhraseKey) => Block
  readonly paragraph: (key: PhraseKey, values?: Readonly<Record<string, string>>) => Block
  readonly list: (keys: readonly PhraseKey[]) => Block
  readonly day: (date: string) => string
}

/** What goes on as before. An objection to one organisation does not reach what it has sent to others. */
const stays = ({ scope }: Pick<LetterFacts, 'scope'>): readonly PhraseKey[] => [
  'stays.unseen',
  'stays.letters',
  'stays.copied',
  ...(scope.kind === 'organisation' ? (['stays.copies'] as const) : []),
  'stays.care',
  'stays.emergency',
]

const MIDDLE: { readonly [K in LetterKind]: (facts: LetterFactsOf[K], told: Telling) => readonly Block[] } = {
  received: ({ held, decideBy, scope }, { heading, paragraph, list, day }) => [
    heading('now'),
    paragraph(held ? 'received.held' : 'received.not-held'),
    paragraph('received.by', { date: day(decideBy) }),
    heading('stays'),
    list(stays({ scope })),
  ],
  'more-needed': ({ held, needs, answerBy }, { heading, paragraph, list, day }) => [
    heading('now'),
    paragraph(held ? 'needed.held' : 'needed.nothing-yet'),
    paragraph('needed.please'),
    list(needs.map(need => `need.${need}` as const)),
    paragraph('needed.by', { date: day(answerBy) }),
  ],
  upheld: ({ decidedOn, scope }, { heading, paragraph, list, day }) => [
    heading('now'),
    paragraph('upheld.decided', { date: day(decidedOn) }),
    paragraph('upheld.everywhere'),
    heading('stays'),
    list(stays({ scope })),
  ],
  'not-upheld': (facts, told) => [
    told.heading('now'),
    told.paragraph('refused.decided', { date: told.day(facts.decidedOn) }),
    ...whyNot(facts.grounds, facts.words, told),
    ...sharedFrom(facts.sharedAgainFrom, told),
    ...choices(facts.grounds, told),
  ],
  withdrawn: ({ sharedAgainFrom }, { heading, paragraph, day }) => [
    heading('now'),
    paragraph('withdrawn.told'),
    paragraph('withdrawn.from', { date: day(sharedAgainFrom) }),
    paragraph('withdrawn.not-you'),
  ],
  expired: ({ because, endedOn, answerBy }, { heading, paragraph, day }) => [
    heading('now'),
    paragraph(`expired.${because}`, { date: day(endedOn) }),
    ...(answerBy === undefined ? [] : [paragraph('expired.answer', { date: day(answerBy) })]),
  ],
  're-decided': (facts, told) => [
    told.heading('now'),
    told.paragraph('again.looked', { date: told.day(facts.decidedOn) }),
    told.paragraph(`again.before.${facts.before}`),
    told.paragraph(`again.outcome.${facts.outcome}`),
    ...(facts.outcome === 'upheld'
      ? [told.heading('stays'), told.list(stays(facts))]
      : [
          ...whyNot(facts.grounds, facts.words, told),
          ...(facts.sharedAgainFrom === undefined ? [] : sharedFrom(facts.sharedAgainFrom, told)),
          ...choices(facts.grounds, told),
        ]),
  ],
  narrowed: ({ reason, since, until, byOne }, { heading, paragraph, day }) => [
    heading('now'),
    paragraph('narrowed.stands'),
    paragraph('narrowed.some'),
    paragraph(byOne ? 'narrowed.one' : 'narrowed.two'),
    ...(reason === undefined ? [] : [paragraph(`narrowed.reason.${reason}`)]),
    paragraph('narrowed.dates', { since: day(since), until: day(until) }),
  ],
}

const whyNot = (grounds: readonly LetterGround[], words: string | undefined, { heading, paragraph, list }: Telling): readonly Block[] => [
  heading('refused.why'),
  list(grounds.map(ground => `ground.${ground}` as const)),
  ...(words === undefined ? [] : [paragraph('refused.words'), { kind: 'quote', lines: words.split('\n') } as const]),
]

/** When it is shared, and what was never ours to stop. */
const sharedFrom = (date: string, { paragraph, list, day }: Telling): readonly Block[] => [
  paragraph('refused.from', { date: day(date) }),
  list(['stays.letters', 'stays.copied']),
]

/** What is open to the person in spite of a no (R074: they may do without the care). */
const choices = (grounds: readonly LetterGround[], { heading, list }: Telling): readonly Block[] => [
  heading('choices'),
  list([...(grounds.includes('service-cannot-be-provided') ? (['choices.decline'] as const) : []), 'choices.part', 'choices.again']),
]

const complaints = (
  { pals, dataProtectionOfficer, organisation }: LetterContact,
  language: Language,
  { paragraph }: Telling,
): readonly Block[] => [
  paragraph('complain.us'),
  { kind: 'ways', name: pals.name, ways: ways(language, pals) },
  paragraph('complain.officer'),
  { kind: 'ways', name: organisation, ways: ways(language, dataProtectionOfficer) },
  paragraph('complain.commissioner'),
  { kind: 'ways', name: INFORMATION_COMMISSIONER.name, ways: ways(language, INFORMATION_COMMISSIONER) },
]

function ways(
  { phrases }: Language,
  at: { readonly address?: readonly string[]; readonly phone?: string; readonly email?: string; readonly web?: string },
): readonly Way[] {
  const all: readonly (readonly [PhraseKey, string | undefined])[] = [
    ['label.phone', at.phone],
    ['label.email', at.email],
    ['label.web', at.web],
    ['label.address', at.address?.join(', ')],
  ]
  return all.flatMap(([key, value]) => (value === undefined ? [] : [{ label: phrases[key], value }]))
}

function valuesOf(scope: LetterScope): Readonly<Record<string, string>> {
  if (scope.kind === 'class') return { title: scope.title }
  return scope.kind === 'organisation' || scope.kind === 'workplace' ? { name: scope.name } : {}
}
