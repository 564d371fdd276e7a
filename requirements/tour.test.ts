import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { EXCHANGES, exchangeTitles } from '../src/london/places.ts'
import { presets } from '../src/london/switchboard/board.ts'
import { londonUsers } from '../src/london/users.ts'
import { browserOfFile, faultsOf, noBrowser, openRecord, signInWith } from './support/browser.ts'
import { cardOf, stage, until } from './support/london.ts'

/** The tour as it is written, walked in the city it is written for. What stands in it as code must be read on the page. */

const DESK = { width: 1366, height: 768 } as const
const PHONE = { width: 390, height: 844 } as const

interface Step {
  readonly what: string
  /** Words that the page shows. */
  readonly promises: readonly string[]
}
interface Chair {
  readonly title: string
  /** Card, area and person, where the chair names them. */
  readonly who: string | undefined
  readonly area: string | undefined
  readonly nhsNumber: string | undefined
  readonly steps: readonly Step[]
}

const written = readFileSync(join(import.meta.dirname, '../docs/tour.md'), 'utf8')
const chairs: readonly Chair[] = written
  .split(/^## \d+\. /m)
  .slice(1)
  .map(part => ({
    title: /^.*/.exec(part)?.[0] ?? '',
    who: /card of \*\*\w+ \w+ (\w+)\*\*/.exec(part)?.[1],
    area: /Sign in at \[([^\]]+)\]/.exec(part)?.[1],
    nhsNumber: /\*\*(\d{3} \d{3} \d{4})\*\*/.exec(part)?.[1]?.replaceAll(' ', ''),
    steps: Array.from(part.matchAll(/^\d+\. \*\*(.+?)\*\* (.*)$/gm), ([, what = '', words = '']) => ({
      what,
      promises: Array.from(words.matchAll(/`([^`]+)`/g), ([, promise = '']) => promise),
    })),
  }))

const at = stage({ exchanges: EXCHANGES, processes: exchange => (exchange === 'SEL' ? 2 : 1), onCrash: () => undefined })
const browser = browserOfFile()

const pages = new Map<string, Page>()
/** The window of one chair, signed in with its card. */
async function windowOf(family: string, viewport: { readonly width: number; readonly height: number } = DESK): Promise<Page> {
  const held = pages.get(family)
  if (held) return held
  const { card, url } = cardOf(at().london, family)
  const page = await signInWith(await browser().newContext({ viewport, timezoneId: 'Europe/London', locale: 'en-GB' }), url, card)
  pages.set(family, page)
  return page
}

async function opened(family: string, nhsNumber: string, viewport?: typeof PHONE): Promise<Page> {
  const page = await windowOf(family, viewport)
  await openRecord(page, cardOf(at().london, family).url, nhsNumber)
  return page
}

async function settled(page: Page): Promise<Page> {
  await page.locator('#strip-count', { hasText: 'answered' }).waitFor()
  for (const loading of await page.locator('.lcr-source--loading').all()) await loading.waitFor({ state: 'detached' })
  return page
}

/** Presses Try again, and again while somebody has not answered: on a busy machine once may not be enough. */
async function askAgain(page: Page): Promise<Page> {
  const again = page.getByRole('button', { name: /^Try again/ })
  await again.first().click()
  await settled(page)
  while ((await again.count()) > 0) {
    // It is gone, or cannot be pressed, while they are asked.
    await again
      .first()
      .click({ timeout: 1_000 })
      .catch(() => undefined)
    await settled(page)
  }
  return page
}

/** Presses a button of the switchboard's own page. */
async function press(title: string): Promise<void> {
  const page = pages.get('switchboard') ?? (await (await browser().newContext({ viewport: DESK })).newPage())
  pages.set('switchboard', page)
  await page.goto(at().london.switchboard)
  await page.getByRole('button', { name: new RegExp(`^${title}`) }).click()
  await page.locator('#said', { hasText: 'Done.' }).waitFor()
  await clean(page)
}

/** What a sighted person reads: without what is only heard, and without what is hidden. */
const SEEN = `(() => {
  const words = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement
    if (holder.closest('.nhsuk-u-visually-hidden, script, style, noscript') === null && holder.checkVisibility()) words.push(walker.currentNode.data)
  }
  return words.join(' ').replaceAll(/\\s+/g, ' ').replaceAll(/ (?=[.,;:)])/g, '').replaceAll('( ', '(')
})()`
const seen = (page: Page): Promise<string> => page.evaluate<string>(SEEN).catch(() => '')

/** Looks before a page is taken to say nothing else, and the time between two. */
const LOOKS = 400
const LOOK_MS = 50

async function says(page: Page, words: string): Promise<void> {
  for (let look = 0; !(await seen(page)).includes(words); look++) {
    if (look >= LOOKS) assert.fail(`the page does not say ${words}: ${(await seen(page)).slice(0, 2_000)}`)
    await pause(LOOK_MS)
  }
}

async function clean(page: Page): Promise<void> {
  assert.deepEqual(await faultsOf(page), [])
}

const [ae, gp, social, paramedic, officer] = chairs
const numberOf = (chair: Chair | undefined): string => chair?.nhsNumber ?? ''

/** What is done in each step, by chair and by the words of the step; each ends on the page that keeps the promises. */
const acts: Readonly<Record<string, Readonly<Record<string, () => Promise<Page>>>>> = {
  'The A&E doctor, three in the morning': {
    'Find his number and open the record.': async () => {
      await press('A&E at 3 a.m.: one hospital hangs')
      return opened('Shah', numberOf(ae))
    },
    'Wait for the line under the banner.': async () => settled(await windowOf('Shah')),
    'Read the medicines.': () => windowOf('Shah'),
    'Press All well at the switchboard, then Try again in the record.': async () => {
      await press('All well')
      return askAgain(await windowOf('Shah'))
    },
    'Choose Crisis and safety plan.': async () => {
      const page = await windowOf('Shah')
      await page.locator('#l-plans a', { hasText: 'Crisis and safety plan' }).click()
      await page.locator('#panel-title').waitFor()
      return page
    },
  },
  'The GP': {
    'Find her number and open the record.': async () => settled(await opened('Nkemelu', numberOf(gp))),
    'Read penicillin.': () => windowOf('Nkemelu'),
    'Choose Compare sources.': async () => {
      const page = await windowOf('Nkemelu')
      await page.getByRole('link', { name: 'Compare sources' }).click()
      return page
    },
    'Choose Creatinine in the results.': () => fromSummary('l-results', /Creatinine/),
    'Open the letter of the heart rhythm clinic.': () => fromSummary('l-documents', /heart rhythm clinic/),
    'Choose CT head, then Show images.': async () => {
      const page = await fromSummary('l-imaging', /CT head/)
      await page.getByRole('button', { name: 'Show images' }).click()
      return page
    },
  },
  'The social worker': {
    'Find her number and open the record.': async () => settled(await opened('Cole', numberOf(social))),
    'Read encounters and referrals.': () => windowOf('Cole'),
    'Choose Results.': async () => {
      const page = await windowOf('Cole')
      await page.getByRole('navigation', { name: 'Record' }).getByRole('link', { name: 'Results' }).click()
      await page.waitForURL(/\/results$/)
      assert.ok(at().london.city.people.held('barts', numberOf(social)) !== undefined)
      assert.doesNotMatch(await seen(page), /HbA1c|CRP|Creatinine|Haemoglobin/, 'no other laboratory result')
      return page
    },
    'Go back to the summary and read its end.': async () => {
      const page = await windowOf('Cole')
      await page.getByRole('link', { name: 'Summary' }).first().click()
      return page
    },
  },
  'The paramedic, on a phone': {
    'Find her number and open the record.': async () => {
      const page = await settled(await opened('Pritchard', numberOf(paramedic), PHONE))
      for (const words of ['penicillin', 'ReSPECT recommendations']) {
        const box = await page.locator('#flags', { hasText: words }).getByText(words).first().boundingBox()
        assert.ok(box && box.y + box.height < PHONE.height, `${words} stands before the fold`)
      }
      return page
    },
    'Read the first card.': async () => {
      const page = await windowOf('Pritchard')
      assert.equal(await page.locator('#summary section').first().getAttribute('id'), 's-plans')
      return page
    },
    'Read the alerts.': () => windowOf('Pritchard'),
  },
  'The privacy officer': {
    'As Dr Shah, find that number, and open it in an emergency: Unconscious in resus.': async () => {
      const page = await opened('Shah', numberOf(officer))
      await says(page, 'Why do you need their record?')
      await page.getByLabel('What is the emergency?').fill('Unconscious in resus')
      await page.getByRole('button', { name: 'Open in an emergency' }).click()
      return page
    },
    'As Ms Abelson, open Privacy.': async () => {
      const page = await windowOf('Abelson')
      await page.getByRole('link', { name: 'Privacy' }).first().click()
      return page
    },
    'Open the alert, then the decision that asked for a reason.': async () => {
      const page = await windowOf('Abelson')
      await page.getByRole('link', { name: /^Emergency access/ }).click()
      await page.getByRole('link', { name: /^A reason was asked for/ }).click()
      return page
    },
    'Choose Decide again by the rules of that day.': async () => {
      const page = await windowOf('Abelson')
      await page.getByRole('button', { name: 'Decide again by the rules of that day' }).click()
      return page
    },
    'Open Claims to review, and say that it is in order.': async () => {
      const page = await windowOf('Abelson')
      await page.getByRole('link', { name: 'Privacy' }).first().click()
      await page.getByRole('link', { name: '1 claim' }).click()
      await page.getByRole('button', { name: 'In order', exact: true }).click()
      return page
    },
  },
  'The sceptic': {
    "Press North West London is cut off, and open Philippa's record again as the GP.": async () => {
      await press('North West London is cut off')
      return settled(await opened('Nkemelu', numberOf(gp)))
    },
    "Press A lying system, and open Amara's record as Dr Shah.": async () => {
      await press('A lying system')
      const page = await settled(await opened('Shah', numberOf(paramedic)))
      assert.equal(await page.locator('main .lcr-chip[title="Guy\'s and St Thomas\'"]').count(), 0, 'not one line of it')
      return page
    },
    "Press All well, and kill both processes of South East London while Amara's record is open.": async () => {
      await press('All well')
      const page = await settled(await opened('Shah', numberOf(paramedic)))
      const timeline = new URL('timeline', page.url()).href
      const board = await windowOf('switchboard')
      const south = board.locator('#area-SEL')
      // It stands open where something was wrong just now.
      if ((await south.getAttribute('open')) === null) await south.locator('summary').click()
      const { processes } = at().london.sel
      const lost = processes.map(each => each.pid())
      for (const { name } of processes) {
        await board.getByRole('button', { name: new RegExp(`^Kill ${name}`) }).click()
        await board.locator('#said', { hasText: `${name} killed. Done.` }).waitFor()
      }
      await until(() => processes.every((each, n) => each.pid() !== undefined && each.pid() !== lost[n]))
      await Promise.all(processes.map(each => each.healthy()))
      // The page notices by itself, and its own way elsewhere may cut ours off: then once more.
      const go = (): Promise<unknown> => page.goto(timeline)
      await go().catch(go)
      return page
    },
    'As Dr Shah, find 999 123 4578.': () => opened('Shah', '9991234578'),
    'He asks you: is it on? Choose Sharing of this person’s information.': async () => {
      const page = await windowOf('Shah')
      await page.getByRole('link', { name: 'Sharing of this person’s information' }).click()
      return page
    },
    'Sign in with the card of Mr Jason Reid, receptionist.': async () => {
      const { card, url } = cardOf(at().london, 'Reid')
      const page = await (await browser().newContext({ viewport: DESK })).newPage()
      pages.set('Reid', page)
      await page.goto(`${url}/sign-in/start`)
      await page.locator(`button[value="${card}"]`).click()
      return page
    },
  },
}

/** Goes back to the summary of the GP's record and chooses something of one of its lists. */
async function fromSummary(list: string, words: RegExp): Promise<Page> {
  const page = await windowOf('Nkemelu')
  await page.getByRole('link', { name: 'Summary' }).first().click()
  await page.locator(`#${list} a`).filter({ hasText: words }).first().click()
  return page
}

test('R102: every step of the tour is walked here, in its order, and every chair has three to six', () => {
  assert.deepEqual(
    chairs.map(({ title, steps }) => [title, steps.map(({ what }) => what)]),
    Object.entries(acts).map(([title, steps]) => [title, Object.keys(steps)]),
  )
  for (const { title, steps } of chairs) {
    assert.ok(steps.length >= 3 && steps.length <= 6, title)
    for (const { what, promises } of steps) assert.ok(promises.length > 0, `${what} promises something`)
  }
})

test('R102: the cards, areas and presses that the tour names are those of the city', () => {
  for (const { who, area, nhsNumber } of chairs.slice(0, 5)) {
    const user = londonUsers.find(({ family }) => family === who)
    assert.equal(area, user && exchangeTitles[user.exchange])
    assert.ok(nhsNumber !== undefined && at().london.city.people.person(nhsNumber), 'this person lives in the city')
  }
  for (const { title } of presets.slice(0, 3)) assert.ok(written.includes(title), title)
})

for (const { title, steps } of chairs)
  for (const { what, promises } of steps)
    test(`R102 tour, ${title}: ${what}`, { skip: noBrowser }, async () => {
      const page = await acts[title]?.[what]?.()
      assert.ok(page)
      for (const promise of promises) await says(page, promise)
      // What is only read further has been looked at before.
      if (!what.startsWith('Read')) await clean(page)
    })
