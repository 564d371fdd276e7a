import type { AllergyEntry, Entry } from '../../care-record/entry.ts'
import type { SectionId } from '../../care-record/section.ts'
import { ageWords, dateTag, genderWords, nameTag, nhsNumberTag } from '../format.ts'
import { html, joined, nothing, type Child, type Html } from '../html.ts'
import { icons } from '../icons.ts'
import type { RecordPageModel } from '../models.ts'
import { allergySummary, flagRank, isSoFar, isSpokenOf, listedOf, type AllergySummary } from '../words.ts'
import { itemPath, organisation } from './chip.ts'
import { disagrees } from './conflict.ts'
import { sectionPath } from './section-card.ts'
import { agent, lowerWords, reactionWords } from './rows.ts'

const pair = (label: string, value: Child): Html =>
  html`<span class="lcr-pair"><span class="lcr-pair__label">${label}</span> <span class="lcr-pair__value">${value}</span></span> `

/**
 * Who the page is about: name, born with age, gender, NHS number, in that order, on every screen about one person (D01 to D09).
 *
 * @param options.notes false where nothing of the record is shown yet, and so nothing left out.
 */
export function personBanner(model: RecordPageModel, options: { readonly notes?: boolean } = {}): Html {
  const { person } = model
  const age = person.deceased === undefined ? ageWords(person.birthDate, model.openedAt) : undefined
  const ageAtDeath = person.deceased === undefined ? undefined : ageWords(person.birthDate, person.deceased)
  const masked = model.maskPlaces || person.restricted !== 'no'
  return html`<section aria-label="Person" class="lcr-banner${person.deceased !== undefined && ' lcr-banner--dead'}">
    <div class="lcr-banner__who">
      <h1 class="lcr-banner__name">${nameTag(person.name)}</h1>
      ${pair('Born', html`${dateTag(person.birthDate, 'date')}${age !== undefined && ` (${age})`}`)}${
        person.deceased !== undefined &&
        html`<span class="lcr-banner__died"
          ><strong class="lcr-banner__dead">DECEASED</strong> ${pair('Died', dateTag(person.deceased, 'date'))}${
            ageAtDeath !== undefined && pair('Age at death', ageAtDeath)
          }</span
        >`
      }${pair('Gender', genderWords[person.gender])}${pair(
        'NHS No.',
        html`${nhsNumberTag(person.nhsNumber)}${person.basis !== 'pds' && html` <span class="lcr-banner__unverified">not checked with the national register</span>`}`,
      )}<span class="lcr-banner__allergy" id="allergy-state" aria-hidden="true">${allergyState(model)}</span>
    </div>
    <div class="lcr-banner__more">
      ${person.preferredName !== undefined && pair('Preferred name', person.preferredName)}${
        masked
          ? pair('Address', 'not shown')
          : html`${pair('Address', address(model))}${person.phone !== undefined && pair('Phone', person.phone)}${pair(
              'GP',
              model.practiceName ?? html`Not recorded`,
            )}`
      }${options.notes !== false && bannerNotes(model, masked)}
    </div>
  </section>`
}

/** What the page leaves out for this person, and where the details above come from, said once. */
const bannerNotes = ({ person }: RecordPageModel, masked: boolean): Html =>
  html`${masked && html`<span class="lcr-banner__note">Places are not shown for this person. Letters are left out.</span>`}${
    person.basis === 'local-registration' &&
    html`<span class="lcr-banner__note">These details are from local registration. The national register did not answer.</span>`
  }`

const address = ({ person }: RecordPageModel): string => {
  const { address: lines, postcode } = person
  if (lines === undefined) return postcode ?? 'Not recorded'
  return postcode === undefined || lines.includes(postcode) ? lines : `${lines} ${postcode}`
}

const allergiesOf = (
  model: RecordPageModel,
): { positives: readonly AllergyEntry[]; negatives: readonly AllergyEntry[]; summary: AllergySummary } => {
  const mine = model.maySee.has('allergies') ? listedOf(model.snapshot, 'allergies') : []
  const current = mine.filter((e): e is AllergyEntry => e.kind === 'allergy')
  const positives = current.filter(e => e.state === 'active')
  const negatives = current.filter(e => e.state === 'negative')
  return {
    positives,
    negatives,
    summary: allergySummary(model.snapshot, positives.length, negatives.length, model.maySee.has('allergies')),
  }
}

