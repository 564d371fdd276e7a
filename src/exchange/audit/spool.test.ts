import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { draft, sealKey, signingKey } from './for-tests.ts'
import { makeRecord, type EventRecord } from './record.ts'
import { createSpool as open, type Spool } from './spool.ts'

const root = mkdtempSync(join(tmpdir(), 'lcr-spool-'))
after(() => rmSync(root, { recursive: true }))
// Held until the process ends, as a living process holds its files.
const held: Spool[] = []
const createSpool = (...of: Parameters<typeof open>): Spool => {
  const spool = open(...of)
  held.push(spool)
  return spool
}
const folder = (): string => mkdtempSync(join(root, 'f'))

const records = (count: number): Promise<EventRecord[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      makeRecord(draft({ attempt: `${i}` }), {
        uuid: `01997c5e-0000-7000-8000-${String(i).padStart(12, '0')}`,
        at: new Date(i),
        exchange: 'SEL',
        nodeId: 'SEL/a1',
        processTag: 'a1',
        sealKey,
        signingKey,
        keyId: 'sel-1',
      }),
    ),
  )
const only = (dir: string): string => join(dir, readdirSync(dir)[0]!)
const read = async (spool: Spool): Promise<{ ids: string[]; broken: boolean }> => {
  const file = await spool.oldest()
  return { ids: (file?.records ?? []).map(r => r.attempt ?? ''), broken: file?.broken ?? false }
}
/** As a process that is no more leaves it. */
const orphan = (dir: string): void => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  for (const name of readdirSync(dir)) renameSync(join(dir, name), join(dir, name.replace(/~[^~]*\.spool$/, `~${pid}-1.spool`)))
}

test('what was appended is read back in order, and is gone once drained', async () => {
  const dir = folder()
  const spool = createSpool(dir, 'SEL', sealKey)
  const some = await records(5)
  await spool.append(some.slice(0, 2))
  await spool.append(some.slice(2))
  assert.equal(spool.pending(), 5)
  const file = await spool.oldest()
  assert.deepEqual(file, { path: file?.path, records: some, broken: false })
  if (file) await spool.drained(file)
  assert.equal(spool.pending(), 0)
  assert.deepEqual(readdirSync(dir), [])
  assert.equal(await spool.oldest(), undefined)
})

test('nothing about a person or a user can be read in a spool file, nor by others on the host', async () => {
  const dir = folder()
  await createSpool(dir, 'SEL', sealKey).append(await records(1))
  const text = readFileSync(only(dir), 'utf8')
  for (const secret of ['9990000018', '555000000001', 'TESTER', Buffer.from('9990000018').toString('base64').slice(0, 10)])
    assert.ok(!text.includes(secret) && !only(dir).includes(secret))
  assert.equal(statSync(only(dir)).mode & 0o077, 0)
})

test('a line half written when its process died is left out, all before it are kept', async () => {
  const dir = folder()
  const spool = createSpool(dir, 'SEL', sealKey)
  await spool.append(await records(3))
  const whole = readFileSync(only(dir))
  for (const cut of [1, 40, 400]) {
    writeFileSync(only(dir), whole.subarray(0, whole.length - cut))
    orphan(dir)
    const next = createSpool(dir, 'SEL', sealKey)
    await next.adopt()
    assert.deepEqual(await read(next), { ids: ['0', '1'], broken: false }, `cut ${cut}`)
    await next.release()
  }
})

test('R090: a line taken out, moved or changed is noticed, and the others are kept', async () => {
  const changes: [name: string, change: (lines: string[]) => string[], ids: string[]][] = [
    ['taken out', ([a, , c]) => [a!, c!], ['0', '2']],
    ['moved', ([a, b, c]) => [a!, c!, b!], ['0', '2', '1']],
    ['changed', ([a, b, c]) => [a!, b!.replace(/"data":"..../, '"data":"AAAA'), c!], ['0', '2']],
    ['not a line', ([a, b, c]) => [a!, 'null', b!, '{"x', c!], ['0', '1', '2']],
  ]
  for (const [name, change, ids] of changes) {
    const dir = folder()
    await createSpool(dir, 'SEL', sealKey).append(await records(3))
    writeFileSync(only(dir), `${change(readFileSync(only(dir), 'utf8').trimEnd().split('\n')).join('\n')}\n`)
    orphan(dir)
    const next = createSpool(dir, 'SEL', sealKey)
    await next.adopt()
    assert.deepEqual(await read(next), { ids, broken: true }, name)
    await next.drained((await next.oldest())!)
    assert.match(readdirSync(dir)[0]!, /\.broken$/, 'kept for whoever asks why')
  }
})

test('files of the dead and the released are adopted, once; of the living and of other exchanges never', async () => {
  const dir = folder()
  await createSpool(dir, 'SEL', sealKey).append(await records(2))
  const other = createSpool(dir, 'SEL', sealKey)
  await other.adopt()
  assert.equal(other.pending(), 0, 'its process lives')

  orphan(dir)
  const nel = createSpool(dir, 'NEL', sealKey)
  await nel.adopt()
  assert.equal(nel.pending(), 0)
  const [one, two] = [createSpool(dir, 'SEL', sealKey), createSpool(dir, 'SEL', sealKey)]
  await Promise.all([one.adopt(), two.adopt()])
  assert.equal(one.pending() + two.pending(), 2)

  const owner = one.pending() > 0 ? one : two
  await owner.release()
  assert.equal(owner.pending(), 0)
  const third = createSpool(dir, 'SEL', sealKey)
  await third.adopt()
  assert.equal(third.pending(), 2)
})

test('a process id used again is not taken for the process that wrote', async () => {
  const dir = folder()
  await createSpool(dir, 'SEL', sealKey).append(await records(1))
  for (const name of readdirSync(dir)) renameSync(join(dir, name), join(dir, name.replace(/-[^-]*\.spool$/, '-1.spool')))
  const next = createSpool(dir, 'SEL', sealKey)
  await next.adopt()
  assert.equal(next.pending(), 1)
})

test('a full or missing disk is said, and the next append starts a file of its own', async () => {
  const dir = folder()
  const spool = createSpool(dir, 'SEL', sealKey)
  const some = await records(2)
  await spool.append(some.slice(0, 1))
  renameSync(dir, `${dir}-away`)
  const file = createSpool(`${dir}-x`, 'SEL', sealKey)
  rmSync(`${dir}-x`, { recursive: true })
  await assert.rejects(file.append(some))
  assert.equal(file.pending(), 0)
  renameSync(`${dir}-away`, dir)
  await spool.append(some.slice(1))
  appendFileSync(only(dir), '')
  assert.deepEqual(await read(spool), { ids: ['0', '1'], broken: false })
})
