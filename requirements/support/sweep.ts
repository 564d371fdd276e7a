import assert from 'node:assert/strict'
import type { SectionId } from '../../src/care-record/section.ts'
import type { Route } from '../../src/exchange/doors/routes.ts'
import type { CityUser } from '../../src/london/users.ts'
import { nameOf, rowOf } from './route-table.ts'
import { namesSomebody, sawOf, type Answer, type Saw, type Seat } from './seat.ts'
import { BY_BRIDGE, reachOf, type State } from './who-may.ts'

const AT_ONCE = 4
/** Does the work for all, a few at once. */
export async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
    }),
  )
}

/** Items of one view, by what links to them. */
export interface Entries {
  readonly of: (link: RegExp | undefined) => string | undefined
}
export const NO_ENTRIES: Entries = { of: () => undefined }
const MADE_UP = 'AAAAAAAAAAAAAAAA'
const WORDS_TOO_LONG = 'x'.repeat(600)

const SHOWN: ReadonlySet<Saw> = new Set(['record', 'leaving'])

/** Asks one route about a view, with words that no form takes. */
export function sendTo(seat: Seat, route: Route, view: string, entries: Entries): Promise<Answer> {
  const row = rowOf(route)
  const path = route.path
    .replace(':view', view)
    .replace(':entry', (row.needs === 'record' && entries.of(row.link)) || MADE_UP)
    .replace(/:(?:page|series|place)/g, '1')
    .replace(':id', 'connect-care')
  return seat.send(route.method, path, { words: WORDS_TOO_LONG, reason: 'none of these', group: 'recent', source: 'none', exchange: 'SEL' })
}

/** Links to items that stand on the pages of a view. */
export async function entriesIn(seat: Seat, view: string, sections: readonly SectionId[]): Promise<Entries> {
  const pages = await Promise.all(sections.map(section => seat.send('GET', `/r/${view}/${section}`)))
  const html = pages.map(page => page.text).join('\n')
  return { of: link => link && link.exec(html)?.[1] }
}

/** What a route should answer about a view in this state. */
function expectedOf(route: Route, state: State, user: CityUser, masked: boolean, entries: Entries): readonly Saw[] {
  const row = rowOf(route)
  const reach = reachOf(user)
  const byScript = /\/(?:parts|events)$/.test(route.path)
  // Whoever has the person in their care takes an objection down, says what is in force, and takes it back (care rules 4.1).
  if (row.needs === 'sharing') return state === 'open' || state === 'nothing' ? ['record'] : ['moved']
  // An area that no other product is joined to has no way there.
  if (row.needs === 'record' && row.serves === 'leaving' && user.exchange !== 'SEL') return ['not here']
  if (state !== 'open' && byScript) return ['state']
  if (state !== 'open' && row.needs === 'reason' && route.method === 'POST') return [state === 'claim' ? 'reason' : 'moved']
  if (state === 'nothing' || state === 'denied') return [state]
  if (state === 'claim') return ['reason']
  if (row.needs === 'reason') return ['moved']
  assert.ok(row.needs === 'record' && typeof reach === 'object')
  const see = row.of === undefined || row.of.some(section => reach.sections.includes(section))
  switch (row.serves) {
    case 'page':
      return see ? ['record'] : ['off']
    case 'parts':
    case 'stream':
      return ['record']
    case 'moved':
      return ['moved']
    case 'again':
      return ['not here', 'moved']
    case 'leaving':
      return !masked && BY_BRIDGE.has(user.roles[0]?.roleCode.split(':').at(-1) ?? '') ? ['leaving'] : ['not here']
    case 'drawn':
      return entries.of(row.link) === undefined ? ['not here'] : ['record', 'not here']
    case 'entry':
    case 'form':
      break
  }
  return entries.of(row.link) === undefined ? ['not here'] : ['record']
}

/** Opens and waits for the decision; again where somebody who was asked for it did not answer in time, which is no answer. */
export async function opened(seat: Seat, nhsNumber: string): Promise<{ readonly id: string; readonly state: State }> {
  for (;;) {
    const { id, found } = await seat.open(nhsNumber)
    if (id === '' && (found.status >= 500 || sawOf(found) === 'moved')) continue
    if (id === '') return { id, state: 'denied' }
    const answer = await seat.send('GET', `/r/${id}/?whole=1`)
    const saw = sawOf(answer)
    if (saw === 'deciding' || saw === 'status 503') continue
    if (saw === 'reason' && /could not be checked/.test((await seat.send('GET', `/r/${id}/reason`)).text)) continue
    if (saw === 'record') return { id, state: 'open' }
    assert.ok(saw === 'reason' || saw === 'denied' || saw === 'nothing', `${seat.user.family}: ${saw}`)
    return { id, state: saw === 'reason' ? 'claim' : saw }
  }
}

/** Every route about a view, asked by whoever and judged; what is wrong is kept until it is looked at. */
export function createSweep(routes: readonly Route[]) {
  const tally = { asked: 0, permits: 0, refusals: 0 }
  const wrong: string[] = []
  const viewRoutes = routes.filter(route => route.permission === 'view' && route.path !== '/r/:view/close')

  /** Counts one answer. Whatever is not among the expected is told, with what it would mean. */
  const judge = (what: string, answer: Answer, saw: Saw, expected: readonly Saw[], state?: State): void => {
    tally.asked += 1
    if (expected.includes(saw)) {
      tally[SHOWN.has(saw) || saw === 'moved' ? 'permits' : 'refusals'] += 1
      // In a view of one's own that is open, and where a reason is asked for, it is known whom it is about.
      if (!SHOWN.has(saw) && state !== 'open' && state !== 'claim' && namesSomebody(answer.text))
        wrong.push(`${what}: a refusal that names somebody (${saw})`)
      return
    }
    const meant = SHOWN.has(saw) ? 'WRONG PERMIT' : expected.some(one => SHOWN.has(one)) ? 'WRONG REFUSAL' : 'unexpected'
    wrong.push(`${meant}: ${what}: ${saw} (${answer.status} ${answer.location}), expected ${expected.join(' or ')}`)
  }

  /** Opens somebody's record and asks every route about it, or the first, second or last third of them. @returns the view, if there is one. */
  async function sweep(
    seat: Seat,
    nhsNumber: string,
    states: readonly State[],
    what: string,
    { masked = false, third }: { readonly masked?: boolean; readonly third?: number } = {},
  ): Promise<string> {
    const { user } = seat
    const { id, state } = await opened(seat, nhsNumber)
    if (!states.includes(state)) {
      wrong.push(
        `${state === 'open' ? 'WRONG PERMIT' : 'WRONG REFUSAL'}: ${user.family} ${what}: ${state}, expected ${states.join(' or ')}`,
      )
      return id
    }
    const reach = reachOf(user)
    const entries = state === 'open' && typeof reach === 'object' ? await entriesIn(seat, id, reach.sections) : NO_ENTRIES
    if (id === '') return id
    const asked = viewRoutes.filter((_, n) => third === undefined || n % 3 === third % 3)
    for (const route of asked) {
      const answer = await sendTo(seat, route, id, entries)
      const saw = sawOf(answer)
      judge(`${user.family} ${what} ${nameOf(route)}`, answer, saw, expectedOf(route, state, user, masked, entries), state)
    }
    return id
  }

  return { tally, wrong, viewRoutes, judge, sweep, soundSoFar: (): void => assert.deepEqual(wrong.splice(0), []) }
}
