import type { DspToolkit, OrganisationKind } from '../../care-record/catalogue.ts'
import { fail, ok, type Result } from '../../care-record/result.ts'
import { SECTIONS, type SectionId } from '../../care-record/section.ts'
import { daysUntil } from './agreement-life.ts'

/** The tasks of an application to connect, in their order. */
export const TASKS = ['organisation', 'kind', 'agreement', 'dsp-toolkit', 'contacts', 'shares', 'viewers', 'check', 'go-live'] as const
export type Task = (typeof TASKS)[number]

/** What was told so far: per task its fields as typed. */
export type ConnectionForm = Readonly<Partial<Record<Task, Readonly<Record<string, string>>>>>

export interface FieldError {
  readonly field: string
  readonly words: string
}

/** An application that is whole. */
export interface Connection {
  readonly odsCode: string
  readonly name: string
  readonly short: string
  readonly kind: string
  readonly area: string
  readonly reason: string
  /** Where the signed contract is kept. */
  readonly contract: string
  /** FHIR dates of the agreement. */
  readonly from: string
  readonly until: string
  readonly dspToolkit: DspToolkit
  readonly phone: string
  readonly web: string
  readonly contact: string
  /** `none`: it views and shares nothing. */
  readonly sections: readonly SectionId[] | '*' | 'none'
  /** ODS codes; `*`: every connected organisation. */
  readonly consumers: readonly string[] | '*'
  readonly checked: boolean
  readonly goLive: string
}

/** Kinds that are offered; what is not here cannot be chosen, and the tables refuse what may never view. */
export const KINDS: Readonly<Record<Exclude<OrganisationKind, 'national' | 'other'>, string>> = {
  'gp-practice': 'GP practice',
  acute: 'Hospital',
  community: 'Community health service',
  'mental-health': 'Mental health service',
  'social-care': 'Council: adults’ and children’s social care',
  ambulance: 'Ambulance service',
  'nhs-111': 'NHS 111',
  'out-of-hours': 'Out-of-hours GP service',
  'care-home': 'Care home',
  pharmacy: 'Pharmacy',
  hospice: 'Hospice',
}
export const DSP_STATUSES: Readonly<Record<DspToolkit['status'], string>> = {
  exceeded: 'Standards exceeded',
  met: 'Standards met',
  approaching: 'Approaching standards',
  'not-met': 'Standards not met',
  'not-published': 'Not published',
}

/** Day, month and year as typed, as a FHIR date; `undefined` when there is no such day. */
export function typedDay(values: Readonly<Record<string, string>>, name: string): string | undefined {
  const [day = '', month = '', year = ''] = ['Day', 'Month', 'Year'].map(part => (values[`${name}${part}`] ?? '').trim())
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return undefined
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : undefined
}

type Values = Readonly<Record<string, string>>
type Check = (values: Values, today: string) => readonly (FieldError | false)[]
const said = (values: Values, field: string, words: string): FieldError | false => (values[field] ?? '').trim() === '' && { field, words }
const day = (values: Values, field: string, words: string): FieldError | false => typedDay(values, field) === undefined && { field, words }
const codesOf = (text: string): readonly string[] =>
  text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(code => code !== '')
const isCode = (code: string): boolean => /^[A-Z0-9]{3,12}$/.test(code)
const notBefore = (values: Values, field: string, than: string, words: string): FieldError | false => {
  const typed = typedDay(values, field)
  return typed !== undefined && typed < than && { field, words }
}

const CHECKS: Readonly<Record<Task, Check>> = {
  organisation: v => [
    said(v, 'name', 'Enter the name of the organisation'),
    said(v, 'short', 'Enter the short name that staff know it by'),
    !isCode((v['odsCode'] ?? '').trim().toUpperCase()) && { field: 'odsCode', words: 'Enter the ODS code: 3 to 12 letters and digits' },
  ],
  kind: v => [
    !((v['kind'] ?? '') in KINDS) && { field: 'kind', words: 'Choose what kind of organisation it is' },
    said(v, 'area', 'Enter the area it serves'),
  ],
  agreement: (v, today) => [
    said(v, 'reason', 'Say why this organisation needs to take part'),
    said(v, 'contract', 'Say where the signed agreement is kept'),
    day(v, 'from', 'Enter the day the agreement begins'),
    day(v, 'until', 'Enter the last day of the agreement'),
    notBefore(v, 'until', typedDay(v, 'from') ?? today, 'The last day of the agreement cannot be before its first'),
    notBefore(v, 'until', today, 'The agreement has ended already'),
  ],
  'dsp-toolkit': (v, today) => [
    !['met', 'exceeded', 'approaching'].includes(v['status'] ?? '') && {
      field: 'status',
      words: 'The published status has to be met, exceeded or approaching before an organisation connects',
    },
    day(v, 'until', 'Enter the last day on which the status counts'),
    notBefore(v, 'until', today, 'This status does not count any more'),
  ],
  contacts: v => [
    !/^[0-9+() ]{7,25}$/.test((v['phone'] ?? '').trim()) && { field: 'phone', words: 'Enter the phone number that the public can call' },
    !/^https:\/\/[^\s]{3,190}$/.test((v['web'] ?? '').trim()) && {
      field: 'web',
      words: 'Enter the address of its web page, with https://',
    },
    said(v, 'contact', 'Say who answers for information governance there'),
  ],
  shares: v => [
    !['all', 'some', 'none'].includes(v['sharing'] ?? '') && { field: 'sharing', words: 'Choose what it shares' },
    v['sharing'] === 'some' && sectionsOf(v).length === 0 && { field: 'sharing', words: 'Choose at least one part of the record' },
  ],
  viewers: v => [
    !['everyone', 'named'].includes(v['who'] ?? '') && { field: 'who', words: 'Choose who may view what it shares' },
    v['who'] === 'named' &&
      (codesOf(v['codes'] ?? '').length === 0 || !codesOf(v['codes'] ?? '').every(isCode)) && {
        field: 'codes',
        words: 'Enter ODS codes with spaces between them',
      },
  ],
  check: v => [
    !['passed', 'views-only'].includes(v['result'] ?? '') && {
      field: 'result',
      words: 'The connection has to be checked with nothing wrong, or the organisation only views',
    },
  ],
  'go-live': (v, today) => [
    day(v, 'date', 'Enter the day on which it goes live'),
    notBefore(v, 'date', today, 'The day on which it goes live cannot be in the past'),
    typedDay(v, 'date') !== undefined &&
      daysUntil(typedDay(v, 'date') ?? today, today) > 366 && { field: 'date', words: 'Choose a day within a year' },
  ],
}

