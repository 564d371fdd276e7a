import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { NRL } from '../src/london/catalogue.ts'
import { told } from '../src/london/people/population.ts'
import { createRandom } from '../src/london/people/random.ts'
import { cityOrganisations, EXCHANGES, exchangeTitles, places, SYSTEM_IDS, type ExchangeName } from '../src/london/places.ts'
import type { Side } from './support/ledger.ts'
import { stage, until } from './support/london.ts'
import { sourceRowsOf, type SourceRow } from './support/reading.ts'
import type { Visitor } from './support/visitor.ts'

/** How long, `LCR_KILL_SECONDS`; a blow every so often, `LCR_KILL_EVERY_MS`; which blows, `LCR_KILL_SEED`. */
const SECONDS = Number(process.env['LCR_KILL_SECONDS'] ?? 120)
const EVERY_MS = Number(process.env['LCR_KILL_EVERY_MS'] ?? (SECONDS >= 600 ? 20_000 : 6_000))
const SEED = Number(process.env['LCR_KILL_SEED'] ?? 20261121)
const VIEWS_A_SECOND = 3
/** How long one blow lasts, at least and at most. */
const LASTS_MS = [2_000, 6_000] as const
/** Until when a blow may still be felt: a process starts again, a breaker closes after the next try. */
const FELT_MS = 30_000

const crashed: string[] = []
const at = stage({
  exchanges: EXCHANGES,
  processes: exchange => (exchange === 'SEL' ? 2 : 1),
  onCrash: name => void crashed.push(name),
  ephemeral: false,
})

/** Who looks at whom, all over London. */
const looks: readonly (readonly [family: string, nhsNumber: string])[] = [
  ['Shah', told.amara],
  ['Nkemelu', told.nine],
  ['Goldberg', told.oxleas],
  ['Adeniyi', told.southEastOnly],
  ['Karim', told.homeless],
  ['Hollis', told.miltonKeynes],
  ['Hartmann', told.stroke],
  ['Lindqvist', told.amara],
  ['Chowdhury', told.twinMother],
]

/** What a visitor says of a page without the form they need. */
const NO_FORM = 'the page has no such form'

interface Blow {
  readonly what: string
  /** What it strikes: a system, `way NEL`, `exchange NEL`, `database`. */
  readonly target: string
  readonly mode: string
  readonly fromMs: number
  toMs: number
}
interface Look {
  readonly side: Side
  readonly viewId: string
  readonly fromMs: number
  readonly toMs: number
  readonly rows: readonly SourceRow[]
}

const nameOf = (odsCode: string): string => cityOrganisations.find(each => each.odsCode === odsCode)?.name ?? odsCode
/** Systems that are the only one of their organisation: their row on the page All sources is theirs. */
const alone = [...SYSTEM_IDS.map(id => places[id]), { ...NRL, id: 'nrl' as const }].filter(
  (place, _n, all) => all.filter(other => other.odsCode === place.odsCode).length === 1,
)
const ANSWERS: ReadonlySet<string> = new Set(['answered', 'nothing held'])
/** What a source says at rest, whatever it is: one of these has somebody else under a number. */
const AT_REST: ReadonlySet<string> = new Set([...ANSWERS, 'could not be matched'])
/** Words that say that something failed now. `timed out` is left out: that it took too long is so whatever the reason. */
const FAILS: ReadonlySet<string> = new Set(['failed', 'could not be reached', 'sent something that could not be read', 'not answering'])
const SILENT: ReadonlySet<string> = new Set(['refuse', 'hang', 'garbage'])

