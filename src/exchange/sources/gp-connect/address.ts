/**
 * An address inside a base, as we ask for it; `undefined` for any that leads elsewhere, however it is written: another
 * host or port, a way up, a way up in disguise, a name and password.
 */
export function addressWithin(base: string, address: string): string | undefined {
  const root = `${base.replace(/\/+$/, '')}/`
  if (!URL.canParse(root) || !URL.canParse(address, root)) return undefined
  const [inside, url] = [new URL(root), new URL(address, root)]
  if (url.origin !== inside.origin || url.username !== '' || url.password !== '') return undefined
  if (!/^https?:$/.test(url.protocol) || !url.pathname.startsWith(inside.pathname) || isDisguised(url.pathname)) return undefined
  url.hash = ''
  return url.href
}

/** A slash, backslash or dot that only the server would read as one, a percent sign that hides one, or an encoding that is none. */
function isDisguised(path: string): boolean {
  if (/%2f|%5c|%2e|%25|%00|\.\.|\\/i.test(path)) return true
  try {
    decodeURIComponent(path)
    return false
  } catch {
    return true
  }
}
