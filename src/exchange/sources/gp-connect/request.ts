import { randomUUID } from 'node:crypto'
import type { Organisation } from '../../../care-record/catalogue.ts'
import type { Pass } from '../../../care-record/person.ts'
import type { SectionId } from '../../../care-record/section.ts'
import { NHS_NUMBER_SYSTEM } from '../reading/demographics.ts'
import type { AskContext } from '../asker.ts'
import { objectOf, objectsOf, type JsonObject } from '../reading/json.ts'

/** Who we are on the Spine: settings of one exchange. */
export interface SpineSettings {
  /** Our accredited system id. */
  readonly asidFrom: string
  /** URL of this consumer, `iss` of the token. */
  readonly issuer: string
  readonly device: { readonly system: string; readonly value: string; readonly model: string; readonly version: string }
  /** Spine Secure Proxy in front of providers, `https://{ssp}`; absent where providers are reached directly. */
  readonly proxyUrl?: string
}

const GP_CONNECT = 'urn:nhs:names:services:gpconnect'
/** What a request is for, as the Spine writes it down. */
export const INTERACTIONS = {
  structuredRecord: `${GP_CONNECT}:fhir:operation:gpc.getstructuredrecord-1`,
  findPatient: `${GP_CONNECT}:documents:fhir:rest:search:patient-1`,
  findDocuments: `${GP_CONNECT}:documents:fhir:rest:search:documentreference-1`,
  readBinary: `${GP_CONNECT}:documents:fhir:rest:read:binary-1`,
  /** Retrieval of what a pointer of the National Record Locator points at. */
  pointerContent: 'urn:nhs:names:services:nrl:DocumentReference.content.read',
} as const
export type Interaction = (typeof INTERACTIONS)[keyof typeof INTERACTIONS]

/** Who asks through the Spine, in whose name, and which of the provider's systems is asked. */
export interface SpineRequest {
  readonly pass: Pass
  readonly viewerOrganisation: Organisation
  readonly now: () => Date
  /** Root of the provider's service: the token is for it alone. */
  readonly audience: string
  readonly asidTo: string | undefined
  readonly interaction: Interaction
}
/** Life of a token, seconds (GP Connect foundations: exp = iat + 300). */
const TOKEN_SECONDS = 300

type Parameter = Readonly<Record<string, unknown>>
export interface Area {
  readonly parameter: string
  readonly sections: readonly SectionId[]
  readonly parts: readonly Parameter[]
}

const flag = (name: string, valueBoolean: boolean): Parameter => ({ name, valueBoolean })
const period = (name: string, start: string | undefined): readonly Parameter[] =>
  start === undefined ? [] : [{ name, valuePeriod: { start } }]

/** Clinical areas that can bring something of the sections asked in this group. */
export function areasOf(context: Pick<AskContext, 'ask'>, from: string, horizon: string): readonly Area[] {
  const { group, sections } = context.ask
  const recent = group === 'recent' ? from : undefined
  // What is older is asked for without a period: practices and we go by different dates of a statement, and none may fall
  // between the two. The translation keeps each item in one group.
  const all: readonly Area[] =
    group === 'essentials'
      ? [
          { parameter: 'includeAllergies', sections: ['allergies'], parts: [flag('includeResolvedAllergies', true)] },
          { parameter: 'includeMedication', sections: ['medicines'], parts: [flag('includePrescriptionIssues', true)] },
          { parameter: 'includeProblems', sections: ['problems'], parts: [] },
        ]
      : [
          { parameter: 'includeConsultations', sections: ['encounters'], parts: period('consultationSearchPeriod', recent) },
          {
            parameter: 'includeImmunisations',
            sections: ['vaccinations'],
            parts: [flag('includeNotGiven', true), flag('includeStatus', true)],
          },
          { parameter: 'includeInvestigations', sections: ['results'], parts: period('investigationSearchPeriod', recent) },
          {
            parameter: 'includeUncategorisedData',
            sections: ['observations', 'family-history', 'social-context', 'procedures', 'other'],
            parts: period('uncategorisedDataSearchPeriod', recent),
          },
          { parameter: 'includeReferrals', sections: ['referrals'], parts: period('referralSearchPeriod', recent) },
          ...(group === 'recent'
            ? [
                {
                  parameter: 'includeDiaryEntries',
                  sections: ['appointments'] as const,
                  parts: [{ name: 'diaryEntriesSearchDate', valueDate: horizon }],
                },
              ]
            : []),
        ]
  return all.filter(area => area.sections.some(s => sections.includes(s)))
}

