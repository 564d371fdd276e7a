import { hash } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import type { CityPerson, Held, ToldImaging, ToldStudy } from '../people/told.ts'
import { phantom } from './phantom.ts'
import { remember, type System } from './serve.ts'
import { createTokens } from './tokens.ts'

export interface PacsOptions {
  readonly id: string
  /** What the archive calls its hospital. */
  readonly name: string
  readonly person: (nhsNumber: string) => CityPerson | undefined
  readonly held: (nhsNumber: string) => Held | undefined
  /** NHS numbers of all it holds, to find a study by its UID. */
  readonly everyone: () => Iterable<string>
  /** Public keys of each client that may ask for a token at `/oauth2/token`. */
  readonly clients: Readonly<Record<string, JSONWebKeySet>>
  readonly now: () => Date
}

type Values = readonly (readonly [tag: string, vr: string, value: unknown])[]
type DataSet = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>

const set = (values: Values): DataSet =>
  Object.fromEntries(
    values.map(([tag, vr, value]) => [tag, { vr, ...(value === undefined ? {} : { Value: Array.isArray(value) ? value : [value] }) }]),
  )
const headers = { 'content-type': 'application/dicom+json', 'cache-control': 'no-store' }
const MOST = 1_000
/** Archives file a CT or MR in series, each a plane of so many slices. */
const SERIES: Readonly<Record<string, readonly string[]>> = { CT: ['Axial', 'Coronal'], MR: ['Axial T2', 'Sagittal T1'] }
const KEPT_PEOPLE = 64

/** A UID as anybody may make one: 2.25 and a number (PS3.5 annex B.2). */
const uidOf = (...of: readonly (string | number)[]): string => `2.25.${BigInt(`0x${hash('sha256', of.join(' ')).slice(0, 30)}`)}`
const wordsOf = (name: CityPerson['name']): string =>
  [name.family.toUpperCase(), name.given[0] ?? '', name.given.slice(1).join(' '), name.prefix ?? ''].join('^').replace(/\^+$/, '')
const dayOf = (date: string): string => date.slice(0, 10).replaceAll('-', '')

interface Study {
  readonly uid: string
  readonly told: ToldImaging & { readonly study: ToldStudy }
  readonly person: CityPerson
  readonly series: readonly { readonly uid: string; readonly number: number; readonly name: string; readonly images: readonly string[] }[]
}

/**
 * An imaging archive that speaks DICOMweb: tokens at `/oauth2/token`; below `/dicom-web` QIDO-RS for studies by patient, series
 * and instances, and WADO-RS `rendered`, `thumbnail` and `metadata`. Pictures are phantoms.
 */
