import { copyWords } from './copy.ts'
import { followFilter } from './filter.ts'
import { calmly } from './calm.ts'
import { applyPart } from './rows.ts'
import { readParts } from './stream.ts'

const { body } = document
const view = body.dataset['view'] ?? ''
const loadedAt = new Date()

const hourMinute = (date: Date): string => `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`

/** One notice at a time (D152). */
function notice(words: string | undefined, button?: string): void {
  const box = document.getElementById('notices')
  if (!box) return
  box.replaceChildren()
  box.hidden = words === undefined
  if (words === undefined) return
  const line = document.createElement('p')
  line.setAttribute('role', 'alert')
  line.textContent = `${words} `
  box.append(line)
  if (button !== undefined) {
    const press = document.createElement('button')
    press.type = 'button'
    press.className = 'lcr-link'
    press.textContent = button
    line.append(press)
  }
}

const reading =
  view === '' || body.dataset['closed'] !== undefined || body.dataset['still'] !== undefined
    ? undefined
    : readParts(view, Number(body.dataset['n'] ?? '0'), {
        apply: calmly(applyPart),
        state(status, href) {
          const deciding = body.classList.contains('lcr-deciding')
          if (deciding ? status !== 'deciding' : !['deciding', 'open', 'closed'].includes(status)) location.replace(href)
        },
        // Whatever ended it, the page at this address says so.
        ended() {
          location.reload()
        },
      })

// A page kept by the browser is asked for afresh: the view may have closed since.
addEventListener('pageshow', event => {
  if (event.persisted) location.reload()
})

addEventListener('offline', () => notice(`You are offline. Showing what loaded at ${hourMinute(loadedAt)}.`))
addEventListener('online', () => {
  notice(undefined)
  reading?.again()
})

document.addEventListener('submit', event => {
  const form = event.target
  if (!(form instanceof HTMLFormElement)) return
  if (form.hasAttribute('data-lock')) hide()
  if (!form.hasAttribute('data-again')) return
  event.preventDefault()
  const button = form.querySelector('button')
  if (button) button.disabled = true
  const fields = new URLSearchParams([...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
  const ask = (group: string): Promise<Response> => {
    const body = new URLSearchParams(fields)
    body.set('group', group)
    return fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' } })
  }
  const groups = [fields.get('group') ?? '', ...(form.dataset['again'] ?? '').split(' ')].filter(group => group !== '')
  Promise.all(groups.map(ask))
    .then(answers => {
      if (answers.some(answer => !answer.ok)) form.submit()
      return undefined
    })
    .catch(() => {
      if (button) button.disabled = false
    })
})

body.classList.add('lcr-script')
followFilter()

// Detail beside the list.
let opener: HTMLElement | undefined
const panel = document.getElementById('panel')

function closePanel(): void {
  if (!panel || panel.hidden) return
  panel.hidden = true
  panel.replaceChildren()
  body.classList.remove('lcr-panel-open')
  opener?.focus()
}

async function openPanel(link: HTMLAnchorElement): Promise<void> {
  if (!panel) return
  const answer = await fetch(link.href, { headers: { accept: 'text/html', 'x-fragment': '1' } })
  if (!answer.ok || answer.redirected) {
    location.assign(link.href)
    return
  }
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'lcr-link lcr-panel__close'
  close.textContent = 'Close'
  close.addEventListener('click', closePanel)
  const inside = document.createElement('div')
  inside.innerHTML = await answer.text()
  panel.replaceChildren(close, inside)
  panel.hidden = false
  panel.classList.toggle('lcr-panel--wide', link.dataset['wide'] !== undefined)
  body.classList.add('lcr-panel-open')
  opener = link
  document.getElementById('panel-title')?.focus()
}

document.addEventListener('click', event => {
  const pressed = event.target instanceof Element ? event.target.closest('button') : null
  if (pressed?.dataset['copy'] !== undefined) copyWords(pressed, pressed.dataset['copy'])
  if (pressed?.dataset['print'] !== undefined) print()
})
document.addEventListener('click', event => {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a.lcr-open') : null
  if (!link || !panel) return
  event.preventDefault()
  openPanel(link).catch(() => location.assign(link.href))
})
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') closePanel()
})

// The banner shows the allergy state once the line that says it has gone.
const below = document.querySelector('.lcr-banner__more')
if (below) new IntersectionObserver(([seen]) => body.classList.toggle('lcr-scrolled', seen?.isIntersecting === false)).observe(below)

// Inactivity: a warning two minutes before, any key goes on, then a lock that keeps the place (D163).
const WARN_MS = 120_000
const TELL_MS = 300_000
const lockAfterMs = Number(body.dataset['lockAfter'] ?? '0')
let lastMs = Date.now()
let toldMs = Date.now()
let warned = false

function hide(): void {
  document.title = 'Locked – London Care Record'
  const cover = document.createElement('div')
  cover.className = 'lcr-cover'
  const words = document.createElement('h1')
  words.textContent = 'Locked'
  cover.append(words)
  body.append(cover)
  body.classList.add('lcr-locked')
}

function lock(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-lock]')
  hide()
  if (form) form.submit()
  else location.reload()
}

function here(): void {
  lastMs = Date.now()
  if (warned) {
    warned = false
    notice(undefined)
  }
  if (lastMs - toldMs < TELL_MS) return
  toldMs = lastMs
  if (reading) reading.poll().catch(() => undefined)
}

if (lockAfterMs > 0 && view !== '') {
  for (const kind of ['pointerdown', 'keydown', 'scroll', 'touchstart']) addEventListener(kind, here, { passive: true })
  const look = (): void => {
    const idleMs = Date.now() - lastMs
    if (idleMs >= lockAfterMs) lock()
    else if (idleMs >= lockAfterMs - WARN_MS && !warned) {
      warned = true
      notice('This record locks in 2 minutes. Press any key to go on.', 'Go on')
    }
  }
  setInterval(look, 5_000)
  document.addEventListener('visibilitychange', look)
}
