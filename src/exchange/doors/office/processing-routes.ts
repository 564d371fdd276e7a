import { text } from '../../../viewer/html.ts'
import { PROCESSING_PATH, processingPage } from '../../../viewer/pages/office/processing.ts'
import { PRIVACY_NOTICE_PATH, privacyNoticePage, type FlowWords } from '../../../viewer/pages/privacy-notice.ts'
import type { Catalogue } from '../../../care-record/catalogue.ts'
import { processingRecord, type FlowId, type ProcessingSettings } from '../../record-of-processing.ts'
import { sendHtml } from '../headers.ts'
import type { Route } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { send } from './takes-part.ts'

/** What each flow is to somebody it is about. A flow without words does not compile. */
export const FLOW_WORDS: Readonly<Record<FlowId, FlowWords>> = {
  'source-fhir': { group: 'comes', words: 'Hospitals and community services' },
  'source-gp-connect': { group: 'comes', words: 'GP practices' },
  'source-nrl': { group: 'comes', words: 'Places that hold a plan for your care, found through a national index' },
  'source-social-care': { group: 'comes', words: 'Councils’ social care' },
  'source-dicomweb': { group: 'comes', words: 'Hospitals’ scans and X-rays' },
  'peer-asked': {
    group: 'comes',
    words: 'The London Care Record in other areas',
    what: 'What services there have written down about you.',
  },
  demographics: {
    group: 'comes',
    words: 'The NHS register of patients',
    what: 'Your NHS number, names, date of birth, sex, address and GP practice, so that nobody else’s record is shown as yours.',
    kept: 'If your address is protected, we keep that fact for 24 hours.',
    unnamed: true,
  },
  viewer: {
    group: 'goes',
    words: 'People who care for you',
    what: 'As much of your record as their job needs, while you are in their care.',
  },
  'peer-answered': {
    group: 'goes',
    words: 'People who care for you in other areas',
    what: 'The same, by the same rules. We decide again each time they ask.',
  },
  bridge: {
    group: 'goes',
    words: 'Another care record that the person caring for you uses',
    what: 'Your NHS number, names and date of birth, so that both show the same person.',
  },
  software: { group: 'goes', words: 'Software that the person caring for you uses', what: 'What that person may see.', unnamed: true },
  audit: {
    group: 'kept',
    words: 'Who looked at your record, when and why',
    what: 'Not what your record says. You can ask to see it.',
    kept: 'Kept for as long as the record it is about.',
    unnamed: true,
  },
  objections: {
    group: 'kept',
    words: 'What you told us if you said no to sharing',
    what: 'Your name, how to reach you, what you asked for, and our letters to you.',
    kept: 'Kept for as long as it holds, and 8 years.',
    unnamed: true,
  },
  lists: {
    group: 'kept',
    words: 'Who said no to sharing',
    what: 'NHS numbers, so that every area keeps to it within a minute.',
    kept: 'Kept for as long as it holds.',
  },
  'opt-outs': {
    group: 'kept',
    words: 'What you said to earlier shared records',
    what: 'Your NHS number, names, date of birth and address, and the day you said no. You need not say it again.',
    kept: 'Kept for as long as it holds.',
  },
  'sign-in': {
    group: 'kept',
    words: 'Which member of staff signed in',
    what: 'Their name and job. Nothing about you.',
    kept: 'For 12 hours at most; who looked at a record is kept as above.',
    unnamed: true,
  },
}

/** The record of processing activities and the notice to the public that says the same, made anew each time from what is connected. */
export const processingRoutes = ({ ports }: OfficeDoor, catalogue: () => Catalogue, settings: ProcessingSettings): readonly Route[] => [
  {
    method: 'GET',
    path: PROCESSING_PATH,
    permission: 'office',
    offices: ['agreements', 'rules', 'guardian', 'operations', 'privacy'],
    async serve(_request, reply, visitor) {
      const now = catalogue()
      const page = processingPage(officeFrame(ports, visitor, PROCESSING_PATH), {
        title: now.title,
        flows: processingRecord(now, settings),
      })
      return send(reply, page)
    },
  },
  {
    method: 'GET',
    path: PRIVACY_NOTICE_PATH,
    permission: 'public',
    async serve(_request, reply) {
      const now = catalogue()
      const page = privacyNoticePage({ title: now.title, flows: processingRecord(now, settings), words: FLOW_WORDS })
      return sendHtml(reply, text(page))
    },
  },
]
