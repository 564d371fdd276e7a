import type { PeerConfig } from '../care-record/catalogue.ts'

/** Items that are held now, here and at every peer, by exchange of their source. */
export interface Held {
  readonly isHeld: (exchange: string, itemId: string) => boolean
  readonly all: () => ReadonlyMap<string, ReadonlySet<string>>
  readonly own: () => readonly string[]
  /** Known before the next reading: what was reported here. */
  readonly add: (exchange: string, itemIds: readonly string[]) => void
  /** Reads our own list. Rejects when it cannot be read; what was read last stands. */
  readonly refresh: () => Promise<void>
  /** Asks every peer for its list; what one said last stands while it cannot be asked. */
  readonly refreshPeers: () => Promise<void>
}

export function createHeld(ports: {
  readonly exchange: string
  readonly readOwn: () => Promise<readonly string[]>
  readonly peers: () => readonly PeerConfig[]
  readonly readPeer: (peer: PeerConfig) => Promise<readonly string[] | undefined>
}): Held {
  const held = new Map<string, ReadonlySet<string>>()
  return {
    isHeld: (exchange, itemId) => held.get(exchange)?.has(itemId) === true,
    all: () => held,
    own: () => [...(held.get(ports.exchange) ?? [])],
    add: (exchange, itemIds) => void held.set(exchange, new Set([...(held.get(exchange) ?? []), ...itemIds])),
    async refresh() {
      held.set(ports.exchange, new Set(await ports.readOwn()))
    },
    async refreshPeers() {
      await Promise.all(
        ports.peers().map(async peer => {
          const ids = peer.state === 'live' ? await ports.readPeer(peer) : undefined
          if (ids) held.set(peer.exchange, new Set(ids))
        }),
      )
    },
  }
}
