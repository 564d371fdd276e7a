import type { OperationOutcomeIssue, Resource } from '@medplum/fhirtypes'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Result } from '../../../care-record/result.ts'
import type { SectionId } from '../../../care-record/section.ts'
import type { Taken, TakenItems, View } from '../../view.ts'
import { DOCUMENT_POLICY } from '../headers.ts'
import type { Ports } from '../ports.ts'
import type { Route } from '../routes.ts'
import type { Sealer } from '../seal.ts'
import { note, searchset, together } from './bundles.ts'
import type { FhirCaller } from './caller.ts'
import { capabilityStatement, smartConfiguration } from './capability.ts'
import { matchBundle, readMatch, whoAgree } from './match.ts'
import { FHIR_JSON, refusalOf, sendRefusal, takesJson, type Refusal } from './outcome.ts'
import { isLenient, once, readCount, readParameters, type Parameters } from './parameters.ts'
import { patientResource } from './patient.ts'
import { notKnown, readSearch, withMedication } from './read-search.ts'
import { hashes, namesOf, outgoing, patientOf, provenanceOf, type Names } from './resource.ts'
import { saidOf } from './said.ts'
import { searchOf } from './searches.ts'
import { isSummarised, SUMMARY_REQUIRES, SUMMARY_SECTIONS, summaryBundle } from './summary.ts'
import { heard, type FhirViews } from './views.ts'

export const FHIR_BASE = '/fhir/R4'
/** Statements on one page at most. */
const PAGE_ITEMS = 1_000

export interface FhirRoutesPorts {
  readonly ports: Pick<Ports, 'finder' | 'note' | 'now'>
  readonly views: FhirViews
  readonly sealer: Sealer
  /** Secret of this exchange that ids are made with. */
  readonly idKey: Uint8Array
  readonly base: string
  readonly issuer: string
  /** What the issuer says of itself, where it can be asked. */
  readonly discovered: () => Promise<Readonly<Record<string, unknown>> | undefined>
  readonly exchange: { readonly name: string; readonly title: () => string }
  readonly version: string
}

type Answered = { readonly ok: true; readonly body: Resource } | { readonly ok: false; readonly refusal: Refusal }
const refused = (refusal: Refusal): Answered => ({ ok: false, refusal })
const done = (body: Resource): Answered => ({ ok: true, body })
const OUT_OF_SCOPE: Refusal = { status: 403, words: 'The scopes of this token do not include this.', code: 'scope' }

