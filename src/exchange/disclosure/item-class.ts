import type { CodeableConcept, Coding, Observation, Resource } from '@medplum/fhirtypes'
import type { ItemClass } from '../../care-record/catalogue.ts'
import type { Item, SectionAnswer, SourceName } from '../../care-record/item.ts'
import type { Pass } from '../../care-record/person.ts'
import type { SectionId } from '../../care-record/section.ts'
import { VIRUS_NAME, virusCodeWords } from '../../care-record/virus-tests.ts'
import { administrative } from './administrative.ts'

/** What a role sees of the sections of which it sees one class of items only. */
export interface RoleLimits {
  /** The item as this role may see it: itself where its section has no limit, `undefined` where it is not of the class. */
  readonly narrowed: (item: Item) => Item | undefined
  /** Whether a link (`{sourceId}/{Type}/{id}`) may lead to something that this role does not see. */
  readonly isBeyond: (key: string) => boolean
  readonly isLimited: (section: SectionId) => boolean
}

/**
 * Reads the limits of a role against the answers of one group. What belongs to a limited section and is not of the class
 * is gone with every link and reference to it: a link to a result that is not among those shown is taken off whether it
 * leads somewhere or not, so that none tells.
 *
 * @returns `undefined` for a role without limits, which is most of them.
 */
export function roleLimits(
  answers: readonly SectionAnswer[],
  pass: Pick<Pass, 'limits' | 'maySee' | 'viewer' | 'decidedAt'>,
): RoleLimits | undefined {
  const { limits, maySee } = pass
  if (limits === undefined || Object.keys(limits).length === 0) return undefined
  const sources = new Map(answers.map(({ source }) => [source.id, source]))
  const isLimited = (section: SectionId): boolean => Object.hasOwn(limits, section)
  const narrow = (item: Item): Item | undefined => {
    const itemClass = limits[item.section]
    if (itemClass === undefined) return isLimited(item.section) ? undefined : withoutNotes(item)
    // A class that this process does not know lets nothing through.
    return Object.hasOwn(CLASSES, itemClass) ? CLASSES[itemClass](item, pass, sources.get(item.provenance.sourceId)) : undefined
  }
  const known = new Map<Item, Item | undefined>()
  const narrowed = (item: Item): Item | undefined => {
    if (!known.has(item)) known.set(item, narrow(item))
    return known.get(item)
  }
  const mine = new Set<string>()
  const others = new Set<string>()
  for (const { items } of answers)
    for (const item of items) (maySee.has(item.section) && narrowed(item) !== undefined ? mine : others).add(item.id)
  const isBeyond = (key: string): boolean => {
    if (others.has(key)) return true
    const id = key.lastIndexOf('/')
    return LABORATORY.has(key.slice(key.lastIndexOf('/', id - 1) + 1, id)) && !mine.has(key)
  }
  return { narrowed, isBeyond, isLimited }
}

/** Types that a laboratory's statements come as. */
const LABORATORY: ReadonlySet<string> = new Set(['Observation', 'DiagnosticReport', 'Specimen', 'MolecularSequence'])

/** What travels with an item and says results in its own words: what a laboratory sent, and the notes of a consultation. */
const withoutNotes = (item: Item): Item => {
  const contained = item.contained.filter(({ resourceType }) => !LABORATORY.has(resourceType) && resourceType !== 'Composition')
  const inside = (resource: Resource): Resource => {
    if (!('contained' in resource) || resource.contained === undefined) return resource
    const kept = resource.contained.filter(({ resourceType }) => !LABORATORY.has(resourceType))
    return kept.length === resource.contained.length ? resource : { ...resource, contained: kept }
  }
  const resource = inside(item.resource)
  return contained.length === item.contained.length && resource === item.resource ? item : { ...item, resource, contained }
}

type Narrow = (item: Item, pass: Pick<Pass, 'viewer' | 'decidedAt'>, source: SourceName | undefined) => Item | undefined
const CLASSES: Readonly<Record<ItemClass, Narrow>> = { virus: virusTest, administrative }

const NATIONAL: readonly (readonly [system: RegExp, written: string])[] = [
  [/^(?:http:\/\/snomed\.info\/sct|urn:oid:2\.16\.840\.1\.113883\.6\.96)$/, 'http://snomed.info/sct'],
  [/^(?:http:\/\/loinc\.org|urn:oid:2\.16\.840\.1\.113883\.6\.1)$/, 'http://loinc.org'],
]
const systemOf = ({ system = '' }: Coding): string | undefined => NATIONAL.find(([one]) => one.test(system))?.[1]

