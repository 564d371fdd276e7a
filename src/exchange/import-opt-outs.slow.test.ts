import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import pg from 'pg'
import { migrate } from '../platform/database.ts'
import { serverForTests } from '../platform/server-for-tests.ts'
import { goLive, importOptOuts, type ImportReport } from './agreements/opt-outs/import.ts'
import { COLUMNS } from './agreements/opt-outs/line.ts'
import { judgeWithRegister, work } from './agreements/opt-outs/opt-outs.ts'
import type { AuditDraft } from './audit/draft.ts'
import { loadRegistrations, type RegistrationRow } from './identity/identity.ts'
import { heedLoaded, optOutPorts, runImport, transact } from './import-opt-outs.ts'

const server = await serverForTests(['opt_outs'])
const pool = new pg.Pool({ connectionString: server.url('opt_outs'), max: 4 })
pool.on('error', () => {}) // the server stops while connections are idle
after(async () => {
  await pool.end()
  await server.remove()
})
await migrate(pool)

const now = (): Date => new Date('2026-11-21T10:00:00Z')
const exchange = 'SEL'
const [A, B, C] = ['9990000018', '9990000026', '9990000034'] as const
const events: AuditDraft[] = []
const audit = {
  writeWith: async (_client: unknown, draft: AuditDraft) => {
    events.push(draft)
    return { id: 'e', at: now().toISOString() }
  },
}
beforeEach(async () => {
  events.length = 0
  await pool.query(
    'truncate opt_out_import, opt_out, opt_out_person, registration, objection_in_force, objection_of, list_entry, list_head',
  )
})

const line = (over: Partial<Record<(typeof COLUMNS)[number], string>> = {}): string => {
  const row = {
    system: 'connect-care',
    id: 'CC-1',
    nhs_number: '',
    family: 'Okonkwo',
    given: 'Ngozi',
    birth_date: '1984-05-17',
    postcode: 'SE8 4AA',
    address: '',
    said_on: '2019-03-02',
    scope: 'everything',
    organisation: '',
    taken_by: '',
    ...over,
  }
  return COLUMNS.map(column => row[column]).join(',')
}
const file = (...lines: string[]): (() => AsyncIterable<Uint8Array>) =>
  async function* () {
    yield Buffer.from([COLUMNS.join(','), ...lines, ''].join('\r\n'))
  }
const registered = (nhsNumber: string, over: Partial<RegistrationRow> = {}): RegistrationRow => ({
  sourceId: 'kch',
  nhsNumber,
  family: 'Okonkwo',
  given: ['Ngozi'],
  birthDate: '1984-05-17',
  gender: 'female',
  postcode: 'SE8 4AA',
  ...over,
})
const load = (...rows: RegistrationRow[]): Promise<number> =>
  transact(pool, async tx => {
    await loadRegistrations(tx, rows, now())
    return heedLoaded(tx, { exchange, now }, rows)
  })
async function imported(open: () => AsyncIterable<Uint8Array>, dryRun = false): Promise<ImportReport> {
  const report = await runImport({ pool, exchange, audit, now, newId: randomUUID }, open, { dryRun, by: 'operator' })
  assert.ok(report.ok, report.ok ? '' : String(report.fault.cause))
  return report.value
}
const inForce = async (): Promise<readonly string[]> =>
  (
    await pool.query<{
      line: string
    }>(`select nhs_number || ' ' || basis || ' ' || (scope ->> 'kind') || coalesce(' ' || (scope ->> 'odsCode'), '') as line
     from objection_of join objection_in_force using (exchange, id) order by 1`)
  ).rows.map(row => row.line)
const stands = async (): Promise<readonly string[]> =>
  (await pool.query<{ s: string }>('select state as s from opt_out order by system_id')).rows.map(row => row.s)
const idOf = async (): Promise<string> => (await pool.query<{ id: string }>('select id from opt_out')).rows[0]?.id ?? ''
const waiting = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await pool.query<{ id: string; nhs_number: string }>(`select id, nhs_number from opt_out_person where state = 'could-be'`)).rows.map(
      row => [row.nhs_number, row.id],
    ),
  )
