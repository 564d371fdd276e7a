import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import { BESIDE_GROUPS, CARING_GROUPS, type RoleGroup } from '../../care-record/catalogue.ts'
import type { Disclosed, Item } from '../../care-record/item.ts'
import { createRules } from './disclose.ts'
import {
  condition,
  encounter,
  factsOf,
  factsOfPlace,
  itemOf,
  location,
  observation,
  pass,
  source,
  subject,
  walk,
  type Missing,
  type Sent,
} from './for-tests.ts'
import { LAW_WORDS, lawWordsOf } from './law-words.ts'
import { firstSet } from './rules/first-set.ts'
import { asDecided, type SeenBy } from './rules/in-force.ts'
import { createSieve } from './sieve.ts'
import { createUnknownServices } from './unknown-services.ts'

const GROUPS: readonly RoleGroup[] = [...CARING_GROUPS, ...BESIDE_GROUPS]
const as = (group: string) => pass({ role: { jobRole: 'R0', group } })
const shownTo = (sent: readonly Sent[], group: string, missing: Missing = 'none'): readonly Disclosed<Item>[] =>
  walk(sent, missing, as(group)).answers[0]?.items ?? []
const labelled = (code: string): Sent => ({ resource: { ...observation('o', 'Note'), meta: { security: [{ code }] } } })

/** Class, what is of it in words, its label, and who may see it. */
const classes: readonly [id: string, words: readonly string[], label: string, may: readonly RoleGroup[]][] = [
  [
    'confidential',
    ['Must not be shared with other professionals', 'Conf data - staff not to see', 'Confidential data: patient not to see'],
    'R',
    [],
  ],
  ['third-party', ['Third party information', 'Information given in confidence by a third party'], 'THIRD-PARTY', []],
  ['immigration', ['Immigration status: pending', 'No recourse to public funds'], 'IMMIGRATION', []],
  ['overseas visitors', ['Overseas visitor status: chargeable', 'Overseas visitors office'], 'OVERSEAS-VISITOR', []],
  ['research', ['Participation in research: yes', 'Consent to medical research given'], 'RESEARCH', []],
  ['therapy notes', ['Psychotherapy notes', 'Psychological therapy session note', 'CBT session notes'], 'PSYTHPN', []],
  ['serious-harm', ['Serious harm flag'], 'SERIOUS-HARM', ['emergency-doctor', 'doctor', 'gp', 'nurse', 'mental-health', 'social-worker']],
  [
    'termination',
    ['Termination of pregnancy', 'Mifepristone 200 mg tablets', 'Medical abortion'],
    'TOP',
    ['emergency-doctor', 'doctor', 'gp'],
  ],
  [
    'domestic-violence',
    ['Victim of domestic abuse', 'Discussed at MARAC', 'Subject of multi-agency risk assessment conference', 'Coercive control'],
    'SDV',
    ['emergency-doctor', 'doctor', 'gp', 'nurse', 'community-nurse', 'mental-health', 'paramedic', 'nhs-111', 'social-worker', 'midwife'],
  ],
  [
    'forced-marriage',
    ['At risk of forced marriage', 'Honour based violence', 'Female genital mutilation', 'Female circumcision'],
    'FORCED-MARRIAGE',
    ['emergency-doctor', 'doctor', 'gp', 'community-nurse', 'mental-health', 'social-worker', 'midwife'],
  ],
  [
    'safeguarding',
    [
      'Subject of child protection plan',
      'Safeguarding concern raised',
      'Section 47 enquiry',
      'Child is cause for concern',
      'Suspected non-accidental injury to child',
      'Sexual abuse of child',
      'Child neglect',
      'Victim of child sexual exploitation',
      'At risk of financial abuse',
      'Elder abuse',
    ],
    'SAFEGUARDING',
    ['emergency-doctor', 'doctor', 'gp', 'nurse', 'community-nurse', 'mental-health', 'paramedic', 'nhs-111', 'social-worker', 'midwife'],
  ],
  [
    'crime',
    ['Victim of sexual assault', 'Registered sex offender'],
    'CRIME',
    ['emergency-doctor', 'doctor', 'gp', 'mental-health', 'social-worker'],
  ],
]
for (const [id, words, label, may] of classes)
  test(`R027 R062 R108: ${id} is shown to the roles that its owner named, and to no other`, () => {
    for (const group of [...GROUPS, 'nobody-knows', '', 'toString']) {
      const expected = may.some(one => one === group) ? 1 : 0
      for (const text of words) {
        const sent = [{ resource: observation('o', text) }]
        assert.equal(shownTo(sent, group).length, expected, `${text} to ${group}`)
        for (const missing of ['exchange', 'exit'] as const)
          assert.equal(shownTo(sent, group, missing).length, expected, `${text} to ${group}`)
      }
      for (const missing of ['none', 'sieve', 'exchange', 'exit'] as const)
        assert.equal(shownTo([labelled(label)], group, missing).length, expected, `${label} to ${group} without ${missing}`)
    }
  })
