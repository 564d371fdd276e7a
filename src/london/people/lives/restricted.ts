import type { Calendar } from '../calendar.ts'
import { conditions, drugs, tests, words } from '../terms.ts'
import type { Held, Life, SystemId } from '../told.ts'
import { plan } from './fhir.ts'
import { study, tellerOf } from './tell.ts'

/**
 * Ms Marino's hospitals also run sexual health clinics and a fertility unit she has used. Neither may be guessed from
 * her record: it must read like her twin's, who has used neither.
 */
export const restricted = (c: Calendar): Life => joined(joined(ordinaryCare(c, true), planted(c)), plantedBeyond(c))

/** The same life without anything that the law keeps apart. */
export const restrictedTwin = (c: Calendar): Life => ordinaryCare(c, false)

function joined(one: Life, other: Life): Life {
  const life: Life = { ...one }
  for (const [system, more] of Object.entries(other) as [SystemId, Held][]) {
    life[system] = { ...together(life[system] ?? {}, more), ...(more.care && { care: together(life[system]?.care ?? {}, more.care) }) }
  }
  return life
}

/** Both lists of whatever either holds. */
function together(one: object, other: object): object {
  const parts: Record<string, unknown> = { ...one }
  for (const [part, items] of Object.entries(other))
    if (Array.isArray(items)) parts[part] = [...((parts[part] as unknown[] | undefined) ?? []), ...(items as unknown[])]
  return parts
}

/** @param formerly whether an old letter still tells of the person before a change of gender. */
const ordinaryCare = (c: Calendar, formerly: boolean): Life => ({
  'camberwell-gp': {
    problems: [
      {
        id: 'asthma',
        term: conditions.asthma,
        recorded: '2001-10',
        status: 'active',
        significance: 'minor',
        linked: ['MedicationStatement/salbutamol'],
      },
    ],
    medicines: [
      {
        id: 'salbutamol',
        term: drugs.salbutamol,
        kind: 'repeat',
        status: 'active',
        dose: '2 puffs when required',
        asNeeded: true,
        start: c.day(900),
        issues: [{ on: c.day(50), quantity: 1 }],
      },
    ],
    encounters: [
      {
        id: 'review',
        class: 'GP',
        status: 'finished',
        title: 'Asthma review',
        start: c.at(52, '11:10'),
        service: 'GP',
        headings: [['Examination', 'Peak flow 430. Good technique.']],
      },
    ],
    documents: [
      {
        id: 'chest',
        term: words('Letter, acute medicine'),
        on: c.day(59),
        file: { kind: 'text', paragraphs: ['Asthma well controlled. Discharged.'] },
      },
    ],
    warnings: [{ list: 'medicines', code: 'confidential-items' }],
  },
  gstt: {
    encounters: [
      {
        id: 'asthma',
        class: 'AMB',
        status: 'finished',
        title: 'Acute medicine follow-up',
        start: c.at(60, '09:30'),
        end: c.at(60, '09:55'),
        service: 'AMU',
        reason: conditions.asthma,
      },
    ],
    problems: [
      { id: 'asthma', term: conditions.asthma, recorded: c.day(60), status: 'active', significance: 'minor', encounter: 'asthma' },
    ],
    documents: [
      {
        id: 'asthma-letter',
        term: words('Letter, acute medicine'),
        on: c.day(59),
        encounter: 'asthma',
        words: 'Asthma well controlled. Discharged.',
      },
      {
        id: 'old-letter',
        term: words('Letter, general medicine'),
        on: c.day(200),
        service: 'AMU',
        file: {
          kind: 'pdf',
          ...(formerly && { headed: { name: { family: 'Marino', given: ['Marco'], prefix: 'Mr' } } }),
          paragraphs: formerly
            ? ['Seen at the request of the gender identity clinic before transition. Blood pressure normal.']
            : ['Seen for a routine check. Blood pressure normal.'],
        },
      },
    ],
    results: [{ id: 'hb', test: tests.haemoglobin, at: c.at(60, '09:40'), value: 131, range: [115, 160], encounter: 'asthma' }],
    appointments: [{ id: 'chest', title: 'Acute medicine review', start: c.at(-20, '09:30'), service: 'AMU', status: 'booked' }],
  },
  kch: {
    encounters: [
      {
        id: 'ed',
        class: 'EMER',
        status: 'finished',
        title: 'Emergency department',
        start: c.at(95, '19:10'),
        end: c.at(95, '22:30'),
        service: 'ED',
        reason: conditions.asthma,
      },
    ],
    results: [{ id: 'hb', test: tests.haemoglobin, at: c.at(95, '19:40'), value: 128, range: [115, 165], encounter: 'ed' }],
  },
  rfl: {
    encounters: [
      {
        id: 'diabetes',
        class: 'AMB',
        status: 'finished',
        title: 'Diabetes clinic, screening',
        start: c.at(75, '10:00'),
        end: c.at(75, '10:20'),
        service: 'DIAB',
      },
    ],
    results: [{ id: 'hba1c', test: tests.hba1c, at: c.at(75, '10:05'), value: 36, range: [20, 41], encounter: 'diabetes' }],
  },
  uclh: {
    encounters: [
      {
        id: 'heart',
        class: 'AMB',
        status: 'finished',
        title: 'Cardiology outpatient',
        start: c.at(110, '14:00'),
        end: c.at(110, '14:20'),
        service: 'CARD',
      },
    ],
  },
  ...ordinaryBeyond(c),
})

