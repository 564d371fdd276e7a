import { CARING_GROUPS } from '../../../care-record/catalogue.ts'
import type { FastifyReply } from 'fastify'
import type { Viewer } from '../../../care-record/person.ts'
import type { Fault } from '../../../care-record/result.ts'
import { SECTIONS } from '../../../care-record/section.ts'
import { changePage, GROUP_WORDS, RULES_PATH, rulesPage, servicesPage, type ChangeShown } from '../../../viewer/pages/office/rules.ts'
import { proposalPage, type ProposalModel } from '../../../viewer/pages/office/rules-forms.ts'
import { KIND_WORDS, sectionWords } from '../../../viewer/pages/office/takes-part.ts'
import { classTitle, SHARING_KINDS, type Change, type ChangeRow, type GovernDisclosure } from '../../govern-disclosure.ts'
import { sendFault } from '../faults.ts'
import { formValues } from '../find-routes.ts'
import type { Route, Visitor } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { named, send, statusOf } from './takes-part.ts'

/** The report of a trial run is longer than any other field. */
const LONGEST = 60_000
const BODY_BYTES = 128 * 1024
const KINDS = ['class', 'profile', 'service', 'share-class'] as const
type Values = Readonly<Record<string, string>>

const READERS = ['rules', 'guardian'] as const

/** What is withheld and shared: read, proposed and decided by those whose work the rules are. */
export function rulesRoutes({ ports, pages }: OfficeDoor, govern: GovernDisclosure): readonly Route[] {
  const mayPropose = ({ viewer }: Visitor): boolean => ports.officesOf(viewer.roleCode).includes('rules')
  const titleOf = (change: Change): string =>
    titleOfChange(change, odsCode => govern.overview().organisations.get(odsCode)?.name ?? odsCode)
  const shown = (row: ChangeRow): ChangeShown => ({ ...row, title: titleOf(row.change), says: wordsOf(row.change) })
  const proposal = (kind: ProposalModel['kind'], subject: string, values: Values, errors: Values): ProposalModel => {
    const { classes, organisations } = govern.overview()
    return {
      kind,
      subject,
      title: kind === 'class' ? classTitle(subject) : (organisations.get(subject)?.name ?? subject),
      classes: classes.filter(one => kind !== 'profile' || one.basis !== 'law').map(({ id, title }) => ({ id, title })),
      groups: CARING_GROUPS,
      kinds: SHARING_KINDS,
      values,
      errors,
    }
  }
  const kindOf = (kind: string): ProposalModel['kind'] | undefined => KINDS.find(one => one === kind)
  const away = async (fault: Fault, request: Parameters<typeof sendFault>[0], reply: FastifyReply) =>
    sendFault(request, reply, pages, fault)

  return [
    {
      method: 'GET',
      path: RULES_PATH,
      permission: 'office',
      offices: READERS,
      async serve(request, reply, visitor) {
        const [changes, unknown] = await Promise.all([govern.changes(), govern.unknownServices()])
        if (!changes.ok) return away(changes.fault, request, reply)
        if (!unknown.ok) return away(unknown.fault, request, reply)
        return send(
          reply,
          rulesPage(officeFrame(ports, visitor, RULES_PATH), {
            ...govern.overview(),
            changes: changes.value.map(shown),
            unknown: unknown.value.length,
            mayPropose: mayPropose(visitor),
          }),
        )
      },
    },
    {
      method: 'GET',
      path: `${RULES_PATH}/services`,
      permission: 'office',
      offices: READERS,
      async serve(request, reply, visitor) {
        const unknown = await govern.unknownServices()
        if (!unknown.ok) return away(unknown.fault, request, reply)
        return send(
          reply,
          servicesPage(officeFrame(ports, visitor, RULES_PATH), {
            services: unknown.value,
            organisations: govern.overview().organisations,
            yesterday: dayBefore(govern.today()),
            mayPropose: mayPropose(visitor),
          }),
        )
      },
    },
    {
      method: 'GET',
      path: `${RULES_PATH}/changes/:id`,
      permission: 'office',
      offices: READERS,
      async serve(request, reply, visitor) {
        const change = await govern.change(named(request, 'id'))
        if (!change.ok) return away(change.fault, request, reply)
        return send(
          reply,
          changePage(officeFrame(ports, visitor, RULES_PATH), {
            change: shown(change.value),
            may: mayOf(change.value, visitor.viewer, mayPropose(visitor)),
          }),
        )
      },
    },
    {
      method: 'POST',
      path: `${RULES_PATH}/changes/:id`,
      permission: 'office',
      offices: ['rules'],
      async serve(request, reply, visitor) {
        const id = named(request, 'id')
        const decision = (['approved', 'refused', 'withdrawn'] as const).find(one => one === formValues(request.body)['decision'])
        const decided =
          decision === undefined
            ? { ok: false as const, fault: { kind: 'invalid' as const, detail: 'Say what you decide.' } }
            : await govern.decide(visitor.viewer, id, decision)
        if (decided.ok) return reply.redirect(`${RULES_PATH}/changes/${id}`, 303)
        const change = await govern.change(id)
        if (!change.ok) return away(change.fault, request, reply)
        return send(
          reply,
          changePage(officeFrame(ports, visitor, RULES_PATH), {
            change: shown(change.value),
            may: mayOf(change.value, visitor.viewer, true),
            problem: decided.fault.detail,
          }),
          statusOf(decided.fault),
        )
      },
    },
    {
      method: 'GET',
      path: `${RULES_PATH}/propose/:kind/:subject`,
      permission: 'office',
      offices: ['rules'],
      async serve(request, reply, visitor) {
        const [kind, subject] = [kindOf(named(request, 'kind')), named(request, 'subject')]
        if (kind === undefined || !SUBJECT.test(subject)) return away(NO_FORM, request, reply)
        const values = { ...valuesNow(kind, subject, govern), ...dayValues(govern.today()) }
        return send(reply, proposalPage(officeFrame(ports, visitor, RULES_PATH), proposal(kind, subject, values, {})))
      },
    },
    {
      method: 'POST',
      path: `${RULES_PATH}/propose/:kind/:subject`,
      permission: 'office',
      offices: ['rules'],
      bodyLimit: BODY_BYTES,
      async serve(request, reply, visitor) {
        const [kind, subject] = [kindOf(named(request, 'kind')), named(request, 'subject')]
        if (kind === undefined || !SUBJECT.test(subject)) return away(NO_FORM, request, reply)
        const values = formValues(request.body, LONGEST)
        const proposed = await govern.propose(visitor.viewer, {
          change: changeOf(kind, subject, values),
          from: dayOf(values),
          reason: values['reason'] ?? '',
          trial: values['trial'] ?? '',
        })
        if (proposed.ok) return reply.redirect(`${RULES_PATH}/changes/${proposed.value.id}`, 303)
        if (proposed.fault.kind === 'unavailable') return away(proposed.fault, request, reply)
        const errors = { [proposed.field]: FIELD_WORDS[proposed.field] ?? proposed.fault.detail }
        const page = proposalPage(officeFrame(ports, visitor, RULES_PATH), proposal(kind, subject, values, errors))
        return send(reply, page, statusOf(proposed.fault))
      },
    },
  ]
}

