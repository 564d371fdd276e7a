import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
const PALETTE = 256

/** The chunks of a PNG with their type, in order. */
function* chunksOf(png: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) }
    at += 12 + length
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length)
  whole.writeUInt32BE(data.length, 0)
  whole.write(type, 4, 'latin1')
  data.copy(whole, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length)
  return whole
}

const paeth = (left: number, above: number, corner: number): number => {
  const guess = left + above - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)]
  return a <= b && a <= c ? left : b <= c ? above : corner
}

/** Undoes the filters of a PNG's rows (PNG 9.2), in place. */
function unfilter(rows: Buffer, height: number, stride: number, pixel: number): void {
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1)
    const kind = rows[start]
    for (let x = 0; x < stride; x++) {
      const at = start + 1 + x
      const left = x < pixel ? 0 : (rows[at - pixel] ?? 0)
      const above = y === 0 ? 0 : (rows[at - stride - 1] ?? 0)
      const corner = x < pixel || y === 0 ? 0 : (rows[at - stride - 1 - pixel] ?? 0)
      const add = kind === 1 ? left : kind === 2 ? above : kind === 3 ? (left + above) >> 1 : kind === 4 ? paeth(left, above, corner) : 0
      rows[at] = ((rows[at] ?? 0) + add) & 255
    }
  }
}

const distance = (a: number, b: number): number =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2

/** At most 256 colours: of neighbouring shades the commonest, so that plain areas keep theirs exactly. */
function paletteOf(counts: ReadonlyMap<number, number>): readonly number[] {
  const shades = new Map<number, { colour: number; most: number; total: number }>()
  for (const [colour, count] of counts) {
    const key = (colour >> 3) & 0x1f1f1f
    const held = shades.get(key)
    if (held === undefined) shades.set(key, { colour, most: count, total: count })
    else {
      held.total += count
      if (count > held.most) [held.colour, held.most] = [colour, count]
    }
  }
  return [...shades.values()]
    .sort((a, b) => b.total - a.total || a.colour - b.colour)
    .slice(0, PALETTE)
    .map(({ colour }) => colour)
}

/**
 * A screenshot in fewer bytes: one byte a pixel from a palette of the page's own colours, no dithering.
 *
 * @param png 8 bits a channel, with or without alpha, as browsers write; anything else comes back as it is.
 */
export function smallPng(png: Buffer): Buffer {
  const chunks = [...chunksOf(png)]
  const header = chunks.find(({ type }) => type === 'IHDR')?.data
  if (header?.[8] !== 8 || header[12] !== 0 || (header[9] !== 2 && header[9] !== 6)) return png
  const [width, height, pixel] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3]
  const stride = width * pixel
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)))
  unfilter(rows, height, stride, pixel)

  const colours = new Uint32Array(width * height)
  const counts = new Map<number, number>()
  for (let n = 0; n < colours.length; n++) {
    const colour = rows.readUIntBE(Math.floor(n / width) * (stride + 1) + 1 + (n % width) * pixel, 3)
    colours[n] = colour
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = paletteOf(counts)
  const nearest = new Map<number, number>()
  for (const colour of counts.keys()) {
    let best = 0
    palette.forEach((candidate, place) => {
      if (distance(colour, candidate) < distance(colour, palette[best] ?? 0)) best = place
    })
    nearest.set(colour, best)
  }
  const packed = Buffer.alloc((width + 1) * height)
  colours.forEach((colour, n) => {
    packed[Math.floor(n / width) * (width + 1) + 1 + (n % width)] = nearest.get(colour) ?? 0
  })
  const indexed = Buffer.from(header)
  indexed[9] = 3
  const table = Buffer.alloc(palette.length * 3)
  palette.forEach((colour, place) => table.writeUIntBE(colour, place * 3, 3))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', indexed),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(packed, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
