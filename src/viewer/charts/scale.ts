export const DAY_MS = 86_400_000

/** Instants between which something is drawn, milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

const WITH_A_DAY = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/

/** Instant of a FHIR dateTime, a day alone at its noon; `undefined` where no day is known: nothing is placed by a guess (D72). */
export function instantOf(value: string | undefined): number | undefined {
  const found = value === undefined ? null : WITH_A_DAY.exec(value)
  if (!found) return undefined
  const [written, time, zone] = found
  const day = written.slice(0, 10)
  // A day that its month does not have is read as one of the next month.
  if (new Date(`${day}T00:00:00Z`).getUTCDate() !== Number(day.slice(8))) return undefined
  const instantMs = Date.parse(time === undefined ? `${day}T12:00:00Z` : zone === undefined ? `${written}Z` : written)
  return Number.isNaN(instantMs) ? undefined : instantMs
}

/** The same day and hour so many months off; the last of the month where the day does not exist. */
export function monthsFrom(instantMs: number, months: number): number {
  const date = new Date(instantMs)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  date.setUTCDate(Math.min(day, new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()))
  return date.getTime()
}

const round = (number: number, decimals: number): number => Math.round(number * 10 ** decimals) / 10 ** decimals

/** Place in a span, 0 to 100, in proportion to time (D54). */
export const placeOf = (span: Span, instantMs: number): number =>
  round(((Math.min(Math.max(instantMs, span.from), span.to) - span.from) / (span.to - span.from)) * 100, 2)

export const px = (number: number): number => round(number, 1)

const STEPS = [1, 2, 2.5, 5, 10]

/** Round numbers that hold a range of values, lowest first: the first is at most `least`, the last at least `most`. */
export function valueTicks(least: number, most: number, about = 4): readonly number[] {
  const gap = most > least ? most - least : Math.abs(most) || 1
  const rough = gap / about
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = (STEPS.find(s => s * power >= rough) ?? 10) * power
  const first = Math.floor((most > least ? least : least - gap / 2) / step)
  const last = Math.max(first + 1, Math.ceil((most > least ? most : most + gap / 2) / step - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, place) => Number(((first + place) * step).toPrecision(12)))
}

export interface TimeTick {
  readonly at: number
  readonly words: string
  /** Under the first month drawn and every January. */
  readonly year?: string
  /** Stands on a narrow screen too. */
  readonly main: boolean
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH_MS = 30.44 * DAY_MS

/** Firsts of months, quarters or years in a span, as many as can be read. */
export function timeTicks(span: Span): readonly TimeTick[] {
  const months = (span.to - span.from) / MONTH_MS
  const step = months <= 15 ? 1 : months <= 48 ? 3 : 12 * (STEPS.find(s => Number.isInteger(s) && months / 12 / s <= 12) ?? 10)
  const start = new Date(span.from)
  const ticks: TimeTick[] = []
  let month = start.getUTCFullYear() * 12 + start.getUTCMonth()
  month += (step - (month % step)) % step
  for (; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1)
    if (at > span.to) return ticks
    if (at < span.from) continue
    const year = Math.floor(month / 12)
    const name = MONTHS[month % 12] ?? ''
    const main = step === 1 ? month % 3 === 0 : step === 3 ? month % 12 === 0 : (month / step) % 2 === 0
    const named = step < 12 && (month % 12 === 0 || ticks.length === 0)
    ticks.push({ at, main, words: step >= 12 ? String(year) : name, ...(named ? { year: String(year) } : {}) })
  }
}

/** Where a tick's words go beside `Today`. */
export interface LaidTick {
  readonly x: number
  /** No words where they would run into `Today`. */
  readonly words: string
  readonly year?: string
  readonly main: boolean
}

const LETTER_PX = 6.4
const WIDE_PX = 440
const NARROW_PX = 260

/** Ticks of a drawing that says `Today` at a place across, before it or about it. */
export function laidTicks(span: Span, today: number, anchor: 'end' | 'middle'): readonly LaidTick[] {
  return timeTicks(span).map(({ at, words, main, ...year }) => {
    const x = placeOf(span, at)
    const isClear = (pixels: number): boolean => {
      const share = (some: number): number => (some / pixels) * 100
      const from = today - share(anchor === 'end' ? 34 : 20)
      const to = anchor === 'end' ? today : today + share(20)
      return x + share(words.length * LETTER_PX + 4) < from || x > to
    }
    return { ...year, x, words: isClear(WIDE_PX) ? words : '', main: main && isClear(NARROW_PX) }
  })
}
