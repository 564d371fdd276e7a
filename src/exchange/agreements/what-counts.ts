import type { Organisation, PeerConfig, SourceConfig } from '../../care-record/catalogue.ts'
import type { Isolated } from '../../care-record/lists.ts'

interface Listed {
  readonly organisations: readonly Organisation[]
  readonly sources: readonly SourceConfig[]
  readonly peers: readonly PeerConfig[]
  readonly isolations: readonly { readonly what: Isolated; readonly which: string }[]
}

/**
 * What is asked and let in, given who stands where: a source of an organisation that is not connected, or that is cut off, is not
 * asked; nor is a peer that is cut off; a shared system answers for connected members only. What is less than live stays so.
 */
export function whatCounts<T extends Listed>(listed: T): T {
  const { organisations, sources, peers, isolations } = listed
  const isCutOff = (what: Isolated, which: string): boolean => isolations.some(one => one.what === what && one.which === which)
  const standing = new Map(organisations.map(o => [o.odsCode, o.state ?? 'connected']))
  const takesPart = (odsCode: string): boolean => standing.get(odsCode) === 'connected' && !isCutOff('organisation', odsCode)
  const stateOf = (source: SourceConfig): SourceConfig['state'] => {
    if (source.state !== 'live') return source.state
    if (isCutOff('source', source.id) || isCutOff('organisation', source.odsCode)) return 'suspended'
    const state = standing.get(source.odsCode)
    return state === 'connected' ? 'live' : state === 'applied' || state === 'reviewed' ? 'planned' : 'suspended'
  }
  return {
    ...listed,
    sources: sources.map(source => ({
      ...source,
      state: stateOf(source),
      ...(source.members ? { members: source.members.filter(takesPart) } : {}),
    })),
    peers: peers.map(peer => (peer.state === 'live' && isCutOff('exchange', peer.exchange) ? { ...peer, state: 'suspended' } : peer)),
  }
}
