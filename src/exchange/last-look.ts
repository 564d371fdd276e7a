import { about, type Live } from './view-live.ts'
import type { Look, ViewPorts } from './view-ports.ts'
import type { LastLook } from './view.ts'

/**
 * Reads what this user was shown of this person the last time, beside the walk: nothing waits for it. From then on tells
 * which entries hold something that was not there, or not in this version. Worked out again only when parts have come.
 */
export function watchLastLook(view: Live, ports: Pick<ViewPorts, 'lastLook' | 'log'>): void {
  const { person } = view
  if (!person) return
  let look: Look | undefined
  let known: { readonly n: number; readonly value: LastLook } | undefined
  view.lastLook = () => {
    if (!look) return undefined
    const { n } = view.list.snapshot
    if (known?.n !== n) known = { n, value: { at: look.at, changed: changedSince(view, look) } }
    return known.value
  }
  const { viewer, viewId } = about(view)
  ports
    .lastLook({
      sdsUserId: viewer.sdsUserId,
      nhsNumbers: [...new Set([person.nhsNumber, view.request.nhsNumber, ...(person.formerNumbers ?? [])])],
      beforeView: viewId,
      before: view.openedAt,
    })
    .then(
      found => void (look = found),
      (error: unknown) => ports.log.warn({ code: 'last-look-unread', view: viewId, err: error }, 'the last look could not be read'),
    )
}

function changedSince(view: Live, look: Look): ReadonlySet<string> {
  const changed = new Set<string>()
  for (const [id, version] of view.items.versions()) {
    if (look.versions.get(id) === version) continue
    const entry = view.record.entryOf(id)
    if (entry !== undefined) changed.add(entry)
  }
  return changed
}
