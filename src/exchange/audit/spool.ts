import { createHash, hkdfSync, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { open, readFile, rename, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventRecord } from './record.ts'
import { decrypt, encrypt } from './seal.ts'

/** A file this long is left for the drain and a new one begun, so that each can be read whole. */
const ROTATE_BYTES = 4 * 1024 * 1024

/** One line: `prev` is the hash of the line before, `data` the encrypted record. */
interface Line {
  readonly prev: string
  readonly data: string
}

const START = '0'.repeat(64)
const lineHash = (line: Line): string => createHash('sha256').update(line.prev).update(line.data).digest('hex')

/** Which process a file belongs to: its id and, where the system tells it, when it began, so that a reused id is not taken for it. */
function startOf(pid: number): string | undefined {
  try {
    // Field 22 of proc(5) stat; the second field may itself hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : rest[18]
  } catch {
    if (process.platform === 'linux') return undefined
  }
  try {
    process.kill(pid, 0)
    return '0'
  } catch {
    return undefined
  }
}

export interface SpoolFile {
  readonly path: string
  readonly records: readonly EventRecord[]
  /** The chain of hashes breaks, or lines in the middle cannot be read: someone changed the file. */
  readonly broken: boolean
}

/**
 * Where events of views already admitted wait while the database is away: files of this process in one local folder,
 * a line per event, synced before `append` returns, each line bound to the one before. What is in them is encrypted
 * under a key derived from the seal key. A folder belongs to one host; several exchanges and processes may use it.
 *
 * @throws when the folder cannot be made.
 */
export function createSpool(folder: string, exchange: string, sealKey: Buffer) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const key = Buffer.from(hkdfSync('sha256', sealKey, '', 'audit spool', 32))
  const mine = `${process.pid}-${startOf(process.pid) ?? '0'}`
  const family = exchange.toLowerCase().replace(/[^a-z0-9]/g, '_')
  let current: { handle: FileHandle; path: string; prev: string; bytes: number; count: number } | undefined
  /** Files of ours that are to be drained, oldest first, with what is known of their number of records. */
  const left: { path: string; count: number }[] = []

  const syncFolder = async (): Promise<void> => {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  const leaveCurrent = async (): Promise<void> => {
    if (!current) return
    const { handle, path, count } = current
    current = undefined
    if (count > 0) left.push({ path, count })
    await handle.close().catch(() => {})
  }

  const read = async (path: string): Promise<SpoolFile> => {
    const lines = (await readFile(path, 'utf8')).split('\n')
    // What follows the last line break was being written when its process died: it was never answered.
    lines.pop()
    const records: EventRecord[] = []
    let broken = false
    let prev = START
    for (const text of lines) {
      const line = parseLine(text)
      const record = line && decrypt(key, line.prev, Buffer.from(line.data, 'base64'))
      if (!line || !record) {
        broken = true
        continue
      }
      if (line.prev !== prev) broken = true
      prev = lineHash(line)
      records.push(JSON.parse(record.toString('utf8')) as EventRecord)
    }
    return { path, records, broken }
  }

  return {
    /** Appends and syncs. Rejects when the disk does not take it; then none of these counts as written. */
    async append(records: readonly EventRecord[]): Promise<void> {
      if (current && current.bytes > ROTATE_BYTES) await leaveCurrent()
      try {
        if (!current) {
          // Names sort by time: version 7 would do as well, the number is readable.
          const path = join(folder, `${family}~${Date.now()}-${randomUUID()}~${mine}.spool`)
          current = { handle: await open(path, 'ax', 0o600), path, prev: START, bytes: 0, count: 0 }
          await syncFolder()
        }
        let prev = current.prev
        let text = ''
        for (const record of records) {
          const line: Line = { prev, data: encrypt(key, prev, Buffer.from(JSON.stringify(record))).toString('base64') }
          prev = lineHash(line)
          text += `${JSON.stringify(line)}\n`
        }
        const bytes = Buffer.from(text)
        await current.handle.appendFile(bytes)
        await current.handle.datasync()
        current.prev = prev
        current.bytes += bytes.length
        current.count += records.length
      } catch (cause) {
        // Half a line may stand at its end: nothing more is written to this file.
        await leaveCurrent()
        throw cause
      }
    },

    /** Records that wait for the database. */
    pending: (): number => (current?.count ?? 0) + left.reduce((sum, file) => sum + file.count, 0),

    /** Takes over files of processes of this host that are no more. Renaming decides between two that try. */
    async adopt(): Promise<void> {
      for (const name of readdirSync(folder).sort()) {
        const [whose, id, owner] = name.replace(/\.spool$/, '').split('~')
        if (!name.endsWith('.spool') || whose !== family || id === undefined || owner === undefined) continue
        const [pid = '', start] = owner.split('-')
        if (startOf(Number(pid)) === start) continue
        const path = join(folder, `${family}~${id}~${mine}.spool`)
        try {
          await rename(join(folder, name), path)
        } catch {
          continue
        }
        const { records } = await read(path)
        left.push({ path, count: Math.max(1, records.length) })
      }
    },

    /** The oldest file with what it holds; `undefined` when nothing waits. What is being written is closed first. */
    async oldest(): Promise<SpoolFile | undefined> {
      if (left.length === 0) await leaveCurrent()
      const file = left[0]
      return file && (await read(file.path))
    },

    /** The file of `oldest` is in the database. One whose chain is broken is kept beside, for whoever asks why. */
    async drained(file: SpoolFile): Promise<void> {
      if (file.broken) await rename(file.path, file.path.replace(/\.spool$/, '.broken'))
      else await unlink(file.path)
      left.shift()
    },

    /** Lets go of the files, so that the next process of this host drains them. */
    async release(): Promise<void> {
      await leaveCurrent()
      for (const { path } of left.splice(0)) await rename(path, path.replace(/~[^~]*\.spool$/, '~0-released.spool'))
    },
  }
}

export type Spool = ReturnType<typeof createSpool>

function parseLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line> | null
    return typeof line?.prev === 'string' && typeof line.data === 'string' ? { prev: line.prev, data: line.data } : undefined
  } catch {
    return undefined
  }
}
