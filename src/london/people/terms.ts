import type { LabTest, Term } from './told.ts'

// SNOMED CT and dm+d. A medicine whose product code we do not hold for certain carries its substance
// and the product in words, as a system does that maps by ingredient.
const term = (code: string, display: string, text?: string): Term => ({ code, display, ...(text !== undefined && { text }) })

/** Something typed, never coded. */
export const words = (display: string): Term => ({ display })

export const drugs = {
  apixaban5: term('698090000', 'Apixaban', 'Apixaban 5mg tablets'),
  apixaban2: term('698090000', 'Apixaban', 'Apixaban 2.5mg tablets'),
  bisoprolol: term('386868003', 'Bisoprolol', 'Bisoprolol 2.5mg tablets'),
  ramipril: term('386872004', 'Ramipril', 'Ramipril 5mg capsules'),
  metforminMr: term('372567009', 'Metformin', 'Metformin 500mg modified-release tablets'),
  metformin: term('325278007', 'Metformin 500mg tablets'),
  atorvastatin: term('373444002', 'Atorvastatin', 'Atorvastatin 40mg tablets'),
  paracetamol: term('322236009', 'Paracetamol 500mg tablets'),
  omeprazole: term('317291008', 'Omeprazole 20mg gastro-resistant capsules'),
  furosemide: term('317972000', 'Furosemide 40mg tablets'),
  amitriptyline: term('321746008', 'Amitriptyline 25mg tablets'),
  sertraline: term('9751511000001104', 'Sertraline 100mg tablets'),
  zopiclone: term('321177003', 'Zopiclone 3.75mg tablets'),
  propranolol: term('38751111000001107', 'Propranolol 80mg modified-release capsules'),
  coCodamol: term('322366004', 'Co-codamol 30mg/500mg capsules'),
  salbutamol: term('39113611000001102', 'Salbutamol 100micrograms/dose inhaler CFC free'),
  amoxicillin: term('39732411000001106', 'Amoxicillin 500mg capsules'),
  doxycycline: term('324059006', 'Doxycycline 100mg capsules'),
  amlodipine: term('386864001', 'Amlodipine', 'Amlodipine 5mg tablets'),
  clomifene: words('Clomifene 50mg tablets'),
  ceftriaxone: words('Ceftriaxone 1g powder for solution for injection vials'),
  midazolam: words('Midazolam 1mg/ml solution for infusion'),
  acetylcysteine: words('Acetylcysteine 200mg/ml solution for infusion'),
  mirtazapine: words('Mirtazapine 15mg tablets'),
  clozapine: words('Clozapine 100mg tablets'),
  depot: words('Paliperidone 100mg/1ml prolonged-release suspension for injection pre-filled syringes'),
  truvada: words('Emtricitabine 200mg / Tenofovir disoproxil 245mg tablets'),
  estradiol: words('Estradiol 2mg tablets'),
  degraded: term('196421000000109', 'Transfer-degraded medication entry', 'Calcium and vitamin D chewable tablets'),
} as const

export const conditions = {
  diabetes: term('44054006', 'Type 2 diabetes mellitus'),
  atrialFibrillation: term('49436004', 'Atrial fibrillation'),
  hypertension: term('59621000', 'Essential hypertension', 'Hypertension'),
  kidney: term('700378005', 'Chronic kidney disease stage 3A', 'Chronic kidney disease stage 3a'),
  hipFracture: term('5913000', 'Fracture of neck of femur', 'Fracture of neck of right femur'),
  asthma: term('195967001', 'Asthma'),
  anxietyDepression: term('231504006', 'Mixed anxiety and depressive disorder'),
  overdose: term('55680006', 'Drug overdose'),
  intentionalOverdose: term('59274003', 'Intentional drug overdose'),
  bronchiolitis: term('4120002', 'Bronchiolitis'),
  sepsis: term('91302008', 'Sepsis'),
  pneumonia: term('233604007', 'Pneumonia'),
  osteoarthritis: term('396275006', 'Osteoarthritis'),
  heartFailure: term('84114007', 'Heart failure'),
  copd: term('13645005', 'Chronic obstructive pulmonary disease'),
  fall: words('Fall, collapsed at home'),
  lowMood: term('35489007', 'Depressive disorder', 'Depression after bereavement'),
  schizophrenia: term('58214004', 'Schizophrenia'),
} as const

export const allergens = {
  penicillin: term('91936005', 'Allergy to penicillin', 'Penicillin'),
  trimethoprim: term('292939004', 'Adverse reaction to trimethoprim', 'Trimethoprim'),
  latex: term('300916003', 'Allergy to latex', 'Latex'),
  paracetamol: term('293584003', 'Allergy to paracetamol', 'Paracetamol'),
  degraded: term('196461000000101', 'Transfer-degraded drug allergy', 'Allergy to Septrin (transferred)'),
  noneKnown: term('716186003', 'No known allergy'),
} as const

