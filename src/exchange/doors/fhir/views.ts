import { randomBytes } from 'node:crypto'
import { limits } from '../../../care-record/limits.ts'
import { outcomeWords } from '../../../care-record/outcome.ts'
import { parseNhsNumber, type NhsNumber } from '../../../care-record/nhs-number.ts'
import type { Person } from '../../../care-record/person.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { View } from '../../view.ts'
import type { Ports } from '../ports.ts'
import type { Sealer } from '../seal.ts'
import type { Store } from '../store.ts'
import type { FhirCaller } from './caller.ts'
import { refusalOf, type Refusal } from './outcome.ts'

/** A view serves further questions of the same software, user and person for this long, milliseconds: London is asked once for ten searches. */
export const REUSE_MS = 120_000
/** Milliseconds for which an answer waits for a decision. */
const DECISION_MS = limits.askMs + 1_000
/** Longer than any source may take, milliseconds. */
const SETTLED_MS = limits.askMs + 500
/** A source that stayed silent is not asked again sooner, milliseconds. */
const AGAIN_MS = 10_000
/** Times a source is asked in one view of ours. */
const ATTEMPTS = 4
const KEPT = 5_000

export type Opened = { readonly ok: true; readonly view: View; readonly person: Person } | { readonly ok: false; readonly refusal: Refusal }

const GONE: Refusal = { status: 404, words: 'There is no such patient here. Find the person again with $match.', code: 'patient' }

export const isPatientRef = (text: string): boolean => /^[0-9a-f]{24}$/.test(text)

/** People and views behind opaque ids. A foreign, unknown and expired id read alike. */
export function createFhirViews(p: {
  readonly ports: Pick<Ports, 'views' | 'now'>
  readonly store: Store
  readonly sealer: Sealer
  /** Where people look at records: said where a claim is needed. */
  readonly publicUrl: string
}) {
  const { ports, store, sealer } = p
  /** Ids only: what stood in a view ends with it. */
  const recent = new Map<string, Promise<string | undefined>>()
  const placeOf = (caller: FhirCaller, ref: string): string => `${caller.session.id} ${ref}`

  async function numberOf(caller: FhirCaller, ref: string): Promise<NhsNumber | undefined> {
    const sealed = isPatientRef(ref) ? await store.person(caller.session.id, ref) : undefined
    const text = sealed === undefined ? undefined : sealer.open(sealed, placeOf(caller, ref))
    const number = text === undefined ? undefined : parseNhsNumber(text)
    return number?.ok === true ? number.value : undefined
  }

  /** A view that is still being decided or open; young enough, unless what it holds is named by its own ids. */
  async function known(caller: FhirCaller, ref: string, atAnyAge: boolean): Promise<View | undefined> {
    const id = await recent.get(placeOf(caller, ref))
    const view = id === undefined ? undefined : ports.views.find(id, caller.session.id, caller.viewer.sdsUserId)
    if (view === undefined) return undefined
    const isYoung = ports.now().getTime() - Date.parse(view.openedAt) < REUSE_MS
    return (isYoung || atAnyAge) && (view.status === 'open' || view.status === 'deciding') ? view : undefined
  }

  return {
    /** Opaque ids for people a search found, bound to this client and user. */
    async refsOf(caller: FhirCaller, people: readonly NhsNumber[]): Promise<readonly string[]> {
      const found = people.map(nhsNumber => ({ nhsNumber, ref: randomBytes(12).toString('hex') }))
      await store.addPeople(
        caller.session.id,
        found.map(({ nhsNumber, ref }) => ({ ref, sealed: sealer.seal(nhsNumber, placeOf(caller, ref)) })),
        ports.now(),
      )
      return found.map(({ ref }) => ref)
    },

    /** Opens the record of a person, or goes on with the view that is open, and waits for the decision. */
    async open(caller: FhirCaller, ref: string, atAnyAge = false): Promise<Opened> {
      const key = placeOf(caller, ref)
      const nhsNumber = await numberOf(caller, ref)
      if (nhsNumber === undefined) return { ok: false, refusal: GONE }
      let view = await known(caller, ref, atAnyAge)
      if (view === undefined) {
        const opening = ports.views.open({
          viewer: caller.viewer,
          sessionId: caller.session.id,
          purpose: 'direct-care',
          nhsNumber,
          workstation: `fhir:${caller.client.clientId}`,
        })
        recent.delete(key)
        recent.set(
          key,
          opening.then(
            one => (one.ok ? one.value.id : undefined),
            () => undefined,
          ),
        )
        for (const oldest of recent.keys()) {
          if (recent.size <= KEPT) break
          recent.delete(oldest)
        }
        const opened = await opening
        if (!opened.ok) return { ok: false, refusal: refusalOf(opened.fault) }
        view = opened.value
        await store.openedAs(caller.session.id, ref, view.id).catch(() => undefined)
      }
      const leave = view.attach()
      try {
        await view.decided(DECISION_MS)
      } finally {
        leave()
      }
      const { person } = view
      return view.status === 'open' && person !== undefined
        ? { ok: true, view, person }
        : { ok: false, refusal: refusalOfView(view, p.publicUrl) }
    },
  }
}
export type FhirViews = ReturnType<typeof createFhirViews>

