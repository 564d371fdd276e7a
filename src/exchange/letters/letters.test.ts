import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { compose, joined } from './compose.ts'
import { basis, samples } from './for-tests.ts'
import { english } from './languages/english.ts'
import { LETTER_GROUNDS, LETTER_KINDS, type Letter, type LetterFacts, type LetterKind } from './letter.ts'
import { createLetters, LANGUAGES, signedOff } from './letters.ts'
import { placesOf, PHRASE_KEYS } from './phrases.ts'
import { readingGrade } from './reading-age.for-tests.ts'

const { makeLetter } = createLetters()

async function made<K extends LetterKind>(kind: K, facts: LetterFacts<K>, language = 'en'): Promise<Letter> {
  const letter = await makeLetter(kind, facts, language, { preview: language !== 'en' })
  assert.ok(letter.ok, letter.ok ? '' : letter.fault.detail)
  return letter.value
}
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
const wordsOfHtml = (page: string): string =>
  page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<\/?(?:bdi|strong|a)\b[^>]*>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, entity => ENTITIES[entity] ?? '')
    .replace(/\s+/g, ' ')

interface Node {
  readonly role?: string
  readonly children?: readonly Node[]
}
const rolesOf = (node: Node): readonly string[] => [
  ...(node.role === undefined ? [] : [node.role]),
  ...(node.children ?? []).flatMap(rolesOf),
]

async function readPdf(bytes: Buffer) {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 })
  const doc = await task.promise
  let text = ''
  const roles: string[] = []
  for (let number = 1; number <= doc.numPages; number++) {
    const page = await doc.getPage(number)
    const { items } = await page.getTextContent()
    text += `${items.map(item => ('str' in item ? item.str + (item.hasEOL ? ' ' : '') : '')).join('')} `
    roles.push(...rolesOf((await page.getStructTree()) as Node))
  }
  const { info } = await doc.getMetadata()
  const read = {
    text: text.replace(/\s+/g, ' '),
    roles,
    pages: doc.numPages,
    marked: (await doc.getMarkInfo()) as unknown,
    info: info as Record<string, unknown>,
  }
  await task.destroy()
  return read
}

/** What each kind must tell, beside what all do. */
const told: { readonly [K in LetterKind]: readonly string[] } = {
  received: [
    'We have stopped sharing this while we decide',
    '2 December 2026',
    'Letters about your care still go',
    'very ill and cannot speak',
  ],
  'more-needed': ['passport', 'speak for this person', 'A call from you', '5 December 2026'],
  upheld: ['We said yes on 20 November 2026', '“What mental health services hold”', 'all over London', 'two senior people'],
  'not-upheld': [
    'we cannot stop sharing this',
    'The staff cannot give this care safely',
    'Someone else could come to serious harm',
    'We know that this matters to you.',
    'You can choose not to have this visit or this care',
    '30 November 2026',
    'Letters about your care still go',
    'already copied into its own notes stays there',
  ],
  withdrawn: ['the notes that Oxleas NHS Foundation Trust holds', '22 November 2026', 'If you did not tell us this, call us at once'],
  expired: ['You are 16 now', '19 November 2026', '19 December 2026'],
  're-decided': [
    'for a child you speak for',
    'The first time, we said yes',
    'Now we say no',
    'A child could come to harm',
    '24 November 2026',
  ],
  narrowed: ['We do not share this', 'keep a child or an adult safe', '21 November 2026', '28 November 2026'],
}
const always = [
  'Lewisham and Greenwich NHS Trust',
  'Ms Zoë Łoś-Brown',
  'SE8 4AA',
  'LCR-7KQ2-41',
  '2 November 2026',
  'Patient Advice and Liaison Service',
  'dpo@lewisham.example',
  'within 30 days',
  'Information Commissioner’s Office',
  'Wycliffe House, Water Lane, Wilmslow, Cheshire, SK9 5AF',
  '0303 123 1113',
  'ico.org.uk/make-a-complaint',
  '020 8333 3000',
  'You can change your mind at any time',
  'Braille',
]

for (const kind of LETTER_KINDS) {
  test(`R075: the letter “${kind}” tells all it must, in the page and in the PDF`, async () => {
    const letter = await made(kind, samples[kind])
    const pdf = await readPdf(letter.pdf)
    const page = wordsOfHtml(letter.html)
    for (const words of [...always, ...told[kind], letter.subject]) {
      assert.ok(page.includes(words), `the page says ${words}`)
      assert.ok(pdf.text.includes(words), `the PDF says ${words}`)
    }
    assert.ok(letter.pdfWhole)
  })

  test(`R075: the PDF “${kind}” can be read aloud: language, title, headings and lists in order`, async () => {
    const letter = await made(kind, samples[kind])
    const { roles, marked, info, pages } = await readPdf(letter.pdf)
    assert.ok(marked instanceof Map && marked.get('Marked') === true)
    assert.equal(info['Language'], 'en')
    assert.equal(info['Title'], letter.subject)
    assert.equal(roles.filter(role => role === 'H1').length, 1)
    assert.ok(roles.indexOf('H1') < roles.indexOf('H2'))
    assert.ok(roles.filter(role => role === 'H2').length >= 4)
    assert.ok(roles.includes('L') && roles.filter(role => role === 'LI').length === roles.filter(role => role === 'LBody').length)
    assert.ok(pages <= 3)
  })

  test(`R075: the letter “${kind}” reads at 9 to 12 years`, () => {
    const sentences = compose(kind, samples[kind], english).blocks.flatMap(block =>
      block.kind === 'paragraph' ? [joined(block.runs)] : block.kind === 'list' ? block.items.map(joined) : [],
    )
    const grade = readingGrade(sentences.join(' '))
    assert.ok(grade <= 7, `grade ${grade.toFixed(1)}`)
  })
}

