import { randomInt } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Catalogue } from '../care-record/catalogue.ts'
import type { Publish } from '../care-record/lists.ts'
import type { ObjectionState, ShareClass } from '../care-record/objection.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Fault, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import { decideBy, type ObjectionCase } from './agreements/objection-case/case.ts'
import { dueOf, type DueStep } from './agreements/objection-case/due.ts'
import type { Actor, CaseEvent, Happening } from './agreements/objection-case/events.ts'
import { CASE_RULES, type CaseRules } from './agreements/objection-case/rules.ts'
import { step } from './agreements/objection-case/step.ts'
import { caseCalled, casesToWork, holdCase, readCase, saveCase, type StoredCase } from './agreements/objection-case/store.ts'
import type { AuditDraft, AuditKind } from './audit/draft.ts'
import type { Audit } from './audit/audit.ts'
import type { Letters } from './letters/letter.ts'
import type { ViewPorts } from './view-ports.ts'

export interface ObjectionPorts {
  readonly pool: Pool
  readonly catalogue: () => Catalogue
  readonly shareClasses: () => readonly ShareClass[]
  readonly audit: Pick<Audit, 'write' | 'writeWith'>
  /** The national register: who a number stands for, with the numbers it replaced. Fault as `Identity.identify`. */
  readonly trace: (nhsNumber: string, viewer: Viewer) => Promise<Result<Person>>
  readonly publish: Publish
  readonly stateFor: (nhsNumbers: readonly string[]) => Promise<ObjectionState>
  readonly letters: Letters
  readonly now: () => Date
  readonly newId: () => string
  readonly log: ViewPorts['log']
  readonly rules?: CaseRules
}

/** Who acts, and as what; without a viewer it is the public form or an import. */
export interface Who {
  readonly as: Actor['as']
  readonly viewer?: Viewer
  /** Of an import: whose word it is, an ODS code. */
  readonly odsCode?: string
}

/** A row of the list of cases: no name, no number. */
export interface QueueRow {
  readonly id: string
  readonly reference: string
  readonly case: ObjectionCase
  readonly due: readonly DueStep[]
}
export interface OpenCase extends QueueRow {
  readonly steps: readonly CaseEvent[]
  /** ISO instant. */
  readonly decideBy: string
  readonly sealed?: string
  /** As the register has it now; absent: not checked yet, or the register is silent. */
  readonly person?: Person
}

