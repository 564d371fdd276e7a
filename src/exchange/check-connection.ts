import type { Dispatcher } from 'undici'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import { checkReach } from '../connect/reach.ts'
import type { Pool } from '../platform/database.ts'
import { addCheck, systemsOf, type Asked, type CheckResult, type SystemChecked } from './agreements/connection-checks.ts'
import type { Audit } from './audit/audit.ts'
import { transact } from './import-opt-outs.ts'
import type { TokenSource } from './sources/reading/tokens.ts'

export type { CheckResult, SystemChecked } from './agreements/connection-checks.ts'

export interface CheckConnectionPorts {
  readonly pool: Pool
  readonly audit: Pick<Audit, 'writeWith'>
  /** Ways out to the addresses of one entry of the catalogue, and nowhere else. */
  readonly toEntry: (source: Asked) => Dispatcher
  /** Tokens asked for over such a way, none of them kept. */
  readonly tokensBy: (dispatcher: Dispatcher) => TokenSource
  readonly now: () => Date
  readonly newId: () => string
  readonly log: { readonly error: (line: object, words: string) => void }
}

/** How long one check may take, milliseconds: somebody waits for its page. */
const CHECK_MS = 10_000
const AWAY = fail('unavailable', 'The check could not be made or written down. Try again in a minute.')

/**
 * Asks systems of the catalogue whether they answer: whether a connection comes about, TLS is sound and a token is given. Asked by
 * this exchange, of addresses that the catalogue names. Nobody is asked about: what a record brings is checked by `npm run connect`.
 */
export function createCheckConnection({ pool, audit, toEntry, tokensBy, now, newId, log }: CheckConnectionPorts) {
  async function ask(source: Asked): Promise<Pick<CheckResult, 'works' | 'findings'>> {
    const dispatcher = toEntry(source)
    const signal = AbortSignal.timeout(CHECK_MS)
    const { findings, reached } = await checkReach(source.baseUrl, dispatcher, signal)
    const words = findings.map(one => one.words)
    let works = reached && !findings.some(one => one.level === 'fails')
    if (reached && source.tokenUrl !== undefined) {
      const token = await tokensBy(dispatcher).token(source, signal)
      words.push(token.ok ? 'A token was given.' : token.fault.detail)
      works &&= token.ok
    }
    return { works, findings: words }
  }
  return {
    of: (odsCode: string): Promise<readonly SystemChecked[]> => systemsOf(pool, odsCode),

    /**
     * Asks one system and writes down what came of it, with its event.
     *
     * @param sourceId one of the organisation's own in the catalogue; an address is never taken from anybody.
     */
    async check(odsCode: string, sourceId: string, viewer: Viewer): Promise<Result<CheckResult>> {
      try {
        const system = (await systemsOf(pool, odsCode)).find(one => one.source.id === sourceId)
        if (!system) return fail('not-found', 'The catalogue names no such system of this organisation.')
        const asked = await ask(system.source)
        const by = { userId: viewer.sdsUserId, name: viewer.name, odsCode: viewer.odsCode }
        const result: CheckResult = { ...asked, at: now().toISOString(), by }
        await transact(pool, async client => {
          await addCheck(client, system.source, result)
          await audit.writeWith(client, {
            kind: 'organisation-changed',
            outcome: asked.works ? 'success' : 'failed',
            transaction: newId(),
            viewer,
            detail: { organisation: odsCode, step: 'check', source: sourceId },
          })
          return ok(undefined)
        })
        return ok(result)
      } catch (error) {
        log.error({ code: 'connection-check-failed', source: sourceId, err: error }, 'a connection could not be checked')
        return AWAY
      }
    },
  }
}
export type CheckConnection = ReturnType<typeof createCheckConnection>
