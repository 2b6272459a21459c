/** The payload sweep: what each path carries at each size, and how near the hops come to as many plain pipes. Pure. */
import { formatLatency, threeDigits } from '../base/units.ts'
import type { BenchResult, Figures } from './bench-result.ts'
import { loadName, payloadName, shortPath } from './scenario-name.ts'
import { heading } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

/** `3 plain pipes` does what `3 hops` does, less everything but the copying. */
const PIPES = / plain pipes$/

interface SizeRow {
  readonly payloadBytes: number
  readonly byPath: ReadonlyMap<string, Figures>
}

export function drawPayload({ scenarios }: BenchResult, paper: Paper): string[] {
  const own = scenarios.filter(({ section }) => section === 'payload')
  const [first] = own
  if (first === undefined) return []
  const paths = [...new Set(own.map(({ path }) => path))]
  const note = `MB/s each way, of 10^6 bytes · ${first.loop} loop · ${loadName(first)}`
  const columns = [SIZE, ...paths.flatMap(columnsOf), ...ratioColumn(paths)]
  return [...heading('Payload sweep', note, paper), ...drawTable(columns, rowsOf(own), paper)]
}

const SIZE: TextColumn<SizeRow> = {
  title: 'payload',
  priority: 100,
  align: 'right',
  cell: ({ payloadBytes }) => payloadName(payloadBytes),
}

function columnsOf(path: string): TextColumn<SizeRow>[] {
  return [
    { title: shortPath(path), priority: 90, cell: row => megabytesOf(row.byPath.get(path)) },
    { title: 'p50', priority: 60, cell: row => formatLatency(row.byPath.get(path)?.p50Us ?? null) },
  ]
}

/** As many hops as pipes; without both there is nothing to compare. */
function ratioColumn(paths: readonly string[]): TextColumn<SizeRow>[] {
  const pipes = paths.find(path => PIPES.test(path))
  const hops = paths.find(path => pipes !== undefined && path.startsWith(`${pipes.replace(PIPES, '')} hop`))
  if (pipes === undefined || hops === undefined) return []
  const cell = ({ byPath }: SizeRow) => ratioOf(byPath.get(hops), byPath.get(pipes))
  return [{ title: 'hops / pipes', priority: 95, cell, style: () => 'strong' }]
}

function megabytesOf(figures: Figures | undefined): string {
  return figures === undefined ? '-' : threeDigits((figures.payloadBytes * figures.perSecond) / 1e6)
}

function ratioOf(hops: Figures | undefined, pipes: Figures | undefined): string {
  return hops && pipes && pipes.perSecond > 0 ? `×${(hops.perSecond / pipes.perSecond).toFixed(2)}` : '-'
}

function rowsOf(figures: readonly Figures[]): SizeRow[] {
  return [...new Set(figures.map(({ payloadBytes }) => payloadBytes))].map(payloadBytes => {
    const own = figures.filter(each => each.payloadBytes === payloadBytes)
    return { payloadBytes, byPath: new Map(own.map(each => [each.path, each])) }
  })
}
