import type { SourceConfig } from '../care-record/catalogue.ts'
import type { UnknownService } from './disclosure/unknown-services.ts'
import type { Refusal } from './sources/reading/take-in.ts'

interface Log {
  readonly warn: (fields: object, event: string) => void
}

/**
 * Says in the log what the owner of a source has to mend (care rules 5.5; what could not be read is nowhere else): by
 * source and organisation, in codes alone. Never an id, a count of a person's or when in a view it was met.
 */
export function createDataQuality(log: Log) {
  const told = new Set<string>()
  return {
    /** One line for each type, section and reason of an answer. */
    unreadable: ({ id }: SourceConfig, refused: readonly Refusal[]): void => {
      const kinds = new Map(refused.map(({ type, section, reason }) => [`${type} ${section ?? ''} ${reason}`, { type, section, reason }]))
      for (const { type, section, reason } of kinds.values())
        log.warn({ code: 'unreadable', source: id, kind: type, ...(section === undefined ? {} : { section }), reason }, 'could not be read')
    },
    /**
     * Local codes that no register has, each once. Called by the clock and not by an answer, so that no line stands beside
     * those of somebody's view.
     */
    unknownServices: (seen: readonly UnknownService[]): void => {
      for (const { odsCode, localCode, treatmentFunctions } of seen) {
        const key = `${odsCode} ${localCode.toLowerCase()}`
        if (told.has(key)) continue
        told.add(key)
        log.warn(
          { code: 'service-not-registered', organisation: odsCode, kind: localCode, reason: treatmentFunctions.join(' ') || 'no-function' },
          'a local code is in no register',
        )
      }
    },
  }
}
