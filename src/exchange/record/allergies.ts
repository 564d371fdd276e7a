import type { AllergyIntolerance, AllergyIntoleranceReaction } from '@medplum/fhirtypes'
import type { AllergyEntry, Conflict } from '../../care-record/entry.ts'
import type { Item } from '../../care-record/item.ts'
import { type Agreement, type AllergyDraft, differing, origin, saidAt, sortKey, valuesOf, type Writable } from './draft.ts'
import { codesOf, hashed, isCoded, newestFirst, normal, SNOMED, statedPerson, term } from './reading.ts'

/** SNOMED CT: positively recorded absence, and what each rules out. */
const NEGATIVES: Readonly<Record<string, AllergyDraft['rulesOut']>> = {
  '716186003': 'all', // No known allergy
  '160244002': 'all', // No known allergies, its former id
  '409137002': 'Drug', // No known drug allergy
  '429625007': 'Food', // No known food allergy
  '428607008': 'Environment', // No known environmental allergy
  '428197003': 'Environment', // No known insect allergy
  '716220001': 'Environment', // No known animal allergy
  '716184000': 'latex', // No known latex allergy, former id
  '1003774007': 'latex', // No known latex allergy
}
const NEGATIVE_WORDS = /^(?:(?:no|nil) (?:known )?(?:(drug|food) )?(?:allergy|allergies)(?: known)?(?: (?:situation|finding))?|nka|nkda)$/
/** GP Connect: transfer-degraded drug allergy; the text carries the meaning. */
const DEGRADED = '196461000000101'

const severities = ['severe', 'moderate', 'mild'] as const

/** How one allergy statement reads (D20 to D28). */
export function draftAllergy(item: Item, allergy: AllergyIntolerance): AllergyDraft {
  const codes = codesOf(allergy.code)
  const degraded = codes.includes(`${SNOMED}|${DEGRADED}`)
  const title = term(allergy.code) ?? term(allergy.reaction?.[0]?.substance) ?? 'Agent not stated'
  const agent = agentOf(title)
  const ruled = rulesOut(allergy, title)
  const clinical = statusCode(allergy.clinicalStatus)
  const verification = statusCode(allergy.verificationStatus)
  const standing =
    verification === 'entered-in-error'
      ? 'entered-in-error'
      : verification === 'refuted'
        ? 'refuted'
        : clinical === 'resolved' || clinical === 'inactive'
          ? 'resolved'
          : 'stands'
  const state = standing === 'resolved' ? 'resolved' : standing === 'stands' ? (ruled ? 'negative' : 'active') : 'refuted'
  const label = labelOf(allergy, title)
  const reactions = (allergy.reaction ?? []).map(wordsOf).filter(words => words.length > 0)
  const severity =
    severities.find(s => allergy.reaction?.some(r => r.severity === s)) ?? (allergy.criticality === 'high' ? 'severe' : undefined)
  const date = allergy.recordedDate ?? allergy.onsetDateTime
  const certainty =
    standing === 'entered-in-error' ? 'Entered in error' : standing === 'refuted' ? 'Ruled out' : certaintyWords[verification]
  const realCodes = degraded ? [] : codes
  const entry: Writable<AllergyEntry> = {
    ...origin(item, title, date, isCoded(allergy.code) && !degraded, degraded ? ['degraded'] : undefined),
    kind: 'allergy',
    state,
    reactions,
  }
  if (standing !== 'stands') entry.list = 'past'
  if (label !== undefined) entry.label = label
  if (severity !== undefined) entry.severity = severity
  if (certainty !== undefined) entry.certainty = certainty
  const tie = hashed(item.id)
  entry.sort = sortKey(sortAllergy(entry), tie)
  const keys = ruled ? [`allergies/none/${ruled}`] : [...realCodes.map(c => `allergies/c/${c}`), `allergies/t/${agent}`]
  return {
    kind: 'allergy',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys,
    guard: `${standing}|${ruled === '' ? '' : 'negative'}|${/^not? /.test(agent) ? 'negated' : ''}|${kindOf(label)}|${statedPerson(allergy)}`,
    at: saidAt(item, date),
    links: item.links,
    codes: realCodes,
    agent,
    category: label ?? '',
    rulesOut: ruled,
  }
}

const certaintyWords: Readonly<Record<string, string>> = { confirmed: 'Confirmed', unconfirmed: 'Unconfirmed', presumed: 'Presumed' }
const statusCode = (concept: AllergyIntolerance['clinicalStatus']): string => concept?.coding?.[0]?.code ?? ''
const kindOf = (label: AllergyEntry['label']): string => (label === 'Intolerance' || label === 'Side effect' ? label : '')

const agentOf = (title: string): string =>
  normal(title)
    .replace(/ (?:substance|product|finding|disorder)$/, '')
    .replace(/^(?:(?:drug )?allergy to|allergic to|hypersensitivity to) /, '')
    .replace(/ (?:drug )?(?:allergy|hypersensitivity)$/, '')

function rulesOut(allergy: AllergyIntolerance, title: string): AllergyDraft['rulesOut'] {
  for (const c of allergy.code?.coding ?? []) {
    const scope = NEGATIVES[c.code ?? '']
    if (scope && c.system === SNOMED) return scope
  }
  const said = NEGATIVE_WORDS.exec(normal(title))
  if (!said) return ''
  return said[1] === 'food' ? 'Food' : said[1] === 'drug' || said[0] === 'nkda' ? 'Drug' : 'all'
}

