import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createHouse } from '../for-tests.ts'
import { BASE, bearer, createTokens } from './for-tests.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('a view that has ended is let go of, with all that stood in it', async t => {
  const now = new Date('2026-11-21T10:00:00Z')
  const tokens = await createTokens(() => now)
  const house = await createHouse({ settings: { fhir: tokens.settings } })
  t.after(() => house.servers.close())
  const headers = bearer(await tokens.userToken())
  const asked = {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'resource',
        resource: { resourceType: 'Patient', identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9991234578' }] },
      },
    ],
  }
  const found = await house.servers.public.inject({
    method: 'POST',
    url: `${new URL(BASE).pathname}/Patient/$match`,
    headers: { ...headers, 'content-type': 'application/fhir+json' },
    payload: JSON.stringify(asked),
  })
  const ref = found.json<{ entry: { resource: { id: string } }[] }>().entry[0]?.resource.id ?? ''
  const read = await house.servers.public.inject({ url: `${new URL(BASE).pathname}/Patient/${ref}`, headers })
  assert.equal(read.statusCode, 200)
  const [still] = Array.from(house.views.values(), ({ view }) => new WeakRef(view))
  assert.ok(still)
  house.views.clear()
  const isGone = (): boolean => still.deref() === undefined
  for (let n = 0; n < 20 && !isGone(); n++) {
    await turn()
    collect()
  }
  assert.ok(isGone(), 'somebody holds on to it')
})