const NO_FORM: Fault = { kind: 'not-found', detail: 'There is no such form.' }
/** A class, an organisation, an organisation and a code, or `new`. */
const SUBJECT = /^(?!\d{9,})[A-Za-z0-9][A-Za-z0-9 :._/-]{0,79}$/

const FIELD_WORDS: Values = {
  odsCode: 'Give the ODS code, in capital letters and digits.',
  localCode: 'Give the code as the system writes it, at most 20 characters.',
  name: 'Give the name, in 3 to 200 characters.',
  treatmentFunction: 'Give a treatment function of three characters, or nothing.',
  legalClass: 'Say what it is.',
  documentClasses: 'Give one code a line, without blanks.',
  id: 'Give a short name of small letters, digits and hyphens.',
  title: 'Give the words a person reads, in 3 to 200 characters.',
  owner: 'Say who owns it.',
}

const mayOf = (row: ChangeRow, viewer: Viewer, mayDecide: boolean): 'decide' | 'withdraw' | 'read' => {
  if (!mayDecide) return 'read'
  if (row.proposed.userId === viewer.sdsUserId) return 'withdraw'
  return row.proposed.odsCode === viewer.odsCode ? 'read' : 'decide'
}

const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
const dayValues = (day: string): Values => ({
  fromDay: String(Number(day.slice(8))),
  fromMonth: String(Number(day.slice(5, 7))),
  fromYear: day.slice(0, 4),
})
const dayOf = (values: Values): string =>
  [values['fromYear'] ?? '', (values['fromMonth'] ?? '').padStart(2, '0'), (values['fromDay'] ?? '').padStart(2, '0')].join('-')

const ticked = (values: Values, prefix: string): readonly string[] =>
  Object.keys(values).flatMap(name => (name.startsWith(`${prefix}-`) && values[name] === 'yes' ? [name.slice(prefix.length + 1)] : []))
