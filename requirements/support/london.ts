import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { NRL } from '../../src/london/catalogue.ts'
import { SMALL_CITY, startLondon, type London, type LondonOptions } from '../../src/london/london.ts'
import { createCity } from '../../src/london/people/city.ts'
import { places, systemsOf, type ExchangeName, type SystemId } from '../../src/london/places.ts'
import { londonUsers } from '../../src/london/users.ts'
import { openLedger, type Ledger } from './ledger.ts'
import { formsOf } from './reading.ts'
import { createVisitor, type Visitor } from './visitor.ts'

/** A whole London for one file of tests: two exchanges of two processes each, the city, the ways between. */
export interface Stage {
  readonly london: London
  readonly ledger: Ledger
  readonly dir: string
  /** Somebody signed in with their card, at the exchange they work at. */
  readonly signedIn: (family: string) => Promise<Visitor>
  /** Everything the processes of both exchanges have logged. */
  readonly logs: () => string
}

/** Starts it before the tests of this file and checks the whole audit of both exchanges when they are done. */
export function stage(options: Partial<LondonOptions> = {}): () => Stage {
  let ready: Stage | undefined
  before(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lcr-requirements-'))
    chmodSync(dir, 0o711) // the database server may be another user
    const london = await startLondon({ dir, ephemeral: true, ...options })
    ready = {
      london,
      dir,
      ledger: openLedger(london, dir),
      signedIn: async family => {
        const { card, url } = cardOf(london, family)
        const visitor = createVisitor(url)
        await visitor.signIn(card)
        return visitor
      },
      logs: () =>
        readdirSync(join(dir, 'log'))
          .map(name => readFileSync(join(dir, 'log', name), 'utf8'))
          .join('\n'),
    }
  })
  after(async () => {
    if (ready === undefined) return
    await ready.ledger.close()
    await ready.london.stop()
    rmSync(ready.dir, { recursive: true, force: true })
  })
  return () => {
    if (ready === undefined) throw new Error('London has not started')
    return ready
  }
}

/** Card number of a member of staff and the exchange they sign in to. */
export function cardOf(london: London, family: string): { readonly card: string; readonly url: string } {
  const user = londonUsers.find(each => each.family === family)
  if (user === undefined) throw new Error(`nobody called ${family} works in London`)
  return { card: user.sdsUserId, url: london.exchange(user.exchange).url }
}

const city = createCity({ now: new Date() })
/** The systems of the city that a stage has unless told otherwise. */
export const stagedSystems = systemsOf(SMALL_CITY)
/** The systems of a staged city that hold something about somebody. */
export const systemsAbout = (nhsNumber: string): readonly SystemId[] => stagedSystems.filter(id => city.held(id, nhsNumber) !== undefined)
/** How many sources are asked about somebody, of one exchange or of all: those that hold something, and the national locator. */
export const askedAbout = (nhsNumber: string, exchange?: ExchangeName): number =>
  [...systemsAbout(nhsNumber).map(id => places[id]), NRL].filter(source => exchange === undefined || source.exchange === exchange).length

/** How the strip begins when all but so many have answered. */
export const answeredBut = (missing: number, asked: number): RegExp => new RegExp(`^${asked - missing} of ${asked} sources answered`)

/** Looks again every few milliseconds until it holds. The runner's own limit ends a wait that never does. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await pause(50)
}

/** Asks one source again, group after group, until it answers: a breaker that opened while it was away closes in its own time. */
export async function askUntilAnswered(
  visitor: Visitor,
  viewId: string,
  { source, exchange }: { readonly source: string; readonly exchange: string },
): Promise<string> {
  for (;;) {
    const forms = formsOf((await visitor.get(`/r/${viewId}/sources`)).html).filter(
      form => form.action.endsWith('/try-again') && form.fields['source'] === source && form.fields['exchange'] === exchange,
    )
    if (forms.length === 0) return (await visitor.whole(viewId)).html
    for (const form of forms) await visitor.submit(form)
    await visitor.settled(viewId)
    await pause(200)
  }
}