test('R062 HAZ-012: the law stands above policy: what is of both is shown to nobody', () => {
  for (const group of GROUPS)
    for (const text of [
      'Safeguarding concern: HIV positive',
      'HIV positive, child protection plan',
      'Domestic abuse disclosed at sexual health clinic',
    ])
      assert.equal(shownTo([{ resource: observation('o', text) }], group).length, 0, text)
})
const board: readonly [id: string, words: string, label: string][] = [
  ['sexual-assault-referral', 'Letter from the sexual assault referral centre', 'SARC'],
  ['occupational-health', 'Occupational health assessment', 'OCCUPATIONAL-HEALTH'],
  ['custody', 'Seen in police custody', 'CUSTODY'],
]
for (const [id, words, label] of board)
  test(`care rules 5.1: ${id} stands once a board has put it in force, for those it names`, () => {
    const of = (seenBy: SeenBy, group: string, missing: Missing = 'none'): readonly number[] =>
      [[{ resource: observation('o', words) }], [labelled(label)]].map(
        sent => walk(sent, missing, as(group), asDecided(firstSet, seenBy)).answers[0]?.items.length ?? 0,
      )
    for (const missing of ['none', 'exchange', 'exit'] as const) {
      assert.deepEqual(of(new Map([[id, []]]), 'gp', missing), [0, 0])
      assert.deepEqual(of(new Map([[id, ['gp']]]), 'gp', missing), [1, 1])
      assert.deepEqual(of(new Map([[id, ['gp']]]), 'nurse', missing), [0, 0])
    }
    assert.deepEqual(of(new Map(), 'gp')[1], 0, 'a label that nobody has listed withholds')
  })
