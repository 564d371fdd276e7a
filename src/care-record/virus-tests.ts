/** A code that says of a test or its result that it is about SARS-CoV-2 and nothing else, with the words it is shown by. */
export type VirusCode = readonly [code: string, words: string]

/**
 * Which tests are COVID-19 results (R018, R034): a rule with owners and a date, one for the room that shows them and the
 * one that lets them out. A code that is not here counts only where its own words say the same.
 */
export const virusTests: {
  readonly version: string
  /** FHIR date. */
  readonly inForceFrom: string
  readonly owner: string
  readonly clinicalOwner: string
  readonly reason: string
  readonly snomed: readonly VirusCode[]
  readonly loinc: readonly VirusCode[]
} = {
  version: '1',
  inForceFrom: '2026-11-01',
  owner: 'Information governance lead of the exchange',
  clinicalOwner: 'Clinical safety officer of the exchange',
  reason: 'Care staff of councils see COVID-19 results and no other laboratory results',
  snomed: [
    ['871562009', 'Detection of SARS-CoV-2'],
    ['1321291000000100', 'SARS-CoV-2 detection test'],
    ['1321711000000100', 'Point of care SARS-CoV-2 detection test'],
    ['1321721000000106', 'Laboratory SARS-CoV-2 detection test'],
    ['1240511000000106', 'SARS-CoV-2 PCR'],
    ['1240471000000102', 'SARS-CoV-2 antigen'],
    ['1240461000000109', 'SARS-CoV-2 antibody'],
    ['1321731000000108', 'Point of care SARS-CoV-2 antibody'],
    ['1321741000000104', 'Laboratory SARS-CoV-2 antibody'],
    ['1240581000000104', 'SARS-CoV-2 detected'],
    ['1240591000000102', 'SARS-CoV-2 not detected'],
    ['1321691000000102', 'SARS-CoV-2 result unknown'],
    ['1300721000000109', 'COVID-19 confirmed by laboratory test'],
  ],
  loinc: [
    ['94500-6', 'SARS-CoV-2 RNA, respiratory specimen'],
    ['94309-2', 'SARS-CoV-2 RNA'],
    ['94558-4', 'SARS-CoV-2 antigen, respiratory specimen'],
    ['94559-2', 'SARS-CoV-2 gene, respiratory specimen'],
    ['94534-5', 'SARS-CoV-2 gene, respiratory specimen'],
    ['94845-5', 'SARS-CoV-2 RNA, saliva'],
    ['95209-3', 'SARS-CoV-2 antigen, respiratory specimen'],
    ['95406-5', 'SARS-CoV-2 RNA, nose'],
    ['96986-5', 'SARS-CoV-2 gene, nose'],
  ],
}

/** What a name of the virus or its illness looks like in a term. */
export const VIRUS_NAME = /sars[- ]?cov[- ]?2|severe acute respiratory syndrome coronavirus 2|covid[- ]?19|2019[- ]?ncov|\bcovid\b/i

const words: ReadonlyMap<string, string> = new Map([...virusTests.snomed, ...virusTests.loinc])

/** The words of a code of the list, in whatever system it was sent; `undefined`: it is not there. */
export const virusCodeWords = (code: string): string | undefined => words.get(code)