const ticks = (prefix: string, ids: readonly string[]): Values => Object.fromEntries(ids.map(id => [`${prefix}-${id}`, 'yes']))

/** A change as its form says it; whatever is wrong with it is found where it is parsed. */
function changeOf(kind: ProposalModel['kind'], subject: string, values: Values): unknown {
  const said = (name: string): string => (values[name] ?? '').trim()
  switch (kind) {
    case 'class':
      return { kind, classId: subject, seenBy: ticked(values, 'seenBy') }
    case 'profile':
      return {
        kind,
        odsCode: subject,
        sections: ticked(values, 'section'),
        documentClasses: said('documentClasses').split(/\s+/).filter(Boolean),
        policyClasses: ticked(values, 'class'),
      }
    case 'service':
      return {
        kind,
        odsCode: said('odsCode'),
        localCode: said('localCode'),
        name: said('name'),
        treatmentFunction: said('treatmentFunction') || null,
        legalClass: said('legalClass') === 'ordinary' ? null : said('legalClass'),
      }
    case 'share-class':
      return {
        kind,
        id: said('id'),
        title: said('title'),
        organisationKinds: ticked(values, 'kind'),
        sections: ticked(values, 'section'),
        policyClasses: ticked(values, 'class'),
        owner: said('owner'),
      }
  }
  return kind satisfies never
}

/** What stands now, for its form. */
function valuesNow(kind: ProposalModel['kind'], subject: string, govern: GovernDisclosure): Values {
  const now = govern.overview()
  if (kind === 'class') return ticks('seenBy', now.classes.find(one => one.id === subject)?.seenBy ?? [])
  if (kind === 'profile') {
    const profile = now.profiles.find(one => one.odsCode === subject)
    return {
      ...ticks('section', profile?.sections ?? []),
      ...ticks('class', profile?.policyClasses ?? []),
      documentClasses: (profile?.documentClasses ?? []).join('\n'),
    }
  }
  if (kind === 'service') {
    const [odsCode = '', localCode = ''] = subject === 'new' ? [] : subject.split(':')
    return { odsCode, localCode }
  }
  const shareClass = now.shareClasses.find(one => one.id === subject)
  return shareClass === undefined
    ? {}
    : {
        id: shareClass.id,
        title: shareClass.title,
        owner: shareClass.owner,
        ...ticks('kind', shareClass.organisationKinds),
        ...ticks('section', shareClass.sections),
        ...ticks('class', shareClass.policyClasses),
      }
}

function titleOfChange(change: Change, named: (odsCode: string) => string): string {
  switch (change.kind) {
    case 'class':
      return `Who sees: ${classTitle(change.classId)}`
    case 'profile':
      return `What is not shared by ${named(change.odsCode)}`
    case 'service':
      return `Register of ${named(change.odsCode)}: ${change.name}`
    case 'share-class':
      return `Class of sharing: ${change.title}`
  }
  return change satisfies never
}

const classesIn = (ids: readonly string[]): string => (ids.length === 0 ? 'None' : ids.map(classTitle).join(', '))
const sectionsIn = (ids: readonly string[]): string =>
  ids.length === 0 ? 'None' : sectionWords(SECTIONS.map(({ id }) => id).filter(id => ids.includes(id)))

/** The change in words, line by line. */
function wordsOf(change: Change): readonly (readonly [string, string])[] {
  switch (change.kind) {
    case 'class':
      return [['Seen by', change.seenBy.length === 0 ? 'Nobody' : change.seenBy.map(group => GROUP_WORDS[group]).join(', ')]]
    case 'profile':
      return [
        ['Parts not shared', sectionsIn(change.sections)],
        ['Classes not shared', classesIn(change.policyClasses)],
        ['Kinds of document not shared', change.documentClasses.join(', ') || 'None'],
      ]
    case 'service':
      return [
        ['Code', change.localCode],
        ['Name', change.name],
        ['Treatment function', change.treatmentFunction ?? 'Not said'],
        ['It is', change.legalClass === null ? 'An ordinary service' : classTitle(change.legalClass)],
      ]
    case 'share-class':
      return [
        ['In words', change.title],
        ['Held by', change.organisationKinds.map(kind => KIND_WORDS[kind]).join(', ') || 'Any organisation'],
        ['Parts of the record', sectionsIn(change.sections)],
        ['Classes', classesIn(change.policyClasses)],
        ['Owner', change.owner],
        ...(change.ended === true ? ([['It ends', 'Who kept it out is then shown nothing at all']] as const) : []),
      ]
  }
  return change satisfies never
}