test('R062: no change makes a class of the law visible; one of policy follows it', () => {
  const decided = asDecided(
    firstSet,
    new Map([
      ['fertility', ['gp']],
      ['safeguarding', ['gp', 'allied-health']],
    ]),
  )
  assert.equal(decided.classes.find(c => c.id === 'fertility')?.maySee, undefined)
  const at = (group: string) =>
    walk([{ resource: observation('o', 'Safeguarding concern raised') }], 'none', as(group), decided).answers[0]?.items.length
  assert.deepEqual([at('gp'), at('allied-health'), at('nurse')], [1, 1, 0])
})
test('R027 R108: ordinary words beside them are shown to everyone', () => {
  for (const text of [
    'Deprivation of Liberty Safeguards',
    'Missed abortion',
    'Spontaneous abortion',
    'Violent patient scheme',
    'Asylum seeker, post-traumatic stress disorder',
    'Trial drug: olaparib or placebo, study EudraCT 2020-001',
    'Visited by relatives from overseas',
    'Termination of employment',
    'Third party insurance',
    'Referred for psychotherapy',
    'Occupational therapy session notes',
    'Physiotherapy notes',
    'Counselling noted, stopped smoking',
    'Psychological therapies, first appointment',
  ])
    for (const group of GROUPS) assert.equal(shownTo([{ resource: observation('o', text) }], group).length, 1, `${text} to ${group}`)
})
test('R027: a document of the class therapy notes goes at the source, whatever its title', () => {
  for (const [code, shown] of [
    ['psychotherapy-notes', 0],
    ['discharge-letter', 1],
  ] as const) {
    const document: Sent = {
      section: 'documents',
      resource: {
        resourceType: 'DocumentReference',
        id: 'd',
        status: 'current',
        subject,
        type: { coding: [{ system: 'https://slam.example/document-class', code }], text: 'Note' },
        content: [{ attachment: { contentType: 'text/plain' } }],
      },
    }
    for (const group of GROUPS) assert.equal(shownTo([document], group).length, shown, `${code} to ${group}`)
  }
})
test('R062 R108: a pointer labelled very restricted is for who treats; an item with the same label is for nobody', () => {
  const pointer: Sent = {
    section: 'documents',
    resource: {
      resourceType: 'DocumentReference',
      id: 'o',
      status: 'current',
      description: 'Crisis plan',
      securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] }],
      content: [],
    },
  }
  for (const missing of ['none', 'exchange', 'exit'] as const)
    assert.deepEqual(
      ['emergency-doctor', 'mental-health', 'clerk', 'pharmacist', 'nobody'].map(group => shownTo([pointer], group, missing).length),
      [1, 1, 0, 0, 0],
    )
  assert.equal(shownTo([labelled('V')], 'emergency-doctor').length, 0)
})
test('R108: what is bound to a role leaves no byte for others, links and all', () => {
  const plan = condition('secret-1', 'Subject of child protection plan', '1')
  const sent = [{ resource: plan }, { resource: observation('secret-2', 'Weight'), to: ['Condition/secret-1'] }]
  const rest = [{ resource: observation('o', 'Potassium') }]
  const bytes = (all: readonly Sent[], group: string): string => JSON.stringify(walk(all, 'none', as(group)).answers)
  assert.equal(bytes([...rest, ...sent], 'clerk'), bytes(rest, 'clerk'))
  assert.match(bytes([...rest, ...sent], 'social-worker'), /secret-2/)
})
test('R108: the mechanisms for everyone alike know nothing of roles, and those for a role are made once for its like', () => {
  const rules = createRules(firstSet, [])
  assert.equal(rules.exit.text('Safeguarding concern'), 'Safeguarding concern')
  assert.equal(rules.exit.text('Third party information'), undefined)
  assert.equal(rules.against('clerk'), rules.against('support'))
  assert.equal(rules.against('clerk').exit.text('Safeguarding concern'), undefined)
})
test('R108: a register places a clinic in a class of policy', () => {
  const registers: readonly ServiceRegisterRow[] = [
    { odsCode: 'RJZ', localCode: 'ROSE', treatmentFunction: '501', name: 'Rose Room', legalClass: 'termination-of-pregnancy' },
    { odsCode: 'RJZ', localCode: 'NEW9', treatmentFunction: '501', name: 'Fern Room', legalClass: 'a-class-nobody-knows' },
  ]
  const at = (code: string, group: string): number =>
    walk([{ resource: observation('o', 'Haemoglobin'), parents: [location('l', code, 'Room')] }], 'none', as(group), firstSet, registers)
      .answers[0]?.items.length ?? 0
  assert.deepEqual([at('ROSE', 'gp'), at('ROSE', 'clerk'), at('NEW9', 'gp')], [1, 0, 0])
  assert.deepEqual([...createRules(firstSet, registers).withRestrictedService], ['RJZ'], 'a class nobody knows counts as the law')
})

const registers: readonly ServiceRegisterRow[] = [
  { odsCode: 'RJZ', localCode: 'CARD', treatmentFunction: '320', name: 'Cardiology clinic', legalClass: null },
]
const atPlace = (code: string, name: string, over: object = {}): Sent => {
  const place = location('l', code, name)
  return { resource: observation('o', 'Weight'), parents: [place], facts: { ...factsOfPlace(place), ...over } }
}
const unknown: readonly [name: string, sent: Sent, shown: number][] = [
  ['of an ordinary function', atPlace('CARD2', 'Heart failure clinic', { treatmentFunctions: ['320'] }), 1],
  ['without a function', atPlace('CARD3', 'Level 4'), 1],
  ['of a restricted function', atPlace('X1', 'Level 5', { treatmentFunctions: ['360'] }), 0],
  ['of a restricted name', atPlace('X2', 'Sexual health hub'), 0],
]
for (const [name, sent, expected] of unknown)
  test(`care rules 5: a code no register has, ${name}, is ${expected === 1 ? 'shown' : 'withheld'}, and listed for its owner`, () => {
    assert.equal(walk([sent], 'none', pass(), firstSet, registers).answers[0]?.items.length, expected)
    const services = createUnknownServices(registers)
    services.note(source, [factsOf(sent)])
    const [listed] = services.list()
    assert.deepEqual(Object.keys(listed ?? {}), ['odsCode', 'localCode', 'treatmentFunctions'])
    assert.equal(listed?.odsCode, 'RJZ')
  })
