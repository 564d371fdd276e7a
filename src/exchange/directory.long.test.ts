import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { NhsNumber } from '../care-record/nhs-number.ts'
import { fail } from '../care-record/result.ts'
import { migrate, openPool, type Pool } from '../platform/database.ts'
import { serverForTests, type TestServer } from '../platform/server-for-tests.ts'
import { createObjections } from './access/objections.ts'
import { parseCriteria } from './identity/criteria.ts'
import { createIdentity, type Db } from './identity/identity.ts'
import { readPointers } from './locator/pointers.ts'

/** Fewer by `LCR_DIRECTORY_PEOPLE`, to try it. */
const PEOPLE = Number(process.env['LCR_DIRECTORY_PEOPLE'] ?? 10_000_000)
const SOURCES = 45
const LOOKS = 2_000
const WARMING = 100
const TABLES = ['registration', 'pointer', 'pds_fact', 'superseded_number', 'objection']
/** A table with fewer rows may well be read through. */
const LARGE = 10_000
const LOAD_MS = 45 * 60_000

/**
 * Made-up people, one registration and two pointers each, numbers of the unissued range that begins with 9. Some names are
 * frequent and most are rare: the commonest surname stands some eight times on each birth date.
 */
const MAKE = [
  `create function made_name(n int) returns text language sql immutable as $$
     select s[1 + n % 40] || s[1 + n / 40 % 40] || s[1 + n / 1600 % 40] || case when n % 3 = 0 then 'son' else '' end
     from (select string_to_array('ba be bi bo bu da de di do du fa fe fi fo ga ge gi go ha he hi ho ka ke ki ko la le li lo ma me mi mo na ne ni no ra re', ' ')) as t (s) $$`,
  `create unlogged table made as
     select n, (900000000 + n)::text || case check_digit when 11 then '0' else check_digit::text end as nhs_number,
       made_name((50000 * power(random(), 3))::int) as family, made_name((3000 * power(random(), 2))::int) as given,
       (date '1930-01-01' + (random() * 34000)::int)::text as birth_date
     from (select n, 11 - (90 + n / 10000000 % 10 * 9 + n / 1000000 % 10 * 8 + n / 100000 % 10 * 7 + n / 10000 % 10 * 6 + n / 1000 % 10 * 5 + n / 100 % 10 * 4 + n / 10 % 10 * 3 + n % 10 * 2) % 11 as check_digit
       from generate_series(0, ($1 * 1.12)::int) as n) as numbered
     where check_digit <> 10 limit $1`,
  'drop index registration_number, registration_name',
  'alter table registration drop constraint registration_pkey',
  'alter table pointer drop constraint pointer_pkey',
  `insert into registration select 'source-' || n % ${SOURCES}, nhs_number, initcap(family), family, array[initcap(given)], null, null, birth_date,
     case n % 2 when 0 then 'female' else 'male' end, 'SE' || n % 28 + 1 || ' ' || n / 28 % 10 || 'AB', now() from made`,
  `insert into pointer select nhs_number, 'source-' || (n + shift * 7) % ${SOURCES}, now() from made, generate_series(0, 1) as shift`,
  'alter table registration add primary key (source_id, nhs_number)',
  'create index registration_number on registration (nhs_number)',
  'create index registration_name on registration (birth_date, family_key)',
  'alter table pointer add primary key (nhs_number, source_id)',
  `insert into pds_fact select nhs_number, n % 100 = 0, null, now() from made where n % 10 = 0`,
  `insert into superseded_number select a.nhs_number, b.nhs_number, now() from made a join made b on b.n = a.n + 1 where a.n % 100 = 0`,
  `insert into objection_in_force select 'SEL', 'made/' || n, '{"kind":"everything"}', 'upheld', '2026-01-01', '[]', false from made where n % 100 = 50`,
  `insert into objection_of select nhs_number, 'SEL', 'made/' || n from made where n % 100 = 50`,
]

let server: TestServer
let pool: Pool
let large: ReadonlySet<string>
let people: readonly { readonly nhs_number: NhsNumber; readonly family: string; readonly given: string; readonly birth_date: string }[]
before(
  async () => {
    server = await serverForTests(['directory'])
    pool = openPool({ url: server.url('directory'), max: 2, statementTimeoutMs: 120_000 })
    await migrate(pool)
    // The tables as the rooms made them, less their indexes while they fill.
    const client = new pg.Client({ connectionString: server.url('directory') })
    await client.connect()
    try {
      await client.query("set statement_timeout = 0; set maintenance_work_mem = '512MB'; set synchronous_commit = off")
      for (const statement of MAKE) await client.query(statement.replaceAll('$1', String(PEOPLE)))
      const { rows } = await client.query(
        `select * from made where n in (select (random() * ${PEOPLE})::int from generate_series(1, $1))`,
        [LOOKS + WARMING],
      )
      people = rows
      await client.query('drop table made')
      await client.query('vacuum analyze')
      await client.query('checkpoint')
      const tables = await client.query<{ relname: string }>('select relname from pg_class where relname = any($1) and reltuples >= $2', [
        TABLES,
        LARGE,
      ])
      large = new Set(tables.rows.map(row => row.relname))
    } finally {
      await client.end()
    }
  },
  { timeout: LOAD_MS },
)
after(async () => {
  await pool?.end()
  await server?.remove()
})

