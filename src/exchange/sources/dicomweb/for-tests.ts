import type { ServerResponse } from 'node:http'
import { TAGS, type Attribute, type DataSet } from './dicom-json.ts'

/** Values by name as a set of attributes in the DICOM JSON model. */
export const setOf = (values: Readonly<Partial<Record<Attribute, unknown>>>): DataSet =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const [tag, vr] = TAGS[name as Attribute]
      const list = Array.isArray(value) ? value : [value]
      return [tag, { vr, Value: vr === 'PN' ? list.map(one => ({ Alphabetic: one })) : list }]
    }),
  )

export const STUDY_UID = '1.2.826.0.1.3680043.10.9.1'

/** A study of the person of the tests, without those named in `without`. */
export function study(over: Readonly<Partial<Record<Attribute, unknown>>> = {}, without: readonly Attribute[] = []): DataSet {
  const set: Record<string, unknown> = {
    ...setOf({
      studyUid: STUDY_UID,
      studyDate: '20261120',
      studyTime: '101500',
      timezone: '+0000',
      accession: 'RJZ-77',
      modalities: ['CT'],
      studyDescription: 'CT head',
      institution: 'Test Hospital',
      department: 'Radiology',
      imagesInStudy: 42,
      patientName: 'TEST^Ada^^Ms',
      patientId: '9990000018',
      issuer: 'NHS',
      birthDate: '19560308',
      sex: 'F',
      ...over,
    }),
  }
  for (const name of without) delete set[TAGS[name][0]]
  return set
}

export const dicomJson = (response: ServerResponse, sets: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/dicom+json' }).end(typeof sets === 'string' ? sets : JSON.stringify(sets))
}
