import type { ToldCare } from '../people/told-care.ts'
import type { Held, ToldResource } from '../people/told.ts'

type Fields = Readonly<Record<string, unknown>>
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? (value as Fields[]) : [])
const at = (fields: Fields | undefined, name: string): string => {
  const value = fields?.[name]
  return typeof value === 'string' ? value : ''
}
const inner = (fields: Fields | undefined, name: string): Fields => (fields?.[name] ?? {}) as Fields
const phoneOf = (fields: Fields): string => at(list(fields['telecom'])[0], 'value')

/** A council's record that is told as hospitals' are, in the words of social care. */
export function earlierWords({ encounters = [], resources = [], appointments = [] }: Held): ToldCare {
  const of = (type: string): readonly ToldResource[] => resources.filter(resource => resource.type === type)
  const isCase = ({ title }: { readonly title: string }): boolean => /\bcase\b/i.test(title)
  const isNeed = (flag: ToldResource): boolean => list(list(flag.fields['category'])[0]?.['coding']).length > 0
  const statement = ({ id, fields, note }: ToldResource) => ({
    id,
    kind: at(list(fields['category'])[0], 'text'),
    text: at(inner(fields, 'code'), 'text'),
    on: at(inner(fields, 'period'), 'start'),
    ...(note === undefined ? {} : { note }),
  })
  const team = at(of('CareTeam')[0]?.fields, 'name') || 'Adult social care'
  const flags = of('Flag')
  const isReason = (flag: ToldResource): boolean => statement(flag).kind === 'Primary support reason'
  const reason = flags.find(isReason)
  return {
    workers: of('CareTeam').flatMap(({ id, fields }) =>
      list(fields['participant']).map((member, i) => ({
        id: `${id}-${i + 1}`,
        name: at(inner(member, 'member'), 'display'),
        role: at(list(member['role'])[0], 'text'),
        team: at(fields, 'name'),
        phone: phoneOf(fields),
        from: encounters[0]?.start.slice(0, 10) ?? '2026-01-01',
      })),
    ),
    cases: encounters.filter(isCase).map(({ id, title, start, end }) => ({
      id,
      title,
      team,
      opened: start,
      ...(end === undefined ? {} : { closed: end }),
      ...(reason === undefined ? {} : { reason: statement(reason).text }),
    })),
    visits: [
      ...encounters
        .filter(one => !isCase(one))
        .map(({ id, title, start, end }) => ({ id, title, start, ...(end === undefined ? {} : { end }), status: 'done' as const })),
      ...appointments.map(({ id, title, start, status, with: whom }) => ({
        id,
        title,
        start,
        status: status === 'fulfilled' ? ('done' as const) : status,
        ...(whom === undefined ? {} : { with: whom }),
      })),
    ],
    packages: [
      ...of('CarePlan').map(({ id, fields }) => ({
        id,
        title: at(fields, 'title'),
        provider: '',
        start: at(fields, 'created'),
        ...(at(inner(fields, 'period'), 'end') === '' ? {} : { end: at(inner(fields, 'period'), 'end') }),
        status: 'active' as const,
        ...(at(fields, 'description') === '' ? {} : { words: at(fields, 'description') }),
        goals: list(fields['goal']).map(goal => goalOf(at(goal, 'reference'), resources)),
        visits: list(fields['activity']).map(activity => {
          const detail = inner(activity, 'detail')
          const by = at(list(detail['performer'])[0], 'display')
          return { what: at(detail, 'description'), when: at(detail, 'scheduledString'), ...(by === '' ? {} : { by }) }
        }),
        worker: at(inner(fields, 'author'), 'display'),
      })),
      ...of('ServiceRequest').map(({ id, fields, note }) => ({
        id,
        title: at(inner(fields, 'code'), 'text'),
        provider: /^([^,.]+), (?=\d)/.exec(note ?? '')?.[1] ?? 'Council',
        start: at(fields, 'authoredOn'),
        status: 'active' as const,
        ...(note === undefined ? {} : { note }),
      })),
    ],
    equipment: of('DeviceUseStatement').map(({ id, fields }) => ({
      id,
      title: at(inner(fields, 'device'), 'display'),
      supplied: at(fields, 'recordedOn'),
    })),
    carers: of('RelatedPerson').map(({ id, fields, note }) => {
      const words = list(fields['relationship']).map(concept => at(concept, 'text'))
      return {
        id,
        name: at(list(fields['name'])[0], 'text'),
        relationship: words.at(-1) ?? '',
        roles: words.slice(0, -1),
        phone: phoneOf(fields),
        ...(note === undefined ? {} : { note }),
      }
    }),
    alerts: flags.filter(flag => !isNeed(flag) && !isReason(flag)).map(statement),
    aboutMe: flags.filter(isNeed).map(statement),
    legal: of('Consent').map(({ id, fields }) => {
      const [kind = '', ...rest] = at(list(fields['category'])[0], 'text').split(': ')
      return { id, kind, text: rest.join(': '), on: at(fields, 'dateTime') }
    }),
    circumstances: of('Observation').map(({ id, fields }) => ({
      id,
      kind: at(inner(fields, 'code'), 'text'),
      text: at(fields, 'valueString'),
      on: at(fields, 'effectiveDateTime'),
    })),
  }
}

const goalOf = (reference: string, resources: readonly ToldResource[]): string => {
  const goal = resources.find(({ type, id }) => `${type}/${id}` === reference)
  return at(inner(goal?.fields, 'description'), 'text')
}
