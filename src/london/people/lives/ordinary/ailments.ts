import { conditions, drugs, tests, words } from '../../terms.ts'
import type { LabTest, Term } from '../../told.ts'

export interface Prescribed {
  readonly id: string
  readonly term: Term
  readonly dose: string
}
/** What may be wrong with somebody for years, with what follows from it. Figures are plain guesses at what London looks like. */
export interface Ailment {
  readonly id: string
  readonly term: Term
  /** Ages at which it begins to be met, and how many in a hundred have it there and, when old, at eighty. */
  readonly from: number
  readonly until?: number
  readonly young: number
  readonly old: number
  readonly only?: 'female' | 'male'
  readonly medicines: readonly Prescribed[]
  readonly tests: readonly (readonly [test: LabTest, usual: number, spread: number])[]
  /** Local code of the clinic of a general hospital, and how the clinic is called. */
  readonly clinic?: readonly [service: string, title: string]
  /** Yearly review at the practice, with its usual findings. */
  readonly review: readonly [title: string, finding: string]
  readonly letter?: string
  /** Brings social care, nursing or a plan with it. */
  readonly frail?: true
}

export const ranges: ReadonlyMap<LabTest, readonly [number | undefined, number | undefined]> = new Map<
  LabTest,
  readonly [number | undefined, number | undefined]
>([
  [tests.potassium, [3.5, 5.3]],
  [tests.sodium, [133, 146]],
  [tests.creatinine, [45, 104]],
  [tests.haemoglobin, [115, 165]],
  [tests.platelets, [150, 450]],
  [tests.whiteCells, [4, 11]],
  [tests.neutrophils, [2, 7.5]],
  [tests.crp, [0, 5]],
  [tests.hba1c, [20, 41]],
  [tests.cholesterol, [undefined, 5]],
  [tests.albumin, [35, 50]],
  [tests.alt, [0, 45]],
  [tests.tsh, [0.3, 4.5]],
  [tests.psa, [0, 4]],
  [tests.vitaminD, [50, undefined]],
  [tests.inr, [0.8, 1.2]],
])

const medicine = (id: string, term: Term, dose: string): Prescribed => ({ id, term, dose })

