import { parseNhsNumber } from '../../../care-record/nhs-number.ts'
import type { Gender, HumanName, Person } from '../../../care-record/person.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { cleanResource } from '../reading/reading.ts'
import { demographicsOf } from '../reading/demographics.ts'
import { objectOf, objectsOf, textOf, textsOf, type JsonObject } from '../reading/json.ts'

/** Someone the national register answered about. */
export interface PdsAnswer {
  readonly person: Person
  /** The number asked for, when the register answered with another: it no longer stands for anyone. */
  readonly superseded?: string
  readonly etag?: string
}

/** One of the few people a search may bring. */
export interface PdsCandidate {
  readonly person: Person
  /** 0 to 1, as the register scores it. */
  readonly score: number
}

const unreadable = fail('unavailable', 'The national register sent something that could not be read.')
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

/** Reads one Patient of the national register. A number marked invalidated is `not-found`. */
export function readPatient(raw: unknown, asOf: string): Result<Person> {
  const patient = cleanResource(raw)
  if (!patient || patient['resourceType'] !== 'Patient') return unreadable
  const labels = objectsOf(objectOf(patient['meta'])['security'])
    .filter(l => l['system'] === CONFIDENTIALITY || l['system'] === undefined)
    .map(l => l['code'])
  if (labels.includes('REDACTED')) return fail('not-found', 'This NHS number is no longer valid.')
  const number = parseNhsNumber(String(patient['id']))
  const stated = demographicsOf(patient).nhsNumber
  if (!number.ok || (stated !== undefined && stated !== number.value)) return unreadable
  const names = objectsOf(patient['name'])
  const usual =
    names.find(n => n['use'] === 'usual' && current(n, asOf)) ?? names.find(n => n['use'] !== 'nickname' && current(n, asOf)) ?? names[0]
  const name = usual ? humanName(usual) : undefined
  const birthDate = textOf(patient['birthDate'])
  if (!name || birthDate === undefined) return unreadable
  const nickname = names.find(n => n['use'] === 'nickname')
  const home = objectsOf(patient['address']).find(a => a['use'] === 'home') ?? objectsOf(patient['address'])[0]
  const practice = objectsOf(patient['generalPractitioner'])
    .map(g => textOf(objectOf(g['identifier'])['value']))
    .find(v => v !== undefined)
  const phone = objectsOf(patient['telecom'])
    .filter(t => t['system'] === 'phone')
    .map(t => textOf(t['value']))
    .find(v => v !== undefined)
  const restricted = labels.some(l => l === 'R' || l === 'V') ? 'yes' : labels.includes('U') ? 'no' : 'unknown'
  const address = home
    ? [...textsOf(home['line']), textOf(home['city']) ?? '', textOf(home['district']) ?? ''].filter(l => l.trim() !== '').join(', ')
    : ''
  const postcode = home ? textOf(home['postalCode']) : undefined
  const preferred = nickname ? textsOf(nickname['given'])[0] : undefined
  const deceased = textOf(patient['deceasedDateTime'])
  // A protected person's whereabouts never enter, whatever the register sent.
  const places =
    restricted === 'yes'
      ? {}
      : {
          ...(address === '' ? {} : { address }),
          ...(postcode === undefined ? {} : { postcode }),
          ...(phone === undefined ? {} : { phone }),
          ...(practice === undefined ? {} : { practice }),
        }
  return ok({
    nhsNumber: number.value,
    name,
    otherNames: names.filter(n => n !== usual).flatMap(n => humanName(n) ?? []),
    ...(preferred === undefined ? {} : { preferredName: preferred }),
    birthDate,
    gender: genderOf(patient['gender']),
    ...(deceased === undefined ? {} : { deceased }),
    ...places,
    restricted,
    basis: 'pds',
    asOf,
  })
}

function current(name: JsonObject, asOf: string): boolean {
  const period = objectOf(name['period'])
  const end = textOf(period['end'])
  const start = textOf(period['start'])
  return (end === undefined || end.slice(0, 10) >= asOf.slice(0, 10)) && (start === undefined || start.slice(0, 10) <= asOf.slice(0, 10))
}

function humanName(name: JsonObject): HumanName | undefined {
  const family = textOf(name['family'])
  const prefix = textsOf(name['prefix'])[0]
  const given = textsOf(name['given'])
  if (family === undefined && given.length === 0) return undefined
  return { family: family ?? '', given, ...(prefix === undefined ? {} : { prefix }) }
}

const genderOf = (value: unknown): Gender => (value === 'female' || value === 'male' || value === 'other' ? value : 'unknown')