test('care rules 5: the list holds no known code, no number of a person, no organisation without a register, and ends', () => {
  const services = createUnknownServices(registers)
  const note = (odsCode: string, ...localCodes: string[]): void =>
    services.note({ odsCode }, [{ ...factsOf(atPlace('A', 'A')), localCodes }])
  note('RJZ', 'CARD', 'card', '9434765919', 'a long name of somebody who was here', '', '<b>')
  note('RRV', 'WARD1')
  assert.deepEqual(services.list(), [])
  for (let n = 0; n < 2000; n++) note('RJZ', `C${n}`)
  assert.equal(services.list().length, 500)
})
test('R108: the sieve without a role withholds what is withheld from everyone, and no more', () => {
  const sieve = createSieve(firstSet, [])
  const facts = [factsOf(labelled('SAFEGUARDING'))]
  assert.deepEqual([sieve(source, facts).size, sieve(source, facts, as('clerk')).size, sieve(source, facts, as('gp')).size], [0, 1, 0])
  assert.equal(sieve(source, [factsOf(labelled('V'))]).size, 1)
})

test('care rules 5: the sentence of the law stands in four sections, the same for everyone', () => {
  assert.deepEqual(
    (['medicines', 'allergies', 'results', 'problems', 'documents'] as const).map(
      section => lawWordsOf(section) === LAW_WORDS.notShownByLaw,
    ),
    [true, true, true, true, false],
  )
})

/** Each rule holds for its own words, and for nothing beside them. */
const bothWays: readonly [rule: string, shown: readonly string[], withheld: readonly string[]][] = [
  [
    'antenatal-screening',
    ['Antenatal HIV screening', 'Syphilis screening in pregnancy'],
    ['HIV positive in pregnancy', 'Maternal syphilis', 'Antenatal HIV screening: positive'],
  ],
  [
    'opt-out-testing',
    ['Emergency department opt out HIV test', 'Opt-out blood borne virus testing'],
    ['HIV test', 'Opt out HIV test: not detected', 'HIV test requested by GUM clinic'],
  ],
  [
    'syphilitic-heart-disease',
    ['Syphilitic aortitis', 'Syphilitic aneurysm of aorta'],
    ['Syphilitic chancre', 'Syphilitic aortitis, late latent syphilis treated'],
  ],
  [
    'severe-ovarian-hyperstimulation',
    ['Severe ovarian hyperstimulation syndrome'],
    ['Severe ovarian hyperstimulation syndrome after IVF', 'Controlled stimulation for embryo transfer'],
  ],
  ['human-papillomavirus', ['Human papillomavirus vaccination given'], ['Genital warts']],
  [
    'viral-hepatitis',
    ['Viral hepatitis screening test', 'Hepatitis B immunisation'],
    ['Hepatitis B and HIV screen at sexual health clinic'],
  ],
  [
    'needlestick',
    ['HIV post-exposure prophylaxis after needlestick injury', 'Occupational exposure to HIV'],
    ['HIV post-exposure prophylaxis', 'Post exposure prophylaxis after sexual exposure to HIV', 'Pre-exposure prophylaxis'],
  ],
  ['genitourinary-body', ['Genitourinary tract infection'], ['Genitourinary medicine']],
  ['name-of-a-gene', ['Human immunodeficiency virus type I enhancer binding protein 2 gene'], ['Human immunodeficiency virus type I']],
  [
    'other-donors',
    ['Blood donor number 4471', 'Living donor mother', 'Bone marrow donor code 7'],
    ['Donor number 4471', 'Blood donor number 4471, sperm donor', 'Donor mother'],
  ],
  [
    'other-surrogates',
    ['Surrogate marker of infection', 'Surrogate decision maker named'],
    ['Surrogate pregnancy', 'Surrogate mother', 'Surrogacy, surrogate markers normal'],
  ],
  ['other-chlamydiae', ['Chlamydia pneumoniae antibody'], ['Chlamydia trachomatis', 'Chlamydia']],
]
for (const [rule, shown, withheld] of bothWays)
  test(`R062 care rules 5: the rule ${rule} holds for its own words and for nothing else, and ends with its day`, () => {
    const set = { ...firstSet, lookalikes: firstSet.lookalikes.filter(one => one.id !== rule) }
    const items = (text: string, rules: typeof firstSet): number =>
      walk([{ resource: observation('o', text) }], 'none', as('gp'), rules).answers[0]?.items.length ?? 0
    for (const text of shown) assert.equal(items(text, firstSet), 1, text)
    for (const text of withheld) assert.equal(items(text, firstSet), 0, text)
    if (!['human-papillomavirus', 'viral-hepatitis', 'severe-ovarian-hyperstimulation'].includes(rule))
      for (const text of shown.slice(0, 1)) assert.equal(items(text, set), 0, `${text} when the rule is gone`)
  })
