import type { Dispatcher } from 'undici'
import { limits } from '../../../care-record/limits.ts'
import type { AskContext } from '../asker.ts'
import type { SectionState } from '../reading/answers.ts'
import { cleanResource } from '../reading/reading.ts'
import { demographicsOf, NHS_NUMBER_SYSTEM } from '../reading/demographics.ts'
import { readJson, stopped, type ByteBudget, type Failed, type Read } from '../reading/http-read.ts'
import { inSlices, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { emptyTakenIn, sift, takeIn, type TakenIn } from '../reading/take-in.ts'
import { addressWithin } from './address.ts'
import type { GpConnectPorts } from './gp-connect-connector.ts'
import { meaningOf, ownWarnings } from './meaning.ts'
import { INTERACTIONS, spineHeaders, throughProxy, type Interaction, type SpineSettings } from './request.ts'
import { translateGpConnect } from './translate.ts'

/** Pages of one search; more than this is a practice that never ends. */
const MAX_PAGES = 100
/** Who wrote it and who keeps it come with it (GP Connect Documents, search). */
const INCLUDED = [
  ['_include', 'DocumentReference:subject:Patient'],
  ['_include', 'DocumentReference:custodian:Organization'],
  ['_include', 'DocumentReference:author:Organization'],
  ['_include', 'DocumentReference:author:Practitioner'],
  ['_revinclude:recurse', 'PractitionerRole:practitioner'],
] as const

interface Wire {
  readonly dispatcher: Dispatcher
  readonly spine: SpineSettings
  readonly context: AskContext
  readonly base: string
  readonly budget: ByteBudget
}

/**
 * The section of documents, from GP Connect Documents: whom the practice knows under the number, then what there is. The
 * documents themselves are read when somebody opens them.
 *
 * @param from first day of the recent group; what is older is asked for without a period, so that nothing falls between.
 */
export async function askDocuments(
  ports: GpConnectPorts,
  context: AskContext,
  documentsUrl: string,
  from: string,
  inGroup: (date: string | undefined) => boolean,
): Promise<SectionState> {
  const empty: SectionState = { section: 'documents', items: [], unreadable: 0, warnings: [] }
  const wire: Wire = { ...ports, context, base: documentsUrl.replace(/\/+$/, ''), budget: { left: limits.groupBytes } }
  const known = await findPatient(wire)
  if (!known.ok) return { ...empty, ...meaningOf(known) }
  if (known.id === undefined) return { ...empty, areaDisabled: true }
  const taken = emptyTakenIn()
  const failed = await readPages(wire, known.id, context.ask.group === 'recent' ? from : undefined, taken)
  if (failed && taken.resources.size === 0) return { ...empty, ...meaningOf(failed) }
  await inSlices(
    sift(taken, new Set([`Patient/${known.id}`]), facts => context.sieve(context.ask.source, facts)),
    undefined,
    'next',
  )
  if (taken.refused.length > 0) ports.unreadable?.(context.ask.source, taken.refused)
  const translation = await inSlices(
    translateGpConnect({
      stu3: taken.resources,
      source: context.ask.source,
      organisation: context.organisation,
      retrievedAt: context.now().toISOString(),
      sections: new Set(['documents']),
      maySee: context.pass.maySee,
      inGroup: (_, date) => inGroup(date),
    }),
    context.signal,
    'next',
  )
  if (!translation) return { ...empty, failed: stopped(context.signal) }
  const items = translation.items.slice(0, limits.groupItems)
  const tooLarge = items.length < translation.items.length || failed?.cause === 'too-large'
  const unreadable = [...taken.unreadable.values()].reduce((sum, n) => sum + n, taken.unknown)
  return {
    ...empty,
    items,
    tooLarge,
    unreadable,
    ...(failed ? { failed } : {}),
    warnings: ownWarnings('documents', false, unreadable, tooLarge, known.differing),
  }
}

type Known = { readonly ok: true; readonly id: string | undefined; readonly differing: readonly string[] } | Failed

/** Nobody under the number is what is also said of people of whom nothing may be said: never 'none'. */
async function findPatient(wire: Wire): Promise<Known> {
  const { person, checkDemographics } = wire.context
  const query = new URLSearchParams({ identifier: `${NHS_NUMBER_SYSTEM}|${person.nhsNumber}` })
  const answer = await read(wire, `${wire.base}/Patient?${query.toString()}`, INTERACTIONS.findPatient)
  if (!answer.ok) return answer
  if (answer.body['resourceType'] !== 'Bundle') return UNREADABLE
  const raw = objectsOf(answer.body['entry'])
    .map(entry => objectOf(entry['resource']))
    .filter(resource => resource['resourceType'] === 'Patient')
  if (raw.length === 0) return { ok: true, id: undefined, differing: [] }
  const patient: JsonObject | undefined = raw.length === 1 ? cleanResource(raw[0]) : undefined
  if (!patient) return UNREADABLE
  const check = checkDemographics(person, demographicsOf(patient))
  if (check.verdict === 'refused') return { ok: false, outcome: 'mismatch', cause: 'number-differs' }
  // Perhaps an identity the person has left: the same as nobody (care rules 3.1, 3.2).
  if (check.verdict === 'held' && !check.stewardTask) return { ok: true, id: undefined, differing: [] }
  if (check.verdict === 'held') return { ok: false, outcome: 'mismatch', cause: 'demographics-differ' }
  return { ok: true, id: String(patient['id']), differing: check.verdict === 'shown-with-difference' ? check.fields : [] }
}
const UNREADABLE: Failed = { ok: false, outcome: 'unavailable', cause: 'unreadable' }

/** Follows `link.next` within the practice's own address only; what was read before a bad link is kept as a part. */
async function readPages(wire: Wire, id: string, from: string | undefined, into: TakenIn): Promise<Failed | undefined> {
  const query = new URLSearchParams(INCLUDED.map(([name, value]) => [name, value]))
  if (from !== undefined) query.set('created', `ge${from}`)
  const seen = new Set<string>()
  let url: string | undefined = `${wire.base}/Patient/${encodeURIComponent(id)}/DocumentReference?${query.toString()}`
  while (url !== undefined) {
    if (seen.has(url) || seen.size >= MAX_PAGES) return UNREADABLE
    seen.add(url)
    const answer = await read(wire, url, INTERACTIONS.findDocuments)
    if (!answer.ok) return answer
    if (answer.body['resourceType'] !== 'Bundle') return UNREADABLE
    const { entry } = answer.body
    const entries = objectsOf(entry)
    if (Array.isArray(entry)) into.unknown += entry.length - entries.length
    await inSlices(takeIn(entries, wire.base, into, answer.plain), wire.context.signal, 'next')
    if (wire.context.signal.aborted) return stopped(wire.context.signal)
    const next: string | undefined = objectsOf(answer.body['link'])
      .filter(link => link['relation'] === 'next')
      .map(link => textOf(link['url']))[0]
    if (next === undefined) return undefined
    if (into.resources.size > limits.groupItems * 4) return { ok: false, outcome: 'unavailable', cause: 'too-large' }
    url = addressWithin(wire.base, next)
    if (url === undefined) return UNREADABLE
  }
  return undefined
}

const read = (wire: Wire, url: string, interaction: Interaction): Promise<Read | Failed> => {
  const { source } = wire.context.ask
  return readJson({
    dispatcher: wire.dispatcher,
    url: throughProxy(url, wire.spine),
    method: 'GET',
    headers: spineHeaders({ ...wire.context, audience: wire.base, asidTo: source.documentsAsid ?? source.asidTo, interaction }, wire.spine),
    signal: wire.context.signal,
    budget: wire.budget,
  })
}
