import type { Conflict, Fact, PlainEntry } from '../../../care-record/entry.ts'
import { differing, NONE, type PlainDraft, type Writable } from '../draft.ts'
import { dayOf } from '../reading.ts'
import { otherPart, type Examination } from './examination.ts'
import { say } from './read.ts'

type Examined = PlainDraft & { readonly examination: Examination }
const isExamined = (draft: PlainDraft): draft is Examined => draft.examination !== undefined

/**
 * One examination: what the report says first, with its own status, then that there are pictures (D134). A report that names
 * another day, side or part of the body than the pictures is shown with that, never without.
 *
 * @param group newest first, at least one of them pictures.
 */
export function foldExamination(group: readonly PlainDraft[], newest: PlainEntry): PlainEntry {
  const examined = group.filter(isExamined)
  const studies = examined.filter(d => d.examination.as === 'study')
  const reports = examined.filter(d => d.examination.as === 'report')
  const head = (reports.find(d => d.entry.words !== undefined || d.entry.opens !== undefined) ?? reports[0] ?? studies[0])?.entry ?? newest
  const facts: Fact[] = []
  const count = picturesOf(studies)
  for (const { entry } of [{ entry: head }, ...group])
    for (const [label, words] of entry.facts ?? NONE)
      if (label !== 'Images' && facts.every(([told]) => told !== label)) say(facts, label, words)
  const what = studies.map(d => d.entry.title).find(title => title !== head.title)
  if (count !== undefined) say(facts, 'Images', [counted(count), what].filter(Boolean).join(', '))
  else if (what !== undefined) say(facts, 'Images', what)
  const taken = examined.flatMap(d => d.examination.taken ?? [])
  const entry: Writable<PlainEntry> = {
    ...head,
    list: group.some(d => d.entry.list === 'current') ? 'current' : 'past',
    facts,
    conflicts: conflictsOf(examined, reports),
  }
  // A report may say only when it was issued; the record is read by when the pictures were taken.
  const own = examined.find(d => d.entry === head)?.examination.taken
  const date = own ?? taken[0]
  if (date !== undefined) entry.date = date
  const words = head.words ?? group.map(d => d.entry.words).find(Boolean)
  if (words !== undefined) entry.words = words
  const onDemand = studies.find(d => d.entry.images !== undefined)
  if (onDemand) entry.images = count === undefined ? {} : { count }
  return entry
}

/**
 * Statements of one examination each, where pictures are among them. What ties them are numbers and not likeness, so that a
 * tie of a tie counts; where they name more than one person nothing is tied.
 */
export function examinationsAmong(drafts: readonly PlainDraft[]): readonly (readonly PlainDraft[])[] {
  let tied: (readonly Examined[])[] = []
  for (const draft of drafts.filter(isExamined)) {
    const near = tied.filter(group => group.some(one => one.examination.keys.some(key => draft.examination.keys.includes(key))))
    tied = [...tied.filter(group => !near.includes(group)), [...near.flat(), draft]]
  }
  return tied.filter(
    group =>
      group.length > 1 &&
      group.some(d => d.examination.as === 'study') &&
      new Set(group.flatMap(d => d.examination.person || [])).size < 2 &&
      new Set(group.map(d => d.entry.section)).size === 1,
  )
}

const counted = (count: number): string => (count === 1 ? '1 image' : `${count} images`)

/** Pictures of all studies, each study once however many archives have it. */
function picturesOf(studies: readonly Examined[]): number | undefined {
  const counts = new Map<string, number>()
  for (const { examination, itemId } of studies) {
    const uid = examination.keys.find(key => key.startsWith('uid|')) ?? itemId
    if (examination.images !== undefined) counts.set(uid, Math.max(counts.get(uid) ?? 0, examination.images))
  }
  return counts.size === 0 ? undefined : [...counts.values()].reduce((sum, count) => sum + count, 0)
}

function conflictsOf(examined: readonly Examined[], reports: readonly Examined[]): readonly Conflict[] {
  const title = (d: Examined): string => d.entry.title
  const parts = examined.some(a => examined.some(b => otherPart(a.examination, b.examination)))
  return [
    ...differing(
      'status',
      reports,
      d => d.entry.status ?? '',
      d => d.entry.status ?? '',
    ),
    ...differing(
      'date',
      examined,
      d => dayOf(d.examination.taken) ?? '',
      d => d.examination.taken ?? '',
    ),
    ...differing('laterality', examined, d => d.examination.side, title),
    ...(parts ? differing('value', examined, d => d.examination.part, title) : NONE),
  ]
}
