import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Group } from '../../src/care-record/section.ts'
import type { PartMessage } from '../../src/viewer/models.ts'
import { formsOf, wordsOf, type Form } from './reading.ts'

export interface Page {
  readonly status: number
  /** Where it was found, after all redirects. */
  readonly url: URL
  readonly html: string
  /** What a person reads of it. */
  readonly words: string
}

export interface Poll {
  readonly status: string
  readonly href: string
  readonly parts: readonly PartMessage[]
  readonly closed: string | null
}

/** One message of the stream. */
export interface StreamEvent {
  readonly id?: number
  readonly event: string
  readonly data: string
}

/** Somebody at a browser without script, seen from the wire: cookies, redirects, forms. */
export interface Visitor {
  readonly cookies: ReadonlyMap<string, string>
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Page>
  readonly post: (path: string, fields: Readonly<Record<string, string>>) => Promise<Page>
  readonly submit: (form: Form | undefined, fields?: Readonly<Record<string, string>>) => Promise<Page>
  /** Signs in with a card, and in one of its roles where there are several. */
  readonly signIn: (card: string, role?: string) => Promise<Page>
  /** The page of people who fit. */
  readonly find: (criteria: Readonly<Record<string, string>>) => Promise<Page>
  /** Finds by number and opens: the first page of the view, and its id. */
  readonly open: (nhsNumber: string) => Promise<{ readonly id: string; readonly page: Page }>
  readonly poll: (viewId: string, after?: number) => Promise<Poll>
  /** All parts up to the end of the walk, by polling. */
  readonly settled: (viewId: string, seen?: (parts: readonly PartMessage[]) => boolean) => Promise<readonly PartMessage[]>
  readonly whole: (viewId: string) => Promise<Page>
  readonly tryAgain: (viewId: string, ask: { readonly source: string; readonly exchange: string; readonly group: Group }) => Promise<Page>
  readonly stream: (viewId: string, options: StreamOptions) => AsyncGenerator<StreamEvent>
  /** Every byte that reached this visitor. */
  readonly received: () => string
}

export interface StreamOptions {
  readonly after?: number
  readonly lastEventId?: number
  readonly signal: AbortSignal
}

// Each request on a connection of its own: the balancer gives each to the next process.
const dispatcher = new Agent({ pipelining: 0, connect: { timeout: 5_000 } })
const REDIRECTS = 12

/**
 * @param base address of an exchange as browsers see it.
 * @param jar cookies to begin with, to be the same browser again.
 */
