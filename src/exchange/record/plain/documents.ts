import { hash } from 'node:crypto'
import type { Attachment, Composition, DocumentReference, Reference } from '@medplum/fhirtypes'
import type { Fact, PlainEntry } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { each, isCoded, term } from '../reading.ts'
import { inError, people, type PlainRead, roleOf, say, stripped, terms, whoIs } from './read.ts'

/** First useful words of a document, letters (D130). */
const STARTS = 120
/** A description of so many letters says how the document begins, not what it is called. */
const LONG_TITLE = 80
/** Bytes of base64 that are opened to find them. */
const STARTS_FROM = 4_096

const DOC_STATUS: Readonly<Record<string, string>> = {
  preliminary: 'Draft',
  amended: 'Amended',
  corrected: 'Amended',
  appended: 'Amended',
  final: 'Final',
}

/** A document by its pointer: what it is, from whom, how it begins; its event date, not its upload (D130, D135). */
export function readDocument(item: Item, d: DocumentReference): PlainRead {
  const attachments = (d.content ?? []).flatMap(c => c.attachment ?? [])
  const first = attachments.find(canBeOpened) ?? attachments[0]
  const type = term(d.type)
  const description = d.description?.trim()
  const named = first?.title?.trim() || type
  const isBeginning = description !== undefined && description.length > LONG_TITLE && named !== undefined && named !== description
  const title = (isBeginning ? named : description) || named || terms(d.category) || 'Document'
  const facts: Fact[] = []
  say(facts, 'Type', type === title || type === undefined ? otherThan(title, terms(d.category)) : type)
  say(facts, 'Specialty', term(d.context?.practiceSetting))
  sayAuthor(facts, item, d.author)
  if (d.custodian && whoIs(item, d.custodian) !== item.provenance.organisationName) say(facts, 'Held by', whoIs(item, d.custodian))
  const opens = opensOf(first)
  if (opens?.pages !== undefined) say(facts, 'Pages', String(opens.pages))
  say(facts, 'Starts', isBeginning ? beginning(description) : startsOf(first, title))
  if (attachments.length > 1) say(facts, 'Parts', String(attachments.length))
  const error = d.status === 'entered-in-error' || d.docStatus === 'entered-in-error'
  const superseded = d.status === 'superseded'
  return {
    title,
    coded: d.type === undefined || isCoded(d.type),
    date: d.context?.period?.start ?? first?.creation ?? d.date,
    status: error ? 'Entered in error' : superseded ? 'Superseded' : DOC_STATUS[d.docStatus ?? ''],
    facts,
    not: error ? 'in-error' : '',
    past: superseded,
    opens,
    alsoKnown: [
      ...(d.masterIdentifier?.value ? [`${d.masterIdentifier.system ?? ''}|${d.masterIdentifier.value}`] : []),
      ...attachments.flatMap(fingerprint),
    ],
    replaces: (d.relatesTo ?? []).filter(r => r.code === 'replaces').map(r => r.target),
  }
}

/** A document that is itself structured: its title, its state and how its first section begins. */
export function readComposition(item: Item, c: Composition): PlainRead {
  const type = term(c.type)
  const title = c.title?.trim() || type || 'Document'
  const facts: Fact[] = []
  if (type !== title) say(facts, 'Type', type)
  say(facts, 'Specialty', terms(c.event?.flatMap(e => e.code ?? [])))
  sayAuthor(facts, item, c.author)
  say(facts, 'Sections', (c.section ?? []).flatMap(s => s.title ?? term(s.code) ?? []).join(', '))
  const told = [c.text?.div, ...(c.section ?? []).map(s => s.text?.div)].map(div => (div ? stripped(div.slice(0, STARTS_FROM)) : ''))
  say(facts, 'Starts', beginning(told.find(words => words !== '' && words !== title && !words.startsWith('Generated Narrative'))))
  return {
    title,
    coded: isCoded(c.type),
    date: c.event?.find(e => e.period?.start)?.period?.start ?? c.date,
    status: c.status === 'entered-in-error' ? 'Entered in error' : DOC_STATUS[c.status ?? ''],
    facts,
    not: inError(c.status),
    opens: { format: 'text/html' },
    replaces: (c.relatesTo ?? []).filter(r => r.code === 'replaces').map(r => r.targetReference),
  }
}

const canBeOpened = (a: Attachment): boolean => a.url !== undefined || a.data !== undefined

/** What can be opened, in the source's words; `undefined` where only its existence is told. */
export function opensOf(attachment: Attachment | undefined): PlainEntry['opens'] {
  if (!attachment || !canBeOpened(attachment)) return undefined
  const pages = attachment.extension?.find(e => /[.-]pages$/i.test(e.url ?? ''))
  const count = pages?.valuePositiveInt ?? pages?.valueInteger ?? (attachment as { pages?: number }).pages
  const format = attachment.contentType ?? 'application/octet-stream'
  return count === undefined ? { format } : { format, pages: count }
}

/** Words of an attachment that came with the item as text; empty where they must be fetched. */
export function inlineWords(attachment: Attachment | undefined, most: number): string {
  if (!attachment?.data || !/^text\/(?:plain|html)\b|xhtml/.test(attachment.contentType ?? '')) return ''
  // Base64 is whole in fours.
  const text = Buffer.from(attachment.data.slice(0, Math.ceil(most / 3) * 4), 'base64')
    .toString('utf8')
    .replaceAll('\uFFFD', '')
  return /html/.test(attachment.contentType ?? '') ? stripped(text) : text.trim()
}

const startsOf = (attachment: Attachment | undefined, title: string): string | undefined =>
  beginning(otherThan(title, inlineWords(attachment, STARTS_FROM).replaceAll(/\s+/g, ' ')))

const otherThan = (title: string, words: string | undefined): string | undefined =>
  words === undefined || words === '' || words === title ? undefined : words

/** Who wrote it: what they are, where the source says so, else who. */
function sayAuthor(facts: Fact[], item: Item, authors: readonly Reference[] | undefined): void {
  const role = each(authors)
    .map(author => roleOf(item, author))
    .find(Boolean)
  say(facts, 'Author role', role)
  if (!role) say(facts, 'Author', people(item, authors))
}

/** What a cut must not part from what it denies. */
const DENIES =
  /\b(?:no|not|nil|never|none|without|denie[sd]|excluded?|ruled out|negative|absen(?:t|ce)|unlikely|cannot|neither|nor|stop(?:ped)?|\w+n['’]t)\b/i

/**
 * The first useful words of a document: whole sentences where they fit, else whole words and `…`. A sentence that denies
 * something is never shown in part: without its end or its beginning it would say the opposite.
 */
export function beginning(words: string | undefined): string | undefined {
  if (words === undefined || words.length <= STARTS) return words
  const ends = [...words.matchAll(/[.!?](?= )/g)].map(found => found.index + 1)
  const whole = ends.findLast(end => end <= STARTS) ?? 0
  if (whole > STARTS / 3) return `${words.slice(0, whole)} …`
  const sentence = words.slice(whole, ends.find(end => end > STARTS) ?? words.length)
  if (DENIES.test(sentence)) return whole === 0 ? undefined : `${words.slice(0, whole)} …`
  const end = words.lastIndexOf(' ', STARTS)
  return end <= whole ? undefined : `${words.slice(0, end)} …`
}

/** The same bytes are the same document, whoever sent them. */
export function fingerprint(attachment: Attachment | undefined): readonly string[] {
  if (attachment?.hash) return [`sha1|${attachment.hash}`]
  return attachment?.data ? [`sha1|${hash('sha1', Buffer.from(attachment.data, 'base64'), 'base64')}`] : []
}