const now = (): Date => new Date()
const silent = fail('unavailable', 'The register is silent.')
const context = { transaction: 't', sdsRoleProfileId: 'r', odsCode: 'RJZ', signal: new AbortController().signal }
/** What the rooms ask of the tables while the national register is silent: then all rests on them. */
const roomsOver = (db: Db) => ({
  db,
  identity: createIdentity({ db, pds: { read: async () => silent, search: async () => silent }, now }),
  objections: createObjections({ db, listsKnown: async () => true }),
})
type Rooms = ReturnType<typeof roomsOver>
type Someone = (typeof people)[number]

const details = async ({ identity }: Rooms, form: Readonly<Record<string, string>>): Promise<void> => {
  const criteria = parseCriteria(form)
  assert.ok(criteria.ok)
  const found = await identity.find(criteria.value, context)
  assert.ok(found.ok && (found.value.tooMany || found.value.candidates.length > 0), 'somebody is found')
}
const looks: Readonly<Record<string, (rooms: Rooms, who: Someone) => Promise<void>>> = {
  'who a number stands for, with former numbers and flag': async ({ identity }, who) => {
    const identified = await identity.identify(who.nhs_number, context)
    assert.ok(identified.ok)
  },
  'find by number': ({ identity }, who) =>
    identity.find({ by: 'number', nhsNumber: who.nhs_number }, context).then(found => assert.ok(found.ok)),
  'find by surname, birth date and given name': (rooms, who) =>
    details(rooms, { family: who.family, birthDate: who.birth_date, given: who.given }),
  'find by surname and birth date, of the commonest surname': async ({ identity }, who) => {
    const found = await identity.find({ by: 'details', family: COMMONEST, birthDate: who.birth_date, gender: 'female' }, context)
    assert.ok(found.ok)
  },
  'which sources know a number': async ({ db }, who) => assert.equal((await readPointers(db, who.nhs_number)).size, 2),
  'whether an objection is in force': async ({ objections }, who) =>
    assert.equal((await objections.stateFor(who.nhs_number)).state, 'known'),
}
const COMMONEST = 'Bababason'

for (const [what, look] of Object.entries(looks))
  test(`R036: ${what}, among ${PEOPLE.toLocaleString('en-GB')} people, reads by index alone`, { timeout: LOAD_MS }, async t => {
    const asked = new Map<string, unknown[]>()
    const listening: Db = {
      query(text, values = []) {
        asked.set(text, values)
        return pool.query(text, values)
      },
    }
    await look(roomsOver(listening), people[0] ?? assert.fail('nobody was made'))
    assert.ok(asked.size > 0)
    let byIndex = 0
    for (const [text, values] of asked) {
      const { rows } = await pool.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(`explain (format json) ${text}`, values)
      const nodes = nodesOf(rows[0]?.['QUERY PLAN'][0]?.Plan ?? assert.fail('no plan'))
      const readThrough = nodes.filter(node => node['Node Type'] === 'Seq Scan' && large.has(node['Relation Name'] ?? ''))
      assert.deepEqual(readThrough, [], text)
      byIndex += nodes.filter(node => node['Index Name'] !== undefined).length
    }

    assert.ok(byIndex > 0)

    const rooms = roomsOver(pool)
    for (const who of people.slice(LOOKS)) await look(rooms, who)
    // The same people twice: as the disk has them, and as memory then has them.
    const rounds = ['first', 'again'].map(() => [] as number[])
    for (const tookMs of rounds)
      for (const who of people.slice(0, LOOKS)) {
        const startedMs = performance.now()
        await look(rooms, who)
        tookMs.push(performance.now() - startedMs)
      }
    // What the database itself takes, whoever else wants the processor.
    let within = 0
    const measured = roomsOver({
      async query(text, values = []) {
        const { rows } = await pool.query<{ 'QUERY PLAN': readonly (Times | undefined)[] }>(
          `explain (analyze, format json) ${text}`,
          values,
        )
        const times = rows[0]?.['QUERY PLAN'][0]
        within += (times?.['Planning Time'] ?? 0) + (times?.['Execution Time'] ?? 0)
        return pool.query(text, values)
      },
    })
    const inside: number[] = []
    for (const who of people.slice(0, LOOKS)) {
      within = 0
      await look(measured, who)
      inside.push(within)
    }
    const [first50, again50] = rounds.map(tookMs => at(tookMs, 0.5))
    const [first99, again99] = rounds.map(tookMs => at(tookMs, 0.99))
    t.diagnostic(
      `${what}: p50 / p99 ${first50} / ${first99} ms the first time, ${again50} / ${again99} ms again; in the database ${at(inside, 0.5)} / ${at(inside, 0.99)} ms`,
    )
  })

test('R036: what the directory takes on disk', async t => {
  const { rows } = await pool.query<{ name: string; rows: string; bytes: string; indexes: string }>(
    `select relname as name, round(reltuples)::bigint as rows, pg_table_size(oid) as bytes, pg_indexes_size(oid) as indexes
     from pg_class where relname = any($1) order by relname`,
    [TABLES],
  )
  const { rows: counted } = await pool.query<{ people: string }>('select count(*) as people from registration')
  assert.equal(Number(counted[0]?.people), PEOPLE)
  for (const row of rows)
    t.diagnostic(
      `${row.name}: ${row.rows} rows, ${Math.round(Number(row.bytes) / 1e6)} MB, indexes ${Math.round(Number(row.indexes) / 1e6)} MB`,
    )
})

const at = (tookMs: readonly number[], share: number): string =>
  (tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * share)] ?? 0).toFixed(2)

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly PlanNode[]
}
interface Times {
  readonly 'Planning Time': number
  readonly 'Execution Time': number
}
const nodesOf = (plan: PlanNode): readonly PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
