import type { PartMessage, SectionMessage } from '../models.ts'

/** Rows of one section that would move what is being read, until asked for. */
const waiting = new Map<string, Map<string, SectionMessage['upserts'][number]>>()
const ROWS = 100
/** A card that ends in sight does not become smaller by less than this when its last answer is short: what stands below it stays. */
const KEPT_PX = 160

const fragment = (markup: string): DocumentFragment => {
  const template = document.createElement('template')
  template.innerHTML = markup
  return template.content
}

/** Changes the inside of an element and keeps the focus where it was, by id, else by link. */
export function replaceInside(element: Element | null, markup: string): void {
  if (!element) return
  const held = document.activeElement
  const inside = held !== null && held !== element && element.contains(held) ? held : undefined
  const id = inside?.id
  const href = inside?.getAttribute('href')
  const next = fragment(markup)
  element.replaceChildren(next)
  if (!inside) return
  const again =
    (id ? document.getElementById(id) : null) ?? (href ? element.querySelector<HTMLElement>(`[href="${CSS.escape(href)}"]`) : null)
  const target = again ?? element.querySelector<HTMLElement>('a, button') ?? document.getElementById('maincontent')
  target?.focus({ preventScroll: true })
}

const rowOf = (id: string): HTMLElement | null => document.getElementById(`e-${id}`)
const cardOf = (id: string): HTMLElement | null => document.getElementById(`s-${id}`)

const place = (list: Element, sort: string): Element | null => {
  for (const row of list.children) if (((row as HTMLElement).dataset['sort'] ?? '') > sort) return row
  return null
}

/** Putting a row here would move what is being read: focus is inside, or the page is scrolled and the place is above the fold. */
function wouldMove(card: HTMLElement, list: Element, before: Element | null): boolean {
  if (list.closest('details:not([open])')) return false
  const held = document.activeElement
  if (held !== null && held !== document.body && card.contains(held)) return true
  if (window.scrollY < 1) return false
  const y = before ? before.getBoundingClientRect().top : list.getBoundingClientRect().bottom
  return y < window.innerHeight
}

function put(list: Element, row: SectionMessage['upserts'][number]): void {
  const element = fragment(row.html).firstElementChild
  if (!element) return
  list.insertBefore(element, place(list, row.sort))
  const most = Number((list as HTMLElement).dataset['rows'] ?? ROWS)
  while (list.children.length > most) list.lastElementChild?.remove()
}

function showWaiting(id: string): void {
  const card = cardOf(id)
  const more = card?.querySelector<HTMLElement>('[data-more]')
  if (!card || !more) return
  const rows = waiting.get(id)
  const button = more.querySelector('button')
  if (!rows || rows.size === 0 || !button) {
    more.hidden = true
    return
  }
  button.textContent = `${rows.size} more. Show`
  more.hidden = false
  const show = (): void => {
    waiting.delete(id)
    let first: HTMLElement | null = null
    for (const row of rows.values()) {
      rowOf(row.id)?.remove()
      const list = card.querySelector(`[data-list="${row.list}"]`)
      if (list) put(list, row)
      first ??= rowOf(row.id)
      rowOf(row.id)?.classList.add('lcr-row--new')
    }
    more.hidden = true
    first?.querySelector<HTMLElement>('a')?.focus()
  }
  const fresh = button.cloneNode(true)
  const held = document.activeElement === button
  button.replaceWith(fresh)
  if (held) (fresh as HTMLElement).focus({ preventScroll: true })
  fresh.addEventListener('click', show)
}

/** A page of one section does not change under its reader: it says that there is more. */
function tellWhole(section: SectionMessage): void {
  const card = document.querySelector(`[data-whole="${section.id}"]`)
  if (!card) return
  replaceInside(card.querySelector('[data-foot]'), section.foot)
  const arrived = card.querySelector<HTMLElement>('[data-arrived]')
  if (!arrived?.hidden || section.changed === 0) return
  arrived.hidden = false
  arrived.querySelector('button')?.addEventListener('click', () => location.reload())
}

