import { errorSummary, button, insetText, textarea } from '../components/nhsuk.ts'
import { dateTag } from '../format.ts'
import { organisation, itemPath } from '../components/chip.ts'
import { html, type Html } from '../html.ts'
import type { FormState, ItemPanelModel, RecordPageModel } from '../models.ts'
import { sectionTitle } from '../words.ts'
import { form } from './layout.ts'
import { recordTool } from './record-tool.ts'

export const notTheirsPath = (viewId: string, entryId: string): string => `${itemPath(viewId, entryId)}/not-theirs`

/**
 * `Not this person's information` (care-rules 3.3): what will happen, in words, before anything does. Posts `words`, why, 10
 * to 500 characters; errors by the same name.
 */
export function notTheirsPage(model: RecordPageModel, panel: ItemPanelModel, state: FormState = {}): Html {
  const { entry } = panel
  const { errors = {}, values = {} } = state
  return recordTool(
    model,
    'Not this person’s information',
    'item',
    html`<div class="lcr-plain">
      ${errorSummary(Object.entries(errors).map(([field, words]) => ({ words, href: `#${field}` })))}
      <h2>Is this not this person’s information?</h2>
      ${insetText(
        html`<p>
          ${sectionTitle(entry.section)}: <strong>${entry.title}</strong><br />
          ${organisation(entry.recordedBy)} ${dateTag(entry.date ?? entry.recordedBy.date)}
        </p>`,
      )}
      <h3>What happens next</h3>
      <ul class="nhsuk-list nhsuk-list--bullet">
        <li>
          It is hidden from everyone, everywhere, within a
          minute${panel.statements.length > 1 && ', with every statement that was shown as one with it'}.
        </li>
        <li>A records steward looks at it and decides. It comes back if it is this person’s after all.</li>
        <li>The organisation that sent it and the clinical safety officer are told.</li>
        <li>Everyone who saw it in the last 30 days is listed, so that they can be told.</li>
      </ul>
      <p class="lcr-conflict">
        <strong>It may still be true.</strong> If you need it now, read it before you send this: you will not see it after.
      </p>
      ${form(
        notTheirsPath(model.viewId, entry.id),
        model.csrf,
        html`${textarea({
            name: 'words',
            label: 'What makes you think so?',
            hint: '10 to 500 characters. Say what does not fit, for example another name in the letter.',
            rows: 3,
            error: errors['words'],
            value: values['words'],
          })}
          <p>Your name and role are recorded with it.</p>
          ${button('Hide it and tell the steward', { warning: true })}`,
      )}
      <p><a href="${itemPath(model.viewId, entry.id)}">Cancel, it is this person’s</a></p>
    </div>`,
  )
}

/** After it was said: nothing of the item, which is no longer in this view. */
export const notTheirsDonePage = (model: RecordPageModel): Html =>
  recordTool(
    model,
    'Hidden',
    'item',
    html`<div class="lcr-plain" role="status">
      <h2>It is hidden</h2>
      <p>No one sees it in this record until a steward has decided. The organisation that sent it and the safety officer are told.</p>
      <p>If it changed what you did for this person, or for another, say so in your own organisation’s incident system too.</p>
      <p><a href="/r/${encodeURIComponent(model.viewId)}/">Back to the summary</a></p>
    </div>`,
  )
