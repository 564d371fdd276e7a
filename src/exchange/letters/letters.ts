import { fail, ok } from '../../care-record/result.ts'
import { checkFacts } from './check-facts.ts'
import { compose } from './compose.ts'
import { letterHtml } from './html.ts'
import { english } from './languages/english.ts'
import { portuguese } from './languages/portuguese.ts'
import { spanish } from './languages/spanish.ts'
import type { Letters } from './letter.ts'
import type { Language } from './phrases.ts'

export const LANGUAGES: readonly Language[] = [english, spanish, portuguese]

/** Both have signed. */
export const signedOff = ({ translator, reviewer }: Language): boolean => (translator ?? '') !== '' && (reviewer ?? '') !== ''

/** Letters of an objection (R075): plain, in HTML and as tagged PDF, in each language that was signed off. */
export function createLetters(all: readonly Language[] = LANGUAGES): Letters {
  return {
    languages: all.map(language => ({ tag: language.tag, title: language.title, mayBeSent: signedOff(language) })),
    async makeLetter(kind, facts, tag, options) {
      const language = all.find(one => one.tag === tag)
      if (language === undefined) return fail('invalid', 'There is no letter in this language.')
      const draft = !signedOff(language)
      if (draft && options?.preview !== true)
        return fail('invalid', 'The letter in this language is not signed off. It can be read, not sent.')
      const checked = checkFacts(kind, facts)
      if (!checked.ok) return checked
      const letter = compose(kind, checked.value, language)
      // With its fonts it is the largest thing a process would hold: only one that makes letters does.
      const { letterPdf } = await import('./pdf.ts')
      const { bytes, whole } = await letterPdf(letter, language, draft)
      return ok({
        kind,
        language: language.tag,
        version: `${language.tag} ${language.version}`,
        state: draft ? 'draft' : 'signed-off',
        subject: letter.subject,
        html: letterHtml(letter, language, draft),
        pdf: bytes,
        pdfWhole: whole,
      })
    },
  }
}
