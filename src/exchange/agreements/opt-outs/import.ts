import { createHash } from 'node:crypto'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { CsvError, readCsv } from './csv.ts'
import { isSurely, judge, type KnownPerson } from './could-be.ts'
import { COLUMNS, hashOf, isHeader, parseLine, type OptOut } from './line.ts'
import {
  holdMatching,
  isNotOf,
  nearby,
  put,
  rowOf,
  traitsOf,
  WITH_PERSONS,
  type Db,
  type OptOutPorts,
  type OptOutRow,
  type Settling,
} from './opt-outs.ts'

/** Lines of one file, and opt-outs of one transaction, at most. */
const MOST_LINES = 500_000
const AT_ONCE = 500
/** Refused lines told one by one; the rest are counted. */
const MOST_TOLD = 1_000

export interface ImportCounts {
  readonly lines: number
  readonly refused: number
  /** The same opt-out stands in the file again, word for word. */
  readonly twice: number
  readonly fresh: number
  readonly changed: number
  readonly same: number
  readonly matchedByNumber: number
  readonly matchedByDetails: number
  /** Number and details are not those of one person. */
  readonly numberDiffers: number
  readonly unmatched: number
  /** Of the unmatched: nobody known here could be the person. */
  readonly unmatchedNobody: number
  /** Records withheld until a steward has decided. */
  readonly withheld: number
  /** In an earlier file of these systems and not in this one: they stand, and are listed. */
  readonly gone: number
}

export interface ImportReport {
  readonly importId: string
  readonly dryRun: boolean
  readonly fileSha256: string
  readonly systems: readonly string[]
  readonly counts: ImportCounts
  readonly refused: readonly { readonly line: number; readonly words: string }[]
}

export interface ImportPorts extends OptOutPorts {
  /** Runs work in a transaction of its own. */
  readonly transact: <T>(work: (tx: Db) => Promise<T>) => Promise<T>
  /** Written with the import's last row. */
  readonly audit: (tx: Db, report: ImportReport) => Promise<void>
  readonly newId: () => string
}

interface Line {
  readonly optOut: OptOut
  readonly hash: string
}
type Counting = { -readonly [K in keyof ImportCounts]: ImportCounts[K] }

const keyOf = ({ system, systemId }: Pick<OptOut, 'system' | 'systemId'>): string => `${system} ${systemId}`

/**
 * Imports a file of former opt-outs (R035, R055, R076; docs/opt-outs.md). The file is read twice: once to know that it is whole,
 * once to put it in force, 500 at a time. The same file again changes nothing; a changed line changes its opt-out; a line that
 * is gone is counted, and its opt-out stands.
 *
 * @param open the file from its beginning, each time it is called.
 * @param options.dryRun counts what would be, and writes nothing.
 * @returns fault `invalid` when the file is not whole: then nothing of it was taken. Rejects with the driver's error; what was
 *   taken before stands, the import counts as broken off, and the same file may be run again.
 */
export async function importOptOuts(
  ports: ImportPorts,
  open: () => AsyncIterable<Uint8Array>,
  options: { readonly dryRun: boolean; readonly by: string },
): Promise<Result<ImportReport>> {
  const today = ports.now().toISOString().slice(0, 10)
  const looked = await lookThrough(open, today)
  if (!looked.ok) return looked
  const { fileSha256, systems, refused, counts } = looked.value
  const importId = ports.newId()
  if (!options.dryRun)
    await ports.transact(tx =>
      tx.query(
        `insert into opt_out_import (id, at, imported_by, file_sha256, systems, counts, refused) values ($1, $2, $3, $4, $5, '{}', $6)`,
        [importId, ports.now(), options.by, fileSha256, systems, JSON.stringify(refused)],
      ),
    )
  const seen = new Set<string>()
  let batch: Line[] = []
  const flush = async (): Promise<void> => {
    const lines = batch
    batch = []
    if (lines.length > 0) await ports.transact(tx => take(tx, ports, lines, options.dryRun ? undefined : importId, counts))
  }
  for await (const { optOut, hash } of linesOf(open, today)) {
    // Its first line counts; another with the same id and other words was refused above.
    if (seen.has(keyOf(optOut))) continue
    seen.add(keyOf(optOut))
    batch.push({ optOut, hash })
    if (batch.length === AT_ONCE) await flush()
  }
  await flush()
  const report = (gone: number): ImportReport => ({
    importId,
    dryRun: options.dryRun,
    fileSha256,
    systems,
    counts: { ...counts, gone },
    refused,
  })
  return ok(
    await ports.transact(async tx => {
      const gone = await countGone(tx, systems, options.dryRun ? seen : importId)
      const done = report(gone)
      if (options.dryRun) return done
      await tx.query('update opt_out_import set counts = $2, finished_at = $3 where id = $1', [
        importId,
        JSON.stringify(done.counts),
        ports.now(),
      ])
      await ports.audit(tx, done)
      return done
    }),
  )
}

