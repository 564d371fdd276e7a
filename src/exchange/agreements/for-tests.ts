import type { CatalogueDocument } from './document.ts'

/** A small exchange with one of each. */
export const catalogueDocument = (over: Partial<CatalogueDocument> = {}): CatalogueDocument => ({
  exchange: 'SEL',
  title: 'South East London',
  organisations: [
    { odsCode: 'G85001', name: 'Practice', short: 'GP', kind: 'gp-practice' },
    { odsCode: 'RJ1', name: 'Other hospital', short: 'GSTT', kind: 'acute' },
    { odsCode: 'RJZ', name: 'Hospital', short: 'KCH', kind: 'acute', phone: '020 7946 0000' },
  ],
  sources: [
    {
      id: 'kch',
      odsCode: 'RJZ',
      exchange: 'SEL',
      connector: 'fhir',
      baseUrl: 'https://kch.example/fhir',
      system: 'EHR',
      sections: ['allergies', 'results'],
      fhirRead: 'search',
      hedge: true,
      maxConcurrent: 8,
      feed: 'live',
      indexLoadedAt: '2026-11-20T02:00:00.000Z',
      members: ['RJZ'],
      givesEvidence: true,
      state: 'live',
    },
    {
      id: 'a-practice',
      odsCode: 'G85001',
      exchange: 'SEL',
      connector: 'gp-connect',
      baseUrl: 'https://gp.example/G85001',
      system: 'GP system',
      sections: ['medicines'],
      askedBy: 'viewer',
      asidTo: '918999198993',
      hedge: false,
      maxConcurrent: 2,
      feed: 'live',
      indexLoadedAt: null,
      givesEvidence: false,
      state: 'planned',
    },
  ],
  peers: [
    {
      exchange: 'NEL',
      title: 'North East London',
      baseUrl: 'https://nel.example',
      state: 'live',
      trustedEvidence: ['emergency-attendance'],
    },
  ],
  agreements: [
    { id: 'kch-all', provider: 'RJZ', consumer: '*', sections: '*', from: '2026-01-01', until: null },
    { id: 'gp-kch', provider: 'G85001', consumer: 'RJZ', sections: ['medicines', 'allergies'], from: '2026-02-01', until: '2026-11-30' },
  ],
  roles: [
    { jobRole: 'R0050', title: 'Consultant', group: 'doctor', sections: ['allergies'], mayClaim: true },
    {
      jobRole: 'R8014',
      title: 'Social worker',
      group: 'social-worker',
      sections: ['allergies', 'results'],
      limits: { results: 'virus' },
      mayClaim: true,
    },
  ],
  services: [{ odsCode: 'RJZ', localCode: 'GUM1', treatmentFunction: '360', name: 'Clinic', legalClass: 'sexual-health' }],
  ...over,
})
