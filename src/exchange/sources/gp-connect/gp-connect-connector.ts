import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import { limits } from '../../../care-record/limits.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { Ask, AskContext } from '../asker.ts'
import { answersOf, recentFrom, wholeAnswer, type SectionState } from '../reading/answers.ts'
import { cleanResource } from '../reading/reading.ts'
import { demographicsOf } from '../reading/demographics.ts'
import { readJson, stopped, type ByteBudget, type Failed, type Read } from '../reading/http-read.ts'
import { inSlices, objectOf, objectsOf } from '../reading/json.ts'
import { keyOf } from '../reading/references.ts'
import { sift, takeIn, type Refusal } from '../reading/take-in.ts'
import { askDocuments } from './documents.ts'
import { codesOf, meaningOf, ownWarnings } from './meaning.ts'
import {
  areasOf,
  INTERACTIONS,
  parametersOf,
  sectionsElsewhere,
  spineHeaders,
  throughProxy,
  withoutRefused,
  type Area,
  type SpineSettings,
} from './request.ts'
import { disabledParameters, hoistContained, translateGpConnect, warningsOf } from './translate.ts'

/** Diary entries up to so far ahead are what the next year may bring. */
const HORIZON_MONTHS = -12

export interface GpConnectPorts {
  readonly dispatcher: Dispatcher
  readonly spine: SpineSettings
  /** Told what could not be read of an answer, for the owner of the source: codes only. */
  readonly unreadable?: (source: SourceConfig, refused: readonly Refusal[]) => void
}

/**
 * Asks a practice through GP Connect: Access Record Structured in one operation a group, and Documents beside it where the
 * practice has them at an address of their own.
 */
export const createGpConnectConnector =
  (ports: GpConnectPorts): Ask =>
  async context => {
    const startedMs = performance.now()
    try {
      return await ask(ports, context, startedMs)
    } catch {
      const failed = context.signal.aborted ? stopped(context.signal) : { outcome: 'unavailable' as const, cause: 'unreadable' as const }
      return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
    }
  }

async function ask(ports: GpConnectPorts, context: AskContext, startedMs: number): ReturnType<Ask> {
  const { source, group, sections } = context.ask
  // Nothing is asked of GP Connect about someone the national register protects (care-rules: PDS-sensitive).
  if (context.person.restricted === 'yes') return wholeAnswer(context, startedMs, 'nothing-held', 'restricted-person')
  const from = recentFrom(context.now(), limits.recentMonths)
  const isDated = (date: string | undefined): boolean => date !== undefined && date.slice(0, 10) >= from.slice(0, date.length)
  const { documentsUrl } = source
  const [structured, documents] = await Promise.all([
    askStructured(ports, context, from, isDated),
    documentsUrl !== undefined && sections.includes('documents')
      ? askDocuments(ports, context, documentsUrl, from, date => (group === 'recent') === isDated(date))
      : undefined,
  ])
  return answersOf(
    context,
    startedMs,
    documents ? structured.map(state => (state.section === 'documents' ? both(documents, state) : state)) : structured,
    group === 'recent' ? from : undefined,
  )
}

/** Consultations name documents too: one that both sent is told once, as Documents tells it. */
function both(documents: SectionState, structured: SectionState): SectionState {
  const there = new Set(documents.items.map(item => item.id))
  const more = structured.items.filter(item => !there.has(item.id))
  const unreadable = documents.unreadable + structured.unreadable
  return more.length === 0 && unreadable === documents.unreadable
    ? documents
    : { ...documents, items: [...documents.items, ...more], unreadable }
}

