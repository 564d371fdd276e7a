import type { Disclosed, Item, SectionAnswer } from '../src/care-record/item.ts'
import type { SectionId } from '../src/care-record/section.ts'
import { createRecord } from '../src/exchange/record/record.ts'

/** One busy person: 1,000 statements over 20 sources, with the overlap of a practice copied by hospitals. */
const SOURCES = 20
const ITEMS = 1000
const ROUNDS = 60
const coding = (code: number, text: string) => ({
  text,
  coding: [{ system: 'http://snomed.info/sct', code: String(100000 + code), display: text }],
})

function resourceOf(n: number): { section: SectionId; resource: object } {
  const day = `202${n % 7}-0${1 + (n % 9)}-1${n % 10}`
  const id = `r${n}`
  switch (n % 10) {
    case 0:
      return {
        section: 'allergies',
        resource: { resourceType: 'AllergyIntolerance', id, code: coding(n % 7, `Agent ${n % 7}`), recordedDate: day },
      }
    case 1:
    case 2:
      return {
        section: 'medicines',
        resource: {
          resourceType: 'MedicationStatement',
          id,
          status: 'active',
          medicationCodeableConcept: coding(n % 37, `Drug${n % 37} 5mg tablets`),
          dateAsserted: day,
          dosage: [
            {
              text: 'One tablet twice a day',
              doseAndRate: [{ doseQuantity: { value: 5, unit: 'mg' } }],
              timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
            },
          ],
        },
      }
    case 3:
      return {
        section: 'problems',
        resource: { resourceType: 'Condition', id, code: coding(n % 31, `Problem ${n % 31}`), onsetDateTime: day },
      }
    case 4:
      return {
        section: 'encounters',
        resource: {
          resourceType: 'Encounter',
          id,
          status: 'finished',
          class: { code: 'AMB' },
          period: { start: `${day}T09:00:00Z`, end: `${day}T10:00:00Z` },
        },
      }
    default:
      return {
        section: 'results',
        resource: {
          resourceType: 'Observation',
          id,
          status: 'final',
          code: coding(n % 23, `Test ${n % 23}`),
          effectiveDateTime: `${day}T0${n % 10}:15:00Z`,
          valueQuantity: { value: n % 50, unit: 'mmol/L' },
          referenceRange: [{ low: { value: 3 }, high: { value: 9 } }],
        },
      }
  }
}

function bodies(): string[] {
  return Array.from({ length: SOURCES }, (_x, s) => {
    const items = Array.from({ length: ITEMS / SOURCES }, (_y, i) => {
      const n = s * 47 + i
      return {
        id: `S${s}/x/${s}-${i}`,
        version: '1',
        ...resourceOf(n),
        provenance: {
          sourceId: `S${s}`,
          odsCode: `S${s}`,
          organisationName: `Trust ${s}`,
          short: `S${s}`,
          system: 'bench',
          recorded: `2026-01-${10 + s}`,
          originalIdentifier: String(i),
          retrievedAt: '2026-11-21T11:00:00.000Z',
          feed: 'live',
          matchedBy: 'nhs-number',
        },
        marks: [],
        contained: [],
        links: [],
        parents: [],
        unresolved: [],
      }
    })
    return JSON.stringify({
      source: { id: `S${s}`, odsCode: `S${s}`, name: `Trust ${s}`, short: `S${s}`, kind: 'acute', exchange: 'sel' },
      group: 'essentials',
      sections: ['allergies', 'medicines', 'problems', 'encounters', 'results'],
      complete: true,
      asOf: '2026-11-21T11:00:00.000Z',
      outcome: 'answered',
      cause: 'none',
      items,
      warnings: [],
      unreadable: 0,
      tookMs: 1,
    })
  })
}

const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const timed = (job: () => unknown): number => {
  const start = performance.now()
  job()
  return performance.now() - start
}

const texts = bodies()
const parse = (): SectionAnswer<Disclosed<Item>>[] => texts.map(t => JSON.parse(t) as SectionAnswer<Disclosed<Item>>)
/** The least any program can do: parse, put into sections, sort. */
const floor = (): unknown =>
  [
    ...Map.groupBy(
      parse().flatMap(a => a.items),
      i => i.section,
    ).values(),
  ].map(items => items.sort((a, b) => (a.id < b.id ? -1 : 1)))
const merge = (answers: readonly SectionAnswer<Disclosed<Item>>[]): unknown => {
  let n = 0
  const record = createRecord({ mintId: () => `e${++n}`, today: () => '2026-11-21' })
  for (const answer of answers) record.add([answer])
  return record
}

const floorMs: number[] = []
const wholeMs: number[] = []
const firstMs = timed(() => merge(parse()))
for (let round = 0; round < ROUNDS; round++) {
  floorMs.push(timed(floor))
  wholeMs.push(timed(() => merge(parse())))
}
const whole = median(wholeMs)
console.log(
  JSON.stringify({
    items: ITEMS,
    sources: SOURCES,
    firstMs: Number(firstMs.toFixed(1)),
    floorMs: Number(median(floorMs).toFixed(2)),
    parseAndMergeMs: Number(whole.toFixed(2)),
    itemsPerSecond: Math.round((ITEMS / whole) * 1000),
  }),
)
