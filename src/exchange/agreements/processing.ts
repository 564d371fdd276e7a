import { CONNECTORS, type Catalogue, type ConnectorKind } from '../../care-record/catalogue.ts'
import { SECTIONS } from '../../care-record/section.ts'

/** Ways on which personal data goes in or out, or is kept; each has one row in the record of processing activities (R060). */
export const FLOWS = [
  'source-fhir',
  'source-gp-connect',
  'source-nrl',
  'source-social-care',
  'source-dicomweb',
  'demographics',
  'viewer',
  'peer-asked',
  'peer-answered',
  'lists',
  'sign-in',
  'bridge',
  'software',
  'audit',
  'objections',
  'opt-outs',
] as const
export type FlowId = (typeof FLOWS)[number]

/** One row of the record of processing activities (UK GDPR, Article 30). */
export interface Flow {
  readonly id: FlowId
  readonly from: string
  readonly to: string
  readonly purpose: string
  /** What of whom. */
  readonly data: string
  readonly article6: string
  readonly article9: string
  readonly commonLaw: string
  readonly retention: string
  readonly safeguards: string
  /** Who is at the other end now: names of organisations, exchanges, products. */
  readonly parties: readonly string[]
}

/** What the record rests on beside the catalogue. */
export interface ProcessingSettings {
  readonly exchange: string
  /** Client ids of software that asks as FHIR. */
  readonly software: readonly string[]
  /** Titles of products with which a person is handed over. */
  readonly bridges: readonly string[]
  /** Host of the sign-in service and of the national register. */
  readonly signIn: string
  readonly demographics: string
}

const PUBLIC_TASK = 'Article 6(1)(e): a task in the public interest, Health and Social Care Act 2012 s251B (duty to share for care)'
const LEGAL_DUTY = 'Article 6(1)(c): a legal obligation'
const CARE = 'Article 9(2)(h) with Data Protection Act 2018 Schedule 1 paragraph 2: health or social care'
const IMPLIED = 'Implied consent for direct care; objections are heard and decided on'
const NONE_SPECIAL = 'None: no data about health'
const NOT_KEPT = 'Not kept: shown while the view is open, 30 minutes at most'
const WALK = 'Role, relationship, agreement and objection decided for each view; legal classes withheld; TLS; every view in a signed audit'

interface Fixed extends Omit<Flow, 'id' | 'parties' | 'data'> {
  readonly data?: string
}

const fromSource = (what: string): Fixed => ({
  from: what,
  to: 'This exchange, for one view of one person',
  purpose: 'Direct care',
  article6: PUBLIC_TASK,
  article9: CARE,
  commonLaw: IMPLIED,
  retention: NOT_KEPT,
  safeguards: WALK,
})