async function askStructured(
  ports: GpConnectPorts,
  context: AskContext,
  from: string,
  isDated: (date: string | undefined) => boolean,
): Promise<readonly SectionState[]> {
  const { source, group, sections } = context.ask
  const areas = areasOf(context, from, recentFrom(context.now(), HORIZON_MONTHS))
  const elsewhere = sectionsElsewhere(group)
  const all = (more: (section: SectionId) => Partial<SectionState>): readonly SectionState[] =>
    sections.map(section => ({ section, items: [], unreadable: 0, warnings: [], ...more(section) }))
  const failed = (failure: Omit<Failed, 'ok'>): readonly SectionState[] => all(() => ({ failed: { ...failure, ok: false } }))
  const neverAsked = (section: SectionId): boolean => !areas.some(a => a.sections.includes(section)) && !elsewhere.includes(section)
  if (areas.length === 0) return all(section => ({ areaDisabled: neverAsked(section) }))

  const { answer, refused } = await readRecord(ports, context, areas)
  if (!answer) return all(section => ({ areaDisabled: !elsewhere.includes(section) }))
  if (!answer.ok) return all(() => meaningOf(answer))
  if (answer.body['resourceType'] !== 'Bundle') return failed({ outcome: 'unavailable', cause: 'unreadable' })

  const entries = objectsOf(answer.body['entry'])
  const patients = entries.map(e => objectOf(e['resource'])).filter(r => r['resourceType'] === 'Patient')
  const patient = patients.length === 1 ? cleanResource(patients[0]) : undefined
  if (!patient) return failed({ outcome: 'unavailable', cause: 'unreadable' })
  const check = context.checkDemographics(context.person, demographicsOf(patient))
  if (check.verdict === 'refused') return failed({ outcome: 'mismatch', cause: 'number-differs' })
  // Perhaps an identity the person has left: the same as `PATIENT_NOT_FOUND` (care rules 3.1, 3.2).
  if (check.verdict === 'held' && !check.stewardTask) return all(() => ({ areaDisabled: true }))
  if (check.verdict === 'held') return failed({ outcome: 'mismatch', cause: 'demographics-differ' })
  const differing = check.verdict === 'shown-with-difference' ? check.fields : []

  const disabled = new Set([...disabledParameters(entries), ...refused])
  const taken = await inSlices(takeIn(entries, source.baseUrl, undefined, answer.plain), context.signal, 'next')
  if (!taken) return failed(stopped(context.signal))
  hoistContained(taken)
  await inSlices(
    sift(taken, new Set([keyOf(patient)]), facts => context.sieve(source, facts)),
    undefined,
    'next',
  )
  if (Array.isArray(answer.body['entry'])) taken.unknown += answer.body['entry'].length - entries.length
  if (taken.refused.length > 0) ports.unreadable?.(source, taken.refused)
  const warnings = warningsOf(taken.resources, sections)
  const translation = await inSlices(
    translateGpConnect({
      stu3: taken.resources,
      source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(sections),
      maySee: context.pass.maySee,
      inGroup: (section, date) => {
        if (group === 'essentials' || section === 'appointments') return !elsewhere.includes(section)
        return (group === 'recent') === isDated(date) && !elsewhere.includes(section)
      },
    }),
    context.signal,
    'next',
  )
  if (!translation) return failed(stopped(context.signal))
  const items = translation.items.slice(0, limits.groupItems)
  const tooLarge = items.length < translation.items.length
  // What was no resource at all could have been of any section asked.
  const first = sections[0]
  return all(section => {
    const own = areas.filter(a => a.sections.includes(section))
    const areaDisabled = neverAsked(section) || (own.length > 0 && own.every(a => disabled.has(a.parameter)))
    const unreadable = (taken.unreadable.get(section) ?? 0) + (section === first ? taken.unknown : 0)
    return {
      items: items.filter(i => i.section === section),
      areaDisabled,
      tooLarge,
      unreadable,
      warnings: [...warnings.filter(w => w.section === section), ...ownWarnings(section, areaDisabled, unreadable, tooLarge, differing)],
    }
  })
}

interface Asked {
  /** Absent: nothing was left to ask for. */
  readonly answer: Read | Failed | undefined
  /** Parameters the practice's system does not know. */
  readonly refused: ReadonlySet<string>
}

/** Asks for the areas; once more without what an older system calls an invalid parameter. */
async function readRecord(ports: GpConnectPorts, context: AskContext, areas: readonly Area[]): Promise<Asked> {
  const { source } = context.ask
  const budget: ByteBudget = { left: limits.groupBytes }
  const post = (some: readonly Area[]): Promise<Read | Failed> =>
    readJson({
      dispatcher: ports.dispatcher,
      url: throughProxy(`${source.baseUrl.replace(/\/+$/, '')}/Patient/$gpc.getstructuredrecord`, ports.spine),
      method: 'POST',
      headers: {
        ...spineHeaders(
          { ...context, audience: source.baseUrl, asidTo: source.asidTo, interaction: INTERACTIONS.structuredRecord },
          ports.spine,
        ),
        'content-type': 'application/fhir+json',
      },
      body: parametersOf(context.person.nhsNumber, some),
      signal: context.signal,
      budget,
    })
  const answer = await post(areas)
  const invalid = !answer.ok && (answer.status === 422 || answer.status === 400) && codesOf(answer.body).includes('INVALID_PARAMETER')
  const fewer = invalid ? withoutRefused(areas, answer.body) : undefined
  if (!fewer) return { answer, refused: new Set() }
  return { answer: fewer.areas.length > 0 ? await post(fewer.areas) : undefined, refused: fewer.refused }
}
