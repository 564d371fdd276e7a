/** `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a full instant, as FHIR R4 writes them; a time without its zone is met in the field. */
const FHIR_DATE =
  /^\d{4}(?:-\d{2}(?:-\d{2}(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** A date that exists, as written in FHIR. */
export function isFhirDate(value: unknown): value is string {
  if (typeof value !== 'string' || !FHIR_DATE.test(value)) return false
  if (value.length === 4) return true
  const month = twoDigits(value, 5)
  const days = DAYS[month - 1]
  if (days === undefined) return false
  if (value.length === 7) return true
  const day = twoDigits(value, 8)
  return day >= 1 && (day <= days || (day === 29 && month === 2 && isLeap(Number(value.slice(0, 4)))))
}
const twoDigits = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Control and unpaired characters carry no words and break stores and screens. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u2028\u2029]/g
export const cleanText = (text: string): string => (isClean(text) ? text : text.toWellFormed().replaceAll(CONTROLS, ' '))

/** Nearly every text is: a look at its characters says so without a copy. */
export function isClean(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20) {
      if (code !== 0x09 && code !== 0x0a && code !== 0x0d) return false
    } else if (code > 0x7e && (code === 0x7f || code === 0x2028 || code === 0x2029 || (code >= 0xd800 && code <= 0xdfff))) return false
  }
  return true
}

const SPECIAL = /[&<>]/
export const escapeText = (text: string): string =>
  SPECIAL.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text

/** The words of a narrative, without any of its markup. */
export function narrativeText(div: unknown, plain = false): string | undefined {
  if (typeof div !== 'string') return undefined
  let text = plain ? div : cleanText(div)
  if (CODE.test(text)) text = text.replaceAll(/<(script|style)\b[^]*?<\/\1\s*>/gi, ' ')
  const words = text.includes('&')
    ? oneSpaced(
        withoutTags(text).replaceAll(/&(lt|gt|quot|apos|#39|nbsp|amp);/g, (_, name: string) => ENTITIES[name] ?? ' '),
        false,
      )
    : oneSpaced(text, true)
  return words === '' ? undefined : words
}
const CODE = /<(?:script|style)\b/i

/** The words with one space between them. With `tags`, each tag, closed or not, reads as a space. */
function oneSpaced(text: string, tags: boolean): string {
  let out = ''
  let from = -1
  const take = (to: number): void => {
    if (from >= 0) out = out === '' ? text.slice(from, to) : `${out} ${text.slice(from, to)}`
    from = -1
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (tags && code === LESS_THAN) {
      take(at)
      at = text.indexOf('>', at)
      if (at < 0) return out
    } else if (isSpace(code)) {
      const next = text.charCodeAt(at + 1)
      if (code !== 0x20 || Number.isNaN(next) || isSpace(next) || (tags && next === LESS_THAN)) take(at)
    } else if (from < 0) from = at
  }
  take(text.length)
  return out
}
const LESS_THAN = 0x3c
const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0xa0 && SPACES.has(code))
/** White space beyond ASCII. */
const SPACES: ReadonlySet<number> = new Set(
  '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
    .split('')
    .map(c => c.charCodeAt(0)),
)

/** Each tag, closed or not, reads as a space. */
function withoutTags(text: string): string {
  let out = ''
  let from = 0
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', from)) {
    out += `${text.slice(from, open)} `
    const close = text.indexOf('>', open)
    if (close < 0) return out
    from = close + 1
  }
  return from === 0 ? text : out + text.slice(from)
}
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ', amp: '&' }

/** FHIR's own alphabet, and the underscores and lengths that practice systems in use really send. */
export const ID = /^[A-Za-z0-9\-._]{1,128}$/
export const TYPE = /^[A-Z][A-Za-z]{1,39}$/