export const UNWRITTEN: { readonly ok: false; readonly fault: Fault } = fail(
  'unavailable',
  'This could not be written down now. Try again in a minute.',
)
const CHANGED: { readonly ok: false; readonly fault: Fault } = fail(
  'conflict',
  'Somebody else has worked on this case meanwhile. Read what happened, then send this again.',
)
export const isId = (id: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
export const numbersOf = (person: Pick<Person, 'nhsNumber' | 'formerNumbers'>): readonly string[] => [
  person.nhsNumber,
  ...(person.formerNumbers ?? []),
]

/** What the register says of a death, where the case has it otherwise: a case must neither outrun it nor hold on to its mistake. */
export const registerSays = (c: Pick<ObjectionCase, 'deceased'>, person: Person | undefined): readonly Happening[] =>
  person === undefined || (person.deceased === undefined) === (c.deceased === undefined)
    ? []
    : [{ type: 'died', ...(person.deceased === undefined ? {} : { deceased: person.deceased }) }]

/** Whoever is named in an objection has no part in its case, whatever office they hold: not even that there is one (R056). */
export const names = ({ scope }: Pick<ObjectionCase, 'scope'>, viewer: Viewer | undefined): boolean =>
  viewer !== undefined && scope.kind === 'staff' && scope.sdsUserId === viewer.sdsUserId

/** Eight letters and digits that are not mistaken for each other on the telephone. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const newReference = (): string => `OBJ-${Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`

export type CaseSteps = ReturnType<typeof createCaseSteps>
export type ObjectionCases = ReturnType<typeof createObjectionCases>

/**
 * Steps of objection cases: each, what lists say of it and its audit event stand or fall together.
 *
 * @see care rules 4; R068 to R075, R080 to R082.
 */
export function createCaseSteps(
  ports: Pick<ObjectionPorts, 'pool' | 'publish' | 'now' | 'newId' | 'log' | 'rules'> & { readonly audit: Pick<Audit, 'writeWith'> },
) {
  const { pool, audit, now, newId } = ports
  const rules = ports.rules ?? CASE_RULES
  const at = (): string => now().toISOString()
  const actor = ({ as, viewer, odsCode = '' }: Who): Actor =>
    viewer === undefined ? { as, sdsUserId: as, odsCode } : { as, sdsUserId: viewer.sdsUserId, name: viewer.name, odsCode: viewer.odsCode }

  /** One transaction; what `work` finds wrong takes everything back. */
  async function transact<T>(work: (tx: PoolClient) => Promise<Result<T>>): Promise<Result<T>> {
    const client = await pool.connect().catch(() => undefined)
    if (!client) return UNWRITTEN
    try {
      await client.query('begin')
      const done = await work(client)
      await client.query(done.ok ? 'commit' : 'rollback')
      client.release()
      return done
    } catch (cause) {
      client.release(true) // the connection is closed, and with it the transaction
      ports.log.warn({ code: 'objection-unwritten', err: cause }, 'a step of an objection case could not be written')
      return fail('unavailable', UNWRITTEN.fault.detail, cause)
    }
  }

  const kindOf = ({ type }: Happening): AuditKind =>
    type === 'received' || type === 'imported'
      ? 'objection-received'
      : type === 'letter-made' || type === 'letter-sent'
        ? type
        : 'objection-changed'

  const eventOf = (happening: Happening, before: ObjectionCase | undefined, after: ObjectionCase, who: Who): AuditDraft => {
    const { type, ...said } = happening
    const nhsNumber = after.nhsNumbers[0]
    return {
      kind: kindOf(happening),
      outcome: 'success',
      transaction: newId(),
      detail: {
        case: after.id,
        step: type,
        as: who.as,
        from: before?.state ?? 'none',
        to: after.state,
        inForce: after.inForce !== undefined,
      },
      // Words, numbers and dates that people gave: for a case, not for everyone who reads the audit.
      sealed: said,
      ...(who.viewer === undefined ? {} : { viewer: who.viewer }),
      ...(nhsNumber === undefined ? {} : { nhsNumber }),
    }
  }

  /** Takes steps one after the other in the caller's transaction; the first that does not follow takes all back. */
  async function take(
    tx: PoolClient,
    held:
      | (StoredCase & { readonly steps: number })
      | { readonly case: undefined; readonly reference: string; readonly steps: 0; readonly sealed?: string },
    happenings: readonly Happening[],
    who: Who,
  ): Promise<Result<ObjectionCase>> {
    let current: ObjectionCase | undefined = held.case
    const taken: CaseEvent[] = []
    for (const happening of happenings) {
      const event: CaseEvent = { ...happening, at: at(), by: actor(who) }
      const stepped = step(current, event, rules)
      if (!stepped.ok) return stepped
      if (stepped.value.publish) await ports.publish(tx, 'objections', stepped.value.publish)
      await audit.writeWith(tx, eventOf(happening, current, stepped.value.case, who))
      current = stepped.value.case
      taken.push(event)
    }
    if (current === undefined) return fail('invalid', 'Nothing was said.')
    await saveCase(tx, { ...held, case: current }, { before: held.steps, taken }, rules)
    return ok(current)
  }

  return {
    rules,
    transact,
    at,
    actor,

    /** Begins a case, with whatever else was done at once: identity, explanation. Fault `conflict` in words for the form. */
    begin: (
      happenings: readonly Happening[],
      who: Who,
      also: { readonly sealed?: string; readonly inSame?: (tx: PoolClient, id: string) => Promise<Result<void>> } = {},
    ): Promise<Result<{ readonly id: string; readonly reference: string; readonly case: ObjectionCase }>> =>
      transact(async tx => {
        const reference = newReference()
        const started = { case: undefined, reference, steps: 0 as const, ...(also.sealed === undefined ? {} : { sealed: also.sealed }) }
        const done = await take(tx, started, happenings, who)
        if (!done.ok) return done
        const rest = await also.inSame?.(tx, done.value.id)
        if (rest && !rest.ok) return rest
        return ok({ id: done.value.id, reference, case: done.value })
      }),

    /** Takes the next steps of a case. Fault `not-found`, or `conflict` in words for the form. */
    step: (
      id: string,
      happenings: readonly Happening[],
      who: Who,
      also: {
        /** How many steps the case had when who acts read it: nobody decides on what they have not seen. */
        readonly read?: number | undefined
        readonly inSame?: (tx: PoolClient) => Promise<void>
      } = {},
    ): Promise<Result<ObjectionCase>> =>
      transact(async tx => {
        const held = isId(id) ? await holdCase(tx, id) : undefined
        if (!held || names(held.case, who.viewer)) return fail('not-found', 'There is no such case.')
        if (also.read !== undefined && also.read !== held.steps) return CHANGED
        await also.inSame?.(tx)
        return take(tx, held, happenings, who)
      }),
  }
}

/** Objection cases from intake to decision, as people read and write them. */
export function createObjectionCases(ports: ObjectionPorts) {
  const { pool, audit, newId } = ports
  const steps = createCaseSteps(ports)
  const { rules, at } = steps
  return {
    ...steps,

    /**
     * The number given, traced: name and birth date as the person says them have to be those of the register, so that nobody
     * else's record is closed. Fault `conflict` says which does not agree, and nothing of what the register has.
     */
    async traceAs(
      said: { readonly nhsNumber: string; readonly family: string; readonly birthDate: string },
      viewer: Viewer,
    ): Promise<Result<Person>> {
      const traced = await ports.trace(said.nhsNumber, viewer)
      if (!traced.ok)
        return traced.fault.kind === 'not-found'
          ? fail('conflict', 'The national register does not know this number.')
          : fail('unavailable', 'The national register does not answer now. Try again in a minute.')
      const person = traced.value
      const family = said.family.trim().toLocaleLowerCase('en-GB')
      const names = [person.name, ...person.otherNames].map(name => name.family.toLocaleLowerCase('en-GB'))
      if (person.birthDate !== said.birthDate || !names.includes(family))
        return fail('conflict', 'This number belongs to somebody of another family name or birth date. Check it with the person.')
      return traced
    },

    /** Every case that waits for something, the overdue first. Written down before it is shown. */
    async queue(viewer: Viewer): Promise<Result<readonly QueueRow[]>> {
      try {
        const cases = await casesToWork(pool, at().slice(0, 10))
        const rows = cases
          .map((row): QueueRow => ({ id: row.case.id, reference: row.reference, case: row.case, due: dueOf(row.case, at(), rules) }))
          .filter(row => (row.due.length > 0 || row.case.closedAt === undefined) && !names(row.case, viewer))
        const written = await audit.write({
          kind: 'office-opened',
          outcome: 'success',
          transaction: newId(),
          viewer,
          detail: { page: 'objections', cases: rows.length },
        })
        return written.ok ? ok(rows) : UNWRITTEN
      } catch {
        return UNWRITTEN
      }
    },

    newId,

    /** The case of a reference, closed ones too. Fault `not-found`; nothing of it is shown before it is opened. */
    async called(reference: string, viewer: Viewer): Promise<Result<string>> {
      try {
        const c = await caseCalled(pool, reference)
        return c && !names(c, viewer) ? ok(c.id) : fail('not-found', 'There is no case of this reference. Ask them to read it again.')
      } catch {
        return UNWRITTEN
      }
    },

    /** One case with all that happened. Written down, under the person's number, before it is shown. */
    async open(id: string, viewer: Viewer): Promise<Result<OpenCase>> {
      try {
        const read = isId(id) ? await readCase(pool, id) : undefined
        if (!read || names(read.case, viewer)) return fail('not-found', 'There is no such case.')
        const nhsNumber = read.case.nhsNumbers[0]
        const written = await audit.write({
          kind: 'office-opened',
          outcome: 'success',
          transaction: newId(),
          viewer,
          ...(nhsNumber === undefined ? {} : { nhsNumber }),
          detail: { page: 'objection', case: id },
        })
        if (!written.ok) return UNWRITTEN
        const traced = nhsNumber === undefined ? undefined : await ports.trace(nhsNumber, viewer)
        return ok({
          id,
          reference: read.reference,
          case: read.case,
          steps: read.steps,
          due: dueOf(read.case, at(), rules),
          decideBy: decideBy(read.case, rules),
          ...(read.sealed === undefined ? {} : { sealed: read.sealed }),
          ...(traced?.ok ? { person: traced.value } : {}),
        })
      } catch {
        return UNWRITTEN
      }
    },
  }
}
