import { ok } from '../../../care-record/result.ts'
import type { ObjectionCase } from './case.ts'
import { hoursAfter } from './rules.ts'
import { no, owed, said, type Steps } from './change.ts'

/**
 * Letting named people see in spite of an objection, for a time (care rules 4.2). A clinician alone may narrow a hold, at any
 * hour, for safeguarding and serious risk; anything else takes a second person, who is a Caldicott Guardian.
 */
export const narrowingSteps: Steps<'narrowing-asked' | 'narrowing-answered' | 'narrowing-ended'> = {
  'narrowing-asked': (c, e, rules) => {
    if (c.inForce === undefined) return no('There is nothing in force to see past.')
    if (e.by.as === 'public' || e.by.as === 'import') return no('Only a clinician or a Caldicott Guardian may ask.')
    if (!said(e.words, 10)) return no('Write down why, in at least 10 characters.')
    const people = [...new Set(e.sdsUserIds)]
    if (people.length === 0 || people.length > rules.narrowedPeople || people.some(id => !/^[0-9]{12}$/.test(id)))
      return no(`Name 1 to ${rules.narrowedPeople} people by their user number of 12 digits.`)
    const clinician = e.by.as === 'professional' && e.role !== undefined && rules.narrowedAloneBy.includes(e.role)
    const alone = c.inForce === 'held' && e.reason !== 'public-interest' && clinician
    const longest = alone ? rules.narrowedByOneHours : rules.narrowedByTwoHours
    if (!Number.isInteger(e.hours) || e.hours < 1 || e.hours > longest) return no(`Give a whole number of hours, at most ${longest}.`)
    if (c.asked.some(each => each.id === e.id) || c.narrowings.some(each => each.id === e.id)) return no('This was asked already.')
    const { sdsUserId } = e.by
    if (!alone) {
      const { id, reason, words, hours, at } = e
      // A closed case comes back to the office: somebody waits for an answer, and later the person for a letter.
      return ok({ closedAt: undefined, asked: [...c.asked, { id, reason, words, sdsUserIds: people, hours, by: sdsUserId, at }] })
    }
    const narrowing = {
      id: e.id,
      reason: e.reason,
      sdsUserIds: people,
      from: e.at,
      until: hoursAfter(e.at, e.hours),
      decidedBy: [sdsUserId],
    }
    return ok({ closedAt: undefined, narrowings: [...open(c, e.at), narrowing], letters: owed(c, 'narrowed', e.at) })
  },
  'narrowing-answered': (c, e) => {
    const asked = c.asked.find(each => each.id === e.id)
    if (!asked) return no('Nobody asks for this any more.')
    if (e.by.as !== 'guardian') return no('Only a Caldicott Guardian decides this.')
    if (e.by.sdsUserId === asked.by) return no('It takes a second person.')
    if (asked.sdsUserIds.includes(e.by.sdsUserId)) return no('It opens for you. Another Caldicott Guardian has to decide.')
    if (!said(e.words, 3)) return no('Write down why.')
    const rest = c.asked.filter(each => each !== asked)
    if (!e.agrees) return ok({ asked: rest })
    if (c.inForce === undefined) return no('There is nothing in force to see past.')
    const { id, reason, sdsUserIds } = asked
    const narrowing = {
      id,
      reason,
      sdsUserIds,
      from: e.at,
      until: hoursAfter(e.at, asked.hours),
      decidedBy: [asked.by, e.by.sdsUserId],
    }
    return ok({ asked: rest, narrowings: [...open(c, e.at), narrowing], letters: owed(c, 'narrowed', e.at) })
  },
  'narrowing-ended': (c, e) => {
    const ends = c.narrowings.find(each => each.id === e.id)
    if (!ends || ends.until <= e.at) return no('It has ended.')
    return ok({ narrowings: c.narrowings.map(each => (each === ends ? { ...each, until: e.at } : each)) })
  },
}

/** Those that are over stay in the steps alone, so that what lists carry does not grow. */
const open = (c: ObjectionCase, at: string): ObjectionCase['narrowings'] => c.narrowings.filter(each => each.until > at)