/** Words of a page that what really happened does not bear out. */
function wrongWords(look: Look, blows: readonly Blow[]): readonly string[] {
  const during = (blow: Blow): boolean => blow.fromMs <= look.fromMs && look.toMs <= blow.toMs
  const felt = (blow: Blow): boolean => blow.fromMs <= look.toMs && look.fromMs <= blow.toMs + FELT_MS
  return look.rows.flatMap(row => {
    const place = alone.find(each => nameOf(each.odsCode) === row.name)
    const area = EXCHANGES.find(exchange => exchangeTitles[exchange] === row.name)
    const targets = place
      ? [place.id, `way ${place.exchange}`, `exchange ${place.exchange}`]
      : area
        ? [`way ${area}`, `exchange ${area}`]
        : undefined
    if (targets === undefined) return []
    const silent = blows.find(
      blow => (blow.target === place?.id || (area && blow.target === `way ${area}`)) && SILENT.has(blow.mode) && during(blow),
    )
    if (silent && ANSWERS.has(row.state)) return [`${row.name} ${row.state} during ${silent.what}`]
    const reason = blows.some(
      blow =>
        (targets.includes(blow.target) || blow.target === 'database' || blow.target === `exchange ${look.side.toUpperCase()}`) &&
        felt(blow),
    )
    return FAILS.has(row.state) && !reason ? [`${row.name} ${row.state} though nothing had happened to it`] : []
  })
}

const rssOf = (pid: number | undefined): number => {
  try {
    return pid === undefined ? 0 : Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024
  } catch {
    return 0
  }
}

