import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importJWK, type CryptoKey, type JWK } from 'jose'
import type { PeerLine } from '../../src/care-record/item.ts'
import { createPeerAsk, createPeerDispatchers } from '../../src/exchange/sources/peer/ask-peer.ts'
import type { London } from '../../src/london/london.ts'
import { londonUsers } from '../../src/london/users.ts'

/** Asks SEL as NCL does, with NCL's own keys, and returns every line that came over the wire. */
export async function asPeer(london: London, dir: string, { nhsNumber }: { readonly nhsNumber: string }): Promise<readonly PeerLine[]> {
  const file = (name: string): string => readFileSync(join(dir, 'pki', name), 'utf8')
  const [cert, key, ca] = [file('ncl-1.pem'), file('ncl-1.key'), file('ca.pem')]
  const jwk = JSON.parse(file('ncl-token.jwk')) as JWK & { kid: string }
  const { dispatcher, close } = createPeerDispatchers({ cert, key, ca })
  const ask = createPeerAsk({
    dispatcher,
    tokenKey: (await importJWK(jwk, 'ES256')) as CryptoKey,
    tokenKeyId: jwk.kid,
    certThumbprint: createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url'),
    exchange: 'NCL',
    now: () => new Date(),
  })
  const person = london.city.people.person(nhsNumber)
  const user = londonUsers.find(each => each.exchange === 'NCL')
  const role = user?.roles[0]
  if (person === undefined || user === undefined || role === undefined) throw new Error('nobody to ask, or to ask about')
  const seenAt = new Date().toISOString()
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const lines: PeerLine[] = []
  try {
    for await (const line of ask({
      peer: {
        exchange: 'SEL',
        title: 'South East London',
        baseUrl: `https://localhost:${london.faults.get('peer-sel')?.port ?? 0}`,
        state: 'live',
        trustedEvidence: [],
      },
      person: {
        nhsNumber: person.nhsNumber,
        name: person.name,
        otherNames: [],
        birthDate: person.birthDate,
        gender: person.gender,
        restricted: 'no',
        basis: 'pds',
        asOf: seenAt,
      },
      pass: {
        viewer: {
          sdsUserId: user.sdsUserId,
          name: user.name,
          sdsRoleProfileId: role.roleProfileId,
          roleCode: role.roleCode,
          roleName: role.roleName,
          odsCode: role.orgCode,
          organisationName: role.orgName,
          assurance: 'IAL3 AAL3',
        },
        purpose: 'direct-care',
        relationship: { type: 'emergency-attendance', evidenceId: 'attendance-1', assertedBy: 'NCL', seenAt, until },
        role: { jobRole: 'R8000', group: 'emergency-doctor' },
        maySee: new Set(),
        maskPlaces: false,
        decidedAt: seenAt,
        rulesVersion: '1',
      },
      groups: ['essentials', 'recent'],
      transaction: crypto.randomUUID(),
      attempt: crypto.randomUUID(),
      budgetMs: 5_000,
      signal: AbortSignal.timeout(6_000),
    }))
      lines.push(line)
  } finally {
    await close()
  }
  return lines
}
