/** Vowel groups, less a silent e: within a few in a hundred of a dictionary for plain English. */
function syllables(word: string): number {
  const bare = word.toLowerCase().replace(/[^a-z]/g, '')
  if (bare.length <= 3) return 1
  const silent = bare.replace(/(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$/, match => match.slice(0, 1)).replace(/^y/, '')
  return Math.max(1, silent.match(/[aeiouy]{1,2}/g)?.length ?? 1)
}

/** Flesch-Kincaid grade of plain sentences: a school year of the United States; five more is the age. */
export function readingGrade(text: string): number {
  const sentences = text.split(/[.!?:]+(?:\s|$)/).filter(sentence => /[a-z]/i.test(sentence))
  const words = text.match(/[A-Za-z][A-Za-z’'-]*|\d+/g) ?? []
  const sounds = words.reduce((sum, word) => sum + syllables(word), 0)
  return 0.39 * (words.length / Math.max(1, sentences.length)) + 11.8 * (sounds / Math.max(1, words.length)) - 15.59
}
