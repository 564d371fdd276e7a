import { html, raw } from 'hono/html'
import { LINK_STATES } from '../in-force.ts'
import { faultModes } from '../tcp/fault-proxy.ts'
import { linkWords, modeWords, presets } from './board.ts'
import type { BoardState } from './board.ts'

type System = BoardState['systems'][number]
type Area = BoardState['areas'][number]

/** The switchboard as a page: works without script by its forms; with it nothing is reloaded and all is seen as it changes. */
export async function pageOf(state: BoardState): Promise<string> {
  const ways = new Map(state.systems.map(system => [system.id, system]))
  const groups = Map.groupBy(
    state.systems.filter(system => !state.areas.some(area => area.way === system.id)),
    system => system.group,
  )
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>London's switchboard</title>
        <style>
          ${raw(STYLE)}
        </style>
        <script type="module" src="/switchboard.js"></script>
      </head>
      <body>
        <header>
          <h1>London's switchboard</h1>
          <p>Break something and see what the record says of it. Nobody in this city is real.</p>
          <p id="wrong">${state.wrong}</p>
          <p role="status" id="said" aria-live="polite"></p>
        </header>
        <main>
          <section aria-labelledby="presets">
            <h2 id="presets">At one press</h2>
            <ul class="presets">
              ${presets.map(
                ({ id, title, words }) =>
                  html`<li>
                    <form method="post" action="/api/presets/${id}" data-said="${title}">
                      <button aria-describedby="preset-${id}">${title}</button>
                    </form>
                    <p id="preset-${id}">${words}</p>
                  </li>`,
              )}
            </ul>
          </section>
          <section aria-labelledby="exchanges">
            <h2 id="exchanges">Exchanges</h2>
            <ul class="areas">
              ${state.areas.map(area => areaCard(area, ways.get(area.way)))}
              <li class="area">
                <h3>Database</h3>
                <p>${chip('database', state.database.up ? 'Works' : 'Is away', state.database.up ? 'pass' : 'refuse')}</p>
                <div class="row">
                  ${(
                    [
                      ['kill', 'Kill it; it comes back'],
                      ['stop', 'Stop it'],
                      ['start', 'Start it'],
                    ] as const
                  ).map(
                    ([action, words]) =>
                      html`<form method="post" action="/api/database" data-said="Database: ${words}">
                        <input type="hidden" name="action" value="${action}" /><button>
                          ${words}<span class="hidden"> (the database)</span>
                        </button>
                      </form>`,
                  )}
                </div>
              </li>
            </ul>
          </section>
          ${[...groups].map(
            ([group, systems], n) =>
              html`<section aria-labelledby="group-${n}">
                <h2 id="group-${n}">${group} <small>${systems.length} ${systems.length === 1 ? 'system' : 'systems'}</small></h2>
                <ul class="systems">
                  ${systems.map(systemRow)}
                </ul>
              </section>`,
          )}
        </main>
      </body>
    </html>`
  return page.toString()
}

/** What stands, in a word and not by its colour alone. */
const chip = (id: string, words: string, mode: string) => html`<strong class="chip" id="state-${id}" data-mode="${mode}">${words}</strong>`

const choose = (system: System) =>
  html`<form method="post" action="/api/systems/${encodeURIComponent(system.id)}" data-said="${system.title}" class="row">
    <label class="hidden" for="mode-${system.id}">What ${system.title} does</label>
    <select id="mode-${system.id}" name="mode">
      ${faultModes.map(mode => html`<option value="${mode}" ${mode === system.fault.mode ? 'selected' : ''}>${modeWords[mode]}</option>`)}
    </select>
    <button>Set<span class="hidden"> for ${system.title}</span></button>
  </form>`

const systemRow = (system: System) =>
  html`<li class="system">
    <div class="what">
      <h3>${system.title}</h3>
      <p>
        ${chip(system.id, system.words, system.fault.mode)}
        ${system.calls === undefined ? '' : html`<span class="calls"><span id="calls-${system.id}">${system.calls}</span> answers</span>`}
      </p>
    </div>
    ${choose(system)}
  </li>`

const areaCard = (area: Area, way: System | undefined) =>
  html`<li class="area">
    <h3><a href="${area.url}">${area.title}</a></h3>
    <p>${chip(`link-${area.id}`, area.linkWords, area.link === 'live' ? 'pass' : 'refuse')}</p>
    <form method="post" action="/api/links/${area.id}" data-said="${area.title}" class="row">
      <label class="hidden" for="link-of-${area.id}">Connection of ${area.title} with the others</label>
      <select id="link-of-${area.id}" name="state">
        ${LINK_STATES.map(state => html`<option value="${state}" ${state === area.link ? 'selected' : ''}>${linkWords[state]}</option>`)}
      </select>
      <button>Set<span class="hidden"> the connection of ${area.title}</span></button>
    </form>
    ${
      way === undefined
        ? ''
        : html`<p>The way to it: ${chip(way.id, way.words, way.fault.mode)}</p>
            ${choose(way)}`
    }
    <ul class="processes">
      ${area.processes.map(
        process =>
          html`<li>
            <form method="post" action="/api/processes/${process.name}" data-said="${process.name} killed" class="row">
              <span>Process ${process.name} ${chip(process.name, process.up ? 'Runs' : 'Is gone', process.up ? 'pass' : 'refuse')}</span>
              <button>Kill<span class="hidden"> ${process.name}; it comes back by itself</span></button>
            </form>
          </li>`,
      )}
    </ul>
  </li>`

const STYLE = `
  * { box-sizing: border-box }
  body { font: 1.0625rem/1.4 Arial, sans-serif; color: #212b32; background: #f0f4f5; margin: 0 auto; max-width: 90rem; padding: 0 1rem 3rem }
  h1 { margin: 1.5rem 0 0.25rem } h2 { margin: 2rem 0 0.75rem } h3 { font-size: 1.0625rem; margin: 0 } small { font-weight: normal }
  header p { margin: 0.25rem 0 } ul { list-style: none; margin: 0; padding: 0 } #said { min-height: 1.4em; font-weight: bold }
  .presets, .areas, .systems { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)) }
  .presets li p { margin: 0.25rem 0 0 } .presets button { width: 100%; background: #005eb8; color: #fff }
  .area, .system { background: #fff; border: 1px solid #768692; padding: 0.75rem; display: grid; gap: 0.5rem; align-content: start }
  .system { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; padding: 0.5rem 0.75rem } .what { flex: 1 1 14rem } .system .row { flex: 0 1 16rem }
  .systems { grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); gap: 0.25rem } #wrong { font-weight: bold; padding: 0.5rem 0.75rem; border-left: 8px solid #005eb8; background: #fff }
  .what h3 { font-weight: normal }
  .area p, .system p { margin: 0.25rem 0 0 } .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; justify-content: space-between }
  .row select { flex: 1 1 9rem; min-width: 0 } .processes { display: grid; gap: 0.5rem }
  button, select { font: inherit; min-height: 44px; padding: 0 0.75rem; border: 2px solid #005eb8; border-radius: 4px; background: #fff; color: #005eb8; cursor: pointer }
  select { color: #212b32; border-color: #4c6272 }
  a:focus-visible, button:focus-visible, select:focus-visible { outline: 4px solid #212b32; background: #ffeb3b; color: #212b32 }
  .chip { display: inline-block; padding: 0 0.5rem; border: 2px solid #005e30; color: #005e30; background: #fff }
  .chip[data-mode]:not([data-mode='pass']) { border-color: #212b32; background: #ffdc8e; color: #212b32 }
  .chip[data-mode='refuse'], .chip[data-mode='half-open'], .chip[data-mode='hang'] { background: #b8192b; border-color: #b8192b; color: #fff }
  .calls { margin-left: 0.5rem; font-variant-numeric: tabular-nums }
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }`

/** Sends forms without leaving the page and writes what changed into it, once a second. */
export const SCRIPT = `
const said = document.getElementById('said')
const put = (id, words, mode) => {
  const chip = document.getElementById('state-' + id)
  if (chip && chip.textContent !== words) chip.textContent = words
  if (chip) chip.dataset.mode = mode
}
const chosen = (id, value) => {
  const select = document.getElementById(id)
  if (select && select !== document.activeElement) select.value = value
}
const show = state => {
  for (const { id, words, fault, calls } of state.systems) {
    put(id, words, fault.mode)
    chosen('mode-' + id, fault.mode)
    const count = document.getElementById('calls-' + id)
    if (count) count.textContent = calls
  }
  for (const { id, link, linkWords, processes } of state.areas) {
    put('link-' + id, linkWords, link === 'live' ? 'pass' : 'refuse')
    chosen('link-of-' + id, link)
    for (const { name, up } of processes) put(name, up ? 'Runs' : 'Is gone', up ? 'pass' : 'refuse')
  }
  put('database', state.database.up ? 'Works' : 'Is away', state.database.up ? 'pass' : 'refuse')
  words(state.wrong)
}
const words = text => { const line = document.getElementById('wrong'); if (line.textContent !== text) line.textContent = text }
const look = () => fetch('/api/state').then(answer => answer.json()).then(show, () => { said.textContent = 'The city has stopped.' })
document.addEventListener('submit', async event => {
  const form = event.target
  event.preventDefault()
  said.textContent = form.dataset.said + ' …'
  const answer = await fetch(form.action, {
    method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { accept: 'application/json' },
  }).catch(() => undefined)
  const state = await answer?.json().catch(() => undefined)
  if (!answer?.ok) { said.textContent = state?.error ?? 'That did not work.'; return }
  const words = form.querySelector('select')?.selectedOptions[0]?.textContent
  said.textContent = form.dataset.said + (words ? ': ' + words : '') + '. Done.'
  show(state)
})
setInterval(look, 1000)
`
