import { assetPath } from '../assets.ts'
import { skipLink } from '../components/nhsuk.ts'
import { html, nothing, text, type Child, type Html } from '../html.ts'
import type { Frame, LocalContact } from '../models.ts'

/** The same for everyone (D121). */
export const LAW_NOTICE =
  'Some information is never shared here by law: sexual health clinic, fertility treatment and gender recognition records. This notice is the same for everyone.'

/** A form of ours: posted, with the session's token. */
export const form = (action: string, csrf: string | undefined, inside: Child, name?: string): Html =>
  html`<form method="post" action="${action}" novalidate${name !== undefined && html` class="${name}"`}>
    ${csrf !== undefined && html`<input type="hidden" name="csrf" value="${csrf}" />`}${inside}
  </form>`

export interface PageOptions extends Frame {
  readonly title: string
  /** Element of the head besides ours. */
  readonly head?: Child
  readonly script?: boolean
  readonly bodyClass?: string
  /** Attributes the script reads. */
  readonly data?: Child
}

// Written by hand: the element stays open, and the end tags of body and html may be left out (HTML 13.1.2.4).
// prettier-ignore
const opening = (options: PageOptions, head: Html, after: Html): Html =>
  html`<!doctype html><html lang="en-GB"><head>${head}</head><body class="nhsuk-frontend-supported${options.bodyClass !== undefined && ` ${options.bodyClass}`}"${options.data}>${after}`

/** Document down to the open body: sent at once, so that style and script load while sources are asked. */
export const pageStart = (options: PageOptions): Html =>
  opening(
    options,
    html`<meta charset="utf-8" />
      <title>${options.title}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="format-detection" content="telephone=no" />
      <meta name="robots" content="noindex" />
      <link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml" />
      <link rel="stylesheet" href="${assetPath('viewer.css')}" />
      ${options.script === true && html`<script src="${assetPath('record.js')}" defer></script>`}${options.head}`,
    html`${skipLink('Skip to main content', '#maincontent')}${options.framed === true ? nothing : siteHeader(options)}`,
  )

const FIND = { path: '/find', title: 'Find a person' }

function siteHeader({ viewer, csrf, path, home = FIND }: Frame): Html {
  return html`<header class="nhsuk-header lcr-header" role="banner">
    <div class="nhsuk-header__container">
      <div class="nhsuk-header__service">
        <a class="nhsuk-header__service-name" href="${viewer === undefined ? '/' : home.path}">London Care Record</a>
      </div>
      ${
        viewer !== undefined &&
        html`<nav class="lcr-header__links" aria-label="Start"><a href="${home.path}">${home.title}</a></nav>
          <nav class="nhsuk-header__account" aria-label="Account">
            <ul class="nhsuk-header__account-list">
              <li class="nhsuk-header__account-item lcr-header__who">${viewer.name}, ${viewer.roleName}, ${viewer.organisationName}</li>
              <li class="nhsuk-header__account-item">${headerButton('/lock', 'Lock', csrf, true, path)}</li>
              <li class="nhsuk-header__account-item">${headerButton('/log-out', 'Log out', csrf, false)}</li>
            </ul>
          </nav>`
      }
    </div>
  </header>`
}

const headerButton = (action: string, words: string, csrf: string | undefined, boxed: boolean, to?: string): Html =>
  html`<form class="nhsuk-header__account-form" action="${action}" method="post" novalidate${boxed && html` data-lock`}>
    ${csrf !== undefined && html`<input type="hidden" name="csrf" value="${csrf}" />`}${to !== undefined && html`<input type="hidden" name="to" value="${to}" />`}<button
      class="nhsuk-header__account-button${boxed && ' lcr-header__lock'}"
    >
      ${words}
    </button>
  </form>`

export const footer = (more?: Child): Html =>
  html`<footer class="lcr-footer" role="contentinfo"><p>${LAW_NOTICE}${more !== undefined && html` ${more}`}</p></footer>`

/** Title of a page as its tab says it: what has to be mended is heard first. */
export const tabTitle = (title: string, inside: Child): string =>
  `${text(html`${inside}`).includes('class="nhsuk-error-summary"') ? 'Error: ' : ''}${title} – London Care Record`

/** A page with no person in it. */
export const plainPage = (frame: Frame, title: string, inside: Child, head?: Child): Html =>
  html`${pageStart({ ...frame, title: tabTitle(title, inside), ...(head === undefined ? {} : { head }) })}
    <div class="nhsuk-width-container">
      <main class="nhsuk-main-wrapper lcr-plain" id="maincontent">${inside}</main>
    </div>
    ${footer(html`<a href="/privacy">How we use your information</a>`)}`

export const contactLine = (contact: LocalContact | undefined): Html =>
  contact === undefined
    ? html`<p>Ask your organisation’s information governance team or service desk.</p>`
    : html`<p>Contact ${contact.name}${contact.phone !== undefined && html` on <span class="lcr-whole">${contact.phone}</span>`}.</p>`
