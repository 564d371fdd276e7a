import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { Cause, SourceWarning } from '../../../care-record/item.ts'
import { limits } from '../../../care-record/limits.ts'
import type { Ask, AskContext } from '../asker.ts'
import { answersOf, recentFrom, wholeAnswer, type SectionState } from '../reading/answers.ts'
import { cleanResource } from '../reading/reading.ts'
import { requestHeaders } from '../reading/headers.ts'
import { stopped, type ByteBudget, type Failed } from '../reading/http-read.ts'
import { inSlices, type JsonObject } from '../reading/json.ts'
import type { Refusal } from '../reading/take-in.ts'
import { translate, type Placing } from '../reading/translate.ts'
import { withoutToken, type TokenSource } from '../reading/tokens.ts'
import { textAt, type DataSet } from './dicom-json.ts'
import { search } from './qido.ts'
import { demographicsOf, isOfNhsNumber, STUDY_FIELDS, studyOf, type Study } from './studies.ts'

const PAGE = 100
/** Pages of one search; more than this is an archive that never ends. */
const MAX_PAGES = Math.ceil(limits.groupItems / PAGE) + 1

export interface DicomwebPorts {
  readonly dispatcher: Dispatcher
  readonly tokens: TokenSource
  /** Told what could not be read of an answer, for the owner of the source: codes only. */
  readonly unreadable?: (source: SourceConfig, refused: readonly Refusal[]) => void
}

/**
 * Asks an imaging archive (DICOMweb, QIDO-RS) which studies of the person it keeps. Their series and images are asked for
 * when somebody opens them (`images.ts`).
 */
export function createDicomwebConnector(ports: DicomwebPorts): Ask {
  return async context => {
    const startedMs = performance.now()
    try {
      return await ask(ports, context, startedMs)
    } catch {
      const failed = context.signal.aborted ? stopped(context.signal) : { outcome: 'unavailable' as const, cause: 'unreadable' as const }
      return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
    }
  }
}

async function ask(ports: DicomwebPorts, context: AskContext, startedMs: number): ReturnType<Ask> {
  const { source, group, sections } = context.ask
  const token = await ports.tokens.token(source, context.signal)
  if (!token.ok) {
    const { outcome, cause } = withoutToken(token.fault, context.signal)
    return wholeAnswer(context, startedMs, outcome, cause)
  }
  const read = await readStudies(ports.dispatcher, context, token.value)
  if (read.failed && read.sets.length === 0) return wholeAnswer(context, startedMs, read.failed.outcome, read.failed.cause)
  const known = theirs(read.sets, context)
  if (known.mismatch && known.sets.length === 0) {
    ports.unreadable?.(source, known.refused)
    return wholeAnswer(context, startedMs, 'mismatch', known.mismatch)
  }

  const studies = new Map<string, Study>()
  const refused: Refusal[] = [...known.refused]
  let unreadable = read.unreadable + known.others
  for (const set of known.sets) {
    const study = studyOf(set)
    const resource = study && cleanResource(study.resource)
    if (study && resource) studies.set(study.key, { ...study, resource })
    else {
      unreadable += 1
      refused.push({ type: 'ImagingStudy', section: 'imaging', reason: 'form' })
    }
  }
  if (refused.length > 0) ports.unreadable?.(source, refused)
  const dropped = context.sieve(
    source,
    Array.from(studies.values(), ({ facts }) => facts),
  )
  const resources = new Map<string, JsonObject>()
  const placing = new Map<string, Placing>()
  for (const [key, { resource, services }] of studies) {
    if (dropped.has(key)) continue
    resources.set(key, resource)
    for (const service of services) resources.set(`HealthcareService/${String(service['id'])}`, service)
    placing.set(key, { parents: services.map(service => `HealthcareService/${String(service['id'])}`) })
  }
  const from = recentFrom(context.now(), limits.recentMonths)
  const translation = await inSlices(
    translate({
      resources,
      placing,
      source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(sections),
      inGroup: (section, date) => {
        if (section !== 'imaging' || group === 'essentials') return false
        return (group === 'recent') === (date !== undefined && date.slice(0, 10) >= from.slice(0, date.length))
      },
    }),
    context.signal,
    'next',
  )
  if (!translation) {
    const late = stopped(context.signal)
    return wholeAnswer(context, startedMs, late.outcome, late.cause)
  }
  const items = translation.items.slice(0, limits.groupItems)
  const tooLarge = translation.items.length > items.length || read.failed?.cause === 'too-large'
  const warnings: SourceWarning[] = known.differing.map(field => ({
    code: 'demographics-differ',
    section: 'imaging',
    words: `The ${field} held there differs from the national register.`,
  }))
  if (unreadable > 0) warnings.push({ code: 'unreadable-items', section: 'imaging', words: 'Some of what was sent could not be read.' })
  if (tooLarge) warnings.push({ code: 'too-many-items', section: 'imaging', words: 'More is held than is shown here.' })
  const states = sections.map((section): SectionState => {
    const own = section === 'imaging'
    return {
      section,
      items: own ? items : [],
      ...(read.failed ? { failed: read.failed } : {}),
      tooLarge,
      unreadable: own ? unreadable : 0,
      warnings: own ? warnings : [],
    }
  })
  return answersOf(context, startedMs, states, group === 'recent' ? from : undefined)
}

