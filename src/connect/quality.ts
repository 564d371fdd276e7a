import type { Item, Mark } from '../care-record/item.ts'
import { dateOf } from '../exchange/sources/reading/sections.ts'
import type { Refusal } from '../exchange/sources/reading/take-in.ts'
import { differs, fails, works, type Finding } from './finding.ts'
import type { Asking } from './asking.ts'

const MARKS: Readonly<Partial<Record<Mark, readonly [words: string, ask: string]>>> = {
  'not-coded': ['say what they mean in words only, without a code', 'Can these be sent with SNOMED CT or dm+d codes beside their words?'],
  'unknown-code': ['have codes of systems that are not known here', 'Which code systems are these, and can SNOMED CT be sent beside them?'],
  degraded: ['were degraded when they were moved between systems', 'Can these be coded again at the source?'],
  'unknown-modifier': [
    'carry something that changes their meaning in a way not known here',
    'Which modifier extensions do you send, and what do they mean?',
  ],
  'unknown-extension': ['carry extensions that are neither of the UK nor of HL7', 'Where are these extensions published?'],
  'free-text-reference': ['name others by free text', 'Can these be sent as references?'],
}
const REFUSED: Readonly<Record<Refusal['reason'], readonly [words: string, ask: string]>> = {
  'no-resource': ['are no resources', 'Why are there entries without a resource?'],
  type: ['have no resourceType', 'Why do these have no resourceType?'],
  id: ['have an id that FHIR does not allow', 'Can ids be of letters, digits, hyphens and dots?'],
  date: [
    'have a date that does not exist or is not written as FHIR writes it',
    'Can these dates be mended, or sent as they are known: 2019 or 2019-03?',
  ],
  form: ['are not in the form of FHIR', 'Can these be checked against the FHIR validator?'],
  'no-member': ['are of none of the organisations that share the system', 'Which organisations share this system?'],
  'another-person': [
    'are about another person',
    'Why does an answer about one person hold statements about another? This must be mended before anything is connected.',
  ],
}
/** A code that may be printed: of a clinic or ward, never words. */
const PRINTABLE = /^[A-Za-z0-9._-]{1,20}$/
const SHOWN_CODES = 20
/** Types that mean little without their date. */
const DATED: ReadonlySet<string> = new Set([
  'Observation',
  'DiagnosticReport',
  'Procedure',
  'Immunization',
  'Encounter',
  'DocumentReference',
  'MedicationRequest',
  'Appointment',
])

/** What the statements themselves are like, in counts. */
export function checkData(asking: Asking, items: readonly Item[]): readonly Finding[] {
  const found: Finding[] = []
  const of = (count: number): string => `${count} of ${items.length} statements`
  const say = (count: number, words: string, ask: string): void => {
    if (count > 0) found.push(differs('data', `${of(count)} ${words}.`, ask))
  }
  for (const [mark, [words, ask]] of Object.entries(MARKS)) say(items.filter(item => item.marks.includes(mark as Mark)).length, words, ask)
  const dated = items.filter(item => DATED.has(item.resource.resourceType))
  say(
    dated.filter(item => dateOf({ ...item.resource }) === undefined).length,
    'have no date',
    'When were these recorded? A date is needed to place them in the record.',
  )
  say(
    items.filter(item => item.provenance.author === undefined).length,
    'do not say who recorded them',
    'Can the author be sent with each statement?',
  )
  const nobodys = items.filter(item => asking.facts.get(keyOf(item))?.organisations.length === 0)
  say(
    nobodys.length,
    'do not say for which organisation they were recorded',
    'Can the ODS code of the organisation be sent with each statement?',
  )
  say(
    items.filter(item => item.unresolved.length > 0).length,
    'name visits or places that do not come with them',
    'Can what statements name be read by its id, or be included?',
  )
  const reasons = Map.groupBy(asking.refused, one => one.reason)
  for (const [reason, some] of reasons) {
    const [words, ask] = REFUSED[reason]
    const types = [...new Set(some.map(one => one.type))].join(', ')
    const finding = reason === 'another-person' ? fails : differs
    found.push(
      finding(
        'data',
        `${new Set(some.map(one => `${one.type}/${one.id ?? ''}`)).size} resources (${types}) ${words} and are never shown.`,
        ask,
      ),
    )
  }
  const local = [...new Set([...asking.facts.values()].flatMap(one => one.localCodes))].filter(code => PRINTABLE.test(code)).toSorted()
  if (local.length > 0) {
    const more = local.length > SHOWN_CODES ? ` and ${local.length - SHOWN_CODES} more` : ''
    found.push(
      differs(
        'data',
        `Its clinics and wards have codes of its own: ${local.slice(0, SHOWN_CODES).join(', ')}${more}.`,
        'What are these services, with their national treatment functions? Each needs a row in the service register.',
      ),
    )
  }
  if (items.length > 0 && found.length === 0)
    found.push(works('data', `All ${items.length} statements are coded, dated, and say who recorded them.`))
  return found
}

const keyOf = ({ resource }: Item): string => `${resource.resourceType}/${String(resource.id)}`
