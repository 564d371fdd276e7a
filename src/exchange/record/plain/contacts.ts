import type { CareTeam, EpisodeOfCare, Organization, Patient, Practitioner, PractitionerRole, RelatedPerson } from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { isCoded, normal, resolve, term } from '../reading.ts'
import {
  addressOf,
  humanName,
  inError,
  isBefore,
  notesOf,
  people,
  phonesOf,
  type PlainRead,
  say,
  statusWords,
  terms,
  whoIs,
} from './read.ts'

/** Codes of relationship that mean `call this one`: next of kin, emergency contact, main carer (v2-0131, v3 RoleCode). */
const KEY_CONTACT: ReadonlySet<string> = new Set(['N', 'C', 'EP', 'ECON', 'NOK', 'NEXTOFKIN'])

const KIN =
  /\b(?:(?:grand|step|foster|adoptive )?(?:mother|father|parent|son|daughter|child)|husband|wife|spouse|partner|brother|sister|sibling|aunt|uncle|niece|nephew|cousin|(?:mother|father|son|daughter|brother|sister)-in-law)\b/i
const TITLE = /^(mr|mrs|ms|miss|mx|dr|prof|professor|rev|reverend|sir|dame|lord|lady)\b\.? +/

/** Digits of each number that can be called, in one form: `+44 7700` is `07700`. */
const digitsOf = (words: string): readonly string[] =>
  words.split(', ').flatMap(phone => {
    const digits = phone.replaceAll(/\D+/g, '').replace(/^(?:00)?44(?:0)?(?=\d{9,10}$)/, '0')
    return digits.length < MIN_DIGITS ? [] : [digits]
  })
/** Fewer digits are an extension. */
const MIN_DIGITS = 7

/** How somebody of this name, with these numbers and ties, is known again in another system. */
function contactOf(name: string, phones: string, ties: readonly string[], kin: string): NonNullable<PlainRead['contact']> | undefined {
  const comparable = normal(name)
  const bare = comparable.replace(TITLE, '')
  if (!bare.includes(' ')) return undefined
  const title = TITLE.exec(comparable)?.[1] ?? ''
  const sex = /^(?:mr|sir|lord)$/.test(title) ? 'm' : /^(?:mrs|ms|miss|dame|lady)$/.test(title) ? 'f' : ''
  return { name: bare, keys: { phones: digitsOf(phones), phoneWords: phones, ties: ties.map(normal), kin, title: sex } }
}

/** Somebody in the person's own life: who they are to them, and how to reach them. */
export function readRelatedPerson(_item: Item, r: RelatedPerson, today: string): PlainRead {
  const codes = (r.relationship ?? []).flatMap(c => c.coding ?? [])
  const facts: Fact[] = []
  say(facts, 'Relationship', terms(r.relationship))
  say(facts, 'Phone', phonesOf(r.telecom))
  say(facts, 'Address', addressOf(r.address?.[0]))
  if (codes.some(c => KEY_CONTACT.has(c.code ?? '')) || /next of kin|emergency contact/i.test(terms(r.relationship)))
    say(facts, 'Key contact', 'Yes')
  say(facts, 'Language', terms(r.communication?.map(c => c.language)))
  const ended = r.active === false || isBefore(r.period?.end, today)
  return {
    title: humanName(r.name) || terms(r.relationship) || 'Contact',
    coded: true,
    date: r.period?.start,
    until: r.period?.end,
    status: ended ? 'No longer a contact' : undefined,
    facts,
    past: ended,
    contact: contactOf(
      humanName(r.name),
      phonesOf(r.telecom),
      (r.relationship ?? []).flatMap(c => term(c) ?? []),
      normal(KIN.exec(terms(r.relationship))?.[0] ?? ''),
    ),
  }
}

