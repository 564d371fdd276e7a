import type { CityPerson, Held, Term } from '../people/told.ts'
import { opaqueId, tidy, type Json } from './tidy.ts'

/** The practice as it signs what it sends. */
export interface PracticeIdentity {
  readonly odsCode: string
  readonly name: string
  readonly phone: string
}

/** Which clinical areas were asked for, with their part parameters. */
export interface AskedAreas {
  readonly allergies?: { readonly resolved: boolean }
  readonly medication?: { readonly issues: boolean; readonly from?: string }
  readonly problems?: { readonly status?: string }
  readonly consultations?: { readonly from?: string; readonly to?: string; readonly most?: number }
  readonly investigations?: { readonly from?: string; readonly to?: string }
  readonly immunisations?: { readonly notGiven: boolean }
  readonly uncategorised?: { readonly from?: string; readonly to?: string }
  readonly referrals?: { readonly from?: string; readonly to?: string }
  readonly diary?: { readonly until?: string }
}

const STU3 = 'https://fhir.nhs.uk/STU3/StructureDefinition/'
const CARE_CONNECT = 'https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-'
const RELATED = `${CARE_CONNECT}RelatedClinicalContent-1`
const SNOMED = 'http://snomed.info/sct'

// GP Connect Access Record Structured, list codes.
const LISTS = {
  allergies: ['886921000000105', 'Allergies and adverse reactions'],
  endedAllergies: ['1103671000000101', 'Ended allergies'],
  medicines: ['933361000000108', 'Medications and medical devices'],
  problems: ['717711000000103', 'Problems'],
  consultations: ['1149501000000101', 'List of consultations'],
  consultation: ['325851000000107', 'Consultation'],
  topic: ['25851000000105', 'Topic (EHR)'],
  heading: ['24781000000107', 'Category (EHR)'],
  immunisations: ['1102181000000102', 'Immunisations'],
  investigations: ['887191000000108', 'Investigations and results'],
  referrals: ['792931000000107', 'Outbound referral'],
  diary: ['714311000000108', 'Patient recall administration'],
  uncategorised: ['826501000000100', 'Miscellaneous record'],
} as const
type ListKind = keyof typeof LISTS

const WARNINGS = {
  'confidential-items': 'Items excluded due to confidentiality and/or patient preferences.',
  'data-in-transit':
    'Patient record transfer from previous GP practice not yet complete; information recorded before the transfer may be missing.',
  'data-awaiting-filing':
    'Patient data may be incomplete as there is data supplied by a third party awaiting review before becoming available.',
} as const

const concept = (term: Term): Json => ({
  coding:
    term.code === undefined
      ? term.read && [{ system: 'http://read.info/readv2', code: term.read, display: term.display, userSelected: true }]
      : [
          {
            extension:
              term.text === undefined
                ? undefined
                : [{ url: `${STU3}Extension-coding-sctdescid`, extension: [{ url: 'descriptionDisplay', valueString: term.text }] }],
            system: SNOMED,
            code: term.code,
            display: term.display,
            userSelected: true,
          },
        ],
  text: term.text ?? term.display,
})

const pressure = (code: string, display: string, value: number): Json => ({
  code: { coding: [{ system: SNOMED, code, display }] },
  valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
})

const within = (date: string, from: string | undefined, to: string | undefined): boolean => {
  const compare = (bound: string): number => {
    const length = Math.min(date.length, bound.length, 10)
    return date.slice(0, length) < bound.slice(0, length) ? -1 : date.slice(0, length) > bound.slice(0, length) ? 1 : 0
  }
  return (from === undefined || compare(from) >= 0) && (to === undefined || compare(to) <= 0)
}

/**
 * Writes what the practice holds about one person as the entries of a GP Connect structured record (FHIR STU3,
 * CareConnect-GPC profiles): relative references, no fullUrl, a List for each area asked.
 */
