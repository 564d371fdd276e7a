import { assetPath } from '../assets.ts'
import { html, type Html } from '../html.ts'

/** Style and script of the charts, for the head of a page that draws one. */
export const chartHead: Html = html`<link rel="stylesheet" href="${assetPath('charts.css')}" />
  <script src="${assetPath('chart.js')}" defer></script>`
