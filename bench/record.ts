import { setImmediate } from 'node:timers/promises'
import type { Disclosed, Item, SectionAnswer } from '../src/care-record/item.ts'
import type { SectionId } from '../src/care-record/section.ts'
import { createRecord, type CareRecord } from '../src/exchange/record/record.ts'

/**
 * CPU of the merge: one busy person, 1,000 statements of about 1.4 KB over 20 sources, three in twenty held by two
 * sources; and how long 5,000 statements in one answer keep the process from its other readers.
 */
const SOURCES = 20
const ROUNDS = 60
const TWIN_SHARE = 0.15

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 4294967296) * below)
  }
}

const coded = (code: number, text: string) => ({
  text,
  coding: [
    { system: 'http://snomed.info/sct', code: String(100000 + code), display: text, userSelected: true },
    { system: 'https://fhir.hl7.org.uk/Id/local', code: `L${code}`, display: `${text}, local term` },
  ],
})
const status = (system: string, code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] })
const FORMS = ['5mg tablets', '10mg capsules', '250micrograms/dose inhaler', '20mg/5ml oral solution']

/** Shares of the sections as a long-term patient has them. */
function resourceOf(n: number, pick: (below: number) => number): { section: SectionId; resource: object } {
  const two = (below: number, from = 0): string => String(from + pick(below)).padStart(2, '0')
  const day = `20${two(9, 18)}-${two(12, 1)}-${two(28, 1)}`
  const at = `${day}T${two(24)}:${two(60)}:00+00:00`
  const kind = pick(100)
  const identifier = [{ system: 'https://trust.nhs.uk/record', value: `id-${n}` }]
  if (kind < 4) {
    const agent = pick(25)
    return {
      section: 'allergies',
      resource: {
        resourceType: 'AllergyIntolerance',
        code: coded(agent, `Agent ${agent}`),
        clinicalStatus: status('allergyintolerance-clinical', 'active'),
        verificationStatus: status('allergyintolerance-verification', 'confirmed'),
        category: ['medication'],
        recordedDate: day,
        reaction: [{ severity: 'moderate', manifestation: [coded(900, 'Rash')] }],
      },
    }
  }
  if (kind < 18) {
    const drug = pick(150)
    return {
      section: 'medicines',
      resource: {
        resourceType: 'MedicationStatement',
        status: pick(3) === 0 ? 'completed' : 'active',
        medicationCodeableConcept: coded(1000 + drug, `Drug${drug} ${FORMS[drug % 4]}`),
        dateAsserted: day,
        effectivePeriod: { start: day },
        dosage: [
          {
            text: 'One to be taken twice a day',
            route: coded(901, 'Oral'),
            doseAndRate: [{ doseQuantity: { value: 1 + pick(2), unit: 'tablet' } }],
            timing: { repeat: { frequency: 1 + pick(2), period: 1, periodUnit: 'd' } },
          },
        ],
      },
    }
  }
  if (kind < 30) {
    const problem = pick(150)
    return {
      section: 'problems',
      resource: {
        resourceType: 'Condition',
        code: coded(2000 + problem, `Problem ${problem} of ${pick(3) === 0 ? 'left' : 'right'} side`),
        clinicalStatus: status('condition-clinical', pick(3) === 0 ? 'resolved' : 'active'),
        onsetDateTime: day,
        recordedDate: day,
      },
    }
  }
  if (kind < 45)
    return {
      section: 'encounters',
      resource: {
        resourceType: 'Encounter',
        identifier,
        status: 'finished',
        class: { code: pick(2) === 0 ? 'AMB' : 'IMP' },
        type: [coded(3000 + pick(30), `Clinic ${pick(30)}`)],
        period: { start: at, end: at },
        location: [{ location: { display: 'Ward 7' } }],
      },
    }
  if (kind < 85) {
    const test = pick(60)
    return {
      section: 'results',
      resource: {
        resourceType: 'Observation',
        identifier,
        status: 'final',
        code: coded(4000 + test, `Test ${test}`),
        effectiveDateTime: at,
        issued: at,
        valueQuantity: { value: pick(500) / 10, unit: 'mmol/L' },
        referenceRange: [{ low: { value: 3 }, high: { value: 9 } }],
        interpretation: [{ coding: [{ code: pick(4) === 0 ? 'H' : 'N' }] }],
      },
    }
  }
  const document = pick(2) === 0
  return document
    ? {
        section: 'documents',
        resource: {
          resourceType: 'DocumentReference',
          identifier,
          status: 'current',
          type: coded(5000 + pick(20), `Letter ${pick(20)}`),
          date: at,
          content: [{ attachment: { contentType: 'application/pdf', title: `Letter ${pick(400)}` } }],
        },
      }
    : {
        section: 'procedures',
        resource: {
          resourceType: 'Procedure',
          status: 'completed',
          code: coded(6000 + pick(80), `Procedure ${pick(80)}`),
          performedDateTime: at,
        },
      }
}

