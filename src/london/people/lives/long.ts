import type { Calendar } from '../calendar.ts'
import { createRandom } from '../random.ts'
import { allergens, conditions, drugs, measures, reactions, tests, words } from '../terms.ts'
import type { Held, LabTest, Life, ToldEncounter, ToldMeasure, ToldResult, ToldThing } from '../told.ts'

const LABS: readonly (readonly [test: LabTest, usual: number, spread: number, range: readonly [number, number]])[] = [
  [tests.potassium, 4.4, 0.9, [3.5, 5.3]],
  [tests.sodium, 139, 6, [133, 146]],
  [tests.creatinine, 110, 40, [59, 104]],
  [tests.haemoglobin, 122, 20, [130, 180]],
  [tests.platelets, 230, 80, [150, 450]],
  [tests.crp, 8, 14, [0, 5]],
]

/**
 * Mr Papadopoulos, 87: ten years of everything, everywhere. Over a thousand items, the same ones told twice and
 * otherwise, entries degraded in transfer, some never coded, and one hospital that has him under another man's name.
 */
export function long(c: Calendar): Life {
  const hospital = (seed: number, visits: number): Held => {
    const random = createRandom(seed)
    const encounters: ToldEncounter[] = []
    const results: ToldResult[] = []
    const seen: ToldMeasure[] = []
    const letters: ToldThing[] = []
    for (let visit = 0; visit < visits; visit++) {
      const ago = 8 + visit * Math.floor(3600 / visits) + random.below(6)
      const inpatient = visit % 5 === 4
      const id = `visit-${visit}`
      encounters.push({
        id,
        class: inpatient ? 'IMP' : 'AMB',
        status: 'finished',
        title: inpatient ? 'Inpatient stay, heart failure' : 'Cardiology outpatient',
        start: c.at(ago, '10:00'),
        ...(visit !== 3 && { end: c.at(ago - (inpatient ? 5 : 0), '16:00') }),
        service: inpatient ? 'AMU' : 'CARD',
        reason: conditions.heartFailure,
      })
      for (const [test, usual, spread, range] of LABS)
        results.push({
          id: `${id}-${test.term.code}`,
          test,
          at: c.at(ago, '10:20'),
          value: Math.round((usual + ((random.below(1000) - 500) / 500) * spread) * 10) / 10,
          range,
          encounter: id,
          ...(test === tests.crp && random.below(4) === 0 && { value: 1, comparator: '<' as const }),
          ...(random.below(40) === 0 && { status: 'corrected' as const }),
        })
      seen.push({
        id: `${id}-weight`,
        term: measures.weight,
        at: c.at(ago, '10:05'),
        value: 78 + random.below(9),
        unit: 'kg',
        ucum: 'kg',
        encounter: id,
      })
      letters.push({
        id: `${id}-letter`,
        term: words(`Clinic letter ${visits - visit}`),
        on: c.day(ago - 2),
        encounter: id,
        words: 'Reviewed in clinic. Continue as before.',
      })
    }
    return {
      encounters,
      results,
      measures: seen,
      documents: letters,
      problems: [
        { id: 'hf', term: conditions.heartFailure, recorded: c.day(2000), onset: c.year(6), status: 'active', significance: 'major' },
        { id: 'copd', term: conditions.copd, recorded: c.day(1000), status: seed % 2 ? 'active' : 'inactive', significance: 'major' },
        { id: 'typed', term: words('?TIA, seen by stroke team'), recorded: c.year(2), status: 'active', significance: 'minor' },
      ],
      medicines: [
        {
          id: 'furosemide',
          term: drugs.furosemide,
          kind: 'discharge',
          status: 'active',
          dose: `${seed % 2 ? 40 : 80} mg each morning`,
          amount: { value: seed % 2 ? 40 : 80, unit: 'mg' },
          perDay: 1,
          start: c.day(90),
        },
        {
          id: 'bisoprolol',
          term: drugs.bisoprolol,
          kind: 'discharge',
          status: 'active',
          dose: '2.5 mg once a day',
          amount: { value: 2.5, unit: 'mg' },
          perDay: 1,
          start: c.day(90),
        },
      ],
      allergies: [
        {
          id: 'penicillin',
          term: allergens.penicillin,
          recorded: c.day(1500 + seed),
          status: 'active',
          reactions: [reactions.rash],
          category: 'medication',
        },
      ],
    }
  }
  const surgery = createRandom(87)
  const contacts = Array.from({ length: 60 }, (_, i): ToldEncounter => ({
    id: `contact-${i}`,
    class: 'GP',
    status: 'finished',
    title: i % 3 === 0 ? 'Telephone consultation' : 'GP consultation',
    start: c.at(5 + i * 55, '09:30'),
    service: 'GP',
    headings: [
      ['History', 'Breathless on stairs, as before.'],
      ['Plan', 'Continue. Weigh daily.'],
    ],
  }))
  return {
    'camberwell-gp': {
      encounters: contacts,
      measures: contacts.flatMap((contact): ToldMeasure[] => [
        {
          id: `${contact.id}-s`,
          term: measures.systolic,
          at: contact.start,
          value: 118 + surgery.below(40),
          unit: 'mmHg',
          ucum: 'mm[Hg]',
          encounter: contact.id,
        },
        {
          id: `${contact.id}-d`,
          term: measures.diastolic,
          at: contact.start,
          value: 62 + surgery.below(24),
          unit: 'mmHg',
          ucum: 'mm[Hg]',
          encounter: contact.id,
        },
      ]),
      results: Array.from({ length: 40 }, (_, i) => ({
        id: `hba1c-${i}`,
        test: tests.hba1c,
        at: c.at(30 + i * 90, '08:50'),
        value: 44 + surgery.below(14),
        range: [20, 41] as const,
      })),
      allergies: [
        {
          id: 'penicillin',
          term: allergens.penicillin,
          recorded: '1971',
          status: 'active',
          reactions: [reactions.anaphylaxis],
          severity: 'severe',
          category: 'medication',
        },
        { id: 'septrin', term: allergens.degraded, recorded: '1988', status: 'active', category: 'medication' },
        { id: 'egg', term: words('Egg (as a child)'), recorded: '1946', ended: '1960', status: 'resolved', category: 'food' },
      ],
      medicines: [
        {
          id: 'furosemide',
          term: drugs.furosemide,
          kind: 'repeat',
          status: 'active',
          dose: '40 mg each morning',
          start: c.day(2000),
          issues: [50, 22].map(ago => ({ on: c.day(ago), quantity: 28 })),
        },
        { id: 'calcium', term: drugs.degraded, kind: 'repeat', status: 'active', dose: 'Two daily', start: c.day(3000) },
        {
          id: 'amlodipine',
          term: drugs.amlodipine,
          kind: 'repeat',
          status: 'stopped',
          dose: 'One tablet once a day',
          start: c.day(3000),
          end: c.day(150),
          reason: 'Ankle swelling',
        },
        ...Array.from({ length: 30 }, (_, i) => ({
          id: `amoxicillin-${i}`,
          term: drugs.amoxicillin,
          kind: 'acute' as const,
          status: 'completed' as const,
          dose: 'One capsule 3 times a day',
          start: c.day(100 + i * 111),
          end: c.day(93 + i * 111),
          issues: [{ on: c.day(100 + i * 111), quantity: 21 }],
        })),
      ],
      problems: [
        { id: 'hf', term: conditions.heartFailure, recorded: c.day(2100), onset: c.year(6), status: 'active', significance: 'major' },
        { id: 'copd', term: conditions.copd, recorded: '2003', status: 'active', significance: 'major' },
        { id: 'typed', term: words('Chesty, worse in winter'), recorded: '2004-11', status: 'active', significance: 'minor' },
      ],
      warnings: [{ list: 'allergies', code: 'data-in-transit' }],
    },
    kch: hospital(1, 40),
    gstt: hospital(2, 32),
    rfl: hospital(3, 16),
    uclh: {
      demographics: { name: { family: 'Papadakis', given: ['Ioannis'], prefix: 'Mr' }, birthDate: '1951-10-04' },
      allergies: [
        {
          id: 'latex',
          term: allergens.latex,
          recorded: c.day(700),
          status: 'active',
          reactions: [reactions.dermatitis],
          category: 'environment',
        },
      ],
      problems: [{ id: 'dm', term: conditions.diabetes, recorded: c.day(700), status: 'active', significance: 'major' }],
    },
  }
}
