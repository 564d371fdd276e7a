import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { SectionId } from '../../../care-record/section.ts'

/** A row of a case management system: every one has an id, and most hang on a case. docs/wires/social-care.md */
const text = Type.String({ minLength: 1, maxLength: 20_000 })
const id = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' })
const date = Type.String({ minLength: 4, maxLength: 40 })
const code = Type.String({ minLength: 1, maxLength: 40 })
const words = Type.Array(text, { maxItems: 200 })
const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
/** Unknown members are left alone; a known one of another form makes the row unreadable. */
const row = <const P extends Record<string, TSchema>>(more: P) =>
  Type.Object({ id, caseId: maybe(id), note: maybe(text), recordedBy: maybe(text), lastUpdated: maybe(date), ...more })
const statement = { kind: text, text, recorded: date }

const schemas = {
  cases: row({
    title: text,
    team: Type.Object({ id, name: text }),
    worker: maybe(text),
    status: code,
    opened: date,
    closed: maybe(date),
    primarySupportReason: maybe(text),
  }),
  assessments: row({ title: text, status: code, on: date, needs: maybe(words), outcome: maybe(text) }),
  'care-plans': row({
    title: text,
    kind: maybe(text),
    status: code,
    written: date,
    from: maybe(date),
    until: maybe(date),
    summary: maybe(text),
    goals: maybe(words),
    activities: maybe(Type.Array(Type.Object({ what: text, when: maybe(text), by: maybe(text) }), { maxItems: 200 })),
  }),
  'care-packages': row({
    title: text,
    provider: maybe(text),
    phone: maybe(text),
    status: code,
    start: date,
    end: maybe(date),
    hoursPerWeek: maybe(Type.Number({ minimum: 0, maximum: 168 })),
  }),
  reviews: row({ title: text, due: date, done: maybe(date), outcome: maybe(text) }),
  equipment: row({ title: text, supplied: date, returned: maybe(date) }),
  safeguarding: row({ kind: code, role: code, title: text, opened: date, closed: maybe(date), summary: maybe(text) }),
  professionals: row({ name: text, role: text, team: text, phone: maybe(text), from: maybe(date), to: maybe(date) }),
  contacts: row({ name: text, relationship: text, phone: maybe(text), roles: maybe(words) }),
  referrals: row({ title: text, received: date, from: maybe(text), status: code }),
  visits: row({ title: text, status: code, start: date, end: maybe(date), with: maybe(text) }),
  alerts: row(statement),
  legal: row(statement),
  'about-me': row(statement),
  circumstances: row(statement),
} as const

export type Collection = keyof typeof schemas
export type Row<C extends Collection> = Static<(typeof schemas)[C]>

/** Sections each collection can bring, and whether it is asked of the recent months and of what is older apart. */
export const COLLECTIONS: Readonly<
  Record<Collection, { readonly sections: readonly SectionId[]; readonly group: 'essentials' | 'recent' | 'dated' }>
> = {
  cases: { sections: ['encounters'], group: 'dated' },
  assessments: { sections: ['social-care'], group: 'recent' },
  'care-plans': { sections: ['plans'], group: 'essentials' },
  'care-packages': { sections: ['social-care'], group: 'recent' },
  reviews: { sections: ['social-care'], group: 'recent' },
  equipment: { sections: ['social-care'], group: 'recent' },
  safeguarding: { sections: ['alerts'], group: 'essentials' },
  professionals: { sections: ['contacts'], group: 'recent' },
  contacts: { sections: ['contacts'], group: 'recent' },
  referrals: { sections: ['referrals'], group: 'dated' },
  visits: { sections: ['encounters', 'appointments'], group: 'dated' },
  alerts: { sections: ['alerts'], group: 'essentials' },
  legal: { sections: ['legal'], group: 'essentials' },
  'about-me': { sections: ['about-me'], group: 'essentials' },
  circumstances: { sections: ['social-context'], group: 'recent' },
}
export const COLLECTION_NAMES = Object.keys(COLLECTIONS) as readonly Collection[]

const checks = Object.fromEntries(COLLECTION_NAMES.map(name => [name, Compile(schemas[name])])) as unknown as Readonly<
  Record<Collection, { Check(value: unknown): boolean }>
>

/** A row as the wire says it must be; `undefined`: it cannot be read. */
export const readRow = <C extends Collection>(collection: C, value: unknown): Row<C> | undefined =>
  checks[collection].Check(value) ? (value as Row<C>) : undefined

const person = Type.Object({
  personId: id,
  nhsNumber: maybe(Type.String({ maxLength: 20 })),
  title: maybe(Type.String({ maxLength: 40 })),
  familyName: maybe(Type.String({ maxLength: 200 })),
  givenNames: maybe(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 })),
  birthDate: maybe(Type.String({ maxLength: 10 })),
  /** NHS Data Dictionary, PERSON STATED GENDER CODE: 1 male, 2 female, 9 indeterminate. */
  genderCode: maybe(Type.String({ maxLength: 2 })),
})
export type PersonRow = Static<typeof person>
const personCheck = Compile(person)
export const readPerson = (value: unknown): PersonRow | undefined => (personCheck.Check(value) ? value : undefined)