interface Searched {
  /** One a study. */
  readonly sets: readonly DataSet[]
  readonly unreadable: number
  readonly failed?: Failed
}

/** All its pages. A date is not asked for: a study without one would never be found. */
async function readStudies(dispatcher: Dispatcher, context: AskContext, token: string | undefined): Promise<Searched> {
  const budget: ByteBudget = { left: limits.groupBytes }
  const byUid = new Map<string, DataSet>()
  let unreadable = 0
  let offset = 0
  for (let page = 0; page < MAX_PAGES; page++) {
    const found = await search({
      dispatcher,
      url: `${context.ask.source.baseUrl.replace(/\/+$/, '')}/studies`,
      match: { PatientID: context.person.nhsNumber },
      fields: STUDY_FIELDS,
      limit: PAGE,
      offset,
      headers: requestHeaders(context, token),
      signal: context.signal,
      budget,
    })
    if (!found.ok) return { sets: [...byUid.values()], unreadable, failed: found }
    unreadable += found.unreadable
    offset += found.sets.length + found.unreadable
    const before = byUid.size
    // One without a UID is counted where studies are made of these.
    for (const [at, set] of found.sets.entries()) {
      const uid = textAt(set, 'studyUid') ?? `none ${page} ${at}`
      if (!byUid.has(uid)) byUid.set(uid, set)
    }
    // An archive that knows no pages sends the same again.
    if (found.sets.length + found.unreadable < PAGE || byUid.size === before) return { sets: [...byUid.values()], unreadable }
  }
  return { sets: [...byUid.values()], unreadable, failed: { ok: false, outcome: 'unavailable', cause: 'too-large' } }
}

interface Theirs {
  readonly sets: readonly DataSet[]
  readonly differing: readonly string[]
  /** For the owner of the archive. */
  readonly refused: readonly Refusal[]
  /** Studies under this very number that are not shown, as far as that may be said. */
  readonly others: number
  /** Somebody else's studies came: why they are not shown, as far as it may be said. */
  readonly mismatch?: Extract<Cause, 'number-differs' | 'demographics-differ'>
}

/** Studies that are the person's by number, issuer and details; each says itself whom it is of. */
function theirs(sets: readonly DataSet[], { person, checkDemographics }: AskContext): Theirs {
  const kept: DataSet[] = []
  const differing = new Set<string>()
  const refused: Refusal[] = []
  const another: Refusal = { type: 'ImagingStudy', section: 'imaging', reason: 'another-person' }
  let mismatch: Theirs['mismatch']
  let others = 0
  for (const set of sets) {
    if (!isOfNhsNumber(set, person.nhsNumber)) {
      refused.push(another)
      // The same digits of another issuer say nothing of this person: it is as if they had not come.
      if (demographicsOf(set).nhsNumber === person.nhsNumber) continue
      mismatch = 'number-differs'
      others += 1
      continue
    }
    const check = checkDemographics(person, demographicsOf(set))
    if (check.verdict === 'same' || check.verdict === 'shown-with-difference') {
      kept.push(set)
      if (check.verdict === 'shown-with-difference') for (const field of check.fields) differing.add(field)
    }
    // Perhaps an identity the person has left: held without a word, as if it were not known here (care rules 3.1, 3.2).
    else if (check.verdict === 'held' && check.stewardTask) {
      mismatch ??= 'demographics-differ'
      others += 1
      refused.push(another)
    }
  }
  return { sets: kept, differing: [...differing], refused, others, ...(mismatch === undefined ? {} : { mismatch }) }
}
