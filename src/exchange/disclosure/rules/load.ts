import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { createReader } from '../exit.ts'
import { readCodeList, type CodeSystem, type ListedCode } from './code-lists.ts'
import { firstSet } from './first-set.ts'
import type { CodedTerm, LegalClass, Lookalike, RuleSet } from './rule-set.ts'

/** Name of the file that says what else lies in the folder. */
export const MANIFEST = 'rule-sets.json'
/** Most bytes of one file: the whole UK SNOMED CT description file is larger on purpose. */
const FILE_BYTES = 64_000_000

const date = Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}$` })
const words = Type.String({ minLength: 3, maxLength: 500, pattern: String.raw`\S` })
const file = Type.Object(
  {
    path: Type.String({ minLength: 1, maxLength: 200 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    format: Type.Union([Type.Literal('rf2-refset'), Type.Literal('rf2-description'), Type.Literal('csv'), Type.Literal('fhir-valueset')]),
    /** RF2: which reference set of the file; every one when absent. */
    refsetId: Type.Optional(Type.String({ pattern: String.raw`^\d{6,18}$` })),
    /** CSV without a column for it. */
    system: Type.Optional(
      Type.Union([
        Type.Literal('snomed'),
        Type.Literal('dmd'),
        Type.Literal('icd10'),
        Type.Literal('opcs4'),
        Type.Literal('read2'),
        Type.Literal('ctv3'),
      ]),
    ),
    /** CSV: its column names where they are not `code`, `term`, `system`. */
    columns: Type.Optional(
      Type.Object(
        { code: Type.Optional(Type.String()), term: Type.Optional(Type.String()), system: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ),
    /** Rows whose code a spreadsheet has rounded: the owner has seen that many. Their terms count, their codes cannot. */
    damagedCodes: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
)
const manifestSchema = Type.Object(
  {
    manifest: Type.Literal(1),
    sets: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,60}$' }),
          version: Type.String({ minLength: 1, maxLength: 40 }),
          inForceFrom: date,
          owner: words,
          clinicalOwner: words,
          reason: words,
          /** A class of the first set, or `lookalike`: codes that no set may withhold. */
          class: Type.String({ minLength: 1, maxLength: 60 }),
          files: Type.Array(file, { minItems: 1, maxItems: 100 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 200 },
    ),
  },
  { additionalProperties: false },
)
type Manifest = Static<typeof manifestSchema>
type ManifestSet = Manifest['sets'][number]
const checked = Compile(manifestSchema)

/** Bytes of a file of the folder, by its path in the manifest. */
export type ReadBytes = (path: string) => Promise<Result<Uint8Array>>

/**
 * Rule sets from outside, as their owner has laid them in a folder.
 *
 * @param on FHIR date. A set that is not yet in force may only lie beside an earlier version of itself.
 * @returns `invalid`, in words for who operates the exchange, for anything that is not exactly as the manifest says: a set
 *   that is not loaded is a class that leaks.
 */
export async function loadRuleSets(folder: string, on: string): Promise<Result<readonly RuleSet[]>> {
  const read: ReadBytes = async path => {
    try {
      return ok(await readFile(join(folder, path)))
    } catch (cause) {
      return fail('invalid', `rule sets: ${path} cannot be read`, cause)
    }
  }
  const manifest = await read(MANIFEST)
  return manifest.ok ? readRuleSets(manifest.value, read, on) : manifest
}

/** The same over bytes and whoever reads them. */
export async function readRuleSets(manifest: Uint8Array, read: ReadBytes, on: string): Promise<Result<readonly RuleSet[]>> {
  const said = parsed(manifest)
  if (!said.ok) return said
  const { sets } = said.value
  const known = new Set([...firstSet.classes.map(c => c.id), LOOKALIKE])
  const seen = new Set<string>([firstSet.id])
  const out: RuleSet[] = []
  for (const set of sets) {
    const refuse = (why: string) => fail('invalid', `rule set ${set.id} ${set.version}: ${why}`)
    if (!known.has(set.class)) return refuse('its class is not known')
    if (seen.has(`${set.id} ${set.version}`) || set.id === firstSet.id) return refuse('its id and version are taken')
    seen.add(`${set.id} ${set.version}`)
    if (set.inForceFrom > on && !sets.some(other => other.id === set.id && other.class === set.class && other.inForceFrom <= on))
      return refuse(`it is not in force before ${set.inForceFrom}, and no earlier version is there`)
    const codes: ListedCode[] = []
    const descriptions: ListedCode[] = []
    for (const one of set.files) {
      const listed = await listedIn(one, read)
      if (!listed.ok) return refuse(listed.fault.detail)
      for (const code of listed.value) (one.format === 'rf2-description' ? descriptions : codes).push(code)
    }
    if (codes.length === 0) return refuse('it holds no code')
    const made = ruleSetOf(set, withTerms(codes, descriptions))
    if (!made.lookalikes.every(one => isSound(one))) return refuse('it would let a class of the first set through')
    out.push(made)
  }
  return ok(out)
}

function parsed(bytes: Uint8Array): Result<Manifest> {
  let said: unknown
  try {
    said = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    return fail('invalid', 'rule sets: the manifest is not JSON', cause)
  }
  if (checked.Check(said)) return ok(said)
  const [first] = checked.Errors(said)
  return fail('invalid', `rule sets: the manifest is not as it should be at ${first?.instancePath || '/'}`)
}

async function listedIn(one: ManifestSet['files'][number], read: ReadBytes): Promise<Result<readonly ListedCode[]>> {
  const inside = normalize(one.path)
  if (isAbsolute(one.path) || inside.startsWith('..')) return fail('invalid', `${one.path} lies outside the folder`)
  const bytes = await read(one.path)
  if (!bytes.ok) return bytes
  if (bytes.value.byteLength === 0) return fail('invalid', `${one.path} is empty`)
  if (bytes.value.byteLength > FILE_BYTES) return fail('invalid', `${one.path} is larger than ${FILE_BYTES} bytes`)
  if (createHash('sha256').update(bytes.value).digest('hex') !== one.sha256)
    return fail('invalid', `${one.path} is not the file whose hash the manifest gives`)
  const { format, refsetId, system, columns, damagedCodes } = one
  const listed = readCodeList(bytes.value, { format, refsetId, system, columns, damagedCodes: damagedCodes ?? 0 })
  return listed.ok ? listed : fail('invalid', `${one.path}: ${listed.fault.detail}`)
}

/** Descriptions speak for the codes of the set and bring no codes of their own. */
function withTerms(codes: readonly ListedCode[], descriptions: readonly ListedCode[]): readonly ListedCode[] {
  const listed = new Set(codes.map(one => one.code))
  return descriptions.length === 0 ? codes : [...codes, ...descriptions.filter(one => listed.has(one.code))]
}

/** All mechanisms share the lookalikes: one that is a mark of a class, or a phrase that is no more than one, would open all. */
export function isSound({ snomed, icd10, phrases }: Lookalike): boolean {
  const seeds = new Set(firstSet.classes.flatMap(c => [...c.service.seeds, ...c.content.snomed.map(code => `sct ${code}`)]))
  const marks = createReader(
    firstSet.classes.flatMap(c => c.outgoing.terms),
    [],
  )
  return (
    !snomed.some(code => seeds.has(`sct ${code}`)) &&
    !icd10.some(code => code.length < LONGEST_CATEGORY || seeds.has(`icd10 ${code}`)) &&
    !phrases.some(phrase => marks.isNoMore(phrase))
  )
}
/** A category of ICD-10 holds too much to be let through whole. */
const LONGEST_CATEGORY = 4

const LOOKALIKE = 'lookalike'
const SEED_KINDS: Readonly<Record<CodeSystem, string>> = {
  snomed: 'sct',
  dmd: 'sct',
  icd10: 'icd10',
  opcs4: 'opcs4',
  read2: 'read2',
  ctv3: 'ctv3',
}

function ruleSetOf(set: ManifestSet, listed: readonly ListedCode[]): RuleSet {
  const { id, version, inForceFrom, owner, clinicalOwner, reason } = set
  const of = (...systems: readonly CodeSystem[]): readonly string[] => [
    ...new Set(listed.flatMap(one => (one.code !== '' && systems.includes(one.system) ? [one.code] : []))),
  ]
  const terms: readonly CodedTerm[] = listed.flatMap(({ code, term }) => (term === undefined ? [] : termsOf(code, term)))
  const base = { id, version, inForceFrom, owner, clinicalOwner, reason, ordinaryLabels: [], ordinaryAtTheExit: [] }
  if (set.class === LOOKALIKE) {
    const phrases = [...new Set(terms.map(([, term]) => term.toLowerCase()))]
    const one: Lookalike = { id, inForceFrom, owner, clinicalOwner, reason, snomed: of('snomed', 'dmd'), icd10: of('icd10'), phrases }
    return { ...base, classes: [], lookalikes: [one] }
  }
  const maySee = firstSet.classes.find(c => c.id === set.class)?.maySee
  const seeds = [...new Set(listed.flatMap(one => (one.code === '' ? [] : [`${SEED_KINDS[one.system]} ${one.code}`])))]
  const ofClass: LegalClass = {
    id: set.class,
    ...(maySee === undefined ? {} : { maySee }),
    service: { treatmentFunctions: [], organisations: [], names: [], documentClasses: [], labels: [], seeds },
    content: {
      snomed: of('snomed', 'dmd'),
      icd10: of('icd10'),
      opcs4: of('opcs4'),
      read: of('read2', 'ctv3'),
      terms,
      services: [],
      labels: [],
      wording: [],
    },
    outgoing: { labels: [], terms: [], ofCodes: terms },
  }
  return { ...base, classes: [ofClass], lookalikes: [] }
}

/** A fully specified name stands in records without its tag in brackets too; `[V]` and the like are marks of old Read terms. */
function termsOf(code: string, term: string): readonly CodedTerm[] {
  const plain = term.replace(/^\[[A-Z]{1,3}\]\s*/, '').trim()
  const untagged = [term, plain].map(one => one.replace(/\s*\((?:[a-z]+[ /]?){1,4}\)$/, '').trim())
  return [...new Set([term.trim(), plain, ...untagged])].filter(one => one.length >= 4).map(one => [code, one])
}
