import { html, type Child, type Html } from '../html.ts'

/** One task of several, with where it leads and how far it is. */
export interface TaskRow {
  readonly title: string
  readonly href: string
  readonly done: boolean
  readonly hint?: string
}

/** Tasks of a form that is filled in bit by bit (nhsuk-frontend task list). */
export const taskList = (tasks: readonly TaskRow[]): Html =>
  html`<ul class="nhsuk-task-list">
    ${tasks.map(
      ({ title, href, done, hint }, place) =>
        html`<li class="nhsuk-task-list__item nhsuk-task-list__item--with-link">
          <div class="nhsuk-task-list__name-and-hint">
            <a class="nhsuk-link nhsuk-task-list__link" href="${href}" aria-describedby="task-${place + 1}-status">${title}</a>${
              hint !== undefined && html`<div class="nhsuk-task-list__hint">${hint}</div>`
            }
          </div>
          <div class="nhsuk-task-list__status" id="task-${place + 1}-status">
            ${done ? 'Done' : html`<strong class="nhsuk-tag nhsuk-tag--blue">To fill in</strong>`}
          </div>
        </li>`,
    )}
  </ul>`

/** Boxes to tick under one heading; each is a field of its own, said `yes`. */
export const checkboxes = (
  legend: Child,
  boxes: readonly { readonly name: string; readonly words: string; readonly checked: boolean }[],
): Html =>
  html`<div class="nhsuk-form-group">
    <fieldset class="nhsuk-fieldset">
      <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">${legend}</legend>
      <div class="nhsuk-checkboxes nhsuk-checkboxes--small">
        ${boxes.map(
          ({ name, words, checked }) =>
            html`<div class="nhsuk-checkboxes__item">
              <input
                class="nhsuk-checkboxes__input"
                id="${name}"
                name="${name}"
                type="checkbox"
                value="yes"
                ${checked && html` checked`}
              /><label class="nhsuk-label nhsuk-checkboxes__label" for="${name}">${words}</label>
            </div>`,
        )}
      </div>
    </fieldset>
  </div>`
