import { defined, isObject, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'

const concept = (system: string, code: unknown): JsonObject | undefined =>
  textOf(code) === undefined ? undefined : { coding: [{ system, code }] }
const HL7 = 'http://terminology.hl7.org/CodeSystem'
const UKCORE = 'https://fhir.hl7.org.uk/StructureDefinition'

/** STU3 extensions, by the name both profile families give them, and the UK Core R4 extension that replaced each. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    MedicationStatementLastIssueDate: 'MedicationStatementLastIssueDate',
    PrescribingAgency: 'MedicationPrescribingOrganizationType',
    MedicationRepeatInformation: 'MedicationRepeatInformation',
    ListWarningCode: 'ListWarningCode',
    VaccinationProcedure: 'VaccinationProcedure',
    ActualProblem: 'ActualProblem',
    RelatedClinicalContent: 'RelatedClinicalContent',
    ProblemSignificance: 'ProblemSignificance',
    AllergyIntoleranceEnd: 'AllergyIntoleranceEnd',
    ParentPresent: 'ParentPresent',
  }).map(([name, r4]) => [name, `${UKCORE}/Extension-UKCore-${r4}`]),
)
/** Systems in use write either host, with and without `GPC`, and one misspells it. */
const CARE_CONNECT = /^https?:\/\/fhir\.(?:nhs\.uk|hl7\.org\.uk)\/STU3\/StructureDefinition\/Extension-CareConnect-(?:GPC-)?(\w+)-1$/
const DESCRIPTION = /\/STU3\/StructureDefinition\/Extension-coding-sct(?:desc|decs)id$/

function extensionName(url: string): string {
  if (DESCRIPTION.test(url)) return `${UKCORE}/Extension-UKCore-CodingSCTDescDisplay`
  return EXTENSIONS.get(CARE_CONNECT.exec(url)?.[1] ?? '') ?? url
}

/** Code systems of HL7 that R4 calls by other names; what is not listed is called the same. */
const SYSTEM = /^https?:\/\/hl7\.org\/fhir\/(?:(v[23])\/([\w-]+)|([a-z-]+))$/
const MOVED: ReadonlySet<string> = new Set(
  (
    'observation-category condition-category goal-category diagnosis-role diagnostic-role admit-source discharge-disposition ' +
    'encounter-diet encounter-special-arrangements list-order list-empty-reason list-example-use-codes data-absent-reason ' +
    'referencerange-meaning medication-request-category medication-statement-category reason-medication-given-codes ' +
    'reason-medication-not-given-codes allerg-intol-substance-exp-risk substance-category service-category service-type ' +
    'appointment-cancellation-reason location-physical-type organization-type practitioner-role participant-type ' +
    'patient-contact-relationship vaccination-protocol-dose-status vaccination-protocol-dose-status-reason immunization-origin ' +
    'immunization-recommendation-status'
  ).split(' '),
)

function systemName(system: string): string {
  const [, version, of = '', own] = SYSTEM.exec(system) ?? []
  if (version !== undefined) return `${HL7}/${version}-${of}`
  return own !== undefined && MOVED.has(own) ? `${HL7}/${own}` : system
}

/** Two STU3 types become one: their ids are kept apart, since nothing keeps a source from numbering each on its own. */
const RENAMED: Readonly<Record<string, string>> = { ReferralRequest: 'referral-', ProcedureRequest: 'procedure-' }
const RENAMED_REFERENCE = /^(ReferralRequest|ProcedureRequest)\//

/**
 * Extensions and code systems under their R4 names and references by the R4 names of types; the value itself when nothing in it has another
 * name. Extensions unknown keep theirs, since a name is better than a loss.
 */
function renamed(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    if (key === 'url') return extensionName(value)
    if (key === 'system') return systemName(value)
    return key === 'reference' ? value.replace(RENAMED_REFERENCE, (_, type: string) => `ServiceRequest/${RENAMED[type] ?? ''}`) : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const list = value.map(element => renamed(element))
    return list.every((element, at) => element === value[at]) ? value : list
  }
  let changed: Record<string, unknown> | undefined
  for (const name in value) {
    const old = (value as JsonObject)[name]
    const inner = renamed(old, name)
    if (inner !== old) (changed ??= { ...value })[name] = inner
  }
  return changed ?? value
}

