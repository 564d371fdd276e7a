import type { CodeableConcept, Extension, Immunization, ImmunizationRecommendation } from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { isCoded, term } from '../reading.ts'
import { dayWords, inError, joined, notesOf, type PlainRead, say, SAYS_NOT, terms, whoIs } from './read.ts'

/** `unknown` and its kin of v3 NullFlavor: a practice often knows the procedure only (UK Core, VaccinationProcedure). */
const NULL_FLAVOURS: ReadonlySet<string> = new Set(['UNK', 'NI', 'NA', 'OTH', 'NASK', 'ASKU', 'NAV'])

const conceptIn = (extensions: readonly Extension[] | undefined, name: string): CodeableConcept | undefined =>
  extensions?.find(e => e.url?.includes(name))?.valueCodeableConcept

/** One dose, given or not: named by its vaccine, else by the procedure (R013, PRSB heading Vaccinations). */
export function readImmunization(item: Item, v: Immunization): PlainRead {
  const product = NULL_FLAVOURS.has(v.vaccineCode?.coding?.[0]?.code ?? '') && v.vaccineCode?.text === undefined ? undefined : v.vaccineCode
  const procedure = conceptIn(v.extension, 'VaccinationProcedure') ?? conceptIn(v.extension, 'VaccinationSituation')
  const named = product && term(product) !== undefined ? product : procedure
  const bare = term(named) ?? 'Vaccination'
  const facts: Fact[] = []
  const doses: string[] = []
  for (const protocol of v.protocolApplied ?? []) {
    const number = protocol.doseNumberString ?? protocol.doseNumberPositiveInt?.toString()
    const of = protocol.seriesDosesString ?? protocol.seriesDosesPositiveInt?.toString()
    if (number !== undefined) {
      doses.push(number)
      say(facts, 'Dose', [of === undefined ? number : `${number} of ${of}`, protocol.series].filter(Boolean).join(', '))
    }
    say(facts, 'Against', terms(protocol.targetDisease))
  }
  if (v.doseQuantity?.value !== undefined)
    say(facts, 'Amount', `${v.doseQuantity.value} ${v.doseQuantity.unit ?? v.doseQuantity.code ?? ''}`.trim())
  if (named === product && procedure) say(facts, 'Procedure', term(procedure))
  if (named === procedure && v.manufacturer) say(facts, 'Product', whoIs(item, v.manufacturer))
  else if (product)
    say(facts, 'Product', [term(product) === bare ? undefined : term(product), whoIs(item, v.manufacturer)].filter(Boolean).join(', '))
  say(facts, 'Batch', v.lotNumber)
  say(facts, 'Site', [term(v.site), term(v.route)].filter(Boolean).join(', '))
  const notGiven = v.status === 'not-done'
  if (v.statusReason) say(facts, notGiven ? 'Reason not given' : 'Reason', term(v.statusReason))
  say(facts, 'Reason', terms(v.reasonCode))
  if (v.primarySource === false) say(facts, 'Reported by', term(v.reportOrigin) ?? 'another source')
  say(facts, 'Place', whoIs(item, v.location))
  return {
    title: notGiven && !SAYS_NOT.test(bare) ? `Not given: ${bare}` : bare,
    coded: named === undefined || isCoded(named),
    date: v.occurrenceDateTime ?? v.recorded,
    words: joined(v.occurrenceString, notesOf(v.note)),
    status: notGiven ? 'Not given' : v.status === 'completed' ? 'Given' : undefined,
    facts,
    not: inError(v.status),
    sameness: doses.join(),
  }
}

/** What is due and when; never a statement that something was given. */
export function readRecommendation(_item: Item, v: ImmunizationRecommendation): PlainRead {
  const facts: Fact[] = []
  let named: CodeableConcept | undefined
  let due: string | undefined
  for (const r of v.recommendation ?? []) {
    named ??= r.vaccineCode?.[0] ?? r.targetDisease
    const when = r.dateCriterion?.map(d => `${term(d.code) ?? 'on'} ${dayWords(d.value)}`).join(', ')
    due ??= r.dateCriterion?.[0]?.value
    say(facts, 'Due', [terms(r.vaccineCode ?? [r.targetDisease]), term(r.forecastStatus), when].filter(Boolean).join(', '))
    say(facts, 'Reason', terms(r.forecastReason))
  }
  return {
    title: `Recommended: ${term(named) ?? 'vaccination'}`,
    coded: named === undefined || isCoded(named),
    date: v.date ?? due,
    status: 'Recommended',
    facts,
  }
}
