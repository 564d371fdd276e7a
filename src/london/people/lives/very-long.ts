import type { Calendar } from '../calendar.ts'
import { allergens, conditions, drugs, reactions } from '../terms.ts'
import type { Held, Life } from '../told.ts'

/** The top of a very long record: what is in force. The many years below it are written when they are asked for. */
export function veryLong(c: Calendar): Life {
  const hospital = (range: number): Held => ({
    allergies: [
      {
        id: 'penicillin',
        term: allergens.penicillin,
        recorded: c.day(2000 + range),
        status: 'active',
        reactions: [reactions.rash],
        category: 'medication',
      },
    ],
    problems: [
      { id: 'hf', term: conditions.heartFailure, recorded: c.day(2500), onset: c.year(8), status: 'active', significance: 'major' },
    ],
    encounters: [
      {
        id: 'next',
        class: 'AMB',
        status: 'planned',
        title: 'Heart failure clinic',
        start: c.at(-9 - range, '10:00'),
        service: 'CARD',
      },
    ],
  })
  return {
    'camberwell-gp': {
      allergies: [
        {
          id: 'penicillin',
          term: allergens.penicillin,
          recorded: '1969',
          status: 'active',
          reactions: [reactions.anaphylaxis],
          severity: 'severe',
          category: 'medication',
        },
      ],
      medicines: [
        {
          id: 'furosemide',
          term: drugs.furosemide,
          kind: 'repeat',
          status: 'active',
          dose: '40 mg each morning',
          start: c.day(2400),
          issues: [48, 20].map(ago => ({ on: c.day(ago), quantity: 28 })),
        },
      ],
      problems: [
        { id: 'hf', term: conditions.heartFailure, recorded: c.day(2600), onset: c.year(8), status: 'active', significance: 'major' },
      ],
    },
    kch: hospital(1),
    gstt: hospital(2),
    rfl: hospital(3),
    uclh: hospital(4),
  }
}