const without = (resource: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name)))
const notes = (resource: JsonObject, ...more: readonly unknown[]): readonly JsonObject[] | undefined => {
  const all = [...objectsOf(resource['note']), ...more.flatMap(text => (textOf(text) === undefined ? [] : [{ text }]))]
  return all.length > 0 ? all : undefined
}
const listOf = (value: unknown): readonly unknown[] | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? value : [value]
/** STU3 names who asked as an agent on behalf of an organisation. */
const agent = (requester: unknown): JsonObject | undefined =>
  isObject(requester) && isObject(requester['agent'])
    ? requester['agent']
    : isObject(requester) && requester['reference']
      ? requester
      : undefined

const REQUEST_STATUS: Readonly<Record<string, string>> = {
  suspended: 'on-hold',
  cancelled: 'revoked',
  active: 'active',
  completed: 'completed',
  draft: 'draft',
  'entered-in-error': 'entered-in-error',
  unknown: 'unknown',
}
const request = (r: JsonObject, orderDetail: unknown): JsonObject => ({
  ...without(
    r,
    'definition',
    'context',
    'requester',
    'recipient',
    'description',
    'type',
    'specialty',
    'serviceRequested',
    'reason',
    'requisition',
    'groupIdentifier',
    'performer',
  ),
  resourceType: 'ServiceRequest',
  id: `${RENAMED[String(r['resourceType'])] ?? ''}${String(r['id'])}`,
  ...defined({
    status: REQUEST_STATUS[String(r['status'])] ?? 'unknown',
    intent: textOf(r['intent']) ?? 'order',
    encounter: r['context'],
    requester: agent(r['requester']),
    requisition: r['requisition'] ?? r['groupIdentifier'],
    performer: listOf(r['recipient'] ?? r['performer']),
    performerType: objectsOf(r['specialty'])[0],
    orderDetail,
    note: notes(r, r['description']),
  }),
})

