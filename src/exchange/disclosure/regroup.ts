import type { Item, SectionAnswer } from '../../care-record/item.ts'
import { SECTION_IDS, type SectionId } from '../../care-record/section.ts'

/**
 * Which sections stand together in an answer says which of them hold something. So sections are put together again by
 * what is left of them, in an order that does not depend on what came: the answers are the same as if the source had
 * never held what stayed behind. What was answered in part, late or not at all stands as it came, after these.
 */
export function regrouped<T extends Item>(answers: readonly SectionAnswer<T>[]): readonly SectionAnswer<T>[] {
  const groups = Map.groupBy(answers, answer =>
    isWhole(answer) ? `${answer.source.exchange}/${answer.source.id}/${answer.group}/${answer.window?.from ?? ''}/${answer.cause}` : '',
  )
  const others = groups.get('') ?? []
  groups.delete('')
  return [...[...groups.values()].flatMap(joined), ...others]
}

/** Nothing is known to be missing but what an area that is switched off holds. */
const isWhole = ({ outcome, cause, complete, unreadable }: SectionAnswer): boolean =>
  unreadable === 0 &&
  (cause === 'none'
    ? complete && (outcome === 'answered' || outcome === 'nothing-held')
    : cause === 'area-disabled' && (outcome === 'partial' || outcome === 'nothing-held'))

function joined<T extends Item>(group: readonly SectionAnswer<T>[]): readonly SectionAnswer<T>[] {
  const [first] = group
  if (first === undefined) return []
  const items = group.flatMap(answer => answer.items)
  const asked = new Set(group.flatMap(({ sections }) => sections))
  const filled = new Set(items.map(({ section }) => section))
  const of = (holds: boolean): readonly SectionAnswer<T>[] => {
    const isMine = (section: SectionId): boolean => asked.has(section) && filled.has(section) === holds
    const sections = SECTION_IDS.filter(isMine)
    if (sections.length === 0) return []
    const warnings = group.flatMap(answer => answer.warnings.filter(({ section }) => isMine(section)))
    const complete = !holds || first.cause === 'none'
    const outcome = !holds ? 'nothing-held' : complete ? 'answered' : 'partial'
    return [{ ...first, sections, outcome, complete, items: holds ? items : [], warnings }]
  }
  return [...of(true), ...of(false)]
}
