import type { Resource } from '@medplum/fhirtypes'
import type { ServiceRegisterRow } from '../../care-record/catalogue.ts'
import type { LegalClassId, RuleSet } from './rules/rule-set.ts'

/** Says of which legal class a resource is by what it says itself; `undefined`: of none. */
export type JudgeContent = (resource: Resource, odsCode: string) => LegalClassId | undefined

/** A label that no rule knows: nobody can say that it restricts nothing. */
export const UNKNOWN_LABEL: LegalClassId = 'label-not-known'

/** Fields that are keys, not words. */
const KEYS: ReadonlySet<string> = new Set(['id', 'reference', 'url', 'system', 'versionId', 'data', 'contentType', 'hash'])
const SNOMED = /snomed\.info|dmd\.nhs\.uk/
const ICD10 = /icd-?10/i
const OPCS4 = /opcs/i
const CODED_SERVICE = /treatment-?function|specialty|service-?type|main-?specialty/i

interface Class {
  readonly id: LegalClassId
  readonly snomed: ReadonlySet<string>
  readonly icd10: readonly string[]
  readonly opcs4: readonly string[]
  readonly services: ReadonlySet<string>
  readonly organisations: ReadonlySet<string>
  readonly documentClasses: ReadonlySet<string>
  readonly labels: ReadonlySet<string>
  readonly wording: RegExp
}

/**
 * The second mechanism's eye: walks a whole resource for codes, codes of services, labels and wording, at any depth,
 * contained resources and extensions included. Lookalikes speak for their own coded concept or their own words only.
 */
export function createJudge(rules: RuleSet, services: readonly ServiceRegisterRow[]): JudgeContent {
  const classes = rules.classes.map((c): Class => ({
    id: c.id,
    snomed: new Set(c.content.snomed),
    icd10: c.content.icd10,
    opcs4: c.content.opcs4,
    services: new Set(c.content.services),
    organisations: new Set(c.service.organisations),
    documentClasses: new Set(c.service.documentClasses),
    labels: new Set(c.outgoing.labels),
    wording: new RegExp(c.content.wording.join('|'), 'iu'),
  }))
  const ordinary = new Set(rules.ordinaryLabels)
  const lookalikeCodes = new Set(rules.lookalikes.snomed)
  const lookalikeWords = new RegExp(
    rules.lookalikes.phrases.map(p => p.replace(/-$/, '[a-z]*').replaceAll(' ', String.raw`[\s-]+`)).join('|'),
    'giu',
  )
  const registers = new Map(
    [
      ...Map.groupBy(
        services.filter(row => row.legalClass !== null),
        row => row.odsCode,
      ),
    ].map(([ods, rows]) => [
      ods,
      new Map(
        rows.flatMap(row => [
          [row.localCode.toLowerCase(), row.legalClass ?? ''] as const,
          [row.name.trim().toLowerCase(), row.legalClass ?? ''] as const,
        ]),
      ),
    ]),
  )

  const byWords = (text: string, register: ReadonlyMap<string, string> | undefined): LegalClassId | undefined => {
    const plain = text
      .normalize('NFKC')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\p{Cf}/gu, '')
      .replace(lookalikeWords, ' ')
    return classes.find(c => c.wording.test(plain))?.id ?? register?.get(text.trim().toLowerCase())
  }
  const byCode = (system: string, code: string, register: ReadonlyMap<string, string> | undefined): LegalClassId | undefined => {
    const bare = code.replaceAll('.', '').toUpperCase()
    return (
      classes.find(
        c =>
          ((system === '' || SNOMED.test(system)) && c.snomed.has(code)) ||
          (ICD10.test(system) && c.icd10.some(start => bare.startsWith(start))) ||
          (OPCS4.test(system) && c.opcs4.some(start => bare.startsWith(start))) ||
          (CODED_SERVICE.test(system) && c.services.has(code)) ||
          c.organisations.has(code) ||
          c.documentClasses.has(code),
      )?.id ?? register?.get(code.toLowerCase())
    )
  }
  const byLabel = (label: unknown): LegalClassId | undefined => {
    const code =
      typeof label === 'object' && label !== null && 'code' in label && typeof label.code === 'string' ? label.code.toUpperCase() : ''
    return classes.find(c => c.labels.has(code))?.id ?? (ordinary.has(code) ? undefined : UNKNOWN_LABEL)
  }

  return (resource, odsCode) => {
    const register = registers.get(odsCode)
    const walk = (value: unknown, key: string, spared: boolean): LegalClassId | undefined => {
      if (typeof value === 'string') return spared || KEYS.has(key) ? undefined : byWords(value, register)
      if (typeof value !== 'object' || value === null) return undefined
      if (Array.isArray(value)) {
        for (const one of value) {
          const found = walk(one, key, spared)
          if (found !== undefined) return found
        }
        return undefined
      }
      const fields = new Map<string, unknown>(Object.entries(value))
      if (key === 'security') return byLabel(value)
      const coding = fields.get('coding')
      const inner = spared || (Array.isArray(coding) && coding.some(isLookalike))
      const [system, code] = [fields.get('system'), fields.get('code') ?? fields.get('value')]
      if (typeof code === 'string' && !inner) {
        const found = byCode(typeof system === 'string' ? system : '', code, register)
        if (found !== undefined) return found
      }
      // Treatment functions stand under these fields whatever system the source writes.
      if ((key === 'serviceType' || key === 'specialty') && Array.isArray(coding))
        for (const one of coding as { code?: unknown }[]) {
          const found = classes.find(c => typeof one?.code === 'string' && c.services.has(one.code))
          if (found !== undefined) return found.id
        }
      for (const [name, one] of fields) {
        const found = walk(one, name, inner)
        if (found !== undefined) return found
      }
      return undefined
    }
    return walk(resource, '', false)
  }
  function isLookalike(coding: unknown): boolean {
    return (
      typeof coding === 'object' &&
      coding !== null &&
      'code' in coding &&
      typeof coding.code === 'string' &&
      lookalikeCodes.has(coding.code)
    )
  }
}
