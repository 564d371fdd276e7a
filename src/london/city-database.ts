import { setTimeout as pause } from 'node:timers/promises'
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts'
import type { EmbeddedPostgres } from '../platform/embedded-postgres.ts'

/** The database server of a city: it can be stopped and started in the same place, and comes back when it ends unasked. */
export interface CityDatabase {
  readonly url: (name: string) => string
  readonly up: () => boolean
  /** As when a server is lost: SIGKILL. It comes back by itself where `onCrash` is told. */
  readonly crash: () => void
  /** Resolves when it is gone; it stays away until `start`. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  /** Stops, then deletes the data. */
  readonly remove: () => Promise<void>
}

const AGAIN_MS = 1_000

/**
 * Starts it.
 *
 * @param options.onCrash told when it ended unasked; it is then started again until it runs. Without it, it stays away.
 */
export async function startCityDatabase(options: {
  readonly dir: string
  readonly databases: readonly string[]
  readonly durable: boolean
  readonly onCrash?: () => void
}): Promise<CityDatabase> {
  const { onCrash, ...how } = options
  let server: EmbeddedPostgres
  let port: number | undefined
  let wanted = true
  let up = false
  // One change at a time: what is asked while it comes back waits until it has.
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  const launch = async (): Promise<void> => {
    const launched = await startEmbeddedPostgres(port === undefined ? how : { ...how, port })
    server = launched
    port = launched.port
    up = true
    void launched.ended.then(() => {
      if (server !== launched) return
      up = false
      if (!wanted || onCrash === undefined) return
      onCrash()
      void inTurn(again)
    })
  }
  const missing = (): boolean => wanted && !up
  const again = async (): Promise<void> => {
    while (missing()) {
      await server.stop()
      await launch().catch(() => pause(AGAIN_MS))
    }
  }
  await launch()
  return {
    url: name => server.url(name),
    up: () => up,
    crash() {
      process.kill(server.pid, 'SIGKILL')
    },
    stop() {
      wanted = false
      return inTurn(async () => {
        await server.stop()
        up = false
      })
    },
    start() {
      wanted = true
      return inTurn(async () => {
        if (!up) await launch()
      })
    },
    remove() {
      wanted = false
      return inTurn(() => server.remove())
    },
  }
}
