/** Latency with one request at a time, and what a hop costs. Pure. */
import { formatLatency } from '../base/units.ts'
import { safe } from '../view/sanitize.ts'
import { sparkline } from './bars.ts'
import type { BenchResult, Figures, HopCost } from './bench-result.ts'
import { meanText, signedTime } from './figure-text.ts'
import { loadName, payloadName, shortPath } from './scenario-name.ts'
import { heading } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

/** The times of a row, wherever rows have times. */
export const TIME_COLUMNS: readonly TextColumn<Figures>[] = [
  { title: 'p50', priority: 95, cell: ({ p50Us }) => formatLatency(p50Us), style: () => 'strong' },
  { title: 'p90', priority: 60, cell: ({ p90Us }) => formatLatency(p90Us) },
  { title: 'p99', priority: 90, cell: ({ p99Us }) => formatLatency(p99Us) },
  { title: 'p99.9', priority: 80, cell: ({ p999Us }) => formatLatency(p999Us) },
  { title: 'max', priority: 55, cell: ({ maxUs }) => formatLatency(maxUs) },
  { title: 'mean ± σ', priority: 50, cell: meanText },
  { title: 'requests', priority: 40, cell: ({ requests }) => String(requests) },
  {
    title: 'rounds',
    priority: 75,
    align: 'left',
    cell: ({ rounds }) => sparkline(rounds.map(({ response }) => response?.p50Us ?? null)),
  },
]

export const PATH_COLUMN: TextColumn<Figures> = { title: 'path', priority: 100, cell: ({ path }) => safe(path) }

export function drawLatency({ scenarios }: BenchResult, paper: Paper): string[] {
  const own = scenarios.filter(({ section }) => section === 'latency')
  const [first] = own
  if (first === undefined) return []
  const note = `${first.loop} loop · ${loadName(first)} · ${payloadName(first.payloadBytes)}`
  return [...heading('Latency', note, paper), ...drawTable([PATH_COLUMN, ...TIME_COLUMNS], own, paper)]
}

export function drawHopCosts({ hopCosts, scenarios }: BenchResult, paper: Paper): string[] {
  if (hopCosts.length === 0) return []
  const rounds = scenarios.find(({ path }) => path === hopCosts[0]!.from)?.rounds.length ?? 0
  const sure = hopCosts.some(({ lowUs }) => lowUs !== null)
    ? "95 % interval by Student's t"
    : `${rounds === 1 ? '1 round is' : `${rounds} rounds are`} too few for an interval`
  return [
    ...heading('Cost of a hop', `difference of p50 within each round, its mean · ${sure}`, paper),
    ...drawTable(COST_COLUMNS, hopCosts, paper),
  ]
}

const COST_COLUMNS: readonly TextColumn<HopCost>[] = [
  { title: 'from', priority: 100, cell: ({ from }) => shortPath(from) },
  { title: 'to', priority: 100, align: 'left', cell: ({ to }) => safe(to) },
  { title: 'cost', priority: 95, cell: ({ costUs }) => signedTime(costUs), style: () => 'strong' },
  { title: '95 % interval', priority: 90, cell: intervalText },
]

function intervalText({ lowUs, highUs }: HopCost): string {
  if (lowUs === null || highUs === null) return '-'
  return `${signedTime(lowUs)} .. ${signedTime(highUs)}`
}
