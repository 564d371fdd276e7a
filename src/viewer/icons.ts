import { html, type Html } from './html.ts'

const icon = (name: string, shape: Html): Html =>
  html`<svg class="lcr-icon lcr-icon--${name}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    ${shape}
  </svg>`

/** Each of another shape, so that none is told by colour alone (D111). Names as in the outcome table. */
export const icons = {
  tick: icon('tick', html`<circle cx="8" cy="8" r="7" /><path class="cut" d="M4.5 8.3 7 10.8l4.6-5" />`),
  loading: icon('loading', html`<circle class="ring" cx="8" cy="8" r="6" /><path class="arc" d="M8 2a6 6 0 0 1 6 6" />`),
  warning: icon('warning', html`<path d="M8 1 15.5 15h-15z" /><path class="cut" d="M8 6v4M8 12v1.3" />`),
  clock: icon('clock', html`<circle class="ring" cx="8" cy="8" r="6.3" /><path class="line" d="M8 4.2V8l2.6 2" />`),
  dash: icon('dash', html`<circle class="ring" cx="8" cy="8" r="6.3" /><path class="line" d="M4.8 8h6.4" />`),
  lock: icon('lock', html`<path d="M3 7h10v8H3z" /><path class="line" d="M5 7V4.7a3 3 0 0 1 6 0V7" />`),
  plug: icon('plug', html`<path d="M4 6h8v3.5a4 4 0 0 1-8 0z" /><path class="line" d="M6 6V2M10 6V2M8 13v3" />`),
  allergy: icon('allergy', html`<path d="M8 1 15.5 15h-15z" /><path class="cut" d="M8 6v4M8 12v1.3" />`),
  none: icon('none', html`<circle class="ring" cx="8" cy="8" r="6.3" /><path class="line" d="M4.8 8.3 7 10.5l4-4.6" />`),
  blank: icon('blank', html`<rect class="ring" x="2" y="2" width="12" height="12" /><path class="line" d="M5 8h6" />`),
  unavailable: icon(
    'unavailable',
    html`<path class="ring" d="M8 1.2 14.8 8 8 14.8 1.2 8z" /><path class="line" d="M8 4.6v4.2M8 10.4v1.2" />`,
  ),
  now: icon('now', html`<path d="M3 2h2v12H3z" /><path d="M6 2h7l-2 3 2 3H6z" />`),
} as const
