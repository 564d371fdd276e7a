/** What a code of a GP system about sharing means here. Never by itself a change of what is shown. */
export type GpEffect =
  /** About other uses or another record: nothing (R077). */
  | 'none'
  /** The person said no to a local shared record: a case is opened and decided like any other. */
  | 'local-objection-case'
  /** It may be an objection: somebody looks. */
  | 'review'
  /** One item is confidential: the rules of disclosure withhold that item. */
  | 'item-confidential'
  /** The person could not consent: no objection, and noted for whoever decides one. */
  | 'capacity-note'
  /** The person said yes: an older objection ends only when somebody has looked. */
  | 'closes-after-review'

export interface GpCode {
  readonly meaning: string
  readonly effect: GpEffect
  /** Read version 2, five characters. */
  readonly readV2: readonly string[]
  /** Clinical Terms version 3. */
  readonly ctv3: readonly string[]
  readonly snomed?: readonly string[]
  /** Whole terms, as GP systems send them with a SNOMED CT code: small letters and digits. */
  readonly terms?: readonly string[]
}

/**
 * Codes about sharing that GP systems hold, each with its effect here. A script of North West London takes them all for one
 * opt-out; this is our split, to be signed by the exchange's information governance lead. Systems of today send SNOMED CT, some
 * nothing beside it: there the term of the entry counts too, as the script has no such codes.
 */
export const GP_CODES: readonly GpCode[] = [
  {
    meaning: 'Refused upload to local shared record',
    effect: 'local-objection-case',
    readV2: ['93C1.'],
    ctv3: ['XaKRw'],
    terms: ['refused consent for upload to local shared electronic record', 'refused upload to local shared electronic record'],
  },
  {
    meaning: 'No consent for electronic record sharing',
    effect: 'review',
    readV2: ['9Nd1.', '9Nd3.'],
    ctv3: ['XaKII'],
    terms: ['no consent for electronic record sharing', 'no consent for electronic record sharing with third party'],
  },
  {
    meaning: 'Refused upload to national record',
    effect: 'none',
    readV2: ['93C3.'],
    ctv3: ['XaKRy'],
    terms: ['refused consent for upload to national shared electronic record', 'refused upload to national shared electronic record'],
  },
  {
    meaning: 'Express dissent for Summary Care Record',
    effect: 'none',
    readV2: ['9Ndo.'],
    ctv3: ['XaXj6'],
    terms: ['express dissent for summary care record dataset upload'],
  },
  {
    meaning: 'Dissent from secondary use of GP data (type 1)',
    effect: 'none',
    readV2: ['9Nu0.'],
    ctv3: ['XaZ89'],
    terms: ['dissent from secondary use of general practitioner patient identifiable data'],
  },
  {
    meaning: 'Dissent from disclosure by the national data body',
    effect: 'none',
    readV2: ['9Nu4.'],
    ctv3: ['XaaVL'],
    terms: ['dissent from disclosure of personal confidential data by health and social care information centre'],
  },
  { meaning: 'Declined sharing with a specified third party', effect: 'review', readV2: ['9NdH.', '9NdJ.'], ctv3: ['XaNwT', 'XaNwU'] },
  {
    meaning: 'Confidential: staff, paramedics, other doctors or the patient not to see',
    effect: 'item-confidential',
    readV2: ['9R1..', '9R11.', '9R12.', '9R13.', '9R14.', '9R15.'],
    ctv3: [],
  },
  {
    meaning: 'Unable to consent to information sharing',
    effect: 'capacity-note',
    readV2: ['9NdR.'],
    ctv3: ['XaQxZ'],
    terms: ['unable to consent to information sharing'],
  },
  {
    meaning: 'Parent declined',
    effect: 'review',
    readV2: ['9Ndb.'],
    ctv3: ['XaX1u'],
    terms: ['parent declined consent for sharing of information', 'parent declined to share record'],
  },
  {
    meaning: 'Consent for electronic record sharing',
    effect: 'closes-after-review',
    readV2: ['9Nd7.', '93C0.'],
    ctv3: [],
    snomed: ['417528008'],
    terms: [
      'consent for electronic record sharing',
      'consent given for electronic record sharing',
      'consent given for upload to local shared electronic record',
    ],
  },
]

/** Terms of SNOMED CT are 255 characters at most. */
const LONGEST_TERM = 255

/** From what asks most of us to what asks nothing. */
const WEIGHT: readonly GpEffect[] = ['local-objection-case', 'review', 'closes-after-review', 'item-confidential', 'capacity-note', 'none']

/** Systems as GP Connect answers name them. */
const READ_V2 = 'http://read.info/readv2'
const CTV3 = 'http://read.info/ctv3'
const SNOMED = 'http://snomed.info/sct'

const BY_CODE: ReadonlyMap<string, GpCode> = new Map(
  GP_CODES.flatMap(code => [
    ...code.readV2.map(one => [`${READ_V2} ${one}`, code] as const),
    ...code.ctv3.map(one => [`${CTV3} ${one}`, code] as const),
    ...(code.snomed ?? []).map(one => [`${SNOMED} ${one}`, code] as const),
  ]),
)
const BY_TERM: ReadonlyMap<string, GpCode> = new Map(GP_CODES.flatMap(code => (code.terms ?? []).map(one => [one, code] as const)))

/** A term without its kind in brackets, as `(finding)`, marks and capitals. */
const wordsOf = (display: string): string =>
  display
    .toLowerCase()
    .replace(/\s*\([^()]*\)\s*$/, '')
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()

/** Version 2 codes are five characters, dots at the end, and a term code of two that some systems add. */
const whole = (system: string, code: string): string =>
  system === READ_V2 ? code.padEnd(5, '.').slice(0, code.length === 7 ? 5 : 7) : code

/** The line of the table that the codes of one entry stand in, the weightiest where there are several. */
export function gpCodeOf(
  codings: readonly { readonly system?: string; readonly code?: string; readonly display?: string }[],
): GpCode | undefined {
  const found = codings.flatMap(({ system, code, display }) => {
    const byCode = system === undefined || code === undefined ? undefined : BY_CODE.get(`${system} ${whole(system, code)}`)
    const byTerm = system === SNOMED && display !== undefined && display.length <= LONGEST_TERM ? BY_TERM.get(wordsOf(display)) : undefined
    return byCode ?? byTerm ?? []
  })
  return found.toSorted((a, b) => WEIGHT.indexOf(a.effect) - WEIGHT.indexOf(b.effect))[0]
}

/** What the codes of one entry mean together: the weightiest of those that are listed; `none` for all others. */
export const effectOf = (codings: Parameters<typeof gpCodeOf>[0]): GpEffect => gpCodeOf(codings)?.effect ?? 'none'
