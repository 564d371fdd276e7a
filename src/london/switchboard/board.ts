import type { FaultMode, Fault, FaultProxy } from '../tcp/fault-proxy.ts'
import type { LinkState } from '../in-force.ts'

/** One thing whose network can be made bad. */
export interface Line {
  readonly title: string
  readonly proxy: FaultProxy
  /** Heading it stands under. */
  readonly group: string
  /** Requests it has answered. */
  readonly calls?: () => number
}

/** One exchange as the switchboard can touch it. */
export interface Area {
  readonly id: string
  readonly title: string
  /** Where people sign in. */
  readonly url: string
  /** Id of the line that is the way to it from other exchanges. */
  readonly way: string
  readonly processes: readonly { readonly name: string; pid(): number | undefined; crash(): void }[]
}

/** All that can be broken and mended. */
export interface Board {
  readonly lines: ReadonlyMap<string, Line>
  readonly areas: readonly Area[]
  readonly links: { link(area: string): LinkState; setLink(area: string, state: LinkState): Promise<void> }
  readonly database: { up(): boolean; crash(): void; stop(): Promise<void>; start(): Promise<void> }
}

export const modeWords: Readonly<Record<FaultMode, string>> = {
  pass: 'Works',
  delay: 'Slow',
  drip: 'Drips',
  hang: 'Hangs',
  cut: 'Breaks off',
  refuse: 'Is down',
  garbage: 'Talks nonsense',
  'half-open': 'Silent line',
  lie: 'Lies: tells of somebody else',
}
export const linkWords: Readonly<Record<LinkState, string>> = { live: 'Connected', planned: 'Planned', suspended: 'Suspended' }

export interface Preset {
  readonly id: string
  readonly title: string
  readonly words: string
  /** What is wrong with a line; those it does not name work. */
  readonly fault: (line: string, group: string) => Fault | undefined
  readonly links?: Readonly<Record<string, LinkState>>
}

const SLOW_MS = 1_500
const only =
  (faults: Readonly<Record<string, Fault>>) =>
  (line: string): Fault | undefined =>
    faults[line]

/** What a show needs at one press. */
export const presets: readonly Preset[] = [
  { id: 'all-well', title: 'All well', words: 'Every system, way and connection works.', fault: () => undefined },
  {
    id: 'hanging',
    title: 'A&E at 3 a.m.: one hospital hangs',
    words: 'The Royal Free takes the question and never answers. The rest of the record is there, and the Royal Free is named.',
    fault: only({ rfl: { mode: 'hang' } }),
  },
  {
    id: 'cut-off',
    title: 'North West London is cut off',
    words: 'No exchange reaches it. Every record says so.',
    fault: only({ 'peer-nwl': { mode: 'refuse' } }),
  },
  {
    id: 'slow',
    title: 'Everything slow',
    words: 'Every record system takes a second and a half longer than it does anyway.',
    fault: (line, group) => (group === NATIONAL_GROUP || line.startsWith('peer-') ? undefined : { mode: 'delay', ms: SLOW_MS }),
  },
  {
    id: 'lying',
    title: 'A lying system',
    words: "Guy's and St Thomas' answers every question about somebody else. Nothing of it is shown.",
    fault: only({ gstt: { mode: 'lie' } }),
  },
  {
    id: 'not-yet',
    title: 'Milton Keynes is not connected yet',
    words: 'Its connection is planned. Every record names it as not connected.',
    fault: () => undefined,
    links: { MK: 'planned' },
  },
  {
    id: 'register-down',
    title: 'The national register is down',
    words: 'Records open from what organisations of the area know, and say so.',
    fault: only({ pds: { mode: 'refuse' } }),
  },
]

export const NATIONAL_GROUP = 'National services'
export const WAYS_GROUP = 'Between exchanges'

/** Makes the board as a preset says, whatever it was. */
export async function applyPreset(board: Board, preset: Preset): Promise<void> {
  if (!board.database.up()) await board.database.start()
  for (const { id } of board.areas) {
    const wanted = preset.links?.[id] ?? 'live'
    if (board.links.link(id) !== wanted) await board.links.setLink(id, wanted)
  }
  for (const [id, { group, proxy }] of board.lines) {
    const wanted = preset.fault(id, group) ?? { mode: 'pass' }
    // Setting it cuts open connections: what stays as it is, is left alone.
    if (JSON.stringify(proxy.fault()) !== JSON.stringify(wanted)) await proxy.set(wanted)
  }
}

/** The board as data: what `GET /api/state` tells, and what the page is made from. */
export function stateOf(board: Board) {
  const stands = standing(board)
  return { ...stands, wrong: wrongWords(stands) }
}
export type BoardState = ReturnType<typeof stateOf>

const standing = (board: Board) => ({
  systems: [...board.lines].map(([id, { title, group, proxy, calls }]) => ({
    id,
    title,
    group,
    port: proxy.port,
    fault: proxy.fault(),
    words: modeWords[proxy.fault().mode],
    ...(calls && { calls: calls() }),
  })),
  areas: board.areas.map(({ id, title, url, way, processes }) => ({
    id,
    title,
    url,
    way,
    link: board.links.link(id),
    linkWords: linkWords[board.links.link(id)],
    processes: processes.map(process => ({ name: process.name, up: process.pid() !== undefined })),
  })),
  database: { up: board.database.up() },
})

export const ALL_WELL = 'All is well.'

/** What is wrong now, for a glance. */
const wrongWords = ({ systems, areas, database }: ReturnType<typeof standing>): string => {
  const wrong = [
    ...(database.up ? [] : ['the database is away']),
    ...areas.flatMap(({ title, link, linkWords: words, processes }) => [
      ...(link === 'live' ? [] : [`${title} is ${words.toLowerCase()}`]),
      ...processes.flatMap(({ name, up }) => (up ? [] : [`process ${name} is gone`])),
    ]),
    ...systems.flatMap(({ title, fault, words }) => (fault.mode === 'pass' ? [] : [`${title}: ${words.toLowerCase()}`])),
  ]
  const few = wrong.slice(0, SAID_AT_MOST)
  return wrong.length === 0
    ? ALL_WELL
    : `Wrong now: ${few.join('; ')}${wrong.length > few.length ? `; and ${wrong.length - few.length} more` : ''}.`
}
const SAID_AT_MOST = 6
