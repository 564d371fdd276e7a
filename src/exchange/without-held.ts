import type { Resource } from '@medplum/fhirtypes'
import type { Item, SectionAnswer } from '../care-record/item.ts'
import { withoutReferences } from '../care-record/without-references.ts'

/**
 * Answers without the items that are held because somebody says they are not about this person (care rules 3.3), and
 * without a link, a reference or a line of a consultation that leads to them. The same array when nothing of it is held.
 *
 * @param isHeld by exchange of the source and item id.
 */
export function withoutHeld(
  answers: readonly SectionAnswer[],
  isHeld: (exchange: string, itemId: string) => boolean,
): readonly SectionAnswer[] {
  const gone = new Set(answers.flatMap(a => a.items.filter(item => isHeld(a.source.exchange, item.id)).map(item => item.id)))
  const isWritten = ({ contained }: Item): boolean => contained.some(({ resourceType }) => resourceType === 'Composition')
  if (gone.size === 0 && !answers.some(({ items }) => items.some(isWritten))) return answers
  return answers.map(answer => {
    // A consultation tells of items of other groups too.
    const isGone = (id: string): boolean => gone.has(id) || isHeld(answer.source.exchange, id)
    return { ...answer, items: answer.items.filter(item => !gone.has(item.id)).map(item => withoutTracesOf(item, isGone)) }
  })
}

function withoutTracesOf(item: Item, isGone: (id: string) => boolean): Item {
  const keyOf = (tail: string): string => `${item.provenance.sourceId}/${tail}`
  const refersToGone = (reference: string): boolean => isGone(keyOf(tailOf(reference)))
  const clean = (resource: Resource): Resource => (withoutReferences(resource, refersToGone) ?? resource) as Resource
  const resource = clean(item.resource)
  const contained = item.contained.filter(({ resourceType, id = '' }) => !isGone(keyOf(`${resourceType}/${id}`))).map(clean)
  const links = item.links.filter(link => !isGone(link))
  const same =
    resource === item.resource &&
    links.length === item.links.length &&
    contained.length === item.contained.length &&
    contained.every((one, place) => one === item.contained[place])
  return same ? item : { ...item, resource, contained, links }
}

/** `Type/id` of a reference. */
function tailOf(reference: string): string {
  const [plain = ''] = reference.split('/_history/')
  return plain.split('/').slice(-2).join('/')
}