/** The same, outside the hospitals. */
function ordinaryBeyond(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    oxleas: {
      encounters: [t.home('inhaler', 'Respiratory nurse visit', 'DN', 41)],
      documents: [
        t.letter('inhaler', 'Letter, respiratory nurse', 40, [], {
          encounter: 'inhaler',
          file: { kind: 'text', paragraphs: ['Inhaler technique corrected. No further visit.'] },
        }),
      ],
    },
    southwark: {
      care: {
        cases: [
          {
            id: 'case',
            title: 'Adult social care case',
            team: 'Adult social care, Borough',
            opened: c.day(20),
            reason: 'Support for a carer',
          },
        ],
        referrals: [
          { id: 'carer', title: "Carer's assessment asked for", on: c.day(21), from: 'The Camberwell Surgery', status: 'accepted' },
        ],
        aboutMe: [{ id: 'about', kind: 'About me', text: 'I care for my father. Mornings suit me best.', on: c.day(18) }],
      },
    },
    las: {
      encounters: [
        {
          id: 'incident',
          class: 'FLD',
          status: 'finished',
          title: 'Ambulance incident, asthma, conveyed to hospital',
          start: c.at(95, '18:10'),
          end: c.at(95, '19:00'),
          service: 'CREW',
        },
      ],
      measures: [t.measure('oxygen', 'oxygen', c.at(95, '18:25'), 93, 'incident')],
    },
    nhs111: {
      encounters: [
        {
          id: 'call',
          class: 'VR',
          status: 'finished',
          title: 'NHS 111 call, advice given',
          start: c.at(96, '21:00'),
          end: c.at(96, '21:12'),
          service: 'CAS',
        },
      ],
    },
    ucp: {
      resources: plan('asthma', {
        title: 'Asthma action plan',
        category: 'Personalised care and support plan',
        on: c.at(52, '11:30'),
        words: 'Peak flow under 300: six puffs, call 999.',
        by: 'Practice nurse',
      }),
    },
    'local-care-record': {
      documents: [
        t.letter('shared', 'Letter, acute medicine', 59, [], {
          member: 'RJ1',
          file: { kind: 'text', paragraphs: ['Asthma well controlled. Discharged.'] },
        }),
      ],
    },
    'kch-imaging': {
      imaging: [t.picture('chest', 'Chest X-ray', 95, '', { clock: '19:50', ...study('CR', 'KCH543001', 'CHEST', 2) })],
    },
  }
}

const chlamydia = { code: '428015005', display: 'Chlamydia trachomatis infection of genital structure' } as const
const hiv = { code: '86406008', display: 'Human immunodeficiency virus infection' } as const

