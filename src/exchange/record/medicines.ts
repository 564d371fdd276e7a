import type {
  CodeableConcept,
  Extension,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
  Resource,
} from '@medplum/fhirtypes'
import type { Conflict, MedicineEntry } from '../../care-record/entry.ts'
import type { Item, Mark } from '../../care-record/item.ts'
import { readDosage, readProduct } from './dosage.ts'
import { type Agreement, differing, type MedicineDraft, NONE, origin, saidAt, sortKey, valuesOf, type Writable } from './draft.ts'
import {
  codesOf,
  dayOf,
  daysAfter,
  hashed,
  inOrder,
  isCoded,
  newestFirst,
  normal,
  quantityWords,
  resolve,
  SNOMED,
  statedPerson,
  term,
} from './reading.ts'

export type MedicineResource = MedicationStatement | MedicationRequest | MedicationDispense | MedicationAdministration

/** GP Connect: transfer-degraded medication entry; the text carries the meaning. */
const DEGRADED = '196421000000109'
/** A supply without a stated length counts as in use this long. */
const SUPPLY_DAYS = 90

type Status = MedicineEntry['status']
const STATUS: Readonly<Record<string, Status>> = {
  active: 'Started',
  'in-progress': 'Started',
  intended: 'Not started',
  draft: 'Not started',
  'not-taken': 'Not started',
  preparation: 'Not started',
  'not-done': 'Not started',
  'on-hold': 'Suspended',
  completed: 'Completed',
  stopped: 'Discontinued',
  cancelled: 'Discontinued',
  declined: 'Discontinued',
}

/**
 * How one medicine statement reads (D30 to D40).
 * @param today FHIR date: what ended before it is past.
 */
