import { readCatalogue } from '../src/exchange/agreements/catalogue-store.ts'
import { processingRecord, processingSettings, type Flow } from '../src/exchange/record-of-processing.ts'
import { openPool } from '../src/platform/database.ts'
import { readSettings } from '../src/platform/settings.ts'

/** `npm run processing-record > FILE.md`: the record of processing activities of an exchange, with the settings of one of its processes. */
const cell = (words: string): string => words.replaceAll('|', '\\|').replaceAll('\n', ' ')

const rowsOf = (flow: Flow): readonly (readonly [string, string])[] => [
  ['Purpose', flow.purpose],
  ['What of whom', flow.data],
  ['UK GDPR Article 6', flow.article6],
  ['UK GDPR Article 9', flow.article9],
  ['Common law', flow.commonLaw],
  ['Kept', flow.retention],
  ['Safeguards', flow.safeguards],
  ['With whom now', flow.parties.length === 0 ? 'Nobody at present' : flow.parties.join(', ')],
]

const settings = readSettings(process.env)
const pool = openPool({ url: settings.database.url, pooled: settings.database.pooled, max: 1, applicationName: 'lcr-processing-record' })
try {
  const catalogue = await readCatalogue(pool)
  const lines = processingRecord(catalogue, processingSettings(settings)).flatMap(flow => [
    `## ${flow.from} to ${flow.to}`,
    '',
    '| | |',
    '| --- | --- |',
    ...rowsOf(flow).map(([name, words]) => `| ${name} | ${cell(words)} |`),
    '',
  ])
  process.stdout.write(
    [`# Record of processing activities: ${catalogue.title}, catalogue version ${catalogue.version}`, '', ...lines].join('\n'),
  )
} finally {
  await pool.end()
}