const say = (is: string[], isNot: string[], nobody = false) =>
  transact(pool, async tx => work(tx, optOutPorts({ exchange, now }), { optOut: await idOf(), is, isNot, nobody, canAsk: true }, 'R8013'))
const asked = async (said: 'answered' | 'too-many' | 'silent') =>
  transact(pool, async tx => judgeWithRegister(tx, optOutPorts({ exchange, now }), await idOf(), { said, persons: [] }))

test('R076: a former objector whose number and details agree is withheld from the day of the import', async () => {
  await load(registered(A), registered(B, { birthDate: '1950-01-01', family: 'Brown', given: ['Ann'] }))
  const { counts } = await imported(file(line({ nhs_number: A })))
  assert.deepEqual(await inForce(), [`${A} imported everything`])
  assert.deepEqual([counts.fresh, counts.matchedByNumber, counts.unmatched], [1, 1, 0])
  assert.equal((await goLive(pool)).allowed, true)
})

test('R076, R083: one who cannot be matched withholds every record that could be theirs, and nothing goes live', async () => {
  await load(
    registered(A, { postcode: 'N1 1AA' }),
    registered(B, { family: 'Okonkow', postcode: 'E1 1AA' }),
    registered(C, { birthDate: '1999-01-01', postcode: 'E2 1AA' }),
  )
  const { counts } = await imported(file(line()))
  assert.deepEqual(await inForce(), [`${A} unmatched everything`, `${B} unmatched everything`])
  assert.deepEqual([counts.unmatched, counts.withheld], [1, 2])
  assert.deepEqual(await goLive(pool), { allowed: false, unworked: 1, refusedLines: 0, brokenOff: 0 })
})

test('R076: a number that belongs to somebody else withholds both', async () => {
  await load(registered(A), registered(B, { family: 'Brown', given: ['Ann'], birthDate: '1950-01-01', postcode: 'N1 1AA' }))
  const { counts } = await imported(file(line({ nhs_number: B })))
  assert.equal(counts.numberDiffers, 1)
  assert.deepEqual(await inForce(), [`${A} unmatched everything`, `${B} unmatched everything`])
})

test('R035: a dry run counts the same and writes nothing', async () => {
  await load(registered(A))
  const open = file(line({ nhs_number: A }), line({ id: 'CC-2', family: 'Nobody', given: 'No', birth_date: '1901-02-03', postcode: '' }))
  const dry = await imported(open, true)
  assert.deepEqual(await inForce(), [])
  assert.deepEqual(await stands(), [])
  assert.equal(events.length, 0)
  const real = await imported(open)
  assert.deepEqual(dry.counts, real.counts)
})

test('R035: the same file again changes nothing; a changed line its opt-out; a line gone is listed and stands', async () => {
  await load(registered(A))
  await imported(
    file(line({ nhs_number: A }), line({ id: 'CC-2', nhs_number: C, family: 'Lee', given: 'An', birth_date: '1970-01-01', postcode: '' })),
  )
  const sequence = async (): Promise<unknown> => (await pool.query('select sequence from list_head')).rows
  const [before, entries] = [await inForce(), await sequence()]
  const again = await imported(
    file(line({ nhs_number: A }), line({ id: 'CC-2', nhs_number: C, family: 'Lee', given: 'An', birth_date: '1970-01-01', postcode: '' })),
  )
  assert.deepEqual([again.counts.same, again.counts.fresh, again.counts.changed, again.counts.gone], [2, 0, 0, 0])
  assert.deepEqual([await inForce(), await sequence()], [before, entries])

  const changed = await imported(file(line({ nhs_number: A, scope: 'organisation', organisation: 'RPG' })))
  assert.deepEqual([changed.counts.changed, changed.counts.gone], [1, 1])
  assert.deepEqual(await inForce(), [`${A} imported organisation RPG`, `${C} unmatched everything`], 'R055; the one gone stands')
})

