import type { Catalogue } from '../care-record/catalogue.ts'
import { londonDay } from '../care-record/days.ts'
import { setImmediate as turn } from 'node:timers/promises'
import type { Entry } from '../care-record/entry.ts'
import type { Facts, Item, SectionAnswer } from '../care-record/item.ts'
import type { Pass } from '../care-record/person.ts'
import { createRules, discloseInSlices, mayLeave } from './disclosure/disclose.ts'
import { firstSet } from './disclosure/rules/first-set.ts'
import type { Against } from './disclosure/kept-apart.ts'
import { asDecided, rulesInForce, type SeenBy } from './disclosure/rules/in-force.ts'
import type { RuleSet } from './disclosure/rules/rule-set.ts'
import { createSieve } from './disclosure/sieve.ts'
import type { ReadDocument } from './fetch-document.ts'
import { createUnknownServices, type UnknownService } from './disclosure/unknown-services.ts'
import type { DisclosedGroup } from './gather.ts'
import { createPause } from './pause.ts'

/** Withheld counts are sealed at one length, so that neither their presence nor their size says anything. */
const SEALED_LENGTH = 512

/**
 * The rules in force, made ready again whenever the catalogue changes or a day begins.
 *
 * @param ports.loaded rule sets from outside, as loaded at start; the first set stands beside them.
 */
export function disclosureInForce(ports: {
  readonly catalogue: () => Catalogue
  readonly loaded: readonly RuleSet[]
  /** Who sees which class of policy by decision; a new decision comes with a new version of the catalogue. None unless told. */
  readonly seenBy?: () => SeenBy
  readonly now: () => Date
}) {
  const { catalogue } = ports
  const make = (version: string, on: string) => {
    const { services, organisations, profiles = [], sources } = catalogue()
    const set = asDecided(rulesInForce([firstSet, ...ports.loaded], on), ports.seenBy?.() ?? new Map())
    const shared = new Set(sources.filter(source => source.members !== undefined).map(source => source.id))
    const holders = { organisations, shared, profiles: profiles.filter(profile => profile.from <= on) }
    return {
      version,
      on,
      rules: createRules(set, services, { places: organisations.values(), holders }),
      sieve: createSieve(set, services, holders),
    }
  }
  let unknown = { of: catalogue().version, seen: createUnknownServices(catalogue().services) }
  /** What no register has, against the registers as they stand. */
  const unknownNow = (): typeof unknown.seen => {
    const { version, services } = catalogue()
    if (unknown.of !== version) {
      const before = unknown.seen.list()
      unknown = { of: version, seen: createUnknownServices(services) }
      // What was met stays met until a register has it.
      for (const { odsCode, localCode, treatmentFunctions } of before)
        unknown.seen.note({ odsCode }, [{ localCodes: [localCode], treatmentFunctions }])
    }
    return unknown.seen
  }
  const today = (): string => londonDay(ports.now().getTime())
  let made = make(catalogue().version, today())
  const ready = (): typeof made => {
    const [version, on] = [catalogue().version, today()]
    return made.version === version && made.on === on ? made : (made = make(version, on))
  }
  return {
    sieve: (source: { readonly id: string; readonly odsCode: string }, facts: readonly Facts[], pass: Against): ReadonlySet<string> => {
      unknownNow().note(source, facts)
      return ready().sieve(source, facts, pass)
    },
    /** Local codes met that no register has, for its owner. */
    unknownServices: (): readonly UnknownService[] => unknownNow().list(),
    disclose: async (answers: readonly SectionAnswer[], pass: Pass): Promise<DisclosedGroup> => {
      const { answers: shown, sealedWithheld } = await discloseInSlices(answers, pass, ready().rules, createPause())
      return { answers: shown, sealed: JSON.stringify(Object.fromEntries(sealedWithheld.open())).padEnd(SEALED_LENGTH) }
    },
    /**
     * Its words pass, those beneath too. One without words (a scan, a tracing) passes where its organisation has no restricted service, or
     * where its item says by a national code that an ordinary one made it: item and service were judged on that.
     */
    mayShow: async (item: Item, { text, html = '', beneath = NOTHING }: ReadDocument, pass: Against): Promise<boolean> => {
      const { rules } = ready()
      const holding = rules.notShared(pass)
      if (holding.item(item, undefined)) return false
      const mechanisms = rules.against(pass.role.group, holding.classes(item.provenance.odsCode))
      const coding = codesIn(beneath.words).map(code => ({ system: 'http://snomed.info/sct', code }))
      if (mechanisms.exit.item(labelledToo(item, beneath.labels)) === undefined) return false
      if (mechanisms.judge({ resourceType: 'Basic', code: { coding } }, '') !== undefined) return false
      for (const words of [text, html.replaceAll(PICTURE, ''), beneath.words]) {
        if (mayLeave(words, mechanisms) === undefined) return false
        // A long document is read in some hundred milliseconds: others have their turn in between.
        await turn()
      }
      return text.trim() !== '' || !rules.withRestrictedService.has(item.provenance.odsCode) || namesService(item)
    },
    maskEntry: (entry: Entry): Entry => ready().rules.mask.entry(entry),
    mayLeave: (entry: Entry, pass: Against | undefined) =>
      ready()
        .rules.against(pass?.role.group ?? '', pass?.keptApart?.policyClasses)
        .exit.entry(entry) !== undefined,
  }
}

const NOTHING = { words: '', labels: [] }

const labelledToo = (item: Item, labels: readonly string[]): Item => {
  const security = labels.map(code => ({ code }))
  return { ...item, resource: { ...item.resource, meta: { ...item.resource.meta, security } } }
}

/** Pictures of a page: no words, and much of it. */
const PICTURE = /\ssrc="data:[^"]*"/g
/** Whatever may be a SNOMED CT identifier. */
const codesIn = (words: string): readonly string[] =>
  [...new Set([...words.matchAll(/\b\d{6,18}\b/g)].map(([code]) => code))].slice(0, 5_000)

/** SNOMED CT, or the treatment functions, specialties and practice settings of the NHS: a local code says nothing to us. */
const NATIONAL_SERVICE = /^http:\/\/snomed\.info\/sct$|specialty|treatment-?function|practice-?setting/i

const namesService = ({ resource }: Item): boolean =>
  // Whatever asked for it, an imaging department took it; department, request and description were judged with the study.
  resource.resourceType === 'ImagingStudy' ||
  (resource.resourceType === 'DocumentReference' &&
    resource.context?.practiceSetting?.coding?.some(({ system, code }) => code !== undefined && NATIONAL_SERVICE.test(system ?? '')) ===
      true)