export const reactions = {
  anaphylaxis: term('39579001', 'Anaphylaxis'),
  rash: term('271807003', 'Eruption', 'Rash'),
  dermatitis: term('40275004', 'Contact dermatitis'),
} as const

const test = (
  panel: string,
  specimen: LabTest['specimen'],
  code: string,
  display: string,
  text: string,
  unit: string,
  ucum: string,
): LabTest => ({
  term: term(code, display, text),
  unit,
  ucum,
  specimen,
  panel,
})
const RENAL = 'Renal profile'
const BLOOD = 'Full blood count'
const RESPIRATORY = 'Respiratory virus panel'
/** A test that its laboratory names in words alone. */
const named = (display: string, panel: string): LabTest => ({ term: words(display), unit: '', ucum: '1', specimen: 'Swab', panel })
export const tests = {
  potassium: test(RENAL, 'Serum', '1000651000000109', 'Serum potassium level', 'Potassium', 'mmol/L', 'mmol/L'),
  sodium: test(RENAL, 'Serum', '1000661000000107', 'Serum sodium level', 'Sodium', 'mmol/L', 'mmol/L'),
  creatinine: test(RENAL, 'Serum', '1000731000000107', 'Serum creatinine level', 'Creatinine', 'µmol/L', 'umol/L'),
  haemoglobin: test(BLOOD, 'Blood', '1022431000000105', 'Haemoglobin estimation', 'Haemoglobin', 'g/L', 'g/L'),
  platelets: test(BLOOD, 'Blood', '1022651000000100', 'Platelet count', 'Platelets', '10*9/L', '10*9/L'),
  crp: test('C reactive protein', 'Serum', '135842001', 'Serum C reactive protein level', 'CRP', 'mg/L', 'mg/L'),
  hba1c: test(
    'Glycated haemoglobin',
    'Blood',
    '999791000000106',
    'Haemoglobin A1c level - International Federation of Clinical Chemistry and Laboratory Medicine standardised',
    'HbA1c',
    'mmol/mol',
    'mmol/mol',
  ),
  cholesterol: test('Lipids', 'Serum', '1005671000000105', 'Serum cholesterol level', 'Cholesterol', 'mmol/L', 'mmol/L'),
  cholesterolMg: test('Lipids', 'Serum', '1005671000000105', 'Serum cholesterol level', 'Cholesterol', 'mg/dL', 'mg/dL'),
  troponin: test('Troponin', 'Plasma', '105000003', 'Troponin measurement', 'Troponin T', 'ng/L', 'ng/L'),
  covid: test(
    'SARS-CoV-2',
    'Swab',
    '1240511000000106',
    'Detection of SARS-CoV-2 using polymerase chain reaction technique',
    'COVID-19 PCR',
    '',
    '1',
  ),
  covidOfPanel: test(
    RESPIRATORY,
    'Swab',
    '1240511000000106',
    'Detection of SARS-CoV-2 using polymerase chain reaction technique',
    'SARS-CoV-2 RNA',
    '',
    '1',
  ),
  influenzaA: named('Influenza A RNA', RESPIRATORY),
  syncytial: named('Respiratory syncytial virus RNA', RESPIRATORY),
  hiv: test(
    'Blood-borne viruses',
    'Serum',
    '31676001',
    'Human immunodeficiency virus antigen test',
    'HIV 1 and 2 antigen and antibody',
    '',
    '1',
  ),
  inr: test('Coagulation', 'Plasma', '165581004', 'International normalised ratio', 'INR', 'ratio', '{INR}'),
} as const

export const measures = {
  bloodPressure: term('75367002', 'Blood pressure'),
  news2: term('1104051000000101', 'Royal College of Physicians NEWS2 (National Early Warning Score 2) total score', 'NEWS2 total score'),
  systolic: term('271649006', 'Systolic blood pressure'),
  diastolic: term('271650006', 'Diastolic blood pressure'),
  weight: term('27113001', 'Body weight'),
  pulse: term('78564009', 'Pulse rate'),
  oxygen: term('431314004', 'Peripheral oxygen saturation'),
} as const

/** What a virus test found. */
export const findings = {
  positive: term('1240581000000104', 'SARS-CoV-2 (severe acute respiratory syndrome coronavirus 2) detected', 'Positive'),
  negative: term('1240591000000102', 'SARS-CoV-2 (severe acute respiratory syndrome coronavirus 2) not detected', 'Negative'),
  void: term('1321691000000102', 'SARS-CoV-2 (severe acute respiratory syndrome coronavirus 2) result unknown', 'Void'),
} as const

export const vaccines = {
  pneumococcal: term('571631000119106', 'Pneumococcal polysaccharide vaccination'),
  influenza: term('822851000000102', 'Seasonal influenza vaccination'),
  covid: term('39473011000001103', 'COVID-19 Vaccine Nuvaxovid (recombinant, adjuvanted) 5micrograms/0.5ml dose'),
} as const

export const procedures = {
  hipReplacement: term('397956004', 'Prosthetic arthroplasty of the hip', 'Hemiarthroplasty, right hip'),
} as const
