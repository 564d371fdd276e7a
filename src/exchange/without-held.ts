import type { Item, SectionAnswer } from '../care-record/item.ts'
import { withoutReferences } from '../care-record/without-references.ts'

/**
 * Answers without the items that are held because somebody says they are not about this person (care rules 3.3), and
 * without a link or reference to them. The same array when nothing of it is held.
 *
 * @param isHeld by exchange of the source and item id.
 */
export function withoutHeld(
  answers: readonly SectionAnswer[],
  isHeld: (exchange: string, itemId: string) => boolean,
): readonly SectionAnswer[] {
  const gone = new Set(answers.flatMap(a => a.items.filter(item => isHeld(a.source.exchange, item.id)).map(item => item.id)))
  if (gone.size === 0) return answers
  return answers.map(answer => ({
    ...answer,
    items: answer.items.filter(item => !gone.has(item.id)).map(item => withoutLinksTo(item, gone)),
  }))
}

function withoutLinksTo(item: Item, gone: ReadonlySet<string>): Item {
  const refersToGone = (reference: string): boolean => gone.has(`${item.provenance.sourceId}/${tailOf(reference)}`)
  const resource = (withoutReferences(item.resource, refersToGone) ?? item.resource) as Item['resource']
  const links = item.links.filter(link => !gone.has(link))
  return resource === item.resource && links.length === item.links.length ? item : { ...item, resource, links }
}

/** `Type/id` of a reference. */
function tailOf(reference: string): string {
  const [plain = ''] = reference.split('/_history/')
  return plain.split('/').slice(-2).join('/')
}
