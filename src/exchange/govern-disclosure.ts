import { createHash } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { Catalogue, RoleGroup, SharingProfile } from '../care-record/catalogue.ts'
import type { AccessRules } from '../care-record/decision.ts'
import type { ShareClass } from '../care-record/objection.ts'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import type { Audit } from './audit/audit.ts'
import {
  addChange,
  decideChange,
  followChanges,
  noteServices,
  readChange,
  readChanges,
  readNotedServices,
  type ChangeRow,
  type ChangeState,
  type NotedService,
} from './disclosure/change-store.ts'
import {
  catalogueOver,
  decidedOn,
  mayStand,
  parseChange,
  SHARING_KINDS,
  shareClassesOver,
  subjectOf,
  type Change,
  type Decided,
} from './disclosure/changes.ts'
import { boardClasses } from './disclosure/rules/board-classes.ts'
import { classTitle } from './disclosure/rules/class-titles.ts'
import { firstSet } from './disclosure/rules/first-set.ts'
import { asDecided, rulesInForce, type SeenBy } from './disclosure/rules/in-force.ts'
import type { RuleSet } from './disclosure/rules/rule-set.ts'
import { parseTrial, type Trial } from './disclosure/trial.ts'
import type { UnknownService } from './disclosure/unknown-services.ts'

export type { Change, ChangeRow, ChangeState, NotedService, Trial }
export { SHARING_KINDS, classTitle }

/** One class as its owners read it. */
export interface ClassInForce {
  readonly id: string
  readonly title: string
  /** `law`: nobody sees it, and no change can. `board`: not in force until a change says who sees it. */
  readonly basis: 'law' | 'policy' | 'board'
  readonly seenBy: readonly RoleGroup[]
  /** FHIR date. */
  readonly since: string
  readonly owner: string
  readonly approvedBy: readonly string[]
  readonly changeId?: string
}

/** What is in force today, by whom, since when. */
export interface RulesOverview {
  readonly on: string
  readonly exchange: string
  readonly classes: readonly ClassInForce[]
  readonly profiles: readonly SharingProfile[]
  readonly shareClasses: readonly ShareClass[]
  readonly organisations: Catalogue['organisations']
  /** Rows of registers by organisation, those of a class apart. */
  readonly registers: readonly { readonly odsCode: string; readonly rows: number; readonly ofClass: number }[]
  readonly sets: string
}

/** A change as its form says it, before anything of it is believed. */
export interface Proposal {
  readonly change: unknown
  /** FHIR date. */
  readonly from: string
  readonly reason: string
  /** Text of the report of a trial run; empty: none. */
  readonly trial: string
}

/** Why a proposal was not taken, and which field of its form that is about. */
export type NotProposed = Extract<Result<never>, { readonly ok: false }> & { readonly field: string }

const AWAY = fail('unavailable', 'The rules cannot be read or changed at the moment. Try again in a minute.')

