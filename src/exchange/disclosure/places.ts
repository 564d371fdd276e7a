/** Names and codes that a text may hold. */
export interface PlaceWords {
  readonly names: readonly string[]
  /** Short names and ODS codes: only as they are written. */
  readonly codes: readonly string[]
}

export interface PlaceReader {
  /** The text with every place in it replaced. */
  readonly text: (text: string) => string
  /** The same with some places more. */
  readonly with: (more: PlaceWords) => PlaceReader
}

/** What a name of a clinic or practice may consist of without saying which one. */
const GENERIC: ReadonlySet<string> = new Set(
  `a acute adult ambulance and antenatal assisted at blood breast cancer cardiac cardiology care centre centres child childrens clinic clinical
   clinics community conception critical dental department departments dermatology diabetes diabetic discharge district early ear elderly
   emergency endocrinology ent eye family foot for fracture fractures gastroenterology general geriatric gp gynaecology haematology health heart
   high home hospital imaging infusion inpatient intensive kidney laboratory liver local lung maternity medical medicine memory mental
   midwifery minor injuries injury national neonatal neurology nhs nose nurse nursing of older oncology ophthalmology orthopaedic
   orthopaedics outpatient outpatients pain paediatric paediatrics palliative pathology patient people pharmacy physiotherapy practice
   pregnancy primary psychiatry radiology rehabilitation renal respiratory rheumatology service services social spinal stroke surgery
   surgical team the theatre therapy throat treatment trauma trust unit units urgent urology vascular walk ward wards week in assessment
   system record records electronic`.split(/\s+/),
)

/** A street or place of care by its last word, after words that begin with a capital. */
const PLACE_NOUN = String.raw`(?:Hospitals?|Infirmary|Hospice|Wing|Ward|Health Centre|Medical Centre|Medical Practice|Family Practice|Walk-?in Centre|Nursing Home|Care Home|Surgery|Road|Street|Lane|Avenue|Hill|Close|Terrace|Gardens|Crescent)`
const NAMED_PLACE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:St\.?\s+)?(?:\p{Lu}[\p{L}'’-]{1,40}\s{1,5}(?:(?:and|of|the|&)\s{1,5})?){1,5}${PLACE_NOUN}(?![\p{L}\p{N}])`,
  'gu',
)
const NUMBERED_WARD = /(?<![\p{L}\p{N}])(?:ward|bay|bed)\s+(?:no\.?\s*)?(?:\d{1,3}\p{L}?|\p{Lu}\d{0,2})(?![\p{L}\p{N}])/giu
/** Operations end in the same word as practices do. */
const OPERATION =
  /(?:bypass|cardiac|cataract|colorectal|day|elective|emergency|eye|general|heart|hernia|hip|knee|laser|major|minor|oral|plastic|spinal|surgery|thoracic|vascular|abdominal|breast|bariatric|keyhole|open|neuro|orthopaedic|previous|dental|maxillofacial|paediatric)\s+surgery$/i
/** An inward part never holds C, I, K, M, O or V. */
const POSTCODE = /(?<![\p{L}\p{N}])(?:GIR\s?0AA|[A-Z]{1,2}\d[A-Z\d]?\s{0,3}\d[ABD-HJLNP-UW-Z]{2})(?![\p{L}\p{N}])/giu
/** Vitamin B12 in nanograms a litre is no place. */
const AMOUNT = /\d(?:ng|ug|pg)$/
const PHONE = /(?<!\d)(?:\(?(?:\+|00)44\)?[\s().-]*(?:\(0\))?|\(?0)\d(?:[\s().-]{0,2}\d){8,9}(?!\d)/g
const EMAIL_OR_WEB = /(?<![\p{L}\p{N}])(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?:https?:\/\/|www\.)[^\s<>"]+)/giu
const MAYBE_ADDRESS = /@|www\.|https?:/i

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu
const bare = (word: string): string => word.toLowerCase().replaceAll(/['’]/g, '')

/** Finds places in free text: those that are named to it, and what looks like one. May take a word too many, never too few of a name it knows. */
export function createPlaceReader(words: PlaceWords & { readonly instead: string }): PlaceReader {
  return readerOf([indexOf(words)], words.instead)
}

interface Index {
  /** By first word, the longest first. */
  readonly names: ReadonlyMap<string, readonly (readonly string[])[]>
  readonly codes: ReadonlySet<string>
}

function indexOf({ names, codes }: PlaceWords): Index {
  const index = new Map<string, string[][]>()
  for (const name of names) {
    const all = (name.match(WORD) ?? []).map(bare)
    for (const one of all[0] === 'the' ? [all, all.slice(1)] : [all]) {
      const [first] = one
      if (first === undefined || one.every(word => GENERIC.has(word)) || one.join('').length < 3) continue
      const there = index.get(first)
      if (there === undefined) index.set(first, [one])
      else there.push(one)
    }
  }
  for (const list of index.values()) list.sort((a, b) => b.length - a.length)
  return { names: index, codes: new Set(codes.filter(code => code.length >= 3 && /\p{Lu}|\d/u.test(code))) }
}

function readerOf(indexes: readonly Index[], instead: string): PlaceReader {
  const withoutNames = (text: string): string => {
    const found = Array.from(text.matchAll(WORD))
    const cuts: [from: number, to: number][] = []
    for (let at = 0; at < found.length; at++) {
      const length = lengthAt(indexes, found, at)
      const [first, last] = [found[at], found[at + length - 1]]
      if (length === 0 || first === undefined || last === undefined) continue
      cuts.push([first.index, last.index + last[0].length])
      at += length - 1
    }
    let out = text
    for (const [from, to] of cuts.toReversed()) out = `${out.slice(0, from)}${instead}${out.slice(to)}`
    return out
  }
  return {
    text: text =>
      text.length < 3 || text === instead
        ? text
        : withoutNames(
            (MAYBE_ADDRESS.test(text) ? text.replace(EMAIL_OR_WEB, instead) : text)
              .replace(PHONE, instead)
              .replace(POSTCODE, found => (AMOUNT.test(found) ? found : instead)),
          )
            .replace(NAMED_PLACE, found => (OPERATION.test(found) ? found : instead))
            .replace(NUMBERED_WARD, instead),
    with: more => readerOf([...indexes, indexOf(more)], instead),
  }
}

function lengthAt(indexes: readonly Index[], found: readonly RegExpExecArray[], at: number): number {
  const word = found[at]?.[0] ?? ''
  let best = 0
  for (const { names, codes } of indexes) {
    const wanted = names.get(bare(word))?.find(one => one.every((part, place) => bare(found[at + place]?.[0] ?? '') === part))
    best = Math.max(best, wanted?.length ?? 0, codes.has(word) ? 1 : 0)
  }
  return best
}