/** Hand-written, one a type: what STU3 says in other words in R4. Types not listed read the same. */
const CONVERSIONS: Readonly<Record<string, (r: JsonObject) => JsonObject>> = {
  AllergyIntolerance: r => ({
    ...without(r, 'assertedDate', 'clinicalStatus', 'verificationStatus'),
    ...defined({
      clinicalStatus: concept(`${HL7}/allergyintolerance-clinical`, r['clinicalStatus']),
      verificationStatus: concept(`${HL7}/allergyintolerance-verification`, r['verificationStatus']),
      recordedDate: r['assertedDate'],
    }),
  }),
  Condition: r => ({
    ...without(r, 'assertedDate', 'clinicalStatus', 'verificationStatus', 'context', 'category'),
    ...defined({
      category: problemCategory(r),
      clinicalStatus: concept(`${HL7}/condition-clinical`, r['clinicalStatus']),
      verificationStatus: concept(
        `${HL7}/condition-ver-status`,
        r['verificationStatus'] === 'unknown' ? undefined : r['verificationStatus'],
      ),
      recordedDate: r['assertedDate'],
      encounter: r['context'],
    }),
  }),
  MedicationStatement: r => ({
    ...without(r, 'taken', 'reasonNotTaken'),
    ...defined({
      status: r['taken'] === 'n' ? 'not-taken' : (r['status'] ?? 'unknown'),
      statusReason: r['reasonNotTaken'] ?? r['statusReason'],
    }),
  }),
  MedicationRequest: r => ({
    ...without(r, 'definition', 'context', 'requester', 'category'),
    ...defined({
      status: r['status'] ?? 'unknown',
      encounter: r['context'],
      requester: agent(r['requester']),
      category: listOf(r['category']),
      statusReason: statusReason(r),
      courseOfTherapyType: prescriptionType(r),
    }),
  }),
  Immunization: r => ({
    ...without(r, 'notGiven', 'date', 'practitioner', 'explanation', 'vaccinationProtocol', 'encounter'),
    ...defined({
      status: r['notGiven'] === true ? 'not-done' : (r['status'] ?? 'completed'),
      occurrenceDateTime: r['date'],
      ...(r['date'] === undefined ? { occurrenceString: 'Date not stated' } : {}),
      encounter: r['encounter'],
      recorded: dateRecorded(r),
      performer: performers(r),
      reasonCode: objectsOf(objectOf(r['explanation'])['reason']).length > 0 ? objectOf(r['explanation'])['reason'] : undefined,
      statusReason: objectsOf(objectOf(r['explanation'])['reasonNotGiven'])[0],
      protocolApplied: protocols(r),
    }),
  }),
  Observation: r => ({
    ...without(r, 'context', 'comment', 'related', 'referenceRange', 'interpretation'),
    ...defined({
      encounter: r['context'],
      interpretation: listOf(r['interpretation']),
      note: notes(r, r['comment']),
      hasMember: related(r, 'has-member'),
      derivedFrom: related(r, 'derived-from'),
      referenceRange: r['referenceRange'],
      focus: otherRelated(r),
    }),
  }),
  Encounter: r => ({
    ...without(r, 'reason', 'incomingReferral', 'class'),
    ...defined({
      class: isObject(r['class']) ? r['class'] : { system: `${HL7}/v3-ActCode`, code: 'AMB', display: 'ambulatory' },
      reasonCode: listOf(r['reason']),
      basedOn: r['incomingReferral'],
    }),
  }),
  ReferralRequest: r =>
    request(
      { ...r, code: objectsOf(r['serviceRequested'])[0] ?? (isObject(r['type']) ? r['type'] : undefined) ?? objectsOf(r['reasonCode'])[0] },
      objectsOf(r['serviceRequested']).slice(1),
    ),
  ProcedureRequest: r => request(r, undefined),
  DocumentReference: r => ({
    ...without(r, 'indexed', 'created', 'class', 'context', 'author', 'description'),
    ...defined({
      description: withNotices(r),
      date: r['indexed'] ?? r['created'],
      category: listOf(r['class']),
      author: listOf(r['author']),
      context:
        isObject(r['context']) || r['created'] !== undefined
          ? defined({
              ...objectOf(r['context']),
              encounter: listOf(objectOf(r['context'])['encounter']),
              // When the document was written; `date` is when the practice filed it.
              period: r['created'] === undefined ? objectOf(r['context'])['period'] : { start: r['created'] },
            })
          : undefined,
    }),
  }),
  DiagnosticReport: r => ({
    ...without(r, 'context', 'performer', 'codedDiagnosis', 'image', 'category'),
    ...defined({
      encounter: r['context'],
      category: listOf(r['category']),
      performer: objectsOf(r['performer']).flatMap(p => (isObject(p['actor']) ? [p['actor']] : [])),
      conclusionCode: r['codedDiagnosis'],
    }),
  }),
  Procedure: r => ({
    ...without(r, 'context', 'notDone', 'notDoneReason', 'definition', 'performer'),
    ...defined({
      status: r['notDone'] === true ? 'not-done' : r['status'],
      statusReason: r['notDoneReason'],
      encounter: r['context'],
      performer: objectsOf(r['performer']).map(p => defined({ function: p['role'], actor: p['actor'], onBehalfOf: p['onBehalfOf'] })),
    }),
  }),
  QuestionnaireResponse: r => ({
    ...without(r, 'context', 'questionnaire', 'basedOn', 'parent'),
    ...defined({ encounter: r['context'], basedOn: listOf(r['basedOn']), partOf: listOf(r['parent']) }),
  }),
  FamilyMemberHistory: r => ({ ...without(r, 'notDone', 'notDoneReason', 'definition') }),
  Appointment: r => ({
    ...without(r, 'incomingReferral', 'appointmentType', 'reason'),
    ...defined({ basedOn: r['incomingReferral'], appointmentType: r['appointmentType'], reasonCode: listOf(r['reason']) }),
  }),
}

