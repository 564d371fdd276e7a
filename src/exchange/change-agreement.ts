import type { ClientBase } from 'pg'
import type { DspToolkit, Organisation } from '../care-record/catalogue.ts'
import { londonDay } from '../care-record/days.ts'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import {
  AGREEMENT_WARNINGS,
  agreementStep,
  daysUntil,
  DSP_WARNINGS,
  mayServeOverdue,
  overdueDecision,
  phaseOf,
  warningDue,
  type AgreementLife,
  type AgreementStep,
} from './agreements/agreement-life.ts'
import { allAnswer, systemsOf } from './agreements/connection-checks.ts'
import type { GoLiveAllowed } from './agreements/catalogue-store.ts'
import {
  DSP_STATUSES,
  parseAgreement,
  taskErrors,
  TASKS,
  typedDay,
  wholeConnection,
  type Connection,
  type ConnectionForm,
  type FieldError,
  type Task,
} from './agreements/connection-form.ts'
import * as lives from './agreements/life-store.ts'
import { organisationStep, type OrganisationStep } from './agreements/organisation-life.ts'
import { worksFor, type Actor } from './agreements/two-people.ts'
import type { Audit } from './audit/audit.ts'
import type { ViewPorts } from './view-ports.ts'

export { isDone, TASKS, typedDay } from './agreements/connection-form.ts'
export type { ConnectionForm, FieldError } from './agreements/connection-form.ts'
export { phaseOf } from './agreements/agreement-life.ts'
export type { AgreementStep } from './agreements/agreement-life.ts'
export type { OrganisationStep } from './agreements/organisation-life.ts'

export interface ChangePorts {
  readonly pool: Pool
  readonly exchange: string
  readonly audit: Pick<Audit, 'writeWith'>
  /** Whether an unmatched opt-out waits is for its own room to say. */
  readonly goLiveAllowed: GoLiveAllowed
  readonly now: () => Date
  readonly newId: () => string
  readonly log: ViewPorts['log']
}

/** What comes with a step beside what it is. */
export interface Told {
  /** Why. */
  readonly words?: string | undefined
  /** Mark of what was read before (`seen` of what was shown): what has changed since is read again first. */
  readonly seen?: string | undefined
  /** ODS codes of other organisations in which the person holds a role. */
  readonly alsoOf?: readonly string[]
}

/** Days for which a status of the DSP Toolkit can have been published at most. */
const DSP_LONGEST_DAYS = 2 * 366
/** Whether an organisation may see is nothing that one of its own writes down. */
const OWN_PAPER = fail('forbidden', 'This is about your own organisation. Somebody of another organisation has to record it.')
const AWAY = 'This could not be read or written. Try again in a minute.'
const actorOf = ({ sdsUserId, name, odsCode }: Viewer, { alsoOf = [] }: Told = {}): Actor => {
  const elsewhere = [...new Set(alsoOf)].filter(code => code !== odsCode)
  return { userId: sdsUserId, name, odsCode, ...(elsewhere.length === 0 ? {} : { alsoOf: elsewhere }) }
}
const HAS_CHANGED = fail('conflict', 'This has changed since you opened the page. Read it as it stands now, then decide.')
const idOf = (agreement: string): boolean => /^[A-Za-z0-9._-]{1,64}$/.test(agreement)

/**
 * How organisations and agreements come and go on pages. Every step is one transaction with its row, its audit event and the new
 * version of the catalogue, which every process reads within 5 s.
 */
