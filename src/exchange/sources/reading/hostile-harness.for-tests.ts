import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Dispatcher } from 'undici'
import type { SourceConfig } from '../../../care-record/catalogue.ts'
import type { SectionAnswer } from '../../../care-record/item.ts'
import { outcomePairs } from '../../../care-record/outcome.ts'
import type { Group } from '../../../care-record/section.ts'
import type { Ask } from '../asker.ts'
import { answering } from './answering.ts'
import { contextOf } from './fixtures.ts'

const corpora = process.env['LCR_CORPORA']
const folder = join(corpora ?? '', 'hostile')
/** Why the tests over hostile files are skipped, or `false`. */
export const hostileSkip = corpora === undefined || !existsSync(folder) ? 'set LCR_CORPORA to a folder of recorded answers' : false

export interface HostileFile {
  /** `folder/file`. */
  readonly name: string
  readonly bytes: Buffer
}
/** Every hostile file there is, each once. */
export const hostileFiles = (under = ''): readonly HostileFile[] =>
  readdirSync(join(folder, under), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => ({ name: path.slice(folder.length + 1), bytes: readFileSync(path) }))

/** Lines of one hostile file, for the places where a source can put a word of its own: a link, a reference, an id, an address. */
export const hostileLines = (name: string): readonly string[] =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')

/** What a source may call its bytes, whatever they are. */
const TYPES = ['application/fhir+json', 'application/fhir+xml', 'text/html'] as const
const pairs: ReadonlySet<string> = new Set(outcomePairs().map(([outcome, cause]) => `${outcome}/${cause}`))
/** Processor time that one turn of the event loop may take, milliseconds (`requirements`: never held over 1 s). */
const HELD_MS = 1000

export interface Hostility {
  /** The connector, made over the dispatcher given. */
  readonly connector: (dispatcher: Dispatcher) => Ask
  readonly group: Group
  readonly source?: Partial<SourceConfig>
  /** The source when it means well: asked beside each hostile answer, it must bring the same as ever. */
  readonly good: (url: URL, response: ServerResponse, request: IncomingMessage) => void
  /** Paths at which the hostile bytes stand, one at a time. */
  readonly places: readonly string[]
  /** What must be true of the answers besides what is true of all. */
  readonly check?: (answers: readonly SectionAnswer[], file: HostileFile, place: string) => void
}

/**
 * Answers with every hostile file, under every name, at every place where the source can put it, over a real socket.
 * Each time: the connector resolves with one clear outcome for each section, no rejection is left unhandled, a source that
 * means well brings all of its items at the same time, and no turn of the event loop takes a second of the processor.
 *
 * @returns how many hostile answers were given.
 */
export async function underHostility(hostility: Hostility, files: readonly HostileFile[] = hostileFiles()): Promise<number> {
  let hostile: { place: string; type: string; bytes: Buffer } | undefined
  const bad = await answering((url, response, request) => {
    if (hostile && url.pathname === hostile.place) response.writeHead(200, { 'content-type': hostile.type }).end(hostile.bytes)
    else hostility.good(url, response, request)
  })
  const well = await answering(hostility.good)
  const held = watchTurns()
  const unhandled: unknown[] = []
  const heard = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', heard)
  const badConnector = hostility.connector(bad.dispatcher)
  const context = (baseUrl: string) => contextOf(hostility.group, { ...hostility.source, baseUrl })
  const brought = (answers: readonly SectionAnswer[]): readonly string[] => answers.flatMap(a => a.items.map(i => i.id)).toSorted()
  let given = 0
  try {
    const expected = brought(await badConnector(context(well.url)))
    assert.ok(expected.length > 0, 'the source that means well brings something')
    for (const file of files)
      for (const type of TYPES)
        for (const place of hostility.places) {
          hostile = { place, type, bytes: file.bytes }
          const asked = context(bad.url)
          // Beside the hostile bytes under one of their names; under the others they are asked for alone.
          const [answers, beside] = await Promise.all([
            badConnector(asked),
            type === TYPES[0] ? badConnector(context(well.url)) : undefined,
          ])
          given += 1
          const where = `${file.name} as ${type} at ${place}`
          assert.deepEqual(answers.flatMap(a => a.sections).toSorted(), [...asked.ask.sections].toSorted(), where)
          for (const { outcome, cause } of answers) assert.ok(pairs.has(`${outcome}/${cause}`), `${where}: ${outcome}/${cause}`)
          if (beside) assert.deepEqual(brought(beside), expected, `${where}: other sources are unharmed`)
          hostility.check?.(answers, file, place)
        }
    await new Promise(resolve => setImmediate(resolve))
    assert.deepEqual(unhandled, [])
    assert.ok(held.mostMs() < HELD_MS, `one turn took ${held.mostMs()} ms of the processor`)
    return given
  } finally {
    process.off('unhandledRejection', heard)
    held.stop()
    await bad.close()
    await well.close()
  }
}

/** Processor time of this thread between turns of its event loop: what others on the machine do does not count. */
function watchTurns(): { readonly mostMs: () => number; readonly stop: () => void } {
  const spentMs = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let last = spentMs()
  let most = 0
  const timer = setInterval(() => {
    const now = spentMs()
    most = Math.max(most, now - last)
    last = now
  }, 10)
  return { mostMs: () => most, stop: () => clearInterval(timer) }
}
