import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadFolder, type Loaded } from './load/load.ts'
import { loadedTable } from './load/table.ts'
import { startLondon } from './london.ts'
import { createCity } from './people/city.ts'
import { EXCHANGES } from './places.ts'

const dir = process.env['LCR_LONDON_DIR'] ?? join(import.meta.dirname, '..', '..', '.london')
const say = (text: string): void => void process.stdout.write(`${text}\n`)

// A terminal that was closed takes no more words; London still has to be stopped in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const PORTS = { SEL: 8400, NCL: 8410, NEL: 8420, SWL: 8430, NWL: 8440, MK: 8450, HWE: 8460, switchboard: 8600 }

let asked = false
let stop: (() => Promise<void>) | undefined
const end = (): void => {
  if (asked) return
  asked = true
  say('\nStopping London.')
  void stop?.().then(() => process.exit(0))
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)

/** `npm start -- --load DIR`: that folder's people and systems are in London too. */
async function load(): Promise<Loaded | undefined> {
  const { values } = parseArgs({ options: { load: { type: 'string' } } })
  if (values.load === undefined) return undefined
  const city = createCity({ now: new Date() })
  return loadFolder(values.load, nhsNumber => city.person(nhsNumber) !== undefined)
}

say('Starting London: a database, seven exchanges, fifty record systems.')
try {
  const loaded = await load()
  if (loaded) say(`\n${loadedTable(loaded)}\n`)
  const london = await startLondon({
    dir,
    exchanges: EXCHANGES,
    ports: PORTS,
    // South East London has two: one may be lost while somebody watches.
    processes: exchange => (exchange === 'SEL' ? 2 : 1),
    latencies: true,
    ...(loaded && { loaded }),
    onCrash: name => {
      if (!asked) say(`${name} ended; it is started again.`)
    },
  })
  stop = () => london.stop()
  if (asked) await stop().then(() => process.exit(0))
  say(`
London is running. Nobody in it is real.

  South East London     ${london.sel.url}
  North Central London  ${london.ncl.url}
  Switchboard           ${london.switchboard}   break a system, see what the record says

Sign in at South East London with the card of Dr Priya Shah, emergency medicine at King's, and find Amara Okafor.
The Royal Free answers slowly and UCLH is down: see how the record names both.
Dr Rachel Goldberg signs in at North Central London. The receptionist may see nothing.

Data, keys and logs are in ${dir}. Ctrl-C stops everything.`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
