import type { RoleGroup } from '../../../care-record/catalogue.ts'
import type { LegalClass } from './rule-set.ts'

const TREATING: readonly RoleGroup[] = ['emergency-doctor', 'doctor', 'gp']
const PROTECTING: readonly RoleGroup[] = [...TREATING, 'nurse', 'community-nurse', 'mental-health', 'paramedic', 'nhs-111', 'social-worker']
/** A midwife asks every mother about abuse, records mutilation, and is told of a plan for an unborn child. */
const PROTECTING_MOTHERS: readonly RoleGroup[] = [...PROTECTING, 'midwife']

interface Marks {
  readonly labels?: readonly string[]
  /** Beginnings of words in names of services. */
  readonly names?: readonly string[]
  readonly documentClasses?: readonly string[]
  readonly snomed?: readonly string[]
  readonly icd10?: readonly string[]
  readonly opcs4?: readonly string[]
  /** Read version 2, five characters. */
  readonly read?: readonly string[]
  /** Sources of regular expressions. */
  readonly wording: readonly string[]
  /** Phrases of whole words. */
  readonly terms: readonly string[]
}
const policy = (id: string, maySee: readonly RoleGroup[], marks: Marks): LegalClass => ({
  id,
  maySee,
  service: {
    treatmentFunctions: [],
    organisations: [],
    names: marks.names ?? [],
    documentClasses: marks.documentClasses ?? [],
    labels: marks.labels ?? [],
    seeds: [
      ...(marks.snomed ?? []).map(code => `sct ${code}`),
      ...(marks.icd10 ?? []).map(code => `icd10 ${code}`),
      ...(marks.opcs4 ?? []).map(code => `opcs4 ${code}`),
      ...(marks.read ?? []).map(code => `read2 ${code}`),
    ],
  },
  content: {
    snomed: marks.snomed ?? [],
    icd10: marks.icd10 ?? [],
    opcs4: marks.opcs4 ?? [],
    ...(marks.read === undefined ? {} : { read: marks.read }),
    services: [],
    labels: marks.labels ?? [],
    wording: marks.wording,
  },
  outgoing: { labels: marks.labels ?? [], terms: marks.terms },
})

/**
 * Kept apart by policy of the exchange, not by statute (docs/withholding.md): who may see each is its owner's to decide,
 * and an unknown role group is of none. Allied health professionals, pharmacists, care homes, students and clerks are named in none:
 * a reason to would be an approved change. Their words are narrow, for a letter is withheld whole.
 */
