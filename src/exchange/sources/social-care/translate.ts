import type { Mark } from '../../../care-record/item.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { isFhirDate } from '../reading/clean.ts'
import { CASE_EXTENSION, cleanResource } from '../reading/reading.ts'
import { defined, type JsonObject } from '../reading/json.ts'
import type { Placing } from '../reading/translate.ts'
import { COLLECTIONS, type Collection, type Row } from './wire.ts'

/** One row as FHIR R4: where it stands, when it was last true, what it is named by. */
export interface Translated {
  readonly resource: JsonObject
  readonly section: SectionId
  /** FHIR date; `undefined`: it goes on. */
  readonly last: string | undefined
  readonly placing: Placing
}

/** A code of the wire and what FHIR calls it. A code that is not here is told as `otherwise`, and marked. */
type Codes = Readonly<Record<string, string>>
const CASE: Codes = { OPEN: 'in-progress', PLANNED: 'planned', CLOSED: 'finished' }
const ASSESSMENT: Codes = { PLANNED: 'in-progress', STARTED: 'in-progress', COMPLETED: 'completed', ABANDONED: 'stopped' }
const PLAN: Codes = { DRAFT: 'draft', ACTIVE: 'active', SUSPENDED: 'on-hold', ENDED: 'completed', WITHDRAWN: 'revoked' }
const PACKAGE: Codes = { PLANNED: 'draft', ACTIVE: 'active', SUSPENDED: 'on-hold', ENDED: 'completed' }
const REFERRAL: Codes = { RECEIVED: 'active', ACCEPTED: 'active', COMPLETED: 'completed', DECLINED: 'revoked' }
const VISIT: Codes = { BOOKED: 'booked', DONE: 'fulfilled', CANCELLED: 'cancelled', NOSHOW: 'noshow' }
/** The kinds that have a code in the national child protection information standard; an enquiry has one of its own. */
const SAFEGUARDING: Readonly<Record<string, readonly [code: string, display: string]>> = {
  ADULT_ENQUIRY: ['766561000000109', 'Adult safeguarding concern'],
  CHILD_PROTECTION_PLAN: ['342191000000101', 'Subject to child protection plan'],
  LOOKED_AFTER: ['764841000000100', 'Looked after child'],
  CHILD_IN_NEED: ['', 'Child in need'],
}
/** The one role of a safeguarding enquiry that is told: whoever is to be protected. */
const AT_RISK = 'AT_RISK'
/** Whoever is said to have done it, however a council writes it. */
export const isAlleged = (role: unknown): boolean =>
  typeof role === 'string' && /alleg|accus|suspect|perpetrat|abuser|source.?of.?(?:harm|risk)/i.test(role)

const SNOMED = 'http://snomed.info/sct'
const HL7 = 'http://terminology.hl7.org/CodeSystem/'

const UNKNOWN: readonly Mark[] = ['unknown-code']
/** Codes and numbers that mean something at one organisation only. */
const systemOf = (odsCode: string, what: string): string => `urn:london-care-record:organisation:${odsCode}:${what}`
const caseKey = (id: string): string => `Encounter/cases.${id}`

/**
 * One row as a resource of ours, cleaned; `undefined` when a date in it does not exist or its form is not to be trusted. Its numbers
 * and codes are the council's, by ODS code: where its system is reached is nobody's business. What hangs on a case names it as its encounter, so that it is judged with the team of that case.
 */
export function translateRow<C extends Collection>(collection: C, given: Row<C>, patient: string, odsCode: string): Translated | undefined {
  const made = MAKE[collection](given as never, odsCode)
  if (!made) return undefined
  const { resourceType, encounter = 'encounter', subject = 'subject', last, unknown, section, ...fields } = made
  const { caseId, note, recordedBy, lastUpdated } = given
  const parent = caseId == null ? undefined : { reference: caseKey(caseId) }
  const resource = cleanResource(
    defined({
      resourceType,
      id: `${collection}.${given.id}`,
      meta: lastUpdated != null && isFhirDate(lastUpdated) ? { lastUpdated } : undefined,
      identifier:
        resourceType === 'QuestionnaireResponse'
          ? { system: systemOf(odsCode, collection), value: given.id }
          : [{ system: systemOf(odsCode, collection), value: given.id }],
      [subject]: subject === '' ? undefined : { reference: patient },
      ...(parent && encounter === 'extension'
        ? { extension: [{ url: CASE_EXTENSION, valueReference: parent }] }
        : parent && encounter !== ''
          ? { [encounter]: encounter === 'supportingInformation' ? [parent] : parent }
          : {}),
      ...(recordedBy == null || resourceType !== 'CarePlan' ? {} : { author: { display: recordedBy } }),
      ...(note == null || !NOTED.has(resourceType) ? {} : { note: [{ text: note }] }),
      ...defined(fields.fields),
    }),
  )
  if (!resource) return undefined
  return {
    resource,
    section: section ?? COLLECTIONS[collection].sections[0] ?? 'social-care',
    last,
    placing: { section: section ?? COLLECTIONS[collection].sections[0] ?? 'social-care', ...(unknown === true ? { marks: UNKNOWN } : {}) },
  }
}
const NOTED: ReadonlySet<string> = new Set(['CarePlan', 'ServiceRequest', 'DeviceUseStatement', 'CareTeam', 'Observation'])

