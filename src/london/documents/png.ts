import { crc32, deflateSync } from 'node:zlib'

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** A heart tracing on squared paper, as a scanned picture has it: 8-bit grey, no words in it. */
export function tracing(width = 480, height = 160): Buffer {
  const rows = Buffer.alloc(height * (width + 1), 0xff)
  const set = (x: number, y: number, grey: number): void => {
    if (y >= 0 && y < height) rows[y * (width + 1) + 1 + x] = grey
  }
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = 0
    for (let x = 0; x < width; x++) if (x % 20 === 0 || y % 20 === 0) set(x, y, 0xd8)
  }
  let last = height / 2
  for (let x = 0; x < width; x++) {
    const beat = x % 90
    const up = beat > 40 && beat < 46 ? 55 - Math.abs(43 - beat) * 18 : beat > 62 && beat < 76 ? 10 : 0
    const y = Math.round(height / 2 - up + ((x * 7) % 3))
    for (let between = Math.min(last, y); between <= Math.max(last, y); between++) set(x, between, 0x10)
    last = y
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
