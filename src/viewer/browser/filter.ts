import { say } from './rows.ts'

/** Milliseconds after the last key before the record is looked through. */
const REST_MS = 120

/** The filter of the summary: what is found takes the place of the cards while there is something to filter by (D85). */
export function followFilter(): void {
  const form = document.querySelector<HTMLFormElement>('#filter')
  const found = document.getElementById('found')
  const summary = document.getElementById('summary')
  if (!form || !found || !summary) return
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  const show = (markup: string): void => {
    const template = document.createElement('template')
    template.innerHTML = markup
    const words = template.content.firstElementChild?.getAttribute('data-say') ?? ''
    const filtered = words !== ''
    found.replaceChildren(template.content)
    found.hidden = !filtered
    summary.hidden = filtered
    say(words)
  }
  const look = async (): Promise<void> => {
    asked += 1
    const mine = asked
    const body = new URLSearchParams(
      [...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' && value !== '' ? [[name, value]] : [])),
    )
    const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/html', 'x-fragment': '1' } })
    if (mine !== asked) return
    if (!answer.ok || answer.redirected) return form.submit()
    const markup = await answer.text()
    if (mine === asked) show(markup)
  }
  const soon = (waitMs: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void look().catch(() => undefined), waitMs)
  }
  const clear = (): void => {
    clearTimeout(timer)
    asked += 1
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input[type=search], select')) field.value = ''
    show('')
    form.querySelector<HTMLInputElement>('input[type=search]')?.focus()
  }
  // What a browser puts back into the fields belongs to another visit (D85).
  form.reset()
  form.addEventListener('input', () => soon(REST_MS))
  form.addEventListener('submit', event => {
    event.preventDefault()
    soon(0)
  })
  found.addEventListener('click', event => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-clear]')) return
    event.preventDefault()
    clear()
  })
}
