import type { CodeableConcept, Observation } from '@medplum/fhirtypes'
import { VIRUS_NAME, virusCodeWords } from '../../care-record/virus-tests.ts'

/**
 * Tests this record knows by more than their code. Owner: the pathology lead of the deployment; every figure is a
 * proposal until they have signed it.
 *
 * `to`: units that are the same amount of the same substance, as factors to the first of them (D53): metric prefixes and
 * molar masses only. HbA1c in % is not here: between it and mmol/mol stands a regression of two reference methods, not a
 * unit. Neither are triglycerides (a mixture with a conventional mass) nor haemoglobin in mmol/L (monomer or tetramer).
 *
 * `hours`: within which a repeat is rarely needed, after the minimum retesting intervals of the Royal College of
 * Pathologists (D63, R096); absent where serial tests are the rule.
 */
interface Analyte {
  readonly name: string
  readonly words: RegExp
  readonly codes: readonly string[]
  readonly to?: Readonly<Record<string, number>>
  readonly hours?: number
}
const ANALYTES: readonly Analyte[] = [
  {
    name: 'HbA1c',
    words: /\bh(?:b|a?emoglobin) ?a1c|glyc(?:at|osylat)ed h/i,
    codes: ['999791000000106', '59261-8', '4548-4', '17856-6'],
    hours: 1440,
  },
  {
    name: 'glucose',
    words: /\bglucose\b(?!-6| 6|.*tolerance)/i,
    codes: ['997671000000106', '14749-6', '2345-7', '15074-8', '2339-0', '14771-0', '1558-6'],
    to: { 'mmol/L': 1, 'mg/dL': 1 / 18.0156 },
  },
  {
    name: 'cholesterol',
    words: /\bcholesterol\b/i,
    codes: ['14647-2', '2093-3', '14646-4', '2085-9', '22748-8', '2089-1', '39469-2', '13457-7'],
    to: { 'mmol/L': 1, 'mg/dL': 1 / 38.665 },
    hours: 720,
  },
  {
    name: 'creatinine',
    words: /\bcreatinine\b(?!.*(?:ratio|clearance))/i,
    codes: ['1000731000000107', '14682-9', '2160-0', '38483-4'],
    to: { 'umol/L': 1, 'mg/dL': 88.402, 'mmol/L': 1000 },
    hours: 24,
  },
  // A molecule of urea holds two of nitrogen: the same mmol/L by another mass.
  {
    name: 'urea nitrogen',
    words: /\burea nitrogen\b|\bbun\b/i,
    codes: ['3094-0', '6299-2', '14937-7'],
    to: { 'mmol/L': 1, 'mg/dL': 1 / 2.8013 },
    hours: 24,
  },
  { name: 'urea', words: /\burea\b/i, codes: ['22664-7', '3091-6'], to: { 'mmol/L': 1, 'mg/dL': 1 / 6.0055 }, hours: 24 },
  { name: 'bilirubin', words: /\bbilirubin\b/i, codes: ['14631-6', '1975-2'], to: { 'umol/L': 1, 'mg/dL': 17.104 }, hours: 72 },
  {
    name: 'calcium',
    words: /\bcalcium\b/i,
    codes: ['2000-8', '17861-6', '49765-1', '29265-6'],
    to: { 'mmol/L': 1, 'mg/dL': 1 / 4.0078 },
    hours: 48,
  },
  {
    name: 'haemoglobin',
    words: /^(?:total )?ha?emoglobin(?: (?:estimation|concentration|level))?$|^hb$/i,
    codes: ['1022431000000105', '718-7'],
    to: { 'g/L': 1, 'g/dL': 10 },
    hours: 24,
  },
  { name: 'CRP', words: /\bc[ -]reactive protein\b|^crp$/i, codes: ['135842001', '1988-5'], to: { 'mg/L': 1, 'mg/dL': 10 }, hours: 24 },
  { name: 'potassium', words: /\bpotassium\b/i, codes: ['1000651000000109', '2823-3', '6298-4'], hours: 24 },
  { name: 'sodium', words: /\bsodium\b(?! valpro)/i, codes: ['1000661000000107', '2951-2', '2947-0'], hours: 24 },
  { name: 'platelets', words: /^platelets?(?: count)?$/i, codes: ['1022651000000100', '777-3'], hours: 24 },
  { name: 'white cells', words: /\bwh?i?te (?:blood )?cell count\b|^wbc$/i, codes: ['6690-2'], hours: 24 },
  { name: 'ALT', words: /\balanine (?:amino|trans)\w*|^alt$/i, codes: ['1742-6', '1743-4'], hours: 72 },
  { name: 'TSH', words: /\bthyroid[ -]stimulating hormone\b|^tsh$/i, codes: ['3016-3', '11580-8'], hours: 720 },
  { name: 'ferritin', words: /\bferritin\b/i, codes: ['2276-4'], hours: 720 },
  { name: 'vitamin D', words: /\bvitamin d\d?\b(?!.*preparation)/i, codes: ['1989-3', '62292-8'], hours: 2160 },
]
/** Most tests are none of these: one look says so. */
const ANY = new RegExp(ANALYTES.map(a => a.words.source).join('|'), 'i')
const BY_CODE: ReadonlyMap<string, Analyte> = new Map(ANALYTES.flatMap(a => a.codes.map(code => [code, a] as const)))
const BY_NAME: ReadonlyMap<string, Analyte> = new Map(ANALYTES.map(a => [a.name, a]))

