/** A connection for each request against one that is kept. Pure. */
import { safe } from '../view/sanitize.ts'
import type { BenchResult, Figures } from './bench-result.ts'
import { shortRate } from './figure-text.ts'
import { payloadName } from './scenario-name.ts'
import { TIME_COLUMNS } from './text-latency.ts'
import { heading } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

/** After the name of a path whose requests have a connection each. */
export const CONNECTING = ', connecting'

export function drawConnect({ scenarios }: BenchResult, paper: Paper): string[] {
  const own = scenarios.filter(({ section }) => section === 'connect')
  const [first] = own
  if (first === undefined) return []
  const note = `a new one for each request against a kept one · ${first.loop} loop · ${payloadName(first.payloadBytes)}`
  const columns: TextColumn<Figures>[] = [
    { title: 'path', priority: 100, cell: ({ path }) => safe(keptName(path)) },
    { title: 'connection', priority: 98, align: 'left', cell: ({ path }) => (isConnecting(path) ? 'new' : 'kept') },
    { title: 'vs kept', priority: 92, cell: figures => ratioOf(figures, own), style: () => 'strong' },
    { title: 'req/s', priority: 91, cell: ({ perSecond }) => shortRate(perSecond) },
    ...TIME_COLUMNS,
  ]
  return [...heading('Connections', note, paper), ...drawTable(columns, own, paper)]
}

/** Of p50: `×3.2` is 3.2 times as long as over the kept connection. */
function ratioOf({ path, p50Us }: Figures, own: readonly Figures[]): string {
  const kept = own.find(each => each.path === keptName(path))
  if (!isConnecting(path) || p50Us === null || !kept?.p50Us) return ''
  return `×${(p50Us / kept.p50Us).toFixed(1)}`
}

const isConnecting = (path: string): boolean => path.endsWith(CONNECTING)

const keptName = (path: string): string => (isConnecting(path) ? path.slice(0, -CONNECTING.length) : path)