test('R035: lines that cannot be read are named by line in our words, block going live, and the rest is taken', async () => {
  await load(registered(A))
  const report = await imported(
    file(
      line({ id: '' }),
      line({ nhs_number: A }),
      line({ nhs_number: A }),
      line({ nhs_number: B }),
      line({ id: 'CC-9', birth_date: '31/02/1984' }),
    ),
  )
  assert.deepEqual(
    report.refused.map(one => one.line),
    [2, 5, 6],
  )
  assert.doesNotMatch(JSON.stringify(report), /Okonkwo|9990000/)
  assert.deepEqual([report.counts.lines, report.counts.refused, report.counts.twice, report.counts.fresh], [5, 3, 1, 1])
  assert.deepEqual(await inForce(), [`${A} imported everything`])
  assert.deepEqual(await goLive(pool), { allowed: false, unworked: 0, refusedLines: 3, brokenOff: 0 })
  await imported(file(line({ nhs_number: A })))
  assert.equal((await goLive(pool)).allowed, true)
})

for (const [name, open] of [
  [
    'an empty file',
    async function* () {
      yield Buffer.from('')
    },
  ],
  [
    'a file without its first line',
    async function* () {
      yield Buffer.from(`${line()}\n`)
    },
  ],
  [
    'a quotation mark never closed',
    async function* () {
      yield Buffer.from(`${COLUMNS.join(',')}\n${line({ nhs_number: A })}\n"x`)
    },
  ],
  ['a file of which no line can be read', file('a,b', 'c')],
] as const)
  test(`R035: of ${name} nothing is taken`, async () => {
    const report = await runImport({ pool, exchange, audit, now, newId: randomUUID }, open, {
      dryRun: false,
      by: 'operator',
    })
    assert.equal(!report.ok && report.fault.kind, 'invalid')
    assert.equal((await pool.query('select 1 from opt_out_import')).rows.length, 0)
    assert.deepEqual(await inForce(), [])
  })

test('R076: a record loaded later that could be theirs is withheld in the same transaction', async () => {
  await imported(file(line()))
  assert.deepEqual(await inForce(), [])
  await load(registered(A, { given: ['Ngozi', 'Ann'], postcode: 'N1 1AA' }), registered(B, { birthDate: '1951-01-01', postcode: 'N2 1AA' }))
  assert.deepEqual(await inForce(), [`${A} unmatched everything`])
})

test('R076: a record loaded while the file is taken is withheld too', async () => {
  let loading: Promise<unknown> | undefined
  const loaded = { done: false }
  const ports = optOutPorts({ exchange, now })
  const known: typeof ports.known = async (tx, traits) => {
    const found = await ports.known(tx, traits)
    if (traits.birthDates.length === 0) return found
    loading ??= load(registered(A, { given: ['Ngozi', 'Ann'], postcode: 'N1 1AA' })).finally(() => (loaded.done = true))
    const waits = (): Promise<boolean> =>
      pool
        .query(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)
        .then(({ rows }) => rows.length > 0)
    while (!loaded.done && !(await waits())) await new Promise(resolve => setTimeout(resolve, 5))
    return found
  }
  const taken = await importOptOuts(
    { ...ports, known, newId: randomUUID, audit: async () => {}, transact: work => transact(pool, work) },
    file(line()),
    { dryRun: false, by: 'operator' },
  )
  assert.ok(taken.ok)
  await loading
  assert.deepEqual(await inForce(), [`${A} unmatched everything`])
})

test('R076: a number nobody knew is matched when its record comes', async () => {
  await imported(file(line({ nhs_number: A })))
  assert.deepEqual(await inForce(), [`${A} unmatched everything`])
  await load(registered(A))
  assert.deepEqual([await inForce(), await stands()], [[`${A} imported everything`], ['matched']])
})

