import { limits } from '../care-record/limits.ts'
import { codesOf } from '../exchange/sources/gp-connect/meaning.ts'
import { INTERACTIONS, parametersOf, spineHeaders } from '../exchange/sources/gp-connect/request.ts'
import { checkDemographics } from '../exchange/identity/check-demographics.ts'
import { demographicsOf } from '../exchange/sources/reading/demographics.ts'
import { readJson, type Failed, type Read } from '../exchange/sources/reading/http-read.ts'
import { objectOf, objectsOf } from '../exchange/sources/reading/json.ts'
import { numberOfNobody, passOf, personOf, viewerOrganisation, type Asking } from './asking.ts'
import { differs, fails, works, type Finding } from './finding.ts'

const BYTES = 20 * 1024 * 1024

function post(asking: Asking, nhsNumber: string, over: Readonly<Record<string, string>> = {}): Promise<Read | Failed> {
  const { source, spine, now, dispatcher } = asking
  const request = {
    pass: passOf(now()),
    viewerOrganisation,
    now,
    audience: source.baseUrl,
    asidTo: source.asidTo,
    interaction: INTERACTIONS.structuredRecord,
  }
  return readJson({
    dispatcher,
    url: `${source.baseUrl}/Patient/$gpc.getstructuredrecord`,
    method: 'POST',
    headers: { ...spineHeaders(request, spine), 'content-type': 'application/fhir+json', ...over },
    body: parametersOf(nhsNumber, [
      { parameter: 'includeAllergies', sections: ['allergies'], parts: [{ name: 'includeResolvedAllergies', valueBoolean: true }] },
    ]),
    signal: AbortSignal.any([asking.signal, AbortSignal.timeout(limits.askMs)]),
    budget: { left: BYTES },
  })
}

/** The practice's answer about the test person, somebody unknown, and somebody without leave. */
export async function checkPractice(asking: Asking): Promise<{ readonly findings: readonly Finding[]; readonly found: boolean }> {
  const { options } = asking
  const answer = await post(asking, options.person.nhsNumber)
  if (!answer.ok) {
    const codes = codesOf(answer.body).filter(code => /^[A-Z_]{1,60}$/.test(code))
    const said = codes.length > 0 ? codes.join(', ') : `${answer.outcome}, ${answer.cause}`
    const ask = codes.includes('PATIENT_NOT_FOUND')
      ? 'Is the test person registered at the practice, alive and not sensitive?'
      : 'Is the practice enabled for GP Connect Access Record Structured for our ASID?'
    return { findings: [fails('person', `The record of the test person was not given (${said}).`, ask)], found: false }
  }
  const patients = objectsOf(answer.body['entry'])
    .map(entry => objectOf(entry['resource']))
    .filter(one => one['resourceType'] === 'Patient')
  const [patient] = patients
  if (!patient || patients.length > 1)
    return {
      findings: [
        fails(
          'person',
          `Its answer has ${patients.length} Patients where GP Connect has one.`,
          'Why is the Patient not in the answer once?',
        ),
      ],
      found: false,
    }
  const check = checkDemographics(personOf(options, asking.now()), demographicsOf(patient))
  if (check.verdict === 'refused' || check.verdict === 'held')
    return {
      findings: [
        fails(
          'person',
          'The record that was given is of somebody else.',
          'Why is the record of another person given? This must be mended before anything is connected.',
        ),
      ],
      found: false,
    }
  const findings: Finding[] = [
    check.verdict === 'same'
      ? works('person', 'The test person was found by NHS number, and is who was meant.')
      : differs(
          'person',
          `The test person was found; different there: ${check.fields.join(', ')}.`,
          'Are demographics kept in step with the national register?',
        ),
  ]
  const nobody = await post(asking, numberOfNobody(options.person.nhsNumber))
  if (nobody.ok)
    findings.push(
      fails(
        'errors',
        'Asked about a number that nobody has, it answers with a record.',
        'Why is a record given under a number that nobody has?',
      ),
    )
  else if (codesOf(nobody.body).includes('PATIENT_NOT_FOUND'))
    findings.push(works('errors', 'Of somebody unknown it knows nothing, and says so.'))
  else
    findings.push(
      differs(
        'errors',
        'Of somebody unknown it does not answer PATIENT_NOT_FOUND.',
        'Can an unknown number be answered with 404 and PATIENT_NOT_FOUND?',
      ),
    )
  const stranger = await post(asking, options.person.nhsNumber, { authorization: 'Bearer wrong' })
  findings.push(
    stranger.ok
      ? fails('errors', 'It answers to a token that says nothing of who asks.', 'Why is a request without a valid token answered?')
      : works('errors', `A wrong token is refused (${stranger.status ?? stranger.cause}).`),
  )
  return { findings, found: true }
}
