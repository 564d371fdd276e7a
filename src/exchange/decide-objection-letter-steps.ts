import type { Viewer } from '../care-record/person.ts'
import { fail, ok, type Result } from '../care-record/result.ts'
import type { ObjectionCase } from './agreements/objection-case/case.ts'
import type { CaseLetter, Route } from './agreements/objection-case/events.ts'
import { readCase, readContact, readLetter, saveContact, saveLetter, type StoredLetter } from './agreements/objection-case/store.ts'
import { factsOf } from './decide-objection-letters.ts'
import { isId, names, UNWRITTEN, type ObjectionCases, type ObjectionPorts, type Who } from './decide-objection.ts'
import type { LetterContact } from './letters/letter.ts'

export type ObjectionLetters = ReturnType<typeof createObjectionLetters>

/** Letters of cases: made from what the case says, kept word for word, sent the way the person confirmed. */
export function createObjectionLetters(cases: ObjectionCases, ports: ObjectionPorts) {
  const contactOf = async (odsCode: string): Promise<LetterContact | undefined> =>
    (await readContact(ports.pool, odsCode)) as LetterContact | undefined
  return {
    languages: ports.letters.languages,

    /** How people reach this office, as its letters say; `undefined`: nobody has said yet, and no letter can be made. */
    contactOf,

    saveContact: (contact: LetterContact, viewer: Viewer): Promise<Result<void>> =>
      cases.transact(async tx => {
        await saveContact(tx, viewer.odsCode, contact, cases.at(), viewer.sdsUserId)
        await ports.audit.writeWith(tx, {
          kind: 'objection-changed',
          outcome: 'success',
          transaction: ports.newId(),
          viewer,
          detail: { step: 'contact-changed', organisation: viewer.odsCode },
        })
        return ok(undefined)
      }),

    /**
     * Makes the letter that is due, to where the person confirmed; a new one takes the place of one that was not sent. Where the
     * PDF cannot write a name, there is the page alone.
     */
    async make(
      id: string,
      wanted: { readonly letter: CaseLetter; readonly language: string; readonly to: string },
      who: Who & { readonly viewer: Viewer },
      seen?: number,
    ): Promise<Result<{ readonly letterId: string }>> {
      try {
        const read = isId(id) ? await readCase(ports.pool, id) : undefined
        if (!read || names(read.case, who.viewer)) return fail('not-found', 'There is no such case.')
        const from = await contactOf(who.viewer.odsCode)
        if (!from) return fail('conflict', 'First write down how people reach your office: every letter says it.')
        const now = cases.at()
        const set = {
          reference: read.reference,
          to: { name: wanted.to, address: addressOf(read.case) },
          from,
          catalogue: ports.catalogue(),
          shareClasses: ports.shareClasses(),
          now,
        }
        const facts = factsOf(wanted.letter, read.case, { ...set, rules: cases.rules })
        if (!facts.ok) return facts
        const made = await ports.letters.makeLetter(wanted.letter, facts.value, wanted.language)
        if (!made.ok) return made
        const { kind, language, version, html, pdf, pdfWhole } = made.value
        const letter: StoredLetter = { id: ports.newId(), kind, language, version, madeAt: now, html, ...(pdfWhole ? { pdf } : {}) }
        const step = {
          type: 'letter-made',
          letter: wanted.letter,
          letterId: letter.id,
          language,
          ...(pdfWhole ? {} : { pageOnly: true as const }),
        } as const
        // What it says was read before: of a case that has changed since it would say what no longer holds.
        const stepped = await cases.step(id, [step], who, {
          read: seen ?? read.steps.length,
          inSame: tx => saveLetter(tx, id, letter, who.viewer.sdsUserId),
        })
        return stepped.ok ? ok({ letterId: letter.id }) : stepped
      } catch (cause) {
        return fail('unavailable', UNWRITTEN.fault.detail, cause)
      }
    },

    /** A letter as it was made. Written down before it is shown. */
    async read(id: string, letterId: string, viewer: Viewer): Promise<Result<StoredLetter>> {
      try {
        const [read, letter] =
          isId(id) && isId(letterId) ? await Promise.all([readCase(ports.pool, id), readLetter(ports.pool, id, letterId)]) : []
        if (!read || !letter || names(read.case, viewer)) return fail('not-found', 'There is no such letter.')
        const nhsNumber = read.case.nhsNumbers[0]
        const written = await ports.audit.write({
          kind: 'office-opened',
          outcome: 'success',
          transaction: ports.newId(),
          viewer,
          ...(nhsNumber === undefined ? {} : { nhsNumber }),
          detail: { page: 'objection-letter', case: id, letter: letterId },
        })
        return written.ok ? ok(letter) : UNWRITTEN
      } catch {
        return UNWRITTEN
      }
    },

    sent: async (id: string, letterId: string, route: Route, who: Who, seen?: number): Promise<Result<void>> => {
      const stepped = await cases.step(id, [{ type: 'letter-sent', letterId, route }], who, { read: seen })
      return stepped.ok ? ok(undefined) : stepped
    },
  }
}

/** What is posted goes where the person said that it is safe; nothing else has an address to be read on it. */
const addressOf = ({ route }: ObjectionCase): readonly string[] =>
  route?.route === 'post'
    ? route.where
        .split(/\r?\n|,/)
        .map(line => line.trim())
        .filter(line => line !== '')
    : []
