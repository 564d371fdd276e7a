import type { Organisation, SourceConfig } from './catalogue.ts'
import type { SourceName } from './item.ts'

/** How a page and a peer name a source. One whose organisation is not in the catalogue is named by its system. */
export const sourceName = (source: SourceConfig, organisation: Organisation | undefined): SourceName => ({
  id: source.id,
  odsCode: source.odsCode,
  name: organisation?.name ?? source.system,
  short: organisation?.short ?? source.odsCode,
  kind: organisation?.kind ?? 'other',
  exchange: source.exchange,
})
