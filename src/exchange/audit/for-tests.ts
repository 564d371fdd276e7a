import { generateKeyPairSync } from 'node:crypto'
import type { AuditDraft } from './draft.ts'

const keys = generateKeyPairSync('ed25519')

export const signingKey = keys.privateKey
export const publicKey = (keyId: string) => (keyId === 'sel-1' ? keys.publicKey : undefined)
export const sealKey = Buffer.alloc(32, 7)

/** A draft with all that an event can carry; the person is not real. */
export const draft = (over: Partial<AuditDraft> = {}): AuditDraft => ({
  kind: 'shown',
  outcome: 'success',
  transaction: 'transaction-1',
  attempt: 'attempt-1',
  viewId: 'view-1',
  viewer: {
    sdsUserId: '555000000001',
    name: 'TESTER, Ada (Dr)',
    sdsRoleProfileId: '555000000002',
    roleCode: 'S8000:G8000:R8000',
    roleName: 'Clinical Practitioner Access Role',
    odsCode: 'RJZ',
    organisationName: 'Hospital',
    assurance: 'AAL2',
  },
  workstation: 'ED-07',
  nhsNumber: '9990000018',
  purpose: 'direct-care',
  relationship: {
    type: 'emergency-attendance',
    evidenceId: 'Encounter/1',
    assertedBy: 'RJZ',
    seenAt: '2026-11-21T10:00:00Z',
    until: '2026-11-24T10:00:00Z',
  },
  rulesVersion: '2026-11-01',
  source: { id: 'kch', odsCode: 'RJZ', exchange: 'SEL' },
  sections: ['allergies'],
  manifests: [
    {
      sourceId: 'kch',
      sections: ['allergies'],
      items: [
        { id: 'kch/AllergyIntolerance/1', version: '3' },
        { id: 'kch/AllergyIntolerance/2', version: '1' },
      ],
    },
  ],
  ...over,
})
