import type { Disclosed, Item } from '../care-record/item.ts'
import { limits } from '../care-record/limits.ts'
import type { Pass, Person } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { resolveEntry } from '../care-record/snapshot.ts'
import { admitAgain, type AgainPorts } from './view-again.ts'
import { homeFrom } from './view-document.ts'
import { about, type Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'
import { notFound } from './view.ts'

/** Characters of what makes the reporter think so. */
const [WORDS_FROM, WORDS_TO] = [10, 500]

interface ReportRoom {
  readonly ports: Pick<ViewPorts, 'admit' | 'audit' | 'catalogue' | 'held' | 'newId' | 'report'>
  readonly close: AgainPorts['close']
  /** Takes what is held out of every open view of this process. */
  readonly withdraw: () => Promise<void>
}

/**
 * `Not this person's information`: every statement of an entry is held for all by the exchange that owns its source, and
 * leaves this view at once. Said twice it is held once.
 *
 * @returns fault `invalid` for a form that cannot be read; `unavailable` when an owner could not be told: what could be
 *   held is held, and the form may be sent again.
 */
export async function reportNotTheirs(view: Live, entryId: string, form: unknown, room: ReportRoom): Promise<Result<void>> {
  const { ports } = room
  const words = wordsOf(form)
  if (!words.ok) return words
  const entry = resolveEntry(view.list.snapshot, entryId)
  if (view.status !== 'open' || !entry) return notFound()
  const ids = await idsOf(view, entry.id)
  if (ids.length === 0) return notFound()
  const admitted = await admitAgain(view, room)
  if (!admitted.ok) return admitted
  const { exchange: own } = ports.catalogue()
  const byOwner = Map.groupBy(ids, id => homeFrom(view.items.homeOf(id) ?? '').exchange)
  const said = { words: words.value }
  for (const [exchange, itemIds] of byOwner) {
    const told =
      exchange === own
        ? await toOurselves(view, itemIds, admitted.value, said, room)
        : await toPeer(view, exchange, itemIds, admitted.value, said, room)
    if (!told.ok) return told
    ports.held.add(exchange, itemIds)
  }
  await room.withdraw()
  return ok(undefined)
}

interface Admitted {
  readonly pass: Pass
  readonly person: Person
}

const toOurselves = (
  view: Live,
  itemIds: readonly string[],
  { person }: Admitted,
  said: { readonly words: string },
  { ports }: ReportRoom,
): Promise<Result<void>> =>
  ports.report.own({
    items: itemIds.map(itemId => ({ itemId, sourceId: itemId.slice(0, itemId.indexOf('/')) })),
    person,
    viewer: view.request.viewer,
    transaction: view.transaction,
    viewId: view.id,
    ...said,
  })

async function toPeer(
  view: Live,
  exchange: string,
  itemIds: readonly string[],
  { pass, person }: Admitted,
  said: { readonly words: string },
  { ports }: ReportRoom,
): Promise<Result<void>> {
  const peer = ports.catalogue().peers.find(p => p.exchange === exchange && p.state === 'live')
  if (!peer) return fail('unavailable', 'The organisation that holds this cannot be told now. Call it.')
  const attempt = ports.newId()
  const event = await ports.audit.writeOpenView({
    ...about(view, { attempt }),
    kind: 'item-reported',
    outcome: 'success',
    detail: { items: itemIds, exchange },
    sealed: said,
  })
  if (!event.ok) return event
  for (let from = 0; from < itemIds.length; from += limits.reportItems) {
    const told = await ports.report.peer({
      peer,
      person,
      pass,
      reported: { itemIds: itemIds.slice(from, from + limits.reportItems), ...said },
      transaction: view.transaction,
      attempt,
      signal: view.abort.signal,
    })
    if (!told.ok) return told
  }
  return ok(undefined)
}

/** The statements of an entry, and the single results of a report among them: they were filed with it. */
async function idsOf(view: Live, entryId: string): Promise<readonly string[]> {
  const statements = view.record.statementIds(entryId)
  const items = (await Promise.all(statements.map(view.items.get))).filter(item => item !== undefined)
  const reported = items.filter(item => item.resource.resourceType === 'DiagnosticReport').flatMap(partsOf)
  const present = await Promise.all(reported.map(view.items.get))
  return [...new Set([...statements, ...reported.filter((_, n) => present[n] !== undefined)])]
}

const partsOf = (item: Disclosed<Item>): readonly string[] => {
  const of = `${item.provenance.sourceId}/Observation/`
  return item.links.filter(link => link.startsWith(of))
}

function wordsOf(form: unknown): Result<string> {
  const words: unknown = typeof form === 'object' && form !== null ? Reflect.get(form, 'words') : undefined
  const text = typeof words === 'string' ? words.trim() : ''
  return text.length < WORDS_FROM || text.length > WORDS_TO
    ? fail('invalid', `Say what makes you think so in ${WORDS_FROM} to ${WORDS_TO} characters.`)
    : ok(text)
}
