import type { Catalogue } from '../care-record/catalogue.ts'
import type { DocumentContent } from '../care-record/document.ts'
import type { Entry } from '../care-record/entry.ts'
import type { SectionAnswer } from '../care-record/item.ts'
import type { Pass } from '../care-record/person.ts'
import { createRules, discloseInSlices } from './disclosure/disclose.ts'
import { firstSet } from './disclosure/rules/first-set.ts'
import { createSieve } from './disclosure/sieve.ts'
import type { DisclosedGroup } from './gather.ts'
import { createPause } from './pause.ts'

/** Withheld counts are sealed at one length, so that neither their presence nor their size says anything. */
const SEALED_LENGTH = 512

/** The rules in force, made ready again whenever the catalogue changes. */
export function disclosureInForce(catalogue: () => Catalogue) {
  const make = (version: string) => {
    const { services } = catalogue()
    return { version, rules: createRules(firstSet, services), sieve: createSieve(firstSet, services) }
  }
  let made = make(catalogue().version)
  const ready = (): typeof made => (made.version === catalogue().version ? made : (made = make(catalogue().version)))
  return {
    sieve: ((source, facts) => ready().sieve(source, facts)) satisfies ReturnType<typeof createSieve>,
    disclose: async (answers: readonly SectionAnswer[], pass: Pass): Promise<DisclosedGroup> => {
      const { answers: shown, sealedWithheld } = await discloseInSlices(answers, pass, ready().rules, createPause())
      return { answers: shown, sealed: JSON.stringify(Object.fromEntries(sealedWithheld.open())).padEnd(SEALED_LENGTH) }
    },
    /** Its words pass the exit; one without words is shown only where its organisation has no restricted service. */
    mayShow: (odsCode: string, { text, html = '' }: DocumentContent): boolean =>
      text.trim() === ''
        ? !ready().rules.withRestrictedService.has(odsCode)
        : ready().rules.exit.text(text) !== undefined && ready().rules.exit.text(html) !== undefined,
    mayLeave: (entry: Entry) => ready().rules.exit.entry(entry) !== undefined,
  }
}