/** By this a report says which change it tried: member order does not matter. */
export const changeHash = (change: Change): string =>
  createHash('sha256')
    .update(
      JSON.stringify(change, (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
          : value,
      ),
    )
    .digest('hex')

/**
 * What is withheld and shared, decided by two people of two organisations: read here by every process, changed by a proposal and a
 * decision, each written down in the transaction that makes it.
 */
export async function governDisclosure(ports: {
  readonly pool: Pool
  readonly audit: Pick<Audit, 'writeWith'>
  /** Who takes part, without what was decided here. */
  readonly catalogue: () => Catalogue
  /** Rule sets from outside. */
  readonly loaded: readonly RuleSet[]
  readonly shareClasses: () => readonly ShareClass[]
  readonly now: () => Date
  readonly newId: () => string
  readonly onError?: (cause: unknown) => void
  readonly everyMs?: number
}) {
  const { pool, audit, now } = ports
  const followed = await followChanges(pool, {
    ...(ports.onError ? { onError: ports.onError } : {}),
    ...(ports.everyMs === undefined ? {} : { everyMs: ports.everyMs }),
  })
  const today = (): string => now().toISOString().slice(0, 10)

  let decided: { readonly of: object; readonly on: string; readonly what: Decided; readonly version: string } | undefined
  const current = (): { readonly what: Decided; readonly version: string } => {
    const [standing, on] = [followed.current(), today()]
    if (decided?.of !== standing || decided.on !== on)
      // The day stands in it only where changes do: without any the catalogue keeps its own version.
      decided = {
        of: standing,
        on,
        what: decidedOn(standing.approved, on),
        version: standing.approved.length === 0 ? '' : `+${standing.version}.${on}`,
      }
    return decided
  }
  let laid: { readonly over: Catalogue; readonly by: Decided; readonly whole: Catalogue } | undefined
  const catalogue = (): Catalogue => {
    const [over, { what, version }] = [ports.catalogue(), current()]
    if (version === '') return over
    if (laid?.over !== over || laid.by !== what) laid = { over, by: what, whole: catalogueOver(over, what, `${over.version}${version}`) }
    return laid.whole
  }
  let ruled: { readonly base: AccessRules; readonly by: Decided; readonly whole: AccessRules } | undefined
  const written = (): RuleSet => rulesInForce([firstSet, ...ports.loaded], today())

  /** One transaction; the change and its event stand or fall together. */
  const within = async <T>(work: (client: ClientBase) => Promise<Result<T>>): Promise<Result<T>> => {
    const client = await pool.connect().catch(() => undefined)
    if (client === undefined) return AWAY
    try {
      await client.query('begin')
      const done = await work(client)
      await client.query(done.ok ? 'commit' : 'rollback')
      return done
    } catch (cause) {
      await client.query('rollback').catch(() => undefined)
      ports.onError?.(cause)
      return AWAY
    } finally {
      client.release()
    }
  }
  const tell = (client: ClientBase, viewer: Viewer, id: string, change: Change, what: ChangeState, from: string) =>
    audit.writeWith(client, {
      kind: 'rules-changed',
      outcome: what === 'refused' ? 'refused' : 'success',
      transaction: id,
      viewer,
      detail: { what, kind: change.kind, subject: subjectOf(change), change: id, from, body: changeHash(change) },
    })

  return {
    /** Who takes part, with the profiles and registers that were decided. */
    catalogue,
    /** Who sees which class of policy, by decision. */
    seenBy: (): SeenBy => current().what.seenBy,
    /** The rules of access, with the classes of sharing that were decided. */
    rulesOver(base: AccessRules): AccessRules {
      const { what, version } = current()
      if (what.shareClasses.size === 0) return base
      if (ruled?.base !== base || ruled.by !== what)
        ruled = {
          base,
          by: what,
          whole: { ...base, version: `${base.version}${version}`, shareClasses: shareClassesOver(base.shareClasses, what) },
        }
      return ruled.whole
    },
    stop: () => followed.stop(),

    overview(): RulesOverview {
      const { what } = current()
      const set = written()
      const whole = catalogue()
      const put = asDecided(set, what.seenBy)
      const seenBy = new Map(put.classes.map(c => [c.id, c.maySee]))
      const classes = [...set.classes, ...boardClasses.filter(c => !set.classes.some(other => other.id === c.id))].map(
        (c): ClassInForce => {
          const change = what.by.get(`class ${c.id}`)
          const board = boardClasses.some(one => one.id === c.id)
          return {
            id: c.id,
            title: classTitle(c.id),
            basis: c.maySee === undefined ? 'law' : board && change === undefined ? 'board' : 'policy',
            seenBy: seenBy.get(c.id) ?? [],
            since: change?.from ?? set.inForceFrom,
            owner: set.owner,
            approvedBy: change === undefined ? [set.owner, set.clinicalOwner] : [],
            ...(change === undefined ? {} : { changeId: change.id }),
          }
        },
      )
      const rows = Map.groupBy(whole.services, row => row.odsCode)
      return {
        on: today(),
        exchange: whole.title,
        classes,
        profiles: (whole.profiles ?? []).filter(one => one.from <= today()),
        shareClasses: shareClassesOver(ports.shareClasses(), what),
        organisations: whole.organisations,
        registers: [...rows]
          .map(([odsCode, its]) => ({ odsCode, rows: its.length, ofClass: its.filter(row => row.legalClass !== null).length }))
          .toSorted((a, b) => (a.odsCode < b.odsCode ? -1 : 1)),
        sets: set.version,
      }
    },

    /** Waiting and decided, newest first. */
    async changes(): Promise<Result<readonly ChangeRow[]>> {
      try {
        return ok(await readChanges(pool))
      } catch (cause) {
        ports.onError?.(cause)
        return AWAY
      }
    },
    async change(id: string): Promise<Result<ChangeRow>> {
      if (!UUID.test(id)) return NO_CHANGE
      try {
        const row = await readChange(pool, id)
        return row === undefined ? NO_CHANGE : ok(row)
      } catch (cause) {
        ports.onError?.(cause)
        return AWAY
      }
    },

    /** @returns fault `invalid` or `forbidden` in words for its form. */
    async propose(
      viewer: Viewer,
      proposal: Proposal,
    ): Promise<{ readonly ok: true; readonly value: { readonly id: string } } | NotProposed> {
      const at = (field: string, failed: Result<never>): NotProposed => ({ ...(failed as Extract<Result<never>, { ok: false }>), field })
      const change = parseChange(proposal.change)
      if (!change.ok) return at(/ at \/(\w+)/.exec(change.fault.detail)?.[1] ?? 'form', change)
      const may = mayStand(change.value, { catalogue: catalogue(), set: written() })
      if (!may.ok) return at('form', may)
      if (!isDay(proposal.from) || proposal.from < today()) return at('from', fail('invalid', 'Give a day from today on.'))
      const reason = proposal.reason.trim()
      if (reason.length < 3 || reason.length > 1000) return at('reason', fail('invalid', 'Say why, in 3 to 1,000 characters.'))
      const trial: Result<Trial> | undefined = proposal.trial.trim() === '' ? undefined : parseTrial(proposal.trial)
      if (trial?.ok === false) return at('trial', trial)
      if (trial !== undefined && trial.value.change !== changeHash(change.value))
        return at('trial', fail('invalid', 'The report is of the trial run of another change.'))
      const id = ports.newId()
      const done = await within(async client => {
        await addChange(client, {
          id,
          change: change.value,
          from: proposal.from,
          reason,
          ...(trial === undefined ? {} : { trial: trial.value }),
          proposed: { userId: viewer.sdsUserId, name: viewer.name, odsCode: viewer.odsCode, at: now().toISOString() },
        })
        await tell(client, viewer, id, change.value, 'proposed', proposal.from)
        return ok({ id })
      })
      return done.ok ? done : at('form', done)
    },

    /**
     * Approves or refuses what somebody of another organisation proposed, or takes back one's own.
     *
     * @returns fault `not-found`, `conflict` when it was decided already, `forbidden` for whom it is not to decide.
     */
    async decide(viewer: Viewer, id: string, state: Exclude<ChangeState, 'proposed'>): Promise<Result<ChangeRow>> {
      if (!UUID.test(id)) return NO_CHANGE
      return within(async client => {
        const row = await readChange(client, id, true)
        if (row === undefined) return NO_CHANGE
        if (row.state !== 'proposed') return fail('conflict', 'This change has been decided already.')
        const own = row.proposed.userId === viewer.sdsUserId
        if (state === 'withdrawn' && !own) return fail('forbidden', 'Only who proposed a change can take it back.')
        if (state !== 'withdrawn' && own) return fail('forbidden', 'You proposed this change. Somebody of another organisation decides it.')
        if (state !== 'withdrawn' && row.proposed.odsCode === viewer.odsCode)
          return fail('forbidden', 'Your organisation proposed this change. Somebody of another organisation decides it.')
        const standing = catalogue().organisations.get(viewer.odsCode)?.state
        if (state !== 'withdrawn' && (standing === 'suspended' || standing === 'left'))
          return fail('forbidden', 'Your organisation does not take part at present. It decides nothing.')
        if (state === 'approved') {
          const may = mayStand(row.change, { catalogue: catalogue(), set: written() })
          if (!may.ok) return may
        }
        const from = row.from < today() ? today() : row.from
        const by = { userId: viewer.sdsUserId, name: viewer.name, odsCode: viewer.odsCode, at: now().toISOString() }
        await decideChange(client, id, state, by, from)
        await tell(client, viewer, id, row.change, state, from)
        return ok({ ...row, state, from, decided: by })
      })
    },

    /** Local codes met that no register has, for the morning list. Rejects with the driver's error. */
    noteServices: (seen: readonly UnknownService[]) => noteServices(pool, seen, today()),
    /** Those that no register has by now, newest first. */
    async unknownServices(): Promise<Result<readonly NotedService[]>> {
      try {
        const known = new Set(catalogue().services.map(row => `${row.odsCode} ${row.localCode.toLowerCase()}`))
        return ok((await readNotedServices(pool)).filter(row => !known.has(`${row.odsCode} ${row.localCode.toLowerCase()}`)))
      } catch (cause) {
        ports.onError?.(cause)
        return AWAY
      }
    },
    /** FHIR date. */
    today,
  }
}
export type GovernDisclosure = Awaited<ReturnType<typeof governDisclosure>>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const NO_CHANGE = fail('not-found', 'There is no such change.')
const isDay = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
