import type { Entry } from '../care-record/entry.ts'
import { numberWords, staffDate } from './format.ts'

const put = (parts: readonly (string | false | undefined)[], between = ' '): string =>
  parts.filter(part => part !== undefined && part !== false && part !== '').join(between)

type Said = { readonly [K in Entry['kind']]: (entry: Extract<Entry, { kind: K }>) => string }

const saidOf: Said = {
  allergy(entry) {
    if (entry.state === 'negative') return entry.title
    const reactions = entry.reactions
      .filter(event => event.length > 0)
      .map(event => event.join(' AND '))
      .join(', ')
    const state = entry.state === 'resolved' ? 'Resolved' : entry.state === 'refuted' ? 'Ruled out' : undefined
    return put([entry.title, put([reactions || 'Reaction not recorded', entry.severity, entry.certainty, state], ', ')], ': ')
  },
  medicine: entry =>
    put(
      [
        put([entry.title, entry.brand?.toLocaleUpperCase('en-GB')]),
        entry.strengthAndForm,
        entry.dose !== undefined && `DOSE ${entry.dose}`,
        entry.route,
        entry.frequency,
        entry.reasonOrDuration,
        entry.instruction,
        entry.status,
      ],
      ' — ',
    ),
  problem: entry => put([put([entry.title, ...entry.qualifiers]), entry.significance, entry.status !== 'Active' && entry.status], ', '),
  result: entry =>
    put(
      [
        put([entry.title, numberWords(entry.value), entry.unit, entry.range !== undefined && `(${entry.range})`]),
        entry.flag,
        entry.status,
        entry.collectedNotStated && 'collection time not stated, reported',
      ],
      ', ',
    ),
  encounter: entry =>
    put([entry.title, entry.place, entry.when === 'now' && entry.ward, entry.status, entry.noEndRecorded && 'no end recorded'], ', '),
  plain: entry => put([entry.title, entry.status, entry.words, ...(entry.facts ?? []).map(([label, words]) => `${label}: ${words}`)], ', '),
}

const said = (entry: Entry): string => saidOf[entry.kind](entry as never)

/** An entry as plain text with its source and date: `Potassium 5.6 mmol/L (3.5 to 5.3) KCH 21-Nov-2026 11:20` (D166). */
export const copyText = (entry: Entry): string =>
  put([
    said(entry).replace(/\s+/g, ' '),
    entry.conflicts.length > 0 && '[sources differ]',
    entry.recordedBy.short,
    staffDate(entry.date ?? entry.recordedBy.date),
  ])