/** A team with its members, each a fact, and how to reach it (R103). */
export function readCareTeam(item: Item, t: CareTeam, today: string): PlainRead {
  const facts: Fact[] = []
  say(facts, 'Role', terms(t.category))
  say(facts, 'Phone', phonesOf(t.telecom) || phoneBehind(item, t.managingOrganization?.[0]))
  say(facts, 'Organisation', people(item, t.managingOrganization))
  say(facts, 'Reason', terms(t.reasonCode))
  for (const p of t.participant ?? [])
    say(facts, 'Member', [whoIs(item, p.member), terms(p.role), phoneBehind(item, p.member)].filter(Boolean).join(', '))
  const ended = /^(?:inactive|suspended)$/.test(t.status ?? '') || isBefore(t.period?.end, today)
  return {
    title: t.name?.trim() || terms(t.category) || 'Care team',
    coded: true,
    date: t.period?.start,
    until: t.period?.end,
    words: notesOf(t.note) || undefined,
    status: t.status === undefined || t.status === 'active' ? undefined : statusWords(t.status),
    facts,
    past: ended,
    not: inError(t.status),
    contact: contactOf(
      t.name?.trim() ?? '',
      phonesOf(t.telecom) || phoneBehind(item, t.managingOrganization?.[0]),
      [people(item, t.managingOrganization)].filter(Boolean),
      '',
    ),
  }
}

const phoneBehind = (item: Item, reference: Parameters<typeof resolve>[1]): string => {
  const found = resolve(item, reference)
  return found && 'telecom' in found ? phonesOf(found.telecom) : ''
}

const EPISODE: Readonly<Record<string, string>> = {
  waitlist: 'Waiting',
  onhold: 'On hold',
  planned: 'Planned',
  active: 'Active',
  finished: 'Finished',
}

/** A team's case: from when to when, who leads it, what for. */
export function readEpisode(item: Item, e: EpisodeOfCare): PlainRead {
  const facts: Fact[] = []
  say(facts, 'Team', people(item, e.team))
  say(facts, 'Care manager', whoIs(item, e.careManager))
  say(facts, 'Organisation', whoIs(item, e.managingOrganization))
  say(
    facts,
    'Reason',
    people(
      item,
      e.diagnosis?.map(d => d.condition),
    ),
  )
  return {
    title: terms(e.type) || 'Episode of care',
    coded: e.type === undefined || isCoded(e.type[0]),
    date: e.period?.start,
    until: e.period?.end,
    status: e.status === undefined ? undefined : (EPISODE[e.status] ?? statusWords(e.status)),
    facts,
    past: item.section === 'encounters' ? false : /^(?:finished|cancelled)$/.test(e.status ?? ''),
    not: inError(e.status),
  }
}

/** A professional or an organisation around the person, where a source sends one as an item. */
export function readProfessional(item: Item, p: Practitioner | PractitionerRole | Organization | Patient): PlainRead {
  const facts: Fact[] = []
  let title: string
  if (p.resourceType === 'PractitionerRole') {
    title = whoIs(item, p.practitioner) || terms(p.code) || 'Professional'
    say(facts, 'Role', terms([...(p.code ?? []), ...(p.specialty ?? [])]))
    say(facts, 'Phone', phonesOf(p.telecom) || phoneBehind(item, p.practitioner) || phoneBehind(item, p.organization))
    say(facts, 'Organisation', whoIs(item, p.organization))
    say(facts, 'Place', people(item, p.location))
  } else {
    title = typeof p.name === 'string' ? p.name : humanName(p.name)
    if (p.resourceType === 'Practitioner') say(facts, 'Role', terms(p.qualification?.map(q => q.code)))
    if (p.resourceType === 'Organization') say(facts, 'Role', terms(p.type))
    say(facts, 'Phone', phonesOf(p.telecom))
    say(facts, 'Address', addressOf(p.address?.[0]))
  }
  return {
    title: title || 'Name not stated',
    coded: true,
    date: undefined,
    facts,
    past: 'active' in p && !(p.active ?? true),
  }
}
