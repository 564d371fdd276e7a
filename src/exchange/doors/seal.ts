import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 32 random bytes as 43 characters that are safe in a URL. */
export const opaque = (): string => randomBytes(32).toString('base64url')

/** What is stored of a secret: SHA-256, base64url. Only for secrets with full entropy of their own. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** Compares two secrets without telling by time how far they agree. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())

export interface Sealer {
  /** AES-256-GCM. `place` says where the sealed text belongs; it opens nowhere else. */
  readonly seal: (text: string, place: string) => string
  /** `undefined` for anything this key did not seal for this place. */
  readonly open: (sealed: string, place: string) => string | undefined
}

/** @param key 32 bytes. Throws for any other length: a wrong setting stops the start. */
export function createSealer(key: Uint8Array): Sealer {
  if (key.byteLength !== 32) throw new Error('the seal key must have 32 bytes')
  return {
    seal(text, place) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < 28) return undefined
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(12, 28))
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
