import type { ClientBase, Pool } from 'pg'
import type { Agreement, DspToolkit, Organisation } from '../../care-record/catalogue.ts'
import type { SectionId } from '../../care-record/section.ts'
import { agreementFromFile, type AgreementLife } from './agreement-life.ts'
import { fromFile, outside, type OrganisationLife } from './organisation-life.ts'
import type { Actor, IsOut } from './two-people.ts'

type Sql = Pick<ClientBase | Pool, 'query'>

interface LifeRow {
  readonly ods_code: string
  readonly state: OrganisationLife['state']
  readonly from_file: boolean
  readonly applied_by: Actor | null
  readonly approvals: readonly Actor[]
  readonly go_live: string | null
  readonly asked: OrganisationLife['asked']
}

/** An organisation as pages of those who look after agreements see it. */
export interface OrganisationRow extends Organisation {
  readonly life: OrganisationLife
  readonly fromPage: boolean
  /** A lapsed DSP Toolkit status is served on a decision. */
  readonly dspServed: { readonly owner: string; readonly reason: string; readonly until: string } | null
}

const ORGANISATIONS = `
select o.ods_code, o.name, o.short, o.kind, o.phone, o.web, o.from_page, o.state as file_state,
  coalesce(d.status, o.dsp_status) as dsp_status, coalesce(d.until_day, o.dsp_until)::text as dsp_until,
  (select jsonb_build_object('owner', owner, 'reason', reason, 'until', until_day::text) from dsp_decision where ods_code = o.ods_code
    and lapsed_on = coalesce(d.until_day, o.dsp_until) order by id desc limit 1) as dsp_served,
  l.state, coalesce(l.from_file, true) as from_file, l.applied_by, coalesce(l.approvals, '[]') as approvals, l.go_live::text, l.asked
from organisation o left join organisation_life l on l.ods_code = o.ods_code
left join lateral (select status, until_day from dsp_toolkit where ods_code = o.ods_code and at >= o.dsp_said_at order by id desc limit 1) d on true
where $1::text is null or o.ods_code = $1 order by o.ods_code`

/** Every organisation, or one, with where it stands. */
export async function readOrganisations(sql: Sql, odsCode: string | null = null): Promise<readonly OrganisationRow[]> {
  const { rows } = await sql.query<
    Omit<LifeRow, 'state'> & {
      state: LifeRow['state'] | null
      file_state: LifeRow['state'] | null
      name: string
      short: string
      kind: Organisation['kind']
      phone: string | null
      web: string | null
      from_page: boolean
      dsp_status: DspToolkit['status'] | null
      dsp_until: string | null
      dsp_served: OrganisationRow['dspServed']
    }
  >(ORGANISATIONS, [odsCode])
  return rows.map(row => {
    const file = row.file_state ?? 'connected'
    // What a file closes no page opens.
    const state = file === 'connected' ? (row.state ?? file) : file
    // Nobody is let in by a row alone that a page wrote.
    const begun = row.from_page ? outside(row.ods_code) : fromFile(row.ods_code, state)
    const life: OrganisationLife = row.state === null ? begun : { ...lifeOf({ ...row, state: row.state }), state }
    return {
      odsCode: row.ods_code,
      name: row.name,
      short: row.short,
      kind: row.kind,
      state: life.state,
      ...(row.phone === null ? {} : { phone: row.phone }),
      ...(row.web === null ? {} : { web: row.web }),
      ...(row.dsp_status !== null && row.dsp_until !== null ? { dspToolkit: { status: row.dsp_status, until: row.dsp_until } } : {}),
      life,
      fromPage: row.from_page,
      dspServed: row.dsp_served,
    }
  })
}

const lifeOf = (row: LifeRow): OrganisationLife => ({
  odsCode: row.ods_code,
  state: row.state,
  fromFile: row.from_file,
  appliedBy: row.applied_by,
  approvals: row.approvals,
  goLive: row.go_live,
  asked: row.asked,
})

/** One change at a time until the end of the transaction, a file that is taken in among them: both take this one lock first. */
export const lockOrganisations = async (sql: Sql): Promise<void> =>
  void (await sql.query('lock table catalogue_version in share row exclusive mode'))

