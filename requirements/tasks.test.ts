import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { told } from '../src/london/people/population.ts'
import { browserOfFile, noBrowser, openRecord, signInWith } from './support/browser.ts'
import { handsOn, type Hands } from './support/keyboard.ts'
import { cardOf, stage } from './support/london.ts'

const at = stage({ processes: 1 })
const browser = browserOfFile()

const DESK = { width: 1366, height: 768 } as const
const PHONE = { width: 390, height: 844 } as const

interface Task {
  /** Role and letter of the table of tasks (display rules, section 7). */
  readonly id: string
  readonly what: string
  /** Surname on the card. */
  readonly who: string
  readonly clicks: number
  readonly characters?: number
  readonly phone?: boolean
  /** The record is opened in the task itself, not before it. */
  readonly fromFind?: boolean
  readonly does: (hands: Hands) => Promise<void>
}

const tasks: readonly Task[] = [
  {
    id: 'ED doctor A',
    what: 'drug allergy and reaction',
    who: 'Shah',
    clicks: 0,
    does: async ({ reads }) => {
      await reads(/Known allergies.*penicillin \(anaphylaxis/i, '#flags')
      await reads(/penicillin.*Anaphylaxis, severe/i, '#s-allergies')
    },
  },
  {
    id: 'ED doctor B',
    what: 'potassium now and before, and its twelve months as a plot',
    who: 'Shah',
    clicks: 1,
    does: async ({ choose, page, reads }) => {
      await reads(/Potassium.*5\.6 mmol\/L.*High.*was 4\.9, \d\d-[A-Z][a-z]{2}-\d{4}/s, '#s-results')
      await choose(/^Potassium/, { within: 's-results' })
      await reads(/Potassium.*(12 months|Dec|Jan)/s)
      await page.locator('svg').first().waitFor()
    },
  },
  {
    id: 'GP A',
    what: 'the latest discharge summary',
    who: 'Lindqvist',
    clicks: 1,
    does: async ({ choose, reads }) => {
      await choose(/^Discharge summary, orthopaedics/)
      await reads(/Discharge summary, orthopaedics.*(apixaban reduced|NHS number|page 1)/is)
    },
  },
  {
    id: 'GP B',
    what: 'was the echo reported',
    who: 'Lindqvist',
    clicks: 1,
    characters: 4,
    does: async ({ type, reads }) => {
      await type(/filter this record/i, 'echo', true)
      await reads(/Echocardiogram.*Normal systolic function, EF 58%/s)
    },
  },
  {
    id: 'District nurse A',
    what: 'which medicines were changed at discharge, and by whom',
    who: 'Mensah',
    clicks: 1,
    does: async ({ choose, reads }) => {
      await reads(/apixaban.*2\.5 mg twice a day.*5 mg twice a day.*ramipril.*Suspended/is, '#s-medicines')
      await choose(/^apixaban/, { within: 's-medicines' })
      await reads(/Dr Emmanuel Asante/)
    },
  },
  {
    id: 'District nurse B',
    what: 'the next visit and the key safe',
    who: 'Mensah',
    clicks: 1,
    does: async ({ reads }) => {
      await reads(/Key safe to the right of the front door/, '#s-alerts')
      await reads(/District nurs.*Booked/s, '#s-appointments')
    },
  },
  {
    id: 'Social worker A',
    what: 'when she was discharged, her package, her next of kin',
    who: 'Cole',
    clicks: 1,
    does: async ({ choose, reads }) => {
      await reads(/Care and support plan.*Care worker, 30 minutes/s, '#s-plans')
      await reads(/Mrs Ngozi Adebayo.*Next of kin.*07700 900118/s, '#s-contacts')
      await choose(/encounters/i, { within: 's-encounters' })
      await reads(/Inpatient stay, hip fracture.* to \d\d-[A-Z][a-z]{2}-\d{4}/s)
    },
  },
  {
    id: 'Social worker B',
    what: 'referrals, and results of tests for COVID-19',
    who: 'Cole',
    clicks: 1,
    does: async ({ choose, page, reads }) => {
      await reads(/fracture clinic/i, '#s-referrals')
      if (!/COVID-19 PCR.*Negative/s.test(await page.locator('body').innerText())) await choose(/^(COVID-19|Results)/)
      await reads(/COVID-19 PCR.*Negative/s)
      assert.doesNotMatch(await page.locator('body').innerText(), /Potassium/, 'no other laboratory result')
    },
  },
  {
    id: 'Pharmacist A',
    what: 'GP against discharge, differences only',
    who: 'Zhang',
    clicks: 1,
    does: async ({ choose, reads }) => {
      await choose(/^Compare (medicines|sources)/)
      await reads(/Compare medicines.*apixaban.*Different dose.*5 mg twice a day.*2\.5 mg.*ramipril.*Different status/is)
    },
  },
  {
    id: 'Pharmacist B',
    what: 'when a medicine was last issued',
    who: 'Zhang',
    clicks: 1,
    does: ({ reads }) => reads(/atorvastatin.*last issued \d\d-[A-Z][a-z]{2}-\d{4}.*28 tablets/is, '#s-medicines'),
  },
  {
    id: 'Mental-health nurse A',
    what: 'the crisis plan',
    who: 'Balogun',
    clicks: 1,
    does: async ({ choose, reads }) => {
      await choose(/^Crisis and safety plan/, { within: 's-plans' })
      await reads(/What helps: a call from her daughter.*crisis line, 020 7946 0210/s)
    },
  },
  {
    id: 'Mental-health nurse B',
    what: 'attendances at emergency departments in six months',
    who: 'Balogun',
    clicks: 1,
    does: async ({ choose, page, reads }) => {
      const twice = /Emergency department.*Emergency department/s
      if (!twice.test(await page.locator('#s-encounters').innerText())) await choose(/encounters/i, { within: 's-encounters' })
      await reads(twice)
    },
  },
  {
    id: '111 clinician A',
    what: 'finds and opens with a reason',
    who: 'Rao',
    clicks: 3,
    characters: 10,
    fromFind: true,
    does: async ({ choose, page, pick, reads, type }) => {
      await type(/NHS number/, told.long, true)
      await choose(/^Open record/)
      await page.waitForURL(/\/reason$/)
      await pick(/treating/i)
      await choose(/^(Continue|Open|View)/)
      await reads(/PAPADOPOULOS, George \(Mr\).*allergies/is)
    },
  },
  {
    id: '111 clinician B',
    what: 'the wording of ReSPECT',
    who: 'Rao',
    clicks: 1,
    does: async ({ choose, reads }) => {
      await choose(/ReSPECT/, { within: 'flags' })
      await reads(/CPR attempts NOT recommended/)
    },
  },
  {
    id: 'Paramedic A',
    what: 'recommendations and allergies on a phone, then the wording',
    who: 'Pritchard',
    clicks: 1,
    phone: true,
    does: async ({ choose, reads }) => {
      await reads(/Known allergies.*penicillin.*ReSPECT/s, '#flags')
      await choose(/ReSPECT/, { within: 'flags' })
      await reads(/CPR attempts NOT recommended/)
    },
  },
  {
    id: 'Paramedic B',
    what: 'the last discharge on a phone',
    who: 'Pritchard',
    clicks: 2,
    phone: true,
    does: async ({ choose, page, reads }) => {
      if ((await page.locator('#s-documents').count()) === 0) await choose(/^Documents/)
      await choose(/^Discharge summary, orthopaedics/)
      await reads(/Discharge summary, orthopaedics.*(apixaban reduced|NHS number|page 1)/is)
    },
  },
  {
    id: 'Ward clerk A',
    what: 'address, next of kin and practice',
    who: 'Kelly',
    clicks: 1,
    does: async ({ reads }) => {
      await reads(/Address 14 Sample Road, London SE5 0ZZ.*GP The Camberwell Surgery/s)
      await reads(/Mrs Ngozi Adebayo.*Next of kin/s, '#s-contacts')
    },
  },
  {
    id: 'Ward clerk B',
    what: 'the next appointments',
    who: 'Kelly',
    clicks: 0,
    // Another hospital's: its time and place, without the clinic (care rules 1.5).
    does: ({ reads }) => reads(/\d\d-[A-Z][a-z]{2}-\d{4} 14:10.*Appointment.*Booked/s, '#s-appointments'),
  },
]

async function settled(page: Page): Promise<void> {
  await page.locator('.lcr-strip').waitFor()
  for (const loading of await page.locator('.lcr-source--loading').all()) await loading.waitFor({ state: 'detached', timeout: 20_000 })
}

for (const { id, what, who, clicks, characters = 0, phone = false, fromFind = false, does } of tasks)
  test(`D160 R104 task ${id}: ${what}: by keyboard within ${clicks} choices`, { skip: noBrowser }, async () => {
    const { card, url } = cardOf(at().london, who)
    const context = await browser().newContext({ viewport: phone ? PHONE : DESK, hasTouch: phone })
    try {
      const page = await signInWith(context, url, card)
      if (fromFind) await page.goto(`${url}/find`)
      else {
        const view = await openRecord(page, url, told.amara)
        await givenReason(page)
        await page.goto(`${url}/r/${view}/`)
        await settled(page)
      }
      const hands = handsOn(page)
      await does(hands)
      assert.ok(hands.clicks() <= clicks, `${hands.clicks()} choices, ${clicks} at most`)
      assert.ok(hands.typed() <= characters, `${hands.typed()} characters, ${characters} at most`)
    } finally {
      await context.close()
    }
  })

/** Where no relationship is known the page asks why; part of the opening, not of the task. */
async function givenReason(page: Page): Promise<void> {
  await page.waitForURL(/\/r\/[^/]+\/(reason)?(\?.*)?$/)
  await page.locator('.lcr-strip, input[name="reason"]').first().waitFor()
  const reason = page.locator('input[name="reason"][value="claim-treating"]')
  if ((await reason.count()) === 0) return
  await reason.check()
  await page.locator('form[action$="/reason"] button').first().click()
  await page.locator('.lcr-strip').waitFor()
}