interface Made {
  readonly resourceType: string
  /** Element that names the case; `extension` where the type has none. */
  readonly encounter?: string
  readonly subject?: string
  readonly last?: string | undefined
  readonly unknown?: boolean
  readonly section?: SectionId
  readonly fields: Readonly<Record<string, unknown>>
}
type Maker<C extends Collection> = (row: Row<C>, odsCode: string) => Made | undefined

const said = (text: string | null | undefined): string | undefined => text ?? undefined
const dated = (...dates: readonly (string | null | undefined)[]): boolean => dates.every(date => date == null || isFhirDate(date))
const period = (start: string | null | undefined, end: string | null | undefined): JsonObject | undefined =>
  start == null && end == null ? undefined : defined({ start: said(start), end: said(end) })
const phones = (phone: string | null | undefined): unknown => (phone == null ? undefined : [{ system: 'phone', value: phone }])
const lookUp = (codes: Codes, code: string, otherwise: string): { readonly status: string; readonly unknown: boolean } =>
  Object.hasOwn(codes, code) ? { status: codes[code] ?? otherwise, unknown: false } : { status: otherwise, unknown: true }

/** A statement of one kind: what it is about, and what it says. */
const flag: Maker<'alerts' | 'about-me'> = ({ kind, text, recorded, recordedBy, note }) => ({
  resourceType: 'Flag',
  fields: {
    status: 'active',
    category: [{ text: kind }],
    code: { text: note == null ? text : `${text}. ${note}` },
    period: { start: recorded },
    author: recordedBy == null ? undefined : { display: recordedBy },
  },
})

