import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const types = fileURLToPath(new URL('../node_modules/@medplum/fhirtypes/dist', import.meta.url))
const out = fileURLToPath(new URL('../src/exchange/sources/reading/r4-elements.ts', import.meta.url))

/** What stands in every element, and in every resource besides, is said once by who reads the table. */
const IN_ELEMENTS: ReadonlySet<string> = new Set(['id', 'extension', 'modifierExtension'])
const IN_RESOURCES: ReadonlySet<string> = new Set([
  ...IN_ELEMENTS,
  'resourceType',
  'meta',
  'implicitRules',
  'language',
  'text',
  'contained',
])
/** Types that describe systems and standards, not people: no record system answers with them about somebody. */
const NOT_CLINICAL =
  /(?<!Parameter|Trigger)Definition|^(?:CapabilityStatement|CodeSystem|ConceptMap|ValueSet|NamingSystem|ImplementationGuide|TestScript|TestReport|StructureMap|SearchParameter|GraphDefinition|ExampleScenario|TerminologyCapabilities|CompartmentDefinition|Medicinal|Substance[A-Z]|Evidence|EffectEvidence|RiskEvidence|Research[DE]|Measure|Library|Contract|InsurancePlan|Claim|ExplanationOfBenefit|CoverageEligibility|Payment|Enrollment|MetadataResource|CatalogEntry|VerificationResult)/
/** Types of the package's own that FHIR R4 does not have. */
const NOT_FHIR =
  /^(?:AccessPolicy|Agent|AsyncJob|Bot|BulkDataExport|ClientApplication|Cron|Dicom|DomainConfiguration|IdentityProvider|JsonWebKey|Login|Package|Project|SmartAppLaunch|SmartHealthLink|SubscriptionStatus|User|ViewDefinition)/
const NOT_FHIR_ELEMENTS: Readonly<Record<string, ReadonlySet<string>>> = {
  Meta: new Set(['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment']),
  Reference: new Set(['resource']),
}

/** `name:Type` of one property, `*` after it where it is a list; `undefined` for what is no element. */
function elementOf(name: string, written: string): string {
  const list = written.endsWith('[]') || written.startsWith('Array<')
  const bare = written.replace(/\[\]$/, '')
  const of = bare.startsWith('Reference<')
    ? 'Reference'
    : bare.startsWith('BundleEntry<')
      ? 'BundleEntry'
      : bare === 'T'
        ? 'Resource'
        : /^[A-Z]\w*$/.test(bare) && bare !== 'ResourceType'
          ? bare
          : bare === 'boolean'
            ? '?'
            : bare === 'number'
              ? '#'
              : ''
  const mark = list ? '*' : ''
  return of === '' || of === '?' || of === '#' ? `${name}${of}${mark}` : `${name}:${of}${mark}`
}

/**
 * The elements of every type of FHIR R4 that a record system can answer with, one type a line:
 * `Type element:Type list:Type* text flag? number#`. Read from the type declarations of `@medplum/fhirtypes`.
 */
function fhirElements(): string {
  const lines: string[] = []
  for (const file of readdirSync(types).sort()) {
    if (!/^[A-Z]\w+\.d\.ts$/.test(file) || NOT_FHIR.test(file) || NOT_CLINICAL.test(file)) continue
    const text = readFileSync(join(types, file), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '')
    for (const [, type = '', body = ''] of text.matchAll(/^export interface (\w+)(?:<[^>]*>)? \{\n([^]*?)^\}/gm)) {
      const isResource = /^ {2}readonly resourceType: /m.test(body)
      const elements = Array.from(body.matchAll(/^ {2}(?:readonly )?(\w+)\??: ([^;]+);$/gm), m => [m[1] ?? '', m[2] ?? ''] as const)
        .filter(([name]) => !(isResource ? IN_RESOURCES : IN_ELEMENTS).has(name) && NOT_FHIR_ELEMENTS[type]?.has(name) !== true)
        .map(([name, written]) => elementOf(name, written))
      lines.push([isResource ? `+${type}` : type, ...elements].join(' '))
    }
  }
  return lines.sort().join('\n')
}

const source = (): string => `// Made by scripts/build-fhir-elements.ts from the types of FHIR R4; a test holds it to them.

/**
 * One type a line, a resource with \`+\` before it, then its elements: \`name\` is text, \`name?\` a boolean, \`name#\` a number,
 * \`name:Type\` a structure, \`*\` after any of them a list. What every resource and element has is not repeated.
 */
export const R4_ELEMENTS = \`
${fhirElements()}
\`
`

// `--print` writes to standard output instead, for the test that holds the file to the types.
if (process.argv.includes('--print')) process.stdout.write(source())
else writeFileSync(out, source())