test('care rules 5: a code that holds more than the severe state is spared only by the words of the severe state', () => {
  const coded = (display: string): readonly Disclosed<Item>[] =>
    shownTo([{ resource: condition('o', display, 'N98.1', 'http://hl7.org/fhir/sid/icd-10') }], 'gp')
  assert.deepEqual([coded('Severe ovarian hyperstimulation syndrome').length, coded('Hyperstimulation of ovaries').length], [1, 0])
})
test('HAZ-012: a result of a test that is let through is withheld, whichever way it went', () => {
  const found = (over: object): number =>
    shownTo([{ resource: { ...itemOf({ resource: observation('o', 'Opt out HIV test') }).resource, ...over } }], 'gp').length
  assert.equal(found({}), 1)
  for (const valueString of ['Positive', 'negative', 'Not detected', 'HIV1 antibody reactive'])
    assert.equal(found({ valueString }), 0, valueString)
})

/** What was sent, by id, and what of it is shown: a test that all who are pregnant are offered goes, and nothing else with it. */
const done = (id: string, text: string, to: readonly string[], code = '1'): Sent => ({
  resource: {
    resourceType: 'Procedure',
    id,
    status: 'completed',
    subject,
    code: { coding: [{ system: 'http://snomed.info/sct', code }], text },
  },
  section: 'procedures',
  to,
})
const pregnancy: Sent = { resource: condition('preg', 'Normal pregnancy', '72892002'), section: 'problems', to: ['Encounter/booking'] }
const booking: Sent = { resource: encounter('booking', '501', 'Antenatal clinic'), section: 'encounters' }
const fetalHeart = done('fetal', 'Auscultation of the fetal heart', ['Encounter/booking', 'Condition/preg'])
const reasonPregnancy = ['Encounter/booking', 'Condition/preg']
const hivTest = done('hiv', 'Human immunodeficiency virus antigen test', reasonPregnancy)
const hivCode = done('hiv', 'Blood test', reasonPregnancy, '86406008')
const ivf = done('ivf', 'In vitro fertilisation', ['Condition/preg'], '393132003')
const antenatal: readonly [name: string, sent: readonly Sent[], group: string, shown: readonly string[]][] = [
  ['a test that everyone is offered', [booking, pregnancy, fetalHeart, hivTest], 'gp', ['booking', 'preg', 'fetal']],
  ['a code of the class at the visit', [hivCode, fetalHeart, pregnancy, booking], 'gp', ['fetal', 'preg', 'booking']],
  ['a problem that names the test', [{ ...pregnancy, to: ['Procedure/hiv'] }, { ...hivTest, to: [] }, fetalHeart], 'gp', ['preg', 'fetal']],
  ['a licensed treatment for the same pregnancy', [booking, pregnancy, fetalHeart, ivf], 'gp', ['booking']],
  ['the test and the treatment', [hivTest, booking, pregnancy, fetalHeart, ivf], 'gp', ['booking']],
  ['the treatment and the test', [ivf, { ...hivTest, to: ['Procedure/ivf', 'Condition/preg'] }, pregnancy, fetalHeart], 'gp', []],
  [
    'a termination, to a role that may not see it',
    [booking, pregnancy, done('top', 'Termination of pregnancy', ['Condition/preg'])],
    'pharmacist',
    ['booking'],
  ],
  [
    'any other reason',
    [booking, { ...pregnancy, resource: condition('preg', 'Immune problem', '1') }, fetalHeart, hivTest],
    'gp',
    ['booking'],
  ],
  [
    'a pregnancy told at a restricted clinic',
    [{ resource: encounter('booking', '360', 'Outpatients'), section: 'encounters' }, pregnancy, fetalHeart],
    'gp',
    [],
  ],
]
for (const [name, sent, group, expected] of antenatal)
  test(`R062 HAZ-012 care rules 5: of a pregnancy with ${name} is shown: ${expected.join(', ') || 'nothing'}`, () => {
    for (const missing of ['none', 'sieve', 'exit'] as const)
      for (const order of [sent, sent.toReversed()]) {
        const items = walk(order, missing, as(group)).answers[0]?.items ?? []
        assert.deepEqual(items.map(item => item.resource.id ?? '').toSorted(), expected.toSorted(), missing)
        assert.doesNotMatch(JSON.stringify(items), /hiv|ivf|Procedure\/top/i, missing)
      }
  })

