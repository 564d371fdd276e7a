import { html, type Child, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import { footer } from './layout.ts'
import { bottomBar, menu, recordStart, recordTop, type Here } from './record.ts'

/**
 * Any page of a record besides the summary: banner, allergies and flags, sources, menu, and what it is for.
 *
 * @param what said in the title.
 * @param head further elements of the head, such as a style of its own.
 */
export const recordTool = (model: RecordPageModel, what: string, here: Here, inside: Child, head?: Child): Html =>
  html`${recordStart({ ...model, settled: true }, what, head)}${recordTop(model)}
    <div class="lcr-page">
      ${menu(model, here)}
      <main class="lcr-main-area" id="maincontent" tabindex="-1">${inside}</main>
      <aside class="lcr-panel" id="panel" aria-label="Detail" hidden></aside>
    </div>
    ${footer('Your access to this record has been recorded.')}${bottomBar(model, here)}`
