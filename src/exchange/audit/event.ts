import type { AuditEvent, AuditEventAgent, AuditEventEntity, AuditEventEntityDetail, CodeableConcept, Coding } from '@medplum/fhirtypes'
import type { Purpose } from '../../care-record/person.ts'
import { canonicalJson } from './canonical.ts'
import type { AuditDraft, AuditKind, AuditOutcome } from './draft.ts'

const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const REST = 'http://hl7.org/fhir/restful-interaction'
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type'
const OBJECT_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role'
const BALP_ENTITY = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType'
const OURS = 'urn:london-care-record:audit'
const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'
const SDS_USER = 'https://fhir.nhs.uk/Id/sds-user-id'
const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code'

type Shape = 'read' | 'query' | 'disclosure' | 'decision' | 'login' | 'activity'

/** IHE BALP pattern each kind of event follows. */
const shapeOf: Record<AuditKind, Shape> = {
  search: 'query',
  'signed-in': 'login',
  'signed-out': 'login',
  'view-opened': 'query',
  'evidence-checked': 'decision',
  admitted: 'decision',
  'claim-asked': 'decision',
  claimed: 'decision',
  refused: 'decision',
  shown: 'read',
  'section-opened': 'read',
  'item-opened': 'read',
  'document-opened': 'read',
  printed: 'read',
  'item-reported': 'activity',
  'item-released': 'activity',
  withdrawn: 'activity',
  'peer-disclosed': 'disclosure',
  'peer-refused': 'decision',
  superseded: 'activity',
  'bridge-sent': 'activity',
  'bridge-received': 'decision',
  'catalogue-changed': 'activity',
  'objection-received': 'activity',
  'objection-changed': 'activity',
  'sharing-read': 'read',
  'letter-made': 'activity',
  'letter-sent': 'activity',
  'opt-outs-imported': 'activity',
  'opt-out-worked': 'activity',
  'alert-raised': 'decision',
  'claim-reviewed': 'activity',
  'claim-confirmed': 'activity',
  'use-accepted': 'activity',
  'organisation-changed': 'activity',
  'agreement-changed': 'activity',
  'rules-changed': 'activity',
  isolated: 'decision',
  'release-asked': 'decision',
  released: 'decision',
  'office-opened': 'query',
  'list-alarm': 'decision',
  'decision-replayed': 'read',
  revoked: 'decision',
  locked: 'login',
  unlocked: 'login',
  closed: 'activity',
}

interface Pattern {
  readonly type: Coding
  readonly subtype: readonly Coding[]
  readonly action: 'R' | 'E'
  readonly profile?: string
  /** DICOM role codes: a reader is the destination of what is read, a searcher the source of the query. */
  readonly client: '110152' | '110153'
}

