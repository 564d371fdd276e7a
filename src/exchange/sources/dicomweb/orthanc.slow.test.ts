import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from 'undici'
import { parseImageList, type ImageList } from '../../../care-record/images.ts'
import type { Item } from '../../../care-record/item.ts'
import { ok } from '../../../care-record/result.ts'
import { createDicomwebConnector } from './dicomweb-connector.ts'
import { createDicomwebImages } from './images.ts'
import { contextOf, organisationOf, personOf } from '../reading/fixtures.ts'

const corpora = process.env['LCR_CORPORA']
const folder = corpora === undefined ? undefined : join(corpora, 'dicom-small')
const plugins = ['/usr/share/orthanc/plugins', '/usr/local/share/orthanc/plugins'].find(path => existsSync(path))
const skip =
  spawnSync('Orthanc', ['--version']).status !== 0 || plugins === undefined
    ? 'there is no Orthanc with DICOMweb on this machine'
    : folder === undefined || !existsSync(folder)
      ? 'set LCR_CORPORA to a folder of DICOM files'
      : false

let server: ChildProcess | undefined
let dir = ''
let base = ''
const dispatcher = new Agent()
const files = (): readonly string[] =>
  readdirSync(folder ?? '', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.dcm'))
    .map(name => join(folder ?? '', name))

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

before(async () => {
  if (skip !== false) return
  dir = mkdtempSync(join(tmpdir(), 'lcr-orthanc-'))
  const [port, dicom] = [await freePort(), await freePort()]
  const settings = {
    Name: 'LCR',
    StorageDirectory: dir,
    IndexDirectory: dir,
    HttpPort: port,
    DicomPort: dicom,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    Plugins: [join(plugins ?? '', 'libOrthancDicomWeb.so')],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  }
  writeFileSync(join(dir, 'orthanc.json'), JSON.stringify(settings))
  server = spawn('Orthanc', [join(dir, 'orthanc.json')], { stdio: 'ignore' })
  const origin = `http://127.0.0.1:${port}`
  base = `${origin}/dicom-web`
  while (
    !(await fetch(`${origin}/system`).then(
      answer => answer.ok,
      () => false,
    ))
  )
    await pause(100)
  for (const file of files()) await fetch(`${origin}/instances`, { method: 'POST', body: new Uint8Array(readFileSync(file)) })
})
after(async () => {
  await dispatcher.close()
  if (server === undefined) return
  const gone = new Promise(resolve => server?.once('exit', resolve))
  server.kill()
  await gone
  rmSync(dir, { recursive: true, force: true })
})

type Set = Readonly<Record<string, { readonly Value?: readonly unknown[] }>>
const first = (set: Set | undefined, tag: string): string => {
  const [value] = set?.[tag]?.Value ?? []
  const alphabetic = (value as { Alphabetic?: unknown } | undefined)?.Alphabetic
  return typeof value === 'string' ? value : typeof alphabetic === 'string' ? alphabetic : ''
}
const all = async (): Promise<readonly Set[]> =>
  (await (await fetch(`${base}/studies?includefield=00100020&includefield=00100010&includefield=00100030`)).json()) as readonly Set[]

/** A question about whoever a file names: their number stands where an NHS number does in an archive of ours. */
function contextFor(set: Set) {
  const [family = '', given = ''] = first(set, '00100010').split('^')
  const birth = first(set, '00100030')
  const nhsNumber = first(set, '00100020') as ReturnType<typeof personOf>['nhsNumber']
  const context = contextOf('older', { id: 'orthanc', connector: 'dicomweb', baseUrl: base, sections: ['imaging'] })
  const person = personOf({ nhsNumber, name: { family: family.toUpperCase(), given: [given] }, birthDate: birth || '1900-01-01' })
  return {
    ...context,
    ask: { ...context.ask, sections: ['imaging'] as const },
    person,
    organisation: organisationOf(),
    checkDemographics: () => ({ verdict: 'same' }) as const,
  }
}
const tokens = { token: async () => ok(undefined) }

test('a real archive: every study of every person in it is told, once', { skip }, async t => {
  const studies = await all()
  assert.ok(studies.length >= 5, `${studies.length} studies`)
  const ask = createDicomwebConnector({ dispatcher, tokens })
  let told = 0
  for (const set of studies) {
    if (first(set, '00100020') === '') continue
    const [answer] = await ask(contextFor(set))
    assert.ok(answer?.outcome === 'answered', JSON.stringify([answer?.outcome, answer?.cause, first(set, '0020000D')]))
    assert.ok(answer.items.some(item => item.resource.id === first(set, '0020000D')))
    told += 1
  }
  assert.ok(told >= 3, `${told} told`)
  t.diagnostic(`${told} studies told of ${studies.length} in the archive`)
})

test('a real archive: series, images and a picture of what has one', { skip }, async t => {
  const fetchImages = createDicomwebImages({ dispatcher, tokens })
  let pictures = 0
  for (const set of await all()) {
    if (first(set, '00100020') === '') continue
    const context = contextFor(set)
    const resource = { resourceType: 'ImagingStudy', id: first(set, '0020000D'), status: 'available', subject: {} } as Item['resource']
    const get = async (image?: string) =>
      fetchImages({ ...context, source: context.ask.source, resource, attachment: 0, ...(image === undefined ? {} : { image }) })
    const list = async (image?: string): Promise<ImageList | undefined> => {
      const got = await get(image)
      const read = got.ok ? parseImageList(got.value.bytes) : got
      return read.ok ? read.value : undefined
    }
    const study = await list()
    assert.ok(study?.of === 'study', first(set, '0020000D'))
    for (const series of study.series) {
      const images = await list(series.uid)
      assert.ok(images?.of === 'series' && images.images.length > 0)
      const picture = await get(`${series.uid}/${images.images[0]?.uid ?? ''}`)
      if (!picture.ok) continue
      assert.match(picture.value.contentType, /^image\/(?:jpeg|png)/)
      pictures += 1
    }
  }
  assert.ok(pictures >= 2, `${pictures} pictures`)
  t.diagnostic(`${pictures} pictures`)
})
