import type { Dispatcher } from 'undici'
import type { Cause, Outcome, SourceWarning } from '../../../care-record/item.ts'
import { limits } from '../../../care-record/limits.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { Ask, AskContext } from '../asker.ts'
import { answersOf, recentFrom, wholeAnswer, type SectionState } from '../reading/answers.ts'
import { cleanResource } from '../reading/clean.ts'
import { demographicsOf } from '../reading/demographics.ts'
import { readJson, stopped, type Failed } from '../reading/http-read.ts'
import { inSlices, objectOf, objectsOf, textOf } from '../reading/json.ts'
import { sift, takeIn } from '../reading/take-in.ts'
import { keyOf } from '../reading/references.ts'
import { areasOf, INTERACTIONS, parametersOf, sectionsElsewhere, spineHeaders, throughProxy, type SpineSettings } from './request.ts'
import { disabledParameters, hoistContained, translateGpConnect, warningsOf } from './translate.ts'

/** Diary entries up to so far ahead are what the next year may bring. */
const HORIZON_MONTHS = -12

/**
 * Spine codes by what they mean to a reader. That a patient is not found is also said of sensitive, deceased and
 * temporary patients, and a refusal for want of consent is the person's own matter: neither may read as a reason
 * nor as 'none recorded' (GP Connect, Access Record Structured).
 */
const SPINE_CODES: Readonly<Record<string, readonly [Outcome, Cause]>> = {
  PATIENT_NOT_FOUND: ['nothing-held', 'area-disabled'],
  NO_RECORD_FOUND: ['nothing-held', 'area-disabled'],
  NO_PATIENT_CONSENT: ['nothing-held', 'area-disabled'],
  NO_ORGANISATION_CONSENT: ['refused', 'source-refused'],
  ACCESS_DENIED: ['refused', 'source-refused'],
  INVALID_PATIENT_DEMOGRAPHICS: ['mismatch', 'demographics-differ'],
}

/** Asks a practice through GP Connect Access Record Structured: one operation a group. */
export const createGpConnectConnector =
  (ports: { readonly dispatcher: Dispatcher; readonly spine: SpineSettings }): Ask =>
  async context => {
    const startedMs = performance.now()
    try {
      return await ask(ports, context, startedMs)
    } catch {
      const failed = context.signal.aborted ? stopped(context.signal) : { outcome: 'unavailable' as const, cause: 'unreadable' as const }
      return wholeAnswer(context, startedMs, failed.outcome, failed.cause)
    }
  }

