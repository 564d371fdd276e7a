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
}

/**
 * Codes about sharing that GP systems hold, each with its effect here. A script of North West London takes them all for one
 * opt-out; this is our split, to be signed by the exchange's information governance lead.
 */
export const GP_CODES: readonly GpCode[] = [
  { meaning: 'Refused upload to local shared record', effect: 'local-objection-case', readV2: ['93C1.'], ctv3: ['XaKRw'] },
  { meaning: 'No consent for electronic record sharing', effect: 'review', readV2: ['9Nd1.', '9Nd3.'], ctv3: ['XaKII'] },
  { meaning: 'Refused upload to national record', effect: 'none', readV2: ['93C3.'], ctv3: ['XaKRy'] },
  { meaning: 'Express dissent for Summary Care Record', effect: 'none', readV2: ['9Ndo.'], ctv3: ['XaXj6'] },
  { meaning: 'Dissent from secondary use of GP data (type 1)', effect: 'none', readV2: ['9Nu0.'], ctv3: ['XaZ89'] },
  { meaning: 'Dissent from disclosure by the national data body', effect: 'none', readV2: ['9Nu4.'], ctv3: ['XaaVL'] },
  { meaning: 'Declined sharing with a specified third party', effect: 'review', readV2: ['9NdH.', '9NdJ.'], ctv3: ['XaNwT', 'XaNwU'] },
  {
    meaning: 'Confidential: staff, paramedics, other doctors or the patient not to see',
    effect: 'item-confidential',
    readV2: ['9R1..', '9R11.', '9R12.', '9R13.', '9R14.', '9R15.'],
    ctv3: [],
  },
  { meaning: 'Unable to consent to information sharing', effect: 'capacity-note', readV2: ['9NdR.'], ctv3: ['XaQxZ'] },
  { meaning: 'Parent declined', effect: 'review', readV2: ['9Ndb.'], ctv3: ['XaX1u'] },
  { meaning: 'Consent for electronic record sharing', effect: 'closes-after-review', readV2: ['9Nd7.'], ctv3: [] },
]

/** From what asks most of us to what asks nothing. */
const WEIGHT: readonly GpEffect[] = ['local-objection-case', 'review', 'closes-after-review', 'item-confidential', 'capacity-note', 'none']

/** Systems as GP Connect answers name them. */
const READ_V2 = 'http://read.info/readv2'
const CTV3 = 'http://read.info/ctv3'

const BY_CODE: ReadonlyMap<string, GpCode> = new Map(
  GP_CODES.flatMap(code => [
    ...code.readV2.map(one => [`${READ_V2} ${one}`, code] as const),
    ...code.ctv3.map(one => [`${CTV3} ${one}`, code] as const),
  ]),
)

/** Version 2 codes are five characters, dots at the end, and a term code of two that some systems add. */
const whole = (system: string, code: string): string =>
  system === READ_V2 ? code.padEnd(5, '.').slice(0, code.length === 7 ? 5 : 7) : code

/** The line of the table that the codes of one entry stand in, the weightiest where there are several. */
export function gpCodeOf(codings: readonly { readonly system?: string; readonly code?: string }[]): GpCode | undefined {
  const found = codings.flatMap(({ system, code }) =>
    system === undefined || code === undefined ? [] : (BY_CODE.get(`${system} ${whole(system, code)}`) ?? []),
  )
  return found.toSorted((a, b) => WEIGHT.indexOf(a.effect) - WEIGHT.indexOf(b.effect))[0]
}

/** What the codes of one entry mean together: the weightiest of those that are listed; `none` for all others. */
export const effectOf = (codings: Parameters<typeof gpCodeOf>[0]): GpEffect => gpCodeOf(codings)?.effect ?? 'none'