export function createChanges(ports: ChangePorts) {
  const { pool, audit, now, newId } = ports
  const today = (): string => londonDay(now().getTime())

  /** Expected refusals leave nothing behind; whatever the database refuses is told as a fault, not thrown. */
  const inOne = async <T>(work: (client: ClientBase) => Promise<Result<T>>): Promise<Result<T>> => {
    const client = await pool.connect().catch(() => undefined)
    if (!client) return fail('unavailable', AWAY)
    try {
      await client.query('begin')
      await lives.lockOrganisations(client)
      const done = await work(client)
      await client.query(done.ok ? 'commit' : 'rollback')
      return done
    } catch (cause) {
      await client.query('rollback').catch(() => undefined)
      const code = cause instanceof Error ? String(Reflect.get(cause, 'code')) : ''
      return code === '23503' || code === '23514'
        ? fail('forbidden', 'The tables of who takes part do not allow this.', cause)
        : fail('unavailable', AWAY, cause)
    } finally {
      client.release()
    }
  }

  const note = (
    client: ClientBase,
    kind: 'organisation-changed' | 'agreement-changed',
    viewer: Viewer | undefined,
    detail: Readonly<Record<string, string>>,
  ) => audit.writeWith(client, { kind, outcome: 'success', transaction: newId(), ...(viewer ? { viewer } : {}), detail })

  const write = async (
    client: ClientBase,
    change: Pick<lives.LifeStep, 'subject' | 'which' | 'step' | 'before' | 'after' | 'by'> & { readonly words?: string | undefined },
    viewer: Viewer | undefined,
  ): Promise<void> => {
    const { words, ...step } = change
    await lives.addStep(client, { ...step, at: now().toISOString(), ...(words === undefined || words === '' ? {} : { words }) })
    await note(client, `${step.subject}-changed`, viewer, {
      [step.subject]: step.which,
      step: step.step,
      from: step.before ?? 'none',
      to: step.after,
    })
  }

  const hasChanged = async (client: ClientBase, subject: lives.LifeStep['subject'], which: string, { seen }: Told): Promise<boolean> =>
    seen !== undefined && seen !== (await lives.markOf(client, subject, which))

  const organisationIn = async (client: ClientBase, odsCode: string): Promise<lives.OrganisationRow | undefined> =>
    (await lives.readOrganisations(client, odsCode))[0]

  const worldOf = async (client: ClientBase, row: Pick<lives.OrganisationRow, 'kind' | 'dspToolkit' | 'odsCode'>) => ({
    today: today(),
    kindMayView: await lives.kindMayView(client, row.kind),
    dspToolkit: row.dspToolkit,
    checked: ((await connectionOf(client, row.odsCode))?.checked ?? false) && allAnswer(await systemsOf(client, row.odsCode)),
    goLiveAllowed: await ports.goLiveAllowed(client),
    deliveryTeam: await lives.deliveryTeam(client),
    isOut: await lives.readOut(client),
  })

  /** What a file closes no page opens: a step that would only seem to is none. */
  const standsAs = async (client: ClientBase, { odsCode, state }: lives.OrganisationRow['life']): Promise<boolean> =>
    state === 'suspended' || state === 'left' || (await organisationIn(client, odsCode))?.life.state === state
  const CLOSED = fail('conflict', 'The area’s file has closed this organisation. It has to be changed there first.')

  /** Ends agreements that pages made, so that they do not come back with their provider. */
  async function endAgreements(client: ClientBase, which: (one: lives.AgreementRow) => boolean, by: Actor, viewer: Viewer): Promise<void> {
    for (const one of await lives.readAgreements(client)) {
      if (one.life.state === 'ended' || !which(one)) continue
      await lives.writeAgreement(client, { ...one.life, state: 'ended', asked: null })
      const change = {
        subject: 'agreement',
        which: one.life.id,
        step: 'ended-with-provider',
        before: one.life.state,
        after: 'ended',
      } as const
      await write(client, { ...change, by }, viewer)
    }
  }
  /** Ids of agreements that came with an application. */
  const cameWith = (odsCode: string, { life }: lives.AgreementRow): boolean => life.id.startsWith(`page-${odsCode}-`)

  async function stepWith(
    client: ClientBase,
    odsCode: string,
    taken: OrganisationStep,
    by: Actor,
    viewer: Viewer | undefined,
    words?: string,
  ): Promise<Result<lives.OrganisationRow['life']>> {
    const row = await organisationIn(client, odsCode)
    if (!row) return fail('not-found', 'There is no such organisation here.')
    const done = organisationStep(row.life, taken, by, await worldOf(client, row))
    if (!done.ok) return done
    await lives.writeOrganisation(client, done.value)
    if (!(await standsAs(client, done.value))) return CLOSED
    const change = { subject: 'organisation', which: odsCode, before: row.life.state, after: done.value.state, by, words } as const
    await write(client, { ...change, step: nameOf(taken) }, viewer)
    if (viewer !== undefined && done.value.state === 'left')
      await endAgreements(
        client,
        one => (row.life.state === 'applied' || row.life.state === 'reviewed' ? cameWith(odsCode, one) : isOwn(odsCode, one)),
        by,
        viewer,
      )
    // What came with the application is approved with it.
    if (taken.step === 'approve')
      for (const agreement of await lives.readAgreements(client))
        if (agreement.life.state === 'applied' && cameWith(odsCode, agreement)) {
          const approved = await agreementWith(client, agreement.life.id, { step: 'approve' }, by, viewer)
          if (!approved.ok) return approved
        }
    return done
  }

  async function agreementWith(
    client: ClientBase,
    id: string,
    taken: AgreementStep,
    by: Actor,
    viewer: Viewer | undefined,
    words?: string,
  ): Promise<Result<AgreementLife>> {
    const [row] = await lives.readAgreements(client, id)
    if (!row) return fail('not-found', 'There is no such agreement here.')
    const [deliveryTeam, isOut] = [await lives.deliveryTeam(client), await lives.readOut(client)]
    const done = agreementStep(row.life, taken, by, { today: today(), deliveryTeam, isOut })
    if (!done.ok) return done
    await lives.writeAgreement(client, done.value)
    const said = taken.step === 'serve-overdue' ? `${taken.owner}: ${taken.reason}` : words
    const change = { subject: 'agreement', which: id, before: row.life.state, after: done.value.state, by, words: said } as const
    await write(client, { ...change, step: nameOf(taken) }, viewer)
    return done
  }

  async function sendWith(client: ClientBase, id: string, told: Connection, viewer: Viewer, by: Actor): Promise<Result<string>> {
    const { odsCode, kind } = told
    if (!(await lives.kindMayView(client, kind))) return fail('forbidden', 'An organisation of this kind can never take part.')
    await lives.addOrganisation(client, { ...told, kind: kind as Organisation['kind'] })
    const row = await organisationIn(client, odsCode)
    if (!row) return fail('not-found', 'There is no such organisation here.')
    const applied = organisationStep(row.life, { step: 'apply', goLive: told.goLive }, by, await worldOf(client, row))
    if (!applied.ok) return applied
    await lives.writeOrganisation(client, applied.value)
    if (!(await standsAs(client, applied.value))) return CLOSED
    await lives.recordDsp(client, odsCode, told.dspToolkit, by)
    await write(
      client,
      { subject: 'organisation', which: odsCode, step: 'apply', before: null, after: 'applied', by, words: told.reason },
      viewer,
    )
    const { sections } = told
    if (sections !== 'none')
      for (const consumer of told.consumers === '*' ? ['*'] : told.consumers) {
        const agreement = {
          id: `page-${odsCode}-${newId().slice(0, 8)}`,
          provider: odsCode,
          consumer,
          sections,
          from: told.from,
          until: told.until,
        }
        await applyAgreementWith(client, agreement, by, viewer, told.reason)
      }
    await client.query('update connection set sent_at = $3, ods_code = $2 where id = $1', [id, odsCode, now()])
    return ok(odsCode)
  }

  async function applyAgreementWith(
    client: ClientBase,
    agreement: Parameters<typeof lives.addAgreement>[1],
    by: Actor,
    viewer: Viewer,
    words: string,
  ): Promise<void> {
    await lives.addAgreement(client, agreement)
    const life: AgreementLife = {
      ...agreement,
      state: 'applied',
      fromFile: false,
      appliedBy: by,
      approvals: [],
      asked: null,
      overdue: null,
    }
    await lives.writeAgreement(client, life)
    await write(client, { subject: 'agreement', which: agreement.id, step: 'apply', before: null, after: 'applied', by, words }, viewer)
  }

  /** What was told when an organisation applied. */
  const connectionOf = async (client: Pick<ClientBase, 'query'>, odsCode: string): Promise<Connection | undefined> => {
    const { rows } = await client.query<{ form: ConnectionForm; sent_at: Date }>(
      'select form, sent_at from connection where ods_code = $1 and sent_at is not null order by sent_at desc limit 1',
      [odsCode],
    )
    const [sent] = rows
    const whole = sent && wholeConnection(sent.form, londonDay(sent.sent_at.getTime()))
    return whole?.ok ? whole.value : undefined
  }

  const draft = async (client: Pick<ClientBase, 'query'>, id: string): Promise<{ form: ConnectionForm; startedBy: Actor } | undefined> => {
    if (!/^[0-9a-f-]{36}$/.test(id)) return undefined
    const { rows } = await client.query<{ form: ConnectionForm; started_by: Actor }>(
      'select form, started_by from connection where id = $1 and sent_at is null',
      [id],
    )
    return rows[0] && { form: rows[0].form, startedBy: rows[0].started_by }
  }

  /** Somebody of another organisation reads what stands; only those of the writer's organisation write on. */
  const mayWrite = (held: { readonly startedBy: Actor } | undefined, viewer: Viewer): boolean => held?.startedBy.odsCode === viewer.odsCode

  return {
    organisations: () => lives.readOrganisations(pool),
    agreements: () => lives.readAgreements(pool),

    /** One organisation with all that pages show of it; `undefined`: unknown here. */
    async organisation(odsCode: string) {
      if (!/^[A-Z0-9]{3,12}$/.test(odsCode)) return undefined
      // Read before what it is a mark of is: a step in between is a change to be read again.
      const seen = await lives.markOf(pool, 'organisation', odsCode)
      const [[row], steps, agreements, told] = [
        await lives.readOrganisations(pool, odsCode),
        await lives.stepsOf(pool, 'organisation', odsCode),
        await lives.readAgreements(pool),
        await connectionOf(pool, odsCode),
      ]
      if (!row) return undefined
      return { row, seen, steps, agreements: agreements.filter(a => a.life.provider === odsCode || a.life.consumer === odsCode), told }
    },

    async agreement(id: string) {
      if (!idOf(id)) return undefined
      const seen = await lives.markOf(pool, 'agreement', id)
      const [row] = await lives.readAgreements(pool, id)
      return row && { row, seen, steps: await lives.stepsOf(pool, 'agreement', id) }
    },

    stepOrganisation: (odsCode: string, taken: OrganisationStep, viewer: Viewer, told: Told = {}) =>
      inOne<lives.OrganisationRow['life']>(async client =>
        (await hasChanged(client, 'organisation', odsCode, told))
          ? HAS_CHANGED
          : stepWith(client, odsCode, taken, actorOf(viewer, told), viewer, told.words),
      ),

    stepAgreement: (id: string, taken: AgreementStep, viewer: Viewer, told: Told = {}) =>
      idOf(id)
        ? inOne<AgreementLife>(async client =>
            (await hasChanged(client, 'agreement', id, told))
              ? HAS_CHANGED
              : agreementWith(client, id, taken, actorOf(viewer, told), viewer, told.words),
          )
        : Promise.resolve(fail('not-found', 'There is no such agreement here.')),

    /** What the DSP Toolkit publishes of an organisation, as read by somebody today. */
    async recordDsp(
      odsCode: string,
      values: Readonly<Record<string, string>>,
      viewer: Viewer,
      told: Told = {},
    ): Promise<Result<DspToolkit>> {
      const until = typedDay(values, 'until')
      const status = values['status'] as DspToolkit['status']
      if (!Object.hasOwn(DSP_STATUSES, status) || until === undefined)
        return fail('invalid', 'Choose the published status and enter the last day on which it counts.')
      if (daysUntil(until, today()) > DSP_LONGEST_DAYS)
        return fail('invalid', 'The DSP Toolkit is published each year. Enter the last day as it is published.')
      const by = actorOf(viewer, told)
      if (worksFor(by).includes(odsCode)) return OWN_PAPER
      return inOne(async client => {
        const row = await organisationIn(client, odsCode)
        if (!row) return fail('not-found', 'There is no such organisation here.')
        await lives.recordDsp(client, odsCode, { status, until }, by)
        const change = {
          subject: 'organisation',
          which: odsCode,
          step: 'dsp-toolkit',
          before: row.life.state,
          after: row.life.state,
        } as const
        await write(client, { ...change, by, words: `${DSP_STATUSES[status]} until ${until}` }, viewer)
        return ok({ status, until })
      })
    },

    /** Serves a lapsed DSP Toolkit status on, on the named decision of the senior information risk owner. */
    serveDspOverdue: (odsCode: string, values: Readonly<Record<string, string>>, viewer: Viewer, told: Told = {}): Promise<Result<void>> =>
      inOne<void>(async client => {
        const by = actorOf(viewer, told)
        if (worksFor(by).includes(odsCode)) return OWN_PAPER
        const row = await organisationIn(client, odsCode)
        if (!row) return fail('not-found', 'There is no such organisation here.')
        const { owner = '', reason = '' } = values
        const lastDay = row.dspToolkit?.until ?? null
        const decided = overdueDecision(lastDay, { owner, reason, until: typedDay(values, 'servedUntil') ?? '' }, today())
        if (!decided.ok) return decided
        await lives.addDspDecision(client, odsCode, lastDay ?? '', decided.value, by)
        const change = {
          subject: 'organisation',
          which: odsCode,
          step: 'serve-overdue',
          before: row.life.state,
          after: row.life.state,
        } as const
        await write(client, { ...change, by, words: `DSP Toolkit: ${decided.value.owner}: ${decided.value.reason}` }, viewer)
        return ok(undefined)
      }),

    /** Begins an application; @returns its id. */
    begin: (viewer: Viewer) =>
      inOne(async client => {
        const id = newId()
        await client.query('insert into connection (id, started_by) values ($1, $2)', [id, JSON.stringify(actorOf(viewer))])
        return ok(id)
      }),
    draft: (id: string) => draft(pool, id),
    /** Keeps a task as typed. @returns what is wrong with it; it is kept all the same. */
    saveTask: (
      id: string,
      task: string,
      values: Readonly<Record<string, string>>,
      viewer: Viewer,
    ): Promise<Result<readonly FieldError[]>> =>
      inOne<readonly FieldError[]>(async client => {
        const held = await draft(client, id)
        if (!held || !TASKS.some(one => one === task)) return fail('not-found', 'There is no such application.')
        if (!mayWrite(held, viewer)) return fail('forbidden', 'This application is being written by another organisation.')
        const form = { ...held.form, [task]: values }
        await client.query('update connection set form = $2 where id = $1', [id, JSON.stringify(form)])
        return ok(taskErrors(task as Task, values, today()))
      }),
    /** Sends an application to two reviewers. @returns the ODS code. */
    send: (id: string, viewer: Viewer, told: Told = {}) =>
      inOne(async client => {
        const held = await draft(client, id)
        if (!held) return fail('not-found', 'There is no such application.')
        if (!mayWrite(held, viewer)) return fail('forbidden', 'This application is being written by another organisation.')
        const whole = wholeConnection(held.form, today())
        return whole.ok ? sendWith(client, id, whole.value, viewer, actorOf(viewer, told)) : whole
      }),

    /** Applies for one agreement. What is wrong is told a line a field. */
    async applyAgreement(
      values: Readonly<Record<string, string>>,
      viewer: Viewer,
      told: Told = {},
    ): Promise<Result<{ readonly id?: string; readonly errors: readonly FieldError[] }>> {
      const { value, errors } = parseAgreement(values, today())
      if (!value) return ok({ errors })
      return inOne<{ id?: string; errors: readonly FieldError[] }>(async client => {
        const known = new Set((await lives.readOrganisations(client)).map(o => o.odsCode))
        const unknown = [
          !known.has(value.provider) && { field: 'provider', words: 'This organisation does not take part' },
          value.consumer !== '*' && !known.has(value.consumer) && { field: 'consumer', words: 'This organisation does not take part' },
        ].filter(error => error !== false)
        if (unknown.length > 0) return ok({ errors: unknown })
        const id = `page-${newId().slice(0, 13)}`
        const { reason, ...agreement } = value
        await applyAgreementWith(client, { id, ...agreement }, actorOf(viewer, told), viewer, reason)
        return ok({ id, errors: [] })
      })
    },

    /**
     * What dates bring about: whoever is reviewed connects on its day, a decision to serve past the date ends, warnings are told
     * once. Called once a minute by each process; the first does it.
     */
    tend: async (): Promise<Result<void>> => {
      const done = await inOne<void>(async client => {
        const day = today()
        const by: Actor = { userId: 'date', name: 'On its date', odsCode: ports.exchange }
        const organisations = await lives.readOrganisations(client)
        for (const { life } of organisations)
          if (life.state === 'reviewed' && life.goLive !== null && life.goLive <= day)
            await stepWith(client, life.odsCode, { step: 'connect' }, by, undefined)
        const tell = async (subject: 'agreement' | 'dsp-toolkit', which: string, until: string, left: number | null): Promise<void> => {
          if (left !== null && (await lives.tellOnce(client, { subject, which, until, left })))
            ports.log.warn({ code: left < 0 ? 'lapsed' : 'lapses-soon', subject, which, daysLeft: left }, 'a paper lapses')
        }
        for (const { odsCode, dspToolkit, life } of organisations)
          if (dspToolkit && life.state === 'connected')
            await tell('dsp-toolkit', odsCode, dspToolkit.until, warningDue(dspToolkit.until, day, DSP_WARNINGS))
        for (const { life } of await lives.readAgreements(client)) {
          if (life.state === 'overdue' && phaseOf(life, day) === 'lapsed') {
            await lives.writeAgreement(client, { ...life, state: 'in-force' })
            await write(
              client,
              { subject: 'agreement', which: life.id, step: 'overdue-over', before: 'overdue', after: 'lapsed', by },
              undefined,
            )
          }
          if (life.until !== null && (life.state === 'in-force' || life.state === 'overdue'))
            await tell('agreement', life.id, life.until, warningDue(life.until, day, AGREEMENT_WARNINGS))
        }
        return ok(undefined)
      })
      if (!done.ok) ports.log.error({ code: 'dates-not-tended', err: done.fault.cause }, 'what dates bring about was not done')
      return done
    },
    mayServeOverdue: (life: AgreementLife): boolean => mayServeOverdue(life, today()),
    daysLeft: (until: string): number => daysUntil(until, today()),
    today,
  }
}
export type Changes = ReturnType<typeof createChanges>

/** What pages made of what an organisation shares. */
const isOwn = (odsCode: string, { fromPage, life }: lives.AgreementRow): boolean => fromPage && life.provider === odsCode

const nameOf = (taken: OrganisationStep | AgreementStep): string =>
  taken.step === 'suspend' && taken.breach ? 'suspend-for-breach' : taken.step
