import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CsvError, readCsv, type CsvRecord } from './csv.ts'

const read = (...chunks: (string | Uint8Array)[]): Promise<CsvRecord[]> =>
  Array.fromAsync(readCsv(chunks.map(chunk => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk))))
const fieldsOf = async (...chunks: (string | Uint8Array)[]): Promise<readonly (readonly string[])[]> =>
  (await read(...chunks)).map(record => record.fields)

const cases: readonly [name: string, text: string, fields: readonly (readonly string[])[]][] = [
  ['nothing', '', []],
  [
    'lines that end as on any system',
    'a,b\r\nc,d\ne,f',
    [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ],
  ],
  ['a byte order mark', '\ufeffa,b\n', [['a', 'b']]],
  ['blank lines', '\n\na\n\n\nb\n\n', [['a'], ['b']]],
  [
    'empty fields',
    ',\n,,x\n"",\n',
    [
      ['', ''],
      ['', '', 'x'],
      ['', ''],
    ],
  ],
  ['one empty field in quotes', '""\n', [['']]],
  ['commas and line ends within quotes', '"a,b","c\r\nd"\n', [['a,b', 'c\r\nd']]],
  ['doubled quotes', '"He said ""no"""\n', [['He said "no"']]],
  ['a last line that is not ended', 'a,"b"', [['a', 'b']]],
  ['spaces, kept', ' a , b \n', [[' a ', ' b ']]],
  ['letters of any script', 'Łoś,محمد,李明\n', [['Łoś', 'محمد', '李明']]],
]
for (const [name, text, fields] of cases)
  test(`R035: a file with ${name} is read`, async () => {
    assert.deepEqual(await fieldsOf(text), fields)
    assert.deepEqual(await fieldsOf(...Array.from(Buffer.from(text), byte => new Uint8Array([byte]))), fields, 'a byte at a time')
  })

const refused: readonly [name: string, text: string | Uint8Array, words: RegExp][] = [
  ['a quotation mark that is never closed', 'a,b\nc,"d\ne,f\n', /^Line 2: a quotation mark is never closed/],
  ['a quotation mark within a plain field', 'a,b"c\n', /^Line 1: a quotation mark/],
  ['letters after a closing quotation mark', '"a"b\n', /^Line 1: something follows/],
  ['a nul', 'a\n\0b\n', /^Line 2: /],
  ['bytes that are not UTF-8', Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a]), /UTF-8/],
  ['a letter cut in half at the end', Buffer.from([0x61, 0xc5]), /UTF-8/],
  ['half a line end', 'a\rb\n', /^Line 1: a line end/],
  ['half a line end at the end', 'a\r', /^Line 1: a line end/],
  ['a field of 3,000 characters', `a,${'x'.repeat(3_000)}\n`, /^Line 1: a field has more than/],
  ['60 columns', `${','.repeat(60)}\n`, /^Line 1: there are too many columns/],
]
for (const [name, text, words] of refused)
  test(`R035: a file with ${name} is refused, and nothing of it repeated`, async () => {
    await assert.rejects(read(text), (error: unknown) => error instanceof CsvError && words.test(error.message))
  })

test('R035: each record says the line it begins on', async () => {
  const records = await read('a\n"b\n\nb"\n\nc\n')
  assert.deepEqual(
    records.map(record => record.line),
    [1, 2, 6],
  )
})

test('R035: what is written by the rules is read back, however it is cut', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'ß', '😀'), maxLength: 8 })
  const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 5 }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(rows, fc.nat(7), async (table, step) => {
      const bytes = Buffer.from(table.map(row => `${row.map(one => `"${one.replaceAll('"', '""')}"`).join(',')}\r\n`).join(''))
      const chunks = Array.from({ length: Math.ceil(bytes.length / (step + 1)) }, (_, i) =>
        bytes.subarray(i * (step + 1), (i + 1) * (step + 1)),
      )
      assert.deepEqual(await fieldsOf(...chunks), table)
    }),
  )
})
