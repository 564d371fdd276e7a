import { defined, isObject, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { keyOf, keyOfReference } from '../reading/references.ts'
import { CONSULTATION, listCode } from './lists.ts'
import type { Shape } from './shape.ts'
import { conceptWords, lineOf } from './words.ts'

interface Consulting {
  readonly shape: Shape
  /** Whether a statement is an item of this answer. */
  readonly isItem: (key: string) => boolean
  /** Sections the reader may see: a line of another is not in the tree. */
  readonly maySee: ReadonlySet<string>
}

/** What a tree leads to, gathered on the way. */
interface Leaves {
  readonly items: Set<string>
  /** Told in the tree and no item here: they travel with it, and are judged with it. */
  readonly others: Set<string>
  /** Problems that topics were about. */
  readonly problems: Set<string>
  readonly seen: Set<string>
}

/**
 * A consultation is its Encounter. Its topics, headings and lines are told within it as a Composition: a section a heading, in
 * the practice's order; a line is a reference to the statement with its words as `display`. So a line goes when its statement
 * is withheld, and a heading goes with its last line. Topics without a title are headed by the problem they were about
 * (`focus`).
 */
export function* placeConsultations(consulting: Consulting): Generator<void, void> {
  for (const list of consulting.shape.stu3.values()) {
    if (list['resourceType'] !== 'List' || listCode(list) !== CONSULTATION) continue
    placeConsultation(consulting, list)
    yield
  }
}

function placeConsultation(consulting: Consulting, list: JsonObject): void {
  const { shape } = consulting
  const reference = textOf(objectOf(list['encounter'])['reference'])
  const encounter = reference === undefined ? undefined : shape.at(reference)
  const visit = encounter === undefined ? undefined : shape.resources.get(encounter)
  if (encounter === undefined || visit === undefined) return
  const leaves: Leaves = { items: new Set(), others: new Set(), problems: new Set(), seen: new Set() }
  const sections = sectionsOf(consulting, list, leaves)
  const participants = objectsOf(visit['participant']).flatMap(({ individual }) => (isObject(individual) ? [individual] : []))
  const authors = [...new Map(participants.map(one => [JSON.stringify(one), one])).values()]
  const composition = defined({
    resourceType: 'Composition',
    id: list['id'],
    status: 'final',
    type: { text: 'Consultation' },
    // The List is made when it is asked for: its date is that of the answer.
    date: textOf(objectOf(visit['period'])['start']) ?? list['date'],
    author: authors.length > 0 ? authors : undefined,
    title: textOf(list['title']) ?? 'Consultation',
    section: sections.length > 0 ? sections : undefined,
  })
  const others = [...leaves.others].flatMap(key => told(shape, key))
  const old = shape.placing.get(encounter)
  shape.place(encounter, {
    within: [...new Set([...(old?.within ?? []), ...(sections.length > 0 ? [composition] : []), ...others])],
    links: [...(old?.links ?? []), ...leaves.items, ...leaves.problems],
  })
  for (const leaf of leaves.items) shape.place(leaf, { parents: [...(shape.placing.get(leaf)?.parents ?? []), encounter] })
}

/** A statement with what its words come from. */
function told(shape: Shape, key: string): readonly JsonObject[] {
  const resource = shape.resources.get(key)
  const medication = textOf(objectOf(resource?.['medicationReference'])['reference'])
  return [resource, medication === undefined ? undefined : shape.resources.get(medication)].filter(one => one !== undefined)
}

/** Topics hold headings and no more (GP Connect Structured 1.5.1); what goes on deeper than this stands one after another. */
const MAX_HEADINGS = 20

/** Sections of one List: its own lines first, where it has both lines and headings. */
function sectionsOf(consulting: Consulting, list: JsonObject, leaves: Leaves, depth = 0): readonly JsonObject[] {
  const { shape } = consulting
  if (leaves.seen.has(keyOf(list))) return []
  leaves.seen.add(keyOf(list))
  const key = keyOf(list)
  if (shape.resources.has(key)) shape.place(key, { as: 'contained' })
  const sections: JsonObject[] = []
  let lines: JsonObject[] = []
  const close = (): void => {
    if (lines.length > 0) sections.push({ entry: lines })
    lines = []
  }
  for (const entry of objectsOf(list['entry'])) {
    const item = objectOf(entry['item'])
    const inner = keyOfReference(textOf(item['reference']) ?? '', '')
    const sub = inner === undefined ? undefined : shape.stu3.get(inner)
    if (sub?.['resourceType'] !== 'List') {
      const line = lineFor(consulting, item, leaves)
      if (line) lines.push(line)
      continue
    }
    close()
    const within = sectionsOf(consulting, sub, leaves, depth + 1)
    if (within.length === 0) continue
    const focus = problemOf(consulting, sub, leaves)
    const title = textOf(sub['title'])
    const heading = defined({ title: title === focus?.['display'] ? undefined : title, focus })
    const [only] = within
    if (Object.keys(heading).length === 0) sections.push(...within)
    else if (depth >= MAX_HEADINGS) sections.push(heading, ...within)
    else if (within.length === 1 && only && !('title' in only || 'focus' in only)) sections.push({ ...heading, ...only })
    else sections.push({ ...heading, section: within })
  }
  close()
  return sections
}

function lineFor({ shape, isItem, maySee }: Consulting, item: JsonObject, leaves: Leaves): JsonObject | undefined {
  const reference = textOf(item['reference'])
  const key = reference === undefined ? undefined : shape.at(reference)
  if (key === undefined) {
    // Providers write in place of an item what they cannot send. A reference to what was not sent says nothing.
    const words = textOf(item['display']) ?? (reference !== undefined && /\s/.test(reference) ? reference : undefined)
    return words !== undefined && maySee.has('observations') ? { display: words } : undefined
  }
  const resource = shape.resources.get(key)
  const holder = shape.holderOf(key)
  const section = shape.sectionAt(holder)
  if (!resource || section === undefined || !maySee.has(section)) return undefined
  if (isItem(holder)) leaves.items.add(holder)
  else leaves.others.add(key)
  return { reference: holder, display: lineOf(resource, at => shape.resources.get(at)) }
}

/** The problem a topic was about, where this reader may see problems. */
function problemOf({ shape, maySee }: Consulting, topic: JsonObject, leaves: Leaves): JsonObject | undefined {
  if (!maySee.has('problems')) return undefined
  for (const extension of objectsOf(topic['extension'])) {
    if (!String(extension['url']).includes('RelatedProblemHeader')) continue
    for (const part of [extension, ...objectsOf(extension['extension'])]) {
      const key = shape.at(textOf(objectOf(part['valueReference'])['reference']) ?? '')
      const problem = key === undefined ? undefined : shape.resources.get(key)
      const words = conceptWords(problem?.['code'])
      if (key === undefined || words === undefined) continue
      leaves.problems.add(key)
      return { reference: key, display: words }
    }
  }
  return undefined
}
