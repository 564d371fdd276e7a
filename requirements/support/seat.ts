import { Agent, request } from 'undici'
import { hashOf } from '../../src/exchange/doors/seal.ts'
import type { CityUser } from '../../src/london/users.ts'
import { USE_PATH } from '../../src/viewer/pages/acceptable-use.ts'
import type { Pool } from '../../src/platform/database.ts'
import { formsOf } from './reading.ts'
import { createVisitor } from './visitor.ts'

/** One answer as it came, no redirect followed. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly location: string
  readonly text: string
}

const dispatcher = new Agent({ connections: 64 })
/** A stream that has said nothing of a record for so long is taken at its word, milliseconds. */
const SILENT_MS = 700

export async function ask(
  base: string,
  method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS',
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
  through: Agent = dispatcher,
): Promise<Answer> {
  const answer = await request(base + path, { method, dispatcher: through, headers, ...(body === undefined ? {} : { body }) })
  const headerOf = (name: string): string => [answer.headers[name] ?? ''].flat().join()
  const head = { status: answer.statusCode, type: headerOf('content-type'), location: headerOf('location') }
  if (!head.type.startsWith('text/event-stream')) return { ...head, text: await answer.body.text() }
  let text = ''
  const silent = setTimeout(() => answer.body.destroy(), SILENT_MS)
  try {
    for await (const chunk of answer.body) {
      text += String(chunk)
      if (text.includes('event: part')) break
    }
  } catch {
    // It was left on purpose.
  }
  clearTimeout(silent)
  answer.body.destroy()
  return { ...head, text }
}

/** Somebody signed in, at one browser. */
export interface Seat {
  readonly user: CityUser
  readonly base: string
  readonly csrf: string
  readonly cookie: string
  readonly send: (method: 'GET' | 'POST', path: string, fields?: Readonly<Record<string, string>>) => Promise<Answer>
  /** The same browser with another form token. */
  readonly with: (csrf: string) => Seat
  /** Finds by number and opens. @returns the id of the view, and why there is none. */
  readonly open: (nhsNumber: string) => Promise<{ readonly id: string; readonly found: Answer }>
}

/** Signs in, in the first of one's roles, and says yes to the rules of use where they are asked about, unless told. */
export async function takeSeat(user: CityUser, base: string, { accepting = true } = {}): Promise<Seat> {
  const visitor = createVisitor(base)
  const page = await visitor.signIn(user.sdsUserId, user.roles.length > 1 ? user.roles[0]?.roleProfileId : undefined)
  if (accepting && page.url.pathname === USE_PATH) await visitor.submit(formsOf(page.html).find(form => form.action === USE_PATH))
  const csrf = formsOf(page.html).find(form => form.fields['csrf'] !== undefined)?.fields['csrf'] ?? ''
  const cookie = Array.from(visitor.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  return seatWith(user, base, cookie, csrf)
}

/** The form token of somebody's session, read where it is kept. */
export async function tokenOf(pool: Pool, user: CityUser): Promise<string> {
  const { rows } = await pool.query<{ csrf: string }>('select csrf from session where sds_user_id = $1 order by created_at desc', [
    user.sdsUserId,
  ])
  return hashOf(`form ${rows[0]?.csrf ?? ''}`)
}

function seatWith(user: CityUser, base: string, cookie: string, csrf: string): Seat {
  const headers = { accept: 'text/html', cookie }
  const send: Seat['send'] = (method, path, fields) =>
    method === 'GET'
      ? ask(base, 'GET', path, headers)
      : ask(
          base,
          'POST',
          path,
          { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
          new URLSearchParams({ csrf, ...fields }).toString(),
        )
  return {
    user,
    base,
    csrf,
    cookie,
    send,
    with: token => seatWith(user, base, cookie, token),
    async open(nhsNumber) {
      const found = await send('POST', '/find', { nhsNumber })
      const list = found.status === 303 ? await send('GET', found.location) : found
      const ref = formsOf(list.text).find(form => form.action === '/open')?.fields['ref']
      if (ref === undefined) return { id: '', found }
      const opened = await send('POST', '/open', { ref })
      return { id: /^\/r\/([^/]+)\//.exec(opened.location)?.[1] ?? '', found: opened }
    },
  }
}

/** What an answer comes to, whatever the route. */
export type Saw =
  | 'record'
  | 'off'
  | 'reason'
  | 'state'
  | 'nothing'
  | 'denied'
  | 'moved'
  | 'leaving'
  | 'not here'
  | 'role'
  | 'use'
  | 'cut off'
  | 'sign-in'
  | 'deciding'
  | `status ${number}`

/** Every number of the city's people begins so; the page to search on shows how one is written. */
export const namesSomebody = (text: string): boolean =>
  /\b999 ?\d{3} ?\d{4}\b/.test(text.replaceAll(/<[^>]*>/g, '').replaceAll('999 123 4567', ''))

export function sawOf({ status, type, location, text }: Answer): Saw {
  if (location !== '') {
    if (/^\/r\/[^/]+\/reason$/.test(location)) return 'reason'
    if (location.startsWith('/r/') || location === '/find') return 'moved'
    if (location === '/roles') return 'role'
    if (location.startsWith(USE_PATH)) return 'use'
    if (/^\/(sign-in|locked)/.test(location)) return 'sign-in'
  }
  if (status === 401) return 'sign-in'
  if (type.startsWith('image/') || type.startsWith('application/octet-stream')) return status === 200 ? 'record' : `status ${status}`
  if (type.startsWith('text/event-stream')) return text.includes('event: part') ? 'record' : 'state'
  if (type.startsWith('application/json') && status === 200)
    return (JSON.parse(text) as { parts?: unknown[] }).parts?.length === 0 ? 'state' : 'record'
  if (text.includes('No information is available to show for this person.')) return 'nothing'
  if (status === 403) return text.includes('Your access to the record has been stopped.') ? 'cut off' : 'denied'
  if (status === 404) return 'not here'
  if (status !== 200 && status !== 202 && status !== 400) return `status ${status}`
  if (/action="\/r\/[^"]+\/reason"/.test(text)) return 'reason'
  if (/name="context"/.test(text)) return 'leaving'
  if (/is not part of your role\.<\/p>/.test(text) && !/\sid="e-/.test(text.split('<main')[1] ?? text)) return 'off'
  if (text.includes('lcr-deciding')) return 'deciding'
  // Whatever else a page is, it is taken for what may not be seen.
  return 'record'
}
