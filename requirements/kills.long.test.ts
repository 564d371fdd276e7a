import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { NRL } from '../src/london/catalogue.ts'
import { told } from '../src/london/people/population.ts'
import { createRandom } from '../src/london/people/random.ts'
import { answeredBut, askedAbout, stage, stagedSystems, until } from './support/london.ts'
import { stripOf } from './support/reading.ts'
import type { Page, Visitor } from './support/visitor.ts'

const at = stage()
/** Longer by `LCR_KILL_SECONDS`. */
const SECONDS = Number(process.env['LCR_KILL_SECONDS'] ?? 120)
/** A blow every so many milliseconds, and views a second. */
const BLOW_MS = 4_000
const VIEWS_A_SECOND = 3

const whole = async (visitor: Visitor, id: string): Promise<Page | undefined> => visitor.whole(id).catch(() => undefined)

test(
  `R102 R084 HAZ-009: ${SECONDS} s of processes killed, the database stopped, peers and systems cut, under ${VIEWS_A_SECOND} views a second`,
  { timeout: (SECONDS + 180) * 1_000 },
  async t => {
    const { london, ledger, signedIn } = at()
    const shah = await signedIn('Shah')
    const random = createRandom(20261121)
    const said = { views: 0, refused: 0, whole: 0, partial: 0, lost: 0, failed: 0 }
    const blows: string[] = []
    const endsMs = Date.now() + SECONDS * 1_000

    const systems = [...stagedSystems, NRL.id, 'pds', 'peer-ncl', 'peer-sel'] as const
    const modes = [{ mode: 'refuse' }, { mode: 'hang' }, { mode: 'cut', afterBytes: 2_000 }, { mode: 'garbage' }] as const
    const strike = async (): Promise<void> => {
      const die = random.below(10)
      if (die < 3) {
        const process = random.pick([...london.sel.processes, ...london.ncl.processes])
        blows.push(`kill -9 ${process.name}`)
        await process.kill()
        await pause(1_000)
        await process.restart()
      } else if (die < 4) {
        blows.push('database stopped')
        await london.database.stop()
        await pause(2_000)
        await london.database.start()
      } else {
        const system = random.pick(systems)
        const fault = random.pick(modes)
        blows.push(`${system} ${fault.mode}`)
        await london.faults.get(system)?.set(fault)
        await pause(2_500)
        await london.faults.get(system)?.set({ mode: 'pass' })
      }
    }
    const striking = (async () => {
      while (Date.now() < endsMs) {
        await strike()
        await pause(random.below(BLOW_MS))
      }
    })()

    const look = async (): Promise<void> => {
      said.views += 1
      try {
        const { id, page } = await shah.open(told.amara)
        // Refused in words, never a fault of ours shown as one.
        assert.notEqual(page.status, 500, page.words.slice(0, 200))
        if (id === '') return void (said.refused += 1)
        const shown = await whole(shah, id)
        assert.notEqual(shown?.status, 500, shown?.words.slice(0, 200) ?? '')
        if (shown === undefined || shown.status !== 200) said.lost += 1
        else if (/could not be reached|timed out|failed|so far|refused|not be read/.test(shown.words)) said.partial += 1
        else said.whole += 1
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        said.failed += 1 // the connection itself was cut by a blow
      }
    }
    const looking: Promise<void>[] = []
    while (Date.now() < endsMs) {
      looking.push(look())
      await pause(1_000 / VIEWS_A_SECOND)
    }
    await Promise.all([striking, ...looking])

    // Everything heals without a hand.
    for (const proxy of london.faults.values()) await proxy.set({ mode: 'pass' })
    await until(async () => {
      const { id } = await shah.open(told.amara).catch(() => ({ id: '' }))
      const page = id === '' ? undefined : await whole(shah, id)
      return page !== undefined && answeredBut(0, askedAbout(told.amara)).test(stripOf(page.html))
    })
    await until(async () => (await ledger.pool('sel').query('select 1')).rowCount === 1)
    await ledger.sound()
    const { rows } = await ledger.pool('sel').query<{ events: string }>('select count(*) as events from audit_event')
    t.diagnostic(`${JSON.stringify(said)} after ${blows.length} blows; ${rows[0]?.events} events at SEL, every one verified`)
    assert.ok(said.whole + said.partial > said.views / 2, JSON.stringify(said))
  },
)
