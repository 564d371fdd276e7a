import type { Annotation, DiagnosticReport, ImagingStudy, Media } from '@medplum/fhirtypes'
import type { Fact } from '../../../care-record/entry.ts'
import type { Item } from '../../../care-record/item.ts'
import { isOnDemand } from '../../../care-record/images.ts'
import { isCoded, term } from '../reading.ts'
import { couldBeReported, examinationOf } from './examination.ts'
import { fingerprint, inlineWords, opensOf } from './documents.ts'
import { inError, joined, notesOf, people, type PlainRead, say, statusWords, terms, whoIs } from './read.ts'

/** Characters of an inline report that are shown as its words; the whole of it opens as a document. */
const REPORT_WORDS = 20_000

const NO_REPORT = 'Report not yet available'

const REPORT: Readonly<Record<string, string>> = {
  registered: 'Registered',
  partial: 'Partial',
  preliminary: 'Provisional',
  final: 'Final',
  amended: 'Amended',
  corrected: 'Corrected',
  appended: 'Amended',
  cancelled: 'Cancelled',
  'entered-in-error': 'Entered in error',
}

/** A report: its text first; an image whose report is not there yet says so (D134, R019). */
export function readReport(item: Item, r: DiagnosticReport): PlainRead {
  const form = r.presentedForm?.find(f => f.data !== undefined || f.url !== undefined)
  const words = joined(
    r.conclusion,
    terms(r.conclusionCode),
    r.presentedForm?.map(f => inlineWords(f, REPORT_WORDS)).find(Boolean),
    notesOf((r as { note?: readonly Annotation[] }).note),
  )
  const waiting = words === undefined && form === undefined && !r.result?.length
  const pending = /^(?:registered|partial|preliminary)$/.test(r.status ?? '')
  const facts: Fact[] = []
  if (item.section === 'imaging') {
    say(facts, 'Reported by', people(item, r.resultsInterpreter) || undefined)
    say(facts, 'Studies', r.imagingStudy?.length ? String(r.imagingStudy.length) : undefined)
  }
  const title = term(r.code) ?? (terms(r.category) || 'Report')
  return {
    title,
    coded: r.code === undefined || isCoded(r.code),
    date: r.effectiveDateTime ?? r.effectivePeriod?.start ?? r.issued,
    words,
    status: item.section === 'imaging' && waiting && pending ? NO_REPORT : REPORT[r.status ?? ''],
    facts,
    not: inError(r.status),
    opens: opensOf(form),
    alsoKnown: (r.presentedForm ?? []).flatMap(fingerprint),
    ...(item.section === 'imaging' ? { examination: examinationOf(item, r, title) } : {}),
  }
}

/**
 * Images that were taken. Where a report could be known by its number, and stands in no group with them, they say that there
 * is none yet (D134); a place that may not be told has taken the numbers with it, and then nothing is said.
 */
export function readStudy(item: Item, s: ImagingStudy): PlainRead {
  const modalities = [...(s.modality ?? []), ...(s.series ?? []).flatMap(series => series.modality ?? [])]
  const parts = (s.series ?? []).flatMap(series => series.bodySite ?? [])
  const codingWords = (codings: readonly { display?: string; code?: string }[]): string =>
    [...new Set(codings.flatMap(c => c.display ?? c.code ?? []))].join(', ')
  const modality = codingWords(modalities)
  const title = s.description?.trim() || terms(s.procedureCode) || (modality ? `Imaging study, ${modality}` : 'Imaging study')
  const facts: Fact[] = []
  if (modality !== '') say(facts, 'Modality', modality)
  say(facts, 'Body part', codingWords(parts))
  say(facts, 'Reason', terms(s.reasonCode))
  const count =
    s.numberOfInstances ?? s.series?.reduce((sum, series) => sum + (series.numberOfInstances ?? series.instance?.length ?? 0), 0)
  say(facts, 'Images', count?.toString())
  say(facts, 'Place', whoIs(item, s.location))
  const examination = examinationOf(item, s, title)
  const available = examination && couldBeReported(examination) ? NO_REPORT : 'Images available'
  return {
    title,
    coded: true,
    date: s.started,
    words: notesOf(s.note) || undefined,
    status: s.status === undefined ? undefined : s.status === 'available' ? available : statusWords(s.status),
    examination,
    ...(isOnDemand(s) ? { images: count === undefined ? {} : { count } } : {}),
    facts,
    not: inError(s.status),
    sites: parts.map(coding => ({ coding: [coding] })),
  }
}

/** A photograph or recording. */
export function readMedia(item: Item, m: Media): PlainRead {
  const facts: Fact[] = []
  say(facts, 'Kind', term(m.type) ?? term(m.modality))
  say(facts, 'Body part', term(m.bodySite))
  say(facts, 'Reason', terms(m.reasonCode))
  say(facts, 'Device', m.deviceName ?? whoIs(item, m.device))
  return {
    title: m.content?.title?.trim() || (term(m.view) ?? term(m.type) ?? 'Image'),
    coded: true,
    date: m.createdDateTime ?? m.createdPeriod?.start ?? m.issued,
    words: notesOf(m.note) || undefined,
    status: m.status === undefined ? undefined : statusWords(m.status),
    facts,
    not: inError(m.status),
    sites: m.bodySite ? [m.bodySite] : undefined,
    opens: opensOf(m.content),
    alsoKnown: fingerprint(m.content),
  }
}
