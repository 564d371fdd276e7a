import { randomUUID } from 'node:crypto'
import type { Item } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import { GROUPS, SECTION_IDS } from '../care-record/section.ts'
import { checkDemographics } from '../exchange/identity/check-demographics.ts'
import { searchesOf } from '../exchange/sources/fhir/searches.ts'
import { demographicsOf, NHS_NUMBER_SYSTEM } from '../exchange/sources/reading/demographics.ts'
import { acceptOf, requestHeaders } from '../exchange/sources/reading/headers.ts'
import { readFhir, type Failed, type Read } from '../exchange/sources/reading/http-read.ts'
import { objectOf, objectsOf, textOf, type JsonObject } from '../exchange/sources/reading/json.ts'
import { numberOfNobody, passOf, personOf, type Asking } from './asking.ts'
import { differs, fails, unknown, works, type Finding } from './finding.ts'

const BYTES = 8 * 1024 * 1024

/** One request as the connector makes it, with a token of its own choosing. */
export function get(asking: Asking, path: string, token: string | undefined): Promise<Read | Failed> {
  const { source, dispatcher, now } = asking
  return readFhir({
    dispatcher,
    url: path.startsWith('http') ? path : `${source.baseUrl}/${path}`,
    method: 'GET',
    headers: { ...requestHeaders({ pass: passOf(now()), transaction: randomUUID() }, token), ...acceptOf(source) },
    signal: AbortSignal.any([asking.signal, AbortSignal.timeout(limits.askMs)]),
    budget: { left: BYTES },
  })
}

const reasonOf = ({ outcome, cause, status }: Failed): string =>
  status === undefined ? `${outcome}, ${cause}` : `${outcome}, ${cause}, status ${status}`

/** Types every record system of a kind is expected to have; without them nothing of a section can be asked. */
const WANTED = [
  ...new Set(
    GROUPS.flatMap(group =>
      searchesOf(group, SECTION_IDS)
        .filter(search => !search.seldom)
        .map(search => search.type),
    ),
  ),
]

/** What the server says it can do. */
export async function checkCapability(asking: Asking, token: string | undefined): Promise<readonly Finding[]> {
  const answer = await get(asking, 'metadata', token)
  if (!answer.ok)
    return [
      differs(
        'capability',
        `Its CapabilityStatement could not be read (${reasonOf(answer)}).`,
        'Can /metadata be read with our token, as application/fhir+json?',
      ),
    ]
  const { body } = answer
  if (body['resourceType'] !== 'CapabilityStatement')
    return [
      fails('capability', '/metadata is no CapabilityStatement: this is no FHIR server.', 'What is the base address of the FHIR API?'),
    ]
  const found: Finding[] = []
  const version = textOf(body['fhirVersion']) ?? ''
  const said = /^[\d.]{1,12}$/.test(version) ? version : 'none'
  if (/^4\.(0|3)\./.test(version)) found.push(works('capability', `It speaks FHIR ${said}.`))
  else {
    const ask = 'Is there an R4 endpoint? A GP system is connected through GP Connect: --gp-connect.'
    found.push(fails('capability', `It says that it speaks FHIR ${said}, not R4 (4.0.1).`, ask))
  }
  const server = objectsOf(body['rest']).filter(rest => rest['mode'] !== 'client')
  const types = new Set(server.flatMap(rest => objectsOf(rest['resource']).flatMap(one => textOf(one['type']) ?? [])))
  const missing = WANTED.filter(type => !types.has(type))
  if (types.size === 0) found.push(differs('capability', 'It names no resource type.', 'Which resource types can be searched by patient?'))
  else if (missing.length === 0) found.push(works('capability', 'It has every type that a record asks for.'))
  else
    found.push(
      differs(
        'capability',
        `It does not say that it has: ${missing.join(', ')}.`,
        `Do you hold any of these, and under which type: ${missing.join(', ')}?`,
      ),
    )
  const formats = [body['format']].flat().filter(one => typeof one === 'string')
  const wanted = asking.options.xml ? 'xml' : 'json'
  if (formats.length > 0 && !formats.some(one => one.includes(wanted)))
    found.push(
      differs('capability', `It does not say that it writes ${wanted.toUpperCase()}.`, `Can the API answer application/fhir+${wanted}?`),
    )
  if (!server.some(rest => objectsOf(objectOf(rest['security'])['service']).length > 0))
    found.push(
      differs(
        'capability',
        'It does not say how it is protected.',
        'Does the API take SMART backend services (a signed client assertion)?',
      ),
    )
  return found
}

