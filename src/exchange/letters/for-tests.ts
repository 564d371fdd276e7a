import type { LetterBasis, LetterContact, LetterFactsOf } from './letter.ts'

export const contact: LetterContact = {
  organisation: 'Lewisham and Greenwich NHS Trust',
  team: 'London Care Record team',
  address: ['University Hospital Lewisham', 'Lewisham High Street', 'London', 'SE13 6LH'],
  phone: '020 3192 6011',
  email: 'care-record@lewisham.example',
  pals: { name: 'Patient Advice and Liaison Service', phone: '020 8333 3355', email: 'pals@lewisham.example' },
  dataProtectionOfficer: { email: 'dpo@lewisham.example', address: ['Trust Headquarters', 'London', 'SE13 6LH'] },
  dayAndNight: '020 8333 3000',
}

export const basis: LetterBasis = {
  reference: 'LCR-7KQ2-41',
  date: '2026-11-21',
  to: { name: 'Ms Zoë Łoś-Brown', address: ['Flat 2', '1 High Street', 'London', 'SE8 4AA'] },
  from: contact,
  scope: { kind: 'everything' },
  askedOn: '2026-11-02',
}

/** One letter of each kind that says as much as the kind can. */
export const samples: LetterFactsOf = {
  received: { ...basis, held: true, decideBy: '2026-12-02' },
  'more-needed': { ...basis, held: false, needs: ['proof-of-identity', 'proof-of-authority', 'a-call'], answerBy: '2026-12-05' },
  upheld: { ...basis, scope: { kind: 'class', title: 'What mental health services hold' }, decidedOn: '2026-11-20' },
  'not-upheld': {
    ...basis,
    decidedOn: '2026-11-20',
    grounds: ['service-cannot-be-provided', 'risk-to-others'],
    words: 'We know that this matters to you.\nPlease talk to us.',
    sharedAgainFrom: '2026-11-30',
  },
  withdrawn: { ...basis, scope: { kind: 'organisation', name: 'Oxleas NHS Foundation Trust' }, sharedAgainFrom: '2026-11-22' },
  expired: { ...basis, because: 'turned-16', endedOn: '2026-11-19', answerBy: '2026-12-19' },
  're-decided': {
    ...basis,
    onBehalf: 'child',
    decidedOn: '2026-11-20',
    before: 'upheld',
    outcome: 'not-upheld',
    grounds: ['safeguarding-child'],
    sharedAgainFrom: '2026-11-24',
  },
  narrowed: { ...basis, reason: 'safeguarding', since: '2026-11-21', until: '2026-11-28', byOne: false },
}
