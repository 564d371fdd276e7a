import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import { fail, ok, type Result } from '../../care-record/result.ts'
import { canonicalJson } from './canonical.ts'
import { freshBytes } from './random.ts'

/** Sealed texts grow in steps of this many bytes, so that their length says little of what is in them. */
const PAD_BYTES = 256
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Short public name of a key: the first 8 bytes of a hash over it. */
export const sealKeyId = (key: Buffer): string => hash('sha256', Buffer.concat([Buffer.from('seal key'), key]), 'hex').slice(0, 16)

/** AES-256-GCM with a random nonce: nonce, text, tag. `about` is bound to it and must be the same to open. */
export function encrypt(key: Buffer, about: string, text: Buffer): Buffer {
  const nonce = freshBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

/** The text again, or `undefined` for a wrong key, a wrong `about` or changed bytes. */
export function decrypt(key: Buffer, about: string, bytes: Buffer): Buffer | undefined {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
  } catch {
    return undefined
  }
}

/** `{key id}.{base64}`: a value only the holder of the seal key can read, bound to its event. */
export function seal(key: Buffer, eventId: string, value: unknown): string {
  const text = Buffer.from(canonicalJson(value))
  const padded = Buffer.concat([text, Buffer.alloc(PAD_BYTES - (text.length % PAD_BYTES), ' ')])
  return `${sealKeyId(key)}.${encrypt(key, eventId, padded).toString('base64')}`
}

/**
 * Opens what an event keeps sealed, for the Guardian and a second person inside a case. That it was opened is itself
 * to be audited by the caller.
 *
 * @param key 32 bytes, the key whose `sealKeyId` stands before the dot.
 * @returns fault `forbidden` for another key, `invalid` when the text is not this event's or was changed.
 */
export function openSealed(key: Buffer, eventId: string, sealed: string): Result<unknown> {
  const dot = sealed.indexOf('.')
  if (sealed.slice(0, dot) !== sealKeyId(key)) return fail('forbidden', 'This was sealed with another key.')
  const text = decrypt(key, eventId, Buffer.from(sealed.slice(dot + 1), 'base64'))
  return text ? ok(JSON.parse(text.toString('utf8'))) : fail('invalid', 'What is sealed was changed or belongs to another event.')
}
