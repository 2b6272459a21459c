/** Load runs: how much was asked for and answered, how late the generator was, and both times of each. Pure. */
import { formatLatency } from '../base/units.ts'
import { formatRate } from '../view/figures.ts'
import { safe } from '../view/sanitize.ts'
import type { BenchResult, Figures, Round } from './bench-result.ts'
import { shortRate, variationText } from './figure-text.ts'
import { median } from './median.ts'
import { loadName, payloadName } from './scenario-name.ts'
import { PATH_COLUMN, TIME_COLUMNS } from './text-latency.ts'
import { heading } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

export function drawLoad({ scenarios }: BenchResult, paper: Paper): string[] {
  const own = scenarios.filter(({ section }) => section === 'load')
  const [first] = own
  if (first === undefined) return []
  const loops = [...new Set(own.map(({ loop }) => loop))].toSorted().reverse().join(' and ')
  const forms = [...new Set(own.flatMap(({ form }) => (form === undefined ? [] : [safe(form)])))]
  const isOpen = own.some(({ loop }) => loop === 'open')
  const lag = isOpen ? ['lag: how late the generator sent'] : []
  const note = [`${loops} loop`, ...forms, payloadName(first.payloadBytes), ...lag].join(' · ')
  return [
    ...heading('Load', note, paper),
    ...drawTable(isOpen ? [...RATE_COLUMNS, ...LAG_COLUMNS] : RATE_COLUMNS, own, paper),
    '',
    ...heading('Times under load', 'response time from the planned send · service time from the actual send', paper),
    ...drawTable(ROW_COLUMNS, own.flatMap(timeRows), paper),
  ]
}

const LOAD_COLUMN: TextColumn<Figures> = { title: 'load', priority: 99, align: 'left', cell: loadName }

const RATE_COLUMNS: readonly TextColumn<Figures>[] = [
  PATH_COLUMN,
  { title: 'loop', priority: 40, align: 'left', cell: ({ loop }) => loop },
  LOAD_COLUMN,
  { title: 'asked/s', priority: 97, cell: ({ rate }) => (rate === null ? '-' : formatRate(rate)) },
  { title: 'answered/s', priority: 98, cell: ({ perSecond }) => shortRate(perSecond), style: () => 'strong' },
  { title: '±', priority: 35, cell: ({ rounds }) => variationText(rounds.map(each => each.perSecond)) },
  { title: 'sent', priority: 30, cell: ({ rounds }) => String(rounds.reduce((sum, { sent }) => sum + sent, 0)) },
  {
    title: 'failed',
    priority: 96,
    cell: ({ failed }) => String(failed),
    style: ({ failed }) => (failed > 0 ? 'bad' : 'plain'),
  },
]

/** A closed loop cannot be late. */
const LAG_COLUMNS: readonly TextColumn<Figures>[] = [
  { title: 'lag p50', priority: 45, cell: ({ rounds }) => lagText(rounds, 'p50') },
  { title: 'lag p99', priority: 90, cell: ({ rounds }) => lagText(rounds, 'p99') },
  { title: 'lag max', priority: 50, cell: ({ rounds }) => lagText(rounds, 'max') },
]

/** The median of the rounds; of the greatest, the greatest. */
function lagText(rounds: readonly Round[], key: 'p50' | 'p99' | 'max'): string {
  const lags = rounds.flatMap(({ lagUs }) => (lagUs === null ? [] : [lagUs[key]]))
  if (lags.length === 0) return '-'
  return formatLatency(key === 'max' ? Math.max(...lags) : median(lags))
}

interface TimeRow extends Figures {
  readonly time: 'response' | 'service' | 'both'
}

const ROW_COLUMNS: readonly TextColumn<TimeRow>[] = [
  { title: 'path', priority: 100, cell: ({ path, time }) => (time === 'service' ? '' : safe(path)) },
  { ...LOAD_COLUMN, cell: row => (row.time === 'service' ? '' : loadName(row)) },
  { title: 'time', priority: 98, align: 'left', cell: ({ time }) => time },
  ...TIME_COLUMNS,
]

/** In a closed loop both are the same, and one row says so. */
function timeRows(figures: Figures): TimeRow[] {
  if (figures.loop === 'closed') return [{ ...figures, time: 'both' }]
  return [{ ...figures, time: 'response' }, ...serviceRow(figures)]
}

function serviceRow(figures: Figures): TimeRow[] {
  const { service, rounds } = figures
  if (service === null) return []
  const own = rounds.map(round => ({ ...round, response: round.service }))
  return [{ ...figures, ...service, stdevUs: null, rounds: own, time: 'service' }]
}
