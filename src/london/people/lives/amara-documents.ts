import type { Calendar } from '../calendar.ts'
import { words } from '../terms.ts'
import type { SystemId, ToldDocument } from '../told.ts'

const DISCHARGE = 'Discharge summary, orthopaedics'

/** The paper of Mrs Okafor: what each system keeps of it, in the formats those systems keep. */
export function amaraDocuments(c: Calendar): Partial<Record<SystemId, readonly ToldDocument[]>> {
  const left = c.at(24, '15:30')
  const summary = {
    kind: 'pdf' as const,
    from: "Guy's and St Thomas'",
    paragraphs: [
      'Admitted after a fall with a fracture of the neck of the right femur. Right hip hemiarthroplasty the next day. Walking with a frame at discharge.',
      'Medicines changed: apixaban reduced from 5 mg to 2.5 mg twice a day; ramipril 5 mg suspended because kidney function fell during the stay. Changed by Dr Emmanuel Asante, consultant in orthopaedics.',
      'Allergies: none known to this hospital. Please check with the practice.',
      'For the practice: repeat kidney function and potassium in two weeks, and decide on ramipril.',
      'Package: care worker twice a day, reablement therapist twice a week, district nurse for the wound. Key safe by the front door.',
      'Follow-up: fracture clinic in four weeks.',
    ],
  }
  return {
    'camberwell-gp': [
      { id: 'summary', term: words(DISCHARGE), on: c.day(23), file: summary, shared: 'gstt-discharge-1' },
      {
        id: 'former-name',
        term: words('Letter, ophthalmology'),
        on: '1984-10-02',
        file: {
          kind: 'pdf',
          from: "King's College Hospital",
          headed: { name: { family: 'Adeyemi', given: ['Amara'], prefix: 'Miss' } },
          paragraphs: ['Thank you for referring this lady with recurrent headaches. Both discs are healthy. No follow-up.'],
        },
      },
      {
        id: 'eye-screening',
        term: words('Letter, diabetic eye screening'),
        on: c.day(150),
        file: { kind: 'text', paragraphs: ['Background retinopathy in both eyes. Screen again in 12 months.'] },
      },
    ],
    kch: [
      {
        id: 'echo-report',
        term: words('Echocardiogram report'),
        on: c.day(86),
        encounter: 'echo',
        service: 'CARD',
        by: 'Dr Naomi Feld, consultant cardiologist',
        file: {
          kind: 'pdf',
          paragraphs: [
            'Echocardiogram reported. Normal left ventricular size and systolic function, ejection fraction 58%. Mildly dilated left atrium. No significant valve disease.',
          ],
        },
      },
      {
        id: 'ed-draft',
        term: words('Emergency department letter'),
        on: c.minutesAgo(20),
        encounter: 'ed-now',
        docStatus: 'preliminary',
        service: 'ED',
        by: 'Dr Priya Shah, emergency medicine registrar',
        file: { kind: 'html', paragraphs: ['Fell at home, on the floor for an hour. Potassium 5.6. X-ray awaited.'] },
      },
      {
        id: 'scripted',
        term: words('Letter, falls clinic'),
        on: c.day(170),
        service: 'AMU',
        file: {
          kind: 'pdf',
          hostile: true,
          paragraphs: [
            'Lying and standing blood pressure normal. Advice on footwear and lighting given. Discharged from the falls clinic.',
          ],
        },
      },
      {
        id: 'misfiled',
        term: words('Letter, cardiology clinic'),
        on: c.day(85),
        service: 'CARD',
        file: {
          kind: 'pdf',
          headed: { name: { family: 'Okafor', given: ['Adaeze'], prefix: 'Mrs' }, birthDate: '1961-09-30', nhsNumber: '9991234691' },
          paragraphs: ['Pacemaker check satisfactory. Battery life eight years.'],
        },
      },
    ],
    gstt: [
      {
        id: 'discharge',
        term: words(DISCHARGE),
        on: left,
        encounter: 'hip-stay',
        service: 'ORTH',
        docStatus: 'final',
        replaces: 'discharge-first',
        shared: 'gstt-discharge-1',
        by: 'Dr Emmanuel Asante, consultant, orthopaedics',
        file: summary,
      },
      {
        id: 'discharge-first',
        term: words(DISCHARGE),
        on: c.at(24, '13:05'),
        encounter: 'hip-stay',
        service: 'ORTH',
        status: 'superseded',
        by: 'Dr Emmanuel Asante, consultant, orthopaedics',
        file: { ...summary, paragraphs: ['Summary in preparation. Medicines not yet reconciled.'] },
      },
      {
        id: 'operation',
        term: words('Operation note'),
        on: c.at(33, '11:40'),
        encounter: 'hip-stay',
        service: 'ORTH',
        by: 'Dr Emmanuel Asante, consultant, orthopaedics',
        file: {
          kind: 'html',
          paragraphs: ['Cemented hemiarthroplasty of the right hip, lateral approach. No complication. Weight bearing as able.'],
        },
      },
    ],
    rfl: [
      {
        id: 'kidney-letter',
        term: words('Letter, kidney clinic'),
        on: c.at(119, '17:00'),
        encounter: 'kidney',
        service: 'RENAL',
        file: {
          kind: 'cda',
          paragraphs: ['Assessment: Chronic kidney disease stage 3a, stable', 'Plan: Keep ramipril, potassium every six months'],
        },
      },
    ],
    uclh: [
      {
        id: 'rhythm-letter',
        term: words('Letter, heart rhythm clinic'),
        on: c.at(199, '16:20'),
        encounter: 'rhythm',
        service: 'CARD',
        file: {
          kind: 'html',
          hostile: true,
          paragraphs: ['Rate well controlled. Continue apixaban 5 mg twice a day and bisoprolol. No ablation.'],
        },
      },
    ],
    las: [
      {
        id: 'ecg',
        term: words('ECG tracing'),
        on: c.minutesAgo(110),
        encounter: 'incident',
        service: 'CREW',
        file: { kind: 'png', paragraphs: [] },
      },
      {
        id: 'incident',
        term: words('Ambulance incident report'),
        on: c.minutesAgo(98),
        encounter: 'incident',
        service: 'CREW',
        by: 'Owen Pritchard, paramedic',
        file: {
          kind: 'pdf',
          paragraphs: [
            'Called by NHS 111. Found on the kitchen floor, alert. Pain in the right hip. Key safe used.',
            "Conveyed to the emergency department of King's College Hospital, pre-alerted.",
          ],
        },
      },
    ],
    ucp: [
      {
        id: 'respect',
        term: { code: '1382601000000107', display: 'ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) form' },
        on: c.day(75),
        service: 'PLAN',
        by: 'Dr Karin Lindqvist, general practitioner',
        file: {
          kind: 'pdf',
          paragraphs: [
            'What matters most to me: to go on living in my own home and to be able to go to church.',
            'Focus of care: life-sustaining treatment that gets me home, balanced with comfort.',
            'Recommendation: hospital for a fall, a fracture or an infection that tablets do not help. Not for intensive care.',
            'CPR attempts NOT recommended. Discussed with Mrs Okafor, who has capacity, and her daughter.',
          ],
        },
      },
    ],
    slam: [
      {
        id: 'crisis',
        term: { code: '736253002', display: 'Mental health crisis plan' },
        on: c.day(48),
        service: 'OACMHT',
        by: 'Tunde Balogun, community mental health nurse',
        file: {
          kind: 'text',
          paragraphs: [
            'When things get worse I stop answering the telephone and do not eat.',
            'What helps: a call from my daughter, a visit from Pastor Joseph.',
            'Out of hours call the crisis line, 020 7946 0210.',
          ],
        },
      },
    ],
  }
}
