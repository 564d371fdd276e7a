import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { CAUSES, OUTCOMES, type Item, type PeerLine } from '../../../care-record/item.ts'
import { limits } from '../../../care-record/limits.ts'
import { fail, ok, type Result } from '../../../care-record/result.ts'
import { GROUPS, SECTION_IDS } from '../../../care-record/section.ts'

/** Bytes of one line. A line is one section answer of one source. */
export const LINE_BYTES = 8 * 1024 * 1024
/** Bytes of a whole answer. */
export const ANSWER_BYTES = limits.groupBytes

const text = (maxLength: number) => Type.String({ maxLength })
const Section = Type.Enum([...SECTION_IDS])
const Sections = Type.Array(Section, { maxItems: SECTION_IDS.length })
const Group = Type.Enum([...GROUPS])
const Resource = Type.Object({ resourceType: Type.String({ pattern: '^[A-Z][A-Za-z]{1,63}$' }) })
const SourceName = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  odsCode: text(12),
  name: text(200),
  short: text(40),
  kind: text(40),
  exchange: text(32),
})
const ItemEnvelope = Type.Object({
  id: Type.String({ minLength: 3, maxLength: 400 }),
  version: text(200),
  section: Section,
  resource: Resource,
  provenance: Type.Object({
    sourceId: text(100),
    odsCode: text(12),
    member: Type.Optional(text(12)),
    organisationName: text(200),
    short: text(40),
    system: text(200),
    author: Type.Optional(text(400)),
    authorRole: Type.Optional(text(400)),
    recorded: Type.Optional(text(40)),
    originalIdentifier: text(400),
    retrievedAt: text(40),
    feed: Type.Enum(['live', 'message', 'batch']),
    matchedBy: Type.Enum(['nhs-number', 'name-and-birth-date']),
  }),
  marks: Type.Array(
    Type.Enum([
      'not-coded',
      'unknown-code',
      'degraded',
      'free-text-reference',
      'unknown-extension',
      'unknown-modifier',
      'patient-reported',
      'partial-date',
    ]),
  ),
  contained: Type.Array(Resource),
  links: Type.Array(text(400)),
  unresolved: Type.Array(text(400)),
})
const Warning = Type.Object({
  code: Type.Enum([
    'confidential-items',
    'data-in-transit',
    'data-awaiting-filing',
    'date-limited',
    'area-disabled',
    'unreadable-items',
    'too-many-items',
    'demographics-differ',
    'other',
  ]),
  section: Section,
  words: text(1_000),
})
const protocol = Type.Literal(1)
const Line = Compile(
  Type.Union([
    Type.Object({
      protocol,
      type: Type.Literal('plan'),
      asks: Type.Array(Type.Object({ source: SourceName, group: Group, sections: Sections }), { maxItems: 2_000 }),
    }),
    Type.Object({
      protocol,
      type: Type.Literal('answer'),
      answer: Type.Object({
        source: SourceName,
        group: Group,
        sections: Sections,
        window: Type.Optional(Type.Object({ from: text(10) })),
        complete: Type.Boolean(),
        asOf: text(40),
        outcome: Type.Enum([...OUTCOMES]),
        cause: Type.Enum([...CAUSES]),
        items: Type.Array(ItemEnvelope, { maxItems: limits.groupItems }),
        warnings: Type.Array(Warning, { maxItems: 200 }),
        unreadable: Type.Integer({ minimum: 0 }),
        tookMs: Type.Number({ minimum: 0 }),
      }),
    }),
    Type.Object({ protocol, type: Type.Literal('end') }),
    Type.Object({ protocol, type: Type.Literal('fault'), outcome: Type.Enum([...OUTCOMES]), cause: Type.Enum([...CAUSES]) }),
  ]),
)

const notALine = fail('invalid', 'The peer sent a line that is not of protocol 1.')

/**
 * Reads one line of a peer. Its shape is checked down to each item's envelope, and that the peer speaks for its own
 * sources only: a source of another exchange, or an item of another source than the answer's, is refused whole. Parents
 * never cross: what a line has of them is dropped.
 */
export function readLine(bytes: Uint8Array, exchange: string): Result<PeerLine> {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    return fail('invalid', notALine.fault.detail, cause)
  }
  if (!Line.Check(parsed)) return notALine
  if (parsed.type === 'plan') return parsed.asks.every(a => a.source.exchange === exchange) ? ok(parsed) : notALine
  if (parsed.type !== 'answer') return ok(parsed)
  const { answer } = parsed
  const own = answer.items.every(
    i => i.provenance.sourceId === answer.source.id && i.id.startsWith(`${answer.source.id}/`) && answer.sections.includes(i.section),
  )
  if (answer.source.exchange !== exchange || !own) return notALine
  const items = (answer.items as unknown as Item[]).map(item => ({ ...item, parents: [] }))
  return ok({ protocol: 1, type: 'answer', answer: { ...answer, items } })
}

/**
 * Cuts a body into lines, each at most `LINE_BYTES`, in all at most `ANSWER_BYTES`. What is left without a newline at the
 * end is not a line. Yields `undefined` and ends when a cap is passed.
 */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array | undefined> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let allBytes = 0
  for await (const chunk of body) {
    allBytes += chunk.byteLength
    if (allBytes > ANSWER_BYTES) return yield undefined
    let from = 0
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      held.push(chunk.subarray(from, at))
      heldBytes += at - from
      if (heldBytes > LINE_BYTES) return yield undefined
      if (heldBytes > 0) yield Buffer.concat(held)
      held = []
      heldBytes = 0
      from = at + 1
    }
    held.push(chunk.subarray(from))
    heldBytes += chunk.byteLength - from
    if (heldBytes > LINE_BYTES) return yield undefined
  }
  return undefined
}
