import { BlockList, isIP } from 'node:net'

/** Whether an address, as a socket gives it, is in one of the networks. */
export type InNetworks = (address: string) => boolean

/**
 * Networks as written in a setting: CIDR or single addresses, IPv4 or IPv6, with commas between.
 *
 * @returns `undefined` when any of them cannot be read: a wide or empty list by a slip of the pen is refused whole.
 */
export function parseNetworks(text: string): InNetworks | undefined {
  const list = new BlockList()
  const named = text.split(',').map(one => one.trim())
  for (const network of named) {
    const [address = '', prefix, ...more] = network.split('/')
    const version = isIP(address)
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
    // A prefix of 0 would let everybody in.
    if (version === 0 || more.length > 0 || !(bits >= 1 && bits <= (version === 6 ? 128 : 32))) return undefined
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4')
  }
  return address => {
    const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
    const version = isIP(plain)
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}
