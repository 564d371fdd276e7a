import type { Item } from './item.ts'

/** One line of a consultation, in the words it was written in; `itemId` where it is a statement of its own. */
export interface ConsultationLine {
  readonly words: string
  readonly itemId?: string
}

/** A heading of a consultation with what stands under it, in the order it was written. */
export interface ConsultationHeading {
  /** Absent: lines without a heading. */
  readonly title?: string
  /** The problem this part was about. */
  readonly problem?: ConsultationLine
  readonly lines: readonly ConsultationLine[]
  readonly headings: readonly ConsultationHeading[]
}

type Json = Readonly<Record<string, unknown>>
const objectsOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter((one): one is Json => typeof one === 'object' && one !== null) : []
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)

/**
 * A GP consultation as it was written: the Composition that travels within its Encounter. What the reader may not see has
 * left it before, with its headings.
 *
 * @returns `undefined` for anything that is no such visit.
 */
export function consultationOf(item: Pick<Item, 'resource' | 'contained' | 'provenance'>): readonly ConsultationHeading[] | undefined {
  if (item.resource.resourceType !== 'Encounter') return undefined
  const headings = item.contained
    .filter(one => one.resourceType === 'Composition')
    .flatMap(one => objectsOf((one as unknown as Json)['section']).map(section => headingOf(section, item.provenance.sourceId)))
  return headings.length > 0 ? headings : undefined
}

/** Deeper than this no practice's headings go; what a peer sends is not trusted to end. */
const MOST_LEVELS = 8

function headingOf(section: Json, sourceId: string, level = 1): ConsultationHeading {
  const title = textOf(section['title'])
  const problem = lineOf(section['focus'], sourceId)
  return {
    ...(title === undefined ? {} : { title }),
    ...(problem === undefined ? {} : { problem }),
    lines: objectsOf(section['entry']).flatMap(entry => lineOf(entry, sourceId) ?? []),
    headings: level < MOST_LEVELS ? objectsOf(section['section']).map(inner => headingOf(inner, sourceId, level + 1)) : [],
  }
}

function lineOf(value: unknown, sourceId: string): ConsultationLine | undefined {
  const [line] = objectsOf([value])
  const words = textOf(line?.['display'])
  if (words === undefined) return undefined
  const reference = textOf(line?.['reference'])
  return { words, ...(reference === undefined ? {} : { itemId: `${sourceId}/${reference}` }) }
}