export function createVisitor(base: string, jar: ReadonlyMap<string, string> = new Map()): Visitor {
  const cookies = new Map(jar)
  const bytes: string[] = []
  const headersFor = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    accept: 'text/html',
    cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '),
    ...more,
  })
  const keep = (set: string | string[] | undefined): void => {
    for (const line of [set ?? []].flat()) {
      const [pair = '', ...attributes] = line.split(';')
      const at = pair.indexOf('=')
      const over = attributes.some(a => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(a))
      if (over || at === pair.length - 1) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
  }
  const once = async (url: URL, method: 'GET' | 'POST', body?: string, headers?: Readonly<Record<string, string>>) => {
    const answer = await request(url, {
      method,
      dispatcher,
      headers: headersFor({ ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }), ...headers }),
      ...(body === undefined ? {} : { body }),
    })
    keep(answer.headers['set-cookie'])
    const html = await answer.body.text()
    bytes.push(html)
    return { answer, html }
  }
  const go = async (first: URL, method: 'GET' | 'POST', fields?: Readonly<Record<string, string>>, headers = {}): Promise<Page> => {
    let url = first
    let body = fields === undefined ? undefined : new URLSearchParams(fields).toString()
    for (let hop = 0; hop < REDIRECTS; hop++) {
      const { answer, html } = await once(url, hop === 0 ? method : 'GET', body, headers)
      body = undefined
      const { location } = answer.headers
      if (answer.statusCode < 300 || answer.statusCode > 399 || typeof location !== 'string') {
        // The sign-in service passes from one card to another by a form that a script would send.
        const [passing] = html.includes('<title>Submitting Callback</title>') ? formsOf(html) : []
        if (passing !== undefined) return go(new URL(passing.action, url), 'POST', passing.fields)
        return { status: answer.statusCode, url, html, words: wordsOf(html) }
      }
      url = new URL(location, url)
    }
    throw new Error('redirected in circles')
  }
  const at = (path: string): URL => new URL(path, base)
  const me: Visitor = {
    cookies,
    received: () => bytes.join('\n'),
    get: (path, headers) => go(at(path), 'GET', undefined, headers),
    post: (path, fields) => go(at(path), 'POST', fields),
    async submit(form, fields = {}) {
      if (form === undefined) throw new Error('the page has no such form')
      return go(at(form.action), 'POST', { ...form.fields, ...fields })
    },
    async signIn(card, role) {
      const cards = await go(at('/sign-in/start'), 'GET')
      const page = await go(cards.url, 'POST', { card })
      if (!page.url.pathname.startsWith('/roles') || role === undefined) return page
      return me.submit(
        formsOf(page.html).find(f => f.action === '/roles'),
        { role },
      )
    },
    async find(criteria) {
      const form = formsOf((await me.get('/find')).html).find(f => f.action === '/find')
      return me.post('/find', { csrf: form?.fields['csrf'] ?? '', ...criteria })
    },
    async open(nhsNumber) {
      const found = await me.find({ nhsNumber })
      const page = await me.submit(formsOf(found.html).find(f => f.action === '/open'))
      return { id: /^\/r\/([^/]+)\//.exec(page.url.pathname)?.[1] ?? '', page }
    },
    async poll(viewId, after = 0) {
      const { answer, html } = await once(at(`/r/${viewId}/parts?after=${after}`), 'GET', undefined, { accept: 'application/json' })
      if (answer.statusCode !== 200) throw new Error(`parts answered ${answer.statusCode}`)
      return JSON.parse(html) as Poll
    },
    async settled(viewId, seen = ended) {
      const all: PartMessage[] = []
      for (;;) {
        const { parts, closed } = await me.poll(viewId, all.length)
        all.push(...parts)
        if (seen(all) || closed !== null) return all
        await pause(50)
      }
    },
    whole: viewId => me.get(`/r/${viewId}/?whole=1`),
    async tryAgain(viewId, { source, exchange, group }) {
      const form = formsOf((await me.get(`/r/${viewId}/sources`)).html).find(
        f =>
          f.action.endsWith('/try-again') &&
          f.fields['source'] === source &&
          f.fields['exchange'] === exchange &&
          f.fields['group'] === group,
      )
      return me.submit(form)
    },
    async *stream(viewId, { after, lastEventId, signal }) {
      const answer = await request(at(`/r/${viewId}/events${after === undefined ? '' : `?after=${after}`}`), {
        dispatcher,
        signal,
        headers: headersFor({
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
        }),
      })
      if (answer.statusCode !== 200) throw new Error(`the stream answered ${answer.statusCode}`)
      let text = ''
      // One text: words that are cut between two chunks are still those words.
      const here = bytes.push('') - 1
      answer.body.setEncoding('utf8')
      for await (const chunk of answer.body as AsyncIterable<string>) {
        bytes[here] += chunk
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) {
          const field = (name: string): string =>
            block
              .split('\n')
              .flatMap(line => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
              .join('\n')
          if (field('event') === '') continue
          yield { event: field('event'), data: field('data'), ...(field('id') === '' ? {} : { id: Number(field('id')) }) }
        }
      }
    },
  }
  return me
}

/** Nobody is waited for any more, by the words of the newest strip. */
export const ended = (parts: readonly PartMessage[]): boolean => {
  const last = parts.at(-1)
  return last !== undefined && !/lcr-source--loading/.test(last.strip)
}