function problemCategory(r: JsonObject): readonly JsonObject[] {
  const given = objectsOf(r['category'])
  const isProblem = objectsOf(objectOf(r['meta'])['profile']).length === 0 || given.length === 0
  return given.length > 0 && !isProblem
    ? given
    : [{ coding: [{ system: `${HL7}/condition-category`, code: 'problem-list-item', display: 'Problem List Item' }] }]
}

const extension = (r: JsonObject, part: string): JsonObject | undefined =>
  objectsOf(r['extension']).find(e => String(e['url']).includes(part))

function prescriptionType(r: JsonObject): JsonObject | undefined {
  const found = extension(r, 'PrescriptionType')
  return found && isObject(found['valueCodeableConcept']) ? found['valueCodeableConcept'] : undefined
}

/** Why a medicine was stopped or changed: an extension in STU3, an element in R4. */
function statusReason(r: JsonObject): unknown {
  const reason = objectsOf(extension(r, 'MedicationStatusReason')?.['extension']).find(e => e['url'] === 'statusReason')
  return reason?.['valueCodeableConcept']
}

/** Where an attachment has neither address nor bytes its title says why; the description carries it, so that a reader sees it. */
function withNotices(r: JsonObject): string | undefined {
  const notices = objectsOf(r['content'])
    .map(content => objectOf(content['attachment']))
    .filter(attachment => attachment['url'] === undefined && attachment['data'] === undefined)
    .flatMap(attachment => textOf(attachment['title']) ?? [])
  const words = [textOf(r['description']), ...notices].filter(part => part !== undefined)
  return words.length > 0 ? words.join('. ') : undefined
}

const dateRecorded = (r: JsonObject): unknown => extension(r, 'DateRecorded')?.['valueDateTime']

function performers(r: JsonObject): readonly JsonObject[] | undefined {
  const found = objectsOf(r['practitioner']).map(p => defined({ function: p['role'], actor: p['actor'] }))
  return found.length > 0 ? found : undefined
}

function protocols(r: JsonObject): readonly JsonObject[] | undefined {
  const found = objectsOf(r['vaccinationProtocol'])
    .filter(p => p['doseSequence'] !== undefined)
    .map(p =>
      defined({
        doseNumberPositiveInt: p['doseSequence'],
        series: p['series'],
        targetDisease: p['targetDisease'],
        seriesDosesPositiveInt: p['seriesDoses'],
      }),
    )
  return found.length > 0 ? found : undefined
}

function related(r: JsonObject, type: string): readonly unknown[] | undefined {
  const found = objectsOf(r['related'])
    .filter(x => x['type'] === type)
    .map(x => x['target'])
  return found.length > 0 ? found : undefined
}

/** Relations R4 has no element for are kept as what the observation is also about. */
function otherRelated(r: JsonObject): readonly unknown[] | undefined {
  const found = objectsOf(r['related'])
    .filter(x => x['type'] !== 'has-member' && x['type'] !== 'derived-from')
    .map(x => x['target'])
  return found.length > 0 ? found : undefined
}

/** One STU3 resource as R4 says it, references to renamed types included. */
export function toR4(resource: JsonObject): JsonObject {
  const convert = Object.hasOwn(CONVERSIONS, String(resource['resourceType'])) ? CONVERSIONS[String(resource['resourceType'])] : undefined
  const { meta, ...rest } = renamed(convert ? convert(resource) : resource) as Record<string, unknown>
  // Profiles of STU3 do not hold for what is R4 now.
  const kept = isObject(meta) ? without(meta, 'profile') : {}
  return Object.keys(kept).length > 0 ? { ...rest, meta: kept } : rest
}
