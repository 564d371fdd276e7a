import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'

/** Somebody who works without a pointer: every key is pressed, every choice is counted. */
export interface Hands {
  readonly page: Page
  /** Links and buttons chosen, forms sent. */
  readonly clicks: () => number
  /** Characters typed. */
  readonly typed: () => number
  /** Goes with Tab to the first control of that name and presses Enter on it. */
  readonly choose: (name: RegExp, options?: { readonly within?: string }) => Promise<void>
  /** Goes with Tab to the field of that name, types, and with `send` presses Enter. */
  readonly type: (field: RegExp, text: string, send?: boolean) => Promise<void>
  /** Chooses a radio button by Tab and Space; not counted, as the form it belongs to is. */
  readonly pick: (name: RegExp) => Promise<void>
  /** Waits until what the page says in words matches. */
  readonly reads: (words: RegExp, within?: string) => Promise<void>
}

/** What has the focus, as somebody with a screen reader hears it, and where it stands. */
const FOCUSED = `(() => {
  const it = document.activeElement
  if (it === null || it === document.body) return null
  const labels = [...(it.labels ?? [])].map(label => label.innerText).join(' ')
  const name = it.getAttribute('aria-label') ?? (labels !== '' ? labels : (it.innerText ?? '') !== '' ? it.innerText : it.value ?? it.title ?? '')
  const around = [...document.querySelectorAll('[id]')].filter(holder => holder.contains(it)).map(holder => holder.id)
  return { name: name.replaceAll(/\\s+/g, ' ').trim(), around }
})()`
/** More stops than any page of ours has; a control further off cannot be reached. */
const STOPS = 600
/** Looks at what a page says before it is taken to say nothing else. */
const LOOKS = 200

interface Focused {
  readonly name: string
  readonly around: readonly string[]
}

/** @param page of somebody who is signed in; counting starts now. */
export function handsOn(page: Page): Hands {
  let clicks = 0
  let typed = 0
  // A page that is just being left has no focus; the next has.
  const focused = (): Promise<Focused | null> => page.evaluate<Focused | null>(FOCUSED).catch(() => null)
  const goTo = async (name: RegExp, within?: string): Promise<void> => {
    const passed: string[] = []
    for (let stop = 0; stop < STOPS; stop++) {
      await page.keyboard.press('Tab')
      const at = await focused()
      if (at === null) continue
      if (name.test(at.name) && (within === undefined || at.around.includes(within))) return
      passed.push(at.name)
    }
    throw new Error(`no control called ${String(name)} can be reached by Tab; passed ${[...new Set(passed)].slice(0, 60).join(' | ')}`)
  }
  return {
    page,
    clicks: () => clicks,
    typed: () => typed,
    async choose(name, { within } = {}) {
      await goTo(name, within)
      clicks += 1
      await page.keyboard.press('Enter')
    },
    async type(field, text, send = false) {
      await goTo(field)
      await page.keyboard.press('Control+A')
      await page.keyboard.type(text)
      typed += text.length
      if (!send) return
      clicks += 1
      await page.keyboard.press('Enter')
    },
    async pick(name) {
      await goTo(/./)
      for (let stop = 0; stop < STOPS; stop++) {
        const at = await focused()
        if (at !== null && name.test(at.name)) break
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Space')
    },
    async reads(words, within = 'body') {
      const said = async (): Promise<string> => (await page.locator(within).allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ')
      for (let look = 0; !words.test(await said().catch(() => '')); look++) {
        if (look >= LOOKS) throw new Error(`${within} does not say ${String(words)}: ${(await said()).slice(0, 3_000)}`)
        await pause(50)
      }
    },
  }
}
