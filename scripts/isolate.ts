import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ISOLATED } from '../src/care-record/lists.ts'
import type { Result } from '../src/care-record/result.ts'
import { createAudit } from '../src/exchange/audit/audit.ts'
import { createPublish } from '../src/exchange/follow-lists.ts'
import { BECAUSE, createIsolation, type Isolation } from '../src/exchange/isolate.ts'
import { migrate, openPool } from '../src/platform/database.ts'
import { createLog } from '../src/platform/log.ts'
import { readSettings, type Settings } from '../src/platform/settings.ts'

/**
 * Cuts off at once, with the settings of a process of the exchange, when no page can be reached. Letting in again takes a second
 * person, here or on the page. Exit code 0: done; 1: not; 2: wrong use.
 */
const USAGE = `Usage: npm run isolate -- ${ISOLATED.join('|')} WHICH --because ${Object.keys(BECAUSE).join('|')}
       npm run isolate -- release ID
       npm run isolate -- disregard EXCHANGE   what that exchange cut off counts here no more; two people
       npm run isolate -- heed EXCHANGE        it counts again
       npm run isolate -- list
`

/** Events are written with what they are about; the spool of a command that ends at once holds nothing. */
async function withIsolation<T>(settings: Settings, work: (isolation: Isolation) => Promise<T>): Promise<T> {
  const pool = openPool({ url: settings.database.url, pooled: settings.database.pooled, max: 2, applicationName: 'lcr-isolate' })
  const spoolDir = mkdtempSync(join(tmpdir(), 'lcr-isolate-'))
  const now = (): Date => new Date()
  const { exchange } = settings
  const audit = createAudit({
    pool,
    exchange,
    processTag: `isolate-${process.pid}`,
    signingKey: settings.signingKey,
    keyId: createHash('sha256').update(settings.mtls.cert).digest('hex').slice(0, 16),
    sealKey: settings.sealKey,
    spoolDir,
    now,
    log: createLog({ level: settings.logLevel, exchange, process: 'isolate' }),
  })
  try {
    await migrate(pool)
    return await work(createIsolation({ pool, exchange, publish: createPublish({ exchange, now }), audit, now, newId: randomUUID }))
  } finally {
    await audit.stop()
    await pool.end()
    rmSync(spoolDir, { recursive: true, force: true })
  }
}

function options(): { readonly what: string; readonly which: string; readonly because: string } | undefined {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { because: { type: 'string' } } })
    const [what = '', which = ''] = positionals
    return what === '' || positionals.length > 2 ? undefined : { what, which, because: values.because ?? '' }
  } catch {
    return undefined
  }
}

const told = options()
if (!told) {
  process.stderr.write(USAGE)
  process.exit(2)
}
const { what, which, because } = told
const by = { command: userInfo().username }
const done = await withIsolation(readSettings(process.env), async (isolation): Promise<Result<string>> => {
  if (what === 'list') {
    const lines = (await isolation.inForce()).map(
      one =>
        `${one.id}  ${one.what} ${one.which}  ${one.because}  since ${one.at}  by ${one.exchange}${one.isDisregarded === true ? ', which does not count here' : ''}`,
    )
    return { ok: true, value: lines.length === 0 ? 'Nobody and nothing is cut off.' : lines.join('\n') }
  }
  if (what === 'release') {
    const released = await isolation.release(which, by)
    if (!released.ok) return released
    return { ok: true, value: released.value === 'asked' ? 'Asked for. A second person has to agree.' : 'Let in again.' }
  }
  if (what === 'disregard') {
    const done = await isolation.disregard(which, by)
    if (!done.ok) return done
    return {
      ok: true,
      value: done.value === 'asked' ? 'Asked for. A second person has to agree.' : `What ${which} cut off is let in here.`,
    }
  }
  if (what === 'heed') {
    const done = await isolation.heed(which, by)
    return done.ok ? { ok: true, value: `What ${which} cut off is cut off here.` } : done
  }
  const cut = await isolation.isolate(what, which, because, by)
  return cut.ok ? { ok: true, value: `Cut off: ${what} ${which}. To let in again: npm run isolate -- release ${cut.value}` } : cut
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'This could not be done.'}\n`)
  process.exit(1)
})
if (done.ok) process.stdout.write(`${done.value}\n`)
else process.stderr.write(`${done.fault.detail}\n${done.fault.kind === 'invalid' ? USAGE : ''}`)
process.exitCode = done.ok ? 0 : done.fault.kind === 'invalid' ? 2 : 1