const sectionsOf = (values: Values): readonly SectionId[] => SECTIONS.map(s => s.id).filter(id => values[`section-${id}`] === 'yes')

/** What is wrong with one task, a line a field; empty: it is done. */
export const taskErrors = (task: Task, values: Values, today: string): readonly FieldError[] =>
  CHECKS[task](values, today).filter(error => error !== false)

export const isDone = (form: ConnectionForm, task: Task, today: string): boolean =>
  form[task] !== undefined && taskErrors(task, form[task], today).length === 0

/** @returns the application, fault `invalid` while a task is not done. */
export function wholeConnection(form: ConnectionForm, today: string): Result<Connection> {
  const open = TASKS.filter(task => !isDone(form, task, today))
  if (open.length > 0) return fail('invalid', `${open.length === 1 ? 'One task is' : `${open.length} tasks are`} not done yet.`)
  const of = (task: Task, field: string): string => (form[task]?.[field] ?? '').trim()
  const dayOf = (task: Task, field: string): string => typedDay(form[task] ?? {}, field) ?? ''
  const sharing = of('shares', 'sharing')
  return ok({
    odsCode: of('organisation', 'odsCode').toUpperCase(),
    name: of('organisation', 'name'),
    short: of('organisation', 'short'),
    kind: of('kind', 'kind'),
    area: of('kind', 'area'),
    reason: of('agreement', 'reason'),
    contract: of('agreement', 'contract'),
    from: dayOf('agreement', 'from'),
    until: dayOf('agreement', 'until'),
    dspToolkit: { status: of('dsp-toolkit', 'status') as DspToolkit['status'], until: dayOf('dsp-toolkit', 'until') },
    phone: of('contacts', 'phone'),
    web: of('contacts', 'web'),
    contact: of('contacts', 'contact'),
    sections: sharing === 'all' ? '*' : sharing === 'none' ? 'none' : sectionsOf(form.shares ?? {}),
    consumers: of('viewers', 'who') === 'everyone' ? '*' : codesOf(of('viewers', 'codes')),
    checked: true,
    goLive: dayOf('go-live', 'date'),
  })
}

/** An agreement applied for by itself. */
export interface AgreementApplication {
  readonly provider: string
  readonly consumer: string
  readonly sections: readonly SectionId[] | '*'
  readonly from: string
  readonly until: string
  readonly reason: string
}

/** @returns the application, or what is wrong, a line a field. */
export function parseAgreement(
  values: Values,
  today: string,
): { readonly value?: AgreementApplication; readonly errors: readonly FieldError[] } {
  const provider = (values['provider'] ?? '').trim().toUpperCase()
  const consumer = values['who'] === 'everyone' ? '*' : (values['consumer'] ?? '').trim().toUpperCase()
  const errors = [
    !isCode(provider) && { field: 'provider', words: 'Enter the ODS code of the organisation that shares' },
    !['everyone', 'named'].includes(values['who'] ?? '') && { field: 'who', words: 'Choose who may view' },
    values['who'] === 'named' && !isCode(consumer) && { field: 'consumer', words: 'Enter the ODS code of the organisation that views' },
    provider === consumer && isCode(provider) && { field: 'consumer', words: 'An organisation needs no agreement with itself' },
    ...CHECKS.shares(values, today).map(error =>
      values['sharing'] === 'none' ? { field: 'sharing', words: 'Choose what is shared' } : error,
    ),
    values['sharing'] === 'none' && { field: 'sharing', words: 'Choose what is shared' },
    said(values, 'reason', 'Say why this is needed for care'),
    day(values, 'from', 'Enter the day it begins'),
    day(values, 'until', 'Enter its last day'),
    notBefore(values, 'until', typedDay(values, 'from') ?? today, 'The last day cannot be before the first'),
    notBefore(values, 'until', today, 'The last day has gone by'),
  ].filter((error, place, all) => error !== false && all.findIndex(other => other !== false && other.field === error.field) === place)
  if (errors.length > 0) return { errors: errors.filter(error => error !== false) }
  return {
    errors: [],
    value: {
      provider,
      consumer,
      sections: values['sharing'] === 'all' ? '*' : sectionsOf(values),
      from: typedDay(values, 'from') ?? '',
      until: typedDay(values, 'until') ?? '',
      reason: (values['reason'] ?? '').trim(),
    },
  }
}