interface Looked {
  readonly fileSha256: string
  readonly systems: readonly string[]
  readonly refused: readonly { readonly line: number; readonly words: string }[]
  readonly counts: Counting
}

async function lookThrough(open: () => AsyncIterable<Uint8Array>, today: string): Promise<Result<Looked>> {
  const sha = createHash('sha256')
  const refused: { line: number; words: string }[] = []
  const hashes = new Map<string, string>()
  const systems = new Set<string>()
  const counts: Counting = { ...NOTHING }
  const refuse = (line: number, words: string): void => {
    counts.refused += 1
    if (refused.length < MOST_TOLD) refused.push({ line, words })
  }
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of open()) {
      sha.update(chunk)
      yield chunk
    }
  }
  let header = false
  try {
    for await (const { line, fields } of readCsv(hashed())) {
      if (!header) {
        if (!isHeader(fields)) return fail('invalid', `The first line must name the columns: ${COLUMNS.join(',')}`)
        header = true
        continue
      }
      counts.lines += 1
      if (counts.lines > MOST_LINES) return fail('too-large', `A file may have ${MOST_LINES} lines. Cut it in parts.`)
      const read = parseLine(fields, today)
      if (!read.ok) {
        refuse(line, read.fault.detail)
        continue
      }
      const [key, hash] = [keyOf(read.value), hashOf(read.value)]
      const before = hashes.get(key)
      if (before === hash) counts.twice += 1
      else if (before !== undefined) refuse(line, 'This id stands in the file before, with other words. The first counts.')
      else {
        hashes.set(key, hash)
        systems.add(read.value.system)
      }
    }
  } catch (cause) {
    if (cause instanceof CsvError) return fail('invalid', `${cause.message} Nothing of the file was taken.`)
    throw cause
  }
  if (!header) return fail('invalid', 'The file is empty.')
  if (counts.lines > 0 && systems.size === 0)
    return fail('invalid', `No line of the file can be read. Line ${refused[0]?.line}: ${refused[0]?.words}`)
  return ok({ fileSha256: sha.digest('hex'), systems: [...systems].toSorted(), refused, counts })
}

async function* linesOf(open: () => AsyncIterable<Uint8Array>, today: string): AsyncGenerator<Line> {
  let header = true
  for await (const { fields } of readCsv(open())) {
    const read = header ? undefined : parseLine(fields, today)
    header = false
    if (read?.ok === true) yield { optOut: read.value, hash: hashOf(read.value) }
  }
}

/** @param importId none: only counts. */
async function take(tx: Db, ports: ImportPorts, lines: readonly Line[], importId: string | undefined, counts: Counting): Promise<void> {
  if (importId !== undefined) await holdMatching(tx)
  const stood = await standing(tx, lines)
  const isSame = (line: Line): boolean => stood.get(keyOf(line.optOut))?.hash === line.hash
  // What has its person, or is known to have nobody here, is left alone while its line says the same.
  const settled = lines.filter(line => isSame(line) && stood.get(keyOf(line.optOut))?.state !== 'unmatched')
  const open = lines.filter(line => !settled.includes(line))
  const near = await whoCouldMatter(
    tx,
    ports,
    open.map(line => line.optOut),
    optOut => stood.get(keyOf(optOut))?.persons.some(person => person.state === 'is-not') === true,
  )
  for (const line of settled) {
    counts.same += 1
    const row = stood.get(keyOf(line.optOut))
    if (row) countState(counts, row)
  }
  const judged = open.map(line => {
    const before = stood.get(keyOf(line.optOut))
    return { line, before, judged: judge(line.optOut, near(line.optOut), before === undefined ? new Set() : isNotOf(before), ports.names) }
  })
  for (const { line, before, judged: verdict } of judged) {
    counts[before === undefined ? 'fresh' : isSame(line) ? 'same' : 'changed'] += 1
    if (before?.matchedBy === 'steward') counts.matchedByDetails += 1
    else if (verdict.verdict === 'matched') counts[verdict.by === 'number' ? 'matchedByNumber' : 'matchedByDetails'] += 1
    else {
      counts.unmatched += 1
      counts.withheld += verdict.persons.length
      if (verdict.persons.length === 0) counts.unmatchedNobody += 1
      if (verdict.persons.some(person => person.because === 'number-details-differ')) counts.numberDiffers += 1
    }
  }
  if (importId === undefined) return
  const ids = await upsert(tx, lines, importId)
  const settling: Settling[] = judged.map(({ line, before, judged: verdict }) => ({
    row: rowFor(ids.get(keyOf(line.optOut)) ?? '', line, before),
    judged: verdict,
    changed: before !== undefined && !isSame(line),
  }))
  await put(tx, ports, settling)
}