/** What may be nowhere: by class, by clinic, by code, by link, by drug, by test, by title, by words. */
const planted = (c: Calendar): Life => ({
  'camberwell-gp': {
    problems: [
      {
        id: 'ivf',
        term: { code: '393132003', display: 'In vitro fertilisation procedure' },
        recorded: c.day(140),
        status: 'active',
        significance: 'minor',
        linked: ['ReferralRequest/acu'],
      },
    ],
    encounters: [
      {
        id: 'contacts',
        class: 'GP',
        status: 'finished',
        title: 'Consultation about chlamydia treatment',
        start: c.at(30, '08:40'),
        service: 'GP',
        reason: chlamydia,
        headings: [['History', 'Partner treated at the sexual health clinic.']],
      },
    ],
    referrals: [{ id: 'acu', term: words('Referral to assisted conception unit'), on: c.day(130), words: 'For IVF assessment' }],
    documents: [
      {
        id: 'gum-letter',
        term: words('Letter, sexual health clinic'),
        on: c.day(29),
        file: { kind: 'text', paragraphs: ['Treated for chlamydia. Partner notification done.'] },
      },
    ],
  },
  gstt: {
    encounters: [
      {
        id: 'gum',
        class: 'AMB',
        status: 'finished',
        title: 'Clinic attendance',
        start: c.at(31, '13:00'),
        end: c.at(31, '13:20'),
        service: 'BSC',
        reason: chlamydia,
      },
      {
        id: 'acu',
        class: 'AMB',
        status: 'finished',
        title: 'Assisted conception consultation',
        start: c.at(25, '15:00'),
        end: c.at(25, '15:45'),
        service: 'ACU',
      },
    ],
    problems: [
      {
        id: 'chlamydia',
        term: chlamydia,
        recorded: c.day(31),
        status: 'active',
        significance: 'minor',
        kind: 'encounter-diagnosis',
        encounter: 'gum',
      },
    ],
    medicines: [
      {
        id: 'doxycycline',
        term: drugs.doxycycline,
        kind: 'discharge',
        status: 'completed',
        dose: '100 mg twice a day for 7 days',
        amount: { value: 100, unit: 'mg' },
        perDay: 2,
        start: c.day(31),
        end: c.day(24),
        encounter: 'gum',
      },
      {
        id: 'clomifene',
        term: drugs.clomifene,
        kind: 'discharge',
        status: 'active',
        dose: '50 mg once a day, days 2 to 6',
        amount: { value: 50, unit: 'mg' },
        perDay: 1,
        start: c.day(25),
        encounter: 'acu',
      },
    ],
    procedures: [
      {
        id: 'ivf',
        term: { code: '393132003', display: 'In vitro fertilisation procedure' },
        on: c.day(25),
        status: 'preparation',
        encounter: 'acu',
      },
    ],
    documents: [
      {
        id: 'acu-letter',
        term: words('Letter, assisted conception unit'),
        on: c.day(24),
        encounter: 'acu',
        words: 'Plan for the next cycle as discussed.',
      },
      {
        id: 'acu-pdf',
        term: words('Treatment plan'),
        on: c.day(23),
        encounter: 'acu',
        service: 'ACU',
        file: { kind: 'pdf', paragraphs: ['Embryo transfer planned. Two embryos stored.'] },
      },
    ],
    appointments: [{ id: 'acu-next', title: 'Assisted conception review', start: c.at(-10, '15:00'), service: 'ACU', status: 'booked' }],
    referrals: [{ id: 'acu', term: words('Referral to assisted conception unit'), on: c.day(125), encounter: 'acu' }],
  },
  kch: {
    encounters: [
      {
        id: 'shc',
        class: 'AMB',
        status: 'finished',
        title: 'Sexual health clinic attendance',
        start: c.at(88, '17:20'),
        end: c.at(88, '17:40'),
        service: 'SHC',
      },
    ],
    results: [
      {
        id: 'hiv',
        test: tests.hiv,
        at: c.at(88, '17:30'),
        finding: { code: '165815009', display: 'Human immunodeficiency virus negative' },
        encounter: 'shc',
      },
    ],
    medicines: [
      {
        id: 'prep',
        term: drugs.truvada,
        kind: 'discharge',
        status: 'active',
        dose: '1 tablet once a day for pre-exposure prophylaxis',
        start: c.day(88),
        encounter: 'shc',
        reason: 'HIV pre-exposure prophylaxis',
      },
    ],
    appointments: [{ id: 'shc-next', title: 'Sexual health clinic', start: c.at(-6, '17:00'), service: 'SHC', status: 'booked' }],
  },
  rfl: {
    problems: [{ id: 'contact', term: hiv, recorded: c.day(74), status: 'inactive', significance: 'minor', encounter: 'diabetes' }],
    medicines: [
      {
        id: 'estradiol',
        term: drugs.estradiol,
        kind: 'discharge',
        status: 'active',
        dose: '2 mg once a day',
        start: c.day(74),
        reason: 'Gender dysphoria, gender identity clinic',
      },
    ],
  },
  uclh: {
    encounters: [
      {
        id: 'wellbeing',
        class: 'AMB',
        status: 'finished',
        title: 'Clinic attendance',
        start: c.at(40, '12:00'),
        end: c.at(40, '12:15'),
        service: 'SHW',
        reason: { code: '76272004', display: 'Syphilis' },
      },
    ],
    results: [
      {
        id: 'syphilis',
        test: { ...tests.hiv, term: { code: '269828009', display: 'Syphilis infectious titre test', text: 'Syphilis serology' } },
        at: c.at(40, '12:05'),
        finding: { display: 'Reactive' },
        encounter: 'wellbeing',
      },
    ],
  },
})