/** Who is found under the number, and whether that is who was meant. */
export async function checkPerson(
  asking: Asking,
  token: string | undefined,
): Promise<{ readonly findings: readonly Finding[]; readonly ids: readonly string[] }> {
  const { options } = asking
  const answer = await get(
    asking,
    `Patient?${new URLSearchParams({ identifier: `${NHS_NUMBER_SYSTEM}|${options.person.nhsNumber}` }).toString()}`,
    token,
  )
  const none = (finding: Finding) => ({ findings: [finding], ids: [] })
  if (!answer.ok) {
    const ask =
      answer.outcome === 'refused'
        ? 'Which scopes does our client need to search Patient by identifier?'
        : `Can Patient be searched by identifier=${NHS_NUMBER_SYSTEM}|{number}?`
    return none(fails('person', `A person could not be searched for by NHS number (${reasonOf(answer)}).`, ask))
  }
  const patients = resourcesOf(answer.body).filter(one => one['resourceType'] === 'Patient')
  if (answer.body['resourceType'] !== 'Bundle')
    return none(
      fails('person', 'A search for a person is not answered with a Bundle.', 'Can a search answer a searchset Bundle, as FHIR has it?'),
    )
  if (patients.length === 0)
    return none(
      fails('person', 'The test person was not found.', `Is the test person registered, with the number under ${NHS_NUMBER_SYSTEM}?`),
    )
  const findings: Finding[] = []
  const ids: string[] = []
  for (const patient of patients) {
    const check = checkDemographics(personOf(options, asking.now()), demographicsOf(patient))
    if (check.verdict === 'refused')
      findings.push(
        fails(
          'person',
          'The Patient that was found has another NHS number.',
          'Why does a search by NHS number find a Patient with another? This must be mended before anything is connected.',
        ),
      )
    else if (check.verdict === 'held')
      findings.push(
        fails(
          'person',
          'The Patient that was found is somebody else: name or birth date do not agree.',
          'Is the test person registered with this name and birth date?',
        ),
      )
    else {
      ids.push(String(patient['id']))
      if (check.verdict === 'shown-with-difference')
        findings.push(
          differs(
            'person',
            `The test person was found; different there: ${check.fields.join(', ')}.`,
            'Are demographics kept in step with the national register?',
          ),
        )
    }
  }
  if (ids.length > 1)
    findings.push(differs('person', `One person is ${ids.length} Patients there.`, 'Are these duplicates that will be merged?'))
  if (findings.length === 0) findings.push(works('person', 'The test person was found by NHS number, and is who was meant.'))
  return { findings, ids }
}

const resourcesOf = (bundle: JsonObject): readonly JsonObject[] => objectsOf(bundle['entry']).map(entry => objectOf(entry['resource']))

/** Whether pages add up to the whole. */
export async function checkPaging(
  asking: Asking,
  ids: readonly string[],
  items: readonly Item[],
  token: string | undefined,
): Promise<readonly Finding[]> {
  const counts = Map.groupBy(items, item => item.resource.resourceType)
  const [type, some] = [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? []
  if (type === undefined || some === undefined || some.length < 3)
    return [unknown('paging', 'Paging could not be tried: the test person has less than three statements of one type.')]
  const first = await get(asking, `${type}?${new URLSearchParams({ patient: ids.join(','), _count: '2' }).toString()}`, token)
  if (!first.ok) return [unknown('paging', `Paging could not be tried on ${type} (${reasonOf(first)}).`)]
  const seen = new Set<string>()
  let page: Read | Failed = first
  for (let pages = 1; ; pages++) {
    if (!page.ok)
      return [
        fails(
          'paging',
          `A next page of ${type} could not be read (${reasonOf(page)}).`,
          'How long do links to next pages hold, and do they need the same token?',
        ),
      ]
    for (const resource of resourcesOf(page.body)) if (resource['resourceType'] === type) seen.add(String(resource['id']))
    const next = objectsOf(page.body['link']).flatMap(link => (link['relation'] === 'next' ? (textOf(link['url']) ?? []) : []))[0]
    if (next === undefined) {
      if (seen.size < some.length)
        return [
          fails(
            'paging',
            `Asked for two at a time, ${type} ends after ${seen.size} of ${some.length}.`,
            'Does every page but the last have a link to the next?',
          ),
        ]
      return [
        works('paging', pages === 1 ? `${type} is answered on one page, whatever is asked for.` : `${type} is the same on ${pages} pages.`),
      ]
    }
    const url = URL.canParse(next, asking.source.baseUrl) ? new URL(next, `${asking.source.baseUrl}/`) : undefined
    const own = new URL(asking.source.baseUrl)
    if (url?.origin !== own.origin || !url.pathname.startsWith(own.pathname))
      return [
        fails(
          'paging',
          'Links to next pages lead outside the base address, and are not followed.',
          'Can links to next pages be of the same host and path as the base address?',
        ),
      ]
    if (pages > 2 * some.length + 5)
      return [fails('paging', `Pages of ${type} never end.`, 'Why does the last page have a link to a next?')]
    page = await get(asking, url.href, token)
  }
}

/** Somebody unknown, and somebody without leave. */
export async function checkErrors(asking: Asking, token: string | undefined): Promise<readonly Finding[]> {
  const found: Finding[] = []
  const number = numberOfNobody(asking.options.person.nhsNumber)
  const path = `Patient?${new URLSearchParams({ identifier: `${NHS_NUMBER_SYSTEM}|${number}` }).toString()}`
  const nobody = await get(asking, path, token)
  if (nobody.ok && resourcesOf(nobody.body).some(one => one['resourceType'] === 'Patient'))
    found.push(
      fails(
        'errors',
        'Asked about a number that nobody has, it answers about somebody.',
        'Why does a search find people under a number that nobody has?',
      ),
    )
  else if (nobody.ok || nobody.status === 404) found.push(works('errors', 'Of somebody unknown it knows nothing, and says so.'))
  else
    found.push(
      differs(
        'errors',
        `Of somebody unknown it answers with an error (${reasonOf(nobody)}).`,
        'Can a search that finds nobody answer an empty Bundle?',
      ),
    )
  const stranger = await get(asking, path, `wrong-${randomUUID()}`)
  if (stranger.ok)
    found.push(
      token === undefined
        ? fails(
            'errors',
            'It answers anybody who asks: no token is needed.',
            'How is the API protected? We ask for SMART backend services with a signed client assertion.',
          )
        : fails('errors', 'It answers to a token that nobody gave.', 'Why is a token that is not valid accepted?'),
    )
  else if (stranger.status === 401 || stranger.status === 403) found.push(works('errors', `A wrong token is refused (${stranger.status}).`))
  else
    found.push(
      differs('errors', `A wrong token is not refused as such (${reasonOf(stranger)}).`, 'Can a wrong token be answered with 401?'),
    )
  return found
}