function labelOf(allergy: AllergyIntolerance, title: string): AllergyEntry['label'] {
  if (/\bside[ -]effect/i.test(title)) return 'Side effect'
  if (allergy.type === 'intolerance') return 'Intolerance'
  const category = allergy.category?.length === 1 ? allergy.category[0] : undefined
  return category === 'food'
    ? 'Food'
    : category === 'environment'
      ? 'Environment'
      : category === 'medication' || category === 'biologic'
        ? 'Drug'
        : undefined
}

const wordsOf = (reaction: AllergyIntoleranceReaction): string[] => {
  const words = reaction.manifestation.flatMap(m => term(m) ?? [])
  return words.length > 0 || !reaction.description ? words : [reaction.description]
}

/** One row per agent: same code or same words, and nothing that stands between them. */
export function sameAllergy(a: AllergyDraft, b: AllergyDraft): Agreement | undefined {
  if (a.guard !== b.guard || a.rulesOut !== b.rulesOut) return undefined
  if (a.rulesOut) return { score: 2, why: 'same statement that none are known' }
  if (a.category !== '' && b.category !== '' && a.category !== b.category) return undefined
  const score = a.category === b.category ? 2 : 1
  if (a.codes.some(c => b.codes.includes(c))) return { score, why: 'same agent code' }
  return a.agent === b.agent ? { score, why: 'same agent in words' } : undefined
}

/** Several statements of one agent: reactions joined, the gravest severity, every certainty by whom. */
export function foldAllergies(group: readonly AllergyDraft[], newest: AllergyEntry): AllergyEntry {
  const events = new Map<string, readonly string[]>()
  for (const draft of group)
    for (const event of draft.entry.reactions) {
      const key = event.map(normal).sort().join('+')
      if (!events.has(key)) events.set(key, event)
    }
  const severity = severities.find(s => group.some(d => d.entry.severity === s))
  const label = newest.label ?? group.find(d => d.entry.label)?.entry.label
  const certainty = certaintyOf(group)
  const entry: Writable<AllergyEntry> = { ...newest, reactions: [...events.values()] }
  if (label !== undefined) entry.label = label
  if (severity !== undefined) entry.severity = severity
  if (certainty !== undefined) entry.certainty = certainty
  entry.conflicts = differing(
    'value',
    group,
    d => d.entry.severity ?? '',
    d => severityWords[d.entry.severity ?? 'mild'],
  )
  return entry
}

/** Each certainty once, by whom where they differ: `Confirmed (KCH, GSTT), Unconfirmed (GP)`. */
function certaintyOf(group: readonly AllergyDraft[]): string | undefined {
  const said = new Map<string, Set<string>>()
  for (const { entry } of group) {
    if (!entry.certainty) continue
    const by = said.get(entry.certainty)
    if (by) by.add(entry.recordedBy.short)
    else said.set(entry.certainty, new Set([entry.recordedBy.short]))
  }
  const [first] = said.keys()
  return said.size > 1 ? [...said].map(([words, by]) => `${words} (${[...by].join(', ')})`).join(', ') : first
}
const severityWords = { severe: 'Severe', moderate: 'Moderate', mild: 'Mild' } as const

/** What other sources say of the same agent that keeps them in rows of their own: ruled out, resolved. */
export function allergyAcross(group: readonly AllergyDraft[], others: readonly AllergyDraft[]): readonly Conflict[] {
  if (group[0]?.entry.state !== 'active') return []
  const sources = new Set(group.map(d => d.sourceId))
  const against = others.filter(o => !sources.has(o.sourceId) && o.entry.certainty !== 'Entered in error' && sharesAgent(group, o))
  const refuted = against.filter(o => o.entry.state === 'refuted')
  const resolved = against.filter(o => o.entry.state === 'resolved')
  const conflicts: Conflict[] = []
  if (refuted.length > 0)
    conflicts.push({
      kind: 'verification',
      values: [...valuesOf(group, d => d.entry.certainty ?? 'Active'), ...valuesOf(refuted, () => 'Ruled out')],
    })
  if (resolved.length > 0)
    conflicts.push({ kind: 'status', values: [...valuesOf(group, () => 'Active'), ...valuesOf(resolved, () => 'Resolved')] })
  return conflicts
}
const sharesAgent = (group: readonly AllergyDraft[], other: AllergyDraft): boolean =>
  group.some(d => d.agent === other.agent || d.codes.some(c => other.codes.includes(c)))

/**
 * A negative disagrees with each positive it rules out, whoever is newer (D23), unless the same source recorded the
 * positive later: then it has corrected itself.
 */
export function contradicts(negative: AllergyDraft, positive: AllergyDraft): boolean {
  if (negative.sourceId === positive.sourceId && positive.at > negative.at) return false
  if (negative.rulesOut === 'all') return true
  if (negative.rulesOut === 'latex') return positive.agent.includes('latex')
  return positive.category === negative.rulesOut || positive.category === ''
}

/** The conflict of presence beside a positive, with each source's words. */
export const presence = (positive: readonly AllergyDraft[], negative: readonly AllergyDraft[]): Conflict => ({
  kind: 'presence',
  values: [...valuesOf(positive, d => d.entry.title), ...valuesOf(negative, d => d.entry.title)],
})

/** D26: severity class, then agent; statements that none are known after them. */
export const sortAllergy = (entry: AllergyEntry): string =>
  `${entry.state === 'negative' ? '9' : entry.severity ? severities.indexOf(entry.severity) : '3'} ${normal(entry.title)} ${newestFirst(entry.date)}`
