import { createHash, hash, sign, verify, type KeyObject } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { AuditEvent } from '@medplum/fhirtypes'
import { canonicalJson } from './canonical.ts'
import type { AuditDraft, Manifest } from './draft.ts'
import { columnsOf, columnsOfDraft, eventBody, type EventColumns, type EventFrame } from './event.ts'
import { freshBytes } from './random.ts'
import { seal } from './seal.ts'

/** One event ready for the database or the spool; text only, so that both carry the same. */
export interface EventRecord extends EventColumns {
  /** Base64. */
  readonly salt: string
  readonly commitment: string
  readonly signature: string
  readonly keyId: string
  /** Canonical JSON of the AuditEvent. */
  readonly body: string
  readonly stored: readonly StoredManifest[]
  /** The view this event opens, with the draft its closing event is made of if its process is lost. */
  readonly opens: { readonly viewId: string; readonly processTag: string; readonly draft: string } | null
  /** The view this event closes. */
  readonly closes: string | null
}

export interface StoredManifest {
  readonly sha256: string
  /** Base64. */
  readonly zstd: string
  readonly items: number
}

/** SHA-256 over the salt and the body's UTF-8 bytes: what is signed, queued and later a leaf of the log. */
export const commit = (salt: Buffer, body: string): Buffer => createHash('sha256').update(salt).update(body, 'utf8').digest()

/** Texts up to this many bytes are stored as they are: to compress them costs more than it saves. */
const PLAIN_BYTES = 2048
/** Most lists of a view are empty, and the same in every view. */
const REMEMBERED_LENGTH = 120
const REMEMBERED_MANIFESTS = 4000
const remembered = new Map<string, StoredManifest>()

function storeManifest(manifest: Manifest): StoredManifest {
  const items = manifest.items.map(item => `[${JSON.stringify(item.id)},${JSON.stringify(item.version)}]`).sort()
  // Canonical as a whole: its members stand in their order.
  const text = `{"items":[${items.join(',')}],"sections":${canonicalJson([...manifest.sections].sort())},"sourceId":${canonicalJson(manifest.sourceId)}}`
  if (text.length > REMEMBERED_LENGTH) return stored(text, items.length)
  const known = remembered.get(text)
  if (known) return known
  const made = stored(text, items.length)
  if (remembered.size >= REMEMBERED_MANIFESTS) remembered.clear()
  remembered.set(text, made)
  return made
}

function stored(text: string, items: number): StoredManifest {
  const bytes = Buffer.from(text)
  // At once: a list of 5,000 takes a millisecond, and handing a short one to another thread takes longer than it does.
  const zstd = bytes.length <= PLAIN_BYTES ? plainFrame(bytes) : zstdCompressSync(bytes, { pledgedSrcSize: bytes.length, chunkSize: 4096 })
  return { sha256: hash('sha256', bytes, 'hex'), zstd: zstd.toString('base64'), items }
}

/** A Zstandard frame of one raw block (RFC 8878 3.1.1): any reader of Zstandard reads it. At most 65,791 bytes. */
function plainFrame(bytes: Buffer): Buffer {
  const wide = bytes.length > 255
  const head = Buffer.alloc(wide ? 10 : 9)
  head.writeUInt32LE(0xfd2fb528, 0)
  // A single segment, with its size in two bytes, less 256, or in one.
  head.writeUInt8(wide ? 0x60 : 0x20, 4)
  if (wide) head.writeUInt16LE(bytes.length - 256, 5)
  else head.writeUInt8(bytes.length, 5)
  // The last block, raw, of this size.
  head.writeUIntLE((bytes.length << 3) | 1, wide ? 7 : 6, 3)
  return Buffer.concat([head, bytes])
}

/** The manifest again from its compressed bytes, with the hash of what they hold. */
export function readManifest(zstd: Buffer): { sha256: string; manifest: Manifest } {
  const text = zstdDecompressSync(zstd).toString('utf8')
  const { sourceId, sections, items } = JSON.parse(text) as {
    sourceId: string
    sections: Manifest['sections']
    items: [id: string, version: string][]
  }
  return {
    sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
    manifest: { sourceId, sections, items: items.map(([id, version]) => ({ id, version })) },
  }
}

