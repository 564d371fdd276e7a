import type { Dispatcher } from 'undici'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { Settings } from './settings.ts'

/** What a connection would have been for. */
export type EgressKind = 'source' | 'peer' | 'sign-in'

/** Nobody named where this request wants to go. No connection was opened. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused'
  readonly code = 'ERR_EGRESS_REFUSED'
}

/** The ways out of a process: each leads to origins that the catalogue in force or the settings name, and nowhere else (R052). */
export interface Egress {
  /** To live sources, their tokens and documents, and the national register. */
  readonly sources: (inner: Dispatcher) => Dispatcher
  /** To one entry of the catalogue and its tokens, live or not yet: for asking whether it answers, and nothing of anybody. */
  readonly entry: (inner: Dispatcher, sourceId: string) => Dispatcher
  /** To one peer each, while it is live. The certificate it must show is the inner one's matter. */
  readonly peers: (inner: (exchange: string) => Dispatcher) => (exchange: string) => Dispatcher
  /** To the sign-in service. */
  readonly signIn: (inner: Dispatcher) => Dispatcher
}

/**
 * Asked anew for each request, each hop of a redirect too: what the catalogue names no more is refused from its next version
 * on, over a connection that is still open as well. A refused request rejects with `EgressRefused`, which callers answer as
 * any connection that failed.
 *
 * @param ports.refused told each time; never where to, as an address can be made of a person.
 */
export function createEgress(ports: {
  readonly settings: Pick<Settings, 'pds' | 'oidc'>
  readonly catalogue: () => Pick<Catalogue, 'sources' | 'peers'>
  readonly refused: (kind: EgressKind) => void
}): Egress {
  const { settings, catalogue, refused } = ports
  const signIn = originsOf([settings.oidc.issuer, ...settings.oidc.origins])
  const fixed = [settings.pds.url, settings.pds.tokenUrl]
  let known: { readonly of: unknown; readonly origins: ReadonlySet<string> } | undefined
  const sources = (): ReadonlySet<string> => {
    const now = catalogue()
    if (known?.of !== now)
      known = {
        of: now,
        origins: originsOf([
          ...fixed,
          ...now.sources.filter(s => s.state === 'live').flatMap(s => [s.baseUrl, s.tokenUrl ?? [], s.documentsUrl ?? []].flat()),
        ]),
      }
    return known.origins
  }
  const isPeer = (exchange: string, origin: string): boolean =>
    catalogue().peers.some(p => p.exchange === exchange && p.state === 'live' && originOf(p.baseUrl) === origin)
  return {
    sources: inner =>
      onlyTo(
        inner,
        origin => sources().has(origin),
        () => refused('source'),
      ),
    entry: (inner, sourceId) =>
      onlyTo(
        inner,
        origin =>
          catalogue().sources.some(
            s => s.id === sourceId && originsOf([s.baseUrl, ...(s.tokenUrl === undefined ? [] : [s.tokenUrl])]).has(origin),
          ),
        () => refused('source'),
      ),
    signIn: inner =>
      onlyTo(
        inner,
        origin => signIn.has(origin),
        () => refused('sign-in'),
      ),
    peers(inner) {
      const ways = new Map<string, Dispatcher>()
      return exchange => {
        let way = ways.get(exchange)
        if (!way)
          ways.set(
            exchange,
            (way = onlyTo(
              inner(exchange),
              origin => isPeer(exchange, origin),
              () => refused('peer'),
            )),
          )
        return way
      }
    },
  }
}

/** As undici itself ends a request that cannot be sent: its handler is told, so that nothing waits for it. */
const onlyTo = (inner: Dispatcher, allows: (origin: string) => boolean, refused: () => void): Dispatcher =>
  inner.compose(dispatch => (options, handler) => {
    const origin = originOf(String(options.origin ?? ''))
    if (origin !== undefined && allows(origin)) return dispatch(options, handler)
    refused()
    const error = new EgressRefused('No connection may be opened to that address.')
    if (!handler.onResponseError) throw error
    handler.onResponseError(null as unknown as Dispatcher.DispatchController, error)
    return false
  })

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined)
const originsOf = (urls: readonly string[]): ReadonlySet<string> => new Set(urls.flatMap(url => originOf(url) ?? []))
