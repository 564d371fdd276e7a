import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { html } from 'hono/html'
import { faultModes, listening } from '../tcp/fault-proxy.ts'
import type { Fault, FaultProxy } from '../tcp/fault-proxy.ts'
import { readLimited } from '../tcp/read-limited.ts'

export interface Line {
  readonly title: string
  readonly proxy: FaultProxy
}

const words: Readonly<Record<Fault['mode'], string>> = {
  pass: 'Works',
  delay: 'Slow',
  drip: 'Drips',
  hang: 'Hangs',
  cut: 'Breaks off',
  refuse: 'Is down',
  garbage: 'Talks nonsense',
  'half-open': 'Holds the line and says nothing',
}
const NUMBERS = ['ms', 'bytesPerSecond', 'afterBytes'] as const

/**
 * A page and a small API to break London's systems on purpose: `GET /`, `GET /api/systems`, `POST /api/systems/{id}` with `mode`
 * and, if wanted, `ms`, `bytesPerSecond`, `afterBytes` as JSON or a form. Loopback only, and for pages of its own origin only.
 */
export async function startSwitchboard(options: {
  readonly lines: ReadonlyMap<string, Line>
  readonly port?: number
}): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(options.lines, request, response).catch(() => send(response, 400, { error: 'This request could not be read.' }))
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

async function answer(lines: ReadonlyMap<string, Line>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const host = request.headers.host ?? ''
  // Another site in the same browser, by a name of its own or by a form that posts here.
  const foreign = request.headers.origin !== undefined && request.headers.origin !== `http://${host}`
  if (foreign || !/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host)) {
    send(response, 403, { error: 'Only from this machine.' })
    return
  }
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  if (request.method === 'GET' && pathname === '/') {
    await sendPage(response, lines)
    return
  }
  if (request.method === 'GET' && pathname === '/api/systems') {
    send(response, 200, { systems: [...lines].map(([id, { title, proxy }]) => ({ id, title, port: proxy.port, fault: proxy.fault() })) })
    return
  }
  const line = lines.get(decodeURIComponent(/^\/api\/systems\/([^/]+)$/.exec(pathname)?.[1] ?? ''))
  if (request.method !== 'POST' || line === undefined) {
    send(response, 404, { error: 'No such system.' })
    return
  }
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const text = await readLimited(request)
  const fault = readFault(isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text))
  if (fault === undefined) {
    send(response, 400, { error: `mode is one of ${faultModes.join(', ')}; numbers are 0 to 600000.` })
    return
  }
  await line.proxy.set(fault)
  if (isForm) response.writeHead(303, { location: '/' }).end()
  else send(response, 200, { fault })
}

function readFault(given: unknown): Fault | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const fields = given as Readonly<Record<string, unknown>>
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

async function sendPage(response: ServerResponse, lines: ReadonlyMap<string, Line>): Promise<void> {
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>London's switchboard</title>
        <style>
          body {
            font:
              1.1875rem/1.5 Arial,
              sans-serif;
            color: #212b32;
            max-width: 60rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          form {
            display: flex;
            flex-wrap: wrap;
            gap: 0.5rem;
          }
          button {
            font: inherit;
            min-height: 44px;
            padding: 0 0.75rem;
            border: 2px solid #005eb8;
            border-radius: 4px;
            background: #fff;
            color: #005eb8;
          }
          button[aria-pressed='true'] {
            background: #005eb8;
            color: #fff;
          }
          button:focus-visible {
            outline: 4px solid #212b32;
            background: #ffeb3b;
            color: #212b32;
          }
        </style>
      </head>
      <body>
        <main>
          <h1>London's switchboard</h1>
          <p>Break a system and see what the record says of it.</p>
          ${[...lines].map(
            ([id, { title, proxy }]) =>
              html`<h2>${title}</h2>
                <p>Now: ${words[proxy.fault().mode]}</p>
                <form method="post" action="/api/systems/${encodeURIComponent(id)}">
                  ${faultModes.map(
                    mode =>
                      html`<button name="mode" value="${mode}" aria-pressed="${proxy.fault().mode === mode ? 'true' : 'false'}">
                        ${words[mode]}
                      </button>`,
                  )}
                </form>`,
          )}
        </main>
      </body>
    </html>`
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  })
  response.end(text.toString()) // a String object, which a socket does not take
}
