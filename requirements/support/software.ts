import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes'

const run = promisify(execFile)
export const TOKEN_SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'london-token.ts')

/** `npm run london:token`, as somebody types it. */
export async function tokenOf(
  dir: string,
  who: string,
  ...more: readonly string[]
): Promise<{ readonly access_token: string; readonly base: string }> {
  const { stdout } = await run(process.execPath, [TOKEN_SCRIPT, who, '--json', ...more], { env: { ...process.env, LCR_LONDON_DIR: dir } })
  return JSON.parse(stdout) as { access_token: string; base: string }
}
export interface Body {
  readonly resourceType: string
  readonly entry?: readonly BundleEntry[]
  readonly issue?: OperationOutcome['issue']
}
/** Software of a professional of the city, seen from the wire of the FHIR door. */
export interface Software {
  readonly base: string
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: Body; readonly text: string }>
  readonly match: (nhsNumber: string, birthDate?: string) => Promise<string>
}
export async function softwareOf(dir: string, who: string, ...more: readonly string[]): Promise<Software> {
  const { access_token, base } = await tokenOf(dir, who, ...more)
  const headers = { authorization: `Bearer ${access_token}`, accept: 'application/fhir+json' }
  const read = async (answer: Response) => {
    const text = await answer.text()
    return { status: answer.status, text, body: JSON.parse(text) as Body }
  }
  return {
    base,
    get: async path => read(await fetch(`${base}${path}`, { headers })),
    async match(nhsNumber, birthDate) {
      const found = await fetch(`${base}/Patient/$match`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/fhir+json' },
        body: JSON.stringify({
          resourceType: 'Parameters',
          parameter: [
            {
              name: 'resource',
              resource: {
                resourceType: 'Patient',
                identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }],
                ...(birthDate === undefined ? {} : { birthDate }),
              },
            },
          ],
        }),
      })
      const { body } = await read(found)
      return body.entry?.[0]?.resource?.id ?? ''
    },
  }
}
export const matches = (bundle: Body): readonly Resource[] =>
  (bundle.entry ?? []).filter(entry => entry.search?.mode === 'match').flatMap(entry => entry.resource ?? [])

/**
 * Asked again until every system has answered: one that is silent about who is in its care while it starts leaves a claim to be
 * made, and one that did not answer in time is asked again.
 */
export async function everythingOf(software: Software, patient: string) {
  for (;;) {
    const answer = await software.get(`/Patient/${patient}/$everything`)
    const outcome = answer.body.entry?.find(entry => entry.search?.mode === 'outcome')?.resource
    const said = outcome?.resourceType === 'OperationOutcome' ? outcome.issue : []
    if (answer.status === 200 && !said.some(issue => issue.code === 'timeout' || issue.code === 'transient')) return answer
    if (answer.status !== 200) assert.match(answer.text, /Not every system answered/)
    await pause(1_000)
  }
}