export function createPacs(options: PacsOptions): System {
  const tokens = createTokens(options)
  let calls = 0
  const nobody: readonly Study[] = []
  const studiesOf = remember(KEPT_PEOPLE, nhsNumber => studiesOfPerson(nhsNumber))
  /** Whose each study is that was told: an archive finds a study by its UID alone. */
  const owners = new Map<string, string>()

  function studiesOfPerson(nhsNumber: string): readonly Study[] {
    const person = options.person(nhsNumber)
    const held = options.held(nhsNumber)
    if (!person || !held) return nobody
    const asKnown = { ...person, ...held.demographics }
    return (held.imaging ?? []).flatMap(told => {
      if (!told.study) return []
      const uid = uidOf(options.id, nhsNumber, told.id)
      owners.set(uid, nhsNumber)
      return [{ uid, told: { ...told, study: told.study }, person: asKnown, series: seriesOf(uid, told.study) }]
    })
  }
  const studyOf = (uid: string): Study | undefined => {
    const owner = owners.get(uid) ?? [...options.everyone()].find(number => studiesOf(number).some(study => study.uid === uid))
    return owner === undefined ? undefined : studiesOf(owner).find(study => study.uid === uid)
  }

  function studySet({ uid, told, person, series }: Study): DataSet {
    const { study } = told
    const clock = /T(\d\d):(\d\d)/.exec(told.on)
    return set([
      ['00080020', 'DA', dayOf(told.on)],
      ['00080030', 'TM', clock ? `${clock[1]}${clock[2]}00` : undefined],
      ['00080201', 'SH', clock ? (/([+-]\d\d):?(\d\d)$/.exec(told.on)?.slice(1).join('') ?? '+0000') : undefined],
      ['00080050', 'SH', study.accession],
      ['00080061', 'CS', [study.modality]],
      ['00080080', 'LO', options.name],
      ['00081030', 'LO', told.term.display],
      ['00081040', 'LO', 'Radiology'],
      ['00100010', 'PN', { Alphabetic: wordsOf(person.name) }],
      ['00100020', 'LO', person.nhsNumber],
      ['00100021', 'LO', 'NHS'],
      ['00100030', 'DA', dayOf(person.birthDate)],
      ['00100040', 'CS', person.gender === 'female' ? 'F' : person.gender === 'male' ? 'M' : 'O'],
      ['0020000D', 'UI', uid],
      ['00201206', 'IS', series.length],
      ['00201208', 'IS', study.images],
    ])
  }

  const page = (sets: readonly DataSet[], { searchParams }: URL): Response => {
    const from = Number(searchParams.get('offset') ?? 0)
    const most = Math.min(MOST, Number(searchParams.get('limit') ?? MOST))
    const found = sets.slice(from, from + most)
    return found.length === 0 ? new Response(null, { status: 204 }) : Response.json(found, { headers })
  }
  const none = (status = 404): Response => new Response(null, { status, headers: { 'cache-control': 'no-store' } })

  function answer(url: URL): Response {
    const [, rest] = /^\/dicom-web\/studies(?:\/(.*))?$/.exec(url.pathname) ?? []
    if (!url.pathname.startsWith('/dicom-web/studies')) return none()
    if (rest === undefined) {
      const number = url.searchParams.get('PatientID')?.replaceAll(' ', '')
      if (number === undefined) return none(400)
      const studies = studiesOf(number).toSorted((a, b) => (a.told.on < b.told.on ? 1 : -1))
      return page(studies.map(studySet), url)
    }
    const [uid = '', below, seriesUid, of, instanceUid, as] = rest.split('/')
    const study = studyOf(uid)
    if (!study || below !== 'series') return none()
    const ofStudy: Values = [
      ['0020000D', 'UI', uid],
      ['00100020', 'LO', study.person.nhsNumber],
    ]
    const seriesSet = ({ uid: own, number, name, images }: Study['series'][number]): DataSet =>
      set([
        ...ofStudy,
        ['0020000E', 'UI', own],
        ['00080060', 'CS', study.told.study.modality],
        ['0008103E', 'LO', name],
        ['00180015', 'CS', study.told.study.bodyPart],
        ['00200011', 'IS', number],
        ['00201209', 'IS', images.length],
      ])
    if (seriesUid === undefined) return page(study.series.map(seriesSet), url)
    const series = study.series.find(one => one.uid === seriesUid)
    if (!series || of !== 'instances') return none()
    const instanceSet = (image: string, at: number): DataSet =>
      set([...ofStudy, ['0020000E', 'UI', series.uid], ['00080018', 'UI', image], ['00200013', 'IS', at + 1]])
    if (instanceUid === undefined) {
      const only = url.searchParams.get('SOPInstanceUID')
      const sets = series.images.map(instanceSet)
      return page(only === null ? sets : sets.filter((_, at) => series.images[at] === only), url)
    }
    const at = series.images.indexOf(instanceUid)
    if (at < 0) return none()
    if (as === 'metadata') return Response.json([instanceSet(instanceUid, at)], { headers })
    if (as !== 'rendered' && as !== 'thumbnail') return none()
    const { modality, bodyPart } = study.told.study
    const seed = Number.parseInt(hash('sha256', series.uid).slice(0, 8), 16)
    const picture = phantom({ seed, modality, bodyPart, place: at + 1, of: series.images.length })
    return new Response(new Uint8Array(picture), { headers: { 'content-type': 'image/jpeg', 'cache-control': 'no-store' } })
  }

  return {
    calls: () => calls,
    handle: async request => {
      const url = new URL(request.url)
      if (url.pathname === '/oauth2/token') return tokens.grant(request)
      calls += 1
      if (!tokens.accepts(request)) return none(401)
      return request.method === 'GET' ? answer(url) : none(405)
    },
  }
}

function seriesOf(uid: string, { modality, images }: ToldStudy): Study['series'] {
  const names = images < 8 ? [''] : (SERIES[modality] ?? [''])
  let left = images
  return names.map((name, at) => {
    const count = at === names.length - 1 ? left : Math.ceil(images / names.length)
    left -= count
    const own = uidOf(uid, at)
    return { uid: own, number: at + 1, name: name || modality, images: Array.from({ length: count }, (_, n) => uidOf(own, n)) }
  })
}