const rest: Coding = { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' }

function patternOf(kind: AuditKind, ofPerson: boolean): Pattern {
  const profile = (name: string): string => `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${name}`
  switch (shapeOf[kind]) {
    case 'read':
      return {
        type: rest,
        subtype: [{ system: REST, code: 'read' }],
        action: 'R',
        client: '110152',
        profile: profile(ofPerson ? 'PatientRead' : 'Read'),
      }
    case 'query':
      return {
        type: rest,
        subtype: [{ system: REST, code: 'search' }, ...(kind === 'search' ? [{ system: 'urn:ihe:event-type-code', code: 'ITI-78' }] : [])],
        action: 'E',
        client: '110153',
        profile: profile(ofPerson ? 'PatientQuery' : 'Query'),
      }
    case 'disclosure':
      return {
        type: { system: DCM, code: '110106', display: 'Export' },
        subtype: [{ system: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle', code: 'disclose' }],
        action: 'R',
        client: '110152',
        profile: profile('PrivacyDisclosure.Source'),
      }
    case 'decision':
      return {
        type: { system: DCM, code: '110113', display: 'Security Alert' },
        subtype: [{ system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType', code: 'AuthZ-Role' }],
        action: 'E',
        client: '110153',
      }
    case 'login':
      return {
        type: { system: DCM, code: '110114', display: 'User Authentication' },
        subtype:
          kind === 'signed-in' || kind === 'signed-out'
            ? [{ system: DCM, code: kind === 'signed-in' ? '110122' : '110123', display: kind === 'signed-in' ? 'Login' : 'Logout' }]
            : [],
        action: 'E',
        client: '110153',
      }
    case 'activity':
    default:
      return { type: { system: DCM, code: '110100', display: 'Application Activity' }, subtype: [], action: 'E', client: '110153' }
  }
}

const outcomeCode: Record<AuditOutcome, NonNullable<AuditEvent['outcome']>> = { success: '0', refused: '4', failed: '8' }

const purposeCode: Record<Purpose, string> = {
  'direct-care': 'TREAT',
  research: 'HRESCH',
  insurance: 'HPAYMT',
  benefits: 'COVERAGE',
  employment: 'HOPERAT',
  billing: 'HPAYMT',
  other: 'PurposeOfUse',
}

const concept = (system: string, code: string, display?: string): CodeableConcept => ({
  coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
})
const said = (type: string, valueString: string): AuditEventEntityDetail => ({ type, valueString })
const named = (code: string, system: string, value: string, detail?: AuditEventEntityDetail[]): AuditEventEntity => ({
  type: { system: OURS, code },
  what: { identifier: { system, value } },
  ...(detail && detail.length > 0 ? { detail } : {}),
})

/** Who and where an event is from. */
export interface EventFrame {
  /** Version 7 UUID. */
  readonly uuid: string
  readonly at: Date
  readonly exchange: string
  readonly nodeId: string
}

/** One manifest as the event names it. */
export interface ManifestName {
  readonly sha256: string
  readonly sourceId: string
  readonly sections: readonly string[]
  readonly items: number
}

/**
 * The event as FHIR R4 AuditEvent in the shape of IHE Basic Audit Log Patterns. Everything the table's columns say
 * stands in it too, so the commitment over it covers them. What is stored is `eventBody`, the same made faster.
 *
 * @param sealed what `seal` made of the draft's sealed part, when it has one.
 */
export function auditEvent(draft: AuditDraft, frame: EventFrame, manifests: readonly ManifestName[], sealed?: string): AuditEvent {
  const pattern = patternOf(draft.kind, draft.nhsNumber !== undefined)
  return {
    resourceType: 'AuditEvent',
    id: frame.uuid,
    ...(pattern.profile === undefined ? {} : { meta: { profile: [pattern.profile] } }),
    type: pattern.type,
    subtype: [...pattern.subtype, { system: `${OURS}-kind`, code: draft.kind }],
    action: pattern.action,
    recorded: frame.at.toISOString(),
    outcome: outcomeCode[draft.outcome],
    outcomeDesc: draft.outcome,
    agent: agentsOf(draft, frame, pattern),
    source: { site: frame.exchange, observer: { identifier: { system: `${OURS}-node`, value: frame.nodeId } } },
    entity: entitiesOf(draft, manifests, sealed),
  }
}

function agentsOf(draft: AuditDraft, frame: EventFrame, pattern: Pattern): AuditEventAgent[] {
  const server = pattern.client === '110152' ? '110153' : '110152'
  const { viewer } = draft
  const agents: AuditEventAgent[] = []
  if (viewer)
    agents.push({
      type: concept(PARTICIPATION, 'IRCP', 'information recipient'),
      who: { identifier: { system: SDS_USER, value: viewer.sdsUserId } },
      altId: viewer.sdsRoleProfileId,
      name: viewer.name,
      requestor: true,
      role: [concept('https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode', viewer.roleCode, viewer.roleName)],
      ...(draft.purpose === undefined ? {} : { purposeOfUse: [concept(ACT_REASON, purposeCode[draft.purpose], draft.purpose)] }),
      ...(draft.rulesVersion === undefined ? {} : { policy: [`${OURS}-rules:${draft.rulesVersion}`] }),
    })
  agents.push({
    type: concept(DCM, pattern.client, pattern.client === '110152' ? 'Destination Role ID' : 'Source Role ID'),
    who: viewer
      ? { identifier: { system: ODS_CODE, value: viewer.odsCode }, display: viewer.organisationName }
      : { identifier: { system: `${OURS}-exchange`, value: draft.assertingExchange ?? frame.exchange } },
    requestor: false,
    ...(draft.workstation === undefined ? {} : { network: { address: draft.workstation, type: '1' as const } }),
  })
  agents.push({
    type: concept(DCM, server, server === '110152' ? 'Destination Role ID' : 'Source Role ID'),
    who: draft.source
      ? { identifier: { system: ODS_CODE, value: draft.source.odsCode } }
      : { identifier: { system: `${OURS}-exchange`, value: frame.exchange } },
    requestor: false,
  })
  if (draft.assertingExchange !== undefined)
    agents.push({
      type: concept(PARTICIPATION, 'INF', 'informant'),
      who: { identifier: { system: `${OURS}-exchange`, value: draft.assertingExchange } },
      requestor: false,
    })
  return agents
}

function entitiesOf(draft: AuditDraft, manifests: readonly ManifestName[], sealed: string | undefined): AuditEventEntity[] {
  const entities: AuditEventEntity[] = [
    { type: { system: BALP_ENTITY, code: 'XrequestId' }, what: { identifier: { value: draft.transaction } } },
  ]
  if (draft.nhsNumber !== undefined)
    entities.push({
      type: { system: ENTITY_TYPE, code: '1', display: 'Person' },
      role: { system: OBJECT_ROLE, code: '1', display: 'Patient' },
      what: { identifier: { system: NHS_NUMBER, value: draft.nhsNumber } },
    })
  if (draft.attempt !== undefined) entities.push(named('attempt', `${OURS}-attempt`, draft.attempt))
  if (draft.viewId !== undefined) entities.push(named('view', `${OURS}-view`, draft.viewId))
  if (draft.relationship)
    entities.push(
      named('relationship', `${OURS}-evidence`, draft.relationship.evidenceId, [
        said('type', draft.relationship.type),
        said('assertedBy', draft.relationship.assertedBy),
        said('seenAt', draft.relationship.seenAt),
        said('until', draft.relationship.until),
      ]),
    )
  if (draft.source)
    entities.push(
      named('source', `${OURS}-source`, draft.source.id, [said('odsCode', draft.source.odsCode), said('exchange', draft.source.exchange)]),
    )
  const facts = factsOf(draft)
  if (facts.length > 0) entities.push({ type: { system: OURS, code: 'facts' }, detail: facts })
  for (const manifest of manifests)
    entities.push({
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      role: { system: OBJECT_ROLE, code: '4', display: 'Domain Resource' },
      what: { identifier: { system: `${OURS}-manifest-sha256`, value: manifest.sha256 } },
      detail: [
        said('source', manifest.sourceId),
        said('items', String(manifest.items)),
        ...manifest.sections.map(section => said('section', section)),
      ],
    })
  if (sealed !== undefined)
    entities.push({
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      ...(shapeOf[draft.kind] === 'query' ? { role: { system: OBJECT_ROLE, code: '24', display: 'Query' } } : {}),
      name: 'sealed',
      query: base64Of(sealed),
    })
  return entities
}

const base64Of = (text: string): string => Buffer.from(text).toString('base64')

const factsOf = (draft: AuditDraft): AuditEventEntityDetail[] => [
  ...(draft.sections ?? []).map(section => said('section', section)),
  ...Object.entries(draft.detail ?? {}).flatMap(([type, value]) =>
    typeof value === 'object' ? value.map(each => said(type, each)) : [said(type, String(value))],
  ),
]

/**
 * `canonicalJson` of `auditEvent`, byte for byte: a view writes some forty events that differ in little. Who looked is
 * put in order once, what recurs in every event is written in its order to begin with.
 */
export function eventBody(draft: AuditDraft, frame: EventFrame, manifests: readonly ManifestName[], sealed?: string): string {
  const { action, meta, subtype, type, pattern } = unchanging(draft.kind, draft.nhsNumber !== undefined)
  return (
    `{"action":${action},"agent":${agentsText(draft, frame, pattern)},"entity":[${entityTexts(draft, manifests, sealed).join(',')}],` +
    `"id":${quote(frame.uuid)},${meta}"outcome":${quote(outcomeCode[draft.outcome])},"outcomeDesc":${quote(draft.outcome)},` +
    `"recorded":${quote(frame.at.toISOString())},"resourceType":"AuditEvent",` +
    `"source":{"observer":${whatText(`${OURS}-node`, frame.nodeId)},"site":${quote(frame.exchange)}},"subtype":${subtype},"type":${type}}`
  )
}

const quote = (text: string): string => JSON.stringify(text)
const whatText = (system: string, value: string): string => `{"identifier":{"system":${quote(system)},"value":${quote(value)}}}`
const saidText = (type: string, value: string): string => `{"type":${quote(type)},"valueString":${quote(value)}}`
const namedText = (code: string, system: string, value: string, details: readonly string[] = []): string =>
  `{${details.length > 0 ? `"detail":[${details.join(',')}],` : ''}"type":{"code":${quote(code)},"system":${quote(OURS)}},"what":${whatText(system, value)}}`

const PERSON = `"role":${canonicalJson({ system: OBJECT_ROLE, code: '1', display: 'Patient' })},"type":${canonicalJson({ system: ENTITY_TYPE, code: '1', display: 'Person' })}`
const SYSTEM_OBJECT = `"type":${canonicalJson({ system: ENTITY_TYPE, code: '2', display: 'System Object' })}`
const LISTED = `"role":${canonicalJson({ system: OBJECT_ROLE, code: '4', display: 'Domain Resource' })},${SYSTEM_OBJECT}`
const SOUGHT = `"role":${canonicalJson({ system: OBJECT_ROLE, code: '24', display: 'Query' })},${SYSTEM_OBJECT}`

function entityTexts(draft: AuditDraft, manifests: readonly ManifestName[], sealed: string | undefined): string[] {
  const { nhsNumber, attempt, viewId, relationship, source } = draft
  const texts = [
    `{"type":{"code":"XrequestId","system":${quote(BALP_ENTITY)}},"what":{"identifier":{"value":${quote(draft.transaction)}}}}`,
  ]
  if (nhsNumber !== undefined) texts.push(`{${PERSON},"what":${whatText(NHS_NUMBER, nhsNumber)}}`)
  if (attempt !== undefined) texts.push(namedText('attempt', `${OURS}-attempt`, attempt))
  if (viewId !== undefined) texts.push(namedText('view', `${OURS}-view`, viewId))
  if (relationship)
    texts.push(
      namedText('relationship', `${OURS}-evidence`, relationship.evidenceId, [
        saidText('type', relationship.type),
        saidText('assertedBy', relationship.assertedBy),
        saidText('seenAt', relationship.seenAt),
        saidText('until', relationship.until),
      ]),
    )
  if (source)
    texts.push(
      namedText('source', `${OURS}-source`, source.id, [saidText('odsCode', source.odsCode), saidText('exchange', source.exchange)]),
    )
  const facts = factsOf(draft)
  if (facts.length > 0)
    texts.push(
      `{"detail":[${facts.map(fact => saidText(fact.type ?? '', fact.valueString ?? '')).join(',')}],"type":{"code":"facts","system":${quote(OURS)}}}`,
    )
  for (const { sha256, sourceId, items, sections } of manifests)
    texts.push(
      `{"detail":[${saidText('source', sourceId)},${saidText('items', String(items))}${sections.map(section => `,${saidText('section', section)}`).join('')}],` +
        `${LISTED},"what":${whatText(`${OURS}-manifest-sha256`, sha256)}}`,
    )
  if (sealed !== undefined)
    texts.push(`{"name":"sealed","query":${quote(base64Of(sealed))},${shapeOf[draft.kind] === 'query' ? SOUGHT : SYSTEM_OBJECT}}`)
  return texts
}

interface Unchanging {
  readonly pattern: Pattern
  readonly action: string
  /** With the comma behind it, or nothing. */
  readonly meta: string
  readonly subtype: string
  readonly type: string
}
const unchangings = new Map<string, Unchanging>()
/** What all events of a kind have in common. */
function unchanging(kind: AuditKind, ofPerson: boolean): Unchanging {
  const key = `${kind} ${ofPerson}`
  const known = unchangings.get(key)
  if (known) return known
  const pattern = patternOf(kind, ofPerson)
  const made = {
    pattern,
    action: quote(pattern.action),
    meta: pattern.profile === undefined ? '' : `"meta":${canonicalJson({ profile: [pattern.profile] })},`,
    subtype: canonicalJson([...pattern.subtype, { system: `${OURS}-kind`, code: kind }]),
    type: canonicalJson(pattern.type),
  }
  unchangings.set(key, made)
  return made
}

const AGENTS_KEPT = 500
const agentsKnown = new Map<string, string>()
/** By value, not by object: a viewer changed in place is another viewer. */
function agentsText(draft: AuditDraft, frame: EventFrame, pattern: Pattern): string {
  const { viewer, purpose, rulesVersion, workstation, source, assertingExchange } = draft
  const about = [pattern.client, viewer, purpose, rulesVersion, workstation, source?.odsCode, assertingExchange, frame.exchange]
  const key = JSON.stringify(about)
  const known = agentsKnown.get(key)
  if (known !== undefined) return known
  const text = canonicalJson(agentsOf(draft, frame, pattern))
  if (agentsKnown.size >= AGENTS_KEPT) agentsKnown.clear()
  agentsKnown.set(key, text)
  return text
}

/** What the sealed part of a stored event is, for `openSealed`; `undefined` when nothing is sealed. */
export function sealedOf(event: AuditEvent): string | undefined {
  const query = event.entity?.find(entity => entity.name === 'sealed')?.query
  return query === undefined ? undefined : Buffer.from(query, 'base64').toString('utf8')
}

/** The columns that repeat what an event's body says, for finding it. */
export interface EventColumns {
  readonly uuid: string
  readonly at: string
  readonly nodeId: string
  readonly transaction: string
  readonly viewId: string | null
  readonly attempt: string | null
  readonly kind: string
  readonly outcome: string
  readonly nhsNumber: string | null
  readonly sdsUserId: string | null
  readonly odsCode: string | null
  readonly manifests: readonly string[]
}

/** Reads the columns back from a body: what differs in the table was changed there. */
export function columnsOf(event: AuditEvent): EventColumns {
  const named = (system: string): string | null =>
    event.entity?.find(entity => entity.what?.identifier?.system === system)?.what?.identifier?.value ?? null
  const user = event.agent?.find(agent => agent.who?.identifier?.system === SDS_USER)
  return {
    uuid: event.id ?? '',
    at: event.recorded ?? '',
    nodeId: event.source?.observer?.identifier?.value ?? '',
    transaction: event.entity?.find(entity => entity.type?.code === 'XrequestId')?.what?.identifier?.value ?? '',
    viewId: named(`${OURS}-view`),
    attempt: named(`${OURS}-attempt`),
    kind: event.subtype?.find(coding => coding.system === `${OURS}-kind`)?.code ?? '',
    outcome: event.outcomeDesc ?? '',
    nhsNumber: named(NHS_NUMBER),
    sdsUserId: user?.who?.identifier?.value ?? null,
    odsCode:
      (user && event.agent?.find(agent => !agent.requestor && agent.who?.identifier?.system === ODS_CODE)?.who?.identifier?.value) ?? null,
    manifests: (event.entity ?? []).flatMap(entity =>
      entity.what?.identifier?.system === `${OURS}-manifest-sha256` && entity.what.identifier.value ? [entity.what.identifier.value] : [],
    ),
  }
}

/** `columnsOf` the body of a draft, without reading it back. */
export const columnsOfDraft = (draft: AuditDraft, frame: EventFrame, manifests: readonly ManifestName[]): EventColumns => ({
  uuid: frame.uuid,
  at: frame.at.toISOString(),
  nodeId: frame.nodeId,
  transaction: draft.transaction,
  viewId: draft.viewId ?? null,
  attempt: draft.attempt ?? null,
  kind: draft.kind,
  outcome: draft.outcome,
  nhsNumber: draft.nhsNumber ?? null,
  sdsUserId: draft.viewer?.sdsUserId ?? null,
  odsCode: draft.viewer?.odsCode ?? null,
  manifests: manifests.map(manifest => manifest.sha256),
})