/** The same record to software that reads FHIR R4: each answer is a view like any other, decided and written down as one. */
export function fhirRoutes(p: FhirRoutesPorts): readonly Route[] {
  const { ports, views, base } = p

  /** Who asks for more than their token reaches is written down, as whoever is refused. */
  const refuseTo = async (caller: FhirCaller, reply: FastifyReply, refusal: Refusal): Promise<FastifyReply> => {
    const { sdsUserId, odsCode } = caller.viewer
    if (refusal === OUT_OF_SCOPE) await ports.note({ kind: 'request-refused', reason: 'fhir-scope', sdsUserId, odsCode })
    return sendRefusal(reply, refusal)
  }
  const serving =
    (work: (request: FastifyRequest, caller: FhirCaller, parameters: Parameters) => Promise<Answered>) =>
    async (request: FastifyRequest, reply: FastifyReply, caller: FhirCaller): Promise<unknown> => {
      const parameters = readParameters(request)
      if (!parameters.ok) return sendRefusal(reply, refusalOf(parameters.fault))
      if (!takesJson(request, parameters.value.get('_format')?.[0])) return sendRefusal(reply, { status: 406 })
      const answered = await work(request, caller, parameters.value)
      if (!answered.ok) return refuseTo(caller, reply, answered.refusal)
      return reply.type(FHIR_JSON).send(JSON.stringify(answered.body))
    }

  const names = (caller: FhirCaller, ref: string, taken: TakenItems): Names =>
    namesOf(base, p.idKey, caller.session.id, ref, taken.standing)
  const take = (view: View, caller: FhirCaller, interaction: string, types: readonly string[], wanted: (item: Taken) => boolean) =>
    view.take({ detail: { fhir: interaction, client: caller.client.clientId, ...(types.length === 0 ? {} : { types }) }, wanted })

  /** A page of what was taken, and the way to the next: an opaque token that is worth something while the view is as it was. */
  const paged = (
    taken: TakenItems,
    how: {
      readonly view: View
      readonly caller: FhirCaller
      readonly path: string
      readonly parameters: Parameters
      readonly ref: string
    },
  ): Result<{ readonly items: readonly Taken[]; readonly offset: number; readonly self: string; readonly next?: string }> | Refusal => {
    const { view, caller, path, parameters, ref } = how
    const token = once(parameters, '_page')
    const asked = once(parameters, '_count')
    if (!token.ok) return token
    if (!asked.ok) return asked
    const count = readCount(asked.value, PAGE_ITEMS)
    if (!count.ok) return count
    const place = `${caller.session.id} ${ref} ${path} page`
    const stamp = `${view.id} ${view.parts.length}`
    let offset = 0
    if (token.value !== undefined) {
      const opened = p.sealer.open(token.value, place)?.split(' ')
      if (opened === undefined || `${opened[0]} ${opened[1]}` !== stamp)
        return { status: 410, words: 'This page is no longer to be had. Ask from the beginning.', code: 'page' }
      offset = Number(opened[2])
    }
    const link = (page: string | undefined): string => {
      const query = new URLSearchParams()
      for (const [name, values] of parameters) if (name !== '_page') for (const value of values) query.append(name, value)
      if (page !== undefined) query.append('_page', page)
      const text = query.toString()
      return `${base}${path}${text === '' ? '' : `?${text}`}`
    }
    const end = offset + count.value
    return {
      ok: true,
      value: {
        items: taken.items.slice(offset, end),
        offset,
        self: link(token.value),
        ...(end < taken.items.length ? { next: link(p.sealer.seal(`${stamp} ${end}`, place)) } : {}),
      },
    }
  }

  const patient = serving(async (request, caller) => {
    if (!caller.scopes.mayRead('Patient')) return refused(OUT_OF_SCOPE)
    const ref = paramOf(request, 'id')
    const opened = await views.open(caller, ref)
    return opened.ok ? done(patientResource(opened.person, opened.view.maskPlaces, ref)) : refused(opened.refusal)
  })

  const match = async (request: FastifyRequest, reply: FastifyReply, caller: FhirCaller): Promise<unknown> => {
    if (!takesJson(request, formatOf(request))) return sendRefusal(reply, { status: 406 })
    if (!caller.scopes.maySearch('Patient')) return refuseTo(caller, reply, OUT_OF_SCOPE)
    const ask = readMatch(request.body)
    if (!ask.ok) return sendRefusal(reply, refusalOf(ask.fault))
    const found = await ports.finder.find({ viewer: caller.viewer, sessionId: caller.session.id, form: ask.value.form })
    if (!found.ok) return sendRefusal(reply, refusalOf(found.fault))
    const who = whoAgree(ask.value, found.value)
    const isSure = ask.value.byNumber && ask.value.alsoSaid.birthDate !== undefined
    const shown = ask.value.onlyCertain && !isSure ? [] : who.slice(0, ask.value.count)
    const refs = await views.refsOf(
      caller,
      shown.map(candidate => candidate.nhsNumber),
    )
    const people = shown.flatMap((candidate, at) => {
      const ref = refs[at]
      return ref === undefined ? [] : [{ candidate, ref }]
    })
    return reply.type(FHIR_JSON).send(JSON.stringify(matchBundle(base, ask.value, found.value, people, who.length, ports.now())))
  }

  const everything = serving(async (request, caller, parameters) => {
    if (!caller.scopes.mayRead('Patient')) return refused(OUT_OF_SCOPE)
    const unknown = unknownOf(parameters, ['_type', '_count', '_page', '_format', '_pretty'])
    if (unknown.length > 0 && !isLenient(request)) return refused(notKnown(unknown))
    const types = new Set((parameters.get('_type') ?? []).flatMap(value => value.split(',')).filter(type => type !== ''))
    const ref = paramOf(request, 'id')
    const opened = await views.open(caller, ref, parameters.has('_page'))
    if (!opened.ok) return refused(opened.refusal)
    const { view, person } = opened
    return present(view, async () => {
      await heard(view, undefined, true, ports.now())
      const withProvenance = caller.scopes.mayRead('Provenance')
      let leftOut = withProvenance ? 0 : 1
      const taken = await take(view, caller, 'everything', [...types], item => {
        const { resourceType } = item.resource
        if (types.size > 0 && !types.has(resourceType)) return false
        const may = caller.scopes.mayRead(resourceType)
        if (!may) leftOut += 1
        return may
      })
      if (!taken.ok) return refused(refusalOf(taken.fault))
      const page = paged(taken.value, {
        view,
        caller,
        path: `/Patient/${ref}/$everything`,
        parameters: only(parameters, ['_type', '_count', '_page']),
        ref,
      })
      if (!('ok' in page)) return refused(page)
      if (!page.ok) return refused(refusalOf(page.fault))
      const { items, offset, ...links } = page.value
      const isFirst = offset === 0
      const notes: OperationOutcomeIssue[] = [
        ...(leftOut > 0 ? [note('Types outside the scopes of this token are left out.', 'incomplete')] : []),
        ...(unknown.length > 0 ? [note('Parameters that are not known here were not used.')] : []),
      ]
      const withPatient = isFirst && (types.size === 0 || types.has('Patient'))
      return done(
        searchset(
          names(caller, ref, taken.value),
          { items, total: taken.value.items.length + (types.size === 0 || types.has('Patient') ? 1 : 0), ...links },
          {
            ...(withPatient ? { patient: patientResource(person, view.maskPlaces, ref) } : {}),
            withProvenance,
            outcome: isFirst ? together(saidOf(view, undefined), notes) : undefined,
            now: ports.now(),
          },
        ),
      )
    })
  })

  const summary = serving(async (request, caller, parameters) => {
    const unknown = unknownOf(parameters, ['_format', '_pretty', 'profile'])
    if (unknown.length > 0 && !isLenient(request)) return refused(notKnown(unknown))
    if (!SUMMARY_REQUIRES.every(caller.scopes.mayRead)) return refused(OUT_OF_SCOPE)
    const ref = paramOf(request, 'id')
    const opened = await views.open(caller, ref)
    if (!opened.ok) return refused(opened.refusal)
    const { view, person } = opened
    return present(view, async () => {
      await heard(view, SUMMARY_SECTIONS, false, ports.now())
      const wanted = isSummarised(view)
      const taken = await take(view, caller, 'summary', [], item => wanted(item) && caller.scopes.mayRead(item.resource.resourceType))
      if (!taken.ok) return refused(refusalOf(taken.fault))
      return done(
        summaryBundle({
          view,
          person,
          items: taken.value.items,
          names: names(caller, ref, taken.value),
          exchange: { name: p.exchange.name, title: p.exchange.title() },
          now: ports.now(),
        }),
      )
    })
  })

  const search = serving(async (request, caller, parameters) => {
    const asked = searchOf(paramOf(request, 'type'))
    if (asked === undefined) return refused({ status: 404, words: 'This type is not searched here. People are found with Patient/$match.' })
    if (!caller.scopes.maySearch(asked.type)) return refused(OUT_OF_SCOPE)
    const read = readSearch(asked, parameters, base, isLenient(request))
    if ('status' in read) return refused(read)
    const { ref, tests, lenient, older } = read
    const withProvenance = parameters.get('_revinclude')?.includes('Provenance:target') === true
    if (withProvenance && !caller.scopes.mayRead('Provenance')) return refused(OUT_OF_SCOPE)
    const opened = await views.open(caller, ref, parameters.has('_page'))
    if (!opened.ok) return refused(opened.refusal)
    const { view } = opened
    return present(view, async () => {
      const sections: ReadonlySet<SectionId> = new Set(asked.sections)
      await heard(view, sections, older(ports.now()), ports.now())
      const taken = await take(view, caller, 'search', [asked.type], item => {
        if (item.resource.resourceType !== asked.type) return false
        const said = withMedication(item)
        return tests.every(test => test(said))
      })
      if (!taken.ok) return refused(refusalOf(taken.fault))
      const page = paged(taken.value, { view, caller, path: `/${asked.type}`, parameters, ref })
      if (!('ok' in page)) return refused(page)
      if (!page.ok) return refused(refusalOf(page.fault))
      const { items, offset, ...links } = page.value
      const notes = lenient.length > 0 ? [note('Parameters that are not known here were not used.')] : []
      return done(
        searchset(
          names(caller, ref, taken.value),
          { items, total: taken.value.items.length, ...links },
          {
            withProvenance,
            countOnly: parameters.get('_summary')?.[0] === 'count',
            outcome: offset === 0 ? together(saidOf(view, sections), notes) : undefined,
            now: ports.now(),
          },
        ),
      )
    })
  })

  /** The one item behind the id of a resource, with the view it stands in. */
  const find = async (
    caller: FhirCaller,
    id: string,
    interaction: string,
    type: string | undefined,
  ): Promise<
    | { readonly ok: true; readonly view: View; readonly item: Taken; readonly taken: TakenItems; readonly ref: string }
    | { readonly ok: false; readonly refusal: Refusal }
  > => {
    const ref = patientOf(id)
    const opened = await views.open(caller, ref, true)
    if (!opened.ok) return opened
    const { view } = opened
    const idOf = hashes(p.idKey, caller.session.id, ref)
    // A Provenance or Binary is of its statement, which the scopes must reach too.
    const wanted = ({ id: itemId, resource: { resourceType } }: Taken): boolean =>
      (type === undefined || resourceType === type) && caller.scopes.mayRead(resourceType) && idOf(itemId) === id
    return present(view, async () => {
      // As it stands; when all have answered; and what was read in an earlier view may be older than this one was asked for.
      for (const wait of ['not', 'for-all', 'for-older'] as const) {
        if (wait !== 'not') await heard(view, undefined, wait === 'for-older', ports.now())
        const taken = await take(view, caller, interaction, type === undefined ? [] : [type], wanted)
        if (!taken.ok) return { ok: false as const, refusal: refusalOf(taken.fault) }
        const [item] = taken.value.items
        if (item !== undefined) return { ok: true as const, view, item, taken: taken.value, ref }
      }
      return { ok: false as const, refusal: { status: 404 } }
    })
  }

  const read = serving(async (request, caller) => {
    const [type, id] = [paramOf(request, 'type'), paramOf(request, 'id')]
    if (!caller.scopes.mayRead(type)) return refused(OUT_OF_SCOPE)
    const isProvenance = type === 'Provenance'
    const found = await find(caller, isProvenance ? id.replace(/\.p$/, '') : id, 'read', isProvenance ? undefined : type)
    if (!found.ok) return refused(found.refusal)
    const called = names(caller, found.ref, found.taken)
    return done(isProvenance ? provenanceOf(found.item, called) : outgoing(found.item, called))
  })

  /** The document of a statement: decided again, fetched, judged and written down as on the page. */
  const binary = async (request: FastifyRequest, reply: FastifyReply, caller: FhirCaller): Promise<unknown> => {
    if (!caller.scopes.mayRead('Binary')) return refuseTo(caller, reply, OUT_OF_SCOPE)
    const id = paramOf(request, 'id')
    const found = await find(caller, id, 'document', undefined)
    if (!found.ok) return sendRefusal(reply, found.refusal)
    const original = await present(found.view, () => found.view.documentOriginal(found.item.entryId))
    if (!original.ok) return sendRefusal(reply, refusalOf(original.fault))
    const { bytes, contentType } = original.value
    const asked = formatOf(request)
    if (asked !== undefined ? takesJson(request, asked) : /\bfhir\+json\b/.test(request.headers.accept ?? ''))
      return reply.type(FHIR_JSON).send(JSON.stringify({ resourceType: 'Binary', id, contentType, data: bytes.toString('base64') }))
    return reply
      .header('content-security-policy', DOCUMENT_POLICY)
      .header('content-disposition', 'attachment; filename="document"')
      .type(INERT.has(contentType) ? contentType : 'application/octet-stream')
      .send(bytes)
  }

  const metadata = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (!takesJson(request, formatOf(request))) return sendRefusal(reply, { status: 406 })
    const statement = capabilityStatement({ base, title: p.exchange.title(), version: p.version, date: '2026-11-21' })
    return reply.type(FHIR_JSON).send(JSON.stringify(statement))
  }
  const smart = async (_request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const discovered = await p.discovered()
    if (discovered === undefined) return sendRefusal(reply, { status: 503 })
    return reply.type('application/json').send(JSON.stringify(smartConfiguration(p.issuer, discovered)))
  }

  const forCallers = (method: 'GET' | 'POST', path: string, serve: Extract<Route, { permission: 'fhir' }>['serve']): Route => ({
    method,
    path: `${FHIR_BASE}${path}`,
    permission: 'fhir',
    serve,
  })
  return [
    { method: 'GET', path: `${FHIR_BASE}/metadata`, permission: 'public', serve: metadata },
    { method: 'GET', path: `${FHIR_BASE}/.well-known/smart-configuration`, permission: 'public', serve: smart },
    { method: 'GET', path: '/.well-known/smart-configuration', permission: 'public', serve: smart },
    forCallers('POST', '/Patient/$match', match),
    forCallers('GET', '/Patient/:id', patient),
    forCallers('GET', '/Patient/:id/$everything', everything),
    forCallers('POST', '/Patient/:id/$everything', everything),
    forCallers('GET', '/Patient/:id/$summary', summary),
    forCallers('POST', '/Patient/:id/$summary', summary),
    forCallers('GET', '/Binary/:id', binary),
    forCallers('GET', '/:type', search),
    forCallers('POST', '/:type/_search', search),
    forCallers('GET', '/:type/:id', read),
  ]
}

/** Kinds of document that do nothing by themselves wherever they are opened. */
const INERT: ReadonlySet<string> = new Set([
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/tiff',
  'text/plain',
])

/** A reader is here while an answer is made. */
async function present<T>(view: View, work: () => Promise<T>): Promise<T> {
  const leave = view.attach()
  try {
    return await work()
  } finally {
    leave()
  }
}

const paramOf = (request: FastifyRequest, name: string): string => {
  const value: unknown = Reflect.get(request.params as object, name)
  return typeof value === 'string' ? value : ''
}
const formatOf = (request: FastifyRequest): string | undefined => {
  const value: unknown = Reflect.get(request.query as object, '_format')
  return typeof value === 'string' ? value : undefined
}
const only = (parameters: Parameters, wanted: readonly string[]): Parameters =>
  new Map([...parameters].filter(([name]) => wanted.includes(name)))
const unknownOf = (parameters: Parameters, known: readonly string[]): readonly string[] =>
  [...parameters.keys()].filter(name => !known.includes(name))
