import { fail, ok, type Result } from '../../../care-record/result.ts'

export type CodeSystem = 'snomed' | 'dmd' | 'icd10' | 'opcs4' | 'read2' | 'ctv3'

export interface ListedCode {
  readonly system: CodeSystem
  /** ICD-10 and OPCS-4 without dots; Read codes five characters; empty where the list's own code is damaged. */
  readonly code: string
  readonly term?: string
}

export interface ListFormat {
  readonly format: 'rf2-refset' | 'rf2-description' | 'csv' | 'fhir-valueset'
  readonly refsetId?: string | undefined
  readonly system?: CodeSystem | undefined
  readonly columns?: { readonly code?: string; readonly term?: string; readonly system?: string } | undefined
  readonly damagedCodes: number
}

/**
 * Codes of a list, each in the form that this room compares.
 *
 * @returns `invalid` for a list that is empty, is not of its format, or holds a code that its system cannot have: one row
 *   misread is one fact shown.
 */
export function readCodeList(bytes: Uint8Array, as: ListFormat): Result<readonly ListedCode[]> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    return fail('invalid', 'it is not UTF-8', cause)
  }
  const read = READERS[as.format](text, as)
  if (!read.ok) return read
  const out: ListedCode[] = []
  let damaged = 0
  for (const [place, { system, code, term }] of read.value.entries()) {
    const form = formOf(system, code)
    if (form === undefined && !(DAMAGED.test(code) && (damaged += 1) <= as.damagedCodes))
      return fail('invalid', `row ${place + 1} has a code that ${system} cannot have`)
    out.push({ system, code: form ?? '', ...(term === undefined || term === '' ? {} : { term }) })
  }
  if (damaged !== as.damagedCodes) return fail('invalid', `${damaged} codes are damaged, not ${as.damagedCodes}`)
  return out.length > 0 ? ok(out) : fail('invalid', 'it holds no code')
}

/** What a spreadsheet makes of a long number. */
const DAMAGED = /^\d(?:\.\d+)?E\+\d+$/i

/** The code as it is compared; `undefined`: no such code can be. */
function formOf(system: CodeSystem, code: string): string | undefined {
  if (system === 'snomed' || system === 'dmd') return /^[1-9]\d{5,17}$/.test(code) && isChecked(code) ? code : undefined
  const bare = code.replaceAll('.', '').toUpperCase()
  if (system === 'icd10') return /^[A-Z]\d[0-9A-Z][0-9A-Z]{0,4}X?$/.test(bare) ? bare.replace(/(?<=^.{3})X$/, '') : undefined
  if (system === 'opcs4') return /^[A-Z]\d{2,4}$/.test(bare) ? bare : undefined
  return /^[0-9A-Za-z.]{2,7}$/.test(code) ? code.slice(0, 5).padEnd(5, '.') : undefined
}

/** Verhoeff's check digit, which every SNOMED CT identifier ends in. */
function isChecked(id: string): boolean {
  let check = 0
  for (let at = 0; at < id.length; at++) {
    let digit = Number(id[id.length - 1 - at])
    for (let n = 0; n < at % 8; n++) digit = PERMUTED[digit]!
    check = multiplied(check, digit)
  }
  return check === 0
}
const PERMUTED = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
/** In the symmetries of a pentagon: below five are turns, from five on are reflections. */
const multiplied = (a: number, b: number): number =>
  a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)) : b < 5 ? 5 + ((a - b) % 5) : (a - b + 5) % 5