export function draftMedicine(item: Item, resource: MedicineResource, today: string): MedicineDraft {
  const concept = conceptOf(item, resource)
  const codes = codesOf(concept)
  const degraded = codes.includes(`${SNOMED}|${DEGRADED}`)
  const term_ = term(concept) ?? 'Medicine not stated'
  const generic = concept?.coding?.find(c => c.display)?.display
  const own = readProduct(term_)
  const coded = generic && generic !== term_ && !degraded ? readProduct(generic) : own
  const branded = own.name !== coded.name && own.strength === coded.strength && own.strength !== ''
  const product = branded ? coded : own
  const orders = ordersOf(item, resource)
  const dosages =
    resource.resourceType === 'MedicationStatement'
      ? (resource.dosage ?? orders.plan?.dosageInstruction)
      : resource.resourceType === 'MedicationAdministration'
        ? undefined
        : resource.dosageInstruction
  const { doseKey, frequencyKey, instructionKey, ...words } = readDosage(dosages ?? administered(resource), product)
  const period = periodOf(resource)
  const end = dayOf(period.end) ?? period.end
  const voided = resource.status === 'entered-in-error'
  const supplyOnly = resource.resourceType === 'MedicationDispense' || resource.resourceType === 'MedicationAdministration'
  const acute = prescriptionType(resource, orders.plan) === 'acute'
  let status: Status = STATUS[resource.status ?? ''] ?? 'Status not stated'
  let past = voided || status === 'Completed' || status === 'Discontinued'
  if (resource.resourceType === 'MedicationDispense' && status === 'Completed') {
    const until = supplyEnd(resource)
    past = until !== undefined && until < today
    status = 'Status not stated'
  } else if (
    status === 'Started' &&
    ((end !== undefined && end.slice(0, 10) < today) ||
      (acute && end === undefined && period.start !== undefined && period.start.slice(0, 10) < today))
  ) {
    past = true
    status = 'Completed'
  }
  const issued = issueOf(resource, orders.issues)
  const repeatDays = intervalOf(resource, orders)
  const change = statusChange(resource, orders.plan)
  const stopping = status === 'Discontinued' && change?.reason ? `Stopped: ${change.reason}` : undefined
  const reason = [words.reasonOrDuration, reasonOf(resource), stopping].filter(Boolean).join(', ')
  const date = period.recorded ?? period.start
  const marks: Mark[] = []
  if (degraded) marks.push('degraded')
  if (byPatient(resource)) marks.push('patient-reported')
  const entry: Writable<MedicineEntry> = {
    ...origin(item, lowered(product.name), date, isCoded(concept) && !degraded, marks),
    kind: 'medicine',
    status: voided ? 'Status not stated' : status,
    statement: byPatient(resource) ? 'Patient reported' : kindOf(resource),
  }
  if (past) entry.list = 'past'
  if (branded) entry.brand = own.name.toUpperCase()
  if (product.strengthAndForm) entry.strengthAndForm = product.strengthAndForm
  Object.assign(entry, words)
  if (voided) entry.reasonOrDuration = 'Entered in error'
  else if (reason) entry.reasonOrDuration = reason
  if (issued) entry.lastIssued = issued
  if (issued && !past && !acute && repeatDays && daysAfter(issued.date, 2 * repeatDays) < today) entry.notIssuedSince = issued.date
  const stopped = status === 'Discontinued' ? (end ?? change?.date) : undefined
  if (past && stopped) entry.stopped = stopped
  const tie = hashed(item.id)
  entry.sort = sortKey(sortMedicine(entry), tie)
  const drug = normal(product.name)
  const productKey = product.strength && product.form ? `${drug}|${product.strength}|${product.form}` : ''
  const realCodes = degraded ? [] : codes
  return {
    kind: 'medicine',
    itemId: item.id,
    version: item.version,
    tie,
    sourceId: item.provenance.sourceId,
    entry,
    keys: [...realCodes.map(c => `medicines/c/${c}`), `medicines/d/${drug}`],
    guard: `${voided ? 'error' : ''}|${statedPerson(resource)}`,
    at: saidAt(item, date),
    links: item.links,
    codes: realCodes,
    drug,
    product: productKey || (product.strengthAndForm ? '' : `whole|${drug}`),
    doseKey,
    frequencyKey,
    instructionKey,
    start: dayOf(period.start) ?? '',
    end: dayOf(period.end) ?? dayOf(date) ?? '',
    supplyOnly,
    voided,
  }
}

function conceptOf(item: Item, resource: MedicineResource): CodeableConcept | undefined {
  if (resource.medicationCodeableConcept) return resource.medicationCodeableConcept
  const target = resolve(item, resource.medicationReference)
  if (target?.resourceType === 'Medication' && target.code) return target.code
  const display = resource.medicationReference?.display
  return display ? { text: display } : undefined
}

/** A plan and its issues are one medicine with the statement that rests on them. */
function ordersOf(item: Item, resource: MedicineResource): { plan?: MedicationRequest; issues: readonly MedicationRequest[] } {
  const requests = item.contained.filter((r: Resource): r is MedicationRequest => r.resourceType === 'MedicationRequest')
  const plan =
    resource.resourceType === 'MedicationRequest' && resource.intent === 'plan' ? resource : requests.find(r => r.intent === 'plan')
  const issues = requests.filter(r => r.intent === 'order' && r.status !== 'entered-in-error' && r.status !== 'cancelled')
  return { ...(plan ? { plan } : {}), issues: issues.sort((a, b) => inOrder(newestFirst(issueDate(a)), newestFirst(issueDate(b)))) }
}
const issueDate = (order: MedicationRequest): string | undefined => order.dispenseRequest?.validityPeriod?.start ?? order.authoredOn

function extension(resource: { extension?: Extension[] } | undefined, name: string): Extension | undefined {
  return resource?.extension?.find(e => e.url?.endsWith(name))
}