test('R076: a steward decides each person; whom it is not is shown again, whom it is stays withheld', async () => {
  await load(registered(A, { postcode: 'N1 1AA' }), registered(B, { postcode: 'E1 1AA' }))
  await imported(file(line()))
  const at = await waiting()
  assert.equal((await say([], [])).ok, false, 'nothing said')
  assert.equal((await say([], [], true)).ok, false, 'nobody, while two wait')
  assert.ok((await say([], [at[B] ?? ''])).ok)
  assert.deepEqual([await inForce(), await stands()], [[`${A} unmatched everything`], ['unmatched']])
  assert.ok((await say([at[A] ?? ''], [])).ok)
  assert.deepEqual([await inForce(), await stands()], [[`${A} imported everything`], ['matched']])
  assert.equal((await goLive(pool)).allowed, true)
  assert.equal((await say([], [at[A] ?? ''])).ok, false, 'decided already')
  await imported(file(line()))
  await load(registered(B, { postcode: 'E1 1AA' }))
  assert.deepEqual(await inForce(), [`${A} imported everything`], 'and it stays decided')
  await imported(file(line({ scope: 'organisation', organisation: 'RPG' })))
  assert.deepEqual(await inForce(), [`${A} imported organisation RPG`], 'a changed line keeps its person')
})

test('R076: nobody here ends the waiting, until somebody new could be the person', async () => {
  await load(registered(A, { postcode: 'N1 1AA' }))
  await imported(file(line()))
  const at = await waiting()
  assert.ok((await say([], [at[A] ?? ''])).ok)
  assert.equal((await goLive(pool)).allowed, false, 'looked at, not said')
  for (const before of [() => undefined, () => asked('silent')]) {
    await before()
    const refused = await say([], [], true)
    assert.match(refused.ok ? 'taken' : refused.fault.detail, /Ask the national register first/)
  }
  await asked('answered')
  assert.ok((await say([], [], true)).ok)
  assert.deepEqual([await inForce(), await stands(), (await goLive(pool)).allowed], [[], ['nobody'], true])
  await load(registered(A, { postcode: 'N1 1AA' }))
  assert.deepEqual([await inForce(), await stands()], [[], ['nobody']], 'a steward’s no stands')
  await load(registered(B, { postcode: 'E1 1AA' }))
  assert.deepEqual([await inForce(), await stands()], [[`${B} unmatched everything`], ['unmatched']])
})

test('R076: what the register said of a line holds no longer when the line changes', async () => {
  await imported(file(line()))
  await asked('answered')
  await imported(file(line()))
  assert.ok((await say([], [], true)).ok, 'the same line, asked before')
  await imported(file(line({ family: 'Okonjo' })))
  assert.equal((await say([], [], true)).ok, false)
})

test('R076: who the national register finds is withheld too, and stays so when the file is read again', async () => {
  await imported(file(line()))
  const optOut = await idOf()
  const found = { nhsNumber: C, names: [{ family: 'Okonkwo', given: ['Ngozi'] }], birthDate: '1984-05-17' }
  await transact(pool, tx => judgeWithRegister(tx, optOutPorts({ exchange, now }), optOut, { said: 'answered', persons: [found] }))
  assert.deepEqual(await inForce(), [`${C} unmatched everything`])
  await imported(file(line()))
  await load(registered(A, { birthDate: '1990-01-01', postcode: 'N1 1AA' }))
  assert.deepEqual(await inForce(), [`${C} unmatched everything`])
})

test('R035: an import that breaks off is said, blocks going live, and runs again to the end', async () => {
  await load(registered(A))
  let broken = true
  const { publish } = optOutPorts({ exchange, now })
  const failing: typeof publish = (tx, notices) => (broken ? Promise.reject(new Error('away')) : publish(tx, notices))
  const run = () =>
    runImport({ pool, exchange, publishAll: failing, audit, now, newId: randomUUID }, file(line({ nhs_number: A })), {
      dryRun: false,
      by: 'operator',
    })
  const first = await run()
  assert.equal(!first.ok && first.fault.kind, 'unavailable')
  assert.deepEqual([await inForce(), (await goLive(pool)).brokenOff], [[], 1])
  broken = false
  assert.ok((await run()).ok)
  assert.deepEqual([await inForce(), (await goLive(pool)).allowed], [[`${A} imported everything`], true])
})

test('R035, R084: an import is written down with its counts and nobody’s details', async () => {
  await load(registered(A))
  await imported(file(line({ nhs_number: A })))
  assert.equal(events.length, 1)
  assert.equal(events[0]?.kind, 'opt-outs-imported')
  assert.equal(events[0]?.detail?.['matchedByNumber'], 1)
  assert.doesNotMatch(JSON.stringify(events), /Okonkwo|9990000|SE8/)
})