/** The same, outside the hospitals: what crews, call takers, councils and plans write down, and what a picture is called. */
function plantedBeyond(c: Calendar): Life {
  const t = tellerOf(c)
  return {
    oxleas: {
      documents: [t.letter('gum', 'Letter, sexual health clinic', 28, ['Treated for chlamydia. Dressing not needed.'])],
      referrals: [{ id: 'acu', term: words('Referral to assisted conception unit'), on: c.day(39) }],
    },
    southwark: {
      care: {
        referrals: [
          {
            id: 'gic',
            title: 'Referral to gender identity clinic, transport',
            on: c.day(19),
            from: 'The Camberwell Surgery',
            status: 'received',
            words: 'Transport to the gender identity clinic.',
          },
        ],
        assessments: [
          { id: 'ivf', title: 'Support during IVF treatment', at: c.at(17, '10:00'), status: 'completed', outcome: 'Not eligible' },
        ],
      },
    },
    las: {
      medicines: [
        {
          id: 'own',
          term: drugs.truvada,
          kind: 'inpatient',
          status: 'active',
          dose: 'Own medicine: 1 tablet once a day',
          start: c.at(95, '18:30'),
          by: 'Owen Pritchard, paramedic',
        },
      ],
    },
    nhs111: {
      encounters: [
        {
          id: 'call-hiv',
          class: 'VR',
          status: 'finished',
          title: 'NHS 111 call, advice given',
          start: c.at(73, '22:00'),
          end: c.at(73, '22:20'),
          service: 'CAS',
          reason: hiv,
        },
      ],
    },
    ucp: {
      resources: plan('ivf', {
        title: 'Assisted conception treatment plan',
        category: 'Personalised care and support plan',
        on: c.at(22, '11:30'),
        words: 'Embryo transfer next month.',
        by: 'Fertility nurse',
      }),
    },
    'local-care-record': {
      documents: [{ ...t.letter('shared-gum', 'Letter, sexual health clinic', 29, ['Treated for chlamydia.']), member: 'RJ1' }],
    },
    'kch-imaging': {
      imaging: [t.picture('tubes', 'Hysterosalpingogram, assisted conception unit', 27, '', study('RF', 'KCH543002', 'PELVIS', 8))],
    },
  }
}

/** Leo Ferrari, 2: a child with a chest infection whose hospital also wrote down how he was conceived. */
export const donorChild = (c: Calendar): Life => ({
  'camberwell-gp': {
    problems: [{ id: 'bronchiolitis', term: conditions.bronchiolitis, recorded: c.day(70), status: 'inactive', significance: 'minor' }],
  },
  gstt: {
    encounters: [
      {
        id: 'chest',
        class: 'EMER',
        status: 'finished',
        title: 'Emergency department',
        start: c.at(70, '03:20'),
        end: c.at(70, '07:45'),
        service: 'ED',
        reason: conditions.bronchiolitis,
      },
    ],
    problems: [
      {
        id: 'conceived',
        term: words('Conceived by in vitro fertilisation with donor sperm'),
        recorded: c.day(70),
        status: 'active',
        significance: 'minor',
        encounter: 'chest',
        note: 'Donor recorded as Giovanni Bellandi, donor number 4471.',
      },
    ],
    documents: [
      {
        id: 'origin',
        term: words('Letter, assisted conception unit'),
        on: c.day(800),
        service: 'ACU',
        file: { kind: 'pdf', paragraphs: ['Donor Giovanni Bellandi, donor number 4471. Live birth expected.'] },
      },
    ],
    resources: [
      {
        id: 'donor',
        type: 'RelatedPerson',
        fields: { active: true, relationship: [{ text: 'Donor' }], name: [{ text: 'Giovanni Bellandi' }] },
      },
      {
        id: 'family',
        type: 'FamilyMemberHistory',
        fields: {
          status: 'completed',
          relationship: { text: 'Genetic father (sperm donor 4471)' },
          condition: [{ code: { text: 'Asthma in donor' } }],
        },
      },
    ],
  },
})

/** Class by class, words of what is planted: none of them may be read anywhere. */
export const PLANTED_WORDS: readonly RegExp[] = [
  /chlamydia/i,
  /sexual health clinic attendance/i,
  /bridge street/i,
  /assisted conception/i,
  /\bIVF\b|in vitro/i,
  /clomifene/i,
  /emtricitabine|tenofovir|pre-exposure/i,
  /immunodeficiency|\bHIV 1/i,
  /syphilis/i,
  /wellbeing clinic/i,
  /estradiol|gender dysphoria|gender identity clinic/i,
  /\bMarco\b/,
  /embryo/i,
  /Bellandi|donor/i,
  /hysterosalping/i,
]
