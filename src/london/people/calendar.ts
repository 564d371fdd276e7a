/** Dates of a life told backwards from today, in London time, as FHIR writes them. */
export interface Calendar {
  readonly now: Date
  /** `2026-10-28`, so many days before today (negative: ahead). */
  readonly day: (daysAgo: number) => string
  /** `2026-10-28T14:10:00+00:00`, on that day at that London clock time. */
  readonly at: (daysAgo: number, clock: string) => string
  /** The instant so many minutes before now. */
  readonly minutesAgo: (minutes: number) => string
  /** `2019`, a partial date. */
  readonly year: (yearsAgo: number) => string
  /** `2019-03`, a partial date. */
  readonly month: (monthsAgo: number) => string
}

const DAY_MS = 86_400_000

/** Clocks go forward on the last Sunday of March and back on the last Sunday of October, both at 01:00 UTC. */
function isSummer(instantMs: number): boolean {
  const year = new Date(instantMs).getUTCFullYear()
  const lastSunday = (month: number): number => {
    const last = new Date(Date.UTC(year, month + 1, 0, 1))
    return last.getTime() - last.getUTCDay() * DAY_MS
  }
  return instantMs >= lastSunday(2) && instantMs < lastSunday(9)
}

const pad = (n: number): string => String(n).padStart(2, '0')

/** Builds the calendar of one `now`; everything it says is a pure function of that instant. */
export function calendarOf(now: Date): Calendar {
  const inLondon = (ms: number): string => {
    const summer = isSummer(ms)
    const local = new Date(ms + (summer ? 3_600_000 : 0)).toISOString()
    return `${local.slice(0, 19)}${summer ? '+01:00' : '+00:00'}`
  }
  const today = inLondon(now.getTime()).slice(0, 10)
  const day = (daysAgo: number): string => new Date(Date.parse(`${today}T12:00:00Z`) - daysAgo * DAY_MS).toISOString().slice(0, 10)
  return {
    now,
    day,
    at: (daysAgo, clock) => {
      const date = day(daysAgo)
      const offset = isSummer(Date.parse(`${date}T12:00:00Z`)) ? '+01:00' : '+00:00'
      return `${date}T${clock}:00${offset}`
    },
    minutesAgo: minutes => inLondon(now.getTime() - minutes * 60_000),
    year: yearsAgo => String(Number(today.slice(0, 4)) - yearsAgo),
    month: monthsAgo => {
      const months = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 - monthsAgo
      return `${Math.floor(months / 12)}-${pad((months % 12) + 1)}`
    },
  }
}