const FIXED: Readonly<Record<FlowId, Fixed>> = {
  'source-fhir': fromSource('Record systems of organisations, as FHIR'),
  'source-gp-connect': fromSource('GP systems, by GP Connect'),
  'source-nrl': fromSource('Holders of records that the National Record Locator points to'),
  'source-social-care': fromSource('Councils’ social care systems'),
  'source-dicomweb': fromSource('Archives of images'),
  demographics: {
    ...fromSource('Personal Demographics Service'),
    data: 'NHS number, names, birth date, sex, address, practice, sensitive flag',
    retention: 'A sensitive flag for 24 hours, so that it holds while the service is away; nothing else',
  },
  viewer: {
    ...fromSource('This exchange'),
    to: 'A professional who may look, for as long as the view is open',
    data: 'The record of one person, as the role may see it',
  },
  'peer-asked': {
    ...fromSource('Other exchanges, of their own sources'),
    data: 'The record of one person, as the other exchange decides',
    safeguards: `${WALK}; mutual TLS; a token of 60 seconds that names the user`,
  },
  'peer-answered': {
    ...fromSource('This exchange, of its own sources'),
    to: 'Another exchange, for a view of one person there',
    data: 'The record of one person, as this exchange decides anew',
    safeguards: `${WALK}; mutual TLS; a token of 60 seconds that names the user`,
  },
  lists: {
    from: 'Each exchange',
    to: 'Every other exchange',
    purpose: 'To heed objections and isolations everywhere within a minute',
    data: 'NHS numbers and scope of objections in force; user ids, codes and fingerprints of who is cut off',
    article6: LEGAL_DUTY,
    article9: CARE,
    commonLaw: 'The person asks for it',
    retention: 'While the objection or the isolation is in force, and its history with it',
    safeguards: 'Mutual TLS; entries are numbered and signed; counts are matched',
  },
  'sign-in': {
    from: 'The sign-in service of the employer or of NHS England',
    to: 'This exchange',
    purpose: 'To know who looks',
    data: 'Name, user number, roles and assurance of members of staff',
    article6: PUBLIC_TASK,
    article9: NONE_SPECIAL,
    commonLaw: 'None: no confidential patient information',
    retention: 'A session lasts 12 hours at most; who looked is kept with the audit',
    safeguards: 'OpenID Connect with signed requests; cookies that no script reads; sessions lock after 30 minutes',
  },
  bridge: {
    from: 'This exchange or another product that the professional uses',
    to: 'The other of the two',
    purpose: 'Direct care: the same person in both products',
    data: 'NHS number, birth date and names of one person; who goes over',
    article6: PUBLIC_TASK,
    article9: CARE,
    commonLaw: IMPLIED,
    retention: 'A token of 60 seconds, used once; that it was sent is kept with the audit',
    safeguards: 'Signed tokens to registered products only; what comes is decided as any view',
  },
  software: {
    ...fromSource('This exchange'),
    to: 'Registered software, for a named professional',
    data: 'The record of one person, as the role may see it',
    safeguards: `${WALK}; each request names its user; no request is of many people`,
  },
  audit: {
    from: 'Every view and every act of an office',
    to: 'The audit of this exchange',
    purpose: 'To show who looked and why, to the person, the employer and the regulator',
    data: 'Who, in which role, of whom, when, on which relationship, what was shown; no clinical content',
    article6: LEGAL_DUTY,
    article9: CARE,
    commonLaw: 'In the interest of the person it is about',
    retention: 'As long as the record it is about (Records Management Code of Practice)',
    safeguards: 'Signed, chained, never changed; sealed parts; read only in an office, and that is written down',
  },
  objections: {
    from: 'The person, or somebody for them',
    to: 'The objections office and the Caldicott Guardian',
    purpose: 'To hear, decide on and heed an objection to sharing',
    data: 'Names, how to reach the person, what they object to, the decision and its letters',
    article6: LEGAL_DUTY,
    article9: CARE,
    commonLaw: 'The person asks for it',
    retention: 'As long as the objection is in force, and 8 years',
    safeguards: 'Two people for a refusal; shown only to who works on it; every opening is written down',
  },
  'opt-outs': {
    from: 'Connect Care and the Local Care Record',
    to: 'This exchange',
    purpose: 'To carry over the wish of people who said no before',
    data: 'NHS number, names, birth date, address, date of the opt-out',
    article6: LEGAL_DUTY,
    article9: CARE,
    commonLaw: 'The person asks for it',
    retention: 'While it is in force',
    safeguards: 'What cannot be matched withholds every record it could be, until a data steward has looked',
  },
}

export const FLOW_OF_CONNECTOR: Readonly<Record<ConnectorKind, FlowId>> = {
  fhir: 'source-fhir',
  'gp-connect': 'source-gp-connect',
  nrl: 'source-nrl',
  'social-care': 'source-social-care',
  dicomweb: 'source-dicomweb',
}

/** The record of processing activities of an exchange as it is now: one row a flow, also where nobody is at the other end yet. */
export function processingRecord(catalogue: Catalogue, settings: ProcessingSettings): readonly Flow[] {
  const nameOf = (odsCode: string): string => catalogue.organisations.get(odsCode)?.name ?? odsCode
  const own = catalogue.sources.filter(source => source.exchange === catalogue.exchange && source.state === 'live')
  const peers = catalogue.peers.filter(peer => peer.state === 'live').map(peer => peer.title)
  const sectionsOf = (kind: ConnectorKind): string => {
    const of = own.filter(source => source.connector === kind)
    const shared = SECTIONS.filter(({ id }) => of.some(source => source.sections.includes(id)))
    return shared.length === 0 ? 'Nothing is asked at present' : shared.map(section => section.title).join(', ')
  }
  const connected = [...catalogue.organisations.values()].filter(one => (one.state ?? 'connected') === 'connected')
  const asked = (kind: ConnectorKind): readonly string[] => [
    ...new Set(
      own
        .filter(s => s.connector === kind)
        .flatMap(s => s.members ?? [s.odsCode])
        .map(nameOf),
    ),
  ]
  const parties: Readonly<Record<FlowId, readonly string[]>> = {
    'source-fhir': asked('fhir'),
    'source-gp-connect': asked('gp-connect'),
    'source-nrl': asked('nrl'),
    'source-social-care': asked('social-care'),
    'source-dicomweb': asked('dicomweb'),
    demographics: [settings.demographics],
    viewer: connected.map(one => one.name),
    'peer-asked': peers,
    'peer-answered': peers,
    lists: peers,
    'sign-in': [settings.signIn],
    bridge: settings.bridges,
    software: settings.software,
    audit: [catalogue.title],
    objections: [catalogue.title],
    'opt-outs': ['Connect Care', 'Local Care Record'],
  }
  const dataOf = new Map(CONNECTORS.map(kind => [FLOW_OF_CONNECTOR[kind], sectionsOf(kind)]))
  return FLOWS.map(id => ({ id, ...FIXED[id], data: FIXED[id].data ?? dataOf.get(id) ?? '', parties: parties[id].toSorted() }))
}
