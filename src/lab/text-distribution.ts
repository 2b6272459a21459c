/** The distribution of one scenario's response times: the percentile spectrum, and bars. Pure. */
import { formatLatency } from '../base/units.ts'
import { padEnd, padStart, textWidth } from '../view/text-width.ts'
import { bar } from './bars.ts'
import type { BenchResult, Figures } from './bench-result.ts'
import { logSpans, spectrumOf } from './distribution.ts'
import { scenarioName } from './scenario-name.ts'
import { heading } from './text-parts.ts'
import type { Paper } from './text-table.ts'

const BARS = 12
/** Shorter, bars do not tell more than the counts beside them. */
const BAR_WIDTH_MIN = 12
const BAR_WIDTH_MAX = 48
const GUTTER = '   '

/** Of the load runs, and of the longest path with one request at a time: the others are there to be compared with. */
export function drawDistributions({ scenarios }: BenchResult, paper: Paper): string[][] {
  const alone = scenarios.filter(({ section, outstanding }) => section === 'latency' && outstanding === 1)
  const hopsMax = Math.max(...alone.map(({ hops }) => hops))
  const chosen = scenarios.filter(each =>
    each.section === 'load' ? each.hops > 0 : alone.includes(each) && each.hops === hopsMax && hopsMax > 0,
  )
  return chosen.filter(({ histogram }) => histogram.length > 0).map(figures => drawDistribution(figures, paper))
}

function drawDistribution(figures: Figures, paper: Paper): string[] {
  const title = heading(`Response times · ${scenarioName(figures)}`, 'Value in ms', paper)
  const spectrum = drawSpectrum(figures)
  const width = Math.max(...spectrum.map(textWidth))
  const room = paper.columns - width - GUTTER.length
  const beside = drawBars(figures, room)
  const paint = (line: string, i: number) => (i === 0 || line.startsWith('#') ? paper.chalk.dim(line) : line)
  if (Math.max(...beside.map(textWidth)) > room)
    return [...title, ...spectrum.map(paint), '', ...drawBars(figures, paper.columns)]
  return [...title, ...spectrum.map((line, i) => paint(padEnd(line, width), i) + beforeBar(beside[i - 1])).map(trimEnd)]
}

const beforeBar = (line: string | undefined): string => (line === undefined ? '' : GUTTER + line)
const trimEnd = (line: string): string => line.trimEnd()

/** The columns and lines of HdrHistogram's `outputPercentileDistribution`, which wrk2 prints too and plotters read. */
function drawSpectrum({ histogram, meanUs, stdevUs, maxUs, requests }: Figures): string[] {
  const lines = spectrumOf(histogram).map(({ valueUs, share, count }) => {
    const inverse = share === 1 ? '' : (1 / (1 - share)).toFixed(2)
    return `${ms(valueUs)} ${share.toFixed(12)} ${padStart(String(count), 10)} ${padStart(inverse, 14)}`.trimEnd()
  })
  return [
    `${padStart('Value', 12)} ${padStart('Percentile', 14)} ${padStart('TotalCount', 10)} 1/(1-Percentile)`,
    ...lines,
    `#[Mean    = ${ms(meanUs ?? 0)}, StdDeviation   = ${ms(stdevUs ?? 0)}]`,
    `#[Max     = ${ms(maxUs ?? 0)}, Total count    = ${padStart(String(requests), 12)}]`,
  ]
}

const ms = (us: number): string => padStart((us / 1_000).toFixed(4), 12)

function drawBars({ histogram, requests }: Figures, room: number): string[] {
  const spans = logSpans(histogram, BARS)
  const most = Math.max(...spans.map(({ count }) => count))
  const edges = spans.map(({ fromUs, toUs }) => [formatLatency(fromUs), formatLatency(toUs)] as const)
  const counts = spans.map(({ count }) => `${count} ${padStart(((count / requests) * 100).toFixed(2), 6)}%`)
  const [edgeWidth, countWidth] = [Math.max(...edges.flat().map(textWidth)), Math.max(...counts.map(textWidth))]
  const width = Math.min(BAR_WIDTH_MAX, Math.max(BAR_WIDTH_MIN, room - 2 * edgeWidth - countWidth - 8))
  return spans.map(({ count }, i) => {
    const [from, to] = edges[i]!
    const span = `${padStart(from, edgeWidth)} .. ${padStart(to, edgeWidth)}`
    return `${span}  ${padStart(counts[i]!, countWidth)}  ${bar(count / most, width)}`.trimEnd()
  })
}
