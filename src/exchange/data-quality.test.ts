import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceConfig } from '../care-record/catalogue.ts'
import { createLog } from '../platform/log.ts'
import { createDataQuality } from './data-quality.ts'
import { createUnknownServices } from './disclosure/unknown-services.ts'

function written(say: (quality: ReturnType<typeof createDataQuality>) => void): readonly Readonly<Record<string, unknown>>[] {
  const lines: string[] = []
  const to = { write: (line: string) => void lines.push(line) }
  say(createDataQuality(createLog({ level: 'info', exchange: 'SEL', process: 'p', to })))
  return lines.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
}
const kch = { id: 'kch', odsCode: 'RJZ' } as SourceConfig

test('what could not be read is in the log for its owner: source, type, section and reason, never an id or how many', () => {
  const lines = written(quality =>
    quality.unreadable(kch, [
      { type: 'Observation', id: 'okafor-9990000018', section: 'results', reason: 'date' },
      { type: 'Observation', id: 'okafor-2', section: 'results', reason: 'date' },
      { type: 'unknown', reason: 'no-resource' },
    ]),
  )
  assert.deepEqual(
    lines.map(({ code, source, kind, section, reason }) => [code, source, kind, section, reason]),
    [
      ['unreadable', 'kch', 'Observation', 'results', 'date'],
      ['unreadable', 'kch', 'unknown', undefined, 'no-resource'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(lines), /okafor|999/)
})

test('care rules 5.5: a local code that no register has is said once, with its functions; of whom it was said is not', () => {
  const services = [{ odsCode: 'RJZ', localCode: 'CARD', treatmentFunction: '320', name: 'Cardiology', legalClass: null }]
  const seen = createUnknownServices(services)
  const fact = { key: 'Encounter/secret', resourceType: 'Encounter', organisations: [], serviceNames: ['Secret'], documentClasses: [] }
  const rest = { codings: [], labels: [], links: [], unresolved: [], texts: [] }
  seen.note(kch, [{ ...fact, ...rest, localCodes: ['CARD', 'NEW7', '9990000018'], treatmentFunctions: ['320'] }])
  const lines = written(quality => {
    quality.unknownServices(seen.list())
    quality.unknownServices(seen.list())
  })
  assert.deepEqual(
    lines.map(({ code, organisation, kind, reason }) => [code, organisation, kind, reason]),
    [['service-not-registered', 'RJZ', 'NEW7', '320']],
  )
  assert.doesNotMatch(JSON.stringify(lines), /[Ss]ecret|999/)
})
