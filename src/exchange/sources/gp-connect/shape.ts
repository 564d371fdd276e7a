import type { SectionId } from '../../../care-record/section.ts'
import type { JsonObject } from '../reading/json.ts'
import { keyOfReference } from '../reading/references.ts'
import { sectionOf } from '../reading/sections.ts'
import type { Placing } from '../reading/translate.ts'

/** R4 types that make statements about the person in a practice's record. */
const STATEMENTS: ReadonlySet<string> = new Set([
  'AllergyIntolerance',
  'Appointment',
  'CarePlan',
  'Condition',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'FamilyMemberHistory',
  'Flag',
  'Immunization',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'QuestionnaireResponse',
  'ServiceRequest',
])

/** An answer on its way from STU3 to R4, each resource with its place in the GP record's own models. */
export class Shape {
  readonly stu3: ReadonlyMap<string, JsonObject>
  readonly resources = new Map<string, JsonObject>()
  readonly placing = new Map<string, Placing>()
  /** What is told within another: its key by that of what is told. */
  readonly holders = new Map<string, string>()
  readonly #r4Keys = new Map<string, string>()

  constructor(stu3: ReadonlyMap<string, JsonObject>) {
    this.stu3 = stu3
  }

  take(stu3Key: string, r4Key: string, resource: JsonObject): void {
    this.#r4Keys.set(stu3Key, r4Key)
    this.resources.set(r4Key, resource)
  }

  /** Key of the R4 resource that a reference of the STU3 answer leads to. */
  at(reference: string): string | undefined {
    const key = keyOfReference(reference, '')
    return key === undefined ? undefined : (this.#r4Keys.get(key) ?? (this.resources.has(key) ? key : undefined))
  }

  place(key: string, more: Placing): void {
    this.placing.set(key, { ...this.placing.get(key), ...more })
  }

  /** Says that one resource is told within another and is no item of its own. */
  hold(key: string, holder: string, as: 'not-asked' | 'contained'): void {
    this.place(key, { as })
    if (!this.holders.has(key)) this.holders.set(key, holder)
  }

  /** The statement that tells a resource: itself unless another holds it. */
  holderOf(key: string): string {
    let at = key
    for (let hops = 0; hops < 4; hops++) {
      const next = this.holders.get(at)
      if (next === undefined) break
      at = next
    }
    return at
  }

  sectionAt(key: string): SectionId | undefined {
    const resource = this.resources.get(key)
    return resource && (this.placing.get(key)?.section ?? sectionOf(resource))
  }

  /** Whether a type makes statements that stand in a section, be it in another group than the one asked. */
  isStatement(key: string): boolean {
    return STATEMENTS.has(key.slice(0, key.indexOf('/')))
  }
}
