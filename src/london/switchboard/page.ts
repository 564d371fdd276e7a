import { html, raw } from 'hono/html'
import { LINK_STATES } from '../in-force.ts'
import { faultModes } from '../tcp/fault-proxy.ts'
import { ALL_WELL, linkWords, modeWords, presets } from './board.ts'
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
  const others = [...groups].filter(([group]) => !state.areas.some(area => area.title === group))
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
          <div class="wide">
            <h1>London's switchboard</h1>
            <p>Break something, then look at a record and read what it says of it. Nobody in this city is real.</p>
          </div>
        </header>
        <main class="wide">
          <p id="wrong" data-well="${String(state.wrong === ALL_WELL)}">${state.wrong}</p>
          <p role="status" id="said" aria-live="polite"></p>
          <section aria-labelledby="presets">
            <h2 id="presets">At one press</h2>
            <ul class="presets">
              ${presets.map(
                ({ id, title, words }) =>
                  html`<li>
                    <form method="post" action="/api/presets/${id}" data-said="${title}">
                      <button><strong>${title}</strong> <span>${words}</span></button>
                    </form>
                  </li>`,
              )}
            </ul>
          </section>
          <section aria-labelledby="now">
            <h2 id="now">London now</h2>
            <p class="key">
              A square is a record system: <span class="dot" data-mode="pass"></span> works,
              <span class="dot" data-mode="refuse"></span> something is wrong with it,
              <span class="dot asked" data-mode="pass"></span> asked just now.
            </p>
            <ul class="map">
              ${state.areas.map(area => areaTile(area, ways.get(area.way), groups.get(area.title) ?? []))}
              ${others.map(
                ([group, systems], n) =>
                  html`<li class="tile tile--other">
                    <h3><a href="#group-${n}">${group}</a></h3>
                    ${dots(systems)}
                  </li>`,
              )}
              <li class="tile tile--other">
                <h3>Database</h3>
                <p>${chip('database', state.database.up ? 'Works' : 'Is away', state.database.up ? 'pass' : 'refuse')}</p>
                <div class="row">
                  ${(
                    [
                      ['kill', 'Kill; it comes back'],
                      ['stop', 'Stop'],
                      ['start', 'Start'],
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
          <section aria-labelledby="each">
            <h2 id="each">One by one</h2>
            ${state.areas.map(area => areaPart(area, ways.get(area.way), groups.get(area.title) ?? []))}
            ${others.map(
              ([group, systems], n) =>
                html`<details id="group-${n}" ${open(systems)}>
                  ${opener(group, systems)}
                  <ul class="systems">
                    ${systems.map(systemRow)}
                  </ul>
                </details>`,
            )}
          </section>
        </main>
      </body>
    </html>`
  return page.toString()
}

/** A part in which something is wrong stands open. */
const open = (systems: readonly System[]) => (systems.some(({ fault }) => fault.mode !== 'pass') ? raw('open') : '')

const opener = (title: string, systems: readonly System[]) =>
  html`<summary>
    <h3>${title}</h3>
    <span>${systems.length} ${systems.length === 1 ? 'system' : 'systems'}</span>
  </summary>`

/** Its systems as squares; the same is said in words below. */
const dots = (systems: readonly System[]) =>
  html`<p class="dots" aria-hidden="true">
    ${systems.map(({ id, title, fault }) => html`<span class="dot" id="dot-${id}" data-mode="${fault.mode}" title="${title}"></span>`)}
  </p>`

const areaTile = (area: Area, way: System | undefined, systems: readonly System[]) =>
  html`<li class="tile tile--${area.id.toLowerCase()}">
    <h3><a href="#area-${area.id}">${area.title}</a></h3>
    <p>
      ${chip(`link-${area.id}`, area.linkWords, area.link === 'live' ? 'pass' : 'refuse')}${
        way && html` <span class="way">Way in: ${chip(way.id, way.words, way.fault.mode)}</span>`
      }
    </p>
    ${dots(systems)}
    <p><a href="${area.url}">Sign in here</a></p>
  </li>`

const areaPart = (area: Area, way: System | undefined, systems: readonly System[]) =>
  html`<details id="area-${area.id}" ${open(systems)}>
    ${opener(area.title, systems)}
    <div class="controls">
      <form method="post" action="/api/links/${area.id}" data-said="${area.title}" class="row">
        <label for="link-of-${area.id}">Its connection with the others</label>
        <select id="link-of-${area.id}" name="state">
          ${LINK_STATES.map(state => html`<option value="${state}" ${state === area.link ? 'selected' : ''}>${linkWords[state]}</option>`)}
        </select>
        <button>Set<span class="hidden"> the connection of ${area.title}</span></button>
      </form>
      ${way && choose(way, 'The way in')}
      ${area.processes.map(
        process =>
          html`<form method="post" action="/api/processes/${process.name}" data-said="${process.name} killed" class="row">
            <span>Process ${process.name} ${chip(process.name, process.up ? 'Runs' : 'Is gone', process.up ? 'pass' : 'refuse')}</span>
            <button>Kill<span class="hidden"> ${process.name}; it comes back by itself</span></button>
          </form>`,
      )}
    </div>
    <ul class="systems">
      ${systems.map(systemRow)}
    </ul>
  </details>`

/** What stands, in a word and not by its colour alone. */
const chip = (id: string, words: string, mode: string) => html`<strong class="chip" id="state-${id}" data-mode="${mode}">${words}</strong>`

/** @param label seen before the choice; without it, it is heard only. */
const choose = (system: System, label?: string) =>
  html`<form method="post" action="/api/systems/${encodeURIComponent(system.id)}" data-said="${system.title}" class="row">
    <label class="${label === undefined ? 'hidden' : ''}" for="mode-${system.id}">${label ?? `What ${system.title} does`}</label>
    <select id="mode-${system.id}" name="mode">
      ${faultModes.map(mode => html`<option value="${mode}" ${mode === system.fault.mode ? 'selected' : ''}>${modeWords[mode]}</option>`)}
    </select>
    <button>Set<span class="hidden"> for ${system.title}</span></button>
  </form>`

const systemRow = (system: System) =>
  html`<li class="system">
    <div class="what">
      <h4>${system.title}</h4>
      <p>
        ${chip(system.id, system.words, system.fault.mode)}
        ${system.calls === undefined ? '' : html`<span class="calls"><span id="calls-${system.id}">${system.calls}</span> answers</span>`}
      </p>
    </div>
    ${choose(system)}
  </li>`

const STYLE = `
  * { box-sizing: border-box }
  body { font: 1rem/1.4 Arial, sans-serif; color: #212b32; background: #f0f4f5; margin: 0 }
  .wide { max-width: 90rem; margin: 0 auto; padding: 0 1rem }
  header { background: #00264d; color: #fff; border-bottom: 6px solid #41b6e6; padding: 1rem 0 }
  h1 { margin: 0; font-size: 1.75rem } h2 { margin: 1.5rem 0 0.5rem; font-size: 1.25rem } h3, h4 { font-size: 1rem; margin: 0 } h4 { font-weight: normal }
  header p { margin: 0.25rem 0 0 } main { padding-bottom: 3rem } ul { list-style: none; margin: 0; padding: 0 }
  #wrong { margin: 1rem 0 0; font-weight: bold; font-size: 1.25rem; padding: 0.75rem 1rem; border-left: 10px solid #b8192b; background: #fff }
  #wrong[data-well='true'] { border-color: #007f3b }
  #said { min-height: 1.4em; margin: 0.25rem 0 0 }
  button, select { font: inherit; min-height: 44px; padding: 0 0.75rem; border: 2px solid #005eb8; border-radius: 4px; background: #fff; color: #005eb8; cursor: pointer }
  select { color: #212b32; border-color: #4c6272 } a { color: #005eb8 }
  .presets { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)) }
  .presets li, .presets form { display: grid } .presets button { display: flex; flex-direction: column; width: 100%; height: 100%; padding: 0.75rem; text-align: left; border: 1px solid #aeb7bd; border-top: 4px solid #005eb8; border-radius: 0 }
  .presets strong { display: block; text-decoration: underline } .presets span { color: #212b32 } .presets button:hover { background: #e8edee }
  .map { display: grid; gap: 0.5rem; grid-template-columns: 1fr }
  .tile { background: #fff; border: 1px solid #aeb7bd; border-top: 4px solid #005eb8; padding: 0.75rem; display: flex; flex-direction: column; gap: 0.5rem }
  .tile--other { border-top-color: #4c6272; background: #f8fafa } .tile p { margin: 0 } .tile--mk, .tile--hwe { border-top-color: #41b6e6 }
  .key { margin: 0 0 0.5rem; color: #4c6272 } .way { white-space: nowrap }
  .dots { display: flex; flex-wrap: wrap; gap: 5px; flex: 1 }
  .dot { display: inline-block; width: 18px; height: 18px; background: #007f3b; border: 2px solid #007f3b; vertical-align: -3px; transition: background 0.8s }
  .dot:not([data-mode='pass']) { background: #fff linear-gradient(135deg, transparent 42%, #b8192b 42% 58%, transparent 58%); border-color: #b8192b; border-radius: 50% }
  .dot.asked { background-color: #ffeb3b; transition: none }
  @media (min-width: 60rem) {
    .map { grid-template-columns: repeat(8, 1fr) } .tile { grid-column: span 2 }
    .tile--mk { grid-area: 1 / 1 / 2 / 3 } .tile--hwe { grid-area: 1 / 3 / 2 / 7 }
    .tile--nwl { grid-area: 2 / 1 / 3 / 3 } .tile--ncl { grid-area: 2 / 3 / 3 / 5 } .tile--nel { grid-area: 2 / 5 / 3 / 7 }
    .tile--swl { grid-area: 3 / 1 / 4 / 4 } .tile--sel { grid-area: 3 / 4 / 4 / 7 } .tile--other { grid-column: 7 / 9 }
  }
  details { background: #fff; border: 1px solid #aeb7bd; margin-bottom: 0.5rem } summary { cursor: pointer; padding: 0.75rem; min-height: 44px }
  summary h3 { display: inline } summary span { color: #4c6272 } details[open] summary { border-bottom: 1px solid #aeb7bd }
  .controls { display: grid; gap: 0.5rem 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); padding: 0.75rem; background: #f8fafa }
  .systems { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)) }
  .system { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0.5rem; padding: 0.5rem 0.75rem; border-top: 1px solid #e8edee }
  .what { flex: 1 1 14rem } .system .row { flex: 0 1 16rem } .system p { margin: 0.25rem 0 0 }
  .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; justify-content: space-between } .row select { flex: 1 1 9rem; min-width: 0; max-width: 16rem }
  a:focus-visible, button:focus-visible, select:focus-visible, summary:focus-visible { outline: 4px solid #212b32; background: #ffeb3b; color: #212b32 }
  .chip { display: inline-block; padding: 0 0.4rem; border: 2px solid #005e30; color: #005e30; background: #fff; font-size: 0.875rem }
  .chip[data-mode]:not([data-mode='pass']) { border-color: #212b32; background: #ffdc8e; color: #212b32 }
  .chip[data-mode='refuse'], .chip[data-mode='half-open'], .chip[data-mode='hang'] { background: #b8192b; border-color: #b8192b; color: #fff }
  .calls { margin-left: 0.5rem; font-variant-numeric: tabular-nums; color: #4c6272 }
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }`

/** Sends forms without leaving the page and writes what changed into it, twice a second. */
export const SCRIPT = `
const said = document.getElementById('said')
const put = (id, words, mode) => {
  const chip = document.getElementById('state-' + id)
  if (!chip) return
  if (chip.textContent !== words) chip.textContent = words
  // What has just gone wrong is not left in a closed part.
  if (chip.dataset.mode !== mode && mode !== 'pass') chip.closest('details')?.setAttribute('open', '')
  chip.dataset.mode = mode
}
const chosen = (id, value) => {
  const select = document.getElementById(id)
  if (select && select !== document.activeElement) select.value = value
}
const asked = new Map()
const show = state => {
  for (const { id, words, fault, calls } of state.systems) {
    put(id, words, fault.mode)
    chosen('mode-' + id, fault.mode)
    const count = document.getElementById('calls-' + id)
    if (count) count.textContent = calls
    const dot = document.getElementById('dot-' + id)
    if (!dot) continue
    dot.dataset.mode = fault.mode
    dot.classList.toggle('asked', asked.has(id) && asked.get(id) !== calls)
    asked.set(id, calls)
  }
  for (const { id, link, linkWords, processes } of state.areas) {
    put('link-' + id, linkWords, link === 'live' ? 'pass' : 'refuse')
    chosen('link-of-' + id, link)
    for (const { name, up } of processes) put(name, up ? 'Runs' : 'Is gone', up ? 'pass' : 'refuse')
  }
  put('database', state.database.up ? 'Works' : 'Is away', state.database.up ? 'pass' : 'refuse')
  words(state.wrong)
}
const line = document.getElementById('wrong')
const words = text => {
  if (line.textContent !== text) line.textContent = text
  line.dataset.well = String(text === ${JSON.stringify(ALL_WELL)})
}
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
setInterval(look, 500)
`