/** The allergy state alone, for the banner that has shrunk (D10). */
export const allergyState = (model: RecordPageModel): Html => {
  const { positives, summary } = allergiesOf(model)
  return html`<span class="lcr-state lcr-state--${summary.state}"
    >${allergyIcon[summary.state]}${summary.words}${positives.length > 0 && ` ${positives.length}`}${
      summary.soFar !== undefined && summary.state !== 'unavailable' && ' so far'
    }</span
  >`
}

const allergyIcon = { known: icons.allergy, 'none-known': icons.none, 'not-recorded': icons.blank, unavailable: icons.unavailable } as const

/** Shown in the banner before `and N more` (D26). */
const ALLERGIES_SHOWN = 5

/** The allergy line and the flags under the banner (D20 to D28, D150). */
export function flags(model: RecordPageModel): Html {
  const { positives, negatives, summary } = allergiesOf(model)
  const all = deniedAlike(positives)
  return html`<div class="lcr-allergies lcr-allergies--${summary.state}">
      ${allergyIcon[summary.state]}<strong>${summary.words}${positives.length > 0 && summary.soFar !== undefined && ' so far'}</strong>${positives.length === 0 && summary.soFar !== undefined && html` <span class="lcr-sofar">${summary.soFar}</span>`}
      ${
        positives.length > 0
          ? html`<span class="lcr-allergies__agents"
                >${joined(
                  positives.slice(0, ALLERGIES_SHOWN).map(entry => allergyWords(entry, model, !all)),
                  html` <span aria-hidden="true">·</span> `,
                )}${
                  positives.length > ALLERGIES_SHOWN &&
                  html` <a href="${cardPath(model, 'allergies')}">and ${positives.length - ALLERGIES_SHOWN} more</a>`
                }${all && html` <span aria-hidden="true">·</span> <a href="${cardPath(model, 'allergies')}">sources disagree</a>`}</span
              >${summary.soFar !== undefined && html` <span class="lcr-sofar--more">(${summary.soFar.replace('so far, ', '')})</span>`}`
          : summary.state === 'none-known' &&
            html`<span class="lcr-allergies__agents"
              >recorded by
              ${joined(
                negatives
                  .slice(0, 2)
                  .map(entry => html`${organisation(entry.recordedBy)} ${dateTag(entry.date ?? entry.recordedBy.date, 'date')}`),
                html`, `,
              )}</span
            >`
      }
    </div>
    ${flagTags(model)}`
}

const cardPath = ({ viewId }: RecordPageModel, section: 'allergies' | 'alerts' | 'plans' | 'about-me'): string =>
  section === 'allergies' ? `/r/${encodeURIComponent(viewId)}/#s-allergies` : sectionPath(viewId, section)

/** Every allergy is denied by the same statement: said once for all. */
function deniedAlike(positives: readonly AllergyEntry[]): boolean {
  if (positives.length < 2 || !positives.every(disagrees)) return false
  const denials = positives.map(entry =>
    JSON.stringify(
      entry.conflicts.map(c => [c.kind, c.values.filter(v => v.words !== entry.title).map(v => [v.words, v.by.odsCode, v.by.date])]),
    ),
  )
  return new Set(denials).size === 1
}

function allergyWords(entry: AllergyEntry, model: RecordPageModel, each: boolean): Html {
  const reactions = lowerWords(reactionWords(entry))
  const inside: Child[] = [
    ...(reactions === '' ? [] : [reactions]),
    ...(each && disagrees(entry) ? [html`<a class="lcr-open" href="${itemPath(model.viewId, entry.id)}">sources disagree</a>`] : []),
  ]
  return html`<span class="lcr-allergen">${agent(entry)}${inside.length > 0 && html` (${joined(inside, '; ')})`}</span>`
}

/** Sections that hold what may be flagged. */
const FLAG_SECTIONS = ['alerts', 'plans', 'about-me'] as const

/** Every alert, and the plans and needs that have a rank, in the order of D150. */
export function flagsOf(model: Pick<RecordPageModel, 'snapshot' | 'maySee'>): readonly Entry[] {
  return FLAG_SECTIONS.filter(id => model.maySee.has(id))
    .flatMap(id => listedOf(model.snapshot, id).filter(entry => id === 'alerts' || (entry.kind === 'plain' && entry.rank !== undefined)))
    .toSorted((a, b) => flagRank(a) - flagRank(b))
}

