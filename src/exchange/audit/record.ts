import { createHash, randomBytes, sign, verify, type KeyObject } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { AuditEvent } from '@medplum/fhirtypes'
import { canonicalJson } from './canonical.ts'
import type { AuditDraft, Manifest } from './draft.ts'
import { auditEvent, columnsOf, type EventColumns, type EventFrame } from './event.ts'

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

function storeManifest(manifest: Manifest): StoredManifest {
  const items = manifest.items.map(item => canonicalJson([item.id, item.version])).sort((a, b) => (a < b ? -1 : 1))
  // Canonical as a whole: its members stand in their order.
  const text = `{"items":[${items.join(',')}],"sections":${canonicalJson([...manifest.sections].sort())},"sourceId":${canonicalJson(manifest.sourceId)}}`
  return {
    sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
    // At once: a list of 5,000 takes a millisecond, and handing a short one to another thread takes longer than it does.
    zstd: zstdCompressSync(text, { pledgedSrcSize: Buffer.byteLength(text), chunkSize: 4096 }).toString('base64'),
    items: manifest.items.length,
  }
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

/** Everything that follows from a draft, once: a retry writes this very record again. */
export function makeRecord(
  draft: AuditDraft,
  frame: EventFrame & { readonly processTag: string; readonly signingKey: KeyObject; readonly keyId: string },
): EventRecord {
  const manifests = draft.manifests ?? []
  const stored = manifests.map(storeManifest)
  const names = manifests.map(({ sourceId, sections }, i) => ({ sourceId, sections, sha256: stored[i]!.sha256, items: stored[i]!.items }))
  const event = auditEvent(draft, frame, names)
  const body = canonicalJson(event)
  const salt = randomBytes(32)
  const commitment = commit(salt, body)
  const opens = draft.kind === 'view-opened' && draft.viewId !== undefined
  return {
    ...columnsOf(event),
    salt: salt.toString('base64'),
    commitment: commitment.toString('base64'),
    signature: sign(null, commitment, frame.signingKey).toString('base64'),
    keyId: frame.keyId,
    body,
    stored,
    opens: opens ? { viewId: draft.viewId, processTag: frame.processTag, draft: JSON.stringify(closingDraft(draft)) } : null,
    closes: draft.kind === 'closed' ? (draft.viewId ?? null) : null,
  }
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
