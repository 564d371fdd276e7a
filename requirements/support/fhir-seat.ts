import { clientIdOf } from '../../src/london/catalogue.ts'
import { FHIR_TOKENS_PATH } from '../../src/london/identity-provider/fhir-tokens.ts'
import type { London } from '../../src/london/london.ts'
import type { CityUser } from '../../src/london/users.ts'
import { ask, type Answer } from './seat.ts'

/** Software that asks at the FHIR door in a user's name. */
export interface Software {
  readonly send: (method: 'GET' | 'POST', path: string, body?: object | string) => Promise<Answer>
  readonly match: (nhsNumber: string) => Promise<{ readonly ref: string | undefined; readonly answer: Answer }>
}
/** With a token as the city's sign-in service gives it. */
export async function softwareOf(london: London, user: CityUser): Promise<Software> {
  const given = await fetch(`${london.city.issuer}${FHIR_TOKENS_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: user.sdsUserId, at: clientIdOf(user.exchange) }),
  })
  const { access_token, base } = (await given.json()) as { access_token: string; base: string }
  const headers = { authorization: `Bearer ${access_token}`, accept: 'application/fhir+json' }
  const send: Software['send'] = (method, path, body) =>
    typeof body === 'string'
      ? ask(base, method, path, { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body)
      : ask(base, method, path, { ...headers, ...(body && { 'content-type': 'application/fhir+json' }) }, body && JSON.stringify(body))
  return {
    send,
    async match(nhsNumber) {
      const identifier = [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }]
      const parameter = [{ name: 'resource', resource: { resourceType: 'Patient', identifier } }]
      const answer = await send('POST', '/Patient/$match', { resourceType: 'Parameters', parameter })
      return { answer, ref: resourcesIn(answer).find(one => one.resourceType === 'Patient')?.id }
    },
  }
}
interface Entry {
  readonly resource: { readonly resourceType: string; readonly id: string }
  readonly search?: { readonly mode: string }
}
export function resourcesIn({ status, text }: Answer): readonly Entry['resource'][] {
  if (status !== 200) return []
  const { entry = [] } = JSON.parse(text) as { entry?: readonly Entry[] }
  return entry.filter(one => one.search?.mode !== 'outcome').map(one => one.resource)
}

/** Each route of the FHIR door about one person, with one type for the searches. */
export const fhirAsks = (ref: string, type: string): readonly (readonly ['GET' | 'POST', string, string?])[] => [
  ['GET', `/Patient/${ref}`],
  ['GET', `/Patient/${ref}/$everything`],
  ['POST', `/Patient/${ref}/$everything`],
  ['GET', `/Patient/${ref}/$summary`],
  ['POST', `/Patient/${ref}/$summary`],
  ['GET', `/Binary/${ref}${'0'.repeat(32)}`],
  ['GET', `/${type}?patient=${ref}`],
  ['POST', `/${type}/_search`, `patient=${ref}`],
  ['GET', `/${type}/${ref}${'0'.repeat(32)}`],
]
