import type { Catalogue, RoleGroup, SharingProfile } from '../../../care-record/catalogue.ts'
import type { ShareClass } from '../../../care-record/objection.ts'
import { button, details, errorSummary, insetText, stackedTable, summaryList, tag, type TagColour } from '../../components/nhsuk.ts'
import { listed, staffDate } from '../../format.ts'
import { html, type Child, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { KIND_WORDS, officeForm, personWords, sectionWords, type PersonAtWork } from './takes-part.ts'

export const RULES_PATH = '/office/rules'

/** What people call each group of roles. */
export const GROUP_WORDS: Readonly<Record<RoleGroup, string>> = {
  'emergency-doctor': 'Emergency doctors',
  doctor: 'Hospital doctors',
  gp: 'GPs',
  nurse: 'Hospital nurses',
  'community-nurse': 'Community nurses',
  'mental-health': 'Mental health staff',
  'nhs-111': 'NHS 111',
  pharmacist: 'Pharmacists',
  paramedic: 'Ambulance crews',
  'social-worker': 'Social workers',
  midwife: 'Midwives',
  'allied-health': 'Therapists and other allied health professionals',
  'care-home': 'Care home staff',
  student: 'Students',
  clerk: 'Clerks and receptionists',
  'privacy-officer': 'Privacy officers',
  guardian: 'Caldicott Guardians',
  governance: 'Information governance staff',
  steward: 'Data stewards',
  support: 'Systems support',
}
const groups = (seenBy: readonly RoleGroup[]): string =>
  seenBy.length === 0 ? 'Nobody' : seenBy.map(group => GROUP_WORDS[group]).join(', ')

export interface ClassShown {
  readonly id: string
  readonly title: string
  readonly basis: 'law' | 'policy' | 'board'
  readonly seenBy: readonly RoleGroup[]
  readonly since: string
  readonly owner: string
  readonly approvedBy: readonly string[]
  readonly changeId?: string
}
/** A change in the words of whoever decides it. */
export interface ChangeShown {
  readonly id: string
  readonly title: string
  readonly says: readonly (readonly [string, string])[]
  readonly from: string
  readonly reason: string
  readonly proposed: PersonAtWork & { readonly at: string }
  readonly state: 'proposed' | 'approved' | 'refused' | 'withdrawn'
  readonly decided?: PersonAtWork & { readonly at: string }
  readonly trial?: TrialShown
}
interface Counted {
  readonly of: string
  readonly hidden: number
  readonly shown: number
}
export interface TrialShown {
  readonly people: number
  readonly items: number
  readonly hidden: number
  readonly shown: number
  readonly peopleTouched: number
  readonly bySection: readonly Counted[]
  readonly byOrganisation: readonly Counted[]
  readonly byRoleGroup: readonly Counted[]
}
export interface RulesModel {
  readonly exchange: string
  readonly classes: readonly ClassShown[]
  readonly profiles: readonly SharingProfile[]
  readonly shareClasses: readonly ShareClass[]
  readonly organisations: Catalogue['organisations']
  readonly registers: readonly { readonly odsCode: string; readonly rows: number; readonly ofClass: number }[]
  readonly changes: readonly ChangeShown[]
  /** Local codes that no register has. */
  readonly unknown: number
  readonly mayPropose: boolean
}

const STATES: Readonly<Record<ChangeShown['state'], readonly [string, TagColour]>> = {
  proposed: ['Waits for a decision', 'yellow'],
  approved: ['Approved', 'green'],
  refused: ['Refused', 'red'],
  withdrawn: ['Taken back', 'grey'],
}
const stateOf = ({ state }: ChangeShown): Html => tag(...STATES[state])
const changeLink = ({ id, title }: ChangeShown): Html => html`<a href="${RULES_PATH}/changes/${id}">${title}</a>`
const list = (words: readonly string[], none: string): string => (words.length === 0 ? none : words.join(', '))

/** What is in force, by whom and since when. */
export function rulesPage(frame: OfficeFrame, model: RulesModel): Html {
  const waiting = model.changes.filter(one => one.state === 'proposed')
  const decided = model.changes.filter(one => one.state !== 'proposed')
  const named = (odsCode: string): string => model.organisations.get(odsCode)?.name ?? odsCode
  const propose = (kind: string, subject: string, words: string, what: string): Child =>
    model.mayPropose &&
    html`<a href="${RULES_PATH}/propose/${kind}/${encodeURIComponent(subject)}"
      >${words}<span class="nhsuk-u-visually-hidden"> ${what}</span></a
    >`
  const classRow = (one: ClassShown): readonly Child[] => [
    one.title,
    one.basis === 'board' ? 'Not in force' : groups(one.seenBy),
    one.basis === 'board'
      ? 'Ready. It stands once a change says who sees it.'
      : one.changeId === undefined
        ? staffDate(one.since)
        : html`${staffDate(one.since)}, by <a href="${RULES_PATH}/changes/${one.changeId}">a change of two people</a>`,
    ...(model.mayPropose ? [one.basis === 'law' ? 'Set by law' : propose('class', one.id, 'Change', `who sees ${one.title}`)] : []),
  ]
  const head = ['What it is about', 'Who sees it', 'Since', ...(model.mayPropose ? ['Change'] : [])]
  const unchanged = model.classes.filter(one => one.basis !== 'board' && one.changeId === undefined)
  const firstApproved = [...new Set(unchanged.map(one => listed(one.approvedBy)))]
  return officePage(
    frame,
    'What is withheld and shared',
    html`<p>
        What stands in ${model.exchange} today. A change takes two people of two organisations and is in force everywhere within seconds.
      </p>
      ${
        waiting.length > 0 &&
        html`<h2 class="nhsuk-heading-m">Waiting for a decision</h2>
          ${stackedTable(
            `${waiting.length} waiting`,
            ['Change', 'Proposed by', 'From'],
            waiting.map(one => [changeLink(one), personWords(one.proposed), staffDate(one.from)]),
          )}`
      }
      <p><a href="${RULES_PATH}/services">Clinics that no register has</a>: ${model.unknown}</p>
      ${firstApproved.length > 0 && html`<p>Where no change is named, it was approved by ${listed(firstApproved)}.</p>`}
      <h2 class="nhsuk-heading-m">What the law keeps apart</h2>
      ${stackedTable('Seen by nobody here, in any role', head, model.classes.filter(one => one.basis === 'law').map(classRow))}
      <h2 class="nhsuk-heading-m">What policy keeps apart</h2>
      ${stackedTable('Seen by some roles only', head, model.classes.filter(one => one.basis !== 'law').map(classRow))}
      <h2 class="nhsuk-heading-m">What providers do not share</h2>
      ${
        model.profiles.length === 0
          ? html`<p>Every provider shares all that its agreements cover.</p>`
          : stackedTable(
              'Not shared with anybody else',
              ['Provider', 'Parts of the record', 'Kinds of document', 'Classes', 'Since'],
              model.profiles.map(one => [
                named(one.odsCode),
                one.sections.length === 0 ? 'None' : sectionWords(one.sections),
                list(one.documentClasses, 'None'),
                list(
                  one.policyClasses.map(id => model.classes.find(c => c.id === id)?.title ?? id),
                  'None',
                ),
                staffDate(one.from),
              ]),
            )
      }
      ${
        model.mayPropose &&
        details(
          'Propose what a provider does not share',
          html`<ul class="nhsuk-list">
            ${[...model.organisations.values()]
              .filter(one => one.kind !== 'national')
              .toSorted((a, b) => (a.name < b.name ? -1 : 1))
              .map(one => html`<li>${propose('profile', one.odsCode, one.name, '')}</li>`)}
          </ul>`,
        )
      }
      <h2 class="nhsuk-heading-m">Classes a person may keep out of sharing</h2>
      ${
        model.shareClasses.length === 0
          ? html`<p>None.</p>`
          : stackedTable(
              'What each is made of',
              ['Class', 'Organisations', 'Parts of the record', 'Owner', ...(model.mayPropose ? ['Change'] : [])],
              model.shareClasses.map(one => [
                one.title,
                list(
                  one.organisationKinds.map(kind => KIND_WORDS[kind]),
                  'Any',
                ),
                one.sections.length === 0 ? 'None by itself' : sectionWords(one.sections),
                one.owner,
                ...(model.mayPropose ? [propose('share-class', one.id, 'Change', one.title)] : []),
              ]),
            )
      }
      ${model.mayPropose && html`<p>${propose('share-class', 'new', 'Propose a class of sharing', '')}</p>`}
      <h2 class="nhsuk-heading-m">Registers of services</h2>
      ${stackedTable(
        'Clinics and wards by organisation',
        ['Organisation', 'Registered', 'Of a class kept apart'],
        model.registers.map(one => [named(one.odsCode), String(one.rows), String(one.ofClass)]),
      )}
      ${model.mayPropose && html`<p>${propose('service', 'new', 'Propose a line of a register', '')}</p>`}
      <h2 class="nhsuk-heading-m">History</h2>
      ${
        decided.length === 0
          ? html`<p>No change has been decided.</p>`
          : stackedTable(
              `The last ${decided.length}`,
              ['Change', 'Decision', 'By', 'From'],
              decided.map(one => [
                changeLink(one),
                stateOf(one),
                one.decided === undefined ? '' : html`${personWords(one.decided)}, ${staffDate(one.decided.at)}`,
                staffDate(one.from),
              ]),
            )
      }`,
  )
}

const countTable = (caption: string, rows: readonly Counted[]): Child =>
  rows.length > 0 &&
  stackedTable(
    caption,
    ['Of', 'Hidden', 'Shown'],
    rows.map(row => [row.of, String(row.hidden), String(row.shown)]),
  )

const trialWords = (trial: TrialShown): Html =>
  html`<h2 class="nhsuk-heading-m">Trial run</h2>
    <p>
      ${trial.items} statements of ${trial.people} synthetic people were judged before and after, for each role. ${trial.hidden} would be
      hidden and ${trial.shown} would be shown that are not now. It touches ${trial.peopleTouched} of the people.
    </p>
    ${countTable('By part of the record', trial.bySection)} ${countTable('By organisation', trial.byOrganisation)}
    ${countTable('By role', trial.byRoleGroup)}`

/** One change: what it says, who asked, what it would do, and its decision. */
export const changePage = (
  frame: OfficeFrame,
  model: { readonly change: ChangeShown; readonly may: 'decide' | 'withdraw' | 'read'; readonly problem?: string },
): Html => {
  const { change, may, problem } = model
  const action = `${RULES_PATH}/changes/${change.id}`
  return officePage(
    frame,
    change.title,
    html`${problem !== undefined && errorSummary([{ words: problem, href: '#maincontent' }])} ${stateOf(change)}
      ${summaryList([
        ...change.says,
        ['From', staffDate(change.from)],
        ['Why', change.reason],
        ['Proposed by', html`${personWords(change.proposed)}, ${staffDate(change.proposed.at)}`],
        ...(change.decided === undefined
          ? []
          : ([['Decided by', html`${personWords(change.decided)}, ${staffDate(change.decided.at)}`]] as const)),
      ])}
      ${change.trial === undefined ? html`<p>No trial run was attached.</p>` : trialWords(change.trial)}
      ${
        change.state === 'proposed' &&
        (may === 'decide'
          ? html`${officeForm(frame, action, html`<input type="hidden" name="decision" value="approved" />${button('Approve')}`)}
            ${officeForm(frame, action, html`<input type="hidden" name="decision" value="refused" />${button('Refuse', { warning: true })}`)}`
          : may === 'withdraw'
            ? html`${insetText(html`<p>You proposed this. Somebody of another organisation decides it.</p>`)}
              ${officeForm(
                frame,
                action,
                html`<input type="hidden" name="decision" value="withdrawn" />${button('Take back', { secondary: true })}`,
              )}`
            : insetText(html`<p>Somebody of another organisation than the one that proposed it decides this.</p>`))
      }
      <p><a href="${RULES_PATH}">What is withheld and shared</a></p>`,
  )
}

export interface UnknownShown {
  readonly odsCode: string
  readonly localCode: string
  readonly treatmentFunctions: readonly string[]
  readonly firstSeen: string
  readonly lastSeen: string
}

/** The morning list: clinics that a source named and no register has, by organisation, the newest first. */
export const servicesPage = (
  frame: OfficeFrame,
  model: {
    readonly services: readonly UnknownShown[]
    readonly organisations: Catalogue['organisations']
    readonly yesterday: string
    readonly mayPropose: boolean
  },
): Html =>
  officePage(
    frame,
    'Clinics that no register has',
    html`<p>
        Systems named these clinics, wards or services, and the register of their organisation does not have them. What is of an ordinary
        function is shown until you say otherwise. What is of a function or name that the law keeps apart is withheld already.
      </p>
      ${
        model.services.length === 0
          ? html`<p>There are none. Every clinic that was named is in a register.</p>`
          : [...Map.groupBy(model.services, one => one.odsCode)].map(([odsCode, rows]) =>
              stackedTable(
                model.organisations.get(odsCode)?.name ?? odsCode,
                ['Code', 'Function', 'First named', 'Last named', ...(model.mayPropose ? ['Decide'] : [])],
                rows.map(row => [
                  html`${row.localCode}${row.firstSeen >= model.yesterday && html` ${tag('New', 'blue')}`}`,
                  row.treatmentFunctions.length === 0 ? 'Not said' : row.treatmentFunctions.join(', '),
                  staffDate(row.firstSeen),
                  staffDate(row.lastSeen),
                  ...(model.mayPropose
                    ? [
                        html`<a href="${RULES_PATH}/propose/service/${encodeURIComponent(`${row.odsCode}:${row.localCode}`)}"
                          >Say what it is<span class="nhsuk-u-visually-hidden">: ${row.localCode}</span></a
                        >`,
                      ]
                    : []),
                ]),
              ),
            )
      }
      <p><a href="${RULES_PATH}">What is withheld and shared</a></p>`,
  )
