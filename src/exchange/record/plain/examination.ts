import type { DiagnosticReport, Identifier, ImagingStudy, Reference } from '@medplum/fhirtypes'
import type { Item } from '../../../care-record/item.ts'
import { each, laterality, statedPerson } from '../reading.ts'

/** What ties a report to the pictures it is about, and those to each other. */
export interface Examination {
  readonly as: 'report' | 'study'
  /** Study UIDs, accession numbers of one organisation, references inside one source: any one of them is enough. */
  readonly keys: readonly string[]
  /** NHS number where the statement itself says one. */
  readonly person: string
  /** When the pictures were taken, as the statement says; not when it was issued. FHIR dateTime. */
  readonly taken?: string
  /** Part of the body its words name; empty when none. */
  readonly part: string
  /** `left`, `right` or both, as its words say; empty when they do not. */
  readonly side: string
  /** Pictures, where a study says how many. */
  readonly images?: number
}

const UID_SYSTEM = 'urn:dicom:uid'
const ACCESSION_SYSTEM = /accession/i

const uidOf = ({ system, value }: Identifier): string | undefined =>
  system === UID_SYSTEM && value !== undefined ? `uid|${value.replace(/^urn:oid:/i, '')}` : undefined

/** A number given by one organisation: another gives the same to something else. A place that may not be told has none. */
function accessionOf({ type, system, value }: Identifier, odsCode: string): string | undefined {
  const isAccession = type?.coding?.some(coding => coding.code === 'ACSN') === true || ACCESSION_SYSTEM.test(system ?? '')
  return isAccession && value !== undefined && odsCode !== '' ? `accession|${odsCode}|${value.trim().toUpperCase()}` : undefined
}

/** How an imaging report or study is known to be of one examination with others; `undefined` when nothing says. */
export function examinationOf(item: Item, resource: DiagnosticReport | ImagingStudy, title: string): Examination | undefined {
  const { odsCode, sourceId } = item.provenance
  const asked: readonly Reference[] = each(resource.basedOn as readonly Reference[] | undefined)
  const studies: readonly Reference[] = resource.resourceType === 'DiagnosticReport' ? each(resource.imagingStudy) : []
  const identifiers = [
    ...each(resource.identifier),
    ...asked.flatMap(({ identifier }) => identifier ?? []),
    ...studies.flatMap(({ identifier }) => identifier ?? []),
  ]
  const keys = [
    ...identifiers.flatMap(one => [uidOf(one) ?? [], accessionOf(one, odsCode) ?? []].flat()),
    ...studies.flatMap(({ reference }) => {
      const id = /(?:^|\/)(ImagingStudy\/[^/]+)$/.exec(reference ?? '')?.[1]
      return id === undefined ? [] : [`item|${sourceId}/${id}`]
    }),
    ...(resource.resourceType === 'ImagingStudy' ? [`item|${item.id}`] : []),
  ]
  if (keys.length === 0) return undefined
  const isStudy = resource.resourceType === 'ImagingStudy'
  const taken = isStudy ? resource.started : (resource.effectiveDateTime ?? resource.effectivePeriod?.start)
  const images = isStudy ? resource.numberOfInstances : undefined
  return {
    as: isStudy ? 'study' : 'report',
    keys: [...new Set(keys)],
    person: statedPerson(resource),
    ...(taken === undefined ? {} : { taken }),
    part: partOf(title),
    side: laterality(title, undefined),
    ...(images === undefined ? {} : { images }),
  }
}

/** Whether a report could be known to be of this study: by its number or its UID. */
export const couldBeReported = ({ keys }: Examination): boolean => keys.some(key => !key.startsWith('item|'))

/** Parts of the body that a radiologist would not take one for another. */
const PARTS: readonly (readonly [part: string, words: RegExp])[] = [
  ['head', /\b(?:head|brain|skull|cranial|cerebral|sinus(?:es)?|orbits?)\b/i],
  ['neck', /\b(?:neck|thyroid|carotids?)\b/i],
  ['chest', /\b(?:chest|thorax|thoracic|lungs?|cxr|ribs?)\b/i],
  ['heart', /\b(?:heart|cardiac|echocardiogram|coronary)\b/i],
  ['breast', /\b(?:breasts?|mammogra(?:m|phy))\b/i],
  ['abdomen', /\b(?:abdomen|abdominal|liver|kidneys?|renal|bowel|colon|axr)\b/i],
  ['pelvis', /\b(?:pelvis|pelvic|hips?|sacrum|bladder)\b/i],
  ['spine', /\b(?:spine|spinal|lumbar|cervical spine)\b/i],
  ['arm', /\b(?:shoulders?|humerus|elbows?|forearms?|wrists?|hands?|fingers?|thumbs?)\b/i],
  ['leg', /\b(?:femur|knees?|tibia|ankles?|foot|feet|toes?)\b/i],
]

/** All parts that words name, in one order. */
const partOf = (words: string): string =>
  PARTS.filter(([, named]) => named.test(words))
    .map(([part]) => part)
    .join(' ')

/** The pictures of a report and its report, or pictures of one request; two reports are two. */
export const sameExamination = (a: Examination, b: Examination): boolean =>
  (a.as === 'study' || b.as === 'study') &&
  (a.person === '' || b.person === '' || a.person === b.person) &&
  a.keys.some(key => b.keys.includes(key))

/** Both name parts, and none of them is the same. */
export const otherPart = (a: Examination, b: Examination): boolean =>
  a.part !== '' && b.part !== '' && !a.part.split(' ').some(part => b.part.split(' ').includes(part))
