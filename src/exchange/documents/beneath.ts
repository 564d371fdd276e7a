/**
 * What a document holds beside the words that are shown of it. Whoever takes the original has it too, so it is judged
 * with them: titles, comments, deleted words, coded entries, what a file says about itself.
 */
export interface Beneath {
  readonly words: string
  /** Codes of confidentiality that the document gives itself. */
  readonly labels: readonly string[]
}

/** Bytes of a picture in which it says things about itself. */
const PICTURE_HEAD = 128 * 1024
const MOST_WORDS = 200_000

/** Text with what is in its tags, without pictures and keys in base64 or hexadecimal. */
export const inTheClear = (text: string): string => text.replaceAll(/[A-Za-z0-9+/]{60,}={0,2}/g, ' ').replaceAll(/[<>]/g, ' ')

/** Whatever reads as words in bytes of a kind we do not read, in one byte a letter or two. */
export function wordsInBytes(bytes: Uint8Array, most = bytes.byteLength): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, most)).toString('latin1').replaceAll('\0', '')
  const found: string[] = []
  let length = 0
  for (const [words] of text.matchAll(/[A-Za-z][A-Za-z0-9'., -]{3,}/g)) {
    found.push(words)
    length += words.length + 1
    if (length >= MOST_WORDS) break
  }
  return found.join('\n').slice(0, MOST_WORDS)
}

export const saidByPicture = (bytes: Uint8Array): string => wordsInBytes(bytes, PICTURE_HEAD)
