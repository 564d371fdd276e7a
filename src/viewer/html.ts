import { html as tagged } from 'hono/html'

declare const brand: unique symbol
/** Markup whose every value has been escaped. Made only by `html`. */
export interface Html {
  readonly [brand]: 'Html'
  readonly toString: () => string
}

export type Child = string | number | Html | false | null | undefined | readonly Child[]

const isList = (child: Child): child is readonly Child[] => Array.isArray(child)

const checked = (child: Child): void => {
  if (isList(child)) for (const inner of child) checked(inner)
  else if (typeof child === 'object' && child !== null && Object.prototype.toString.call(child) !== '[object String]')
    throw new TypeError('Only text, numbers and components can be put in a page.')
}

/**
 * The only way a page is written: text is escaped, components are not escaped twice, `false` and `undefined` leave nothing.
 * There is no way to put markup in from a value; an object that claims to be escaped is refused.
 */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  for (const child of children) checked(child)
  return tagged(strings, ...children) as unknown as Html
}

export const nothing: Html = html``

/** Joins components with a component between them. */
export const joined = (parts: readonly Child[], between: Child): Html =>
  html`${parts.flatMap((part, place) => (place === 0 ? [part] : [between, part]))}`

/** The bytes of a component, for a wire that carries text. */
export const text = (component: Html): string => component.toString()

/** The bytes of a page that comes in pieces. */
export const whole = (pieces: Iterable<Html>): string => Array.from(pieces, text).join('')
