import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { createRandom, type Random } from '../people/random.ts'

interface PhantomOf {
  readonly seed: number
  readonly modality: string
  readonly bodyPart: string
  /** Place in its series, from 1, of how many. */
  readonly place: number
  readonly of: number
}

const SIZE = 512

/** A picture as an archive draws one, JPEG: shapes that are nobody's body, with words burnt in that say so. */
export function phantom(what: PhantomOf): Buffer {
  const canvas = createCanvas(SIZE, SIZE)
  const on = canvas.getContext('2d')
  const random = createRandom(what.seed)
  on.fillStyle = '#000'
  on.fillRect(0, 0, SIZE, SIZE)
  if (/^(?:CR|DX|XA|MG)$/.test(what.modality)) bones(on, random)
  else slices(on, random, (what.place - 1) / Math.max(1, what.of - 1))
  on.fillStyle = '#fff'
  on.font = '20px sans-serif'
  on.fillText('SYNTHETIC', 16, 32)
  on.fillText(`${what.modality} ${what.bodyPart}`.slice(0, 40), 16, SIZE - 40)
  on.fillText(`${what.place}/${what.of}`, 16, SIZE - 16)
  return canvas.toBuffer('image/jpeg', 80)
}

const grey = (level: number): string => `rgb(${level},${level},${level})`

/** Long soft shapes, as bones lie in a projection. */
function bones(on: SKRSContext2D, random: Random): void {
  on.fillStyle = grey(50)
  on.fillRect(96, 0, 320, SIZE)
  for (let n = 0; n < 9; n++) {
    on.save()
    on.translate(128 + random.below(256), 40 + n * 52)
    on.rotate((random.below(80) - 40) / 100)
    on.fillStyle = grey(130 + random.below(100))
    on.beginPath()
    on.ellipse(0, 0, 90 + random.below(60), 10 + random.below(14), 0, 0, 2 * Math.PI)
    on.fill()
    on.restore()
  }
}

/** Rings within rings that grow and shrink from the first image to the last, as slices through something round do. */
function slices(on: SKRSContext2D, random: Random, at: number): void {
  const size = 0.35 + 0.65 * Math.sin(Math.PI * (0.1 + 0.8 * at))
  for (const [radius, level] of [
    [210, 230],
    [196, 70],
    [150, 95],
  ] as const) {
    on.fillStyle = grey(level)
    on.beginPath()
    on.ellipse(SIZE / 2, SIZE / 2, radius * size, radius * 0.82 * size, 0, 0, 2 * Math.PI)
    on.fill()
  }
  for (let n = 0; n < 6; n++) {
    on.fillStyle = grey(40 + random.below(150))
    on.beginPath()
    const turn = (n / 6) * 2 * Math.PI
    on.ellipse(
      SIZE / 2 + Math.cos(turn) * 90 * size,
      SIZE / 2 + Math.sin(turn) * 70 * size,
      12 + 22 * size,
      10 + 14 * size,
      turn,
      0,
      2 * Math.PI,
    )
    on.fill()
  }
}
