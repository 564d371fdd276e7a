import type { PoolClient } from 'pg'
import type { ObjectionScope } from '../care-record/objection.ts'
import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Asker } from './agreements/objection-case/asker.ts'
import type { Happening } from './agreements/objection-case/events.ts'
import { hoursAfter, workingDaysAfter } from './agreements/objection-case/rules.ts'
import { addCallBack, callBacks, endCallBack, formsSince, officePhone, type CallBack } from './agreements/objection-case/store.ts'
import { isId, UNWRITTEN, type ObjectionCases, type ObjectionPorts, type Who } from './decide-objection.ts'

/** Seals what people say of themselves before anything is stored; the key is the door's. */
export type Seal = (text: string, id: string) => string

export interface WaitingCall extends CallBack {
  readonly overdue: boolean
}

export type ObjectionIntake = ReturnType<typeof createIntake>

/** The ways in that are not the record: the public form and the list of people to call back (R069 to R071). */
export function createIntake(cases: ObjectionCases, ports: ObjectionPorts) {
  const exchange = (): string => ports.catalogue().exchange
  const event = (detail: Readonly<Record<string, string | number>>, viewer?: Viewer) => ({
    outcome: 'success' as const,
    transaction: ports.newId(),
    detail,
    ...(viewer === undefined ? {} : { viewer }),
  })
  const received = (
    id: string,
    said: { readonly channel: 'form' | 'call-back'; readonly asker: Asker; readonly scope: ObjectionScope; readonly words: string },
  ): Happening => ({
    type: 'received',
    id,
    exchange: exchange(),
    ...said,
  })

  let lastPhone: string | undefined

  return {
    /** Where to call instead of writing. While the database is away, what was read last. */
    async phone(): Promise<string | undefined> {
      lastPhone = await officePhone(ports.pool).catch(() => lastPhone)
      return lastPhone
    },

    /**
     * What somebody without a sign-in asks for. It is stored, sealed, and changes nothing (R070). Fault `too-large`: too many
     * wait in this hour; who asks is told to call.
     */
    async publicForm(
      said: {
        readonly asker: Asker
        readonly scope: ObjectionScope
        readonly words: string
        readonly about: string
        readonly callBack: boolean
      },
      seal: Seal,
    ): Promise<Result<{ readonly reference: string | undefined }>> {
      try {
        const now = cases.at()
        if ((await formsSince(ports.pool, hoursAfter(now, -1))) >= cases.rules.formsPerHour)
          return fail('too-large', 'Many people have written in this hour.')
        const id = ports.newId()
        const { about, callBack, ...rest } = said
        if (callBack) return await left(id, 'form', JSON.stringify({ about, words: said.words }), seal)
        // Until somebody is checked, even the words are nobody's to read in passing.
        const begun = await cases.begin(
          [received(id, { ...rest, channel: 'form', words: 'On the form; see what was written.' })],
          { as: 'public' },
          {
            sealed: seal(JSON.stringify({ about, words: said.words }), id),
          },
        )
        return begun.ok ? ok({ reference: begun.value.reference }) : begun
      } catch (cause) {
        return fail('unavailable', UNWRITTEN.fault.detail, cause)
      }
    },

    /** Name and number that somebody left on the telephone line, typed in by the office. */
    leftOnLine: (about: string, seal: Seal, viewer: Viewer): Promise<Result<{ readonly reference: string | undefined }>> =>
      left(ports.newId(), 'telephone', JSON.stringify({ about, words: '' }), seal, viewer),

    /** Who waits for a call, the one due first before the others. Written down before it is shown. */
    async waitingCalls(viewer: Viewer): Promise<Result<readonly WaitingCall[]>> {
      try {
        const calls = await callBacks(ports.pool)
        const written = await ports.audit.write({ kind: 'office-opened', ...event({ page: 'call-backs', calls: calls.length }, viewer) })
        const now = cases.at()
        return written.ok ? ok(calls.map(call => ({ ...call, overdue: call.dueAt <= now }))) : UNWRITTEN
      } catch {
        return UNWRITTEN
      }
    },

    /** What came of a call. Where the person objects a case begins with it. */
    async called(
      id: string,
      outcome: 'called' | 'no-answer' | 'wrong-number',
      said: { readonly asker: Asker; readonly scope: ObjectionScope; readonly words: string } | undefined,
      who: Who & { readonly viewer: Viewer },
    ): Promise<Result<{ readonly caseId: string | undefined }>> {
      if (!isId(id)) return fail('not-found', 'Nobody waits for this call.')
      const by = who.viewer.sdsUserId
      const end = async (tx: PoolClient, caseId?: string): Promise<Result<void>> => {
        const done = await endCallBack(tx, { id, at: cases.at(), by, outcome, ...(caseId === undefined ? {} : { caseId }) })
        if (!done) return fail('not-found', 'Nobody waits for this call.')
        await ports.audit.writeWith(tx, { kind: 'objection-changed', ...event({ step: 'called-back', call: id, outcome }, who.viewer) })
        return ok(undefined)
      }
      if (!said || outcome !== 'called') {
        const ended = await cases.transact(tx => end(tx))
        return ended.ok ? ok({ caseId: undefined }) : ended
      }
      const begun = await cases.begin([received(ports.newId(), { ...said, channel: 'call-back' })], who, { inSame: end })
      return begun.ok ? ok({ caseId: begun.value.id }) : begun
    },
  }

  function left(
    id: string,
    channel: 'form' | 'telephone',
    text: string,
    seal: Seal,
    viewer?: Viewer,
  ): Promise<Result<{ readonly reference: string | undefined }>> {
    return cases.transact(async tx => {
      const takenAt = cases.at()
      await addCallBack(tx, {
        id,
        channel,
        takenAt,
        dueAt: workingDaysAfter(takenAt, cases.rules.callBackWorkingDays),
        sealed: seal(text, id),
      })
      await ports.audit.writeWith(tx, { kind: 'objection-received', ...event({ step: 'call-back-asked', call: id, channel }, viewer) })
      return ok({ reference: undefined })
    })
  }
}

/** How often it is looked whether a call is overdue, milliseconds. */
export const CALLS_MS = 15 * 60_000

/** Calls that were due and not made: said to whoever runs the exchange, as a count (R071). Rejects while the database is away. */
export async function overdueCalls(ports: Pick<ObjectionPorts, 'pool' | 'now' | 'log'>): Promise<number> {
  const now = ports.now().toISOString()
  const overdue = (await callBacks(ports.pool)).filter(call => call.dueAt <= now).length
  if (overdue > 0) ports.log.error({ code: 'call-backs-overdue', overdue }, 'people who asked to be called have not been')
  return overdue
}
