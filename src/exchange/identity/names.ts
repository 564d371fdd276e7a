/** Letters that decomposition leaves whole, as people type them without the mark. */
const plain: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ħ: 'h' }

/** Words of a name without case, marks, apostrophes and hyphens: `O’Brién-Smith` is `obrien`, `smith`. Any script. */
export function nameWords(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[ßøæœłđðþıħ]/g, letter => plain[letter] ?? letter)
    .replace(/['’‘ʼ`´ʹ]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}

/** One key of a name, the same however it is spaced, hyphenated or accented. */
export const nameKey = (text: string): string => nameWords(text).join('')

/** Short forms and spellings of one given name. A name may stand in more than one row. */
const variants: readonly (readonly string[])[] = [
  'muhammad mohammed mohamed mohammad muhammed mohamad muhamed mohd',
  'ahmed ahmad ahmet',
  'hussain hussein husain hussayn',
  'fatima fatimah fatema fatma',
  'aisha ayesha aysha aicha',
  'yusuf yousef youssef yousuf yusef',
  'abdul abdel abd',
  'katherine catherine kathryn catharine kate kathy cathy katie kat',
  'elizabeth elisabeth liz lizzie beth betty eliza libby',
  'robert rob robbie bob bobby',
  'william will bill billy liam',
  'richard rich rick dick richie',
  'margaret maggie meg peggy marge margie',
  'john jon jack johnny',
  'jonathan jonathon jon',
  'james jim jimmy jamie',
  'michael mike mick mikey',
  'stephen steven steve',
  'anthony antony tony',
  'thomas tom tommy',
  'edward ed eddie ted ned',
  'alexander alex alec sandy',
  'alexandra alex sandra',
  'samuel sam sammy',
  'samantha sam sammy',
  'daniel dan danny',
  'david dave',
  'andrew andy drew',
  'christopher chris kit',
  'christine christina chris tina',
  'patricia pat patsy tricia trish',
  'patrick pat paddy',
  'susan sue susie suzanne',
  'deborah debra debbie deb',
  'jennifer jenny jen',
  'victoria vicky vikki vicki tori',
  'rebecca rebekah becky becca',
  'sara sarah sally',
  'anne ann anna annie',
  'teresa theresa terry tess',
  'joseph joe joey jozef josef',
  'matthew matt mathew',
  'nicholas nicolas nick',
  'peter pete piotr',
  'philip phillip phil',
  'jacqueline jackie jacqui',
  'geoffrey jeffrey geoff jeff',
  'graham graeme',
  'ian iain',
  'sean shaun shawn',
].map(row => row.split(' '))

/** Particles that registers add and drop. */
const particles: ReadonlySet<string> = new Set(
  'de da do dos del della di du la le van von der den bin ibn binti al el ap st saint'.split(' '),
)

const tidyFamily = (words: readonly string[]): string =>
  words
    .filter(word => !particles.has(word))
    .join('')
    .replace(/^mac(?=.{3})/, 'mc')

/** Steps of typing (insert, drop, replace, swap of neighbours) between two short words; counts no further than 3. */
export function typingSteps(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return Math.min(3, last[b.length] ?? 3)
}

const spelledAlike = (a: string, b: string): boolean => {
  const shorter = Math.min(a.length, b.length)
  return shorter >= 5 && typingSteps(a, b) <= (shorter >= 9 ? 2 : 1)
}

/** How two surnames compare: the same, one a spelling or part of the other, or different. */
export function compareFamily(a: string, b: string): 'same' | 'variant' | 'different' {
  const [left, right] = [nameWords(a), nameWords(b)]
  if (left.length === 0 || right.length === 0) return 'different'
  if (left.join('') === right.join('')) return 'same'
  const [tidyLeft, tidyRight] = [tidyFamily(left), tidyFamily(right)]
  if (tidyLeft !== '' && (tidyLeft === tidyRight || spelledAlike(tidyLeft, tidyRight))) return 'variant'
  const partOf = (some: readonly string[], all: readonly string[]): boolean =>
    all.length > 1 && some.some(word => word.length > 2 && !particles.has(word) && all.includes(word))
  return partOf(left, right) || partOf(right, left) ? 'variant' : 'different'
}

/** How two sets of given names compare; the first name or any later one may be the one in use. */
export function compareGiven(a: readonly string[], b: readonly string[]): 'same' | 'variant' | 'different' {
  const [left, right] = [a.flatMap(nameWords), b.flatMap(nameWords)]
  if (left.length === 0 || right.length === 0) return 'different'
  if (left[0] === right[0] || left.join('') === right.join('')) return 'same'
  for (const one of left)
    for (const other of right)
      if (
        (one.length > 1 && one === other) ||
        spelledAlike(one, other) ||
        variants.some(row => row.includes(one) && row.includes(other)) ||
        (Math.min(one.length, other.length) === 1 && one[0] === other[0])
      )
        return 'variant'
  return 'different'
}
