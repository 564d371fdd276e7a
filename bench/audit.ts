import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAudit } from '../src/exchange/audit/audit.ts'
import type { AuditDraft } from '../src/exchange/audit/draft.ts'
import { makeRecord } from '../src/exchange/audit/record.ts'
import { sectionsOf } from '../src/care-record/section.ts'
import { migrate, openPool, readMigrations } from '../src/platform/database.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.ts'

/**
 * What an event costs the writer of the audit, over a real PostgreSQL that syncs to disk: events a second, and
 * microseconds of processor time an event on the main thread and in the whole process.
 */
const ROUNDS = 5
const WRITERS = [1, 40]
const EVENTS_A_ROUND = 800
const ITEMS_AN_EVENT = [25, 250]

const root = mkdtempSync(join(tmpdir(), 'lcr-bench-audit-'))
const server = await startEmbeddedPostgres({ dir: join(root, 'server'), databases: ['audit'] })
const pool = openPool({ url: server.url('audit'), max: 10 })
await migrate(
  pool,
  readMigrations().filter(migration => migration.name.startsWith('audit/')),
)
const { privateKey: signingKey } = generateKeyPairSync('ed25519')
const sealKey = Buffer.alloc(32, 7)
const audit = createAudit({
  pool,
  exchange: 'SEL',
  processTag: 'bench',
  signingKey,
  keyId: 'bench-1',
  sealKey,
  spoolDir: join(root, 'spool'),
  now: () => new Date(),
  log: { warn: (facts, words) => console.error(words, facts), info: () => {} },
})
await audit.drain()

const viewer = {
  sdsUserId: '555000000001',
  name: 'TESTER, Ada (Dr)',
  sdsRoleProfileId: '555000000002',
  roleCode: 'S8000:G8000:R8000',
  roleName: 'Clinical Practitioner Access Role',
  odsCode: 'RJZ',
  organisationName: 'Hospital',
  assurance: 'AAL2',
}
const relationship = {
  type: 'emergency-attendance',
  evidenceId: 'Encounter/1',
  assertedBy: 'RJZ',
  seenAt: '2026-11-21T10:00:00Z',
  until: '2026-11-24T10:00:00Z',
} as const
/** A source answers for every section of the group; most hold nothing. */
const sections = sectionsOf('recent')
const HOLDING = 4

/** A `shown` event as a view makes it: its viewer and relationship stay, its lists of items are always new. */
function shown(n: number, items: number): AuditDraft {
  const sourceId = `source-${n % 20}`
  return {
    kind: 'shown',
    outcome: 'success',
    transaction: `transaction-${n % 7}`,
    attempt: `attempt-${n}`,
    viewId: `view-${n % 7}`,
    viewer,
    workstation: 'ED-07',
    nhsNumber: '9990000018',
    purpose: 'direct-care',
    relationship,
    rulesVersion: '2026-11-01',
    source: { id: sourceId, odsCode: 'RJ1', exchange: 'SEL' },
    sections,
    detail: { group: 'essentials', outcomes: sections.map(section => `${section}=answered/none`) },
    sealed: { withheld: {} },
    manifests: sections.map((section, place) => ({
      sourceId,
      sections: [section],
      items: Array.from({ length: place < HOLDING ? Math.ceil(items / HOLDING) : 0 }, (_, i) => ({
        id: `${sourceId}/${section}/${n}-${i}`,
        version: `${i}`,
      })),
    })),
  }
}

const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const said = (n: number): number => Math.round(n)
const cpuUs = (used: NodeJS.CpuUsage): number => used.user + used.system

let made = 0
for (const items of ITEMS_AN_EVENT) {
  const frame = { exchange: 'SEL', nodeId: 'SEL/bench', processTag: 'bench', sealKey, signingKey, keyId: 'bench-1' }
  const alone: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const drafts = Array.from({ length: EVENTS_A_ROUND }, () => shown(made++, items))
    const start = process.threadCpuUsage()
    await Promise.all(
      drafts.map((draft, n) =>
        makeRecord(draft, { ...frame, uuid: `01997c5e-0000-7000-8000-${String(n).padStart(12, '0')}`, at: new Date() }),
      ),
    )
    alone.push(cpuUs(process.threadCpuUsage(start)) / EVENTS_A_ROUND)
  }
  console.log(JSON.stringify({ items, what: 'the record alone', mainUs: said(median(alone)) }))
  for (const writers of WRITERS) {
    const rounds: { perSecond: number; mainUs: number; processUs: number }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const each = Math.ceil((writers === 1 ? EVENTS_A_ROUND / 8 : EVENTS_A_ROUND) / writers)
      const drafts = Array.from({ length: writers }, () => Array.from({ length: each }, () => shown(made++, items)))
      const [start, main, whole] = [performance.now(), process.threadCpuUsage(), process.cpuUsage()]
      await Promise.all(
        drafts.map(async mine => {
          for (const draft of mine) {
            const written = await audit.writeOpenView(draft)
            if (!written.ok || written.value.spooled) throw new Error('the database did not take an event')
          }
        }),
      )
      const events = writers * each
      rounds.push({
        perSecond: (events * 1000) / (performance.now() - start),
        mainUs: cpuUs(process.threadCpuUsage(main)) / events,
        processUs: cpuUs(process.cpuUsage(whole)) / events,
      })
    }
    const middle = (of: keyof (typeof rounds)[number]): number => said(median(rounds.map(round => round[of])))
    console.log(
      JSON.stringify({
        items,
        writers,
        perSecond: middle('perSecond'),
        mainUs: middle('mainUs'),
        processUs: middle('processUs'),
      }),
    )
  }
}
await audit.stop()
await pool.end()
await server.remove()
rmSync(root, { recursive: true })
