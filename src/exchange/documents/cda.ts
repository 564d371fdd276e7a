import { XMLParser } from 'fast-xml-parser'
import type { PrintedIdentity } from '../../care-record/document.ts'
import { escaped } from './markup.ts'

/** A node as the parser gives it in order: one tag name with its children, `:@` its attributes, `#text` a text. */
type Node = Readonly<Record<string, unknown>>

export interface Cda {
  /** Narrative of the body as markup, not yet made safe. */
  readonly markup: string
  readonly printed: PrintedIdentity
  /** A body that is itself a document. */
  readonly inside?: { readonly bytes: Buffer; readonly contentType: string }
}

const DEEPEST = 80
/** Object identifier of the NHS number in HL7 v3. */
const NHS_NUMBER = '2.16.840.1.113883.2.1.4.1'

/**
 * A CDA Release 2 document: who it is about and its narrative. Coded entries are the business of the source's own
 * answers; here a reader sees what its author attested, which is the narrative. `undefined`: not well formed, or with
 * a document type of its own, whose entities are never followed.
 */
export function readCda(xml: string): Cda | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return undefined
  let tree: readonly Node[]
  try {
    const parser = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      removeNSPrefix: true,
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
    })
    tree = parser.parse(xml, true) as readonly Node[]
  } catch {
    return undefined
  }
  const root = child(tree, 'ClinicalDocument')
  if (!root) return undefined
  const patientRole = path(root, 'recordTarget', 'patientRole')
  const number = patientRole.filter(node => tagOf(node) === 'id' && attribute(node, 'root') === NHS_NUMBER)[0]
  const patient = path(patientRole, 'patient')
  const name = path(patient, 'name')
  const birth = patient.find(node => tagOf(node) === 'birthTime')
  const said = ['prefix', 'given', 'family'].flatMap(part => all(name, part).map(node => textOf(childrenOf(node)).trim())).join(' ')
  const birthDate = /^(\d{4})(\d{2})(\d{2})/.exec(attribute(birth, 'value') ?? '')
  const nhsNumber = attribute(number, 'extension')?.replaceAll(/\D/g, '')
  const title = child(root, 'title')
  const body = path(root, 'component', 'structuredBody')
  const nonXml = all(path(root, 'component', 'nonXMLBody'), 'text')[0]
  const markup = `${title ? `<h1>${escaped(textOf(title).trim())}</h1>` : ''}${sections(body, 0)}`
  return {
    markup,
    printed: {
      ...(said.trim() === '' ? {} : { name: said.trim() }),
      ...(birthDate ? { birthDate: `${birthDate[1]}-${birthDate[2]}-${birthDate[3]}` } : {}),
      ...(nhsNumber === undefined || nhsNumber === '' ? {} : { nhsNumber }),
    },
    ...(nonXml && attribute(nonXml, 'representation') === 'B64'
      ? {
          inside: {
            bytes: Buffer.from(textOf(childrenOf(nonXml)), 'base64'),
            contentType: attribute(nonXml, 'mediaType') ?? '',
          },
        }
      : nonXml
        ? { markup: `${markup}<pre>${escaped(textOf(childrenOf(nonXml)))}</pre>` }
        : {}),
  }
}

function sections(body: readonly Node[], depth: number): string {
  if (depth > DEEPEST) return ''
  return all(body, 'component')
    .flatMap(component => all(childrenOf(component), 'section'))
    .map(section => {
      const inner = childrenOf(section)
      const title = child(inner, 'title')
      const narrative = child(inner, 'text')
      return `${title ? `<h2>${escaped(textOf(title).trim())}</h2>` : ''}${narrative ? `<div>${narrated(narrative, 0)}</div>` : ''}${sections(inner, depth + 1)}`
    })
    .join('')
}

/** Elements of the CDA narrative block, and what each is in a page. Others give their words only. */
const NARRATIVE: Readonly<Record<string, string>> = {
  paragraph: 'p',
  list: 'ul',
  item: 'li',
  caption: 'strong',
  table: 'table',
  thead: 'thead',
  tbody: 'tbody',
  tfoot: 'tfoot',
  tr: 'tr',
  th: 'th',
  td: 'td',
  sub: 'sub',
  sup: 'sup',
  content: 'span',
  footnote: 'p',
}
function narrated(nodes: readonly Node[], depth: number): string {
  if (depth > DEEPEST) return ''
  return nodes
    .map(node => {
      const tag = tagOf(node)
      if (tag === '#text') return escaped(String(node['#text']))
      if (tag === 'br') return '<br />'
      const inside = narrated(childrenOf(node), depth + 1)
      const as = tag === 'list' && attribute(node, 'listType') === 'ordered' ? 'ol' : NARRATIVE[tag]
      return as === undefined ? inside : `<${as}>${inside}</${as}>`
    })
    .join('')
}

const tagOf = (node: Node): string => Object.keys(node).find(key => key !== ':@') ?? ''
const childrenOf = (node: Node): readonly Node[] => {
  const inner = node[tagOf(node)]
  return Array.isArray(inner) ? (inner as readonly Node[]) : []
}
const attribute = (node: Node | undefined, name: string): string | undefined => {
  const attributes = node?.[':@'] as Readonly<Record<string, unknown>> | undefined
  const value = attributes?.[name]
  return typeof value === 'string' ? value : undefined
}
const all = (nodes: readonly Node[], tag: string): readonly Node[] => nodes.filter(node => tagOf(node) === tag)
const child = (nodes: readonly Node[], tag: string): readonly Node[] | undefined => {
  const found = all(nodes, tag)[0]
  return found && childrenOf(found)
}
const path = (nodes: readonly Node[], ...tags: readonly string[]): readonly Node[] =>
  tags.reduce<readonly Node[]>((at, tag) => child(at, tag) ?? [], nodes)
const textOf = (nodes: readonly Node[], depth = 0): string =>
  depth > DEEPEST ? '' : nodes.map(node => (tagOf(node) === '#text' ? String(node['#text']) : textOf(childrenOf(node), depth + 1))).join('')