/**
 * Waits until every source has said what it has of these sections, or its time is over. Nothing waits longer than a page would.
 *
 * @param older also asks for what a view does not ask at once.
 * @param now wall clock.
 */
export async function heard(view: View, sections: ReadonlySet<SectionId> | undefined, older: boolean, now: Date): Promise<void> {
  await askSilent(view, sections, now)
  if (older && !view.olderAsked) await view.askOlder()
  if (sections === undefined) return view.settled(SETTLED_MS)
  const waits = (): boolean =>
    [...view.snapshot.states.values()].some(state => state.waiting && state.sections.some(section => sections.has(section)))
  if (!waits()) return undefined
  for await (const _ of view.read(view.parts.length, AbortSignal.timeout(SETTLED_MS))) if (!waits()) break
  return undefined
}

/** Whoever asks again has the sources asked again that stayed silent some while ago, a few times in a view. */
async function askSilent(view: View, sections: ReadonlySet<SectionId> | undefined, now: Date): Promise<void> {
  const before = now.getTime() - AGAIN_MS
  const silent = [...view.snapshot.states.values()].filter(
    ({ waiting, outcome, cause, attempts, asOf, sections: theirs }) =>
      !waiting &&
      Date.parse(asOf ?? view.openedAt) <= before &&
      attempts < ATTEMPTS &&
      outcomeWords(outcome, cause).mayRetry &&
      (sections === undefined || theirs.some(section => sections.has(section))),
  )
  const asks = new Map(silent.map(({ source, group }) => [`${source.exchange}/${source.id}/${group}`, { source, group }]))
  await Promise.all(Array.from(asks.values(), ({ source, group }) => view.tryAgain(source.id, source.exchange, group)))
}

/** The same words for the same answer as a page; what is nobody's business reads as nothing held. */
function refusalOfView(view: View, publicUrl: string): Refusal {
  switch (view.status) {
    case 'claim': {
      const silent = view.unavailableEvidence.length === 0 ? '' : ` Not every system answered: ${view.unavailableEvidence.join(', ')}.`
      return {
        status: 403,
        words: `No relationship with this person is known.${silent} If this person is in your care, open the record at ${publicUrl}/find and say why.`,
        code: 'claim-needed',
      }
    }
    case 'denied':
      return { status: 403, words: 'You cannot open this record. Call your service desk.', code: 'denied' }
    case 'no-information':
      return { status: 404, words: 'No information is available to show for this person.', code: 'no-information' }
    case 'closed':
      return { status: 410, words: 'This view has ended. Ask again.', code: 'ended' }
    case 'deciding':
      return { status: 504, words: 'This could not be decided in time. Ask again.', code: 'undecided' }
    case 'unavailable':
    case 'open':
      break
  }
  return { status: 503, words: 'The record cannot be opened now. Use the national record or call the organisations.', code: 'unavailable' }
}