/** LOINC names one test twice where it is reported by mass and by amount of substance: the first of each row stands for both. */
const TWINS: readonly (readonly [molar: string, ...mass: string[]])[] = [
  ['14749-6', '2345-7'],
  ['15074-8', '2339-0'],
  ['14771-0', '1558-6'],
  ['14647-2', '2093-3'],
  ['14646-4', '2085-9'],
  ['39469-2', '13457-7'],
  ['22748-8', '2089-1'],
  ['14682-9', '2160-0'],
  ['22664-7', '3091-6'],
  ['14937-7', '3094-0'],
  ['14631-6', '1975-2'],
  ['2000-8', '17861-6'],
]
const TWIN: ReadonlyMap<string, string> = new Map(
  TWINS.flatMap(([molar, ...mass]) => mass.map(code => [`http://loinc.org|${code}`, `http://loinc.org|${molar}`] as const)),
)
/** `system|code` of a LOINC test as it is called by amount of substance. */
export const twinOf = (code: string): string => TWIN.get(code) ?? code

function analyteOf(concept: CodeableConcept | undefined, title: string): Analyte | undefined {
  for (const coding of concept?.coding ?? []) {
    const found = BY_CODE.get(coding.code ?? '')
    if (found) return found
  }
  return ANY.test(title) ? ANALYTES.find(a => a.words.test(title)) : undefined
}

export interface Listed {
  /** Whose numbers may be converted; empty: of none. */
  readonly substance: string
  /** Whose repetition is hinted at; empty: of none. */
  readonly test: string
}
const UNLISTED: Listed = { substance: '', test: '' }
const LISTED: ReadonlyMap<string, Listed> = new Map(
  ANALYTES.map(a => [a.name, { substance: a.to ? a.name : '', test: a.hours === undefined ? '' : a.name }]),
)

/** What the tables say of a test. */
export function listed(concept: CodeableConcept | undefined, title: string): Listed {
  const found = analyteOf(concept, title)
  return (found && LISTED.get(found.name)) ?? UNLISTED
}

export const isConvertible = (substance: string, unit: string): boolean => BY_NAME.get(substance)?.to?.[unit] !== undefined

/** A number of one unit in another, to four significant figures; `undefined` where no exact conversion is listed. */
export function converted(substance: string, value: number, from: string, to: string): number | undefined {
  const factors = BY_NAME.get(substance)?.to
  const a = factors?.[from]
  const b = factors?.[to]
  return a === undefined || b === undefined ? undefined : Number(((value * a) / b).toPrecision(4))
}

/** Milliseconds within which the same test elsewhere is worth a hint. */
export const intervalMs = (test: string): number => (BY_NAME.get(test)?.hours ?? 0) * 3_600_000

const UNITS: Readonly<Record<string, string>> = {
  'mmol/l': 'mmol/L',
  'umol/l': 'umol/L',
  'micromol/l': 'umol/L',
  'nmol/l': 'nmol/L',
  'pmol/l': 'pmol/L',
  'mg/l': 'mg/L',
  'mg/dl': 'mg/dL',
  'g/l': 'g/L',
  'g/dl': 'g/dL',
  'gm/dl': 'g/dL',
  'gm/l': 'g/L',
  'ug/l': 'ug/L',
  'ng/ml': 'ug/L',
  '10*9/l': '10*9/L',
  '10^9/l': '10*9/L',
  'x10^9/l': '10*9/L',
  '10*12/l': '10*12/L',
  '10^12/l': '10*12/L',
  'x10^12/l': '10*12/L',
  'mm hg': 'mmHg',
  mmhg: 'mmHg',
  'mm[hg]': 'mmHg',
  'u/l': 'U/L',
  'iu/l': 'U/L',
  kg: 'kg',
  cm: 'cm',
}
/**
 * One spelling of a unit, whoever wrote it: as it is shown, else as its UCUM code says. A unit that is not listed is
 * itself: a capital may carry meaning.
 */
export function unitKey(unit: string | undefined, ucum?: string): string {
  if (!unit) return ucum ?? ''
  const plain = plainUnit(unit)
  return UNITS[plain.toLowerCase()] ?? (ucum === undefined ? plain : (UNITS[plainUnit(ucum).toLowerCase()] ?? plain))
}
const plainUnit = (unit: string): string => unit.trim().replaceAll(/[µμ]/g, 'u')

/**
 * A virus test and nothing else: the part of a respiratory panel that names the virus, never the whole panel
 * (R018, R034: a role may see the one and not the other).
 */
export function isVirusTest(observation: Observation, title: string): boolean {
  if (observation.component?.some(c => !isVirus(c.code, c.code?.text ?? ''))) return false
  return isVirus(observation.code, title)
}
const isVirus = (concept: CodeableConcept | undefined, title: string): boolean =>
  VIRUS_NAME.test(title) ||
  (concept?.coding?.some(
    c => virusCodeWords(c.code ?? '') !== undefined || (c.display !== undefined && c.display !== title && VIRUS_NAME.test(c.display)),
  ) ??
    false)

/** What a code says of its own outcome where no value stands beside it: `… detection result positive`. */
export function saidByName(title: string): string | undefined {
  const [word] = /\b(?:positive|negative|void|indeterminate|inconclusive|equivocal|invalid)\b/i.exec(title) ?? []
  if (word) return `${word[0]?.toUpperCase() ?? ''}${word.slice(1).toLowerCase()}`
  return /\bnot detected\b/i.test(title) ? 'Not detected' : /\bdetected\b/i.test(title) ? 'Detected' : undefined
}
