import type { NhsNumber } from '../care-record/nhs-number.ts'
import type { Person, Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { Pool } from '../platform/database.ts'
import { couldBe, type KnownPerson } from './agreements/opt-outs/could-be.ts'
import type { ImportReport } from './agreements/opt-outs/import.ts'
import type { OptOut } from './agreements/opt-outs/line.ts'
import { judgeWithRegister, work, type OptOutPerson, type OptOutRow, type RegisterAnswer } from './agreements/opt-outs/opt-outs.ts'
import { optOutById, optOutCalled, workList, type WorkList } from './agreements/opt-outs/work-list.ts'
import type { Audit } from './audit/audit.ts'
import { parseCriteria, type Criteria } from './identity/criteria.ts'
import type { Identity, PdsContext } from './identity/identity.ts'
import { optOutPorts, runImport, transact } from './import-opt-outs.ts'

export interface OptOutOfficePorts {
  readonly pool: Pool
  readonly exchange: string
  readonly audit: Pick<Audit, 'writeWith'>
  readonly identity: Pick<Identity, 'find' | 'identify'>
  readonly now: () => Date
  readonly newId: () => string
}

/** Somebody an opt-out could be about, as a steward sees them. Places are compared, never shown. */
export interface CandidateShown {
  readonly id: string
  readonly because: OptOutPerson['because']
  readonly nhsNumber: string
  readonly names: KnownPerson['names']
  readonly birthDate: string | null
  readonly postcode: 'agrees' | 'differs' | 'unknown'
}
export interface OptOutShown {
  readonly row: OptOutRow
  /** The national register can be asked with what it says. */
  readonly canAsk: boolean
  readonly waiting: readonly CandidateShown[]
}

const AWAY = fail('unavailable', 'This could not be read or written. Nothing was changed. Try again in a minute.')
const REGISTER_MS = 3_000

/** The stewards' work on opt-outs of earlier records that have not found their person (care rules 4.5). */
export function createOptOutOffice(ports: OptOutOfficePorts) {
  const { pool, audit, identity, newId } = ports
  const rooms = optOutPorts(ports)
  const context = (viewer: Viewer, transaction: string): PdsContext => ({
    transaction,
    sdsRoleProfileId: viewer.sdsRoleProfileId,
    odsCode: viewer.odsCode,
    signal: AbortSignal.timeout(REGISTER_MS),
  })

  /** Whoever is not registered here is asked of the national register, a few at a time. */
  const known = async (row: OptOutRow, viewer: Viewer, transaction: string): Promise<ReadonlyMap<string, KnownPerson>> => {
    const numbers = row.persons.filter(person => person.state === 'could-be').map(person => person.nhsNumber)
    const local = await rooms.known(pool, { nhsNumbers: numbers, birthDates: [], postcodes: [] })
    const found = new Map<string, KnownPerson>()
    // Of several registrations of one person the one that made them a candidate.
    for (const person of local)
      if (!found.has(person.nhsNumber) || couldBe(row.optOut, person, rooms.names)) found.set(person.nhsNumber, person)
    const missing = numbers.filter(number => !found.has(number)).slice(0, MOST_TRACED)
    const traced = await Promise.all(missing.map(number => identity.identify(number as NhsNumber, context(viewer, transaction))))
    traced.forEach((answer, at) => {
      const number = missing[at]
      if (answer.ok && number !== undefined) found.set(number, { ...personOf(answer.value.person), nhsNumber: number })
    })
    return found
  }

  const registerSays = async (optOut: OptOut, viewer: Viewer, transaction: string): Promise<Result<RegisterAnswer>> => {
    const persons: KnownPerson[] = []
    let said: RegisterAnswer['said'] = 'answered'
    const ctx = context(viewer, transaction)
    if (hasNumber(optOut)) {
      const one = await identity.identify(optOut.nhsNumber, ctx)
      if (one.ok && one.value.person.basis === 'pds') persons.push({ ...personOf(one.value.person), nhsNumber: optOut.nhsNumber })
      else if (one.ok || one.fault.kind !== 'not-found') said = 'silent'
    }
    const criteria = criteriaOf(optOut)
    if (criteria !== undefined) {
      const found = await identity.find(criteria, ctx)
      if (!found.ok || found.value.basis !== 'pds') said = 'silent'
      else if (found.value.tooMany) said = 'too-many'
      else persons.push(...found.value.candidates.map(({ nhsNumber, name, birthDate }) => ({ nhsNumber, names: [name], birthDate })))
    } else if (!hasNumber(optOut))
      return fail('invalid', 'The national register needs a surname, a date of birth and a given name or postcode.')
    return ok({ said, persons })
  }

  return {
    async list(): Promise<Result<WorkList>> {
      return workList(pool).then(ok, () => AWAY)
    },

    /** By the reference that a clinician reads out from the page of sharing. Faults `not-found`, `unavailable`. */
    async called(reference: string): Promise<Result<string>> {
      try {
        const id = await optOutCalled(pool, reference.replaceAll(/[\s-]/g, '').toLowerCase())
        return id === undefined ? fail('not-found', 'Nothing waits under this reference. Ask them to read it again.') : ok(id)
      } catch {
        return AWAY
      }
    },

    /** Written down, for each person shown, before anything is. Faults `not-found`, `unavailable`. */
    async open(id: string, viewer: Viewer): Promise<Result<OptOutShown>> {
      const transaction = newId()
      try {
        const row = await optOutById(pool, id)
        if (row === undefined) return fail('not-found', 'There is no such opt-out.')
        const who = await known(row, viewer, transaction)
        const waiting = row.persons.filter(person => person.state === 'could-be')
        await transact(pool, async client => {
          const about = {
            kind: 'office-opened',
            outcome: 'success',
            transaction,
            viewer,
            detail: { page: 'opt-out', optOut: row.id },
          } as const
          await audit.writeWith(client, about)
          for (const { nhsNumber } of waiting) await audit.writeWith(client, { ...about, nhsNumber })
        })
        return ok({ row, canAsk: canAsk(row.optOut), waiting: waiting.map(person => shown(person, row.optOut, who.get(person.nhsNumber))) })
      } catch {
        return AWAY
      }
    },

    /** @param said by the id of each person: whether it is them. */
    async decide(
      id: string,
      said: { readonly is: readonly string[]; readonly isNot: readonly string[]; readonly nobody: boolean },
      viewer: Viewer,
    ): Promise<Result<{ readonly state: OptOutRow['state'] }>> {
      const transaction = newId()
      try {
        const found = await optOutById(pool, id)
        if (found === undefined) return fail('not-found', 'There is no such opt-out.')
        return await transact(pool, async client => {
          const done = await work(client, rooms, { optOut: id, ...said, canAsk: canAsk(found.optOut) }, viewer.sdsUserId)
          if (!done.ok) return done
          const { row, state } = done.value
          const event = { kind: 'opt-out-worked', outcome: 'success', transaction, viewer } as const
          const persons = row.persons.filter(person => said.is.includes(person.id) || said.isNot.includes(person.id))
          for (const person of persons)
            await audit.writeWith(client, {
              ...event,
              nhsNumber: person.nhsNumber,
              detail: { optOut: id, word: said.is.includes(person.id) ? 'is' : 'is-not', state },
            })
          if (persons.length === 0) await audit.writeWith(client, { ...event, detail: { optOut: id, word: 'nobody', state } })
          return ok({ state })
        })
      } catch {
        return AWAY
      }
    },

    /** Asks the national register in the steward's role; whoever it finds that could be the person is withheld at once. */
    async askRegister(id: string, viewer: Viewer): Promise<Result<{ readonly said: RegisterAnswer['said'] }>> {
      const transaction = newId()
      try {
        const row = await optOutById(pool, id)
        if (row === undefined) return fail('not-found', 'There is no such opt-out.')
        const answer = await registerSays(row.optOut, viewer, transaction)
        if (!answer.ok) return answer
        return await transact(pool, async client => {
          const judged = await judgeWithRegister(client, rooms, id, answer.value)
          if (!judged.ok) return judged
          await audit.writeWith(client, {
            kind: 'search',
            outcome: answer.value.said === 'silent' ? 'failed' : 'success',
            transaction,
            viewer,
            detail: { optOut: id, found: answer.value.persons.length, said: answer.value.said },
            sealed: { returned: answer.value.persons.map(person => person.nhsNumber) },
          })
          return ok({ said: answer.value.said })
        })
      } catch {
        return AWAY
      }
    },

    /** A short list that somebody pasted; the same as the command. */
    importText: (text: string, dryRun: boolean, viewer: Viewer): Promise<Result<ImportReport>> =>
      runImport(
        ports,
        async function* () {
          yield Buffer.from(text)
        },
        { dryRun, by: viewer.sdsUserId, viewer },
      ),
  }
}
export type OptOutOffice = ReturnType<typeof createOptOutOffice>

const MOST_TRACED = 10

const hasNumber = (optOut: OptOut): optOut is OptOut & { readonly nhsNumber: NhsNumber } =>
  optOut.nhsNumber !== undefined && optOut.nhsNumber !== 'wrong'

/** What the national register can be asked by; nothing where too little stands there, or what it would not take. */
function criteriaOf({ family, birthDate, given: [given], postcode }: OptOut): Criteria | undefined {
  if (family === undefined || birthDate === undefined) return undefined
  const criteria = parseCriteria({ family, birthDate, ...(given === undefined ? { postcode } : { given }) })
  return criteria.ok ? criteria.value : undefined
}
const canAsk = (optOut: OptOut): boolean => hasNumber(optOut) || criteriaOf(optOut) !== undefined

const personOf = ({ nhsNumber, name, otherNames, birthDate, postcode }: Person): KnownPerson => ({
  nhsNumber,
  names: [name, ...otherNames],
  birthDate,
  ...(postcode === undefined ? {} : { postcode }),
})

const packed = (postcode: string): string => postcode.toUpperCase().replace(/\s+/g, '')

const shown = ({ id, because, nhsNumber }: OptOutPerson, optOut: OptOut, person: KnownPerson | undefined): CandidateShown => ({
  id,
  because,
  nhsNumber,
  names: person?.names.slice(0, 1) ?? [],
  birthDate: person?.birthDate ?? null,
  postcode:
    person?.postcode === undefined || optOut.postcode === undefined
      ? 'unknown'
      : packed(person.postcode) === packed(optOut.postcode)
        ? 'agrees'
        : 'differs',
})
