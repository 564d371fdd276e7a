import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'
import { cleanResource } from '../reading/reading.ts'
import { keyOf } from '../reading/references.ts'

/** Accession numbers and study UIDs that a report or a study carries, itself or by what it was asked for with. */
function numbersOf(resource: JsonObject, accessions: boolean): readonly string[] {
  const holders = [...objectsOf(resource['basedOn']), ...objectsOf(resource['imagingStudy'])].map(one => objectOf(one['identifier']))
  return [...objectsOf(resource['identifier']), ...holders].flatMap(identifier => {
    const [system, value] = [textOf(identifier['system']), textOf(identifier['value'])]
    if (value === undefined) return []
    if (system === 'urn:dicom:uid') return [`uid ${value.replace(/^urn:oid:/i, '')}`]
    if (!accessions) return []
    const isAccession = objectsOf(objectOf(identifier['type'])['coding']).some(coding => coding['code'] === 'ACSN')
    return isAccession || /accession/i.test(system ?? '') ? [`accession ${value.trim().toUpperCase()}`] : []
  })
}

/**
 * A report and the study it is about name each other in many systems by a number alone. Inside one source the number is as
 * good as a reference, and is made one: what withholds the report then withholds the study, and the other way round.
 *
 * @param accessions whether accession numbers are one organisation's: where several share a source each has numbers of its own.
 */
export function joinExaminations(resources: Map<string, JsonObject>, accessions: boolean): void {
  const studies = new Map<string, string[]>()
  for (const [key, resource] of resources) {
    if (resource['resourceType'] !== 'ImagingStudy') continue
    for (const number of numbersOf(resource, accessions)) {
      const there = studies.get(number)
      if (there) there.push(key)
      else studies.set(number, [key])
    }
  }
  if (studies.size === 0) return
  for (const [key, resource] of resources) {
    if (resource['resourceType'] !== 'DiagnosticReport') continue
    const named = new Set(objectsOf(resource['imagingStudy']).map(one => one['reference']))
    const missing = [...new Set(numbersOf(resource, accessions).flatMap(number => studies.get(number) ?? []))].filter(
      study => !named.has(study),
    )
    if (missing.length === 0) continue
    const references = missing.map(reference => ({ reference }))
    const joined = cleanResource({ ...resource, imagingStudy: [...objectsOf(resource['imagingStudy']), ...references] })
    if (joined && keyOf(joined) === key) resources.set(key, joined)
  }
}