export const ailments: readonly Ailment[] = [
  {
    id: 'hypertension',
    term: conditions.hypertension,
    from: 38,
    young: 12,
    old: 58,
    medicines: [
      medicine('amlodipine', drugs.amlodipine, 'One tablet once a day'),
      medicine('ramipril', drugs.ramipril, 'One capsule once a day'),
    ],
    tests: [
      [tests.potassium, 4.4, 0.5],
      [tests.creatinine, 82, 22],
    ],
    review: ['Blood pressure review', 'Pressure near target at home. No swelling of the ankles.'],
  },
  {
    id: 'diabetes',
    term: conditions.diabetes,
    from: 35,
    young: 6,
    old: 22,
    medicines: [
      medicine('metformin', drugs.metformin, 'One tablet twice a day with meals'),
      medicine('gliclazide', drugs.gliclazide, 'One tablet with breakfast'),
    ],
    tests: [
      [tests.hba1c, 58, 13],
      [tests.cholesterol, 4.6, 1],
    ],
    clinic: ['DIAB', 'Diabetes clinic'],
    review: ['Diabetes review', 'Feet: pulses present, sensation normal. Eyes screened this year.'],
    letter: 'Reviewed in the diabetes clinic. Control is fair. We have talked about diet and kept the tablets as they are.',
  },
  {
    id: 'asthma',
    term: conditions.asthma,
    from: 4,
    young: 11,
    old: 8,
    medicines: [
      medicine('salbutamol', drugs.salbutamol, '2 puffs when required'),
      medicine('beclometasone', drugs.beclometasone, '2 puffs twice a day'),
    ],
    tests: [],
    clinic: ['RESP', 'Chest clinic'],
    review: ['Asthma review', 'Woken once this month. Technique good. Plan given.'],
    letter: 'Asthma reviewed. Step up to the combined inhaler if the reliever is needed more than three times a week.',
  },
  {
    id: 'copd',
    term: conditions.copd,
    from: 50,
    young: 4,
    old: 14,
    medicines: [
      medicine('tiotropium', drugs.tiotropium, 'One capsule inhaled once a day'),
      medicine('salbutamol', drugs.salbutamol, '2 puffs when required'),
    ],
    tests: [[tests.haemoglobin, 138, 16]],
    clinic: ['RESP', 'Chest clinic'],
    review: ['COPD review', 'Two chest infections this year. Walks 200 metres on the flat.'],
    letter: 'Moderate airflow obstruction, stable. Rescue pack discussed. Pulmonary rehabilitation offered.',
  },
  {
    id: 'atrial-fibrillation',
    term: conditions.atrialFibrillation,
    from: 58,
    young: 3,
    old: 17,
    medicines: [medicine('apixaban', drugs.apixaban5, '5 mg twice a day'), medicine('bisoprolol', drugs.bisoprolol, '2.5 mg once a day')],
    tests: [
      [tests.creatinine, 96, 26],
      [tests.haemoglobin, 130, 15],
    ],
    clinic: ['CARD', 'Cardiology outpatient'],
    review: ['Anticoagulant review', 'No bleeding. Weight and kidney function checked for the dose.'],
    letter: 'Rate well controlled. Continue apixaban; dose to be looked at again if kidney function falls.',
  },
  {
    id: 'ischaemic-heart',
    term: conditions.ischaemicHeart,
    from: 50,
    young: 4,
    old: 18,
    medicines: [
      medicine('aspirin', drugs.aspirin, 'One tablet once a day'),
      medicine('atorvastatin', drugs.atorvastatin, 'One tablet at night'),
    ],
    tests: [
      [tests.cholesterol, 4.1, 0.9],
      [tests.haemoglobin, 134, 14],
    ],
    clinic: ['CARD', 'Cardiology outpatient'],
    review: ['Heart disease review', 'No chest pain on stairs. Spray not used since spring.'],
    letter: 'No angina since the stent. Aspirin for life; clopidogrel stops after twelve months.',
  },
  {
    id: 'heart-failure',
    term: conditions.heartFailure,
    from: 66,
    young: 2,
    old: 12,
    medicines: [
      medicine('furosemide', drugs.furosemide, '40 mg each morning'),
      medicine('bisoprolol', drugs.bisoprolol, '2.5 mg once a day'),
    ],
    tests: [
      [tests.potassium, 4.7, 0.6],
      [tests.creatinine, 118, 30],
      [tests.sodium, 137, 4],
    ],
    clinic: ['CARD', 'Heart failure clinic'],
    review: ['Heart failure review', 'Weighs daily. Two pillows. Ankles dry.'],
    letter: 'Ejection fraction 38 %. Weight steady. Kidney function to be checked in two weeks.',
    frail: true,
  },
  {
    id: 'kidney',
    term: conditions.kidney,
    from: 55,
    young: 3,
    old: 24,
    medicines: [medicine('atorvastatin', drugs.atorvastatin, 'One tablet at night')],
    tests: [
      [tests.creatinine, 128, 24],
      [tests.potassium, 4.9, 0.5],
      [tests.haemoglobin, 121, 12],
    ],
    review: ['Kidney function review', 'Stable. Told which medicines to pause when unwell.'],
  },
  {
    id: 'depression',
    term: conditions.anxietyDepression,
    from: 17,
    young: 14,
    old: 11,
    medicines: [medicine('sertraline', drugs.sertraline, 'One tablet each morning')],
    tests: [],
    review: ['Mood review', 'Sleeping better. No thoughts of self-harm. Continue and review in three months.'],
  },
  {
    id: 'thyroid',
    term: conditions.thyroid,
    from: 30,
    young: 3,
    old: 9,
    medicines: [medicine('levothyroxine', drugs.levothyroxine, 'One tablet each morning')],
    tests: [[tests.tsh, 2.4, 1.6]],
    review: ['Thyroid review', 'Well on this dose.'],
  },
  {
    id: 'osteoarthritis',
    term: conditions.osteoarthritis,
    from: 55,
    young: 12,
    old: 38,
    medicines: [medicine('paracetamol', drugs.paracetamol, 'Two tablets up to 4 times a day when required')],
    tests: [],
    clinic: ['ORTH', 'Orthopaedic clinic'],
    review: ['Knee pain', 'Manages stairs with the rail. Exercises helped.'],
    letter: 'X-ray shows loss of joint space. Not keen on surgery. Discharged to physiotherapy.',
  },
  {
    id: 'osteoporosis',
    term: conditions.osteoporosis,
    from: 64,
    young: 5,
    old: 18,
    only: 'female',
    medicines: [medicine('alendronic', drugs.alendronic, 'One tablet once a week, upright, with a glass of water')],
    tests: [[tests.vitaminD, 54, 22]],
    review: ['Bone health review', 'No fracture this year. Takes the weekly tablet.'],
  },
  {
    id: 'stroke',
    term: conditions.stroke,
    from: 58,
    young: 2,
    old: 9,
    medicines: [
      medicine('clopidogrel', drugs.clopidogrel, 'One tablet once a day'),
      medicine('atorvastatin', drugs.atorvastatin, 'One tablet at night'),
    ],
    tests: [[tests.cholesterol, 3.8, 0.7]],
    clinic: ['STRK', 'Stroke follow-up clinic'],
    review: ['Stroke review', 'Left arm weaker. Speech clear. Drives again after assessment.'],
    letter: 'Six months after the stroke. Walks with a stick. Blood pressure to be kept under 130.',
    frail: true,
  },
  {
    id: 'dementia',
    term: conditions.dementia,
    from: 74,
    young: 3,
    old: 15,
    medicines: [medicine('donepezil', drugs.donepezil, 'One tablet at night')],
    tests: [],
    review: ['Dementia review', 'Daughter reports more confusion in the evening. Eating well.'],
    frail: true,
  },
  {
    id: 'parkinsons',
    term: conditions.parkinsons,
    from: 62,
    young: 1,
    old: 4,
    medicines: [medicine('co-careldopa', drugs.coCareldopa, 'One tablet 4 times a day, on time')],
    tests: [],
    clinic: ['NEUR', 'Neurology outpatient'],
    review: ['Parkinson’s review', 'Wears off before the next dose. Two falls since summer.'],
    letter: 'Tremor and slowness a little worse. Doses must be given on time, in hospital too.',
    frail: true,
  },
  {
    id: 'epilepsy',
    term: conditions.epilepsy,
    from: 6,
    young: 1.5,
    old: 2,
    medicines: [medicine('levetiracetam', drugs.levetiracetam, 'One tablet twice a day')],
    tests: [],
    clinic: ['NEUR', 'Neurology outpatient'],
    review: ['Epilepsy review', 'No seizure for fourteen months.'],
    letter: 'Seizure-free. Same dose. May apply for a driving licence again.',
  },
  {
    id: 'rheumatoid',
    term: conditions.rheumatoid,
    from: 35,
    young: 1,
    old: 4,
    medicines: [
      medicine('methotrexate', drugs.methotrexate, '15 mg once a WEEK, on Mondays'),
      medicine('folic-acid', drugs.folicAcid, '5 mg once a week, not on the methotrexate day'),
    ],
    tests: [
      [tests.alt, 28, 14],
      [tests.neutrophils, 4.2, 1.4],
      [tests.crp, 9, 8],
    ],
    clinic: ['RHEU', 'Rheumatology outpatient'],
    review: ['Methotrexate monitoring', 'No mouth ulcers, no cough. Bloods every eight weeks.'],
    letter: 'Disease activity low on methotrexate. Shared care continues.',
  },
  {
    id: 'gout',
    term: conditions.gout,
    from: 42,
    young: 2,
    old: 8,
    only: 'male',
    medicines: [medicine('allopurinol', drugs.allopurinol, 'Two tablets once a day')],
    tests: [[tests.creatinine, 92, 16]],
    review: ['Gout review', 'No attack since last year.'],
  },
  {
    id: 'eczema',
    term: conditions.eczema,
    from: 1,
    until: 40,
    young: 11,
    old: 2,
    medicines: [medicine('emollient', drugs.emollient, 'Apply freely, at least twice a day')],
    tests: [],
    review: ['Skin review', 'Creases of elbows and knees. Not infected.'],
  },
  {
    id: 'hay-fever',
    term: conditions.hayFever,
    from: 6,
    until: 55,
    young: 14,
    old: 3,
    medicines: [medicine('cetirizine', drugs.cetirizine, 'One tablet once a day when required')],
    tests: [],
    review: ['Hay fever', 'As every May. Nasal spray added.'],
  },
  {
    id: 'glaucoma',
    term: conditions.glaucoma,
    from: 56,
    young: 2,
    old: 8,
    medicines: [medicine('latanoprost', drugs.latanoprost, 'One drop in both eyes at night')],
    tests: [],
    clinic: ['EYE', 'Eye clinic'],
    review: ['Glaucoma, prescription', 'Drops collected. Seen by the eye hospital twice a year.'],
    letter: 'Pressures 16 and 17. Fields unchanged. Same drops.',
  },
  {
    id: 'sickle',
    term: conditions.sickle,
    from: 1,
    until: 60,
    young: 0.7,
    old: 0.2,
    medicines: [
      medicine('hydroxycarbamide', drugs.hydroxycarbamide, 'Two capsules once a day'),
      medicine('penicillin-v', drugs.phenoxymethylpenicillin, 'One tablet twice a day'),
    ],
    tests: [
      [tests.haemoglobin, 82, 9],
      [tests.neutrophils, 3.4, 1.2],
    ],
    clinic: ['HAEM', 'Sickle cell clinic'],
    review: ['Sickle cell review', 'One crisis at home this year. Vaccinations up to date.'],
    letter: 'Haemoglobin at its usual level. In a crisis: fluids, warmth, morphine within thirty minutes.',
  },
  {
    id: 'breast-cancer',
    term: conditions.breastCancer,
    from: 42,
    young: 1.5,
    old: 4,
    only: 'female',
    medicines: [medicine('tamoxifen', drugs.tamoxifen, 'One tablet once a day')],
    tests: [[tests.haemoglobin, 124, 12]],
    clinic: ['ONC', 'Oncology outpatient'],
    review: ['Cancer care review', 'Tired but back at work. Yearly mammogram booked.'],
    letter: 'No sign of recurrence. Tamoxifen to continue for five years in all.',
  },
  {
    id: 'prostate-cancer',
    term: conditions.prostateCancer,
    from: 60,
    young: 1.5,
    old: 8,
    only: 'male',
    medicines: [],
    tests: [[tests.psa, 5.2, 3.4]],
    clinic: ['UROL', 'Urology outpatient'],
    review: ['Cancer care review', 'On active surveillance. PSA every six months.'],
    letter: 'PSA stable. Active surveillance continues; repeat MRI in a year.',
  },
  {
    id: 'psychosis',
    term: conditions.schizophrenia,
    from: 21,
    until: 70,
    young: 1.2,
    old: 0.8,
    medicines: [medicine('olanzapine', drugs.olanzapine, 'One tablet at night')],
    tests: [[tests.hba1c, 40, 6]],
    review: ['Physical health check', 'Weight and lipids checked. Seen by the community mental health team.'],
  },
  {
    id: 'bipolar',
    term: conditions.bipolar,
    from: 21,
    until: 75,
    young: 1,
    old: 0.8,
    medicines: [medicine('lithium', drugs.lithium, 'One tablet at night')],
    tests: [
      [tests.creatinine, 84, 14],
      [tests.tsh, 2.9, 1.4],
    ],
    review: ['Lithium monitoring', 'Level within range. Kidney and thyroid function checked.'],
  },
]

