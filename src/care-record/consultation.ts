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

/** A line as it stands in one view; `entryId` where it leads to an entry of it. */
export interface ShownLine {
  readonly words: string
  readonly entryId?: string
}
export interface ShownHeading {
  readonly title?: string
  readonly problem?: ShownLine
  readonly lines: readonly ShownLine[]
  readonly headings: readonly ShownHeading[]
}

/**
 * A consultation as it stands in one view: where a statement is not there, its line is not, words and all, nor a heading
 * that is left with nothing under it.
 *
 * @param entryOf the entry an item was folded into; `undefined`: it is not in the view.
 */
export function shownConsultation(
  headings: readonly ConsultationHeading[],
  entryOf: (itemId: string) => string | undefined,
): readonly ShownHeading[] {
  const shown = ({ words, itemId }: ConsultationLine): ShownLine | undefined => {
    if (itemId === undefined) return { words }
    const entryId = entryOf(itemId)
    return entryId === undefined ? undefined : { words, entryId }
  }
  return headings.flatMap(({ title, problem, lines, headings: inner }) => {
    const about = problem && shown(problem)
    const heading = { lines: lines.flatMap(line => shown(line) ?? []), headings: shownConsultation(inner, entryOf) }
    if (heading.lines.length + heading.headings.length === 0) return []
    return [{ ...(title === undefined ? {} : { title }), ...(about === undefined ? {} : { problem: about }), ...heading }]
  })
}

/** Every line in reading order, behind the heading or problem that it stands first under: `History: Wheeze at night`. */
export const linesOf = (headings: readonly ShownHeading[]): readonly string[] =>
  headings.flatMap(({ title, problem, lines, headings: inner }) => {
    const under = title ?? problem?.words
    return [...lines.map(({ words }) => words), ...linesOf(inner)].map((words, place) =>
      place > 0 || under === undefined ? words : `${under}: ${words}`,
    )
  })

/** Ids of the items that its lines lead to and its topics were about. */
export const itemsIn = (headings: readonly ConsultationHeading[]): readonly string[] =>
  headings.flatMap(({ problem, lines, headings: inner }) => [...[problem, ...lines].flatMap(line => line?.itemId ?? []), ...itemsIn(inner)])