/** Most have their person by number; only for the others is everybody of their birth date and postcode looked up. */
async function whoCouldMatter(
  tx: Db,
  ports: ImportPorts,
  all: readonly OptOut[],
  wasDecided: (optOut: OptOut) => boolean,
): Promise<(optOut: OptOut) => readonly KnownPerson[]> {
  const byNumber = await ports.known(tx, { ...traitsOf(all), birthDates: [], postcodes: [] })
  const numbered = Map.groupBy(byNumber, person => person.nhsNumber)
  const others = all.filter(
    optOut => wasDecided(optOut) || !(numbered.get(optOut.nhsNumber ?? '') ?? []).some(person => isSurely(optOut, person, ports.names)),
  )
  return nearby([...byNumber, ...(await ports.known(tx, traitsOf(others)))])
}

const rowFor = (id: string, { optOut, hash }: Line, before: OptOutRow | undefined): OptOutRow =>
  before === undefined
    ? { id, hash, optOut, state: 'unmatched', matchedBy: null, register: 'not-asked', persons: [] }
    : { ...before, hash, optOut, state: before.state === 'nobody' ? 'unmatched' : before.state }

function countState(counts: Counting, row: OptOutRow): void {
  if (row.state === 'matched') counts[row.matchedBy === 'number' ? 'matchedByNumber' : 'matchedByDetails'] += 1
}

async function standing(tx: Db, lines: readonly Line[]): Promise<ReadonlyMap<string, OptOutRow>> {
  const { rows } = await tx.query(
    `${WITH_PERSONS} where (o.system, o.system_id) in (select * from unnest($1::text[], $2::text[])) for update of o`,
    [lines.map(line => line.optOut.system), lines.map(line => line.optOut.systemId)],
  )
  return new Map(rows.map(row => [keyOf(rowOf(row).optOut), rowOf(row)]))
}

async function upsert(tx: Db, lines: readonly Line[], importId: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query(
    `insert into opt_out (system, system_id, hash, said, nhs_number, birth_date, postcode, state, first_import, last_import)
     select system, "systemId", hash, said, "nhsNumber", "birthDate", postcode, 'unmatched', $2, $2
     from jsonb_to_recordset($1) as l (system text, "systemId" text, hash text, said jsonb, "nhsNumber" text, "birthDate" text, postcode text)
     on conflict (system, system_id) do update set hash = excluded.hash, said = excluded.said, nhs_number = excluded.nhs_number,
       birth_date = excluded.birth_date, postcode = excluded.postcode, last_import = excluded.last_import,
       register = case when opt_out.hash = excluded.hash then opt_out.register else 'not-asked' end
     returning id, system, system_id`,
    [
      JSON.stringify(
        lines.map(({ optOut, hash }) => ({
          system: optOut.system,
          systemId: optOut.systemId,
          hash,
          said: optOut,
          nhsNumber: optOut.nhsNumber === 'wrong' ? undefined : optOut.nhsNumber,
          birthDate: optOut.birthDate,
          postcode: optOut.postcode,
        })),
      ),
      importId,
    ],
  )
  return new Map(rows.map(row => [`${String(row['system'])} ${String(row['system_id'])}`, String(row['id'])]))
}

async function countGone(tx: Db, systems: readonly string[], now: string | ReadonlySet<string>): Promise<number> {
  if (typeof now === 'string') {
    const { rows } = await tx.query('select count(*)::int as n from opt_out where system = any($1) and last_import <> $2', [
      [...systems],
      now,
    ])
    return Number(rows[0]?.['n'])
  }
  const { rows } = await tx.query('select count(*)::int as n from opt_out where system = any($1)', [[...systems]])
  const { rows: kept } = await tx.query(`select count(*)::int as n from opt_out where (system || ' ' || system_id) = any($1)`, [[...now]])
  return Number(rows[0]?.['n']) - Number(kept[0]?.['n'])
}

const NOTHING: ImportCounts = {
  lines: 0,
  refused: 0,
  twice: 0,
  fresh: 0,
  changed: 0,
  same: 0,
  matchedByNumber: 0,
  matchedByDetails: 0,
  numberDiffers: 0,
  unmatched: 0,
  unmatchedNobody: 0,
  withheld: 0,
  gone: 0,
}

/** Whether this exchange may go live and take another source: not while one former opt-out waits (care rules 4.5). */
export interface GoLive {
  readonly allowed: boolean
  readonly unworked: number
  /** Lines that the last file of a system had and that could not be read. */
  readonly refusedLines: number
  /** Imports that were broken off and not run again. */
  readonly brokenOff: number
}

export async function goLive(db: Db): Promise<GoLive> {
  const { rows } = await db.query(
    `with last as (select distinct on (s.system) s.system, i.* from opt_out_import i, unnest(i.systems) as s (system) order by s.system, i.place desc)
     select (select count(*) from opt_out where state = 'unmatched')::int as unworked,
       coalesce((select sum((counts ->> 'refused')::int) from (select distinct id, counts from last) as l), 0)::int as refused,
       (select count(distinct id) from last where finished_at is null)::int as broken`,
  )
  const [unworked, refusedLines, brokenOff] = ['unworked', 'refused', 'broken'].map(name => Number(rows[0]?.[name])) as [
    number,
    number,
    number,
  ]
  return { allowed: unworked === 0 && refusedLines === 0 && brokenOff === 0, unworked, refusedLines, brokenOff }
}