test('R075: every phrase of the English letters is plain', () => {
  const jargon =
    /\b(uphold|upheld|objection|data subject|controller|processor|processing|article|GDPR|disclos\w+|custodian|entity|hereby|pursuant|notwithstanding|legitimate|relationship|direct care|stakeholder|multi-?disciplinary|commence|terminate|regarding|prior to|SDS|ODS|NHS number|FHIR)\b/i
  for (const key of PHRASE_KEYS) assert.doesNotMatch(english.phrases[key], jargon, key)
})

test('R075: a child reads “The cat sat on the mat” and a lawyer the other', () => {
  assert.ok(readingGrade('The cat sat on the mat. It was warm.') < 2)
  assert.ok(
    readingGrade('Notwithstanding the aforementioned provisions, the data controller may disclose information pursuant to legislation.') >
      15,
  )
})

for (const language of LANGUAGES)
  test(`R075: ${language.tag} names in every phrase what the English names`, () => {
    assert.deepEqual(Object.keys(language.phrases).toSorted(), PHRASE_KEYS.toSorted())
    for (const key of PHRASE_KEYS) {
      assert.deepEqual(placesOf(language.phrases[key]).toSorted(), placesOf(english.phrases[key]).toSorted(), key)
      assert.notEqual(language.phrases[key].trim(), '', key)
    }
  })

for (const language of LANGUAGES.filter(one => !signedOff(one)))
  test(`R075: ${language.tag}, signed by nobody, can be read and not sent`, async () => {
    const refused = await makeLetter('not-upheld', samples['not-upheld'], language.tag)
    assert.equal(!refused.ok && refused.fault.kind, 'invalid')
    const letter = await made('not-upheld', samples['not-upheld'], language.tag)
    assert.equal(letter.state, 'draft')
    assert.match(letter.html, new RegExp(`<html lang="${language.tag}">`))
    const { text, pages } = await readPdf(letter.pdf)
    assert.ok(text.split('DRAFT. Do not send.').length - 1 > pages, 'on top and on every page')
    assert.ok(letter.pdfWhole)
  })

test('R075: a translator without a reviewer is not enough', async () => {
  const half = { ...english, tag: 'xx', translator: 'A. Translator', reviewer: '' }
  assert.deepEqual(createLetters([half]).languages, [{ tag: 'xx', title: 'English', mayBeSent: false }])
  assert.equal((await createLetters([half]).makeLetter('upheld', samples.upheld, 'xx')).ok, false)
})

const refused: readonly [name: string, kind: LetterKind, facts: LetterFacts][] = [
  ['a no without a reason', 'not-upheld', { ...samples['not-upheld'], grounds: [] }],
  ['a new no without a reason', 're-decided', { ...samples['re-decided'], grounds: [] }],
  ['a reason that is not on the list', 'not-upheld', { ...samples['not-upheld'], grounds: ['inconvenient' as 'risk-to-self'] }],
  ['nothing asked for', 'more-needed', { ...samples['more-needed'], needs: [] }],
  ['a day that is none', 'upheld', { ...samples.upheld, decidedOn: '2026-02-30' }],
  ['an instant for a day', 'upheld', { ...samples.upheld, decidedOn: '2026-02-03T00:00:00Z' }],
  ['a name of 5,000 characters', 'upheld', { ...samples.upheld, to: { ...basis.to, name: 'A'.repeat(5_000) } }],
  ['words of 5,000 characters', 'not-upheld', { ...samples['not-upheld'], words: 'long '.repeat(1_000) }],
  ['an address of 40 lines', 'upheld', { ...samples.upheld, to: { ...basis.to, address: Array.from({ length: 40 }, () => 'x') } }],
  ['a name of control characters only', 'upheld', { ...samples.upheld, to: { ...basis.to, name: '\u0000\u202e' } }],
  ['a reference with markup', 'upheld', { ...samples.upheld, reference: '<b>1</b>' }],
]
for (const [name, kind, facts] of refused)
  test(`R075: ${name} is no letter`, async () => {
    const letter = await makeLetter(kind, facts as never, 'en')
    assert.equal(!letter.ok && letter.fault.kind, 'invalid')
  })

