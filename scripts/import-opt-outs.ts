import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ImportReport } from '../src/exchange/agreements/opt-outs/import.ts'
import { createAudit } from '../src/exchange/audit/audit.ts'
import { runImport } from '../src/exchange/import-opt-outs.ts'
import { migrate, openPool } from '../src/platform/database.ts'
import { createLog } from '../src/platform/log.ts'
import { readSettings, type Settings } from '../src/platform/settings.ts'

/**
 * `npm run opt-outs -- FILE [--dry-run] [--report FILE]`, with the settings of a process of the exchange. Exit code 0: taken, or
 * counted; 1: not; 2: wrong use. Prints counts, never a name or number; refused lines by their line number (docs/opt-outs.md).
 */
const USAGE = 'Usage: npm run opt-outs -- FILE [--dry-run] [--report FILE]\n'
const DATABASE_MS = 60_000

const wordsOf = ({ dryRun, counts, refused, systems }: ImportReport): string =>
  [
    dryRun ? 'Dry run: nothing was written. An import now would give:' : 'Imported:',
    `  ${counts.lines} lines, of ${systems.join(' and ')}; ${counts.refused} refused, ${counts.twice} there twice`,
    `  ${counts.fresh} new, ${counts.changed} changed, ${counts.same} as before; ${counts.gone} of earlier files not in this one (they stand)`,
    `  ${counts.matchedByNumber} matched by number and details, ${counts.matchedByDetails} without a number or by a steward`,
    `  ${counts.unmatched} not matched: ${counts.numberDiffers} whose number and details differ, ${counts.unmatchedNobody} that nobody known here could be`,
    `  ${counts.withheld} records withheld until a steward has decided`,
    ...refused.map(one => `Line ${one.line}: ${one.words}`),
    ...(counts.refused > refused.length ? [`and ${counts.refused - refused.length} more`] : []),
    '',
  ].join('\n')

/** Events are written with the import; the spool of a process that ends at once holds nothing. */
async function run(settings: Settings, file: string, dryRun: boolean): ReturnType<typeof runImport> {
  const pool = openPool({
    url: settings.database.url,
    pooled: settings.database.pooled,
    max: 2,
    applicationName: 'lcr-opt-outs',
    statementTimeoutMs: DATABASE_MS,
  })
  const spoolDir = mkdtempSync(join(tmpdir(), 'lcr-opt-outs-'))
  const now = (): Date => new Date()
  const audit = createAudit({
    pool,
    exchange: settings.exchange,
    processTag: `opt-outs-${process.pid}`,
    signingKey: settings.signingKey,
    keyId: createHash('sha256').update(settings.mtls.cert).digest('hex').slice(0, 16),
    sealKey: settings.sealKey,
    spoolDir,
    now,
    log: createLog({ level: settings.logLevel, exchange: settings.exchange, process: 'opt-outs' }),
  })
  try {
    await migrate(pool)
    await audit.drain()
    return await runImport({ pool, exchange: settings.exchange, audit, now, newId: randomUUID }, () => createReadStream(file), {
      dryRun,
      by: userInfo().username,
    })
  } finally {
    await audit.stop()
    await pool.end()
    rmSync(spoolDir, { recursive: true, force: true })
  }
}

function options(): { readonly file: string; readonly dryRun: boolean; readonly report?: string } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, report: { type: 'string' } },
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) return undefined
    return { file, dryRun: values['dry-run'] === true, ...(values.report === undefined ? {} : { report: values.report }) }
  } catch {
    return undefined
  }
}

const chosen = options()
if (chosen === undefined) {
  process.stderr.write(USAGE)
  process.exit(2)
}
if (!existsSync(chosen.file)) {
  process.stderr.write('There is no such file.\n')
  process.exit(1)
}
try {
  const report = await run(readSettings(process.env), chosen.file, chosen.dryRun)
  const words = report.ok ? wordsOf(report.value) : `${report.fault.detail}\n`
  if (chosen.report === undefined || !report.ok) process.stdout.write(words)
  else writeFileSync(chosen.report, words, { mode: 0o600 })
  process.exitCode = report.ok ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'The file could not be imported.'}\n`)
  process.exitCode = 1
}