test(
  `R102 R084 HAZ-009: ${SECONDS} s of systems, processes, ways and the database struck at random all over London, under ${VIEWS_A_SECOND} views a second`,
  { timeout: (SECONDS + 600) * 1_000 },
  async t => {
    const { london, ledger, signedIn } = at()
    const random = createRandom(SEED)
    const blows: Blow[] = []
    const seen: Look[] = []
    const said = { views: 0, refused: 0, whole: 0, partial: 0, lost: 0, cut: 0 }
    const faults: string[] = []
    const visitors = new Map<string, Visitor>()
    for (const [family, nhsNumber] of looks) {
      const visitor = await signedIn(family)
      visitors.set(family, visitor)
      const { id } = await visitor.open(nhsNumber)
      assert.notEqual(id, '', `${family} can look before anything happens`)
    }
    const exchangeOf = (process: string): ExchangeName => EXCHANGES.find(name => process.startsWith(name.toLowerCase())) as ExchangeName
    const processes = [...london.exchanges.values()].flatMap(each => each.processes)

    const endsMs = Date.now() + SECONDS * 1_000
    const strike = async (): Promise<void> => {
      const blow = (what: string, target: string, mode: string): Blow => {
        const one = { what, target, mode, fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY }
        blows.push(one)
        return one
      }
      const lasts = LASTS_MS[0] + random.below(LASTS_MS[1] - LASTS_MS[0])
      const die = random.below(10)
      if (die < 3) {
        const process = random.pick(processes)
        const one = blow(`${process.name} killed`, `exchange ${exchangeOf(process.name)}`, 'kill')
        process.crash()
        await pause(1_500)
        await process.healthy()
        one.toMs = Date.now()
      } else if (die < 4) {
        const one = blow('the database killed', 'database', 'kill')
        london.database.crash()
        await pause(500)
        await until(() => london.database.up())
        one.toMs = Date.now()
      } else {
        const [target, proxy] = random.pick([...london.faults].filter(([id]) => id !== 'sign-in'))
        const fault = random.pick([{ mode: 'refuse' }, { mode: 'hang' }, { mode: 'cut', afterBytes: 2_000 }, { mode: 'garbage' }] as const)
        const way = EXCHANGES.find(name => target === `peer-${name.toLowerCase()}`)
        await proxy.set(fault)
        const one = blow(`${target} ${fault.mode}`, way === undefined ? target : `way ${way}`, fault.mode)
        await pause(lasts)
        one.toMs = Date.now()
        await proxy.set({ mode: 'pass' })
      }
    }
    const striking = (async () => {
      while (Date.now() < endsMs) {
        const startedMs = Date.now()
        await strike()
        await pause(Math.max(0, EVERY_MS - (Date.now() - startedMs)))
      }
    })()

    const look = async (family: string, nhsNumber: string): Promise<void> => {
      const visitor = visitors.get(family)
      assert.ok(visitor)
      said.views += 1
      const fromMs = Date.now()
      try {
        const { id, page } = await visitor.open(nhsNumber)
        if (page.status === 500) faults.push(page.words.slice(0, 200))
        if (id === '') return void (said.refused += 1)
        const shown = await visitor.whole(id)
        if (shown.status === 500) faults.push(shown.words.slice(0, 200))
        if (shown.status !== 200 || !shown.html.includes('lcr-banner')) return void (said.lost += 1)
        const sources = await visitor.get(`/r/${id}/sources`)
        if (sources.status !== 200) return void (said.lost += 1)
        const rows = sourceRowsOf(sources.html)
        const side = (EXCHANGES.find(name => london.exchanges.get(name)?.url === new URL(shown.url).origin) ?? 'SEL').toLowerCase() as Side
        seen.push({ side, viewId: id, fromMs, toMs: Date.now(), rows })
        said[rows.every(row => AT_REST.has(row.state)) ? 'whole' : 'partial'] += 1
      } catch (error) {
        // A page in words instead of the people found, or a connection that a blow cut.
        said[error instanceof Error && error.message === NO_FORM ? 'refused' : 'cut'] += 1
      }
    }
    const looking = new Set<Promise<void>>()
    const warm = new Map<number, { readonly name: string; readonly atMs: number; readonly mb: number }>()
    const grown: string[] = []
    for (let n = 0; Date.now() < endsMs; n++) {
      const [family, nhsNumber] = looks[n % looks.length] ?? ['Shah', told.amara]
      const one: Promise<void> = look(family, nhsNumber).finally(() => looking.delete(one))
      looking.add(one)
      if (n % (VIEWS_A_SECOND * 60) === VIEWS_A_SECOND * 59)
        for (const process of processes) {
          const pid = process.pid()
          if (pid !== undefined && !warm.has(pid)) warm.set(pid, { name: process.name, atMs: Date.now(), mb: rssOf(pid) })
        }
      await pause(1_000 / VIEWS_A_SECOND)
    }
    await Promise.all([striking, ...looking])
    for (const process of processes) {
      const before = warm.get(process.pid() ?? 0)
      if (before)
        grown.push(
          `${process.name} ${Math.round(before.mb)} -> ${Math.round(rssOf(process.pid()))} MB in ${Math.round((Date.now() - before.atMs) / 60_000)} min`,
        )
    }

    // Nobody lays a hand on anything from here on.
    const mendedMs = Date.now()
    for (const [family, nhsNumber] of looks)
      await until(async () => {
        const visitor = visitors.get(family)
        const { id } = (await visitor?.open(nhsNumber).catch(() => undefined)) ?? { id: '' }
        if (id === '') return false
        await visitor?.whole(id).catch(() => undefined)
        const rows = sourceRowsOf((await visitor?.get(`/r/${id}/sources`).catch(() => undefined))?.html ?? '')
        return rows.length > 0 && rows.every(row => AT_REST.has(row.state))
      })
    t.diagnostic(
      `${JSON.stringify(said)} after ${blows.length} blows, seed ${SEED}; whole everywhere ${Math.round((Date.now() - mendedMs) / 100) / 10} s after the last`,
    )
    t.diagnostic(blows.map(blow => blow.what).join(', '))
    t.diagnostic(`started again by themselves: ${crashed.length}; memory ${grown.join('; ')}`)
    assert.deepEqual(faults, [], 'no fault of ours is shown as one')
    assert.deepEqual(
      seen.flatMap(one => wrongWords(one, blows)),
      [],
      'no word that is not so',
    )
    // Nothing was shown that is not written down, at either end, and every log is whole.
    await ledger.sound()
    for (const { side, viewId } of seen) {
      const kinds = (await ledger.events(viewId, side)).map(event => event.kind)
      assert.ok(kinds.includes('view-opened') && kinds.includes('shown'), `view ${viewId} of ${side} was seen and is written down`)
    }
    let events = 0
    for (const exchange of EXCHANGES)
      events += Number(
        (await ledger.pool(exchange.toLowerCase() as Side).query<{ n: string }>('select count(*) as n from audit_event')).rows[0]?.n,
      )
    t.diagnostic(`${events} events at seven exchanges, every one verified`)
    assert.ok(said.whole + said.partial > said.cut + said.lost, JSON.stringify(said))
  },
)
