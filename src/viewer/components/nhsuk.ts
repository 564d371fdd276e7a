import { html, nothing, type Child, type Html } from '../html.ts'

/**
 * Components of nhsuk-frontend, held to the fixtures that package ships (nhsuk.test.ts). Only the variants we use.
 */

export interface Field {
  readonly name: string
  readonly label: Child
  readonly hint?: Child
  readonly error?: string | undefined
  readonly value?: string | undefined
  readonly id?: string
}

const describedBy = (id: string, field: Field): string =>
  [field.hint !== undefined && `${id}-hint`, field.error !== undefined && `${id}-error`].filter(Boolean).join(' ')

const hint = (id: string, words: Child): Html =>
  words === undefined ? nothing : html`<div class="nhsuk-hint" id="${id}-hint">${words}</div>`

const errorMessage = (id: string, words: string | undefined): Html =>
  words === undefined
    ? nothing
    : html`<span class="nhsuk-error-message" id="${id}-error"><span class="nhsuk-u-visually-hidden">Error:</span> ${words}</span>`

const group = (error: string | undefined, inside: Html): Html =>
  html`<div class="nhsuk-form-group${error !== undefined && ' nhsuk-form-group--error'}">${inside}</div>`

const described = (ids: string): Html => (ids === '' ? nothing : html` aria-describedby="${ids}"`)

export const button = (
  words: Child,
  options: {
    readonly secondary?: boolean
    readonly small?: boolean
    readonly warning?: boolean
    readonly name?: string
    readonly value?: string
  } = {},
): Html =>
  html`<button
    class="nhsuk-button${options.secondary === true && ' nhsuk-button--secondary'}${
      options.warning === true && ' nhsuk-button--warning'
    }${options.small === true && ' nhsuk-button--small'}"
    ${options.name !== undefined && html` name="${options.name}"`}${options.value !== undefined && html` value="${options.value}"`}
    data-module="nhsuk-button"
    type="submit"
  >
    ${words}
  </button>`

export const buttonLink = (words: Child, href: string): Html =>
  html`<a class="nhsuk-button" data-module="nhsuk-button" href="${href}" role="button" draggable="false">${words}</a>`

/** Classes written out: styles that no page writes are left out of what is served. */
const widths = {
  2: 'nhsuk-input--width-2',
  4: 'nhsuk-input--width-4',
  5: 'nhsuk-input--width-5',
  10: 'nhsuk-input--width-10',
  20: 'nhsuk-input--width-20',
} as const

export const input = (
  field: Field & {
    readonly width?: keyof typeof widths
    readonly numeric?: boolean
    /** Digits and letters to be read one by one. */
    readonly code?: boolean
    readonly autocomplete?: string
    readonly labelSize?: 's' | 'm'
  },
): Html => {
  const id = field.id ?? field.name
  return group(
    field.error,
    html`<label class="nhsuk-label${field.labelSize !== undefined && ` nhsuk-label--${field.labelSize}`}" for="${id}">${field.label}</label
      >${hint(id, field.hint)}${errorMessage(id, field.error)}<input
        class="nhsuk-input${field.error !== undefined && ' nhsuk-input--error'}${field.code === true && ' nhsuk-input--code'}${field.width !== undefined && ` ${widths[field.width]}`}"
        id="${id}"
        name="${field.name}"
        type="text"
        ${field.numeric === true && html` inputmode="numeric"`}${field.code === true && html` spellcheck="false"`}${
          field.value !== undefined && html` value="${field.value}"`
        }${described(describedBy(id, field))}${field.autocomplete !== undefined && html` autocomplete="${field.autocomplete}"`}
      />`,
  )
}

export const textarea = (field: Field & { readonly rows?: number }): Html => {
  const id = field.id ?? field.name
  return group(
    field.error,
    html`<label class="nhsuk-label" for="${id}">${field.label}</label>${hint(id, field.hint)}${errorMessage(id, field.error)}<textarea
        class="nhsuk-textarea${field.error !== undefined && ' nhsuk-textarea--error'}"
        id="${id}"
        name="${field.name}"
        rows="${field.rows ?? 5}"
        ${described(describedBy(id, field))}
      >
${field.value}</textarea>`,
  )
}

