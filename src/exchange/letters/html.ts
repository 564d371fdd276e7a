import type { Block, Composed, Run } from './compose.ts'
import type { Language } from './phrases.ts'

const SAFE: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => SAFE[character] ?? '')

/** A value keeps its own direction and turns nothing beside it. */
const value = (text: string): string => `<bdi>${escaped(text)}</bdi>`
const runs = (all: readonly Run[]): string => all.map(run => (run.value ? value(run.text) : escaped(run.text))).join('')
const lines = (all: readonly string[]): string => all.map(value).join('<br>')

const STYLE = `
@page { size: A4; margin: 20mm }
body { font: 1.1875rem/1.5 Arial, sans-serif; color: #212b32; background: #fff; margin: 0 auto; max-width: 44rem; padding: 1.5rem }
h1 { font-size: 1.75rem; line-height: 1.25 } h2 { font-size: 1.375rem; line-height: 1.3; margin: 1.5em 0 0.4em; break-after: avoid }
p, ul, dl, address { margin: 0 0 1em; overflow-wrap: anywhere } address { font-style: normal } blockquote { margin: 0 0 1em; padding-left: 1em; border-left: 4px solid #005eb8 }
dl { break-inside: avoid } dt { font-weight: bold } dd { margin: 0 0 0.3em } li { margin-bottom: 0.3em } a { color: #005eb8 }
.from { text-align: right } .draft { border: 3px solid #d5281b; padding: 0.5em; font-weight: bold }
@media print { body { font-size: 12pt; padding: 0 } a { color: inherit } }`

function block(one: Block, language: Language): string {
  switch (one.kind) {
    case 'heading':
      return `<h2>${runs(one.runs)}</h2>`
    case 'paragraph':
      return `<p>${runs(one.runs)}</p>`
    case 'quote':
      return `<blockquote>${one.lines.map(line => `<p dir="auto">${escaped(line)}</p>`).join('')}</blockquote>`
    case 'list':
      return `<ul>${one.items.map(item => `<li>${runs(item)}</li>`).join('')}</ul>`
    case 'ways':
    default:
      return `<p><strong>${value(one.name)}</strong></p><dl>${one.ways
        .map(
          way =>
            `<dt>${escaped(way.label)}</dt><dd>${way.label === language.phrases['label.web'] ? link(way.value) : value(way.value)}</dd>`,
        )
        .join('')}</dl>`
  }
}

const link = (web: string): string => `<a href="https://${escaped(web)}">${escaped(web)}</a>`

/** The letter as a page of its own, without script, that prints on A4. */
export function letterHtml(letter: Composed, language: Language, draft: boolean): string {
  const warning = draft ? `<p class="draft">${escaped(language.phrases.draft)}</p>` : ''
  return `<!DOCTYPE html>
<html lang="${escaped(language.tag)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(letter.subject)}</title><style>${STYLE}
</style></head><body><main>
${warning}<address class="from">${lines([letter.from.organisation, letter.from.team, ...letter.from.address])}</address>
<address>${lines([letter.to.name, ...letter.to.address])}</address>
<p>${escaped(letter.date)}<br>${escaped(letter.reference)}</p>
<h1>${escaped(letter.subject)}</h1>
<p>${value(letter.dear)}</p>
${letter.blocks.map(one => block(one, language)).join('\n')}
<p>${lines([letter.from.team, letter.from.organisation])}</p>
${warning}</main></body></html>
`
}
