/** A process that writes events as fast as it can and says which were answered, until it is killed. */
import { createPrivateKey } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openPool } from '../../platform/database.ts'
import { createAudit } from './audit.ts'
import { draft, sealKey } from './for-tests.ts'

const [url, spoolDir, tag = ''] = process.argv.slice(2)
const pool = openPool({ url: url ?? '', max: 4 })
const audit = createAudit({
  pool,
  exchange: 'SEL',
  processTag: tag,
  signingKey: createPrivateKey(process.env['SIGNING_KEY'] ?? ''),
  keyId: 'sel-1',
  sealKey,
  spoolDir: spoolDir ?? '',
  now: () => new Date(),
  log: { warn: () => {}, info: () => {} },
})
const burst = async (lane: number): Promise<void> => {
  for (let i = 0; ; i++) {
    const result = await audit.writeOpenView(draft({ viewId: `${tag}-${lane}`, attempt: `${i}` }))
    if (result.ok) writeSync(1, `${result.value.id} ${result.value.spooled}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, (_, lane) => burst(lane)))
