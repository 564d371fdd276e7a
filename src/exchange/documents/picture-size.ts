/** Markers of a JPEG frame header: SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Pixels of a PNG, JPEG, GIF or WebP as its header says, without unpacking it; `undefined` when it does not say. */
export function pictureSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (at[0] === 0x89) return { width: at.readUInt32BE(16), height: at.readUInt32BE(20) }
    if (at[0] === 0x47) return { width: at.readUInt16LE(6), height: at.readUInt16LE(8) }
    return at[0] === 0xff ? sizeOfJpeg(at) : sizeOfWebp(at)
  } catch {
    return undefined
  }
}

function sizeOfJpeg(at: Buffer): { readonly width: number; readonly height: number } | undefined {
  for (let from = 2; from < at.length;) {
    if (at[from] !== 0xff) return undefined
    const marker = at.readUInt8(from + 1)
    if (isFrame(marker)) return { width: at.readUInt16BE(from + 7), height: at.readUInt16BE(from + 5) }
    // Fill bytes, and markers that stand alone.
    from += marker === 0xff ? 1 : marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2 : 2 + at.readUInt16BE(from + 2)
  }
  return undefined
}

function sizeOfWebp(at: Buffer): { readonly width: number; readonly height: number } | undefined {
  switch (at.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: at.readUIntLE(24, 3) + 1, height: at.readUIntLE(27, 3) + 1 }
    case 'VP8L': {
      const bits = at.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8 ':
      return { width: at.readUInt16LE(26) & 0x3fff, height: at.readUInt16LE(28) & 0x3fff }
    default:
      return undefined
  }
}