function applySection(section: SectionMessage): void {
  tellWhole(section)
  const card = cardOf(section.id)
  if (!card) return
  const { height: roomPx, bottom } = card.getBoundingClientRect()
  for (const { id, successor } of section.removed) {
    waiting.get(section.id)?.delete(id)
    const row = rowOf(id)
    if (!row) continue
    const held = row.contains(document.activeElement)
    row.remove()
    if (held)
      (successor ? rowOf(successor)?.querySelector<HTMLElement>('a') : card.querySelector<HTMLElement>('a'))?.focus({ preventScroll: true })
  }
  for (const row of section.upserts) {
    const list = card.querySelector(`[data-list="${row.list}"]`)
    if (!list) continue
    const old = rowOf(row.id)
    if (old && old.parentElement === list && old.dataset['sort'] === row.sort) {
      const inner = fragment(row.html).firstElementChild?.innerHTML
      if (inner !== undefined && inner !== old.innerHTML) replaceInside(old, inner)
      continue
    }
    const before = place(list, row.sort)
    if (!old && wouldMove(card, list, before)) {
      let rows = waiting.get(section.id)
      if (!rows) waiting.set(section.id, (rows = new Map()))
      rows.set(row.id, row)
      continue
    }
    // What waited under this id is older than this.
    waiting.get(section.id)?.delete(row.id)
    const held = old?.contains(document.activeElement) === true
    old?.remove()
    put(list, row)
    if (held) rowOf(row.id)?.querySelector<HTMLElement>('a')?.focus({ preventScroll: true })
  }
  card.dataset['room'] = section.room
  replaceInside(card.querySelector('[data-head]'), section.head)
  replaceInside(card.querySelector('[data-foot]'), section.foot)
  const past = card.querySelector<HTMLElement>('[data-past]')
  if (past) {
    past.hidden = section.past === ''
    const heading = past.querySelector('summary span')
    if (heading && heading.textContent !== section.past) heading.textContent = section.past
  }
  showWaiting(section.id)
  const lessPx = roomPx - card.offsetHeight
  if (section.room === 'filled' && lessPx > 0 && lessPx <= KEPT_PX && bottom > 0 && bottom < innerHeight)
    card.style.minHeight = `${roomPx}px`
}

/** Applies one part to the page: rows by id, never a card with content as a whole. */
export function applyPart(part: PartMessage): void {
  replaceInside(document.getElementById('strip-rest'), part.strip)
  replaceInside(document.getElementById('flags'), part.banner)
  replaceInside(document.getElementById('menu'), part.menu)
  document.querySelector(`#menu a[href="${CSS.escape(location.pathname)}"]`)?.setAttribute('aria-current', 'page')
  replaceInside(document.getElementById('rest'), part.rest)
  replaceInside(document.getElementById('since'), part.since)
  replaceInside(document.getElementById('timeline'), part.lanes)
  offerOrganisations(part.organisations)
  const state = document.getElementById('allergy-state')
  if (state) replaceInside(state, part.allergy)
  for (const section of part.sections) applySection(section)
  say(part.say, part.count)
}

/** Says something in the one live region, behind the count that stands there. */
export function say(words: string, counted?: string): void {
  const count = document.getElementById('strip-count')
  if (!count) return
  const said = document.createElement('span')
  said.className = 'nhsuk-u-visually-hidden'
  said.textContent = words === '' ? '' : ` ${words}`
  count.replaceChildren(counted ?? count.firstChild?.textContent ?? '', said)
}

/** Adds organisations to filter by; one that is there, or chosen, stays. */
function offerOrganisations(organisations: PartMessage['organisations']): void {
  const list = document.querySelector<HTMLSelectElement>('#filter select[name=organisation]')
  if (!list) return
  const known = new Set([...list.options].map(option => option.value))
  for (const [value, words] of organisations) if (!known.has(value)) list.add(new Option(words, value))
}