/** When and why a source changed the state of a medicine (GP Connect, UK Core: MedicationStatusReason). */
function statusChange(
  resource: MedicineResource,
  plan: MedicationRequest | undefined,
): { readonly date: string | undefined; readonly reason: string | undefined } | undefined {
  const found =
    extension(resource, 'MedicationStatusReason-1') ??
    extension(plan, 'MedicationStatusReason-1') ??
    extension(resource, 'MedicationStatusReason') ??
    extension(plan, 'MedicationStatusReason')
  const own =
    resource.resourceType === 'MedicationRequest' || resource.resourceType === 'MedicationStatement' ? resource.statusReason : undefined
  if (!found && !own) return undefined
  const part = (name: string): Extension | undefined => found?.extension?.find(e => e.url === name)
  return {
    date: part('statusChangeDate')?.valueDateTime?.slice(0, 10),
    reason: term(part('statusReason')?.valueCodeableConcept) ?? term(Array.isArray(own) ? own[0] : own),
  }
}

function prescriptionType(resource: MedicineResource, plan: MedicationRequest | undefined): string {
  const found =
    extension(resource, 'PrescriptionType-1') ??
    extension(plan, 'PrescriptionType-1') ??
    extension(resource, 'PrescriptionType') ??
    extension(plan, 'PrescriptionType')
  return (
    found?.valueCodeableConcept?.coding?.[0]?.code ??
    (resource.resourceType === 'MedicationRequest' ? resource.courseOfTherapyType?.coding?.[0]?.code : undefined) ??
    ''
  )
}

function issueOf(resource: MedicineResource, issues: readonly MedicationRequest[]): MedicineEntry['lastIssued'] {
  const said = extension(resource, 'LastIssueDate-1') ?? extension(resource, 'LastIssueDate')
  const newest = issues[0]
  const at = newest && issueDate(newest)
  const date = said?.valueDateTime ?? said?.valueDate ?? at
  if (date === undefined) return undefined
  const quantity = at !== undefined && dayOf(at) === dayOf(date) ? quantityWords(newest?.dispenseRequest?.quantity) : ''
  return { date, ...(quantity ? { quantity } : {}) }
}

/** Days one issue lasts: as stated, else the time between the last two issues. */
function intervalOf(resource: MedicineResource, orders: ReturnType<typeof ordersOf>): number | undefined {
  const stated = [orders.issues[0], orders.plan, resource.resourceType === 'MedicationRequest' ? resource : undefined].find(
    r => r?.dispenseRequest?.expectedSupplyDuration?.value,
  )
  const supply = stated?.dispenseRequest?.expectedSupplyDuration
  if (supply?.value !== undefined)
    return (
      supply.value *
      (/^(?:wk|weeks?)$/.test(supply.code ?? supply.unit ?? '') ? 7 : /^(?:mo|months?)$/.test(supply.code ?? supply.unit ?? '') ? 30 : 1)
    )
  const [last, before] = orders.issues.map(i => dayOf(issueDate(i)))
  return last && before && last > before ? (Date.parse(last) - Date.parse(before)) / 86_400_000 : undefined
}

function supplyEnd(dispense: MedicationDispense): string | undefined {
  const handed = dayOf(dispense.whenHandedOver ?? dispense.whenPrepared)
  return handed === undefined
    ? undefined
    : daysAfter(handed, dispense.daysSupply?.value === undefined ? SUPPLY_DAYS : 2 * dispense.daysSupply.value)
}

function periodOf(resource: MedicineResource): { start?: string | undefined; end?: string | undefined; recorded?: string | undefined } {
  if (resource.resourceType === 'MedicationRequest') {
    const validity = resource.dispenseRequest?.validityPeriod
    return {
      start: validity?.start ?? resource.authoredOn,
      end: resource.intent === 'order' ? undefined : validity?.end,
      recorded: resource.authoredOn,
    }
  }
  if (resource.resourceType === 'MedicationDispense') return { start: resource.whenHandedOver ?? resource.whenPrepared }
  return {
    start: resource.effectivePeriod?.start ?? resource.effectiveDateTime,
    end: resource.effectivePeriod?.end,
    recorded: resource.resourceType === 'MedicationStatement' ? resource.dateAsserted : undefined,
  }
}

