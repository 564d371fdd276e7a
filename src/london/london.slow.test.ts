import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { faultsOf, noBrowser, startBrowser } from '../viewer/browser-for-tests.ts'
import type { describeCity } from './city-file.ts'
import { startLondon } from './london.ts'
import { EXCHANGES } from './places.ts'
import type { London } from './london.ts'

const folders: string[] = []
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'lcr-london-'))
  chmodSync(path, 0o711) // the database server may be another user
  folders.push(path)
  return path
}
let london: London
const crashed: string[] = []
before(async () => {
  london = await startLondon({ dir: folder(), ephemeral: true, onCrash: name => crashed.push(name) })
})
after(async () => {
  await london.stop()
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

const health = async (url: string): Promise<unknown> => (await fetch(`${url}/health`, { headers: { connection: 'close' } })).json()

test('both exchanges are up, each with its own database', async () => {
  assert.deepEqual(await health(london.sel.url), { status: 'up', exchange: 'SEL', database: 'up' })
  assert.deepEqual(await health(london.ncl.url), { status: 'up', exchange: 'NCL', database: 'up' })
  assert.notEqual(london.sel.databaseUrl, london.ncl.databaseUrl)
})

test('an exchange with one process killed answers through the other, and the process comes back', async () => {
  const [first] = london.sel.processes
  assert.ok(first)
  await first.kill()
  assert.equal(first.pid(), undefined)
  for (let n = 0; n < 4; n++) assert.deepEqual(await health(london.sel.url), { status: 'up', exchange: 'SEL', database: 'up' })
  await first.restart()
  assert.notEqual(first.pid(), undefined)
})

test('the database stops and starts under running processes, and they find it again', async () => {
  await london.database.stop()
  assert.deepEqual(await health(london.sel.url), { status: 'up', exchange: 'SEL', database: 'down' })
  await london.database.start()
  const back = async (): Promise<boolean> => ((await health(london.sel.url)) as { database: string }).database === 'up'
  while (!(await back())) await pause(50)
  assert.ok(
    london.sel.processes.every(process => process.pid() !== undefined),
    'no process fell over it',
  )
})

test('the switchboard knows every system and both ways between the exchanges', async () => {
  const { systems } = (await (await fetch(`${london.switchboard}/api/systems`)).json()) as { systems: { id: string }[] }
  const ids = systems.map(system => system.id)
  assert.deepEqual(ids.toSorted(), [...Object.keys(london.city.systems), 'nrl', 'pds', 'peer-ncl', 'peer-sel', 'sign-in'].toSorted())
})

test('R102: a process and the database that are lost come back by themselves', async () => {
  const [first] = london.sel.processes
  assert.ok(first)
  const lost = first.pid()
  first.crash()
  while (first.pid() === undefined || first.pid() === lost) await pause(20)
  await first.healthy()
  london.database.crash()
  while (crashed.length < 2 || !london.database.up()) await pause(20)
  const up = async (): Promise<boolean> => ((await health(london.sel.url)) as { database: string }).database === 'up'
  while (!(await up())) await pause(50)
  assert.deepEqual(crashed, [first.name, 'The database'])
})

test(
  'R029 R102: the switchboard in a browser: by keyboard, seen without a reload, clean for assistive technology',
  { skip: noBrowser },
  async () => {
    const browser = await startBrowser()
    try {
      for (const width of [1280, 390]) {
        const page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage()
        const errors: string[] = []
        page.on('pageerror', error => errors.push(error.message))
        await page.goto(london.switchboard)
        assert.deepEqual(await faultsOf(page), [])
        await page.getByRole('button', { name: 'A lying system' }).focus()
        await page.keyboard.press('Enter')
        await page.locator('#state-gstt', { hasText: 'Lies' }).waitFor()
        assert.match((await page.locator('#wrong').textContent()) ?? '', /^Wrong now: .*somebody else/)
        // What somebody else changes is seen too.
        await london.inForce.setLink('NCL', 'suspended')
        await page.locator('#state-link-NCL', { hasText: 'Suspended' }).waitFor()
        await page.getByRole('button', { name: 'All well' }).focus()
        await page.keyboard.press('Enter')
        await page.locator('#wrong', { hasText: 'All is well.' }).waitFor()
        assert.equal(london.inForce.link('NCL'), 'live')
        assert.deepEqual(errors, [])
      }
    } finally {
      await browser.close()
    }
  },
)

test('no file of a start can be read by others, and the logs hold no person', () => {
  const dir = folders[0] ?? ''
  const logs = readdirSync(join(dir, 'log'))
  assert.equal(logs.length, 4)
  for (const log of logs) assert.doesNotMatch(readFileSync(join(dir, 'log', log), 'utf8'), /\b999\d{7}\b|Okafor/)
})

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`npm start ended by ${signal} leaves no process behind`, async () => {
    const dir = folder()
    const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], {
      env: { ...process.env, LCR_LONDON_DIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise(resolve => child.once('exit', resolve))
    let said = ''
    for await (const chunk of child.stdout) {
      said += String(chunk)
      if (said.includes('Ctrl-C')) break
    }
    assert.match(said, /South East London +http:\/\/localhost:\d+/)
    assert.ok(processesOf(dir).length >= 9, 'a database and the processes of exchanges')
    assert.ok(said.split('\n').length < 25, 'what is said fits on a screen')
    const path = join(dir, 'city.json')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const city = JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof describeCity>
    assert.deepEqual(
      city.exchanges.map(each => each.id),
      EXCHANGES,
    )
    for (const { viewer } of city.exchanges) assert.equal(((await health(viewer)) as { status: string }).status, 'up')
    assert.ok(city.systems.length >= 48 && city.systems.every(system => system.url.startsWith('http://127.0.0.1:')))
    const families = new Set(city.users.map(user => user.name.split(' ').at(-1)))
    assert.ok(city.people.length >= 25 && city.people.every(person => families.has(person.signInAs)))
    child.kill(signal)
    const code = await ended
    if (signal === 'SIGINT') assert.deepEqual([code, existsSync(path)], [0, false], 'stopped in order')
    while (processesOf(dir).length > 0) await pause(50)
  })
}

/** Processes that name the folder in their command or their environment. */
function processesOf(dir: string): readonly string[] {
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    const read = (name: string): string => {
      const path = `/proc/${pid}/${name}`
      try {
        return existsSync(path) ? readFileSync(path, 'utf8') : ''
      } catch {
        return ''
      }
    }
    return read('environ').includes(dir) || read('cmdline').includes(dir)
  })
}
