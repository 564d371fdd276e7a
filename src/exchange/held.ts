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

/** Readings after which what was added here must be in the list of its owner, whichever of its processes answered. */
const READINGS_KEPT = 2

export function createHeld(ports: {
  readonly exchange: string
  readonly readOwn: () => Promise<readonly string[]>
  readonly peers: () => readonly PeerConfig[]
  readonly readPeer: (peer: PeerConfig) => Promise<readonly string[] | undefined>
  /** A source that every exchange asks for its own viewers: what is held of it anywhere is held here. */
  readonly isAskedByAll?: (sourceId: string) => boolean
}): Held {
  const held = new Map<string, ReadonlySet<string>>()
  /** By exchange: how often its list was asked for, the latest that was heard, and what was added at which of them. */
  const lists = new Map<string, { asked: number; heard: number; added: readonly { readonly id: string; readonly at: number }[] }>()
  const listOf = (exchange: string) => {
    let list = lists.get(exchange)
    if (!list) lists.set(exchange, (list = { asked: 0, heard: 0, added: [] }))
    return list
  }
  /** A list that was asked for before an item was added, or of a process that had not heard of it, does not take it out. */
  const read = async (exchange: string, ask: () => Promise<readonly string[] | undefined>): Promise<void> => {
    const list = listOf(exchange)
    list.asked += 1
    const began = list.asked
    const ids = await ask()
    if (!ids || began < list.heard) return
    list.heard = began
    list.added = list.added.filter(({ at }) => began <= at + READINGS_KEPT)
    held.set(exchange, new Set([...ids, ...list.added.map(({ id }) => id)]))
  }
  const isOfAll = (itemId: string): boolean => ports.isAskedByAll?.(itemId.slice(0, itemId.indexOf('/'))) === true
  /** Of sources that all ask: what any list has. */
  const elsewhere = (): readonly string[] =>
    [...held].flatMap(([exchange, ids]) => (exchange === ports.exchange ? [] : [...ids].filter(isOfAll)))
  return {
    isHeld: (exchange, itemId) =>
      held.get(exchange)?.has(itemId) === true ||
      (exchange === ports.exchange && isOfAll(itemId) && [...held.values()].some(ids => ids.has(itemId))),
    all: () => {
      const more = elsewhere()
      return more.length === 0 ? held : new Map([...held, [ports.exchange, new Set([...(held.get(ports.exchange) ?? []), ...more])]])
    },
    own: () => [...(held.get(ports.exchange) ?? [])],
    add(exchange, itemIds) {
      const list = listOf(exchange)
      list.added = [...list.added, ...itemIds.map(id => ({ id, at: list.asked }))]
      held.set(exchange, new Set([...(held.get(exchange) ?? []), ...itemIds]))
    },
    refresh: () => read(ports.exchange, ports.readOwn),
    async refreshPeers() {
      await Promise.all(
        ports
          .peers()
          .filter(peer => peer.state === 'live')
          .map(peer => read(peer.exchange, () => ports.readPeer(peer))),
      )
    },
  }
}