const administered = (resource: MedicineResource) => {
  if (resource.resourceType !== 'MedicationAdministration' || !resource.dosage) return undefined
  const { text, route, dose } = resource.dosage
  return [{ ...(text ? { text } : {}), ...(route ? { route } : {}), ...(dose ? { doseAndRate: [{ doseQuantity: dose }] } : {}) }]
}

const byPatient = (resource: MedicineResource): boolean =>
  resource.resourceType === 'MedicationStatement'
    ? /^(?:Patient|RelatedPerson)\//.test(resource.informationSource?.reference ?? '')
    : resource.resourceType === 'MedicationRequest' && resource.reportedBoolean === true

const kindOf = (resource: MedicineResource): MedicineEntry['statement'] =>
  resource.resourceType === 'MedicationRequest'
    ? 'Prescribed'
    : resource.resourceType === 'MedicationDispense'
      ? 'Dispensed'
      : resource.resourceType === 'MedicationAdministration'
        ? 'Administered'
        : resource.basedOn?.length
          ? 'Prescribed'
          : 'Recorded'

const reasonOf = (resource: MedicineResource): string =>
  (('reasonCode' in resource && resource.reasonCode) || []).flatMap(r => term(r) ?? []).join(', ')

/** `Apixaban` reads `apixaban`; `DTaP` and `HRT` stay. */
const lowered = (name: string): string => (/^[A-Z][a-z]/.test(name) ? `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}` : name)

/** Same product; a difference of dose or status is one entry only between sources: one source saying two lines means two. */
export function sameMedicine(a: MedicineDraft, b: MedicineDraft): Agreement | undefined {
  if (a.guard !== b.guard) return undefined
  const coded = a.codes.some(c => b.codes.includes(c))
  if (!coded && (a.product === '' || a.product !== b.product)) return undefined
  if (!coded && a.product.startsWith('whole|') && a.codes.length > 0 && b.codes.length > 0) return undefined
  const why = coded ? 'same product code' : a.product.startsWith('whole|') ? 'same medicine in words' : 'same drug, strength and form'
  const alike = doseOf(a) === doseOf(b) && a.entry.status === b.entry.status
  const pastA = a.entry.list === 'past'
  const pastB = b.entry.list === 'past'
  if (a.sourceId === b.sourceId) {
    if (!alike || pastA !== pastB) return undefined
    return pastA && !a.supplyOnly && a.start !== b.start ? undefined : { score: 2, why: `${why}, same dose` }
  }
  if (pastA && pastB)
    return a.start !== '' && (a.start === b.start || overlap(a, b)) ? { score: alike ? 2 : 1, why: `${why}, same course` } : undefined
  if (pastA !== pastB) {
    const [past, current] = pastA ? [a, b] : [b, a]
    // A course that ended before the present one began is history, not a disagreement.
    if (past.end !== '' && current.start !== '' && past.end < current.start) return undefined
  }
  return { score: alike ? 2 : 1, why: alike ? `${why}, same dose` : why }
}

const doseOf = (d: MedicineDraft): string =>
  d.doseKey && d.frequencyKey ? `${d.doseKey}|${d.frequencyKey}` : d.instructionKey || `${d.doseKey}|${d.frequencyKey}`
const overlap = (a: MedicineDraft, b: MedicineDraft): boolean => b.start !== '' && a.start <= (b.end || '9') && b.start <= (a.end || '9')