const MAKE: { readonly [C in Collection]: Maker<C> } = {
  cases: ({ title, team, worker, status: code, opened, closed, primarySupportReason }, odsCode) => {
    if (!dated(opened, closed)) return undefined
    const { status, unknown } = lookUp(CASE, code, 'unknown')
    return {
      resourceType: 'Encounter',
      encounter: '',
      last: said(closed),
      unknown,
      fields: {
        status,
        class: { system: `${HL7}v3-ActCode`, code: 'HH', display: 'home health' },
        type: [{ text: title }],
        // The team is the service the case is judged by: its local code and its name.
        serviceType: { coding: [{ system: systemOf(odsCode, 'teams'), code: team.id }], text: team.name },
        participant: worker == null ? undefined : [{ individual: { display: worker } }],
        period: period(opened, closed),
        reasonCode: primarySupportReason == null ? undefined : [{ text: primarySupportReason }],
      },
    }
  },
  assessments: ({ title, status: code, on, needs, outcome, recordedBy, note }) => {
    const { status, unknown } = lookUp(ASSESSMENT, code, 'in-progress')
    const line = (linkId: string, text: string, answers: readonly string[]): unknown =>
      answers.length === 0 ? [] : { linkId, text, answer: answers.map(valueString => ({ valueString })) }
    return {
      resourceType: 'QuestionnaireResponse',
      unknown,
      fields: {
        status,
        authored: on,
        author: recordedBy == null ? undefined : { display: recordedBy },
        item: [
          {
            linkId: '1',
            text: code === 'PLANNED' ? `${title}, planned` : title,
            item: [
              line('1.1', 'Needs', needs ?? []),
              line('1.2', 'Outcome', outcome == null ? [] : [outcome]),
              line('1.3', 'Note', note == null ? [] : [note]),
            ].flat(),
          },
        ],
      },
    }
  },
  'care-plans': ({ title, kind, status: code, written, from, until, summary, goals, activities }) => {
    const { status, unknown } = lookUp(PLAN, code, 'unknown')
    return {
      resourceType: 'CarePlan',
      unknown,
      fields: {
        status,
        intent: 'plan',
        category: [{ text: kind ?? 'Care and support plan' }],
        title,
        description: said(summary),
        period: period(from ?? written.slice(0, 10), until),
        created: written,
        goal: goals?.map(display => ({ display })),
        activity: activities?.map(({ what, when, by }) => ({
          detail: defined({
            status: 'in-progress',
            description: what,
            scheduledString: said(when),
            performer: by == null ? undefined : [{ display: by }],
          }),
        })),
      },
    }
  },
  'care-packages': ({ title, provider, phone, status: code, start, end, hoursPerWeek, note }) => {
    if (!dated(start, end)) return undefined
    const { status, unknown } = lookUp(PACKAGE, code, 'unknown')
    const hours = hoursPerWeek == null ? undefined : `${hoursPerWeek} hours a week`
    const telling = [hours, phone, note].filter(one => one != null)
    return {
      resourceType: 'ServiceRequest',
      unknown,
      fields: {
        status,
        intent: 'order',
        category: [{ text: 'Social care service' }],
        code: { text: title },
        authoredOn: start,
        occurrencePeriod: end == null ? undefined : period(start, end),
        performer: provider == null ? undefined : [{ display: provider }],
        note: telling.length === 0 ? undefined : [{ text: telling.join('. ') }],
      },
    }
  },
  reviews: ({ title, due, done, outcome, note }) => {
    if (!dated(due, done)) return undefined
    const telling = [outcome, note].filter(one => one != null)
    return {
      resourceType: 'ServiceRequest',
      fields: {
        status: done == null ? 'active' : 'completed',
        intent: 'plan',
        category: [{ text: 'Social care review' }],
        code: { text: title },
        authoredOn: done ?? due,
        occurrenceDateTime: due,
        note: telling.length === 0 ? undefined : [{ text: telling.join('. ') }],
      },
    }
  },
  equipment: ({ title, supplied, returned }) =>
    dated(supplied, returned)
      ? {
          resourceType: 'DeviceUseStatement',
          encounter: 'extension',
          fields: {
            status: returned == null ? 'active' : 'completed',
            ...(returned == null ? { timingDateTime: supplied } : { timingPeriod: period(supplied, returned) }),
            device: { display: title },
            recordedOn: supplied,
          },
        }
      : undefined,
  safeguarding: ({ kind, role, title, opened, closed, summary }) => {
    // A role that is not known may be the other one.
    if (role !== AT_RISK) return undefined
    const [code, display] = SAFEGUARDING[kind] ?? ['', undefined]
    return {
      resourceType: 'Flag',
      unknown: display === undefined,
      fields: {
        status: closed == null ? 'active' : 'inactive',
        category: [
          { coding: [{ system: `${HL7}flag-category`, code: 'safeguarding-issues', display: 'Safeguarding' }], text: 'Safeguarding' },
        ],
        code: defined({
          coding: code === '' ? undefined : [{ system: SNOMED, code, display }],
          text: [title, summary].filter(one => one != null).join('. '),
        }),
        period: period(opened, closed),
      },
    }
  },
  professionals: ({ name, role, team, phone, from, to }) => ({
    resourceType: 'CareTeam',
    fields: {
      status: to == null ? 'active' : 'inactive',
      name: team,
      telecom: phones(phone),
      period: period(from, to),
      participant: [{ role: [{ text: role }], member: { display: name } }],
    },
  }),
  contacts: ({ name, relationship, phone, roles, note }) => ({
    resourceType: 'RelatedPerson',
    encounter: '',
    subject: 'patient',
    fields: {
      active: true,
      relationship: [...(roles ?? []), relationship].map(text => ({ text })),
      name: [{ text: name }],
      telecom: phones(phone),
      text: note == null ? undefined : { status: 'additional', div: note },
    },
  }),
  referrals: ({ title, received, from, status: code }) => {
    const { status, unknown } = lookUp(REFERRAL, code, 'unknown')
    return {
      resourceType: 'ServiceRequest',
      last: received,
      unknown,
      fields: {
        status,
        intent: 'order',
        category: [{ coding: [{ system: SNOMED, code: '3457005', display: 'Patient referral' }] }],
        code: { text: title },
        authoredOn: received,
        requester: from == null ? undefined : { display: from },
      },
    }
  },
  visits: ({ title, status: code, start, end, with: whom, note }) => {
    if (!dated(start, end)) return undefined
    const { status, unknown } = lookUp(VISIT, code, 'pending')
    if (status === 'fulfilled')
      return {
        resourceType: 'Encounter',
        encounter: 'partOf',
        section: 'encounters',
        last: end ?? start,
        fields: {
          status: 'finished',
          class: { system: `${HL7}v3-ActCode`, code: 'HH', display: 'home health' },
          type: [{ text: title }],
          period: period(start, end),
          participant: whom == null ? undefined : [{ individual: { display: whom } }],
        },
      }
    return {
      resourceType: 'Appointment',
      encounter: 'supportingInformation',
      subject: '',
      section: 'appointments',
      last: start,
      unknown,
      fields: {
        status,
        description: title,
        start,
        end: said(end),
        comment: said(note),
        participant: whom == null ? undefined : [{ actor: { display: whom }, status: 'accepted' }],
      },
    }
  },
  alerts: flag,
  legal: ({ kind, text, recorded, note }) => ({
    resourceType: 'Consent',
    encounter: 'extension',
    subject: 'patient',
    fields: {
      status: 'active',
      scope: { coding: [{ system: `${HL7}consentscope`, code: 'adr', display: 'Advanced Care Directive' }] },
      category: [{ text: [text.startsWith(kind) ? text : `${kind}: ${text}`, note].filter(one => one != null).join('. ') }],
      dateTime: recorded,
    },
  }),
  'about-me': flag,
  circumstances: ({ kind, text, recorded }) => ({
    resourceType: 'Observation',
    fields: {
      status: 'final',
      category: [{ coding: [{ system: `${HL7}observation-category`, code: 'social-history' }] }],
      code: { text: kind },
      effectiveDateTime: recorded,
      valueString: text,
    },
  }),
}
