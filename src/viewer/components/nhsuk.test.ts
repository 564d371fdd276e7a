import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { html, text, type Html } from '../html.ts'
import { plainPage } from '../pages/layout.ts'
import * as ours from './nhsuk.ts'

interface Fixture {
  readonly name: string
  readonly html: string
}

const fixtureOf = (component: string, name: string): string => {
  const file = new URL(`../../../node_modules/nhsuk-frontend/dist/nhsuk/components/${component}/fixtures.json`, import.meta.url)
  const { fixtures } = JSON.parse(readFileSync(file, 'utf8')) as { fixtures: readonly Fixture[] }
  const found = fixtures.find(fixture => fixture.name === name)
  assert.ok(found, `nhsuk-frontend ships ${component}: ${name}`)
  return found.html
}

/** Tags with their attributes in order of name and words between, without the white space that means nothing. */
const normal = (markup: string): readonly string[] =>
  (markup.match(/<[^>]+>|[^<]+/g) ?? [])
    .map(piece =>
      piece.startsWith('<')
        ? piece.replace(/\s*\/?>$/, '>').replace(/^<([a-z0-9]+)\s+(.*)>$/s, (_whole, name: string, attributes: string) => {
            const pairs = [...attributes.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => `${key}="${(value ?? '').trim()}"`)
            return `<${name} ${pairs.sort().join(' ')}>`
          })
        : piece
            .replace(/&#39;|’/g, "'")
            .replace(/\s+/g, ' ')
            .trim(),
    )
    .filter(piece => piece !== '')

const cases: readonly (readonly [component: string, name: string, ours: Html])[] = [
  ['button', 'default', ours.button('Save and continue')],
  ['button', 'secondary', ours.button('Find my location', { secondary: true })],
  ['tag', 'default', ours.tag('Active')],
  ['inset-text', 'default', ours.insetText(html`<p>You can report any suspected side effect using the Yellow Card safety scheme</p>`)],
  [
    'details',
    'default',
    ours.details(
      'How to find your NHS number',
      'You can find your NHS number by logging in to the NHS App or on any document the NHS has sent you.',
    ),
  ],
  ['error-summary', 'default', ours.errorSummary([{ words: 'Date of birth must be in the past', href: '#example-day' }])],
  [
    'radios',
    'default',
    ours.radios({
      name: 'example',
      label: 'How do you want to be contacted about this?',
      items: [
        { value: 'email', words: 'Email' },
        { value: 'phone', words: 'Phone' },
        { value: 'text', words: 'Text message' },
      ],
    }),
  ],
  [
    'date-input',
    'default',
    ours.dateInput({ name: 'example', id: 'example', prefix: '', label: 'What is your date of birth?', hint: 'For example, 31 3 1980' }),
  ],
  [
    'tables',
    'default',
    ours.table(
      'Impetigo can look similar to other skin conditions',
      ['Skin symptoms', 'Possible cause'],
      [
        ['Blisters on lips or around the mouth', 'Cold sores'],
        ['Itchy, dry, cracked, sore', 'Eczema'],
        ['Itchy blisters', 'Shingles, chickenpox'],
      ],
      { firstCellIsHeader: true },
    ),
  ],
  [
    'warning-callout',
    'default',
    ours.warningCallout(
      'Important',
      html`<p class="nhsuk-card__description">
        For safety, tell your doctor or pharmacist if you're taking any other medicines, including herbal medicines, vitamins or
        supplements.
      </p>`,
      3,
    ),
  ],
  [
    'card',
    'default',
    ours.card(
      "If you need help now, but it's not an emergency",
      html`<p class="nhsuk-card__description">Go to <a href="#">NHS 111 online</a> or <a href="#">call 111</a>.</p>`,
    ),
  ],
  ['skip-link', 'default', ours.skipLink('Skip to main content', '#maincontent')],
  [
    'input',
    'without heading',
    ours.input({ name: 'example', id: 'without-heading', label: 'What is your NHS number?', width: 10, numeric: true, code: true }),
  ],
  [
    'textarea',
    'without heading',
    ours.textarea({
      name: 'example',
      id: 'without-heading',
      label: 'Can you provide more detail?',
      hint: 'Do not include personal information like your name, date of birth or NHS number',
    }),
  ],
  [
    'summary-list',
    'default',
    ours.summaryList([
      ['Name', 'Karen Francis'],
      ['Date of birth', '15 March 1984'],
      ['Contact information', html`73 Roman Rd<br />Leeds<br />LS2 5ZN`],
      [
        'Contact details',
        html`<p>07700 900362</p>
          <p>karen.francis@example.com</p>`,
      ],
    ]),
  ],
]
for (const [component, name, component2] of cases)
  test(`nhsuk ${component}, ${name}: the markup nhsuk-frontend ships`, () => {
    // The script that comes with it sets the focus; ours is in the markup.
    assert.deepEqual(normal(text(component2).replace(' tabindex="-1" autofocus', '')), normal(fixtureOf(component, name)))
  })

test('an error names its field in words that are heard', () => {
  const written = text(ours.input({ name: 'n', label: 'NHS number', error: 'Ten digits.' }))
  assert.match(written, /aria-describedby="n-error"/)
  assert.match(written, /visually-hidden">Error:<\/span> Ten digits\./)
})

test('what has to be mended is first in the title of its page, and has the focus', () => {
  const page = (errors: readonly string[]): string =>
    text(plainPage({}, 'Find a person', ours.errorSummary(errors.map(words => ({ words, href: '#n' })))))
  assert.match(page(['Ten digits.']), /<title>Error: Find a person – London Care Record<\/title>.*tabindex="-1" autofocus>/s)
  assert.match(page([]), /<title>Find a person – /)
  assert.doesNotMatch(page([]), /autofocus/)
})