/** Who is cut off, and organisations that are known and take no part (suspended or gone). */
export async function readOut(sql: Sql): Promise<IsOut> {
  const { rows } = await sql.query<{ what: string; which: string }>(
    `select what, which from isolation_in_force where what in ('user', 'organisation')`,
  )
  const cutOff = new Set(rows.map(({ what, which }) => `${what} ${which}`))
  const gone = new Set(
    (await readOrganisations(sql)).filter(({ state }) => state === 'suspended' || state === 'left').map(one => one.odsCode),
  )
  return ({ userId, odsCode }) => cutOff.has(`user ${userId}`) || cutOff.has(`organisation ${odsCode}`) || gone.has(odsCode)
}

export async function writeOrganisation(sql: Sql, life: OrganisationLife): Promise<void> {
  await sql.query(
    `insert into organisation_life (ods_code, state, since, from_file, applied_by, approvals, go_live, asked)
     values ($1, $2, now(), $3, $4, $5, $6, $7)
     on conflict (ods_code) do update set since = case when organisation_life.state = excluded.state then organisation_life.since else now() end,
       state = excluded.state, from_file = excluded.from_file, applied_by = excluded.applied_by, approvals = excluded.approvals,
       go_live = excluded.go_live, asked = excluded.asked`,
    [life.odsCode, life.state, life.fromFile, json(life.appliedBy), JSON.stringify(life.approvals), life.goLive, json(life.asked)],
  )
}

/**
 * A new organisation, or one a file names already: then the file's words stand. One that applies anew is what it says now, so that it is
 * reviewed by the words it is sent with.
 */
export async function addOrganisation(sql: Sql, { odsCode, name, short, kind, phone, web }: Organisation): Promise<void> {
  await sql.query(
    `insert into organisation (ods_code, name, short, kind, phone, web, from_page) values ($1, $2, $3, $4, $5, $6, true)
     on conflict (ods_code) do update set name = excluded.name, short = excluded.short, kind = excluded.kind, phone = excluded.phone,
       web = excluded.web
     where organisation.from_page and coalesce((select state from organisation_life l where l.ods_code = $1), 'left') = 'left'`,
    [odsCode, name, short, kind, phone ?? null, web ?? null],
  )
}

/** Whether organisations of a kind may ever view; a kind that nobody has judged may not. */
export async function kindMayView(sql: Sql, kind: string): Promise<boolean> {
  const { rows } = await sql.query<{ may_view: boolean }>('select may_view from organisation_kind where kind = $1', [kind])
  return rows[0]?.may_view ?? false
}

export async function recordDsp(sql: Sql, odsCode: string, dsp: DspToolkit, by: Actor): Promise<void> {
  await sql.query('insert into dsp_toolkit (ods_code, status, until_day, by_person) values ($1, $2, $3, $4)', [
    odsCode,
    dsp.status,
    dsp.until,
    JSON.stringify(by),
  ])
}

export async function addDspDecision(
  sql: Sql,
  odsCode: string,
  lapsedOn: string,
  decision: { readonly owner: string; readonly reason: string; readonly until: string },
  by: Actor,
): Promise<void> {
  await sql.query('insert into dsp_decision (ods_code, lapsed_on, until_day, owner, reason, by_person) values ($1, $2, $3, $4, $5, $6)', [
    odsCode,
    lapsedOn,
    decision.until,
    decision.owner,
    decision.reason,
    JSON.stringify(by),
  ])
}

/** An agreement as pages see it. */
export interface AgreementRow {
  readonly life: AgreementLife
  readonly sections: readonly SectionId[] | '*'
  readonly fromPage: boolean
}

const AGREEMENTS = `
select a.id, provider, consumer, to_jsonb(sections) as sections, a.from_day::text, a.until_day::text, a.from_page,
  r.state, r.from_file, r.applied_by, r.approvals, r.asked, r.overdue
from agreement a left join agreement_review r on r.agreement_id = a.id
where $1::text is null or a.id = $1 order by place, a.id`