/**
 * Everything that follows from a draft, once: a retry writes this very record again. Throws at once for a draft that
 * JSON cannot say; the promise is of the signature, which another thread makes.
 *
 * @param atOnce signed here and now, for an event that waits for nothing else: the other thread's answer would wait for its
 *   turn behind whatever the event loop is doing.
 */
export function makeRecord(
  draft: AuditDraft,
  frame: EventFrame & {
    readonly processTag: string
    readonly signingKey: KeyObject
    readonly keyId: string
    /** 32 bytes. */
    readonly sealKey: Buffer
  },
  atOnce = false,
): Promise<EventRecord> {
  const manifests = draft.manifests ?? []
  const stored = manifests.map(storeManifest)
  const names = manifests.map(({ sourceId, sections }, i) => ({ sourceId, sections, sha256: stored[i]!.sha256, items: stored[i]!.items }))
  const sealed = draft.sealed === undefined ? undefined : seal(frame.sealKey, frame.uuid, draft.sealed)
  const body = eventBody(draft, frame, names, sealed)
  const salt = freshBytes(32)
  const commitment = commit(salt, body)
  const opens = draft.kind === 'view-opened' && draft.viewId !== undefined
  const record = {
    ...columnsOfDraft(draft, frame, names),
    salt: salt.toString('base64'),
    commitment: commitment.toString('base64'),
    keyId: frame.keyId,
    body,
    stored,
    opens: opens ? { viewId: draft.viewId, processTag: frame.processTag, draft: JSON.stringify(closingDraft(draft)) } : null,
    closes: draft.kind === 'closed' ? (draft.viewId ?? null) : null,
  }
  if (atOnce) return Promise.resolve({ ...record, signature: sign(null, commitment, frame.signingKey).toString('base64') })
  return new Promise((resolve, reject) => {
    sign(null, commitment, frame.signingKey, (error, signature) => {
      if (error) reject(error)
      else resolve({ ...record, signature: signature.toString('base64') })
    })
  })
}

/** What of an opening stays true of its closing. */
function closingDraft(opened: AuditDraft): AuditDraft {
  const { detail: _detail, sealed: _sealed, manifests: _manifests, sections: _sections, source: _source, ...same } = opened
  return { ...same, kind: 'closed', outcome: 'failed', detail: { reason: 'lost' } }
}

/** A row of `audit_event` as the driver reads it. */
export interface EventRow extends Omit<EventColumns, 'at'> {
  readonly at: Date
  readonly salt: Buffer
  readonly commitment: Buffer
  readonly signature: Buffer
  readonly keyId: string
  readonly body: string
}

export const columnsOfRow = (row: EventRow): EventColumns => ({
  uuid: row.uuid,
  at: row.at.toISOString(),
  nodeId: row.nodeId,
  transaction: row.transaction,
  viewId: row.viewId,
  attempt: row.attempt,
  kind: row.kind,
  outcome: row.outcome,
  nhsNumber: row.nhsNumber,
  sdsUserId: row.sdsUserId,
  odsCode: row.odsCode,
  manifests: row.manifests,
})

export type Tampering = 'commitment' | 'signature' | 'unknown-key' | 'columns' | 'unreadable'

/** What is wrong with one stored event; `undefined` when it is as it was written. */
export function tamperingOf(stored: EventRow, publicKey: (keyId: string) => KeyObject | undefined): Tampering | undefined {
  if (!commit(stored.salt, stored.body).equals(stored.commitment)) return 'commitment'
  const key = publicKey(stored.keyId)
  if (!key) return 'unknown-key'
  if (!verify(null, stored.commitment, key, stored.signature)) return 'signature'
  let said: EventColumns
  try {
    said = columnsOf(JSON.parse(stored.body) as AuditEvent)
  } catch {
    return 'unreadable'
  }
  return canonicalJson(said) === canonicalJson(columnsOfRow(stored)) ? undefined : 'columns'
}
