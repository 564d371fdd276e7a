/** The focus line of a chart: arrow keys and pointer step from mark to mark, and say what each stands for (ux 5, D160). */

const SVG = 'http://www.w3.org/2000/svg'

interface Stop {
  readonly mark: SVGElement
  readonly x: number
  readonly words: string
}

const stopsOf = (chart: HTMLElement): readonly Stop[] =>
  [...chart.querySelectorAll<SVGElement>('[data-words]')]
    .filter(mark => mark.ownerSVGElement?.checkVisibility() === true)
    .map(mark => ({ mark, x: Number(mark.dataset['x']), words: mark.dataset['words'] ?? '' }))
    .sort((a, b) => a.x - b.x)

const drawingOf = ({ mark }: Stop): SVGSVGElement | null => mark.closest<SVGSVGElement>('svg[role]')

function prepare(chart: HTMLElement): void {
  let stops = stopsOf(chart)
  if (stops.length === 0) return
  let place = stops.length
  const line = document.createElementNS(SVG, 'line')
  line.setAttribute('class', 'focus')
  const readout = document.createElement('p')
  readout.className = 'lcr-readout'
  readout.setAttribute('aria-hidden', 'true')
  readout.textContent = 'Use the arrow keys or point at a mark to read it.'
  chart.after(readout)
  chart.tabIndex = 0
  chart.setAttribute('role', 'slider')
  chart.setAttribute('aria-label', chart.dataset['chart'] ?? '')
  chart.setAttribute('aria-valuemin', '1')

  const show = (next: number): void => {
    stops = stopsOf(chart)
    place = Math.max(0, Math.min(stops.length - 1, next))
    const stop = stops[place]
    if (!stop) return
    for (const name of ['x1', 'x2']) line.setAttribute(name, `${stop.x}%`)
    line.setAttribute('y2', '100%')
    drawingOf(stop)?.append(line)
    readout.textContent = stop.words
    state(stop.words)
  }
  const state = (words: string): void => {
    chart.setAttribute('aria-valuemax', String(stops.length))
    chart.setAttribute('aria-valuenow', String(Math.min(place, stops.length - 1) + 1))
    chart.setAttribute('aria-valuetext', words)
  }
  state(`${stops.length} marks, oldest first`)

  chart.addEventListener('keydown', event => {
    const next = {
      ArrowLeft: place - 1,
      ArrowDown: place - 1,
      ArrowRight: place + 1,
      ArrowUp: place + 1,
      Home: 0,
      End: stops.length - 1,
      PageDown: place - 10,
      PageUp: place + 10,
    }[event.key]
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    show(next)
  })
  const point = (event: PointerEvent): void => {
    const distances = stopsOf(chart).map(({ mark }) => {
      const box = mark.getBoundingClientRect()
      return Math.hypot(event.clientX - (box.left + box.right) / 2, event.clientY - (box.top + box.bottom) / 2)
    })
    const nearest = Math.min(...distances)
    if (nearest < 60) show(distances.indexOf(nearest))
  }
  chart.addEventListener('pointermove', point)
  chart.addEventListener('pointerdown', point)
}

const ready = new WeakSet<Element>()
const look = (): void => {
  for (const chart of document.querySelectorAll<HTMLElement>('[data-chart]'))
    if (!ready.has(chart)) {
      ready.add(chart)
      prepare(chart)
    }
}
look()
// A plot that opens beside the list, lanes that are drawn anew.
new MutationObserver(look).observe(document.body, { childList: true, subtree: true })

// Where a plot has no room beside its list it is a page of its own.
document.addEventListener(
  'click',
  event => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || matchMedia('(min-width: 1101px)').matches)
      return
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a.lcr-open[href*="/results/"]') : null
    if (link) event.stopImmediatePropagation()
  },
  true,
)
