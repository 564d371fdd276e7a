/** One record of a file: its first line, counted from 1, and its fields. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/** The file is not what it should be; nothing of it can be trusted. Says where, never what stands there. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
}

/** Characters of one field, and fields of one record, at most. */
const LONGEST_FIELD = 2_000
const MOST_FIELDS = 40

/**
 * Reads RFC 4180 strictly: UTF-8 with or without a byte order mark, CRLF or LF, quotes doubled within quotes. A blank line is
 * passed over. Holds one chunk and one record.
 *
 * @throws CsvError for bytes that are not UTF-8, a nul, a quotation mark out of place or never closed, a field too long.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = createReader()
  for await (const chunk of chunks) yield* reader.read(decoded(decoder, chunk, reader))
  yield* reader.read(decoded(decoder, undefined, reader))
  yield* reader.end()
}

function decoded(decoder: TextDecoder, chunk: Uint8Array | undefined, reader: { readonly line: () => number }): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    throw new CsvError(`After line ${reader.line()}: these are not letters as UTF-8 writes them. Save the file as UTF-8.`)
  }
}

function createReader() {
  let line = 1
  let began = 1
  let fields: string[] = []
  let field = ''
  /** Before a field, in one without quotes, in one within quotes, after its closing (or doubled) quote. */
  let place: 'before' | 'plain' | 'quoted' | 'closed' = 'before'
  let returned = false

  const wrong = (what: string): CsvError => new CsvError(`Line ${line}: ${what}`)
  const endField = (): void => {
    fields.push(field)
    if (fields.length > MOST_FIELDS) throw wrong('there are too many columns.')
    field = ''
    place = 'before'
  }
  const endLine = (): CsvRecord | undefined => {
    const blank = fields.length === 0 && place === 'before'
    if (!blank) endField()
    const record = blank ? undefined : { line: began, fields }
    fields = []
    line += 1
    began = line
    return record
  }
  const add = (character: string): void => {
    field += character
    if (field.length > LONGEST_FIELD) throw wrong(`a field has more than ${LONGEST_FIELD} characters. Is a quotation mark missing?`)
  }
  const quote = (): void => {
    if (place === 'before') place = 'quoted'
    else if (place === 'closed') {
      add('"')
      place = 'quoted'
    } else throw wrong('a quotation mark stands in a field that does not begin with one.')
  }
  const inQuotes = (character: string): void => {
    if (character === '"') place = 'closed'
    else {
      add(character)
      if (character === '\n') line += 1
    }
  }
  const plain = (character: string): void => {
    if (place === 'closed') throw wrong('something follows a closing quotation mark.')
    place = 'plain'
    add(character)
  }

  return {
    line: () => line,
    *read(text: string): Generator<CsvRecord> {
      for (const character of text) {
        if (character === '\0') throw wrong('there is a character that is not text.')
        if (returned && character !== '\n') throw wrong('a line end is half there.')
        if (place === 'quoted') inQuotes(character)
        else if (character === '\n') {
          returned = false
          const record = endLine()
          if (record) yield record
        } else if (character === '\r') returned = true
        else if (character === ',') endField()
        else if (character === '"') quote()
        else plain(character)
      }
    },
    *end(): Generator<CsvRecord> {
      if (place === 'quoted') throw new CsvError(`Line ${began}: a quotation mark is never closed.`)
      if (returned) throw wrong('a line end is half there.')
      const record = endLine()
      if (record) yield record
    },
  }
}
