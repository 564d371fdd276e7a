import { objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { keyOf } from '../reading/references.ts'
import type { Shape } from './shape.ts'

/** One medicine a MedicationStatement: its plan and its issues, newest first, are told within it. */
export function placeMedication(shape: Shape): void {
  const { resources, placing } = shape
  const basedOn = (r: JsonObject): readonly string[] => objectsOf(r['basedOn']).flatMap(b => textOf(b['reference']) ?? [])
  const issuesOf = new Map<string, JsonObject[]>()
  for (const resource of resources.values())
    if (resource['resourceType'] === 'MedicationRequest' && resource['intent'] !== 'plan')
      for (const plan of basedOn(resource)) issuesOf.set(plan, [...(issuesOf.get(plan) ?? []), resource])
  for (const [key, statement] of resources) {
    if (statement['resourceType'] !== 'MedicationStatement') continue
    const within: JsonObject[] = []
    for (const planKey of basedOn(statement)) {
      const plan = resources.get(planKey)
      if (plan) within.push(plan)
      const issues = (issuesOf.get(planKey) ?? []).sort((a, b) =>
        (textOf(b['authoredOn']) ?? '').localeCompare(textOf(a['authoredOn']) ?? ''),
      )
      within.push(...issues)
    }
    if (within.length === 0) continue
    placing.set(key, { ...placing.get(key), within: [...new Set(within)] })
    for (const told of within) shape.hold(keyOf(told), key, 'not-asked')
  }
  // A plan that no statement sums up stands for itself, its issues within it.
  for (const [key, plan] of resources) {
    if (plan['resourceType'] !== 'MedicationRequest' || plan['intent'] !== 'plan' || placing.get(key)?.as) continue
    const issues = (issuesOf.get(key) ?? []).filter(issue => !placing.get(keyOf(issue))?.as)
    if (issues.length === 0) continue
    placing.set(key, { ...placing.get(key), within: issues })
    for (const issue of issues) shape.hold(keyOf(issue), key, 'not-asked')
  }
}