export const fieldset = (
  legend: Child,
  inside: Html,
  options: { readonly size?: 'l' | 'm' | 's'; readonly heading?: boolean; readonly ids?: string; readonly role?: 'group' } = {},
): Html =>
  html`<fieldset class="nhsuk-fieldset" ${options.role !== undefined && html` role="${options.role}"`}${described(options.ids ?? '')}>
    <legend class="nhsuk-fieldset__legend${options.size !== undefined && ` nhsuk-fieldset__legend--${options.size}`}">
      ${options.heading === true ? html`<h1 class="nhsuk-fieldset__heading">${legend}</h1>` : legend}
    </legend>
    ${inside}
  </fieldset>`

export interface RadioItem {
  readonly value: string
  readonly words: Child
  readonly hint?: Child
}

export const radios = (
  field: Field & { readonly items: readonly RadioItem[]; readonly size?: 'l' | 'm' | 's'; readonly heading?: boolean },
): Html => {
  const id = field.id ?? field.name
  const item = (radio: RadioItem, place: number): Html => {
    const own = place === 0 ? id : `${id}-${place + 1}`
    return html`<div class="nhsuk-radios__item">
      <input
        class="nhsuk-radios__input"
        id="${own}"
        name="${field.name}"
        type="radio"
        value="${radio.value}"
        ${field.value === radio.value && html` checked`}${radio.hint !== undefined && html` aria-describedby="${own}-item-hint"`}
      /><label class="nhsuk-label nhsuk-radios__label" for="${own}">${radio.words}</label>${
        radio.hint !== undefined && html`<div class="nhsuk-hint nhsuk-radios__hint" id="${own}-item-hint">${radio.hint}</div>`
      }
    </div>`
  }
  return group(
    field.error,
    fieldset(
      field.label,
      html`${hint(id, field.hint)}${errorMessage(id, field.error)}
        <div class="nhsuk-radios" data-module="nhsuk-radios">${field.items.map(item)}</div>`,
      { size: field.size ?? 'l', heading: field.heading ?? true, ids: describedBy(id, field) },
    ),
  )
}

/** Three fields named `{name}Day`, `{name}Month`, `{name}Year`. */
export const dateInput = (
  field: Field & {
    readonly values?: readonly (string | undefined)[]
    readonly size?: 'l' | 'm' | 's'
    readonly heading?: boolean
    readonly prefix?: string
  },
): Html => {
  const id = field.id ?? field.name
  const [day, month, year] = field.values ?? []
  const part = (label: string, width: 2 | 4, value: string | undefined): Html => {
    const name = field.prefix === '' ? label.toLowerCase() : `${field.name}${label}`
    const own = field.prefix === '' ? `${id}-${label.toLowerCase()}` : name
    return html`<div class="nhsuk-date-input__item">
      <div class="nhsuk-form-group">
        <label class="nhsuk-label nhsuk-date-input__label" for="${own}">${label}</label
        ><input
          class="nhsuk-input ${widths[width]}${field.error !== undefined && ' nhsuk-input--error'} nhsuk-date-input__input"
          id="${own}"
          name="${name}"
          type="text"
          inputmode="numeric"
          ${value !== undefined && html` value="${value}"`}
        />
      </div>
    </div>`
  }
  return group(
    field.error,
    fieldset(
      field.label,
      html`${hint(id, field.hint)}${errorMessage(id, field.error)}
        <div class="nhsuk-date-input" id="${id}">${part('Day', 2, day)}${part('Month', 2, month)}${part('Year', 4, year)}</div>`,
      { size: field.size ?? 'l', heading: field.heading ?? true, ids: describedBy(id, field), role: 'group' },
    ),
  )
}

/** What has to be mended, first on its page and with the focus. */
export const errorSummary = (errors: readonly { readonly words: string; readonly href: string }[]): Html =>
  errors.length === 0
    ? nothing
    : html`<div class="nhsuk-error-summary" data-module="nhsuk-error-summary" tabindex="-1" autofocus>
        <div role="alert">
          <h2 class="nhsuk-error-summary__heading">There is a problem</h2>
          <div class="nhsuk-error-summary__body">
            <ul class="nhsuk-list nhsuk-error-summary__list">
              ${errors.map(error => html`<li><a href="${error.href}">${error.words}</a></li>`)}
            </ul>
          </div>
        </div>
      </div>`

