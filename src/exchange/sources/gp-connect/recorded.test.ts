import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { consultationOf, type ConsultationHeading } from '../../../care-record/consultation.ts'
import type { Item, SectionAnswer } from '../../../care-record/item.ts'
import { SECTION_IDS, type Group } from '../../../care-record/section.ts'
import { answering } from '../reading/answering.ts'
import { contextOf, organisationOf, sourceOf } from '../reading/fixtures.ts'
import { atOnce, objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { parseBody } from '../reading/parse-body.ts'
import { sift, takeIn } from '../reading/take-in.ts'
import type { Translation } from '../reading/translate.ts'
import { createGpConnectConnector } from './gp-connect-connector.ts'
import { listCode, referencesIn } from './lists.ts'
import { hoistContained, translateGpConnect } from './translate.ts'

const corpora = process.env['LCR_CORPORA']
const folder = join(corpora ?? '', 'gpconnect-structured-stu3')
const skip = corpora === undefined || !existsSync(folder) ? 'set LCR_CORPORA to a folder of recorded answers' : false
const files = skip === false ? readdirSync(folder).filter(name => name.endsWith('.json')) : []

interface Read {
  readonly stu3: ReadonlyMap<string, JsonObject>
  readonly translation: Translation
}
async function read(file: string): Promise<Read | undefined> {
  const body = await parseBody(readFileSync(join(folder, file)))
  if (body?.['resourceType'] !== 'Bundle') return undefined
  const taken = atOnce(takeIn(objectsOf(body['entry']), 'https://gp.example'))
  hoistContained(taken)
  atOnce(sift(taken, new Set(), () => new Set()))
  const translation = atOnce(
    translateGpConnect({
      stu3: taken.resources,
      source: sourceOf({ id: 'gp' }),
      organisation: organisationOf(),
      retrievedAt: '2026-11-21T10:00:00Z',
      sections: new Set(SECTION_IDS),
      inGroup: () => true,
    }),
  )
  return { stu3: taken.resources, translation }
}
const countBy = (items: readonly Item[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { section } of items) counts[section] = (counts[section] ?? 0) + 1
  return counts
}

/** Statements of each section in records that real systems of practices sent, told as items. */
const golden: readonly [file: string, counts: Record<string, number>][] = [
  [
    '9465701262_Meyers_full_20210602.json',
    {
      problems: 15,
      allergies: 2,
      vaccinations: 6,
      encounters: 41,
      medicines: 27,
      observations: 38,
      referrals: 4,
      appointments: 4,
      documents: 20,
    },
  ],
  [
    'EMISPatientStructurede2eResponsePWTP2.json',
    { problems: 8, allergies: 4, encounters: 6, medicines: 10, observations: 22, appointments: 1 },
  ],
  [
    'TPPPatientStructuredRecordE2EPWTP7.json',
    { problems: 3, encounters: 11, medicines: 1, observations: 7, referrals: 4, appointments: 2, documents: 7 },
  ],
]
for (const [file, counts] of golden)
  test(`the sections of ${file}`, { skip }, async () => {
    const found = await read(file)
    assert.deepEqual(found && countBy(found.translation.items), counts)
  })

test('a recorded consultation reads as it was written', { skip }, async () => {
  const found = await read('9690937287.structuredRecord.json')
  const shown = (headings: readonly ConsultationHeading[]): readonly string[] =>
    headings.flatMap(h => [`# ${h.title ?? h.problem?.words ?? ''}`, ...h.lines.map(l => l.words), ...shown(h.headings)])
  const all = found?.translation.items.map(item => shown(consultationOf(item) ?? [])) ?? []
  const whole = all.find(lines => lines.includes('# Anxiety with Depression'))
  for (const line of [
    '# History',
    '# Examination',
    'MSE euthymic. Not anxious. No DSH/hallucinations/abnormal thoughts',
    'Never smoked tobacco',
    'Alcohol units consumed per week 0 units/week',
    'Citalopram 20mg tablets. TAKE ONE DAILY. 28. NOTES FOR PHARMACY',
    'Referral items are not supported by the provider system',
    '# Swollen legs',
    'Temperature 36.7 C. Patient looks flushed',
  ])
    assert.ok(whole?.includes(line), line)
})

const CONSULTATION = '325851000000107'
const HEADINGS: ReadonlySet<string> = new Set([CONSULTATION, '25851000000105', '24781000000107'])

test('every statement a recorded consultation names is a line of its tree, and the two are linked', { skip }, async () => {
  let lines = 0
  for (const file of files) {
    const found = await read(file)
    if (!found) continue
    const { stu3, translation } = found
    for (const list of stu3.values()) {
      if (list['resourceType'] !== 'List' || listCode(list) !== CONSULTATION) continue
      const leaves: string[] = []
      const seen = new Set<JsonObject>()
      const walk = (heading: JsonObject): void => {
        if (seen.has(heading)) return
        seen.add(heading)
        for (const reference of referencesIn(heading)) {
          const target = stu3.get(reference)
          if (target?.['resourceType'] === 'List' && HEADINGS.has(listCode(target))) walk(target)
          else if (target && target['resourceType'] !== 'List') leaves.push(reference)
        }
      }
      walk(list)
      const encounter = textOf(objectOf(list['encounter'])['reference']) ?? ''
      const item = translation.items.find(i => i.id === `gp/${encounter}`)
      if (!item) continue
      const told = (headings: readonly ConsultationHeading[]): readonly { words: string; itemId?: string }[] =>
        headings.flatMap(h => [...h.lines, ...told(h.headings)])
      const shown = told(consultationOf(item) ?? []).filter(line => line.itemId !== undefined)
      assert.equal(shown.length, leaves.length, `${file} ${encounter}`)
      for (const { words, itemId } of shown) {
        assert.ok(words.trim() !== '')
        assert.ok(
          translation.items.some(i => i.id === itemId),
          `${file}: ${itemId} is an item`,
        )
        assert.ok(item.links.includes(itemId ?? ''), `${file}: ${itemId} is linked`)
      }
      lines += shown.length
    }
  }
  assert.ok(lines > 400, `${lines} lines`)
})

test('every problem of a recorded answer keeps the links the practice made', { skip }, async () => {
  let links = 0
  for (const file of files) {
    const found = await read(file)
    if (!found) continue
    const { stu3, translation } = found
    const ids = new Set(translation.items.map(item => item.id))
    for (const item of translation.items.filter(i => i.resource.resourceType === 'Condition')) {
      const raw = stu3.get(item.id.slice('gp/'.length))
      for (const extension of objectsOf(raw?.['extension'])) {
        if (!/ActualProblem|RelatedClinicalContent/.test(String(extension['url']))) continue
        const reference = textOf(objectOf(extension['valueReference'])['reference']) ?? ''
        if (!stu3.has(reference) || /^(?:Practitioner|Organization|List)/.test(reference)) continue
        const renamed = reference
          .replace(/^ReferralRequest\//, 'ServiceRequest/referral-')
          .replace(/^ProcedureRequest\//, 'ServiceRequest/procedure-')
        const led = ids.has(`gp/${renamed}`) ? item.links.includes(`gp/${renamed}`) : item.links.length > 0
        assert.ok(led, `${file}: ${item.id} to ${reference}`)
        links += 1
      }
    }
  }
  assert.ok(links > 100, `${links} links`)
})

test(
  'recorded records as answers over real sockets: all groups together hold each item, none is unreadable without a word',
  { skip },
  async () => {
    for (const file of [
      '9465701262_Meyers_full_20210602.json',
      'TPPPatientStructuredRecordE2EPWTP7.json',
      'EMISPatientStructurede2eResponsePWTP4.json',
    ]) {
      const bytes = readFileSync(join(folder, file))
      const server = await answering((_, response) => response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(bytes))
      try {
        const connector = createGpConnectConnector({
          dispatcher: server.dispatcher,
          spine: {
            asidFrom: '200000000001',
            issuer: 'https://record.example',
            device: { system: 's', value: 'v', model: 'm', version: '1' },
          },
        })
        const answers: SectionAnswer[] = []
        for (const group of ['essentials', 'recent', 'older'] satisfies Group[])
          answers.push(
            ...(await connector(
              contextOf(
                group,
                { id: 'gp', connector: 'gp-connect', baseUrl: server.url },
                { checkDemographics: () => ({ verdict: 'same' }) },
              ),
            )),
          )
        const expected = await read(file)
        const ids = answers.flatMap(a => a.items).map(i => i.id)
        assert.deepEqual(new Set(ids), new Set(expected?.translation.items.map(i => i.id)), file)
        assert.equal(new Set(ids).size, ids.length, `${file}: each in one group`)
        for (const answer of answers) assert.ok(answer.unreadable === 0 || answer.outcome === 'partial')
      } finally {
        await server.close()
      }
    }
  },
)