/** Areas of the first version of the operation, which every system knows. */
const FIRST_AREAS: ReadonlySet<string> = new Set(['includeAllergies', 'includeMedication'])

/**
 * The areas without what an answer `INVALID_PARAMETER` is about: the parameters or parts it names, else all that came after
 * the first version. `undefined`: there is nothing to leave out.
 *
 * @returns `refused`: areas that are not asked for any more.
 */
export function withoutRefused(
  areas: readonly Area[],
  body: JsonObject | undefined,
): { readonly areas: readonly Area[]; readonly refused: ReadonlySet<string> } | undefined {
  const said = objectsOf(body?.['issue'])
    .flatMap(issue => [issue['diagnostics'], objectOf(issue['details'])['text'], issue['expression'], issue['location']].flat())
    .filter(words => typeof words === 'string')
    .flatMap(words => words.match(/[A-Za-z]+/g) ?? [])
  const names = new Set(said)
  const partOf = (part: Parameter): boolean => names.has(String(part['name']))
  const isNamed = areas.some(area => names.has(area.parameter) || area.parts.some(partOf))
  const dropped = areas.filter(area => (isNamed ? names.has(area.parameter) && !area.parts.some(partOf) : !FIRST_AREAS.has(area.parameter)))
  if (!isNamed && (dropped.length === 0 || dropped.length === areas.length)) return undefined
  return {
    areas: areas
      .filter(area => !dropped.includes(area))
      .map(area => (isNamed ? { ...area, parts: area.parts.filter(part => !partOf(part)) } : area)),
    refused: new Set(dropped.map(area => area.parameter)),
  }
}

/** Sections GP Connect brings in another group than this one: nothing is asked for them now, and nothing is missing. */
export const sectionsElsewhere = (group: AskContext['ask']['group']): readonly SectionId[] =>
  group === 'essentials' ? ['encounters'] : group === 'older' ? ['medicines', 'appointments'] : []

/** Body of the operation: FHIR STU3 Parameters. */
export const parametersOf = (nhsNumber: string, areas: readonly Area[]): string =>
  JSON.stringify({
    resourceType: 'Parameters',
    parameter: [
      { name: 'patientNHSNumber', valueIdentifier: { system: NHS_NUMBER_SYSTEM, value: nhsNumber } },
      ...areas.map(({ parameter, parts }) => (parts.length > 0 ? { name: parameter, part: parts } : { name: parameter })),
    ],
  })

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The unsigned token of GP Connect: the real user, their role and their own organisation in every request. */
export function accessToken(context: SpineRequest, spine: SpineSettings): string {
  const { viewer } = context.pass
  const iat = Math.floor(context.now().getTime() / 1000)
  const [family = '', ...given] = viewer.name.trim().split(/\s+/).toReversed()
  const claims = {
    iss: spine.issuer,
    sub: viewer.sdsUserId,
    aud: context.audience,
    iat,
    exp: iat + TOKEN_SECONDS,
    reason_for_request: 'directcare',
    requested_scope: 'patient/*.read',
    requesting_device: {
      resourceType: 'Device',
      identifier: [{ system: spine.device.system, value: spine.device.value }],
      model: spine.device.model,
      version: spine.device.version,
    },
    requesting_organization: {
      resourceType: 'Organization',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: context.viewerOrganisation.odsCode }],
      name: context.viewerOrganisation.name,
    },
    requesting_practitioner: {
      resourceType: 'Practitioner',
      id: viewer.sdsUserId,
      identifier: [
        { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: viewer.sdsUserId },
        { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: viewer.sdsRoleProfileId === '' ? 'UNK' : viewer.sdsRoleProfileId },
        { system: `${spine.issuer}/user`, value: viewer.sdsUserId },
      ],
      name: [{ family, given: given.toReversed() }],
    },
  }
  return `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims)}.`
}

/** Where a request for an address of the provider goes: to the proxy where there is one. */
export const throughProxy = (address: string, spine: SpineSettings): string =>
  spine.proxyUrl === undefined ? address : `${spine.proxyUrl.replace(/\/+$/, '')}/${address}`

/** Headers of every request through the Spine. A new trace id and a new token each time. */
export const spineHeaders = (context: SpineRequest, spine: SpineSettings): Record<string, string> => ({
  accept: 'application/fhir+json',
  'ssp-traceid': randomUUID(),
  'ssp-from': spine.asidFrom,
  'ssp-to': context.asidTo ?? '',
  'ssp-interactionid': context.interaction,
  authorization: `Bearer ${accessToken(context, spine)}`,
})