/** Short things that bring anybody to a practice, from the age given. */
export const troubles: readonly (readonly [from: number, title: string, history: string, plan: string, drug?: Prescribed])[] = [
  [0, 'Cough and fever', 'Four days of cough, eating a little less.', 'Viral. Fluids and rest. Back if breathless.'],
  [0, 'Earache', 'Right ear sore since yesterday.', 'Drum red. Pain relief, no antibiotic yet.'],
  [
    1,
    'Sore throat',
    'Sore throat and fever for two days.',
    'Antibiotic if no better in three days.',
    medicine('penicillin-v', drugs.phenoxymethylpenicillin, 'Two tablets 4 times a day for 5 days'),
  ],
  [
    16,
    'Low back pain',
    'Lifted a box at work. No leg weakness.',
    'Keep moving. Ibuprofen with food.',
    medicine('ibuprofen', drugs.ibuprofen, 'One tablet 3 times a day with food'),
  ],
  [16, 'Headaches', 'Most afternoons for a month. No warning signs.', 'Diary. Less screen, more sleep.'],
  [18, 'Poor sleep', 'Wakes at four. Work is worrying.', 'Sleep advice. Review in a month.'],
  [
    20,
    'Indigestion',
    'Burning after meals.',
    'Four weeks of omeprazole.',
    medicine('omeprazole', drugs.omeprazole, 'One capsule once a day'),
  ],
  [
    18,
    'Burning when passing water',
    'Two days. No fever, no back pain.',
    'Three days of antibiotic.',
    medicine('nitrofurantoin', drugs.nitrofurantoin, 'One capsule twice a day for 3 days'),
  ],
  [
    30,
    'Chest infection',
    'Green sputum for a week.',
    'Doxycycline. Chest X-ray if not clear in six weeks.',
    medicine('doxycycline', drugs.doxycycline, '200 mg on day 1, then 100 mg once a day'),
  ],
  [40, 'Tired all the time', 'Six weeks. Appetite normal.', 'Bloods today.'],
  [60, 'Dizziness on standing', 'Twice this week.', 'Lying and standing pressure taken. Water tablet moved to noon.'],
  [70, 'Fall at home', 'Slipped in the kitchen. No injury.', 'Falls clinic. Rails asked of the council.'],
]

/** What brings people to an emergency department. */
export const alarms: readonly (readonly [from: number, until: number, reason: Term])[] = [
  [0, 12, conditions.bronchiolitis],
  [0, 16, words('Head injury, fell in the playground')],
  [2, 60, conditions.tonsillitis],
  [5, 70, conditions.appendicitis],
  [8, 99, conditions.abdominalPain],
  [16, 60, words('Cut hand')],
  [16, 99, conditions.chestPain],
  [16, 99, conditions.headache],
  [40, 99, conditions.chestInfection],
  [50, 99, conditions.wristFracture],
  [65, 99, conditions.urineInfection],
  [70, 99, words('Fall, collapsed at home')],
]
