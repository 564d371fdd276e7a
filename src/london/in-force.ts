import { apply } from '../exchange/apply.ts'
import { migrate, openPool } from '../platform/database.ts'
import type { ApplyDocument } from './catalogue.ts'
import type { ExchangeName } from './places.ts'

/** How an exchange stands in the catalogues of all others, and they in its own. */
export const LINK_STATES = ['live', 'planned', 'suspended'] as const
export type LinkState = (typeof LINK_STATES)[number]

/** The catalogues of a running city. */
export interface InForce {
  /** What an exchange's catalogue says now, as a file for `npm run apply`; nobody's registration is in it. */
  readonly catalogue: (exchange: ExchangeName) => unknown
  readonly link: (exchange: ExchangeName) => LinkState
  /**
   * Connects an exchange with the others, or not: applied at every exchange while they run; it bites within 5 s.
   *
   * @throws when a database does not answer; what was applied until then stands.
   */
  readonly setLink: (exchange: ExchangeName, state: LinkState) => Promise<void>
  readonly stop: () => Promise<void>
}

/** An index behind live messages counts as late after twelve hours: in a city that runs overnight it is loaded again before. */
const RELOAD_MS = 6 * 3_600_000

/**
 * Brings the documents into force, each at its own database, and keeps them so. Tables are made on the way.
 *
 * @throws with words for people when one is not taken.
 */
export async function bringIntoForce(
  documents: ReadonlyMap<ExchangeName, ApplyDocument>,
  databaseUrl: (exchange: ExchangeName) => string,
  now: Date,
): Promise<InForce> {
  const links = new Map<ExchangeName, LinkState>()
  const link = (exchange: ExchangeName): LinkState => links.get(exchange) ?? 'live'
  // People stay as they were first loaded; what can change is who takes part.
  const catalogues = new Map<ExchangeName, Omit<ApplyDocument, 'pointers' | 'registrations' | 'objections'>>()
  for (const [exchange, { pointers: _pointers, registrations: _registrations, objections: _objections, ...catalogue }] of documents)
    catalogues.set(exchange, catalogue)
  let indexLoadedAt: string | undefined
  const asItStands = (exchange: ExchangeName) => {
    const catalogue = catalogues.get(exchange)
    return {
      ...catalogue,
      sources: catalogue?.sources.map(source =>
        source.indexLoadedAt === null || indexLoadedAt === undefined ? source : { ...source, indexLoadedAt },
      ),
      peers: catalogue?.peers.map(peer => ({
        ...peer,
        state: link(exchange) === 'live' ? link(peer.exchange as ExchangeName) : link(exchange),
      })),
    }
  }
  const applyAll = async (): Promise<void> => {
    await Promise.all([...documents.keys()].map(exchange => applyTo(databaseUrl(exchange), asItStands(exchange), new Date())))
  }
  await Promise.all([...documents].map(([exchange, document]) => applyTo(databaseUrl(exchange), document, now, 'tables too')))

  const timer = setInterval(() => {
    indexLoadedAt = new Date().toISOString()
    // The next time does what this one could not.
    applyAll().catch(() => undefined)
  }, RELOAD_MS)
  return {
    catalogue: asItStands,
    link,
    async setLink(exchange, state) {
      links.set(exchange, state)
      await applyAll()
    },
    async stop() {
      clearInterval(timer)
    },
  }
}

async function applyTo(url: string, document: unknown, now: Date, tables?: 'tables too'): Promise<void> {
  const pool = openPool({ url, max: 1, statementTimeoutMs: 60_000 })
  try {
    if (tables !== undefined) await migrate(pool)
    const applied = await apply(pool, document, now)
    if (!applied.ok) throw new Error(`The catalogue was not taken: ${applied.fault.detail}`, { cause: applied.fault.cause })
  } finally {
    await pool.end()
  }
}