export const insetText = (inside: Child): Html =>
  html`<div class="nhsuk-inset-text"><span class="nhsuk-u-visually-hidden">Information: </span>${inside}</div>`

export const warningCallout = (heading: Child, inside: Child, level: 2 | 3 = 2): Html =>
  html`<div class="nhsuk-card nhsuk-card--warning">
    <div class="nhsuk-card__content">
      ${level === 2 ? html`<h2 class="nhsuk-card__heading">${heading}</h2>` : html`<h3 class="nhsuk-card__heading">${heading}</h3>`}
      ${inside}
    </div>
  </div>`

export const card = (heading: Child, inside: Child): Html =>
  html`<div class="nhsuk-card">
    <div class="nhsuk-card__content">
      <h2 class="nhsuk-card__heading">${heading}</h2>
      ${inside}
    </div>
  </div>`

export type TagColour = 'white' | 'grey' | 'green' | 'aqua-green' | 'blue' | 'purple' | 'pink' | 'red' | 'orange' | 'yellow'

export const tag = (words: Child, colour?: TagColour): Html =>
  html`<strong class="nhsuk-tag${colour !== undefined && ` nhsuk-tag--${colour}`}">${words}</strong>`

export const details = (summary: Child, inside: Child): Html =>
  html`<details class="nhsuk-details">
    <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">${summary}</span></summary>
    <div class="nhsuk-details__text">${inside}</div>
  </details>`

export const summaryList = (rows: readonly (readonly [key: Child, value: Child])[]): Html =>
  html`<dl class="nhsuk-summary-list">
    ${rows.map(
      ([key, value]) =>
        html`<div class="nhsuk-summary-list__row">
          <dt class="nhsuk-summary-list__key">${key}</dt>
          <dd class="nhsuk-summary-list__value">${value}</dd>
        </div>`,
    )}
  </dl>`

/** A table whose rows stand one below the other on a phone, each cell after the heading of its column. */
export const stackedTable = (caption: string, head: readonly string[], rows: readonly (readonly Child[])[]): Html =>
  html`<table class="nhsuk-table lcr-stacked" role="table">
    <caption class="nhsuk-table__caption nhsuk-table__caption--m">
      ${caption}
    </caption>
    <thead class="nhsuk-table__head" role="rowgroup">
      <tr class="nhsuk-table__row" role="row">
        ${head.map(words => html`<th class="nhsuk-table__header" role="columnheader" scope="col">${words}</th>`)}
      </tr>
    </thead>
    <tbody class="nhsuk-table__body" role="rowgroup">
      ${rows.map(
        row =>
          html`<tr class="nhsuk-table__row" role="row">
            ${row.map((cell, place) =>
              place === 0
                ? html`<th class="nhsuk-table__header" role="rowheader" scope="row">${cell}</th>`
                : html`<td class="nhsuk-table__cell" role="cell" data-heading="${head[place]}">${cell}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`

export const table = (
  caption: Child,
  head: readonly Child[],
  rows: readonly (readonly Child[])[],
  options: { readonly firstCellIsHeader?: boolean } = {},
): Html =>
  html`<table class="nhsuk-table">
    <caption class="nhsuk-table__caption nhsuk-table__caption--m">
      ${caption}
    </caption>
    <thead class="nhsuk-table__head">
      <tr class="nhsuk-table__row">
        ${head.map(words => html`<th class="nhsuk-table__header" scope="col">${words}</th>`)}
      </tr>
    </thead>
    <tbody class="nhsuk-table__body">
      ${rows.map(
        row =>
          html`<tr class="nhsuk-table__row">
            ${row.map((cell, place) =>
              place === 0 && options.firstCellIsHeader === true
                ? html`<th class="nhsuk-table__header" scope="row">${cell}</th>`
                : html`<td class="nhsuk-table__cell">${cell}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`

export const skipLink = (words: string, href: string): Html =>
  html`<a class="nhsuk-skip-link" data-module="nhsuk-skip-link" href="${href}">${words}</a>`