/** Words that the name and the outcome of such a test are made of. Any other word may name another test. */
const VOCABULARY: ReadonlySet<string> = new Set(
  (
    'sars cov 2 cov2 covid 19 covid19 2019 ncov 2019ncov severe acute respiratory syndrome coronavirus disease novel virus infection ' +
    'rna ribonucleic acid deoxyribonucleic dna gene genes n s e orf1ab rdrp nucleic amplification naa naat with probe pcr rt polymerase ' +
    'chain reaction lamp antigen ag antibody antibodies ab igg igm iga total spike nucleocapsid lateral flow device lft lfd rapid ' +
    'immunoassay test tests testing detection detect measurement species technique using procedure observable entity finding ' +
    'point of care central laboratory lab confirmed by in on at for the and to from a an swab nose nasal throat nasopharyngeal ' +
    'oropharyngeal nasopharynx saliva sputum serum plasma blood specimen sample upper lower tract respiratory unspecified ' +
    'presence qualitative quantitative level result results status outcome value is was not no none detected positive negative ' +
    'void voided invalid indeterminate inconclusive equivocal borderline unknown unclear weak weakly low high present absent ' +
    'reactive nonreactive non pending requested repeat please insufficient leaked damaged unsuitable rejected cancelled ' +
    'qualifier 1 evidence current past ct'
  ).split(' '),
)
const tokens = (words: string): readonly string[] => words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
/** Says nothing but this test and its outcome. */
const isPlain = (words: string): boolean => words.length <= 200 && tokens(words).every(word => VOCABULARY.has(word))
const namesVirus = (words: string): boolean => VIRUS_NAME.test(words) && isPlain(words)

const ALSO_SAY: ReadonlySet<string> = new Set(['component', 'hasMember'])

/**
 * A test for SARS-CoV-2 alone, made anew from what says test, outcome, date and laboratory; nothing else of the resource
 * is kept, for a note, a method or a sibling may say what else was looked for. One that carries other tests, or says in
 * its own words more than this test, is none.
 */
function virusTest(item: Item): Item | undefined {
  const { resource } = item
  if (resource.resourceType !== 'Observation') return undefined
  if (Object.keys(resource).some(key => ALSO_SAY.has(key))) return undefined
  const code = testOf(resource.code)
  const outcome = outcomeOf(resource)
  if (code === undefined || outcome === undefined) return undefined
  const performer = laboratoryOf(resource)
  const kept: Observation = {
    resourceType: 'Observation',
    ...(resource.id === undefined ? {} : { id: resource.id }),
    ...(resource.meta === undefined ? {} : { meta: resource.meta }),
    status: resource.status,
    ...withCategory(resource),
    code,
    ...(resource.subject === undefined ? {} : { subject: resource.subject }),
    ...(resource.encounter?.reference === undefined ? {} : { encounter: { reference: resource.encounter.reference } }),
    ...(resource.effectiveDateTime === undefined ? {} : { effectiveDateTime: resource.effectiveDateTime }),
    ...(resource.effectiveInstant === undefined ? {} : { effectiveInstant: resource.effectiveInstant }),
    ...(resource.effectivePeriod === undefined ? {} : { effectivePeriod: resource.effectivePeriod }),
    ...(resource.issued === undefined ? {} : { issued: resource.issued }),
    ...(performer.length === 0 ? {} : { performer }),
    ...outcome,
  }
  return { ...item, resource: kept, contained: item.contained.filter(({ resourceType }) => WHO.has(resourceType)) }
}

/** The test in codes of the list and words that say no more; in our own words where the sender's say more. */
function testOf(code: CodeableConcept | undefined): CodeableConcept | undefined {
  const codings: Coding[] = []
  let ours: string | undefined
  let named = false
  for (const coding of code?.coding ?? []) {
    const system = systemOf(coding)
    const words = coding.code === undefined || system === undefined ? undefined : virusCodeWords(coding.code)
    const says = coding.display !== undefined && namesVirus(coding.display) ? coding.display : undefined
    if (words === undefined && says === undefined) {
      // Codes of another test; what a local system calls its own says nothing.
      if (system !== undefined || (coding.display !== undefined && coding.display !== code?.text)) return undefined
      continue
    }
    named = true
    ours ??= words
    if (system !== undefined)
      codings.push({ system, ...(coding.code === undefined ? {} : { code: coding.code }), display: says ?? words ?? '' })
  }
  const text = code?.text !== undefined && namesVirus(code.text) ? code.text : undefined
  if (!named && text === undefined) return undefined
  // Words of the sender that name something else: only a code of the list stands against them.
  if (code?.text !== undefined && text === undefined && ours === undefined) return undefined
  const shown = text ?? codings.find(({ display }) => display)?.display ?? ours ?? 'COVID-19 test'
  return { ...(codings.length === 0 ? {} : { coding: codings }), text: shown }
}