export const policyClasses: readonly LegalClass[] = [
  policy('confidential', [], {
    labels: ['R', 'V', 'CONFIDENTIAL', 'RESTRICTED', 'SENSITIVE', 'VERY-RESTRICTED'],
    // What a practice has marked as not to be seen by staff, paramedics, other doctors or the person.
    read: ['9R1..', '9R11.', '9R12.', '9R13.', '9R14.', '9R15.'],
    wording: [
      String.raw`\b(do|must|should) not (be )?(share|disclose)d? (with|to|outside) (other|any) (professional|organisation|provider)`,
      String.raw`\bconf(idential)?\.? ?(patient )?data ?[-:,] ?(staff|paramedics?|other (dr|doctor)|patient) not (to )?see`,
    ],
    terms: [
      ...['conf', 'confidential', 'confidential patient'].flatMap(kind =>
        ['staff', 'paramedic', 'paramedics', 'other dr', 'other doctor', 'patient'].flatMap(who => [
          `${kind} data ${who} not to see`,
          `${kind} data ${who} not see`,
        ]),
      ),
      'not share with other professional-',
      'not share with any other professional-',
      'not share with other organisation-',
      'must not be shared with other professional-',
      'must not be shared with other organisation-',
      'must not be disclosed to other organisation-',
      'should not be shared with other professional-',
    ],
  }),
  // National pointers to crisis plans carry such labels: what is meant for whoever treats, and for nobody else.
  policy('restricted-document', PROTECTING, { labels: ['DOCUMENT:R', 'DOCUMENT:V'], wording: [], terms: [] }),
  policy('third-party', [], {
    labels: ['THIRD-PARTY', 'THIRDPARTY'],
    wording: ['third[- ]party (information|confidential|disclosure)', 'information (given|provided) (in confidence )?by a third[- ]party'],
    terms: [
      'third party information',
      'third party confidential-',
      'third party disclosure',
      'information given by a third party',
      'information provided by a third party',
      'information given in confidence by a third party',
    ],
  }),
  // What a therapist writes down of a session stays where it was written (care rules 2.2); that somebody is in therapy does not.
  policy('therapy-notes', [], {
    labels: ['PSYTHPN'],
    documentClasses: ['psychotherapy-notes', 'therapy-notes'],
    wording: [
      String.raw`\b(psychotherapy|psychological therapy|talking therapy) ((session|process) )?notes?\b`,
      String.raw`\b(psychology|counselling|counseling|cbt) (session|process) notes?\b`,
    ],
    terms: [
      ...['psychotherapy', 'psychological therapy', 'talking therapy'].flatMap(kind => [`${kind} note`, `${kind} notes`]),
      ...['psychotherapy', 'psychological therapy', 'talking therapy', 'psychology', 'counselling', 'counseling', 'cbt'].flatMap(kind =>
        ['session', 'process'].flatMap(of => [`${kind} ${of} note`, `${kind} ${of} notes`]),
      ),
    ],
  }),
  // Fields of the record standard that are no part of care here, and would make it a tool of charging or of research (R048, R049). Their
  // words are those of the fields: a letter about somebody who fled a war, or the drug of a trial, stays in view.
  policy('immigration', [], {
    labels: ['IMMIGRATION'],
    wording: ['immigration (status|enforcement|health surcharge)', 'leave to remain', 'no recourse to public funds'],
    terms: [
      'immigration status',
      'immigration enforcement',
      'immigration health surcharge',
      'leave to remain',
      'no recourse to public funds',
    ],
  }),
  policy('overseas-visitor', [], {
    labels: ['OVERSEAS-VISITOR'],
    names: ['overseas visitor'],
    wording: ['overseas visitors? (status|charg|team|manager|office)', 'chargeable status'],
    terms: [
      ...['overseas visitor', 'overseas visitors'].flatMap(who =>
        ['status', 'charg-', 'team-', 'manager-', 'office-'].map(of => `${who} ${of}`),
      ),
      'chargeable status',
    ],
  }),
  policy('research-participation', [], {
    labels: ['RESEARCH'],
    wording: ['participation in research', 'research (participation|recruitment|consent)', 'consent (to|for) (medical )?research'],
    terms: [
      'participation in research',
      'research participation',
      'research recruitment',
      'research consent',
      'consent to research',
      'consent for research',
      'consent to medical research',
      'consent for medical research',
    ],
  }),
  policy('serious-harm', [...TREATING, 'nurse', 'mental-health', 'social-worker'], {
    labels: ['SERIOUS-HARM'],
    wording: ['serious harm (flag|test|exemption)', 'likely to cause serious harm if (disclosed|shared)'],
    terms: [
      'serious harm flag',
      'serious harm test',
      'serious harm exemption',
      'likely to cause serious harm if disclosed',
      'likely to cause serious harm if shared',
    ],
  }),
  policy('termination-of-pregnancy', TREATING, {
    labels: ['TOP', 'TERMINATION'],
    names: ['termination preg', 'pregnancy advis', 'abortion'],
    snomed: [
      '386639001',
      '57797005',
      '714812005',
      '285409006',
      '302375005',
      '415262008',
      '439163006',
      '439310005',
      '713649008',
      '412758008',
      '184005004',
      '310062002',
      '305875008',
    ],
    icd10: ['O04'],
    wording: [
      'terminations? of pregnancy',
      'pregnancy termination',
      '(induced|therapeutic|medical|surgical|legal) abortion',
      'abortion (clinic|service|care)',
      'mifepristone',
    ],
    terms: [
      'termination of pregnancy',
      'terminations of pregnancy',
      'pregnancy termination',
      'induced abortion',
      'therapeutic abortion',
      'medical abortion',
      'surgical abortion',
      'legal abortion',
      'abortion clinic',
      'abortion service-',
      'abortion care',
      'mifepristone',
    ],
  }),
  policy('domestic-violence', PROTECTING_MOTHERS, {
    labels: ['SDV', 'DOMESTIC-VIOLENCE', 'DVA'],
    names: ['domestic viol', 'domestic abus'],
    icd10: ['T740', 'Y060', 'Y070'],
    wording: [
      'domestic (violence|abuse)',
      'intimate partner (violence|abuse)',
      String.raw`\bmarac\b`,
      String.raw`\bidva\b`,
      'coercive control',
      'multi-?[ ]?agency risk assessment conference',
    ],
    terms: [
      'multi agency risk assessment conference-',
      'multiagency risk assessment conference-',
      'domestic violence',
      'domestic abuse',
      'intimate partner violence',
      'intimate partner abuse',
      'marac',
      'idva',
      'coercive control',
    ],
  }),
  policy('forced-marriage', [...TREATING, 'community-nurse', 'mental-health', 'social-worker', 'midwife'], {
    labels: ['FORCED-MARRIAGE'],
    wording: [
      'forced marriage',
      'honou?r[- ]based (violence|abuse)',
      String.raw`female genital mutilation`,
      String.raw`\bfgm\b`,
      'female circumcision',
    ],
    terms: [
      'female circumcision',
      'forced marriage-',
      'honour based violence',
      'honour based abuse',
      'honor based violence',
      'honor based abuse',
      'female genital mutilation',
      'fgm',
    ],
  }),
  policy('safeguarding', PROTECTING_MOTHERS, {
    labels: ['SAFEGUARDING', 'CPP', 'CHILD-PROTECTION'],
    names: ['safeguard', 'child protect'],
    documentClasses: ['safeguarding-report', 'child-protection-plan'],
    wording: [
      'child protection (plan|register|conference|enquiry|case)',
      'safeguarding (concern|enquiry|plan|alert|referral|case|meeting|report|issue)',
      'section 4[27] enquiry',
      'child is cause for concern',
      'child in need plan',
      'non-?[ ]?accidental injur(y|ies)',
      'child sexual exploitation',
      '(neglect|(physical|sexual|emotional|psychological) abuse) of (a )?child',
      'child (neglect|(physical|sexual|emotional|psychological) abuse)',
      'at risk of (physical|sexual|emotional|psychological|financial) abuse',
      '(elder abuse|abuse of (an )?(elderly|vulnerable) (person|adult))',
    ],
    terms: [
      'child is cause for concern',
      'child in need plan-',
      'non accidental injury',
      'nonaccidental injury',
      'non accidental injuries',
      'child sexual exploitation',
      'child neglect',
      'neglect of child',
      'neglect of a child',
      ...['physical', 'sexual', 'emotional', 'psychological'].flatMap(kind => [
        `${kind} abuse of child`,
        `${kind} abuse of a child`,
        `child ${kind} abuse`,
      ]),
      ...['physical', 'sexual', 'emotional', 'psychological', 'financial'].map(kind => `at risk of ${kind} abuse`),
      'elder abuse',
      ...['elderly person', 'vulnerable adult', 'vulnerable person'].flatMap(who => [
        `abuse of ${who}`,
        `abuse of a ${who}`,
        `abuse of an ${who}`,
      ]),
      'child protection plan-',
      'child protection register',
      'child protection conference-',
      'child protection enquiry',
      'child protection case',
      'safeguarding concern-',
      'safeguarding enquiry',
      'safeguarding plan-',
      'safeguarding alert-',
      'safeguarding referral-',
      'safeguarding case-',
      'safeguarding meeting-',
      'safeguarding report-',
      'safeguarding issue-',
      'section 42 enquiry',
      'section 47 enquiry',
    ],
  }),
  policy('crime', [...TREATING, 'mental-health', 'social-worker'], {
    labels: ['CRIME', 'OFFENDING'],
    names: ['sexual assault referral', 'haven sexual assault', 'probation'],
    wording: [
      'victim of (a )?(crime|rape|sexual assault|trafficking)',
      'sexual assault referral cent',
      'multi-agency public protection',
      'registered sex offender',
    ],
    terms: [
      'victim of crime',
      'victim of a crime',
      'victim of rape',
      'victim of a rape',
      'victim of sexual assault',
      'victim of a sexual assault',
      'victim of trafficking',
      'victim of a trafficking',
      'sexual assault referral cent-',
      'multi agency public protection',
      'registered sex offender',
    ],
  }),
]