test('R016 R062 HAZ-012: a visit loses the line of its consultation that tells of a restricted thing, words and all, and nothing else', () => {
  const noted = (id: string, text: string): Sent => ({ resource: observation(id, text), section: 'observations', to: ['Encounter/visit'] })
  const sent = (secret: readonly (readonly [id: string, text: string])[]): readonly Sent[] => {
    const all = [['bp', 'Blood pressure'] as const, ...secret]
    return [
      {
        resource: encounter('visit', '300', 'General practice'),
        section: 'encounters',
        to: all.map(([id]) => `Observation/${id}`),
        contained: [
          {
            resourceType: 'Composition',
            status: 'final',
            section: [
              { title: 'Examination', entry: [{ reference: 'Observation/bp', display: 'Blood pressure 138/82' }] },
              ...secret.map(([id, text]) => ({ title: 'Tests', entry: [{ reference: `Observation/${id}`, display: text }] })),
            ],
          } as unknown as Sent['resource'],
        ],
      },
      ...all.map(([id, text]) => noted(id, text)),
    ]
  }
  for (const missing of ['none', 'sieve', 'exit'] as const) {
    const ordinary = shownTo(sent([]), 'gp', missing)
    assert.equal(ordinary.length, 2)
    for (const words of ['HIV antibody test', 'Gender dysphoria', 'Embryo transfer'])
      assert.equal(JSON.stringify(shownTo(sent([['secret', words]]), 'gp', missing)), JSON.stringify(ordinary), `${words}, ${missing}`)
  }
  const free = sent([]).map(one =>
    one.section === 'encounters'
      ? {
          ...one,
          contained: [
            { resourceType: 'Composition', section: [{ entry: [{ display: 'HIV antibody test' }] }] } as unknown as Sent['resource'],
          ],
        }
      : one,
  )
  assert.ok(
    shownTo(free, 'gp').every(one => one.section !== 'encounters'),
    'a line that is no statement of its own takes the visit',
  )
})

const coded = (code: string, system = 'http://read.info/readv2', type: 'observation' | 'condition' = 'observation'): Sent => {
  const said = { coding: [{ system, code }], text: 'Note' }
  return {
    resource:
      type === 'observation'
        ? { resourceType: 'Observation', id: 'o', status: 'final', subject, code: said }
        : { resourceType: 'Condition', id: 'o', subject, code: said },
  }
}
for (const [code, system, shown] of [
  ['9R1..', undefined, 0],
  ['9R1', undefined, 0],
  ['9R11.', undefined, 0],
  ['9R12.', undefined, 0],
  ['9R13.00', undefined, 0],
  ['9R14.', 'urn:oid:2.16.840.1.113883.2.1.6.2', 0],
  ['9R15.', undefined, 0],
  ['9R16.', undefined, 1],
  ['9R10.', undefined, 1],
  ['9R2..', undefined, 1],
  ['9R...', undefined, 1],
  ['9r11.', undefined, 1],
  ['99R11', undefined, 1],
  ['9R11.', 'http://snomed.info/sct', 1],
  ['9R11.', 'http://hl7.org/fhir/sid/icd-10', 1],
] as const)
  test(`R062: what a practice coded ${code} of ${system ?? 'Read version 2'} is ${shown === 0 ? 'shown to nobody' : 'shown as anything is'}`, () => {
    for (const group of GROUPS)
      for (const missing of ['none', 'sieve', 'exchange'] as const)
        for (const type of ['observation', 'condition'] as const)
          assert.equal(shownTo([coded(code, system, type)], group, missing).length, shown, `${type} to ${group} without ${missing}`)
  })
