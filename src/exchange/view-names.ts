import type { SourceState } from '../care-record/entry.ts'
import type { Live } from './view-live.ts'
import type { ViewPorts } from './view-ports.ts'

/** A source as this view may name it. */
export function named(view: Live, what: SourceState, ports: Pick<ViewPorts, 'maskSource'>): SourceState {
  if (!view.pass?.maskPlaces || what.source.kind === 'role') return what
  const key = `${what.source.exchange}/${what.source.id}`
  let alias = view.aliases.get(key)
  if (!alias) view.aliases.set(key, (alias = ports.maskSource(what.source, `${view.aliases.size + 1}`)))
  return { ...what, source: alias }
}

/** The source behind the name a page gives back. */
export function behind(view: Live, sourceId: string, exchange: string): readonly [sourceId: string, exchange: string] {
  for (const [key, alias] of view.aliases) {
    if (alias.id === sourceId && alias.exchange === exchange) return [key.slice(key.indexOf('/') + 1), key.slice(0, key.indexOf('/'))]
  }
  return [sourceId, exchange]
}
