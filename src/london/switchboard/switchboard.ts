import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LINK_STATES } from '../in-force.ts'
import { faultModes, listening } from '../tcp/fault-proxy.ts'
import type { Fault } from '../tcp/fault-proxy.ts'
import { readLimited } from '../tcp/read-limited.ts'
import { applyPreset, presets, stateOf } from './board.ts'
import type { Board } from './board.ts'
import { pageOf, SCRIPT } from './page.ts'

const NUMBERS = ['ms', 'bytesPerSecond', 'afterBytes'] as const

/**
 * A page and a small API to break London on purpose. `GET /` is the page, `GET /api/state` (or `/api/systems`) what stands. With
 * JSON or a form: `POST /api/systems/{id}` with `mode` and, if wanted, `ms`, `bytesPerSecond`, `afterBytes`; `/api/presets/{id}`;
 * `/api/links/{exchange}` with `state`; `/api/processes/{name}` (kills it, it comes back by itself); `/api/database` with `action`
 * `stop`, `start` or `kill`. Loopback only, and for pages of its own origin only.
 */
export async function startSwitchboard(options: {
  readonly board: Board
  readonly port?: number
}): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(options.board, request, response).catch(() => send(response, 400, { error: 'This request could not be read.' }))
  })
  const port = await listening(server, options.port ?? 0)
  return {
    url: `http://localhost:${port}`,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(board: Board, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const host = request.headers.host ?? ''
  // Another site in the same browser, by a name of its own or by a form that posts here.
  const foreign = request.headers.origin !== undefined && request.headers.origin !== `http://${host}`
  if (foreign || !/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host)) {
    send(response, 403, { error: 'Only from this machine.' })
    return
  }
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  if (request.method === 'GET') {
    if (pathname === '/') return sendText(response, 'text/html', await pageOf(stateOf(board)))
    if (pathname === '/switchboard.js') return sendText(response, 'text/javascript', SCRIPT)
    if (pathname === '/api/state' || pathname === '/api/systems') return send(response, 200, stateOf(board))
  }
  const [, what = '', name = ''] = /^\/api\/(systems|presets|links|processes|database)(?:\/([^/]+))?$/.exec(pathname) ?? []
  const change = changes[what]
  if (request.method !== 'POST' || change === undefined) return send(response, 404, { error: 'There is no such thing here.' })
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const text = await readLimited(request)
  const fields = (isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text || '{}')) as unknown
  if (typeof fields !== 'object' || fields === null) return send(response, 400, { error: 'An object of fields is needed.' })
  const wrong = await change(board, decodeURIComponent(name), fields as Readonly<Record<string, unknown>>)
  if (wrong !== undefined) return send(response, wrong.status, { error: wrong.error })
  if (isForm && request.headers.accept !== 'application/json') response.writeHead(303, { location: '/' }).end()
  else send(response, 200, stateOf(board))
}

interface Wrong {
  readonly status: 400 | 404
  readonly error: string
}
type Change = (board: Board, name: string, fields: Readonly<Record<string, unknown>>) => Promise<Wrong | undefined>

const unknown = (what: string): Wrong => ({ status: 404, error: `No such ${what}.` })

/** By the second word of the address. */
const changes: Readonly<Record<string, Change>> = {
  async systems(board, id, fields) {
    const line = board.lines.get(id)
    if (line === undefined) return unknown('system')
    const fault = readFault(fields)
    if (fault === undefined) return { status: 400, error: `mode is one of ${faultModes.join(', ')}; numbers are 0 to 600000.` }
    await line.proxy.set(fault)
    return undefined
  },
  async presets(board, id) {
    const preset = presets.find(each => each.id === id)
    if (preset === undefined) return unknown('preset')
    await applyPreset(board, preset)
    return undefined
  },
  async links(board, id, { state }) {
    const wanted = LINK_STATES.find(known => known === state)
    if (!board.areas.some(area => area.id === id)) return unknown('exchange')
    if (wanted === undefined) return { status: 400, error: `state is one of ${LINK_STATES.join(', ')}.` }
    await board.links.setLink(id, wanted)
    return undefined
  },
  async processes(board, name) {
    const process = board.areas.flatMap(area => area.processes).find(each => each.name === name)
    if (process === undefined) return unknown('process')
    process.crash()
    return undefined
  },
  async database({ database }, _name, { action }) {
    if (action === 'kill') database.crash()
    else if (action === 'stop') await database.stop()
    else if (action === 'start') await database.start()
    else return { status: 400, error: 'action is one of stop, start, kill.' }
    return undefined
  },
}

function readFault(fields: Readonly<Record<string, unknown>>): Fault | undefined {
  const mode = faultModes.find(known => known === fields['mode'])
  if (mode === undefined) return undefined
  const numbers: Partial<Record<(typeof NUMBERS)[number], number>> = {}
  for (const name of NUMBERS) {
    const value = fields[name]
    if (value === undefined || value === '') continue
    const number = Number(value)
    if (!Number.isInteger(number) || number < 0 || number > 600_000) return undefined
    numbers[name] = number
  }
  return { mode, ...numbers }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body))
}

function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'",
  })
  response.end(text)
}
