import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Loaded } from './load/load.ts'
import type { ExchangeName } from './places.ts'

const dir = process.env['LCR_LONDON_DIR'] ?? join(import.meta.dirname, '..', '..', '.london')
const say = (text: string): void => void process.stdout.write(`${text}\n`)

// A terminal that was closed takes no more words; London still has to be stopped in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
// The sign-in library warns that this is a set-up for development, which it is.
console.warn = () => undefined

const PORTS = { SEL: 8400, NCL: 8410, NEL: 8420, SWL: 8430, NWL: 8440, MK: 8450, HWE: 8460, switchboard: 8600 }
const SERVER = new URL('../exchange/server.ts', import.meta.url).href
/** What the whole city takes at rest and while somebody reads, bytes. */
const NEEDED_BYTES = 2 * 1024 ** 3

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
  const [{ loadFolder }, { createCity }, { loadedTable }] = await Promise.all([
    import('./load/load.ts'),
    import('./people/city.ts'),
    import('./load/table.ts'),
  ])
  const city = createCity({ now: new Date() })
  const loaded = await loadFolder(values.load, nhsNumber => city.person(nhsNumber) !== undefined)
  say(`\n${loadedTable(loaded)}\n`)
  return loaded
}

say('Starting London: a database, seven exchanges, fifty record systems, two thousand people.')
const free = process.availableMemory()
if (free < NEEDED_BYTES)
  say(`Only ${Math.round(free / 1024 ** 2)} MB of memory are free. London needs about 2,000; it may be slow or be ended.`)
try {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // The first time, one process compiles an exchange while the database is made, in place of eight, each with the compiler in memory.
  spawn(process.execPath, ['-e', `import(${JSON.stringify(SERVER)})`], { stdio: 'ignore' }).on('error', () => undefined)
  const loaded = await load()
  const [{ startLondon }, { writeCityFile }, { EXCHANGES, exchangeTitles }] = await Promise.all([
    import('./london.ts'),
    import('./city-file.ts'),
    import('./places.ts'),
  ])
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
  const removeCityFile = writeCityFile(dir, london, loaded)
  stop = async () => {
    removeCityFile()
    await london.stop()
  }
  // A slip in one simulated system is not the end of the city.
  process.on('uncaughtException', error => say(`Something in the city slipped (${error.name}); it goes on.`))
  if (asked) await stop().then(() => process.exit(0))
  const at = (exchange: ExchangeName): string => london.exchange(exchange).url
  say(`
London is running. Nobody in it is real.

${EXCHANGES.map(exchange => `  ${exchangeTitles[exchange].padEnd(28)}  ${at(exchange)}`).join('\n')}
  ${'Switchboard'.padEnd(28)}  ${london.switchboard}

Five chairs, five minutes, step by step in docs/tour.md. To begin with, sign in with a card and find the number:
  A&E doctor     Dr Priya Shah       ${at('SEL')}  999 123 4527  an overdose; the hospital that knows of what may hang
  GP             Dr Peter Nkemelu    ${at('SWL')}  999 123 4705  nine organisations, two doses, one allergy in three states
  Social worker  Ms Bernadette Cole  ${at('SEL')}  999 123 5000  what care staff may see, and nothing else of the laboratory
  Paramedic      Mr Owen Pritchard   ${at('SEL')}  999 123 4519  on a phone: recommendations and allergies first
  The sceptic    you                 ${london.switchboard}  hang a hospital, kill a process, cut off an area; look again

All people with a story, all staff, all addresses: ${join(dir, 'city.json')}
Data, keys and logs are beside it. Ctrl-C stops everything.`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