async function ask(
  ports: { readonly dispatcher: Dispatcher; readonly spine: SpineSettings },
  context: AskContext,
  startedMs: number,
): ReturnType<Ask> {
  const { source, group, sections } = context.ask
  // Nothing is asked of GP Connect about someone the national register protects (care-rules: PDS-sensitive).
  if (context.person.restricted === 'yes') return wholeAnswer(context, startedMs, 'nothing-held', 'restricted-person')
  const from = recentFrom(context.now(), limits.recentMonths)
  const areas = areasOf(context, from, recentFrom(context.now(), HORIZON_MONTHS))
  const state = (section: SectionId, more: Partial<SectionState> = {}): SectionState => ({
    section,
    items: [],
    unreadable: 0,
    warnings: [],
    ...more,
  })
  const elsewhere = sectionsElsewhere(group)
  const neverAsked = (section: SectionId): boolean => !areas.some(a => a.sections.includes(section))
  if (areas.length === 0)
    return answersOf(
      context,
      startedMs,
      sections.map(s => state(s, { areaDisabled: !elsewhere.includes(s) })),
      undefined,
    )

  const answer = await readJson({
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
    body: parametersOf(context.person.nhsNumber, areas),
    signal: context.signal,
    budget: { left: limits.groupBytes },
  })
  if (!answer.ok) {
    const [outcome, cause] = meaningOf(answer)
    return wholeAnswer(context, startedMs, outcome, cause)
  }
  if (answer.body['resourceType'] !== 'Bundle') return wholeAnswer(context, startedMs, 'unavailable', 'unreadable')

  const entries = objectsOf(answer.body['entry'])
  const patients = entries.map(e => objectOf(e['resource'])).filter(r => r['resourceType'] === 'Patient')
  const patient = patients.length === 1 ? cleanResource(patients[0]) : undefined
  if (!patient) return wholeAnswer(context, startedMs, 'unavailable', 'unreadable')
  const check = context.checkDemographics(context.person, demographicsOf(patient))
  if (check.verdict === 'refused') return wholeAnswer(context, startedMs, 'mismatch', 'number-differs')
  // Perhaps an identity the person has left: the same as `PATIENT_NOT_FOUND` (care rules 3.1, 3.2).
  if (check.verdict === 'held' && !check.stewardTask) return wholeAnswer(context, startedMs, 'nothing-held', 'area-disabled')
  if (check.verdict === 'held') return wholeAnswer(context, startedMs, 'mismatch', 'demographics-differ')
  const differing = check.verdict === 'shown-with-difference' ? check.fields : []

  const disabled = disabledParameters(entries)
  const taken = await inSlices(takeIn(entries, source.baseUrl), context.signal, 'next')
  if (!taken) return late(context, startedMs)
  hoistContained(taken)
  await inSlices(
    sift(taken, new Set([keyOf(patient)]), facts => context.sieve(source, facts)),
    undefined,
    'next',
  )
  const warnings = warningsOf(taken.resources, sections)
  const translation = await inSlices(
    translateGpConnect({
      stu3: taken.resources,
      source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(sections),
      inGroup: (section, date) => {
        if (group === 'essentials' || section === 'appointments') return !elsewhere.includes(section)
        const dated = date !== undefined && date.slice(0, 10) >= from.slice(0, date.length)
        return (group === 'recent') === dated && !elsewhere.includes(section)
      },
    }),
    context.signal,
    'next',
  )
  if (!translation) return late(context, startedMs)
  const items = translation.items.slice(0, limits.groupItems)
  const tooLarge = items.length < translation.items.length
  // What was no resource at all could have been of any section asked.
  const first = sections[0]
  const states = sections.map(section => {
    const own = areas.filter(a => a.sections.includes(section))
    const areaDisabled =
      (neverAsked(section) && !elsewhere.includes(section)) || (own.length > 0 && own.every(a => disabled.has(a.parameter)))
    const unreadable = (taken.unreadable.get(section) ?? 0) + (section === first ? taken.unknown : 0)
    return state(section, {
      items: items.filter(i => i.section === section),
      areaDisabled,
      tooLarge,
      unreadable,
      warnings: [...warnings.filter(w => w.section === section), ...ownWarnings(section, areaDisabled, unreadable, tooLarge, differing)],
    })
  })
  return answersOf(context, startedMs, states, group === 'recent' ? from : undefined)
}

function late(context: AskContext, startedMs: number): ReturnType<typeof wholeAnswer> {
  const { outcome, cause } = stopped(context.signal)
  return wholeAnswer(context, startedMs, outcome, cause)
}

function ownWarnings(
  section: SectionId,
  areaDisabled: boolean,
  unreadable: number,
  tooLarge: boolean,
  differing: readonly string[],
): readonly SourceWarning[] {
  const found: SourceWarning[] = differing.map(field => ({
    code: 'demographics-differ',
    section,
    words: `The ${field} held there differs from the national register.`,
  }))
  if (areaDisabled) found.push({ code: 'area-disabled', section, words: 'Not available from this practice.' })
  if (unreadable > 0) found.push({ code: 'unreadable-items', section, words: 'Some of what was sent could not be read.' })
  if (tooLarge) found.push({ code: 'too-many-items', section, words: 'More is held than is shown here.' })
  return found
}

function meaningOf(failed: Failed): readonly [Outcome, Cause] {
  for (const issue of objectsOf(failed.body?.['issue']))
    for (const coding of objectsOf(objectOf(issue['details'])['coding'])) {
      const code = textOf(coding['code'])
      if (code !== undefined && Object.hasOwn(SPINE_CODES, code)) return SPINE_CODES[code] ?? [failed.outcome, failed.cause]
    }
  return [failed.outcome, failed.cause]
}
