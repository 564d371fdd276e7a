import type { Catalogue } from '../../care-record/catalogue.ts'

/**
 * What became different for who takes part, in codes: `peer NWL: live -> suspended`, `organisation RJ1: connected -> suspended`,
 * `user 555… cut off: none -> yes`.
 * In the order of the catalogues; empty when only words or addresses changed.
 */
export function changesBetween(before: Catalogue, after: Catalogue): readonly string[] {
  const states = (catalogue: Catalogue): ReadonlyMap<string, string> =>
    new Map([
      ...[...catalogue.organisations.values()].map(one => [`organisation ${one.odsCode}`, one.state ?? 'connected'] as const),
      ...(catalogue.isolations ?? []).map(one => [`${one.what} ${one.which} cut off`, 'yes'] as const),
      ...catalogue.peers.map(peer => [`peer ${peer.exchange}`, peer.state] as const),
      ...catalogue.sources.map(source => [`source ${source.id}`, source.state] as const),
      ...catalogue.agreements.map(agreement => [`agreement ${agreement.id}`, `${agreement.from}/${agreement.until ?? ''}`] as const),
    ])
  const [old, now] = [states(before), states(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(key => {
    const [was = 'none', is = 'none'] = [old.get(key), now.get(key)]
    return was === is ? [] : [`${key}: ${was} -> ${is}`]
  })
}
