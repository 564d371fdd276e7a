import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../care-record/entry.ts'
import { copyText } from './copy.ts'
import { allergy, encounter, medicine, plain, problem, result } from './fixtures/okafor.ts'

const cases: readonly (readonly [entry: Entry, expected: string])[] = [
  [
    result('Potassium', 'KCH', '2026-11-21T11:20:00Z', { value: '5.6', unit: 'mmol/L', range: '3.5 to 5.3' }),
    'Potassium 5.6 mmol/L (3.5 to 5.3) KCH 21-Nov-2026 11:20',
  ],
  [result('Sodium', 'KCH', '2026-11-21', { value: '<120', status: 'Corrected' }), 'Sodium <120, Corrected KCH 21-Nov-2026'],
  [
    medicine('Apixaban', 'GP', '2026-11-02', { strengthAndForm: '5 mg tablets', dose: '5 mg', route: 'oral', frequency: 'twice a day' }),
    'Apixaban — 5 mg tablets — DOSE 5 mg — oral — twice a day — Started GP 02-Nov-2026',
  ],
  [
    allergy('Penicillin', 'GP', '2011', { reactions: [['Rash', 'Wheeze']], severity: 'severe' }),
    'Penicillin: Rash AND Wheeze, severe GP 2011',
  ],
  [allergy('Latex', 'GP', '2011', { state: 'refuted' }), 'Latex: Reaction not recorded, Ruled out GP 2011'],
  [allergy('No known allergies', 'GP', '2011', { state: 'negative' }), 'No known allergies GP 2011'],
  [problem('?PE', 'KCH', '2026-01-02', { status: 'Inactive' }), '?PE, Inactive KCH 02-Jan-2026'],
  [encounter('Ward stay', 'KCH', '2026-01-02', { noEndRecorded: true }), 'Ward stay, Finished, no end recorded KCH 02-Jan-2026'],
  [
    plain('contacts', 'Chidi Okafor', 'GP', '2026-03-11', { facts: [['Phone', '020 7946 0099']] }),
    'Chidi Okafor, Phone: 020 7946 0099 GP 11-Mar-2026',
  ],
  [plain('plans', 'Falls plan', 'SC', undefined as never, { status: 'Superseded' }), 'Falls plan, Superseded SC Date not recorded'],
]
for (const [entry, expected] of cases) test(`D166 copied: ${expected}`, () => assert.equal(copyText(entry), expected))

test('D166 what sources differ about says so on the clipboard too', () => {
  const [base] = cases[2] ?? []
  assert.ok(base)
  const by = base.recordedBy
  assert.match(
    copyText({
      ...base,
      conflicts: [
        {
          kind: 'dose',
          values: [
            { words: '5 mg', by },
            { words: '2.5 mg', by },
          ],
        },
      ],
    }),
    /\[sources differ\] GP/,
  )
})