type Outcome = Pick<
  Observation,
  'valueCodeableConcept' | 'valueString' | 'valueBoolean' | 'valueQuantity' | 'dataAbsentReason' | 'interpretation'
>

/** The outcome where it is said in words of an outcome, or in a number; `undefined` where it says more. */
function outcomeOf(observation: Observation): Outcome | undefined {
  const { valueCodeableConcept: concept, valueString: words, valueQuantity: quantity, valueBoolean } = observation
  const others = Object.keys(observation).filter(key => key.startsWith('value') && !VALUES.has(key))
  if (others.length > 0) return undefined
  const outcome: Outcome = {}
  if (words !== undefined) {
    if (!isPlain(words)) return undefined
    outcome.valueString = words
  }
  if (concept !== undefined) {
    const said = plainConcept(concept)
    if (said === undefined) return undefined
    outcome.valueCodeableConcept = said
  }
  if (quantity !== undefined) {
    const { value, unit, comparator, system, code } = quantity
    outcome.valueQuantity = {
      ...(value === undefined ? {} : { value }),
      ...(comparator === undefined ? {} : { comparator }),
      ...(unit !== undefined && UNIT.test(unit) ? { unit } : {}),
      ...(system === 'http://unitsofmeasure.org' && code !== undefined && UNIT.test(code) ? { system, code } : {}),
    }
  }
  if (valueBoolean !== undefined) outcome.valueBoolean = valueBoolean
  const absent = observation.dataAbsentReason && plainConcept(observation.dataAbsentReason)
  if (absent) outcome.dataAbsentReason = absent
  const flags = observation.interpretation?.flatMap(one => plainConcept(one) ?? []) ?? []
  if (flags.length > 0) outcome.interpretation = flags
  return outcome
}
const VALUES: ReadonlySet<string> = new Set(['valueString', 'valueCodeableConcept', 'valueQuantity', 'valueBoolean'])
const UNIT = /^[A-Za-z0-9*^/{}[\]%. µ]{1,20}$/
const FLAG = /^(?:POS|NEG|IND|DET|ND|E|H|L|N|A|AA|R|NR|WR)$/

function plainConcept({ coding, text }: CodeableConcept): CodeableConcept | undefined {
  const codings: Coding[] = []
  for (const one of coding ?? []) {
    const known = one.code !== undefined && systemOf(one) !== undefined ? virusCodeWords(one.code) : undefined
    const words = one.display ?? known
    if (words === undefined ? one.code === undefined || !FLAG.test(one.code) : !isPlain(words)) return undefined
    codings.push({
      ...(one.system === undefined ? {} : { system: one.system }),
      ...(one.code === undefined ? {} : { code: one.code }),
      ...(words === undefined ? {} : { display: words }),
    })
  }
  if (text !== undefined && !isPlain(text)) return codings.length > 0 ? { coding: codings } : undefined
  return codings.length === 0 && text === undefined
    ? undefined
    : { ...(codings.length === 0 ? {} : { coding: codings }), ...(text === undefined ? {} : { text }) }
}

/** That it is a laboratory's, and no finer kind. */
const withCategory = ({ category }: Observation): Pick<Observation, 'category'> => {
  const codings = (category ?? []).flatMap(({ coding }) => coding ?? []).filter(({ code }) => code === 'laboratory')
  return codings.length === 0
    ? {}
    : {
        category: [
          {
            coding: codings.map(({ system, code }) => ({
              ...(system === undefined ? {} : { system }),
              ...(code === undefined ? {} : { code }),
            })),
          },
        ],
      }
}

const WHO: ReadonlySet<string> = new Set(['Organization', 'Practitioner', 'PractitionerRole'])

/** Who did it. What travels with the item to name them stays, and nothing else that travels with it. */
const laboratoryOf = ({ performer = [] }: Observation): NonNullable<Observation['performer']> =>
  performer.filter(({ reference }) => reference === undefined || WHO.has(reference.split('/').at(-2) ?? ''))