/** Several statements of one product: the newest first, every difference said by whom (D38, D104). */
export function foldMedicines(group: readonly MedicineDraft[], newest: MedicineEntry): MedicineEntry {
  const stating = group.filter(d => !d.supplyOnly)
  const current = group.find(d => d.entry.list === 'current')
  // A supply says that something was handed over, never that the medicine is in use or ended.
  const shown = current?.entry ?? newest
  const doses = differing('dose', group, d => d.doseKey, doseWords)
  const frequencies = differing(
    'frequency',
    group,
    d => d.frequencyKey,
    d => d.entry.frequency ?? d.entry.instruction ?? '',
  )
  const unread =
    doses.length + frequencies.length === 0 && group.some(d => d.doseKey === '' || d.frequencyKey === '')
      ? differing('dose', group, unreadKey, d => d.entry.instruction ?? doseWords(d))
      : []
  const issued = group
    .map(d => d.entry)
    .filter(e => e.lastIssued)
    .sort((a, b) => inOrder(newestFirst(a.lastIssued?.date), newestFirst(b.lastIssued?.date)))[0]
  const statuses = differing(
    'status',
    stating,
    d => (d.entry.status === 'Status not stated' ? '' : d.entry.status),
    d => d.entry.status,
  )
  const entry: Writable<MedicineEntry> = {
    ...shown,
    list: current ? 'current' : 'past',
    status: stating.find(d => d.entry === shown)?.entry.status ?? stating[0]?.entry.status ?? shown.status,
    conflicts: [...doses, ...frequencies, ...unread, ...statuses],
  }
  if (entry.notIssuedSince !== undefined) delete entry.notIssuedSince
  if (!current) {
    const [last] = group.flatMap(d => d.entry.stopped ?? []).sort((a, b) => inOrder(b, a))
    if (last !== undefined) entry.stopped = last
  }
  // An issue is of what its own source prescribed: it must not read as one of the dose shown first (HAZ-018).
  if (issued?.lastIssued) {
    const { by: _, ...issue } = issued.lastIssued
    entry.lastIssued = issued.recordedBy.odsCode === shown.recordedBy.odsCode ? issue : { ...issue, by: issued.recordedBy.short }
  }
  if (current && issued?.notIssuedSince) entry.notIssuedSince = issued.notIssuedSince
  return entry
}
const doseWords = (d: MedicineDraft): string =>
  [d.entry.dose, d.entry.frequency].filter(Boolean).join(' ') || d.entry.instruction || d.entry.strengthAndForm || d.entry.title
const unreadKey = (d: MedicineDraft): string => d.instructionKey || [d.doseKey, d.frequencyKey].filter(Boolean).join('|')

/**
 * The same drug in another strength that no common source lists beside this one: two rows, and both say so. A source
 * that itself lists both strengths means both.
 */
export function medicineAcross(group: readonly MedicineDraft[], others: readonly (readonly MedicineDraft[])[]): readonly Conflict[] {
  const drug = group[0]?.drug
  if (group.every(d => d.entry.list === 'past')) return NONE
  const sources = new Set(others.concat([group]).flatMap(g => g.map(d => d.sourceId)))
  const rival = others.filter(
    o =>
      o[0]?.drug === drug &&
      o.some(d => d.entry.list === 'current' && !d.voided) &&
      o[0]?.entry.strengthAndForm !== group[0]?.entry.strengthAndForm,
  )
  const both = [...sources].some(s => group.some(d => d.sourceId === s) && rival.some(o => o.some(d => d.sourceId === s)))
  if (rival.length === 0 || both) return []
  const lines = (d: MedicineDraft): string => [d.entry.strengthAndForm, doseWords(d)].filter(Boolean).join(', ')
  return [{ kind: 'dose', values: [...valuesOf(group, lines), ...rival.flatMap(o => valuesOf(o, lines))] }]
}

/** Alphabetical by drug, then strength. */
export const sortMedicine = (entry: MedicineEntry): string =>
  `${normal(entry.title)} ${(entry.strengthAndForm ?? '').replaceAll(/\d+/g, n => n.padStart(8, '0'))} ${newestFirst(entry.date)}`
