import { parseArgs } from 'node:util'
import { parseNhsNumber, type NhsNumber } from '../care-record/nhs-number.ts'
import { parseOdsCode } from '../care-record/ods-code.ts'
import { fail, ok, type Result } from '../care-record/result.ts'

/** Whom a check asks about: somebody made up, who is known at the endpoint. */
export interface TestPerson {
  readonly nhsNumber: NhsNumber
  readonly family: string
  readonly given: readonly string[]
  readonly birthDate: string
}
export interface ConnectOptions {
  readonly kind: 'fhir' | 'gp-connect'
  readonly url: string
  readonly person: TestPerson
  readonly odsCode?: string
  readonly exchange: string
  readonly system: string
  readonly xml: boolean
  readonly everything: boolean
  readonly token?: string
  readonly client?: { readonly tokenUrl: string; readonly clientId: string; readonly keyFile: string; readonly keyId: string }
  readonly asid?: { readonly from: string; readonly to: string }
  readonly out?: string
}

export const USAGE = `Usage: npm run connect -- --fhir URL | --gp-connect URL
    --nhs-number N --family NAME --birth-date YYYY-MM-DD [--given NAME]   a test person the endpoint knows
    [--token-url URL --client-id ID --key FILE [--key-id ID] | --token T] how it is signed in to (FHIR)
    --asid-from N --asid-to N                                             the two ends on the Spine (GP Connect)
    [--ods CODE] [--exchange NAME] [--system WORDS]                       whose it is, for the catalogue row
    [--xml] [--everything]                                                ask for XML; read by Patient/$everything
    [--out FILE]                                                          write the catalogue row there`

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const

/** Reads the command line. A fault says what is missing or wrong, without repeating any value. */
export function readOptions(args: readonly string[]): Result<ConnectOptions> {
  const parsed = parse(args)
  if (!parsed.ok) return parsed
  const given = parsed.value
  const url = given.fhir ?? given['gp-connect']
  if (url === undefined || (given.fhir !== undefined && given['gp-connect'] !== undefined))
    return fail('invalid', 'Give one endpoint: --fhir URL or --gp-connect URL.')
  if (!isHttp(url)) return fail('invalid', 'The endpoint is not an http or https address without name, password or query.')
  const nhsNumber = parseNhsNumber(given['nhs-number'] ?? '')
  if (!nhsNumber.ok) return fail('invalid', `--nhs-number: ${nhsNumber.fault.detail}`)
  const { family, 'birth-date': birthDate } = given
  if (family === undefined || family.trim() === '') return fail('invalid', 'Give the surname of the test person: --family.')
  if (birthDate === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(birthDate) || Number.isNaN(Date.parse(birthDate)))
    return fail('invalid', 'Give the birth date of the test person: --birth-date YYYY-MM-DD.')
  const ods = given.ods === undefined ? undefined : parseOdsCode(given.ods)
  if (ods && !ods.ok) return fail('invalid', `--ods: ${ods.fault.detail}`)
  const { 'token-url': tokenUrl, 'client-id': clientId, key: keyFile, token } = given
  const some = [tokenUrl, clientId, keyFile].filter(one => one !== undefined).length
  if (some !== 0 && some !== 3) return fail('invalid', '--token-url, --client-id and --key go together.')
  if (tokenUrl !== undefined && !isHttp(tokenUrl)) return fail('invalid', 'The token address is not an http or https address.')
  if (token !== undefined && (some > 0 || !/^[\x21-\x7e]+$/.test(token)))
    return fail('invalid', 'Give either --token or --token-url, --client-id and --key.')
  const { 'asid-from': from, 'asid-to': to } = given
  const isGp = given.fhir === undefined
  if (isGp && !(/^\d{12}$/.test(from ?? '') && /^\d{12}$/.test(to ?? '')))
    return fail('invalid', 'GP Connect needs --asid-from and --asid-to, twelve digits each.')
  return ok({
    kind: isGp ? 'gp-connect' : 'fhir',
    url: url.replace(/\/+$/, ''),
    person: { nhsNumber: nhsNumber.value, family, given: given.given ?? [], birthDate },
    ...(ods?.ok === true && { odsCode: ods.value }),
    exchange: given.exchange ?? 'SEL',
    system: given.system ?? (isGp ? 'GP record' : 'Record system'),
    xml: given.xml,
    everything: given.everything,
    ...(token !== undefined && { token }),
    ...(tokenUrl !== undefined &&
      clientId !== undefined &&
      keyFile !== undefined && { client: { tokenUrl, clientId, keyFile, keyId: given['key-id'] ?? 'k1' } }),
    ...(from !== undefined && to !== undefined && { asid: { from, to } }),
    ...(given.out !== undefined && { out: given.out }),
  })
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fhir: text,
        'gp-connect': text,
        'token-url': text,
        'client-id': text,
        key: text,
        'key-id': text,
        token: text,
        'asid-from': text,
        'asid-to': text,
        'nhs-number': text,
        family: text,
        given: { type: 'string', multiple: true },
        'birth-date': text,
        ods: text,
        exchange: text,
        system: text,
        xml: flag,
        everything: flag,
        out: text,
      },
    })
    return ok(values)
  } catch {
    return fail('invalid', 'There is an option that is not known, or one without its value.')
  }
}

function isHttp(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, username, password, search, hash } = new URL(address)
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ''
}