const ITEM_BYTES = 1400
const fillers = (resource: object): object => ({
  ...resource,
  meta: { lastUpdated: '2026-11-20T10:00:00+00:00', profile: ['https://fhir.hl7.org.uk/StructureDefinition/UKCore'] },
  subject: { reference: 'Patient/1' },
  text: { status: 'generated', div: `<div>${'a '.repeat(Math.max(0, (ITEM_BYTES - 560 - JSON.stringify(resource).length) / 2))}</div>` },
})

/** One body a source, as the wire has it. */
function bodies(items: number, sources: number): string[] {
  const pick = numbers(items)
  const answers: { items: object[]; sections: Set<SectionId> }[] = Array.from({ length: sources }, () => ({
    items: [],
    sections: new Set(),
  }))
  let n = 0
  const put = (s: number, { section, resource }: { section: SectionId; resource: object }): void => {
    const id = `r${n++}`
    answers[s]?.sections.add(section)
    answers[s]?.items.push({
      id: `S${s}/${(resource as { resourceType: string }).resourceType}/${id}`,
      version: '1',
      section,
      resource: fillers({ id, ...resource }),
      provenance: {
        sourceId: `S${s}`,
        odsCode: `R${s}`,
        organisationName: `Trust ${s}`,
        short: `S${s}`,
        system: 'bench',
        recorded: `20${18 + pick(9)}-0${1 + pick(9)}-10`,
        originalIdentifier: id,
        retrievedAt: '2026-11-21T11:00:00.000Z',
        feed: 'live',
        matchedBy: 'nhs-number',
      },
      marks: [],
      contained: [],
      links: [],
      parents: [],
      unresolved: [],
    })
  }
  for (let made = 0; made < items; made = n) {
    const s = pick(sources)
    const said = resourceOf(n, pick)
    put(s, said)
    if (pick(1000) < 1000 * TWIN_SHARE && sources > 1 && n < items) put((s + 1 + pick(sources - 1)) % sources, said)
  }
  return answers.map((a, s) =>
    JSON.stringify({
      source: { id: `S${s}`, odsCode: `R${s}`, name: `Trust ${s}`, short: `S${s}`, kind: 'acute', exchange: 'sel' },
      group: 'essentials',
      sections: [...a.sections],
      complete: true,
      asOf: '2026-11-21T11:00:00.000Z',
      outcome: 'answered',
      cause: 'none',
      items: a.items,
      warnings: [],
      unreadable: 0,
      tookMs: 1,
    }),
  )
}

type Answers = readonly SectionAnswer<Disclosed<Item>>[]
const parse = (texts: readonly string[]): Answers => texts.map(t => JSON.parse(t) as SectionAnswer<Disclosed<Item>>)
const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const rounded = (ms: number): number => Number(ms.toFixed(2))
/** CPU of this process in milliseconds, collection of garbage included. */
const cpuMs = (job: () => unknown): number => {
  const start = process.cpuUsage()
  job()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}
const fresh = (): CareRecord => {
  let n = 0
  return createRecord({ mintId: () => `e${++n}`, today: () => '2026-11-21' })
}

const texts = bodies(1000, SOURCES)
const separately = (answers: Answers): CareRecord => {
  const record = fresh()
  for (const answer of answers) record.add([answer])
  return record
}
const together = (answers: Answers): CareRecord => {
  const record = fresh()
  record.add(answers)
  return record
}
const timings = { parse: [] as number[], separate: [] as number[], together: [] as number[] }
const firstMs = cpuMs(() => separately(parse(texts)))
// Read from one parsed copy: collecting what the parser made is the parser's work, not the merge's.
const answers = parse(texts)
for (let round = 0; round < ROUNDS; round++) {
  timings.parse.push(cpuMs(() => parse(texts)))
  timings.separate.push(cpuMs(() => separately(answers)))
  timings.together.push(cpuMs(() => together(answers)))
}
const folded = together(answers).snapshot()
const entries = [...folded.values()].flat()

const large = parse(bodies(5000, 1))
const wholeMs: number[] = []
const longestMs: number[] = []
for (let round = 0; round < 10; round++) {
  wholeMs.push(cpuMs(() => together(large)))
  longestMs.push(await longestHold(large))
}
/** Longest stretch of wall clock without a pause: read in slices, folded one section at a time. */
async function longestHold(answers: Answers): Promise<number> {
  const record = fresh()
  let longest = 0
  let start = performance.now()
  const pause = async (): Promise<void> => {
    longest = Math.max(longest, performance.now() - start)
    await setImmediate()
    start = performance.now()
  }
  for (const slot of await record.read(answers, pause)) {
    await pause()
    record.fold([slot])
  }
  await pause()
  return longest
}
console.log(
  JSON.stringify({
    items: 1000,
    bytesAnItem: Math.round(texts.join('').length / 1000),
    entries: entries.length,
    joined: entries.filter(e => e.statements > 1).length,
    firstMs: rounded(firstMs),
    parseMs: rounded(median(timings.parse)),
    separateAddsMs: rounded(median(timings.separate)),
    oneAddMs: rounded(median(timings.together)),
    fiveThousandMs: rounded(median(wholeMs)),
    fiveThousandLongestHoldMs: rounded(median(longestMs)),
  }),
)
