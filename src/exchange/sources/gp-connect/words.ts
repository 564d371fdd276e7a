import { objectOf, objectsOf, textOf, type JsonObject } from '../reading/json.ts'

/** Free text that a system needs a code for. */
const COMMENT_NOTE = '37331000000100'

/** A concept in the words the clinician chose: the text, the description picked, the coding picked, any display, any code. */
export function conceptWords(value: unknown): string | undefined {
  const concept = objectOf(value)
  const codings = objectsOf(concept['coding'])
  const described = codings.flatMap(coding =>
    objectsOf(coding['extension']).flatMap(outer =>
      objectsOf(outer['extension']).flatMap(inner => (inner['url'] === 'descriptionDisplay' ? (textOf(inner['valueString']) ?? []) : [])),
    ),
  )
  const chosen = codings.filter(coding => coding['userSelected'] === true).flatMap(coding => textOf(coding['display']) ?? [])
  const displays = codings.flatMap(coding => textOf(coding['display']) ?? [])
  const codes = codings.flatMap(coding => textOf(coding['code']) ?? [])
  return textOf(concept['text']) ?? described[0] ?? chosen[0] ?? displays[0] ?? codes[0]
}

export const isCommentNote = (resource: JsonObject): boolean =>
  resource['resourceType'] === 'Observation' && objectsOf(objectOf(resource['code'])['coding']).some(c => c['code'] === COMMENT_NOTE)

export const noteWords = (resource: JsonObject): readonly string[] =>
  objectsOf(resource['note']).flatMap(note => textOf(note['text']) ?? [])

const quantityWords = (value: unknown): string | undefined => {
  const quantity = objectOf(value)
  if (typeof quantity['value'] !== 'number') return undefined
  const unit = textOf(quantity['unit']) ?? textOf(quantity['code'])
  return `${textOf(quantity['comparator']) ?? ''}${quantity['value']}${unit === undefined ? '' : ` ${unit}`}`
}

function valueWords(resource: JsonObject): string | undefined {
  const plain = textOf(resource['valueString']) ?? textOf(resource['valueDateTime'])
  const range = objectOf(resource['valueRange'])
  const [low, high] = [quantityWords(range['low']), quantityWords(range['high'])]
  return (
    quantityWords(resource['valueQuantity']) ??
    plain ??
    conceptWords(resource['valueCodeableConcept']) ??
    (typeof resource['valueBoolean'] === 'boolean' ? (resource['valueBoolean'] ? 'Yes' : 'No') : undefined) ??
    (low === undefined && high === undefined ? undefined : [low, high].filter(part => part !== undefined).join(' to '))
  )
}

function observationWords(resource: JsonObject): readonly (string | undefined)[] {
  const components = objectsOf(resource['component']).map(component =>
    [conceptWords(component['code']), valueWords(component)].filter(part => part !== undefined).join(' '),
  )
  const notes = noteWords(resource)
  const named = isCommentNote(resource) && notes.length > 0 ? undefined : conceptWords(resource['code'])
  const said = [named, valueWords(resource)].filter(part => part !== undefined).join(' ')
  return [said, components.join(', '), ...notes]
}

function answersOf(resource: JsonObject): readonly string[] {
  return objectsOf(resource['item']).flatMap(item => {
    const answers = objectsOf(item['answer']).flatMap(
      answer => valueWords(answer) ?? textOf(objectOf(answer['valueCoding'])['display']) ?? [],
    )
    const own = answers.length > 0 ? [`${textOf(item['text']) ?? ''}: ${answers.join(', ')}`.replace(/^: /, '')] : []
    return [...own, ...answersOf(item)]
  })
}

/**
 * One R4 resource in a line, as it would be read in a consultation: what, how much, and what was written beside it.
 *
 * @param at gives the resource behind a reference of the same answer.
 */
export function lineOf(resource: JsonObject, at: (reference: string) => JsonObject | undefined): string {
  const type = resource['resourceType']
  const parts = (): readonly (string | undefined)[] => {
    if (type === 'Observation') return observationWords(resource)
    if (type === 'MedicationRequest' || type === 'MedicationStatement') {
      const medication = at(textOf(objectOf(resource['medicationReference'])['reference']) ?? '')
      const dosage = objectsOf(resource['dosageInstruction'] ?? resource['dosage'])[0]
      return [
        conceptWords(resource['medicationCodeableConcept']) ?? conceptWords(medication?.['code']),
        textOf(dosage?.['text']),
        quantityWords(objectOf(resource['dispenseRequest'])['quantity']),
        ...noteWords(resource),
      ]
    }
    if (type === 'Immunization') {
      const given = objectsOf(resource['extension']).find(e => String(e['url']).includes('VaccinationProcedure'))
      const words = conceptWords(given?.['valueCodeableConcept']) ?? conceptWords(resource['vaccineCode'])
      return [resource['status'] === 'not-done' ? `Not given: ${words ?? 'vaccination'}` : words, ...noteWords(resource)]
    }
    if (type === 'DocumentReference') {
      const [kind, description] = [conceptWords(resource['type']), textOf(resource['description'])]
      return [kind !== undefined && description?.startsWith(kind) ? undefined : kind, description]
    }
    if (type === 'QuestionnaireResponse') return answersOf(resource)
    const reasons = objectsOf(resource['reasonCode']).flatMap(reason => conceptWords(reason) ?? [])
    const named = conceptWords(resource['code']) ?? conceptWords(resource['type']) ?? reasons[0]
    return [named, textOf(resource['conclusion']), ...noteWords(resource)]
  }
  const words = parts().filter(part => part !== undefined && part !== '')
  return words.length > 0 ? words.join('. ') : String(type).replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
}
