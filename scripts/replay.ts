import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { OfficerLine } from '../src/exchange/access/reasons.ts'
import { createRuleHistory } from '../src/exchange/access/rules/history.ts'
import { createAudit } from '../src/exchange/audit/audit.ts'
import { createDecisionReplay, type DecisionAgain } from '../src/exchange/decision-replay.ts'
import { openPool } from '../src/platform/database.ts'
import { createLog } from '../src/platform/log.ts'
import { readSettings } from '../src/platform/settings.ts'

/**
 * `npm run replay -- TRANSACTION`: takes the decisions of one view again by the rules of their day, with the settings of a process
 * of the exchange that took them. Exit code 0: all the same; 1: not, or not to be had; 2: wrong use.
 */
const [transaction, ...more] = process.argv.slice(2)
if (transaction === undefined || more.length > 0) {
  process.stderr.write('Usage: npm run replay -- TRANSACTION\n')
  process.exit(2)
}

const indented = (lines: readonly OfficerLine[], depth = 1): readonly string[] =>
  lines.flatMap(line => [
    `${'  '.repeat(depth)}${line.held ? 'yes' : 'no '}  ${depth === 1 ? `${line.question} ` : ''}${line.words}`,
    ...indented(line.under, depth + 1),
  ])
const told = (one: DecisionAgain): string =>
  [
    `${one.at}  user ${one.sdsUserId} at ${one.odsCode}  ${one.verdict}  by ${one.rulesVersion}`,
    `  ${one.same ? 'The same again.' : `Comes out otherwise in: ${one.differs.join(', ')}`}`,
    ...indented(one.lines),
  ].join('\n')

const settings = readSettings(process.env)
const pool = openPool({ url: settings.database.url, pooled: settings.database.pooled, max: 2, applicationName: 'lcr-replay' })
const spoolDir = mkdtempSync(join(tmpdir(), 'lcr-replay-'))
const now = (): Date => new Date()
const audit = createAudit({
  pool,
  exchange: settings.exchange,
  processTag: `replay-${process.pid}`,
  signingKey: settings.signingKey,
  keyId: createHash('sha256').update(settings.mtls.cert).digest('hex').slice(0, 16),
  sealKey: settings.sealKey,
  spoolDir,
  now,
  log: createLog({ level: settings.logLevel, exchange: settings.exchange, process: 'replay' }),
})
const history = createRuleHistory({ db: pool, now })
const decisions = createDecisionReplay({ pool, history, audit, sealKey: settings.sealKey, newId: randomUUID })
const replayed = await decisions.replay(transaction, { command: userInfo().username })
await audit.stop()
await pool.end()
rmSync(spoolDir, { recursive: true, force: true })
if (replayed.ok) process.stdout.write(`${replayed.value.map(told).join('\n\n')}\n`)
else process.stderr.write(`${replayed.fault.detail}\n`)
process.exitCode = replayed.ok && replayed.value.every(one => one.same) ? 0 : 1
