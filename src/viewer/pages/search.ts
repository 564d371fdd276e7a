import { filterForm, foundList, isNoFilter } from '../components/filter.ts'
import { html, nothing, type Html } from '../html.ts'
import type { RecordPageModel } from '../models.ts'
import type { SearchQuery } from '../search.ts'
import { recordTool } from './record-tool.ts'

/** Answer to POST `/r/{view}/search` as a page of its own, for a browser without script. */
export const searchPage = (model: RecordPageModel, query: SearchQuery): Html =>
  recordTool(
    model,
    'Search within',
    'item',
    html`${filterForm(model, query)}
    ${
      isNoFilter(query)
        ? html`<p>
            Type a word, or choose an organisation or dates. <a href="/r/${encodeURIComponent(model.viewId)}/">Back to the summary</a>
          </p>`
        : foundList(model, query)
    }`,
  )

/** The same for the page that is open: what is found alone; nothing where nothing is filtered by. */
export const searchFragment = (model: RecordPageModel, query: SearchQuery): Html => (isNoFilter(query) ? nothing : foundList(model, query))