export async function readAgreements(sql: Sql, id: string | null = null): Promise<readonly AgreementRow[]> {
  const { rows } = await sql.query<{
    id: string
    provider: string
    consumer: string
    sections: readonly SectionId[] | null
    from_day: string
    until_day: string | null
    from_page: boolean
    state: AgreementLife['state'] | null
    from_file: boolean | null
    applied_by: Actor | null
    approvals: readonly Actor[] | null
    asked: AgreementLife['asked']
    overdue: AgreementLife['overdue']
  }>(AGREEMENTS, [id])
  return rows.map(row => {
    const sections = row.sections ?? '*'
    const stands = agreementFromFile({
      id: row.id,
      provider: row.provider,
      consumer: row.consumer,
      sections,
      from: row.from_day,
      until: row.until_day,
    })
    // Nothing is in force by a row alone that a page wrote.
    const file: AgreementLife = row.from_page ? { ...stands, state: 'applied', fromFile: false } : stands
    const life: AgreementLife =
      row.state === null
        ? file
        : {
            ...file,
            state: row.state,
            fromFile: row.from_file ?? true,
            appliedBy: row.applied_by,
            approvals: row.approvals ?? [],
            asked: row.asked,
            overdue: row.overdue,
          }
    return { life, sections, fromPage: row.from_page }
  })
}

export async function addAgreement(sql: Sql, { id, provider, consumer, sections, from, until }: Agreement): Promise<void> {
  await sql.query(
    `insert into agreement (id, place, provider, consumer, sections, from_day, until_day, from_page)
     values ($1, (select coalesce(max(place), 0) + 1 from agreement), $2, $3, $4, $5, $6, true)`,
    [id, provider, consumer, sections === '*' ? null : [...sections], from, until],
  )
}

export async function writeAgreement(sql: Sql, life: AgreementLife): Promise<void> {
  await sql.query(
    `insert into agreement_review (agreement_id, state, from_file, applied_by, approvals, asked, overdue) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (agreement_id) do update set since = case when agreement_review.state = excluded.state then agreement_review.since else now() end,
       state = excluded.state, applied_by = excluded.applied_by, approvals = excluded.approvals, asked = excluded.asked, overdue = excluded.overdue`,
    [life.id, life.state, life.fromFile, json(life.appliedBy), JSON.stringify(life.approvals), json(life.asked), json(life.overdue)],
  )
}

export interface LifeStep {
  readonly subject: 'organisation' | 'agreement'
  readonly which: string
  readonly step: string
  readonly before: string | null
  readonly after: string
  readonly by: Actor
  readonly words?: string
  readonly at: string
}

/** The last step of one of them, as a mark of what somebody has read; `none` before the first. */
export async function markOf(sql: Sql, subject: LifeStep['subject'], which: string): Promise<string> {
  const { rows } = await sql.query<{ id: string | null }>('select max(id)::text as id from life_step where subject = $1 and which = $2', [
    subject,
    which,
  ])
  return rows[0]?.id ?? 'none'
}

/** Steps are added and never changed; the table holds to it. */
export async function addStep(sql: Sql, step: LifeStep): Promise<void> {
  await sql.query(
    'insert into life_step (at, subject, which, step, state_before, state_after, by_person, words) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [step.at, step.subject, step.which, step.step, step.before, step.after, JSON.stringify(step.by), step.words ?? null],
  )
}

/** What was done about one of them, the last first, 200 at most. */
export async function stepsOf(sql: Sql, subject: LifeStep['subject'], which: string): Promise<readonly LifeStep[]> {
  const { rows } = await sql.query<{
    at: Date
    step: string
    state_before: string | null
    state_after: string
    by_person: Actor
    words: string | null
  }>(
    'select at, step, state_before, state_after, by_person, words from life_step where subject = $1 and which = $2 order by id desc limit 200',
    [subject, which],
  )
  return rows.map(row => ({
    subject,
    which,
    step: row.step,
    before: row.state_before,
    after: row.state_after,
    by: row.by_person,
    at: row.at.toISOString(),
    ...(row.words === null ? {} : { words: row.words }),
  }))
}

/** Writes down that a warning was told. False: it was told before. */
export async function tellOnce(
  sql: Sql,
  warning: { readonly subject: 'agreement' | 'dsp-toolkit'; readonly which: string; readonly until: string; readonly left: number },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    'insert into lapse_warning (subject, which, until_day, days_left) values ($1, $2, $3, $4) on conflict do nothing',
    [warning.subject, warning.which, warning.until, warning.left],
  )
  return rowCount === 1
}

export async function deliveryTeam(sql: Sql): Promise<readonly string[]> {
  const { rows } = await sql.query<{ ods_code: string }>('select ods_code from delivery_team')
  return rows.map(row => row.ods_code)
}

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value))
