import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadImage } from '@napi-rs/canvas'
import { createCity } from '../people/city.ts'
import { told } from '../people/population.ts'
import { clients, now, tokenFrom } from './for-tests.ts'
import { createPacs } from './pacs.ts'

const city = createCity({ now })
const { amara } = told
const archive = createPacs({
  id: 'kch-imaging',
  name: "King's College Hospital",
  person: city.person,
  held: number => city.held('kch-imaging', number),
  everyone: () => [amara],
  clients,
  now: () => now,
})
const origin = 'http://archive'
const token = await tokenFrom(archive.handle, origin)
const get = (path: string, bearer: string = token): Promise<Response> =>
  archive.handle(new Request(`${origin}/dicom-web${path}`, { headers: { authorization: `Bearer ${bearer}` } }))
type Sets = readonly Readonly<Record<string, { readonly vr: string; readonly Value: readonly unknown[] }>>[]
const sets = async (path: string): Promise<Sets> => (await (await get(path)).json()) as Sets
const valueOf = (set: Sets[number] | undefined, tag: string): unknown => set?.[tag]?.Value[0]

test('studies of a person, the newest first, with whose they are', async () => {
  const studies = await sets(`/studies?PatientID=${amara}`)
  assert.deepEqual(
    studies.map(set => [valueOf(set, '00081030'), valueOf(set, '00201208'), valueOf(set, '00100020'), valueOf(set, '00100021')]),
    [
      ['XR HIP RT', 2, amara, 'NHS'],
      ['CT HEAD', 42, amara, 'NHS'],
    ],
  )
  assert.equal((await sets(`/studies?PatientID=${amara}&limit=1&offset=1`)).length, 1)
})

test('nobody it knows is 204; no token, another address or method is refused', async () => {
  assert.equal((await get('/studies?PatientID=9990000018')).status, 204)
  assert.equal((await get('/studies')).status, 400)
  assert.equal((await get(`/studies?PatientID=${amara}`, 'other')).status, 401)
  assert.equal((await get('/patients')).status, 404)
  assert.equal((await get('/studies/1.2.3/series')).status, 404)
})

test('series, instances and a picture of each, the same each time, of that study alone', async () => {
  const [hip, head] = await sets(`/studies?PatientID=${amara}`)
  const uid = String(valueOf(head, '0020000D'))
  const series = await sets(`/studies/${uid}/series`)
  assert.deepEqual(
    series.map(set => [valueOf(set, '0008103E'), valueOf(set, '00201209')]),
    [
      ['Axial', 21],
      ['Coronal', 21],
    ],
  )
  const first = String(valueOf(series[0], '0020000E'))
  const instances = await sets(`/studies/${uid}/series/${first}/instances`)
  assert.equal(instances.length, 21)
  const picture = `series/${first}/instances/${String(valueOf(instances[3], '00080018'))}`
  const drawn = await get(`/studies/${uid}/${picture}/rendered`)
  assert.equal(drawn.headers.get('content-type'), 'image/jpeg')
  const bytes = Buffer.from(await drawn.arrayBuffer())
  assert.equal((await loadImage(bytes)).width, 512)
  assert.deepEqual(Buffer.from(await (await get(`/studies/${uid}/${picture}/rendered`)).arrayBuffer()), bytes)
  assert.equal((await get(`/studies/${String(valueOf(hip, '0020000D'))}/${picture}/rendered`)).status, 404)
})
