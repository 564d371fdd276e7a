import { PROCESSING_PATH, processingPage } from '../../../viewer/pages/office/processing.ts'
import type { Catalogue } from '../../../care-record/catalogue.ts'
import { processingRecord, type ProcessingSettings } from '../../record-of-processing.ts'
import type { Route } from '../routes.ts'
import { officeFrame, type OfficeDoor } from './home-routes.ts'
import { send } from './takes-part.ts'

/** The record of processing activities, made anew each time from what is connected. */
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
]
