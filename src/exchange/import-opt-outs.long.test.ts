import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import pg from 'pg'
import { checkDigit } from '../care-record/nhs-number.ts'
import { migrate } from '../platform/database.ts'
import { serverForTests } from '../platform/server-for-tests.ts'
import { goLive, type ImportReport } from './agreements/opt-outs/import.ts'
import { COLUMNS } from './agreements/opt-outs/line.ts'
import { loadRegistrations, type RegistrationRow } from './identity/identity.ts'
import { runImport } from './import-opt-outs.ts'

const OPT_OUTS = 50_000
const PEOPLE = 150_000
/** One in so many opt-outs cannot be matched: its number is missing and a name is mistyped. */
const BAD_EVERY = 40
const MEMORY_MB = 100

const server = await serverForTests(['opt_outs'])
const pool = new pg.Pool({ connectionString: server.url('opt_outs'), max: 2 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
await migrate(pool)
const now = (): Date => new Date('2026-11-21T10:00:00Z')
const exchange = 'SEL'

const SYLLABLES = [
  'ka',
  'lo',
  'mi',
  'ren',
  'su',
  'ta',
  'vel',
  'wo',
  'yan',
  'zed',
  'bar',
  'chi',
  'dun',
  'eke',
  'fo',
  'gil',
  'han',
  'iz',
  'jo',
  'pe',
]
const syllable = (n: number): string => SYLLABLES[n % SYLLABLES.length] ?? ''
const nameOf = (n: number): string => syllable(n) + syllable(Math.floor(n / 20)) + syllable(Math.floor(n / 400)) + syllable(n * 7)
const numbers = (function* () {
  for (let n = 999_000_000; ; n++) if (checkDigit(String(n)) !== undefined) yield `${n}${checkDigit(String(n))}`
})()
const people: readonly RegistrationRow[] = Array.from({ length: PEOPLE }, (_, n) => ({
  sourceId: 'kch',
  nhsNumber: numbers.next().value ?? '',
  family: nameOf(n),
  given: [nameOf(n * 13 + 5)],
  birthDate: new Date(Date.UTC(1930, 0, 1) + ((n * 37) % 32_000) * 86_400_000).toISOString().slice(0, 10),
  gender: 'female',
  postcode: `SE${(n % 28) + 1} ${n % 10}A${String.fromCharCode(65 + (n % 26))}`,
}))

async function* file(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${COLUMNS.join(',')}\r\n`)
  for (let n = 0; n < OPT_OUTS; n++) {
    const person = people[n * 3]
    if (person === undefined) return
    const bad = n % BAD_EVERY === 0
    const family = bad ? `${person.family.slice(0, -1)}q` : person.family
    yield Buffer.from(
      `connect-care,CC-${n},${bad ? '' : person.nhsNumber},${family},${person.given[0]},${person.birthDate},${person.postcode},,2019-03-02,everything,,\r\n`,
    )
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** Bytes that are still needed. */
const held = (): number => {
  collect()
  return process.memoryUsage().heapUsed
}

test(
  'R035: 50,000 former opt-outs are imported, every one of them denies, and memory does not grow with the file',
  { timeout: 1_800_000 },
  async t => {
    for (let at = 0; at < people.length; at += 5_000) await loadRegistrations(pool, people.slice(at, at + 5_000), now())
    await pool.query('analyze')
    const audit = { writeWith: async () => ({ id: 'e', at: now().toISOString() }) }
    let most = 0
    const before = held()
    const watching = setInterval(() => (most = Math.max(most, held() - before)), 5_000)
    const run = async (): Promise<ImportReport> => {
      const started = performance.now()
      const report = await runImport({ pool, exchange, audit, now, newId: randomUUID }, file, { dryRun: false, by: 'operator' })
      assert.ok(report.ok, report.ok ? '' : String(report.fault.cause))
      t.diagnostic(`${OPT_OUTS} lines in ${Math.round((performance.now() - started) / 1_000)} s: ${JSON.stringify(report.value.counts)}`)
      return report.value
    }
    const { counts } = await run()
    assert.deepEqual([counts.lines, counts.fresh, counts.refused], [OPT_OUTS, OPT_OUTS, 0])
    assert.equal(counts.matchedByNumber, OPT_OUTS - OPT_OUTS / BAD_EVERY)
    const { rows } = await pool.query<{ n: number }>(
      'select count(*)::int as n from unnest($1::text[]) as p (nhs_number) where not exists (select from objection_of o where o.nhs_number = p.nhs_number)',
      [Array.from({ length: OPT_OUTS }, (_, n) => people[n * 3]?.nhsNumber)],
    )
    assert.equal(rows[0]?.n, 0, 'nobody who said no is shown')
    const { rows: withheld } = await pool.query<{ n: number }>('select count(distinct nhs_number)::int as n from objection_of')
    t.diagnostic(`${(withheld[0]?.n ?? 0) - OPT_OUTS} people withheld who did not say no, for ${counts.unmatched} that wait`)
    assert.equal((await goLive(pool)).unworked, counts.unmatched)
    const again = await run()
    assert.deepEqual([again.counts.same, again.counts.fresh, again.counts.changed], [OPT_OUTS, 0, 0])
    clearInterval(watching)
    t.diagnostic(`${Math.round(most / 1e6)} MB held at most, above the start`)
    assert.ok(most < MEMORY_MB * 1e6)
  },
)