export function gpRecord(practice: PracticeIdentity, person: CityPerson, held: Held, asked: AskedAreas, now: Date): readonly Json[] {
  const id = (kind: string, local: string): string => opaqueId(practice.odsCode, person.nhsNumber, kind, local).toUpperCase()
  const own = (kind: string): string => opaqueId(practice.odsCode, kind).toUpperCase()
  const ref = (type: string, target: string): Json => ({ reference: `${type}/${target}` })
  const identifier = (value: string): readonly Json[] => [
    { system: `https://${practice.odsCode.toLowerCase()}.example.nhs.uk/record`, value },
  ]
  const patient = ref('Patient', id('Patient', ''))
  const gp = ref('Practitioner', own('Practitioner'))
  const surgery = ref('Organization', own('Organization'))
  const made = new Map<string, Json>()
  const add = (resourceType: string, resourceId: string, fields: Json, profile = `CareConnect-GPC-${resourceType}-1`): Json => {
    made.set(`${resourceType}/${resourceId}`, {
      resourceType,
      id: resourceId,
      meta: { profile: [`${STU3}${profile}`] },
      ...fields,
    })
    return ref(resourceType, resourceId)
  }
  const list = (
    kind: ListKind,
    items: readonly Json[],
    more: { local?: string; warnings?: keyof typeof WARNINGS | undefined; title?: string; fields?: Json } = {},
  ): Json => {
    const [code, display] = LISTS[kind]
    const empty = items.length === 0 && more.fields?.['contained'] === undefined
    return add('List', id(`List-${kind}`, more.local ?? ''), {
      ...more.fields,
      extension: [
        {
          url: `${STU3}Extension-CareConnect-GPC-ClinicalSetting-1`,
          valueCodeableConcept: { coding: [{ system: SNOMED, code: '1060971000000108', display: 'General practice service' }] },
        },
        ...(more.warnings ? [{ url: `${STU3}Extension-CareConnect-GPC-ListWarningCode-1`, valueCode: more.warnings }] : []),
      ],
      status: 'current',
      mode: 'snapshot',
      title: more.title ?? display,
      code: { coding: [{ system: SNOMED, code, display }] },
      subject: patient,
      date: now.toISOString(),
      orderedBy: { coding: [{ system: 'http://hl7.org/fhir/list-order', code: 'event-date' }] },
      note: [...(more.warnings ? [{ text: WARNINGS[more.warnings] }] : []), ...(empty ? [{ text: 'Information not available' }] : [])],
      entry: items.map(item => ({ item })),
      emptyReason: empty
        ? {
            coding: [
              {
                system: 'https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-ListEmptyReasonCode-1',
                code: 'no-content-recorded',
                display: 'No Content Recorded',
              },
            ],
          }
        : undefined,
    })
  }
  const warningOf = (name: NonNullable<Held['warnings']>[number]['list']): keyof typeof WARNINGS | undefined =>
    held.warnings?.find(w => w.list === name)?.code

  add('Patient', id('Patient', ''), {
    identifier: [
      {
        extension: [
          {
            url: `${STU3}Extension-CareConnect-GPC-NHSNumberVerificationStatus-1`,
            valueCodeableConcept: {
              coding: [
                {
                  system: 'https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1',
                  code: '01',
                  display: 'Number present and verified',
                },
              ],
            },
          },
        ],
        system: 'https://fhir.nhs.uk/Id/nhs-number',
        value: person.nhsNumber,
      },
    ],
    active: true,
    name: [{ use: 'official', family: person.name.family, given: person.name.given, prefix: person.name.prefix && [person.name.prefix] }],
    telecom: [{ system: 'phone', value: person.phone, use: 'home' }],
    gender: person.gender,
    birthDate: person.birthDate,
    address: [{ use: 'home', type: 'physical', line: person.address.lines, postalCode: person.address.postcode }],
    generalPractitioner: [gp],
    managingOrganization: surgery,
  })
  add('Organization', own('Organization'), {
    identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: practice.odsCode }],
    name: practice.name,
    telecom: [{ system: 'phone', value: practice.phone, use: 'work' }],
  })
  add('Practitioner', own('Practitioner'), {
    identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '555000000201' }],
    name: [{ use: 'official', family: 'Lindqvist', given: ['Karin'], prefix: ['Dr'] }],
    gender: 'female',
  })
  add('PractitionerRole', own('PractitionerRole'), {
    practitioner: gp,
    organization: surgery,
    code: [
      {
        coding: [
          {
            system: 'https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1',
            code: 'R0260',
            display: 'General Medical Practitioner',
          },
        ],
      },
    ],
  })

  const encounterIds = new Map((held.encounters ?? []).map(e => [e.id, id('Encounter', e.id)]))
  const context = (local: string | undefined): Json | undefined => {
    const found = local === undefined ? undefined : encounterIds.get(local)
    return found === undefined || !made.has(`Encounter/${found}`) ? undefined : ref('Encounter', found)
  }
  const measure = (m: NonNullable<Held['measures']>[number]): Json =>
    add('Observation', id('Observation', m.id), {
      identifier: identifier(id('Observation', m.id)),
      status: 'final',
      code: concept(m.term),
      subject: patient,
      context: context(m.encounter),
      effectiveDateTime: m.at,
      issued: m.at,
      performer: [gp],
      ...(m.second === undefined
        ? { valueQuantity: { value: m.value, unit: m.unit, system: 'http://unitsofmeasure.org', code: m.ucum } }
        : {
            component: [
              pressure('271649006', 'Systolic blood pressure', m.value),
              pressure('271650006', 'Diastolic blood pressure', m.second),
            ],
          }),
    })

  if (asked.consultations) consultations(asked.consultations)
  if (asked.allergies) allergies(asked.allergies.resolved)
  if (asked.medication) medicines(asked.medication)
  if (asked.problems) problems(asked.problems.status)
  if (asked.investigations) investigations(asked.investigations)
  if (asked.immunisations) immunisations(asked.immunisations.notGiven)
  if (asked.uncategorised) {
    const { from, to } = asked.uncategorised
    const flags = (held.flags ?? []).map(f =>
      add('Observation', id('Flag', f.id), {
        identifier: identifier(id('Flag', f.id)),
        status: 'final',
        code: concept(f.term),
        subject: patient,
        effectiveDateTime: f.on,
        issued: `${f.on}T12:00:00+00:00`,
        performer: [gp],
      }),
    )
    list('uncategorised', [...flags, ...(held.measures ?? []).filter(m => within(m.at, from, to)).map(measure)])
  }
  if (asked.referrals) {
    const { from, to } = asked.referrals
    list(
      'referrals',
      (held.referrals ?? [])
        .filter(r => within(r.on, from, to))
        .map(r =>
          add('ReferralRequest', id('ReferralRequest', r.id), {
            identifier: identifier(id('ReferralRequest', r.id)),
            status: 'active',
            intent: 'order',
            priority: 'routine',
            subject: patient,
            authoredOn: r.on,
            requester: { agent: gp },
            reasonCode: [concept(r.term)],
            description: r.words,
          }),
        ),
    )
  }
  if (asked.diary) list('diary', [])
  return [...made.values()].map(resource => ({ resource: tidy(withoutStrays(resource)) }))

  /** Links and entries name only what is in the answer: what was not asked for is not linked. */
  function withoutStrays(resource: Json): Json {
    const here = (reference: unknown): boolean =>
      typeof reference !== 'object' ||
      reference === null ||
      !('reference' in reference) ||
      made.has(String(reference.reference)) ||
      String(reference.reference).startsWith('#')
    const { extension, entry } = resource as { extension?: Json[]; entry?: Json[] }
    return {
      ...resource,
      ...(extension && { extension: extension.filter(e => e['url'] !== RELATED || here(e['valueReference'])) }),
      ...(entry && { entry: entry.filter(e => here(e['item'])) }),
    }
  }

  function allergies(withResolved: boolean): void {
    const fields = (a: NonNullable<Held['allergies']>[number]): Json => ({
      identifier: identifier(id('AllergyIntolerance', a.id)),
      extension:
        a.ended === undefined
          ? undefined
          : [{ url: `${CARE_CONNECT}AllergyIntoleranceEnd-1`, extension: [{ url: 'endDate', valueDateTime: a.ended }] }],
      clinicalStatus: a.status === 'resolved' ? 'resolved' : 'active',
      verificationStatus: 'unconfirmed',
      category: a.category && [a.category],
      code: concept(a.term),
      patient,
      onsetDateTime: a.recorded,
      assertedDate: a.recorded.length > 9 ? `${a.recorded.slice(0, 10)}T12:00:00+00:00` : a.recorded,
      recorder: gp,
      asserter: gp,
      reaction: a.reactions && [{ manifestation: a.reactions.map(concept), severity: a.severity }],
    })
    const current = (held.allergies ?? []).filter(a => a.status !== 'resolved')
    list(
      'allergies',
      current.map(a => add('AllergyIntolerance', id('AllergyIntolerance', a.id), fields(a))),
      { warnings: warningOf('allergies') },
    )
    if (!withResolved) return
    const ended = (held.allergies ?? []).filter(a => a.status === 'resolved')
    const contained = ended.map(a => ({
      resourceType: 'AllergyIntolerance',
      id: id('AllergyIntolerance', a.id),
      meta: { profile: [`${STU3}CareConnect-GPC-AllergyIntolerance-1`] },
      ...fields(a),
    }))
    list(
      'endedAllergies',
      contained.map(c => ({ reference: `#${c.id}` })),
      { warnings: warningOf('allergies'), ...(contained.length > 0 && { fields: { contained } }) },
    )
  }

  function medicines({ issues, from }: { issues: boolean; from?: string }): void {
    const statements = (held.medicines ?? [])
      .filter(m => from === undefined || m.end === undefined || within(m.end, from, undefined))
      .map(m => {
        const name = m.term.text ?? m.term.display
        const medication = add('Medication', opaqueId(practice.odsCode, name).toUpperCase(), { code: concept(m.term) })
        const type = m.kind === 'repeat' || m.kind === 'repeat-dispensing' ? m.kind : 'acute'
        const prescriptionType: Json = {
          url: `${STU3}Extension-CareConnect-GPC-PrescriptionType-1`,
          valueCodeableConcept: { coding: [{ system: 'https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-PrescriptionType-1', code: type }] },
        }
        const last = m.issues?.at(-1)
        const stopped: Json[] =
          m.status === 'stopped'
            ? [
                {
                  url: `${STU3}Extension-CareConnect-GPC-MedicationStatusReason-1`,
                  extension: [
                    { url: 'statusReason', valueCodeableConcept: { text: m.reason ?? 'Stopped' } },
                    { url: 'statusChangeDate', valueDateTime: m.end },
                  ],
                },
              ]
            : []
        const repeat: Json[] =
          type === 'acute'
            ? []
            : [
                {
                  url: `${STU3}Extension-CareConnect-GPC-MedicationRepeatInformation-1`,
                  extension: [{ url: 'numberOfRepeatPrescriptionsIssued', valuePositiveInt: m.issues?.length }],
                },
              ]
        const common = {
          medicationReference: medication,
          subject: patient,
          requester: { agent: gp, onBehalfOf: surgery },
          recorder: gp,
          dosageInstruction: [{ text: m.dose }],
        }
        const quantity = last && { value: last.quantity, unit: packUnit(name) }
        const plan = add('MedicationRequest', id('MedicationPlan', m.id), {
          ...common,
          extension: [...repeat, ...stopped, prescriptionType],
          identifier: identifier(id('MedicationPlan', m.id)),
          status: m.status,
          intent: 'plan',
          authoredOn: `${m.start}T12:00:00+00:00`,
          dispenseRequest: { validityPeriod: { start: m.start, end: m.end }, quantity },
        })
        if (issues)
          for (const issue of m.issues ?? [])
            add('MedicationRequest', id('MedicationIssue', `${m.id}-${issue.on}`), {
              ...common,
              extension: [prescriptionType],
              identifier: identifier(id('MedicationIssue', `${m.id}-${issue.on}`)),
              basedOn: [plan],
              groupIdentifier: { value: id('Group', m.id) },
              status: m.status === 'active' && issue === last ? 'active' : 'completed',
              intent: 'order',
              authoredOn: `${issue.on}T12:00:00+00:00`,
              dispenseRequest: { validityPeriod: { start: issue.on }, quantity: { value: issue.quantity, unit: packUnit(name) } },
            })
        return add('MedicationStatement', id('MedicationStatement', m.id), {
          extension: [
            ...(last
              ? [{ url: `${STU3}Extension-CareConnect-GPC-MedicationStatementLastIssueDate-1`, valueDateTime: `${last.on}T00:00:00+00:00` }]
              : []),
            {
              url: `${STU3}Extension-CareConnect-GPC-PrescribingAgency-1`,
              valueCodeableConcept: {
                coding: [
                  {
                    system: 'https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-PrescribingAgency-1',
                    code: 'prescribed-at-gp-practice',
                    display: 'Prescribed at GP practice',
                  },
                ],
              },
            },
          ],
          identifier: identifier(id('MedicationStatement', m.id)),
          basedOn: [plan],
          context: context(m.encounter),
          status: m.status === 'on-hold' ? 'active' : m.status,
          medicationReference: medication,
          effectivePeriod: { start: m.start, end: m.end },
          dateAsserted: `${m.start}T12:00:00+00:00`,
          subject: patient,
          taken: 'unk',
          dosage: [{ text: m.dose }],
        })
      })
    list('medicines', statements, { warnings: warningOf('medicines') })
  }

  function problems(status: string | undefined): void {
    const items = (held.problems ?? [])
      .filter(p => status === undefined || p.status === status)
      .map(p => {
        const actual = add('Observation', id('Observation', `problem-${p.id}`), {
          identifier: identifier(id('Observation', `problem-${p.id}`)),
          status: 'final',
          code: concept(p.term),
          subject: patient,
          effectiveDateTime: p.onset ?? p.recorded,
          issued: p.recorded.length > 9 ? `${p.recorded.slice(0, 10)}T12:00:00+00:00` : undefined,
          performer: [gp],
        })
        return add(
          'Condition',
          id('Condition', p.id),
          {
            extension: [
              { url: `${CARE_CONNECT}ActualProblem-1`, valueReference: actual },
              { url: `${CARE_CONNECT}ProblemSignificance-1`, valueCode: p.significance },
              ...(p.linked ?? []).map(linked => {
                const [type = '', local = ''] = linked.split('/')
                return { url: RELATED, valueReference: ref(type, id(type, local)) }
              }),
            ],
            identifier: identifier(id('Condition', p.id)),
            clinicalStatus: p.status,
            category: [
              {
                coding: [
                  {
                    system: 'https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-ConditionCategory-1',
                    code: 'problem-list-item',
                    display: 'Problem List Item',
                  },
                ],
              },
            ],
            code: concept(p.term),
            subject: patient,
            onsetDateTime: p.onset ?? p.recorded,
            abatementDateTime: p.ended,
            assertedDate: p.recorded,
            asserter: gp,
            note: p.note === undefined ? undefined : [{ text: p.note }],
          },
          'CareConnect-GPC-ProblemHeader-Condition-1',
        )
      })
    list('problems', items, { warnings: warningOf('problems') })
  }

  function consultations({ from, to, most }: NonNullable<AskedAreas['consultations']>): void {
    const chosen = (held.encounters ?? [])
      .filter(e => within(e.start, from, to))
      .sort((a, b) => (a.start < b.start ? 1 : -1))
      .slice(0, most)
    for (const e of chosen)
      add('Encounter', id('Encounter', e.id), {
        identifier: identifier(id('Encounter', e.id)),
        status: 'finished',
        type: [{ text: e.title }],
        subject: patient,
        participant: [
          {
            type: [
              { coding: [{ system: 'https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-ParticipantType-1', code: 'REC', display: 'recorder' }] },
            ],
            individual: gp,
          },
          {
            type: [{ coding: [{ system: 'http://hl7.org/fhir/v3/ParticipationType', code: 'PPRF', display: 'primary performer' }] }],
            individual: gp,
          },
        ],
        period: { start: e.start, end: e.end },
        serviceProvider: surgery,
      })
    const trees = chosen.map(e => {
      const encounter = ref('Encounter', id('Encounter', e.id))
      const notes = (e.headings ?? []).map(([heading, text], i) =>
        list(
          'heading',
          [
            add('Observation', id('Observation', `${e.id}-note-${i}`), {
              identifier: identifier(id('Observation', `${e.id}-note-${i}`)),
              status: 'final',
              code: { coding: [{ system: SNOMED, code: '37331000000100', display: 'Comment note' }] },
              subject: patient,
              context: encounter,
              effectiveDateTime: e.start,
              issued: e.start,
              performer: [gp],
              comment: text,
            }),
          ],
          { local: `${e.id}-${i}`, title: heading, fields: { encounter } },
        ),
      )
      const measured = (held.measures ?? []).filter(m => m.encounter === e.id).map(measure)
      const holds = (e.holds ?? []).map(held => {
        const [type = '', local = ''] = held.split('/')
        return ref(type, id(type, local))
      })
      const topic = list('topic', [...notes, ...measured, ...holds], { local: e.id, title: e.title, fields: { encounter } })
      return list('consultation', [topic], { local: e.id, fields: { encounter } })
    })
    list('consultations', trees, { warnings: warningOf('consultations') })
  }

  function investigations({ from, to }: NonNullable<AskedAreas['investigations']>): void {
    const reports = (held.results ?? [])
      .filter(r => within(r.at, from, to))
      .map(r => {
        const [low, high] = r.range ?? []
        const quantity = (value: number): Json => ({ value, unit: r.test.unit, system: 'http://unitsofmeasure.org', code: r.test.ucum })
        const flag =
          r.value === undefined
            ? undefined
            : high !== undefined && r.value > high
              ? 'H'
              : low !== undefined && r.value < low
                ? 'L'
                : undefined
        const specimen = add('Specimen', id('Specimen', r.id), {
          identifier: identifier(id('Specimen', r.id)),
          type: { text: r.test.specimen },
          subject: patient,
          collection: { collectedDateTime: r.at },
        })
        const observation = add('Observation', id('Observation', `result-${r.id}`), {
          identifier: identifier(id('Observation', `result-${r.id}`)),
          status: r.status ?? 'final',
          category: [{ coding: [{ system: 'http://hl7.org/fhir/observation-category', code: 'laboratory', display: 'Laboratory' }] }],
          code: concept(r.test.term),
          subject: patient,
          effectiveDateTime: r.at,
          issued: r.at,
          performer: [surgery],
          valueQuantity: r.value === undefined ? undefined : { ...quantity(r.value), comparator: r.comparator },
          valueCodeableConcept: r.finding && concept(r.finding),
          valueString: r.value === undefined ? r.words : undefined,
          interpretation: flag && {
            coding: [{ system: 'http://hl7.org/fhir/v2/0078', code: flag, display: flag === 'H' ? 'High' : 'Low' }],
          },
          specimen,
          referenceRange: r.range && [
            { low: low === undefined ? undefined : quantity(low), high: high === undefined ? undefined : quantity(high) },
          ],
        })
        return add('DiagnosticReport', id('DiagnosticReport', r.id), {
          identifier: identifier(id('DiagnosticReport', r.id)),
          status: 'final',
          category: { coding: [{ system: 'http://hl7.org/fhir/v2/0074', code: 'PAT', display: 'Pathology' }] },
          code: { coding: [{ system: SNOMED, code: '721981007', display: 'Diagnostic studies report' }], text: r.test.panel },
          subject: patient,
          issued: r.at,
          specimen: [specimen],
          result: [observation],
        })
      })
    list('investigations', reports, { warnings: warningOf('investigations') })
  }

  function immunisations(notGiven: boolean): void {
    list(
      'immunisations',
      (held.vaccinations ?? [])
        .filter(v => notGiven || v.status !== 'not-done')
        .map(v =>
          add('Immunization', id('Immunization', v.id), {
            extension: [
              { url: `${CARE_CONNECT}DateRecorded-1`, valueDateTime: `${v.on}T12:00:00+00:00` },
              { url: `${CARE_CONNECT}VaccinationProcedure-1`, valueCodeableConcept: concept(v.term) },
            ],
            identifier: identifier(id('Immunization', v.id)),
            status: 'completed',
            notGiven: v.status === 'not-done',
            vaccineCode: v.product
              ? concept(v.product)
              : { coding: [{ system: 'http://hl7.org/fhir/v3/NullFlavor', code: 'UNK', display: 'unknown' }] },
            lotNumber: v.batch,
            site: v.site === undefined ? undefined : { text: v.site },
            vaccinationProtocol:
              v.dose === undefined
                ? undefined
                : [
                    {
                      doseSequence: v.dose,
                      targetDisease: [{ text: v.term.display }],
                      doseStatus: { coding: [{ system: 'http://hl7.org/fhir/vaccination-protocol-dose-status', code: 'count' }] },
                    },
                  ],
            patient,
            date: v.on,
            primarySource: true,
            explanation: v.status === 'not-done' ? { reasonNotGiven: [{ text: v.words ?? 'Not given' }] } : undefined,
          }),
        ),
    )
  }
}

/** What is counted in a pack of this product. */
const packUnit = (product: string): string =>
  /\b(tablet|capsule|ampoule|patch|inhaler|sachet)/.exec(product.toLowerCase())?.[1] ?? 'unit dose'
