import type { ToldResource } from '../told.ts'

const SNOMED = 'http://snomed.info/sct'
const concept = (text: string, code?: string): object =>
  code === undefined ? { text } : { coding: [{ system: SNOMED, code, display: text }], text }

/** One who belongs to somebody's life: next of kin, carer, attorney. */
export const relative = (
  id: string,
  who: {
    readonly name: string
    readonly relationship: string
    readonly phone: string
    readonly note?: string
    readonly roles?: readonly string[]
  },
): ToldResource => ({
  id,
  type: 'RelatedPerson',
  fields: {
    active: true,
    relationship: [...(who.roles ?? []), who.relationship].map(text => concept(text)),
    name: [{ text: who.name }],
    telecom: [{ system: 'phone', value: who.phone, use: 'mobile' }],
  },
  ...(who.note !== undefined && { note: who.note }),
})

/** Those who look after somebody, by name and role, with the number to call. */
export const careTeam = (
  id: string,
  name: string,
  phone: string,
  members: readonly (readonly [role: string, name: string])[],
): ToldResource => ({
  id,
  type: 'CareTeam',
  fields: {
    status: 'active',
    name,
    telecom: [{ system: 'phone', value: phone, use: 'work' }],
    participant: members.map(([role, display]) => ({ role: [concept(role)], member: { display } })),
    managingOrganization: [{ reference: 'Organization/' }],
  },
})

export interface PlanTold {
  readonly title: string
  readonly code?: string
  readonly category: string
  readonly on: string
  readonly until?: string
  readonly status?: 'active' | 'draft' | 'completed' | 'revoked'
  readonly words?: string
  readonly activities?: readonly (string | { readonly what: string; readonly when?: string; readonly by?: string })[]
  readonly goals?: readonly string[]
  readonly by?: string
}

/** A plan with what it asks for; each of its goals is a resource of its own that the plan names. */
export const plan = (id: string, told: PlanTold): readonly ToldResource[] => [
  ...(told.goals ?? []).map((goal, i): ToldResource => ({
    id: `${id}-goal-${i + 1}`,
    type: 'Goal',
    fields: { lifecycleStatus: 'active', description: { text: goal }, startDate: told.on.slice(0, 10) },
  })),
  {
    id,
    type: 'CarePlan',
    fields: {
      status: told.status ?? 'active',
      intent: 'plan',
      category: [concept(told.category, told.code)],
      title: told.title,
      description: told.words,
      period: { start: told.on.slice(0, 10), end: told.until },
      created: told.on,
      author: told.by === undefined ? { reference: 'Organization/' } : { display: told.by },
      goal: (told.goals ?? []).map((_, i) => ({ reference: `Goal/${id}-goal-${i + 1}` })),
      activity: (told.activities ?? []).map(activity => {
        const { what, when, by } = typeof activity === 'string' ? { what: activity, when: undefined, by: undefined } : activity
        return {
          detail: {
            status: 'in-progress',
            description: what,
            scheduledString: when,
            performer: by === undefined ? undefined : [{ display: by }],
          },
        }
      }),
    },
  },
]

/** Something to be known at once, of one kind: a risk, how to come in. */
export const flag = (id: string, kind: string, text: string, on: string): ToldResource => ({
  id,
  type: 'Flag',
  fields: { status: 'active', category: [concept(kind)], code: { text }, period: { start: on }, author: { reference: 'Organization/' } },
})

/** What somebody asks of whoever cares for them: a flag of the national list of reasonable adjustments. */
export const need = (id: string, kind: string, text: string, on: string): ToldResource => ({
  id,
  type: 'Flag',
  fields: {
    status: 'active',
    category: [
      {
        coding: [{ system: 'https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryNRAF', code: 'NRAF', display: 'NRAF' }],
        text: kind,
      },
    ],
    code: { text },
    period: { start: on },
    author: { reference: 'Organization/' },
  },
})
