/** A benchmark as text for people: a header, latency, throughput, how they were measured, and a warning. Pure. */
import type { ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import { formatLatency, threeDigits } from '../base/units.ts'
import { formatRate } from '../view/figures.ts'
import { TABLE_CHARS } from '../view/table-chars.ts'
import type { ClosedLoopResult, LatencyFigures, ThroughputFigures } from './bench-result.ts'
import { benchWarning } from './bench-warning.ts'
import { spreadOf } from './spread.ts'

/** Ends with a line feed. Without escape bytes where the Chalk has level 0. */
export function renderBench(result: ClosedLoopResult, chalk: ChalkInstance): string {
  const warning = benchWarning(result)
  const parts = [
    chalk.bold(headerOf(result)),
    '',
    chalk.bold('Latency, 1 outstanding'),
    drawLatency(result.latency, chalk),
    '',
    chalk.bold('Throughput, one connection'),
    drawThroughput(result.throughput, chalk),
    '',
    chalk.dim(footerOf(result)),
    ...(warning === null ? [] : [chalk.yellow(warning)]),
  ]
  return `${parts.join('\n')}\n`
}

function headerOf({ node, platform, arch, cpus, loadAverage, payloadBytes, rounds }: ClosedLoopResult): string {
  const cores = `${cpus} ${cpus === 1 ? 'core' : 'cores'}`
  const load = `load ${loadAverage.toFixed(1)}`
  const interleaved = rounds === 1 ? '1 round' : `${rounds} rounds interleaved`
  return `udsim bench · node ${node} · ${platform} ${arch} · ${cores} · ${load} · ${payloadBytes} B · ${interleaved}`
}

function footerOf({ rounds }: ClosedLoopResult): string {
  const middle = rounds === 1 ? 'of 1 round' : `medians of ${rounds} rounds`
  return [
    'Closed loop: each answer sends the next request, so nothing waits for a turn as users would.',
    `p50, p99, req/s: ${middle}; p99.9: of all requests; cost: p50 over the path before; spread: p50 of the rounds.`,
  ].join('\n')
}

function drawLatency(figures: readonly LatencyFigures[], chalk: ChalkInstance): string {
  const head = ['path', 'p50', 'p99', 'p99.9', 'cost', 'spread', 'requests']
  const rows = figures.map((each, i) => {
    const { min, max } = spreadOf(each.rounds.map(({ p50Us }) => p50Us))
    const times = [each.p50Us, each.p99Us, each.p999Us].map(formatLatency)
    const cost = costOf(each, figures[i - 1])
    return [each.path, ...times, cost, `${formatLatency(min)}..${formatLatency(max)}`, String(each.requests)]
  })
  return draw(head, rows, chalk)
}

/** Signed: on a noisy machine the longer path can come out faster, and hiding that would make it look sound. */
function costOf({ p50Us }: LatencyFigures, before: LatencyFigures | undefined): string {
  if (!before) return '-'
  const costUs = p50Us - before.p50Us
  return `${costUs < 0 ? '-' : '+'}${threeDigits(Math.abs(costUs))}µs`
}

function drawThroughput(figures: readonly ThroughputFigures[], chalk: ChalkInstance): string {
  const loads = [...new Set(figures.map(({ outstanding }) => outstanding))]
  const paths = [...new Set(figures.map(({ path }) => path))]
  const head = ['path', ...loads.map(outstanding => `${outstanding} outstanding req/s`), 'requests']
  const rows = paths.map(path => {
    const own = figures.filter(each => each.path === path)
    const rates = loads.map(outstanding => formatRate(own.find(each => each.outstanding === outstanding)!.perSecond))
    return [path, ...rates, String(own.reduce((sum, { requests }) => sum + requests, 0))]
  })
  return draw(head, rows, chalk)
}

function draw(head: readonly string[], rows: readonly (readonly string[])[], chalk: ChalkInstance): string {
  const table = new Table({
    head: head.map(title => chalk.bold(title)),
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
    chars: TABLE_CHARS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map(row => [...row]))
  const [titles = '', rule = '', ...body] = table.toString().split('\n')
  return [titles, chalk.dim(rule), ...body].join('\n')
}