test('R075: a language and a kind that are not there are refused', async () => {
  assert.equal((await makeLetter('upheld', samples.upheld, 'tlh')).ok, false)
  assert.equal((await makeLetter('farewell' as 'upheld', samples.upheld, 'en')).ok, false)
})

for (const ground of LETTER_GROUNDS)
  test(`R073: the reason “${ground}” is told in the person’s words, never as its code`, async () => {
    const { html } = await made('not-upheld', { ...samples['not-upheld'], grounds: [ground] })
    assert.ok(wordsOfHtml(html).includes(english.phrases[`ground.${ground}`]))
    assert.ok(!html.includes(ground))
    assert.equal(html.includes('You can choose not to have this visit'), ground === 'service-cannot-be-provided', 'R074')
  })

const hostile: readonly [name: string, value: string][] = [
  ['markup', '<script>alert(1)</script>"><img src=x onerror=alert(1)>'],
  ['a place of a phrase', '{reference} {name} $& $1'],
  ['turns of direction', 'Ann \u202e\u2066 nworB\u200f'],
  ['faces', '😀 Zoë 👩🏽‍⚕️'],
  ['one long word', 'x'.repeat(200)],
  ['PDF operators', ') Tj ET endstream endobj (\\'],
  ['line ends', 'Ann\r\n\u2028Brown\u0000'],
  ['half a character', 'Ann \ud83d'],
  ['two ways of writing', 'محمد Brown 李明'],
]
for (const [name, value] of hostile)
  test(`R075: ${name} in a name, an address and in words breaks and injects nothing`, async () => {
    const letter = await made('not-upheld', {
      ...samples['not-upheld'],
      to: { name: value, address: [value, 'SE8 4AA'] },
      words: `${value}\n${value}`,
      scope: { kind: 'organisation', name: value },
    })
    const plain = await made('not-upheld', samples['not-upheld'])
    const tags = (page: string): readonly string[] => [...new Set(page.match(/<\/?[a-z0-9]+/g))].toSorted()
    assert.deepEqual(tags(letter.html), tags(plain.html))
    assert.doesNotMatch(letter.html + letter.subject, /[\u202a-\u202e\u2066-\u2069\u200f\u2028]/)
    const { text, roles } = await readPdf(letter.pdf)
    assert.ok(text.includes('0303 123 1113'))
    assert.equal(roles.filter(role => role === 'H1').length, 1)
  })

test('R075: who decided to let somebody see, and whether sharing has stopped, is told as it is', async () => {
  const narrowed = async (byOne: boolean): Promise<string> => wordsOfHtml((await made('narrowed', { ...samples.narrowed, byOne })).html)
  assert.match(await narrowed(true), /made this choice at once/)
  assert.doesNotMatch(await narrowed(true), /Two senior people/)
  assert.match(await narrowed(false), /Two senior people made this choice/)
  const { reason: _why, ...withoutReason } = samples.narrowed
  const silent = wordsOfHtml((await made('narrowed', withoutReason)).html)
  assert.match(silent, /It starts on 21 November 2026/)
  assert.doesNotMatch(silent, /They did so/)
  const needed = async (held: boolean): Promise<string> =>
    wordsOfHtml((await made('more-needed', { ...samples['more-needed'], held })).html)
  assert.match(await needed(true), /We have stopped sharing this/)
  assert.doesNotMatch(await needed(true), /Nothing has changed yet/)
  assert.match(await needed(false), /Nothing has changed yet/)
})

test('R075: a name the PDF cannot write is said to whoever prints it', async () => {
  for (const name of ['李明', 'محمد'])
    assert.equal((await made('upheld', { ...samples.upheld, to: { ...basis.to, name } })).pdfWhole, false)
})

test('R075: any text is a letter or a refusal, and the same letter twice is the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async name => {
      const facts = { ...samples.upheld, to: { ...basis.to, name } }
      const [one, two] = [await makeLetter('upheld', facts, 'en'), await makeLetter('upheld', facts, 'en')]
      assert.equal(one.ok, two.ok)
      if (one.ok && two.ok) assert.ok(one.value.pdf.equals(two.value.pdf) && one.value.html === two.value.html)
    }),
    { numRuns: 15 },
  )
})

for (const kind of ['received', 'upheld', 're-decided'] as const)
  test(`R075: a letter (${kind}) about one organisation says that copies elsewhere can still be seen; about everything it does not`, async () => {
    const said = english.phrases['stays.copies']
    const of = async (scope: LetterFacts['scope']): Promise<boolean> => {
      const outcome = kind === 're-decided' ? { outcome: 'upheld' } : {}
      const facts = { ...samples[kind], ...outcome, scope } as LetterFacts<typeof kind>
      const { html } = await made(kind, facts)
      return wordsOfHtml(html).includes(said)
    }
    assert.deepEqual([await of({ kind: 'organisation', name: 'Guy’s' }), await of({ kind: 'everything' })], [true, false])
  })
