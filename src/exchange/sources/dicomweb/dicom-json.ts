import { isObject, type JsonObject } from '../reading/json.ts'

/** One set of attributes in the DICOM JSON model (PS3.18 annex F): `{ "0020000D": { vr, Value } }`. Hostile until read. */
export type DataSet = JsonObject

/** Attributes that are read, each with the value representations it may have. */
export const TAGS = {
  studyDate: ['00080020', 'DA'],
  studyTime: ['00080030', 'TM'],
  accession: ['00080050', 'SH'],
  modality: ['00080060', 'CS'],
  modalities: ['00080061', 'CS'],
  institution: ['00080080', 'LO'],
  timezone: ['00080201', 'SH'],
  studyDescription: ['00081030', 'LO'],
  procedureCodes: ['00081032', 'SQ'],
  seriesDescription: ['0008103E', 'LO'],
  department: ['00081040', 'LO'],
  patientName: ['00100010', 'PN'],
  patientId: ['00100020', 'LO'],
  issuer: ['00100021', 'LO'],
  birthDate: ['00100030', 'DA'],
  sex: ['00100040', 'CS'],
  bodyPart: ['00180015', 'CS'],
  studyUid: ['0020000D', 'UI'],
  seriesUid: ['0020000E', 'UI'],
  instanceUid: ['00080018', 'UI'],
  seriesNumber: ['00200011', 'IS'],
  instanceNumber: ['00200013', 'IS'],
  imagesInStudy: ['00201208', 'IS'],
  imagesInSeries: ['00201209', 'IS'],
  requestingService: ['00321033', 'LO'],
  requestedProcedure: ['00321060', 'LO'],
  codeValue: ['00080100', 'SH'],
  codeScheme: ['00080102', 'SH'],
  codeMeaning: ['00080104', 'LO'],
} as const satisfies Readonly<Record<string, readonly [tag: string, vr: string]>>
export type Attribute = keyof typeof TAGS

/** Longest text that is read of one attribute: twice what its representation may have. */
const LONGEST = 200
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]/g

/** All values of an attribute; none when it is absent, of another representation, or no list. */
export function valuesOf(set: DataSet, attribute: Attribute): readonly unknown[] {
  const [tag, vr] = TAGS[attribute]
  const element = set[tag] ?? set[tag.toLowerCase()]
  if (!isObject(element) || element['vr'] !== vr) return []
  const { Value: values } = element
  return Array.isArray(values) ? values : []
}

const cleaned = (text: string): string | undefined => {
  const words = text.replaceAll(CONTROLS, ' ').trim().slice(0, LONGEST)
  return words === '' ? undefined : words
}

export const textsAt = (set: DataSet, attribute: Attribute): readonly string[] =>
  valuesOf(set, attribute)
    .slice(0, 16)
    .flatMap(value => (typeof value === 'string' ? (cleaned(value) ?? []) : []))

export const textAt = (set: DataSet, attribute: Attribute): string | undefined => textsAt(set, attribute)[0]

/** A whole number that is not negative; some archives write it as text. */
export function numberAt(set: DataSet, attribute: Attribute): number | undefined {
  const [value] = valuesOf(set, attribute)
  const number = typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** `YYYYMMDD` as a FHIR date, where there is such a day. */
export function dateAt(set: DataSet, attribute: Attribute): string | undefined {
  const [, year = '', month = '', day = ''] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(textAt(set, attribute) ?? '') ?? []
  const date = `${year}-${month}-${day}`
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) ? date : undefined
}

/**
 * Date and time of a study, FHIR dateTime. Without an offset of its own an archive writes London's time, which is told as the
 * day alone: an hour more or less would be made up.
 */
export function startOf(set: DataSet): string | undefined {
  const date = dateAt(set, 'studyDate')
  const [, hours, minutes, seconds = '00'] =
    /^([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d))?(?:\.\d+)?$/.exec(textAt(set, 'studyTime') ?? '') ?? []
  const [, sign, offsetHours, offsetMinutes] = /^([+-])(0\d|1[0-4])([0-5]\d)$/.exec(textAt(set, 'timezone') ?? '') ?? []
  if (date === undefined || hours === undefined || minutes === undefined || sign === undefined) return date
  return `${date}T${hours}:${minutes}:${seconds}${sign}${offsetHours ?? ''}:${offsetMinutes ?? ''}`
}

/** `FAMILY^GIVEN^MIDDLE^PREFIX^SUFFIX` (PS3.5 section 6.2.1.1), the alphabetic group. */
export function nameAt(
  set: DataSet,
): { readonly family?: string; readonly given: readonly string[]; readonly prefix?: string } | undefined {
  const [value] = valuesOf(set, 'patientName')
  const alphabetic = isObject(value) ? value['Alphabetic'] : value
  if (typeof alphabetic !== 'string') return undefined
  const [family, given, middle, prefix] = alphabetic.split('^').map(part => cleaned(part))
  if (family === undefined && given === undefined) return undefined
  return {
    ...(family === undefined ? {} : { family }),
    given: [given, middle].flatMap(name => name?.split(/\s+/) ?? []),
    ...(prefix === undefined ? {} : { prefix }),
  }
}

const SEX: Readonly<Record<string, string>> = { M: 'male', F: 'female', O: 'other' }
export const genderAt = (set: DataSet): string | undefined => SEX[textAt(set, 'sex') ?? '']

/** Codes of a sequence of them. */
export const codesAt = (
  set: DataSet,
  attribute: Attribute,
): readonly { readonly code: string; readonly scheme: string; readonly meaning?: string }[] =>
  valuesOf(set, attribute)
    .slice(0, 16)
    .flatMap(item => {
      if (!isObject(item)) return []
      const [code, scheme, meaning] = [textAt(item, 'codeValue'), textAt(item, 'codeScheme'), textAt(item, 'codeMeaning')]
      return code === undefined || scheme === undefined ? [] : [{ code, scheme, ...(meaning === undefined ? {} : { meaning }) }]
    })