/**
 * One flag. A resuscitation plan is never a yes or no: it names itself, its date and organisation, says when it no longer
 * holds, and opens its wording (D151).
 */
function flagTag(entry: Entry, viewId: string, wideOnly: boolean): Html {
  const resuscitation = entry.kind === 'plain' && entry.rank === 'resuscitation'
  const over = entry.kind === 'plain' && entry.status !== undefined && entry.status !== 'Active' ? entry.status : undefined
  const dated = entry.section === 'plans' || resuscitation
  return html`<li class="${wideOnly && 'lcr-flags__wide'}">
    <a class="lcr-flag-tag lcr-flag-tag--${resuscitation ? 'plans' : entry.section} lcr-open" href="${itemPath(viewId, entry.id)}"
      ><b>${entry.title}</b>${dated && html` ${dateTag(entry.date ?? entry.recordedBy.date, 'date')}`}${
        resuscitation && html` ${organisation(entry.recordedBy)}`
      }${dated && over !== undefined && html` <strong>${over}</strong>`}${
        resuscitation && html` <span class="lcr-flag-tag__act">read wording</span>`
      }</a
    >
  </li>`
}

/** Room for flags in their one line at 1366 px, less that of `and 12 more`, pixels. */
const FLAG_LINE_PX = 1_240
/** Border, padding and gap of a flag, pixels. */
const FLAG_EDGES_PX = 26
/** On a phone: the plan and one more. */
const FLAGS_NARROW = 2

/** Width of words in bold 14 px Arial, pixels, a little generous. */
const widthPx = (words: string): number => {
  let px = 0
  for (const letter of words)
    px += /[ .,:;!'’()|ijlI-]/.test(letter)
      ? 4.3
      : /[frt]/.test(letter)
        ? 5.2
        : /[mwMW]/.test(letter)
          ? 12
          : /[A-Z]/.test(letter)
            ? 10
            : 8.2
  return px
}

/** How many of the first flags fit into one line, whole; the first always stands there, however long. */
function flagsThatFit(all: readonly Entry[]): number {
  let left = FLAG_LINE_PX
  for (const [place, entry] of all.entries()) {
    const plan = entry.section === 'plans' || (entry.kind === 'plain' && entry.rank === 'resuscitation')
    left -= widthPx(entry.title) + FLAG_EDGES_PX + (plan ? widthPx(` 00-Mmm-0000 ${entry.recordedBy.short} read wording `) : 0)
    if (left < 0 && place > 0) return place
  }
  return all.length
}

/** Nothing is flagged: said in words, as long as somebody who could know has spoken. */
function noFlags(model: RecordPageModel, sections: readonly SectionId[]): string {
  if (sections.some(id => isSoFar(model.snapshot, id)) || model.snapshot.states.size === 0) return 'No alerts so far'
  return sections.some(id => isSpokenOf(model.snapshot, id)) ? 'No alerts recorded' : 'No alerts to show'
}

/** One line of one height, whatever arrives (D115): what fits in the order of rank, and how many more there are. */
function flagTags(model: RecordPageModel): Html {
  const sections = FLAG_SECTIONS.filter(id => model.maySee.has(id))
  const [section] = sections
  if (section === undefined) return nothing
  const all = flagsOf(model)
  if (all.length === 0) return html`<p class="lcr-flags lcr-flags--none">${noFlags(model, sections)}</p>`
  const wide = flagsThatFit(all)
  const narrow = Math.min(wide, FLAGS_NARROW)
  const more = (shown: number, where: string): Child =>
    shown < all.length &&
    html`<li class="${where}">
      <a href="${cardPath(model, section)}"
        >and ${all.length - shown} more<span class="nhsuk-u-visually-hidden"> alerts, plans and needs</span></a
      >
    </li>`
  return html`<ul class="lcr-flags" aria-label="Alerts and plans">
    ${all.slice(0, wide).map((entry, place) => flagTag(entry, model.viewId, place >= narrow))}${
      wide === narrow ? more(wide, 'lcr-flags__more') : html`${more(wide, 'lcr-flags__wide')}${more(narrow, 'lcr-flags__narrow')}`
    }
  </ul>`
}