type Row = { readonly system: CodeSystem; readonly code: string; readonly term?: string }
const READERS: Readonly<Record<ListFormat['format'], (text: string, as: ListFormat) => Result<readonly Row[]>>> = {
  'rf2-refset': (text, as) =>
    tabbed(text, ['active', 'refsetId', 'referencedComponentId'], ([active, refsetId, code]) =>
      active === '1' && (as.refsetId === undefined || as.refsetId === refsetId) ? { system: 'snomed', code } : undefined,
    ),
  'rf2-description': text =>
    tabbed(text, ['active', 'conceptId', 'term'], ([active, code, term]) =>
      active === '1' ? { system: 'snomed', code, term } : undefined,
    ),
  csv: (text, as) => {
    const [header = [], ...rows] = csvRows(text)
    const column = (name: string): number => header.findIndex(one => one.trim().toLowerCase() === name.toLowerCase())
    const [code, term, system] = [
      column(as.columns?.code ?? 'code'),
      column(as.columns?.term ?? 'term'),
      as.system === undefined ? column(as.columns?.system ?? 'system') : -1,
    ]
    if (code < 0) return fail('invalid', 'it has no column of codes')
    if (as.system === undefined && system < 0) return fail('invalid', 'neither it nor the manifest says of which system its codes are')
    const out: Row[] = []
    for (const [place, row] of rows.entries()) {
      if (row.every(cell => cell.trim() === '')) continue
      const of = as.system ?? systemNamed(row[system] ?? '')
      if (of === undefined || row.length !== header.length) return fail('invalid', `row ${place + 2} is not as the header says`)
      out.push({ system: of, code: (row[code] ?? '').trim(), ...(term < 0 ? {} : { term: (row[term] ?? '').trim() }) })
    }
    return ok(out)
  },
  'fhir-valueset': text => {
    let set: unknown
    try {
      set = JSON.parse(text)
    } catch (cause) {
      return fail('invalid', 'it is not JSON', cause)
    }
    const out: Row[] = []
    const compose = fieldOf(set, 'compose')
    if (fieldOf(set, 'resourceType') !== 'ValueSet' || fieldOf(compose, 'exclude') !== undefined)
      return fail('invalid', 'it is not a value set that lists its concepts')
    for (const include of listOf(fieldOf(compose, 'include'))) {
      const system = systemNamed(String(fieldOf(include, 'system')))
      const concepts = listOf(fieldOf(include, 'concept'))
      if (system === undefined || concepts.length === 0) return fail('invalid', 'it is not a value set that lists its concepts')
      for (const concept of concepts) {
        const display = fieldOf(concept, 'display')
        out.push({
          system,
          code: String(fieldOf(concept, 'code')).trim(),
          ...(typeof display === 'string' ? { term: display.trim() } : {}),
        })
      }
    }
    return ok(out)
  },
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** A code system by the address or name that lists give it. */
function systemNamed(name: string): CodeSystem | undefined {
  const plain = name.trim().toLowerCase()
  if (/dm\+?d/.test(plain)) return 'dmd'
  if (/snomed/.test(plain)) return 'snomed'
  if (/icd-?10/.test(plain)) return 'icd10'
  if (/opcs/.test(plain)) return 'opcs4'
  if (/ctv-?3|read ?v?3/.test(plain)) return 'ctv3'
  return /read/.test(plain) ? 'read2' : undefined
}

function tabbed<N extends readonly string[]>(
  text: string,
  wanted: readonly [...N],
  rowOf: (cells: { readonly [K in keyof N]: string }) => Row | undefined,
): Result<readonly Row[]> {
  const [header = '', ...lines] = text.split(/\r?\n/)
  const names = header.split('\t')
  const places = wanted.map(name => names.indexOf(name))
  if (places.some(place => place < 0)) return fail('invalid', 'it has not the columns of its format')
  const out: Row[] = []
  for (const [at, line] of lines.entries()) {
    if (line === '') continue
    const cells = line.split('\t')
    if (cells.length !== names.length) return fail('invalid', `row ${at + 2} is not as the header says`)
    const row = rowOf(places.map(place => cells[place] ?? '') as { readonly [K in keyof N]: string })
    if (row !== undefined) out.push(row)
  }
  return ok(out)
}

/** Rows of RFC 4180. */
function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  while (cell.lastIndex < plain.length) {
    const found = cell.exec(plain)
    // A quotation mark inside a cell: the rest cannot be told apart.
    if (found === null) return [...rows, [...row, '', '', '']]
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === ',') {
      if (cell.lastIndex === plain.length) row.push('')
      continue
    }
    rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  return rows
}
