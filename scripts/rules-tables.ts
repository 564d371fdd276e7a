import { CHECKS, type AccessRules, type Check, type Window } from '../src/care-record/decision.ts'
import { findSection } from '../src/care-record/section.ts'
import { questions, READERS, relationshipWords, wordsOf } from '../src/exchange/access/reasons.ts'
import { reasonTable } from '../src/exchange/access/reason-table.ts'
import { groupRows } from '../src/exchange/access/roles/groups.ts'
import { boardClasses } from '../src/exchange/disclosure/rules/board-classes.ts'
import { classTitle } from '../src/exchange/disclosure/rules/class-titles.ts'
import { firstSet } from '../src/exchange/disclosure/rules/first-set.ts'
import { policyClasses } from '../src/exchange/disclosure/rules/policy-classes.ts'
import type { LegalClass } from '../src/exchange/disclosure/rules/rule-set.ts'
import { html, type Child, type Html } from '../src/viewer/html.ts'

const HOUR_MS = 3_600_000
/** Up to two days people count in hours. */
const HOURS_UP_TO = 72

function lengthOf(ms: number): string {
  const hours = ms / HOUR_MS
  if (hours % 24 === 0 && hours > HOURS_UP_TO) return `${hours / 24} days`
  return `${hours} hours`
}

/** A table of the page: its headings and rows, the first cell of each a heading. */
export const table = (caption: string, headings: readonly string[], rows: readonly (readonly Child[])[]): Html =>
  html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${headings.map(heading => html`<th scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([first, ...more]) =>
          html`<tr>
            <th scope="row">${first}</th>
            ${more.map(cell => html`<td>${cell}</td>`)}
          </tr> `,
      )}
    </tbody>
  </table>`

const titleOfGroup = new Map<string, string>(groupRows.map(row => [row.group, row.title]))
const groupsSeen = (groups: readonly string[]): string =>
  groups.length === 0 ? 'Nobody' : groups.map(group => titleOfGroup.get(group) ?? group).join(', ')

const capital = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1)

/** What a window's figures say, so that what is signed is what decides. */
function howLong(window: Window): string {
  const { afterEndMs, silenceMs, longestMs, againMs, thatDay } = window
  if (isOwnWord(window) && longestMs !== null) return `${lengthOf(longestMs)} from when it was given.`
  if (thatDay === true) return 'That day, to midnight in London.'
  const said = [
    longestMs === afterEndMs
      ? `${lengthOf(afterEndMs)} from its start.`
      : afterEndMs === 0
        ? 'To its end.'
        : `To its end and ${lengthOf(afterEndMs)} after.`,
  ]
  if (silenceMs !== null) said.push(`No end recorded: to ${lengthOf(silenceMs)} after the last message.`)
  if (longestMs !== null && longestMs !== afterEndMs) said.push(`Never past ${lengthOf(longestMs)} from its start.`)
  if (againMs !== undefined) said.push(`While it stands it is looked at again within ${lengthOf(againMs)}.`)
  return said.join(' ')
}

/** Of what rests on the person the page says no more than this. */
const said: Partial<Readonly<Record<Check, string>>> = {
  relationship: 'That nothing shows it; with a form where the group may give a reason',
  objection: 'What it says when nothing is held',
}

export const questionTable = (): Html =>
  table(
    'The questions, in this order; the first no decides',
    ['', 'Question', 'What the page says of a no'],
    CHECKS.map((check, place) => [String(place + 1), questions[check], said[check] ?? 'The reason, to everyone alike']),
  )

const isOwnWord = ({ type }: Window): boolean => type.startsWith('claim-') || type === 'emergency-access'
const seeing = groupRows.filter(({ sections }) => sections.length > 0).map(({ group }) => group)

function forWhom(window: Window): string {
  const { groups } = window
  if (isOwnWord(window)) return 'Who gave it, in a group that may.'
  const team = window.teamOnly ? 'The team that it names.' : 'Where it names a team, that team.'
  if (groups === '*') return `Every group that sees something. ${team}`
  const others = seeing.filter(group => !groups.includes(group))
  return others.length < groups.length ? `Every group but ${groupsSeen(others).toLowerCase()}. ${team}` : `${groupsSeen(groups)}. ${team}`
}

export const windowTable = ({ windows }: AccessRules): Html =>
  table(
    'What puts a person in somebody’s care, and for how long',
    ['Because of', 'How long', 'For whom'],
    windows.map(window => [capital(relationshipWords[window.type] ?? window.type), howLong(window), forWhom(window)]),
  )

export const figureTable = ({ acceptedUseDays, feeUnpaidDays, overdueDays, purposes }: AccessRules): Html =>
  table(
    'Figures',
    ['What', 'Figure'],
    [
      ['Purposes that open a record', purposes.map(purpose => capital(purpose.replaceAll('-', ' '))).join(', ')],
      ['The rules of use are accepted again after', `${acceptedUseDays} days`],
      ['An unpaid register fee is warned of, and refused after', `${feeUnpaidDays} days`],
      ['A lapsed agreement or DSP Toolkit is served, on a named decision, for at most', `${overdueDays} days`],
    ],
  )

const list = (words: readonly string[]): string => (words.length === 0 ? '' : words.join(', '))

export const shareTable = ({ shareClasses }: AccessRules): Html =>
  table(
    'Parts of the record a person may keep where they are',
    ['Part', 'Whatever these hold', 'Sections', 'Classes of section 5', 'Owner'],
    shareClasses.map(row => [
      row.title,
      list(row.organisationKinds.map(kind => capital(kind.replaceAll('-', ' ')))),
      list(row.sections.map(id => findSection(id)?.title ?? id)),
      list(row.policyClasses.map(classTitle)),
      row.owner,
    ]),
  )

const classRows = (classes: readonly LegalClass[], basis: string, seenBy: (row: LegalClass) => string): readonly (readonly Child[])[] =>
  classes.map(row => [classTitle(row.id), basis, seenBy(row)])

export const classTable = (): Html =>
  table(
    'Kept apart, whatever the role sees otherwise',
    ['Class', 'Basis', 'Seen by'],
    [
      ...classRows(
        firstSet.classes.filter(({ id }) => !policyClasses.some(row => row.id === id)),
        'Law',
        () => 'Nobody',
      ),
      ...classRows(policyClasses, 'Policy', ({ maySee = [] }) => groupsSeen(maySee)),
      ...classRows(boardClasses, 'Ready; a board puts it in force', () => 'Nobody until two people have said who'),
    ],
  )

const heading: Readonly<Record<(typeof READERS)[number], string>> = {
  page: 'On the page of the professional',
  audit: 'In the audit',
  officer: 'To the officer or Guardian',
  letter: 'In a letter to the person',
}
const READ = READERS.filter(reader => reader !== 'audit')
const CODES = Object.keys(reasonTable)
/** What a decision fills in, as it stands in a form. */
const blanks = { type: '(kind)', why: '(window)', exchange: '(area)', organisation: '(code)', state: '(state)', until: '(day)' }
const more = { since: '(day)', id: '(id)', title: '(role)', purpose: '(purpose)', basis: '(basis)', reason: '(ground)' }

export const answerTable = (): Html =>
  table(
    `The ${CODES.length} answers a decision can give, and their words`,
    ['Code', ...READ.map(reader => heading[reader])],
    CODES.map(code => [
      code.replaceAll('-', '\u2011'),
      ...READ.map(reader => wordsOf(reader, { check: 'purpose', held: true, code, with: { ...blanks, ...more } })),
    ]),
  )
