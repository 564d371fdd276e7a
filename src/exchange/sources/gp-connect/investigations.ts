import { objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import type { Shape } from './shape.ts'
import { isCommentNote, noteWords } from './words.ts'

/** Observations of an investigation, down through groups, are results. `under` is the report they were reached from. */
export function placeResults(shape: Shape, key: string | undefined, reports: Map<string, string>, under?: string): void {
  const resource = key === undefined ? undefined : shape.resources.get(key)
  if (!resource || key === undefined || reports.has(key)) return
  const type = resource['resourceType']
  const report = under ?? key
  reports.set(key, report)
  if (type === 'ServiceRequest' && shape.placing.get(key)?.section === undefined) shape.place(key, { section: 'referrals' })
  // A specimen says where a result comes from: it is told within its results.
  if (type === 'Specimen') shape.hold(key, report, 'contained')
  if (type === 'Observation') shape.place(key, { section: 'results' })
  for (const name of ['result', 'hasMember', 'specimen', 'basedOn'])
    for (const inner of objectsOf(resource[name])) placeResults(shape, textOf(inner['reference']), reports, report)
}

/**
 * What a practice wrote when it filed a result is a note of that result and is told within it. A comment on something other
 * than an Observation, or with no words of its own, stands for itself.
 */
export function placeFilingComments(shape: Shape): void {
  const { resources, placing } = shape
  for (const [key, comment] of resources) {
    if (!isCommentNote(comment) || noteWords(comment).length === 0) continue
    const target = commentedBy(shape, key, comment)
    const result = target === undefined ? undefined : resources.get(target)
    if (target === undefined || !result || isCommentNote(result)) continue
    const noted = {
      ...result,
      note: [...objectsOf(result['note']), ...noteWords(comment).map(text => ({ text }))],
      ...(result['hasMember'] === undefined
        ? {}
        : { hasMember: objectsOf(result['hasMember']).filter(member => member['reference'] !== key) }),
    }
    resources.set(target, noted)
    shape.place(target, { within: [...(placing.get(target)?.within ?? []), comment] })
    shape.hold(key, target, 'contained')
  }
}

/** The one Observation a comment is about, whichever of the two names the other. */
function commentedBy(shape: Shape, key: string, comment: JsonObject): string | undefined {
  const named = ['derivedFrom', 'focus', 'hasMember']
    .flatMap(name => objectsOf(comment[name]).flatMap(r => textOf(r['reference']) ?? []))
    .filter(reference => reference !== key && shape.resources.get(reference)?.['resourceType'] === 'Observation')
  return new Set(named).size === 1 ? named[0] : undefined
}
